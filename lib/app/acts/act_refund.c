/* The kinds `refund` and `dispute`: money that goes back to a member. */
#include "app/acts/act_kind.h"
#include "app/income/pay.h"
#include "app/income/subscription.h"
#include "base/fmt.h"
#include "base/log.h"
#include "base/str.h"

enum { REF_MAX_BYTES = 40 };

struct refund {
    struct payment payment;
    const struct pay_driver *driver;
    struct fact fact;
};

static enum rc find_payment(struct act_run *x, struct refund *f)
{
    struct payment *p = &f->payment;
    int64_t number;

    TRY(act_number(x, "receipt", 1, INT64_MAX, &number));
    enum rc rc = payment_by_receipt(x->db, x->a, number, p);
    if (rc == RC_NOT_FOUND)
        return act_wrong(x, RC_INVALID, "receipt", "There is no receipt with that number.");
    TRY(rc);
    x->member_id = p->user_id;
    f->driver = pay_driver(p->provider);
    act_line(x, "Paid", "%s on %s by %s", fmt_money(x->a, p->amount_minor, p->currency),
             fmt_date(x->a, p->paid_ms), pay_means(p->provider));
    act_line(x, "For", "%" PRId64 " month%s, %s to %s", p->months, p->months == 1 ? "" : "s",
             fmt_date(x->a, p->starts_ms), fmt_date(x->a, p->ends_ms));
    if (f->driver == NULL)
        return act_wrong(x, RC_CONFLICT, "receipt",
                         "The provider of this payment does not give money back.");
    return RC_OK;
}

/* Of a second refund or dispute of a payment. */
static enum rc check_key(struct act_run *x, const char *ref)
{
    return strlen(ref) > REF_MAX_BYTES || (*ref && !str_only(ref, STR_BASE64URL))
               ? act_wrong(x, RC_INVALID, "ref", "A key is up to %d letters and digits.",
                           REF_MAX_BYTES)
               : RC_OK;
}

static enum rc show_access(struct act_run *x, const char *label)
{
    struct subscription s;
    enum rc rc = subscription_get(x->db, x->a, x->member_id, &s);

    if (rc == RC_OK)
        act_line(x, label, "%s",
                 s.paid_until_ms
                     ? arena_printf(x->a, "paid until %s", fmt_datetime(x->a, s.paid_until_ms))
                     : "nothing is paid any more");
    return rc == RC_NOT_FOUND ? RC_OK : rc;
}

/* Apply it as if the provider had done its part; to be taken back. */
static enum rc rehearse(struct act_run *x)
{
    const struct refund *f = x->found;

    TRY(pay_apply_within(x->db, x->a, f->driver->name, &f->fact, x->d->now_ms, x->d->why));
    return show_access(x, "Access then");
}

/* Refunds */

static const struct act_choice access_choices[] = {
    { "from_end", "Ends as far as months are refunded in full" },
    { "keep", "Stays: goodwill" },
    { "until", "Ends on a day, given below" },
    { NULL, NULL },
};

static enum rc read_amount(struct act_run *x, struct refund *f)
{
    struct reversal *r = &f->fact.reversal;
    int64_t left;

    TRY(reversal_left(x->db, x->a, f->payment.id, &left));
    act_line(x, "Left of it", "%s", fmt_money(x->a, left, f->payment.currency));
    if (act_text(x, "amount")[0])
        return act_minor(x, "amount", f->payment.currency, &r->amount_minor);
    r->amount_minor = left;
    if (left == 0 && x->id) { /* it was this very act that a crash kept from being marked as done */
        struct reversal made;
        enum rc rc = reversal_find(x->db, x->a, r->provider, r->provider_ref, &made);
        if (rc == RC_OK)
            r->amount_minor = left = made.amount_minor;
        else if (rc != RC_NOT_FOUND)
            return rc;
    }
    return left ? RC_OK : act_wrong(x, RC_CONFLICT, "amount", "Nothing is left of this payment.");
}

static enum rc read_access(struct act_run *x, struct reversal *r)
{
    const char *word = act_text(x, "access");

    if (!refund_access_read(*word ? word : "from_end", &r->access))
        return act_wrong(x, RC_INVALID, "access", "What happens to the access?");
    if ((r->access == REFUND_UNTIL) != (act_text(x, "until")[0] != 0))
        return act_wrong(x, RC_INVALID, "until",
                         r->access == REFUND_UNTIL
                             ? "On which day does the access end?"
                             : "A day is only for access that ends on a day.");
    return act_date(x, "until", 0, &r->until_ms);
}

