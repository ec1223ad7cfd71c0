/*
 * learn_read: reads what members did with videos, for the recommender to learn from (learn.h says
 * what counts).
 *
 * Memory     malloc: sizeof(struct feedback) per row, plus the videos and members.
 * Reads      rating, watch_position, watch_day, not_interested, taste, video, user.
 */
#ifndef DISCOVERY_LEARN_READ_H
#define DISCOVERY_LEARN_READ_H
#include "io/db.h"
#include "reco/feedback.h"

/* A video that may be shown. */
struct learn_video {
    int64_t id, user_id, category_id, length_ms, published_ms, views;
};
struct learn_member {
    int64_t id, latest_ms; /* latest_ms: of the member's rows */
};

/* What was read, each list by id; free it with learn_input_free(), even if reading failed. */
struct learn_input {
    struct feedback_list feedback;
    struct learn_video *videos;
    struct learn_member *members; /* only those with rows */
    size_t videos_n, members_n;
};

/* Read everything as of one moment, except credit, which is read a moment later by a second
 * connection side by side, because a run on many rows spends most of its time waiting for rows. In
 * a transaction of its own. */
MUST_USE enum rc learn_read(struct db *db, struct arena *a, struct learn_input *out);
void learn_input_free(struct learn_input *in);

/* The video with this id; NULL if it may not be shown. */
const struct learn_video *learn_video(const struct learn_input *in, int64_t id);
#endif
