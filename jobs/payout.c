/*
 * payout: the operator's commands about payouts; `payout --help` lists them.
 *
 * Every command prints what it did. Safe to kill and to repeat. Exit: 0 done, 1 refused or failed,
 * 64 wrong usage, 75 try again: the database is away.
 */
#include "app/acts/act.h"
#include "app/people/account.h"
#include "commands/act.h"
#include "app/payout/payout_driver.h"
#include "app/site/job.h"
#include "base/clock.h"
#include "base/conf.h"
#include "base/fmt.h"
#include "base/str.h"
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

enum { ARENA_BYTES = 256 << 20, STATEMENT_SECONDS = 60, USAGE_EXIT = 64, ROLE_OPERATOR = 2 };

/* One run of one command; argv begins after the command. */
struct run {
    struct db *db;
    struct arena *a;
    int64_t now_ms;
    int argc;
    char **argv;
    struct problem why;
};

static enum rc wrong(struct run *run, const char *text)
{
    return refuse(&run->why, RC_INVALID, "usage", text);
}

static enum rc number(struct run *run, const char *text, int64_t *out)
{
    return str_to_i64(text, strlen(text), 1, INT64_MAX, out)
               ? wrong(run, arena_printf(run->a, "%s is not a number", text))
               : RC_OK;
}

static void print(const struct run *run, const struct payout *p)
{
    printf("%6" PRId64 "  run %-4" PRId64 " %-30s %14s  %-8s  ...%-4s  %s  %s\n", p->id, p->run_id,
           p->handle, fmt_money(run->a, p->amount_minor, p->currency), payout_state_word(p->state),
           p->iban_end, fmt_date(run->a, p->changed_ms), p->note);
}

static enum rc list(struct run *run)
{
    struct payout_list payouts;
    int64_t run_id;

    if (run->argc == 0)
        TRY(payout_list_all(run->db, run->a, &payouts));
    else if (run->argc == 2 && str_eq(run->argv[0], "--run")) {
        TRY(number(run, run->argv[1], &run_id));
        TRY(payout_list_run(run->db, run->a, run_id, &payouts));
    } else
        return wrong(run, "list [--run RUN]");
    for (size_t i = 0; i < payouts.n; i++)
        print(run, &payouts.items[i]);
    printf("%zu payouts\n", payouts.n);
    return RC_OK;
}

/* How far a run has come. */
static const char *progress(const struct run *run, const struct payout_run *r)
{
    if (r->cancelled_ms)
        return arena_printf(run->a, "cancelled on %s", fmt_date(run->a, r->cancelled_ms));
    if (r->reserved_ms == 0)
        return "not complete";
    if (r->exports == 0)
        return "no file yet";
    return arena_printf(run->a, "%" PRId64 " files, the latest on %s, to be paid on %s", r->exports,
                        fmt_date(run->a, r->exported_ms), fmt_date(run->a, r->pay_on_ms));
}

static enum rc runs(struct run *run)
{
    struct payout_run_list list;

    if (run->argc)
        return wrong(run, "runs");
    TRY(payout_run_list(run->db, run->a, &list));
    for (size_t i = 0; i < list.n; i++)
        printf("run %-4" PRId64 " %s  %s\n", list.items[i].id,
               fmt_month_path(run->a, list.items[i].month), progress(run, &list.items[i]));
    printf("%zu runs\n", list.n);
    return RC_OK;
}

static enum rc find(struct run *run)
{
    struct payout p;
    struct payout_fact fact;
    int64_t id;

    if (run->argc != 1)
        return wrong(run, "find ID");
    TRY(number(run, run->argv[0], &id));
    TRY(payout_get(run->db, run->a, id, &p));
    print(run, &p);
    enum rc rc = payout_look_up(run->db, run->a, id, &fact);
    if (rc == RC_OK)
        printf("the provider reports: %s, %s\n", payout_state_word(fact.answer), fact.ref);
    else if (rc == RC_NOT_FOUND)
        puts("the provider does not know this payout");
    return rc == RC_NOT_FOUND ? RC_OK : rc;
}

