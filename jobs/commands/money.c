/* money: the commands of `admin` about money: refunds, disputes, dates of payments. */
#include "commands/acts.h"

static enum rc refund(struct run *run)
{
    return act_command(run, "refund", (const char *const[]){ "receipt", "amount", NULL });
}

static enum rc dispute(struct run *run)
{
    return act_command(run, "dispute", (const char *const[]){ "receipt", "state", NULL });
}

static enum rc date(struct run *run)
{
    return act_command(run, "payment-date", (const char *const[]){ "receipt", "date", NULL });
}

const struct command money_commands[] = {
    { "pay refund",
      "RECEIPT AMOUNT [--access from_end|keep|until] [--until YYYY-MM-DD] " ACT_OPTIONS,
      "refund a payment: through the provider or, for a bank transfer, note that it was done.\n"
      "      Given twice, it is done once; a second refund of a payment needs a --ref of its own.\n      --access: months refunded in full end (from_end, unless given), the access stays (keep) or\n      ends on a day (until)",
      refund, false },
    { "pay dispute", "RECEIPT STATE [--amount AMOUNT] [--fee AMOUNT] " ACT_OPTIONS,
      "note a dispute about a payment (if its provider does not report it): open, lost or won.\n"
      "      A second dispute about a payment needs a --ref of its own",
      dispute, false },
    { "pay date", "RECEIPT YYYY-MM-DD " ACT_OPTIONS,
      "correct the day of a payment: it is taken back at the old day and booked again at the new\n"
      "      one; both have to be open",
      date, false },
    { NULL, NULL, NULL, NULL, false },
};
