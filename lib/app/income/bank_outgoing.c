/* Money that went out and had been noted before it did: bank.h. */
#include "app/income/bank_step.h"
#include "app/income/reference.h"
#include "base/clock.h"
#include "base/str.h"

enum { NOTED_MAX = 50 };

/* A refund or a return that was noted, and what is known of who got it. */
struct noted {
    const char *ikey, *reference, *iban_end;
    enum bank_meaning meaning;
};
struct noted_list {
    struct noted *items;
    size_t n;
};
SHAPE(noted_shape, struct noted, COLUMN(struct noted, ikey), COLUMN(struct noted, reference),
      COLUMN(struct noted, iban_end), COLUMN_WORD(struct noted, meaning, bank_meaning));
#define NOT_CONFIRMED " NOT EXISTS (SELECT 1 FROM bank_line c WHERE c.confirms = "
/* clang-format off */
STMT(q_noted, &noted_shape,
     "SELECT CONCAT('refund:manual:', r.provider_ref) AS ikey, COALESCE(b.reference, p.provider_ref)"
     " AS reference, COALESCE(b.iban_end, '') AS iban_end, 'refund' AS meaning FROM reversal r"
     " JOIN payment p ON p.id = r.payment_id LEFT JOIN bank_line b"
     " ON b.id = IF(LEFT(p.provider_ref, 5) = 'bank_', CAST(SUBSTRING(p.provider_ref, 6) AS SIGNED), 0)"
     " WHERE r.provider = 'manual' AND r.kind = 'refund' AND r.state = 'done' AND r.amount_minor = ?"
     " AND r.done_ms BETWEEN ? AND ? AND" NOT_CONFIRMED "CONCAT('refund:manual:', r.provider_ref))"
     " UNION ALL SELECT CONCAT('bank:', l.id, ':returned'), l.quoted, l.iban_end, 'return'"
     " FROM bank_line l WHERE l.state = 'returned' AND l.amount_minor = ?"
     " AND l.changed_ms BETWEEN ? AND ? AND" NOT_CONFIRMED "CONCAT('bank:', l.id, ':returned'))");
/* clang-format on */
STMT(q_confirms, NULL, "UPDATE bank_line SET confirms = ? WHERE id = ?");

enum rc bank_noted(struct db *db, struct arena *a, const struct bank_line *line, const char **ikey,
                   enum bank_meaning *meaning)
{
    int64_t minor = -line->amount_minor, from = line->on_ms - BANK_RETURN_DAYS * DAY_MS;
    int64_t to = line->on_ms + BANK_RETURN_DAYS * DAY_MS;
    const struct noted *is = NULL;
    struct noted_list list;
    size_t by_reference = 0, possible = 0;

    TRY(DB_LIST(db, a, &q_noted,
                ARGS(I64(minor), I64(from), I64(to), I64(minor), I64(from), I64(to)), NOTED_MAX,
                &list));
    for (size_t i = 0; i < list.n; i++) {
        const struct noted *n = &list.items[i];
        bool named = line->quoted[0] && str_eq(line->quoted, n->reference);
        if (line->iban_end[0] && n->iban_end[0] && !str_eq(line->iban_end, n->iban_end))
            continue;
        if (by_reference && !named)
            continue;
        by_reference += named;
        possible = named && by_reference == 1 ? 1 : possible + 1;
        is = n;
    }
    if (possible != 1)
        return RC_NOT_FOUND;
    *ikey = is->ikey;
    *meaning = is->meaning;
    return RC_OK;
}

enum rc bank_set_confirms(struct db *db, int64_t id, const char *ikey)
{
    return db_run(db, &q_confirms, ARGS(STR(ikey), I64(id)), NULL);
}
