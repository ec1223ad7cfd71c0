/* The ledger against a real database: what the server itself refuses, posting once, races, lost
 * statements, a random sequence of postings compared with a model in memory, and what the audit
 * finds after all that and in a ledger that was tampered with. Everything happens in currencies
 * that no run before used; books have one, but those of sites that changed theirs before that was
 * refused have more (schema/0026_period.sql), and so have these. Needs OVS_CONF of a running site. SEED=n repeats a random sequence; it
 * is printed when something failed. */
#include "app/reports/audit.h"
#include "app/money/ledger.h"
#include "base/str.h"
#include "check.h"
#include "io/secret.h"
#include <sys/wait.h>
#include <unistd.h>

enum { PROCESSES = 8, KEYS = 50, STEPS = 300, CREATORS = 3, STATEMENTS_MAX = 40 };

static struct arena *a;
static struct db *money, *admin;
static const char *currency, *run; /* prefix of every key */

STMT(q_user, &number_shape, "SELECT id AS n FROM user WHERE handle = ?");
STMT(q_txs, &number_shape, "SELECT COUNT(*) AS n FROM ledger_tx WHERE ikey LIKE ?");
STMT(
    q_legs, &number_shape,
    "SELECT COUNT(*) AS n FROM ledger_leg l JOIN ledger_tx t ON t.id = l.tx_id WHERE t.ikey LIKE ?");
STMT(q_half, &number_shape,
     "SELECT COUNT(*) AS n FROM ledger_tx t WHERE t.ikey LIKE ?"
     " AND t.legs <> (SELECT COUNT(*) FROM ledger_leg WHERE tx_id = t.id)");

static int64_t number(const struct stmt *q, const char *arg)
{
    int64_t row = -1;
    CHECK_INT(db_number(admin, a, q, ARGS(STR(arg)), &row), RC_OK);
    return row;
}

static const char *key(const char *name) { return arena_printf(a, "%s:%s", run, name); }

static void add_currency(const char *name)
{
    const char *sql = arena_printf(a,
                                   "INSERT IGNORE INTO ledger_currency (id, currency) SELECT"
                                   " COALESCE(MAX(id), 1) + 1, '%s' FROM ledger_currency",
                                   name);
    CHECK_INT(db_script(admin, sql), RC_OK);
}

static const char *new_currency(void)
{
    STMT(q_used, &number_shape, "SELECT COUNT(*) AS n FROM ledger_currency WHERE currency = ?");
    unsigned char pick[3];
    const char *name;

    do {
        random_bytes(pick, sizeof(pick));
        name = arena_printf(a, "%c%c%c", 'A' + pick[0] % 26, 'A' + pick[1] % 26,
                            'A' + pick[2] % 26);
    } while (number(&q_used, name));
    add_currency(name);
    return name;
}

static int64_t new_user(void)
{
    const char *handle = str_hex(a, random_id(a, 8), 8);
    const char *sql = arena_printf(a,
                                   "INSERT INTO user (email, handle, display_name, created_ms)"
                                   " VALUES ('%s@example.org', '%s', 'Unit', 0)",
                                   handle, handle);
    CHECK_INT(db_script(admin, sql), RC_OK);
    return number(&q_user, handle);
}

static struct ledger_account_ref site(enum account_kind kind)
{
    return (struct ledger_account_ref){ kind, 0 };
}

static struct ledger_account_ref of(enum account_kind kind, int64_t owner_id)
{
    return (struct ledger_account_ref){ kind, owner_id };
}

static int64_t balance(struct ledger_account_ref ref)
{
    int64_t kept = -1, summed = -1;

    CHECK_INT(ledger_sum(money, a, ref, currency, &summed), RC_OK);
    if (ledger_is_kept(ref.kind)) {
        CHECK_INT(ledger_balance(money, a, ref, currency, &kept), RC_OK);
        CHECK_INT(kept, summed);
    }
    return summed;
}

static struct posting posting(const char *ikey, const struct ledger_leg *legs, size_t n)
{
    return (struct posting){ .ikey = ikey,
                             .kind = "unit",
                             .ref_type = "row",
                             .ref_id = "7",
                             .effective_ms = 1000,
                             .currency = currency,
                             .legs = legs,
                             .n = n };
}

struct work {
    struct arena *a;
    const struct posting *posting;
    bool once; /* a lost statement ends it */
};

static enum rc post_it(struct db *db, void *arg)
{
    struct work *w = arg;
    enum rc rc = ledger_post(db, w->a, w->posting);
    return rc == RC_BUSY && w->once ? RC_FAIL : rc;
}

static enum rc post(const struct posting *p)
{
    return db_transact(money, post_it, &(struct work){ a, p, false });
}

