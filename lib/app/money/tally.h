/*
 * earned: amounts by creator, collected in any order and then added up.
 *
 * Reads      user.
 */
#ifndef APP_EARNED_H
#define APP_EARNED_H
#include "io/db.h"

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

/* Their names: handles[i] is that of items[i], "" when there is no such member. */
MUST_USE enum rc earned_handles(struct db *db, struct arena *a, const struct earned_list *list,
                                const char ***handles);

/* A table for people, a line each: the name and the amount. */
MUST_USE enum rc earned_table(struct db *db, struct arena *a, const struct earned_list *list,
                              const char *currency, const char **text);
#endif
