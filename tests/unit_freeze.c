/* Freezes against a real database, with figures calculated by hand: a payment of 999 with 167 of tax and
 * a fee of 40 leaves 554 for creators. Whatever is frozen and given back leaves no trace, and every step
 * may be lost, killed or done by many processes at once. Needs OVS_CONF of a running site.
 *
 *   unit_freeze PHASE NOW_MS   settle, freeze, mature or refund, as a process of its own; for the test */
#include "app/money/freeze.h"
#include "app/income/payment.h"
#include "app/income/reversal.h"
#include "app/money/ledger.h"
#include "app/money/month.h"
#include "app/money/settle.h"
#include "app/reports/audit.h"
#include "base/clock.h"
#include "base/sb.h"
#include "base/str.h"
#include "own_db.h"

enum {
    MEMBERS = 8, /* ids from 1 */
    ANN = 21,
    BOB,
    CAS,
    CREATORS_END,
    PROCESSES = 6,
    TRIES = 100,
    STEPS_MAX = 80, /* more than a phase has */
    LINES_MAX = 10000,
    WORLDS = 6,
    ACTS = 40,
};
static const int64_t paid_ms = INT64_C(1768003200000);    /* 2026-01-10 00:00 UTC */
static const int64_t settled_ms = INT64_C(1770854400000); /* 2026-02-12: 48 hours after its end */
static const int64_t closed_ms = INT64_C(1772503200000);  /* 2026-03-03 02:00 */
static const int64_t matured_ms = INT64_C(1775174400000); /* 2026-04-03 */

static struct arena *a;
static struct db *money, *admin;
static const struct ledger_account_ref psp = { ACCOUNT_PSP, 0 };

struct line {
    const char *text;
};
struct line_list {
    struct line *items;
    size_t n;
};
SHAPE(line_shape, struct line, COLUMN(struct line, text));
STMT(
    q_watch, NULL,
    "INSERT INTO watch_day (user_id, day, video_id, creator_id, unit_id, credited_ms, raw_ms, lost)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, 0)");
STMT(q_n, &number_shape, "SELECT COUNT(*) AS n FROM ledger_tx WHERE kind = 'freeze'");
/* The books, and the same without what freezes did: of their accounts, what creators own in all. */
STMT(
    q_books, &line_shape,
    "SELECT CONCAT_WS(' ', t.kind, t.effective_ms, l.line, d.code, c.code, l.amount_minor,"
    " l.unit_id - (SELECT MIN(id) FROM unit)) AS text"
    " FROM ledger_tx t JOIN ledger_leg l ON l.tx_id = t.id JOIN ledger_account d"
    " ON d.id = l.debit_id JOIN ledger_account c ON c.id = l.credit_id WHERE t.kind <> 'freeze'"
    " UNION ALL SELECT CONCAT_WS(' ', a.code, b.credits_minor - b.debits_minor)"
    " FROM ledger_balance b JOIN ledger_account a ON a.id = b.account_id"
    " WHERE b.credits_minor <> b.debits_minor"
    " UNION ALL SELECT CONCAT_WS(' ', 'share', unit_id - (SELECT MIN(id) FROM unit), creator_id, seconds, amount_minor,"
    " early_minor, reversed_minor, absorbed_minor) FROM unit_share ORDER BY text");
STMT(
    q_parts, &line_shape,
    "SELECT CONCAT_WS(' ', 'part', p.freeze_id, p.unit_id, p.minor, p.pooled, p.matured) AS text"
    " FROM freeze_part p WHERE p.minor > 0 UNION ALL SELECT CONCAT_WS(' ', 'waits', id) FROM freeze"
    " WHERE passed <> changes ORDER BY text");

static int64_t count(const struct stmt *q)
{
    int64_t row = -1;
    CHECK_INT(db_number(admin, a, q, NO_ARGS, &row), RC_OK);
    return row;
}

static void script(const char *sql) { CHECK_INT(db_script(admin, sql), RC_OK); }

static int64_t on(enum account_kind kind, int64_t owner)
{
    int64_t minor = -1;
    CHECK_INT(ledger_sum(money, a, (struct ledger_account_ref){ kind, owner }, "XTS", &minor),
              RC_OK);
    return minor;
}

