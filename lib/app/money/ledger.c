#include "app/money/ledger.h"
#include "app/money/clock_guard.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/sb.h"
#include "base/str.h"
#include "io/rows.h"
#include "io/secret.h"

#define KEY_BYTES "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789:_-./"

enum { IKEY_MAX_BYTES = 120, KIND_MAX_BYTES = 32, REF_TYPE_MAX_BYTES = 24, REF_ID_MAX_BYTES = 64 };

struct tx {
    int64_t id, legs;
    const char *ikey, *digest;
};
struct tx_list {
    struct tx *items;
    size_t n;
};
SHAPE(tx_shape, struct tx, COLUMN(struct tx, id), COLUMN(struct tx, legs), COLUMN(struct tx, ikey),
      COLUMN(struct tx, digest));
struct found {
    int64_t id, n;
};
struct found_list {
    struct found *items;
    size_t n;
};
SHAPE(found_shape, struct found, COLUMN(struct found, id), COLUMN(struct found, n));
struct books_currency {
    const char *currency;
};
SHAPE(currency_shape, struct books_currency, COLUMN(struct books_currency, currency));
struct sums {
    int64_t debits, credits;
};
SHAPE(sums_shape, struct sums, COLUMN(struct sums, debits), COLUMN(struct sums, credits));
SHAPE(entry_shape, struct ledger_entry, COLUMN(struct ledger_entry, tx_id),
      COLUMN(struct ledger_entry, effective_ms), COLUMN(struct ledger_entry, unit_id),
      COLUMN(struct ledger_entry, amount_minor), COLUMN(struct ledger_entry, ikey),
      COLUMN(struct ledger_entry, kind), COLUMN(struct ledger_entry, other));

/* Locking: only such a read sees what others committed after this transaction's first read. */
STMT(q_txs, &tx_shape,
     "SELECT t.id, t.legs, t.ikey, t.digest FROM (SELECT ikey FROM JSON_TABLE(?, '$[*]' COLUMNS ("
     " ikey VARCHAR(120) CHARACTER SET ascii COLLATE ascii_bin PATH '$[0]')) j) r"
     " STRAIGHT_JOIN ledger_tx t ON t.ikey = r.ikey"
     " LOCK IN SHARE MODE");
STMT(q_add_txs, NULL,
     "INSERT INTO ledger_tx (ikey, digest, kind, reverses, ref_type, ref_id, legs, effective_ms,"
     " created_ms) SELECT ikey, digest, kind, NULLIF(reverses, 0), ref_type, ref_id, legs,"
     " effective_ms, created_ms FROM JSON_TABLE(?, '$[*]' COLUMNS (ikey VARCHAR(120) PATH '$[0]',"
     " digest CHAR(64) PATH '$[1]', kind VARCHAR(32) PATH '$[2]', reverses BIGINT PATH '$[3]',"
     " ref_type VARCHAR(24) PATH '$[4]', ref_id VARCHAR(64) PATH '$[5]', legs INT PATH '$[6]',"
     " effective_ms BIGINT PATH '$[7]', created_ms BIGINT PATH '$[8]')) r");
STMT(q_account, &number_shape,
     "SELECT id AS n FROM ledger_account WHERE code = ? AND currency = ?");
#define ACCOUNTS                                                                                   \
    "SELECT a.id, r.n FROM (SELECT n, code, currency FROM JSON_TABLE(?, '$[*]' COLUMNS ("          \
    " n BIGINT PATH '$[0]', code VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin PATH '$[1]',"   \
    " currency CHAR(3) CHARACTER SET ascii COLLATE ascii_bin PATH '$[2]')) j) r"                   \
    " STRAIGHT_JOIN ledger_account a ON a.code = r.code AND a.currency = r.currency"
STMT(q_accounts, &found_shape, ACCOUNTS);
STMT(q_accounts_now, &found_shape, ACCOUNTS " LOCK IN SHARE MODE");
/* IGNORE: another process was faster, or there is no such owner; reading them again tells which. */
STMT(q_add_accounts, NULL,
     "INSERT IGNORE INTO ledger_account (code, currency, class, owner_id) SELECT code, currency,"
     " class, NULLIF(owner_id, 0) FROM JSON_TABLE(?, '$[*]' COLUMNS (code VARCHAR(64) PATH '$[1]',"
     " currency VARCHAR(3) PATH '$[2]', class VARCHAR(9) PATH '$[3]',"
     " owner_id BIGINT PATH '$[4]')) r");
