#include "pages/categories.h"
#include "base/str.h"
#include "web/req.h"

static const char *notice_of(const struct req *r)
{
    static const struct {
        const char *word, *text;
    } notices[] = {
        { "add", "The category is there. Pages show it within half a minute." },
        { "group", "The group has been changed." },
        { "save", "The category has been changed. Pages show it within half a minute." },
        { "merge", "Merged. The videos move now; the old address leads to the new one." },
    };

    for (size_t i = 0; i < COUNT(notices); i++)
        if (str_eq(query_str(r, "done"), notices[i].word))
            return notices[i].text;
    return "";
}

enum rc categories_page_of(struct req *r, struct categories_page *page)
{
    struct category_group_list groups;
    struct category_list all;

    *page = (struct categories_page){
        .frame = frame_of(r, "Categories", "admin"),
        .why = r->why,
        .name = form_str(r, "name"),
        .slug = form_str(r, "slug"),
        .group = form_str(r, "group"),
        .position = form_has(r, "position") ? form_str(r, "position") : "100",
        .reason = form_str(r, "reason"),
    };
    page->frame.notice = notice_of(r);
    TRY(category_groups(r->db, r->arena, &groups));
    TRY(category_all(r->db, r->arena, &all));
    page->sections.items = arena_array(r->arena, struct category_section, groups.n);
    page->sections.n = groups.n;
    for (size_t i = 0; i < groups.n; i++) {
        struct category_section *s = &page->sections.items[i];
        *s = (struct category_section){ groups.items[i],
                                        { arena_array(r->arena, struct category, all.n), 0 } };
        for (size_t k = 0; k < all.n; k++)
            if (all.items[k].group_id == groups.items[i].id)
                s->categories.items[s->categories.n++] = all.items[k];
    }
    return RC_OK;
}

static enum rc fill_others(struct req *r, struct category_page *page)
{
    struct category_list all;

    TRY(category_all(r->db, r->arena, &all));
    page->others.items = arena_array(r->arena, struct category, all.n);
    for (size_t i = 0; i < all.n; i++)
        if (all.items[i].id != page->category.id)
            page->others.items[page->others.n++] = all.items[i];
    return category_groups(r->db, r->arena, &page->groups);
}

enum rc category_page_of(struct req *r, const char *slug, struct category_page *page)
{
    struct category c;
    bool again = form_has(r, "name");

    TRY(category_by_slug(r->db, r->arena, slug, &c));
    if (!str_eq(c.slug, slug))
        return RC_NOT_FOUND;
    *page = (struct category_page){
        .frame = frame_of(r, c.name, "admin"),
        .why = r->why,
        .category = c,
        .name = again ? form_str(r, "name") : c.name,
        .slug = again ? form_str(r, "slug") : c.slug,
        .group = again ? form_str(r, "group") : c.group,
        .position = again ? form_str(r, "position")
                          : arena_printf(r->arena, "%" PRId64, c.position),
        .reason = form_str(r, "reason"),
        .stays = str_eq(c.slug, "other"),
    };
    return fill_others(r, page);
}
