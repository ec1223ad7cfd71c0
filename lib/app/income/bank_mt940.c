/* MT940 of SWIFT for bank_read.h: fields such as ":61:", each on a new line and with further lines.
 *
 *   :61:  YYMMDD of value [MMDD of booking] C|D|RC|RD [letter of the currency] amount
 *         N|S|F and three letters of the kind, reference [//bank's reference] [newline, more]
 *   :86:  text; in Germany three digits of the kind and fields such as "?20"; in other countries
 *         words such as "/REMI/"
 * Source   SWIFT, Customer Statement Message; Deutsche Kreditwirtschaft, DFUE agreement, annex 3,
 *          chapter 8, for the fields with "?". */
#include "app/income/bank_parse.h"
#include "base/iban.h"
#include "base/sb.h"
#include "base/str.h"
#include <ctype.h>

enum { TAG_MAX = 4, FIELD_MAX_BYTES = 8192 };

struct mt940 {
    struct bank_reading *r;
    const char *at;
    int64_t line, field_line;
    char tag[TAG_MAX + 1];
    const char *value; /* of the field, its lines separated by \n */
    const char *account, *currency;
    bool open; /* a statement has begun and not ended */
    struct bank_entry entry;
    bool has_entry;
};

/* ":61:" at the beginning of a line: the length of the tag with its colons; 0: none. */
static size_t tag_at(const char *s)
{
    size_t n = 0;

    if (*s != ':' || !isdigit((unsigned char)s[1]) || !isdigit((unsigned char)s[2]))
        return 0;
    n = 3 + (isupper((unsigned char)s[3]) != 0);
    return s[n] == ':' ? n + 1 : 0;
}

/* The end of a message: "-" or "-}" on a line of its own. */
static bool ends_message(const char *s)
{
    return *s == '-' && strchr("}\r\n", s[1]); /* true also at the final 0 */
}

static size_t line_length(const char *s) { return strcspn(s, "\n"); }

static const char *next_line(struct mt940 *m, const char *s)
{
    s += line_length(s);
    m->line += *s == '\n';
    return s + (*s == '\n');
}

/* The next field. false: there are no more. */
static bool next_field(struct mt940 *m)
{
    struct sb o = { .a = m->r->a };
    const char *s = m->at;
    size_t n;

    while (*s && !tag_at(s))
        s = next_line(m, s);
    if (*s == 0)
        return false;
    n = tag_at(s);
    memcpy(m->tag, s + 1, n - 2);
    m->tag[n - 2] = 0;
    m->field_line = m->line;
    s += n;
    do {
        size_t length = line_length(s);
        if (o.len + length < FIELD_MAX_BYTES) {
            if (o.len)
                SB_LIT(&o, "\n");
            sb_add(&o, s, length - (length && s[length - 1] == '\r'));
        }
        s = next_line(m, s);
    } while (*s && !tag_at(s) && !ends_message(s));
    m->at = s;
    m->value = o.buf ? o.buf : "";
    return true;
}

static bool take_number(const char **s, size_t digits, int64_t *out)
{
    if (strnlen(*s, digits) < digits || str_to_i64(*s, digits, 0, 999999, out) != RC_OK)
        return false;
    *s += digits;
    return true;
}

/* "12,99" up to the first byte that is no part of an amount. */
static bool take_amount(struct mt940 *m, const char **s, const char *currency, int64_t *minor)
{
    size_t n = strspn(*s, "0123456789,");
    const char *text = arena_strn(m->r->a, *s, n);

    *s += n;
    if (n && text[n - 1] == ',') /* "12," is 12,00 here */
        text = arena_printf(m->r->a, "%s0", text);
    return bank_amount(m->r->a, text, currency, BANK_COMMA, minor) == RC_OK && *minor >= 0;
}

/* :60F: and :62F:, "C280102EUR1000,00" */
static bool read_balance(struct mt940 *m, struct bank_closing *b)
{
    const char *s = m->value;
    int64_t day;
    bool debit = *s == 'D';

    if (*s != 'C' && *s != 'D')
        return false;
    s++;
    if (!take_number(&s, 6, &day) || strlen(s) < 3 ||
        bank_day_of(2000 + day / 10000, day / 100 % 100, day % 100, &b->on_ms) != RC_OK)
        return false;
    b->currency = bank_currency(m->r->a, arena_strn(m->r->a, s, 3));
    s += 3;
    if (!b->currency[0] || !take_amount(m, &s, b->currency, &b->minor))
        return false;
    b->account = m->account;
    b->minor = debit ? -b->minor : b->minor;
    return true;
}