STMT(q_add_balances, NULL,
     "INSERT IGNORE INTO ledger_balance (account_id) SELECT id FROM JSON_TABLE(?, '$[*]' COLUMNS"
     " (id BIGINT PATH '$[0]')) r");
STMT(
    q_add_legs, NULL,
    "INSERT INTO ledger_leg (tx_id, legs, line, debit_id, credit_id, currency, amount_minor,"
    " unit_id) SELECT tx_id, legs, line, debit_id, credit_id, currency, amount_minor, NULLIF(unit_id, 0)"
    " FROM JSON_TABLE(?, '$[*]' COLUMNS (tx_id BIGINT PATH '$[0]', legs INT PATH '$[1]',"
    " line INT PATH '$[2]', debit_id BIGINT PATH '$[3]', credit_id BIGINT PATH '$[4]',"
    " currency CHAR(3) PATH '$[5]', amount_minor BIGINT PATH '$[6]',"
    " unit_id BIGINT PATH '$[7]')) r");
STMT(q_opposite_legs, &number_shape,
     "SELECT COUNT(*) AS n FROM ledger_leg o JOIN ledger_leg r ON r.line = o.line"
     " AND r.debit_id = o.credit_id AND r.credit_id = o.debit_id"
     " AND r.amount_minor = o.amount_minor AND r.unit_id <=> o.unit_id"
     " WHERE o.tx_id = ? AND r.tx_id = ? LOCK IN SHARE MODE");
/* Balances are locked in the order of the rows. */
STMT(q_move, NULL,
     "UPDATE JSON_TABLE(?, '$[*]' COLUMNS (id BIGINT PATH '$[0]', debits BIGINT PATH '$[1]',"
     " credits BIGINT PATH '$[2]', free_to_move INT PATH '$[3]')) r STRAIGHT_JOIN ledger_balance b"
     " ON b.account_id = r.id SET b.debits_minor = b.debits_minor + r.debits,"
     " b.credits_minor = b.credits_minor + r.credits WHERE r.free_to_move"
     " OR b.credits_minor - b.debits_minor >= r.debits - r.credits");
STMT(q_balance, &sums_shape,
     "SELECT b.debits_minor AS debits, b.credits_minor AS credits FROM ledger_balance b"
     " JOIN ledger_account a ON a.id = b.account_id WHERE a.code = ? AND a.currency = ?");
STMT(q_sums, &sums_shape,
     "SELECT CAST(COALESCE((SELECT SUM(amount_minor) FROM ledger_leg WHERE debit_id = a.id), 0)"
     " AS SIGNED) AS debits,"
     " CAST(COALESCE((SELECT SUM(amount_minor) FROM ledger_leg WHERE credit_id = a.id), 0)"
     " AS SIGNED) AS credits FROM ledger_account a WHERE a.code = ? AND a.currency = ?");
SHAPE(owner_shape, struct ledger_owner, COLUMN(struct ledger_owner, owner_id),
      COLUMN(struct ledger_owner, minor));
SHAPE(kept_shape, struct ledger_kept, COLUMN(struct ledger_kept, code),
      COLUMN(struct ledger_kept, currency), COLUMN(struct ledger_kept, minor));
STMT(q_kept, &kept_shape,
     "SELECT a.code, a.currency, b.credits_minor - b.debits_minor AS minor FROM ledger_account a"
     " JOIN ledger_balance b ON b.account_id = a.id WHERE a.owner_id = ?"
     " ORDER BY a.currency, a.code");
STMT(q_owners, &owner_shape,
     "SELECT a.owner_id, b.credits_minor - b.debits_minor AS minor FROM ledger_account a"
     " JOIN ledger_balance b ON b.account_id = a.id WHERE a.owner_id > ? AND a.currency = ?"
     " AND a.code = CONCAT(?, a.owner_id, ?) AND b.credits_minor - b.debits_minor >= ?"
     " ORDER BY a.owner_id LIMIT ?");
