#include "app/reports/spending.h"
#include "app/money/divide.h"
#include "app/money/unit.h"
#include "base/clock.h"
#include "base/conf.h"

/* A unit as it is in its table, with its terms and the figures of the month it was settled in. */
struct row {
    int64_t id, starts_ms, ends_ms, settled_ms, frozen, share_bp;
    int64_t gross_minor, tax_minor, fee_minor, refunded_minor, settled_refunded_minor;
    int64_t seconds, creators_minor, platform_minor, idle_minor;
    int64_t close_month, uplift_minor, earned_minor;
    const char *currency;
    enum division_rule rule;
    enum fee_bearer fees;
    enum idle_use idle;
};
struct row_list {
    struct row *items;
    size_t n;
};
SHAPE(row_shape, struct row, COLUMN(struct row, id), COLUMN(struct row, starts_ms),
      COLUMN(struct row, ends_ms), COLUMN(struct row, settled_ms), COLUMN(struct row, frozen),
      COLUMN(struct row, gross_minor), COLUMN(struct row, tax_minor), COLUMN(struct row, fee_minor),
      COLUMN(struct row, refunded_minor), COLUMN(struct row, settled_refunded_minor),
      COLUMN(struct row, seconds), COLUMN(struct row, creators_minor),
      COLUMN(struct row, platform_minor), COLUMN(struct row, idle_minor),
      COLUMN(struct row, currency), COLUMN(struct row, share_bp),
      COLUMN_WORD(struct row, rule, division_rule), COLUMN_WORD(struct row, fees, fee_bearer),
      COLUMN_WORD(struct row, idle, idle_use), COLUMN(struct row, close_month),
      COLUMN(struct row, uplift_minor), COLUMN(struct row, earned_minor));
SHAPE(share_shape, struct spent_share, COLUMN(struct spent_share, unit_id),
      COLUMN(struct spent_share, creator_id), COLUMN(struct spent_share, seconds),
      COLUMN(struct spent_share, amount_minor), COLUMN(struct spent_share, handle),
      COLUMN(struct spent_share, name));

STMT(q_units, &row_shape,
     "SELECT u.id, u.starts_ms, u.ends_ms, u.settled_ms, u.frozen, u.gross_minor, u.tax_minor,"
     " u.fee_minor, u.refunded_minor, u.settled_refunded_minor, u.seconds, u.creators_minor,"
     " u.platform_minor, u.idle_minor, u.currency, p.share_bp, p.rule, p.fees, p.idle,"
     " m.month AS close_month, m.uplift_minor, m.earned_minor FROM unit u"
     " JOIN policy p ON p.id = u.policy_id LEFT JOIN month_close m ON u.settled_ms > 0"
     " AND m.month = EXTRACT(YEAR_MONTH FROM '1970-01-01' + INTERVAL u.settled_ms DIV 1000 SECOND)"
     " WHERE u.user_id = ? ORDER BY u.starts_ms DESC, u.id DESC LIMIT ? OFFSET ?");
/* For settled units what was divided, for open ones the time so far. */
STMT(q_shares, &share_shape,
     "SELECT s.unit_id, s.creator_id, s.seconds, s.amount_minor,"
     " COALESCE(c.handle, '') AS handle, COALESCE(c.display_name, '') AS name FROM"
     " (SELECT u.id AS unit_id, s.creator_id, s.seconds, s.amount_minor - s.reversed_minor"
     " AS amount_minor FROM unit u JOIN unit_share s ON s.unit_id = u.id WHERE u.user_id = ?"
     " AND u.starts_ms BETWEEN ? AND ? UNION ALL SELECT u.id, w.creator_id,"
     " CAST(SUM(w.credited_ms) DIV 1000 AS SIGNED), 0 FROM unit u JOIN watch_day w"
     " ON w.unit_id = u.id WHERE u.user_id = ? AND u.starts_ms BETWEEN ? AND ?"
     " AND u.settled_ms = 0 GROUP BY u.id, w.creator_id HAVING SUM(w.credited_ms) >= 1000) s"
     " LEFT JOIN user c ON c.id = s.creator_id AND c.hidden = 0"
     " ORDER BY s.unit_id, s.seconds DESC, s.creator_id LIMIT 5000");

__extension__ typedef __int128 wide; /* products of two amounts */

