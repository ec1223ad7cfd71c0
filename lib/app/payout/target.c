#include "app/payout/target.h"
#include <time.h>

static struct tm calendar(int64_t ms)
{
    time_t s = (time_t)(ms / SECOND_MS);
    struct tm tm;

    gmtime_r(&s, &tm);
    return tm;
}

/* Easter Sunday: Meeus, Jones and Butcher. */
static int64_t easter_ms(int year)
{
    int a = year % 19, b = year / 100, c = year % 100;
    int h = (19 * a + b - b / 4 - (b - (b + 8) / 25 + 1) / 3 + 15) % 30;
    int l = (32 + 2 * (b % 4) + 2 * (c / 4) - h - c % 4) % 7;
    int m = (a + 11 * h + 22 * l) / 451, n = h + l - 7 * m + 114;
    struct tm tm = { .tm_year = year - 1900, .tm_mon = n / 31 - 1, .tm_mday = n % 31 + 1 };

    return (int64_t)timegm(&tm) * SECOND_MS;
}

bool target_is_open(int64_t day_ms)
{
    static const struct {
        int month, day;
    } closed[] = { { 1, 1 }, { 5, 1 }, { 12, 25 }, { 12, 26 } };
    struct tm tm = calendar(day_ms);
    int64_t from_easter = day_ms / DAY_MS - easter_ms(tm.tm_year + 1900) / DAY_MS;

    for (size_t i = 0; i < COUNT(closed); i++)
        if (tm.tm_mon + 1 == closed[i].month && tm.tm_mday == closed[i].day)
            return false;
    return tm.tm_wday != 0 && tm.tm_wday != 6 && from_easter != -2 && from_easter != 1;
}

int64_t target_today(int64_t now_ms) { return (now_ms + TARGET_AHEAD_MS) / DAY_MS * DAY_MS; }

int64_t target_from(int64_t day_ms)
{
    while (!target_is_open(day_ms))
        day_ms += DAY_MS;
    return day_ms;
}

int64_t target_next(int64_t now_ms) { return target_from(target_today(now_ms) + DAY_MS); }
