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

/* Merge the entries of each creator into one and sort them by creator; returns the sum of all. */
int64_t tally_sum(struct tally_list *list);

/* The creators' handles: handles[i] belongs to items[i]; "" if the member no longer exists. */
MUST_USE enum rc tally_handles(struct db *db, struct arena *a, const struct tally_list *list,
                               const char ***handles);

/* A table for people to read, with one line per creator: the handle and the amount. */
MUST_USE enum rc tally_table(struct db *db, struct arena *a, const struct tally_list *list,
                             const char *currency, const char **text);
#endif