STMT(q_raised, &number_shape,
     "SELECT t.effective_ms AS n FROM ledger_account a JOIN ledger_leg l ON l.credit_id = a.id"
     " AND l.tx_id > COALESCE((SELECT id FROM ledger_tx WHERE ikey = ?), 0)"
     " JOIN ledger_tx t ON t.id = l.tx_id WHERE a.code = ? AND a.currency = ?"
     " ORDER BY l.tx_id LIMIT 1");
STMT(q_currency, &currency_shape, "SELECT currency FROM ledger_currency WHERE id = 1");
STMT(q_is_of_books, &number_shape,
     "SELECT COUNT(*) AS n FROM ledger_currency WHERE currency = ? LOCK IN SHARE MODE");
#define ENTRIES(side, other_side)                                                                   \
    "(SELECT l.tx_id, t.effective_ms, l.unit_id, ? * l.amount_minor AS amount_minor,"               \
    " t.ikey, t.kind, o.code AS other, l.line FROM ledger_leg l JOIN ledger_tx t ON t.id = l.tx_id" \
    " JOIN ledger_account o ON o.id = l." other_side " WHERE l." side " = ?"                        \
    " ORDER BY l.tx_id DESC, l.line DESC LIMIT ?)"
STMT(q_history, &entry_shape,
     "SELECT tx_id, effective_ms, unit_id, amount_minor, ikey, kind, other FROM"
     " (" ENTRIES("debit_id", "credit_id") " UNION ALL " ENTRIES(
         "credit_id", "debit_id") ") e ORDER BY tx_id DESC, line DESC");

WORDS(ledger_class, "ledger_account.class ledger_kind.class", [LEDGER_ASSET] = "asset",
      [LEDGER_LIABILITY] = "liability", [LEDGER_REVENUE] = "revenue", [LEDGER_EXPENSE] = "expense");

static const struct {
    const char *before, *after; /* the code is before, owner's id, after; after NULL: no owner */
    enum ledger_class class;
    bool kept, may_overdraw;
} kinds[] = {
    [ACCOUNT_PSP] = { "asset:psp", NULL, LEDGER_ASSET, false, false },
    [ACCOUNT_BANK] = { "asset:bank", NULL, LEDGER_ASSET, false, false },
    [ACCOUNT_VAT] = { "liab:vat", NULL, LEDGER_LIABILITY, false, false },
    [ACCOUNT_DEFERRED] = { "liab:deferred", NULL, LEDGER_LIABILITY, false, false },
    [ACCOUNT_IDLE] = { "liab:idle", NULL, LEDGER_LIABILITY, false, false },
    [ACCOUNT_POOL] = { "liab:pool", NULL, LEDGER_LIABILITY, false, false },
    [ACCOUNT_CREATOR_HELD] = { "liab:creator:", ":held", LEDGER_LIABILITY, true, true },
    [ACCOUNT_CREATOR_PAYABLE] = { "liab:creator:", ":payable", LEDGER_LIABILITY, true, true },
    [ACCOUNT_CREATOR_TRANSIT] = { "liab:creator:", ":transit", LEDGER_LIABILITY, true, false },
    [ACCOUNT_CREATOR_FROZEN] = { "liab:creator:", ":frozen", LEDGER_LIABILITY, true, false },
    [ACCOUNT_MEMBER] = { "liab:member:", "", LEDGER_LIABILITY, true, false },
    [ACCOUNT_VOUCHER] = { "liab:voucher", NULL, LEDGER_LIABILITY, true, false },
    [ACCOUNT_PLATFORM] = { "rev:platform", NULL, LEDGER_REVENUE, false, false },
    [ACCOUNT_FEES_LOST] = { "exp:fees_lost", NULL, LEDGER_EXPENSE, false, false },
    [ACCOUNT_DISPUTE] = { "exp:dispute", NULL, LEDGER_EXPENSE, false, false },
    [ACCOUNT_WRITEOFF] = { "exp:writeoff", NULL, LEDGER_EXPENSE, false, false },
    [ACCOUNT_ROUNDING] = { "exp:rounding", NULL, LEDGER_EXPENSE, false, false },
    [ACCOUNT_BANK_FEES] = { "exp:bank_fees", NULL, LEDGER_EXPENSE, false, false },
    [ACCOUNT_INTEREST] = { "rev:interest", NULL, LEDGER_REVENUE, false, false },
    [ACCOUNT_OWNER] = { "liab:owner", NULL, LEDGER_LIABILITY, false, false },
    [ACCOUNT_CLEARING_REFUND] = { "clearing:refund", NULL, LEDGER_LIABILITY, false, false },
    [ACCOUNT_CLEARING_UNMATCHED] = { "clearing:unmatched", NULL, LEDGER_LIABILITY, false, false },
};

