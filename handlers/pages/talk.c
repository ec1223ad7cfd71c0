#include "pages/talk.h"
#include "base/fmt.h"
#include "base/str.h"
#include "web/req.h"

static enum talk_bar bar_of(struct req *r, const struct video *v, bool closed)
{
    const struct entitled who = entitled_of(&r->viewer);
    bool may_play = entitlement_play(v, &who, r->now_ms, NULL, NULL) == RC_OK;

    return talk_bar_of(v, closed, r->viewer.user_id, may_play);
}

enum rc talk_admit(struct req *r, const struct video *v, bool closed)
{
    switch (bar_of(r, v, closed)) {
    case TALK_OPEN: return RC_OK;
    case TALK_OFF: return RC_NOT_FOUND;
    case TALK_SIGN_IN: return RC_SIGN_IN;
    case TALK_MEMBERS:
        return refuse(&r->why, RC_UNPAID, NULL,
                      "Comments are written by members with a subscription.");
    case TALK_CLOSED:
        return refuse(&r->why, RC_CONFLICT, NULL,
                      "The creator has closed the comments of this video.");
    case TALK_NOT_READY:
        return refuse(&r->why, RC_CONFLICT, NULL,
                      "Nobody can comment while others cannot watch the video.");
    }
    return RC_FAIL;
}

/* What the viewer may do with it. */
static void allow(struct req *r, const struct talk_section *s, const struct comment *c,
                  struct talk_comment *out)
{
    int64_t me = r->viewer.user_id;
    bool mine = c->user_id == me, member = s->bar == TALK_OPEN || s->bar == TALK_CLOSED;

    out->can_like = me && !mine && member;
    out->can_answer = s->bar == TALK_OPEN;
    out->can_edit = comment_may_edit(c, me, r->now_ms);
    out->can_delete = me && mine;
    out->can_pin = s->own && !c->parent_id;
    out->can_hide = s->own && !mine;
    out->can_report = !mine;
    out->can_moderate = r->viewer.role >= ROLE_MODERATOR;
}

static struct talk_comment comment_of(struct req *r, const struct video *v,
                                      const struct talk_section *s, int64_t pinned_id,
                                      const struct comment *c)
{
    const char *path = arena_printf(r->arena, "/watch/%s", v->public_id);
    struct talk_comment out = {
        .id = c->id,
        .thread = c->parent_id ? c->parent_id : c->id,
        .video_id = v->public_id,
        .csrf = s->csrf,
        .name = c->name,
        .handle = c->handle,
        .avatar_url = avatar_url(r, c->avatar_key),
        .ago = fmt_ago(r->arena, c->made_ms, r->now_ms),
        .text = html_about(r->arena, c->text, path, v->length_ms),
        .plain = c->text,
        .made_ms = c->made_ms,
        .likes = c->likes,
        .replies = c->replies,
        .edited = c->edited_ms > 0,
        .pinned = c->id == pinned_id,
        .by_creator = c->user_id == v->user_id,
        .liked = c->liked,
        .is_answer = c->parent_id != 0,
        .at = c->id == query_i64(r, "at", 1, INT64_MAX, 0),
        .answers_url = arena_printf(r->arena, "%s/comments?thread=%" PRId64 "#comment-%" PRId64,
                                    path, c->id, c->id),
        .further_url = "",
    };

    allow(r, s, c, &out);
    return out;
}

static void add(struct req *r, const struct video *v, struct talk_section *s,
                const struct talk *talk, const struct comment *c, struct talk_comments *to)
{
    to->items[to->n++] = comment_of(r, v, s, talk->pinned_id, c);
}

static bool holds(const struct comment_list *list, int64_t id)
{
    for (size_t i = 0; i < list->n; i++)
        if (list->items[i].id == id)
            return true;
    return false;
}

/* The answers after this one; from the beginning, unless the one that was asked for is further down. */
static enum rc answers_at(struct req *r, int64_t id, int64_t after, struct comment_list *out)
{
    int64_t at = query_i64(r, "at", 1, INT64_MAX, 0), me = r->viewer.user_id;

    TRY(talk_answers(r->db, r->arena, id, me, after, out));
    if (after || at <= id || out->n <= COMMENTS_PAGE || holds(out, at))
        return RC_OK;
    return talk_answers(r->db, r->arena, id, me, at - 1, out);
}