static enum rc move(const char *ikey, struct ledger_account_ref debit,
                    struct ledger_account_ref credit, int64_t amount)
{
    const struct ledger_leg leg = { debit, credit, amount, 0 };
    const struct posting p = posting(ikey, &leg, 1);
    return post(&p);
}

static void codes_are_as_documented(void)
{
    CHECK_STR(ledger_code(a, site(ACCOUNT_PSP)), "asset:psp");
    CHECK_STR(ledger_code(a, of(ACCOUNT_MEMBER, 17)), "liab:member:17");
    CHECK_STR(ledger_code(a, of(ACCOUNT_CREATOR_HELD, 17)), "liab:creator:17:held");
    CHECK_STR(ledger_code(a, of(ACCOUNT_CREATOR_PAYABLE, 17)), "liab:creator:17:payable");
    CHECK_STR(ledger_code(a, of(ACCOUNT_CREATOR_TRANSIT, 17)), "liab:creator:17:transit");
    CHECK_STR(ledger_code(a, site(ACCOUNT_CLEARING_UNMATCHED)), "clearing:unmatched");
    CHECK_INT(ledger_class(ACCOUNT_FEES_LOST), LEDGER_EXPENSE);

    const struct ledger_leg legs[] = {
        { site(ACCOUNT_PSP), site(ACCOUNT_DEFERRED), 825, 4 },
        { site(ACCOUNT_PSP), site(ACCOUNT_VAT), 174, 0 },
    };
    struct posting p = posting("invoice:9", legs, COUNT(legs));
    p.currency = "EUR";
    CHECK_STR(ledger_text(a, &p), "invoice:9\nunit\nrow\n7\n\n1000\nEUR\n"
                                  "asset:psp liab:deferred 825 4\nasset:psp liab:vat 174 0\n");
}

static void wrong_postings_are_refused(void)
{
    const struct ledger_leg good = { site(ACCOUNT_PSP), site(ACCOUNT_VAT), 5, 0 };
    const struct ledger_leg bad[] = {
        { site(ACCOUNT_PSP), site(ACCOUNT_VAT), 0, 0 },
        { site(ACCOUNT_PSP), site(ACCOUNT_VAT), -5, 0 },
        { site(ACCOUNT_PSP), site(ACCOUNT_VAT), LEDGER_AMOUNT_MAX + 1, 0 },
        { site(ACCOUNT_PSP), site(ACCOUNT_VAT), 5, -1 },
        { site(ACCOUNT_PSP), site(ACCOUNT_PSP), 5, 0 },
        { site(ACCOUNT_PSP), site(ACCOUNT_MEMBER), 5, 0 },
        { of(ACCOUNT_PSP, 1), site(ACCOUNT_VAT), 5, 0 },
    };
    for (size_t i = 0; i < COUNT(bad); i++) {
        const struct posting p = posting(key("bad"), &bad[i], 1);
        CHECK_INT(post(&p), RC_INVALID);
    }
    struct posting p = posting(key("bad"), &good, 0);
    CHECK_INT(post(&p), RC_INVALID);
    p.n = LEDGER_LEGS_MAX + 1;
    CHECK_INT(post(&p), RC_INVALID);
    p = posting("", &good, 1);
    CHECK_INT(post(&p), RC_INVALID);
    p = posting("with space", &good, 1);
    CHECK_INT(post(&p), RC_INVALID);
    p = posting(key("bad"), &good, 1), p.currency = "eur";
    CHECK_INT(post(&p), RC_INVALID);
    p = posting(key("bad"), &good, 1), p.currency = "ZZY"; /* not that of the books */
    CHECK_INT(post(&p), RC_CONFLICT);
    p = posting(key("bad"), &good, 1), p.reverses = "unheard-of";
    CHECK_INT(post(&p), RC_NOT_FOUND);
    CHECK_INT(move(key("bad"), site(ACCOUNT_PSP), of(ACCOUNT_MEMBER, INT64_MAX), 5), RC_NOT_FOUND);
    CHECK_INT(number(&q_txs, key("bad")), 0);
}

static void posting_twice_changes_nothing(void)
{
    struct ledger_account_ref member = of(ACCOUNT_MEMBER, new_user());

    CHECK_INT(balance(member), 0);
    CHECK_INT(move(key("once"), site(ACCOUNT_PSP), member, 500), RC_OK);
    CHECK_INT(move(key("once"), site(ACCOUNT_PSP), member, 500), RC_OK);
    CHECK_INT(move(key("once"), site(ACCOUNT_PSP), member, 501), RC_CONFLICT);
    CHECK_INT(move(key("once"), site(ACCOUNT_BANK), member, 500), RC_CONFLICT);
    CHECK_INT(balance(member), 500);
    CHECK_INT(number(&q_txs, key("once")), 1);
    CHECK_INT(number(&q_legs, key("once")), 1);
}

