/* CSV of banks for bank_read.h, by the table of bank_dialects.h. */
#include "app/income/bank_dialects.h"
#include "base/csv.h"
#include "base/iban.h"
#include "base/sb.h"
#include "base/str.h"

enum { HEADER_LINES_MAX = 60, ABSENT = CSV_FIELDS_MAX };

/* A header line that was found: the dialect, and where its columns are. */
struct header {
    const struct bank_dialect *dialect;
    size_t at[BANK_COLUMNS], texts[BANK_TEXTS_MAX], n_texts;
    size_t width;         /* its columns */
    const char *currency; /* from "Betrag (€)"; "" */
    struct csv csv;       /* behind the header */
};

struct table {
    struct bank_reading *r;
    struct header h;
    int64_t *balances; /* of each entry, INT64_MIN: none */
    int64_t *amounts;
};

/* The name of a column: its letters and digits without what is in brackets. */
static const char *column_name(struct arena *a, const char *field)
{
    return bank_fold(a, arena_strn(a, field, strcspn(field, "(")));
}

/* "EUR" of "Betrag (€)" or "Umsatz in EUR", or "". */
static const char *column_currency(struct arena *a, const char *field)
{
    const char *open = strchr(field, '('), *in = strstr(field, " in ");

    if (open)
        return bank_currency(a, arena_strn(a, open + 1, strcspn(open + 1, ")")));
    return in ? bank_currency(a, in + 4) : "";
}

/* Where in the row is a column of one of these names, the earlier name first? */
static size_t find(struct arena *a, const struct csv_row *folded, const char *names,
                   size_t from_name)
{
    size_t k = 0;

    for (const char *s = names; *s; k++) {
        size_t n = strcspn(s, "|");
        const char *name = column_name(a, arena_strn(a, s, n));
        for (size_t i = 0; k >= from_name && i < folded->n; i++)
            if (str_eq(folded->fields[i], name))
                return i;
        s += n + (s[n] == '|');
    }
    return ABSENT;
}

static size_t count_names(const char *names)
{
    size_t n = 1;

    for (; *names; names++)
        n += *names == '|';
    return n;
}

static bool fits(struct arena *a, const struct bank_dialect *d, const struct csv_row *row,
                 const struct csv_row *folded, struct header *h)
{
    h->n_texts = 0;
    h->dialect = d;
    h->width = row->n;
    for (size_t i = 0; i < BANK_COLUMNS; i++) {
        h->at[i] = d->columns[i] ? find(a, folded, d->columns[i], 0) : ABSENT;
        if (h->at[i] == ABSENT && (d->must >> i & 1))
            return false;
    }
    if (h->at[BANK_AMOUNT] == ABSENT && (h->at[BANK_IN] == ABSENT || h->at[BANK_OUT] == ABSENT))
        return false;
    size_t names = d->columns[BANK_TEXT] ? count_names(d->columns[BANK_TEXT]) : 0;
    for (size_t k = 0; k < names && h->n_texts < BANK_TEXTS_MAX; k++) {
        size_t at = find(a, folded, d->columns[BANK_TEXT], k);
        if (at != ABSENT && (h->n_texts == 0 || h->texts[h->n_texts - 1] != at))
            h->texts[h->n_texts++] = at;
    }
    size_t amount = h->at[BANK_AMOUNT] == ABSENT ? h->at[BANK_IN] : h->at[BANK_AMOUNT];
    h->currency = column_currency(a, row->fields[amount]);
    return true;
}

/* Is this the header of a dialect? */
static bool is_header(struct bank_reading *r, const struct bank_dialect *own,
                      const struct csv_row *row, struct header *h)
{
    struct csv_row folded = { .n = row->n };

    for (size_t i = 0; i < row->n; i++)
        folded.fields[i] = column_name(r->a, row->fields[i]);
    if (own)
        return fits(r->a, own, row, &folded, h);
    for (size_t i = 0; i < bank_dialects_n; i++)
        if (fits(r->a, &bank_dialects[i], row, &folded, h))
            return true;
    return false;
}

/* Look for the header among the first lines, with each separator. Lines before it need not be
 * CSV. */
static bool find_header(struct bank_reading *r, const struct bank_dialect *own, struct header *h)
{
    static const char separators[] = ";,\t|";
    const char *s = r->text;

    for (int64_t line = 1; *s && line <= HEADER_LINES_MAX; line++) {
        for (const char *p = separators; *p; p++) {
            struct csv_row row;
            csv_begin_at(&h->csv, s, line, *p);
            if (csv_next(&h->csv, r->a, &row) == RC_OK && row.n > 1 && is_header(r, own, &row, h))
                return true;
        }
        s += strcspn(s, "\n");
        s += *s == '\n';
    }
    return false;
}

static const char *cell(struct table *t, const struct csv_row *row, size_t at)
{
    return at < row->n ? str_clean(t->r->a, row->fields[at], false) : "";
}

static const char *column(struct table *t, const struct csv_row *row, enum bank_column c)
{
    return cell(t, row, t->h.at[c]);
}

