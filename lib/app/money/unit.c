#include "app/money/unit.h"
#include "base/log.h"
#include "io/rows.h"

SHAPE(unit_shape, struct unit, COLUMN(struct unit, id), COLUMN(struct unit, payment_id),
      COLUMN(struct unit, n), COLUMN(struct unit, user_id), COLUMN(struct unit, policy_id),
      COLUMN(struct unit, starts_ms), COLUMN(struct unit, ends_ms), COLUMN(struct unit, length_ms),
      COLUMN(struct unit, gross_minor), COLUMN(struct unit, tax_minor),
      COLUMN(struct unit, fee_minor), COLUMN(struct unit, refunded_minor),
      COLUMN(struct unit, frozen), COLUMN(struct unit, settled_ms),
      COLUMN(struct unit, settled_refunded_minor), COLUMN(struct unit, matured_ms),
      COLUMN(struct unit, seconds), COLUMN(struct unit, net_minor),
      COLUMN(struct unit, shortfall_minor), COLUMN(struct unit, creators_minor),
      COLUMN(struct unit, platform_minor), COLUMN(struct unit, idle_minor),
      COLUMN(struct unit, currency));
#define UNIT_COLUMNS                                                                                \
    "id, payment_id, n, user_id, policy_id, starts_ms, ends_ms, length_ms, gross_minor, tax_minor," \
    " fee_minor, refunded_minor, frozen, settled_ms, settled_refunded_minor, matured_ms, seconds,"  \
    " net_minor, shortfall_minor, creators_minor, platform_minor, idle_minor, currency"

