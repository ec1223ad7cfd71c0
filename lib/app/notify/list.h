/*
 * list: what a member was told, for the page /notifications: newest first, with what has been read.
 *
 * Old rows go with jobs/sweep (queue.h). How many are unread stands in web/session.h, which reads it with
 * the log-in.
 * Tables     notice.
 */
#ifndef NOTIFY_LIST_H
#define NOTIFY_LIST_H
#include "app/notify/notify.h"

enum { NOTICES_PAGE = 30 };

struct notice_row {
    int64_t id, made_ms, read_ms; /* read_ms 0: unread */
    enum notice_kind kind;
    const char *link;   /* a path; "": none */
    const char *fields; /* for letter_subject() */
};
struct notice_row_list {
    struct notice_row *items;
    size_t n;
};

/* Those with ids below `before` (0: all), at most NOTICES_PAGE + 1: one more than a page if there is a
 * next page. */
MUST_USE enum rc notices_of(struct db *db, struct arena *a, int64_t user_id, int64_t before,
                            struct notice_row_list *out);

/* Those with ids from `first` to `last` have been read; *n (may be NULL): how many were not before. */
MUST_USE enum rc notices_read(struct db *db, int64_t user_id, int64_t first, int64_t last,
                              int64_t now_ms, int64_t *n);

/* Tell many of one thing at once, by a kind that is never mailed; `n` is as for notify(), without
 * user_id. At most ROWS_PAGE members in one statement; each once. */
struct rows;
MUST_USE enum rc notices_add(struct db *db, struct arena *a, struct rows *user_ids,
                             const struct notice *n, int64_t now_ms, int64_t *added);
#endif
