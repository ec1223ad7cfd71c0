/*
 * voucher: paid months that can be given away.
 *
 * Codes      128 random bits in Crockford's base32 (str.h), 26 symbols in groups; any member who
 *            has the code can redeem it. Only its SHA-256 is stored, so it is shown once.
 * Money      a gift (value 0) moves no money, so its months have nothing to divide. Sold (value > 0):
 *              voucher:ID:sold       source -> liab:voucher  value - tax,  source -> liab:vat  tax
 *              voucher:ID:redeemed   liab:vat -> liab:voucher  tax; then payment.h, from liab:voucher
 *              voucher:ID:cancelled  back: liab:voucher -> source  value - tax,  liab:vat -> source  tax
 *                                    kept: liab:voucher -> rev:platform  value - tax
 *              voucher:ID:expired    liab:voucher -> rev:platform  value - tax (conf voucher_expired)
 *            source is the account that holds the price: asset:psp or asset:bank.
 * Tax        months of one site at one rate are known when a voucher is sold, so it is a single-purpose
 *            voucher (Directive (EU) 2016/1065): taxed and documented (receipt.h) at its sale, not when
 *            it is redeemed, and not given back when it is not used. Those sold before this was so
 *            (taxed = 0) are taxed when they are redeemed.
 * End        each of redeemed, cancelled and expired ends it, once.
 * Guessing   wrong codes are counted per member and per network (conf voucher_tries_per_hour).
 * Tables     voucher; adds to receipt through receipt.h. Reads user.
 */
#ifndef INCOME_VOUCHER_H
#define INCOME_VOUCHER_H
#include "app/money/ledger.h"
#include "base/words.h"

enum { VOUCHERS_AT_ONCE_MAX = 1000, VOUCHERS_SHOWN_MAX = 200, VOUCHER_NOTE_MAX_CHARS = 100 };
#define VOUCHER_VALUE_MAX INT64_C(100000000)

enum voucher_end { VOUCHER_NOT_ENDED, VOUCHER_CANCELLED, VOUCHER_EXPIRED };
WORDS_OF(voucher_end);

struct voucher {
    int64_t id, months, value_minor, tax_minor, created_ms, expires_ms, redeemed_ms, ended_ms;
    bool taxed;             /* at its sale */
    enum voucher_end ended; /* expired: its value has been booked; until then it is only too late */
    const char *currency, *note, *source;
    const char *redeemed_by; /* a handle, or "" */
};
struct voucher_list {
    struct voucher *items;
    size_t n;
};

/* Create a voucher with the months, value, currency, note and times of *v; *code is its code, *id (may
 * be NULL) its number. `source` is the account that holds the money paid for it. The first one is a
 * transaction of its own, the second one runs inside the caller's. */
MUST_USE enum rc voucher_create(struct db *db, struct arena *a, const struct voucher *v,
                                struct ledger_account_ref source, const char **code);
MUST_USE enum rc voucher_create_within(struct db *db, struct arena *a, const struct voucher *v,
                                       struct ledger_account_ref source, const char **code,
                                       int64_t *id);

/* A voucher by its number. RC_NOT_FOUND: none. */
MUST_USE enum rc voucher_get(struct db *db, struct arena *a, int64_t id, struct voucher *out);

/* Give a voucher that has not ended a new code and this end; the old code is dead. Inside the caller's
 * transaction. RC_CONFLICT: it has ended or been redeemed. */
MUST_USE enum rc voucher_renew(struct db *db, struct arena *a, const struct voucher *v,
                               int64_t expires_ms, const char **code);

/* End a voucher that nobody has redeemed: the money goes back to the buyer or becomes the site's.
 * Inside the caller's transaction. RC_CONFLICT: it has ended or been redeemed; `posting` is the key of
 * the posting, "" for a gift. */
MUST_USE enum rc voucher_cancel(struct db *db, struct arena *a, const struct voucher *v, bool back,
                                int64_t now_ms, const char **posting);

/* What is left of vouchers that have expired becomes the site's (conf voucher_expired), at most
 * VOUCHERS_AT_ONCE_MAX of them; *n counts them. */
MUST_USE enum rc voucher_expire(struct db *db, struct arena *a, int64_t now_ms, int64_t *n);

/* Add the months of a code to the member's subscription.
 *   RC_INVALID  unknown, used or expired: the same sentence for all
 *   RC_LIMITED  too many wrong codes */
MUST_USE enum rc voucher_redeem(struct db *db, struct arena *a, int64_t user_id,
                                const char *network, const char *code, int64_t now_ms,
                                struct problem *why);

/* Newest first, with numbers below `before` (0: the newest), at most VOUCHERS_SHOWN_MAX; without their
 * codes, which are not stored. */
MUST_USE enum rc voucher_list(struct db *db, struct arena *a, int64_t before,
                              struct voucher_list *out);

/* What became of it, in words: "good to 1 Jan 2031", "redeemed by ann on 2 May 2031", "expired". */
const char *voucher_state(struct arena *a, const struct voucher *v, int64_t now_ms);
#endif
