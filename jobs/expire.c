/*
 * expire: ends what has waited too long: operators' acts that nobody approved; finishes acts that a
 * crash has interrupted. Cron: every 15 minutes.
 *
 * Safe to kill, to rerun and to start twice. Exit: 0 done or nothing to do, 75 try again, 1 failed.
 */
#include "app/acts/act.h"
#include "app/income/pay.h"
#include "app/site/job.h"
#include "base/clock.h"

static enum rc expire(struct db *db, struct arena *a, const char **did)
{
    struct problem why = { 0 };
    struct desk d = { .money = db, .a = a, .by = { 0, "" }, .now_ms = clock_now_ms(), .why = &why };
    int64_t expired = 0, finished = 0;

    TRY(act_expire(db, d.now_ms, &expired));
    enum rc rc = act_finish(&d, &finished);
    *did = arena_printf(a, "acts_expired=%" PRId64 " acts_finished=%" PRId64, expired, finished);
    return rc == RC_OK && expired + finished == 0 ? RC_NOT_FOUND : rc;
}

int main(int argc, char **argv)
{
    static const struct job job = {
        .name = "expire",
        .usage = "usage: expire\nEnds operators' acts that nobody approved in time, and finishes "
                 "those that were interrupted.\n",
        .db = DB_MONEY,
        .timeout_s = 60,
        .arena_bytes = 64 << 20,
        .guard = pay_guard,
        .quiet_when_idle = true,
        .work = expire,
    };
    return job_main(&job, argc, argv);
}
