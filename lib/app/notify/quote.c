#include "app/notify/quote.h"
#include "base/sb.h"
#include "base/str.h"
#include <ctype.h>

/* What stands in text that is typed, and what is written for it. */
struct change {
    const char *from, *to;
};

#define ISOLATE     "\xe2\x81\xa8" /* U+2068 FIRST STRONG ISOLATE */
#define ISOLATE_END "\xe2\x81\xa9"

/* Invisible: zero width space, word joiner, byte order mark; controls of direction; soft hyphen. */
/* NOLINTBEGIN(misc-misleading-bidirectional): they are what is left out */
static const struct change everywhere[] = {
    { "\xe2\x80\x8b", "" }, { "\xe2\x81\xa0", "" }, { "\xef\xbb\xbf", "" }, { "\xe2\x80\x8e", "" },
    { "\xe2\x80\x8f", "" }, { "\xd8\x9c", "" },     { "\xe2\x80\xaa", "" }, { "\xe2\x80\xab", "" },
    { "\xe2\x80\xac", "" }, { "\xe2\x80\xad", "" }, { "\xe2\x80\xae", "" }, { "\xe2\x81\xa6", "" },
    { "\xe2\x81\xa7", "" }, { "\xe2\x81\xa8", "" }, { "\xe2\x81\xa9", "" }, { "\xc2\xad", "" },
    { "://", ": //" },
};
/* NOLINTEND(misc-misleading-bidirectional) */
static const struct change in_line[] = {
    { "[", "(" },
    { "]", ")" },
    { "\"", "'" },
    { "\xe2\x80\x9c", "'" },
    { "\xe2\x80\x9d", "'" },
    { "\xe2\x80\x9e", "'" },
    { "\xe2\x80\x9f", "'" },
    { "\n", " " },
};

/* Full stops that mail programs and browsers take for dots in a host's name. */
static size_t dot_bytes(const char *s)
{
    static const char *const dots[] = { ".", "\xe3\x80\x82", "\xef\xbc\x8e", "\xef\xbd\xa1" };

    for (size_t i = 0; i < COUNT(dots); i++)
        if (str_starts(s, dots[i]))
            return strlen(dots[i]);
    return 0;
}

static bool is_letter(char c) { return isalpha((unsigned char)c) || (c & 0x80); }

static const struct change *change_at(const char *s, const struct change *rows, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (str_starts(s, rows[i].from))
            return &rows[i];
    return NULL;
}

static void add_typed(struct sb *o, const char *s, bool is_line)
{
    for (size_t n; *s; s += n) {
        const struct change *c = change_at(s, everywhere, COUNT(everywhere));
        if (c == NULL && is_line)
            c = change_at(s, in_line, COUNT(in_line));
        if (c) {
            sb_str(o, c->to);
            n = strlen(c->from);
            continue;
        }
        n = dot_bytes(s);
        sb_add(o, s, MAX_OF(n, (size_t)1));
        if (n && is_letter(s[n]))
            SB_LIT(o, " "); /* "evil.example" would become a link */
        n = MAX_OF(n, (size_t)1);
    }
}

/* Letters that are written from right to left: Hebrew to Arabic Extended-A, presentation forms, and
 * the planes of the old scripts. */
static bool is_right_to_left(const char *s)
{
    for (const unsigned char *p = (const unsigned char *)s; *p; p++) {
        bool two = *p >= 0xd6 && *p <= 0xdf, three = *p == 0xe0 && p[1] >= 0xa0 && p[1] <= 0xa3;
        bool forms = *p == 0xef && p[1] >= 0xac && p[1] <= 0xbb;
        bool old = *p == 0xf0 && ((p[1] == 0x90 && p[2] >= 0xa0) || p[1] == 0x9e);
        if (two || three || forms || old)
            return true;
    }
    return false;
}

char *quote_line(struct arena *a, const char *typed)
{
    struct sb o = { .a = a };
    bool isolated = is_right_to_left(typed);

    if (typed[0] == 0)
        return arena_str(a, "");
    SB_LIT(&o, "“");
    if (isolated)
        SB_LIT(&o, ISOLATE); /* NOLINT(misc-misleading-bidirectional) */
    add_typed(&o, typed, true);
    if (isolated)
        SB_LIT(&o, ISOLATE_END); /* NOLINT(misc-misleading-bidirectional) */
    SB_LIT(&o, "”");
    return o.buf;
}

char *quote_lines(struct arena *a, const char *typed)
{
    struct sb o = { .a = a };

    SB_LIT(&o, "");
    while (*typed) {
        size_t n = strcspn(typed, "\n");
        sb_str(&o, o.len ? "\n> " : "> ");
        add_typed(&o, arena_strn(a, typed, n), false);
        typed += n + (typed[n] == '\n');
    }
    return o.buf;
}
