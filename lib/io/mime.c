#include "io/mime.h"
#include "base/conf.h"
#include "base/fmt.h"
#include "base/sb.h"
#include "base/str.h"
#include "base/text.h"
#include <unicode/uidna.h>

enum {
    LINE_MAX_CHARS = 76, /* RFC 2045 section 6.7, RFC 2047 section 2 */
    WORD_MAX_CHARS = 60, /* of an ASCII word in a field; a longer one is encoded */
    ENCODED_MAX_BYTES =
        36, /* of an encoded word, so that the longest name of a field fits before it */
    LOCAL_MAX_BYTES = 64, /* RFC 5321 section 4.5.3.1.1 */
};

#define BOUNDARY "=_part" /* quoted-printable writes no "=_" */

const char *mime_domain(const char *address)
{
    const char *at = strrchr(address, '@');

    return at ? at + 1 : "";
}

/* A domain in its ASCII form; NULL: it is none. */
static const char *ascii_domain(struct arena *a, const char *domain)
{
    UErrorCode error = U_ZERO_ERROR;
    UIDNAInfo info = UIDNA_INFO_INITIALIZER;
    char out[MIME_ADDRESS_MAX_BYTES + 1];
    UIDNA *idna = uidna_openUTS46(UIDNA_NONTRANSITIONAL_TO_ASCII | UIDNA_CHECK_BIDI |
                                      UIDNA_CHECK_CONTEXTJ | UIDNA_USE_STD3_RULES,
                                  &error);

    if (U_FAILURE(error))
        return NULL;
    int32_t n = uidna_nameToASCII_UTF8(idna, domain, (int32_t)strlen(domain), out, sizeof(out) - 1,
                                       &info, &error);
    uidna_close(idna);
    if (U_FAILURE(error) || info.errors || n <= 0 || n >= (int32_t)sizeof(out))
        return NULL;
    return arena_strn(a, out, (size_t)n);
}

/* The atoms of RFC 5322 section 3.2.3 and, of RFC 6532, every other character. */
static bool is_local_part(const char *s, size_t n)
{
    const char *atext =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!#$%&'*+-/=?^_`{|}~.";

    if (n == 0 || n > LOCAL_MAX_BYTES || s[0] == '.' || s[n - 1] == '.' ||
        !str_is_text(s, n, false))
        return false;
    for (size_t i = 0; i < n; i++)
        if (!(s[i] & 0x80) && (!strchr(atext, s[i]) || (s[i] == '.' && s[i + 1] == '.')))
            return false;
    return true;
}

enum rc mime_address(struct arena *a, const char *typed, const char **address)
{
    size_t n = strlen(typed);
    const char *at = strrchr(typed, '@');

    *address = "";
    if (n > MIME_ADDRESS_MAX_BYTES || at == NULL || !is_local_part(typed, (size_t)(at - typed)))
        return RC_INVALID;
    const char *domain = ascii_domain(a, at + 1);
    if (domain == NULL || domain[0] == '.' || strchr(domain, ' '))
        return RC_INVALID;
    const char *whole = arena_printf(a, "%.*s@%s", (int)(at - typed), typed, domain);
    if (strlen(whole) > MIME_ADDRESS_MAX_BYTES)
        return RC_INVALID;
    *address = whole;
    return RC_OK;
}

/* Base64 with padding, as encoded words have it. */
static void add_base64(struct sb *o, const char *s, size_t n)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

    for (size_t i = 0; i < n; i += 3) {
        uint32_t v = 0;
        for (size_t k = 0; k < 3; k++)
            v = v << 8 | (i + k < n ? (unsigned char)s[i + k] : 0);
        const char four[] = { digits[v >> 18], digits[v >> 12 & 63],
                              i + 1 < n ? digits[v >> 6 & 63] : '=',
                              i + 2 < n ? digits[v & 63] : '=' };
        sb_add(o, four, sizeof(four));
    }
}

static void add_encoded_words(struct sb *o, const char *s)
{
    while (*s) {
        size_t n = strnlen(s, ENCODED_MAX_BYTES + 1);
        if (n > ENCODED_MAX_BYTES) /* never inside a character */
            for (n = ENCODED_MAX_BYTES; n > 1 && ((unsigned char)s[n] & 0xc0) == 0x80;)
                n--;
        SB_LIT(o, "=?UTF-8?B?");
        add_base64(o, s, n);
        s += n;
        sb_str(o, *s ? "?=\r\n " : "?=");
    }
}

/* Can the text stand in a field as it is? */
static bool is_plain(const char *s)
{
    size_t word = 0;

    if (strstr(s, "=?") || *s == ' ' || (*s && s[strlen(s) - 1] == ' '))
        return false;
    for (; *s; s++) {
        word = *s == ' ' ? 0 : word + 1;
        if ((*s & 0x80) || word > WORD_MAX_CHARS)
            return false;
    }
    return true;
}

