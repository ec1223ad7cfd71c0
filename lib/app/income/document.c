#include "app/income/document.h"
#include "app/income/pay.h"
#include "base/conf.h"
#include "base/sb.h"
#include "base/str.h"
#include "io/secret.h"

WORDS(document_kind,
      "document.kind", [DOCUMENT_RECEIPT] = "receipt", [DOCUMENT_CREDIT_NOTE] = "credit_note");

/* All fields but `kind` and `sha256`, in the order of the seal: numbers, numbers that are NULL in
 * the table when 0, and texts. */
/* clang-format off */
#define FIELDS(NUM, REF, TXT)                                                                      \
    NUM(afterwards) REF(user_id) REF(corrects) NUM(corrects_ms) NUM(issued_ms) NUM(booked_ms)      \
    TXT(seller_name) TXT(seller_address) TXT(seller_country) TXT(seller_vat_id)                    \
    TXT(seller_tax_number) TXT(seller_register) TXT(buyer_name) TXT(buyer_email)                   \
    TXT(buyer_street) TXT(buyer_postcode) TXT(buyer_city) TXT(buyer_country) TXT(buyer_vat_id)     \
    TXT(line_text) NUM(line_months) NUM(line_starts_ms) NUM(line_ends_ms) TXT(paid_by)             \
    TXT(currency) TXT(tax_category) TXT(tax_reason) NUM(tax_bp) NUM(net_minor) NUM(tax_minor)

#define AS_COLUMN(f)   COLUMN(struct document, f),
#define AS_NAME(f)     ", d." #f
#define AS_PLACE(f)    ", ?"
#define AS_INTO(f)     ", " #f
#define AS_I64(f)      I64(d->f),
#define AS_ID(f)       ID_OR_NULL(d->f),
#define AS_STR(f)      STR(d->f),
#define AS_NUM_LINE(f) sb_addf(&o, #f "=%" PRId64 "\n", (int64_t)d->f);
#define AS_TXT_LINE(f) sb_addf(&o, #f "=%s\n", d->f);

SHAPE(document_shape, struct document, COLUMN(struct document, number),
      COLUMN_WORD(struct document, kind, document_kind),
      FIELDS(AS_COLUMN, AS_COLUMN, AS_COLUMN) COLUMN(struct document, sha256),
      COLUMN(struct document, gross_minor));
#define DOCUMENTS "SELECT d.number, d.kind" FIELDS(AS_NAME, AS_NAME, AS_NAME) ", d.sha256," \
    " d.net_minor + d.tax_minor AS gross_minor FROM document d"
STMT(q_add, NULL, "INSERT INTO document (number, kind" FIELDS(AS_INTO, AS_INTO, AS_INTO)
     ", sha256) VALUES (?, ?" FIELDS(AS_PLACE, AS_PLACE, AS_PLACE) ", ?)");
#define AS_NUM_SQL(f)  ", '\n" #f "=', d." #f
#define AS_REF_SQL(f)  ", '\n" #f "=', COALESCE(d." #f ", 0)"
STMT(q_broken, &number_shape,
     "SELECT d.number AS n FROM document d WHERE d.issued_ms >= ? AND d.sha256 <> CONVERT(SHA2(CONCAT('document 1"
     "\nnumber=', d.number, '\nkind=', d.kind" FIELDS(AS_NUM_SQL, AS_REF_SQL, AS_NUM_SQL) ", '\n'), 256) USING ascii)"
     " ORDER BY d.number LIMIT ?");
/* clang-format on */
STMT(q_one, &document_shape, DOCUMENTS " WHERE d.number = ? AND (? = 0 OR d.user_id = ?)");
#define FOUND                                                                                      \
    " d.number > ? AND d.number < ? AND d.issued_ms >= ? AND d.issued_ms < ?"                      \
    " AND (? = 0 OR d.net_minor + d.tax_minor = ?) AND (? = '' OR d.kind = ?)"                     \
    " ORDER BY d.number DESC LIMIT ?"
