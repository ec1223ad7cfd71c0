#include "web/html.h"
#include <strings.h>

#define REPLACEMENT "\xef\xbf\xbd" /* U+FFFD */
#define CONTROLS(r) [0] = (r), [1 ... 8] = (r), [11 ... 12] = (r), [14 ... 31] = (r), [127] = (r)

/* The replacement of each ASCII character; NULL: the character itself. */
typedef const char *escapes[128];

static const escapes in_html = { CONTROLS(REPLACEMENT), ['&'] = "&amp;",  ['<'] = "&lt;",
                                 ['>'] = "&gt;",        ['"'] = "&quot;", ['\''] = "&#39;" };
static const escapes in_json = {
    CONTROLS(REPLACEMENT), ['\t'] = "\\t",  ['\n'] = "\\n",   ['\r'] = "\\r",
    ['"'] = "\\\"",        ['\\'] = "\\\\", ['<'] = "\\u003c"
};

/* U+FFFE and U+FFFF, which XML 1.0 does not allow. */
static bool is_no_character(const char *s, size_t bytes)
{
    return bytes == 3 && memcmp(s, "\xef\xbf", 2) == 0 && (unsigned char)s[2] >= 0xbe;
}

/* Bytes of the ASCII or well-formed UTF-8 character at s; 0 when there is none. */
static size_t char_bytes(const char *s, size_t left)
{
    unsigned char c = (unsigned char)*s;
    size_t n = c >= 0xf0 ? 4 : c >= 0xe0 ? 3 : 2;

    if (c < 0x80)
        return 1;
    return n <= left && str_is_text(s, n, true) && !is_no_character(s, n) ? n : 0;
}

/* U+2028 and U+2029 end a line in older JavaScript, also inside a string. */
static const char *json_separator(const char *s, size_t bytes)
{
    if (bytes != 3 || memcmp(s, "\xe2\x80", 2) != 0)
        return NULL;
    return s[2] == '\xa8' ? "\\u2028" : s[2] == '\xa9' ? "\\u2029" : NULL;
}

static void escape(struct sb *o, const char *s, size_t n, const escapes table)
{
    size_t done = 0; /* bytes of s that are in o already */

    for (size_t i = 0, next; i < n; i = next) {
        size_t bytes = char_bytes(s + i, n - i);
        const char *instead = NULL;

        next = i + MAX_OF(bytes, (size_t)1);
        if (bytes == 0)
            instead = REPLACEMENT;
        else if (bytes == 1)
            instead = table[(unsigned char)s[i]];
        else if (table == in_json)
            instead = json_separator(s + i, bytes);
        if (instead == NULL)
            continue;
        sb_add(o, s + done, i - done);
        sb_str(o, instead);
        done = next;
    }
    sb_add(o, s + done, n - done);
}

void html_text(struct sb *o, const char *s)
{
    if (s != NULL)
        escape(o, s, strlen(s), in_html);
}

void html_raw(struct sb *o, struct html h) { sb_add(o, h.s, h.n); }
void html_int(struct sb *o, int64_t n) { sb_addf(o, "%" PRId64, n); }
void html_uint(struct sb *o, uint64_t n) { sb_addf(o, "%" PRIu64, n); }

/* Browsers drop tabs and newlines from an address and read \ as /, so "/<tab>/x" leaves the site. */
static bool url_is_safe(const char *s)
{
    for (const char *p = s; *p; p++)
        if ((unsigned char)*p < 0x20 || *p == 0x7f)
            return false;
    if (s[0] == '/')
        return s[1] != '/' && s[1] != '\\';
    return strncasecmp(s, "http://", 7) == 0 || strncasecmp(s, "https://", 8) == 0;
}

void html_url(struct sb *o, const char *s)
{
    if (s != NULL && url_is_safe(s))
        html_text(o, s);
    else
        SB_LIT(o, "#blocked");
}

