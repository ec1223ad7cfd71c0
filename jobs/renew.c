/*
 * renew: pays the next month of members who want to pay from their earnings; then tells the others whose
 * paid time is about to end or has ended. Cron: every hour.
 *
 * Safe to kill, to rerun and to start twice. Exit: 0 done or nothing to do, 75 try again, 1 failed.
 */
#include "app/income/ending.h"
#include "app/payout/renewal.h"
#include "app/site/job.h"
#include "app/income/pay.h"
#include "base/clock.h"

static enum rc renew(struct db *db, struct arena *a, const char **did)
{
    struct endings told = { 0 };
    struct renewed sum;

    pay_require();
    enum rc rc = renewal_run(db, a, clock_now_ms(), &sum);

    if (rc == RC_OK)
        rc = ending_tell(db, a, clock_now_ms(), &told);
    *did = arena_printf(a, "paid=%" PRId64 " short=%" PRId64 " ahead=%" PRId64 " ended=%" PRId64,
                        sum.paid, sum.short_of_money, told.ahead, told.ended);
    return rc;
}

int main(int argc, char **argv)
{
    static const struct job job = {
        .name = "renew",
        .usage =
            "usage: renew\nPays the next month of members who pay for it out of their earnings, and tells "
            "members whose paid time is about to end or has ended.\n",
        .db = DB_MONEY,
        .guard = pay_guard,
        .timeout_s = 60,
        .arena_bytes = 64 << 20,
        .work = renew,
    };
    return job_main(&job, argc, argv);
}
