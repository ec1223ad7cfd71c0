/*
 * recommend: the lists that jobs/recommend makes, and reading them. What the lists hold is said in
 * reco/rank.h; how they are learnt in app/discovery/learn.h and reco/model.h.
 *
 * Tables     reco_list, reco_list_next.
 * Errors     RC_BUSY, RC_FAIL as in io/db.h.
 */
#ifndef CATALOGUE_RECOMMEND_H
#define CATALOGUE_RECOMMEND_H
#include "io/rows.h"
#include "reco/model.h"

enum list_kind {
    LIST_READING,    /* id 0: struct reading, as the machine writes it */
    LIST_MEMBER,     /* id: the member */
    LIST_NEIGHBOURS, /* id: the video */
    LIST_HOT,        /* id: a category, or 0 for all: what is popular now, best first */
    LIST_UNPROVEN, /* id: a category, or 0 for all: new videos that few have seen, in the order drawn */
    LIST_FORGOTTEN, /* id: a member who took feedback away while these lists were made; empty */
};
enum {
    LIST_KEYS_MAX = 200,
    MEMBER_LIST_MAX = 100,
    HOT_LIST_MAX = 200,
    UNPROVEN_LIST_MAX = 200,
    NEIGHBOURS_KEPT = 200,
};

struct list_key {
    enum list_kind kind;
    int64_t id;
};
struct packed_list {
    int64_t kind, id;
    int64_t made_ms; /* feedback since then is not in it */
    struct bytes packed;
};
struct packed_lists {
    struct packed_list *items; /* by kind and id */
    size_t n;
};

/* Those of the n keys that there are, by one statement; n <= LIST_KEYS_MAX. Never half of a run. */
MUST_USE enum rc recommend_lists(struct db *db, struct arena *a, const struct list_key *keys,
                                 size_t n, struct packed_lists *out);

/* The same through the cache: up to LISTS_CACHE_S old, but never older than what was asked for with
 * another `stamp`, such as the made_ms that is known of one of them. */
enum { LISTS_CACHE_S = 30 };
MUST_USE enum rc recommend_lists_cached(struct db *db, struct arena *a, const struct list_key *keys,
                                        size_t n, int64_t stamp, struct packed_lists *out);

/* One of them; an empty list (made_ms 0) when there is none. */
struct packed_list recommend_list(const struct packed_lists *lists, enum list_kind kind,
                                  int64_t id);

/* How feedback is read: as the list of kind LIST_READING says, or as a site without one does. */
struct reading recommend_reading(const struct packed_lists *lists);

/* Forget what was made for a member: until the next run their recommendations come from their latest
 * feedback alone. Whoever takes feedback away (an undone like, a cleared history, a reset) calls it in the
 * same transaction; a run that has read that feedback already drops their list, too. */
MUST_USE enum rc recommend_forget(struct db *db, int64_t user_id);

/* Making them: for jobs/recommend, whose lock keeps it to one at a time. A whole run writes beside
 * what is read and then swaps, by one statement:
 *
 *   begin    before the feedback is read; then say whether the run is a whole one
 *   put      each list once
 *   swap     readers, who never wait, see the new lists; killed before, nothing has changed
 *
 * One between two runs puts lists of hot and unproven videos only, and they replace those there are. */
struct list_writer {
    struct db *db;
    struct arena *batch; /* of lists that are not in the database yet; freed by recommend_end() */
    struct sb *packed;
    struct rows *rows;
    bool whole; /* from the beginning, unless something else is said before the first list */
    int64_t lists, write_ms; /* so far */
};
MUST_USE enum rc recommend_begin(struct db *db, struct list_writer *w);
MUST_USE enum rc recommend_put(struct list_writer *w, const struct packed_list *list);
MUST_USE enum rc recommend_swap(struct list_writer *w);
void recommend_end(struct list_writer *w);
#endif
