#include "app/watching/playback.h"
#include "app/money/credit.h"
#include "base/clock.h"
#include "base/conf.h"
#include "base/str.h"
#include "io/secret.h"

enum { SESSION_BYTES = 9, MAC_HEX_BYTES = 64 };
#define VERSION "2."

static_assert(SESSION_BYTES * 4 / 3 <= SPOOL_SESSION_MAX_BYTES, "base64url");

void playback_start(struct arena *a, struct playback *p, int64_t now_ms)
{
    p->session = random_id(a, SESSION_BYTES);
    p->start_ms = p->last_ms = now_ms;
    p->seq = 0;
    p->awake_ms = p->awake_ms ? MIN_OF(p->awake_ms, now_ms) : now_ms;
    p->expires_ms = now_ms + PLAYBACK_HOURS * HOUR_MS;
    p->recheck_ms = MIN_OF(now_ms + PLAYBACK_RECHECK_MINUTES * MINUTE_MS, p->paid_until_ms);
}

/* Where the paid time ends sooner, it says too early a time: at worst the token is checked again. */
int64_t playback_checked_ms(const struct playback *p)
{
    return MAX_OF(p->recheck_ms - PLAYBACK_RECHECK_MINUTES * MINUTE_MS, p->start_ms);
}

void playback_continue(struct arena *a, struct playback *p, const char *token, int64_t now_ms)
{
    struct playback old;

    if (playback_read(a, token, &old) != RC_OK || old.user_id != p->user_id ||
        old.video_id != p->video_id || now_ms < old.last_ms ||
        now_ms - old.last_ms > BEAT_CREDIT_MAX_MS || now_ms >= old.expires_ms)
        return;
    p->session = old.session;
    p->start_ms = old.start_ms;
    p->last_ms = old.last_ms;
    p->seq = old.seq;
    p->expires_ms = old.expires_ms;
    p->awake_ms = old.awake_ms;
}

char *playback_write(struct arena *a, const struct playback *p)
{
    const char *text = arena_printf(
        a,
        VERSION "%" PRId64 ".%" PRId64 ".%" PRId64 ".%" PRId64 ".%" PRId64 ".%" PRId64 ".%" PRId64
                ".%" PRId64 ".%" PRId64 ".%" PRId64 ".%" PRId64 ".%s",
        p->user_id, p->video_id, p->creator_id, p->length_ms, p->start_ms, p->last_ms, p->seq,
        p->expires_ms, p->recheck_ms, p->paid_until_ms, p->awake_ms, p->session);
    return arena_printf(a, "%s.%s", text, hmac_hex(a, "play", text));
}

enum rc playback_read(struct arena *a, const char *token, struct playback *out)
{
    size_t n = strnlen(token, PLAYBACK_TOKEN_MAX_BYTES + 1);
    struct playback p;
    int64_t *const numbers[] = { &p.user_id,    &p.video_id,      &p.creator_id, &p.length_ms,
                                 &p.start_ms,   &p.last_ms,       &p.seq,        &p.expires_ms,
                                 &p.recheck_ms, &p.paid_until_ms, &p.awake_ms };

    if (n > PLAYBACK_TOKEN_MAX_BYTES || n <= MAC_HEX_BYTES || token[n - MAC_HEX_BYTES - 1] != '.')
        return RC_SIGN_IN;
    const char *text = arena_strn(a, token, n - MAC_HEX_BYTES - 1);
    if (!str_starts(text, VERSION) ||
        !hmac_ok(a, "play", "play.old", text, token + n - MAC_HEX_BYTES))
        return RC_SIGN_IN;
    const char *at = text + strlen(VERSION);
    for (size_t i = 0; i < COUNT(numbers); i++) {
        size_t digits = strcspn(at, ".");
        if (at[digits] != '.' || str_to_i64(at, digits, 0, INT64_MAX, numbers[i]) != RC_OK)
            return RC_SIGN_IN;
        at += digits + 1;
    }
    p.session = at;
    *out = p;
    return RC_OK;
}

/* Set media time, the longest range and the last position, all limited to the video. */
static void add_ranges(const struct beat *beat, struct played *record)
{
    for (size_t i = 0; i < beat->n; i++) {
        int64_t from = MIN_OF(MAX_OF(beat->ranges[i].from_ms, 0), record->length_ms);
        int64_t to = MAX_OF(MIN_OF(beat->ranges[i].to_ms, record->length_ms), from);
        record->media_ms += to - from;
        record->position_ms = to;
        if (to - from > record->to_ms - record->from_ms) {
            record->from_ms = from;
            record->to_ms = to;
        }
    }
}

static enum rc check(const struct playback *p, const struct beat *beat, int64_t user_id,
                     int64_t now_ms)
{
    if (p->user_id != user_id || p->seq != beat->seq || now_ms >= p->expires_ms)
        return RC_SIGN_IN;
    if (now_ms >= p->paid_until_ms)
        return RC_UNPAID;
    if (now_ms >= p->recheck_ms)
        return RC_SIGN_IN;
    return now_ms - p->last_ms < BEAT_MIN_MS && !beat->ended ? RC_LIMITED : RC_OK;
}

/* Has nobody given a sign of life for so long that what plays is not watched? */
static bool is_unattended(struct playback *p, const struct beat *beat, int64_t now_ms)
{
    if (beat->attended)
        p->awake_ms = MAX_OF(now_ms, p->awake_ms);
    return now_ms - p->awake_ms > conf()->still_watching_minutes * MINUTE_MS;
}

enum rc playback_beat(struct playback *p, const struct beat *beat, int64_t user_id, int64_t now_ms,
                      struct played *record)
{
    TRY(check(p, beat, user_id, now_ms));
    int64_t elapsed_ms = MAX_OF(now_ms - p->last_ms, 0);
    int64_t counted_ms = MIN_OF(elapsed_ms, (int64_t)BEAT_CREDIT_MAX_MS);

    *record = (struct played){
        .user_id = p->user_id,
        .video_id = p->video_id,
        .creator_id = p->creator_id,
        .length_ms = p->length_ms,
        .t0_ms = now_ms,
        .t1_ms = now_ms,
        .flags = beat->hidden ? SEGMENT_HIDDEN : 0,
    };
    memcpy(record->session, p->session, strnlen(p->session, SPOOL_SESSION_MAX_BYTES));
    if (!is_unattended(p, beat, now_ms))
        add_ranges(beat, record);
    record->to_ms = MIN_OF(record->to_ms, record->from_ms + BEAT_RATE_MAX * counted_ms);
    record->media_ms = MIN_OF(record->media_ms, BEAT_RATE_MAX * elapsed_ms);
    record->t0_ms -= MIN_OF(counted_ms, record->media_ms);
    p->last_ms = MAX_OF(now_ms, p->last_ms);
    p->seq++;
    return RC_OK;
}
