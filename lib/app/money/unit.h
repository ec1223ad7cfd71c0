/*
 * unit: one paid month of one member, the unit in which money is divided.
 *
 * A unit is open, then settled (settle.h: its money belongs to creators, platform and the idle
 * account), then matured (the creators' shares may be paid out). `frozen` > 0 stops both steps.
 * Amounts are minor units of its currency, times UTC milliseconds. Its time is in paid_span.h;
 * starts_ms and ends_ms are the beginning and the end of that, by which it settles and is shown.
 * Tables     unit, unit_share.
 */
#ifndef MONEY_UNIT_H
#define MONEY_UNIT_H
#include "app/money/divide.h"
#include "io/db.h"

enum { UNITS_SHOWN_MAX = 120, UNIT_CREATORS_MAX = 900 };

struct unit {
    int64_t id, payment_id, n, user_id, policy_id, starts_ms, ends_ms;
    int64_t length_ms; /* 0: a calendar month; else it was interrupted or cut (coverage.h) */
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
    int64_t early_minor;    /* taken back before the month was closed; no longer in amount */
    int64_t reversed_minor; /* part of amount, taken back since then */
    int64_t absorbed_minor; /* part of what was taken back that the platform bore (conf clawback) */
};
struct unit_share_list {
    struct unit_share *items;
    size_t n;
};

/* Add an open unit and set *id. Inside the transaction of its payment. */
MUST_USE enum rc unit_add(struct db *db, const struct unit *u, int64_t *id);

/* A member's units, newest first; the units of one payment in their order, locked. At most
 * UNITS_SHOWN_MAX. */
MUST_USE enum rc unit_list(struct db *db, struct arena *a, int64_t user_id, struct unit_list *out);
MUST_USE enum rc unit_lock_of_payment(struct db *db, struct arena *a, int64_t payment_id,
                                      struct unit_list *out);

/* Up to `max` open units that ended before a moment, or settled ones that are not matured and were
 * settled before it; without frozen ones, in the order of that time and id, after `last` (all zero:
 * from the first). They stay locked until the transaction ends; units that another process has
 * locked are skipped. */
MUST_USE enum rc unit_claim_open(struct db *db, struct arena *a, int64_t ended_before_ms,
                                 const struct unit *last, size_t max, struct unit_list *out);
MUST_USE enum rc unit_claim_settled(struct db *db, struct arena *a, int64_t settled_before_ms,
                                    const struct unit *last, size_t max, struct unit_list *out);

/* Runs one transaction after another until no unit is left: `batch` claims up to `max` units after
 * `last` and sets `next` to the last one that it claimed; `committed` is called after each success.
 * Once a transaction has failed for good, units are taken one by one, so that only the faulty ones
 * are left out; these are logged, and the first error is returned. RC_BUSY ends the walk. */
struct unit_walk {
    size_t max;
    struct unit last, next;
    enum rc (*batch)(struct db *db, void *arg);
    void (*committed)(void *arg);
    void *arg;
};
MUST_USE enum rc unit_walk(struct db *db, struct unit_walk *w);

/* The shares of a settled unit, in the order of creators. */
MUST_USE enum rc unit_shares(struct db *db, struct arena *a, int64_t unit_id,
                             struct unit_share_list *out);

/* Like unit_shares, and locks the rows until the transaction ends. */
MUST_USE enum rc unit_lock_shares(struct db *db, struct arena *a, int64_t unit_id,
                                  struct unit_share_list *out);

/* Store the fields of a unit or a share that reversals change. Inside the transaction that locked
 * the unit. */
MUST_USE enum rc unit_set(struct db *db, const struct unit *u);
MUST_USE enum rc unit_share_set(struct db *db, const struct unit_share *s);

/* Store when units begin and end, and how long one is. For paid_span.h. */
struct unit_period {
    int64_t unit_id, starts_ms, ends_ms;
};
MUST_USE enum rc unit_set_periods(struct db *db, struct arena *a, const struct unit_period *periods,
                                  size_t n);
MUST_USE enum rc unit_set_length(struct db *db, int64_t unit_id, int64_t length_ms);

/* How the unit's money splits after its refunds so far: divide_unit() with the rule for fees. */
void unit_split(const struct unit *u, int64_t share_bp, bool fees_shared, struct unit_split *out);
#endif