/* Whole account numbers: only the owner of the file may read it. */
static enum rc write_private(struct run *run, const char *path, const char *text)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
    size_t n = strlen(text);

    bool ok = fd >= 0 && fchmod(fd, 0600) == 0 && write(fd, text, n) == (ssize_t)n &&
              fsync(fd) == 0;
    int error = errno;
    if (fd >= 0)
        close(fd);
    return ok ? RC_OK
              : refuse(&run->why, RC_FAIL, NULL,
                       arena_printf(run->a, "%s: %s", path, strerror(error)));
}

/* Options in any order, each followed by its value. Returns the value; NULL: it is not there. */
static const char *option(struct run *run, const char *name)
{
    for (int i = 1; i + 1 < run->argc; i += 2)
        if (str_eq(run->argv[i], name))
            return run->argv[i + 1];
    return NULL;
}

static enum rc date(struct run *run, const char *text, int64_t *ms)
{
    *ms = 0;
    return text && fmt_read_date(text, ms) != RC_OK
               ? wrong(run, arena_printf(run->a, "%s is not a date such as 2026-11-30", text))
               : RC_OK;
}

static enum rc export_file(struct run *run)
{
    const char *sepa = option(run, "--sepa"), *csv = option(run, "--csv"),
               *on = option(run, "--on");
    struct payout_file file;
    int64_t run_id, on_ms;

    if ((sepa == NULL) == (csv == NULL) || run->argc != (on ? 5 : 3))
        return wrong(run, "export RUN --sepa FILE or --csv FILE [--on DATE]");
    TRY(number(run, run->argv[0], &run_id));
    TRY(date(run, on, &on_ms));
    TRY(payout_export(run->db, run->a, run_id, sepa ? PAYOUT_SEPA : PAYOUT_CSV, on_ms, run->now_ms,
                      &file, &run->why));
    TRY(write_private(run, sepa ? sepa : csv, file.text));
    printf("run %" PRId64 " has been written to %s, which only you can read: %" PRId64
           " payouts, %s, file %s, to be paid on %s\n",
           run_id, sepa ? sepa : csv, file.n,
           fmt_money(run->a, file.minor, pay_configured()->currency()), file.id,
           fmt_date(run->a, file.on_ms));
    return RC_OK;
}

static enum rc cancel(struct run *run)
{
    const char *reason = option(run, "--reason");
    int64_t run_id;
    size_t n;

    if (run->argc != 3 || reason == NULL)
        return wrong(run, "cancel RUN --reason TEXT");
    TRY(number(run, run->argv[0], &run_id));
    TRY(payout_cancel_run(run->db, run->a, run_id, reason, run->now_ms, &n, &run->why));
    printf("run %" PRId64 " is cancelled: %zu payouts are payable again, and are in the next run\n",
           run_id, n);
    return RC_OK;
}

static const char *why_not_paid(struct run *run, int64_t id)
{
    struct payout p;

    if (payout_get(run->db, run->a, id, &p) == RC_OK && p.state == PAYOUT_FAILED &&
        p.provider_ref[0])
        return arena_printf(run->a,
                            "Payout %" PRId64 " was given up. If the bank made it all the same,"
                            " import the line of its statement, which takes the money from what is"
                            " payable.",
                            id);
    return arena_printf(run->a, "Payout %" PRId64 " was not sent, and is in no file for the bank.",
                        id);
}

static enum rc confirm_one(struct run *run, int64_t id)
{
    enum rc rc = payout_confirm(run->db, run->a, id, run->now_ms);

    if (rc == RC_OK)
        printf("payout %" PRId64 " is paid\n", id);
    else if (rc == RC_CONFLICT)
        return refuse(&run->why, rc, NULL, why_not_paid(run, id));
    return rc;
}

static enum rc confirm_run(struct run *run, int64_t run_id)
{
    struct payout_run row;
    size_t confirmed, waiting;