static void nobody_spends_what_is_not_there(void)
{
    int64_t id = new_user();
    struct ledger_account_ref member = of(ACCOUNT_MEMBER, id), held = of(ACCOUNT_CREATOR_HELD, id);

    CHECK_INT(move(key("spend0"), member, site(ACCOUNT_PLATFORM), 1), RC_DENIED);
    CHECK_INT(move(key("fill"), site(ACCOUNT_PSP), member, 100), RC_OK);
    CHECK_INT(move(key("spend1"), member, site(ACCOUNT_PLATFORM), 101), RC_DENIED);
    CHECK_INT(move(key("spend2"), member, site(ACCOUNT_PLATFORM), 100), RC_OK);
    CHECK_INT(move(key("spend3"), member, site(ACCOUNT_PLATFORM), 1), RC_DENIED);
    CHECK_INT(balance(member), 0);
    CHECK_INT(number(&q_txs, key("spend1")), 0);

    /* a clawback may take what was earned, and only there */
    const struct ledger_leg back = { held, site(ACCOUNT_PSP), 70, 0 };
    const struct ledger_leg from_member = { member, site(ACCOUNT_PSP), 70, 0 };
    struct posting p = posting(key("claw"), &back, 1);
    CHECK_INT(post(&p), RC_DENIED);
    p.may_overdraw = true, p.kind = "refund";
    CHECK_INT(post(&p), RC_OK);
    CHECK_INT(balance(held), -70);
    CHECK_INT(move(key("earn"), site(ACCOUNT_DEFERRED), held, 20), RC_OK);
    CHECK_INT(balance(held), -50);
    p = posting(key("claw2"), &from_member, 1), p.may_overdraw = true;
    CHECK_INT(post(&p), RC_DENIED);
}

static void a_reversal_happens_once(void)
{
    int64_t id = new_user();
    struct ledger_account_ref member = of(ACCOUNT_MEMBER, id);
    const struct ledger_leg forth[] = { { site(ACCOUNT_PSP), member, 90, 3 },
                                        { site(ACCOUNT_PSP), site(ACCOUNT_VAT), 10, 0 } };
    const struct ledger_leg back[] = { { member, site(ACCOUNT_PSP), 90, 3 },
                                       { site(ACCOUNT_VAT), site(ACCOUNT_PSP), 10, 0 } };
    const struct ledger_leg less[] = { { member, site(ACCOUNT_PSP), 90, 3 },
                                       { site(ACCOUNT_VAT), site(ACCOUNT_PSP), 9, 0 } };
    struct posting p = posting(key("forth"), forth, 2);
    CHECK_INT(post(&p), RC_OK);
    p = posting(key("less"), less, 2), p.reverses = key("forth");
    CHECK_INT(post(&p), RC_INVALID);
    p = posting(key("part"), back, 1), p.reverses = key("forth");
    CHECK_INT(post(&p), RC_INVALID);
    p = posting(key("back"), back, 2), p.reverses = key("forth");
    CHECK_INT(post(&p), RC_OK);
    CHECK_INT(post(&p), RC_OK);
    CHECK_INT(balance(member), 0);
    CHECK_INT(move(key("again"), site(ACCOUNT_PSP), member, 90), RC_OK);
    p.ikey = key("back2");
    CHECK_INT(post(&p), RC_CONFLICT);
    CHECK_INT(balance(member), 90);

    struct ledger_entry_list list;
    CHECK_INT(ledger_history(money, a, member, currency, 2, &list), RC_OK);
    CHECK_INT((int64_t)list.n, 2);
    CHECK_STR(list.items[0].ikey, key("again"));
    CHECK_INT(list.items[0].amount_minor, 90);
    CHECK_STR(list.items[1].ikey, key("back"));
    CHECK_INT(list.items[1].amount_minor, -90);
    CHECK_INT(list.items[1].unit_id, 3);
    CHECK_STR(list.items[1].other, "asset:psp");
    CHECK_INT(ledger_history(money, a, site(ACCOUNT_PSP), currency, 1, &list), RC_OK);
    CHECK_INT(list.items[0].amount_minor, 90);
}

static enum rc post_both(struct db *db, void *arg) { return ledger_post_all(db, a, arg, 2); }

