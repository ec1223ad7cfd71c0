/* The kinds about the books as a whole: which months are locked, whether payouts are made, whose are on
 * hold, and an audit now. */
#include "app/acts/act_kind.h"
#include "app/income/pay.h"
#include "app/money/ledger.h"
#include "app/money/month.h"
#include "app/money/period.h"
#include "app/payout/payee.h"
#include "app/reports/audit.h"
#include "app/site/setting.h"
#include "base/fmt.h"
#include "base/str.h"

/* Months */

static enum rc show_open(struct act_run *x, const char *label)
{
    int64_t open_ms;

    TRY(period_open_ms(x->db, x->a, x->d->now_ms, &open_ms));
    act_line(x, label, "the books take dates from %s on", fmt_date(x->a, open_ms));
    return RC_OK;
}

static enum rc check_lock(struct act_run *x)
{
    int64_t *month = arena_alloc(x->a, sizeof(*month)), from_ms, to_ms;
    const char *text = act_text(x, "month");

    x->found = month;
    if (strlen(text) != strlen("2026-11") || month_read(text, month) != RC_OK)
        return act_wrong(x, RC_INVALID, "month", "A month is written like 2026-11.");
    month_span(*month, &from_ms, &to_ms);
    TRY(show_open(x, "Now"));
    act_line(x, "Then", "the books take dates from %s on", fmt_date(x->a, to_ms));
    x->what = arena_printf(x->a, "Lock the books up to the end of %s.", fmt_month(x->a, *month));
    return RC_OK;
}

static enum rc perform_lock(struct act_run *x)
{
    const int64_t *month = x->found;

    x->result = arena_printf(x->a,
                             "Everything up to the end of %s is locked: nothing can be booked with "
                             "such a date.",
                             fmt_month(x->a, *month));
    return period_lock(x->db, x->a, *month, x->reason, x->d->by.user_id, x->d->now_ms, x->d->why);
}

const struct act_kind act_books_lock = {
    .name = "books-lock",
    .title = "Lock a month",
    .hint = "Closes a month that is over, and all before it, to dates that people or files give.",
    .check = check_lock,
    .perform = perform_lock,
    .fields = { { "month", "Month", "Such as 2026-11.", INPUT_TEXT, false, NULL } },
};

static enum rc check_unlock(struct act_run *x)
{
    TRY(show_open(x, "Now"));
    x->what = "Take back the lock of the books.";
    return RC_OK;
}

static enum rc perform_unlock(struct act_run *x)
{
    int64_t open_ms;

    TRY(period_unlock(x->db, x->a, x->reason, x->d->by.user_id, x->d->now_ms, x->d->why));
    TRY(period_open_ms(x->db, x->a, x->d->now_ms, &open_ms));
    x->result = arena_printf(x->a, "Open again: the books take dates from %s on.",
                             fmt_date(x->a, open_ms));
    return RC_OK;
}

const struct act_kind act_books_unlock = {
    .name = "books-unlock",
    .title = "Take back the lock of the books",
    .hint = "Days before the previous month stay closed in any case.",
    .check = check_unlock,
    .perform = perform_unlock,
};

/* Payouts */

static enum rc check_switch(struct act_run *x, const char *to)
{
    const char *now;

    TRY(setting_get(x->db, x->a, "payouts", "on", &now));
    act_line(x, "Payouts now", "%s", now);
    x->found = arena_str(x->a, to);
    return RC_OK;
}

static enum rc check_off(struct act_run *x)
{
    x->what = "Stop all payouts, including those already reserved.";
    return check_switch(x, "off");
}

static enum rc check_on(struct act_run *x)
{
    x->what = "Make payouts again from now on.";
    return check_switch(x, "on");
}

static enum rc perform_switch(struct act_run *x)
{
    const char *to = x->found;

    x->result = str_eq(to, "on")
                    ? "Payouts are on."
                    : "Payouts are off. Nothing is sent until an operator turns them on.";
    return setting_set(x->db, "payouts", to, x->d->by.user_id, x->d->now_ms);
}

const struct act_kind act_payouts_off = {
    .name = "payouts-off",
    .title = "Turn payouts off",
    .hint = "Stops all payouts at once, including those already reserved.",
    .urgent = true,
    .check = check_off,
    .perform = perform_switch,
};

const struct act_kind act_payouts_on = {
    .name = "payouts-on",
    .title = "Turn payouts on",
    .check = check_on,
    .perform = perform_switch,
};

