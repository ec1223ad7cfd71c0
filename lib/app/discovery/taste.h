/*
 * taste: what a member did and said that tells what they want to see, as the home page reads it; and
 * what they say about it: favourite categories, "less like this", a reset.
 *
 * Signals    one for each video that the member watched, rated or does not want. What is older than
 *            a reset no longer counts as taste; what was seen is not offered anew all the same.
 * Undoing    whoever takes a signal away also forgets what was learnt of it
 *            (recommend_forget), in one transaction.
 * Errors     RC_NOT_FOUND: no such video for this member; else as in io/db.h.
 * Tables     taste, taste_category, not_interested; reads rating, watch_position, follow, video,
 *            user, category, reco_list.
 */
#ifndef DISCOVERY_TASTE_H
#define DISCOVERY_TASTE_H
#include "app/catalogue/recommend.h"
#include "base/clock.h"
#include "reco/rank.h"

enum {
    TASTE_SIGNALS_MAX = 1000, /* the latest ones */
    TASTE_FOLLOWS_MAX = 500,  /* the latest ones */
    TASTE_CHOSEN_MAX = TOP_CATEGORIES,
    TASTE_UNWANTED_MAX = 200, /* listed, the latest ones */
    TASTE_CACHE_S = 600,      /* what a signal says of its video may be so old */
};
#define TASTE_SEEN_PART 0.3           /* of the length: so much has been seen of it */
#define TASTE_AGAIN_MS  (30 * DAY_MS) /* what was only begun may be offered again so long after */

struct taste_signal {
    int64_t video_id, creator_id, category_id;
    int64_t opinion; /* 1: liked; -1: disliked, or not wanted; 0: nothing said */
    int64_t position_ms, watched_ms, length_ms;
    int64_t at_ms; /* of the latest that is in it */
};
struct taste_signals {
    struct taste_signal *items;
    size_t n;
};
struct taste_ids {
    int64_t *items;
    size_t n;
};
struct taste {
    struct taste_signals signals; /* the latest first */
    struct taste_ids follows;     /* members whom they follow, the latest first */
    struct taste_ids chosen;      /* categories */
    int64_t from_ms;              /* of the reset: what is older does not count; 0: never */
    int64_t asked_ms;             /* when they chose categories, or not to; 0: never asked */
    int64_t list_ms; /* what is newer is not in the list made for them; 0: there is none */
};

/* All of it, as it is now, by one statement. */
MUST_USE enum rc taste_read(struct db *db, struct arena *a, int64_t user_id, struct taste *out);

/* Has the member seen this, so that it is not offered (again)? */
bool taste_has_seen(const struct taste_signal *s, int64_t now_ms);

/* What each signal weighs, in their order; 0 for those that do not count. In the arena. */
const double *taste_weights(struct arena *a, const struct taste *t, const struct reading *how);

/* How many of the weights are not 0. */
size_t taste_counted(const struct taste *t, const double *weights);

/* The favourite categories: of what was watched and liked, and the chosen ones, which count as much as
 * a video that was liked just now. Read as a site does for which nothing was learnt yet, since they have
 * to be known before the lists are read. */
struct favourites taste_favourites(struct arena *a, const struct taste *t);

/* What they say */

/* These n categories and no others, at most TASTE_CHOSEN_MAX; or whatever there is. Either way they are
 * not asked again. */
MUST_USE enum rc taste_choose(struct db *db, int64_t user_id, const int64_t *category_ids, size_t n,
                              int64_t now_ms);
MUST_USE enum rc taste_skip(struct db *db, int64_t user_id, int64_t now_ms);

/* "Less like this", and back. Repeating either is RC_OK. */
MUST_USE enum rc taste_less(struct db *db, struct arena *a, int64_t user_id, const char *public_id,
                            int64_t now_ms);
MUST_USE enum rc taste_undo(struct db *db, int64_t user_id, const char *public_id);

/* From now on only what is done from now on counts. */
MUST_USE enum rc taste_reset(struct db *db, int64_t user_id, int64_t now_ms);

/* What they do not want, the latest first; without what nobody may see now. */
struct unwanted {
    const char *public_id, *title, *channel_name, *channel_handle;
    int64_t said_ms;
};
struct unwanted_list {
    struct unwanted *items;
    size_t n;
};
MUST_USE enum rc taste_unwanted(struct db *db, struct arena *a, int64_t user_id,
                                struct unwanted_list *out);
#endif
