/*
 * payout_poll: finds out what became of payouts whose sending was interrupted
 * (lib/app/payout/payout.h). Cron: every 15 minutes.
 *
 * Safe to kill, to rerun and to start twice. Exit: 0 done or nothing to do, 75 try again, 1 failed.
 */
#include "app/income/pay.h"
#include "app/site/job.h"
#include "app/payout/payout.h"
#include "base/clock.h"

static enum rc poll(struct db *db, struct arena *a, const char **did)
{
    struct payout_sum s;
    enum rc rc = payout_poll(db, a, clock_now_ms(), &s);

    *did = arena_printf(a, "sent=%" PRId64 " failed=%" PRId64 " unknown=%" PRId64, s.sent, s.failed,
                        s.unknown);
    return rc;
}

int main(int argc, char **argv)
{
    static const struct job job = {
        .name = "payout_poll",
        .usage =
            "usage: payout_poll\nAsks payment providers about payouts whose outcome is not known.\n",
        .db = DB_MONEY,
        .guard = pay_guard,
        .timeout_s = 60,
        .arena_bytes = 64 << 20,
        .work = poll,
    };
    return job_main(&job, argc, argv);
}
