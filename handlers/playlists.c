/*
 * playlists: one's own playlists, and keeping a video in them.
 *
 *   GET  /playlists   all of them; "Watch later" first
 *   POST /playlists   do=create: title, description, visibility (private unless said); with `video` that
 *                     is the first in it. JSON: the list
 *                     do=later&video={id}&later=on|off: in or out of "Watch later". JSON: which of them
 *                     do=save&video={id}: into each of the fields `list`, and out of those of `had` that
 *                     are not among them; with a `title` into a new one, too
 *                     303 to the list, or back to the video; `in` is the list that is played there
 *
 * Who    signed in; everybody has their own
 * Views  views/playlists.html and .json of struct playlists_page; views/saved.json of struct
 *        saved_page; views/later.json of struct later_page
 */
#include "base/str.h"
#include "pages/watch_playlists.h"
#include "pages/playlist.h"
#include "web/req.h"

static const struct playlist_text blank = { "", "", "private" };

static enum rc show(struct req *r)
{
    struct playlists_page page;

    TRY(playlists_page_of(r, &blank, &page));
    return RENDER(r, playlists, &page);
}

static enum rc back_to_video(struct req *r)
{
    const char *video = form_str(r, "video"), *list = form_str(r, "in");

    if (!str_only(video, STR_BASE64URL))
        return RC_NOT_FOUND;
    if (str_only(list, STR_BASE64URL))
        return reply_see_other(r, "/watch/%s?list=%s&done=saved", video, list);
    return reply_see_other(r, "/watch/%s?done=saved", video);
}

static enum rc make(struct req *r, struct playlist_text *text, const char **id)
{
    TRY(playlist_text_check(r->arena, text, &r->why));
    TRY(playlist_create(r->db, r->arena, r->viewer.user_id, text, r->now_ms, id, &r->why));
    return form_has(r, "video") ? save_menu_put(r, *id, true) : RC_OK;
}

static enum rc create(struct req *r)
{
    struct playlist_text text = blank;
    struct playlists_page page;
    const char *id;

    typed_playlist_of(r, &text);
    enum rc rc = make(r, &text, &id);
    if (rc == RC_OK && req_wants_json(r)) {
        const char *url = arena_printf(r->arena, "/playlist/%s", id);
        struct saved_page saved = {
            id, text.title, text.visibility, form_str(r, "video"), form_has(r, "video"), -1, url
        };
        json_saved(reply_json(r), &saved);
        return RC_OK;
    }
    if (rc == RC_OK)
        return reply_see_other(r, "/playlist/%s?done=created", id);
    if (!reply_can_explain(r, rc))
        return rc;
    TRY(playlists_page_of(r, &text, &page));
    return RENDER_AGAIN(r, rc, playlists, &page);
}

static enum rc later(struct req *r)
{
    static const char *const choices[] = { "off", "on" };
    struct playlist p;
    size_t on;

    TRY(form_choice(r, "later", choices, COUNT(choices), &on));
    TRY(playlist_later(r->db, r->arena, r->viewer.user_id, r->now_ms, &p));
    TRY(save_menu_put(r, p.public_id, on));
    if (!req_wants_json(r))
        return back_to_video(r);
    json_later(reply_json(r), &(struct later_page){ choices[on] });
    return RC_OK;
}

static enum rc save(struct req *r)
{
    struct playlist_text text = blank;
    const char *id;

    TRY(save_menu_take(r));
    typed_playlist_of(r, &text);
    if (str_clean(r->arena, text.title, false)[0])
        TRY(make(r, &text, &id));
    return back_to_video(r);
}

static enum rc change(struct req *r)
{
    static const char *const names[] = { "create", "later", "save" };
    static enum rc (*const acts[])(struct req *) = { create, later, save };
    size_t act;

    TRY(form_choice(r, "do", names, COUNT(names), &act));
    return acts[act](r);
}

int main(void)
{
    static const struct endpoint playlists = {
        .name = "playlists",
        .who = SIGNED_IN,
        .db = DB_ORDINARY,
        .body_max_bytes = PLAYLIST_FIELDS_MAX_BYTES,
        .on = { [GET] = show, [POST] = change },
    };
    return serve(&playlists, error_view);
}
