/* books: the commands of `admin` that close the books to earlier dates. */
#include "app/money/month.h"
#include "app/money/period.h"
#include "base/fmt.h"
#include "commands/command.h"

static enum rc lock(struct run *run)
{
    int64_t month;

    if (month_read(run->args[0], &month) != RC_OK || strlen(run->args[0]) != strlen("2026-11"))
        return refuse(&run->why, RC_INVALID, NULL, "A month is written like 2026-11.");
    TRY(period_lock(run->money, run->a, month, option_or(run, "--reason", ""), 0, run->now_ms,
                    &run->why));
    printf("Everything up to the end of %s is locked: nothing can be booked with such a date.\n",
           fmt_month(run->a, month));
    return RC_OK;
}

static enum rc unlock(struct run *run)
{
    int64_t open_ms;

    TRY(period_unlock(run->money, run->a, option_or(run, "--reason", ""), 0, run->now_ms,
                      &run->why));
    TRY(period_open_ms(run->money, run->a, run->now_ms, &open_ms));
    printf("Open again: the books take dates from %s on.\n", fmt_date(run->a, open_ms));
    return RC_OK;
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

const struct command books_commands[] = {
    { "books lock", "YYYY-MM [--reason TEXT]",
      "close a month that is over, and all before it, to dates that people or files give", lock,
      false },
    { "books unlock", "[--reason TEXT]",
      "take the lock back; days before the previous month stay closed", unlock, false },
    { "books locks", "", "from which day on something can be booked, and who locked what", locks,
      true },
    { NULL, NULL, NULL, NULL, false },
};
