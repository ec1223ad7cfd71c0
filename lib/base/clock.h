/*
 * clock: what time it is, in UTC milliseconds since 1970. All code that decides by time asks here,
 * so that a test can let months pass: in environment `test`, the config's `clock_file`, when it
 * exists, holds a number of milliseconds that is added to the real time.
 */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H
#include "base/base.h"

enum { CLOCK_MONTHS_MAX = 1200 };

#define SECOND_MS INT64_C(1000)
#define MINUTE_MS (60 * SECOND_MS)
#define HOUR_MS   (60 * MINUTE_MS)
#define DAY_MS    (24 * HOUR_MS)

int64_t clock_now_ms(void);

/* Milliseconds that never run backwards, for measuring; unrelated to the date. */
int64_t clock_monotonic_ms(void);
int64_t clock_monotonic_us(void);

/* The same day and time `months` calendar months later; in a month without that day, its last day
 * (31 Jan + 1 = 28 or 29 Feb). UTC. months may be 0 to CLOCK_MONTHS_MAX. */
int64_t clock_add_months(int64_t ms, int months);

/* The number of months, up to CLOCK_MONTHS_MAX, for which clock_add_months(from_ms, months) is
 * to_ms; -1: there is none. */
int clock_months_between(int64_t from_ms, int64_t to_ms);
#endif
