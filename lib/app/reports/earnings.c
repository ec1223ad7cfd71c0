#include "app/reports/earnings.h"
#include "app/money/ledger.h"
#include "base/clock.h"
#include "base/sb.h"

SHAPE(day_shape, struct earnings_day, COLUMN(struct earnings_day, day),
      COLUMN(struct earnings_day, credited_ms), COLUMN(struct earnings_day, raw_ms));
SHAPE(month_shape, struct earnings_month, COLUMN(struct earnings_month, month),
      COLUMN(struct earnings_month, seconds), COLUMN(struct earnings_month, units_minor),
      COLUMN(struct earnings_month, uplift_minor), COLUMN(struct earnings_month, reversed_minor));
SHAPE(row_shape, struct earnings_row, COLUMN(struct earnings_row, day),
      COLUMN(struct earnings_row, credited_ms), COLUMN(struct earnings_row, raw_ms),
      COLUMN(struct earnings_row, lost), COLUMN(struct earnings_row, viewers),
      COLUMN(struct earnings_row, public_id), COLUMN(struct earnings_row, title));

/* unit_split() over all open units at once; only an estimate, so nothing is rounded. */
STMT(q_estimate, &number_shape,
     "SELECT CAST(COALESCE(FLOOR(SUM(net * share_bp / 10000 * own_ms / all_ms)), 0) AS SIGNED)"
     " AS n FROM (SELECT p.share_bp, p.min_unit_seconds, own.ms AS own_ms,"
     " (SELECT SUM(credited_ms) FROM watch_day WHERE unit_id = u.id) AS all_ms,"
     " GREATEST(0, u.gross_minor - u.tax_minor - IF(p.fees = 'shared', u.fee_minor, 0)"
     " - u.refunded_minor + u.tax_minor * u.refunded_minor / GREATEST(u.gross_minor, 1)) AS net"
     " FROM (SELECT unit_id, SUM(credited_ms) AS ms FROM watch_day WHERE creator_id = ?"
     " AND day >= ? AND unit_id > 0 GROUP BY unit_id) own JOIN unit u ON u.id = own.unit_id"
     " AND u.settled_ms = 0 AND u.currency = ? JOIN policy p ON p.id = u.policy_id) x"
     " WHERE all_ms > 0 AND all_ms >= min_unit_seconds * 1000");
STMT(q_paid, &number_shape,
     "SELECT CAST(COALESCE(SUM(amount_minor), 0) AS SIGNED) AS n FROM payout WHERE user_id = ?"
     " AND currency = ? AND state IN ('sent', 'paid')");
STMT(q_days, &day_shape,
     "SELECT day, CAST(SUM(credited_ms) AS SIGNED) AS credited_ms,"
     " CAST(SUM(raw_ms) AS SIGNED) AS raw_ms FROM watch_day WHERE creator_id = ?"
     " AND day BETWEEN ? AND ? GROUP BY day ORDER BY day");
STMT(
    q_months, &month_shape,
    "SELECT month, CAST(SUM(seconds) AS SIGNED) AS seconds, CAST(SUM(units) AS SIGNED)"
    " AS units_minor, CAST(SUM(uplift) AS SIGNED) AS uplift_minor, CAST(SUM(reversed) AS SIGNED)"
    " AS reversed_minor FROM (SELECT EXTRACT(YEAR_MONTH FROM '1970-01-01' + INTERVAL"
    " u.settled_ms DIV 1000 SECOND) AS month, s.seconds, s.amount_minor + s.early_minor AS units, 0 AS uplift,"
    " s.early_minor + s.reversed_minor - s.absorbed_minor AS reversed FROM unit_share s JOIN unit u ON u.id = s.unit_id"
    " WHERE s.creator_id = ? AND u.currency = ? AND u.settled_ms > 0 UNION ALL"
    " SELECT m.month, 0, 0, m.amount_minor, m.reversed_minor - m.absorbed_minor FROM month_uplift m"
    " JOIN month_close c ON c.month = m.month WHERE m.creator_id = ? AND c.currency = ?) e"
    " GROUP BY month ORDER BY month DESC LIMIT ?");
