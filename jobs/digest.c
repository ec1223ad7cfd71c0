/*
 * digest: once a week, tells members by mail which new videos there are of creators whom they follow
 * (lib/app/people/digest.h). Cron: every hour; the first run of a week writes the mails, jobs/mail sends them.
 *
 * Safe to kill, to rerun and to start twice. Exit: 0 done or nothing to do, 75 try again, 1 failed.
 */
#include "app/people/digest.h"
#include "app/site/job.h"
#include "base/clock.h"

enum { ITEM_ARENA_BYTES = 64 << 20 };

static enum rc digest(struct db *db, struct arena *a, const char **did)
{
    struct arena *item = arena_new(ITEM_ARENA_BYTES);
    int64_t told = 0;
    enum rc rc = digest_run(db, a, item, clock_now_ms(), &told);

    arena_free(item);
    *did = arena_printf(a, "told=%" PRId64, told);
    return rc;
}

int main(int argc, char **argv)
{
    static const struct job job = {
        .name = "digest",
        .usage = "usage: digest\nWrites the weekly mails about new videos of followed creators.\n",
        .db = DB_ORDINARY,
        .timeout_s = 60,
        .arena_bytes = 4 << 20,
        .work = digest,
    };
    return job_main(&job, argc, argv);
}
