/*
 * reindex: writes the words by which videos are found again, where they are out of date: after an
 * update that changed how words are made, or when a creator of many videos has changed names; and
 * notes what names look like that were there before the site noted it. Cron:
 * every minute; a run that finds nothing to do leaves no row.
 *
 * Safe to kill, to rerun and to start twice. Exit: 0 done or nothing to do, 75 try again, 1 failed.
 */
#include "app/site/job.h"
#include "app/catalogue/search.h"
#include "app/people/name.h"

static enum rc reindex(struct db *db, struct arena *a, const char **did)
{
    int64_t all_names = 0, names;
    size_t all = 0, n;

    do {
        TRY(search_renew(db, &n));
        all += n;
    } while (n);
    do {
        arena_reset(a);
        TRY(name_renew(db, a, &names));
        all_names += names;
    } while (names);
    *did = arena_printf(a, "videos=%zu names=%" PRId64, all, all_names);
    return all || all_names ? RC_OK : RC_NOT_FOUND;
}

int main(int argc, char **argv)
{
    static const struct job job = {
        .name = "reindex",
        .usage = "usage: reindex\nBrings the search index, and what names look like, up to date.\n",
        .db = DB_ORDINARY,
        .timeout_s = 60,
        .arena_bytes = 16 << 20,
        .quiet_when_idle = true,
        .work = reindex,
    };
    return job_main(&job, argc, argv);
}
