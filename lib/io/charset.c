#include "io/charset.h"
#include "base/str.h"
#include <iconv.h>

enum { WIDEST = 3 }; /* bytes of UTF-8 that one byte or half a unit of UTF-16 can become */

/* Convert all of it; what has no meaning becomes "?" if `any_byte`, else is refused. */
static enum rc convert(struct arena *a, const char *from, const char *bytes, size_t n,
                       bool any_byte, char **out, size_t *out_n)
{
    iconv_t c = iconv_open("UTF-8", from);
    size_t room = n * WIDEST + 1;
    char *in = arena_strn(a, bytes, n), *to = *out = arena_alloc(a, room);
    enum rc rc = RC_OK;

    if (c == (iconv_t)-1)
        return RC_FAIL;
    while (n && iconv(c, &in, &n, &to, &room) == (size_t)-1) {
        if (!any_byte) {
            rc = RC_INVALID;
            break;
        }
        *to++ = '?', room--;
        in++, n--;
    }
    iconv_close(c);
    *to = 0;
    *out_n = (size_t)(to - *out);
    return rc;
}

/* Well-formed UTF-8? Control characters are no question of the encoding. */
static bool is_utf8(const char *s, size_t n)
{
    struct arena *a = arena_new(n + (1 << 16));
    char *plain = arena_strn(a, s, n);

    for (size_t i = 0; i < n; i++)
        if ((unsigned char)plain[i] < ' ' || plain[i] == 0x7f)
            plain[i] = ' ';
    /* C1 controls are two bytes of UTF-8, which str_is_text refuses; real files hold none */
    bool well_formed = str_is_text(plain, n, true);
    arena_free(a);
    return well_formed;
}

static bool marked(const char *bytes, size_t n, const char *mark, size_t mark_n)
{
    return n >= mark_n && memcmp(bytes, mark, mark_n) == 0;
}

enum rc charset_utf8(struct arena *a, const char *bytes, size_t n, const char **out)
{
    size_t text_n = n;
    char *text;

    if (marked(bytes, n, "\xff\xfe", 2))
        TRY(convert(a, "UTF-16LE", bytes + 2, n - 2, false, &text, &text_n));
    else if (marked(bytes, n, "\xfe\xff", 2))
        TRY(convert(a, "UTF-16BE", bytes + 2, n - 2, false, &text, &text_n));
    else if (marked(bytes, n, "\xef\xbb\xbf", 3))
        text = arena_strn(a, bytes + 3, text_n = n - 3);
    else if (is_utf8(bytes, n))
        text = arena_strn(a, bytes, n);
    else
        TRY(convert(a, "WINDOWS-1252", bytes, n, true, &text, &text_n));
    *out = text;
    return memchr(text, 0, text_n) || !is_utf8(text, text_n) ? RC_INVALID : RC_OK;
}

char *charset_1252(struct arena *a, const char *utf8)
{
    size_t n = strlen(utf8), room = n;
    char *in = arena_strn(a, utf8, n), *out = arena_alloc(a, n + 1), *to = out;
    iconv_t c = iconv_open("WINDOWS-1252", "UTF-8");

    assert(c != (iconv_t)-1);
    while (n && iconv(c, &in, &n, &to, &room) == (size_t)-1) {
        *to++ = '?', room--;
        for (in++, n--; n && (*in & 0xC0) == 0x80; n--)
            in++;
    }
    iconv_close(c);
    return out;
}
