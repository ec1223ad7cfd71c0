/*
 * policy: the terms by which money is divided. Each paid month keeps the terms of the day it was
 * paid, so a changed config applies to months paid afterwards.
 *
 * Tables     policy: rows are added, never changed.
 */
#ifndef MONEY_POLICY_H
#define MONEY_POLICY_H
#include "base/conf.h"
#include "io/db.h"

enum { POLICIES_SHOWN_MAX = 100 };

struct policy {
    int64_t id;
    int64_t share_bp;         /* the creators' share of the net */
    int64_t min_unit_seconds; /* a month with less watch time is idle */
    int64_t hold_days;        /* from settled to payable */
    int64_t since_ms;         /* first used */
    enum division_rule rule;
    enum fee_bearer fees;
    enum idle_use idle;
};
struct policy_list {
    struct policy *items;
    size_t n;
};

/* The terms of the current config, stored if new. Needs DB_MONEY; in a transaction or outside. */
MUST_USE enum rc policy_now(struct db *db, struct arena *a, int64_t now_ms, struct policy *out);

/* The terms with this id, such as those of a unit. RC_NOT_FOUND: there are none. */
MUST_USE enum rc policy_get(struct db *db, struct arena *a, int64_t id, struct policy *out);

/* Like policy_get, through the cache `kept`, which starts empty and never expires, since terms
 * never change. */
MUST_USE enum rc policy_keep(struct db *db, struct arena *a, struct policy_list *kept, int64_t id,
                             const struct policy **out);

/* All terms ever used, newest first; at most POLICIES_SHOWN_MAX. */
MUST_USE enum rc policy_list(struct db *db, struct arena *a, struct policy_list *out);
#endif