const char *ledger_code(struct arena *a, struct ledger_account_ref ref)
{
    assert((size_t)ref.kind < COUNT(kinds));
    const char *before = kinds[ref.kind].before, *after = kinds[ref.kind].after;
    return after ? arena_printf(a, "%s%" PRId64 "%s", before, ref.owner_id, after) : before;
}

enum ledger_class ledger_class(enum account_kind kind) { return kinds[kind].class; }
bool ledger_is_kept(enum account_kind kind) { return kinds[kind].kept; }

static const char *or_empty(const char *s) { return s ? s : ""; }

const char *ledger_text(struct arena *a, const struct posting *p)
{
    struct sb o = { .a = a };

    sb_addf(&o, "%s\n%s\n%s\n%s\n%s\n%" PRId64 "\n%s\n", p->ikey, p->kind, or_empty(p->ref_type),
            or_empty(p->ref_id), or_empty(p->reverses), p->effective_ms, p->currency);
    for (const struct ledger_leg *l = p->legs; l < p->legs + p->n; l++)
        sb_addf(&o, "%s %s %" PRId64 " %" PRId64 "\n", ledger_code(a, l->debit),
                ledger_code(a, l->credit), l->amount_minor, l->unit_id);
    return o.buf;
}

static bool is_word(const char *s, size_t max_bytes)
{
    return s && str_only(s, KEY_BYTES) && strlen(s) <= max_bytes;
}

static bool is_word_or_none(const char *s, size_t max_bytes)
{
    return s == NULL || *s == 0 || is_word(s, max_bytes);
}

static bool is_account(struct ledger_account_ref ref)
{
    return (size_t)ref.kind < COUNT(kinds) &&
           (kinds[ref.kind].after ? ref.owner_id > 0 : ref.owner_id == 0);
}

static int by_ref(const void *x, const void *y)
{
    const struct ledger_account_ref *a = x, *b = y;

    if (a->kind != b->kind)
        return a->kind < b->kind ? -1 : 1;
    return (a->owner_id > b->owner_id) - (a->owner_id < b->owner_id);
}

