/*
 * target: the days on which euro transfers are settled.
 *
 * T2 (TARGET) is closed on Saturdays, Sundays, 1 January, Good Friday, Easter Monday, 1 May, 25 and 26
 * December: European Central Bank, "TARGET long-term calendar". Easter by the Gregorian computus.
 *
 * Units      a day is its first millisecond, UTC. T2 runs on Frankfurt's time, one or two hours ahead of
 *            UTC; TARGET_AHEAD_MS is the longer one, so that no day is given that is over there.
 */
#ifndef PAYOUT_TARGET_H
#define PAYOUT_TARGET_H
#include "base/clock.h"

#define TARGET_AHEAD_MS (2 * HOUR_MS)

bool target_is_open(int64_t day_ms);

/* The day that it is there now; the first open day after the day of now_ms. */
int64_t target_today(int64_t now_ms);
int64_t target_next(int64_t now_ms);

/* The first open day at or after day_ms. */
int64_t target_from(int64_t day_ms);
#endif
