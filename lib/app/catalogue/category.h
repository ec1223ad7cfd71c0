/*
 * category: the fixed categories of the library; every video has one.
 *
 * Tables     category: its rows come with the schema and never change, so they are cached.
 */
#ifndef CATALOGUE_CATEGORY_H
#define CATALOGUE_CATEGORY_H
#include "io/db.h"

enum { CATEGORIES_MAX = 100, CATEGORY_CACHE_S = 600 };

struct category {
    int64_t id;
    const char *slug, *name;
};
struct category_list {
    struct category *items;
    size_t n;
};

/* All categories, by name; "Other" last. */
MUST_USE enum rc category_all(struct db *db, struct arena *a, struct category_list *out);

/* One category, or RC_NOT_FOUND. */
MUST_USE enum rc category_by_slug(struct db *db, struct arena *a, const char *slug,
                                  struct category *out);
MUST_USE enum rc category_by_id(struct db *db, struct arena *a, int64_t id, struct category *out);
#endif