STMT(q_find, &document_shape, DOCUMENTS " WHERE" FOUND);
STMT(q_find_of, &document_shape, DOCUMENTS " WHERE d.user_id = ? AND" FOUND);
STMT(q_next, &document_shape,
     DOCUMENTS " WHERE d.number > ? AND d.issued_ms >= ? AND d.issued_ms < ?"
               " ORDER BY d.number LIMIT ?");

/* What a document is made from. */
struct source {
    int64_t number, user_id, payment_id, reversal_id, amount_minor, tax_minor, issued_ms, months;
    int64_t starts_ms, ends_ms, paid_ms, paid_minor, paid_tax_minor;
    int64_t corrects, corrects_ms, corrects_bp;
    const char *currency, *provider, *corrects_category, *corrects_reason;
    const char *name, *email, *bill_name, *street, *postcode, *city, *country, *vat_id;
};
SHAPE(source_shape, struct source, COLUMN(struct source, number), COLUMN(struct source, user_id),
      COLUMN(struct source, payment_id), COLUMN(struct source, reversal_id),
      COLUMN(struct source, amount_minor), COLUMN(struct source, tax_minor),
      COLUMN(struct source, issued_ms), COLUMN(struct source, months),
      COLUMN(struct source, starts_ms), COLUMN(struct source, ends_ms),
      COLUMN(struct source, paid_ms), COLUMN(struct source, paid_minor),
      COLUMN(struct source, paid_tax_minor), COLUMN(struct source, corrects),
      COLUMN(struct source, corrects_ms), COLUMN(struct source, corrects_bp),
      COLUMN(struct source, currency), COLUMN(struct source, provider),
      COLUMN(struct source, corrects_category), COLUMN(struct source, corrects_reason),
      COLUMN(struct source, name), COLUMN(struct source, email), COLUMN(struct source, bill_name),
      COLUMN(struct source, street), COLUMN(struct source, postcode), COLUMN(struct source, city),
      COLUMN(struct source, country), COLUMN(struct source, vat_id));
#define SOURCES                                                                                    \
    "SELECT r.number, r.user_id, r.payment_id, r.reversal_id, r.amount_minor, r.tax_minor,"        \
    " r.issued_ms, COALESCE(p.months, v.months) AS months, p.starts_ms, p.ends_ms, p.paid_ms,"     \
    " p.amount_minor AS paid_minor, p.tax_minor AS paid_tax_minor, c.number AS corrects,"          \
    " c.issued_ms AS corrects_ms, d.tax_bp AS corrects_bp, r.currency, p.provider,"                \
    " d.tax_category AS corrects_category, d.tax_reason AS corrects_reason,"                       \
    " u.display_name AS name, u.email, i.name AS bill_name, i.street, i.postcode, i.city,"         \
    " i.country, i.vat_id FROM receipt r LEFT JOIN payment p ON p.id = r.payment_id"               \
    " LEFT JOIN voucher v ON v.id = r.voucher_id LEFT JOIN user u ON u.id = r.user_id"             \
    " LEFT JOIN invoice_address i ON i.user_id = r.user_id"                                        \
    " LEFT JOIN receipt c ON r.reversal_id <> 0"                                                   \
    " AND (c.payment_id = r.payment_id OR c.voucher_id = r.voucher_id)"                            \
    " AND c.reversal_id = IF(r.reversal_id > 0, 0, -r.reversal_id)"                                \
    " LEFT JOIN document d ON d.number = c.number"
STMT(q_source, &source_shape, SOURCES " WHERE r.number = ?");
STMT(q_old, &number_shape,
     "SELECT r.number AS n FROM receipt r LEFT JOIN document d ON d.number = r.number"
     " WHERE r.number > ? AND d.number IS NULL ORDER BY r.number LIMIT ?");