static const char *of(int64_t creator)
{
    return arena_printf(a, "held %" PRId64 " payable %" PRId64 " frozen %" PRId64,
                        on(ACCOUNT_CREATOR_HELD, creator), on(ACCOUNT_CREATOR_PAYABLE, creator),
                        on(ACCOUNT_CREATOR_FROZEN, creator));
}

/* An empty economy, without the triggers that keep it. */
static void begin(void)
{
    arena_reset(a);
    script(
        "SET foreign_key_checks = 0; START TRANSACTION; DELETE FROM ledger_balance; DELETE FROM ledger_leg;"
        " DELETE FROM ledger_tx; DELETE FROM ledger_account; DELETE FROM ledger_unsummed;"
        " DELETE FROM ledger_unaudited; DELETE FROM freeze_part;"
        " DELETE FROM freeze; DELETE FROM month_uplift; DELETE FROM month_close;"
        " DELETE FROM unit_share; DELETE FROM reversal_unit; DELETE FROM reversal;"
        " DELETE FROM paid_span; DELETE FROM paid_span_gone; DELETE FROM unit;"
        " DELETE FROM document; DELETE FROM receipt; DELETE FROM payment;"
        " DELETE FROM subscription; DELETE FROM watch_day; DELETE FROM watch_dirty;"
        " DELETE FROM watch_node; DELETE FROM video; UPDATE policy SET rule = 'user';"
        " COMMIT; SET foreign_key_checks = 1");
}

static void add_users(void)
{
    for (int64_t id = 1; id < CREATORS_END; id++)
        script(arena_printf(a,
                            "INSERT INTO user (id, email, handle, display_name, created_ms) VALUES"
                            " (%" PRId64 ", 'u%" PRId64 "@example.org', 'u%" PRId64 "', 'Unit', 0)",
                            id, id, id));
    script("DROP TRIGGER document_stay; DROP TRIGGER receipt_stay; DROP TRIGGER"
           " ledger_account_stay; DROP TRIGGER ledger_tx_stay; DROP TRIGGER ledger_leg_stay");
}

/* What people do */

static enum rc book_it(struct db *db, void *arg) { return payment_book(db, a, arg, psp); }

static const char *ref_of(int64_t user, int64_t at_ms)
{
    return arena_printf(a, "p%" PRId64 "-%" PRId64, user, at_ms);
}

static int64_t pay(int64_t user, int64_t at_ms)
{
    struct payment p = {
        .user_id = user,
        .amount_minor = 999,
        .tax_minor = 167,
        .fee_minor = 40,
        .months = 1,
        .paid_ms = at_ms,
        .provider = "test",
        .provider_ref = ref_of(user, at_ms),
        .currency = "XTS",
    };
    struct unit_list units;

    CHECK_INT(db_transact(money, book_it, &p), RC_OK);
    CHECK_INT(unit_list(money, a, user, &units), RC_OK);
    script("DELETE FROM watch_dirty");
    return units.items[0].id;
}

/* The videos of ann, bob and cas are 1 to 9, 11 to 19 and 21 to 29. */
static void watch_on(int64_t day, int64_t user, int64_t unit, int64_t video, int64_t seconds)
{
    CHECK_INT(db_run(admin, &q_watch,
                     ARGS(I64(user), I64(paid_ms / DAY_MS + day), I64(video), I64(ANN + video / 10),
                          I64(unit), I64(seconds * SECOND_MS), I64(seconds * SECOND_MS)),
                     NULL),
              RC_OK);
}

static void watch(int64_t user, int64_t unit, int64_t video, int64_t seconds)
{
    watch_on(0, user, unit, video, seconds);
}

struct going_back {
    struct reversal r;
    int64_t now_ms;
};
static enum rc give_back_it(struct db *db, void *arg)
{
    const struct going_back *g = arg;
    return reversal_apply(db, a, &g->r, psp, g->now_ms);
}

static enum rc refund_at(int64_t user, int64_t minor, int64_t now_ms, enum reversal_state state)
{
    struct going_back g = {
        .r = { .kind = REVERSAL_REFUND,
               .state = state,
               .provider = "test",
               .provider_ref = arena_printf(a, "r%" PRId64 "-%" PRId64, user, minor),
               .payment_ref = ref_of(user, paid_ms),
               .amount_minor = minor },
        .now_ms = now_ms,
    };
    return db_transact(money, give_back_it, &g);
}

