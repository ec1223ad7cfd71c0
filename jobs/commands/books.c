/* books: the commands of `admin` that close the books to earlier dates, and book by hand. */
#include "app/acts/act_kind.h"
#include "app/money/month.h"
#include "app/money/period.h"
#include "base/fmt.h"
#include "commands/acts.h"

static enum rc lock(struct run *run)
{
    return act_command(run, "books-lock", (const char *const[]){ "month", NULL });
}

static enum rc unlock(struct run *run)
{
    return act_command(run, "books-unlock", (const char *const[]){ NULL });
}

static enum rc locks(struct run *run)
{
    struct period_act_list list;
    int64_t open_ms;

    TRY(period_open_ms(run->money, run->a, run->now_ms, &open_ms));
    TRY(period_acts(run->money, run->a, &list));
    printf("The books take dates from %s on.\n", fmt_date(run->a, open_ms));
    for (size_t i = 0; i < list.n; i++) {
        const struct period_act *p = &list.items[i];
        printf("%s  %s%s  %s  (%s)\n", fmt_date(run->a, p->at_ms),
               p->month ? "locked up to " : "opened again",
               p->month ? fmt_month(run->a, p->month) : "", p->reason,
               p->handle[0] ? p->handle : "from the command line");
    }
    return RC_OK;
}

static enum rc post(struct run *run)
{
    struct act_value items[] = {
        { "accounts", arena_printf(run->a, "%s %s", run->args[0], run->args[1]) },
        { "amount", run->args[2] },
        { "date", option(run, "--date") },
        { "creator", option(run, "--creator") },
    };
    return act_command_with(run, "posting", &(struct act_values){ items, COUNT(items) });
}

static enum rc take_back(struct run *run)
{
    return act_command(run, "posting-reversal", (const char *const[]){ "act", NULL });
}

static enum rc pairs(struct run *run)
{
    const struct act_field *f = act_kind("posting")->fields;

    (void)run;
    for (const struct act_choice *c = f->choices; c->word; c++)
        printf("%-40s  %s\n", c->word, c->label);
    return RC_OK;
}

const struct command books_commands[] = {
    { "books lock", "YYYY-MM " ACT_OPTIONS,
      "close a month that is over, and all before it, to dates that people or files give", lock,
      false },
    { "books unlock", ACT_OPTIONS, "take the lock back; days before the previous month stay closed",
      unlock, false },
    { "books locks", "", "from which day on something can be booked, and who locked what", locks,
      true },
    { "books post", "DEBIT CREDIT AMOUNT [--date YYYY-MM-DD] [--creator HANDLE] " ACT_OPTIONS,
      "book by hand; `admin books pairs` lists the pairs of accounts", post, false },
    { "books reverse", "ACT [--date YYYY-MM-DD] " ACT_OPTIONS,
      "take back what was booked by hand, once", take_back, false },
    { "books pairs", "", "the pairs of accounts that may be booked by hand, and what they mean",
      pairs, true },
    { NULL, NULL, NULL, NULL, false },
};
