/*
 * close_month: divides the idle money and the pool of a UTC month (lib/app/money/month.h). Cron:
 * every day; it finds out by itself whether a month is due.
 *
 *   close_month              closes one month, if one is due; says so when there are more
 *   close_month --months N   up to N months, such as after an outage
 *   close_month --all        all that are due
 *   close_month --dry-run    prints what each creator would receive if the next month were closed
 *                            now; writes nothing
 *
 * One month a run, so that little harm is done by a clock that is wrong and was not refused (pay_guard).
 *
 * Safe to kill, to rerun and to start twice, also on several machines. Exit: 0 done or nothing to
 * do, 1 failed, 64 wrong usage, 75 try again.
 */
#include "app/income/pay.h"
#include "app/site/job.h"
#include "app/money/month.h"
#include "base/clock.h"
#include "base/fmt.h"
#include "base/str.h"

static int64_t max = 1;

static const char *more_due(struct db *db, struct arena *a, int64_t now_ms)
{
    int64_t month;

    if (month_due(db, a, now_ms, &month) != RC_OK)
        return "";
    return arena_printf(a, "; %s is due, too: the next run closes it, or close_month --all",
                        fmt_month(a, month));
}

static enum rc close_month(struct db *db, struct arena *a, const char **did)
{
    int64_t closed, now_ms = clock_now_ms();
    struct month last;
    enum rc rc = month_close_due(db, a, now_ms, max, &closed, &last);

    *did = closed == 0 ? "nothing is due"
                       : arena_printf(a,
                                      "months=%" PRId64 " last=%" PRId64 " uplift_minor=%" PRId64
                                      " scaled_minor=%" PRId64 " idle_minor=%" PRId64 "%s",
                                      closed, last.month, last.uplift_minor, last.scaled_minor,
                                      last.idle_out_minor, more_due(db, a, now_ms));
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

/* How many months the arguments ask for; false: they are not about that. */
static bool read_max(int argc, char **argv)
{
    if (argc == 2 && str_eq(argv[1], "--all")) {
        max = INT64_MAX;
        return true;
    }
    return argc == 3 && str_eq(argv[1], "--months") &&
           str_to_i64(argv[2], strlen(argv[2]), 1, MONTHS_SHOWN_MAX, &max) == RC_OK;
}

int main(int argc, char **argv)
{
    static const char usage[] =
        "usage: close_month [--all | --months N | --dry-run]\n"
        "Closes the month that is due: idle money raises earnings, the pool is divided.\n"
        "--all closes all months that are due, --months up to N.\n"
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

    return job_main(&job, read_max(argc, argv) ? 1 : argc, argv);
}
