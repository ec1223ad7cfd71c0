/*
 * feedback: what members did with videos, and what that says about their taste.
 *
 * A row is one member and one video. Its evidence is how much it teaches about which videos belong
 * together; its weight is how much it counts when videos are sought for this member: a dislike
 * counts against a video, and the older a row, the less it counts.
 *
 * Ids        member ids are any positive numbers, video ids are 1 to UINT32_MAX.
 */
#ifndef RECO_FEEDBACK_H
#define RECO_FEEDBACK_H
#include "base/base.h"

enum {
    FEEDBACK_PER_MEMBER_MAX = 1000, /* the most recent ones; older rows do not count */
};
#define FEEDBACK_MIN_WATCHED 0.02f /* of the length: a shorter look does not count */
#define FEEDBACK_POSITIVE    0.5f  /* a member who watched this much without rating it liked it */

struct feedback {
    int64_t member, at_s; /* at_s: when it was rated or last watched; 0: unknown */
    uint32_t video;
    float watched; /* of the video's length; more than 1 counts as 1 */
    int8_t like;   /* 1, 0, -1: a dislike or "not interested" */
};
struct feedback_list {
    struct feedback *items; /* by member and video, each pair once */
    size_t n;
};

/* How a site's feedback is read. Chosen by the job (model_choose()), stored with the lists it
 * made. */
struct reading {
    float partly;    /* evidence of watching less than FEEDBACK_POSITIVE; 0 to 1 */
    float against;   /* weight of a dislike, at most 0 */
    float half_life; /* a row counts half after this many newer ones; 0: age does not matter */
    float least;     /* ... but never less than this part */
};

/* 0 to 1; 0 for a dislike. */
float feedback_evidence(const struct feedback *f, const struct reading *how);

/* `newer` is how many rows of the same member are more recent than this one. */
float feedback_weight(const struct feedback *f, const struct reading *how, size_t newer);
#endif
