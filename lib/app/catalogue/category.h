/*
 * category: what videos are about; every video has one category, and every category stands in a group.
 *
 * Operators rename, order and merge them. A category that was merged is no more; its address leads to
 * the one that took its videos, and these move in batches (category_move).
 * Journal    every change has a line there, in its transaction.
 * Errors     RC_INVALID with field (name, slug, group, into, reason) and text; RC_CONFLICT with a text: the slug or
 *            the name is taken; RC_NOT_FOUND: no such category.
 * Tables     category, category_group: cached for CATEGORY_CACHE_S; video, in category_move.
 */
#ifndef CATALOGUE_CATEGORY_H
#define CATALOGUE_CATEGORY_H
#include "app/site/journal.h"

enum {
    CATEGORIES_MAX = 100,
    CATEGORY_GROUPS_MAX = 20,
    CATEGORY_CACHE_S = 30,
    CATEGORY_NAME_MAX_CHARS = 60,
    CATEGORY_SLUG_MAX_CHARS = 60,
    CATEGORY_POSITION_MAX = 1000,
    CATEGORY_BATCH = 1000, /* videos that are moved at once */
};

struct category {
    int64_t id, group_id, position; /* position: in its group */
    const char *slug, *name, *group;
};
struct category_list {
    struct category *items;
    size_t n;
};
struct category_group {
    int64_t id, position;
    const char *name;
};
struct category_group_list {
    struct category_group *items;
    size_t n;
};

/* All categories, group by group; by position and then by name. */
MUST_USE enum rc category_all(struct db *db, struct arena *a, struct category_list *out);

/* Does the category at that place of the list of all begin, or end, its group? */
bool category_begins_group(const struct category_list *all, size_t at);
bool category_ends_group(const struct category_list *all, size_t at);

/* One category, or RC_NOT_FOUND. For the slug of one that was merged it is the one that took its videos, whose
 * slug then differs. */
MUST_USE enum rc category_by_slug(struct db *db, struct arena *a, const char *slug,
                                  struct category *out);
MUST_USE enum rc category_by_id(struct db *db, struct arena *a, int64_t id, struct category *out);

/* For operators; not from the cache. */
MUST_USE enum rc category_groups(struct db *db, struct arena *a, struct category_group_list *out);

struct category_text {
    const char *name, *slug; /* as typed; slug "": made from the name */
    const char *group;       /* its name; a new one is made */
    int64_t position;
};
MUST_USE enum rc category_add(struct db *db, struct arena *a, const struct category_text *typed,
                              struct deed *deed, struct problem *why);
/* A slug that changes stays as an address that leads to the new one. */
MUST_USE enum rc category_edit(struct db *db, struct arena *a, const struct category *c,
                               const struct category_text *typed, struct deed *deed,
                               struct problem *why);
MUST_USE enum rc category_place_group(struct db *db, struct arena *a, int64_t id, const char *name,
                                      int64_t position, struct deed *deed, struct problem *why);
/* Its videos are moved by category_move. */
MUST_USE enum rc category_merge(struct db *db, struct arena *a, const struct category *from,
                                const struct category *into, struct deed *deed,
                                struct problem *why);

/* Move up to CATEGORY_BATCH videos of merged categories to those that took them; *moved counts them, 0: none is
 * left. */
MUST_USE enum rc category_move(struct db *db, struct arena *a, int64_t *moved);
#endif
