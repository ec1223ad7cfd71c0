#include "app/ledger.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/sb.h"
#include "base/str.h"
#include "io/secret.h"

#define KEY_BYTES "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789:_-./"

enum { IKEY_MAX_BYTES = 120, KIND_MAX_BYTES = 32, REF_TYPE_MAX_BYTES = 24, REF_ID_MAX_BYTES = 64 };

struct id {
    int64_t id;
};
SHAPE(id_shape, struct id, COLUMN(struct id, id));
struct tx {
    int64_t id, legs;
    const char *digest;
};
SHAPE(tx_shape, struct tx, COLUMN(struct tx, id), COLUMN(struct tx, legs),
      COLUMN(struct tx, digest));
struct count {
    int64_t n;
};
SHAPE(count_shape, struct count, COLUMN(struct count, n));
struct sums {
    int64_t debits, credits;
};
SHAPE(sums_shape, struct sums, COLUMN(struct sums, debits), COLUMN(struct sums, credits));
SHAPE(entry_shape, struct ledger_entry, COLUMN(struct ledger_entry, tx_id),
      COLUMN(struct ledger_entry, effective_ms), COLUMN(struct ledger_entry, unit_id),
      COLUMN(struct ledger_entry, amount_minor), COLUMN(struct ledger_entry, ikey),
      COLUMN(struct ledger_entry, kind), COLUMN(struct ledger_entry, other));

/* A locking read sees what others committed after this transaction's first read. */
STMT(q_tx, &tx_shape, "SELECT id, legs, digest FROM ledger_tx WHERE ikey = ? LOCK IN SHARE MODE");
STMT(q_add_tx, NULL,
     "INSERT INTO ledger_tx (ikey, digest, kind, reverses, ref_type, ref_id, legs, effective_ms,"
     " created_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)");
STMT(q_account, &id_shape, "SELECT id FROM ledger_account WHERE code = ? AND currency = ?");
STMT(q_account_now, &id_shape,
     "SELECT id FROM ledger_account WHERE code = ? AND currency = ? LOCK IN SHARE MODE");
STMT(q_add_account, NULL,
     "INSERT INTO ledger_account (code, class, currency, owner_id) VALUES (?, ?, ?, ?)");
STMT(q_add_balance, NULL, "INSERT INTO ledger_balance (account_id) VALUES (?)");
STMT(q_add_leg, NULL,
     "INSERT INTO ledger_leg (tx_id, line, debit_id, credit_id, currency, amount_minor, unit_id)"
     " VALUES (?, ?, ?, ?, ?, ?, ?)");
STMT(q_opposite_legs, &count_shape,
     "SELECT COUNT(*) AS n FROM ledger_leg o JOIN ledger_leg r ON r.line = o.line"
     " AND r.debit_id = o.credit_id AND r.credit_id = o.debit_id"
     " AND r.amount_minor = o.amount_minor AND r.unit_id <=> o.unit_id"
     " WHERE o.tx_id = ? AND r.tx_id = ? LOCK IN SHARE MODE");
STMT(q_move, NULL,
     "UPDATE ledger_balance SET debits_minor = debits_minor + ?, credits_minor = credits_minor + ?"
     " WHERE account_id = ? AND (? OR credits_minor - debits_minor >= ?)");
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
STMT(q_owners, &owner_shape,
     "SELECT a.owner_id, b.credits_minor - b.debits_minor AS minor FROM ledger_account a"
     " JOIN ledger_balance b ON b.account_id = a.id WHERE a.owner_id > ? AND a.currency = ?"
     " AND a.code = CONCAT(?, a.owner_id, ?) AND b.credits_minor - b.debits_minor >= ?"
     " ORDER BY a.owner_id LIMIT ?");
#define ENTRIES(side, other_side)                                                                   \
    "(SELECT l.tx_id, t.effective_ms, l.unit_id, ? * l.amount_minor AS amount_minor,"               \
    " t.ikey, t.kind, o.code AS other, l.line FROM ledger_leg l JOIN ledger_tx t ON t.id = l.tx_id" \
    " JOIN ledger_account o ON o.id = l." other_side " WHERE l." side " = ?"                        \
    " ORDER BY l.tx_id DESC, l.line DESC LIMIT ?)"
STMT(q_history, &entry_shape,
     "SELECT tx_id, effective_ms, unit_id, amount_minor, ikey, kind, other FROM"
     " (" ENTRIES("debit_id", "credit_id") " UNION ALL " ENTRIES(
         "credit_id", "debit_id") ") e ORDER BY tx_id DESC, line DESC");

