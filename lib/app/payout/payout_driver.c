#include "app/payout/payout_driver.h"
#include "base/str.h"

const struct payout_driver *const payout_drivers[] = { &payout_sandbox, &payout_manual, NULL };

const struct payout_driver *payout_driver(const char *name)
{
    for (const struct payout_driver *const *d = payout_drivers; *d; d++)
        if (str_eq((*d)->name, name))
            return *d;
    return NULL;
}
