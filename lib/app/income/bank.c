#include "app/income/bank.h"
#include "app/income/bank_step.h"
#include "app/money/period.h"
#include "base/clock.h"
#include "base/str.h"

WORDS(bank_state, "bank_line.state", [BANK_BOOKED] = "booked", [BANK_UNMATCHED] = "unmatched",
      [BANK_RETURNED] = "returned", [BANK_PART] = "part", [BANK_EXPLAINED] = "explained");
WORDS(bank_meaning,
      "bank_line.meaning", [BANK_MEANS_NOTHING] = "", [BANK_MEANS_PAYMENT] = "payment",
      [BANK_MEANS_FEE] = "fee", [BANK_MEANS_INTEREST] = "interest", [BANK_MEANS_TAX] = "tax",
      [BANK_MEANS_OWNER] = "owner", [BANK_MEANS_PAYOUT] = "payout", [BANK_MEANS_REFUND] = "refund",
      [BANK_MEANS_RETURN] = "return", [BANK_MEANS_BALANCE] = "balance");

static const struct column line_columns[] = {
    COLUMN(struct bank_line, id),
    COLUMN(struct bank_line, on_ms),
    COLUMN(struct bank_line, booked_ms),
    COLUMN(struct bank_line, changed_ms),
    COLUMN(struct bank_line, amount_minor),
    COLUMN(struct bank_line, currency),
    COLUMN(struct bank_line, text),
    COLUMN(struct bank_line, name),
    COLUMN(struct bank_line, iban_end),
    COLUMN(struct bank_line, reference),
    COLUMN(struct bank_line, quoted),
    COLUMN(struct bank_line, source),
    COLUMN(struct bank_line, account),
    COLUMN(struct bank_line, bank_ref),
    COLUMN(struct bank_line, end_to_end),
    COLUMN(struct bank_line, digest),
    COLUMN(struct bank_line, note),
    COLUMN_WORD(struct bank_line, state, bank_state),
    COLUMN_WORD(struct bank_line, meaning, bank_meaning),
};
const struct shape bank_line_shape = { sizeof(struct bank_line), COUNT(line_columns),
                                       line_columns };

STMT(q_unmatched, &bank_line_shape, BANK_LINES " WHERE state IN ('unmatched', 'part') ORDER BY id");
STMT(q_get, &bank_line_shape, BANK_LINES " WHERE id = ?");
STMT(q_recent, &bank_line_shape, BANK_LINES " ORDER BY id DESC LIMIT 500");
SHAPE(balance_shape, struct bank_balance, COLUMN(struct bank_balance, account),
      COLUMN(struct bank_balance, currency), COLUMN(struct bank_balance, on_ms),
      COLUMN(struct bank_balance, amount_minor));
STMT(q_balances, &balance_shape,
     "SELECT b.account, b.currency, b.on_ms, b.amount_minor FROM bank_balance b JOIN"
     " (SELECT account, currency, MAX(on_ms) AS on_ms FROM bank_balance GROUP BY account, currency)"
     " l ON l.account = b.account AND l.currency = b.currency AND l.on_ms = b.on_ms"
     " WHERE b.currency = ? ORDER BY b.account");
STMT(q_by_hand, &number_shape,
     "SELECT CAST(COALESCE(SUM(amount_minor), 0) AS SIGNED) AS n FROM bank_line"
     " WHERE source = '" BANK_BY_HAND "' AND state = 'booked'");
STMT(q_keep_file, NULL,
     "INSERT INTO bank_file (user_id, name, content, created_ms) VALUES (?, ?, ?, ?)");
STMT(q_old_files, NULL, "DELETE FROM bank_file WHERE created_ms < ?");
STMT(q_drop_file, NULL, "DELETE FROM bank_file WHERE id = ? AND user_id = ?");
SHAPE(file_shape, struct bytes, { "content", COL_BYTES, 0, NULL });
STMT(q_file, &file_shape,
     "SELECT content FROM bank_file WHERE id = ? AND user_id = ? AND created_ms >= ?");

enum rc bank_unmatched(struct db *db, struct arena *a, struct bank_line_list *out)
{
    return DB_LIST(db, a, &q_unmatched, NO_ARGS, BANK_LINES_SHOWN_MAX, out);
}

