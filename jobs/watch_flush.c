/*
 * watch_flush: puts the watch time that was reported to this machine, and what its pages counted,
 * into the database; tells this machine's gate which addresses of media have ended (publish/revoke.h);
 * and notes how much room for uploads its disk has. Cron: on each machine that serves pages.
 *
 *   watch_flush               once; jobs/tick starts it at every pass
 *   watch_flush --minute      every second for a minute, for a line of cron: a power cut then loses
 *                             at most one second
 *   watch_flush --forget NODE a machine is gone for good (its host name, as in table watch_node):
 *                             months are settled without waiting for it. The rest of its spool is
 *                             lost.
 *
 * The clock of this machine is compared with the database's each time. While they differ by more
 * than ROLLUP_CLOCK_MAX_MS, the run fails with a message, and watch time that was reported earns
 * nothing. Safe to kill, to rerun and to start twice. Exit: 0 done or nothing to do, 75 try again,
 * 1 failed, 64 wrong arguments.
 */
#include "app/discovery/exposure.h"
#include "app/publish/stream.h"
#include "app/site/job.h"
#include "app/watching/rollup.h"
#include "base/clock.h"
#include "base/conf.h"
#include "base/log.h"
#include "base/str.h"
#include "io/store.h"
#include <time.h>

enum { MINUTE_SECONDS = 58, FORGET_ARENA_BYTES = 1 << 20, FORGET_SECONDS = 30 };

static int64_t seconds; /* how long this run lasts */

/* False in *ok when the clocks differ too much; not checked where a test has set the clock. */
static enum rc check_clock(struct db *db, struct arena *a, bool *ok)
{
    *ok = true;
    if (conf()->environment == ENV_TEST && conf()->clock_file[0])
        return RC_OK;
    TRY(rollup_clock_ok(db, a, clock_now_ms(), ok));
    if (!*ok)
        log_error("the clocks of this machine and of the database differ by more than %d ms: no "
                  "watch time is credited",
                  ROLLUP_CLOCK_MAX_MS);
    return RC_OK;
}

static enum rc pass(struct db *db, struct arena *a, struct flushed *sum, int64_t *counted)
{
    struct flushed one;
    int64_t exposed;
    bool clock_ok;

    store_note_room();
    TRY(stream_carry(db, a, clock_now_ms()));
    TRY(check_clock(db, a, &clock_ok));
    enum rc rc = rollup_flush(db, a, clock_now_ms(), clock_ok, &one);
    sum->records += one.records;
    sum->segments += one.segments;
    sum->damaged += one.damaged;
    sum->files += one.files;
    TRY(rc);
    TRY(exposure_flush(db, a, &exposed));
    *counted += exposed;
    return clock_ok ? RC_OK : RC_FAIL;
}

static enum rc flush(struct db *db, struct arena *a, const char **did)
{
    int64_t end_ms = clock_monotonic_ms() + seconds * SECOND_MS;
    struct arena *each = arena_new(EXPOSURE_FLUSH_ARENA_BYTES);
    struct flushed sum = { 0 };
    int64_t counted = 0;
    enum rc rc = pass(db, each, &sum, &counted);

    while ((rc == RC_OK || rc == RC_BUSY) && clock_monotonic_ms() < end_ms) {
        nanosleep(&(struct timespec){ .tv_sec = 1 }, NULL);
        arena_reset(each);
        rc = pass(db, each, &sum, &counted);
    }
    arena_free(each);
    *did = arena_printf(a,
                        "records=%" PRId64 " segments=%" PRId64 " damaged=%" PRId64
                        " files=%" PRId64 " exposed=%" PRId64,
                        sum.records, sum.segments, sum.damaged, sum.files, counted);
    bool idle = sum.records == 0 && sum.damaged == 0 && sum.files == 0 && counted == 0;
    return rc == RC_OK && idle ? RC_NOT_FOUND : rc;
}

static int forget(const char *node)
{
    struct arena *a = arena_new(FORGET_ARENA_BYTES);
    struct db *db = db_new(DB_ORDINARY, FORGET_SECONDS);
    enum rc rc = rollup_forget_node(db, node);

    if (rc == RC_NOT_FOUND)
        fprintf(stderr, "There is no machine called %s.\n", node);
    db_close(db);
    arena_free(a);
    return rc_exit(rc);
}

static int usage(int code)
{
    fputs(
        "usage: watch_flush [--minute | --forget NODE]\nLoads the watch time reported to this "
        "machine into the database: once, or each second\nfor a minute; or forgets a machine that "
        "has been removed for good.\n",
        code ? stderr : stdout);
    return code;
}

int main(int argc, char **argv)
{
    static const struct job job = {
        .name = "watch_flush",
        .db = DB_ORDINARY,
        .timeout_s = 60,
        .arena_bytes = 16 << 20,
        .quiet_when_idle = true,
        .work = flush,
    };

    if (argc == 2 && str_eq(argv[1], "--help"))
        return usage(0);
    if (argc == 3 && str_eq(argv[1], "--forget"))
        return forget(argv[2]);
    if (argc > 2 || (argc == 2 && !str_eq(argv[1], "--minute")))
        return usage(64);
    seconds = argc == 2 ? MINUTE_SECONDS : 0;
    return job_main(&job, 1, argv);
}