    if (payout_run_get(run->db, run->a, run_id, &row) == RC_NOT_FOUND)
        return refuse(&run->why, RC_NOT_FOUND, NULL,
                      arena_printf(run->a, "There is no run %" PRId64 ".", run_id));
    TRY(payout_confirm_run(run->db, run->a, run_id, run->now_ms, &confirmed, &waiting));
    printf("run %" PRId64 ": %zu payouts are paid\n", run_id, confirmed);
    return waiting == 0 ? RC_OK
                        : refuse(&run->why, RC_CONFLICT, NULL,
                                 arena_printf(run->a,
                                              "%zu payouts of this run are in no file yet: `payout"
                                              " export %" PRId64 "` comes first.",
                                              waiting, run_id));
}

static enum rc confirm(struct run *run)
{
    int64_t id;

    if (run->argc == 2 && str_eq(run->argv[0], "--run")) {
        TRY(number(run, run->argv[1], &id));
        return confirm_run(run, id);
    }
    if (run->argc == 0)
        return wrong(run, "confirm ID... or confirm --run RUN");
    for (int i = 0; i < run->argc; i++) {
        TRY(number(run, run->argv[i], &id));
        TRY(confirm_one(run, id));
    }
    return RC_OK;
}

static enum rc give_back(struct run *run)
{
    int64_t id;

    if (run->argc != 3 || !str_eq(run->argv[1], "--reason"))
        return wrong(run, "return ID --reason TEXT");
    TRY(number(run, run->argv[0], &id));
    enum rc rc = payout_return(run->db, run->a, id, run->argv[2], run->now_ms);
    if (rc == RC_OK)
        printf("payout %" PRId64
               " was returned; its money is payable again, and the creator is asked to check the "
               "account\n",
               id);
    else if (rc == RC_CONFLICT)
        return refuse(&run->why, rc, NULL,
                      "This payout was not sent, and is in no file for the bank.");
    else if (rc == RC_INVALID)
        return refuse(&run->why, rc, NULL,
                      "A reason has 1 to 200 characters; the creator sees it.");
    return rc;
}

/* `--as HANDLE` at the end of the arguments: the operator in whose name it is done. */
static enum rc read_as(struct run *run, int64_t *user_id)
{
    struct account operator= { 0 };
    int n = run->argc;

    *user_id = 0;
    if (n < 2 || !str_eq(run->argv[n - 2], "--as"))
        return RC_OK;
    enum rc rc = account_by_handle(run->db, run->a, run->argv[n - 1], &operator);
    if (rc == RC_NOT_FOUND || (rc == RC_OK && (operator.role != ROLE_OPERATOR || operator.blocked)))
        return refuse(&run->why, RC_DENIED, NULL,
                      arena_printf(run->a, "%s is not an operator's account.", run->argv[n - 1]));
    run->argc -= 2;
    *user_id = operator.id;
    return rc;
}

static enum rc act_on(struct run *run, const char *kind, int64_t by, const char *reason)
{
    struct act_value creator = { "creator", run->argv[0] };
    struct desk d = { .money = run->db, .a = run->a, .by = { by, act_shell(run->a) } };
    const struct act_request q = { .kind = kind, .reason = reason, .values = { &creator, 1 } };
    struct act_done done;

    d.now_ms = run->now_ms;
    d.why = &run->why;
    TRY(act_ask(&d, &q, &done));
    if (done.act.state == ACT_WAITING)
        printf("waits for approval as %" PRId64 "\n", done.act.id);
    else
        printf("%s: %s\n", run->argv[0], done.act.result);
    return RC_OK;
}

static enum rc hold(struct run *run)
{
    int64_t by;

    TRY(read_as(run, &by));
    if (run->argc != 3 || !str_eq(run->argv[1], "--reason"))
        return wrong(run, "hold HANDLE --reason TEXT [--as HANDLE]");
    return act_on(run, "payout-hold", by, run->argv[2]);
}

static enum rc lift(struct run *run)
{
    const char *reason = "";
    int64_t by;

    TRY(read_as(run, &by));
    if (run->argc == 3 && str_eq(run->argv[1], "--reason"))
        reason = run->argv[2], run->argc = 1;
    if (run->argc != 1)
        return wrong(run, "lift HANDLE [--reason TEXT] [--as HANDLE]");
    return act_on(run, "payout-lift", by, reason);
}

