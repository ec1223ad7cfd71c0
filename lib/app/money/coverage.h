/*
 * coverage: decides which paid time of a member belongs to which unit (unit.h). Pure: no clock, no
 * database. What it decides is stored as the table paid_span (paid_span.h); access, the months that
 * members and creators see, and what watched time counts for, all follow from that.
 *
 * Spans      in the order of time, disjoint. Those that are not over at now_ms follow each other
 *            without a gap, so that one date says until when a member may watch.
 * Length     a unit is a calendar month, counted from the anchor of its run (31 Jan, 28 Feb, 31
 *            Mar), wherever it comes to lie. Once it was interrupted or cut it is a fixed number of
 *            ms, and the months after it are counted from its end. The spans of a paid unit always
 *            add up to its length.
 * Paid       what a unit still has to give is appended at the end of the paid time while there is
 *            access, and begins at now_ms otherwise.
 * Stopped    (a dispute is open) it gives nothing from now_ms on, and keeps what it has given.
 * Gone       (given back in full) it has no time, not even what it has given. Unless it was over,
 *            what follows moves up as if it had never been: the next one begins where it began.
 *            What it had given is returned to the caller, and counts again if it is paid after all,
 *            except where another unit covers it: that part it still has to give.
 * Moves      only time that is not over at now_ms moves. It may come to lie in the past.
 */
#ifndef MONEY_COVERAGE_H
#define MONEY_COVERAGE_H
#include "base/arena.h"

/* Time that a unit pays for. */
struct span {
    int64_t unit_id, starts_ms, ends_ms; /* starts_ms < ends_ms */
    int64_t anchor_ms;                   /* <= starts_ms: months are counted from here */
    bool fixed; /* its unit has a length of its own: months after it are counted from its end */
};
struct span_list {
    struct span *items;
    size_t n;
};

enum standing { UNIT_PAID, UNIT_STOPPED, UNIT_GONE };

/* What becomes of a unit. */
struct claim {
    int64_t unit_id;
    enum standing was, is;
    int64_t until_ms;  /* is UNIT_PAID: it ends then, if that is before its end; INT64_MAX: not */
    int64_t length_ms; /* its length before, and after; 0: a calendar month */
    bool longer;       /* what was cut off has been added to length_ms: the unit has to give it */
    struct span_list given; /* before, and after: what a unit that is gone had given */
};

/* How long the spans of a unit are together. */
int64_t coverage_sum(const struct span_list *list, int64_t unit_id);

/* The spans of a member after these claims, as *out in the arena; `access`: is there access at now_ms (by
 * paid time or in grace)? Units without a claim keep their standing. */
void coverage_change(struct arena *a, const struct span_list *spans, struct claim *claims, size_t n,
                     int64_t now_ms, bool access, struct span_list *out);
#endif
