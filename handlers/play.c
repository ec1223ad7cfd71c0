/*
 * play: a player asks to play a video. JSON only.
 *
 *   POST /api/play   {"video": id, "t": token, "i": idle_ms}   where the media are, and a token for the beats
 *                    (handlers/beat.c). "t", if present, is the latest token for the same video:
 *                    the playback, and with it the sequence of its beats, then continues. "i": how
 *                    long ago somebody gave a sign of life, where a video begins by itself.
 *
 * Who    signed in: members with paid time any video, uploaders their own, moderators any
 * Views  views/play.json of struct play_page
 * Limits conf plays_per_minute for each member
 * Noted  that the media were handed out (watching/opened.h), except to those who need not pay
 * Needs no CSRF token: it changes nothing except what the viewer's own plays count.
 */
#include "app/watching/entitlement.h"
#include "app/watching/opened.h"
#include "app/watching/playback.h"
#include "app/watching/rest.h"
#include "app/publish/stream.h"
#include "app/site/throttle.h"
#include "app/watching/watch.h"
#include "base/clock.h"
#include "base/conf.h"
#include "base/log.h"
#include "pages/frame.h"
#include "views/models/play.h"
#include "web/req.h"

static enum rc limit(struct req *r)
{
    const struct limit plays = { "play", MINUTE_MS, conf()->plays_per_minute };
    const char *key = arena_printf(r->arena, "%" PRId64, r->viewer.user_id);

    return throttle_count(r->db, r->arena, &plays, key, r->now_ms, &r->why);
}

/* The video, if the viewer may play it now; *until_ms: until when. */
static enum rc playable(struct req *r, struct video *v, int64_t *until_ms)
{
    const struct viewer *me = &r->viewer;

    TRY(video_get_for(r->db, r->arena, form_str(r, "video"), me->user_id,
                      me->role >= ROLE_MODERATOR, v));
    const struct entitled who = entitled_of(me);
    return entitlement_play(v, &who, r->now_ms, until_ms, &r->why);
}

static enum rc play(struct req *r)
{
    struct playback p = { .user_id = r->viewer.user_id };
    int64_t idle_ms = 0, rest_minutes;
    struct video v;

    TRY(limit(r));
    TRY(playable(r, &v, &p.paid_until_ms));
    log_about("video:%s", v.public_id);
    p.video_id = v.id;
    p.creator_id = v.user_id;
    p.length_ms = v.length_ms;
    if (p.paid_until_ms < INT64_MAX) /* not their own, and not a moderator's */
        TRY(opened_note(r->db, r->arena, &p, r->now_ms));
    if (form_has(r, "i"))
        TRY(form_i64(r, "i", 0, DAY_MS, &idle_ms));
    p.awake_ms = r->now_ms - idle_ms;
    playback_start(r->arena, &p, r->now_ms);
    playback_continue(r->arena, &p, form_str(r, "t"), r->now_ms);
    struct play_page page = {
        .media_url = stream_playlist(r->arena, v.public_id, r->viewer.session_id, r->now_ms),
        .storyboard_url = stream_storyboard(r->arena, v.public_id, r->viewer.session_id, r->now_ms),
        .token = playback_write(r->arena, &p),
        .seq = p.seq,
        .beat_s = BEAT_SECONDS,
        .ask_s = conf()->still_watching_minutes * 60,
        .expires_ms = stream_expires_ms(r->now_ms),
    };
    TRY(watch_position(r->db, r->arena, r->viewer.user_id, v.id, &page.resume_ms));
    TRY(rest_of(r->db, r->arena, r->viewer.user_id, &rest_minutes));
    page.break_s = rest_minutes * 60;
    json_play(reply_json(r), &page);
    return RC_OK;
}

int main(void)
{
    static const struct endpoint endpoint = {
        .name = "play",
        .who = SIGNED_IN,
        .db = DB_ORDINARY,
        .api = true,
        .body_max_bytes = 1024,
        .csrf_exempt = true,
        .on = { [POST] = play },
    };
    return serve(&endpoint, error_view);
}
