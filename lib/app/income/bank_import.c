/* A file's lines, one after the other: bank.h. */
#include "app/income/bank_step.h"
#include "app/income/reference.h"
#include "app/money/period.h"
#include "base/clock.h"
#include "base/fmt.h"
#include "base/log.h"
#include "base/str.h"

enum { IBAN_END = 4 };

STMT(q_count, NULL, "UPDATE bank_counter SET n = n + 1 WHERE id = 1");
STMT(q_add, NULL,
     "INSERT INTO bank_line (digest, on_ms, booked_ms, amount_minor, currency, reference, quoted,"
     " text, source, account, bank_ref, end_to_end, name, iban_end, state, created_ms, changed_ms)"
     " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'booked', ?, ?)");
/* What a later statement knows better: of a line typed in by hand all of it, of others the keys. */
STMT(q_learn, NULL,
     "UPDATE bank_line SET on_ms = ?, text = ?, source = ?, account = ?, bank_ref = ?,"
     " end_to_end = ?, name = ?, iban_end = ?, changed_ms = ? WHERE id = ?");
STMT(q_balance, NULL,
     "INSERT INTO bank_balance (account, currency, on_ms, amount_minor, created_ms)"
     " VALUES (?, ?, ?, ?, ?) ON DUPLICATE KEY UPDATE amount_minor = VALUES(amount_minor),"
     " created_ms = VALUES(created_ms)");

static const struct ledger_account_ref bank = { ACCOUNT_BANK, 0 };

enum rc bank_begin(struct db *db) { return db_run(db, &q_count, NO_ARGS, NULL); }

/* Something of ours, such as the OVS-P12 of a payout or the OVS-202704-R3-1 of a file of them? */
static bool names_ours(const char *text) { return strcasestr(text, "OVS-") != NULL; }

/* What `payout` would know, for a preview, which asks nobody. */
static bool looks_like_payout(const char *text)
{
    static const char digits[] = "0123456789";
    const char *one = strcasestr(text, "OVS-P"), *file = strcasestr(text, "OVS-");

    return (one && strspn(one + strlen("OVS-P"), digits)) ||
           (file && strspn(file + strlen("OVS-"), digits) == strlen("202704"));
}

/* The row that this entry would be. */
static void line_of(struct arena *a, const struct bank_entry *e, const char *format,
                    struct bank_line *out)
{
    const char *both = arena_printf(a, "%s %s", e->text, e->end_to_end);
    const char *reference = e->amount_minor > 0 ? reference_find(a, both) : NULL;
    bool is_clear = reference && !reference_find_other(a, both, reference);
    size_t n = strlen(e->iban);

    *out = (struct bank_line){
        .on_ms = e->on_ms,
        .booked_ms = e->on_ms,
        .amount_minor = e->amount_minor,
        .currency = e->currency,
        .text = e->text,
        .name = e->name,
        .iban_end = n > IBAN_END ? e->iban + n - IBAN_END : "",
        .reference = is_clear ? reference : "",
        .quoted = reference ? reference : "",
        .source = format,
        .account = e->account,
        .bank_ref = e->bank_ref,
        .end_to_end = e->end_to_end,
        .note = "",
    };
    for (const char *p = out->iban_end; *p; p++)
        if ((unsigned char)*p < '0' || (unsigned char)*p > 'z')
            out->iban_end = "";
}

/* NULL, or why the entry is not booked. */
static const char *refusal(struct arena *a, const struct bank_entry *e, int64_t now_ms)
{
    if (e->wrong)
        return e->wrong;
    if (e->amount_minor == 0)
        return "has an amount of 0";
    if (!str_eq(e->currency, pay_currency()))
        return arena_printf(a, "is in another currency, %s", e->currency);
    if (e->on_ms > now_ms + BANK_AHEAD_DAYS * DAY_MS)
        return "has a date in the future";
    return NULL;
}

/* The row is known: keep what this statement says and the row does not. */
static enum rc learn(struct db *db, const struct bank_work *w, const struct bank_line *row)
{
    const struct bank_line *l = w->line;
    bool by_hand = str_eq(row->source, BANK_BY_HAND) && !str_eq(l->source, BANK_BY_HAND);
    const struct bank_line *text = by_hand ? l : row;
    bool adds = (l->bank_ref[0] && !row->bank_ref[0]) || (l->iban_end[0] && !row->iban_end[0]);

