#include "io/precis.h"
#include "base/sb.h"
#include <utf8proc.h>

/* The next character of `at`; 0 at the end or where it is not UTF-8. *n: its bytes. */
static utf8proc_int32_t next(const char *at, size_t *n)
{
    utf8proc_int32_t c = 0;
    utf8proc_ssize_t read = utf8proc_iterate((const utf8proc_uint8_t *)at,
                                             (utf8proc_ssize_t)strlen(at), &c);

    *n = read > 0 ? (size_t)read : 0;
    return read > 0 ? c : 0;
}

static const char *with_plain_blanks(struct arena *a, const char *typed)
{
    struct sb o = { .a = a };
    size_t n;

    for (const char *p = typed; *p; p += n) {
        utf8proc_int32_t c = next(p, &n);
        if (c == 0)
            return NULL;
        if (utf8proc_category(c) == UTF8PROC_CATEGORY_ZS)
            sb_add(&o, " ", 1);
        else
            sb_add(&o, p, n);
    }
    return o.buf ? o.buf : "";
}

const char *precis_opaque(struct arena *a, const char *typed)
{
    const char *text = with_plain_blanks(a, typed);

    if (text == NULL)
        return typed;
    utf8proc_uint8_t *composed = utf8proc_NFC((const utf8proc_uint8_t *)text);
    if (composed == NULL)
        return typed;
    text = arena_str(a, (const char *)composed);
    free(composed);
    return text;
}

static bool is_old_hangul(utf8proc_int32_t c)
{
    return (c >= 0x1100 && c <= 0x11FF) || (c >= 0xA960 && c <= 0xA97F) ||
           (c >= 0xD7B0 && c <= 0xD7FF);
}

static bool is_allowed(utf8proc_int32_t c)
{
    utf8proc_category_t kind = utf8proc_category(c);
    bool letter_or_sign = kind != UTF8PROC_CATEGORY_CN && kind < UTF8PROC_CATEGORY_ZL;

    return letter_or_sign && !utf8proc_get_property(c)->ignorable && !is_old_hangul(c);
}

bool precis_opaque_ok(const char *text)
{
    size_t n;

    for (const char *p = text; *p; p += n) {
        utf8proc_int32_t c = next(p, &n);
        if (c == 0 || !is_allowed(c))
            return false;
    }
    return true;
}
