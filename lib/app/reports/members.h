/*
 * members: the list of members, for operators who look for one.
 *
 * Text       the beginning of a handle, a name or an e-mail address, in any case; "": everybody. Of a very
 *            common one the first MEMBERS_MATCHED_MAX of each.
 * Order      newest first.
 * Tables     none of its own. Reads user, subscription, session.
 */
#ifndef REPORTS_MEMBERS_H
#define REPORTS_MEMBERS_H
#include "app/income/subscription.h"

enum {
    MEMBERS_PAGE = 50,
    MEMBERS_TEXT_MAX_CHARS = 254,
    MEMBERS_MATCHED_MAX = 2000, /* of handles, of names and of addresses that begin so */
};

/* paying: has access by what was paid. unpaid: paid once, and has none now. restricted: banned, or
 * suspended until a later time. staff: moderators and operators. */
enum member_group {
    MEMBERS_ALL,
    MEMBERS_PAYING,
    MEMBERS_UNPAID,
    MEMBERS_RESTRICTED,
    MEMBERS_CLOSED,
    MEMBERS_STAFF
};
WORDS_OF(member_group);

struct member {
    int64_t id, role, created_ms, closed_ms, suspended_until_ms;
    int64_t seen_ms; /* when a login was last renewed; 0: never, or long ago */
    const char *handle, *name, *email;
    bool blocked;
    struct subscription paid; /* user_id 0: never paid */
};
struct member_list {
    struct member *items;
    size_t n;
};

/* Up to MEMBERS_PAGE + 1 members with a smaller id than `before` (0: from the newest). by_email: the
 * text may be the beginning of an e-mail address, too. */
MUST_USE enum rc member_find(struct db *db, struct arena *a, const char *text, bool by_email,
                             enum member_group group, int64_t before, int64_t now_ms,
                             struct member_list *out);
#endif
