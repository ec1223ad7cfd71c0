/*
 * fmt: values as people read them. A view names these functions: {{length_ms | hms}}. Results live
 * in the arena. All times are UTC milliseconds since 1970.
 */
#ifndef BASE_FMT_H
#define BASE_FMT_H
#include "base/arena.h"

char *fmt_hms(struct arena *a, int64_t ms);  /* "4:05", "1:02:03"; negative counts as 0 */
char *fmt_date(struct arena *a, int64_t ms); /* "22 Nov 2026" */
char *fmt_iso(struct arena *a, int64_t ms);  /* "2026-11-22T16:44:19Z", for <time datetime> */
char *fmt_http(struct arena *a, int64_t ms); /* "Sun, 22 Nov 2026 16:44:19 GMT", for headers */
char *fmt_iso_duration(struct arena *a, int64_t ms); /* "PT4M5S", ISO 8601, for structured data */
char *fmt_datetime(struct arena *a, int64_t ms);     /* "22 Nov 2026, 16:44 UTC" */
char *fmt_count(struct arena *a, int64_t n);         /* "987", "12.3K", "4.5M" */
char *fmt_bytes(struct arena *a, int64_t bytes);     /* "987 B", "1.2 MB" (powers of 1000) */
char *fmt_money(struct arena *a, int64_t minor, const char *currency);  /* "9.99 EUR", "500 JPY" */
char *fmt_amount(struct arena *a, int64_t minor, const char *currency); /* "9.99", "500" */
char *fmt_percent(struct arena *a, int64_t basis_points);               /* "70 %", "12.5 %" */
char *fmt_month(struct arena *a, int64_t yyyymm);                       /* "November 2026" */
char *fmt_month_path(struct arena *a, int64_t yyyymm);      /* "2026-11", for addresses */
char *fmt_day(struct arena *a, int64_t days);               /* since 1970; "22 Nov 2026" */
char *fmt_duration(struct arena *a, int64_t seconds);       /* "45 s", "12 min", "2 h 5 min" */
char *fmt_ago(struct arena *a, int64_t ms, int64_t now_ms); /* "just now", "3 days ago" */
char *fmt_excerpt(struct arena *a,
                  const char *text); /* one line of at most ~200 bytes, "…" when cut */
char *fmt_cut(struct arena *a, const char *text, size_t max_chars); /* the first characters */
char *fmt_bool(struct arena *a, bool on);                           /* "true" or "false" */

/* The reverse of fmt_amount: digits, and after a point or a comma up to as many decimals as the
 * currency has. RC_INVALID for anything else, including separators of thousands, and for amounts
 * beyond `max`. */
MUST_USE enum rc fmt_read_amount(const char *s, const char *currency, int64_t max, int64_t *minor);

/* "2026-11-22" (ISO 8601) as the first millisecond of that day, from 1970 on; else RC_INVALID. */
MUST_USE enum rc fmt_read_date(const char *s, int64_t *ms);
#endif