static bool is_one_of(struct arena *a, const char *word, const char *const *words, size_t n)
{
    const char *folded = bank_fold(a, word);

    for (size_t i = 0; i < n; i++)
        if (str_eq(folded, words[i]))
            return true;
    return false;
}

/* Folded parts of the banks' words for kinds of lines. */
static enum bank_sort sort_of(struct arena *a, const char *type)
{
    static const struct {
        const char *part;
        enum bank_sort sort;
    } rows[] = { { "entgelt", BANK_FEE },      { "gebuhr", BANK_FEE }, { "abschlus", BANK_FEE },
                 { "fee", BANK_FEE },          { "charge", BANK_FEE }, { "zins", BANK_INTEREST },
                 { "interest", BANK_INTEREST } };
    const char *folded = bank_fold(a, type);

    for (size_t i = 0; i < COUNT(rows); i++)
        if (strstr(folded, rows[i].part))
            return rows[i].sort;
    return BANK_TRANSFER;
}

static const char *read_amount(struct table *t, const struct csv_row *row, struct bank_entry *e)
{
    static const char *const out_words[] = { "s", "soll", "d", "debit", "af", "dbit", "belastung" };
    static const char *const in_words[] = {
        "h", "haben", "c", "credit", "bij", "crdt", "gutschrift"
    };
    static const char wrong[] = "has no amount that can be read for certain, like 9.99 or 9,99";
    enum bank_decimal d = t->h.dialect->decimal;
    struct arena *a = t->r->a;
    int64_t cost = 0;

    if (t->h.at[BANK_AMOUNT] == ABSENT) {
        const char *in = column(t, row, BANK_IN), *out = column(t, row, BANK_OUT);
        if ((in[0] != 0) == (out[0] != 0))
            return "has no amount, or two";
        if (bank_amount(a, in[0] ? in : out, e->currency, d, &e->amount_minor) != RC_OK)
            return wrong;
        if (out[0]) /* some banks write it with a sign, too */
            e->amount_minor = -(e->amount_minor < 0 ? -e->amount_minor : e->amount_minor);
        return NULL;
    }
    if (bank_amount(a, column(t, row, BANK_AMOUNT), e->currency, d, &e->amount_minor) != RC_OK)
        return wrong;
    if (t->h.at[BANK_SIGN] != ABSENT) {
        const char *sign = column(t, row, BANK_SIGN);
        bool out = is_one_of(a, sign, out_words, COUNT(out_words));
        if (!out && !is_one_of(a, sign, in_words, COUNT(in_words)))
            return "does not say whether it came in or went out";
        e->amount_minor = out && e->amount_minor > 0 ? -e->amount_minor : e->amount_minor;
    }
    if (column(t, row, BANK_COST)[0]) {
        if (bank_amount(a, column(t, row, BANK_COST), e->currency, d, &cost) != RC_OK)
            return "has a fee that cannot be read";
        e->amount_minor -= cost < 0 ? -cost : cost;
    }
    return NULL;
}

static const char *read_state(struct table *t, const struct csv_row *row, struct bank_entry *e)
{
    static const char *const pending[] = { "vorgemerkt", "umsatzvorgemerkt",  "pending",
                                           "offen",      "vorgemerktpending", "processing" };
    static const char *const undone[] = { "declined", "reverted",  "failed",   "cancelled",
                                          "canceled", "abgelehnt", "storniert" };
    const char *status = column(t, row, BANK_STATUS), *day = column(t, row, BANK_DATE);

    e->pending = is_one_of(t->r->a, status, pending, COUNT(pending)) ||
                 is_one_of(t->r->a, day, pending, COUNT(pending));
    return is_one_of(t->r->a, status, undone, COUNT(undone)) ? "was not carried out" : NULL;
}

static const char *texts(struct table *t, const struct csv_row *row)
{
    struct sb o = { .a = t->r->a };

    for (size_t i = 0; i < t->h.n_texts; i++) {
        const char *text = cell(t, row, t->h.texts[i]);
        if (text[0])
            sb_addf(&o, "%s%s", o.len ? " " : "", text);
    }
    return o.buf ? o.buf : "";
}

/* What is wrong with the line, or NULL. */
static const char *read_row(struct table *t, const struct csv_row *row, struct bank_entry *e)
{
    struct arena *a = t->r->a;
    const char *currency = column(t, row, BANK_CURRENCY), *text = texts(t, row), *key;

    e->currency = t->h.currency[0] ? t->h.currency : t->r->how->currency;
    if (currency[0])
        e->currency = bank_currency(a, currency);
    e->account = bank_account(a, column(t, row, BANK_ACCOUNT));
    e->iban = bank_account(a, column(t, row, BANK_IBAN));
    e->bank_ref = bank_key(a, column(t, row, BANK_KEY));
    bank_purpose(a, text, &key, &e->text);
    e->end_to_end = bank_key(a, column(t, row, BANK_END_TO_END));
    e->end_to_end = e->end_to_end[0] ? e->end_to_end : key;
    e->sort = sort_of(a, column(t, row, BANK_TYPE));
    const char *wrong = read_state(t, row, e);
    if (wrong || e->pending)
        return wrong;
    if (!e->currency[0])
        return "names no currency like EUR";
    if (bank_day(column(t, row, BANK_DATE), t->h.dialect->day, &e->on_ms) != RC_OK)
        return "has no date like 2026-11-22";
    wrong = read_amount(t, row, e);
    const char *payee = column(t, row, BANK_PAYEE);
    e->name = e->amount_minor < 0 && payee[0] ? payee : column(t, row, BANK_NAME);
    return wrong;
}