static void many_are_posted_like_one(void)
{
    int64_t id = new_user();
    struct ledger_account_ref payable = of(ACCOUNT_CREATOR_PAYABLE, id),
                              member = of(ACCOUNT_MEMBER, id);
    const struct ledger_leg earn = { site(ACCOUNT_PSP), payable, 50, 3 },
                            spend = { payable, member, 70, 0 };
    struct posting both[] = { posting(key("all:a"), &earn, 1), posting(key("all:b"), &spend, 1) };

    CHECK_INT(db_transact(money, post_both, both), RC_DENIED);
    both[1].may_overdraw = true, both[1].kind = "refund"; /* the other one does not say so */
    CHECK_INT(db_transact(money, post_both, both), RC_DENIED);
    both[0].may_overdraw = true, both[0].kind = "refund";
    CHECK_INT(db_transact(money, post_both, both), RC_OK);
    CHECK_INT(db_transact(money, post_both, both), RC_OK);
    CHECK_INT(balance(payable), -20);
    CHECK_INT(balance(member), 70);

    both[1].ikey = key("all:c"), both[1].may_overdraw = false; /* one of them is there */
    CHECK_INT(db_transact(money, post_both, both), RC_DENIED);
    const struct ledger_leg more = { site(ACCOUNT_PSP), payable, 90, 0 };
    struct posting p = posting(key("all:d"), &more, 1);
    CHECK_INT(post(&p), RC_OK);
    CHECK_INT(db_transact(money, post_both, both), RC_OK);
    CHECK_INT(balance(payable), 0);
    CHECK_INT(number(&q_txs, key("all:%")), 4);

    both[0].ikey = key("all:e"), both[1].ikey = key("all:b"), both[1].ref_id = "8";
    CHECK_INT(db_transact(money, post_both, both), RC_CONFLICT);
    both[1].ikey = both[0].ikey;
    CHECK_INT(db_transact(money, post_both, both), RC_CONFLICT);
    both[1].ikey = key("all:f"), both[1].currency = "QQQ"; /* each has its own */
    both[1].legs = &more;
    add_currency("QQQ");
    CHECK_INT(db_transact(money, post_both, both), RC_OK);
    CHECK_INT(balance(payable), 50);
    CHECK_INT(ledger_post_all(money, a, NULL, 0), RC_OK);
}

/* Plain SQL that bypasses this program: the server refuses, for the reason given. `$t` is a
 * transaction that has no leg yet, `$d` one that has all, `$p` and `$v` two accounts, `$x` one in
 * another currency, `$c` the currency, `$k` the key of $d. */
static const char *filled_in(const char *sql, const char *other_currency)
{
    const struct {
        const char *name, *value;
    } words[] = {
        { "$t", arena_printf(a, "(SELECT id FROM ledger_tx WHERE ikey = '%s')", key("open")) },
        { "$d", arena_printf(a, "(SELECT id FROM ledger_tx WHERE ikey = '%s')", key("done")) },
        { "$p",
          arena_printf(
              a, "(SELECT id FROM ledger_account WHERE code = 'asset:psp' AND currency = '%s')",
              currency) },
        { "$v",
          arena_printf(
              a, "(SELECT id FROM ledger_account WHERE code = 'liab:vat' AND currency = '%s')",
              currency) },
        { "$x",
          arena_printf(
              a, "(SELECT id FROM ledger_account WHERE code = 'asset:psp' AND currency = '%s')",
              other_currency) },
        { "$c", arena_printf(a, "'%s'", currency) },
        { "$k", arena_printf(a, "'%s'", key("done")) },
    };
    const char *out = sql;
    for (size_t i = 0; i < COUNT(words); i++)
        for (const char *at; (at = strstr(out, words[i].name));)
            out = arena_printf(a, "%.*s%s%s", (int)(at - out), out, words[i].value,
                               at + strlen(words[i].name));
    return out;
}

#define LEG                                                                                        \
    "INSERT INTO ledger_leg (legs, tx_id, line, debit_id, credit_id, currency, amount_minor) VALUES "
#define TX                                                                                         \
    "INSERT INTO ledger_tx (ikey, digest, kind, legs, effective_ms, created_ms, reverses) VALUES "
#define DIGEST "SHA2('x', 256)"

