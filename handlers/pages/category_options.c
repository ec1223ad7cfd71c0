#include "pages/category_options.h"
#include "app/catalogue/category.h"

static bool has(const int64_t *ids, size_t n, int64_t id)
{
    for (size_t i = 0; i < n; i++)
        if (ids[i] == id)
            return true;
    return false;
}

enum rc category_options(struct req *r, const int64_t *chosen, size_t n,
                         struct category_options *out)
{
    struct category_list all;

    TRY(category_all(r->db, r->arena, &all));
    *out = (struct category_options){ arena_array(r->arena, struct category_option, all.n), all.n };
    for (size_t i = 0; i < all.n; i++) {
        const struct category *c = &all.items[i];
        out->items[i] = (struct category_option){
            .slug = c->slug,
            .name = c->name,
            .group = c->group,
            .first = category_begins_group(&all, i),
            .last = category_ends_group(&all, i),
            .chosen = has(chosen, n, c->id),
        };
    }
    return RC_OK;
}
