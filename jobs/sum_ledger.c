/*
 * sum_ledger: adds new postings to the ledger's sums by month, from which the pages about money answer
 * (lib/app/reports/sums.h). Cron: every 10 minutes. The figures are right without it, but then each page
 * reads all postings that are not in the sums yet.
 *
 *   sum_ledger           adds what is new
 *   sum_ledger --again   makes the sums anew from all postings: after an audit found the sums wrong
 *
 * Safe to kill, to rerun and to start twice. Exit: 0 done or nothing to do, 1 failed, 64 wrong usage,
 * 75 try again.
 */
#include "app/reports/sums.h"
#include "app/site/job.h"
#include "base/str.h"

static bool again;

static enum rc sum(struct db *db, struct arena *a, const char **did)
{
    int64_t n = 0;

    if (again)
        TRY(sums_forget(db));
    TRY(sums_keep(db, &n));
    *did = arena_printf(a, "postings=%" PRId64, n);
    return n || again ? RC_OK : RC_NOT_FOUND;
}

int main(int argc, char **argv)
{
    static const char usage[] =
        "usage: sum_ledger [--again]\n"
        "Adds new postings to the ledger's sums by month, from which pages answer.\n"
        "--again makes the sums anew from all postings.\n";
    static const struct job job = {
        .name = "sum_ledger",
        .usage = usage,
        .db = DB_MONEY,
        .timeout_s = 600,
        .arena_bytes = 1 << 20,
        .quiet_when_idle = true,
        .work = sum,
    };

    again = argc == 2 && str_eq(argv[1], "--again");
    return job_main(&job, again ? 1 : argc, argv);
}