static void the_server_refuses_by_itself(void)
{
    static const struct {
        const char *sql;
        enum rc money, admin;
    } wrong[] = {
        { LEG "(1, $t, 1, $p, $v, $c, -5)", RC_INVALID, RC_INVALID },
        { LEG "(1, $t, 1, $p, $v, $c, 0)", RC_INVALID, RC_INVALID },
        { LEG "(1, $t, 1, $p, $v, $c, 1000000000001)", RC_INVALID, RC_INVALID },
        { LEG "(1, $t, 1, $p, $p, $c, 5)", RC_INVALID, RC_INVALID },
        { LEG "(1, $t, 0, $p, $v, $c, 5)", RC_INVALID, RC_INVALID },
        { LEG "(1, $t, 1, $p, $x, $c, 5)", RC_CONFLICT, RC_CONFLICT },
        { LEG "(1, $t, 1, $x, $v, $c, 5)", RC_CONFLICT, RC_CONFLICT },
        { LEG "(1, 0, 1, $p, $v, $c, 5)", RC_CONFLICT, RC_CONFLICT },
        { LEG "(1, $d, 1, $p, $v, $c, 5)", RC_CONFLICT, RC_CONFLICT },
        { LEG "(1, $d, 2, $p, $v, $c, 5)", RC_INVALID, RC_INVALID },   /* it has all its legs ... */
        { LEG "(2, $d, 2, $p, $v, $c, 5)", RC_CONFLICT, RC_CONFLICT }, /* ... and no other number */
        { TX "($k, " DIGEST ", 'unit', 1, 0, 0, NULL)", RC_CONFLICT, RC_CONFLICT },
        { TX "(UUID(), " DIGEST ", 'unit', 0, 0, 0, NULL)", RC_INVALID, RC_INVALID },
        { TX "(UUID(), " DIGEST ", 'unit', 1001, 0, 0, NULL)", RC_INVALID, RC_INVALID },
        { TX "(UUID(), '', 'unit', 1, 0, 0, NULL)", RC_INVALID, RC_INVALID },
        { TX "(UUID(), " DIGEST ", 'unit', 1, 0, 0, -1)", RC_CONFLICT, RC_CONFLICT },
        { "INSERT INTO ledger_account (code, class, currency) VALUES ('asset:psp', 'asset', $c)",
          RC_CONFLICT, RC_CONFLICT },
        { "INSERT INTO ledger_account (code, class, currency) VALUES ('a:b', 'asset', 'e0r')",
          RC_INVALID, RC_INVALID },
        { "INSERT INTO ledger_account (code, class, currency) VALUES ('a:b', 'debt', $c)",
          RC_INVALID, RC_INVALID },
        /* the money user has no right to these (errno 1142); triggers stop the others (1644) */
        { "UPDATE ledger_leg SET amount_minor = 6 WHERE tx_id = $d", RC_FAIL, RC_FAIL },
        { "DELETE FROM ledger_leg WHERE tx_id = $d", RC_FAIL, RC_FAIL },
        { "UPDATE ledger_tx SET kind = 'other' WHERE ikey = $k", RC_FAIL, RC_FAIL },
        { "DELETE FROM ledger_tx WHERE ikey = $k", RC_FAIL, RC_FAIL },
        { "UPDATE ledger_account SET owner_id = NULL WHERE currency = $c", RC_FAIL, RC_FAIL },
        { "DELETE FROM ledger_account WHERE currency = $c", RC_FAIL, RC_FAIL },
        { "REPLACE INTO ledger_leg SELECT * FROM ledger_leg WHERE tx_id = $d", RC_FAIL, RC_FAIL },
        { "DELETE FROM ledger_balance", RC_FAIL, RC_OK },
    };
    const char *other = new_currency();
    const struct ledger_leg leg = { site(ACCOUNT_PSP), site(ACCOUNT_VAT), 5, 0 };
    struct posting p = posting(key("done"), &leg, 1);
    struct db *reader = db_new(DB_READER, 10), *ordinary = db_new(DB_ORDINARY, 10);

    CHECK_INT(post(&p), RC_OK);
    p.currency = other, p.ikey = key("other");
    CHECK_INT(post(&p), RC_OK);
    p = posting(key("open"), &leg, 1), p.ref_type = p.ref_id = NULL;
    const char *text = ledger_text(a, &p), *digest = sha256_hex(a, text, strlen(text));
    const char *open = arena_printf(a, TX "('%s', '%s', 'unit', 1, 1000, 0, NULL)", key("open"),
                                    digest);
    CHECK_INT(db_script(admin, open), RC_OK);
    for (size_t i = 0; i < COUNT(wrong); i++) {
        const char *sql = filled_in(wrong[i].sql, other);
        enum rc by_money = db_script(money, sql);
        enum rc by_reader = db_script(reader, sql), by_ordinary = db_script(ordinary, sql);
        if (by_money != wrong[i].money || by_reader != RC_FAIL || by_ordinary != RC_FAIL)
            printf("  %s\n", sql);
        CHECK_INT(by_money, wrong[i].money);
        CHECK_INT(by_reader, RC_FAIL);
        CHECK_INT(by_ordinary, RC_FAIL);
        if (wrong[i].admin == RC_OK)
            continue;
        CHECK_INT(db_script(admin, sql), wrong[i].admin);
    }
    CHECK_INT(number(&q_legs, key("done")), 1);
    CHECK_INT(number(&q_half, key("%")),
              1); /* what the audit will find: announced, never written */
    CHECK_INT(db_script(money, filled_in(LEG "(1, $t, 1, $p, $v, $c, 5)", other)), RC_OK);
    db_close(reader);
    db_close(ordinary);
}

