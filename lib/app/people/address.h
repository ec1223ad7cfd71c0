/*
 * address: whose an e-mail address is.
 *
 * Claim      an account that signed up only claims its address until the link that was mailed there is
 *            used. A claim keeps nobody from the address: others may claim it, too, and it belongs to
 *            whoever confirms it first. Until then the account can look and nothing else (RC_UNCONFIRMED,
 *            web/guard.h), it logs in by its handle and not by the address, and no other mail goes there.
 *            It lapses after CLAIM_DAYS.
 * Secrecy    whether an address has an account is told only to those who read its mail: signing up with
 *            it, correcting to it and changing to it do and answer the same, whether it is free or not;
 *            if it is not, the mail says that there is an account.
 * Change     a new address is used once its link is. The old one gets a link that takes the change back
 *            (people/recover.h).
 * Mail off   addresses count as confirmed at once, and are refused when they are taken.
 * Limits     ADDRESS_MAILS of these mails an address and day, ADDRESS_ASKS an account and day.
 * Errors     RC_INVALID or RC_CONFLICT with field "email"; RC_LIMITED; RC_NOT_FOUND, RC_GONE: of the link
 *            (people/link.h).
 * Tables     user.
 */
#ifndef PEOPLE_ADDRESS_H
#define PEOPLE_ADDRESS_H
#include "app/people/link.h"

enum {
    EMAIL_MAX_BYTES = 254, /* RFC 5321 section 4.5.3.1.3, without the angle brackets */
    CLAIM_DAYS = 3,
    ADDRESS_HOURS = 24, /* how long the link that changes an address works */
    UNDO_DAYS = 7,
    ADDRESS_MAILS = 5,
    ADDRESS_ASKS = 10,
    LAPSED_BATCH = 100
};

/* Does it look like an address? Whether mail arrives there, only a mail can tell. */
bool address_looks_right(const char *typed);

/* The address as it is stored. */
MUST_USE enum rc address_read(struct arena *a, const char *typed, const char **email,
                              struct problem *why);

/* RC_OK: it belongs to no account except own_id. */
MUST_USE enum rc address_free(struct db *db, struct arena *a, const char *email, int64_t own_id,
                              struct problem *why);

/* A claim. until_ms: when its account lapses; 0: it needs no confirmation. */
struct address_claim {
    const char *email;
    int64_t until_ms;
};
MUST_USE enum rc address_claim_of(struct db *db, struct arena *a, int64_t user_id,
                                  struct address_claim *out);

/* What a new account's claim is. */
struct address_claim address_claim_new(const char *email, int64_t now_ms);

/* Mail the link of a claim. In the transaction that makes the account. */
MUST_USE enum rc address_claim_mail(struct db *db, struct arena *a, int64_t user_id,
                                    const struct address_claim *claim, int64_t now_ms,
                                    struct problem *why);

/* Mail the link again, to the address typed, which becomes the one that is claimed. RC_GONE: there is
 * nothing left to confirm. */
MUST_USE enum rc address_claim_again(struct db *db, struct arena *a, int64_t user_id,
                                     const char *typed, int64_t now_ms, struct problem *why);

/* The link of a claim was used. */
MUST_USE enum rc address_confirm(struct db *db, struct arena *a, const char *token, int64_t now_ms,
                                 struct problem *why);

/* The member wants another address. *waits: it has to be confirmed first, by a link that is mailed there;
 * else it is changed. */
MUST_USE enum rc address_ask(struct db *db, struct arena *a, int64_t user_id, const char *typed,
                             int64_t now_ms, bool *waits, struct problem *why);

/* The link of such a wish was used. */
MUST_USE enum rc address_change(struct db *db, struct arena *a, const char *token, int64_t now_ms,
                                struct problem *why);

/* Change it without asking its owner; for operators. */
MUST_USE enum rc address_set(struct db *db, struct arena *a, int64_t user_id, const char *email,
                             int64_t now_ms, struct problem *why);

/* Give the account this address again; in the transaction that uses a LINK_UNDO made at since_ms. Ends
 * what was begun with the address since: other links, and those that take back later changes. */
MUST_USE enum rc address_restore(struct db *db, int64_t user_id, const char *email,
                                 int64_t since_ms, int64_t now_ms, struct problem *why);

/* Delete accounts whose claim has lapsed. What was paid for, or is kept by anything else, stays. For
 * jobs/sweep. */
MUST_USE enum rc address_lapse(struct db *db, struct arena *a, int64_t now_ms, int64_t *dropped);
#endif
