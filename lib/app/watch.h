/*
 * watch: what was played: playback tokens, beats, resume positions, counted views.
 *
 * A player asks once (watch_start) and then reports what it played every few seconds (watch_beat).
 * The token says who plays what and since when; it is signed, so a beat needs no look-up. Credited
 * time never exceeds the time that passed since the beat before.
 * Tables     watch_position, view_day.
 */
#ifndef APP_WATCH_H
#define APP_WATCH_H
#include "app/video.h"

enum {
    BEAT_SECONDS = 15,  /* how often a player reports */
    BEAT_MIN_MS = 3000, /* sooner ones are refused, but for the last */
    BEAT_CREDIT_MAX_MS = 75000,
    BEAT_RANGES_MAX = 8,
    VIEW_MIN_MS = 10000, /* played for a view to count */
    PLAY_TOKEN_HOURS = 12,
    PLAY_TOKEN_MAX_BYTES = 400,
};

struct play_range {
    int64_t from_ms, to_ms;
};
struct beat {
    const char *token;
    int64_t seq;
    struct play_range ranges[BEAT_RANGES_MAX];
    size_t n;
    bool last; /* the player pauses, ends or goes away: may come early */
};

/* A token for a playback that begins now. */
char *watch_start(struct arena *a, int64_t user_id, int64_t video_id, int64_t creator_id,
                  int64_t length_ms, int64_t entitled_until_ms, int64_t now_ms);

/* Check a beat and book it. *next is the token for the one after. RC_SIGN_IN: token bad or expired, a
 * new start is needed; RC_UNPAID: the paid time has ended meanwhile; RC_LIMITED: too soon. */
MUST_USE enum rc watch_beat(struct db *db, struct arena *a, const struct beat *beat,
                            int64_t user_id, int64_t now_ms, const char **next);

/* What a beat is worth: at most what was played within the video, at most the time that went by, at
 * most BEAT_CREDIT_MAX_MS. */
int64_t watch_credit_ms(const struct beat *beat, int64_t length_ms, int64_t elapsed_ms);

/* Where the member stopped; 0 when never, or near the end. */
MUST_USE enum rc watch_position(struct db *db, struct arena *a, int64_t user_id, int64_t video_id,
                                int64_t *position_ms);

/* The member's latest positions, for the bars on cards; through the cache. */
struct watch_mark {
    int64_t video_id, position_ms;
};
struct watch_mark_list {
    struct watch_mark *items;
    size_t n;
};
MUST_USE enum rc watch_marks(struct db *db, struct arena *a, int64_t user_id,
                             struct watch_mark_list *out);

/* The history: what the member played and may still see, latest first. At most VIDEO_PAGE + 1
 * items: one more than a page says that there is a next one; `page` counts from 0. */
struct watched {
    const char *public_id, *title, *channel_name, *channel_handle;
    int64_t poster_version, length_ms, position_ms, updated_ms;
};
struct watched_list {
    struct watched *items;
    size_t n;
};
MUST_USE enum rc watch_history(struct db *db, struct arena *a, int64_t user_id, size_t page,
                               struct watched_list *out);

/* Take one video, or everything, out of the history; where the member stopped goes with it.
 * RC_OK too when it was not in it. */
MUST_USE enum rc watch_forget(struct db *db, int64_t user_id, const char *public_id);
MUST_USE enum rc watch_forget_all(struct db *db, int64_t user_id);
#endif
