/*
 * problem: everything that is wrong with a form, so that all of it can be corrected at once. refuse() names
 * the first one; a module that can tell more has a function that fills such a list.
 */
#ifndef BASE_PROBLEM_H
#define BASE_PROBLEM_H
#include "base/arena.h"

enum { PROBLEMS_MAX = 16 };

struct problem_list {
    struct problem *items;
    size_t n;
};

/* Add what a check has left in *why, if it refused. At most one problem a field is kept. */
static inline void problem_note(struct arena *a, struct problem_list *list, enum rc rc,
                                const struct problem *why)
{
    if (rc == RC_OK || why->field == NULL || list->n == PROBLEMS_MAX)
        return;
    for (size_t i = 0; i < list->n; i++)
        if (strcmp(list->items[i].field, why->field) == 0)
            return;
    if (list->items == NULL)
        list->items = arena_array(a, struct problem, PROBLEMS_MAX);
    list->items[list->n++] = *why;
}
#endif
