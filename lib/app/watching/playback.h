/*
 * playback: what a player is allowed to play, as a signed token, and what its reports (beats) are
 * worth. Pure functions of token, beat and clock: no database, no cache, no file but the key.
 *
 *   token   1.USER.VIDEO.CREATOR.LENGTH.START.LAST.SEQ.EXPIRES.RECHECK.PAID.SESSION.MAC
 *
 * The numbers are decimal, times in UTC milliseconds, the MAC is HMAC-SHA256 in hex over all before
 * its dot, under key `play` or, while keys change, `play.old`. Each accepted beat is answered with the
 * token for the next one (a chain): LAST and SEQ move on, the rest stays. Sending an old token again,
 * or going on from one twice, claims the same time again, which credit.h counts once.
 *
 * Worth      credit = min(time since LAST, media played, BEAT_CREDIT_MAX_MS). At double speed the
 *            time counts, at half speed the media; pause, seek and stall play little and bring little;
 *            a sleeping laptop brings nothing for its sleep. A clock that stepped back brings 0.
 */
#ifndef WATCHING_PLAYBACK_H
#define WATCHING_PLAYBACK_H
#include "app/watching/spool.h"

enum {
    BEAT_SECONDS = 15,          /* how often a player reports */
    BEAT_MIN_MS = 3000,         /* sooner ones are refused, but for the end */
    BEAT_CREDIT_MAX_MS = 75000, /* browsers let tabs in the background report once a minute */
    BEAT_RATE_MAX = 4,          /* faster than this nobody watches */
    BEAT_RANGES_MAX = 8,
    PLAYBACK_HOURS = 12,
    PLAYBACK_RECHECK_MINUTES = 10, /* may the member still play? */
    PLAYBACK_TOKEN_MAX_BYTES = 400,
};

struct playback {
    int64_t user_id, video_id, creator_id, length_ms;
    int64_t start_ms, last_ms; /* last_ms: of the beat before, or the start */
    int64_t seq;               /* of the next beat */
    int64_t expires_ms, recheck_ms;
    int64_t paid_until_ms; /* INT64_MAX: plays without paying */
    const char *session;   /* of the player */
};

struct play_range {
    int64_t from_ms, to_ms; /* of the video */
};
struct beat {
    int64_t seq;
    struct play_range ranges[BEAT_RANGES_MAX]; /* in the order they were played */
    size_t n;
    bool ended;  /* the video is at its end: may come early */
    bool hidden; /* played in a tab that nobody saw */
};

/* A playback that begins at now_ms. Needs user_id, video_id, creator_id, length_ms and paid_until_ms;
 * the others are set. */
void playback_start(struct arena *a, struct playback *p, int64_t now_ms);

/* Go on with the chain of `token` instead of a new one, so that no time is lost between them, when
 * it is of the same member and video and its latest beat is not older than BEAT_CREDIT_MAX_MS. */
void playback_continue(struct arena *a, struct playback *p, const char *token, int64_t now_ms);

char *playback_write(struct arena *a, const struct playback *p);

/* RC_SIGN_IN: not one of ours. */
MUST_USE enum rc playback_read(struct arena *a, const char *token, struct playback *out);

/* What a beat of that member is worth: *record, which need not be kept when its media_ms is 0, and
 * *p as it stands after it. RC_SIGN_IN: not theirs, out of order, expired, or /api/play has to be asked
 * again; RC_UNPAID: the paid time is over; RC_LIMITED: too soon. Nothing is changed then. */
MUST_USE enum rc playback_beat(struct playback *p, const struct beat *beat, int64_t user_id,
                               int64_t now_ms, struct played *record);
#endif
