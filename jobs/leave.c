/*
 * leave: deletes members whose time to change their mind is over, and pays or passes on what is owed to those who
 * are gone (app/leaving). Cron: every hour.
 *
 * Safe to kill, to rerun and to start twice. Exit: 0 done or nothing to do, 75 try again, 1 failed.
 */
#include "app/leaving/dues.h"
#include "app/leaving/erase.h"
#include "app/site/job.h"
#include "base/clock.h"

enum { STATEMENT_SECONDS = 60 };

static enum rc leave(struct db *db, struct arena *a, const char **did)
{
    struct db *money = db_new(DB_MONEY, STATEMENT_SECONDS);
    int64_t now_ms = clock_now_ms();
    struct erased erased;
    struct dues dues;

    enum rc rc = erase_run(db, money, a, now_ms, &erased);
    if (rc == RC_OK)
        rc = dues_run(money, a, now_ms, &dues);
    db_close(money);
    if (rc != RC_OK)
        return rc;
    *did = arena_printf(a,
                        "members=%" PRId64 " videos=%" PRId64 " rows=%" PRId64 " given=%" PRId64
                        " asked=%" PRId64 " settled=%" PRId64,
                        erased.members, erased.videos, erased.rows, dues.given_minor, dues.asked,
                        dues.settled);
    return RC_OK;
}

int main(int argc, char **argv)
{
    static const struct job job = {
        .name = "leave",
        .usage =
            "usage: leave\nDeletes members whose time to change their mind is over, and pays or passes on what is owed to them.\n",
        .db = DB_ORDINARY,
        .timeout_s = STATEMENT_SECONDS,
        .arena_bytes = 16 << 20,
        .work = leave,
    };
    return job_main(&job, argc, argv);
}
