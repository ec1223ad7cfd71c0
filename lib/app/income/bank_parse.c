#include "app/income/bank_parse.h"
#include "app/money/ledger.h"
#include "base/fmt.h"
#include "base/iban.h"
#include "base/sb.h"
#include "base/str.h"
#include <ctype.h>
#include <utf8proc.h>

enum { DIGITS_MAX = 24, GROUP = 3, KEY_MIN = 2 };

/* Signs of currencies that stand for one only. */
static const struct {
    const char *sign, *code;
} signs[] = { { "€", "EUR" },  { "£", "GBP" },  { "US$", "USD" }, { "$", "USD" },
              { "zł", "PLN" }, { "Kč", "CZK" }, { "Fr.", "CHF" } };

const char *bank_currency(struct arena *a, const char *text)
{
    char *plain = str_clean(a, text, false);

    for (size_t i = 0; i < COUNT(signs); i++)
        if (str_eq(plain, signs[i].sign))
            return signs[i].code;
    if (strlen(plain) != 3)
        return "";
    for (char *p = plain; *p; p++) {
        if (!isascii((unsigned char)*p) || !isalpha((unsigned char)*p))
            return "";
        *p = (char)toupper((unsigned char)*p);
    }
    return plain;
}

/* The text with every kind of blank, minus and apostrophe as that of ASCII. */
static char *plain_signs(struct arena *a, const char *text)
{
    static const struct {
        const char *from, to;
    } rows[] = { { "\u00a0", ' ' }, { "\u202f", ' ' }, { "\u2009", ' ' },
                 { "\u2212", '-' }, { "\u2013", '-' }, { "\u2019", '\'' } };
    struct sb o = { .a = a };

    while (*text) {
        size_t i = 0;
        while (i < COUNT(rows) && !str_starts(text, rows[i].from))
            i++;
        sb_add(&o, i < COUNT(rows) ? &rows[i].to : text, 1);
        text += i < COUNT(rows) ? strlen(rows[i].from) : 1;
    }
    return str_clean(a, o.buf ? o.buf : "", false);
}

static bool is_number_byte(char c) { return c && strchr("0123456789.,' +-", c); }

/* Take the currency from one end of the text; *s and *n shrink. false: it names another one. */
static bool take_currency(struct arena *a, const char **s, size_t *n, const char *currency)
{
    size_t before = 0, after = *n;

    while (before < *n && !is_number_byte((*s)[before]))
        before++;
    while (after > before && !is_number_byte((*s)[after - 1]))
        after--;
    const char *head = arena_strn(a, *s, before), *tail = arena_strn(a, *s + after, *n - after);
    if ((head[0] && tail[0]) || before == *n)
        return false;
    const char *named = head[0] ? head : tail;
    *s += before;
    *n = after - before;
    return named[0] == 0 || str_eq(bank_currency(a, named), currency);
}

/* Take a sign and blanks from the ends. false: there are two signs. */
static bool take_sign(const char **s, size_t *n, bool *negative)
{
    int found = 0;

    *negative = false;
    while (*n && strchr(" +-", **s)) {
        found += **s != ' ';
        *negative |= **s == '-';
        (*s)++, (*n)--;
    }
    while (*n && strchr(" +-", (*s)[*n - 1])) {
        found += (*s)[*n - 1] != ' ';
        *negative |= (*s)[*n - 1] == '-';
        (*n)--;
    }
    return found <= 1 && *n > 0;
}

static size_t count_of(const char *s, size_t n, char c)
{
    size_t found = 0;

    for (size_t i = 0; i < n; i++)
        found += s[i] == c;
    return found;
}

/* Where the decimals begin: the place of their sign, or n. SIZE_MAX: it cannot be told. */
static size_t decimals_at(const char *s, size_t n, enum bank_decimal decimal)
{
    const char *comma = memrchr(s, ',', n), *point = memrchr(s, '.', n);
    const char *last = comma > point ? comma : point;

    if (decimal != BANK_EITHER)
        last = decimal == BANK_COMMA ? comma : point;
    if (last == NULL)
        return n;
    size_t at = (size_t)(last - s);
    bool several = count_of(s, n, *last) > 1;
    if (decimal == BANK_EITHER && !(comma && point)) {
        if (several) /* 1.234.567 */
            return n;
        if (n - at - 1 == GROUP && !(at == 1 && *s == '0'))
            return SIZE_MAX;
    }
    return several ? SIZE_MAX : at;
}