/* One of many: each posts every key, from its own starting point. */
static int racer(int me, struct ledger_account_ref from, struct ledger_account_ref to)
{
    struct db *db = db_new(DB_MONEY, 20);
    int bad = 0;

    for (int i = 0; i < KEYS; i++) {
        int k = (i + me * KEYS / PROCESSES) % KEYS;
        const struct ledger_leg legs[] = { { site(ACCOUNT_PSP), from, 10, 0 },
                                           { from, to, k + 1, 0 } };
        const struct posting p = posting(key(arena_printf(a, "race:%d", k)), legs, 2);
        enum rc rc = RC_BUSY;
        for (int tries = 0; rc == RC_BUSY && tries < 20; tries++)
            rc = db_transact(db, post_it, &(struct work){ a, &p, false });
        bad += rc != RC_OK;
    }
    db_close(db);
    return bad;
}

static void a_race_posts_each_key_once(void)
{
    int64_t id = new_user();
    struct ledger_account_ref from = of(ACCOUNT_CREATOR_PAYABLE, id),
                              to = of(ACCOUNT_CREATOR_TRANSIT, id);
    const struct ledger_leg start = { site(ACCOUNT_PSP), from, 10000, 0 };
    const struct posting p = posting(key("stock"), &start, 1);

    CHECK_INT(post(&p), RC_OK); /* enough for any order */
    fflush(stdout);
    for (int i = 0; i < PROCESSES; i++)
        if (fork() == 0)
            _exit(racer(i, from, to));
    for (int i = 0, status = -1; i < PROCESSES; i++) {
        CHECK(wait(&status) > 0);
        CHECK_INT(status, 0);
    }
    CHECK_INT(number(&q_txs, key("race:%")), KEYS);
    CHECK_INT(number(&q_legs, key("race:%")), 2 * KEYS);
    CHECK_INT(balance(to), KEYS * (KEYS + 1) / 2);
    CHECK_INT(balance(from), 10000 + 10 * KEYS - KEYS * (KEYS + 1) / 2);
}

/* Runs this program again with one lost statement; statements are counted per process. */
static enum rc post_with_loss(int at, bool once, const char *ikey, int64_t id)
{
    const char *argv[] = { "unit_ledger", "lossy",
                           ikey,          arena_printf(a, "%" PRId64, id),
                           currency,      once ? "once" : "again",
                           NULL };
    int status = -1;

    fflush(stdout);
    pid_t pid = fork();
    if (pid == 0) {
        setenv("FAULT", arena_printf(a, "lost:%d", at), 1);
        execv("/proc/self/exe", (char *const *)(uintptr_t)argv);
        _exit(RC_COUNT);
    }
    CHECK(waitpid(pid, &status, 0) == pid && WIFEXITED(status));
    return (enum rc)WEXITSTATUS(status);
}

static struct posting lossy(const char *ikey, int64_t id, struct ledger_leg legs[2])
{
    legs[0] = (struct ledger_leg){ site(ACCOUNT_PSP), of(ACCOUNT_MEMBER, id), 30, 0 };
    legs[1] = (struct ledger_leg){ of(ACCOUNT_MEMBER, id), site(ACCOUNT_PLATFORM), 12, 0 };
    return posting(ikey, legs, 2);
}

static int lossy_child(char **argv)
{
    struct ledger_leg legs[2];
    int64_t id = 0;

    CHECK_INT(str_to_i64(argv[2], strlen(argv[2]), 1, INT64_MAX, &id), RC_OK);
    currency = argv[3];
    const struct posting p = lossy(argv[1], id, legs);
    enum rc rc = db_transact(money, post_it, &(struct work){ a, &p, str_eq(argv[4], "once") });
    return (int)rc;
}

static void a_lost_statement_leaves_all_or_nothing(void)
{
    int lost = 0;

    for (int at = 1; at <= STATEMENTS_MAX; at++) {
        int64_t one = new_user(), two = new_user();
        const char *once = key(arena_printf(a, "lost:%d", at)),
                   *again = key(arena_printf(a, "found:%d", at));
        enum rc rc = post_with_loss(at, true, once, one);
        CHECK(rc == RC_OK || rc == RC_FAIL);
        CHECK_INT(number(&q_txs, once), rc == RC_OK);
        CHECK_INT(number(&q_legs, once), rc == RC_OK ? 2 : 0);
        CHECK_INT(balance(of(ACCOUNT_MEMBER, one)), rc == RC_OK ? 18 : 0);
        lost += rc == RC_FAIL;
        CHECK_INT(post_with_loss(at, false, again, two), RC_OK);
        CHECK_INT(number(&q_txs, again), 1);
        CHECK_INT(balance(of(ACCOUNT_MEMBER, two)), 18);
        if (rc == RC_OK && lost) /* past the COMMIT, which is repeated */
            break;
    }
    CHECK(lost >= 7);
}