    if (!by_hand && !adds)
        return RC_OK;
    bool key = row->bank_ref[0] != 0;
    return db_run(
        db, &q_learn,
        ARGS(I64(text->on_ms), STR(text->text), STR(key && !by_hand ? row->source : l->source),
             STR(row->account[0] ? row->account : l->account),
             STR(key ? row->bank_ref : l->bank_ref),
             STR(row->end_to_end[0] ? row->end_to_end : l->end_to_end),
             STR(row->name[0] ? row->name : l->name),
             STR(row->iban_end[0] ? row->iban_end : l->iban_end), I64(w->now_ms), I64(row->id)),
        NULL);
}

static enum rc add(struct db *db, const struct bank_work *w)
{
    struct bank_line *l = w->line;
    int64_t open_ms;

    TRY(period_open_ms(db, w->a, w->now_ms, &open_ms));
    l->booked_ms = MIN_OF(MAX_OF(l->on_ms, open_ms), w->now_ms);
    TRY(bank_digest(db, w->a, l, &l->digest));
    return db_insert(db, &q_add,
                     ARGS(STR(l->digest), I64(l->on_ms), I64(l->booked_ms), I64(l->amount_minor),
                          STR(l->currency), STR(l->reference), STR(l->quoted), STR(l->text),
                          STR(l->source), STR(l->account), STR(l->bank_ref), STR(l->end_to_end),
                          STR(l->name), STR(l->iban_end), I64(w->now_ms), I64(w->now_ms)),
                     &l->id);
}

static enum rc as_the_banks_own(struct db *db, const struct bank_work *w, enum bank_sort sort)
{
    const struct ledger_account_ref fees = { ACCOUNT_BANK_FEES, 0 },
                                    interest = { ACCOUNT_INTEREST, 0 };
    bool gives = sort == BANK_INTEREST && w->line->amount_minor > 0;

    TRY(bank_post(db, w->a, w->line, sort == BANK_FEE ? "bank_fee" : "bank_interest", bank,
                  gives ? interest : fees, w->line->amount_minor, w->line->booked_ms));
    return bank_set_state(db, w->line, BANK_BOOKED,
                          sort == BANK_FEE ? BANK_MEANS_FEE : BANK_MEANS_INTEREST, "", w->now_ms);
}

/* A refund or a return that was noted when it was made: the books have it. */
static enum rc as_noted(struct db *db, const struct bank_work *w)
{
    enum bank_meaning meaning;
    const char *ikey;

    TRY(bank_noted(db, w->a, w->line, &ikey, &meaning));
    TRY(bank_set_confirms(db, w->line->id, ikey));
    return bank_set_state(db, w->line, BANK_BOOKED, meaning, "It had been noted before.",
                          w->now_ms);
}

static enum rc as_unmatched(struct db *db, const struct bank_work *w)
{
    const char *why = w->why->text ? w->why->text : "";

    TRY(bank_into_clearing(db, w));
    return bank_set_state(db, w->line, BANK_UNMATCHED, BANK_MEANS_NOTHING, why, w->now_ms);
}

/* One line of a file. */
struct taking {
    struct bank_import *x;
    struct bank_used *used;
    struct bank_result *result;
    struct arena *a;
    const char *refused; /* why `payout` does not know it; NULL: not asked */
    bool is_payout;
    const char *ikey; /* of its posting */
};

/* A payout's posting has one line: another line about it is another transfer. */
static enum rc as_payout(struct db *db, const struct bank_work *w, const char *ikey)
{
    enum rc rc = ikey ? bank_set_confirms(db, w->line->id, ikey) : RC_OK; /* NULL: a preview */

    if (rc == RC_CONFLICT)
        w->why->text = w->line->amount_minor < 0
                           ? "The bank has made this payout before: it was paid twice."
                           : "The bank has sent this payout back before.";
    TRY(rc);
    return bank_set_state(db, w->line, BANK_BOOKED, BANK_MEANS_PAYOUT, "", w->now_ms);
}

/* A new line finds its place. */
static enum rc place(struct db *db, const struct bank_work *w, const struct taking *t)
{
    enum bank_sort sort = t->result->entry->sort;
    enum rc rc;

    if (t->is_payout) {
        rc = as_payout(db, w, t->ikey);
        return rc == RC_CONFLICT ? as_unmatched(db, w) : rc;
    }
    if (sort != BANK_TRANSFER && !w->line->quoted[0])
        return as_the_banks_own(db, w, sort);
    if (w->line->amount_minor > 0)
        rc = bank_book(db, w);
    else {
        rc = as_noted(db, w);
        if (rc == RC_NOT_FOUND && !w->why->text)
            w->why->text = "It went out, and nobody has said what for.";
    }
    return rc == RC_NOT_FOUND || rc == RC_CONFLICT ? as_unmatched(db, w) : rc;
}

