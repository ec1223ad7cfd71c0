#include "app/income/bank.h"
#include "app/income/payment.h"
#include "base/clock.h"
#include "base/fmt.h"
#include "base/str.h"
#include "io/secret.h"

WORDS(bank_state, "bank_line.state", [BANK_BOOKED] = "booked", [BANK_UNMATCHED] = "unmatched",
      [BANK_RETURNED] = "returned");

SHAPE(line_shape, struct bank_line, COLUMN(struct bank_line, id), COLUMN(struct bank_line, on_ms),
      COLUMN(struct bank_line, amount_minor), COLUMN(struct bank_line, currency),
      COLUMN(struct bank_line, text), COLUMN(struct bank_line, digest),
      COLUMN(struct bank_line, reference), COLUMN_WORD(struct bank_line, state, bank_state),
      COLUMN(struct bank_line, note));
#define LINES                                                                                      \
    "SELECT id, on_ms, amount_minor, currency, text, digest, reference, state, note FROM bank_line"

STMT(q_by_digest, &line_shape, LINES " WHERE digest = ?");
STMT(q_lock, &line_shape, LINES " WHERE id = ? FOR UPDATE");
STMT(q_unmatched, &line_shape, LINES " WHERE state = 'unmatched' ORDER BY id");
STMT(q_booked, &line_shape, LINES " WHERE reference = ? AND state = 'booked' AND id <> ? LIMIT 1");
STMT(q_add, NULL,
     "INSERT INTO bank_line (digest, on_ms, amount_minor, currency, reference, text, state,"
     " created_ms, changed_ms) VALUES (?, ?, ?, ?, ?, ?, 'booked', ?, ?)");
STMT(q_state, NULL,
     "UPDATE bank_line SET state = ?, reference = ?, note = ?, changed_ms = ? WHERE id = ?");

const char *bank_digest(struct arena *a, const struct bank_line *line, int64_t nth)
{
    const char *text = arena_printf(a, "%" PRId64 "\n%" PRId64 "\n%s\n%s\n%" PRId64, line->on_ms,
                                    line->amount_minor, line->currency, line->text, nth);
    return sha256_hex(a, text, strlen(text));
}

/* Move the line's amount between asset:bank and clearing:unmatched. */
static enum rc post(struct db *db, struct arena *a, const struct bank_line *line, const char *kind,
                    enum account_kind debit, enum account_kind credit, int64_t at_ms)
{
    const struct ledger_leg leg = { { debit, 0 }, { credit, 0 }, line->amount_minor, 0 };
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

static enum rc set_state(struct db *db, struct bank_line *line, enum bank_state state,
                         const char *note, int64_t now_ms)
{
    line->state = state;
    line->note = note;
    return db_run(db, &q_state,
                  ARGS(STR(bank_state_word(state)), STR(line->reference), STR(note), I64(now_ms),
                       I64(line->id)),
                  NULL);
}

struct work {
    struct arena *a;
    struct bank_line *line;
    int64_t now_ms;
    const char *reference;
    struct problem *why;
};

/* Was this transfer confirmed by hand before, and is no other line booked for that? */
static enum rc confirmed(struct db *db, const struct work *w, bool *yes)
{
    struct bank_line other;
    struct payment p;

    *yes = false;
    enum rc rc = payment_get(db, w->a, pay_manual.name, w->line->reference, &p);
    if (rc != RC_OK)
        return rc == RC_NOT_FOUND ? RC_OK : rc;
    if (p.paid_ms / DAY_MS != w->line->on_ms / DAY_MS || p.amount_minor != w->line->amount_minor)
        return RC_OK;
    rc = db_one(db, w->a, &q_booked, ARGS(STR(w->line->reference), I64(w->line->id)), &other);
    *yes = rc == RC_NOT_FOUND;
    return rc == RC_NOT_FOUND ? RC_OK : rc;
}

/* Book the line to its checkout. RC_NOT_FOUND or RC_CONFLICT: it does not match, and *why says why;
 * nothing was written. */
static enum rc book(struct db *db, const struct work *w)
{
    const char *ref = arena_printf(w->a, "bank_%" PRId64, w->line->id);
    struct checkout c;
    bool by_hand;

