/* voucher: the commands of `admin` about vouchers. */
#include "app/income/voucher.h"
#include "base/fmt.h"
#include "commands/acts.h"

static enum rc make(struct run *run)
{
    return act_command(run, "voucher-create", (const char *const[]){ NULL });
}

static enum rc cancel(struct run *run)
{
    return act_command(run, "voucher-cancel", (const char *const[]){ "voucher", "money", NULL });
}

static enum rc resend(struct run *run)
{
    return act_command(run, "voucher-resend", (const char *const[]){ "voucher", NULL });
}

static enum rc list(struct run *run)
{
    struct voucher_list list;
    int64_t n = 0, before = 0;

    do {
        TRY(voucher_list(run->money, run->item, before, &list));
        for (size_t i = 0; i < list.n; i++) {
            const struct voucher *v = &list.items[i];
            printf("%" PRId64 "  %" PRId64 " month%s  %s  %s%s%s\n", v->id, v->months,
                   v->months == 1 ? "" : "s", fmt_money(run->item, v->value_minor, v->currency),
                   voucher_state(run->item, v, run->now_ms), v->note[0] ? "  " : "", v->note);
            before = v->id;
        }
        n += (int64_t)list.n;
        arena_reset(run->item);
    } while (list.n == VOUCHERS_SHOWN_MAX);
    printf("%" PRId64 " vouchers\n", n);
    return RC_OK;
}

const struct command voucher_commands[] = {
    { "voucher create",
      "[--months N] [--count N] [--value AMOUNT] [--expires YYYY-MM-DD] [--note TEXT] " ACT_OPTIONS,
      "create codes that members redeem; shown once. --value: the price of each, 0 for a gift.\n"
      "      They expire after a year unless told otherwise",
      make, false },
    { "voucher cancel", "NUMBER MONEY " ACT_OPTIONS,
      "end a voucher that nobody has redeemed; its money goes back to the buyer (MONEY back) or\n"
      "      stays the site's (keep)",
      cancel, false },
    { "voucher resend", "NUMBER [--expires YYYY-MM-DD] " ACT_OPTIONS,
      "give a voucher a new code, which is shown once, and a later end; the old code is dead",
      resend, false },
    { "voucher list", "", "list all vouchers, without their codes", list, true },
    { NULL, NULL, NULL, NULL, false },
};
