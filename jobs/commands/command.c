#include "app/money/ledger.h"
#include "commands/command.h"
#include "base/fmt.h"
#include "base/str.h"

const char *option(const struct run *run, const char *name)
{
    for (size_t i = 0; i < run->n_options; i++)
        if (str_eq(run->options[i].name, name))
            return run->options[i].value;
    return NULL;
}

const char *option_or(const struct run *run, const char *name, const char *absent)
{
    const char *value = option(run, name);
    return value ? value : absent;
}

enum rc find_account(struct run *run, const char *handle, struct account *account)
{
    enum rc rc = account_by_handle(run->db, run->a, handle, account);

    if (rc == RC_NOT_FOUND)
        return refuse(&run->why, rc, NULL, arena_printf(run->a, "Nobody has handle %s.", handle));
    return rc;
}

enum rc say_no(struct run *run, const char *text)
{
    return refuse(&run->why, RC_INVALID, NULL, text);
}

enum rc read_amount(struct run *run, const char *text, const char *currency, int64_t *minor)
{
    if (fmt_read_amount(text, currency, LEDGER_AMOUNT_MAX, minor) == RC_OK)
        return RC_OK;
    return say_no(run, arena_printf(run->a, "%s is not an amount of %s.", text, currency));
}

enum rc read_date(struct run *run, const char *name, int64_t absent, int64_t *ms)
{
    const char *text = option(run, name);

    *ms = absent;
    if (text == NULL || fmt_read_date(text, ms) == RC_OK)
        return RC_OK;
    return say_no(run, arena_printf(run->a, "%s takes a date like 2026-11-22.", name));
}

enum rc read_number(struct run *run, const char *name, int64_t max, int64_t *n)
{
    const char *text = option_or(run, name, "1");

    if (str_to_i64(text, strlen(text), 1, max, n) == RC_OK)
        return RC_OK;
    return say_no(run, arena_printf(run->a, "%s takes a number from 1 to %" PRId64 ".", name, max));
}

enum rc read_id(struct run *run, const char *text, int64_t *id)
{
    if (str_to_i64(text, strlen(text), 1, INT64_MAX, id) == RC_OK)
        return RC_OK;
    return say_no(run, arena_printf(run->a, "%s is not a number.", text));
}