/* Words of ASCII, folded before a blank where the line would get too long. */
static void add_folded(struct sb *o, const char *s, size_t column)
{
    while (*s) {
        size_t n = 1 + strcspn(s + 1, " ");
        if (column + n > LINE_MAX_CHARS && *s == ' ') {
            SB_LIT(o, "\r\n");
            column = 0;
        }
        sb_add(o, s, n);
        column += n;
        s += n;
    }
}

/* One line of any text, without control characters. */
static const char *one_line(struct arena *a, const char *text)
{
    struct sb o = { .a = a };

    SB_LIT(&o, "");
    text_line(&o, text);
    return str_is_text(o.buf, o.len, false) ? str_clean(a, o.buf, false) : "";
}

static void add_field(struct sb *o, const char *name, const char *text)
{
    const char *line = one_line(o->a, text);

    sb_addf(o, "%s: ", name);
    if (is_plain(line))
        add_folded(o, line, strlen(name) + 2);
    else
        add_encoded_words(o, line);
    SB_LIT(o, "\r\n");
}

/* From: a name that may be any text, and an address from the settings. */
static void add_from(struct sb *o, const char *name, const char *address)
{
    const char *line = one_line(o->a, name);

    SB_LIT(o, "From: ");
    if (!is_plain(line))
        add_encoded_words(o, line);
    else {
        SB_LIT(o, "\"");
        for (; *line; line++)
            sb_addf(o, strchr("\"\\", *line) ? "\\%c" : "%c", *line);
        SB_LIT(o, "\"");
    }
    sb_addf(o, "\r\n <%s>\r\n", address);
}

/* RFC 2045 section 6.7. The bytes of a character stay in one line only by chance, which is allowed. */
static void add_quoted_printable(struct sb *o, const char *s)
{
    size_t column = 0;

    for (; *s; s++) {
        bool line_ends = s[1] == '\n' || s[1] == 0;
        if (*s == '\n') {
            SB_LIT(o, "\r\n");
            column = 0;
            continue;
        }
        bool plain = (*s >= '!' && *s <= '~' && *s != '=') || (*s == ' ' && !line_ends);
        /* "From " and a lone dot at the beginning of a line are changed by old programs. */
        if (column == 0 && (*s == '.' || strncmp(s, "From ", 5) == 0))
            plain = false;
        if (column + (plain ? 1 : 3) > LINE_MAX_CHARS - 1) {
            SB_LIT(o, "=\r\n");
            column = 0;
        }
        sb_addf(o, plain ? "%c" : "=%02X", (unsigned char)*s);
        column += plain ? 1 : 3;
    }
    SB_LIT(o, "\r\n");
}

static void add_part(struct sb *o, const char *type, const char *text)
{
    sb_addf(
        o,
        "--" BOUNDARY
        "\r\nContent-Type: %s; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n",
        type);
    add_quoted_printable(o, text);
}

/* RFC 5322 section 3.3; the same digits as in HTTP, where the zone has another name. */
static const char *date_of(struct arena *a, int64_t ms)
{
    const char *http = fmt_http(a, ms);

    return arena_printf(a, "%.*s+0000", (int)(strlen(http) - strlen("GMT")), http);
}

static void add_header(struct sb *o, const struct mime_mail *m, const char *to)
{
    const struct conf *c = conf();

    sb_addf(o, "Date: %s\r\n", date_of(o->a, m->at_ms));
    add_from(o, c->site_name, c->mail_from);
    if (c->mail_reply_to[0])
        sb_addf(o, "Reply-To: <%s>\r\n", c->mail_reply_to);
    sb_addf(o, "To: <%s>\r\n", to);
    add_field(o, "Subject", m->subject);
    sb_addf(o, "Message-ID: <%s@%s>\r\n", m->id, mime_domain(c->mail_from));
    SB_LIT(o, "Auto-Submitted: auto-generated\r\n");
    if (m->unsubscribe[0])
        sb_addf(o,
                "List-Unsubscribe: <%s>\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n",
                m->unsubscribe);
    SB_LIT(o, "MIME-Version: 1.0\r\nContent-Type: multipart/alternative; boundary=\"" BOUNDARY
              "\"\r\n\r\n");
}

enum rc mime_write(struct arena *a, const struct mime_mail *m, struct bytes *out)
{
    struct sb o = { .a = a };
    const char *to;

    assert(str_only(m->id, STR_BASE64URL ".") && strlen(m->id) <= MIME_ID_MAX_BYTES);
    assert(str_is_text(m->unsubscribe, strlen(m->unsubscribe), false) &&
           !strpbrk(m->unsubscribe, " <>"));
    *out = (struct bytes){ "", 0 };
    TRY(mime_address(a, m->to, &to));
    add_header(&o, m, to);
    add_part(&o, "text/plain", m->text);
    add_part(&o, "text/html", m->html);
    SB_LIT(&o, "--" BOUNDARY "--\r\n");
    *out = (struct bytes){ o.buf, o.len };
    return RC_OK;
}
