#include "base/sb.h"
#include <stdarg.h>

enum { FIRST_BYTES = 1024 };

/* Make room for `more` bytes and the 0 at the end. */
static void grow(struct sb *o, size_t more)
{
    size_t need = o->len + more + 1, cap = MAX_OF(o->cap, (size_t)FIRST_BYTES);

    if (need <= o->cap)
        return;
    while (cap < need)
        cap *= 2;
    char *p = arena_alloc(o->a, cap);
    if (o->len)
        memcpy(p, o->buf, o->len);
    o->buf = p;
    o->cap = cap;
}

void sb_add(struct sb *o, const char *s, size_t n)
{
    grow(o, n);
    if (n)
        memcpy(o->buf + o->len, s, n);
    o->len += n;
    o->buf[o->len] = 0;
}

void sb_str(struct sb *o, const char *s) { sb_add(o, s, strlen(s)); }

void sb_addf(struct sb *o, const char *fmt, ...)
{
    va_list ap, again;

    va_start(ap, fmt);
    va_copy(again, ap);
    int n = vsnprintf(NULL, 0, fmt, ap);
    assert(n >= 0);
    grow(o, (size_t)n);
    vsnprintf(o->buf + o->len, (size_t)n + 1, fmt, again);
    o->len += (size_t)n;
    va_end(again);
    va_end(ap);
}

/* Bytes at s of a character that XML 1.0 does not allow: controls, U+FFFE and U+FFFF. */
static size_t forbidden(const char *s)
{
    if (strncmp(s, "\xef\xbf\xbe", 3) == 0 || strncmp(s, "\xef\xbf\xbf", 3) == 0)
        return 3;
    return (unsigned char)*s < 0x20 && !strchr("\t\n\r", *s);
}

void sb_escaped(struct sb *o, const char *s)
{
    for (size_t n; *s; s += MAX_OF(n, (size_t)1)) {
        n = forbidden(s);
        switch (*s) {
        case '&': SB_LIT(o, "&amp;"); break;
        case '<': SB_LIT(o, "&lt;"); break;
        case '>': SB_LIT(o, "&gt;"); break;
        case '"': SB_LIT(o, "&quot;"); break;
        default: n ? SB_LIT(o, "\xef\xbf\xbd") : sb_add(o, s, 1);
        }
    }
}