static bool is_valid(const struct posting *p)
{
    if (!is_word(p->ikey, IKEY_MAX_BYTES) || !is_word(p->kind, KIND_MAX_BYTES) ||
        !is_word_or_none(p->ref_type, REF_TYPE_MAX_BYTES) ||
        !is_word_or_none(p->ref_id, REF_ID_MAX_BYTES) || p->effective_ms < 0 ||
        p->currency == NULL || strlen(p->currency) != 3 ||
        !str_only(p->currency, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") || p->n < 1 || p->n > LEDGER_LEGS_MAX)
        return false;
    for (const struct ledger_leg *l = p->legs; l < p->legs + p->n; l++)
        if (!is_account(l->debit) || !is_account(l->credit) || !by_ref(&l->debit, &l->credit) ||
            l->amount_minor < 1 || l->amount_minor > LEDGER_AMOUNT_MAX || l->unit_id < 0)
            return false;
    return true;
}

/* A posting being written. */
struct entry {
    const struct posting *p;
    const char *digest;
    struct tx reversed;
    int64_t tx_id; /* 0: not written by this call */
    bool old;      /* it was written before */
};
struct entries {
    struct entry *items;
    size_t n;
};

static int by_key(const void *x, const void *y)
{
    const struct tx *a = x, *b = y;
    return strcmp(a->ikey, b->ikey);
}

static const struct tx *tx_of(const struct tx_list *list, const char *ikey)
{
    struct tx key = { .ikey = ikey };
    return LOOK_UP(&key, list->items, list->n, by_key);
}

static void add_key(struct rows *keys, const char *ikey) { rows_addf(keys, "\"%s\"", ikey); }

static enum rc find_txs(struct db *db, struct rows *keys, struct tx_list *out)
{
    TRY(ROWS_LIST(db, keys->a, &q_txs, keys, out));
    SORT(out->items, out->n, by_key);
    return RC_OK;
}

static enum rc find_reversed(struct db *db, struct arena *a, struct entries *e)
{
    struct rows keys = { .a = a };
    struct tx_list list;

    for (size_t i = 0; i < e->n; i++)
        if (e->items[i].p->reverses)
            add_key(&keys, e->items[i].p->reverses);
    if (keys.n == 0)
        return RC_OK;
    TRY(find_txs(db, &keys, &list));
    for (size_t i = 0; i < e->n; i++) {
        const char *reverses = e->items[i].p->reverses;
        const struct tx *t = reverses ? tx_of(&list, reverses) : NULL;
        if (reverses && t == NULL)
            return RC_NOT_FOUND;
        if (t)
            e->items[i].reversed = *t;
    }
    return RC_OK;
}

static enum rc insert_txs(struct db *db, struct arena *a, const struct entries *e)
{
    struct rows rows = { .a = a };
    int64_t now_ms = clock_now_ms();

    for (const struct entry *i = e->items; i < e->items + e->n; i++)
        if (!i->old)
            rows_addf(&rows,
                      "\"%s\",\"%s\",\"%s\",%" PRId64 ",\"%s\",\"%s\",%zu,%" PRId64 ",%" PRId64,
                      i->p->ikey, i->digest, i->p->kind, i->reversed.id, or_empty(i->p->ref_type),
                      or_empty(i->p->ref_id), i->p->n, i->p->effective_ms, now_ms);
    return rows_run(db, &q_add_txs, &rows, NULL);
}

/* Some keys are taken: by these very postings, which is fine, or by other acts. */
static enum rc compare_with_first(struct db *db, struct arena *a, struct entries *e)
{
    struct rows keys = { .a = a };
    struct tx_list list;

    for (size_t i = 0; i < e->n; i++)
        add_key(&keys, e->items[i].p->ikey);
    TRY(find_txs(db, &keys, &list));
    for (struct entry *i = e->items; i < e->items + e->n; i++) {
        const struct tx *first = tx_of(&list, i->p->ikey);
        if (first && !str_eq(first->digest, i->digest)) {
            log_error("ledger: key %s came again with different content", i->p->ikey);
            return RC_CONFLICT;
        }
        i->old = first != NULL;
    }
    return RC_OK;
}

/* Inserts all rows or none, so only after a conflict do we have to ask which are new. */
static enum rc add_txs(struct db *db, struct arena *a, struct entries *e)
{
    enum rc rc = insert_txs(db, a, e);

    if (rc != RC_CONFLICT)
        return rc;
    TRY(compare_with_first(db, a, e));
    rc = insert_txs(db, a, e);
    if (rc == RC_CONFLICT)
        log_error("ledger: %s or one with it has the key of another, or reverses a second time",
                  e->items[0].p->ikey);
    return rc;
}

static enum rc read_ids(struct db *db, struct arena *a, struct entries *e)
{
    struct rows keys = { .a = a };
    struct tx_list list;

    for (size_t i = 0; i < e->n; i++)
        if (!e->items[i].old)
            add_key(&keys, e->items[i].p->ikey);
    TRY(find_txs(db, &keys, &list));
    for (struct entry *i = e->items; i < e->items + e->n; i++)
        i->tx_id = i->old ? 0 : tx_of(&list, i->p->ikey)->id;
    return RC_OK;
}

/* An account that new postings touch, with the sums of its legs. */
struct touched {
    struct ledger_account_ref ref;
    const char *currency;
    int64_t id, debits, credits;
    bool may_overdraw; /* all postings that touch it may */
};
struct touched_list {
    struct touched *items;
    size_t n;
};

static int by_account(const void *x, const void *y)
{
    const struct touched *a = x, *b = y;
    int found = by_ref(&a->ref, &b->ref);

    return found ? found : strcmp(a->currency, b->currency);
}

static int by_id(const void *x, const void *y)
{
    const struct touched *a = x, *b = y;
    return (a->id > b->id) - (a->id < b->id);
}

static int64_t id_of(const struct touched_list *list, struct ledger_account_ref ref,
                     const char *currency)
{
    struct touched key = { .ref = ref, .currency = currency };
    const struct touched *t = LOOK_UP(&key, list->items, list->n, by_account);

    assert(t);
    return t->id;
}

static void touch(struct touched_list *list, const struct posting *p)
{
    for (const struct ledger_leg *l = p->legs; l < p->legs + p->n; l++) {
        struct touched t = { .currency = p->currency, .may_overdraw = p->may_overdraw };
        t.ref = l->debit, t.debits = l->amount_minor;
        list->items[list->n++] = t;
        t.ref = l->credit, t.debits = 0, t.credits = l->amount_minor;
        list->items[list->n++] = t;
    }
}

/* List each account of the new postings once, with the sums of its legs. */
static void touch_all(struct arena *a, const struct entries *e, struct touched_list *list)
{
    size_t legs = 0, n = 0;

    for (size_t i = 0; i < e->n; i++)
        legs += e->items[i].p->n;
    *list = (struct touched_list){ arena_array(a, struct touched, 2 * legs), 0 };
    for (size_t i = 0; i < e->n; i++)
        if (!e->items[i].old)
            touch(list, e->items[i].p);
    SORT(list->items, list->n, by_account);
    for (size_t i = 1; i < list->n; i++) {
        struct touched *last = &list->items[n], *next = &list->items[i];
        if (by_account(last, next) == 0) {
            last->debits += next->debits;
            last->credits += next->credits;
            last->may_overdraw &= next->may_overdraw;
        } else
            list->items[++n] = *next;
    }
    list->n = list->n ? n + 1 : 0;
}

/* The accounts that have no id yet. */
static void missing(struct arena *a, const struct touched_list *accounts, struct rows *out)
{
    *out = (struct rows){ .a = a };
    for (size_t i = 0; i < accounts->n; i++) {
        const struct touched *t = &accounts->items[i];
        if (t->id == 0)
            rows_addf(out, "%zu,\"%s\",\"%s\",\"%s\",%" PRId64, i, ledger_code(a, t->ref),
                      t->currency, ledger_class_word(ledger_class(t->ref.kind)), t->ref.owner_id);
    }
}

static enum rc find_ids(struct db *db, const struct stmt *q, struct rows *which,
                        struct touched_list *accounts)
{
    struct found_list found;

    TRY(ROWS_LIST(db, which->a, q, which, &found));
    for (size_t i = 0; i < found.n; i++)
        accounts->items[found.items[i].n].id = found.items[i].id;
    return RC_OK;
}

/* An account that could not be made: there is no such owner, or the books are in another currency. */
static enum rc why_absent(struct db *db, struct arena *a, const struct touched *t)
{
    int64_t listed;

    TRY(db_number(db, a, &q_is_of_books, ARGS(STR(t->currency)), &listed));
    if (listed)
        return RC_NOT_FOUND;
    log_error("ledger: the books are in another currency; nothing is booked in %s", t->currency);
    return RC_CONFLICT;
}

static enum rc find_or_make(struct db *db, struct arena *a, struct touched_list *accounts)
{
    struct rows absent, balances = { .a = a };

    missing(a, accounts, &absent);
    TRY(find_ids(db, &q_accounts, &absent, accounts));
    bool *made = arena_array(a, bool, accounts->n);
    for (size_t i = 0; i < accounts->n; i++)
        made[i] = accounts->items[i].id == 0;
    missing(a, accounts, &absent);
    if (absent.n == 0)
        return RC_OK;
    TRY(rows_run(db, &q_add_accounts, &absent, NULL));
    TRY(find_ids(db, &q_accounts_now, &absent, accounts));
    for (size_t i = 0; i < accounts->n; i++) {
        if (accounts->items[i].id == 0)
            return why_absent(db, a, &accounts->items[i]);
        if (made[i] && ledger_is_kept(accounts->items[i].ref.kind))
            rows_addf(&balances, "%" PRId64, accounts->items[i].id);
    }
    return rows_run(db, &q_add_balances, &balances, NULL);
}

static enum rc add_legs(struct db *db, struct arena *a, const struct entries *e,
                        const struct touched_list *accounts)
{
    struct rows rows = { .a = a };

    for (const struct entry *i = e->items; i < e->items + e->n; i++)
        for (size_t k = 0; !i->old && k < i->p->n; k++) {
            const struct ledger_leg *l = &i->p->legs[k];
            rows_addf(&rows,
                      "%" PRId64 ",%zu,%zu,%" PRId64 ",%" PRId64 ",\"%s\",%" PRId64 ",%" PRId64,
                      i->tx_id, i->p->n, k + 1, id_of(accounts, l->debit, i->p->currency),
                      id_of(accounts, l->credit, i->p->currency), i->p->currency, l->amount_minor,
                      l->unit_id);
        }
    return rows_run(db, &q_add_legs, &rows, NULL);
}

static enum rc are_opposite(struct db *db, struct arena *a, const struct entries *e)
{
    for (const struct entry *i = e->items; i < e->items + e->n; i++) {
        int64_t same;
        if (i->old || i->reversed.id == 0)
            continue;
        TRY(db_number(db, a, &q_opposite_legs, ARGS(I64(i->reversed.id), I64(i->tx_id)), &same));
        if (same != i->reversed.legs || same != (int64_t)i->p->n)
            return RC_INVALID;
    }
    return RC_OK;
}

/* Only lowering a balance can be refused: a creator who owes after a clawback still earns. */
static enum rc move_balances(struct db *db, struct arena *a, struct touched_list *accounts)
{
    struct rows rows = { .a = a };
    int64_t changed;

    SORT(accounts->items, accounts->n, by_id);
    for (const struct touched *t = accounts->items; t < accounts->items + accounts->n; t++) {
        bool free_to_move = t->debits <= t->credits ||
                            (t->may_overdraw && kinds[t->ref.kind].may_overdraw);
        if (ledger_is_kept(t->ref.kind))
            rows_addf(&rows, "%" PRId64 ",%" PRId64 ",%" PRId64 ",%d", t->id, t->debits, t->credits,
                      free_to_move);
    }
    TRY(rows_run(db, &q_move, &rows, &changed));
    return changed == (int64_t)rows.n ? RC_OK : RC_DENIED;
}

static enum rc prepare(struct arena *a, const struct posting *postings, size_t n, struct entries *e)
{
    *e = (struct entries){ arena_array(a, struct entry, n), n };
    for (size_t i = 0; i < n; i++) {
        if (!is_valid(&postings[i]))
            return RC_INVALID;
        const char *text = ledger_text(a, &postings[i]);
        e->items[i] = (struct entry){ .p = &postings[i],
                                      .digest = sha256_hex(a, text, strlen(text)) };
    }
    return RC_OK;
}

/* What is written down with a time that has not come would keep everybody from booking until then. */
static enum rc check_clock(struct db *db, struct arena *a)
{
    enum rc rc = clock_not_ahead(db, a, clock_now_ms(), NULL);

    if (rc != RC_CONFLICT)
        return rc;
    log_error("ledger: this machine's clock is ahead of the database server's: nothing is booked");
    return RC_FAIL;
}

enum rc ledger_post_all(struct db *db, struct arena *a, const struct posting *postings, size_t n)
{
    struct touched_list accounts;
    struct entries e;

    assert(n <= LEDGER_POSTINGS_MAX);
    TRY(prepare(a, postings, n, &e));
    TRY(check_clock(db, a));
    TRY(find_reversed(db, a, &e));
    TRY(add_txs(db, a, &e));
    touch_all(a, &e, &accounts);
    if (accounts.n == 0)
        return RC_OK;
    TRY(read_ids(db, a, &e));
    TRY(find_or_make(db, a, &accounts));
    TRY(add_legs(db, a, &e, &accounts));
    TRY(are_opposite(db, a, &e));
    return move_balances(db, a, &accounts);
}

enum rc ledger_post(struct db *db, struct arena *a, const struct posting *p)
{
    return ledger_post_all(db, a, p, 1);
}

static bool grows_by_debit(enum account_kind kind)
{
    return ledger_class(kind) == LEDGER_ASSET || ledger_class(kind) == LEDGER_EXPENSE;
}

static enum rc balance_by(struct db *db, struct arena *a, const struct stmt *q,
                          struct ledger_account_ref ref, const char *currency, int64_t *minor)
{
    struct sums s = { 0 };
    enum rc rc = db_one(db, a, q, ARGS(STR(ledger_code(a, ref)), STR(currency)), &s);

    *minor = grows_by_debit(ref.kind) ? s.debits - s.credits : s.credits - s.debits;
    return rc == RC_NOT_FOUND ? RC_OK : rc;
}

enum rc ledger_balance(struct db *db, struct arena *a, struct ledger_account_ref ref,
                       const char *currency, int64_t *minor)
{
    assert(ledger_is_kept(ref.kind));
    return balance_by(db, a, &q_balance, ref, currency, minor);
}

enum rc ledger_sum(struct db *db, struct arena *a, struct ledger_account_ref ref,
                   const char *currency, int64_t *minor)
{
    return balance_by(db, a, &q_sums, ref, currency, minor);
}

enum rc ledger_raised_ms(struct db *db, struct arena *a, struct ledger_account_ref ref,
                         const char *currency, const char *after, int64_t *ms)
{
    assert(kinds[ref.kind].class == LEDGER_LIABILITY);
    return db_number(db, a, &q_raised, ARGS(STR(after), STR(ledger_code(a, ref)), STR(currency)),
                     ms);
}

enum rc ledger_kept(struct db *db, struct arena *a, int64_t owner_id, struct ledger_kept_list *out)
{
    return DB_LIST(db, a, &q_kept, ARGS(I64(owner_id)), LEDGER_KEPT_MAX, out);
}

enum rc ledger_owners(struct db *db, struct arena *a, enum account_kind kind, const char *currency,
                      int64_t min_minor, int64_t after, size_t max, struct ledger_owner_list *out)
{
    assert(ledger_is_kept(kind) && kinds[kind].after);
    return DB_LIST(db, a, &q_owners,
                   ARGS(I64(after), STR(currency), STR(kinds[kind].before), STR(kinds[kind].after),
                        I64(min_minor), I64((int64_t)max)),
                   max, out);
}

STMT(q_has, &number_shape, "SELECT COUNT(*) AS n FROM ledger_tx WHERE ikey = ?");
enum rc ledger_has(struct db *db, struct arena *a, const char *ikey, bool *has)
{
    int64_t n = 0;
    enum rc rc = db_number(db, a, &q_has, ARGS(STR(ikey)), &n);

    *has = n > 0;
    return rc;
}

enum rc ledger_currency(struct db *db, struct arena *a, const char **currency)
{
    struct books_currency row = { "" };
    enum rc rc = db_one(db, a, &q_currency, NO_ARGS, &row);

    *currency = row.currency;
    return rc == RC_NOT_FOUND ? RC_OK : rc;
}

enum rc ledger_history(struct db *db, struct arena *a, struct ledger_account_ref ref,
                       const char *currency, size_t max, struct ledger_entry_list *out)
{
    int64_t by_debit = grows_by_debit(ref.kind) ? 1 : -1, limit = (int64_t)max;
    int64_t account;

    assert(max >= 1 && max <= LEDGER_HISTORY_MAX);
    *out = (struct ledger_entry_list){ 0 };
    enum rc rc = db_number(db, a, &q_account, ARGS(STR(ledger_code(a, ref)), STR(currency)),
                           &account);
    if (rc != RC_OK)
        return rc == RC_NOT_FOUND ? RC_OK : rc;
    return DB_LIST(
        db, a, &q_history,
        ARGS(I64(by_debit), I64(account), I64(limit), I64(-by_debit), I64(account), I64(limit)),
        max, out);
}
