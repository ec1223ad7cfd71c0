#include "pages/journal.h"
#include "app/people/account.h"
#include "base/str.h"
#include "pages/frame.h"
#include "web/req.h"

static enum rc id_of(struct req *r, const char *field, const char *handle, int64_t *id)
{
    struct account member;
    enum rc rc = account_by_handle(r->db, r->arena, handle, &member);

    if (rc == RC_NOT_FOUND)
        return refuse(&r->why, RC_INVALID, field, "Nobody has this handle.");
    *id = member.id;
    return rc;
}

/* "@ada" becomes "member:17". */
static enum rc read_about(struct req *r, const char *typed, const char **about)
{
    int64_t member_id;

    *about = str_clean(r->arena, typed, false);
    if (**about &&
        (strlen(*about) > JOURNAL_ABOUT_MAX_BYTES || !str_only(*about, STR_BASE64URL ":@.")))
        return refuse(&r->why, RC_INVALID, "about",
                      "Type it as it is in the list, or @ and a handle.");
    if (**about != '@')
        return RC_OK;
    TRY(id_of(r, "about", *about + 1, &member_id));
    *about = arena_printf(r->arena, "member:%" PRId64, member_id);
    return RC_OK;
}

static void row_of(struct req *r, const struct journal_entry *e, struct journal_row *row)
{
    const char *name = strchr(e->about, ':'), *url = "";

    name = name ? name + 1 : "";
    if (e->member[0])
        url = arena_printf(r->arena, "/admin/member/%s", e->member);
    else if (str_starts(e->about, "video:"))
        url = arena_printf(r->arena, "/admin/video/%s", name);
    else if (str_starts(e->about, "case:"))
        url = arena_printf(r->arena, "/admin/reports/%s", name);
    else if (str_starts(e->about, "setting:"))
        url = arena_printf(r->arena, "/admin/settings/%s", name);
    *row = (struct journal_row){
        .entry = *e,
        .who = actor_name(r->arena, e->by, e->by_shell),
        .about = e->member[0] ? arena_printf(r->arena, "@%s", e->member) : e->about,
        .about_url = url,
    };
}

struct journal_rows journal_rows_of(struct req *r, const struct journal_list *list)
{
    struct journal_rows rows = { arena_array(r->arena, struct journal_row, list->n + 1), list->n };

    for (size_t i = 0; i < list->n; i++)
        row_of(r, &list->items[i], &rows.items[i]);
    return rows;
}

enum rc journal_page_of(struct req *r, struct journal_page *page)
{
    int64_t by_id = 0, before = query_i64(r, "before", 1, INT64_MAX, 0);
    struct journal_list list;

    *page = (struct journal_page){
        .frame = frame_of(r, "Journal", "admin"),
        .by = query_str(r, "by"),
        .about = query_str(r, "about"),
        .older_url = "",
    };
    const char *by = str_clean(r->arena, page->by, false), *about;
    page->filtered = by[0] || page->about[0];
    enum rc rc = by[0] ? id_of(r, "by", by + (*by == '@'), &by_id) : RC_OK;
    if (rc == RC_OK)
        rc = read_about(r, page->about, &about);
    page->why = r->why;
    TRY(rc);
    TRY(journal_list(r->db, r->arena, by_id, about, before, &list));
    page->rows = journal_rows_of(r, &list);
    if (list.n == JOURNAL_PAGE)
        page->older_url = arena_printf(r->arena, "/admin/journal?by=%s&about=%s&before=%" PRId64,
                                       by, page->about, list.items[list.n - 1].id);
    return RC_OK;
}
