/* voucher: the commands of `admin` about vouchers. */
#include "app/income/voucher.h"
#include "app/income/pay.h"
#include "app/income/payment.h"
#include "base/clock.h"
#include "base/fmt.h"
#include "base/str.h"
#include "commands/command.h"

enum { VOUCHER_DAYS = 365 };

static enum rc voucher_make(struct run *run)
{
    const struct pay_driver *d = pay_configured();
    struct voucher v = { .created_ms = run->now_ms, .note = option_or(run, "--note", "") };
    int64_t count;

    if (d == NULL)
        return say_no(run,
                      "There is no such payment provider; check pay_provider in the settings.");
    v.currency = d->currency();
    TRY(read_number(run, "--months", PAYMENT_MONTHS_MAX, &v.months));
    TRY(read_number(run, "--count", VOUCHERS_AT_ONCE_MAX, &count));
    TRY(read_amount(run, option_or(run, "--value", "0"), v.currency, &v.value_minor));
    TRY(read_date(run, "--expires", run->now_ms + VOUCHER_DAYS * DAY_MS, &v.expires_ms));
    if (v.expires_ms <= run->now_ms || v.value_minor > VOUCHER_VALUE_MAX ||
        str_chars(v.note) > VOUCHER_NOTE_MAX_CHARS)
        return say_no(run, "The day is in the past, the value too large or the note too long.");
    for (int64_t i = 0; i < count; i++) {
        const char *code;
        TRY(voucher_create(run->money, run->a, &v, (struct ledger_account_ref){ d->account, 0 },
                           &code));
        if (puts(code) == EOF || fflush(stdout)) /* the codes are stored nowhere else */
            return say_no(run, "The code of the last voucher could not be written; it is lost.");
    }
    return RC_OK;
}

static enum rc vouchers(struct run *run)
{
    struct voucher_list list;

    TRY(voucher_list(run->money, run->a, &list));
    for (size_t i = 0; i < list.n; i++) {
        const struct voucher *v = &list.items[i];
        const char *state = v->redeemed_ms
                                ? arena_printf(run->a, "redeemed by %s on %s", v->redeemed_by,
                                               fmt_date(run->a, v->redeemed_ms))
                            : v->expires_ms <= run->now_ms
                                ? "expired"
                                : arena_printf(run->a, "good to %s",
                                               fmt_date(run->a, v->expires_ms));
        printf("%" PRId64 "  %" PRId64 " month%s  %s  %s%s%s\n", v->id, v->months,
               v->months == 1 ? "" : "s", fmt_money(run->a, v->value_minor, v->currency), state,
               v->note[0] ? "  " : "", v->note);
    }
    printf("%zu vouchers\n", list.n);
    return RC_OK;
}

const struct command voucher_commands[] = {
    { "voucher create",
      "[--months N] [--count N] [--value AMOUNT] [--expires YYYY-MM-DD] [--note TEXT]",
      "create codes that members redeem; shown once. --value: the price of each, 0 for a gift.\n"
      "      They expire after a year unless told otherwise",
      voucher_make, false },
    { "voucher list", "", "list all vouchers, without their codes", vouchers, true },
    { NULL, NULL, NULL, NULL, false },
};
