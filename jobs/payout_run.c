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
    enum rc rc = payout_run(db, a, clock_now_ms(), &s, &why);

    *did = rc == RC_NOT_FOUND ? "nothing is due" : why.text;
    if (rc == RC_OK)
        *did = arena_printf(a,
                            "payouts=%" PRId64 " minor=%" PRId64 " sent=%" PRId64 " failed=%" PRId64
                            " unknown=%" PRId64 " below=%" PRId64 " held=%" PRId64
                            " without_account=%" PRId64 " waiting=%" PRId64 " left_out=%" PRId64,
                            s.payouts, s.minor, s.sent, s.failed, s.unknown, s.below, s.held,
                            s.without_payee, s.waiting, s.left_out);
    else if (rc == RC_DENIED)
        fprintf(stderr, "payout_run: %s\n", why.text);
    if (*did == NULL)
        *did = rc_name(rc);
    return rc;
}

struct printing {
    struct arena *line;
    const char *currency;
};

static enum rc print(struct db *db, const struct payout_candidate *c, void *arg)
{
    const struct printing *p = arg;

    (void)db;
    arena_reset(p->line);
    const char *amount = fmt_money(p->line, c->payable_minor, p->currency);
    if (c->standing == PAYOUT_DUE)
        printf("%-30s %16s  is paid; waits since %s\n", c->handle, amount,
               fmt_date(p->line, c->since_ms));
    else
        printf("%-30s %16s  %s%s\n", c->handle, amount,
               c->standing == PAYOUT_REVIEW ? "will be put on hold: " : "", c->why);
    return RC_OK;
}

/* When what follows would happen. */
static enum rc print_when(struct db *db, struct arena *a, int64_t now_ms)
{
    struct payout_run last;
    bool due;

    TRY(payout_run_due(db, a, now_ms, &last, &due));
    if (due)
        puts("A run is due now. It would pay:");
    else
        printf("No run is due before %s. If it were made now, it would pay:\n",
               fmt_datetime(a, payout_next_ms(now_ms)));
    return RC_OK;
}

static enum rc announce(struct db *db, struct arena *a, int64_t now_ms, struct problem *why)
{
    struct printing p = { arena_new(1 << 20), pay_currency() };
    struct payout_plan plan;
    enum rc rc = pay_guard(db, a, now_ms, why); /* the run would ask it, too */

    if (rc == RC_OK)
        rc = print_when(db, a, now_ms);
    if (rc == RC_OK)
        rc = payout_plan(db, a, now_ms, print, &p, &plan, why);
    arena_free(p.line);
    TRY(rc);
    printf("%" PRId64 " payouts, together %s; the account has %s\n", plan.sum.payouts,
           fmt_money(a, plan.sum.minor, plan.currency),
           fmt_money(a, plan.sum.available_minor, plan.currency));
    if (plan.left_out)
        printf("%s\n", payout_plan_shortage(a, &plan));
    TRY(payout_is_on(db, a, why));
    return plan.n || !plan.left_out ? RC_OK
                                    : refuse(why, RC_DENIED, NULL, payout_plan_shortage(a, &plan));
}

static int dry_run(void)
{
    struct arena *a = arena_new(ARENA_BYTES);
    struct db *db = db_new(DB_MONEY, STATEMENT_SECONDS);
    struct problem why = { 0 };
    enum rc rc = announce(db, a, clock_now_ms(), &why);

    if (why.text)
        fprintf(stderr, "payout_run: %s\n", why.text);
    db_close(db);
    arena_free(a);
    return rc_exit(rc);
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
