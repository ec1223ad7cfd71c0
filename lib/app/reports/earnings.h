/*
 * earnings: what a creator earned, will earn and why. Statements of past months: statement.h.
 *
 * Estimate   of paid months that are not settled yet: each unit's money for creators (unit_split),
 *            times this creator's part of the time counted in it, without rounding; units watched for
 *            less than their policy's least time bring nothing. Uplift, refunds and further watching
 *            change it.
 * Time       counted and played time as watch_day has it; days are of UTC. Viewers are only told where
 *            there are EARNINGS_VIEWERS_MIN: nobody learns what one person watched.
 * Reads      unit, unit_share, policy, month_uplift, payout, watch_day, video, and the ledger.
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
    EARNINGS_OPEN_DAYS =
        100, /* what was watched before is settled; the estimate looks no further */
};

/* Where a creator's money stands now. */
struct earnings {
    int64_t estimate_minor, held_minor, payable_minor, transit_minor, paid_minor;
};
MUST_USE enum rc earnings_now(struct db *db, struct arena *a, int64_t creator_id,
                              const char *currency, int64_t now_ms, struct earnings *out);

/* A day's time; days without any are left out. */
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

/* What units settled in a month brought, with the month's uplift, less what refunds took back since;
 * the latest EARNINGS_MONTHS, the newest first. */
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

/* A video on a day. */
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

/* The newest day first, in it by counted time; up to `max` rows from `skip` on. */
MUST_USE enum rc earnings_rows(struct db *db, struct arena *a, int64_t creator_id, int64_t from_day,
                               int64_t to_day, size_t skip, size_t max,
                               struct earnings_row_list *out);

/* Reasons in words, "own video, hidden tab"; "" for 0. */
const char *earnings_lost_words(struct arena *a, int64_t lost);
#endif
