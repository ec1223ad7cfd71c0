/*
 * moderation: what moderation leaves for later: reporters of cases with many reports are told what was
 * decided; content comes back when nobody went to court after a counter-notice; operators are told of
 * cases that nobody takes; names and addresses of reporters that are no longer needed are emptied. Cron:
 * every hour.
 *
 * Safe to kill, to rerun and to start twice. Exit: 0 done, 75 try again, 1 failed.
 */
#include "app/moderation/appeal.h"
#include "app/moderation/report.h"
#include "app/site/job.h"
#include "base/clock.h"

static enum rc tell_reporters(struct db *db, struct arena *a, int64_t now_ms, int64_t *told)
{
    int64_t n;

    *told = 0;
    do {
        TRY(decision_tell_reporters(db, a, now_ms, &n));
        *told += n;
    } while (n == REPORTS_TOLD_AT_ONCE);
    return RC_OK;
}

static enum rc work(struct db *db, struct arena *a, const char **did)
{
    int64_t now_ms = clock_now_ms(), reporters, returned, waiting, addresses;

    TRY(tell_reporters(db, a, now_ms, &reporters));
    TRY(appeal_run_due(db, a, now_ms, &returned));
    TRY(case_alert(db, a, now_ms, &waiting));
    TRY(report_sweep(db, now_ms, &addresses));
    *did = arena_printf(
        a, "reporters=%" PRId64 " returned=%" PRId64 " waiting=%" PRId64 " addresses=%" PRId64,
        reporters, returned, waiting, addresses);
    return RC_OK;
}

int main(int argc, char **argv)
{
    static const struct job job = {
        .name = "moderation",
        .usage = "usage: moderation\nTells reporters what was decided, brings content back after a "
                 "counter-notice, tells operators of cases that wait.\n",
        .db = DB_ORDINARY,
        .timeout_s = 60,
        .arena_bytes = 256 << 20,
        .work = work,
    };
    return job_main(&job, argc, argv);
}