enum rc bank_recent(struct db *db, struct arena *a, struct bank_line_list *out)
{
    return DB_LIST(db, a, &q_recent, NO_ARGS, BANK_LINES_SHOWN_MAX, out);
}

enum rc bank_get(struct db *db, struct arena *a, int64_t id, struct bank_line *out)
{
    return db_one(db, a, &q_get, ARGS(I64(id)), out);
}

/* What an operator does with a line. */
struct doing {
    struct bank_work w;
    int64_t id;
    const char *reference;
    const struct bank_explanation *e;
};

static enum rc no_such_line(struct problem *why, enum rc rc)
{
    return rc == RC_NOT_FOUND ? refuse(why, rc, NULL, "There is no such line.") : rc;
}

static enum rc lock_waiting(struct db *db, const struct doing *d, bool came_in)
{
    const struct bank_work *w = &d->w;

    TRY(bank_begin(db));
    TRY(no_such_line(w->why, bank_lock_line(db, w->a, d->id, w->line)));
    if (w->line->state != BANK_UNMATCHED && w->line->state != BANK_PART)
        return refuse(w->why, RC_CONFLICT, NULL,
                      arena_printf(w->a, "This line is %s.", bank_state_word(w->line->state)));
    if (came_in && w->line->amount_minor < 0)
        return refuse(w->why, RC_CONFLICT, NULL, "This line went out.");
    return RC_OK;
}

/* The payment bears the line's day, or the first that is open. */
static enum rc find_day(struct db *db, const struct bank_work *w)
{
    int64_t open_ms;

    TRY(period_open_ms(db, w->a, w->now_ms, &open_ms));
    w->line->booked_ms = MIN_OF(MAX_OF(w->line->on_ms, open_ms), w->now_ms);
    return RC_OK;
}

static enum rc match(struct db *db, const struct doing *d)
{
    TRY(lock_waiting(db, d, true));
    d->w.line->reference = d->reference;
    TRY(find_day(db, &d->w));
    return bank_book(db, &d->w);
}

enum rc bank_match(struct db *db, struct arena *a, int64_t id, const char *reference,
                   int64_t now_ms, struct bank_line *out, struct problem *why)
{
    struct doing d = { .w = { a, out, now_ms, true, why }, .id = id, .reference = reference };

    return match(db, &d);
}

static enum rc give_back(struct db *db, const struct doing *d)
{
    TRY(lock_waiting(db, d, true));
    TRY(bank_out_of_clearing(db, &d->w, "returned"));
    return bank_set_state(db, d->w.line, BANK_RETURNED, BANK_MEANS_NOTHING, d->w.line->note,
                          d->w.now_ms);
}

enum rc bank_return(struct db *db, struct arena *a, int64_t id, int64_t now_ms, struct problem *why)
{
    struct bank_line line;
    struct doing d = { .w = { a, &line, now_ms, true, why }, .id = id };

    return give_back(db, &d);
}

/* An outgoing line sends back one that came in: both leave clearing:unmatched, where they add up to
 * nothing. */
static enum rc explain_return(struct db *db, const struct doing *d)
{
    struct bank_line other;

    enum rc rc = bank_lock_line(db, d->w.a, d->e->line_id, &other);
    TRY(no_such_line(d->w.why, rc));
    if ((other.state != BANK_UNMATCHED && other.state != BANK_PART) ||
        other.amount_minor != -d->w.line->amount_minor)
        return refuse(d->w.why, RC_CONFLICT, NULL,
                      "That other line is not unmatched, or has another amount.");
    return bank_set_state(db, &other, BANK_RETURNED, BANK_MEANS_NOTHING, other.note, d->w.now_ms);
}

static enum rc explain_refund(struct db *db, const struct doing *d)
{
    const struct payment *p = d->e->payment;
    const char *key = arena_printf(d->w.a, "refund_%" PRId64 "_bank_%" PRId64, p->id, d->id);
    const struct refund_order order = { p->provider_ref, p->currency, key, "by bank transfer",
                                        -d->w.line->amount_minor };
    struct fact fact = pay_refund_fact(&order);

