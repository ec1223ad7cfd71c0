/*
 * reindex: writes the words by which videos are found again, where they are out of date: after an
 * update that changed how words are made, or when a creator of many videos has changed names. Cron:
 * every minute; a run that finds nothing to do leaves no row.
 *
 * Safe to kill, to rerun and to start twice. Exit: 0 done or nothing to do, 75 try again, 1 failed.
 */
#include "app/site/job.h"
#include "app/catalogue/search.h"

static enum rc reindex(struct db *db, struct arena *a, const char **did)
{
    size_t all = 0, n;

    do {
        TRY(search_renew(db, &n));
        all += n;
    } while (n);
    *did = arena_printf(a, "videos=%zu", all);
    return all ? RC_OK : RC_NOT_FOUND;
}

int main(int argc, char **argv)
{
    static const struct job job = {
        .name = "reindex",
        .usage = "usage: reindex\nBrings the search index up to date.\n",
        .db = DB_ORDINARY,
        .timeout_s = 60,
        .arena_bytes = 1 << 20,
        .quiet_when_idle = true,
        .work = reindex,
    };
    return job_main(&job, argc, argv);
}
