/* bank: the commands of `admin` about bank transfers and bank statements. */
#include "app/income/bank.h"
#include "app/income/pay.h"
#include "app/income/reference.h"
#include "app/payout/payout.h"
#include "app/reports/bank_compare.h"
#include "base/conf.h"
#include "base/clock.h"
#include "base/fmt.h"
#include "base/str.h"
#include "commands/acts.h"

static enum rc read_reference(struct run *run, const char *text, struct checkout *c)
{
    const char *reference = reference_find(run->a, text);

    if (reference == NULL)
        return say_no(run, arena_printf(run->a, "%s is not a reference.", text));
    enum rc rc = pay_checkout_by_reference(run->money, run->a, reference, c);
    if (rc == RC_NOT_FOUND)
        return refuse(&run->why, rc, NULL,
                      arena_printf(run->a, "Nobody was given the reference %s.", reference));
    return rc;
}

/* "booked", or what is missing, or the balance that is left over. */
static const char *state_in_words(struct run *run, const struct bank_line *l)
{
    return l->note[0] ? arena_printf(run->a, "%s: %s", bank_state_word(l->state), l->note)
                      : bank_state_word(l->state);
}

static enum rc confirm(struct run *run)
{
    struct bank_line line;
    struct checkout c;
    int64_t minor, on_ms;
    bool seen;

    TRY(read_reference(run, run->args[0], &c));
    TRY(read_amount(run, run->args[1], c.currency, &minor));
    TRY(read_date(run, "--date", run->now_ms, &on_ms));
    TRY(bank_confirm(run->money, run->a, c.reference, minor, option_or(run, "--ref", ""), on_ms,
                     run->now_ms, &line, &seen, &run->why));
    const char *sum = fmt_money(run->a, minor, c.currency);
    if (seen)
        printf("%s: %s has already been booked, as line %" PRId64 " of %s: %s\n", c.reference, sum,
               line.id, fmt_date(run->a, line.on_ms), state_in_words(run, &line));
    else
        printf("%s: %s %s\n", c.reference, sum, state_in_words(run, &line));
    return RC_OK;
}

/* The whole file; one byte more than is allowed is enough to be refused. */
static enum rc read_file(struct run *run, const char *path, struct bytes *out)
{
    FILE *f = fopen(path, "r");
    char *bytes = arena_alloc(run->a, BANK_FILE_MAX_BYTES + 1);

    if (f == NULL)
        return say_no(run, arena_printf(run->a, "%s cannot be read.", path));
    *out = (struct bytes){ bytes, fread(bytes, 1, BANK_FILE_MAX_BYTES + 1, f) };
    bool failed = ferror(f) != 0;
    fclose(f);
    return failed ? say_no(run, arena_printf(run->a, "%s cannot be read: is it a file?", path))
                  : RC_OK;
}

static void print_result(struct run *run, const struct bank_result *r)
{
    const struct bank_line *l = &r->line;

    printf("line %" PRId64 ": ", r->entry->line);
    if (r->outcome == BANK_NOT_READ || r->outcome == BANK_PENDING) {
        printf("%s; nothing is booked\n", r->says);
        return;
    }
    const char *meaning = l->reference[0]                   ? l->reference
                          : l->meaning > BANK_MEANS_PAYMENT ? bank_meaning_word(l->meaning)
                                                            : "no reference";
    bool waits = l->state == BANK_UNMATCHED || l->state == BANK_PART;
    printf("%s %s: %s%s%s%s%s\n", meaning, fmt_money(run->a, l->amount_minor, l->currency),
           r->outcome == BANK_SEEN ? "seen before, " : "", bank_state_word(l->state),
           waits ? arena_printf(run->a, " as %" PRId64, l->id) : "", l->note[0] ? ": " : "",
           l->note);
    if (l->booked_ms / DAY_MS > l->on_ms / DAY_MS && r->outcome == BANK_TAKEN)
        printf("  its day, %s, is closed: booked on %s\n", fmt_date(run->a, l->on_ms),
               fmt_date(run->a, l->booked_ms));
}

/* What the bank says is in the account, against the books. */
static enum rc print_balance(struct run *run)
{
    struct bank_comparison c;
    const char *currency = pay_currency();

    TRY(bank_compare(run->money, run->a, &c));
    if (c.on_ms == 0)
        return RC_OK;
    printf("at the end of %s the bank has %s, the books %s: ", fmt_date(run->a, c.on_ms),
           fmt_money(run->a, c.bank_minor, currency), fmt_money(run->a, c.books_minor, currency));
    if (c.difference_minor)
        printf("a difference of %s\n", fmt_money(run->a, c.difference_minor, currency));
    else
        puts("they agree");
    if (c.by_hand_minor)
        printf("%s of the books were confirmed by hand and are on no statement yet\n",
               fmt_money(run->a, c.by_hand_minor, currency));
    return RC_OK;
}