STMT(q_add, NULL,
     "INSERT INTO unit (payment_id, n, user_id, policy_id, starts_ms, ends_ms, currency,"
     " gross_minor, tax_minor, fee_minor) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
STMT(q_of_user, &unit_shape,
     "SELECT " UNIT_COLUMNS " FROM unit WHERE user_id = ? ORDER BY starts_ms DESC, id DESC");
STMT(q_of_payment, &unit_shape,
     "SELECT " UNIT_COLUMNS " FROM unit WHERE payment_id = ? ORDER BY n FOR UPDATE");

SHAPE(share_shape, struct unit_share, COLUMN(struct unit_share, unit_id),
      COLUMN(struct unit_share, creator_id), COLUMN(struct unit_share, seconds),
      COLUMN(struct unit_share, amount_minor), COLUMN(struct unit_share, early_minor),
      COLUMN(struct unit_share, reversed_minor), COLUMN(struct unit_share, absorbed_minor));
#define SHARES                                                                                       \
    "SELECT unit_id, creator_id, seconds, amount_minor, early_minor, reversed_minor, absorbed_minor" \
    " FROM unit_share WHERE unit_id = ? ORDER BY creator_id"
STMT(q_shares, &share_shape, SHARES);
STMT(q_lock_shares, &share_shape, SHARES " FOR UPDATE");
STMT(q_set, NULL,
     "UPDATE unit SET refunded_minor = ?, frozen = ?, settled_ms = ?, settled_refunded_minor = ?,"
     " net_minor = ?, shortfall_minor = ?, creators_minor = ?, platform_minor = ?, idle_minor = ?,"
     " matured_ms = ? WHERE id = ?");
STMT(
    q_set_share, NULL,
    "UPDATE unit_share SET amount_minor = ?, early_minor = ?, reversed_minor = ?, absorbed_minor = ?"
    " WHERE unit_id = ? AND creator_id = ?");
STMT(q_set_periods, NULL,
     "UPDATE JSON_TABLE(?, '$[*]' COLUMNS (id BIGINT PATH '$[0]', starts_ms BIGINT PATH '$[1]',"
     " ends_ms BIGINT PATH '$[2]')) r STRAIGHT_JOIN unit u ON u.id = r.id"
     " SET u.starts_ms = r.starts_ms, u.ends_ms = r.ends_ms");
STMT(q_set_length, NULL, "UPDATE unit SET length_ms = ? WHERE id = ?");

#define FREE_FROM(time)                                                                            \
    " AND frozen = 0 AND " time " < ? AND " time " >= ? AND (" time " > ? OR id > ?)"              \
    " ORDER BY " time ", id LIMIT ? FOR UPDATE SKIP LOCKED"
STMT(q_claim_open, &unit_shape,
     "SELECT " UNIT_COLUMNS " FROM unit WHERE settled_ms = 0" FREE_FROM("ends_ms"));
STMT(q_claim_settled, &unit_shape,
     "SELECT " UNIT_COLUMNS
     " FROM unit WHERE matured_ms = 0 AND settled_ms > 0" FREE_FROM("settled_ms"));

enum rc unit_add(struct db *db, const struct unit *u, int64_t *id)
{
    return db_insert(db, &q_add,
                     ARGS(I64(u->payment_id), I64(u->n), I64(u->user_id), I64(u->policy_id),
                          I64(u->starts_ms), I64(u->ends_ms), STR(u->currency), I64(u->gross_minor),
                          I64(u->tax_minor), I64(u->fee_minor)),
                     id);
}

enum rc unit_list(struct db *db, struct arena *a, int64_t user_id, struct unit_list *out)
{
    return DB_LIST(db, a, &q_of_user, ARGS(I64(user_id)), UNITS_SHOWN_MAX, out);
}

enum rc unit_lock_of_payment(struct db *db, struct arena *a, int64_t payment_id,
                             struct unit_list *out)
{
    return DB_LIST(db, a, &q_of_payment, ARGS(I64(payment_id)), UNITS_SHOWN_MAX, out);
}

enum rc unit_walk(struct db *db, struct unit_walk *w)
{
    enum rc first = RC_OK, rc;

    do {
        w->next = (struct unit){ 0 };
        rc = db_transact(db, w->batch, w->arg);
        if (rc == RC_OK)
            w->committed(w->arg);
        else if (w->max == 1 && rc != RC_BUSY) {
            log_error("unit=%" PRId64 " could not be handled: %s", w->next.id, rc_name(rc));
            first = first == RC_OK ? rc : first;
        }
        if (rc == RC_OK || w->max == 1)
            w->last = w->next;
        else
            w->max = 1;
    } while (rc != RC_BUSY && w->next.id);
    return rc == RC_OK ? first : rc;
}

enum rc unit_shares(struct db *db, struct arena *a, int64_t unit_id, struct unit_share_list *out)
{
    return DB_LIST(db, a, &q_shares, ARGS(I64(unit_id)), UNIT_CREATORS_MAX, out);
}

enum rc unit_lock_shares(struct db *db, struct arena *a, int64_t unit_id,
                         struct unit_share_list *out)
{
    return DB_LIST(db, a, &q_lock_shares, ARGS(I64(unit_id)), UNIT_CREATORS_MAX, out);
}

enum rc unit_set(struct db *db, const struct unit *u)
{
    return db_run(db, &q_set,
                  ARGS(I64(u->refunded_minor), I64(u->frozen), I64(u->settled_ms),
                       I64(u->settled_refunded_minor), I64(u->net_minor), I64(u->shortfall_minor),
                       I64(u->creators_minor), I64(u->platform_minor), I64(u->idle_minor),
                       I64(u->matured_ms), I64(u->id)),
                  NULL);
}

enum rc unit_share_set(struct db *db, const struct unit_share *s)
{
    return db_run(db, &q_set_share,
                  ARGS(I64(s->amount_minor), I64(s->early_minor), I64(s->reversed_minor),
                       I64(s->absorbed_minor), I64(s->unit_id), I64(s->creator_id)),
                  NULL);
}

enum rc unit_set_periods(struct db *db, struct arena *a, const struct unit_period *periods,
                         size_t n)
{
    struct rows rows = { .a = a };

    for (const struct unit_period *p = periods; p < periods + n; p++)
        rows_addf(&rows, "%" PRId64 ",%" PRId64 ",%" PRId64, p->unit_id, p->starts_ms, p->ends_ms);
    return rows_run(db, &q_set_periods, &rows, NULL);
}

enum rc unit_set_length(struct db *db, int64_t unit_id, int64_t length_ms)
{
    return db_run(db, &q_set_length, ARGS(I64(length_ms), I64(unit_id)), NULL);
}

enum rc unit_claim_open(struct db *db, struct arena *a, int64_t ended_before_ms,
                        const struct unit *last, size_t max, struct unit_list *out)
{
    int64_t from_ms = last ? last->ends_ms : 0, id = last ? last->id : 0;

    return DB_LIST(
        db, a, &q_claim_open,
        ARGS(I64(ended_before_ms), I64(from_ms), I64(from_ms), I64(id), I64((int64_t)max)), max,
        out);
}

enum rc unit_claim_settled(struct db *db, struct arena *a, int64_t settled_before_ms,
                           const struct unit *last, size_t max, struct unit_list *out)
{
    int64_t from_ms = last ? last->settled_ms : 1, id = last ? last->id : 0;

    return DB_LIST(
        db, a, &q_claim_settled,
        ARGS(I64(settled_before_ms), I64(from_ms), I64(from_ms), I64(id), I64((int64_t)max)), max,
        out);
}

void unit_split(const struct unit *u, int64_t share_bp, bool fees_shared, struct unit_split *out)
{
    const struct unit_money paid = { u->gross_minor, u->tax_minor, fees_shared ? u->fee_minor : 0,
                                     u->refunded_minor };

    divide_unit(&paid, share_bp, out);
    if (fees_shared)
        return;
    int64_t borne = MIN_OF(u->fee_minor, out->platform);
    out->platform -= borne;
    out->net -= borne;
    out->shortfall += u->fee_minor - borne;
}
