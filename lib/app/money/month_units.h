/*
 * month_units: the paid months that were settled in a UTC month and that watched somebody, as closing it
 * and simulating it read them.
 *
 * Reads      unit, unit_share, policy.
 */
#ifndef MONEY_MONTH_UNITS_H
#define MONEY_MONTH_UNITS_H
#include "app/money/unit.h"

struct month_unit {
    int64_t id, net_minor, seconds;
    int64_t given_minor; /* of the creators' part, what is not idle */
    int64_t share_bp;
};
struct month_unit_list {
    struct month_unit *items;
    size_t n, max;
};

/* All, or those of the rule scaled, by their ids. */
MUST_USE enum rc month_units(struct db *db, struct arena *a, int64_t month, bool scaled_only,
                             struct month_unit_list *out);

/* The contribution of each of them, not divided yet. */
struct contribution *month_contributions(struct arena *a, const struct month_unit_list *units);

/* Whom they watched: `page` is called with shares in the order of units and creators, always whole
 * units. month_unit_end() is where the unit that begins at `from` ends. */
MUST_USE enum rc month_watched(struct db *db, struct arena *a, int64_t month, bool scaled_only,
                               enum rc (*page)(struct db *db, void *arg,
                                               const struct unit_share *shares, size_t n),
                               void *arg);
size_t month_unit_end(const struct unit_share *shares, size_t n, size_t from);

/* What a unit gives, by the seconds of its shares; in the order of creators. */
struct part *month_divide(struct arena *a, int64_t minor, const struct unit_share *shares,
                          size_t n);
#endif
