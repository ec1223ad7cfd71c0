/*
 * settle: divides paid months that have ended, which makes earnings of them
 * (lib/app/money/settle.h). Cron: every hour.
 *
 *   settle             settles the months that are due
 *   settle --dry-run   prints how they would be divided and what each creator would get; writes
 *                      nothing
 *
 * Safe to kill, to rerun and to start twice, also on several machines. Exit: 0 done or nothing to
 * do, 1 some month could not be settled (logged; the others were), 64 wrong usage, 75 try again.
 */
#include "app/site/job.h"
#include "app/income/pay.h"
#include "app/money/settle.h"
#include "base/clock.h"
#include "base/fmt.h"

static enum rc settle(struct db *db, struct arena *a, const char **did)
{
    struct problem why = { NULL, NULL };
    struct settled s;
    enum rc rc = settle_run(db, a, clock_now_ms(), false, &s, &why);

    *did = why.text;
    if (why.text)
        fprintf(stderr, "settle: %s\n", why.text);
    else
        *did = arena_printf(a,
                            "units=%" PRId64 " waiting=%" PRId64 " creators_minor=%" PRId64
                            " platform_minor=%" PRId64 " idle_minor=%" PRId64,
                            s.units, s.waiting, s.creators_minor, s.platform_minor, s.idle_minor);
    return rc;
}

static enum rc dry_run(struct db *db, struct arena *a)
{
    const char *currency = pay_configured()->currency(), *table;
    struct problem why = { NULL, NULL };
    struct settled s;
    enum rc rc = settle_run(db, a, clock_now_ms(), true, &s, &why);

    if (why.text)
        fprintf(stderr, "settle: %s\n", why.text);
    TRY(rc);
    TRY(tally_table(db, a, &s.earned, currency, &table));
    printf("%" PRId64 " paid months would be settled, %" PRId64 " still wait for watch time to "
           "arrive.\n",
           s.units, s.waiting);
    printf("To creators %s, to the platform %s, idle %s.\n",
           fmt_money(a, s.creators_minor, currency), fmt_money(a, s.platform_minor, currency),
           fmt_money(a, s.idle_minor, currency));
    printf("%s", table);
    return RC_OK;
}

int main(int argc, char **argv)
{
    static const char usage[] =
        "usage: settle [--dry-run]\n"
        "Turns paid months that have ended into earnings of the creators who were watched.\n"
        "--dry-run prints how they would be divided.\n";
    static const struct job job = {
        .name = "settle",
        .usage = usage,
        .dry_run = dry_run,
        .db = DB_MONEY,
        .guard = pay_guard,
        .timeout_s = 60,
        .arena_bytes = 64 << 20,
        .work = settle,
    };

    return job_main(&job, argc, argv);
}
