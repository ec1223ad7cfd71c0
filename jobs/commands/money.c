/* money: the commands of `admin` about money: refunds and disputes. */
#include "app/income/pay.h"
#include "app/income/payment.h"
#include "base/fmt.h"
#include "base/str.h"
#include "commands/command.h"

static enum rc find_payment(struct run *run, struct payment *p)
{
    int64_t number;

    TRY(read_id(run, run->args[0], &number));
    enum rc rc = payment_by_receipt(run->money, run->a, number, p);
    if (rc == RC_NOT_FOUND)
        return refuse(&run->why, rc, NULL, "There is no receipt with that number.");
    return rc;
}

static enum rc refund(struct run *run)
{
    struct payment p;
    int64_t minor;

    TRY(find_payment(run, &p));
    TRY(read_amount(run, run->args[1], p.currency, &minor));
    const char *key = arena_printf(run->a, "refund_%" PRId64 "_%s", p.id,
                                   option_or(run, "--ref", "1"));
    TRY(pay_refund(run->money, run->a, &p, minor, key, option_or(run, "--reason", ""), run->now_ms,
                   &run->why));
    printf("receipt %s: %s refunded\n", run->args[0], fmt_money(run->a, minor, p.currency));
    return RC_OK;
}

static enum rc dispute(struct run *run)
{
    static const char *const words[] = { "open", "lost", "won" };
    static const enum reversal_state states[] = { REVERSAL_OPEN, REVERSAL_DONE, REVERSAL_UNDONE };
    struct payment p;
    size_t i = 0;

    while (i < COUNT(words) && !str_eq(words[i], run->args[1]))
        i++;
    if (i == COUNT(words))
        return say_no(run, "A dispute is open, lost or won.");
    TRY(find_payment(run, &p));
    struct fact fact = {
        .kind = FACT_REVERSAL,
        .ref = arena_printf(run->a, "dispute_%" PRId64, p.id),
        .reversal = { .kind = REVERSAL_DISPUTE,
                      .state = states[i],
                      .amount_minor = p.amount_minor },
    };
    if (option(run, "--amount"))
        TRY(read_amount(run, option(run, "--amount"), p.currency, &fact.reversal.amount_minor));
    if (option(run, "--fee"))
        TRY(read_amount(run, option(run, "--fee"), p.currency, &fact.reversal.fee_minor));
    fact.reversal.payment_ref = p.provider_ref;
    enum rc rc = pay_driver(p.provider)
                     ? pay_apply(run->money, run->a, p.provider, &fact, run->now_ms)
                     : RC_DENIED;
    if (rc == RC_DENIED || rc == RC_INVALID || rc == RC_CONFLICT)
        return refuse(
            &run->why, rc, NULL,
            "That does not fit what is known of this payment: how it was paid, what is left"
            " of it, or the state of the dispute.");
    TRY(rc);
    printf("receipt %s: dispute %s\n", run->args[0], words[i]);
    return RC_OK;
}

const struct command money_commands[] = {
    { "pay refund", "RECEIPT AMOUNT [--ref KEY] [--reason TEXT]",
      "refund a payment: through the provider or, for a bank transfer, note that it was done.\n"
      "      Given twice, it is done once; a second refund of a payment needs a --ref of its own",
      refund, false },
    { "pay dispute", "RECEIPT STATE [--amount AMOUNT] [--fee AMOUNT]",
      "note a dispute about a payment (if its provider does not report it): open, lost or won",
      dispute, false },
    { NULL, NULL, NULL, NULL, false },
};
