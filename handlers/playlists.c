/*
 * playlists: the viewer's own playlists, and saving a video in them.
 *
 *   GET  /playlists   all of them; "Watch later" first
 *   POST /playlists   do=create: title, description, visibility (default: private); `video`, if
 *                     sent, becomes its first video. JSON: the list
 *                     do=later&video={id}&later=on|off: in or out of "Watch later". JSON: on or off
 *                     do=save&video={id}: into each list of the fields `list`, and out of each list
 *                     of `had` that is not among them; with a `title` also into a new list
 *                     303 to the list, or back to the video; `in` is the list that is being played
 *
 * Who    signed in; members see and change only their own
 * Views  views/playlists.html and .json of struct playlists_page; views/saved.json of struct
 *        saved_page; views/later.json of struct later_page
 */
#include "base/str.h"
#include "pages/playlist.h"
#include "views/models/later.h"
#include "views/models/saved.h"
#include "web/req.h"

enum { ID_CHARS = 11 }; /* of a public id */

static const struct playlist_text blank = { "", "", VISIBILITY_PRIVATE };

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

/* Put the video of the field `video` into one of the viewer's own playlists, or take it out. */
static enum rc put(struct req *r, const char *list, bool in)
{
    const char *video = form_str(r, "video");
    struct playlist p;

    TRY(playlist_get_own(r->db, r->arena, list, r->viewer.user_id, &p));
    return in ? playlist_add(r->db, r->arena, &p, video, r->now_ms, &r->why)
              : playlist_remove(r->db, r->arena, &p, video, r->now_ms);
}

static enum rc make(struct req *r, struct playlist_text *text, const char **id)
{
    TRY(playlist_text_check(r->arena, text, &r->why));
    TRY(playlist_create(r->db, r->arena, r->viewer.user_id, text, r->now_ms, id, &r->why));
    return form_has(r, "video") ? put(r, *id, true) : RC_OK;
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
    TRY(put(r, p.public_id, on));
    if (!req_wants_json(r))
        return back_to_video(r);
    json_later(reply_json(r), &(struct later_page){ choices[on] });
    return RC_OK;
}

static bool is_ticked(const struct req *r, const char *id)
{
    for (size_t i = 0; i < r->form.n; i++)
        if (str_eq(r->form.items[i].name, "list") && str_eq(r->form.items[i].value, id))
            return true;
    return false;
}

/* The form of views/save_menu.html: the video goes into each playlist of a field `list`, and out of
 * each of `had` that is not among them. Other playlists stay as they are: they may have been made
 * while the page was open. */
static enum rc take_menu(struct req *r)
{
    const char *had = form_str(r, "had");

    for (size_t i = 0; i < r->form.n; i++) {
        const struct field *f = &r->form.items[i];
        if (str_eq(f->name, "list") && strstr(had, f->value) == NULL)
            TRY(put(r, f->value, true));
    }
    for (size_t at = 0; at + ID_CHARS <= strlen(had); at += ID_CHARS + 1) {
        const char *id = arena_strn(r->arena, had + at, ID_CHARS);
        if (!is_ticked(r, id))
            TRY(put(r, id, false));
    }
    return RC_OK;
}

static enum rc save(struct req *r)
{
    struct playlist_text text = blank;
    const char *id;

    TRY(take_menu(r));
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
