/* Where the money of a line goes: the rules of bank.h. */
#include "app/income/bank_step.h"
#include "app/money/period.h"
#include "base/clock.h"
#include "base/fmt.h"
#include "base/str.h"

STMT(q_state, NULL,
     "UPDATE bank_line SET state = ?, meaning = ?, reference = ?, note = ?, booked_ms = ?,"
     " changed_ms = ? WHERE id = ?");
STMT(q_lock_line, &bank_line_shape, BANK_LINES " WHERE id = ? FOR UPDATE");
STMT(q_parts, &bank_line_shape,
     BANK_LINES " WHERE reference = ? AND state = 'part' AND on_ms > ? ORDER BY id");

static const struct ledger_account_ref bank = { ACCOUNT_BANK, 0 },
                                       clearing = { ACCOUNT_CLEARING_UNMATCHED, 0 };

enum rc bank_post(struct db *db, struct arena *a, const struct bank_line *line, const char *kind,
                  struct ledger_account_ref debit, struct ledger_account_ref credit, int64_t minor,
                  int64_t at_ms)
{
    bool back = minor < 0;
    const struct ledger_leg leg = { back ? credit : debit, back ? debit : credit,
                                    back ? -minor : minor, 0 };
    const struct posting p = {
        .ikey = arena_printf(a, "bank:%" PRId64 ":%s", line->id, kind),
        .kind = kind,
        .ref_type = "bank_line",
        .ref_id = arena_printf(a, "%" PRId64, line->id),
        .effective_ms = at_ms,
        .currency = line->currency,
        .legs = &leg,
        .n = 1,
    };
    return ledger_post(db, a, &p);
}

enum rc bank_set_state(struct db *db, struct bank_line *line, enum bank_state state,
                       enum bank_meaning meaning, const char *note, int64_t now_ms)
{
    line->state = state;
    line->meaning = meaning;
    line->note = note;
    return db_run(db, &q_state,
                  ARGS(STR(bank_state_word(state)), STR(bank_meaning_word(meaning)),
                       STR(line->reference), STR(note), I64(line->booked_ms), I64(now_ms),
                       I64(line->id)),
                  NULL);
}

enum rc bank_lock_line(struct db *db, struct arena *a, int64_t id, struct bank_line *out)
{
    return db_one(db, a, &q_lock_line, ARGS(I64(id)), out);
}

enum rc bank_into_clearing(struct db *db, const struct bank_work *w)
{
    return bank_post(db, w->a, w->line, "unmatched", bank, clearing, w->line->amount_minor,
                     w->line->booked_ms);
}

enum rc bank_out_of_clearing(struct db *db, const struct bank_work *w, const char *kind)
{
    return bank_post(db, w->a, w->line, kind, clearing, bank, w->line->amount_minor, w->now_ms);
}

/* What the parts of a payment have to come within: the time of a checkout. */
static int64_t parts_since_ms(const struct checkout *c, int64_t on_ms)
{
    return on_ms - (pay_open_until_ms(c) - c->created_ms);
}

/* A sum for a checkout: what is due, and what there is. */
struct account {
    struct checkout c;
    struct bank_line_list parts;
    int64_t due_minor, parts_minor, balance_minor;
};

/* What is due for the checkout. RC_CONFLICT: nothing is taken for it, *why says why. */
static enum rc amount_due(const struct bank_work *w, const struct checkout *c, int64_t *due)
{
    bool in_time = w->line->on_ms < pay_open_until_ms(c);
    bool open = c->state == CHECKOUT_OPEN || c->state == CHECKOUT_CLOSED;

    *due = open && in_time ? c->amount_minor : pay_price_minor(c->months);
    if (!str_eq(c->currency, w->line->currency))
        return refuse(w->why, RC_CONFLICT, NULL, "This checkout is in another currency.");
    if (open && !in_time && !w->by_word)
        return refuse(w->why, RC_CONFLICT, NULL,
                      arena_printf(w->a, "This checkout could be paid for only to %s.",
                                   fmt_date(w->a, pay_open_until_ms(c))));
    if (*due == 0)
        return refuse(
            w->why, RC_CONFLICT, NULL,
            arena_printf(w->a, "%" PRId64 " months at once are no longer offered.", c->months));
    return RC_OK;
}

static enum rc read_account(struct db *db, const struct bank_work *w, struct account *x)
{
    struct ledger_account_ref member;