const char *document_text(struct arena *a, const struct document *d)
{
    struct sb o = { .a = a };

    sb_addf(&o, "document 1\nnumber=%" PRId64 "\nkind=%s\n", d->number,
            document_kind_word(d->kind));
    FIELDS(AS_NUM_LINE, AS_NUM_LINE, AS_TXT_LINE)
    return o.buf;
}

const char *document_seal(struct arena *a, const struct document *d)
{
    const char *text = document_text(a, d);

    return sha256_hex(a, text, strlen(text));
}

const char *document_address_part(struct arena *a, const char **at)
{
    size_t n = strcspn(*at, ",");
    const char *part = n || **at ? str_clean(a, arena_strn(a, *at, n), false) : NULL;

    *at += n + ((*at)[n] == ',');
    return part;
}

/* The rate of a tax that was computed by the settings, or else the roundest that fits. */
static int64_t rate_of(int64_t gross_minor, int64_t tax_minor)
{
    return payment_tax_minor(gross_minor) == tax_minor ? conf()->tax_bp
                                                       : payment_tax_bp(gross_minor, tax_minor);
}

static void set_tax(const struct source *s, struct document *d)
{
    static const char *const categories[] = {
        [UNTAXED_EXEMPT] = "E", [UNTAXED_OUTSIDE] = "O", [UNTAXED_ZERO] = "Z"
    };

    d->tax_minor = s->amount_minor < 0 ? -s->tax_minor : s->tax_minor;
    d->net_minor = (s->amount_minor < 0 ? -s->amount_minor : s->amount_minor) - d->tax_minor;
    d->tax_reason = "";
    if (s->corrects_category[0]) {
        d->tax_bp = s->corrects_bp;
        d->tax_category = s->corrects_category;
        d->tax_reason = s->corrects_reason;
        return;
    }
    d->tax_bp = s->payment_id ? rate_of(s->paid_minor, s->paid_tax_minor)
                              : rate_of(d->net_minor + d->tax_minor, d->tax_minor);
    d->tax_category = d->tax_bp ? "S" : categories[conf()->untaxed];
    if (d->tax_category[0] == 'E' || d->tax_category[0] == 'O')
        d->tax_reason = conf()->untaxed_reason;
}

static void set_seller(struct document *d)
{
    const struct conf *c = conf();

    d->seller_name = c->seller_name[0] ? c->seller_name : c->site_name;
    d->seller_address = c->seller_address;
    d->seller_country = c->seller_country;
    d->seller_vat_id = c->seller_vat_id;
    d->seller_tax_number = c->seller_tax_number;
    d->seller_register = c->seller_register;
}

static void set_buyer(const struct source *s, struct document *d)
{
    d->user_id = s->user_id;
    d->buyer_name = s->bill_name[0] ? s->bill_name : s->user_id ? s->name : "the bearer";
    d->buyer_email = s->email;
    d->buyer_street = s->street;
    d->buyer_postcode = s->postcode;
    d->buyer_city = s->city;
    d->buyer_country = s->country;
    d->buyer_vat_id = s->vat_id;
}

static void set_line(struct arena *a, const struct source *s, struct document *d)
{
    const char *before = s->reversal_id > 0   ? "Refund: "
                         : s->reversal_id < 0 ? "Refund taken back: "
                                              : "";

    d->line_text = arena_printf(a, "%s%s %s, %" PRId64 " month%s", before,
                                s->payment_id ? "Subscription to" : "Voucher for a subscription to",
                                conf()->site_name, s->months, s->months == 1 ? "" : "s");
    d->line_months = s->months;
    d->line_starts_ms = s->starts_ms;
    d->line_ends_ms = s->ends_ms;
    d->paid_by = s->payment_id ? pay_means(s->provider) : "payment in advance";
    d->currency = s->currency;
}

static enum rc store(struct db *db, struct arena *a, int64_t number, bool afterwards)
{
    struct source s;

