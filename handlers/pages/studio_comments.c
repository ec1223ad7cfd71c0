#include "pages/studio_comments.h"
#include "app/talk/thread.h"
#include "base/fmt.h"
#include "base/str.h"
#include "web/req.h"

static struct studio_comment row_of(struct req *r, const struct comment *c)
{
    return (struct studio_comment){
        .id = c->id,
        .made_ms = c->made_ms,
        .likes = c->likes,
        .name = c->name,
        .handle = c->handle,
        .avatar_url = avatar_url(r, c->avatar_key),
        .ago = fmt_ago(r->arena, c->made_ms, r->now_ms),
        .video_id = c->video_public_id,
        .video_title = c->video_title,
        .text = html_about(r->arena, c->text, "", 0),
        .plain = c->text,
        .is_answer = c->parent_id != 0,
    };
}

static const char *notice(struct req *r)
{
    int64_t n = query_i64(r, "n", 0, COMMENTS_PAGE, 0);
    const char *done = query_str(r, "done"), *what = n == 1 ? "comment is" : "comments are";

    return str_eq(done, "rules")  ? "Your choice is saved. It counts for comments from now on."
           : str_eq(done, "show") ? arena_printf(r->arena, "%" PRId64 " %s shown now.", n, what)
           : str_eq(done, "hide") ? arena_printf(r->arena, "%" PRId64 " %s hidden now.", n, what)
                                  : "";
}

enum rc studio_comments_of(struct req *r, struct studio_comments_page *page)
{
    static const char *const states[] = { "shown", "held", "hidden" };
    int64_t before = query_i64(r, "before", 1, INT64_MAX, 0), me = r->viewer.user_id;
    struct comment_list list;

    *page = (struct studio_comments_page){
        .frame = frame_of(r, "Comments", "studio"),
        .state = (enum comment_state)query_choice(r, "state", states, COUNT(states), COMMENT_HELD),
        .next_url = "",
    };
    page->frame.notice = notice(r);
    TRY(talk_of_owner(r->db, r->arena, me, page->state, before, &list));
    TRY(talk_held(r->db, r->arena, me, &page->held));
    TRY(rules_of(r->db, r->arena, me, &page->rules));
    page->list.n = MIN_OF(list.n, COMMENTS_PAGE);
    page->list.items = arena_array(r->arena, struct studio_comment, page->list.n);
    for (size_t i = 0; i < page->list.n; i++)
        page->list.items[i] = row_of(r, &list.items[i]);
    if (list.n > COMMENTS_PAGE)
        page->next_url = arena_printf(r->arena, "/studio/comments?state=%s&before=%" PRId64,
                                      comment_state_word(page->state),
                                      list.items[COMMENTS_PAGE - 1].id);
    return RC_OK;
}
