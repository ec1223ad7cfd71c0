/*
 * case: what moderators work on: everything that was reported about one thing until it is decided.
 * A report about a thing whose case is decided opens a new case.
 *
 * Taken      a case may belong to one moderator, so that two do not work on it. Anybody may read it; only
 *            whoever has taken it decides it.
 * Lists      open cases oldest first, others newest first; by keyset: `after` is the id of the last one.
 * Errors     RC_NOT_FOUND; RC_CONFLICT: another moderator has taken it, or it is decided.
 * Tables     report_case. Reads user, video, comment.
 */
#ifndef MODERATION_CASE_H
#define MODERATION_CASE_H
#include "app/moderation/kind.h"
#include "app/moderation/subject.h"

enum { CASE_PAGE = 50, CASE_COUNT_MAX = 1000, CASE_AGE_MAX_DAYS = 365 };

enum case_state { CASE_OPEN, CASE_DECIDED };
WORDS_OF(case_state);

struct report_case {
    int64_t id, subject_id, owner_id;
    enum subject_kind subject;
    const char *name, *title, *path, *snapshot; /* as it was when the case was opened */
    const char *owner, *owner_name;             /* handle and name, now */
    int64_t owner_role, owner_suspended_ms;
    bool owner_banned;
    enum report_kind kind;
    bool urgent;
    enum case_state state;
    int64_t reports, appeals; /* appeals: that wait */
    int64_t opened_ms, reported_ms, decided_ms, taken_by, taken_ms;
    const char *taker;               /* handle, or "" */
    int64_t frozen_ms, frozen_to_ms; /* when earnings were frozen (0: not), until which time */
    /* Of a single case only: the state that the content has now ("": none), and of a video. */
    const char *content_state;
    bool has_preview;
    int64_t poster_version;
};
struct case_list {
    struct report_case *items;
    size_t n;
};

/* The open case about a thing, a new one if there is none. In the caller's transaction. */
MUST_USE enum rc case_open(struct db *db, const struct subject *s, enum report_kind kind,
                           int64_t now_ms, int64_t *id);

/* Count a report of this kind. In the caller's transaction. */
MUST_USE enum rc case_note_report(struct db *db, int64_t id, enum report_kind kind, int64_t now_ms);

MUST_USE enum rc case_get(struct db *db, struct arena *a, int64_t id, struct report_case *out);

enum case_show { SHOW_OPEN, SHOW_FREE, SHOW_MINE, SHOW_URGENT, SHOW_APPEALS, SHOW_DECIDED };
WORDS_OF(case_show);
struct case_filter {
    enum case_show show;
    bool one_kind; /* only cases of `kind` */
    enum report_kind kind;
    int64_t before_ms; /* only those opened before; 0: all */
    int64_t viewer_id, after;
};
/* At most CASE_PAGE + 1. */
MUST_USE enum rc case_list(struct db *db, struct arena *a, const struct case_filter *f,
                           struct case_list *out);

/* Open cases, each counted up to CASE_COUNT_MAX. */
struct case_counts {
    int64_t open, free, mine, urgent, appeals;
};
MUST_USE enum rc case_count(struct db *db, struct arena *a, int64_t viewer_id,
                            struct case_counts *out);

/* Take an open case that nobody has; give it to another moderator, or (to_id 0) back. RC_OK, too, when it
 * is so already. Each in a transaction of its own, with a line of the journal. */
MUST_USE enum rc case_take(struct db *db, struct arena *a, int64_t id, int64_t by_id,
                           int64_t now_ms);
MUST_USE enum rc case_hand_over(struct db *db, struct arena *a, int64_t id, int64_t from_id,
                                int64_t to_id, int64_t now_ms);

/* Open a case of which nobody has complained, and take it, in a transaction of its own. */
MUST_USE enum rc case_begin(struct db *db, struct arena *a, const struct subject *s, int64_t by_id,
                            int64_t now_ms, int64_t *id);

/* What follows is for the other files of moderation, in their transactions. */

/* It is decided; or (reopened after an appeal) it is not any more and belongs to by_id. */
MUST_USE enum rc case_close(struct db *db, int64_t id, int64_t now_ms);
MUST_USE enum rc case_reopen(struct db *db, const struct report_case *c, int64_t by_id,
                             int64_t now_ms);
MUST_USE enum rc case_freeze(struct db *db, int64_t id, int64_t to_ms, int64_t now_ms);
MUST_USE enum rc case_count_appeals(struct db *db, int64_t id, int change);

/* Tell operators, once a day, of open cases that nobody has taken within conf()->report_alert_hours. *n: how
 * many there are. For jobs/moderation. */
MUST_USE enum rc case_alert(struct db *db, struct arena *a, int64_t now_ms, int64_t *n);
#endif
