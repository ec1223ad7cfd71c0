/*
 * watch_rollup: computes each creator's credit per member and day again, wherever watch time was
 * added. Cron: every 10 minutes.
 *
 * Safe to kill, to rerun and to start twice. Exit: 0 done or nothing to do, 75 try again, 1 failed.
 */
#include "app/site/job.h"
#include "app/watching/rollup.h"

static enum rc rollup(struct db *db, struct arena *a, const char **did)
{
    int64_t days;

    enum rc rc = rollup_days(db, a, &days);
    *did = arena_printf(a, "days=%" PRId64, days);
    return rc;
}

int main(int argc, char **argv)
{
    static const struct job job = {
        .name = "watch_rollup",
        .usage =
            "usage: watch_rollup\nCounts the watch time of the days that wait to be counted.\n",
        .db = DB_ORDINARY,
        .timeout_s = 60,
        .arena_bytes = 64 << 20,
        .work = rollup,
    };
    return job_main(&job, argc, argv);
}
