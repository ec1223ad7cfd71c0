#include "pages/videos.h"
#include "app/people/account.h"
#include "base/fmt.h"
#include "base/str.h"
#include "web/req.h"

static enum rc read_member(struct req *r, const char *typed, int64_t *user_id)
{
    const char *handle = str_clean(r->arena, typed, false);
    struct account member;

    if (!*handle)
        return RC_OK;
    enum rc rc = account_by_handle(r->db, r->arena, handle + (*handle == '@'), &member);
    if (rc == RC_NOT_FOUND)
        return refuse(&r->why, RC_INVALID, "member", "Nobody has this handle.");
    *user_id = member.id;
    return rc;
}

enum rc videos_named(struct req *r, const char **public_id)
{
    const char *typed = str_clean(r->arena, query_str(r, "find"), false);
    const char *slash = strrchr(typed, '/');
    struct video v;

    *public_id = NULL;
    enum rc rc = video_get(r->db, r->arena, slash ? slash + 1 : typed, &v);
    if (rc == RC_OK)
        *public_id = v.public_id;
    return rc == RC_NOT_FOUND ? RC_OK : rc;
}

enum rc videos_page_of(struct req *r, struct videos_page *page)
{
    enum video_state state;
    enum visibility visibility;
    struct video_search s = { .before = query_i64(r, "before", 1, INT64_MAX, 0) };

    *page = (struct videos_page){
        .frame = frame_of(r, "Videos", "admin"),
        .find = query_str(r, "find"),
        .member = query_str(r, "member"),
        .state = video_state_read(query_str(r, "state"), &state) ? video_state_word(state) : "",
        .visibility = visibility_read(query_str(r, "visibility"), &visibility)
                          ? visibility_word(visibility)
                          : "",
        .older_url = "",
    };
    enum rc rc = read_member(r, page->member, &s.user_id);
    page->why = r->why;
    TRY(rc);
    s.title = fmt_cut(r->arena, str_clean(r->arena, page->find, false), TITLE_MAX_CHARS);
    s.state = page->state;
    s.visibility = page->visibility;
    TRY(video_find(r->db, r->arena, &s, &page->rows));
    if (page->rows.n <= VIDEOS_FOUND_PAGE)
        return RC_OK;
    page->rows.n = VIDEOS_FOUND_PAGE;
    page->older_url = arena_printf(
        r->arena, "/admin/videos?find=%s&member=%s&state=%s&visibility=%s&before=%" PRId64,
        page->find, page->member, page->state, page->visibility,
        page->rows.items[VIDEOS_FOUND_PAGE - 1].id);
    return RC_OK;
}
