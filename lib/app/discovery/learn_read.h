/*
 * learn_read: what members did with videos, as the recommender learns from it (learn.h says what
 * counts).
 *
 * Memory     malloc: sizeof(struct feedback) a row, and the videos and members beside it.
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
    int64_t id, latest_ms; /* of the rows */
};

/* What was read, by id each; freed with learn_input_free(), also when reading failed. */
struct learn_input {
    struct feedback_list feedback;
    struct learn_video *videos;
    struct learn_member *members; /* with rows */
    size_t videos_n, members_n;
};

/* All of it as of one moment, but credit as of the next one: by two connections at a time, since
 * that is most of what a run on many rows waits for. Its own transaction. */
MUST_USE enum rc learn_read(struct db *db, struct arena *a, struct learn_input *out);
void learn_input_free(struct learn_input *in);

/* The video of that id, or NULL when it may not be shown. */
const struct learn_video *learn_video(const struct learn_input *in, int64_t id);
#endif
