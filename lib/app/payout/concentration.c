#include "app/payout/concentration.h"
#include "base/clock.h"

struct earnings {
    int64_t minor, young_minor, focused_minor, units, disputed;
};
SHAPE(earnings_shape, struct earnings, COLUMN(struct earnings, minor),
      COLUMN(struct earnings, young_minor), COLUMN(struct earnings, focused_minor),
      COLUMN(struct earnings, units), COLUMN(struct earnings, disputed));
#define SUM_OF_MINOR_IF(condition)                                                                 \
    "CAST(SUM(IF(" condition ", s.amount_minor - s.reversed_minor, 0)) AS SIGNED)"
STMT(
    q_earnings, &earnings_shape,
    "SELECT " SUM_OF_MINOR_IF(
        "TRUE") " AS minor,"
                " " SUM_OF_MINOR_IF(
                    "u.settled_ms - m.created_ms < ?") " AS young_minor,"
                                                       " " SUM_OF_MINOR_IF(
                                                           "s.seconds * 100 >= u.seconds * ?") " AS focused_minor,"
                                                                                               " COUNT(*) AS units, CAST(SUM(EXISTS (SELECT 1 FROM reversal r WHERE"
                                                                                               " r.payment_id = u.payment_id AND r.kind = 'dispute' AND r.state <> 'undone')) AS SIGNED)"
                                                                                               " AS disputed FROM unit_share s JOIN unit u ON u.id = s.unit_id"
                                                                                               " LEFT JOIN user m ON m.id = u.user_id"
                                                                                               " WHERE s.creator_id = ? AND u.settled_ms >= ? AND u.settled_ms < ?");

static int64_t percent(int64_t part, int64_t whole) { return part * 100 / whole; }

enum rc concentration_find(struct db *db, struct arena *a, int64_t creator_id, int64_t from_ms,
                           int64_t to_ms, int64_t min_minor, const char **reason)
{
    struct earnings e;

    *reason = "";
    TRY(db_one(db, a, &q_earnings,
               ARGS(I64(CONCENTRATION_YOUNG_DAYS * DAY_MS), I64(CONCENTRATION_FOCUS_PERCENT),
                    I64(creator_id), I64(from_ms), I64(to_ms)),
               &e));
    if (e.minor < MAX_OF(min_minor, 1))
        return RC_OK;
    if (e.disputed * 1000 > e.units * CONCENTRATION_DISPUTE_PERMILLE)
        *reason = arena_printf(a,
                               "The payments of %" PRId64 " of %" PRId64
                               " months that you earned from were disputed by their cards' owners.",
                               e.disputed, e.units);
    else if (percent(e.young_minor, e.minor) >= CONCENTRATION_PERCENT)
        *reason = arena_printf(a,
                               "%" PRId64 " %% of these earnings came from accounts younger than"
                               " %d days.",
                               percent(e.young_minor, e.minor), CONCENTRATION_YOUNG_DAYS);
    else if (percent(e.focused_minor, e.minor) >= CONCENTRATION_PERCENT)
        *reason = arena_printf(a,
                               "%" PRId64 " %% of these earnings came from members who spent %d %%"
                               " or more of their time on this channel.",
                               percent(e.focused_minor, e.minor), CONCENTRATION_FOCUS_PERCENT);
    return RC_OK;
}
