/*
 * departure: members who leave. They ask for it and have DEPARTURE_DAYS to change their mind; meanwhile nobody
 * else sees their channel and videos, addresses of their media are void, and their subscription is not
 * renewed. Then erase.h deletes what they are and made; rows of money stay, without the person.
 *
 * Earnings   those who have any say beforehand what is to become of them: paid to their account as they become
 *            payable, even below the threshold, or given to the other creators (liab:idle).
 * Operators  the last one cannot leave.
 * Ownership  strings live in the caller's arena.
 * Errors     RC_INVALID and RC_CONFLICT with field ("handle", "earnings") and text; RC_GONE: it is too late; as in
 *            io/db.h.
 * Tables     departure. Reads video.
 */
#ifndef LEAVING_DEPARTURE_H
#define LEAVING_DEPARTURE_H
#include "io/db.h"

enum { DEPARTURE_DAYS = 14 };

enum leaver_earnings { LEAVER_UNSAID, LEAVER_PAY, LEAVER_GIVE };
WORDS_OF(leaver_earnings);

struct departure {
    int64_t user_id, asked_ms, due_ms;
    int64_t erased_ms; /* 0: not yet */
    enum leaver_earnings earnings;
};

/* RC_NOT_FOUND: the member does not leave. */
MUST_USE enum rc departure_get(struct db *db, struct arena *a, int64_t user_id,
                               struct departure *out);

/* What the site owes a member. */
struct leaver_owed {
    int64_t payable_minor, held_minor, transit_minor; /* earned: payable now, later, being paid */
    int64_t frozen_minor;  /* set aside until a decision (money/freeze.h) */
    int64_t balance_minor; /* transferred, and not used */
    const char *currency;
    bool has_account; /* to be paid to */
    bool is_asked;    /* something is earned, or may still be: they say what becomes of it */
};
MUST_USE enum rc departure_owed(struct db *db, struct arena *a, int64_t user_id,
                                struct leaver_owed *out);

/* Plan it. `handle` is what was typed, to be sure. */
struct departure_wish {
    int64_t user_id;
    const char *handle;
    enum leaver_earnings earnings;
};
MUST_USE enum rc departure_ask(struct db *db, struct arena *a, const struct departure_wish *wish,
                               int64_t now_ms, struct problem *why);

/* Everything is as it was. RC_NOT_FOUND: they do not leave. RC_GONE: the time is over. */
MUST_USE enum rc departure_take_back(struct db *db, struct arena *a, int64_t user_id,
                                     int64_t now_ms);
#endif
