#include "base/str.h"
#include <errno.h>
#include <sodium.h>

enum rc str_to_i64(const char *s, size_t n, int64_t min, int64_t max, int64_t *out)
{
    char buf[24];
    char *end;

    if (n == 0 || n >= sizeof(buf) || !(s[0] == '-' || (s[0] >= '0' && s[0] <= '9')))
        return RC_INVALID;
    memcpy(buf, s, n);
    buf[n] = 0;
    errno = 0;
    long long v = strtoll(buf, &end, 10);
    if (errno || end != buf + n || v < min || v > max)
        return RC_INVALID;
    *out = v;
    return RC_OK;
}

/* Length of the UTF-8 sequence at s; 0 when it is malformed. Table 3-7 of the Unicode standard. */
static size_t utf8_len(const unsigned char *s, size_t left)
{
    static const struct {
        unsigned char lo, hi, lo2, hi2, len;
    } rows[] = {
        { 0x00, 0x7f, 0, 0, 1 },       { 0xc2, 0xdf, 0x80, 0xbf, 2 }, { 0xe0, 0xe0, 0xa0, 0xbf, 3 },
        { 0xe1, 0xec, 0x80, 0xbf, 3 }, { 0xed, 0xed, 0x80, 0x9f, 3 }, { 0xee, 0xef, 0x80, 0xbf, 3 },
        { 0xf0, 0xf0, 0x90, 0xbf, 4 }, { 0xf1, 0xf3, 0x80, 0xbf, 4 }, { 0xf4, 0xf4, 0x80, 0x8f, 4 },
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        if (s[0] < rows[i].lo || s[0] > rows[i].hi)
            continue;
        if (rows[i].len > left)
            return 0;
        if (rows[i].len > 1 && (s[1] < rows[i].lo2 || s[1] > rows[i].hi2))
            return 0;
        for (size_t k = 2; k < rows[i].len; k++)
            if ((s[k] & 0xc0) != 0x80)
                return 0;
        return rows[i].len;
    }
    return 0;
}

bool str_is_text(const char *s, size_t n, bool lines)
{
    const unsigned char *p = (const unsigned char *)s;

    for (size_t i = 0; i < n;) {
        size_t len = utf8_len(p + i, n - i);
        if (len == 0)
            return false;
        bool line_break = p[i] == '\n' || p[i] == '\r' || p[i] == '\t';
        if ((p[i] < 0x20 && !(lines && line_break)) || p[i] == 0x7f)
            return false;
        if (len == 2 && p[i] == 0xc2 && p[i + 1] < 0xa0)
            return false;
        i += len;
    }
    return true;
}

size_t str_chars(const char *s)
{
    size_t n = 0;

    for (; *s; s++)
        n += ((unsigned char)*s & 0xc0) != 0x80;
    return n;
}

/* Of a text in UTF-8: U+202A to U+202E as -1, which embed or override; U+2066 to U+2068, which begin an
 * isolate, as 1; U+2069, which ends one, as 2; anything else as 0. */
static int bidi_kind(const char *s)
{
    /* NOLINTBEGIN(misc-misleading-bidirectional): they are what is looked for */
    static const struct {
        const char *bytes;
        int kind;
    } controls[] = {
        { "\xe2\x80\xaa", -1 }, { "\xe2\x80\xab", -1 }, { "\xe2\x80\xac", -1 },
        { "\xe2\x80\xad", -1 }, { "\xe2\x80\xae", -1 }, { "\xe2\x81\xa6", 1 },
        { "\xe2\x81\xa7", 1 },  { "\xe2\x81\xa8", 1 },  { "\xe2\x81\xa9", 2 },
    };
    /* NOLINTEND(misc-misleading-bidirectional) */

    for (size_t i = 0; (unsigned char)*s == 0xe2 && i < COUNT(controls); i++)
        if (strncmp(s, controls[i].bytes, 3) == 0)
            return controls[i].kind;
    return 0;
}

/* Leave out what would turn the text around it: embeddings, overrides, and isolates that have no
 * partner in their line. */