/* xorshift64*: Marsaglia 2003, Vigna 2016. */
static uint64_t random_state;
static int64_t below(int64_t n)
{
    random_state ^= random_state >> 12;
    random_state ^= random_state << 25;
    random_state ^= random_state >> 27;
    return (int64_t)(random_state * UINT64_C(2685821657736338717) >> 33) % n;
}

struct model {
    struct ledger_account_ref refs[5 + 4 * CREATORS];
    int64_t debits[5 + 4 * CREATORS], credits[5 + 4 * CREATORS];
};

static void model_new(struct model *m)
{
    static const enum account_kind shared[] = { ACCOUNT_PSP, ACCOUNT_DEFERRED, ACCOUNT_PLATFORM,
                                                ACCOUNT_FEES_LOST, ACCOUNT_VOUCHER };
    static const enum account_kind owned[] = { ACCOUNT_CREATOR_HELD, ACCOUNT_CREATOR_PAYABLE,
                                               ACCOUNT_CREATOR_TRANSIT, ACCOUNT_MEMBER };
    size_t n = 0;

    *m = (struct model){ 0 };
    for (size_t i = 0; i < COUNT(shared); i++)
        m->refs[n++] = site(shared[i]);
    for (int c = 0; c < CREATORS; c++) {
        int64_t id = new_user();
        for (size_t i = 0; i < COUNT(owned); i++)
            m->refs[n++] = of(owned[i], id);
    }
    assert(n == COUNT(m->refs));
}

static enum rc model_post(struct model *m, const size_t sides[][2], const struct posting *p)
{
    struct model next = *m;

    for (size_t i = 0; i < p->n; i++) {
        next.debits[sides[i][0]] += p->legs[i].amount_minor;
        next.credits[sides[i][1]] += p->legs[i].amount_minor;
    }
    for (size_t i = 0; i < COUNT(m->refs); i++) {
        enum account_kind kind = m->refs[i].kind;
        int64_t before = m->credits[i] - m->debits[i], after = next.credits[i] - next.debits[i];
        bool creator = kind == ACCOUNT_CREATOR_HELD || kind == ACCOUNT_CREATOR_PAYABLE;
        if (ledger_is_kept(kind) && after < 0 && after < before && !(p->may_overdraw && creator))
            return RC_DENIED;
    }
    *m = next;
    return RC_OK;
}

static void random_step(struct model *m, int step)
{
    size_t sides[4][2], n = 1 + (size_t)below(4);
    struct ledger_leg legs[4];

    for (size_t i = 0; i < n; i++) {
        sides[i][0] = (size_t)below(COUNT(m->refs));
        sides[i][1] = (sides[i][0] + 1 + (size_t)below(COUNT(m->refs) - 1)) % COUNT(m->refs);
        legs[i] = (struct ledger_leg){ m->refs[sides[i][0]], m->refs[sides[i][1]], 1 + below(1000),
                                       below(5) };
    }
    struct posting p = posting(key(arena_printf(a, "model:%d", step)), legs, n);
    p.may_overdraw = below(8) == 0;
    p.kind = p.may_overdraw ? "refund" : "unit";
    enum rc want = model_post(m, (const size_t(*)[2])sides, &p);
    CHECK_INT(post(&p), want);
    if (want == RC_OK && below(4) == 0)
        CHECK_INT(post(&p), RC_OK);
    if (want == RC_OK && below(8) == 0) {
        legs[n - 1].amount_minor++;
        CHECK_INT(post(&p), RC_CONFLICT);
    }
}

static void the_model_agrees(void)
{
    const char *given = getenv("SEED"), *currency_before = currency;
    struct model m;
    int64_t seed, sum = 0;
    int failed_before = checks_bad;

    random_bytes(&seed, sizeof(seed));
    seed = (seed & INT64_MAX) | 1;
    if (given)
        CHECK_INT(str_to_i64(given, strlen(given), 1, INT64_MAX, &seed), RC_OK);
    random_state = (uint64_t)seed;
    currency = new_currency();
    model_new(&m);
    for (int step = 0; step < STEPS; step++)
        random_step(&m, step);
    for (size_t i = 0; i < COUNT(m.refs); i++) {
        enum ledger_class class = ledger_class(m.refs[i].kind);
        int64_t up = class == LEDGER_ASSET || class == LEDGER_EXPENSE ? -1 : 1;
        CHECK_INT(balance(m.refs[i]), up * (m.credits[i] - m.debits[i]));
        sum += m.credits[i] - m.debits[i];
    }
    CHECK_INT(sum, 0);
    currency = currency_before;
    if (checks_bad > failed_before)
        printf("  SEED=%" PRId64 "\n", seed);
}

