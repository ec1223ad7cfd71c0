/*
 * playlist: one playlist.
 *
 *   GET  /playlist/{id}        its videos, &page=N (from 1)
 *   GET  /playlist/{id}/edit   title, description, who may see it; and deleting it
 *   POST /playlist/{id}        do=edit: title, description, visibility; those that are not sent stay
 *                              do=delete
 *                              do=add|remove|up|down|first|last&video={id}. JSON: its new place
 *                              303 to the page that holds the video, or to the list
 *
 * Who    private: its owner; unlisted: anyone with the address; public: anyone. Changes: only its
 *        owner; for others there is nothing to change
 * Views  views/playlist.html and .json, views/playlist_edit.html and .json of struct playlist_page;
 *        views/saved.json of struct saved_page
 */
#include "base/str.h"
#include "pages/playlist.h"
#include "views/models/saved.h"
#include "web/req.h"

static enum rc own_list(struct req *r, struct playlist *p)
{
    const char *id;

    TRY(req_public_id(r, 1, &id));
    if (r->viewer.user_id == 0)
        return RC_SIGN_IN;
    return playlist_get_own(r->db, r->arena, id, r->viewer.user_id, p);
}

static enum rc show(struct req *r)
{
    bool edit = str_eq(req_segment(r, 2), "edit");
    struct playlist_page page;
    struct playlist p;
    const char *id;

    TRY(req_public_id(r, 1, &id));
    TRY(playlist_get_for(r->db, r->arena, id, r->viewer.user_id, &p));
    if (edit && (p.user_id != r->viewer.user_id || p.kind == PLAYLIST_LATER))
        return RC_NOT_FOUND;
    TRY(playlist_page_of(r, &p, NULL, !edit, &page));
    if (edit)
        return RENDER(r, playlist_edit, &page);
    if (p.visibility != VISIBILITY_PUBLIC)
        reply_header(r, "X-Robots-Tag", "noindex");
    return RENDER(r, playlist, &page);
}

static enum rc edit(struct req *r, struct playlist *p)
{
    struct playlist_text text = { p->title, p->description, p->visibility };
    struct playlist_page page;

    typed_playlist_of(r, &text);
    enum rc rc = playlist_text_check(r->arena, &text, &r->why);
    if (rc == RC_OK)
        rc = playlist_edit(r->db, p, &text, r->now_ms);
    if (rc == RC_OK)
        return reply_see_other(r, "/playlist/%s?done=saved", p->public_id);
    if (!reply_can_explain(r, rc))
        return rc;
    TRY(playlist_page_of(r, p, &text, false, &page));
    return RENDER_AGAIN(r, rc, playlist_edit, &page);
}

static enum rc change_videos(struct req *r, const struct playlist *p, size_t act)
{
    enum { ADD = MOVE_LAST + 1, REMOVE };
    const char *video = form_str(r, "video");
    const char *url = arena_printf(r->arena, "/playlist/%s", p->public_id);
    int64_t index = -1;

    if (act == ADD)
        TRY(playlist_add(r->db, r->arena, p, video, r->now_ms, &r->why));
    else if (act == REMOVE)
        TRY(playlist_remove(r->db, r->arena, p, video, r->now_ms));
    else
        TRY(playlist_move(r->db, r->arena, p, video, (enum playlist_move)act, r->now_ms, &index));
    if (index >= 0)
        url = entry_url(r, p, video, index);
    if (!req_wants_json(r))
        return reply_see_other(r, "%s", url);
    struct saved_page saved = { p->public_id, p->title, p->visibility, video, act != REMOVE,
                                index,        url };
    json_saved(reply_json(r), &saved);
    return RC_OK;
}

static enum rc change(struct req *r)
{
    static const char *const acts[] = { "up",  "down",   "first", "last",
                                        "add", "remove", "edit",  "delete" };
    enum { EDIT = 6, DELETE_LIST };
    struct playlist p;
    size_t act;

    if (req_segment(r, 2)[0])
        return RC_METHOD;
    TRY(own_list(r, &p));
    TRY(form_choice(r, "do", acts, COUNT(acts), &act));
    if (act == EDIT)
        return edit(r, &p);
    if (act < EDIT)
        return change_videos(r, &p, act);
    TRY(playlist_delete(r->db, &p));
    return reply_see_other(r, "/playlists?done=deleted");
}

int main(void)
{
    static const struct endpoint playlist = {
        .name = "playlist",
        .who = ANYONE,
        .db = DB_ORDINARY,
        .body_max_bytes = PLAYLIST_FIELDS_MAX_BYTES,
        .on = { [GET] = show, [POST] = change },
    };
    return serve(&playlist, error_view);
}
