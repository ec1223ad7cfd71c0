/*
 * comments: the comments of one video.
 *
 *   GET  /watch/{id}/comments[?sort=liked][&after=&likes=]   a page of them, as below the player
 *   GET  /watch/{id}/comments?thread=COMMENT[&after=]        one, with the answers to it
 *   POST /watch/{id}/comments
 *          do=write&text=[&parent=COMMENT]    303 to the new one; JSON: its id and state
 *          do=edit&comment=&text=             by its author, for some minutes
 *          do=delete&comment=                 by its author
 *          do=like&comment=&like=on|off       JSON: how many do
 *          do=close, do=open                  by the owner of the video
 *
 * Who    reading: anyone who may see the video; writing and liking: thread.h, talk_bar_of
 * Views  views/comments.html and views/comments.json, both of struct comments_page
 */
#include "app/talk/write.h"
#include "base/str.h"
#include "pages/talk.h"
#include "web/req.h"

static enum rc visible_video(struct req *r, struct video *v)
{
    const char *id;

    TRY(req_public_id(r, 1, &id));
    return video_get_for(r->db, r->arena, id, r->viewer.user_id, r->viewer.role >= ROLE_MODERATOR,
                         v);
}

static enum rc show(struct req *r)
{
    struct comments_page page;
    struct video v;

    TRY(visible_video(r, &v));
    TRY(comments_page_of(r, &v, &page));
    return RENDER(r, comments, &page);
}

/* The form again, with what was typed, above the newest comments. */
static enum rc refused(struct req *r, const struct video *v, enum rc rc,
                       const struct talk_form *form)
{
    const struct problem why = r->why;
    struct comments_page page;

    if (!reply_can_explain(r, rc))
        return rc;
    TRY(comments_page_of(r, v, &page));
    page.talk.form = *form;
    page.talk.form.why = why;
    return RENDER_AGAIN(r, rc, comments, &page);
}

/* `is_new`: it was not there before, and is listed first. */
static enum rc done(struct req *r, const struct video *v, int64_t id, int64_t thread,
                    enum comment_state state, bool is_new)
{
    if (req_wants_json(r)) {
        const struct comment_written_page page = { id, comment_state_word(state) };
        json_comment_written(reply_json(r), &page);
        return RC_OK;
    }
    const char *held = state == COMMENT_SHOWN ? "" : "&done=held";
    if (is_new && thread == id)
        return reply_see_other(r, "/watch/%s/comments?at=%" PRId64 "%s#comments", v->public_id, id,
                               held);
    return reply_see_other(
        r, "/watch/%s/comments?thread=%" PRId64 "&at=%" PRId64 "%s#comment-%" PRId64, v->public_id,
        thread, id, held, state == COMMENT_SHOWN ? id : thread);
}

static enum rc write_one(struct req *r, const struct video *v)
{
    struct comment_new typed = { v, r->viewer.user_id, r->viewer.name, 0, form_str(r, "text") };
    struct comment_written written;

    TRY(talk_admit(r, v, false));
    if (form_has(r, "parent"))
        TRY(form_i64(r, "parent", 1, INT64_MAX, &typed.parent_id));
    enum rc rc = comment_write(r->db, r->arena, &typed, r->now_ms, &written, &r->why);
    if (rc != RC_OK)
        return refused(r, v, rc, &(struct talk_form){ typed.parent_id, 0, typed.text, { 0 } });
    return done(r, v, written.id, written.thread, written.state, true);
}

/* The comment of this video that the form names. */
static enum rc named(struct req *r, const struct video *v, struct comment *c)
{
    int64_t id;

    TRY(form_i64(r, "comment", 1, INT64_MAX, &id));
    TRY(comment_get(r->db, r->arena, id, c));
    return c->video_id == v->id ? RC_OK : RC_NOT_FOUND;
}

static enum rc edit(struct req *r, const struct video *v)
{
    enum comment_state state;
    struct comment c;

    TRY(named(r, v, &c));
    enum rc rc = comment_edit(r->db, r->arena, &c, r->viewer.user_id, form_str(r, "text"),
                              r->now_ms, &state, &r->why);
    if (rc != RC_OK)
        return refused(r, v, rc, &(struct talk_form){ 0, c.id, form_str(r, "text"), { 0 } });
    return done(r, v, c.id, c.parent_id ? c.parent_id : c.id, state, false);
}

static enum rc delete_one(struct req *r, const struct video *v)
{
    struct comment c;

    TRY(named(r, v, &c));
    if (c.user_id != r->viewer.user_id)
        return RC_DENIED;
    TRY(comment_delete(r->db, r->arena, c.id));
    if (c.parent_id)
        return reply_see_other(r, "/watch/%s/comments?thread=%" PRId64 "&done=deleted#comments",
                               v->public_id, c.parent_id);
    return reply_see_other(r, "/watch/%s/comments?done=deleted#comments", v->public_id);
}

static enum rc like(struct req *r, const struct video *v)
{
    static const char *const names[] = { "off", "on" };
    struct comment c;
    int64_t likes;
    size_t on;

    TRY(talk_admit(r, v, false));
    TRY(named(r, v, &c));
    TRY(form_choice(r, "like", names, COUNT(names), &on));
    TRY(comment_like(r->db, r->arena, &c, r->viewer.user_id, on, &likes));
    if (!req_wants_json(r))
        return reply_see_other(r, "%s", comment_path(r->arena, &c));
    const struct comment_like_page page = { likes, names[on] };
    json_comment_like(reply_json(r), &page);
    return RC_OK;
}

static enum rc close_all(struct req *r, const struct video *v, bool closed)
{
    if (v->user_id != r->viewer.user_id)
        return RC_DENIED;
    TRY(talk_close(r->db, v->id, closed));
    return reply_see_other(r, "/watch/%s/comments?done=%s#comments", v->public_id,
                           closed ? "closed" : "open");
}

static enum rc change(struct req *r)
{
    enum { WRITE, EDIT, DELETE_ONE, LIKE, CLOSE, OPEN };
    static const char *const acts[] = { "write", "edit", "delete", "like", "close", "open" };
    struct video v;
    size_t act;

    TRY(visible_video(r, &v));
    if (!r->viewer.user_id)
        return r->viewer.restricted ? RC_DENIED : RC_SIGN_IN;
    TRY(form_choice(r, "do", acts, COUNT(acts), &act));
    switch (act) {
    case WRITE: return write_one(r, &v);
    case EDIT: return edit(r, &v);
    case DELETE_ONE: return delete_one(r, &v);
    case LIKE: return like(r, &v);
    default: return close_all(r, &v, act == CLOSE);
    }
}

int main(void)
{
    static const struct endpoint comments = {
        .name = "comments",
        .who = ANYONE,
        .db = DB_ORDINARY,
        .body_max_bytes = 32768,
        .on = { [GET] = show, [POST] = change },
    };
    return serve(&comments, error_view);
}