static enum rc import(struct run *run)
{
    const struct bank_how how = { pay_currency(), option_or(run, "--columns", conf()->bank_columns),
                                  conf()->bank_iban };
    struct bank_import x = { .now_ms = run->now_ms,
                             .preview = option(run, "--preview") != NULL,
                             .payout = payout_bank_line };
    struct bank_file file;
    struct bytes bytes = { "", 0 };

    TRY(read_file(run, run->args[0], &bytes));
    TRY(bank_read(run->a, bytes.at, bytes.n, &how, &file, &run->why));
    x.file = &file;
    TRY(bank_import(run->money, run->a, &x));
    printf("%s%s\n", file.format, x.preview ? ": a preview, nothing is booked" : "");
    for (size_t i = 0; i < file.n_doubts; i++)
        printf("warning: %s\n", file.doubts[i]);
    for (size_t i = 0; i < file.n; i++)
        print_result(run, &x.results[i]);
    const struct bank_sums *s = &x.sums;
    printf("%" PRId64 " booked, %" PRId64 " unmatched, %" PRId64 " seen before, %" PRId64
           " parts, %" PRId64 " other, %" PRId64 " announced, %" PRId64 " not readable\n",
           s->booked, s->unmatched, s->seen, s->parts, s->other, s->pending, s->bad);
    printf("new: %s came in, %s went out\n", fmt_money(run->a, s->in_minor, pay_currency()),
           fmt_money(run->a, s->out_minor, pay_currency()));
    if (!x.preview)
        TRY(print_balance(run));
    return s->bad ? say_no(run, "Not every line could be booked.") : RC_OK;
}

static enum rc unmatched(struct run *run)
{
    struct bank_line_list list;

    TRY(bank_unmatched(run->money, run->a, &list));
    for (size_t i = 0; i < list.n; i++) {
        const struct bank_line *l = &list.items[i];
        printf("%" PRId64 "  %s  %s  %s  (%s)\n", l->id, fmt_date(run->a, l->on_ms),
               fmt_money(run->a, l->amount_minor, l->currency), l->text, l->note);
    }
    printf("%zu unmatched\n", list.n);
    return RC_OK;
}

static enum rc match(struct run *run)
{
    return act_command(run, "bank-match", (const char *const[]){ "line", "reference", NULL });
}

static enum rc give_back(struct run *run)
{
    return act_command(run, "bank-return", (const char *const[]){ "line", NULL });
}

static enum rc explain(struct run *run)
{
    return act_command(run, "bank-explain", (const char *const[]){ "line", "what", NULL });
}

const struct command bank_commands[] = {
    { "pay confirm", "REFERENCE AMOUNT [--ref BANKREF] [--date YYYY-MM-DD]",
      "book a bank transfer that has arrived, like a line of a bank statement; --date: the day on\n"
      "      the statement, --ref: the bank's own key of the transfer. The line of a statement that\n"
      "      names it within 7 days is the same payment, whichever comes first",
      confirm, false },
    { "pay import", "FILE [--preview] [--columns NAMES]",
      "book a bank statement: camt.053, camt.052, camt.054, MT940, or CSV of the banks that are\n"
      "      known, or with the columns date, amount, currency and text (docs/operate.md). The\n"
      "      reference OVS-... may be anywhere in the text. --preview: say what each line would do,\n"
      "      and book nothing. --columns: what the columns of another bank are called.\n"
      "      A line is booked once, whatever file it comes in",
      import, false },
    { "pay balance", "", "what the bank says is in the account, against the books", print_balance,
      true },
    { "pay unmatched", "", "list the money in clearing:unmatched, with its numbers", unmatched,
      true },
    { "pay match", "NUMBER REFERENCE " ACT_OPTIONS,
      "book unmatched money to a checkout: what is too much becomes the member's balance, what is\n"
      "      too little waits for the rest",
      match, false },
    { "pay return", "NUMBER " ACT_OPTIONS, "note that unmatched money was returned to its sender",
      give_back, false },
    { "pay explain",
      "NUMBER WHAT [--receipt NUMBER] [--other NUMBER] [--member HANDLE] " ACT_OPTIONS,
      "say what an unmatched line was: fee, interest, tax, owner (the owner's own money), refund\n"
      "      (with --receipt), return (with --other, the unmatched line that it sends back), or\n"
      "      balance (with --member, whose balance it sends back)",
      explain, false },
    { NULL, NULL, NULL, NULL, false },
};
