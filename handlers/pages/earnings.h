/*
 * earnings: what the studio shows of money.
 */
#ifndef PAGES_EARNINGS_H
#define PAGES_EARNINGS_H
#include "pages/frame.h"
#include "views/models/earnings.h"

/* Days since 1970, as `from` and `to` of the query (YYYY-MM-DD) say; the latest 30 without them, and
 * never more than EARNINGS_DAYS_MAX. */
struct period {
    int64_t from_day, to_day;
};
struct period period_of(const struct req *r);

MUST_USE enum rc earnings_page_of(struct req *r, struct earnings_page *page);

/* Time by video and day as a file for spreadsheets. */
MUST_USE enum rc earnings_csv(struct req *r);
#endif
