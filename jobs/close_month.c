/*
 * close_month: divides the idle money and the pool of a UTC month (lib/app/money/month.h). Cron:
 * every day; it finds out by itself whether a month is due.
 *
 *   close_month             closes the months that are due
 *   close_month --dry-run   prints what each creator would receive if the next month were closed
 *                           now; writes nothing
 *
 * Safe to kill, to rerun and to start twice, also on several machines. Exit: 0 done or nothing to
 * do, 1 failed, 64 wrong usage, 75 try again.
 */
#include "app/income/pay.h"
#include "app/site/job.h"
#include "app/money/month.h"
#include "base/clock.h"
#include "base/fmt.h"

static enum rc close_month(struct db *db, struct arena *a, const char **did)
{
    struct month last;
    int64_t closed;
    enum rc rc = month_close_due(db, a, clock_now_ms(), &closed, &last);

    *did = closed == 0 ? "nothing is due"
                       : arena_printf(a,
                                      "months=%" PRId64 " last=%" PRId64 " uplift_minor=%" PRId64
                                      " scaled_minor=%" PRId64 " idle_minor=%" PRId64,
                                      closed, last.month, last.uplift_minor, last.scaled_minor,
                                      last.idle_out_minor);
    return rc;
}

static enum rc dry_run(struct db *db, struct arena *a)
{
    struct tally_list by_creator;
    const char *table;
    struct month m;

    TRY(month_plan(db, a, clock_now_ms(), &m, &by_creator));
    TRY(tally_table(db, a, &by_creator, m.currency, &table));
    printf("%" PRId64 ": %" PRId64 " paid months were settled in this month; creators earned %s.\n",
           m.month, m.units, fmt_money(a, m.earned_minor, m.currency));
    printf("Idle %s: %s raises earnings, %s goes to the platform.\n",
           fmt_money(a, m.idle_in_minor, m.currency), fmt_money(a, m.uplift_minor, m.currency),
           fmt_money(a, m.platform_minor, m.currency));
    printf("Pool %s: %s is divided. Carried into the next month: %s.\n",
           fmt_money(a, m.pool_minor, m.currency), fmt_money(a, m.scaled_minor, m.currency),
           fmt_money(a, m.idle_out_minor, m.currency));
    printf("%s", table);
    return RC_OK;
}

int main(int argc, char **argv)
{
    static const char usage[] =
        "usage: close_month [--dry-run]\n"
        "Closes the months that are due: idle money raises earnings, the pool is divided.\n"
        "--dry-run prints what each creator would receive if the next month were closed now.\n";
    static const struct job job = {
        .name = "close_month",
        .usage = usage,
        .dry_run = dry_run,
        .db = DB_MONEY,
        .guard = pay_guard,
        .timeout_s = 600,
        .arena_bytes = 64 << 20,
        .work = close_month,
    };

    return job_main(&job, argc, argv);
}
