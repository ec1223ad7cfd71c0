/* camt.053, .052 and .054 of ISO 20022 for bank_read.h. The messages differ between their versions in
 * where a few elements are; paths are therefore compared from their end. */
#include "app/income/bank_parse.h"
#include "base/str.h"
#include "io/xml.h"

enum { DETAILS_MAX = 2000, WORD_BYTES = 8 };

/* A payment of an entry (TxDtls), or the entry itself. */
struct part {
    const char *amount, *currency, *direction, *bank_ref, *tx_id, *end_to_end, *text, *structured,
        *message, /* the file in which it was sent to the bank */
        *debtor, *creditor, *debtor_iban, *creditor_iban, *family, *sub_family;
};

struct camt {
    struct bank_reading *r;
    const char *account, *currency; /* of the statement */
    /* of the balance and of the entry that are being read */
    const char *code, *balance, *direction, *day, *value_day, *status, *info;
    const char *amount_currency;
    struct part entry, *details;
    size_t n;
    bool in_details;
    int64_t line;
};

static struct part *current(struct camt *c)
{
    return c->in_details && c->n ? &c->details[c->n - 1] : &c->entry;
}

static void begin_entry(struct camt *c, int64_t line)
{
    c->entry = (struct part){ 0 };
    c->n = 0;
    c->day = c->value_day = c->status = c->info = NULL;
    c->line = line;
}

static enum rc begin(void *arg, const struct xml_at *at, const char *const *attributes)
{
    struct camt *c = arg;

    if (at->depth == 2 && !str_starts(at->names[1], "BkToCstmr"))
        return RC_NOT_FOUND;
    if (at->depth == 1 && !str_eq(at->names[0], "Document"))
        return RC_NOT_FOUND;
    if (xml_is(at, "Amt"))
        c->amount_currency = bank_currency(c->r->a, xml_attribute(attributes, "Ccy"));
    else if (xml_is(at, "Stmt") || xml_is(at, "Rpt") || xml_is(at, "Ntfctn"))
        c->account = "", c->currency = c->r->how->currency;
    else if (xml_is(at, "Bal"))
        c->code = c->balance = c->direction = c->day = NULL;
    else if (xml_is(at, "Ntry"))
        begin_entry(c, at->line);
    else if (xml_is(at, "NtryDtls/TxDtls")) {
        if (c->n == DETAILS_MAX)
            return refuse(c->r->why, RC_INVALID, NULL,
                          "An entry of the statement has too many payments in it.");
        c->in_details = true;
        c->details[c->n++] = (struct part){ 0 };
    }
    return RC_OK;
}

static void keep_first(const char **where, const char *text)
{
    if (*where == NULL && text[0])
        *where = text;
}

/* The texts of a purpose that come in several elements. */
static void append(struct camt *c, const char **where, const char *text)
{
    *where = *where && (*where)[0] ? arena_printf(c->r->a, "%s %s", *where, text) : text;
}

static bool balance_ends(struct camt *c, const struct xml_at *at, const char *text)
{
    if (xml_is(at, "Bal/Tp/CdOrPrtry/Cd"))
        c->code = text;
    else if (xml_is(at, "Bal/Amt"))
        c->balance = text;
    else if (xml_is(at, "Bal/CdtDbtInd"))
        c->direction = text;
    else if (xml_is(at, "Bal/Dt/Dt") || xml_is(at, "Bal/Dt/DtTm"))
        c->day = text;
    else
        return false;
    return true;
}

static void add_balance(struct camt *c)
{
    struct bank_closing b = { .account = c->account, .currency = c->amount_currency };

    if (c->code == NULL || !str_eq(c->code, "CLBD") || !c->balance || !c->direction || !c->day)
        return;
    if (bank_day(c->day, BANK_CLEAR, &b.on_ms) != RC_OK ||
        bank_amount(c->r->a, c->balance, b.currency, BANK_POINT, &b.minor) != RC_OK)
        return;
    b.minor = str_eq(c->direction, "DBIT") ? -b.minor : b.minor;
    bank_add_closing(c->r, &b);
}

/* What the entry has only once. */
static bool entry_ends(struct camt *c, const struct xml_at *at, const char *text)
{
    if (xml_is(at, "Ntry/BookgDt/Dt") || xml_is(at, "Ntry/BookgDt/DtTm"))
        keep_first(&c->day, text);
    else if (xml_is(at, "Ntry/ValDt/Dt") || xml_is(at, "Ntry/ValDt/DtTm"))
        keep_first(&c->value_day, text);
    else if (xml_is(at, "Ntry/Sts") || xml_is(at, "Ntry/Sts/Cd"))
        keep_first(&c->status, text);
    else if (xml_is(at, "Ntry/AddtlNtryInf"))
        keep_first(&c->info, text);
    else
        return false;
    return true;
}

