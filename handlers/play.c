/*
 * play: what the player asks. JSON only.
 *
 *   POST /api/play   {"video": id}          where the media are, and a token for the beats
 *   POST /api/beat   {"t": token, "q": sequence, "r": [[from_ms, to_ms], …], "s": why}
 *
 * Who    signed in; to play: members whose time is paid, uploaders their own videos, moderators
 * Views  views/play.json of struct play_page, views/beat.json of struct beat_page
 * Beats need no CSRF token: the playback token is one, and a beat changes nothing else.
 */
#include "app/stream.h"
#include "app/video.h"
#include "app/watch.h"
#include "base/str.h"
#include "views/frame.h"
#include "web/req.h"

static enum rc start(struct req *r)
{
    const struct viewer *me = &r->viewer;
    struct video v;

    TRY(video_get_for(r->db, r->arena, form_str(r, "video"), me->user_id,
                      me->role >= ROLE_MODERATOR, &v));
    if (!str_eq(v.state, "ready"))
        return refuse(&r->why, RC_CONFLICT, "video", "This video is not ready to be played.");
    bool free = v.user_id == me->user_id || me->role >= ROLE_MODERATOR;
    if (!free && !viewer_may_play(me, r->now_ms))
        return RC_UNPAID;
    int64_t until_ms = free ? INT64_MAX : me->play_until_ms;
    struct play_page page = {
        .media_url = stream_playlist(r->arena, v.public_id, r->now_ms),
        .storyboard_url = stream_storyboard(r->arena, v.public_id, r->now_ms),
        .token = watch_start(r->arena, me->user_id, v.id, v.user_id, v.length_ms, until_ms,
                             r->now_ms),
        .beat_s = BEAT_SECONDS,
        .expires_ms = stream_expires_ms(r->now_ms),
    };
    TRY(watch_position(r->db, r->arena, me->user_id, v.id, &page.resume_ms));
    json_play(reply_json(r), &page);
    return RC_OK;
}

static enum rc read_ranges(struct req *r, struct beat *beat)
{
    for (beat->n = 0; beat->n < BEAT_RANGES_MAX; beat->n++) {
        const char *from = arena_printf(r->arena, "r.%zu.0", beat->n);
        const char *to = arena_printf(r->arena, "r.%zu.1", beat->n);
        struct play_range *range = &beat->ranges[beat->n];
        if (!form_has(r, from))
            return RC_OK;
        TRY(form_i64(r, from, 0, INT32_MAX, &range->from_ms));
        TRY(form_i64(r, to, 0, INT32_MAX, &range->to_ms));
    }
    return RC_OK;
}

static enum rc beat(struct req *r)
{
    static const char *const reasons[] = { "play", "seek", "pause", "end", "hide" };
    struct beat b = { .token = form_str(r, "t") };
    struct beat_page page;
    size_t reason;

    TRY(form_i64(r, "q", 0, INT32_MAX, &b.seq));
    TRY(form_choice(r, "s", reasons, COUNT(reasons), &reason));
    TRY(read_ranges(r, &b));
    b.last = reason > 0;
    TRY(watch_beat(r->db, r->arena, &b, r->viewer.user_id, r->now_ms, &page.token));
    json_beat(reply_json(r), &page);
    return RC_OK;
}

static enum rc ask(struct req *r) { return str_eq(req_segment(r, 1), "play") ? start(r) : beat(r); }

int main(void)
{
    static const struct endpoint play = {
        .name = "play",
        .who = SIGNED_IN,
        .db = DB_ORDINARY,
        .body_max_bytes = 2048,
        .csrf_exempt = true,
        .on = { [POST] = ask },
    };
    return serve(&play, error_view);
}