static int64_t part_of(int64_t amount, int64_t numerator, int64_t denominator)
{
    return denominator > 0 ? (int64_t)((wide)amount * numerator / denominator) : 0;
}

static void spend_open(const struct row *u, struct spent *s)
{
    const struct unit unit = { .gross_minor = u->gross_minor,
                               .tax_minor = u->tax_minor,
                               .fee_minor = u->fee_minor,
                               .refunded_minor = u->refunded_minor };
    struct unit_split split;

    unit_split(&unit, u->share_bp, u->fees == FEES_SHARED, &split);
    s->platform_minor = split.platform;
    s->creators_minor = split.creators;
    for (size_t i = 0; i < s->shares.n; i++)
        s->seconds += s->shares.items[i].seconds;
}

/* Later refunds took the same fraction of each part: refunded since settling / left at settling
 * (reversal.h). */
static void spend_settled(const struct row *u, struct spent *s)
{
    int64_t back = u->refunded_minor - u->settled_refunded_minor;
    int64_t left = u->gross_minor - u->settled_refunded_minor;

    s->seconds = u->seconds;
    s->platform_minor = u->platform_minor - part_of(u->platform_minor, back, left);
    s->idle_minor = u->idle_minor - part_of(u->idle_minor, back, left);
    for (size_t i = 0; i < s->shares.n; i++)
        s->creators_minor += s->shares.items[i].amount_minor;
    if (u->rule == RULE_SCALED) {
        int64_t pooled = u->creators_minor - u->idle_minor;
        s->pool_minor = pooled - part_of(pooled, back, left) - s->creators_minor;
    }
    if (u->earned_minor > 0)
        s->uplift_bp = part_of(u->uplift_minor, SHARE_ALL_BP, u->earned_minor);
}

static struct spent spent_of(const struct row *u, struct spent_share_list shares)
{
    struct spent s = {
        .unit_id = u->id,
        .starts_ms = u->starts_ms,
        .ends_ms = u->ends_ms,
        .settled_ms = u->settled_ms,
        .settles_ms = u->ends_ms + conf()->settle_hours * HOUR_MS,
        .gross_minor = u->gross_minor,
        .refunded_minor = u->refunded_minor,
        .tax_minor = u->tax_minor - part_of(u->tax_minor, u->refunded_minor, u->gross_minor),
        .fee_minor = u->fee_minor,
        .share_bp = u->share_bp,
        .frozen = u->frozen,
        .close_month = u->close_month,
        .currency = u->currency,
        .rule = u->rule,
        .idle = u->idle,
        .shares = shares,
    };

    (u->settled_ms ? spend_settled : spend_open)(u, &s);
    s.borne_minor = s.refunded_minor + s.tax_minor + s.fee_minor + s.platform_minor +
                    s.creators_minor + s.idle_minor + s.pool_minor - s.gross_minor;
    return s;
}

/* The shares of one unit, which are next to each other in `all`. */
static struct spent_share_list shares_of(const struct spent_share_list *all, int64_t unit_id)
{
    struct spent_share_list own = { NULL, 0 };

    for (size_t i = 0; i < all->n; i++)
        if (all->items[i].unit_id == unit_id) {
            own.items = own.n ? own.items : &all->items[i];
            own.n++;
        }
    return own;
}

enum rc spending_list(struct db *db, struct arena *a, int64_t user_id, size_t page,
                      struct spent_list *out)
{
    struct row_list rows;
    struct spent_share_list shares;

    *out = (struct spent_list){ NULL, 0 };
    TRY(DB_LIST(db, a, &q_units,
                ARGS(I64(user_id), I64(SPENDING_PAGE + 1), I64((int64_t)page * SPENDING_PAGE)),
                SPENDING_PAGE + 1, &rows));
    if (rows.n == 0)
        return RC_OK;
    int64_t from_ms = rows.items[rows.n - 1].starts_ms, to_ms = rows.items[0].starts_ms;
    TRY(DB_LIST(
        db, a, &q_shares,
        ARGS(I64(user_id), I64(from_ms), I64(to_ms), I64(user_id), I64(from_ms), I64(to_ms)),
        SPENDING_SHARES_MAX, &shares));
    out->items = arena_array(a, struct spent, rows.n);
    for (out->n = 0; out->n < rows.n; out->n++)
        out->items[out->n] = spent_of(&rows.items[out->n],
                                      shares_of(&shares, rows.items[out->n].id));
    return RC_OK;
}