static const char *access_text(struct act_run *x, const struct reversal *r)
{
    return r->access == REFUND_KEEP ? "access stays"
           : r->access == REFUND_UNTIL
               ? arena_printf(x->a, "access ends on %s", fmt_date(x->a, r->until_ms))
               : "months refunded in full end";
}

static enum rc check_refund(struct act_run *x)
{
    struct refund *f = arena_alloc(x->a, sizeof(*f));
    const char *ref = act_text(x, "ref");

    *f = (struct refund){ .fact = { .kind = FACT_REVERSAL } };
    x->found = f;
    TRY(find_payment(x, f));
    struct reversal *r = &f->fact.reversal;
    TRY(check_key(x, ref));
    f->fact.ref = arena_printf(x->a, "refund_%" PRId64 "_%s", f->payment.id, *ref ? ref : "1");
    x->once = arena_printf(x->a, "refund:%s", f->fact.ref);
    r->kind = REVERSAL_REFUND;
    r->state = REVERSAL_DONE;
    r->provider = f->payment.provider;
    r->provider_ref = f->fact.ref;
    r->payment_ref = f->payment.provider_ref;
    r->reason = x->typed_reason;
    TRY(read_amount(x, f));
    TRY(read_access(x, r));
    TRY(show_access(x, "Access now"));
    x->what = arena_printf(x->a, "Refund %s of receipt %s; %s.",
                           fmt_money(x->a, r->amount_minor, f->payment.currency),
                           act_text(x, "receipt"), access_text(x, r));
    return reversal_check(x->db, x->a, r, x->d->now_ms, x->d->why);
}

static enum rc perform_refund(struct act_run *x)
{
    const struct refund *f = x->found;
    const struct reversal *r = &f->fact.reversal;
    const struct refund_request request = { .amount_minor = r->amount_minor,
                                            .access = r->access,
                                            .until_ms = r->until_ms,
                                            .key = f->fact.ref,
                                            .reason = r->reason };

    TRY(pay_refund(x->db, x->a, &f->payment, &request, x->d->now_ms, x->d->why));
    x->posting = arena_printf(x->a, "refund:%s:%s", f->driver->name, f->fact.ref);
    x->result = arena_printf(x->a, "receipt %s: %s refunded", act_text(x, "receipt"),
                             fmt_money(x->a, r->amount_minor, f->payment.currency));
    return RC_OK;
}

const struct act_kind act_refund = {
    .name = "refund",
    .title = "Refund a payment",
    .hint = "Through the provider, or, for a bank transfer, noted as done: you transfer it.",
    .books = true,
    .alone = true,
    .reason = REASON_ON_PAGES,
    .check = check_refund,
    .rehearse = rehearse,
    .perform = perform_refund,
    .fields = {
        { "receipt", "Number of the receipt", NULL, INPUT_TEXT, false, NULL },
        { "amount", "Amount", "Empty: all that is left of the payment.", INPUT_TEXT, true, NULL },
        { "access", "The access", NULL, INPUT_CHOICE, true, access_choices },
        { "until", "Ends on", "Only if the access ends on a day.", INPUT_DATE, true, NULL },
        { "ref", "Key", "A second refund of a payment needs a key of its own, such as 2.",
          INPUT_TEXT, true, NULL },
    },
};

/* Disputes */

static const struct act_choice state_choices[] = {
    { "open", "Open: the payment's months are frozen" },
    { "lost", "Lost: the money is gone" },
    { "won", "Won: as if nothing had happened" },
    { NULL, NULL },
};

static enum rc read_state(struct act_run *x, struct reversal *r)
{
    static const enum reversal_state states[] = { REVERSAL_OPEN, REVERSAL_DONE, REVERSAL_UNDONE };
    size_t i = 0;

    while (!act_is(x, "state", state_choices[i].word))
        i++;
    r->state = states[i];
    return RC_OK;
}

