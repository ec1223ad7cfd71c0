/*
 * credit: computes how much of a member's day of watching counts, by video and paid month. Pure
 * arithmetic: no clock, no database, the same result in any order of the input.
 *
 * Units      milliseconds; a day is one of UTC.
 * Rules      Time counts once, however many players, tabs and devices claim it: the credit of any
 *            interval is at most its length. So a replayed or copied beat adds nothing.
 *            A video counts for at most its own length per day, so a loop counts once.
 *            A day counts for at most CREDIT_DAY_MAX_MS; if there is more, all its videos are
 *            scaled down.
 *            Time counts for the paid month (unit) that it falls in; outside of them it does not.
 *            The member's own videos and those shorter than CREDIT_VIDEO_MIN_MS do not count, and
 *            take no time away from others.
 * Ties       of two players at the same time, the time goes to the one that began first, then to
 *            the one with the lower session. Where paid months overlap, it goes to the one that
 *            began first.
 * Caps       a video's length is used up in order of time; a day's excess is taken from all its
 *            videos in proportion.
 */
#ifndef MONEY_CREDIT_H
#define MONEY_CREDIT_H
#include "base/arena.h"

enum { CREDIT_DAY_MAX_MS = 16 * 60 * 60 * 1000, CREDIT_VIDEO_MIN_MS = 10000 };

/* Flags of a segment. */
enum {
    SEGMENT_HIDDEN = 1, /* the player was in a hidden tab */
    SEGMENT_CLOCK = 2,  /* the clock of the machine that received the beat was wrong */
};

/* A stretch of playing: one player, one video, t0_ms <= t1_ms, both within the day. */
struct segment {
    int64_t t0_ms, t1_ms;
    int64_t video_id, creator_id, length_ms; /* length of the video */
    int64_t flags;
    const char *session; /* of the player */
};

/* Why some of the time played did not count; bits of credit.lost. */
enum {
    LOST_OWN = 1,     /* the member's own video */
    LOST_SHORT = 2,   /* the video is too short */
    LOST_HIDDEN = 4,  /* the player was hidden */
    LOST_OVERLAP = 8, /* the time was counted for another player already */
    LOST_LENGTH = 16, /* more than the video's length in a day */
    LOST_DAY = 32,    /* more than CREDIT_DAY_MAX_MS in a day */
    LOST_UNPAID = 64, /* in no paid month of the member */
    LOST_CLOCK = 128, /* it is unknown when it was played */
};

/* A paid month. */
struct credit_unit {
    int64_t id; /* > 0 */
    int64_t starts_ms, ends_ms;
};
struct credit_unit_list {
    struct credit_unit *items;
    size_t n;
};

struct credit {
    int64_t video_id, creator_id;
    int64_t unit_id;     /* 0: in no paid month; credits nothing */
    int64_t raw_ms;      /* all time played */
    int64_t credited_ms; /* the part that counts; at most raw_ms */
    int64_t lost;        /* 0 when both are equal */
};
struct credit_list {
    struct credit *items; /* by video_id and unit_id, each pair once */
    size_t n;
};

/* The credit of one member and day, in the arena. Sorts segments and units. Where segments of one
 * video disagree about its length, the shortest counts. A video's creator never changes. */
void credit_day(struct arena *a, int64_t user_id, bool count_hidden,
                const struct credit_unit_list *units, struct segment *segments, size_t n,
                struct credit_list *out);
#endif
