/*
 * policy: the terms by which money is divided. Each paid month keeps the terms of the day it was
 * paid, so that a changed config takes effect with the next one.
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
    int64_t share_bp;         /* for creators, of the net */
    int64_t min_unit_seconds; /* a month watched for less is idle */
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

/* The terms that the config says now; written down when they are new. Needs DB_MONEY; inside or
 * outside a transaction. */
MUST_USE enum rc policy_now(struct db *db, struct arena *a, int64_t now_ms, struct policy *out);

/* Those of a unit. */
MUST_USE enum rc policy_get(struct db *db, struct arena *a, int64_t id, struct policy *out);

/* The same out of `kept`, which grows by what it did not hold: terms never change. */
MUST_USE enum rc policy_keep(struct db *db, struct arena *a, struct policy_list *kept, int64_t id,
                             const struct policy **out);

/* All that were ever used, the newest first. */
MUST_USE enum rc policy_list(struct db *db, struct arena *a, struct policy_list *out);
#endif