/* What was noted of this dispute before decides what can follow; *minor is what it can be about. */
static enum rc follow(struct act_run *x, const struct refund *f, enum reversal_state to,
                      int64_t *minor)
{
    struct reversal before = { 0 };
    enum rc rc = reversal_find(x->db, x->a, f->payment.provider, f->fact.ref, &before);

    if (rc == RC_NOT_FOUND) {
        TRY(reversal_left(x->db, x->a, f->payment.id, minor));
        act_line(x, "Left of it", "%s", fmt_money(x->a, *minor, f->payment.currency));
        if (to == REVERSAL_UNDONE)
            return act_wrong(x, RC_CONFLICT, "state",
                             "No dispute about this payment was noted, so there is nothing to win: "
                             "the payment counts.");
        return *minor ? RC_OK
                      : act_wrong(x, RC_CONFLICT, "receipt", "Nothing is left of this payment.");
    }
    TRY(rc);
    *minor = before.amount_minor;
    act_line(x, "Noted before", "about %s, %s", fmt_money(x->a, *minor, f->payment.currency),
             state_choices[before.state].word);
    if (before.state == to || before.state == REVERSAL_OPEN)
        return RC_OK;
    if (before.state == REVERSAL_DONE && to == REVERSAL_UNDONE)
        return RC_OK;
    return act_wrong(x, RC_CONFLICT, "state",
                     "This dispute has been %s. Another one about the same payment needs a key of "
                     "its own, such as 2.",
                     state_choices[before.state].word);
}

static enum rc read_disputed(struct act_run *x, struct refund *f)
{
    struct reversal *r = &f->fact.reversal;
    int64_t most = 0;

    TRY(follow(x, f, r->state, &most));
    r->amount_minor = most;
    if (act_text(x, "amount")[0])
        TRY(act_minor(x, "amount", f->payment.currency, &r->amount_minor));
    if (r->amount_minor > most)
        return act_wrong(x, RC_INVALID, "amount", "It can be about %s at most.",
                         fmt_money(x->a, most, f->payment.currency));
    if (act_text(x, "fee")[0])
        TRY(act_minor(x, "fee", f->payment.currency, &r->fee_minor));
    return RC_OK;
}

static enum rc check_dispute(struct act_run *x)
{
    struct refund *f = arena_alloc(x->a, sizeof(*f));
    const char *ref = act_text(x, "ref");

    *f = (struct refund){ .fact = { .kind = FACT_REVERSAL } };
    x->found = f;
    TRY(find_payment(x, f));
    struct reversal *r = &f->fact.reversal;
    TRY(check_key(x, ref));
    f->fact.ref = arena_printf(x->a, "dispute_%" PRId64 "%s%s", f->payment.id, *ref ? "_" : "",
                               ref);
    x->once = arena_printf(x->a, "%s:%s", f->fact.ref, act_text(x, "state"));
    r->kind = REVERSAL_DISPUTE;
    r->payment_ref = f->payment.provider_ref;
    TRY(read_state(x, r));
    TRY(read_disputed(x, f));
    TRY(show_access(x, "Access now"));
    x->what = arena_printf(x->a, "Dispute about receipt %s, of %s: %s.", act_text(x, "receipt"),
                           fmt_money(x->a, r->amount_minor, f->payment.currency),
                           act_text(x, "state"));
    return RC_OK;
}

static enum rc does_not_fit(struct act_run *x, enum rc rc)
{
    if (rc != RC_DENIED && rc != RC_INVALID && rc != RC_CONFLICT)
        return rc;
    return act_wrong(
        x, rc, NULL,
        "That does not fit what is known of this payment: how it was paid, what is left"
        " of it, or the state of the dispute.");
}

static enum rc perform_dispute(struct act_run *x)
{
    const struct refund *f = x->found;

    log_about("payment:%s", f->payment.provider_ref);
    TRY(does_not_fit(
        x, pay_apply_within(x->db, x->a, f->driver->name, &f->fact, x->d->now_ms, x->d->why)));
    if (f->fact.reversal.state == REVERSAL_DONE)
        x->posting = arena_printf(x->a, "dispute:%s:%s", f->driver->name, f->fact.ref);
    x->result = arena_printf(x->a, "receipt %s: dispute %s", act_text(x, "receipt"),
                             act_text(x, "state"));
    return show_access(x, "Access then");
}

const struct act_kind act_dispute = {
    .name = "dispute",
    .title = "Note a dispute",
    .hint = "Of a payment whose provider does not report its disputes.",
    .books = true,
    .reason = REASON_ON_PAGES,
    .check = check_dispute,
    .perform = perform_dispute,
    .fields = {
        { "receipt", "Number of the receipt", NULL, INPUT_TEXT, false, NULL },
        { "state", "State", NULL, INPUT_CHOICE, false, state_choices },
        { "amount", "Amount", "Empty: all that is left of the payment.", INPUT_TEXT, true, NULL },
        { "fee", "Fee", "What the bank or provider takes for it.", INPUT_TEXT, true, NULL },
        { "ref", "Key", "A second dispute about a payment needs a key of its own, such as 2.",
          INPUT_TEXT, true, NULL },
    },
};
