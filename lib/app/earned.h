/*
 * earned: amounts by creator, collected in any order and then added up.
 */
#ifndef APP_EARNED_H
#define APP_EARNED_H
#include "base/arena.h"

struct earned {
    int64_t creator_id, minor;
};
struct earned_list {
    struct earned *items;
    size_t n, max;
};

void earned_add(struct arena *a, struct earned_list *list, int64_t creator_id, int64_t minor);

/* Each creator once, in the order of their ids; the return value is the sum of all. */
int64_t earned_sum(struct earned_list *list);
#endif
