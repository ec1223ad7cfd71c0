#include "base/clock.h"
#include "base/conf.h"
#include <time.h>

static int64_t read_clock_us(clockid_t id)
{
    struct timespec t;

    clock_gettime(id, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static int64_t test_offset_ms(void)
{
    const char *path = conf()->clock_file;
    long long offset = 0;
    FILE *f;

    if (conf()->environment != ENV_TEST || !path[0] || (f = fopen(path, "r")) == NULL)
        return 0;
    if (fscanf(f, "%lld", &offset) != 1)
        offset = 0;
    fclose(f);
    return offset;
}

int64_t clock_now_ms(void) { return read_clock_us(CLOCK_REALTIME) / 1000 + test_offset_ms(); }
int64_t clock_monotonic_us(void) { return read_clock_us(CLOCK_MONOTONIC); }
int64_t clock_monotonic_ms(void) { return clock_monotonic_us() / 1000; }

static int days_in_month(int year, int month0)
{
    static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

    return days[month0] + (month0 == 1 && leap);
}

int64_t clock_add_months(int64_t ms, int months)
{
    time_t s = (time_t)(ms / 1000);
    struct tm tm;

    assert(months >= 0 && months <= CLOCK_MONTHS_MAX && gmtime_r(&s, &tm));
    int index = tm.tm_mon + months;
    tm.tm_year += index / 12;
    tm.tm_mon = index % 12;
    int last = days_in_month(tm.tm_year + 1900, tm.tm_mon);
    if (tm.tm_mday > last)
        tm.tm_mday = last;
    return (int64_t)timegm(&tm) * 1000 + ms % 1000;
}

/* Months since year 0 */
static int month_of_ms(int64_t ms)
{
    time_t s = (time_t)(ms / 1000);
    struct tm tm;

    return gmtime_r(&s, &tm) ? (tm.tm_year + 1900) * 12 + tm.tm_mon : -1;
}

int clock_months_between(int64_t from_ms, int64_t to_ms)
{
    int months = month_of_ms(to_ms) - month_of_ms(from_ms);

    if (months < 0 || months > CLOCK_MONTHS_MAX || clock_add_months(from_ms, months) != to_ms)
        return -1;
    return months;
}
