/* The kinds about vouchers: they are made, cancelled, and sent again under a new code. */
#include "app/acts/act_kind.h"
#include "app/income/pay.h"
#include "app/income/voucher.h"
#include "base/clock.h"
#include "base/fmt.h"
#include "base/str.h"

enum { VOUCHER_DAYS = 365 };

/* Making */

struct batch {
    struct voucher voucher;
    int64_t count;
};

static enum rc read_batch(struct act_run *x, struct batch *b)
{
    struct voucher *v = &b->voucher;
    int64_t now_ms = x->d->now_ms;

    *v = (struct voucher){ .created_ms = now_ms, .currency = pay_currency() };
    v->note = act_text(x, "note");
    v->months = b->count = 1;
    if (act_text(x, "months")[0])
        TRY(act_number(x, "months", 1, PAYMENT_MONTHS_MAX, &v->months));
    if (act_text(x, "count")[0])
        TRY(act_number(x, "count", 1, VOUCHERS_AT_ONCE_MAX, &b->count));
    const char *value = act_text(x, "value");
    if (*value && fmt_read_amount(value, v->currency, VOUCHER_VALUE_MAX, &v->value_minor) != RC_OK)
        return act_wrong(x, RC_INVALID, "value", "%s is not an amount of %s.", value, v->currency);
    TRY(act_date(x, "expires", now_ms + VOUCHER_DAYS * DAY_MS, &v->expires_ms));
    if (v->expires_ms <= now_ms)
        return act_wrong(x, RC_INVALID, "expires", "The day is in the past.");
    if (str_chars(v->note) > VOUCHER_NOTE_MAX_CHARS)
        return act_wrong(x, RC_INVALID, "note", "A note has at most %d characters.",
                         VOUCHER_NOTE_MAX_CHARS);
    return RC_OK;
}

static enum rc check_create(struct act_run *x)
{
    struct batch *b = arena_alloc(x->a, sizeof(*b));
    const struct voucher *v = &b->voucher;

    x->found = b;
    if (pay_configured() == NULL)
        return act_wrong(x, RC_CONFLICT, NULL,
                         "There is no such payment provider; check pay_provider in the settings.");
    TRY(read_batch(x, b));
    TRY(pay_currency_ok(x->db, x->a, v->currency));
    const char *each = fmt_money(x->a, v->value_minor, v->currency);
    act_line(x, "Months of each", "%" PRId64, v->months);
    act_line(x, "Price of each", "%s", v->value_minor ? each : "none: a gift");
    if (v->value_minor)
        act_line(x, "Tax in it", "%s, due now",
                 fmt_money(x->a, payment_tax_minor(v->value_minor), v->currency));
    act_line(x, "Good to", "%s", fmt_date(x->a, v->expires_ms));
    x->what = arena_printf(x->a, "Make %" PRId64 " voucher%s of %" PRId64 " month%s, %s.", b->count,
                           b->count == 1 ? "" : "s", v->months, v->months == 1 ? "" : "s",
                           v->value_minor ? arena_printf(x->a, "sold for %s each", each)
                                          : "as a gift");
    return RC_OK;
}

static void add_code(struct act_run *x, const char *code)
{
    if (x->codes.items == NULL)
        x->codes.items = arena_array(x->a, struct act_line, VOUCHERS_AT_ONCE_MAX);
    x->codes.items[x->codes.n++] = (struct act_line){ "", code };
}

static enum rc perform_create(struct act_run *x)
{
    const struct ledger_account_ref source = { pay_configured()->account, 0 };
    const struct batch *b = x->found;
    const char *code;
    int64_t id = 0, first = 0;

    for (int64_t i = 0; i < b->count; i++) {
        TRY(voucher_create_within(x->db, x->a, &b->voucher, source, &code, &id));
        first = first ? first : id;
        add_code(x, code);
    }
    x->posting = b->voucher.value_minor ? arena_printf(x->a, "voucher:%" PRId64 ":sold", first)
                                        : "";
    x->result = first == id ? arena_printf(x->a, "Voucher %" PRId64 ".", id)
                            : arena_printf(x->a, "Vouchers %" PRId64 " to %" PRId64 ".", first, id);
    return RC_OK;
}

const struct act_kind act_voucher_create = {
    .name = "voucher-create",
    .title = "Make vouchers",
    .hint = "Their codes are shown once, to the one who makes or approves them.",
    .reason = REASON_ON_PAGES,
    .books = true,
    .check = check_create,
    .perform = perform_create,
    .fields = {
        { "months", "Months", "1 to 12; empty: 1.", INPUT_TEXT, true, NULL },
        { "count", "How many", "Up to 1000; empty: 1.", INPUT_TEXT, true, NULL },
        { "value", "Price of each", "What each was sold for; empty: a gift.", INPUT_TEXT, true,
          NULL },
        { "expires", "Good to", "The day on which they end; empty: in a year.", INPUT_DATE, true,
          NULL },
        { "note", "Note", "For you; up to 100 characters.", INPUT_TEXT, true, NULL },
    },
};

