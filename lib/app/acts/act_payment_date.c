/* The kind `payment-date`: a payment was noted with a wrong day. */
#include "app/acts/act_kind.h"
#include "app/income/pay.h"
#include "app/income/payment_date.h"
#include "app/money/period.h"
#include "base/fmt.h"
#include "base/log.h"

struct dating {
    struct payment payment;
    int64_t on_ms;
};

static enum rc old_day_open(struct act_run *x, int64_t paid_ms)
{
    struct problem why = { 0 };
    enum rc rc = period_check(x->db, x->a, paid_ms, x->d->now_ms, &why);

    return rc == RC_CONFLICT ? act_wrong(x, rc, "receipt", "The day it has now, %s, is closed. %s",
                                         fmt_date(x->a, paid_ms), why.text)
                             : rc;
}

static enum rc check(struct act_run *x)
{
    struct dating *f = x->found = arena_alloc(x->a, sizeof(*f));
    struct payment *p = &f->payment;
    int64_t number;

    TRY(act_number(x, "receipt", 1, INT64_MAX, &number));
    enum rc rc = payment_by_receipt(x->db, x->a, number, p);
    if (rc == RC_NOT_FOUND)
        return act_wrong(x, RC_INVALID, "receipt", "There is no receipt with that number.");
    TRY(rc);
    x->member_id = p->user_id;
    TRY(act_date(x, "date", 0, &f->on_ms));
    act_line(x, "Paid", "%s by %s", fmt_money(x->a, p->amount_minor, p->currency),
             pay_means(p->provider));
    act_line(x, "Date", "%s, then %s", fmt_date(x->a, p->paid_ms), fmt_date(x->a, f->on_ms));
    act_line(x, "Receipt", "stays as it was issued; the tax is counted on the new day");
    TRY(old_day_open(x, p->paid_ms));
    TRY(act_day_open(x, "date", f->on_ms));
    x->what = arena_printf(x->a, "Receipt %" PRId64 " was paid on %s, not on %s.", number,
                           fmt_date(x->a, f->on_ms), fmt_date(x->a, p->paid_ms));
    return payment_date_check(x->db, x->a, p, f->on_ms, x->d->why);
}

static enum rc perform(struct act_run *x)
{
    const struct dating *f = x->found;

    log_about("payment:%s", f->payment.provider_ref);
    TRY(payment_date_set(x->db, x->a, &f->payment, f->on_ms, arena_printf(x->a, "%" PRId64, x->id),
                         &x->posting, x->d->why));
    x->result = arena_printf(x->a, "Receipt %s is booked on %s.", act_text(x, "receipt"),
                             fmt_date(x->a, f->on_ms));
    return RC_OK;
}

const struct act_kind act_payment_date = {
    .name = "payment-date",
    .title = "Correct the date of a payment",
    .hint = "It is taken back at the old day and booked again at the new one; both have to be open.",
    .books = true,
    .check = check,
    .perform = perform,
    .fields = {
        { "receipt", "Number of the receipt", NULL, INPUT_TEXT, false, NULL },
        { "date", "Paid on", "The right day, in this month or the previous one.", INPUT_DATE, false,
          NULL },
    },
};