static void refund(int64_t user, int64_t minor, int64_t now_ms)
{
    CHECK_INT(refund_at(user, minor, now_ms, REVERSAL_DONE), RC_OK);
}

static void settle(int64_t now_ms)
{
    struct settled sum;
    CHECK_INT(settle_run(money, a, now_ms, false, &sum, NULL), RC_OK);
}

static void close_months(int64_t now_ms)
{
    struct month last = { 0 };
    int64_t closed;
    enum rc rc = month_close_due(money, a, now_ms, INT64_MAX, &closed, &last);
    CHECK(rc == RC_OK || rc == RC_NOT_FOUND);
}

static void mature(int64_t now_ms)
{
    struct matured sum;
    CHECK_INT(mature_run(money, a, now_ms, false, &sum), RC_OK);
}

/* What is frozen */

static struct freeze of_video(const char *key, int64_t creator, int64_t video)
{
    return (struct freeze){
        .key = key, .creator_id = creator, .video_id = video, .why = "somebody else's film"
    };
}

static void put(struct freeze f) { CHECK_INT(freeze_put(money, a, &f, settled_ms), RC_OK); }

static void decide(const char *key, enum freeze_state to)
{
    CHECK_INT(freeze_release(money, a, key, to, settled_ms), RC_OK);
}

static void run_at(int64_t now_ms)
{
    int64_t units;
    enum rc rc = freeze_run(money, a, now_ms, &units);
    CHECK(rc == RC_OK || rc == RC_NOT_FOUND);
}

static void run(void) { run_at(settled_ms + HOUR_MS); }

static bool waits(int64_t creator)
{
    bool yes = false;
    CHECK_INT(freeze_waits(money, a, creator, &yes), RC_OK);
    return yes;
}

static int64_t minor_of(const char *key)
{
    struct freeze f = { .minor = -1 };
    CHECK_INT(freeze_get(money, a, key, &f), RC_OK);
    return f.minor;
}

/* The checks of the audit that freezes could upset find nothing. */
static void audit(int64_t now_ms)
{
    const struct audit_span span = { .now_ms = now_ms };
    enum rc (*const checks[])(
        struct db *, struct arena *, const struct audit_span *,
        struct finding_list *) = { audit_freezes, audit_balances, audit_sums,   audit_signs,
                                   audit_units,   audit_shares,   audit_closes, audit_carried };
    struct finding_list found;

    for (size_t i = 0; i < COUNT(checks); i++) {
        CHECK_INT(checks[i](money, a, &span, &found), RC_OK);
        for (size_t k = 0; k < found.n; k++)
            printf("  %s %s\n", found.items[k].subject, found.items[k].text);
        CHECK_INT((int64_t)found.n, 0);
    }
}

/* One month: 100 s of video 1 and 200 s of video 2 of ann, 300 s of video 11 of bob. */
static int64_t a_month(void)
{
    begin();
    int64_t unit = pay(1, paid_ms);
    watch(1, unit, 1, 100);
    watch(1, unit, 2, 200);
    watch(1, unit, 11, 300);
    return unit;
}

static void exactly_what_the_video_earned(void)
{
    a_month();
    settle(settled_ms);
    put(of_video("report/1", ANN, 1));
    CHECK(waits(ANN));
    CHECK(!waits(BOB));
    CHECK_STR(of(ANN), "held 277 payable 0 frozen 0");
    run();
    CHECK(!waits(ANN));
    CHECK_STR(of(ANN), "held 185 payable 0 frozen 92"); /* 277 * 100 / 300 */
    CHECK_STR(of(BOB), "held 277 payable 0 frozen 0");
    CHECK_INT(minor_of("report/1"), 92);
    audit(settled_ms + DAY_MS);

    decide("report/1", FREEZE_POOL);
    CHECK(waits(ANN));
    run();
    CHECK_STR(of(ANN), "held 185 payable 0 frozen 0");
    CHECK_INT(on(ACCOUNT_IDLE, 0), 92);
    CHECK_INT(minor_of("report/1"), 92);
    audit(settled_ms + DAY_MS);

    decide("report/1", FREEZE_CREATOR); /* after an appeal */
    run();
    CHECK_STR(of(ANN), "held 277 payable 0 frozen 0");
    CHECK_INT(on(ACCOUNT_IDLE, 0), 0);
    CHECK_INT(count(&q_n), 3);
    run_at(settled_ms + DAY_MS); /* once more, for what was settled meanwhile */
    run_at(settled_ms + DAY_MS);
    CHECK_INT(count(&q_n), 3);
    audit(settled_ms + DAY_MS);
}

