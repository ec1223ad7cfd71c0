/* The kinds about lines of bank statements: they are matched, sent back, explained. */
#include "app/acts/act_kind.h"
#include "app/income/bank.h"
#include "app/income/pay.h"
#include "app/income/reference.h"
#include "base/fmt.h"
#include "base/str.h"

struct about {
    struct bank_line line;
    struct checkout checkout;
    struct bank_explanation e;
    struct payment payment;
};

/* The line that the field names, which has to wait for somebody. */
static enum rc find_line(struct act_run *x, const char *field, struct bank_line *l)
{
    int64_t id;

    TRY(act_number(x, field, 1, INT64_MAX, &id));
    enum rc rc = bank_get(x->db, x->a, id, l);
    if (rc == RC_NOT_FOUND)
        return act_wrong(x, rc, field, "There is no such line.");
    TRY(rc);
    if (l->state != BANK_UNMATCHED && l->state != BANK_PART)
        return act_wrong(x, RC_CONFLICT, field, "This line is %s.", bank_state_word(l->state));
    return RC_OK;
}

static void say_line(struct act_run *x, const char *label, const struct bank_line *l)
{
    act_line(x, label, "%" PRId64 " of %s, %s", l->id, fmt_date(x->a, l->on_ms),
             fmt_money(x->a, l->amount_minor, l->currency));
    act_line(x, "From or to", "%s%s%s", l->name[0] ? l->name : "not named",
             l->iban_end[0] ? ", account ending in " : "", l->iban_end);
    act_line(x, "Text", "%s", l->text);
    act_line(x, "Why it waits", "%s", l->note);
}

static enum rc begin(struct act_run *x, struct about **out)
{
    struct about *b = *out = x->found = arena_alloc(x->a, sizeof(*b));

    TRY(find_line(x, "line", &b->line));
    say_line(x, "Line", &b->line);
    x->once = arena_printf(x->a, "%s:%" PRId64 ":%" PRId64, x->kind->name, b->line.id,
                           b->line.changed_ms);
    return RC_OK;
}

static enum rc came_in(struct act_run *x, const struct about *b)
{
    return b->line.amount_minor > 0 ? RC_OK
                                    : act_wrong(x, RC_CONFLICT, "line", "This line went out.");
}

/* Matching */

static enum rc check_match(struct act_run *x)
{
    const char *typed = act_text(x, "reference"), *reference = reference_find(x->a, typed);
    struct about *b;

    TRY(begin(x, &b));
    TRY(came_in(x, b));
    if (reference == NULL)
        return act_wrong(x, RC_INVALID, "reference", "%s is not a reference.", typed);
    enum rc rc = pay_checkout_by_reference(x->db, x->a, reference, &b->checkout);
    if (rc == RC_NOT_FOUND)
        return act_wrong(x, RC_INVALID, "reference", "Nobody was given the reference %s.",
                         reference);
    TRY(rc);
    act_line(x, "Checkout", "%s, %s, %s", reference,
             fmt_money(x->a, b->checkout.amount_minor, b->checkout.currency),
             checkout_state_word(b->checkout.state));
    x->member_id = b->checkout.user_id;
    x->what = arena_printf(x->a, "Book line %" PRId64 " to %s.", b->line.id, reference);
    return RC_OK;
}

static enum rc perform_match(struct act_run *x)
{
    struct about *b = x->found;
    struct bank_line *l = &b->line;

    TRY(bank_match(x->db, x->a, l->id, b->checkout.reference, x->d->now_ms, l, x->d->why));
    x->result = arena_printf(x->a, "line %" PRId64 " is %s%s%s", l->id, bank_state_word(l->state),
                             l->note[0] ? ": " : "", l->note);
    x->posting = l->state == BANK_BOOKED ? arena_printf(x->a, "invoice:manual:bank_%" PRId64, l->id)
                                         : "";
    return RC_OK;
}

const struct act_kind act_bank_match = {
    .name = "bank-match",
    .title = "Book unmatched money",
    .hint = "What is due is booked; what is more becomes the member's balance; what is less waits "
            "for the rest.",
    .reason = REASON_OPTIONAL,
    .check = check_match,
    .perform = perform_match,
    .fields = {
        { "line", "Line", "Its number.", INPUT_TEXT, false, NULL },
        { "reference", "Reference", "OVS-… of the member's checkout.", INPUT_TEXT, false, NULL },
    },
};

/* Sending back */

static enum rc check_return(struct act_run *x)
{
    struct about *b;

    TRY(begin(x, &b));
    TRY(came_in(x, b));
    x->what = arena_printf(x->a, "Note that line %" PRId64 " was sent back.", b->line.id);
    return RC_OK;
}

static enum rc perform_return(struct act_run *x)
{
    const struct about *b = x->found;

