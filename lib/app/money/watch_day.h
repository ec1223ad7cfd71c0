/*
 * watch_day: the watch time that counts, by member and day, from which paid months are divided
 * (settle.h). lib/app/watching/rollup.h fills it. Two more tables hold the days that have to be
 * counted, or counted again, and up to which time each machine has delivered its watch time.
 *
 * Units      a day is one of UTC, counted since 1970.
 * Errors     as in io/db.h.
 * Tables     watch_day, watch_dirty (the days that wait), watch_node (the machines). Reads paid_span.
 */
#ifndef MONEY_WATCH_DAY_H
#define MONEY_WATCH_DAY_H
#include "app/money/credit.h"
#include "io/db.h"

enum {
    WATCH_DAYS_PAGE = 1000,
    WATCH_DAY_UNITS_MAX = 100 /* paid months of a member that touch one day */
};

struct member_day {
    int64_t user_id, day;
};
struct member_days {
    struct member_day *items;
    size_t n;
};

/* Mark days to be counted: `days` is a page of rows (io/rows.h) beginning with a day and a
 * member. */
MUST_USE enum rc watch_day_wait(struct db *db, const char *days);

/* Mark all of a member's days in this time to be counted again, because it now belongs to other
 * paid months: what was watched in the days of grace, or after a refund. Waits for a count of them
 * under way; later counts wait for the end of the transaction. */
MUST_USE enum rc watch_day_wait_span(struct db *db, struct arena *a, int64_t user_id,
                                     int64_t from_ms, int64_t to_ms);

/* The days that wait, in the order of day and member, at most WATCH_DAYS_PAGE after `after`. */
MUST_USE enum rc watch_day_waiting(struct db *db, struct arena *a, const struct member_day *after,
                                   struct member_days *out);

/* Lock a waiting day until the transaction ends. RC_NOT_FOUND: it no longer waits. */
MUST_USE enum rc watch_day_claim(struct db *db, struct arena *a, const struct member_day *d,
                                 struct member_day *claimed);

/* The member's paid time that overlaps the day, in the order of its beginning. */
MUST_USE enum rc watch_day_units(struct db *db, struct arena *a, const struct member_day *d,
                                 struct credit_unit_list *out);

/* Store the credits of the day in place of those stored before. */
MUST_USE enum rc watch_day_write(struct db *db, struct arena *a, const struct member_day *d,
                                 const struct credit_list *credits);

/* Mark the day as counted: it no longer waits. */
MUST_USE enum rc watch_day_counted(struct db *db, const struct member_day *d);

/* Note that a machine has delivered everything it received before that time; forget a machine, so
 * that settling no longer waits for it (*changed is 0 if there was no such machine). */
MUST_USE enum rc watch_day_heard(struct db *db, const char *node, int64_t all_before_ms);
MUST_USE enum rc watch_day_forget_node(struct db *db, const char *node, int64_t *changed);
#endif
