/*
 * earnings: what a creator has earned and is expected to earn, and why. statement.h has statements
 * of past months.
 *
 * Estimate   of paid months that are not settled yet: each unit's money for creators (unit_split),
 *            times this creator's part of the time counted in it, without rounding; without units
 *            watched for less than their policy's least time. Uplift, refunds and further watching
 *            change it.
 * Time       counted and played time from watch_day; days are of UTC. The number of viewers is only
 *            given from EARNINGS_VIEWERS_MIN on, so that nobody learns what one person watched.
 * Reads      unit, unit_share, policy, month_close, month_uplift, payout, watch_day, video, and the
 *            ledger.
 * Errors     as in io/db.h. DB_READER can read what is needed.
 */
#ifndef REPORTS_EARNINGS_H
#define REPORTS_EARNINGS_H
#include "app/money/credit.h"
#include "io/db.h"

enum {
    EARNINGS_VIEWERS_MIN = 5,
    EARNINGS_ROWS = 50,        /* of a page */
    EARNINGS_ROWS_MAX = 10000, /* of a file */
    EARNINGS_DAYS_MAX = 366,   /* of a file or chart */
    EARNINGS_MONTHS = 12,
    EARNINGS_OPEN_DAYS = 100, /* the estimate reads no older days: they are settled */
};

/* Where a creator's money stands now. */
struct earnings {
    int64_t estimate_minor, held_minor, payable_minor, transit_minor, frozen_minor, paid_minor;
};
MUST_USE enum rc earnings_now(struct db *db, struct arena *a, int64_t creator_id,
                              const char *currency, int64_t now_ms, struct earnings *out);

/* The time of each day from from_day to to_day, without days that have none. */
struct earnings_day {
    int64_t day; /* days since 1970 */
    int64_t credited_ms, raw_ms;
};
struct earnings_day_list {
    struct earnings_day *items;
    size_t n;
};
MUST_USE enum rc earnings_days(struct db *db, struct arena *a, int64_t creator_id, int64_t from_day,
                               int64_t to_day, struct earnings_day_list *out);

/* The earnings of units settled in a month, the month's uplift, and what refunds took back of both
 * since; the latest EARNINGS_MONTHS, newest first. */
struct earnings_month {
    int64_t month; /* YYYYMM */
    int64_t seconds, units_minor, uplift_minor, reversed_minor;
};
struct earnings_month_list {
    struct earnings_month *items;
    size_t n;
};
MUST_USE enum rc earnings_months(struct db *db, struct arena *a, int64_t creator_id,
                                 const char *currency, struct earnings_month_list *out);

/* The time of a video on a day. */
struct earnings_row {
    int64_t day, credited_ms, raw_ms;
    int64_t lost;                  /* LOST_ of credit.h */
    int64_t viewers;               /* 0: fewer than EARNINGS_VIEWERS_MIN */
    const char *public_id, *title; /* public_id "": deleted */
};
struct earnings_row_list {
    struct earnings_row *items;
    size_t n;
};

/* Rows from from_day to to_day, newest day first, within a day by counted time; up to `max` of them
 * from `skip` on. */
MUST_USE enum rc earnings_rows(struct db *db, struct arena *a, int64_t creator_id, int64_t from_day,
                               int64_t to_day, size_t skip, size_t max,
                               struct earnings_row_list *out);

/* The reasons in words, such as "own video, hidden tab"; "" for 0. */
const char *earnings_lost_words(struct arena *a, int64_t lost);
#endif
