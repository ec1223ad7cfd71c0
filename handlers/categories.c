/*
 * categories: what videos are about, for operators.
 *
 *   GET  /admin/categories            all, by group
 *   POST /admin/categories            do=add    name, slug, group, position
 *                                     do=group  id, name, position: a group's name and place     303 back
 *   GET  /admin/categories/{slug}     its form
 *   POST /admin/categories/{slug}     do=save   name, slug, group, position     303 to the list
 *                                     do=merge  into (a slug): its videos move there     303 to the list
 *
 * Each with a reason, and a line of the journal.
 *
 * Who    operators
 * Views  views/categories.html and .json of struct categories_page, views/category.html and .json of
 *        struct category_page
 */
#include "app/discovery/taste.h"
#include "app/publish/upload.h"
#include "base/str.h"
#include "pages/categories.h"
#include "web/req.h"

enum { BATCHES_AT_ONCE = 5 };

static enum rc show(struct req *r)
{
    const char *slug = req_segment(r, 2);
    struct categories_page all;
    struct category_page one;

    if (slug[0]) {
        TRY(category_page_of(r, slug, &one));
        return RENDER(r, category, &one);
    }
    TRY(categories_page_of(r, &all));
    return RENDER(r, categories, &all);
}

static enum rc typed(struct req *r, struct category_text *out)
{
    *out = (struct category_text){ form_str(r, "name"), form_str(r, "slug"), form_str(r, "group"),
                                   0 };
    return form_i64(r, "position", 0, CATEGORY_POSITION_MAX, &out->position);
}

static struct deed deed_of(const struct req *r)
{
    return (struct deed){ { r->viewer.user_id, "" }, form_str(r, "reason"), r->now_ms };
}

static enum rc add(struct req *r)
{
    struct deed deed = deed_of(r);
    struct category_text text;

    TRY(typed(r, &text));
    return category_add(r->db, r->arena, &text, &deed, &r->why);
}

static enum rc place_group(struct req *r)
{
    struct deed deed = deed_of(r);
    int64_t id, position;

    TRY(form_i64(r, "id", 1, INT64_MAX, &id));
    TRY(form_i64(r, "position", 0, CATEGORY_POSITION_MAX, &position));
    return category_place_group(r->db, r->arena, id, form_str(r, "name"), position, &deed, &r->why);
}

static enum rc edit(struct req *r, const struct category *c)
{
    struct deed deed = deed_of(r);
    struct category_text text;

    TRY(typed(r, &text));
    return category_edit(r->db, r->arena, c, &text, &deed, &r->why);
}

/* Most of the videos at once; jobs/sweep moves the rest. */
static enum rc merge(struct req *r, const struct category *c)
{
    struct deed deed = deed_of(r);
    struct category into;
    int64_t moved = CATEGORY_BATCH;
    enum rc rc = category_by_slug(r->db, r->arena, form_str(r, "into"), &into);

    if (rc == RC_NOT_FOUND)
        return refuse(&r->why, RC_INVALID, "into", "Choose the category that takes the videos.");
    TRY(rc);
    TRY(category_merge(r->db, r->arena, c, &into, &deed, &r->why));
    for (int i = 0; i < BATCHES_AT_ONCE && moved == CATEGORY_BATCH; i++)
        TRY(category_move(r->db, r->arena, &moved));
    TRY(upload_recategorise(r->db));
    return taste_recategorise(r->db);
}

static enum rc change_one(struct req *r, const char *slug)
{
    static const char *const whats[] = { "save", "merge" };
    struct category c;
    struct category_page page;
    size_t what;

    TRY(category_by_slug(r->db, r->arena, slug, &c));
    if (!str_eq(c.slug, slug))
        return RC_NOT_FOUND;
    TRY(form_choice(r, "do", whats, COUNT(whats), &what));
    enum rc rc = what ? merge(r, &c) : edit(r, &c);
    if (rc == RC_OK)
        return reply_see_other(r, "/admin/categories?done=%s", whats[what]);
    if (!reply_can_explain(r, rc))
        return rc;
    TRY(category_page_of(r, slug, &page));
    return RENDER_AGAIN(r, rc, category, &page);
}

static enum rc change(struct req *r)
{
    static const char *const whats[] = { "add", "group" };
    const char *slug = req_segment(r, 2);
    struct categories_page page;
    size_t what;

    r->act = "categories changed";
    if (slug[0])
        return change_one(r, slug);
    TRY(form_choice(r, "do", whats, COUNT(whats), &what));
    enum rc rc = what ? place_group(r) : add(r);
    if (rc == RC_OK)
        return reply_see_other(r, "/admin/categories?done=%s", whats[what]);
    if (!reply_can_explain(r, rc))
        return rc;
    TRY(categories_page_of(r, &page));
    return RENDER_AGAIN(r, rc, categories, &page);
}

int main(void)
{
    static const struct endpoint categories = {
        .name = "categories",
        .who = OPERATOR,
        .db = DB_ORDINARY,
        .body_max_bytes = 8192,
        .on = { [GET] = show, [POST] = change },
    };
    return serve(&categories, error_view);
}
