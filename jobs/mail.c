/*
 * mail: sends the mails that wait (app/notify/queue.h). Cron: every minute, on any number of machines.
 *
 *   mail            sends what is due; jobs/tick starts it at every pass
 *   mail --minute   looks each second for a minute, for a line of cron: a mail then leaves within a second
 *
 * One machine sends at most conf()->mail_per_minute mails a minute. While the mail server is away it is
 * asked for one mail a run. Safe to kill, to rerun and to start twice. Exit: 0 done or nothing to do, 75
 * try again, 1 failed, 64 wrong arguments.
 */
#include "app/notify/post.h"
#include "app/site/job.h"
#include "base/clock.h"
#include "base/conf.h"
#include "base/str.h"
#include "io/secret.h"
#include <time.h>

enum { MINUTE_SECONDS = 55, MAIL_ARENA_BYTES = 4 << 20, WORKER_BYTES = 9 };

static int64_t seconds; /* how long this run lasts */

struct sums {
    int64_t sent, failed;
    enum mail_failure away; /* why none can be sent */
};

/* Send one mail. RC_NOT_FOUND: none is due. RC_FAIL: none can be sent now. */
static enum rc one(struct db *db, struct mailer *m, struct arena *a, const char *worker,
                   struct sums *sums)
{
    struct mail_outcome outcome;
    struct queued q;

    TRY(queue_take(db, a, worker, clock_now_ms(), &q));
    enum rc rc = post_send(m, a, &q, clock_now_ms(), &outcome);
    if (rc == RC_OK) {
        sums->sent++;
        return queue_sent(db, &q, worker, clock_now_ms());
    }
    sums->failed++;
    sums->away = outcome.is_for_every ? outcome.failure : MAIL_NO_FAILURE;
    TRY(queue_failed(db, &q, worker, &outcome, clock_now_ms()));
    return outcome.is_for_every ? RC_FAIL : RC_OK;
}

static void rest(int64_t ms)
{
    if (ms > 0)
        nanosleep(&(struct timespec){ ms / SECOND_MS, ms % SECOND_MS * 1000000 }, NULL);
}

/* Send what is due, not too quickly; RC_NOT_FOUND when nothing is left. */
static enum rc all_due(struct db *db, struct mailer *m, struct arena *each, const char *worker,
                       struct sums *sums)
{
    enum rc rc = RC_OK;

    while (rc == RC_OK) {
        int64_t began_ms = clock_monotonic_ms();
        arena_reset(each);
        rc = one(db, m, each, worker, sums);
        if (rc == RC_OK)
            rest(MINUTE_MS / conf()->mail_per_minute - (clock_monotonic_ms() - began_ms));
    }
    return rc;
}

static enum rc send_mails(struct db *db, struct arena *a, const char **did)
{
    int64_t end_ms = clock_monotonic_ms() + seconds * SECOND_MS;
    const char *worker = random_id(a, WORKER_BYTES);
    struct arena *each = arena_new(MAIL_ARENA_BYTES);
    struct mailer *m = mailer_new();
    struct sums sums = { 0 };
    enum rc rc;

    if (!mail_is_on()) {
        *did = "mail = none";
        return RC_NOT_FOUND;
    }
    while ((rc = all_due(db, m, each, worker, &sums)) == RC_NOT_FOUND &&
           clock_monotonic_ms() < end_ms)
        rest(SECOND_MS);
    mailer_free(m);
    arena_free(each);
    *did = arena_printf(a, "sent=%" PRId64 " failed=%" PRId64, sums.sent, sums.failed);
    if (rc == RC_FAIL)
        *did = arena_printf(a, "%" PRId64 " sent. %s", sums.sent, queue_reason(sums.away));
    if (rc == RC_NOT_FOUND)
        return sums.sent || sums.failed ? RC_OK : rc;
    return rc == RC_FAIL ? RC_BUSY : rc;
}

int main(int argc, char **argv)
{
    static const struct job job = {
        .name = "mail",
        .usage =
            "usage: mail [--minute]\nSends the mails that wait: once, or each second for a minute.\n",
        .db = DB_ORDINARY,
        .timeout_s = 30,
        .arena_bytes = 4 << 20,
        .quiet_when_idle = true,
        .work = send_mails,
    };

    if (argc == 2 && str_eq(argv[1], "--minute")) {
        seconds = MINUTE_SECONDS;
        argc = 1;
    }
    return job_main(&job, argc, argv);
}
