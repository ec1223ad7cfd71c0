#include "pages/search.h"
#include "base/str.h"
#include "web/req.h"

enum { CATEGORY, LENGTH, DATE, SORT, FILTERS };

static const struct narrowing {
    const char *field, *label;
    size_t n;
    const char *values[5], *names[5];
} choices[FILTERS] = {
    [LENGTH] = { "length",
                 "Length",
                 4,
                 { "", "short", "medium", "long" },
                 { "Any length", "Under 4 minutes", "4 to 20 minutes", "Over 20 minutes" } },
    [DATE] = { "date",
               "Published",
               5,
               { "", "today", "week", "month", "year" },
               { "Any time", "Today", "This week", "This month", "This year" } },
    [SORT] = { "sort",
               "Order",
               3,
               { "", "new", "top" },
               { "Best match", "Newest", "Most watched" } },
};

static struct filter categories(struct req *r, const struct category_list *all)
{
    struct filter f = { "category",
                        "Category",
                        { arena_array(r->arena, struct filter_option, all->n + 1), 1 } };

    f.options.items[0] = (struct filter_option){ "", "All categories", true, "", false };
    for (size_t i = 0; i < all->n; i++) {
        const struct category *c = &all->items[i];
        bool chosen = str_eq(c->slug, query_str(r, "category"));
        f.options.items[f.options.n++] = (struct filter_option){
            .value = c->slug,
            .name = c->name,
            .chosen = chosen,
            .group = category_begins_group(all, i) ? c->group : "",
            .last = category_ends_group(all, i),
        };
        if (chosen)
            f.options.items[0].chosen = false;
    }
    return f;
}

static struct filter filter_of(struct req *r, const struct narrowing *c)
{
    struct filter f = { c->field,
                        c->label,
                        { arena_array(r->arena, struct filter_option, c->n), c->n } };
    size_t chosen = query_choice(r, c->field, c->values, c->n, 0);

    for (size_t i = 0; i < c->n; i++)
        f.options.items[i] = (struct filter_option){ c->values[i], c->names[i], i == chosen, "",
                                                     false };
    return f;
}

static size_t chosen(const struct filter *f)
{
    size_t i = 0;

    while (!f->options.items[i].chosen)
        i++;
    return i;
}

/* The address of this search, or of another query, without one of its filters (FILTERS: with all). */
static const char *url_of(struct req *r, const char *query, const struct filter_list *filters,
                          size_t without)
{
    struct sb o = { .a = r->arena };

    SB_LIT(&o, "/search?q=");
    html_part(&o, query);
    for (size_t i = 0; i < filters->n; i++) {
        const struct filter *f = &filters->items[i];
        const char *value = f->options.items[chosen(f)].value;
        if (value[0] && i != without)
            sb_addf(&o, "&%s=%s", f->field, value);
    }
    return o.buf;
}

static void say_chosen(struct req *r, struct search_page *page)
{
    struct filter_list none = { NULL, 0 };

    page->first_url = url_of(r, page->query, &page->filters, FILTERS);
    page->unfiltered_url = url_of(r, page->query, &none, FILTERS);
    page->chosen.items = arena_array(r->arena, struct chip, FILTERS);
    for (size_t i = 0; i < FILTERS; i++) {
        const struct filter *f = &page->filters.items[i];
        if (chosen(f))
            page->chosen.items[page->chosen.n++] = (struct chip){
                url_of(r, page->query, &page->filters, i), f->options.items[chosen(f)].name
            };
    }
}

enum rc search_asked(struct req *r, struct search *s, struct search_page *page)
{
    struct filter *f = arena_array(r->arena, struct filter, FILTERS);
    struct category_list all;

    TRY(category_all(r->db, r->arena, &all));
    f[CATEGORY] = categories(r, &all);
    for (size_t i = LENGTH; i < FILTERS; i++)
        f[i] = filter_of(r, &choices[i]);
    page->query = str_clean(r->arena, query_str(r, "q"), false);
    page->filters = (struct filter_list){ f, FILTERS };
    say_chosen(r, page);
    size_t category = chosen(&f[CATEGORY]);
    *s = (struct search){
        .query = page->query,
        .category_id = category ? all.items[category - 1].id : 0,
        .length = (enum search_length)chosen(&f[LENGTH]),
        .since = (enum search_since)chosen(&f[DATE]),
        .order = (enum search_order)chosen(&f[SORT]),
        .now_ms = r->now_ms,
    };
    page->filtered = search_has_filters(s);
    return RC_OK;
}

void search_found(struct req *r, const struct found *found, struct search_page *page)
{
    page->close = found->close;
    page->some = found->some;
    page->instead = found->instead;
    page->meant = found->meant;
    page->meant_url = url_of(r, found->meant, &page->filters, FILTERS);
    page->creators.items = arena_array(r->arena, struct creator_card, found->creators.n);
    for (size_t i = 0; i < found->creators.n; i++) {
        const struct creator *c = &found->creators.items[i];
        page->creators.items[page->creators.n++] = (struct creator_card){
            c->handle, c->name, avatar_url(r, c->avatar_key), c->videos, c->followers,
        };
    }
}