static void part_ends(struct camt *c, const struct xml_at *at, const char *text)
{
    struct part *p = current(c);

    if (xml_is(at, "Ntry/Amt") || xml_is(at, "TxDtls/Amt")) {
        p->amount = text;
        p->currency = c->amount_currency;
    } else if (xml_is(at, "AmtDtls/TxAmt/Amt") && c->in_details && p->amount == NULL) {
        p->amount = text; /* up to version 2 */
        p->currency = c->amount_currency;
    } else if (xml_is(at, "Ntry/CdtDbtInd") || xml_is(at, "TxDtls/CdtDbtInd"))
        p->direction = text;
    else if (xml_is(at, "AcctSvcrRef"))
        keep_first(&p->bank_ref, bank_key(c->r->a, text));
    else if (xml_is(at, "Refs/TxId"))
        p->tx_id = bank_key(c->r->a, text);
    else if (xml_is(at, "Refs/MsgId") || xml_is(at, "Btch/MsgId"))
        p->message = text;
    else if (xml_is(at, "Refs/EndToEndId"))
        p->end_to_end = bank_key(c->r->a, text);
    else if (xml_is(at, "RmtInf/Ustrd"))
        append(c, &p->text, text);
    else if (xml_is(at, "CdtrRefInf/Ref") || xml_is(at, "Strd/AddtlRmtInf"))
        append(c, &p->structured, text);
    else if (xml_is(at, "Dbtr/Nm") || xml_is(at, "Dbtr/Pty/Nm"))
        p->debtor = text;
    else if (xml_is(at, "Cdtr/Nm") || xml_is(at, "Cdtr/Pty/Nm"))
        p->creditor = text;
    else if (xml_is(at, "DbtrAcct/Id/IBAN"))
        p->debtor_iban = bank_account(c->r->a, text);
    else if (xml_is(at, "CdtrAcct/Id/IBAN"))
        p->creditor_iban = bank_account(c->r->a, text);
    else if (xml_is(at, "Domn/Fmly/Cd"))
        p->family = text;
    else if (xml_is(at, "Domn/Fmly/SubFmlyCd"))
        p->sub_family = text;
}

/* ISO 20022 external codes: charges, commission, fees; interest. */
static enum bank_sort sort_of(const struct part *p, const struct part *entry)
{
    static const char *const fees[] = { "CHRG", "COMM", "FEES", "COME", "COMI" };
    const char *sub = p->sub_family ? p->sub_family : entry->sub_family;

    if (sub == NULL)
        return BANK_TRANSFER;
    if (str_eq(sub, "INTR"))
        return BANK_INTEREST;
    for (size_t i = 0; i < COUNT(fees); i++)
        if (str_eq(sub, fees[i]))
            return BANK_FEE;
    return BANK_TRANSFER;
}

static enum rc signed_amount(struct camt *c, const struct part *p, const char *otherwise,
                             int64_t *minor)
{
    const char *direction = p->direction ? p->direction : otherwise;

    if (p->amount == NULL || direction == NULL || !p->currency[0])
        return RC_INVALID;
    TRY(bank_amount(c->r->a, p->amount, p->currency, BANK_POINT, minor));
    if (*minor < 0 || (!str_eq(direction, "CRDT") && !str_eq(direction, "DBIT")))
        return RC_INVALID;
    *minor = str_eq(direction, "DBIT") ? -*minor : *minor;
    return RC_OK;
}

/* Do the payments say their amounts, and add up to the entry? */
static bool adds_up(struct camt *c, int64_t total)
{
    int64_t sum = 0, minor;

    for (size_t i = 0; i < c->n; i++) {
        const struct part *p = &c->details[i];
        if (signed_amount(c, p, c->entry.direction, &minor) != RC_OK ||
            !str_eq(p->currency, c->entry.currency))
            return false;
        sum += minor;
    }
    return sum == total;
}

