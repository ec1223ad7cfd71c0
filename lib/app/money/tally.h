/*
 * tally: amounts by creator, collected in any order and then added up.
 *
 * Reads      user.
 */
#ifndef MONEY_TALLY_H
#define MONEY_TALLY_H
#include "io/db.h"

struct tally {
    int64_t creator_id, minor;
};
struct tally_list {
    struct tally *items;
    size_t n, max;
};

void tally_add(struct arena *a, struct tally_list *list, int64_t creator_id, int64_t minor);

/* Each creator once, in the order of their ids; the return value is the sum of all. */
int64_t tally_sum(struct tally_list *list);

/* Their names: handles[i] is that of items[i], "" when there is no such member. */
MUST_USE enum rc tally_handles(struct db *db, struct arena *a, const struct tally_list *list,
                               const char ***handles);

/* A table for people, a line each: the name and the amount. */
MUST_USE enum rc tally_table(struct db *db, struct arena *a, const struct tally_list *list,
                             const char *currency, const char **text);
#endif