static enum rc take(struct db *db, void *arg)
{
    const struct taking *t = arg;
    struct problem why = { NULL, t->refused };
    struct bank_result *r = t->result;
    struct bank_line row;

    TRY(bank_begin(db));
    line_of(t->a, r->entry, t->x->file->format, &r->line);
    const struct bank_work w = { t->a, &r->line, t->x->now_ms, false, &why };
    enum rc rc = bank_known(db, t->a, &r->line, true, t->used, &row);
    if (rc == RC_OK) {
        r->outcome = BANK_SEEN;
        TRY(learn(db, &w, &row));
        r->line = row;
        return RC_OK;
    }
    if (rc != RC_NOT_FOUND)
        return rc;
    r->outcome = BANK_TAKEN;
    TRY(add(db, &w));
    return place(db, &w, t);
}

/* A line that was typed in by hand and that the statement names: from now on it is the statement's, so
 * that another one is not taken for it. */
static enum rc confirm_by_hand(struct db *db, void *arg)
{
    const struct taking *t = arg;
    struct bank_line line;
    const struct bank_work w = { t->a, &line, t->x->now_ms, false, NULL };

    TRY(bank_begin(db));
    line_of(t->a, t->result->entry, t->x->file->format, &line);
    return learn(db, &w, &t->result->line);
}

/* Tell `payout` of a line that names one of its own. It has a transaction of its own and answers the
 * same when it is told again, so this comes before the line is written down. */
static enum rc ask_payout(struct db *db, struct taking *t)
{
    const struct bank_entry *e = t->result->entry;
    const char *text = arena_printf(t->a, "%s %s", e->end_to_end, e->text);
    struct problem why = { NULL, NULL };
    size_t found = 0;

    if (t->x->payout == NULL || !names_ours(text) || t->result->line.quoted[0])
        return RC_OK;
    if (t->x->preview) {
        t->is_payout = looks_like_payout(text);
        return RC_OK;
    }
    enum rc rc = t->x->payout(db, t->a, text, -e->amount_minor, e->currency,
                              t->result->line.booked_ms, &found, &t->ikey, &why);
    t->is_payout = rc == RC_OK && found > 0;
    t->refused = rc == RC_CONFLICT ? why.text : NULL;
    return rc == RC_NOT_FOUND || rc == RC_CONFLICT ? RC_OK : rc;
}

static void count(struct bank_sums *s, const struct bank_result *r)
{
    const struct bank_line *l = &r->line;

    s->bad += r->outcome == BANK_NOT_READ;
    s->pending += r->outcome == BANK_PENDING;
    s->seen += r->outcome == BANK_SEEN;
    if (r->outcome != BANK_TAKEN)
        return;
    s->in_minor += MAX_OF(l->amount_minor, 0);
    s->out_minor += MAX_OF(-l->amount_minor, 0);
    s->parts += l->state == BANK_PART;
    s->unmatched += l->state == BANK_UNMATCHED;
    s->booked += l->state == BANK_BOOKED && l->meaning == BANK_MEANS_PAYMENT;
    s->other += l->state == BANK_BOOKED && l->meaning != BANK_MEANS_PAYMENT;
}

static enum rc take_one(struct db *db, struct arena *a, struct bank_import *x,
                        struct bank_used *used, struct bank_result *r)
{
    struct taking t = { .x = x, .used = used, .result = r, .a = a };
    int64_t open_ms;

    if (r->outcome == BANK_NOT_READ || r->outcome == BANK_PENDING)
        return RC_OK;
    if (r->line.id && (x->preview || !str_eq(r->line.source, BANK_BY_HAND)))
        return RC_OK;
    if (r->line.id)
        return db_transact(db, confirm_by_hand, &t);
    if (!x->preview)
        TRY(period_open_ms(db, a, x->now_ms, &open_ms));
    else
        open_ms = 0;
    r->line.booked_ms = MIN_OF(MAX_OF(r->line.on_ms, open_ms), x->now_ms);
    TRY(ask_payout(db, &t));
    TRY(x->preview ? take(db, &t) : db_transact(db, take, &t));
    used->ids[used->n++] = r->line.id;
    if (!x->preview) {
        log_info("a line of a bank statement: %s%s", r->outcome == BANK_SEEN ? "seen before, " : "",
                 bank_state_word(r->line.state));
        log_about(NULL); /* the next line is about another payment */
        log_cause("");
    }
    return RC_OK;
}

