/*
 * watch_day: the watch time that counts, by member and day, from which paid months are divided
 * (settle.h). Watching brings it here; which days have to be counted, or counted again, waits in a
 * table, and so does how far each machine has delivered.
 *
 * Units      a day is one of UTC, counted since 1970.
 * Errors     as in io/db.h.
 * Tables     watch_day, watch_dirty (the days that wait), watch_node (the machines).
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

/* These days have to be counted: JSON, rows that begin with a day and a member (io/rows.h). */
MUST_USE enum rc watch_day_wait(struct db *db, const char *days);

/* All days of a member in this time have to be counted again: what was watched in the days of grace
 * falls into a paid month now. The rows lock the days against a count that has begun without it. */
MUST_USE enum rc watch_day_wait_span(struct db *db, int64_t user_id, int64_t from_ms,
                                     int64_t to_ms);

/* The days that wait, in the order of day and member, at most WATCH_DAYS_PAGE after `after`. */
MUST_USE enum rc watch_day_waiting(struct db *db, struct arena *a, const struct member_day *after,
                                   struct member_days *out);

/* Lock a waiting day to the end of the transaction. RC_NOT_FOUND: it no longer waits. */
MUST_USE enum rc watch_day_claim(struct db *db, struct arena *a, const struct member_day *d,
                                 struct member_day *claimed);

/* The paid months of the member that reach into the day, by their beginning. */
MUST_USE enum rc watch_day_units(struct db *db, struct arena *a, const struct member_day *d,
                                 struct credit_unit_list *out);

/* What the day is worth, in place of what was written before. */
MUST_USE enum rc watch_day_write(struct db *db, struct arena *a, const struct member_day *d,
                                 const struct credit_list *credits);

/* The day no longer waits. */
MUST_USE enum rc watch_day_counted(struct db *db, const struct member_day *d);

/* A machine has delivered everything that it heard before that time; and it is no longer waited for.
 * *changed: 0 when there was no such machine. */
MUST_USE enum rc watch_day_heard(struct db *db, const char *node, int64_t all_before_ms);
MUST_USE enum rc watch_day_forget_node(struct db *db, const char *node, int64_t *changed);
#endif
