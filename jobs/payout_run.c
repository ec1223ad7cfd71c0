/*
 * payout_run: pays creators what is payable to them (lib/app/payout/payout.h). Cron: every hour; it
 * finds out by itself whether this month's run is due.
 *
 *   payout_run             does the run, if it is due and not done
 *   payout_run --dry-run   prints who would be paid now, who would not and why; writes nothing
 *
 * Safe to kill, to rerun and to start twice: the run continues where it stopped.
 * Exit: 0 done or nothing to do, 1 refused (stderr says why) or failed, 64 wrong usage, 75 try
 * again.
 */
#include "app/income/pay.h"
#include "app/site/job.h"
#include "app/payout/payout.h"
#include "base/clock.h"
#include "base/conf.h"
#include "base/fmt.h"
#include "base/str.h"

enum { ARENA_BYTES = 256 << 20, STATEMENT_SECONDS = 60, USAGE_EXIT = 64 };

static enum rc work(struct db *db, struct arena *a, const char **did)
{
    struct payout_sum s;
    struct problem why = { 0 };
    enum rc rc = payout_run(db, a, clock_now_ms(), false, &s, &why);

    *did = rc == RC_NOT_FOUND ? "nothing is due" : why.text;
    if (rc == RC_OK)
        *did = arena_printf(a,
                            "payouts=%" PRId64 " minor=%" PRId64 " sent=%" PRId64 " failed=%" PRId64
                            " unknown=%" PRId64 " below=%" PRId64 " held=%" PRId64
                            " without_account=%" PRId64 " waiting=%" PRId64,
                            s.payouts, s.minor, s.sent, s.failed, s.unknown, s.below, s.held,
                            s.without_payee, s.waiting);
    else if (rc == RC_DENIED)
        fprintf(stderr, "payout_run: %s\n", why.text);
    if (*did == NULL)
        *did = rc_name(rc);
    return rc;
}

static enum rc print_candidates(struct db *db, struct arena *a, int64_t now_ms,
                                const char *currency)
{
    struct payout_candidate_list list;
    int64_t after = 0;

    do {
        TRY(payout_candidates(db, a, after, now_ms, &list));
        for (size_t i = 0; i < list.n; i++) {
            const struct payout_candidate *c = &list.items[i];
            printf("%-30s %16s  %s\n", c->handle, fmt_money(a, c->payable_minor, currency),
                   c->standing == PAYOUT_DUE ? "is paid" : c->why);
            after = c->user_id;
        }
    } while (list.n);
    return RC_OK;
}

static int dry_run(void)
{
    struct arena *a = arena_new(ARENA_BYTES);
    struct db *db = db_new(DB_MONEY, STATEMENT_SECONDS);
    int64_t now_ms = clock_now_ms();
    struct problem why = { 0 };
    struct payout_sum s;
    enum rc rc = payout_run(db, a, now_ms, true, &s, &why), printed = RC_OK;

    if (rc == RC_OK || rc == RC_DENIED) {
        const char *currency = pay_configured()->currency();
        printed = print_candidates(db, a, now_ms, currency);
        printf("%" PRId64 " payouts, together %s; the account has %s\n", s.payouts,
               fmt_money(a, s.minor, currency), fmt_money(a, s.available_minor, currency));
    }
    if (why.text)
        fprintf(stderr, "payout_run: %s\n", why.text);
    db_close(db);
    arena_free(a);
    return rc_exit(rc == RC_OK ? printed : rc);
}

static int usage(int code)
{
    fputs("usage: payout_run [--dry-run]\n"
          "Pays creators their payable balances, once a month; see payout_day in the settings.\n"
          "--dry-run prints which creators would be paid now, and which would not and why.\n",
          code ? stderr : stdout);
    return code;
}

int main(int argc, char **argv)
{
    static const struct job job = {
        .name = "payout_run",
        .db = DB_MONEY,
        .guard = pay_guard,
        .timeout_s = STATEMENT_SECONDS,
        .arena_bytes = ARENA_BYTES,
        .work = work,
    };

    if (argc == 2 && str_eq(argv[1], "--help"))
        return usage(0);
    if (argc > 2 || (argc == 2 && !str_eq(argv[1], "--dry-run")))
        return usage(USAGE_EXIT);
    job_begin("payout_run");
    return argc == 2 ? dry_run() : job_main(&job, 1, argv);
}
