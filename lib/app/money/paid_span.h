/*
 * paid_span: which paid time of a member belongs to which unit, as coverage.h decides it. Whoever
 * changes what a member has paid for (payments, refunds, disputes) changes it in the same
 * transaction, through income/subscription.h.
 *
 * Writing it also sets the units' starts_ms and ends_ms, the beginning of the first and the end of
 * the last of their spans (a unit without spans keeps what it had), and their length_ms; and marks
 * the days whose time now counts for another unit, so that they are counted again.
 * Limits     PAID_SPANS_MAX spans of a member.
 * Errors     as in io/db.h.
 * Tables     paid_span, paid_span_gone; changes unit and watch_dirty through their modules.
 */
#ifndef MONEY_PAID_SPAN_H
#define MONEY_PAID_SPAN_H
#include "app/money/coverage.h"
#include "io/db.h"

enum { PAID_SPANS_MAX = 4000 };

/* A change of a member's paid time; the caller sets the first line. */
struct paid_change {
    int64_t user_id, now_ms;
    bool access; /* is there access at now_ms? */
    struct claim *claims;
    size_t n;
    int64_t *lengths; /* of the units of the claims, as they were */
    struct span_list before, after;
};

/* Read the member's spans, and what the units of the claims had given; then set `after` and the
 * claims. The rows stay locked until the transaction ends; the caller has locked the member's
 * subscription. */
MUST_USE enum rc paid_span_plan(struct db *db, struct arena *a, struct paid_change *c);

/* Write what was planned. By now the units of `after` exist. */
MUST_USE enum rc paid_span_write(struct db *db, struct arena *a, const struct paid_change *c);

/* The end of the paid time; 0: there never was any. */
int64_t paid_span_end(const struct span_list *spans);
#endif
