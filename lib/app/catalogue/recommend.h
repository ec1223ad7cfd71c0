/*
 * recommend: stores and reads the lists that jobs/recommend makes. reco/rank.h says what they hold,
 * app/discovery/learn.h and reco/model.h how they are learned.
 *
 * Tables     reco_list, reco_list_next.
 * Errors     RC_BUSY, RC_FAIL as in io/db.h.
 */
#ifndef CATALOGUE_RECOMMEND_H
#define CATALOGUE_RECOMMEND_H
#include "io/rows.h"
#include "reco/model.h"

enum list_kind {
    LIST_READING,    /* id 0: a struct reading, byte for byte */
    LIST_MEMBER,     /* id: the member */
    LIST_NEIGHBOURS, /* id: the video */
    LIST_HOT,        /* id: a category, or 0 for all: videos popular now, best first */
    LIST_UNPROVEN,   /* id as for hot: new videos that few have seen, in the order drawn */
    LIST_FORGOTTEN,  /* id: a member whose list must not be used (recommend_forget); empty */
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
    int64_t made_ms; /* later feedback is not in it */
    struct bytes packed;
};
struct packed_lists {
    struct packed_list *items; /* by kind and id */
    size_t n;
};

/* The lists with these n keys (n <= LIST_KEYS_MAX), as far as they exist. One statement, so all are
 * of the same run. */
MUST_USE enum rc recommend_lists(struct db *db, struct arena *a, const struct list_key *keys,
                                 size_t n, struct packed_lists *out);

/* Like recommend_lists, through the cache: up to LISTS_CACHE_S old. What was cached with another
 * `stamp` is not used, so with the known made_ms of one of them no list is older than that. */
enum { LISTS_CACHE_S = 30 };
MUST_USE enum rc recommend_lists_cached(struct db *db, struct arena *a, const struct list_key *keys,
                                        size_t n, int64_t stamp, struct packed_lists *out);

/* One of the lists; an empty one (made_ms 0) if it is not there. */
struct packed_list recommend_list(const struct packed_lists *lists, enum list_kind kind,
                                  int64_t id);

/* How feedback is read: from the list of kind LIST_READING, or the default if there is none. */
struct reading recommend_reading(const struct packed_lists *lists);

/* Forget what was made for a member: until the next run their recommendations come from their
 * latest feedback alone. Call it in the transaction that takes feedback away (an undone like, a
 * cleared history, a reset); a run that has already read that feedback drops their list, too. */
MUST_USE enum rc recommend_forget(struct db *db, int64_t user_id);

/* Writing the lists: for jobs/recommend, whose lock admits one process at a time. A whole run
 * writes into a second table and then swaps the two by one statement:
 *
 *   begin    before the feedback is read; then set `whole` if this is not a whole run
 *   put      each list once
 *   swap     readers, who never wait, see the new lists; if killed before, nothing has changed
 *
 * A run that is not whole puts only hot and unproven lists, which replace the existing ones. */
struct list_writer {
    struct db *db;
    struct arena *batch; /* lists not written to the database yet; freed by recommend_end() */
    struct sb *packed;
    struct rows *rows;
    bool whole; /* true from recommend_begin() on; may be cleared before the first list */
    int64_t lists, write_ms; /* so far */
};
MUST_USE enum rc recommend_begin(struct db *db, struct list_writer *w);
MUST_USE enum rc recommend_put(struct list_writer *w, const struct packed_list *list);
MUST_USE enum rc recommend_swap(struct list_writer *w);
void recommend_end(struct list_writer *w);
#endif