void html_part(struct sb *o, const char *s)
{
    size_t n = s ? strlen(s) : 0;

    for (size_t i = 0, bytes; i < n; i += MAX_OF(bytes, (size_t)1)) {
        bytes = char_bytes(s + i, n - i);
        if (bytes == 1 && strchr(STR_BASE64URL ".~", s[i]))
            sb_add(o, s + i, 1);
        else if (bytes == 0)
            SB_LIT(o, "%EF%BF%BD");
        else
            for (size_t k = 0; k < bytes; k++)
                sb_addf(o, "%%%02X", (unsigned char)s[i + k]);
    }
}

void html_json(struct sb *o, const char *s)
{
    SB_LIT(o, "\"");
    if (s != NULL)
        escape(o, s, strlen(s), in_json);
    SB_LIT(o, "\"");
}

void html_json_bool(struct sb *o, bool on) { sb_str(o, on ? "true" : "false"); }

/* < > and & occur only in the strings of JSON, where \u says the same; so do U+2028 and U+2029. */
struct html html_data_block(struct arena *a, const struct sb *json)
{
    struct sb o = { .a = a };

    SB_LIT(&o, "<script type=\"application/ld+json\">");
    for (size_t i = 0; i < json->len; i++) {
        const char *s = json->buf + i, *separator = NULL;
        if (json->len - i >= 3)
            separator = json_separator(s, 3);
        if (separator)
            sb_str(&o, separator), i += 2;
        else if (strchr("<>&", *s))
            sb_addf(&o, "\\u%04x", *s);
        else
            sb_add(&o, s, 1);
    }
    SB_LIT(&o, "</script>");
    return (struct html){ o.buf, o.len };
}

/*
 * html_lines
 */

/* True where an address must end: at blanks, quotes, brackets, and at the non-ASCII characters that
 * end one (U+00A0, the guillemets, U+2000 to U+207F with the typographic quotes, U+3000 to
 * U+303F). */
static bool ends_url(const char *s, size_t left)
{
    static const char *const others[] = { "\xc2\xa0", "\xc2\xab", "\xc2\xbb",
                                          "\xe2\x80", "\xe2\x81", "\xe3\x80" };

    if ((unsigned char)*s <= ' ' || strchr("<>\"`\x7f", *s) || char_bytes(s, left) == 0)
        return true;
    for (size_t i = 0; i < COUNT(others); i++)
        if (left >= 2 && memcmp(s, others[i], 2) == 0)
            return true;
    return false;
}

/* The length without punctuation at the end, which belongs to the sentence: "(see http://x/)." A
 * bracket stays when the address itself opened it. */
static size_t without_tail(const char *s, size_t n)
{
    size_t open = 0, closed = 0;

    for (size_t i = 0; i < n; i++) {
        open += s[i] == '(';
        closed += s[i] == ')';
    }
    for (; n > 0; n--) {
        if (s[n - 1] == ')' && closed > open)
            closed--;
        else if (!strchr(".,;:!?'*_]}", s[n - 1]))
            break;
    }
    return n;
}

/* Bytes of the web address that begins at s; 0 when none does. */
static size_t link_bytes(const char *s, size_t left)
{
    size_t scheme, n;

    if (strncasecmp(s, "http://", 7) == 0)
        scheme = 7;
    else if (strncasecmp(s, "https://", 8) == 0)
        scheme = 8;
    else
        return 0;
    n = scheme;
    while (n < left && !ends_url(s + n, left - n))
        n += char_bytes(s + n, left - n);
    n = without_tail(s, n);
    return n > scheme && strchr(STR_BASE64URL, s[scheme]) ? n : 0;
}

static void put_link(struct sb *o, const char *s, size_t n)
{
    SB_LIT(o, "<a href=\"");
    escape(o, s, n, in_html);
    SB_LIT(o, "\" rel=\"nofollow noopener ugc\">");
    escape(o, s, n, in_html);
    SB_LIT(o, "</a>");
}

/* Where times in a text lead to; path NULL: nowhere. */
struct seek {
    const char *path;
    int64_t length_ms;
};