STMT(q_rows, &row_shape,
     "SELECT w.day, w.credited_ms, w.raw_ms, w.lost, IF(w.viewers >= 5, w.viewers, 0) AS viewers,"
     " COALESCE(v.public_id, '') AS public_id, COALESCE(v.title, '') AS title FROM (SELECT day,"
     " video_id, CAST(SUM(credited_ms) AS SIGNED) AS credited_ms, CAST(SUM(raw_ms) AS SIGNED)"
     " AS raw_ms, CAST(BIT_OR(lost) AS SIGNED) AS lost,"
     " COUNT(DISTINCT IF(user_id <> creator_id, user_id, NULL)) AS viewers FROM watch_day"
     " WHERE creator_id = ? AND day BETWEEN ? AND ? GROUP BY day, video_id ORDER BY day DESC,"
     " credited_ms DESC, video_id LIMIT ? OFFSET ?) w LEFT JOIN video v ON v.id = w.video_id"
     " AND v.state <> 'deleted' ORDER BY w.day DESC, w.credited_ms DESC, w.video_id");
static_assert(EARNINGS_VIEWERS_MIN == 5, "q_rows says so, too");

static enum rc balance(struct db *db, struct arena *a, enum account_kind kind, int64_t creator_id,
                       const char *currency, int64_t *minor)
{
    return ledger_balance(db, a, (struct ledger_account_ref){ kind, creator_id }, currency, minor);
}

enum rc earnings_now(struct db *db, struct arena *a, int64_t creator_id, const char *currency,
                     int64_t now_ms, struct earnings *out)
{
    int64_t from_day = now_ms / DAY_MS - EARNINGS_OPEN_DAYS;
    int64_t estimate, paid;

    TRY(db_number(db, a, &q_estimate, ARGS(I64(creator_id), I64(from_day), STR(currency)),
                  &estimate));
    TRY(db_number(db, a, &q_paid, ARGS(I64(creator_id), STR(currency)), &paid));
    *out = (struct earnings){ .estimate_minor = estimate, .paid_minor = paid };
    TRY(balance(db, a, ACCOUNT_CREATOR_HELD, creator_id, currency, &out->held_minor));
    TRY(balance(db, a, ACCOUNT_CREATOR_FROZEN, creator_id, currency, &out->frozen_minor));
    TRY(balance(db, a, ACCOUNT_CREATOR_PAYABLE, creator_id, currency, &out->payable_minor));
    return balance(db, a, ACCOUNT_CREATOR_TRANSIT, creator_id, currency, &out->transit_minor);
}

enum rc earnings_days(struct db *db, struct arena *a, int64_t creator_id, int64_t from_day,
                      int64_t to_day, struct earnings_day_list *out)
{
    return DB_LIST(db, a, &q_days, ARGS(I64(creator_id), I64(from_day), I64(to_day)),
                   EARNINGS_DAYS_MAX, out);
}

enum rc earnings_months(struct db *db, struct arena *a, int64_t creator_id, const char *currency,
                        struct earnings_month_list *out)
{
    return DB_LIST(
        db, a, &q_months,
        ARGS(I64(creator_id), STR(currency), I64(creator_id), STR(currency), I64(EARNINGS_MONTHS)),
        EARNINGS_MONTHS, out);
}

enum rc earnings_rows(struct db *db, struct arena *a, int64_t creator_id, int64_t from_day,
                      int64_t to_day, size_t skip, size_t max, struct earnings_row_list *out)
{
    return DB_LIST(
        db, a, &q_rows,
        ARGS(I64(creator_id), I64(from_day), I64(to_day), I64((int64_t)max), I64((int64_t)skip)),
        max, out);
}

const char *earnings_lost_words(struct arena *a, int64_t lost)
{
    static const struct {
        int64_t bit;
        const char *words;
    } reasons[] = {
        { LOST_OWN, "your own playing" },        { LOST_SHORT, "video too short" },
        { LOST_HIDDEN, "hidden tab" },           { LOST_OVERLAP, "two players at once" },
        { LOST_LENGTH, "more than once a day" }, { LOST_DAY, "more than 16 hours a day" },
        { LOST_UNPAID, "without a paid month" }, { LOST_CLOCK, "time not known" },
    };
    struct sb o = { .a = a };

    for (size_t i = 0; i < COUNT(reasons); i++)
        if (lost & reasons[i].bit)
            sb_addf(&o, "%s%s", o.len ? ", " : "", reasons[i].words);
    return o.len ? o.buf : "";
}
