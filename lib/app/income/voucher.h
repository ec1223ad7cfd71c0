/*
 * voucher: paid months that can be given away.
 *
 * Codes      128 random bits in Crockford's base32 (str.h), 26 symbols in groups: whoever has the
 *            code has the months. Only its SHA-256 is kept, so it is shown once.
 * Money      sold (value > 0):  voucher:ID:sold  the provider's account -> liab:voucher
 *            redeemed: payment.h, from liab:voucher. A gift (value 0) moves no money, so its month
 *            divides nothing.
 * Guessing   wrong codes are counted per member and per network (conf voucher_tries_per_hour).
 * Table      voucher.
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

/* Make one with the months, value and so on of *v; *code is what opens it. The account is where the
 * money for it is. */
MUST_USE enum rc voucher_create(struct db *db, struct arena *a, const struct voucher *v,
                                struct ledger_account_ref source, const char **code);

/* The member's time grows by what the code is good for.
 *   RC_INVALID  unknown, used, expired: the same sentence for all
 *   RC_LIMITED  too many wrong ones */
MUST_USE enum rc voucher_redeem(struct db *db, struct arena *a, int64_t user_id,
                                const char *network, const char *code, int64_t now_ms,
                                struct problem *why);

/* The newest first; without their codes, which nobody knows. Reads user. */
MUST_USE enum rc voucher_list(struct db *db, struct arena *a, struct voucher_list *out);
#endif
