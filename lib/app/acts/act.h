/*
 * act: what operators do about money and members, each with a reason, and a journal of it.
 *
 * Kinds      act_kind.h has the table: what is asked, what is checked, what is done.
 * Journal    one row per act: who asked, when and why, in words what it does, who approved or refused
 *            it, what came of it and which posting it made. What was asked never changes.
 * Preview    says what will happen: the figures of the check, and the postings, which are made in a
 *            transaction that is taken back. Whoever confirms sends `seen` along: if the same act would
 *            do something else by now, it is refused and looked at again.
 * Four eyes  with conf four_eyes = on an act waits until another operator approves it, at most
 *            ACT_WAIT_DAYS. The other one has another account, and another user of the command line if
 *            both use that. Urgent kinds only stop something (payouts, a log-in) and never wait.
 *            While there are fewer than two operators nothing can be asked, and the command line makes
 *            another operator at once.
 *            It protects against an operator's mistake, and against one stolen login. It does not
 *            protect against somebody who has two operators' accounts, or who is root of the server or
 *            of the database: the command line believes the handle that it is told.
 * Once       `once` names the intent: asked for again, it is the same act. An act and its mark `done`
 *            are one transaction. Kinds that need more than one (struct act_kind: alone) are marked
 *            `doing` before, are keyed by the act, and are finished by act_finish after a crash.
 * Errors     as in io/db.h, and those that a kind's functions return, with d->why for people.
 * Tables     act. Reads user, and the ledger's tables for the preview.
 */
#ifndef ACTS_ACT_H
#define ACTS_ACT_H
#include "app/site/journal.h"

enum {
    ACT_FIELDS_MAX = 8,
    ACT_FIELD_MAX_BYTES = 400,
    ACT_REASON_MAX_CHARS = 200,
    ACT_LINES_MAX = 40,      /* of a preview */
    ACT_LEGS_SHOWN_MAX = 60, /* of a preview's postings */
    ACTS_SHOWN = 50,         /* on a page */
    ACTS_WAITING_MAX = 500,  /* at once */
    ACT_WAIT_DAYS = 7,
    ACT_DOING_MS = 5 * 60 * 1000, /* then whoever did it is taken to be gone */
};

enum act_state { ACT_WAITING, ACT_DOING, ACT_DONE, ACT_FAILED, ACT_REFUSED, ACT_EXPIRED };
WORDS_OF(act_state);

/* Where acts are done. */
struct desk {
    struct db *money;  /* DB_MONEY */
    struct db *people; /* DB_ORDINARY, for what changes accounts; NULL: made when it is needed */
    struct arena *a;
    struct actor by;
    int64_t now_ms;
    struct problem *why;
};

struct act_value {
    const char *name, *value;
};
struct act_values {
    struct act_value *items;
    size_t n;
};

struct act_request {
    const char *kind, *reason;
    struct act_values values; /* as typed; what is missing counts as empty */
    const char *once;         /* NULL: a new intent, unless the kind has a key of its own */
    const char *seen;         /* of the preview that was confirmed; NULL: none was */
};

/* A figure of the preview. */
struct act_line {
    const char *label, *text;
};
struct act_lines {
    struct act_line *items;
    size_t n;
};
/* A leg that would be posted. */
struct act_leg {
    int64_t amount_minor, effective_ms;
    const char *debit, *credit, *currency, *ikey;
};
struct act_legs {
    struct act_leg *items;
    size_t n;
};

struct act_preview {
    const struct act_kind *kind;
    const char *what;
    struct act_lines lines;
    struct act_legs legs;
    const char *seen;
    bool waits; /* another operator has to approve it */
};

struct act {
    int64_t id, member_id, asked_by, asked_ms, ended_by, ended_ms;
    enum act_state state;
    const char *kind, *fields, *what, *reason, *posting, *result;
    const char *asked_shell, *ended_shell;
    const char *asker, *ender, *member; /* handles, "": none */
};
struct act_list {
    struct act *items;
    size_t n;
};

/* What came of it, beside the row. */
struct act_done {
    struct act act;
    bool again;             /* it had been asked for before */
    struct act_lines codes; /* secrets that are shown once and stored nowhere */
};

/* What the act would do. Writes nothing. */
MUST_USE enum rc act_preview(struct desk *d, const struct act_request *q, struct act_preview *out);

/* Do it, or with four eyes let it wait: out->act.state says which.
 *   RC_INVALID   a field or the reason: why->field names it
 *   RC_CONFLICT  the state of things does not allow it, or no longer what was seen; with four eyes
 *                also: nobody else could approve it
 *   RC_DENIED    it may not be done; with four eyes also: nobody's account was named
 *   RC_LIMITED   ACTS_WAITING_MAX acts are waiting */
MUST_USE enum rc act_ask(struct desk *d, const struct act_request *q, struct act_done *out);

/* A waiting act: what it would do now, for the one who decides; do it; refuse or withdraw it, with a
 * reason. RC_NOT_FOUND: no such act; RC_CONFLICT: it does not wait (any more), or as act_ask;
 * RC_DENIED: the one who asked cannot approve. */
MUST_USE enum rc act_preview_of(struct desk *d, const struct act *act, struct act_preview *out);
MUST_USE enum rc act_approve(struct desk *d, int64_t id, const char *seen, struct act_done *out);
MUST_USE enum rc act_refuse(struct desk *d, int64_t id, const char *reason, struct act *out);

/* Mark those that waited too long; finish those that a crash has left. *n counts them. */
MUST_USE enum rc act_expire(struct db *money, int64_t now_ms, int64_t *n);
MUST_USE enum rc act_finish(struct desk *d, int64_t *n);

MUST_USE enum rc act_get(struct db *db, struct arena *a, int64_t id, struct act *out);

/* Newest first, those with a smaller id than `before` (0: the newest): waiting ones, the others, or
 * all; of one member (0: of all). At most ACTS_SHOWN. */
enum act_filter { ACTS_ALL, ACTS_WAITING, ACTS_ENDED };
MUST_USE enum rc act_list(struct db *db, struct arena *a, enum act_filter filter, int64_t member_id,
                          int64_t before, struct act_list *out);
MUST_USE enum rc act_count_waiting(struct db *db, struct arena *a, int64_t *n);

/* When a waiting act expires; what was typed. */
int64_t act_expires_ms(const struct act *act);
struct act_values act_values(struct arena *a, const struct act *act);
#endif
