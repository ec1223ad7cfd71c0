/*
 * earnings: what the studio shows about money.
 */
#ifndef PAGES_EARNINGS_H
#define PAGES_EARNINGS_H
#include "pages/frame.h"
#include "views/models/earnings.h"

/* Days since 1970, from the query's `from` and `to` (YYYY-MM-DD); without them the latest 30, and
 * never more than EARNINGS_DAYS_MAX. */
struct period {
    int64_t from_day, to_day;
};
struct period period_of(const struct req *r);

MUST_USE enum rc earnings_page_of(struct req *r, struct earnings_page *page);

/* Time by video and day, as a file for spreadsheets. */
MUST_USE enum rc earnings_csv(struct req *r);
#endif
