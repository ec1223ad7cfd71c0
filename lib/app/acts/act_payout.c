/* The kinds about runs of payouts by bank transfer: the bank has paid one, one is given up, a single payout
 * came back. Which file the bank gets is a command only (`payout export`): it has whole account numbers. */
#include "app/acts/act_kind.h"
#include "app/payout/payout.h"
#include "base/fmt.h"

/* What a run's payouts come to, by their states. */
static enum rc show_run(struct act_run *x, int64_t *run_id)
{
    int64_t n[PAYOUT_RETURNED + 1] = { 0 }, minor[PAYOUT_RETURNED + 1] = { 0 };
    struct payout_list list;
    struct payout_run run;

    TRY(act_number(x, "run", 1, INT64_MAX, run_id));
    enum rc rc = payout_run_get(x->db, x->a, *run_id, &run);
    if (rc == RC_NOT_FOUND)
        return act_wrong(x, RC_INVALID, "run", "There is no run %" PRId64 ".", *run_id);
    TRY(rc);
    TRY(payout_list_run(x->db, x->a, *run_id, &list));
    for (size_t i = 0; i < list.n; i++) {
        n[list.items[i].state]++;
        minor[list.items[i].state] += list.items[i].amount_minor;
    }
    act_line(x, "Run", "%" PRId64 " of %s", run.id, fmt_month(x->a, run.month));
    if (run.pay_on_ms)
        act_line(x, "To be paid on", "%s", fmt_date(x->a, run.pay_on_ms));
    for (size_t i = 0; i < COUNT(n); i++)
        if (n[i])
            act_line(x, payout_state_word((enum payout_state)i), "%" PRId64 " payouts, %s", n[i],
                     fmt_money(x->a, minor[i], run.currency));
    x->found = arena_alloc(x->a, sizeof *run_id);
    *(int64_t *)x->found = *run_id;
    return RC_OK;
}

static enum rc check_confirm(struct act_run *x)
{
    int64_t run_id;

    TRY(show_run(x, &run_id));
    x->what = arena_printf(x->a, "Note that the bank has paid run %" PRId64 ".", run_id);
    return RC_OK;
}

static enum rc perform_confirm(struct act_run *x)
{
    const int64_t *run_id = x->found;
    size_t confirmed, waiting;

    TRY(payout_confirm_run(x->db, x->a, *run_id, x->d->now_ms, &confirmed, &waiting));
    if (waiting)
        return act_wrong(x, RC_CONFLICT, "run",
                         "%zu payouts of this run are in no file for the bank yet.", waiting);
    x->result = arena_printf(x->a, "%zu payouts are paid.", confirmed);
    return RC_OK;
}

const struct act_kind act_payout_confirm = {
    .name = "payout-run-confirm",
    .title = "The bank has paid a run",
    .hint = "Or import the bank's statement, which says so for each payout.",
    .alone = true,
    .reason = REASON_OPTIONAL,
    .books = true,
    .check = check_confirm,
    .perform = perform_confirm,
    .fields = { { "run", "Run", "Its number.", INPUT_TEXT, false, NULL } },
};

static enum rc check_cancel(struct act_run *x)
{
    int64_t run_id;

    TRY(show_run(x, &run_id));
    x->what = arena_printf(x->a,
                           "Cancel run %" PRId64
                           ": all its money is payable again. The creators see"
                           " the reason.",
                           run_id);
    return RC_OK;
}

static enum rc perform_cancel(struct act_run *x)
{
    const int64_t *run_id = x->found;
    size_t n;

    TRY(payout_cancel_run(x->db, x->a, *run_id, x->reason, x->d->now_ms, &n, x->d->why));
    x->result = arena_printf(x->a, "%zu payouts are payable again.", n);
    return RC_OK;
}

const struct act_kind act_payout_cancel = {
    .name = "payout-run-cancel",
    .title = "Cancel a run of payouts",
    .hint =
        "As long as the bank has paid nothing of it. Make sure that the bank does not have its file.",
    .alone = true,
    .books = true,
    .check = check_cancel,
    .perform = perform_cancel,
    .fields = { { "run", "Run", "Its number.", INPUT_TEXT, false, NULL } },
};

static enum rc check_return(struct act_run *x)
{
    struct payout *p = arena_alloc(x->a, sizeof *p);
    int64_t id;

    TRY(act_number(x, "payout", 1, INT64_MAX, &id));
    enum rc rc = payout_get(x->db, x->a, id, p);
    if (rc == RC_NOT_FOUND)
        return act_wrong(x, RC_INVALID, "payout", "There is no payout %" PRId64 ".", id);
    TRY(rc);
    act_line(x, "Payout", "%s to %s, account ending in %s",
             fmt_money(x->a, p->amount_minor, p->currency), p->handle, p->iban_end);
    act_line(x, "State", "%s since %s", payout_state_word(p->state), fmt_date(x->a, p->changed_ms));
    x->found = p;
    x->member_id = p->user_id;
    x->what = arena_printf(x->a,
                           "Note that payout %" PRId64
                           " came back: its money is payable again, and %s"
                           " is asked to check the account.",
                           id, p->handle);
    return RC_OK;
}

static enum rc perform_return(struct act_run *x)
{
    const struct payout *p = x->found;
    enum rc rc = payout_return(x->db, x->a, p->id, x->reason, x->d->now_ms);

    if (rc == RC_CONFLICT)
        return act_wrong(x, rc, "payout",
                         "This payout was not sent, and is in no file for the bank.");
    if (rc == RC_INVALID)
        return act_wrong(x, rc, "reason", "The creator sees the reason: 1 to 200 characters.");
    x->result = "Payable again.";
    return rc;
}

const struct act_kind act_payout_return = {
    .name = "payout-return",
    .title = "A payout came back",
    .hint = "Or the bank did not make it. The creator sees the reason.",
    .alone = true,
    .books = true,
    .check = check_return,
    .perform = perform_return,
    .fields = { { "payout", "Payout", "Its number.", INPUT_TEXT, false, NULL } },
};
