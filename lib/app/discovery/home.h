/*
 * front: what the home page offers, row by row. It joins what the member did until this moment with
 * the lists that jobs/recommend made (app/catalogue/recommend.h), so that a like changes the next page view.
 *
 * Rows       no video twice on the page; the first of the rows that wants one has it. Members see
 *            nothing anew that they have watched or rated; only what they began stands in a row of its
 *            own. Nothing of their own, and only what everybody may see.
 * For you    ordered by reco/rank.h. Until there are FRONT_SURE signals, what is popular in the
 *            favourite categories weighs in, below FRONT_UNSURE nearly alone. A share of the places
 *            (`unproven_percent` of the config) is kept for new videos that few have seen.
 * Reads      what taste_read() reads; video, user, category; reco_list. All but the signals through the
 *            cache, under keys that depend on the signals: what a member does counts at once.
 * Errors     RC_BUSY, RC_FAIL as in io/db.h.
 */
#ifndef APP_FRONT_H
#define APP_FRONT_H
#include "app/discovery/taste.h"
#include "app/catalogue/video.h"

enum {
    FRONT_FOR_YOU = 20,
    FRONT_UNFINISHED = 4,
    FRONT_FOLLOWED = 4,
    FRONT_HOT = 8,
    FRONT_CATEGORY = 4,
    FRONT_LATEST = 8,
    FRONT_LATEST_ALONE = 16, /* for those without recommendations */
    FRONT_COLUMNS = 4,       /* side by side on a desktop: the last line of a row is full */
    FRONT_UNSURE = 3,
    FRONT_SURE = 10,
    FRONT_RECENT = 100, /* signals whose neighbours are read at most */
    FRONT_ITEMS_MAX = 800,
};

/* Why a video is in a row of recommendations. */
enum front_why {
    WHY_NONE,
    WHY_LIKED,    /* the member liked `because` */
    WHY_WATCHED,  /* ... watched it */
    WHY_TASTE,    /* members with the same taste watch it */
    WHY_FOLLOWED, /* the member follows its creator */
    WHY_CATEGORY, /* popular in a favourite category */
    WHY_POPULAR,
    WHY_UNPROVEN, /* new, and few have seen it */
};

struct front_item {
    struct video_item v;
    bool seen_before; /* by the member, before all signals that were read */
    bool shown;       /* on this page */
};
struct front_items {
    struct front_item *items; /* by id */
    size_t n;
};

struct front_card {
    const struct front_item *item;
    enum front_why why;
    const struct front_item *because; /* NULL but for WHY_LIKED and WHY_WATCHED */
};
struct front_row {
    struct front_card *items;
    size_t n;
};
struct front {
    struct front_row for_you, unfinished, followed, hot, latest;
    struct front_row categories[TOP_CATEGORIES]; /* of the category of their cards; never empty */
    size_t n_categories;
    bool ask;         /* a new member, who was never asked which categories they like */
    bool is_empty;    /* there is not one video */
    bool seen_all;    /* there is, but no row has one that this member has not seen */
    int64_t merge_us; /* spent on merging and ordering */
    struct taste taste;
};

/* The page for a member, or for somebody without recommendations (user_id 0). */
MUST_USE enum rc front_make(struct db *db, struct arena *a, int64_t user_id, int64_t now_ms,
                            struct front *out);

/* Its steps, each from what `facts` holds by then and without the database; for tests, too. */
struct front_facts {
    int64_t user_id, now_ms, unproven_percent;
    struct taste taste;
    struct favourites favourites;
    struct taste_ids seen; /* ascending */
    struct packed_lists lists;
    struct taste_ids followed, latest, hot; /* videos; hot: as long as no list says it */
    struct entry_list best;                 /* candidates of "for you", best first */
    struct front_items items;               /* of all these, those that may be shown */
};

/* Fill favourites and seen. */
void front_know(struct arena *a, struct front_facts *facts);

/* The lists that are needed: at most LIST_KEYS_MAX keys. */
size_t front_keys(const struct front_facts *facts, struct list_key *keys);

/* Fill best. */
void front_merge(struct arena *a, struct front_facts *facts);

/* The videos that the rows choose from, ascending, each once; at most FRONT_ITEMS_MAX. */
struct taste_ids front_ids(struct arena *a, const struct front_facts *facts);

/* Fill rows, categories and ask. */
void front_rows(struct arena *a, struct front_facts *facts, struct front *out);

/* Those of `ids` that the member has not seen, in their order, at most `max`; and the same of a list,
 * LIST_HOT 0 with what stands in for it. */
struct taste_ids front_unseen(struct arena *a, const struct front_facts *facts,
                              const struct taste_ids *ids, size_t max);
struct taste_ids front_list(struct arena *a, const struct front_facts *facts, enum list_kind kind,
                            int64_t id, size_t max);
#endif
