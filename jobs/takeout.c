/*
 * takeout: makes the archives that members take along (app/leaving/takeout.h), one after the other, and deletes those
 * that have expired. Cron: every minute, on any number of machines that share var_dir.
 *
 * Safe to kill, to rerun and to start twice. Exit: 0 done or nothing to do, 75 try again, 1 failed.
 */
#include "app/leaving/takeout.h"
#include "app/site/job.h"
#include "base/clock.h"

enum { STATEMENT_SECONDS = 60, ARCHIVES_PER_RUN = 20 };

static enum rc make_all(struct db *db, struct db *money, struct arena *a, int64_t *made,
                        const char **did)
{
    enum rc rc = RC_OK;

    for (*made = 0; rc == RC_OK && *made < ARCHIVES_PER_RUN; *made += rc == RC_OK)
        rc = takeout_next(db, money, a, clock_now_ms(), did);
    return rc == RC_NOT_FOUND ? RC_OK : rc;
}

static enum rc takeout(struct db *db, struct arena *a, const char **did)
{
    struct db *money = db_new(DB_MONEY, STATEMENT_SECONDS);
    const char *last = "";
    int64_t made, dropped;

    enum rc rc = make_all(db, money, a, &made, &last);
    db_close(money);
    if (rc == RC_OK)
        rc = takeout_sweep(db, a, clock_now_ms(), &dropped);
    if (rc != RC_OK)
        return rc;
    *did = arena_printf(a, "made=%" PRId64 " dropped=%" PRId64 " %s", made, dropped, last);
    return made || dropped ? RC_OK : RC_NOT_FOUND;
}

int main(int argc, char **argv)
{
    static const struct job job = {
        .name = "takeout",
        .usage =
            "usage: takeout\nMakes the archives that members asked for, and deletes old ones.\n",
        .db = DB_ORDINARY,
        .timeout_s = STATEMENT_SECONDS,
        .arena_bytes = 64 << 20,
        .quiet_when_idle = true,
        .work = takeout,
    };
    return job_main(&job, argc, argv);
}
