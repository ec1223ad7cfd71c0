/*
 * link: one-time links that are sent by mail: whoever has the link has read the mail.
 *
 *   link_make    a new link; *token goes into the mail as /verify?token=... and is kept nowhere else
 *   link_look    what a link is about, for the page that its GET shows; uses nothing up, because
 *                programs that check mail follow links
 *   link_use     the POST of that page: good for one time only, however many come side by side
 *   link_burn    makes links void that something else has made pointless or dangerous
 *
 * Tokens     LINK_TOKEN_BYTES random bytes as base64url; the table holds their SHA-256, so a copy of
 *            it opens nothing. A token belongs to one purpose and one account.
 * Logs       a token stands in the query of an address, because logs hold only paths.
 * Errors     RC_NOT_FOUND  no link of ours for this purpose, or deleted long after its end
 *            RC_GONE       used, burned or expired; *out says which, so that the page can say what to
 *                          do instead
 * Table      link.
 */
#ifndef PEOPLE_LINK_H
#define PEOPLE_LINK_H
#include "io/db.h"

enum link_purpose {
    LINK_CONFIRM, /* that the address belongs to the account; data: the address */
    LINK_RESET,   /* choose a new password */
    LINK_ADDRESS, /* the address of an account is to become this one; data: it */
    LINK_UNDO,    /* take back such a change; data: the address before */
    LINK_PURPOSES
};
WORDS_OF(link_purpose);

enum {
    LINK_TOKEN_BYTES = 32,
    LINK_TOKEN_CHARS = 43,
    LINK_DATA_MAX_BYTES = 254,
    LINK_KEPT_DAYS = 30, /* after its end, so that its page can say more than "unknown" */
};

struct link {
    int64_t user_id, made_ms, expires_ms;
    int64_t used_ms, burned_ms; /* 0: it was not */
    const char *data;
};

/* In the caller's transaction, or alone. `data` is "" or what the purpose needs. */
MUST_USE enum rc link_make(struct db *db, struct arena *a, enum link_purpose purpose,
                           int64_t user_id, const char *data, int64_t life_ms, int64_t now_ms,
                           const char **token);

MUST_USE enum rc link_look(struct db *db, struct arena *a, enum link_purpose purpose,
                           const char *token, int64_t now_ms, struct link *out);

/* To be called in the transaction that does what the link is for: when that is rolled back, the link
 * stays good. */
MUST_USE enum rc link_use(struct db *db, struct arena *a, enum link_purpose purpose,
                          const char *token, int64_t now_ms, struct link *out);

/* All links of this purpose that the account still has open. */
MUST_USE enum rc link_burn(struct db *db, enum link_purpose purpose, int64_t user_id,
                           int64_t now_ms);

/* Only those that were made at since_ms or later. */
MUST_USE enum rc link_burn_since(struct db *db, enum link_purpose purpose, int64_t user_id,
                                 int64_t since_ms, int64_t now_ms);

/* The newest open link of this purpose; RC_NOT_FOUND: there is none. */
MUST_USE enum rc link_open(struct db *db, struct arena *a, enum link_purpose purpose,
                           int64_t user_id, int64_t now_ms, struct link *out);

/* Delete links that ended LINK_KEPT_DAYS ago; for jobs/sweep. */
MUST_USE enum rc link_sweep(struct db *db, int64_t now_ms, int64_t *dropped);
#endif