/* What an intruder with all rights could do, each in a transaction that is rolled back. */
struct tampering {
    const char *sql; /* as in filled_in() */
    enum rc (*check)(struct db *db, struct arena *a, const struct audit_span *span,
                     struct finding_list *out);
    const char *text; /* of what must be found */
};

static enum rc tamper(struct db *db, void *arg)
{
    const struct tampering *t = arg;
    struct finding_list found = { 0 };
    bool seen = false;

    CHECK_INT(db_script(db, filled_in(t->sql, currency)), RC_OK);
    CHECK_INT(t->check(db, a, &(struct audit_span){ 0 }, &found), RC_OK);
    for (size_t i = 0; i < found.n; i++)
        seen |= strstr(found.items[i].text, t->text) != NULL;
    if (!seen)
        printf("  not found: %s\n", t->sql);
    CHECK(seen);
    return RC_DENIED;
}

static void nothing_is_found(void)
{
    enum rc (*const checks[])(struct db *, struct arena *, const struct audit_span *,
                              struct finding_list *) = { audit_transactions, audit_sums,
                                                         audit_balances, audit_signs };
    for (size_t i = 0; i < COUNT(checks); i++) {
        struct finding_list found = { NULL, 0 };
        CHECK_INT(checks[i](money, a, &(struct audit_span){ 0 }, &found), RC_OK);
        for (size_t k = 0; k < found.n; k++)
            printf("  %s %s\n", found.items[k].subject, found.items[k].text);
        CHECK(found.n == 0);
    }
}

static void the_audit_finds_what_was_tampered_with(void)
{
    static const struct tampering all[] = {
        { TX "('tampered', " DIGEST ", 'unit', 2, 0, 0, NULL)", audit_transactions,
          "has 0 legs, announced 2" },
        { TX "('tampered', " DIGEST ", 'unit', 1, 0, 0, NULL); " LEG
             "(1, (SELECT id FROM ledger_tx WHERE ikey = 'tampered'), 1, $p, $v, $c, 5)",
          audit_transactions, "does not have the digest of its rows" },
        { "SET foreign_key_checks = 0; " TX "('tampered', " DIGEST ", 'unit', 1, 0, 0, NULL); " LEG
          "(1, (SELECT id FROM ledger_tx WHERE ikey = 'tampered'), 1, $p, $v, 'QQQ', 5);"
          " SET foreign_key_checks = 1",
          audit_transactions, "line 1 is QQQ, its accounts " },
        { "SET foreign_key_checks = 0; " TX "('tampered', " DIGEST ", 'unit', 1, 0, 0, NULL); " LEG
          "(1, (SELECT id FROM ledger_tx WHERE ikey = 'tampered'), 1, $p, 0, $c, 5);"
          " SET foreign_key_checks = 1",
          audit_sums, "has debits of " },
        { "UPDATE ledger_balance SET credits_minor = credits_minor + 1 LIMIT 1", audit_balances,
          "keeps debits of " },
        { "DELETE FROM ledger_balance LIMIT 1", audit_balances, "keeps no balance in " },
        { "UPDATE ledger_balance b JOIN ledger_account a ON a.id = b.account_id"
          " SET debits_minor = credits_minor + 3 WHERE a.code LIKE 'liab:member:%'",
          audit_signs, "is at -3 " },
    };

    nothing_is_found(); /* also: the server computes the digests that we wrote */
    for (size_t i = 0; i < COUNT(all); i++) {
        struct tampering t = all[i];
        CHECK_INT(db_transact(admin, tamper, &t), RC_DENIED);
    }
    nothing_is_found();
}

int main(int argc, char **argv)
{
    static const struct check_case cases[] = {
        CASE(codes_are_as_documented),
        CASE(wrong_postings_are_refused),
        CASE(posting_twice_changes_nothing),
        CASE(nobody_spends_what_is_not_there),
        CASE(a_reversal_happens_once),
        CASE(many_are_posted_like_one),
        CASE(the_server_refuses_by_itself),
        CASE(a_race_posts_each_key_once),
        CASE(a_lost_statement_leaves_all_or_nothing),
        CASE(the_model_agrees),
        CASE_AFTER(the_server_refuses_by_itself, the_audit_finds_what_was_tampered_with),
    };

    a = arena_new(256 << 20);
    money = db_new(DB_MONEY, 20);
    if (argc == 6 && str_eq(argv[1], "lossy"))
        return lossy_child(argv + 1);
    CHECK_CHOOSE(argc, argv, cases);
    admin = db_new(DB_ADMIN, 20);
    CHECK_INT(
        db_script(admin, "INSERT IGNORE INTO ledger_currency (id, currency) VALUES (1, 'XTS')"),
        RC_OK);
    currency = new_currency();
    run = str_hex(a, random_id(a, 8), 8);
    check_run();
    db_close(money);
    db_close(admin);
    arena_free(a);
    return check_done("unit_ledger");
}