    TRY(bank_return(x->db, x->a, b->line.id, x->d->now_ms, x->d->why));
    x->result = arena_printf(x->a, "line %" PRId64 " is returned", b->line.id);
    x->posting = arena_printf(x->a, "bank:%" PRId64 ":returned", b->line.id);
    return RC_OK;
}

const struct act_kind act_bank_return = {
    .name = "bank-return",
    .title = "Unmatched money was sent back",
    .hint = "Make the transfer at your bank; the line of it on a later statement is recognized.",
    .reason = REASON_OPTIONAL,
    .check = check_return,
    .perform = perform_return,
    .fields = { { "line", "Line", "Its number.", INPUT_TEXT, false, NULL } },
};

/* Explaining */

static const struct act_choice meanings[] = {
    { "fee", "A fee of the bank" },
    { "interest", "Interest" },
    { "tax", "Paid to the tax office" },
    { "owner", "The owner's own money" },
    { "refund", "A refund of the receipt below" },
    { "return", "It sends back the unmatched line below" },
    { "balance", "It sends back the balance of the member below" },
    { NULL, NULL },
};

static enum rc find_receipt(struct act_run *x, struct about *b)
{
    int64_t number;

    TRY(act_number(x, "receipt", 1, INT64_MAX, &number));
    enum rc rc = payment_by_receipt(x->db, x->a, number, &b->payment);
    if (rc == RC_NOT_FOUND)
        return act_wrong(x, RC_INVALID, "receipt", "There is no receipt with that number.");
    TRY(rc);
    b->e.payment = &b->payment;
    x->member_id = b->payment.user_id;
    act_line(x, "Receipt", "%" PRId64 ", %s", number,
             fmt_money(x->a, b->payment.amount_minor, b->payment.currency));
    return RC_OK;
}

static enum rc find_other(struct act_run *x, struct about *b)
{
    struct bank_line *other = arena_alloc(x->a, sizeof(*other));

    TRY(find_line(x, "other", other));
    b->e.line_id = other->id;
    say_line(x, "Sends back", other);
    return RC_OK;
}

static enum rc find_member(struct act_run *x, struct about *b)
{
    struct account member;
    int64_t minor;

    TRY(act_member(x, "member", &member));
    b->e.user_id = x->member_id = member.id;
    TRY(bank_member_balance(x->db, x->a, member.id, &minor));
    act_line(x, "Balance", "%s", fmt_money(x->a, minor, b->line.currency));
    return RC_OK;
}

static enum rc check_explain(struct act_run *x)
{
    static const enum bank_meaning values[] = { BANK_MEANS_FEE,    BANK_MEANS_INTEREST,
                                                BANK_MEANS_TAX,    BANK_MEANS_OWNER,
                                                BANK_MEANS_REFUND, BANK_MEANS_RETURN,
                                                BANK_MEANS_BALANCE };
    struct about *b;
    size_t i = 0;

    TRY(begin(x, &b));
    while (i < COUNT(values) && !act_is(x, "what", bank_meaning_word(values[i])))
        i++;
    if (i == COUNT(values))
        return act_wrong(x, RC_INVALID, "what",
                         "It is fee, interest, tax, owner, refund, return or balance.");
    b->e.meaning = values[i];
    if (b->e.meaning == BANK_MEANS_REFUND)
        TRY(find_receipt(x, b));
    if (b->e.meaning == BANK_MEANS_RETURN)
        TRY(find_other(x, b));
    if (b->e.meaning == BANK_MEANS_BALANCE)
        TRY(find_member(x, b));
    x->what = arena_printf(x->a, "Line %" PRId64 " was: %s.", b->line.id,
                           bank_meaning_word(b->e.meaning));
    return RC_OK;
}

static enum rc perform_explain(struct act_run *x)
{
    const struct about *b = x->found;

    TRY(bank_explain(x->db, x->a, b->line.id, &b->e, x->d->now_ms, x->d->why));
    x->result = arena_printf(x->a, "line %" PRId64 " is explained: %s", b->line.id,
                             bank_meaning_word(b->e.meaning));
    x->posting = b->e.meaning == BANK_MEANS_RETURN
                     ? ""
                     : arena_printf(x->a, "bank:%" PRId64 ":explained", b->line.id);
    return RC_OK;
}

const struct act_kind act_bank_explain = {
    .name = "bank-explain",
    .title = "Explain a line of the bank",
    .hint = "What an unmatched line was, in or out.",
    .reason = REASON_OPTIONAL,
    .check = check_explain,
    .perform = perform_explain,
    .fields = {
        { "line", "Line", "Its number.", INPUT_TEXT, false, NULL },
        { "what", "What it was", NULL, INPUT_CHOICE, false, meanings },
        { "receipt", "Receipt", "Of a refund: the number of the receipt.", INPUT_TEXT, true, NULL },
        { "other", "Other line", "Of a return: the number of the line that came in.", INPUT_TEXT,
          true, NULL },
        { "member", "Member", "Of a balance: whose it was.", INPUT_TEXT, true, NULL },
    },
};