/* Up to two digits at s as a number; 0 bytes: none. */
static size_t two_digits(const char *s, size_t left, int64_t *n)
{
    size_t bytes = 0;

    for (*n = 0; bytes < MIN_OF(left, (size_t)2) && s[bytes] >= '0' && s[bytes] <= '9'; bytes++)
        *n = *n * 10 + (s[bytes] - '0');
    return bytes;
}

/* Bytes of the time that begins at s, "1:23" or "1:02:03"; 0 when none does, or when it is after the
 * video's end. A time is not part of a longer number or ratio. */
static size_t time_bytes(const char *s, size_t left, const struct seek *to, int64_t *seconds)
{
    enum { PARTS_MIN = 2, PARTS_MAX = 3, SIXTY = 60 };
    size_t n = 0, parts = 0;

    *seconds = 0;
    for (int64_t part; parts < PARTS_MAX; parts++) {
        size_t skip = parts > 0;
        if (skip && (n >= left || s[n] != ':'))
            break;
        size_t digits = two_digits(s + n + skip, left - n - skip, &part);
        if (digits == 0 || (parts > 0 && (digits != 2 || part >= SIXTY)))
            return 0;
        *seconds = *seconds * SIXTY + part;
        n += skip + digits;
    }
    bool ends = n >= left || !strchr(STR_BASE64URL ":", s[n]);
    return parts >= PARTS_MIN && ends && *seconds * 1000 <= to->length_ms ? n : 0;
}

static void put_time(struct sb *o, const char *s, size_t n, const struct seek *to, int64_t seconds)
{
    SB_LIT(o, "<a href=\"");
    html_url(o, to->path);
    sb_addf(o, "?t=%" PRId64 "\" data-seek=\"%" PRId64 "\">", seconds, seconds);
    escape(o, s, n, in_html);
    SB_LIT(o, "</a>");
}

static void put_line(struct sb *o, const char *s, size_t n, const struct seek *to)
{
    size_t done = 0; /* bytes of s that are in o already */

    for (size_t i = 0; i < n;) {
        bool inside_word = i > 0 && strchr(STR_BASE64URL, s[i - 1]);
        bool inside_number = inside_word || (i > 0 && strchr(":.,", s[i - 1]));
        size_t link = inside_word ? 0 : link_bytes(s + i, n - i), time = 0;
        int64_t seconds;

        if (to->path && link == 0 && !inside_number)
            time = time_bytes(s + i, n - i, to, &seconds);
        if (link > 0 || time > 0) {
            escape(o, s + done, i - done, in_html);
            if (link > 0)
                put_link(o, s + i, link);
            else
                put_time(o, s + i, time, to, seconds);
            done = i + link + time;
        }
        i += MAX_OF(link + time, (size_t)1);
    }
    escape(o, s + done, n - done, in_html);
}

static struct html lines(struct arena *a, const char *text, const struct seek *to)
{
    struct sb o = { .a = a };
    bool open = false; /* a <p> */

    for (const char *s = text ? text : "", *next; *s; s = next) {
        size_t n = strcspn(s, "\n");

        next = s + n + (s[n] == '\n');
        while (n > 0 && strchr(" \t\r", s[n - 1]))
            n--;
        if (n == 0) {
            sb_str(&o, open ? "</p>\n" : "");
            open = false;
            continue;
        }
        sb_str(&o, open ? "<br>\n" : to->path ? "<p dir=\"auto\">" : "<p>");
        open = true;
        put_line(&o, s, n, to);
    }
    sb_str(&o, open ? "</p>\n" : "");
    return (struct html){ o.buf ? o.buf : "", o.len };
}

struct html html_lines(struct arena *a, const char *text)
{
    return lines(a, text, &(const struct seek){ NULL, 0 });
}

struct html html_about(struct arena *a, const char *text, const char *path, int64_t length_ms)
{
    return lines(a, text, &(const struct seek){ path, length_ms });
}
