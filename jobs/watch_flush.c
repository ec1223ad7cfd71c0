/*
 * watch_flush: put what this machine heard of watching into the database. Cron: every minute, on each
 * machine that serves pages.
 *
 * Safe to kill, to rerun and to start twice. Exit: 0 done or nothing to do, 75 try again, 1 failed.
 */
#include "app/job.h"
#include "app/rollup.h"
#include "base/clock.h"

static enum rc flush(struct db *db, struct arena *a, const char **did)
{
    struct flushed sum;

    enum rc rc = rollup_flush(db, a, clock_now_ms(), &sum);
    *did = arena_printf(
        a, "records=%" PRId64 " segments=%" PRId64 " damaged=%" PRId64 " files=%" PRId64,
        sum.records, sum.segments, sum.damaged, sum.files);
    bool idle = sum.records == 0 && sum.damaged == 0 && sum.files == 0;
    return rc == RC_OK && idle ? RC_NOT_FOUND : rc;
}

int main(void)
{
    static const struct job job = {
        .name = "watch_flush",
        .db = DB_ORDINARY,
        .timeout_s = 60,
        .arena_bytes = 16 << 20,
        .quiet_when_idle = true,
        .work = flush,
    };
    return job_main(&job);
}
