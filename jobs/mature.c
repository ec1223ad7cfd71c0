/*
 * mature: makes earnings payable whose hold has ended (lib/app/money/settle.h). Cron: every day.
 *
 *   mature             makes all those payable that are due
 *   mature --dry-run   prints what would become payable for each creator; writes nothing
 *
 * Safe to kill, to rerun and to start twice, also on several machines. Exit: 0 done or nothing to
 * do, 1 some month could not be matured (logged; the others were), 64 wrong usage, 75 try again.
 */
#include "app/site/job.h"
#include "app/income/pay.h"
#include "app/money/settle.h"
#include "base/clock.h"
#include "base/fmt.h"

static enum rc mature(struct db *db, struct arena *a, const char **did)
{
    struct matured m;
    enum rc rc = mature_run(db, a, clock_now_ms(), false, &m);

    *did = arena_printf(a, "units=%" PRId64 " months=%" PRId64 " minor=%" PRId64, m.units, m.months,
                        m.minor);
    return rc;
}

static enum rc dry_run(struct db *db, struct arena *a)
{
    const char *currency = pay_configured()->currency(), *table;
    struct matured m;

    TRY(mature_run(db, a, clock_now_ms(), true, &m));
    TRY(tally_table(db, a, &m.earned, currency, &table));
    printf("%s would become payable, from %" PRId64 " paid months and the uplift of %" PRId64
           ".\n%s",
           fmt_money(a, m.minor, currency), m.units, m.months, table);
    return RC_OK;
}

int main(int argc, char **argv)
{
    static const char usage[] = "usage: mature [--dry-run]\n"
                                "Makes earnings payable once they have been held for long enough.\n"
                                "--dry-run prints what would become payable to each creator.\n";
    static const struct job job = {
        .name = "mature",
        .usage = usage,
        .dry_run = dry_run,
        .db = DB_MONEY,
        .guard = pay_guard,
        .timeout_s = 60,
        .arena_bytes = 64 << 20,
        .work = mature,
    };

    return job_main(&job, argc, argv);
}