    TRY(db_one(db, a, &q_source, ARGS(I64(number)), &s));
    struct document doc = {
        .number = number,
        .kind = s.amount_minor < 0 ? DOCUMENT_CREDIT_NOTE : DOCUMENT_RECEIPT,
        .afterwards = afterwards,
        .corrects = s.corrects,
        .corrects_ms = s.corrects_ms,
        .issued_ms = s.issued_ms,
        .booked_ms = s.reversal_id || !s.payment_id ? s.issued_ms : s.paid_ms,
    }, *d = &doc;
    set_seller(d);
    set_buyer(&s, d);
    set_line(a, &s, d);
    set_tax(&s, d);
    d->sha256 = document_seal(a, d);
    return db_run(db, &q_add,
                  ARGS(I64(d->number), STR(document_kind_word(d->kind)),
                       FIELDS(AS_I64, AS_ID, AS_STR) STR(d->sha256)),
                  NULL);
}

enum rc document_store(struct db *db, struct arena *a, int64_t number)
{
    return store(db, a, number, false);
}

struct batch {
    struct arena *a;
    struct number_list numbers;
    int64_t after;
};

static enum rc freeze(struct db *db, void *arg)
{
    struct batch *x = arg;

    TRY(DB_LIST(db, x->a, &q_old, ARGS(I64(x->after), I64(DOCUMENTS_BATCH)), DOCUMENTS_BATCH,
                &x->numbers));
    for (size_t i = 0; i < x->numbers.n; i++)
        TRY(store(db, x->a, x->numbers.items[i], true));
    return RC_OK;
}

enum rc document_freeze(struct db *db, struct arena *a, int64_t *after, size_t *n)
{
    struct batch x = { .a = a, .after = *after };
    enum rc rc = db_transact(db, freeze, &x);

    *n = x.numbers.n;
    if (rc == RC_OK && *n)
        *after = x.numbers.items[*n - 1];
    return rc;
}

enum rc document_get(struct db *db, struct arena *a, int64_t user_id, int64_t number,
                     struct document *out)
{
    return db_one(db, a, &q_one, ARGS(I64(number), I64(user_id), I64(user_id)), out);
}

enum rc document_find(struct db *db, struct arena *a, const struct document_search *s,
                      struct document_list *out)
{
    int64_t above = s->number ? s->number - 1 : 0;
    int64_t below = s->number ? s->number + 1 : s->below ? s->below : INT64_MAX;
    int64_t to_ms = s->to_ms ? s->to_ms : INT64_MAX;
    size_t max = DOCUMENTS_PAGE + 1;

    if (s->user_id)
        return DB_LIST(db, a, &q_find_of,
                       ARGS(I64(s->user_id), I64(above), I64(below), I64(s->from_ms), I64(to_ms),
                            I64(s->gross_minor), I64(s->gross_minor), STR(s->kind), STR(s->kind),
                            I64((int64_t)max)),
                       max, out);
    return DB_LIST(db, a, &q_find,
                   ARGS(I64(above), I64(below), I64(s->from_ms), I64(to_ms), I64(s->gross_minor),
                        I64(s->gross_minor), STR(s->kind), STR(s->kind), I64((int64_t)max)),
                   max, out);
}

enum rc document_next(struct db *db, struct arena *a, int64_t from_ms, int64_t to_ms, int64_t after,
                      struct document_list *out)
{
    return DB_LIST(db, a, &q_next, ARGS(I64(after), I64(from_ms), I64(to_ms), I64(DOCUMENTS_BATCH)),
                   DOCUMENTS_BATCH, out);
}

enum rc document_broken(struct db *db, struct arena *a, int64_t since_ms, struct number_list *out)
{
    return DB_LIST(db, a, &q_broken, ARGS(I64(since_ms), I64(DOCUMENTS_BATCH)), DOCUMENTS_BATCH,
                   out);
}
