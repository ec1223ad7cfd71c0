/*
 * appeal: somebody who is concerned asks for another look at a decision, within APPEAL_DAYS and once: the
 * creator, or a reporter whose report was refused. Another moderator decides than the one who made the decision.
 *
 * Creator    overturned: what the decision did is undone, and frozen earnings go to the creator.
 * Reporter   overturned: the case is open again, with the moderator who said so, for a new decision.
 * Counter    a creator's counter-notice to a copyright notice: forwarded to the notifier; COUNTER_DAYS later the content
 *            comes back by itself (jobs/moderation), unless a moderator has noted before that the
 *            notifier went to court.
 * Errors     RC_INVALID with field and text; RC_CONFLICT with a text; RC_GONE: too late.
 * Tables     appeal. Reads user.
 */
#ifndef MODERATION_APPEAL_H
#define MODERATION_APPEAL_H
#include "app/moderation/decision.h"

enum {
    APPEAL_MIN_CHARS = 20,
    APPEAL_MAX_CHARS = 3000,
    COUNTER_DAYS = 16, /* 10 to 14 working days */
};

enum appeal_side { SIDE_CREATOR, SIDE_REPORTER, SIDE_COUNTER };
enum appeal_state { APPEAL_OPEN, APPEAL_UPHELD, APPEAL_OVERTURNED };
WORDS_OF(appeal_side);
WORDS_OF(appeal_state);

struct appeal {
    int64_t id, decision_id, case_id, report_id, due_ms, made_ms, decided_ms, by_id;
    int64_t decision_by_id; /* who made the decision: somebody else decides the appeal */
    enum appeal_side side;
    enum appeal_state state;
    const char *text, *name, *address;
    const char *by, *reasons; /* by: the handle of who decided, or "" */
};
struct appeal_list {
    struct appeal *items;
    size_t n;
};

struct appeal_typed {
    enum appeal_side side;
    int64_t decision_id;
    int64_t user_id;   /* of a creator */
    int64_t report_id; /* of a reporter */
    const char *text, *name, *address;
    bool sworn; /* of a counter-notice */
};
MUST_USE enum rc appeal_put(struct db *db, struct arena *a, const struct appeal_typed *typed,
                            int64_t now_ms, struct problem *why);

/* Until when a creator, or the reporter of a refused report, may appeal; 0: they may not. */
int64_t appeal_until_ms(const struct decision *d, int64_t now_ms);

struct appeal_answer {
    int64_t appeal_id, by_id;
    bool overturn;
    const char *reasons; /* as typed */
};
MUST_USE enum rc appeal_decide(struct db *db, struct arena *a, const struct appeal_answer *answer,
                               int64_t now_ms, struct problem *why);

/* Of a case; of a decision, those of the creator (report_id 0) or of one reporter. */
enum { APPEALS_SHOWN = 50 };
MUST_USE enum rc appeal_of_case(struct db *db, struct arena *a, int64_t case_id,
                                struct appeal_list *out);
MUST_USE enum rc appeal_of_decision(struct db *db, struct arena *a, int64_t decision_id,
                                    int64_t report_id, struct appeal_list *out);

/* How many others than this moderator may decide appeals. */
MUST_USE enum rc appeal_others(struct db *db, struct arena *a, int64_t but_id, int64_t *n);

/* Bring back content whose counter-notice's time has passed; for jobs/moderation. */
MUST_USE enum rc appeal_run_due(struct db *db, struct arena *a, int64_t now_ms, int64_t *done);
#endif