/* The digits of the whole part; false where it is not grouped in threes by one sign. */
static bool add_whole(struct sb *o, const char *s, size_t n)
{
    char sign = 0;
    size_t since = 0;

    if (n == 0)
        return false;
    for (size_t i = 0; i < n; i++) {
        if (isdigit((unsigned char)s[i])) {
            sb_add(o, s + i, 1);
            since++;
            continue;
        }
        if (since == 0 || since > GROUP || (sign && (s[i] != sign || since != GROUP)))
            return false;
        sign = s[i];
        since = 0;
    }
    return sign == 0 || (since == GROUP && *s != '0');
}

enum rc bank_amount(struct arena *a, const char *text, const char *currency,
                    enum bank_decimal decimal, int64_t *minor)
{
    const char *s = plain_signs(a, text);
    size_t n = strlen(s);
    struct sb o = { .a = a };
    bool negative, again;

    if (!take_currency(a, &s, &n, currency) || !take_sign(&s, &n, &negative))
        return RC_INVALID;
    if (!isdigit((unsigned char)*s)) /* "-EUR 5" and "EUR -5" are both in use */
        return RC_INVALID;
    size_t at = decimals_at(s, n, decimal);
    if (at == SIZE_MAX || n > DIGITS_MAX || !add_whole(&o, s, at))
        return RC_INVALID;
    size_t decimals = at < n ? n - at - 1 : 0;
    for (size_t i = 0; i < decimals; i++)
        if (!isdigit((unsigned char)s[at + 1 + i]))
            return RC_INVALID;
    if (at < n && decimals == 0)
        return RC_INVALID;
    do { /* more decimals than the currency has are right if they are zeros */
        const char *written = decimals
                                  ? arena_printf(a, "%s.%.*s", o.buf, (int)decimals, s + at + 1)
                                  : o.buf;
        enum rc rc = fmt_read_amount(written, currency, LEDGER_AMOUNT_MAX, minor);
        again = rc != RC_OK && decimals && s[at + decimals] == '0';
        if (rc != RC_OK && !again)
            return RC_INVALID;
        decimals -= again;
    } while (again);
    *minor = negative ? -*minor : *minor;
    return RC_OK;
}

enum rc bank_day_of(int64_t year, int64_t month, int64_t day, int64_t *ms)
{
    char iso[32];

    if (year < 1970 || year > 2999 || month < 1 || month > 12 || day < 1 || day > 31)
        return RC_INVALID;
    snprintf(iso, sizeof(iso), "%04d-%02d-%02d", (int)year, (int)month, (int)day);
    return fmt_read_date(iso, ms);
}

/* Up to three numbers, separated by one of `.-/`; how many digits each has. Stops at a blank or T. */
static size_t read_numbers(const char *s, int64_t out[3], size_t digits[3], char *sign)
{
    size_t n = 0;

    for (*sign = 0; n < 3; s++) {
        digits[n] = strspn(s, "0123456789");
        if (str_to_i64(s, digits[n], 0, 99999999, &out[n]) != RC_OK)
            return 0;
        s += digits[n++];
        if (*s == 0 || *s == ' ' || *s == 'T' || *s == 'Z' || *s == '+')
            return n;
        if (!strchr(".-/", *s) || (*sign && *s != *sign))
            return 0;
        *sign = *s;
    }
    return 0; /* a fourth number */
}

enum rc bank_day(const char *text, enum bank_day_form form, int64_t *ms)
{
    enum { CENTURY = 2000 };
    int64_t v[3];
    size_t digits[3];
    char sign;
    size_t n = read_numbers(text, v, digits, &sign);

    if (n == 1 && digits[0] == strlen("20280102"))
        return bank_day_of(v[0] / 10000, v[0] / 100 % 100, v[0] % 100, ms);
    if (n != 3)
        return RC_INVALID;
    if (digits[0] == 4 && sign != '.')
        return digits[1] == 2 && digits[2] == 2 ? bank_day_of(v[0], v[1], v[2], ms) : RC_INVALID;
    if ((digits[2] != 2 && digits[2] != 4) || (sign != '.' && form == BANK_CLEAR))
        return RC_INVALID;
    bool month_first = sign != '.' && form == BANK_MONTH_FIRST;
    return bank_day_of(v[2] + (digits[2] == 2 ? CENTURY : 0), v[month_first ? 0 : 1],
                       v[month_first ? 1 : 0], ms);
}

const char *bank_key(struct arena *a, const char *text)
{
    static const char *const none[] = { "NONREF", "NOTPROVIDED", "NOTAVAILABLE", "NONE", "N/A" };
    char *plain = str_clean(a, text, false);
    size_t n = 0;

    for (const char *p = plain; *p; p++)
        if (isascii((unsigned char)*p) && isgraph((unsigned char)*p) && n < BANK_REF_MAX_BYTES)
            plain[n++] = *p;
    plain[n] = 0;
    for (size_t i = 0; i < COUNT(none); i++)
        if (strcasecmp(plain, none[i]) == 0)
            return "";
    return n < KEY_MIN ? "" : plain;
}

