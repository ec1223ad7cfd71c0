/*
 * report: what somebody told the site about a video, a comment or a channel. Nobody needs an account for
 * it; whoever has none may leave an address, and keeps the link of the report's page.
 *
 * Fields     by the group of the kind (kind.h): law needs an explanation, name, address and the statement of
 *            good faith (article 16 DSA); about the abuse of children name and address may be left out.
 *            Copyright also needs the holder and the work; privacy is like law; rules need nothing. For
 *            members, name and address are those of the account.
 * Same       the same report of the same person about an open case is one, and both get its number.
 * Throttled  REPORTS_PER_HOUR a network, REPORTS_PER_DAY a member, REPORT_MAILS_PER_DAY to an address that
 *            somebody typed; further reports to such an address count, but no mail is sent.
 * Kept       name and address of reporters without account until REPORTER_KEPT_DAYS after the decision.
 * Told       with a number at once (report_received), and what was decided (report_decided).
 * Errors     RC_INVALID with field and text; RC_LIMITED with a text; RC_NOT_FOUND.
 * Tables     report. Reads user.
 */
#ifndef MODERATION_REPORT_H
#define MODERATION_REPORT_H
#include "app/moderation/case.h"
#include "base/problem.h"

enum {
    REPORTS_PER_HOUR = 20,
    REPORTS_PER_DAY = 50,
    REPORT_MAILS_PER_DAY = 5,
    REPORTER_KEPT_DAYS = 365,
    REPORT_TEXT_MIN_CHARS = 20,
    REPORT_TEXT_MAX_CHARS = 5000,
    REPORT_LINE_MAX_CHARS = 200,
    REPORT_NAME_MAX_CHARS = 100,
    REPORT_PLACE_MAX_CHARS = 500,
    REPORTS_SHOWN = 50,
    REPORTS_TOLD_AT_ONCE = 50,
};

enum report_state { REPORT_OPEN, REPORT_RIGHT, REPORT_REFUSED };
WORDS_OF(report_state);

struct report_typed {
    enum report_kind kind;
    int64_t reporter_id; /* 0: without an account */
    const char *network; /* "": the site itself; nothing is throttled */
    const char *name, *email, *explanation, *location;
    const char *time; /* in the video, "1:23" or "" */
    const char *holder, *work;
    bool statement;
};
struct report_made {
    int64_t id, case_id;
    const char *pass; /* opens its page */
    bool again;       /* it was there already */
};
/* In a transaction of its own; tells the reporter. */
MUST_USE enum rc report_put(struct db *db, struct arena *a, const struct subject *s,
                            const struct report_typed *typed, int64_t now_ms,
                            struct report_made *out, struct problem *why);

/* Every field of it that report_put() would refuse. */
void report_wrong(struct arena *a, const struct subject *s, const struct report_typed *typed,
                  struct problem_list *wrong);

/* By a check of the site, in the caller's transaction: `found` says what, for moderators. Found again, it
 * is one. */
MUST_USE enum rc report_found(struct db *db, struct arena *a, const struct subject *s,
                              const char *found, int64_t now_ms);

struct report {
    int64_t id, case_id, reporter_id, place_s, made_ms, decided_ms, decision_id;
    const char *pass, *name, *email, *explanation, *location, *holder, *work;
    const char *snapshot; /* "": as the case's */
    const char *reporter; /* handle, or "" */
    enum report_kind kind;
    enum report_state state;
    bool sworn;
    int64_t was_right, was_refused; /* earlier reports of the same person */
};
struct report_list {
    struct report *items;
    size_t n;
};

MUST_USE enum rc report_get(struct db *db, struct arena *a, int64_t id, struct report *out);
/* For whoever has its pass or reported it as a member. */
MUST_USE enum rc report_get_for(struct db *db, struct arena *a, int64_t id, const char *pass,
                                int64_t viewer_id, struct report *out);

/* The newest REPORTS_SHOWN of a case; a member's, newest first. */
MUST_USE enum rc report_of_case(struct db *db, struct arena *a, int64_t case_id,
                                struct report_list *out);
MUST_USE enum rc report_of_member(struct db *db, struct arena *a, int64_t user_id,
                                  struct report_list *out);

/* The rest is for decision.c and jobs. */

/* All open reports of a case are decided. In the caller's transaction. */
MUST_USE enum rc report_decide(struct db *db, int64_t case_id, int64_t decision_id, bool right,
                               int64_t now_ms);

/* They are open again. In the caller's transaction. */
MUST_USE enum rc report_reopen(struct db *db, int64_t case_id, int64_t decision_id);

/* Who gets to know of a case's copyright notices what its creator answers. */
MUST_USE enum rc report_notifiers(struct db *db, struct arena *a, int64_t case_id,
                                  struct report_list *out);

/* Decided reports whose reporters were not told yet, at most REPORTS_TOLD_AT_ONCE; note that one was. */
struct report_untold {
    int64_t id, reporter_id, decision_id;
    const char *pass, *email, *title;
};
struct report_untold_list {
    struct report_untold *items;
    size_t n;
};
MUST_USE enum rc report_untold(struct db *db, struct arena *a, struct report_untold_list *out);
MUST_USE enum rc report_note_told(struct db *db, int64_t id, int64_t now_ms);

/* Path of its page, for whoever reported it. */
const char *report_path(struct arena *a, int64_t id, int64_t reporter_id, const char *pass);

/* Empty names and addresses that are no longer needed; for jobs/moderation. */
MUST_USE enum rc report_sweep(struct db *db, int64_t now_ms, int64_t *emptied);
#endif
