/*
 * ledger_audit: does the ledger say what it must (lib/app/audit.h)? Cron: once a day.
 *
 * Silent when it does; otherwise the report stands on stdout, which cron mails. It only reads, may be
 * killed and started at any time. Exit: 0 all is well, 1 it found something or failed, 75 try again.
 */
#include "app/audit.h"
#include "app/job.h"
#include "base/clock.h"
#include "base/fmt.h"

static enum rc audit(struct db *db, struct arena *a, const char **did)
{
    const char *report;
    size_t n;

    TRY(audit_run(db, a, &report, &n));
    *did = arena_printf(a, "findings=%zu", n);
    if (n == 0)
        return RC_OK;
    printf(
        "Ledger audit of %s: it does not add up.\nPay nothing out before this is explained.\n\n%s",
        fmt_datetime(a, clock_now_ms()), report);
    return RC_FAIL;
}

int main(void)
{
    static const struct job job = {
        .name = "ledger_audit",
        .db = DB_MONEY,
        .timeout_s = 600,
        .arena_bytes = 64 << 20,
        .work = audit,
    };
    return job_main(&job);
}
