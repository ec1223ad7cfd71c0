/*
 * ledger_audit: checks that the books are right (lib/app/reports/audit.h). Cron: once a day.
 *
 *   ledger_audit [--full] [--verbose]
 *
 *   --full      read everything, instead of what is new since the last audit that found nothing; once a
 *               week it does so by itself
 *   --verbose   print the report also when all is well
 *
 * Silent when all is well; otherwise it prints the report, which cron mails. What it found is
 * stored for /admin/money and /metrics. May be killed and started at any time.
 * Exit: 0 all is well, 1 it found something or failed, 75 try again.
 */
#include "app/reports/audit.h"
#include "app/income/pay.h"
#include "app/site/job.h"
#include "base/clock.h"
#include "base/str.h"

static bool full, verbose;

static enum rc audit(struct db *db, struct arena *a, const char **did)
{
    int64_t now_ms = clock_now_ms();
    struct audit_result result;
    bool due;

    TRY(audit_full_is_due(db, a, now_ms, &due));
    TRY(audit_run(db, a, now_ms, full || due, &result));
    *did = arena_printf(a, "findings=%" PRId64, result.findings);
    if (verbose || result.findings)
        fputs(result.report, stdout);
    return result.findings ? RC_FAIL : RC_OK;
}

int main(int argc, char **argv)
{
    static const struct job job = {
        .name = "ledger_audit",
        .db = DB_MONEY,
        .guard = pay_guard,
        .timeout_s = 600,
        .arena_bytes = 64 << 20,
        .work = audit,
    };
    for (int i = 1; i < argc; i++) {
        full = full || str_eq(argv[i], "--full");
        verbose = verbose || str_eq(argv[i], "--verbose");
        if (!str_eq(argv[i], "--full") && !str_eq(argv[i], "--verbose")) {
            bool help = str_eq(argv[i], "--help");
            fputs(
                "usage: ledger_audit [--full] [--verbose]\nChecks whether the books are right. "
                "Prints nothing if they are, except with --verbose.\n--full reads everything, not "
                "what is new since the last audit that found nothing; once a week it does so "
                "by itself.\n",
                help ? stdout : stderr);
            return help ? 0 : 64;
        }
    }
    return job_main(&job, 1, argv);
}
