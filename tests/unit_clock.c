/* Calendar months: a day that a month does not have becomes its last day, and is kept for later
 * months. */
#include "base/clock.h"
#include "base/fmt.h"
#include "check.h"
#include <time.h>

static int64_t ms(int year, int month, int day)
{
    struct tm tm = { .tm_year = year - 1900, .tm_mon = month - 1, .tm_mday = day, .tm_hour = 13 };
    return (int64_t)timegm(&tm) * 1000 + 7;
}

static const struct {
    int from[3], months, want[3];
} sums[] = {
    { { 2026, 1, 31 }, 1, { 2026, 2, 28 } },    { { 2028, 1, 31 }, 1, { 2028, 2, 29 } },
    { { 2026, 1, 31 }, 2, { 2026, 3, 31 } },    { { 2026, 1, 31 }, 3, { 2026, 4, 30 } },
    { { 2026, 12, 31 }, 2, { 2027, 2, 28 } },   { { 2028, 2, 29 }, 12, { 2029, 2, 28 } },
    { { 2028, 2, 29 }, 48, { 2032, 2, 29 } },   { { 2026, 11, 22 }, 0, { 2026, 11, 22 } },
    { { 2099, 12, 1 }, 2, { 2100, 2, 1 } },     { { 2100, 1, 31 }, 1, { 2100, 2, 28 } },
    { { 2026, 6, 30 }, 1200, { 2126, 6, 30 } },
};

static void check_months(void)
{
    for (size_t i = 0; i < COUNT(sums); i++) {
        const int *f = sums[i].from, *w = sums[i].want;
        CHECK_INT(clock_add_months(ms(f[0], f[1], f[2]), sums[i].months), ms(w[0], w[1], w[2]));
    }
}

int main(int argc, char **argv)
{
    static const struct check_case cases[] = {
        CASE(check_months),
    };

    CHECK_CHOOSE(argc, argv, cases);
    check_run();
    return check_done("unit_clock");
}
