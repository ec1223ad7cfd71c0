/*
 * related: lists videos that go with a video: first its neighbours, which jobs/recommend made of
 * what its viewers also watch, then others of its creator and category, because there may be few
 * neighbours or none yet.
 *
 * Order      each of the two groups in the order of rank_candidates() (reco/rank.h), with its caps
 *            for one creator and one category. Videos that the member has seen to the end come
 *            last; those they disliked or called not interesting are left out.
 * Tables     none; reads reco_list (through the cache), video, rating, not_interested.
 */
#ifndef DISCOVERY_RELATED_H
#define DISCOVERY_RELATED_H
#include "app/watching/watch.h"

enum { RELATED_POOL_MAX = 60 }; /* only the nearest neighbours are considered */

/* At most `max` and at most RELATED_MAX videos, for this member (0: not logged in) with these
 * marks. Four statements, three of which the cache can answer. */
MUST_USE enum rc related_to(struct db *db, struct arena *a, const struct video *video,
                            int64_t user_id, const struct watch_mark_list *marks, size_t max,
                            struct video_list *out);
#endif
