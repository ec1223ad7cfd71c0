#include "app/acts/act_kind.h"
#include "base/fmt.h"
#include "base/sb.h"
#include "base/str.h"
#include "app/money/ledger.h"
#include "app/money/period.h"
#include <stdarg.h>

enum { LINE_MAX_BYTES = 1000 };

static const struct act_kind *const kinds[] = {
    &act_refund,        &act_dispute,        &act_posting,        &act_posting_reversal,
    &act_books_lock,    &act_books_unlock,   &act_payouts_off,    &act_payouts_on,
    &act_payout_hold,   &act_payout_lift,    &act_payout_confirm, &act_payout_cancel,
    &act_payout_return, &act_voucher_create, &act_voucher_cancel, &act_voucher_resend,
    &act_member_change, &act_member_role,    &act_member_block,   &act_member_unblock,
    &act_member_factor, &act_member_close,   &act_audit,          &act_bank_match,
    &act_bank_return,   &act_bank_explain,   &act_payment_date
};

const struct act_kind *act_kind_at(size_t index)
{
    return index < COUNT(kinds) ? kinds[index] : NULL;
}

const struct act_kind *act_kind(const char *name)
{
    for (size_t i = 0; i < COUNT(kinds); i++)
        if (str_eq(kinds[i]->name, name))
            return kinds[i];
    return NULL;
}

static const char *formatted(struct act_run *x, const char *fmt, va_list args)
{
    char text[LINE_MAX_BYTES];

    vsnprintf(text, sizeof(text), fmt, args);
    return arena_str(x->a, text);
}

void act_line(struct act_run *x, const char *label, const char *fmt, ...)
{
    va_list args;

    if (x->lines.items == NULL)
        x->lines.items = arena_array(x->a, struct act_line, ACT_LINES_MAX);
    if (x->lines.n == ACT_LINES_MAX)
        return;
    va_start(args, fmt);
    x->lines.items[x->lines.n++] = (struct act_line){ label, formatted(x, fmt, args) };
    va_end(args);
}

enum rc act_wrong(struct act_run *x, enum rc rc, const char *field, const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    const char *text = formatted(x, fmt, args);
    va_end(args);
    return refuse(x->d->why, rc, field, text);
}

const char *act_text(const struct act_run *x, const char *name)
{
    for (size_t i = 0; i < x->values.n; i++)
        if (str_eq(x->values.items[i].name, name))
            return x->values.items[i].value;
    return "";
}

bool act_is(const struct act_run *x, const char *name, const char *word)
{
    return str_eq(act_text(x, name), word);
}

enum rc act_minor(struct act_run *x, const char *name, const char *currency, int64_t *minor)
{
    if (fmt_read_amount(act_text(x, name), currency, LEDGER_AMOUNT_MAX, minor) == RC_OK &&
        *minor > 0)
        return RC_OK;
    return act_wrong(x, RC_INVALID, name, "Please give an amount of %s, such as %s.", currency,
                     fmt_amount(x->a, 999, currency));
}

enum rc act_number(struct act_run *x, const char *name, int64_t min, int64_t max, int64_t *n)
{
    const char *text = act_text(x, name);

    if (str_to_i64(text, strlen(text), min, max, n) == RC_OK)
        return RC_OK;
    if (max == INT64_MAX)
        return act_wrong(x, RC_INVALID, name, "Please give a number.");
    return act_wrong(x, RC_INVALID, name, "Please give a number from %" PRId64 " to %" PRId64 ".",
                     min, max);
}

enum rc act_date(struct act_run *x, const char *name, int64_t absent, int64_t *ms)
{
    const char *text = act_text(x, name);

    *ms = absent;
    if (*text == 0 || fmt_read_date(text, ms) == RC_OK)
        return RC_OK;
    return act_wrong(x, RC_INVALID, name, "Please give a date like 2026-11-22.");
}

enum rc act_day_open(struct act_run *x, const char *name, int64_t on_ms)
{
    enum rc rc = period_check(x->db, x->a, on_ms, x->d->now_ms, x->d->why);

    if (rc == RC_CONFLICT)
        x->d->why->field = name;
    return rc;
}

enum rc act_member(struct act_run *x, const char *name, struct account *out)
{
    const char *handle = act_text(x, name);
    enum rc rc = x->member_id ? account_get(x->db, x->a, x->member_id, out)
                              : account_by_handle(x->db, x->a, handle + (*handle == '@'), out);

    if (rc == RC_NOT_FOUND)
        return act_wrong(x, RC_INVALID, name, "Nobody has the handle \"%s\".", handle);
    if (rc == RC_OK)
        x->member_id = out->id;
    return rc;
}