static enum rc check_creator(struct act_run *x, struct account *creator)
{
    static const struct {
        enum account_kind kind;
        const char *label;
    } rows[] = { { ACCOUNT_CREATOR_PAYABLE, "Payable" },
                 { ACCOUNT_CREATOR_HELD, "Held" },
                 { ACCOUNT_CREATOR_TRANSIT, "On its way" },
                 { ACCOUNT_CREATOR_FROZEN, "Frozen until a decision" } };
    int64_t minor;

    TRY(act_member(x, "creator", creator));
    for (size_t i = 0; i < COUNT(rows); i++) {
        TRY(ledger_balance(x->db, x->a, (struct ledger_account_ref){ rows[i].kind, creator->id },
                           pay_currency(), &minor));
        act_line(x, rows[i].label, "%s", fmt_money(x->a, minor, pay_currency()));
    }
    return RC_OK;
}

static enum rc check_hold(struct act_run *x)
{
    struct account creator;

    TRY(check_creator(x, &creator));
    x->what = arena_printf(x->a, "Hold the payouts of %s, who is shown the reason.",
                           creator.handle);
    return RC_OK;
}

static enum rc perform_hold(struct act_run *x)
{
    enum rc rc = hold_set(x->db, x->member_id, HOLD_FREEZE, x->reason, x->d->by.user_id,
                          x->d->now_ms);

    if (rc == RC_CONFLICT)
        return act_wrong(x, rc, "creator",
                         "This creator's payouts are already on hold; lift the hold first.");
    x->result = "The payouts are on hold until the hold is lifted. The creator sees the reason and "
                "can answer it.";
    return rc;
}

const struct act_kind act_payout_hold = {
    .name = "payout-hold",
    .title = "Hold a creator's payouts",
    .hint = "The creator sees the reason, and can answer once. What was earned stays theirs.",
    .urgent = true,
    .check = check_hold,
    .perform = perform_hold,
    .fields = { { "creator", "Creator", "The handle.", INPUT_TEXT, false, NULL } },
};

static enum rc check_lift(struct act_run *x)
{
    struct account creator;
    struct payout_hold h;

    TRY(check_creator(x, &creator));
    enum rc rc = hold_get(x->db, x->a, creator.id, &h);
    if (rc == RC_NOT_FOUND)
        return act_wrong(x, RC_CONFLICT, "creator", "This creator's payouts are not on hold.");
    TRY(rc);
    act_line(x, "On hold since", "%s: %s", fmt_date(x->a, h.created_ms), h.reason);
    act_line(x, "Their answer", "%s", h.appeal_ms ? h.appeal : "none");
    x->what = arena_printf(x->a, "Lift the hold of %s.", creator.handle);
    return RC_OK;
}

static enum rc perform_lift(struct act_run *x)
{
    enum rc rc = hold_lift(x->db, x->member_id, x->d->by.user_id, x->d->now_ms);

    if (rc == RC_NOT_FOUND)
        return act_wrong(x, RC_CONFLICT, "creator", "This creator's payouts are not on hold.");
    x->result = "Paid again, from the next run on.";
    return rc;
}

const struct act_kind act_payout_lift = {
    .name = "payout-lift",
    .title = "Lift a hold",
    .check = check_lift,
    .perform = perform_lift,
    .reason = REASON_OPTIONAL,
    .fields = { { "creator", "Creator", "The handle.", INPUT_TEXT, false, NULL } },
};

/* Audit */

static const struct act_choice audit_choices[] = {
    { "new", "What is new since the last audit that found nothing" },
    { "full", "Everything" },
    { NULL, NULL },
};

static enum rc check_audit(struct act_run *x)
{
    struct audit_result last;
    enum rc rc = audit_last(x->db, x->a, &last);

    if (rc == RC_OK)
        act_line(x, "The last one", "%s, findings: %" PRId64, fmt_datetime(x->a, last.ran_ms),
                 last.findings);
    x->what = "Audit the books now.";
    return rc == RC_NOT_FOUND ? RC_OK : rc;
}

static enum rc perform_audit(struct act_run *x)
{
    struct audit_result now;

    TRY(audit_run(x->db, x->a, x->d->now_ms, act_is(x, "all", "full"), &now));
    x->result = arena_printf(x->a, "Findings: %" PRId64 ".", now.findings);
    return RC_OK;
}

const struct act_kind act_audit = {
    .name = "audit",
    .title = "Audit the books now",
    .hint = "The same as every night.",
    .urgent = true,
    .alone = true,
    .reason = REASON_OPTIONAL,
    .check = check_audit,
    .perform = perform_audit,
    .fields = { { "all", "What is read", NULL, INPUT_CHOICE, false, audit_choices } },
};
