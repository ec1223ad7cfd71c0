/*
 * decision: what a moderator does about a case, with the statement of reasons of article 17 DSA: what, from
 * when and until when, the facts, whether a report led to it, the law or rule, and how to appeal. Scope is
 * always the whole site, everywhere; no automated means are used to decide.
 *
 * Content    none; hide (a video or comment, until the case is decided: the case stays open); limit (a video: only its
 *            owner and moderators see it); remove.
 * Member     none; warn; suspend until a time; ban. Only of members with a lower role than the moderator's.
 * Money      earnings that are frozen for the case go to the creator or to the pool. Hiding leaves them.
 *            Without end frozen, they go to the pool only with the content limited or removed, or the member
 *            banned, since nothing else is earned then.
 * Once       all of it is one transaction: content, member, money, reports, journal, and the notices.
 * Overturned by an appeal (appeal.h): content, member and money are as they were before, unless a later
 *            decision says something else about them.
 * Errors     RC_INVALID with field and text; RC_DENIED with a text: the moderator's own content, a higher role;
 *            RC_CONFLICT with a text: not taken by this moderator, or decided.
 * Tables     decision. Reads user.
 */
#ifndef MODERATION_DECISION_H
#define MODERATION_DECISION_H
#include "app/moderation/case.h"
#include "app/site/journal.h"

enum {
    FACTS_MIN_CHARS = 20,
    FACTS_MAX_CHARS = 3000,
    GROUND_MAX_CHARS = 500,
    SUSPEND_MAX_DAYS = 365,
    APPEAL_DAYS = 184, /* six months: article 20 DSA */
    DECISIONS_SHOWN = 50,
};

enum content_act { CONTENT_NONE, CONTENT_HIDE, CONTENT_LIMIT, CONTENT_REMOVE };
enum member_act { MEMBER_NONE, MEMBER_WARN, MEMBER_SUSPEND, MEMBER_BAN };
enum money_act { MONEY_NONE, MONEY_CREATOR, MONEY_POOL };
enum decision_ground { GROUND_NONE, GROUND_LAW, GROUND_RULES };
WORDS_OF(content_act);
WORDS_OF(member_act);
WORDS_OF(money_act);
WORDS_OF(decision_ground);

struct decision {
    int64_t id, case_id, owner_id, by_id, made_ms, overturned_ms, until_ms, until_was_ms;
    enum content_act content, content_was;
    enum member_act member;
    enum money_act money;
    enum decision_ground ground;
    const char *ground_text, *facts;
    const char *by, *owner;          /* handles */
    const char *name, *title, *path; /* of what it is about */
    enum subject_kind subject;
    int64_t subject_id;
    enum report_kind kind; /* of the case */
    bool noticed;
};
struct decision_list {
    struct decision *items;
    size_t n;
};

struct decision_typed {
    int64_t case_id, by_id, by_role;
    enum content_act content;
    enum member_act member;
    int64_t days; /* of a suspension */
    enum money_act money;
    enum decision_ground ground;
    const char *ground_text, *facts; /* as typed */
};
MUST_USE enum rc decision_make(struct db *db, struct arena *a, const struct decision_typed *typed,
                               int64_t now_ms, int64_t *id, struct problem *why);

/* Freeze what the reported video, or all videos of the reported channel, earned by watch time from from_ms (0: since
 * ever) to to_ms (0: without end), until the case is decided. Once a case, by whoever has taken it. */
MUST_USE enum rc decision_freeze(struct db *db, struct arena *a, int64_t case_id, struct actor by,
                                 int64_t from_ms, int64_t to_ms, int64_t now_ms,
                                 struct problem *why);

MUST_USE enum rc decision_get(struct db *db, struct arena *a, int64_t id, struct decision *out);
/* Newest first, at most DECISIONS_SHOWN. */
MUST_USE enum rc decision_of_owner(struct db *db, struct arena *a, int64_t owner_id,
                                   struct decision_list *out);

/* What was decided, in sentences; and all of the statement of reasons that follows it. */
const char *decision_what(struct arena *a, const struct decision *d);
const char *decision_statement(struct arena *a, const struct decision *d);

/* Does it take something from the creator, or ask something of them? */
bool decision_restricts(const struct decision *d);

/* For appeal.c, in its transaction: undo it. */
MUST_USE enum rc decision_undo(struct db *db, struct arena *a, const struct decision *d,
                               int64_t now_ms);

/* Tell reporters who were not told yet; for jobs/moderation, and at once after a decision. In the caller's
 * transaction or alone. *told: how many, at most REPORTS_TOLD_AT_ONCE. */
MUST_USE enum rc decision_tell_reporters(struct db *db, struct arena *a, int64_t now_ms,
                                         int64_t *told);

/* The key of the freeze that belongs to a case (money/freeze.h). */
const char *case_freeze_key(struct arena *a, int64_t case_id);
#endif