static void before_it_is_settled_and_after(void)
{
    int64_t unit = a_month();

    put(of_video("report/1", ANN, 1));
    settle(settled_ms);
    CHECK_STR(of(ANN), "held 185 payable 0 frozen 92");
    CHECK(waits(ANN));
    run();
    CHECK_INT(count(&q_n), 1);
    watch(1, unit, 3, 500); /* too late to count */
    run_at(settled_ms + DAY_MS);
    CHECK_STR(of(ANN), "held 277 payable 0 frozen 0"); /* it might not have counted: hers */
    audit(settled_ms + DAY_MS);
}

static void of_a_span_of_days(void)
{
    struct freeze f = of_video("report/1", ANN, 0);

    begin();
    int64_t unit = pay(1, paid_ms);
    for (int64_t day = 0; day < 3; day++)
        watch_on(day, 1, unit, 1, 100);
    settle(settled_ms);
    f.from_ms = paid_ms + 2 * DAY_MS - 1; /* the day that it touches belongs to it */
    f.to_ms = paid_ms + 2 * DAY_MS;
    put(f);
    run();
    CHECK_STR(of(ANN), "held 370 payable 0 frozen 184"); /* 554 / 3 */
    f.to_ms = f.from_ms;
    f.key = "report/2";
    CHECK_INT(freeze_put(money, a, &f, settled_ms), RC_INVALID);
    f.to_ms = 0;
    put(f);
    run();
    CHECK_STR(of(ANN), "held 186 payable 0 frozen 368");
    audit(settled_ms + DAY_MS);
}

static void a_key_is_one_freeze(void)
{
    struct freeze f = of_video("report/1", ANN, 1);

    a_month();
    put(f);
    put(f);
    f.video_id = 2;
    CHECK_INT(freeze_put(money, a, &f, settled_ms), RC_CONFLICT);
    CHECK_INT(freeze_release(money, a, "report/2", FREEZE_POOL, settled_ms), RC_NOT_FOUND);
    f = of_video("report 2", ANN, 1);
    CHECK_INT(freeze_put(money, a, &f, settled_ms), RC_INVALID);
    f = of_video("report/3", 999, 1);
    CHECK_INT(freeze_put(money, a, &f, settled_ms), RC_CONFLICT);
}

static void overlapping_ones_take_no_more_than_one(void)
{
    a_month();
    settle(settled_ms);
    put(of_video("a", ANN, 1));
    put(of_video("b", ANN, 0));
    run();
    CHECK_INT(minor_of("a"), 92);
    CHECK_INT(minor_of("b"), 184); /* 277 * 200 / 300 */
    CHECK_STR(of(ANN), "held 1 payable 0 frozen 276");
    decide("b", FREEZE_POOL); /* all of it */
    run();
    CHECK_INT(minor_of("a"), 0);
    CHECK_INT(minor_of("b"), 277);
    decide("b", FREEZE_CREATOR); /* the other one is still open */
    run();
    CHECK_INT(minor_of("a"), 92);
    CHECK_STR(of(ANN), "held 185 payable 0 frozen 92");
    decide("a", FREEZE_CREATOR);
    run();
    CHECK_STR(of(ANN), "held 277 payable 0 frozen 0");
    CHECK_INT(on(ACCOUNT_IDLE, 0), 0);
    audit(settled_ms + DAY_MS);
}

static void what_was_hidden_earned_nothing(void)
{
    a_month();
    script("INSERT INTO video (id, public_id, user_id, category_id, title, state, free_state,"
           " created_ms) VALUES (1, 'AAAAAAAAAAA', 21, 1, 'bad', 'hidden', 'ready', 0),"
           " (2, 'BBBBBBBBBBB', 21, 1, 'good', 'ready', NULL, 0)");
    settle(settled_ms); /* 200 s of ann, 300 of bob */
    CHECK_STR(of(ANN), "held 222 payable 0 frozen 0");
    put(of_video("bad", ANN, 1));
    run();
    CHECK_STR(of(ANN), "held 222 payable 0 frozen 0");
    put(of_video("good", ANN, 2));
    run();
    CHECK_STR(of(ANN), "held 0 payable 0 frozen 222");
    audit(settled_ms + DAY_MS);
}