    if (w->line->reference[0] == 0)
        return refuse(w->why, RC_NOT_FOUND, NULL,
                      w->line->quoted[0] ? "It names two payments."
                                         : "There is no reference in this line.");
    enum rc rc = pay_checkout_by_reference(db, w->a, w->line->reference, &x->c);
    if (rc == RC_NOT_FOUND)
        return refuse(w->why, rc, NULL, "Nobody was given this reference.");
    TRY(rc);
    TRY(amount_due(w, &x->c, &x->due_minor));
    member = (struct ledger_account_ref){ ACCOUNT_MEMBER, x->c.user_id };
    TRY(DB_LIST(db, w->a, &q_parts,
                ARGS(STR(w->line->reference), I64(parts_since_ms(&x->c, w->line->on_ms))),
                BANK_LINES_SHOWN_MAX, &x->parts));
    for (size_t i = 0; i < x->parts.n; i++)
        if (x->parts.items[i].id != w->line->id)
            x->parts_minor += x->parts.items[i].amount_minor;
    return ledger_balance(db, w->a, member, w->line->currency, &x->balance_minor);
}

/* Not enough yet. */
static enum rc keep_part(struct db *db, const struct bank_work *w, int64_t there, int64_t due)
{
    const char *currency = w->line->currency;
    const char *note = arena_printf(
        w->a, "%s of %s have arrived; %s are missing.", fmt_amount(w->a, there, currency),
        fmt_money(w->a, due, currency), fmt_amount(w->a, due - there, currency));

    if (w->line->state != BANK_UNMATCHED && w->line->state != BANK_PART)
        TRY(bank_into_clearing(db, w));
    return bank_set_state(db, w->line, BANK_PART, BANK_MEANS_PAYMENT, note, w->now_ms);
}

static enum rc use_parts(struct db *db, const struct bank_work *w, const struct account *x)
{
    for (size_t i = 0; i < x->parts.n; i++) {
        struct bank_work part = *w;
        part.line = &x->parts.items[i];
        if (part.line->id == w->line->id)
            continue;
        TRY(bank_out_of_clearing(db, &part, "matched"));
        TRY(bank_set_state(db, part.line, BANK_BOOKED, BANK_MEANS_PAYMENT,
                           "Booked together with later parts.", w->now_ms));
    }
    return RC_OK;
}

/* The rest to the member's balance, or what is missing from it. */
static enum rc use_balance(struct db *db, const struct bank_work *w, const struct account *x,
                           int64_t rest)
{
    const struct ledger_account_ref member = { ACCOUNT_MEMBER, x->c.user_id };

    if (rest == 0)
        return RC_OK;
    return bank_post(db, w->a, w->line, rest > 0 ? "rest" : "balance", bank, member, rest,
                     w->line->booked_ms);
}

static const char *booked_note(const struct bank_work *w, const struct account *x, int64_t rest)
{
    const char *again = x->c.state == CHECKOUT_PAID ? "Paid again by the same reference." : "";

    if (rest == 0)
        return again;
    return arena_printf(w->a, "%s%s%s %s the member's balance.", again, again[0] ? " " : "",
                        fmt_money(w->a, rest < 0 ? -rest : rest, w->line->currency),
                        rest > 0 ? "more than was due went to" : "of it came from");
}

static enum rc book_payment(struct db *db, const struct bank_work *w, const struct account *x,
                            int64_t rest)
{
    const char *ref = arena_printf(w->a, "bank_%" PRId64, w->line->id);
    struct fact fact = pay_manual_fact(&x->c, ref, x->due_minor, w->line->booked_ms);

    if (w->line->state == BANK_UNMATCHED || w->line->state == BANK_PART)
        TRY(bank_out_of_clearing(db, w, "matched"));
    TRY(use_parts(db, w, x));
    TRY(use_balance(db, w, x, rest));
    enum rc rc = pay_book_within(db, w->a, &fact, w->now_ms, w->why);
    if (rc == RC_CONFLICT && !w->why->text) /* refused by the ledger, which logs it */
        return RC_FAIL;
    TRY(rc);
    return bank_set_state(db, w->line, BANK_BOOKED, BANK_MEANS_PAYMENT, booked_note(w, x, rest),
                          w->now_ms);
}

enum rc bank_book(struct db *db, const struct bank_work *w)
{
    struct account x = { .parts_minor = 0 };

    *w->why = (struct problem){ NULL, NULL };
    TRY(read_account(db, w, &x));
    int64_t there = x.parts_minor + w->line->amount_minor;
    if (there + x.balance_minor < x.due_minor)
        return keep_part(db, w, there, x.due_minor);
    return book_payment(db, w, &x, there - x.due_minor);
}
