#include "commands/command.h"
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