static void keep_direction(struct arena *a, char *text)
{
    enum { DEPTH_MAX = 125 }; /* Unicode's UAX 9, BD2; deeper ones have no effect */
    bool *paired = arena_array(a, bool, strlen(text) + 1);
    const char *open[DEPTH_MAX];
    size_t depth = 0;
    char *to = text;

    for (const char *s = text; *s; s++) {
        int kind = bidi_kind(s);
        if (*s == '\n')
            depth = 0;
        if (kind == 1 && depth < DEPTH_MAX)
            open[depth++] = s;
        if (kind == 2 && depth)
            paired[s - text] = paired[open[--depth] - text] = true;
    }
    for (const char *s = text; *s; s++) {
        if (bidi_kind(s) && !paired[s - text])
            s += 2;
        else
            *to++ = *s;
    }
    *to = 0;
}

static bool blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

char *str_clean(struct arena *a, const char *s, bool lines)
{
    char *typed = arena_str(a, s), *out = arena_alloc(a, strlen(s) + 1);
    size_t n = 0;

    keep_direction(a, typed);
    for (s = typed; *s; s++) {
        if (lines && *s == '\r')
            continue; /* forms send CR LF */
        if (!lines && blank(*s)) {
            if (n && out[n - 1] != ' ')
                out[n++] = ' ';
        } else if (n || !blank(*s))
            out[n++] = *s;
    }
    while (n && blank(out[n - 1]))
        n--;
    out[n] = 0;
    return out;
}

bool str_eq(const char *a, const char *b) { return a && b ? strcmp(a, b) == 0 : a == b; }

bool str_starts(const char *s, const char *prefix)
{
    return strncmp(s, prefix, strlen(prefix)) == 0;
}

bool str_only(const char *s, const char *allowed) { return *s && s[strspn(s, allowed)] == 0; }

char *str_base64url(struct arena *a, const void *bytes, size_t n)
{
    size_t cap = sodium_base64_encoded_len(n, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    char *out = arena_alloc(a, cap);

    return sodium_bin2base64(out, cap, bytes, n, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

char *str_hex(struct arena *a, const void *bytes, size_t n)
{
    char *out = arena_alloc(a, n * 2 + 1);

    return sodium_bin2hex(out, n * 2 + 1, bytes, n);
}

char *str_base32(struct arena *a, const void *bytes, size_t n)
{
    const unsigned char *in = bytes;
    char *out = arena_alloc(a, (n * 8 + 4) / 5 + 1), *o = out;
    unsigned bits = 0, held = 0;

    for (size_t i = 0; i < n; i++)
        for (bits = bits << 8 | in[i], held += 8; held >= 5; held -= 5)
            *o++ = STR_BASE32[bits >> (held - 5) & 31];
    if (held)
        *o++ = STR_BASE32[bits << (5 - held) & 31];
    *o = 0;
    return out;
}

int str_base32_value(char c)
{
    if (c >= 'a' && c <= 'z')
        c = (char)(c - 'a' + 'A');
    if (c == 'O')
        return 0;
    if (c == 'I' || c == 'L')
        return 1;
    const char *found = c ? strchr(STR_BASE32, c) : NULL;
    return found ? (int)(found - STR_BASE32) : -1;
}

static enum rc unbase64(struct arena *a, const char *s, size_t n, int variant, char **out,
                        size_t *out_n)
{
    const char *end;
    size_t cap = n / 4 * 3 + 4;

    *out = arena_alloc(a, cap);
    if (sodium_base642bin((unsigned char *)*out, cap - 1, s, n, NULL, out_n, &end, variant) ||
        end != s + n)
        return RC_INVALID;
    (*out)[*out_n] = 0;
    return RC_OK;
}

enum rc str_unbase64(struct arena *a, const char *s, size_t n, char **out, size_t *out_n)
{
    while (n && s[n - 1] == '=')
        n--;
    return unbase64(a, s, n, sodium_base64_VARIANT_ORIGINAL_NO_PADDING, out, out_n);
}

enum rc str_unbase64url(struct arena *a, const char *s, size_t n, char **out, size_t *out_n)
{
    return unbase64(a, s, n, sodium_base64_VARIANT_URLSAFE_NO_PADDING, out, out_n);
}
