#include "base/fmt.h"
#include "base/currency.h"
#include "base/clock.h"
#include "base/str.h"
#include <time.h>

enum { SHORT_BYTES = 40, EXCERPT_BYTES = 200 };

char *fmt_hms(struct arena *a, int64_t ms)
{
    int64_t s = MAX_OF(ms, 0) / 1000;

    if (s >= 3600)
        return arena_printf(a, "%" PRId64 ":%02d:%02d", s / 3600, (int)(s / 60 % 60),
                            (int)(s % 60));
    return arena_printf(a, "%d:%02d", (int)(s / 60), (int)(s % 60));
}

static char *by_format(struct arena *a, int64_t ms, const char *format)
{
    char *p = arena_alloc(a, SHORT_BYTES);
    time_t s = (time_t)(ms / 1000);
    struct tm tm;

    if (gmtime_r(&s, &tm) == NULL || strftime(p, SHORT_BYTES, format, &tm) == 0)
        return arena_str(a, "-"); /* a year that struct tm cannot hold */
    return p;
}

char *fmt_date(struct arena *a, int64_t ms) { return by_format(a, ms, "%-d %b %Y"); }
char *fmt_iso(struct arena *a, int64_t ms) { return by_format(a, ms, "%Y-%m-%dT%H:%M:%SZ"); }
char *fmt_http(struct arena *a, int64_t ms)
{
    return by_format(a, ms, "%a, %d %b %Y %H:%M:%S GMT");
}
char *fmt_datetime(struct arena *a, int64_t ms) { return by_format(a, ms, "%-d %b %Y, %H:%M UTC"); }

char *fmt_iso_duration(struct arena *a, int64_t ms)
{
    int64_t s = MAX_OF(ms, 0) / 1000;

    return arena_printf(a, "PT%" PRId64 "M%" PRId64 "S", s / 60, s % 60);
}

/* n / unit with one decimal below 100 and none above; never rounded up to the next unit. */
static char *scaled(struct arena *a, int64_t n, int64_t unit, const char *suffix)
{
    if (n >= unit * 100)
        return arena_printf(a, "%" PRId64 "%s", n / unit, suffix);
    return arena_printf(a, "%" PRId64 ".%" PRId64 "%s", n / unit, n % unit * 10 / unit, suffix);
}

char *fmt_count(struct arena *a, int64_t n)
{
    if (n < 1000)
        return arena_printf(a, "%" PRId64, n);
    if (n < 1000000)
        return scaled(a, n, 1000, "K");
    return scaled(a, n, 1000000, "M");
}

char *fmt_bytes(struct arena *a, int64_t bytes)
{
    static const struct {
        int64_t unit;
        const char *suffix;
    } rows[] = {
        { INT64_C(1000000000000), " TB" },
        { INT64_C(1000000000), " GB" },
        { INT64_C(1000000), " MB" },
        { INT64_C(1000), " kB" },
    };

    for (size_t i = 0; i < COUNT(rows); i++)
        if (bytes >= rows[i].unit)
            return scaled(a, bytes, rows[i].unit, rows[i].suffix);
    return arena_printf(a, "%" PRId64 " B", bytes);
}

/* Two for a code that is unknown: such amounts are only shown. */
static int decimals_of(const char *currency)
{
    int n = currency_decimals(currency);
    return n < 0 ? 2 : n;
}

char *fmt_amount(struct arena *a, int64_t minor, const char *currency)
{
    static const int64_t units[CURRENCY_DECIMALS_MAX + 1] = { 1, 10, 100, 1000, 10000 };
    int exponent = decimals_of(currency);
    int64_t unit = units[exponent];
    const char *sign = minor < 0 ? "-" : "";
    uint64_t size = minor < 0 ? 0 - (uint64_t)minor : (uint64_t)minor;
    uint64_t whole = size / (uint64_t)unit, part = size % (uint64_t)unit;

    if (exponent == 0)
        return arena_printf(a, "%s%" PRIu64, sign, whole);
    return arena_printf(a, "%s%" PRIu64 ".%0*" PRIu64, sign, whole, exponent, part);
}

char *fmt_money(struct arena *a, int64_t minor, const char *currency)
{
    return arena_printf(a, "%s %s", fmt_amount(a, minor, currency), currency);
}

