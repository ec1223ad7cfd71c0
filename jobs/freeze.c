/*
 * freeze: moves the money of reports and decisions: what is frozen of creators' earnings, and what
 * becomes of it (lib/app/money/freeze.h). Cron: every 10 minutes.
 *
 * Safe to kill, to rerun and to start twice, also on several machines. Exit: 0 done or nothing to do,
 * 75 try again, 1 failed.
 */
#include "app/money/freeze.h"
#include "app/income/pay.h"
#include "app/site/job.h"
#include "base/clock.h"

static enum rc freeze(struct db *db, struct arena *a, const char **did)
{
    int64_t units;
    enum rc rc = freeze_run(db, a, clock_now_ms(), &units);

    *did = arena_printf(a, "units=%" PRId64, units);
    return rc;
}

int main(int argc, char **argv)
{
    static const struct job job = {
        .name = "freeze",
        .usage =
            "usage: freeze\nSets aside what reports freeze of creators' earnings, and moves what was "
            "decided\nabout.\n",
        .db = DB_MONEY,
        .guard = pay_guard,
        .timeout_s = 60,
        .arena_bytes = 64 << 20,
        .work = freeze,
    };

    return job_main(&job, argc, argv);
}