static void it_stays_frozen_when_the_rest_matures(void)
{
    a_month();
    put(of_video("a", ANN, 1));
    put(of_video("b", ANN, 2));
    decide("b", FREEZE_POOL);
    settle(settled_ms);
    run();
    CHECK_STR(of(ANN), "held 1 payable 0 frozen 92");
    mature(matured_ms);
    CHECK_STR(of(ANN), "held 0 payable 1 frozen 92");
    CHECK_INT(on(ACCOUNT_IDLE, 0), 184);
    decide("a", FREEZE_CREATOR);
    decide("b", FREEZE_CREATOR);
    run_at(matured_ms + HOUR_MS);
    CHECK_STR(of(ANN), "held 0 payable 277 frozen 0");
    audit(matured_ms + DAY_MS);
}

static void what_was_paid_out_stays_paid_out(void)
{
    const struct ledger_leg leg = { { ACCOUNT_CREATOR_PAYABLE, ANN }, psp, 200, 0 };
    const struct posting paid = { .ikey = "paid",
                                  .kind = "payout",
                                  .effective_ms = matured_ms,
                                  .currency = "XTS",
                                  .legs = &leg,
                                  .n = 1 };
    a_month();
    settle(settled_ms);
    mature(matured_ms);
    CHECK_INT(ledger_post(money, a, &paid), RC_OK);
    put(of_video("a", ANN, 0));
    run_at(matured_ms + HOUR_MS);
    CHECK_STR(of(ANN), "held 0 payable 0 frozen 77");
    decide("a", FREEZE_POOL);
    run_at(matured_ms + HOUR_MS);
    CHECK_INT(on(ACCOUNT_IDLE, 0), 77);
    audit(matured_ms + DAY_MS);
}

static void refunds_take_their_part_of_it(void)
{
    a_month();
    settle(settled_ms);
    put(of_video("a", ANN, 1));
    run();
    refund(1, 400, settled_ms + DAY_MS); /* leaves 320 for creators: 160 and 160 */
    CHECK_STR(of(ANN), "held 107 payable 0 frozen 53");
    CHECK_STR(of(BOB), "held 160 payable 0 frozen 0");
    audit(settled_ms + 2 * DAY_MS);
    close_months(closed_ms);
    refund(1, 300, closed_ms + HOUR_MS);               /* a closed month: half of what is left */
    CHECK_STR(of(ANN), "held 54 payable 0 frozen 26"); /* 160 - floor(160 * 300 / 599) */
    decide("a", FREEZE_POOL);
    run_at(closed_ms + 2 * HOUR_MS);
    CHECK_INT(refund_at(1, 300, closed_ms + DAY_MS, REVERSAL_UNDONE), RC_OK);
    CHECK_STR(of(ANN), "held 107 payable 0 frozen 0");
    CHECK_INT(on(ACCOUNT_IDLE, 0), 53);
    audit(closed_ms + 2 * DAY_MS);
}

static void the_pool_raises_others_and_gives_back(void)
{
    a_month();
    put(of_video("a", ANN, 1));
    settle(settled_ms);
    decide("a", FREEZE_POOL);
    run();
    CHECK_INT(on(ACCOUNT_IDLE, 0), 92);
    close_months(closed_ms); /* both earned 277: the odd cent goes to neither */
    CHECK_INT(on(ACCOUNT_IDLE, 0), 0);
    CHECK_STR(of(ANN), "held 231 payable 0 frozen 0");
    CHECK_STR(of(BOB), "held 323 payable 0 frozen 0");
    audit(closed_ms + DAY_MS);
    decide("a", FREEZE_CREATOR); /* later months make up for it */
    run_at(closed_ms + HOUR_MS);
    CHECK_INT(on(ACCOUNT_IDLE, 0), -92);
    CHECK_STR(of(ANN), "held 323 payable 0 frozen 0");
    audit(closed_ms + DAY_MS);
}