/* The booking day has no year: it is the one nearest to the day of value. */
static enum rc booking_day(int64_t value_day, int64_t month_day, int64_t *ms)
{
    int64_t year = 2000 + value_day / 10000, months = month_day / 100 - value_day / 100 % 100;

    year += months < -6 ? 1 : months > 6 ? -1 : 0;
    return bank_day_of(year, month_day / 100, month_day % 100, ms);
}

/* C, D, RC (a credit taken back) or RD, and for days to come EC and ED. */
static bool take_mark(const char **s, bool *out, bool *pending)
{
    bool back = **s == 'R';

    *pending = **s == 'E';
    *s += back || *pending;
    if (**s != 'C' && **s != 'D')
        return false;
    *out = (**s == 'D') != back;
    (*s)++;
    if (isupper((unsigned char)**s)) /* the third letter of the currency */
        (*s)++;
    return true;
}

static const char *read_entry(struct mt940 *m, struct bank_entry *e)
{
    const char *s = m->value;
    int64_t value_day, month_day;
    bool out, has_day;

    if (!take_number(&s, 6, &value_day))
        return "has no date";
    has_day = isdigit((unsigned char)*s) && take_number(&s, 4, &month_day);
    if (has_day ? booking_day(value_day, month_day, &e->on_ms)
                : bank_day_of(2000 + value_day / 10000, value_day / 100 % 100, value_day % 100,
                              &e->on_ms))
        return "has no date that there is";
    if (!take_mark(&s, &out, &e->pending))
        return "does not say whether it came in or went out";
    if (!take_amount(m, &s, e->currency, &e->amount_minor))
        return "has no amount like 9,99";
    e->amount_minor = out ? -e->amount_minor : e->amount_minor;
    const char *kind = strlen(s) >= 4 ? s + 1 : "";
    e->sort = str_starts(kind, "CHG")   ? BANK_FEE
              : str_starts(kind, "INT") ? BANK_INTEREST
                                        : BANK_TRANSFER;
    const char *line_end = s + line_length(s), *bank = strstr(s, "//");
    if (bank && bank < line_end)
        e->bank_ref = bank_key(m->r->a,
                               arena_strn(m->r->a, bank + 2, (size_t)(line_end - bank - 2)));
    return NULL;
}

/* The bank's codes for fees and interest in the first three digits of :86: (DFUE, chapter 8). */
static void sort_by_code(struct bank_entry *e, int64_t code)
{
    if (code == 805 || code == 808)
        e->sort = BANK_FEE;
    else if (code == 814 || code == 815)
        e->sort = BANK_INTEREST;
}

/* The fields of a German :86:. Lines break where they are full, also within a word. */
static void read_question_marks(struct mt940 *m, const char *s, struct bank_entry *e)
{
    struct sb purpose = { .a = m->r->a }, name = { .a = m->r->a };
    char separator = *s;
    int64_t field;

    while (*s == separator) {
        const char *from = s + 1;
        size_t n;
        if (!take_number(&from, 2, &field))
            break;
        n = strcspn(from, (const char[]){ separator, 0 });
        s = from + n;
        struct sb *to = (field >= 20 && field <= 29) || (field >= 60 && field <= 63) ? &purpose
                        : field == 32 || field == 33                                 ? &name
                                                                                     : NULL;
        for (size_t i = 0; to && i < n; i++)
            if (from[i] != '\n')
                sb_add(to, from + i, 1);
        if (field == 31)
            e->iban = bank_account(m->r->a, arena_strn(m->r->a, from, n));
    }
    e->name = name.buf;
    bank_purpose(m->r->a, purpose.buf ? purpose.buf : "", &e->end_to_end, &e->text);
}

/* The value behind a word such as "/NAME/", up to the next one. */
static const char *word_value(struct mt940 *m, const char *s, const char *word)
{
    static const char *const words[] = { "/TRTP/", "/IBAN/", "/BIC/",  "/NAME/", "/REMI/", "/EREF/",
                                         "/CNTP/", "/MARF/", "/CSID/", "/ORDP/", "/BENM/", "/PURP/",
                                         "/RTRN/", "/ISDT/", "/TRCD/", "/PREF/", "/ACCW/" };
    const char *from = strstr(s, word), *to = NULL;

    if (from == NULL)
        return "";
    from += strlen(word);
    for (size_t i = 0; i < COUNT(words); i++) {
        const char *next = strstr(from, words[i]);
        if (next && (to == NULL || next < to))
            to = next;
    }
    size_t n = to ? (size_t)(to - from) : strlen(from);
    for (; n && *from == '/'; from++)
        n--;
    while (n && from[n - 1] == '/')
        n--;
    return arena_strn(m->r->a, from, n);
}

