/*
 * voucher: paid months that can be given away.
 *
 * Codes      128 random bits in Crockford's base32 (str.h), 26 symbols in groups; any member who
 *            has the code can redeem it. Only its SHA-256 is stored, so it is shown once.
 * Money      sold (value > 0):  voucher:ID:sold  the provider's account -> liab:voucher
 *            redeemed: payment.h, from liab:voucher. A gift (value 0) moves no money, so its months
 *            have nothing to divide.
 * Guessing   wrong codes are counted per member and per network (conf voucher_tries_per_hour).
 * Tables     voucher. Reads user.
 */
#ifndef INCOME_VOUCHER_H
#define INCOME_VOUCHER_H
#include "app/money/ledger.h"

enum { VOUCHERS_AT_ONCE_MAX = 1000, VOUCHERS_SHOWN_MAX = 1000, VOUCHER_NOTE_MAX_CHARS = 100 };
#define VOUCHER_VALUE_MAX INT64_C(100000000)

struct voucher {
    int64_t id, months, value_minor, created_ms, expires_ms, redeemed_ms;
    const char *currency, *note;
    const char *redeemed_by; /* a handle, or "" */
};
struct voucher_list {
    struct voucher *items;
    size_t n;
};

/* Create a voucher with the months, value, currency, note and times of *v; *code is its code.
 * `source` is the account that holds the money paid for it. */
MUST_USE enum rc voucher_create(struct db *db, struct arena *a, const struct voucher *v,
                                struct ledger_account_ref source, const char **code);

/* Add the months of a code to the member's subscription.
 *   RC_INVALID  unknown, used or expired: the same sentence for all
 *   RC_LIMITED  too many wrong codes */
MUST_USE enum rc voucher_redeem(struct db *db, struct arena *a, int64_t user_id,
                                const char *network, const char *code, int64_t now_ms,
                                struct problem *why);

/* Newest first, at most VOUCHERS_SHOWN_MAX; without their codes, which are not stored. */
MUST_USE enum rc voucher_list(struct db *db, struct arena *a, struct voucher_list *out);
#endif