static const struct {
    const char *before, *after; /* the owner's id, between them the code; after NULL: no owner */
    const char *class;
    bool kept, may_overdraw;
} kinds[] = {
    [ACCOUNT_PSP] = { "asset:psp", NULL, "asset", false, false },
    [ACCOUNT_BANK] = { "asset:bank", NULL, "asset", false, false },
    [ACCOUNT_VAT] = { "liab:vat", NULL, "liability", false, false },
    [ACCOUNT_DEFERRED] = { "liab:deferred", NULL, "liability", false, false },
    [ACCOUNT_IDLE] = { "liab:idle", NULL, "liability", false, false },
    [ACCOUNT_POOL] = { "liab:pool", NULL, "liability", false, false },
    [ACCOUNT_CREATOR_HELD] = { "liab:creator:", ":held", "liability", true, true },
    [ACCOUNT_CREATOR_PAYABLE] = { "liab:creator:", ":payable", "liability", true, true },
    [ACCOUNT_CREATOR_TRANSIT] = { "liab:creator:", ":transit", "liability", true, false },
    [ACCOUNT_MEMBER] = { "liab:member:", "", "liability", true, false },
    [ACCOUNT_VOUCHER] = { "liab:voucher", NULL, "liability", true, false },
    [ACCOUNT_PLATFORM] = { "rev:platform", NULL, "revenue", false, false },
    [ACCOUNT_FEES_LOST] = { "exp:fees_lost", NULL, "expense", false, false },
    [ACCOUNT_DISPUTE] = { "exp:dispute", NULL, "expense", false, false },
    [ACCOUNT_WRITEOFF] = { "exp:writeoff", NULL, "expense", false, false },
    [ACCOUNT_ROUNDING] = { "exp:rounding", NULL, "expense", false, false },
    [ACCOUNT_CLEARING_REFUND] = { "clearing:refund", NULL, "liability", false, false },
    [ACCOUNT_CLEARING_UNMATCHED] = { "clearing:unmatched", NULL, "liability", false, false },
};

const char *ledger_code(struct arena *a, struct ledger_account_ref ref)
{
    assert((size_t)ref.kind < COUNT(kinds));
    const char *before = kinds[ref.kind].before, *after = kinds[ref.kind].after;
    return after ? arena_printf(a, "%s%" PRId64 "%s", before, ref.owner_id, after) : before;
}

const char *ledger_class(enum account_kind kind) { return kinds[kind].class; }
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

/* The key is taken: by this very posting, which is well, or by another act. */
static enum rc compare_with_first(struct db *db, struct arena *a, const struct posting *p,
                                  const char *digest)
{
    struct tx first;
    enum rc rc = db_one(db, a, &q_tx, ARGS(STR(p->ikey)), &first);

    if (rc == RC_OK && str_eq(first.digest, digest))
        return RC_OK;
    if (rc == RC_OK)
        log_error("ledger: key %s came again with another content", p->ikey);
    else if (rc == RC_NOT_FOUND)
        log_error("ledger: %s would reverse %s a second time", p->ikey, or_empty(p->reverses));
    else
        return rc;
    return RC_CONFLICT;
}

/* *tx_id is 0 when the posting was there already. */
static enum rc add_tx(struct db *db, struct arena *a, const struct posting *p, struct tx *reversed,
                      int64_t *tx_id)
{
    const char *text = ledger_text(a, p), *digest = sha256_hex(a, text, strlen(text));

    *tx_id = 0;
    *reversed = (struct tx){ 0 };
    if (p->reverses)
        TRY(db_one(db, a, &q_tx, ARGS(STR(p->reverses)), reversed));
    enum rc rc = db_insert(db, &q_add_tx,
                           ARGS(STR(p->ikey), STR(digest), STR(p->kind), ID_OR_NULL(reversed->id),
                                STR(or_empty(p->ref_type)), STR(or_empty(p->ref_id)),
                                I64((int64_t)p->n), I64(p->effective_ms), I64(clock_now_ms())),
                           tx_id);
    return rc == RC_CONFLICT ? compare_with_first(db, a, p, digest) : rc;
}

/* An account that a posting touches, and by how much. */
struct touched {
    struct ledger_account_ref ref; /* first, for by_ref */
    int64_t id, debits, credits;
};
struct touched_list {
    struct touched *items;
    size_t n;
};

static int by_id(const void *x, const void *y)
{
    const struct touched *a = x, *b = y;
    return (a->id > b->id) - (a->id < b->id);
}

static int64_t id_of(const struct touched_list *list, struct ledger_account_ref ref)
{
    const struct touched *t = bsearch(&ref, list->items, list->n, sizeof(*t), by_ref);

    assert(t);
    return t->id;
}

/* Each account once, with the sums of its legs. */
static void touch(struct arena *a, const struct posting *p, struct touched_list *list)
{
    struct touched *t = arena_array(a, struct touched, 2 * p->n);
    size_t n = 0;

    for (size_t i = 0; i < p->n; i++) {
        t[2 * i] = (struct touched){ .ref = p->legs[i].debit, .debits = p->legs[i].amount_minor };
        t[2 * i + 1] = (struct touched){ .ref = p->legs[i].credit,
                                         .credits = p->legs[i].amount_minor };
    }
    qsort(t, 2 * p->n, sizeof(*t), by_ref);
    for (size_t i = 1; i < 2 * p->n; i++)
        if (by_ref(&t[n], &t[i]) == 0) {
            t[n].debits += t[i].debits;
            t[n].credits += t[i].credits;
        } else
            t[++n] = t[i];
    *list = (struct touched_list){ t, n + 1 };
}