/* One that was made */

static enum rc find_voucher(struct act_run *x, struct voucher **out)
{
    struct voucher *v = arena_alloc(x->a, sizeof(*v));
    int64_t id;

    *out = x->found = v;
    TRY(act_number(x, "voucher", 1, INT64_MAX, &id));
    enum rc rc = voucher_get(x->db, x->a, id, v);
    if (rc == RC_NOT_FOUND)
        return act_wrong(x, RC_INVALID, "voucher", "There is no voucher %" PRId64 ".", id);
    TRY(rc);
    if (v->redeemed_ms || v->ended_ms)
        return act_wrong(x, RC_CONFLICT, "voucher", "Voucher %" PRId64 " has ended: %s.", id,
                         voucher_state(x->a, v, x->d->now_ms));
    act_line(x, "Voucher", "%" PRId64 ", made on %s, %" PRId64 " month%s", id,
             fmt_date(x->a, v->created_ms), v->months, v->months == 1 ? "" : "s");
    act_line(x, "Note", "%s", v->note[0] ? v->note : "none");
    act_line(x, "State", "%s", voucher_state(x->a, v, x->d->now_ms));
    act_line(x, "Sold for", "%s, with %s of tax%s", fmt_money(x->a, v->value_minor, v->currency),
             fmt_money(x->a, v->tax_minor, v->currency), v->taxed ? "" : " yet");
    return RC_OK;
}

/* It was redeemed or ended while somebody looked at it. */
static enum rc ended(struct act_run *x, enum rc rc)
{
    return rc == RC_CONFLICT ? act_wrong(x, rc, "voucher", "This voucher has ended meanwhile.")
                             : rc;
}

static const struct act_choice money_choices[] = {
    { "back", "The buyer gets it back" },
    { "keep", "It stays the site's, after its tax" },
    { NULL, NULL },
};

static enum rc check_cancel(struct act_run *x)
{
    struct voucher *v;

    TRY(find_voucher(x, &v));
    const char *value = fmt_money(x->a, v->value_minor, v->currency);
    x->what = arena_printf(x->a, "Cancel voucher %" PRId64 "; %s.", v->id,
                           v->value_minor == 0 ? "it was a gift"
                           : act_is(x, "money", "back")
                               ? arena_printf(x->a, "%s go back to the buyer", value)
                               : arena_printf(x->a, "the %s stay the site's", value));
    return RC_OK;
}

static enum rc perform_cancel(struct act_run *x)
{
    bool back = act_is(x, "money", "back");
    const struct voucher *v = x->found;

    TRY(ended(x, voucher_cancel(x->db, x->a, v, back, x->d->now_ms, &x->posting)));
    x->result = back && v->value_minor
                    ? arena_printf(x->a, "Cancelled. Please send %s back to the buyer.",
                                   fmt_money(x->a, v->value_minor, v->currency))
                    : "Cancelled.";
    return RC_OK;
}

const struct act_kind act_voucher_cancel = {
    .name = "voucher-cancel",
    .title = "Cancel a voucher",
    .hint = "One that nobody has redeemed. Its code is worth nothing from then on.",
    .books = true,
    .check = check_cancel,
    .perform = perform_cancel,
    .fields = {
        { "voucher", "Number of the voucher", NULL, INPUT_TEXT, false, NULL },
        { "money", "Its price", NULL, INPUT_CHOICE, false, money_choices },
    },
};

static enum rc read_end(struct act_run *x, const struct voucher *v, int64_t *expires_ms)
{
    TRY(act_date(x, "expires", v->expires_ms, expires_ms));
    if (*expires_ms <= x->d->now_ms)
        return act_wrong(x, RC_INVALID, "expires",
                         "By then it would have expired; please give a later day.");
    return RC_OK;
}

static enum rc check_resend(struct act_run *x)
{
    struct voucher *v;
    int64_t expires_ms;

    TRY(find_voucher(x, &v));
    TRY(read_end(x, v, &expires_ms));
    act_line(x, "Good to", "%s", fmt_date(x->a, expires_ms));
    x->what = arena_printf(x->a, "Give voucher %" PRId64 " a new code; the old one is dead.",
                           v->id);
    return RC_OK;
}

static enum rc perform_resend(struct act_run *x)
{
    const struct voucher *v = x->found;
    int64_t expires_ms;
    const char *code;

    TRY(read_end(x, v, &expires_ms));
    TRY(ended(x, voucher_renew(x->db, x->a, v, expires_ms, &code)));
    add_code(x, code);
    x->result = "It has a new code.";
    return RC_OK;
}

const struct act_kind act_voucher_resend = {
    .name = "voucher-resend",
    .title = "Send a voucher again",
    .hint = "It gets a new code, which is shown once; the old one is worth nothing from then on.",
    .books = true,
    .check = check_resend,
    .perform = perform_resend,
    .fields = {
        { "voucher", "Number of the voucher", NULL, INPUT_TEXT, false, NULL },
        { "expires", "Good to", "Empty: as before.", INPUT_DATE, true, NULL },
    },
};
