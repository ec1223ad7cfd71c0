/*
 * playback: a signed token that says what a player may play, and how much time its reports (beats)
 * are credited. Pure functions of token, beat and clock: no database, no cache, no file except the
 * key.
 *
 *   token   2.USER.VIDEO.CREATOR.LENGTH.START.LAST.SEQ.EXPIRES.RECHECK.PAID.AWAKE.SESSION.MAC
 *
 * The numbers are decimal, times in UTC milliseconds, the MAC is HMAC-SHA256 in hex over everything
 * before its dot, under key `play` or, while keys change, `play.old`. The answer to an accepted
 * beat is the token for the next one (a chain): LAST and SEQ advance, the rest stays. Using an old
 * token again claims the same time again, which credit.h counts once.
 *
 * Credit     min(time since LAST, media played, BEAT_CREDIT_MAX_MS). At double speed the time
 *            limits it, at half speed the media; while paused, seeking or stalled little is played,
 *            so little is credited, and nothing while a laptop sleeps. A clock that stepped back
 *            gives 0.
 * Attention  A beat says whether somebody touched the player or the page since the one before; AWAKE is
 *            when that was last. Playing that nobody attended for conf()->still_watching_minutes is credited
 *            nothing. A playback that begins by itself, after another one, says how long ago it was.
 */
#ifndef WATCHING_PLAYBACK_H
#define WATCHING_PLAYBACK_H
#include "app/watching/spool.h"

enum {
    BEAT_SECONDS = 15,          /* how often a player reports */
    BEAT_MIN_MS = 3000,         /* earlier beats are refused, except at the end of the video */
    BEAT_CREDIT_MAX_MS = 75000, /* browsers let background tabs report once a minute */
    BEAT_RATE_MAX = 4,          /* nobody watches faster than this */
    BEAT_RANGES_MAX = 8,
    PLAYBACK_BEATS_PER_MINUTE = 30, /* of one playback, that bring a row; BEAT_MIN_MS allows 20 */
    MEMBER_BEATS_PER_MINUTE = 120,  /* of all playbacks of a member */
    PLAYBACK_HOURS = 12,
    PLAYBACK_RECHECK_MINUTES = 10, /* then /api/play is called again: may the member still play? */
    PLAYBACK_TOKEN_MAX_BYTES = 400,
};

struct playback {
    int64_t user_id, video_id, creator_id, length_ms;
    int64_t start_ms, last_ms; /* last_ms: of the latest beat, or the start */
    int64_t seq;               /* of the next beat */
    int64_t expires_ms, recheck_ms;
    int64_t awake_ms;      /* when somebody last gave a sign of life */
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
    bool ended;    /* the video has ended: the beat may come early */
    bool hidden;   /* played in a hidden tab */
    bool attended; /* somebody gave a sign of life since the beat before */
};

/* Begin a playback at now_ms. *p needs user_id, video_id, creator_id, length_ms and paid_until_ms; awake_ms
 * where it was before now, else 0; the other fields are set. */
void playback_start(struct arena *a, struct playback *p, int64_t now_ms);

/* Continue the chain of `token` instead of beginning a new one, so that no time is lost between
 * them. Only if it is of the same member and video and its latest beat is at most
 * BEAT_CREDIT_MAX_MS old. */
void playback_continue(struct arena *a, struct playback *p, const char *token, int64_t now_ms);

/* The token as text; at most PLAYBACK_TOKEN_MAX_BYTES. */
char *playback_write(struct arena *a, const struct playback *p);

/* Read a token. RC_SIGN_IN: it was not signed here. */
MUST_USE enum rc playback_read(struct arena *a, const char *token, struct playback *out);

/* When it was last checked, in /api/play, that the member may play. */
int64_t playback_checked_ms(const struct playback *p);

/* Credit a beat of this member: *record is for the spool (not needed if its media_ms is 0), and *p
 * becomes the playback after it. RC_SIGN_IN: another member's token, out of order, expired, or
 * /api/play has to be called again; RC_UNPAID: the paid time has ended; RC_LIMITED: too soon. After
 * an error nothing has changed. */
MUST_USE enum rc playback_beat(struct playback *p, const struct beat *beat, int64_t user_id,
                               int64_t now_ms, struct played *record);
#endif
