#include "base/fault.h"
#include "base/conf.h"
#include "base/str.h"
#include <signal.h>

enum { STEPS_MAX = 1000000 };

struct plan {
    enum fault fault;
    int64_t at;
};

static struct plan read_plan(void)
{
    static const char *const names[] = {
        [FAULT_LOST] = "lost:",
        [FAULT_UNHEARD] = "unheard:",
        [FAULT_BEFORE] = "before:",
        [FAULT_AFTER] = "after:",
    };
    const char *text = getenv("FAULT");
    struct plan plan = { FAULT_NONE, 0 };

    if (text == NULL || conf()->environment != ENV_TEST)
        return plan;
    for (enum fault f = FAULT_LOST; f < COUNT(names); f++) {
        const char *number = text + strlen(names[f]);
        if (str_starts(text, names[f]) &&
            str_to_i64(number, strlen(number), 1, STEPS_MAX, &plan.at) == RC_OK)
            plan.fault = f;
    }
    return plan;
}

enum fault fault_begin(void)
{
    static struct plan plan;
    static int64_t steps;

    if (steps++ == 0)
        plan = read_plan();
    enum fault f = steps == plan.at ? plan.fault : FAULT_NONE;
    if (f == FAULT_BEFORE)
        raise(SIGKILL);
    return f;
}

bool fault_end(enum fault f)
{
    if (f == FAULT_AFTER)
        raise(SIGKILL);
    return f == FAULT_UNHEARD;
}