/* The bank's key: of the payment, or of the entry and which of its payments it is. */
static const char *key_of(struct camt *c, const struct part *p, size_t i, bool several)
{
    const char *entry = c->entry.bank_ref;

    if (p->bank_ref && p->bank_ref[0] && !(several && entry && str_eq(entry, p->bank_ref)))
        return p->bank_ref;
    if (entry && entry[0])
        return several ? bank_key(c->r->a, arena_printf(c->r->a, "%s/%zu", entry, i + 1)) : entry;
    return p->tx_id ? p->tx_id : "";
}

static enum rc add_part(struct camt *c, const struct part *p, size_t i, bool several,
                        struct bank_entry e)
{
    const char *text = p->text ? p->text : "", *end_to_end;

    bank_purpose(c->r->a, text, &end_to_end, &text);
    bool in = e.amount_minor > 0;
    e.bank_ref = key_of(c, p, i, several);
    e.end_to_end = p->end_to_end && p->end_to_end[0] ? p->end_to_end : end_to_end;
    e.name = in ? p->debtor : p->creditor;
    e.iban = in ? p->debtor_iban : p->creditor_iban;
    e.sort = sort_of(p, &c->entry);
    e.text = p->structured ? arena_printf(c->r->a, "%s %s", text, p->structured) : text;
    if (e.text[0] == 0 && c->info)
        e.text = c->info;
    const char *message = p->message ? p->message : c->entry.message;
    if (!in && message)
        e.text = arena_printf(c->r->a, "%s %s", e.text, message);
    return bank_add(c->r, &e);
}

/* A batch whose payments do not say their amounts is one line with all that they say. */
static enum rc add_whole(struct camt *c, struct bank_entry e)
{
    struct part all = c->entry;

    for (size_t i = 0; i < c->n; i++) {
        const struct part *p = &c->details[i];
        if (p->text)
            append(c, &all.text, p->text);
        if (p->structured)
            append(c, &all.structured, p->structured);
    }
    if (c->n == 1) {
        struct part one = c->details[0];
        return add_part(c, &one, 0, false, e);
    }
    return add_part(c, &all, 0, false, e);
}

static enum rc add_entry(struct camt *c)
{
    const char *day = c->day ? c->day : c->value_day;
    struct bank_entry e = {
        .line = c->line,
        .account = c->account,
        .currency = c->entry.currency,
        .pending = c->status && !str_eq(c->status, "BOOK"),
    };

    if (signed_amount(c, &c->entry, NULL, &e.amount_minor) != RC_OK)
        e.wrong = "has no amount of a currency, or no direction";
    else if (day == NULL || bank_day(day, BANK_CLEAR, &e.on_ms) != RC_OK)
        e.wrong = "has no date like 2026-11-22";
    if (e.wrong)
        return bank_add(c->r, &e);
    if (c->n < 2 || !adds_up(c, e.amount_minor))
        return add_whole(c, e);
    for (size_t i = 0; i < c->n; i++) {
        const struct part *p = &c->details[i];
        TRY(signed_amount(c, p, c->entry.direction, &e.amount_minor));
        TRY(add_part(c, p, i, true, e));
    }
    return RC_OK;
}

static enum rc end(void *arg, const struct xml_at *at, const char *text)
{
    struct camt *c = arg;

    if (xml_is(at, "Bal"))
        add_balance(c);
    else if (xml_is(at, "Ntry"))
        return add_entry(c);
    else if (xml_is(at, "NtryDtls/TxDtls"))
        c->in_details = false;
    else if (xml_is(at, "Stmt/Acct/Id/IBAN") || xml_is(at, "Rpt/Acct/Id/IBAN") ||
             xml_is(at, "Ntfctn/Acct/Id/IBAN") || xml_is(at, "Acct/Id/Othr/Id"))
        c->account = c->in_details || c->account[0] ? c->account : bank_account(c->r->a, text);
    else if (!balance_ends(c, at, text) && !entry_ends(c, at, text))
        part_ends(c, at, text);
    return RC_OK;
}

enum rc bank_read_camt(struct bank_reading *r)
{
    struct camt c = { .r = r, .account = "", .currency = r->how->currency };
    struct xml_reader reader = { begin, end, &c };
    const char *s = r->text + strspn(r->text, " \t\r\n");

    if (*s != '<')
        return RC_NOT_FOUND;
    c.details = arena_array(r->a, struct part, DETAILS_MAX);
    r->out->format = "camt";
    enum rc rc = xml_read(r->a, s, &reader, r->why);
    if (rc == RC_NOT_FOUND)
        return refuse(r->why, RC_INVALID, NULL,
                      "That is XML, but not a statement: camt.053, camt.052 or camt.054.");
    return rc;
}