char *fmt_percent(struct arena *a, int64_t basis_points)
{
    if (basis_points % 100 == 0)
        return arena_printf(a, "%" PRId64 " %%", basis_points / 100);
    if (basis_points % 10 == 0)
        return arena_printf(a, "%" PRId64 ".%d %%", basis_points / 100,
                            (int)(basis_points / 10 % 10));
    return arena_printf(a, "%" PRId64 ".%02d %%", basis_points / 100, (int)(basis_points % 100));
}

char *fmt_month(struct arena *a, int64_t yyyymm)
{
    static const char *const names[] = { "January",   "February", "March",    "April",
                                         "May",       "June",     "July",     "August",
                                         "September", "October",  "November", "December" };
    int64_t month = yyyymm % 100;

    if (month < 1 || month > (int64_t)COUNT(names))
        return arena_str(a, "-");
    return arena_printf(a, "%s %" PRId64, names[month - 1], yyyymm / 100);
}

char *fmt_month_path(struct arena *a, int64_t yyyymm)
{
    return arena_printf(a, "%04" PRId64 "-%02" PRId64, yyyymm / 100, yyyymm % 100);
}

char *fmt_day(struct arena *a, int64_t days) { return by_format(a, days * DAY_MS, "%-d %b %Y"); }

char *fmt_duration(struct arena *a, int64_t seconds)
{
    int64_t minutes = seconds / 60;

    if (minutes == 0)
        return arena_printf(a, "%" PRId64 " s", seconds);
    if (minutes < 60)
        return arena_printf(a, "%" PRId64 " min", minutes);
    return arena_printf(a, "%" PRId64 " h %d min", minutes / 60, (int)(minutes % 60));
}

char *fmt_ago(struct arena *a, int64_t ms, int64_t now_ms)
{
    static const struct {
        int64_t unit_s;
        const char *name;
    } rows[] = {
        { INT64_C(31557600), "year" },
        { INT64_C(2629800), "month" },
        { 604800, "week" },
        { 86400, "day" },
        { 3600, "hour" },
        { 60, "minute" },
    };
    int64_t s = (now_ms - ms) / 1000;

    for (size_t i = 0; i < COUNT(rows); i++) {
        int64_t n = s / rows[i].unit_s;
        if (n > 0)
            return arena_printf(a, "%" PRId64 " %s%s ago", n, rows[i].name, n > 1 ? "s" : "");
    }
    return arena_str(a, "just now");
}

char *fmt_excerpt(struct arena *a, const char *text)
{
    char *line = str_clean(a, text, false);
    size_t n = EXCERPT_BYTES;

    if (strlen(line) <= n)
        return line;
    while (n && line[n] != ' ')
        n--;
    if (n == 0) /* one long word: cut between two characters */
        for (n = EXCERPT_BYTES; ((unsigned char)line[n] & 0xc0) == 0x80;)
            n--;
    return arena_printf(a, "%.*s…", (int)n, line);
}

char *fmt_cut(struct arena *a, const char *text, size_t max_chars)
{
    const char *end = text;

    while (*end && (((unsigned char)*end & 0xc0) == 0x80 || max_chars--))
        end++;
    return arena_strn(a, text, (size_t)(end - text));
}

char *fmt_bool(struct arena *a, bool on) { return arena_str(a, on ? "true" : "false"); }

enum rc fmt_read_amount(const char *s, const char *currency, int64_t max, int64_t *minor)
{
    size_t whole = strcspn(s, ".,"), decimals = s[whole] ? strlen(s + whole + 1) : 0;
    size_t exponent = (size_t)decimals_of(currency);
    char digits[32];

    if (whole == 0 || decimals > exponent || (s[whole] && decimals == 0) ||
        whole + exponent >= sizeof(digits))
        return RC_INVALID;
    memset(digits, '0', sizeof(digits));
    memcpy(digits, s, whole);
    memcpy(digits + whole, s + whole + (decimals > 0), decimals);
    return str_to_i64(digits, whole + exponent, 0, max, minor);
}

enum rc fmt_read_date(const char *s, int64_t *ms)
{
    struct tm tm = { 0 }, same;
    const char *end = strlen(s) == strlen("2026-11-22") ? strptime(s, "%Y-%m-%d", &tm) : NULL;

    same = tm;
    *ms = (int64_t)timegm(&same) * 1000;
    /* timegm turns 31 February into 3 March */
    return end && *end == 0 && *ms >= 0 && same.tm_mday == tm.tm_mday ? RC_OK : RC_INVALID;
}
