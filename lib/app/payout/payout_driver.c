#include "app/payout/payout_driver.h"
#include "base/str.h"

static const struct payout_driver *const drivers[] = { &payout_sandbox, &payout_manual };

const struct payout_driver *payout_driver(const char *name)
{
    for (size_t i = 0; i < COUNT(drivers); i++)
        if (str_eq(drivers[i]->name, name))
            return drivers[i];
    return NULL;
}
