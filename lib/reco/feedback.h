/*
 * feedback: what members did with videos, and what that says about their taste.
 *
 * A row is one member and one video. Its evidence is what a row teaches about videos that belong
 * together; its weight is what it says when something is looked for this member: a dislike counts
 * against, and the older a row, the less it counts.
 *
 * Ids        of members are any positive numbers, of videos 1 to UINT32_MAX.
 */
#ifndef RECO_FEEDBACK_H
#define RECO_FEEDBACK_H
#include "base/base.h"

enum {
    FEEDBACK_PER_MEMBER_MAX = 1000, /* the most recent ones; older rows do not count */
};
#define FEEDBACK_MIN_WATCHED 0.02f /* of the length: below it somebody only looked in */
#define FEEDBACK_POSITIVE    0.5f  /* watched so much without a word: they liked it */

struct feedback {
    int64_t member, at_s; /* at_s: when it was said or watched last; 0: nobody knows */
    uint32_t video;
    float watched; /* of the video's length; more than 1 counts as 1 */
    int8_t like;   /* 1, 0, -1: a dislike or "not interested" */
};
struct feedback_list {
    struct feedback *items; /* by member and video, each pair once */
    size_t n;
};

/* What a site's feedback is read with. Chosen by the job (model_choose()), kept with what it made. */
struct reading {
    float partly;    /* evidence of watching less than FEEDBACK_POSITIVE; 0 to 1 */
    float against;   /* weight of a dislike, at most 0 */
    float half_life; /* a row counts half after so many more recent ones; 0: age does not matter */
    float least;     /* ... but never less than this part */
};

/* 0 to 1; a dislike teaches nothing. */
float feedback_evidence(const struct feedback *f, const struct reading *how);

/* With `newer` rows of the same member more recent than this one. */
float feedback_weight(const struct feedback *f, const struct reading *how, size_t newer);
#endif