    if (w->line->reference[0] == 0)
        return refuse(w->why, RC_NOT_FOUND, NULL, "There is no reference in this line.");
    TRY(confirmed(db, w, &by_hand));
    if (by_hand)
        return RC_OK;
    enum rc rc = pay_checkout_by_reference(db, w->a, w->line->reference, &c);
    if (rc == RC_NOT_FOUND)
        return refuse(w->why, rc, NULL, "Nobody was given this reference.");
    TRY(rc);
    struct fact fact = pay_manual_fact(&c, ref, w->line->amount_minor, w->line->on_ms);
    *w->why = (struct problem){ NULL, NULL };
    rc = pay_apply_within(db, w->a, pay_manual.name, &fact, w->now_ms, w->why);
    return rc == RC_CONFLICT && !w->why->text ? RC_FAIL
                                              : rc; /* refused by the ledger, which logs it */
}

static enum rc take(struct db *db, void *arg)
{
    struct work *w = arg;
    struct bank_line *line = w->line;

    TRY(db_insert(db, &q_add,
                  ARGS(STR(line->digest), I64(line->on_ms), I64(line->amount_minor),
                       STR(line->currency), STR(line->reference),
                       STR(fmt_cut(w->a, line->text, BANK_TEXT_MAX_CHARS)), I64(w->now_ms),
                       I64(w->now_ms)),
                  &line->id));
    line->state = BANK_BOOKED, line->note = "";
    enum rc rc = book(db, w);
    if (rc != RC_NOT_FOUND && rc != RC_CONFLICT)
        return rc;
    TRY(post(db, w->a, line, "unmatched", ACCOUNT_BANK, ACCOUNT_CLEARING_UNMATCHED, line->on_ms));
    return set_state(db, line, BANK_UNMATCHED, w->why->text, w->now_ms);
}

enum rc bank_take(struct db *db, struct arena *a, struct bank_line *line, int64_t now_ms,
                  bool *seen)
{
    struct problem why;
    struct work w = { .a = a, .line = line, .now_ms = now_ms, .why = &why };
    struct bank_line before;

    assert(line->amount_minor > 0);
    if (!str_eq(line->currency, pay_manual.currency()))
        return RC_INVALID;
    TRY(pay_currency_ok(db, a, line->currency));
    enum rc rc = db_one(db, a, &q_by_digest, ARGS(STR(line->digest)), &before);
    *seen = rc == RC_OK;
    if (rc == RC_NOT_FOUND)
        rc = db_transact(db, take, &w);
    if (rc == RC_CONFLICT) { /* another process was faster */
        *seen = true;
        rc = db_one(db, a, &q_by_digest, ARGS(STR(line->digest)), &before);
    }
    if (rc == RC_OK && *seen)
        *line = before;
    return rc;
}

static enum rc lock_unmatched(struct db *db, struct work *w)
{
    TRY(db_one(db, w->a, &q_lock, ARGS(I64(w->line->id)), w->line));
    if (w->line->state == BANK_UNMATCHED)
        return RC_OK;
    return refuse(w->why, RC_CONFLICT, NULL,
                  arena_printf(w->a, "This line is %s.", bank_state_word(w->line->state)));
}

static enum rc match(struct db *db, void *arg)
{
    struct work *w = arg;

    TRY(lock_unmatched(db, w));
    w->line->reference = w->reference;
    TRY(post(db, w->a, w->line, "matched", ACCOUNT_CLEARING_UNMATCHED, ACCOUNT_BANK, w->now_ms));
    TRY(book(db, w));
    return set_state(db, w->line, BANK_BOOKED, "", w->now_ms);
}

enum rc bank_match(struct db *db, struct arena *a, int64_t id, const char *reference,
                   int64_t now_ms, struct problem *why)
{
    struct bank_line line = { .id = id };

    return db_transact(db, match, &(struct work){ a, &line, now_ms, reference, why });
}

static enum rc give_back(struct db *db, void *arg)
{
    struct work *w = arg;

    TRY(lock_unmatched(db, w));
    TRY(post(db, w->a, w->line, "returned", ACCOUNT_CLEARING_UNMATCHED, ACCOUNT_BANK, w->now_ms));
    return set_state(db, w->line, BANK_RETURNED, w->line->note, w->now_ms);
}

enum rc bank_return(struct db *db, struct arena *a, int64_t id, int64_t now_ms, struct problem *why)
{
    struct bank_line line = { .id = id };

    return db_transact(db, give_back, &(struct work){ a, &line, now_ms, NULL, why });
}

enum rc bank_unmatched(struct db *db, struct arena *a, struct bank_line_list *out)
{
    return DB_LIST(db, a, &q_unmatched, NO_ARGS, BANK_LINES_SHOWN_MAX, out);
}
