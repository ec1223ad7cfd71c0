#include "app/money/clock_guard.h"
#include "base/conf.h"
#include "base/fmt.h"

STMT(q_newest, &number_shape,
     "SELECT GREATEST(COALESCE((SELECT MAX(created_ms) FROM ledger_tx), 0),"
     " COALESCE((SELECT MAX(settled_ms) FROM unit), 0), COALESCE((SELECT"
     " MAX(GREATEST(closed_ms, posted_ms, matured_ms)) FROM month_close), 0)) AS n");
STMT(q_server, &number_shape, "SELECT CAST(UNIX_TIMESTAMP(NOW(3)) * 1000 AS SIGNED) AS n");

static enum rc not_behind(struct db *db, struct arena *a, int64_t now_ms, struct problem *why)
{
    int64_t newest_ms;

    TRY(db_number(db, a, &q_newest, NO_ARGS, &newest_ms));
    if (now_ms >= newest_ms - CLOCK_BEHIND_MAX_MS)
        return RC_OK;
    return refuse(
        why, RC_CONFLICT, NULL,
        arena_printf(a,
                     "This machine's clock says %s, but the books were last written at %s. Nothing "
                     "is booked. If the clock is wrong, set it (timedatectl set-ntp true); if the "
                     "books were written with a wrong clock, wait until that time has passed.",
                     fmt_datetime(a, now_ms), fmt_datetime(a, newest_ms)));
}

/* The server's answer took a while, by which it may seem to be behind, never ahead. */
enum rc clock_not_ahead(struct db *db, struct arena *a, int64_t now_ms, struct problem *why)
{
    int64_t server_ms;

    if (conf()->environment == ENV_TEST && conf()->clock_file[0])
        return RC_OK;
    TRY(db_number(db, a, &q_server, NO_ARGS, &server_ms));
    if (now_ms <= server_ms + CLOCK_AHEAD_MAX_MS)
        return RC_OK;
    return refuse(
        why, RC_CONFLICT, NULL,
        arena_printf(a,
                     "This machine's clock says %s, but that of the database server says %s. "
                     "Nothing is booked. Set both clocks (timedatectl set-ntp true on both).",
                     fmt_datetime(a, now_ms), fmt_datetime(a, server_ms)));
}

enum rc clock_guard(struct db *db, struct arena *a, int64_t now_ms, struct problem *why)
{
    TRY(not_behind(db, a, now_ms, why));
    return clock_not_ahead(db, a, now_ms, why);
}