/* First the lines that are known for certain, so that none of them is taken for another's. */
static enum rc look(struct db *db, struct arena *a, struct bank_import *x, struct bank_used *used)
{
    for (size_t i = 0; i < x->file->n; i++) {
        struct bank_result *r = &x->results[i];
        const struct bank_entry *e = r->entry = &x->file->entries[i];
        struct bank_line row;
        r->says = e->pending ? "is announced, not booked by the bank yet"
                             : refusal(a, e, x->now_ms);
        r->outcome = e->pending && !e->wrong ? BANK_PENDING : r->says ? BANK_NOT_READ : BANK_TAKEN;
        if (r->says)
            continue;
        line_of(a, e, x->file->format, &r->line);
        enum rc rc = bank_known(db, a, &r->line, false, used, &row);
        if (rc == RC_OK) {
            r->outcome = BANK_SEEN;
            r->line = row;
            used->ids[used->n++] = row.id;
        } else if (rc != RC_NOT_FOUND)
            return rc;
    }
    return RC_OK;
}

struct importing {
    struct arena *a;
    struct bank_import *x;
};

static enum rc import(struct db *db, struct arena *a, struct bank_import *x)
{
    struct bank_used used = { arena_array(a, int64_t, x->file->n), 0 };

    TRY(look(db, a, x, &used));
    for (size_t i = 0; i < x->file->n; i++)
        TRY(take_one(db, a, x, &used, &x->results[i]));
    for (size_t i = 0; i < x->file->n; i++)
        count(&x->sums, &x->results[i]);
    return RC_OK;
}

/* A conflict rolls it back. */
static enum rc preview(struct db *db, void *arg)
{
    const struct importing *i = arg;

    i->x->sums = (struct bank_sums){ 0 };
    memset(i->x->results, 0, i->x->file->n * sizeof(*i->x->results));
    TRY(bank_begin(db));
    TRY(import(db, i->a, i->x));
    return RC_CONFLICT;
}

static enum rc keep_balances(struct db *db, const struct bank_import *x)
{
    for (size_t i = 0; i < x->file->n_closings; i++) {
        const struct bank_closing *c = &x->file->closings[i];
        if (c->on_ms > x->now_ms || !str_eq(c->currency, pay_currency()))
            continue;
        TRY(db_run(
            db, &q_balance,
            ARGS(STR(c->account), STR(c->currency), I64(c->on_ms), I64(c->minor), I64(x->now_ms)),
            NULL));
    }
    return RC_OK;
}

enum rc bank_import(struct db *db, struct arena *a, struct bank_import *x)
{
    struct importing i = { a, x };

    x->results = arena_array(a, struct bank_result, x->file->n);
    x->sums = (struct bank_sums){ 0 };
    TRY(pay_currency_ok(db, a, pay_currency()));
    if (x->preview) {
        enum rc rc = db_transact(db, preview, &i);
        return rc == RC_CONFLICT ? RC_OK : rc;
    }
    TRY(import(db, a, x));
    return keep_balances(db, x);
}

/* A transfer that an operator typed in. */
struct confirming {
    struct arena *a;
    struct bank_line *line, *row;
    int64_t now_ms;
    bool *seen;
    struct problem *why;
};

static enum rc confirm(struct db *db, void *arg)
{
    const struct confirming *x = arg;
    const struct bank_work w = { x->a, x->line, x->now_ms, true, x->why };
    const struct bank_used none = { NULL, 0 };

    TRY(bank_begin(db));
    enum rc rc = bank_known(db, x->a, x->line, true, &none, x->row);
    *x->seen = rc == RC_OK;
    if (rc != RC_NOT_FOUND)
        return rc;
    TRY(period_check(db, x->a, x->line->on_ms, x->now_ms, x->why));
    TRY(add(db, &w));
    x->line->booked_ms = x->line->on_ms;
    return bank_book(db, &w);
}

enum rc bank_confirm(struct db *db, struct arena *a, const char *reference, int64_t amount_minor,
                     const char *bank_ref, int64_t on_ms, int64_t now_ms, struct bank_line *out,
                     bool *seen, struct problem *why)
{
    const struct bank_line typed = {
        .on_ms = on_ms / DAY_MS * DAY_MS,
        .amount_minor = amount_minor,
        .currency = pay_currency(),
        .text = reference,
        .name = "",
        .iban_end = "",
        .reference = reference,
        .quoted = reference,
        .source = BANK_BY_HAND,
        .account = "",
        .bank_ref = bank_ref,
        .end_to_end = "",
        .note = "",
    };
    struct bank_line row, line = typed;
    struct confirming x = { a, &line, &row, now_ms, seen, why };

    if (amount_minor <= 0)
        return refuse(why, RC_INVALID, NULL, "The amount is 0.");
    TRY(pay_currency_ok(db, a, typed.currency));
    TRY(db_transact(db, confirm, &x));
    *out = *seen ? row : line;
    return RC_OK;
}