    if (!str_eq(p->provider, pay_manual.name) || d->w.line->amount_minor > 0)
        return refuse(d->w.why, RC_CONFLICT, NULL,
                      "A refund by bank goes out, for a payment that came by bank.");
    TRY(bank_out_of_clearing(db, &d->w, "explained"));
    enum rc rc = pay_apply_within(db, d->w.a, pay_manual.name, &fact, d->w.now_ms, d->w.why);
    if (rc == RC_INVALID)
        return refuse(d->w.why, RC_CONFLICT, NULL, "That is more than is left of the payment.");
    TRY(rc);
    return bank_set_confirms(db, d->id, arena_printf(d->w.a, "refund:manual:%s", key));
}

/* The account that such lines are for. */
static struct ledger_account_ref account_of(const struct doing *d)
{
    static const enum account_kind kinds[] = {
        [BANK_MEANS_FEE] = ACCOUNT_BANK_FEES,  [BANK_MEANS_INTEREST] = ACCOUNT_INTEREST,
        [BANK_MEANS_TAX] = ACCOUNT_VAT,        [BANK_MEANS_OWNER] = ACCOUNT_OWNER,
        [BANK_MEANS_BALANCE] = ACCOUNT_MEMBER,
    };
    enum account_kind kind = kinds[d->e->meaning];

    if (d->e->meaning == BANK_MEANS_INTEREST && d->w.line->amount_minor < 0)
        kind = ACCOUNT_BANK_FEES;
    return (struct ledger_account_ref){ kind, kind == ACCOUNT_MEMBER ? d->e->user_id : 0 };
}

static enum rc explain(struct db *db, const struct doing *d)
{
    const struct ledger_account_ref clearing = { ACCOUNT_CLEARING_UNMATCHED, 0 };
    enum rc rc;

    TRY(lock_waiting(db, d, false));
    if (d->e->meaning == BANK_MEANS_RETURN)
        rc = explain_return(db, d);
    else if (d->e->meaning == BANK_MEANS_REFUND)
        rc = explain_refund(db, d);
    else
        rc = bank_post(db, d->w.a, d->w.line, "explained", clearing, account_of(d),
                       d->w.line->amount_minor, d->w.now_ms);
    if (rc == RC_DENIED)
        return refuse(d->w.why, RC_CONFLICT, NULL, "The member's balance is smaller.");
    TRY(rc);
    return bank_set_state(db, d->w.line, BANK_EXPLAINED, d->e->meaning, d->w.line->note,
                          d->w.now_ms);
}

enum rc bank_explain(struct db *db, struct arena *a, int64_t id, const struct bank_explanation *e,
                     int64_t now_ms, struct problem *why)
{
    struct bank_line line;
    struct doing d = { .w = { a, &line, now_ms, true, why }, .id = id, .e = e };

    assert(e->meaning >= BANK_MEANS_FEE && e->meaning != BANK_MEANS_PAYOUT);
    return explain(db, &d);
}

enum rc bank_balances(struct db *db, struct arena *a, struct bank_balance_list *out)
{
    return DB_LIST(db, a, &q_balances, ARGS(STR(pay_currency())), BANK_LINES_SHOWN_MAX, out);
}

enum rc bank_by_hand(struct db *db, struct arena *a, int64_t *minor)
{
    return db_number(db, a, &q_by_hand, NO_ARGS, minor);
}

enum rc bank_file_keep(struct db *db, int64_t user_id, const char *name, struct bytes content,
                       int64_t now_ms, int64_t *id)
{
    TRY(db_run(db, &q_old_files, ARGS(I64(now_ms - BANK_FILE_KEEP_MS)), NULL));
    return db_insert(db, &q_keep_file, ARGS(I64(user_id), STR(name), BYTES(content), I64(now_ms)),
                     id);
}

enum rc bank_file_get(struct db *db, struct arena *a, int64_t user_id, int64_t id, int64_t now_ms,
                      struct bytes *content)
{
    return db_one(db, a, &q_file, ARGS(I64(id), I64(user_id), I64(now_ms - BANK_FILE_KEEP_MS)),
                  content);
}

enum rc bank_file_drop(struct db *db, int64_t user_id, int64_t id)
{
    return db_run(db, &q_drop_file, ARGS(I64(id), I64(user_id)), NULL);
}
