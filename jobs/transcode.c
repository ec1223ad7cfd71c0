/*
 * transcode: processes uploaded videos, one after another, until none is waiting. Cron: every
 * minute.
 *
 * Safe to kill at any instant: a later run takes over the video when this run's lease has expired.
 * One run at a time on a machine; several machines may share the media folder.
 * Exit: 0 done or nothing to do, 75 try again: another run is busy or the database is away.
 */
#include "app/site/job.h"
#include "app/publish/transcode.h"

enum { TRANSCODE_ARENA_BYTES = 256 << 20, STATEMENT_SECONDS = 60 };

static enum rc work(struct db *db, struct arena *a, const char **did)
{
    struct arena *item = arena_new(TRANSCODE_ARENA_BYTES);
    const char *latest = "";
    size_t n = 0;
    enum rc rc;

    while ((rc = transcode_next(db, item, &latest)) == RC_OK) {
        n++;
        *did = arena_printf(a, "videos=%zu, the last: %s", n, latest);
        arena_reset(item); /* memory stays flat however many are waiting */
    }
    if (rc != RC_NOT_FOUND)
        *did = arena_str(a, latest);
    arena_free(item);
    return rc == RC_NOT_FOUND && n ? RC_OK : rc;
}

int main(int argc, char **argv)
{
    static const struct job job = {
        .name = "transcode",
        .usage =
            "usage: transcode\nProcesses uploaded videos, one after the other, until none is waiting.\n",
        .db = DB_ORDINARY,
        .timeout_s = STATEMENT_SECONDS,
        .arena_bytes = 1 << 20,
        .quiet_when_idle = true,
        .work = work,
    };
    return job_main(&job, argc, argv);
}