static enum rc find_or_make(struct db *db, struct arena *a, struct ledger_account_ref ref,
                            const char *currency, int64_t *id)
{
    const char *code = ledger_code(a, ref);
    struct id row = { 0 };
    enum rc rc = db_one(db, a, &q_account, ARGS(STR(code), STR(currency)), &row);

    *id = row.id;
    if (rc != RC_NOT_FOUND)
        return rc;
    rc = db_insert(
        db, &q_add_account,
        ARGS(STR(code), STR(ledger_class(ref.kind)), STR(currency), ID_OR_NULL(ref.owner_id)), id);
    if (rc == RC_CONFLICT) { /* another process was faster, or there is no such owner */
        rc = db_one(db, a, &q_account_now, ARGS(STR(code), STR(currency)), &row);
        *id = row.id;
        return rc;
    }
    if (rc == RC_OK && ledger_is_kept(ref.kind))
        rc = db_run(db, &q_add_balance, ARGS(I64(*id)), NULL);
    return rc;
}

static enum rc add_legs(struct db *db, const struct posting *p, int64_t tx_id,
                        const struct touched_list *accounts)
{
    for (size_t i = 0; i < p->n; i++) {
        const struct ledger_leg *l = &p->legs[i];
        TRY(db_run(db, &q_add_leg,
                   ARGS(I64(tx_id), I64((int64_t)i + 1), I64(id_of(accounts, l->debit)),
                        I64(id_of(accounts, l->credit)), STR(p->currency), I64(l->amount_minor),
                        ID_OR_NULL(l->unit_id)),
                   NULL));
    }
    return RC_OK;
}

static enum rc is_opposite(struct db *db, struct arena *a, const struct posting *p,
                           const struct tx *reversed, int64_t tx_id)
{
    struct count same;

    TRY(db_one(db, a, &q_opposite_legs, ARGS(I64(reversed->id), I64(tx_id)), &same));
    return same.n == reversed->legs && same.n == (int64_t)p->n ? RC_OK : RC_INVALID;
}

/* Only what lowers a balance can be refused: who owes after a clawback still earns. */
static enum rc move_balance(struct db *db, const struct touched *t, bool may_overdraw)
{
    int64_t spent = t->debits - t->credits, changed;
    bool free_to_move = spent <= 0 || (may_overdraw && kinds[t->ref.kind].may_overdraw);

    TRY(db_run(db, &q_move,
               ARGS(I64(t->debits), I64(t->credits), I64(t->id), I64(free_to_move), I64(spent)),
               &changed));
    return changed == 1 ? RC_OK : RC_DENIED;
}

enum rc ledger_post(struct db *db, struct arena *a, const struct posting *p)
{
    struct touched_list accounts;
    struct tx reversed;
    int64_t tx_id;

    if (!is_valid(p))
        return RC_INVALID;
    TRY(add_tx(db, a, p, &reversed, &tx_id));
    if (tx_id == 0)
        return RC_OK;
    touch(a, p, &accounts);
    for (size_t i = 0; i < accounts.n; i++)
        TRY(find_or_make(db, a, accounts.items[i].ref, p->currency, &accounts.items[i].id));
    TRY(add_legs(db, p, tx_id, &accounts));
    if (reversed.id)
        TRY(is_opposite(db, a, p, &reversed, tx_id));
    qsort(accounts.items, accounts.n, sizeof(*accounts.items), by_id);
    for (size_t i = 0; i < accounts.n; i++)
        if (ledger_is_kept(accounts.items[i].ref.kind))
            TRY(move_balance(db, &accounts.items[i], p->may_overdraw));
    return RC_OK;
}

static bool grows_by_debit(enum account_kind kind)
{
    return str_eq(ledger_class(kind), "asset") || str_eq(ledger_class(kind), "expense");
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

enum rc ledger_owners(struct db *db, struct arena *a, enum account_kind kind, const char *currency,
                      int64_t min_minor, int64_t after, size_t max, struct ledger_owner_list *out)
{
    assert(ledger_is_kept(kind) && kinds[kind].after);
    return DB_LIST(db, a, &q_owners,
                   ARGS(I64(after), STR(currency), STR(kinds[kind].before), STR(kinds[kind].after),
                        I64(min_minor), I64((int64_t)max)),
                   max, out);
}

enum rc ledger_history(struct db *db, struct arena *a, struct ledger_account_ref ref,
                       const char *currency, size_t max, struct ledger_entry_list *out)
{
    int64_t by_debit = grows_by_debit(ref.kind) ? 1 : -1, limit = (int64_t)max;
    struct id account;

    assert(max >= 1 && max <= LEDGER_HISTORY_MAX);
    *out = (struct ledger_entry_list){ 0 };
    enum rc rc = db_one(db, a, &q_account, ARGS(STR(ledger_code(a, ref)), STR(currency)), &account);
    if (rc != RC_OK)
        return rc == RC_NOT_FOUND ? RC_OK : rc;
    return DB_LIST(db, a, &q_history,
                   ARGS(I64(by_debit), I64(account.id), I64(limit), I64(-by_debit), I64(account.id),
                        I64(limit)),
                   max, out);
}
