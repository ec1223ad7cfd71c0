/*
 * unit: one paid month of one member, the unit in which money is divided.
 *
 * A unit is open, then settled (settle.h: its money belongs to creators, platform and the idle
 * account), then matured (what creators got of it may be paid out). `frozen` > 0 stops both.
 * Tables     unit, unit_share.
 */
#ifndef MONEY_UNIT_H
#define MONEY_UNIT_H
#include "app/money/divide.h"
#include "io/db.h"

enum { UNITS_SHOWN_MAX = 120, UNIT_CREATORS_MAX = 900 };

struct unit {
    int64_t id, payment_id, n, user_id, policy_id, starts_ms, ends_ms;
    int64_t gross_minor, tax_minor, fee_minor, refunded_minor, frozen;
    int64_t settled_ms, settled_refunded_minor, matured_ms; /* 0: not yet */
    int64_t seconds, net_minor, shortfall_minor, creators_minor, platform_minor, idle_minor;
    const char *currency;
};
struct unit_list {
    struct unit *items;
    size_t n;
};

/* A creator's part of a unit. */
struct unit_share {
    int64_t unit_id, creator_id, seconds, amount_minor;
    int64_t
        early_minor; /* what amount was larger by at first: taken back before its month was closed */
    int64_t reversed_minor; /* of amount, taken back since then */
    int64_t absorbed_minor; /* of all that was taken back: the platform bore it (conf clawback) */
};
struct unit_share_list {
    struct unit_share *items;
    size_t n;
};

/* Add an open unit; *id. Inside the transaction of its payment. */
MUST_USE enum rc unit_add(struct db *db, const struct unit *u, int64_t *id);

/* A member's units, newest first; and those of one payment in their order, locked. */
MUST_USE enum rc unit_list(struct db *db, struct arena *a, int64_t user_id, struct unit_list *out);
MUST_USE enum rc unit_lock_of_payment(struct db *db, struct arena *a, int64_t payment_id,
                                      struct unit_list *out);

/* Up to `max` open units that ended before a moment, or settled but not matured ones that were settled
 * before it; not the frozen ones, in the order of that time and their ids, after `last` (all zero:
 * from the first). They are locked to the end of the transaction; those that another process has locked
 * are left out. */
MUST_USE enum rc unit_claim_open(struct db *db, struct arena *a, int64_t ended_before_ms,
                                 const struct unit *last, size_t max, struct unit_list *out);
MUST_USE enum rc unit_claim_settled(struct db *db, struct arena *a, int64_t settled_before_ms,
                                    const struct unit *last, size_t max, struct unit_list *out);

/* One transaction after another until there is no unit left: `batch` claims up to `max` units after
 * `last` and sets `next` to the last one that it claimed; `committed` hears of each that went well.
 * After one that failed for good they are taken one by one, so that only those at fault stay
 * behind; they are logged and the first error is returned. */
struct unit_walk {
    size_t max;
    struct unit last, next;
    enum rc (*batch)(struct db *db, void *arg);
    void (*committed)(void *arg);
    void *arg;
};
MUST_USE enum rc unit_walk(struct db *db, struct unit_walk *w);

/* What became of a settled unit, by creator. */
MUST_USE enum rc unit_shares(struct db *db, struct arena *a, int64_t unit_id,
                             struct unit_share_list *out);

/* The same in the order of creators, locked. */
MUST_USE enum rc unit_lock_shares(struct db *db, struct arena *a, int64_t unit_id,
                                  struct unit_share_list *out);

/* Write down what reversals change of a unit, or of a share: all but what it was paid for. Inside the
 * transaction that locked the unit. */
MUST_USE enum rc unit_set(struct db *db, const struct unit *u);
MUST_USE enum rc unit_share_set(struct db *db, const struct unit_share *s);

/* How its money splits as things stand: divide_unit() with the rule about fees applied. */
void unit_split(const struct unit *u, int64_t share_bp, bool fees_shared, struct unit_split *out);
#endif
