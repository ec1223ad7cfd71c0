#include "app/catalogue/category.h"
#include "base/str.h"

SHAPE(category_shape, struct category, COLUMN(struct category, id), COLUMN(struct category, slug),
      COLUMN(struct category, name));

STMT(q_all, &category_shape,
     "SELECT id, slug, name FROM category ORDER BY slug = 'other', name, id");

enum rc category_all(struct db *db, struct arena *a, struct category_list *out)
{
    return DB_LIST_CACHED(db, a, &q_all, NO_ARGS, CATEGORY_CACHE_S, CATEGORIES_MAX, out);
}

/* The category with this slug or, if it is NULL, with this id. */
static enum rc find(struct db *db, struct arena *a, int64_t id, const char *slug,
                    struct category *out)
{
    struct category_list all;

    TRY(category_all(db, a, &all));
    for (size_t i = 0; i < all.n; i++)
        if (slug ? str_eq(all.items[i].slug, slug) : all.items[i].id == id) {
            *out = all.items[i];
            return RC_OK;
        }
    return RC_NOT_FOUND;
}

enum rc category_by_slug(struct db *db, struct arena *a, const char *slug, struct category *out)
{
    return find(db, a, 0, slug, out);
}

enum rc category_by_id(struct db *db, struct arena *a, int64_t id, struct category *out)
{
    return find(db, a, id, NULL, out);
}
