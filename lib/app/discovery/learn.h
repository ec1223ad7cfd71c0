/*
 * learn: from what members did with videos to the lists of app/catalogue/recommend.h.
 *
 * What counts
 *   A row is a member and a video that everybody may see now. It is made of the rating, of "not
 *   interested" (a dislike, whatever else was said), and of the part of the video that was watched: the
 *   time in the history or the time that was credited, whichever is less. Its time is that of the latest
 *   of these.
 *   The history decides: what was taken out of it, or never came into it because it was paused, teaches
 *   nothing; what was rated still counts.
 *   Out are members who are blocked and what they uploaded, own videos, videos without a length, and
 *   all from before a member's reset.
 *
 * What is made
 *   Lists of all members, neighbours of all videos, hot and unproven videos (app/discovery/hot.h). How the feedback
 *   is read and which model learns is chosen by trying (model_choose) once a week, and when
 *   there is twice as much feedback as then; other runs keep it.
 *   While the feedback is the same, only hot and unproven lists are made: they depend on the time, too, all
 *   others on the feedback alone. Otherwise everything is learnt anew: that takes less than the time between
 *   two runs for millions of rows, and a stored model would be one more thing to keep right.
 *
 * Tables     reco_run. Reads rating, watch_position, watch_day, not_interested, taste, video, user.
 * Memory     feedback takes sizeof(struct feedback) a row, beside what the model may use; all
 *            within recommend_memory_mb.
 * Errors     RC_FULL: recommend_memory_mb does not suffice. Nothing has changed then.
 */
#ifndef DISCOVERY_LEARN_H
#define DISCOVERY_LEARN_H
#include "io/db.h"

enum {
    LEARN_CHOICE_DAYS = 7,    /* a choice is kept so long */
    LEARN_RUN_KEEP_DAYS = 30, /* rows of reco_run */
};

struct learn_done {
    bool whole; /* there was something new */
    int64_t started_ms, ended_ms, feedback_n, members_n, videos_n, lists_n, chosen_ms, chosen_n;
    int64_t read_ms, choose_ms, learn_ms, lists_ms, write_ms;
};

/* One run; one at a time. `choose`: try anew how to learn, and learn even if nothing has changed. */
MUST_USE enum rc learn_run(struct db *db, struct arena *a, bool choose, struct learn_done *out);

/* What a run would do, in a sentence each, to stdout. */
MUST_USE enum rc learn_dry_run(struct db *db, struct arena *a);
#endif