/* "/CNTP/IBAN/BIC/name/town" */
static void read_counterparty(struct mt940 *m, const char *s, struct bank_entry *e)
{
    size_t n = strcspn(s, "/");

    e->iban = bank_account(m->r->a, arena_strn(m->r->a, s, n));
    s += n + (s[n] == '/');
    s += strcspn(s, "/");
    s += *s == '/';
    e->name = arena_strn(m->r->a, s, strcspn(s, "/"));
}

static void read_words(struct mt940 *m, const char *s, struct bank_entry *e)
{
    const char *remittance = word_value(m, s, "/REMI/"), *other = word_value(m, s, "/CNTP/");

    if (str_starts(remittance, "USTD//") || str_starts(remittance, "STRD/"))
        remittance += strlen("USTD/") + (remittance[5] == '/');
    e->text = remittance;
    e->end_to_end = bank_key(m->r->a, word_value(m, s, "/EREF/"));
    e->iban = bank_account(m->r->a, word_value(m, s, "/IBAN/"));
    e->name = word_value(m, s, "/NAME/");
    if (other[0])
        read_counterparty(m, other, e);
}

/* Lines as one text: they are broken when they are full, so a break is no blank where one is read
 * as a code, and one where it is read as words. */
static const char *joined(struct mt940 *m, const char *between)
{
    struct sb o = { .a = m->r->a };

    for (const char *p = m->value; *p; p++)
        if (*p == '\n')
            sb_str(&o, between);
        else
            sb_add(&o, p, 1);
    return o.buf ? o.buf : "";
}

static void read_text(struct mt940 *m, struct bank_entry *e)
{
    const char *s = m->value;
    int64_t code;

    if (strlen(s) > 3 && str_to_i64(s, 3, 0, 999, &code) == RC_OK && ispunct((unsigned char)s[3]) &&
        isdigit((unsigned char)s[4]) && isdigit((unsigned char)s[5])) {
        sort_by_code(e, code);
        read_question_marks(m, s + 3, e);
    } else if (strstr(s, "/REMI/") || strstr(s, "/EREF/"))
        read_words(m, joined(m, ""), e);
    else
        bank_purpose(m->r->a, joined(m, " "), &e->end_to_end, &e->text);
}

static enum rc add_entry(struct mt940 *m)
{
    if (!m->has_entry)
        return RC_OK;
    m->has_entry = false;
    return bank_add(m->r, &m->entry);
}

/* ":25:"; some banks write the currency behind the IBAN. */
static const char *read_account(struct mt940 *m)
{
    const char *text = joined(m, ""), *iban;
    size_t n = strlen(text);

    if (n > 3 && iban_ok(m->r->a, arena_strn(m->r->a, text, n - 3), &iban))
        return iban;
    return bank_account(m->r->a, text);
}

static enum rc take_field(struct mt940 *m)
{
    struct bank_closing b;

    if (str_eq(m->tag, "86")) {
        if (m->has_entry && m->entry.text == NULL)
            read_text(m, &m->entry);
        return RC_OK;
    }
    TRY(add_entry(m));
    if (str_starts(m->tag, "60"))
        m->open = true;
    else if (str_starts(m->tag, "62"))
        m->open = false;
    if (str_eq(m->tag, "20"))
        m->account = "", m->currency = m->r->how->currency;
    else if (str_eq(m->tag, "25"))
        m->account = read_account(m);
    else if (str_starts(m->tag, "60") && read_balance(m, &b))
        m->currency = b.currency;
    else if (str_eq(m->tag, "62F") && read_balance(m, &b))
        bank_add_closing(m->r, &b);
    else if (str_eq(m->tag, "61")) {
        m->entry = (struct bank_entry){ .line = m->field_line,
                                        .account = m->account,
                                        .currency = m->currency };
        m->entry.wrong = read_entry(m, &m->entry);
        m->has_entry = true;
    }
    return RC_OK;
}

enum rc bank_read_mt940(struct bank_reading *r)
{
    struct mt940 m = {
        .r = r, .at = r->text, .line = 1, .account = "", .currency = r->how->currency
    };
    const char *start = str_starts(r->text, ":20:") ? r->text : strstr(r->text, "\n:20:");

    if (start == NULL ||
        !(strstr(start, "\n:60F:") || strstr(start, "\n:60M:") || strstr(start, "\n:61:")))
        return RC_NOT_FOUND;
    r->out->format = "mt940";
    while (next_field(&m))
        TRY(take_field(&m));
    if (m.open)
        bank_doubt(r, "The file ends in the middle: a statement has no closing balance (:62F:). "
                      "Fetch it again from the bank.");
    return add_entry(&m);
}
