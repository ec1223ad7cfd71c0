/*
 * home: what the home page offers, row by row. It joins what the member did until this moment with
 * the lists that jobs/recommend made (app/catalogue/recommend.h), so that a like changes the next page view.
 *
 * Rows       no video twice on the page; the first of the rows that wants one has it. Members see
 *            nothing anew that they have watched or rated; only what they began stands in a row of its
 *            own. Nothing of their own, and only what everybody may see.
 * For you    ordered by reco/rank.h. Until there are HOME_SURE signals, what is popular in the
 *            favourite categories weighs in, below HOME_UNSURE nearly alone. A share of the places
 *            (`unproven_percent` of the config) is kept for new videos that few have seen.
 * Reads      what taste_read() reads; video, user, category; reco_list. All but the signals through the
 *            cache, under keys that depend on the signals: what a member does counts at once.
 * Errors     RC_BUSY, RC_FAIL as in io/db.h.
 */
#ifndef DISCOVERY_HOME_H
#define DISCOVERY_HOME_H
#include "app/discovery/taste.h"
#include "app/catalogue/video.h"

enum {
    HOME_FOR_YOU = 20,
    HOME_UNFINISHED = 4,
    HOME_FOLLOWED = 4,
    HOME_HOT = 8,
    HOME_CATEGORY = 4,
    HOME_LATEST = 8,
    HOME_LATEST_ALONE = 16, /* for those without recommendations */
    HOME_COLUMNS = 4,       /* side by side on a desktop: the last line of a row is full */
    HOME_UNSURE = 3,
    HOME_SURE = 10,
    HOME_RECENT = 100, /* signals whose neighbours are read at most */
    HOME_ITEMS_MAX = 800,
};

/* Why a video is in a row of recommendations. */
enum home_why {
    WHY_NONE,
    WHY_LIKED,    /* the member liked `because` */
    WHY_WATCHED,  /* ... watched it */
    WHY_TASTE,    /* members with the same taste watch it */
    WHY_FOLLOWED, /* the member follows its creator */
    WHY_CATEGORY, /* popular in a favourite category */
    WHY_POPULAR,
    WHY_UNPROVEN, /* new, and few have seen it */
};

struct home_item {
    struct video_item v;
    bool seen_before; /* by the member, before all signals that were read */
    bool shown;       /* on this page */
};
struct home_items {
    struct home_item *items; /* by id */
    size_t n;
};

struct home_card {
    const struct home_item *item;
    enum home_why why;
    const struct home_item *because; /* NULL but for WHY_LIKED and WHY_WATCHED */
};
struct home_shelf {
    struct home_card *items;
    size_t n;
};
struct home {
    struct home_shelf for_you, unfinished, followed, hot, latest;
    struct home_shelf categories[TOP_CATEGORIES]; /* of the category of their cards; never empty */
    size_t n_categories;
    bool ask;         /* a new member, who was never asked which categories they like */
    bool is_empty;    /* there is not one video */
    bool seen_all;    /* there is, but no row has one that this member has not seen */
    int64_t merge_us; /* spent on merging and ordering */
    struct taste taste;
};

/* The page for a member, or for somebody without recommendations (user_id 0). */
MUST_USE enum rc home_make(struct db *db, struct arena *a, int64_t user_id, int64_t now_ms,
                           struct home *out);

/* Count the recommended videos of this page as shown (exposure.h). */
void home_shown(const struct home *home, int64_t now_ms);

/* Its steps, each from what `facts` holds by then and without the database; for tests, too. */
struct home_facts {
    int64_t user_id, now_ms, unproven_percent;
    struct taste taste;
    struct favourites favourites;
    struct taste_ids seen; /* ascending */
    struct packed_lists lists;
    struct taste_ids followed, latest, hot; /* videos; hot: as long as no list says it */
    struct entry_list best;                 /* candidates of "for you", best first */
    struct home_items items;                /* of all these, those that may be shown */
};

/* Fill favourites and seen. */
void home_know(struct arena *a, struct home_facts *facts);

/* The lists that are needed: at most LIST_KEYS_MAX keys. */
size_t home_keys(const struct home_facts *facts, struct list_key *keys);

/* Fill best. */
void home_merge(struct arena *a, struct home_facts *facts);

/* The videos that the rows choose from, ascending, each once; at most HOME_ITEMS_MAX. */
struct taste_ids home_ids(struct arena *a, const struct home_facts *facts);

/* Fill rows, categories and ask. */
void home_shelves(struct arena *a, struct home_facts *facts, struct home *out);

/* Those of `ids` that the member has not seen, in their order, at most `max`; and the same of a list,
 * LIST_HOT 0 with what stands in for it. */
struct taste_ids home_unseen(struct arena *a, const struct home_facts *facts,
                             const struct taste_ids *ids, size_t max);
struct taste_ids home_list(struct arena *a, const struct home_facts *facts, enum list_kind kind,
                           int64_t id, size_t max);
#endif
