/*
 * month_units: reads the units that were settled in a UTC month and are not idle, for closing the
 * month and for simulating it.
 *
 * Reads      unit, unit_share, policy.
 */
#ifndef MONEY_MONTH_UNITS_H
#define MONEY_MONTH_UNITS_H
#include "app/money/unit.h"

struct month_unit {
    int64_t id, net_minor, seconds;
    int64_t given_minor; /* the creators' part, if it is not idle */
    int64_t share_bp;
};
struct month_unit_list {
    struct month_unit *items;
    size_t n, max;
};

/* All units, or only those of the rule scaled, by id. Inside a transaction, or of a month that is
 * closed; RC_BUSY: it was neither. */
MUST_USE enum rc month_units(struct db *db, struct arena *a, int64_t month, bool scaled_only,
                             struct month_unit_list *out);

/* Their contributions with the amounts still 0, for divide_scaled(). */
struct contribution *month_contributions(struct arena *a, const struct month_unit_list *units);

/* Calls `page` with the units' shares in the order of units and creators, never splitting a unit, and
 * with an arena for the time of the call. month_unit_end() returns the index after the last share of the
 * unit that begins at `from`. */
MUST_USE enum rc month_watched(struct db *db, int64_t month, bool scaled_only,
                               enum rc (*page)(struct db *db, struct arena *a, void *arg,
                                               const struct unit_share *shares, size_t n),
                               void *arg);
size_t month_unit_end(const struct unit_share *shares, size_t n, size_t from);

/* Divides a unit's `minor` by the seconds of its n shares; in the order of creators. */
struct part *month_divide(struct arena *a, int64_t minor, const struct unit_share *shares,
                          size_t n);
#endif