/* One comment with the answers to it. */
static enum rc show_thread(struct req *r, const struct video *v, struct talk_section *s,
                           const struct talk *talk, int64_t id)
{
    int64_t after = query_i64(r, "after", 1, INT64_MAX, 0), me = r->viewer.user_id;
    struct comment_list answers;
    struct comment c;

    TRY(talk_one(r->db, r->arena, v->id, id, me, &c));
    TRY(answers_at(r, id, after, &answers));
    s->single = true;
    s->list.items = arena_array(r->arena, struct talk_comment, 1);
    add(r, v, s, talk, &c, &s->list);
    struct talk_comment *top = &s->list.items[0];
    top->open = true;
    top->answers.items = arena_array(r->arena, struct talk_comment, COMMENTS_PAGE);
    for (size_t i = 0; i < MIN_OF(answers.n, COMMENTS_PAGE); i++)
        add(r, v, s, talk, &answers.items[i], &top->answers);
    if (answers.n > COMMENTS_PAGE)
        top->further_url = arena_printf(r->arena,
                                        "/watch/%s/comments?thread=%" PRId64 "&after=%" PRId64,
                                        v->public_id, id, answers.items[COMMENTS_PAGE - 1].id);
    return RC_OK;
}

static const char *url_after(struct req *r, const struct video *v, const struct talk_section *s,
                             const struct comment *last)
{
    if (s->newest)
        return arena_printf(r->arena, "/watch/%s/comments?after=%" PRId64, v->public_id, last->id);
    return arena_printf(r->arena, "/watch/%s/comments?sort=liked&after=%" PRId64 "&likes=%" PRId64,
                        v->public_id, last->id, last->likes);
}

static enum rc show_list(struct req *r, const struct video *v, struct talk_section *s,
                         const struct talk *talk)
{
    const struct comment_place after = { query_i64(r, "after", 1, INT64_MAX, 0),
                                         query_i64(r, "likes", 0, INT32_MAX, 0) };
    struct comment_list list;
    struct comment pinned;

    TRY(talk_list(r->db, r->arena, v->id, talk->pinned_id, r->viewer.user_id,
                  s->newest ? COMMENTS_NEWEST : COMMENTS_LIKED, after, &list));
    s->list.items = arena_array(r->arena, struct talk_comment, COMMENTS_PAGE + 1);
    if (talk->pinned_id && !after.id) {
        enum rc rc = talk_one(r->db, r->arena, v->id, talk->pinned_id, r->viewer.user_id, &pinned);
        if (rc == RC_OK)
            add(r, v, s, talk, &pinned, &s->list);
        else if (rc != RC_NOT_FOUND)
            return rc;
    }
    for (size_t i = 0; i < MIN_OF(list.n, COMMENTS_PAGE); i++)
        add(r, v, s, talk, &list.items[i], &s->list);
    if (list.n > COMMENTS_PAGE)
        s->next_url = url_after(r, v, s, &list.items[COMMENTS_PAGE - 1]);
    return RC_OK;
}

enum rc talk_section_of(struct req *r, const struct video *v, struct talk_section *out)
{
    int64_t thread = query_i64(r, "thread", 1, INT64_MAX, 0);
    struct talk talk;

    *out = (struct talk_section){ .video_id = v->public_id,
                                  .csrf = r->viewer.by_bearer ? "" : session_csrf(r),
                                  .bar = bar_of(r, v, false),
                                  .own = r->viewer.user_id == v->user_id,
                                  .newest = !str_eq(query_str(r, "sort"), "liked"),
                                  .next_url = "",
                                  .form = { .typed = "" } };
    if (out->bar == TALK_OFF)
        return RC_OK;
    TRY(talk_of(r->db, r->arena, v->id, &talk));
    out->shown = true;
    out->count = talk.shown;
    out->closed = talk.closed;
    out->bar = bar_of(r, v, talk.closed);
    return thread ? show_thread(r, v, out, &talk, thread) : show_list(r, v, out, &talk);
}

static const char *notice(const struct req *r)
{
    const char *done = query_str(r, "done");

    return str_eq(done, "held")
               ? "Thank you. The creator looks at your comment before others see it."
           : str_eq(done, "deleted") ? "The comment has been deleted."
           : str_eq(done, "hidden") ? "The comment is hidden. It is in your studio, under Comments."
           : str_eq(done, "pinned") ? "The comment is pinned to the top."
           : str_eq(done, "unpinned") ? "The comment is no longer pinned."
           : str_eq(done, "closed")   ? "The comments are closed."
           : str_eq(done, "open")     ? "The comments are open."
           : str_eq(done, "blocked")  ? "The comment is hidden until it is decided."
           : str_eq(done, "removed")  ? "The comment has been removed."
                                      : "";
}

enum rc comments_page_of(struct req *r, const struct video *v, struct comments_page *page)
{
    *page = (struct comments_page){
        .frame = frame_of(r, arena_printf(r->arena, "Comments on %s", v->title), "watch"),
        .title = v->title,
    };
    page->frame.noindex = true;
    page->frame.og_type = "";
    page->frame.notice = notice(r);
    TRY(talk_section_of(r, v, &page->talk));
    return page->talk.shown ? RC_OK : RC_NOT_FOUND;
}
