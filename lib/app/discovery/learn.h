/*
 * learn: makes the lists of app/catalogue/recommend.h from what members did with videos.
 *
 * What counts
 *   A row of feedback is a member and a video that everybody may see now. It consists of the
 *   rating, of "not interested" (a dislike, whatever the rating), and of the part of the video that
 *   was watched: the time in the history or the credited time, whichever is less. Its time is that
 *   of the latest of these.
 *   The history decides: nothing is learned from videos that were taken out of it, or that never
 *   came into it because it was paused; their ratings still count.
 *   Left out are blocked members and their uploads, members' own videos, videos without a length,
 *   and everything from before a member's reset.
 *
 * What is made
 *   Lists for all members, neighbours of all videos, hot and unproven videos (app/discovery/hot.h).
 *   How feedback is read and which model learns is chosen by trying (model_choose) once a week, and
 *   when there is twice as much feedback as at the last choice; other runs keep the choice.
 *   While the feedback is the same, only hot and unproven lists are made, which also depend on the
 *   time; the others depend on the feedback alone. Otherwise everything is learned again: even for
 *   millions of rows that takes less than the time between two runs, and a stored model would be
 *   one more thing to keep right.
 *
 * Tables     reco_run. Reads rating, watch_position, watch_day, not_interested, taste, video, user.
 * Memory     sizeof(struct feedback) per row of feedback, in addition to the model's; together at
 *            most recommend_memory_mb (conf).
 * Errors     RC_FULL: recommend_memory_mb does not suffice; nothing has changed.
 */
#ifndef DISCOVERY_LEARN_H
#define DISCOVERY_LEARN_H
#include "io/db.h"

enum {
    LEARN_CHOICE_DAYS = 7,    /* how long a choice is kept */
    LEARN_RUN_KEEP_DAYS = 30, /* rows of reco_run */
};

struct learn_done {
    bool whole; /* all lists were made */
    int64_t started_ms, ended_ms, feedback_n, members_n, videos_n, lists_n, chosen_ms, chosen_n;
    int64_t read_ms, choose_ms, learn_ms, lists_ms, write_ms;
};

/* One run; only one process at a time. `choose`: choose again how to learn, and learn even if the
 * feedback is the same. */
MUST_USE enum rc learn_run(struct db *db, struct arena *a, bool choose, struct learn_done *out);

/* Print to stdout, in sentences, what a run would do. */
MUST_USE enum rc learn_dry_run(struct db *db, struct arena *a);
#endif
