/*
 * beat: a player reports what it played. No database and no cache: the token and the clock decide.
 *
 *   POST /api/beat   {"t": token, "q": sequence, "r": [[from_ms, to_ms], …], "s": why, "h": hidden,
 *                    "a": attended}
 *                    200: the token for the next beat
 *                    401: call POST /api/play again, with this token; 402: the paid time has ended;
 *                    429: too soon or too often; 503: could not be stored. The player then keeps the ranges for
 *                    its next beat
 *
 * Who    the member whom the access token names; the playback token has to be theirs, too
 * Views  views/beat.json of struct beat_page
 * Ended  what was revoked since the last check (publish/revoke.h) brings nothing: 401, and /api/play decides
 * Beats need no CSRF token: the playback token serves as one, and a beat changes nothing else.
 */
#include "app/publish/revoke.h"
#include "app/watching/playback.h"
#include "io/pace.h"
#include "pages/frame.h"
#include "views/models/beat.h"
#include "web/req.h"

static enum rc read_ranges(struct req *r, struct beat *beat)
{
    for (; beat->n < BEAT_RANGES_MAX; beat->n++) {
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

static enum rc read_beat(struct req *r, struct beat *beat)
{
    static const char *const reasons[] = { "play", "seek", "pause", "hide", "end" };
    int64_t hidden = 0, attended = 0;
    size_t reason;

    TRY(form_i64(r, "q", 0, INT32_MAX, &beat->seq));
    TRY(form_choice(r, "s", reasons, COUNT(reasons), &reason));
    if (form_has(r, "h"))
        TRY(form_i64(r, "h", 0, 1, &hidden));
    if (form_has(r, "a"))
        TRY(form_i64(r, "a", 0, 1, &attended));
    beat->ended = reason == COUNT(reasons) - 1;
    beat->hidden = hidden;
    beat->attended = attended;
    return read_ranges(r, beat);
}

/* A token can be used again until it expires, and each time it would add a row: a playback and a
 * member may report so often. */
static enum rc check_pace(struct req *r, const struct playback *p)
{
    TRY(pace_count(r->arena, p->session, PLAYBACK_BEATS_PER_MINUTE, r->now_ms));
    return pace_count(r->arena, arena_printf(r->arena, "member %" PRId64, p->user_id),
                      MEMBER_BEATS_PER_MINUTE, r->now_ms);
}

static enum rc beat(struct req *r)
{
    struct beat b = { .n = 0 };
    struct playback p;
    struct played record;

    TRY(read_beat(r, &b));
    TRY(playback_read(r->arena, form_str(r, "t"), &p));
    if (revoke_since(p.video_id, r->viewer.session_id, playback_checked_ms(&p)))
        return RC_SIGN_IN;
    TRY(playback_beat(&p, &b, r->viewer.user_id, r->now_ms, &record));
    if (record.media_ms)
        TRY(check_pace(r, &p));
    if (record.media_ms && spool_add(&record, r->now_ms) != RC_OK)
        return RC_BUSY; /* logged; the token that was sent is still the latest */
    struct beat_page page = { playback_write(r->arena, &p) };
    json_beat(reply_json(r), &page);
    return RC_OK;
}

int main(void)
{
    static const struct endpoint endpoint = {
        .name = "beat",
        .who = SIGNED_IN,
        .by_token = true,
        .api = true,
        .body_max_bytes = 1024,
        .csrf_exempt = true,
        .on = { [POST] = beat },
    };
    return serve(&endpoint, error_view);
}
