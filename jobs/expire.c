/*
 * expire: ends what has waited too long: operators' acts that nobody approved, vouchers that nobody
 * redeemed; finishes acts that a crash has interrupted. Cron: every 15 minutes.
 *
 * Safe to kill, to rerun and to start twice. Exit: 0 done or nothing to do, 75 try again, 1 failed.
 */
#include "app/acts/act.h"
#include "app/income/pay.h"
#include "app/income/voucher.h"
#include "app/site/job.h"
#include "base/clock.h"

static enum rc expire(struct db *db, struct arena *a, const char **did)
{
    struct problem why = { 0 };
    struct desk d = { .money = db, .a = a, .by = { 0, "" }, .now_ms = clock_now_ms(), .why = &why };
    int64_t expired = 0, finished = 0, vouchers = 0;

    TRY(act_expire(db, d.now_ms, &expired));
    TRY(voucher_expire(db, a, d.now_ms, &vouchers));
    enum rc rc = act_finish(&d, &finished);
    *did = arena_printf(a, "acts_expired=%" PRId64 " acts_finished=%" PRId64 " vouchers=%" PRId64,
                        expired, finished, vouchers);
    return rc;
}

int main(int argc, char **argv)
{
    static const struct job job = {
        .name = "expire",
        .usage =
            "usage: expire\nEnds operators' acts that nobody approved and vouchers that nobody "
            "redeemed in time, and finishes acts that were interrupted.\n",
        .db = DB_MONEY,
        .timeout_s = 60,
        .arena_bytes = 64 << 20,
        .guard = pay_guard,
        .work = expire,
    };
    return job_main(&job, argc, argv);
}
