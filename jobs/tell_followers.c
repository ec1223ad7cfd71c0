/*
 * tell_followers: tells followers of new videos. Cron: every minute, with the pass of jobs/tick.
 *
 * Safe to kill, to rerun and to start twice. Exit: 0 done or nothing to do, 75 try again, 1 failed.
 */
#include "app/people/tell.h"
#include "app/site/job.h"
#include "base/clock.h"

static enum rc tell(struct db *db, struct arena *a, const char **did)
{
    struct told sum;
    enum rc rc = tell_followers(db, clock_now_ms(), &sum);

    *did = arena_printf(a, "videos=%" PRId64 " followers=%" PRId64, sum.videos, sum.followers);
    return rc == RC_OK && sum.videos == 0 && sum.followers == 0 ? RC_NOT_FOUND : rc;
}

int main(int argc, char **argv)
{
    static const struct job job = {
        .name = "tell_followers",
        .usage =
            "usage: tell_followers\nTells followers of creators' new videos, on /notifications.\n",
        .db = DB_ORDINARY,
        .timeout_s = 60,
        .arena_bytes = 1 << 20,
        .quiet_when_idle = true,
        .work = tell,
    };
    return job_main(&job, argc, argv);
}