/* Rows that hold no line: blank ones, and the sums and remarks above and below the lines, which
 * have neither a date nor a cell for an amount. */
static bool is_no_line(struct table *t, const struct csv_row *row)
{
    size_t filled = 0, amount = t->h.at[BANK_AMOUNT],
           at = amount == ABSENT ? t->h.at[BANK_IN] : amount;
    int64_t ms;

    for (size_t i = 0; i < row->n; i++)
        filled += row->fields[i][strspn(row->fields[i], " \t\r")] != 0;
    return filled == 0 ||
           (row->n <= at && bank_day(column(t, row, BANK_DATE), t->h.dialect->day, &ms) != RC_OK);
}

static bool has_balance(const struct table *t, size_t i)
{
    const struct bank_entry *e = &t->r->out->entries[i];
    return !e->wrong && !e->pending && t->balances[i] != INT64_MIN;
}

/* The balance after the last day's lines. Files are in either order: their days tell which, or the
 * first two balances of a single day. */
static void close_balance(struct table *t)
{
    const struct bank_file *f = t->r->out;
    size_t first = 0, last = f->n;

    while (first < f->n && !has_balance(t, first))
        first++;
    while (last > first && !has_balance(t, last - 1))
        last--;
    if (first == last)
        return;
    last--;
    int64_t day = f->entries[first].on_ms, last_day = f->entries[last].on_ms;
    bool newest_first = day > last_day;
    if (day == last_day && first < last && has_balance(t, first + 1))
        newest_first = t->balances[first] == t->balances[first + 1] + t->amounts[first] &&
                       t->balances[first + 1] != t->balances[first] + t->amounts[first + 1];
    size_t at = newest_first ? first : last;
    const struct bank_entry *e = &f->entries[at];
    bank_add_closing(t->r,
                     &(struct bank_closing){ e->account, e->currency, e->on_ms, t->balances[at] });
}

/* The file ends in the middle of this row. */
static bool is_cut(const struct table *t, const struct csv_row *row)
{
    return row->n < t->h.width && *t->h.csv.at == 0 && t->h.csv.at[-1] != '\n';
}

static enum rc read_rows(struct table *t)
{
    struct csv_row row;
    enum rc rc;

    while ((rc = csv_next(&t->h.csv, t->r->a, &row)) == RC_OK) {
        struct bank_entry e = { .line = t->h.csv.line };
        int64_t balance = INT64_MIN;
        if (is_no_line(t, &row))
            continue;
        e.wrong = read_row(t, &row, &e);
        if (is_cut(t, &row))
            e.wrong = "is cut off in the middle, as if the file were not whole";
        if (bank_amount(t->r->a, column(t, &row, BANK_BALANCE), e.currency, t->h.dialect->decimal,
                        &balance) != RC_OK)
            balance = INT64_MIN;
        TRY(bank_add(t->r, &e));
        t->balances[t->r->out->n - 1] = balance;
        t->amounts[t->r->out->n - 1] = e.amount_minor;
    }
    if (rc != RC_INVALID)
        return RC_OK;
    return bank_add(t->r, &(struct bank_entry){ .line = t->h.csv.line,
                                                .wrong = "is not CSV; nothing below it was read" });
}

/* The lines above the header may name the account. */
static void doubt_head(const struct table *t)
{
    static const char ends[] = ";,\t|\"\r\n:";
    const char *ignored;

    for (const char *s = t->r->text; s < t->h.csv.at;) {
        size_t n = strcspn(s, ends);
        const char *word = n > (size_t)2 * IBAN_MAX_BYTES ? "" : arena_strn(t->r->a, s, n);
        if (iban_ok(t->r->a, word, &ignored)) {
            bank_doubt_account(t->r, word);
            return;
        }
        s += n + (s[n] != 0);
    }
}

enum rc bank_read_csv(struct bank_reading *r)
{
    struct table t = { .r = r };
    struct bank_dialect own;

    if (r->how->columns[0])
        TRY(bank_dialect_of(r->a, r->how->columns, &own, r->why));
    if (!(r->how->columns[0] && find_header(r, &own, &t.h)) && !find_header(r, NULL, &t.h))
        return RC_NOT_FOUND;
    r->out->format = t.h.dialect->name;
    t.balances = arena_array(r->a, int64_t, BANK_LINES_MAX);
    t.amounts = arena_array(r->a, int64_t, BANK_LINES_MAX);
    doubt_head(&t);
    TRY(read_rows(&t));
    close_balance(&t);
    return RC_OK;
}