static void under_the_rule_scaled_once_the_month_is_closed(void)
{
    a_month();
    script("UPDATE policy SET rule = 'scaled'");
    put(of_video("a", ANN, 1));
    settle(settled_ms);
    run();
    CHECK_STR(of(ANN), "held 0 payable 0 frozen 0");
    close_months(closed_ms);
    CHECK_STR(of(ANN), "held 277 payable 0 frozen 0");
    run_at(closed_ms + FREEZE_AGAIN_MS);
    CHECK_STR(of(ANN), "held 185 payable 0 frozen 92");
    mature(matured_ms);
    CHECK_STR(of(ANN), "held 0 payable 185 frozen 92");
    audit(matured_ms + DAY_MS);
}

static void the_audit_finds_what_is_wrong(void)
{
    const struct audit_span later = { .now_ms = settled_ms + (FREEZE_DECIDE_DAYS + 1) * DAY_MS };
    struct finding_list found;

    a_month();
    settle(settled_ms);
    put(of_video("a", ANN, 1));
    CHECK_INT(audit_freezes(money, a, &later, &found), RC_OK);
    CHECK_INT((int64_t)found.n, 2); /* not gone through, not decided */
    run();
    CHECK_INT(audit_freezes(money, a, &later, &found), RC_OK);
    CHECK_INT((int64_t)found.n, 1);
    CHECK_STR(found.items[0].text, "of creator 21 has been open since 2026-02-12: decide about a");
    script("UPDATE freeze_part SET minor = 1000");
    CHECK_INT(audit_freezes(money, a, &later, &found), RC_OK);
    CHECK_INT((int64_t)found.n, 4); /* its postings, the account, and more than the share */
}

/* No trace */

static const char *text_of(const struct stmt *q)
{
    struct line_list lines;
    struct sb o = { .a = a };

    CHECK_INT(DB_LIST(admin, a, q, NO_ARGS, LINES_MAX, &lines), RC_OK);
    for (size_t i = 0; i < lines.n; i++)
        sb_addf(&o, "%s\n", lines.items[i].text);
    return o.buf ? o.buf : "";
}

static uint64_t random_state;
static int64_t below(int64_t n)
{
    random_state = random_state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (int64_t)(random_state >> 33) % n;
}

/* The same acts in a world with freezes and in one without: `freezing` only adds to them. */
static void act(bool freezing, int64_t *now_ms)
{
    int64_t what = below(9), user = 1 + below(MEMBERS), minor = 100 + below(300);
    int64_t video = 1 + below(29);
    char key[8];

    snprintf(key, sizeof(key), "k%d", (int)below(6));
    *now_ms += HOUR_MS * (1 + below(40));
    if (what == 0)
        settle(*now_ms);
    else if (what == 1)
        mature(*now_ms);
    else if (what == 2)
        close_months(*now_ms);
    else if (what == 3 || what == 4) {
        enum rc rc = refund_at(user, minor, *now_ms, REVERSAL_DONE);
        CHECK(rc == RC_OK || rc == RC_INVALID || rc == RC_NOT_FOUND || rc == RC_CONFLICT);
    } else if (freezing && what <= 6) {
        struct freeze f = of_video(key, ANN + video / 10, video % 3 ? video : 0);
        enum rc rc = freeze_put(money, a, &f, *now_ms);
        CHECK(rc == RC_OK || rc == RC_CONFLICT);
        if (below(2))
            run_at(*now_ms);
    } else if (freezing && what == 7) {
        enum rc rc = freeze_release(money, a, key, below(2) ? FREEZE_CREATOR : FREEZE_OPEN,
                                    *now_ms);
        CHECK(rc == RC_OK || rc == RC_NOT_FOUND);
    } else if (freezing)
        run_at(*now_ms);
}

static const char *world(uint64_t seed, bool freezing)
{
    int64_t now_ms = settled_ms - DAY_MS;

    begin();
    for (int64_t user = 1; user <= MEMBERS; user++) {
        int64_t unit = pay(user, paid_ms);
        for (int64_t video = 1 + user % 5; video < 29; video += 3)
            watch_on(video % 4, user, unit, video, 20 + 7 * user + 13 * video);
    }
    random_state = seed;
    for (int i = 0; i < ACTS; i++) {
        uint64_t before = random_state;
        act(freezing, &now_ms);
        random_state = before;
        for (int k = 0; k < 9; k++) /* both worlds draw the same numbers */
            (void)below(2);
        if (freezing && i % 10 == 9) {
            run_at(now_ms);
            audit(now_ms);
        }
    }
    script("UPDATE freeze SET state = 'creator', decided_ms = 1, changes = changes + 1");
    run_at(now_ms + 365 * DAY_MS);
    return text_of(&q_books);
}

