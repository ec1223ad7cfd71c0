/*
 * announce: tells all members of a change that takes something from them, such as a higher price, as soon as
 * it is planned (lib/app/people/announce.h). Cron: every 15 minutes.
 *
 * Safe to kill, to rerun and to start twice. Exit: 0 done or nothing to do, 75 try again, 1 failed.
 */
#include "app/people/announce.h"
#include "app/site/job.h"
#include "base/clock.h"

static enum rc announce(struct db *db, struct arena *a, const char **did)
{
    int64_t told = 0;
    enum rc rc = announce_run(db, a, clock_now_ms(), &told);

    *did = arena_printf(a, "told=%" PRId64, told);
    return rc;
}

int main(int argc, char **argv)
{
    static const struct job job = {
        .name = "announce",
        .usage = "usage: announce\nTells all members of a planned change that takes something from "
                 "them, such as a higher price.\n",
        .db = DB_ORDINARY,
        .timeout_s = 60,
        .arena_bytes = 256 << 20,
        .work = announce,
    };
    return job_main(&job, argc, argv);
}
