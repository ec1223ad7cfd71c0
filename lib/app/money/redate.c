/* Postings that get another date: ledger.h. */
#include "app/money/ledger.h"
#include "base/str.h"

#define DATED ":dated:"

/* A leg of a posting that stands. */
struct standing {
    int64_t tx_id, effective_ms, amount_minor, unit_id, debit_owner, credit_owner;
    const char *ikey, *kind, *currency, *debit, *credit;
};
struct standing_list {
    struct standing *items;
    size_t n;
};
SHAPE(standing_shape, struct standing, COLUMN(struct standing, tx_id),
      COLUMN(struct standing, effective_ms), COLUMN(struct standing, amount_minor),
      COLUMN(struct standing, unit_id), COLUMN(struct standing, debit_owner),
      COLUMN(struct standing, credit_owner), COLUMN(struct standing, ikey),
      COLUMN(struct standing, kind), COLUMN(struct standing, currency),
      COLUMN(struct standing, debit), COLUMN(struct standing, credit));
/* Locking: what another transaction has taken back by now is not taken back again. */
STMT(q_standing, &standing_shape,
     "SELECT t.id AS tx_id, t.effective_ms, l.amount_minor, COALESCE(l.unit_id, 0) AS unit_id,"
     " COALESCE(d.owner_id, 0) AS debit_owner, COALESCE(c.owner_id, 0) AS credit_owner, t.ikey,"
     " t.kind, l.currency, d.code AS debit, c.code AS credit FROM ledger_tx t"
     " JOIN ledger_leg l ON l.tx_id = t.id JOIN ledger_account d ON d.id = l.debit_id"
     " JOIN ledger_account c ON c.id = l.credit_id LEFT JOIN ledger_tx r ON r.reverses = t.id"
     " WHERE t.ref_type = ? AND t.ref_id = ? AND t.reverses IS NULL AND r.id IS NULL"
     " ORDER BY t.id, l.line LOCK IN SHARE MODE");

static enum rc read_account(struct arena *a, const char *code, int64_t owner_id,
                            struct ledger_account_ref *out)
{
    for (int kind = 0; kind <= ACCOUNT_CLEARING_UNMATCHED; kind++) {
        *out = (struct ledger_account_ref){ (enum account_kind)kind, owner_id };
        if (str_eq(ledger_code(a, *out), code))
            return RC_OK;
    }
    return RC_FAIL;
}

/* "invoice:test:1", also of one that had its date changed before. */
static const char *first_key(struct arena *a, const char *ikey)
{
    const char *end = strstr(ikey, DATED);

    return end ? arena_printf(a, "%.*s", (int)(end - ikey), ikey) : ikey;
}

/* Take back the posting of these legs, and write it again. */
static enum rc redate(struct db *db, struct arena *a, const struct standing *rows, size_t n,
                      struct posting p, const char *mark)
{
    struct ledger_leg *legs = arena_array(a, struct ledger_leg, n);
    struct ledger_leg *back = arena_array(a, struct ledger_leg, n);
    struct posting undo = p;

    for (size_t i = 0; i < n; i++) {
        struct ledger_account_ref debit, credit;
        TRY(read_account(a, rows[i].debit, rows[i].debit_owner, &debit));
        TRY(read_account(a, rows[i].credit, rows[i].credit_owner, &credit));
        legs[i] = (struct ledger_leg){ debit, credit, rows[i].amount_minor, rows[i].unit_id };
        back[i] = (struct ledger_leg){ credit, debit, rows[i].amount_minor, rows[i].unit_id };
    }
    const char *key = first_key(a, rows->ikey);
    undo.ikey = arena_printf(a, "%s:undated:%s", key, mark);
    undo.reverses = rows->ikey;
    undo.effective_ms = rows->effective_ms;
    undo.legs = back;
    p.ikey = arena_printf(a, "%s" DATED "%s", key, mark);
    p.legs = legs;
    undo.kind = p.kind = rows->kind;
    undo.currency = p.currency = rows->currency;
    undo.n = p.n = n;
    TRY(ledger_post(db, a, &undo));
    return ledger_post(db, a, &p);
}

enum rc ledger_redate(struct db *db, struct arena *a, const char *ref_type, const char *ref_id,
                      const char *mark, int64_t effective_ms)
{
    const struct posting p = { .ref_type = ref_type,
                               .ref_id = ref_id,
                               .effective_ms = effective_ms };
    struct standing_list list;

    TRY(DB_LIST(db, a, &q_standing, ARGS(STR(ref_type), STR(ref_id)), LEDGER_LEGS_MAX, &list));
    for (size_t i = 0, n; i < list.n; i += n) {
        for (n = 1; i + n < list.n && list.items[i + n].tx_id == list.items[i].tx_id;)
            n++;
        TRY(redate(db, a, list.items + i, n, p, mark));
    }
    return list.n ? RC_OK : RC_NOT_FOUND;
}
