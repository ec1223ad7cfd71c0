#include "base/text.h"

/* Bytes of the control character at s (C0, DEL, C1 and the separators U+2028 and U+2029); 0: it is none. */
static size_t control(const char *s)
{
    const unsigned char *p = (const unsigned char *)s;

    if (p[0] < 0x20 || p[0] == 0x7f)
        return 1;
    if (p[0] == 0xc2 && p[1] >= 0x80 && p[1] < 0xa0)
        return 2;
    return strncmp(s, "\xe2\x80\xa8", 3) == 0 || strncmp(s, "\xe2\x80\xa9", 3) == 0 ? 3 : 0;
}

static void print(struct sb *o, const char *s, bool lines)
{
    for (size_t n; s && *s; s += MAX_OF(n, (size_t)1)) {
        n = control(s);
        if (n == 0 || (*s == '\n' && lines))
            sb_add(o, s, 1);
        else
            SB_LIT(o, " ");
    }
}

void text_line(struct sb *o, const char *s) { print(o, s, false); }
void text_lines(struct sb *o, const char *s) { print(o, s, true); }
void text_int(struct sb *o, int64_t n) { sb_addf(o, "%" PRId64, n); }