const char *bank_account(struct arena *a, const char *text)
{
    char *plain = arena_str(a, text);
    const char *iban;
    size_t n = 0;

    if (iban_ok(a, text, &iban))
        return iban;
    for (const char *p = text; *p && n < IBAN_MAX_BYTES; p++)
        if (isascii((unsigned char)*p) && isgraph((unsigned char)*p))
            plain[n++] = (char)toupper((unsigned char)*p);
    plain[n] = 0;
    return plain;
}

static void add_letter(struct sb *o, utf8proc_int32_t c)
{
    if (c == 0xdf) /* ß */
        SB_LIT(o, "s");
    else if (c == 0xfffd || c == '?')
        SB_LIT(o, "?");
    else if (c < 0x80 && isalnum((int)c))
        sb_addf(o, "%c", tolower((int)c));
    else if (c >= 0x80 && utf8proc_category(c) != UTF8PROC_CATEGORY_MN &&
             (utf8proc_category(c) <= UTF8PROC_CATEGORY_LO ||
              utf8proc_category(c) == UTF8PROC_CATEGORY_ND)) {
        utf8proc_uint8_t bytes[4];
        utf8proc_ssize_t n = utf8proc_encode_char(utf8proc_tolower(c), bytes);
        sb_add(o, (const char *)bytes, (size_t)n);
    }
}

/* ae, oe, ue and ss as a, o, u and s. */
static void join_pairs(char *s)
{
    char *to = s;

    for (; *s; s++) {
        *to++ = *s;
        if ((strchr("aou", *s) && s[1] == 'e') || (*s == 's' && s[1] == 's'))
            s++;
    }
    *to = 0;
}

const char *bank_fold(struct arena *a, const char *text)
{
    utf8proc_uint8_t *plain = NULL;
    struct sb o = { .a = a };
    utf8proc_int32_t c;

    utf8proc_ssize_t n = utf8proc_map((const utf8proc_uint8_t *)text, 0, &plain,
                                      UTF8PROC_NULLTERM | UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT);
    for (utf8proc_ssize_t i = 0, bytes; i < n; i += bytes) {
        bytes = utf8proc_iterate(plain + i, n - i, &c);
        if (bytes <= 0)
            break;
        add_letter(&o, c);
    }
    free(plain);
    if (o.buf)
        join_pairs(o.buf);
    return o.buf ? o.buf : "";
}

/* Skip the run of lost letters at *x, and in *y the letters that they were: one each, or two, or
 * none, so that what follows is equal. */
static bool skip_lost(const char **x, const char **y)
{
    size_t lost = strspn(*x, "?"), left = strlen(*y);

    *x += lost;
    for (size_t i = 0; i <= 2 * lost; i++) { /* one each is tried first */
        size_t letters = (lost + i) % (2 * lost + 1);
        if (letters <= left && (*y)[letters] == **x) {
            *y += letters;
            return true;
        }
    }
    return false;
}

bool bank_folds_same(const char *x, const char *y)
{
    while (*x || *y)
        if (*x == *y)
            x++, y++;
        else if (!(*x == '?' ? skip_lost(&x, &y) : *y == '?' && skip_lost(&y, &x)))
            return false;
    return true;
}

/* The part of a German purpose after a mark such as "SVWZ+", up to the next mark. */
static const char *marked(struct arena *a, const char *text, const char *mark)
{
    static const char *const marks[] = { "EREF+", "KREF+", "MREF+", "CRED+", "DEBT+", "SVWZ+",
                                         "ABWA+", "ABWE+", "COAM+", "OAMT+", "IBAN+", "BIC+" };
    const char *from = strstr(text, mark), *to = NULL;

    if (from == NULL)
        return "";
    from += strlen(mark);
    for (size_t i = 0; i < COUNT(marks); i++) {
        const char *next = strstr(from, marks[i]);
        if (next && (to == NULL || next < to))
            to = next;
    }
    return str_clean(a, to ? arena_strn(a, from, (size_t)(to - from)) : from, false);
}

void bank_purpose(struct arena *a, const char *text, const char **end_to_end, const char **purpose)
{
    const char *found = marked(a, text, "SVWZ+");

    *end_to_end = bank_key(a, marked(a, text, "EREF+"));
    *purpose = found[0] ? found : text;
}