static enum rc holds(struct run *run)
{
    struct payout_hold_list list;

    TRY(hold_list(run->db, run->a, &list));
    for (size_t i = 0; i < list.n; i++) {
        const struct payout_hold *h = &list.items[i];
        printf("%-30s %-6s since %s: %s\n", h->handle, hold_kind_word(h->kind),
               fmt_date(run->a, h->created_ms), h->reason);
        if (h->appeal_ms)
            printf("    appeal of %s: %s\n", fmt_date(run->a, h->appeal_ms), h->appeal);
    }
    printf("%zu on hold\n", list.n);
    return RC_OK;
}

static const struct command {
    const char *name, *usage, *help;
    enum rc (*run)(struct run *run);
    bool reads; /* changes nothing */
} commands[] = {
    { "list", "[--run RUN]", "list the latest payouts, or all payouts of a run", list, true },
    { "runs", "", "list the latest runs and how far each has come", runs, true },
    { "export", "RUN --sepa FILE | RUN --csv FILE [--on DATE]",
      "write the file for the bank (provider manual), which pays on DATE, otherwise on the next day on"
      " which banks settle; it can be written again while nothing of it is paid",
      export_file, false },
    { "confirm", "ID... | --run RUN", "note that the bank has paid these payouts", confirm, false },
    { "return", "ID --reason TEXT",
      "note that the bank has returned a payout, or did not make it: its money is payable again",
      give_back, false },
    { "cancel", "RUN --reason TEXT",
      "give up a run of which nothing is paid yet: all its money is payable again", cancel, false },
    { "find", "ID", "show one payout, and what the provider reports about it", find, true },
    { "holds", "", "list the creators whose payouts are on hold, the reasons and their appeals",
      holds, true },
    { "hold", "HANDLE --reason TEXT [--as HANDLE]",
      "stop paying this creator, who is shown the reason", hold, false },
    { "lift", "HANDLE [--reason TEXT] [--as HANDLE]", "pay this creator again", lift, false },
};

static int usage(FILE *to, int code)
{
    fputs("usage: payout COMMAND ...\n", to);
    for (size_t i = 0; i < COUNT(commands); i++)
        fprintf(to, "\n  payout %s %s\n      %s\n", commands[i].name, commands[i].usage,
                commands[i].help);
    return code;
}

static int execute(struct run *run, const struct command *c)
{
    enum rc rc = c->reads ? RC_OK : pay_guard(run->db, run->a, run->now_ms, &run->why);

    if (rc == RC_OK)
        rc = c->run(run);
    if (!c->reads)
        act_log(rc, run->argc + 1, run->argv - 1);
    if (rc == RC_INVALID && str_eq(run->why.field, "usage")) {
        fprintf(stderr, "payout: %s\n", run->why.text);
        return USAGE_EXIT;
    }
    if (rc != RC_OK && run->why.text)
        fprintf(stderr, "payout: %s\n", run->why.text);
    else if (rc == RC_NOT_FOUND)
        fputs("payout: there is no payout with that number\n", stderr);
    else if (rc != RC_OK)
        fprintf(stderr, "payout: failed (%s)\n", rc_name(rc));
    return rc_exit(rc);
}

int main(int argc, char **argv)
{
    const struct command *c = NULL;

    job_begin("payout");
    for (size_t i = 0; argc > 1 && i < COUNT(commands); i++)
        if (str_eq(argv[1], commands[i].name))
            c = &commands[i];
    if (c == NULL)
        return argc == 2 && str_eq(argv[1], "--help") ? usage(stdout, 0)
                                                      : usage(stderr, USAGE_EXIT);
    struct run run = {
        .a = arena_new(ARENA_BYTES),
        .db = db_new(DB_MONEY, STATEMENT_SECONDS),
        .now_ms = clock_now_ms(),
        .argc = argc - 2,
        .argv = argv + 2,
    };
    int code = execute(&run, c);
    db_close(run.db);
    arena_free(run.a);
    return code;
}
