#include "pages/taste.h"
#include "app/catalogue/category.h"
#include "app/watching/rest.h"
#include "base/conf.h"
#include "base/str.h"
#include "pages/category_options.h"
#include "web/req.h"

#include <math.h>

static bool has(const struct taste_ids *ids, int64_t id)
{
    for (size_t i = 0; i < ids->n; i++)
        if (ids->items[i] == id)
            return true;
    return false;
}

static enum rc fill_favourites(struct req *r, const struct taste *t, struct favourite_rows *out)
{
    struct favourites top = taste_favourites(r->arena, t);
    struct category_list all;

    TRY(category_all(r->db, r->arena, &all));
    *out = (struct favourite_rows){ arena_array(r->arena, struct favourite_row, top.n), 0 };
    for (size_t i = 0; i < top.n; i++)
        for (size_t k = 0; k < all.n; k++)
            if (all.items[k].id == top.items[i].category_id)
                out->items[out->n++] = (struct favourite_row){ all.items[k].name,
                                                               lround(100 * top.items[i].share),
                                                               has(&t->chosen, all.items[k].id) };
    return RC_OK;
}

static enum rc fill_breaks(struct req *r, struct break_rows *out)
{
    int64_t minutes;

    TRY(rest_of(r->db, r->arena, r->viewer.user_id, &minutes));
    *out = (struct break_rows){ arena_array(r->arena, struct break_row, REST_CHOICES),
                                REST_CHOICES };
    for (size_t i = 0; i < REST_CHOICES; i++)
        out->items[i] = (struct break_row){ rest_choices[i], rest_choices[i] == minutes };
    return RC_OK;
}

enum rc taste_page_fill(struct req *r, struct taste_page *page)
{
    struct taste taste;

    TRY(taste_read(r->db, r->arena, r->viewer.user_id, &taste));
    TRY(fill_favourites(r, &taste, &page->favourites));
    TRY(category_options(r, taste.chosen.items, taste.chosen.n, &page->choices));
    TRY(taste_unwanted(r->db, r->arena, r->viewer.user_id, &page->unwanted));
    TRY(fill_breaks(r, &page->breaks));
    page->from_ms = taste.from_ms;
    page->max_chosen = TASTE_CHOSEN_MAX;
    page->unproven_percent = conf()->unproven_percent;
    return RC_OK;
}

/* The fields of a form share one name; those of JSON's ["music", "fun"] are category.0 and
 * category.1. */
static bool is_category(const struct field *f)
{
    return str_eq(f->name, "category") || str_starts(f->name, "category.");
}

static const struct category *named(const struct category_list *all, const char *slug)
{
    for (size_t i = 0; i < all->n; i++)
        if (str_eq(all->items[i].slug, slug))
            return &all->items[i];
    return NULL;
}

enum rc taste_form(struct req *r, struct taste_ids *out)
{
    struct category_list all;

    TRY(category_all(r->db, r->arena, &all));
    *out = (struct taste_ids){ arena_array(r->arena, int64_t, all.n), 0 };
    for (size_t i = 0; i < r->form.n; i++) {
        if (!is_category(&r->form.items[i]))
            continue;
        const struct category *c = named(&all, r->form.items[i].value);
        if (c == NULL)
            return refuse(&r->why, RC_INVALID, NULL, "Choose from the categories offered.");
        if (!has(out, c->id))
            out->items[out->n++] = c->id;
    }
    if (out->n > TASTE_CHOSEN_MAX)
        return refuse(&r->why, RC_INVALID, NULL,
                      arena_printf(r->arena, "Choose at most %d categories: those you like best.",
                                   TASTE_CHOSEN_MAX));
    return RC_OK;
}

const char *taste_notice(const char *done)
{
    return str_eq(done, "chosen") ? "Saved. Popular videos from these categories are now among "
                                    "those we offer you."
           : str_eq(done, "skipped")
               ? "That is fine. You can choose at any time, in your account under Recommendations."
           : str_eq(done, "less")   ? "Removed. We will offer you less like this."
           : str_eq(done, "undone") ? "This video may be offered again."
           : str_eq(done, "break")  ? "Saved. It counts from the next video on."
           : str_eq(done, "reset")  ? "Your recommendations have been reset."
                                    : "";
}
