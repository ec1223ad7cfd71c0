/*
 * related: what goes with a video: first what members who watched it watch, too (the neighbours that
 * jobs/recommend made), then others of its creator and category, for there may be few neighbours, or
 * none yet.
 *
 * Order      each of the two as rank_candidates() orders (reco/rank.h), with its caps for one creator
 *            and one category. What the member has seen to the end comes last; what they disliked or
 *            called not interesting does not come.
 * Tables     none; reads reco_list (through the cache), video, rating, not_interested.
 */
#ifndef DISCOVERY_RELATED_H
#define DISCOVERY_RELATED_H
#include "app/watching/watch.h"

enum { RELATED_POOL_MAX = 60 }; /* neighbours that are looked at, the nearest */

/* At most `max`, and RELATED_MAX, for that member (0: nobody is signed in) with these marks. Four
 * statements, of which the cache takes three. */
MUST_USE enum rc related_to(struct db *db, struct arena *a, const struct video *video,
                            int64_t user_id, const struct watch_mark_list *marks, size_t max,
                            struct video_list *out);
#endif