static void what_is_given_back_leaves_no_trace(void)
{
    for (uint64_t seed = 1; seed <= WORLDS; seed++) {
        const char *with = world(seed, true);
        CHECK(count(&q_n) > 0);
        char *kept = strdup(with);
        const char *without = world(seed, false);
        CHECK_INT(count(&q_n), 0);
        if (!str_eq(kept, without))
            printf("  seed %d\n%s\n---\n%s", (int)seed, kept, without);
        CHECK(str_eq(kept, without));
        free(kept);
    }
}

/* Killed, lost, done at once */

static const char *const kept[] = { "ledger_account", "ledger_tx",       "ledger_leg",
                                    "ledger_balance", "ledger_unsummed", "ledger_unaudited",
                                    "unit",           "unit_share",      "freeze",
                                    "freeze_part",    "reversal",        "reversal_unit",
                                    "receipt",        "document",        "receipt_counter",
                                    "subscription",   "paid_span",       "paid_span_gone" };

static void keep(void)
{
    for (size_t i = 0; i < COUNT(kept); i++)
        script(arena_printf(
            a, "DROP TABLE IF EXISTS kept_%s; CREATE TABLE kept_%s AS SELECT * FROM %s", kept[i],
            kept[i], kept[i]));
}

static void put_back(void)
{
    struct sb sql = { .a = a };

    sb_str(&sql, "SET foreign_key_checks = 0; START TRANSACTION;");
    for (size_t i = 0; i < COUNT(kept); i++)
        sb_addf(&sql, "DELETE FROM %s;", kept[i]);
    for (size_t i = 0; i < COUNT(kept); i++)
        if (!str_starts(kept[i], "ledger_un")) /* the trigger of ledger_tx adds them */
            sb_addf(&sql, "INSERT INTO %s SELECT * FROM kept_%s;", kept[i], kept[i]);
    sb_str(&sql, "COMMIT; SET foreign_key_checks = 1");
    script(sql.buf);
}

static const struct phase {
    const char *name;
    int64_t after_ms; /* of settled_ms */
} phases[] = {
    { "settle", 0 }, { "freeze", HOUR_MS }, { "refund", 2 * HOUR_MS }, { "mature", 50 * DAY_MS }
};

static int child(const char *phase, int64_t now_ms)
{
    struct settled s;
    struct matured m;
    int64_t units;
    enum rc rc = str_eq(phase, "settle")   ? settle_run(money, a, now_ms, false, &s, NULL)
                 : str_eq(phase, "mature") ? mature_run(money, a, now_ms, false, &m)
                 : str_eq(phase, "refund") ? refund_at(1, 400, now_ms, REVERSAL_DONE)
                                           : freeze_run(money, a, now_ms, &units);
    return rc_exit(rc == RC_NOT_FOUND ? RC_OK : rc);
}

static pid_t start(const struct phase *p, const char *fault)
{
    fflush(stdout);
    pid_t pid = fork();
    if (pid == 0) {
        if (fault)
            setenv("FAULT", fault, 1);
        execl("/proc/self/exe", "unit_freeze", p->name,
              arena_printf(a, "%" PRId64, settled_ms + p->after_ms), NULL);
        _exit(1);
    }
    return pid;
}

