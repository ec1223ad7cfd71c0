/*
 * taste: a member's taste, from what they did with videos and said about them, as the home page
 * reads it; and what they choose: favourite categories, "less like this", a reset.
 *
 * Signals    one for each video that the member watched, rated or does not want. Signals from
 *            before a reset no longer count as taste, but videos seen before it are still not
 *            offered again.
 * Undoing    a function that takes a signal away also forgets what was learned from it
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
    TASTE_UNWANTED_MAX = 200, /* the latest ones are listed */
    TASTE_CACHE_S = 600,      /* a signal's facts about its video may be this old */
};
#define TASTE_SEEN_PART 0.3           /* of the length: a video counts as seen from here on */
#define TASTE_AGAIN_MS  (30 * DAY_MS) /* after this, videos only begun may be offered again */

struct taste_signal {
    int64_t video_id, creator_id, category_id;
    int64_t opinion; /* 1: liked; -1: disliked, or not wanted; 0: nothing said */
    int64_t position_ms, watched_ms, length_ms;
    int64_t at_ms; /* of the latest event in it */
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
    struct taste_ids follows;     /* members that they follow, the latest first */
    struct taste_ids chosen;      /* categories */
    int64_t from_ms;              /* of the reset: older signals do not count; 0: never */
    int64_t asked_ms;             /* when they chose categories, or not to; 0: never asked */
    int64_t list_ms; /* newer signals are not in the list made for them; 0: there is no list */
};

/* A member's taste as it is now, by one statement. */
MUST_USE enum rc taste_read(struct db *db, struct arena *a, int64_t user_id, struct taste *out);

/* Has the member seen the signal's video, so that it is not offered again? */
bool taste_has_seen(const struct taste_signal *s, int64_t now_ms);

/* The weights of the signals, in their order; 0 for those that do not count. In the arena. */
const double *taste_weights(struct arena *a, const struct taste *t, const struct reading *how);

/* How many of the weights are not 0. */
size_t taste_counted(const struct taste *t, const double *weights);

/* The favourite categories: those of videos watched and liked, and the chosen ones, each of which
 * counts as much as a video liked just now. Weighed with the default reading, because they have to
 * be known before the lists are read. */
struct favourites taste_favourites(struct arena *a, const struct taste *t);

/* What members choose */

/* Choose these n categories (at most TASTE_CHOSEN_MAX) in place of the earlier ones; or leave them
 * as they are. After either, the member is not asked again. */
MUST_USE enum rc taste_choose(struct db *db, int64_t user_id, const int64_t *category_ids, size_t n,
                              int64_t now_ms);
MUST_USE enum rc taste_skip(struct db *db, int64_t user_id, int64_t now_ms);

/* "Less like this", and undoing it. Repeating either is RC_OK. */
MUST_USE enum rc taste_less(struct db *db, struct arena *a, int64_t user_id, const char *public_id,
                            int64_t now_ms);
MUST_USE enum rc taste_undo(struct db *db, int64_t user_id, const char *public_id);

/* Reset the taste: only what the member does from now_ms on counts. */
MUST_USE enum rc taste_reset(struct db *db, int64_t user_id, int64_t now_ms);

/* The videos that a member does not want, the latest first; without those that may not be seen
 * now. */
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

/* Favourites that are categories which were merged become the ones that took these (catalogue/category.h). */
MUST_USE enum rc taste_recategorise(struct db *db);
#endif
