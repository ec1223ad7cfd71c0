/*
 * home: chooses what the home page offers, row by row. It combines what the member did until this
 * moment with the lists that jobs/recommend made (app/catalogue/recommend.h), so that a like
 * changes the next page view.
 *
 * Rows       no video is on the page twice; the first row that asks for it gets it. Videos that a
 *            member has watched or rated are not offered to them again, but unfinished ones have a
 *            row of their own. Their own videos, and those that not everybody may see,
 *            are never offered.
 * For you    ordered by reco/rank.h. With fewer than HOME_SURE signals, popular videos of the
 *            favourite categories are mixed in; with fewer than HOME_UNSURE there is little else. A
 *            share of the places (conf unproven_percent) is kept for new videos that few have seen.
 * Reads      the tables of taste_read(); video, user, category; reco_list. All except the signals
 *            through the cache, under keys that depend on the signals, so what a member does counts
 *            at once.
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
    HOME_LATEST_ALONE = 16, /* for visitors and others without recommendations */
    HOME_COLUMNS = 4,       /* cards side by side on a desktop, where a row's last line is full */
    HOME_UNSURE = 3,
    HOME_SURE = 10,
    HOME_RECENT = 100, /* the neighbours of at most this many signals are read */
    HOME_ITEMS_MAX = 800,
};

/* Why a video is in a row of recommendations. */
enum home_why {
    WHY_NONE,
    WHY_LIKED,    /* the member liked `because` */
    WHY_WATCHED,  /* the member watched `because` */
    WHY_TASTE,    /* members with the same taste watch it */
    WHY_FOLLOWED, /* the member follows its creator */
    WHY_CATEGORY, /* popular in a favourite category */
    WHY_POPULAR,
    WHY_UNPROVEN, /* new, and few have seen it */
};

struct home_item {
    struct video_item v;
    bool seen_before; /* by the member, longer ago than all signals that were read */
    bool shown;       /* on this page */
};
struct home_items {
    struct home_item *items; /* by id */
    size_t n;
};

struct home_card {
    const struct home_item *item;
    enum home_why why;
    const struct home_item *because; /* NULL except for WHY_LIKED and WHY_WATCHED */
};
struct home_shelf {
    struct home_card *items;
    size_t n;
};
struct home {
    struct home_shelf for_you, unfinished, followed, hot, latest;
    struct home_shelf categories[TOP_CATEGORIES]; /* one category each; never empty */
    size_t n_categories;
    bool ask; /* a new member, who has neither chosen categories nor watched, rated or followed */
    bool is_empty;    /* there are no videos at all */
    bool seen_all;    /* there are, but none that this member has not seen */
    int64_t merge_us; /* spent on merging and ordering */
    struct taste taste;
};

/* Make the page for a member, or one without recommendations (user_id 0). */
MUST_USE enum rc home_make(struct db *db, struct arena *a, int64_t user_id, int64_t now_ms,
                           struct home *out);

/* Count the recommended videos of this page as shown (exposure.h). */
void home_shown(const struct home *home, int64_t now_ms);

/* The steps of home_make(). Each works on `facts` as filled so far, without the database; tests
 * call them, too. */
struct home_facts {
    int64_t user_id, now_ms, unproven_percent;
    struct taste taste;
    struct favourites favourites;
    struct taste_ids seen; /* ascending */
    struct packed_lists lists;
    struct taste_ids followed, latest, hot; /* videos; hot: only while there is no list of them */
    struct entry_list best;                 /* candidates of "for you", best first */
    struct home_items items;                /* all of these that may be shown */
};

/* Fill favourites and seen. */
void home_know(struct arena *a, struct home_facts *facts);

/* The keys of the lists that are needed, at most LIST_KEYS_MAX; returns their number. */
size_t home_keys(const struct home_facts *facts, struct list_key *keys);

/* Fill best. */
void home_merge(struct arena *a, struct home_facts *facts);

/* The videos from which the rows choose, ascending, each once; at most HOME_ITEMS_MAX. */
struct taste_ids home_ids(struct arena *a, const struct home_facts *facts);

/* Fill rows, categories and ask. */
void home_shelves(struct arena *a, struct home_facts *facts, struct home *out);

/* The videos among `ids` that the member has not seen, in their order, at most `max`; the same for
 * the videos of a list, where facts->hot replaces a missing LIST_HOT 0. */
struct taste_ids home_unseen(struct arena *a, const struct home_facts *facts,
                             const struct taste_ids *ids, size_t max);
struct taste_ids home_list(struct arena *a, const struct home_facts *facts, enum list_kind kind,
                           int64_t id, size_t max);
#endif
