/*
 * renew: pays the next month of members who want to pay from their earnings. Cron: every hour.
 *
 * Safe to kill, to rerun and to start twice. Exit: 0 done or nothing to do, 75 try again, 1 failed.
 */
#include "app/payout/renewal.h"
#include "app/site/job.h"
#include "app/income/pay.h"
#include "base/clock.h"

static enum rc renew(struct db *db, struct arena *a, const char **did)
{
    struct renewed sum;
    enum rc rc = renewal_run(db, a, clock_now_ms(), &sum);

    *did = arena_printf(a, "paid=%" PRId64 " short=%" PRId64, sum.paid, sum.short_of_money);
    return rc;
}

int main(int argc, char **argv)
{
    static const struct job job = {
        .name = "renew",
        .usage =
            "usage: renew\nPays the next month of members who pay for it out of their earnings.\n",
        .db = DB_MONEY,
        .guard = pay_guard,
        .timeout_s = 60,
        .arena_bytes = 64 << 20,
        .work = renew,
    };
    pay_require();
    return job_main(&job, argc, argv);
}