/* Its exit code, or 128 and the number of the signal that ended it. */
static int result_of(pid_t pid)
{
    int status = -1;
    CHECK(waitpid(pid, &status, 0) == pid);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static const char *dump(void)
{
    return arena_printf(a, "%s%sidle %" PRId64 "\n", text_of(&q_books), text_of(&q_parts),
                        on(ACCOUNT_IDLE, 0));
}

/* The books after as many runs as it takes: while the server undoes what a killed process left, a run
 * passes over those months, and the next one has to take them up. */
static const char *run_until(const struct phase *p, const char *want)
{
    const char *got = NULL;

    for (int i = 0; i < TRIES && !(got && want && str_eq(got, want)); i++) {
        int result = result_of(start(p, NULL));
        CHECK(result == 0 || result == 75);
        got = dump();
        if (want == NULL && result == 0)
            break;
    }
    return got;
}

/* Does the N-th step of the phase meet that fault? The books are the same in any case. */
static bool check_step(const struct phase *p, const char *kind, int step, const char *want)
{
    put_back();
    int result = result_of(start(p, arena_printf(a, "%s:%d", kind, step)));
    CHECK(result == 0 || result == 75 || result == 128 + SIGKILL);
    const char *got = run_until(p, want);
    if (!str_eq(got, want))
        printf("  %s, FAULT=%s:%d\n%s---\n%s", p->name, kind, step, got, want);
    CHECK(str_eq(got, want));
    return result == 128 + SIGKILL;
}

static void check_faults(const struct phase *p, const char *want)
{
    static const char *const kinds[] = { "after", "unheard" };
    int steps = 0;

    while (steps < STEPS_MAX && check_step(p, "before", steps + 1, want))
        steps++;
    CHECK(steps > 8 && steps < STEPS_MAX);
    for (int step = 1; step <= steps; step++)
        for (size_t i = 0; i < COUNT(kinds); i++)
            CHECK(check_step(p, kinds[i], step, want) == (i == 0));
}

static void check_at_once(const struct phase *p, const char *want)
{
    pid_t pids[PROCESSES];

    put_back();
    for (int i = 0; i < PROCESSES; i++)
        pids[i] = start(p, NULL);
    for (int i = 0; i < PROCESSES; i++) {
        int result = result_of(pids[i]);
        CHECK(result == 0 || result == 75);
    }
    CHECK(str_eq(run_until(p, want), want));
}

static void whatever_happens_the_books_are_the_same(void)
{
    begin();
    for (int64_t user = 1; user <= 2; user++) {
        int64_t unit = pay(user, paid_ms);
        for (int64_t video = 1; video < 29; video += 3)
            watch(user, unit, video, 10 * user + 7 * video);
    }
    put(of_video("a", ANN, 1));
    put(of_video("b", BOB, 0));
    put(of_video("c", ANN, 4));
    decide("c", FREEZE_POOL);
    for (size_t i = 0; i < COUNT(phases); i++) {
        if (str_eq(phases[i].name,
                   "freeze")) { /* what was settled with them is decided otherwise */
            decide("a", FREEZE_POOL);
            decide("b", FREEZE_CREATOR);
            put(of_video("d", CAS, 0));
        }
        keep();
        const char *want = run_until(&phases[i], NULL);
        CHECK(str_eq(run_until(&phases[i], NULL), want));
        check_faults(&phases[i], want);
        check_at_once(&phases[i], want);
        audit(settled_ms + phases[i].after_ms + DAY_MS);
    }
}

int main(int argc, char **argv)
{
    static const struct check_case cases[] = {
        CASE(exactly_what_the_video_earned),
        CASE(before_it_is_settled_and_after),
        CASE(of_a_span_of_days),
        CASE(a_key_is_one_freeze),
        CASE(overlapping_ones_take_no_more_than_one),
        CASE(what_was_hidden_earned_nothing),
        CASE(it_stays_frozen_when_the_rest_matures),
        CASE(what_was_paid_out_stays_paid_out),
        CASE(refunds_take_their_part_of_it),
        CASE(the_pool_raises_others_and_gives_back),
        CASE(under_the_rule_scaled_once_the_month_is_closed),
        CASE(the_audit_finds_what_is_wrong),
        CASE(what_is_given_back_leaves_no_trace),
        CASE(whatever_happens_the_books_are_the_same),
    };
    int64_t now_ms;

    if (argc == 3 && str_to_i64(argv[2], strlen(argv[2]), 1, INT64_MAX, &now_ms) == RC_OK) {
        a = arena_new(64 << 20);
        money = db_new(DB_MONEY, 30);
        return child(argv[1], now_ms);
    }
    CHECK_CHOOSE(argc, argv, cases);
    admin = own_db("settle_hours = 48\nclose_day = 3\nclawback = offset\n");
    a = arena_new(256 << 20);
    money = db_new(DB_MONEY, 30);
    add_users();
    check_run();
    db_close(money);
    arena_free(a);
    return check_done("unit_freeze");
}
