/* The half of payout.h that handles payouts once they exist: their states, sending, and taking up
 * those left half-way. payout_run.c creates them. */
#include "app/payout/payout_driver.h"
#include "app/money/ledger.h"
#include "app/site/setting.h"
#include "base/clock.h"
#include "base/conf.h"
#include "base/fault.h"
#include "base/fmt.h"
#include "base/log.h"
#include "base/str.h"

enum { NOTE_MAX_BYTES = 200 };

WORDS(payout_state, "payout.state", [PAYOUT_RESERVED] = "reserved", [PAYOUT_SENDING] = "sending",
      [PAYOUT_UNKNOWN] = "unknown", [PAYOUT_SENT] = "sent", [PAYOUT_PAID] = "paid",
      [PAYOUT_FAILED] = "failed", [PAYOUT_RETURNED] = "returned");

SHAPE(payout_shape, struct payout, COLUMN(struct payout, id), COLUMN(struct payout, run_id),
      COLUMN(struct payout, user_id), COLUMN(struct payout, amount_minor),
      COLUMN(struct payout, attempt), COLUMN(struct payout, first_try_ms),
      COLUMN(struct payout, looked_ms), COLUMN(struct payout, returns),
      COLUMN(struct payout, created_ms), COLUMN(struct payout, changed_ms),
      COLUMN(struct payout, provider), COLUMN(struct payout, currency),
      COLUMN_WORD(struct payout, state, payout_state), COLUMN(struct payout, provider_ref),
      COLUMN(struct payout, note), COLUMN(struct payout, handle), COLUMN(struct payout, holder),
      COLUMN(struct payout, iban_end), COLUMN(struct payout, iban_sealed));
#define PAYOUTS                                                                                    \
    "SELECT p.id, p.run_id, p.user_id, p.amount_minor, p.attempt, p.first_try_ms, p.looked_ms,"    \
    " p.returns, p.created_ms, p.changed_ms, p.provider, p.currency, p.state, p.provider_ref,"     \
    " p.note, u.handle, p.holder, p.iban_end, p.iban_sealed FROM payout p"                         \
    " JOIN user u ON u.id = p.user_id "

STMT(q_get, &payout_shape, PAYOUTS "WHERE p.id = ?");
STMT(q_lock, &number_shape, "SELECT id AS n FROM payout WHERE id = ? FOR UPDATE");
STMT(q_of_user, &payout_shape, PAYOUTS "WHERE p.user_id = ? ORDER BY p.id DESC LIMIT 200");
STMT(q_of_run, &payout_shape, PAYOUTS "WHERE p.run_id = ? ORDER BY p.id");
STMT(q_all, &payout_shape, PAYOUTS "ORDER BY p.id DESC LIMIT 200");
STMT(q_reserved, &number_shape, "SELECT id AS n FROM payout WHERE state = 'reserved' ORDER BY id");
STMT(q_left, &number_shape,
     "SELECT id AS n FROM payout WHERE state = 'unknown' OR (state = 'sending' AND changed_ms <= ?)"
     " ORDER BY id");
STMT(q_move, NULL,
     "UPDATE payout SET state = ?, provider_ref = ?, returns = ?, note = ?, changed_ms = ?"
     " WHERE id = ?");

/* Sending. A process that begins a payout locks the row of the first run meanwhile, so that the sum
 * of the day stays right. */
STMT(q_lock_sending, &number_shape,
     "SELECT id AS n FROM payout_run ORDER BY id LIMIT 1 FOR UPDATE");
STMT(q_held, &number_shape,
     "SELECT COUNT(*) AS n FROM user u LEFT JOIN payout_hold h ON h.open_user_id = u.id"
     " WHERE u.id = ? AND (u.blocked OR h.id IS NOT NULL)");
STMT(q_day, &number_shape,
     "SELECT CAST(COALESCE(SUM(amount_minor), 0) AS SIGNED) AS n FROM payout"
     " WHERE first_try_ms >= ? AND state <> 'failed'");
STMT(q_begin, NULL,
     "UPDATE payout SET state = 'sending', first_try_ms = ?, changed_ms = ? WHERE id = ?");
STMT(q_take_up, NULL,
     "UPDATE payout SET state = 'sending', changed_ms = ? WHERE id = ?"
     " AND (state = 'unknown' OR (state = 'sending' AND changed_ms <= ?))");
STMT(q_unknown, NULL,
     "UPDATE payout SET state = 'unknown', changed_ms = ? WHERE id = ? AND state = 'sending'");
STMT(q_looked, NULL,
     "UPDATE payout SET state = 'unknown', looked_ms = ?, changed_ms = ?"
     " WHERE id = ? AND state = 'sending'");
STMT(q_new_attempt, NULL,
     "UPDATE payout SET attempt = attempt + 1, first_try_ms = ?, looked_ms = 0, changed_ms = ?"
     " WHERE id = ? AND state = 'sending'");

/* States */

static bool is_out(const struct payout *p)
{
    return p->state == PAYOUT_SENT || p->state == PAYOUT_PAID;
}

static bool is_under_way(const struct payout *p)
{
    return p->state == PAYOUT_SENDING || p->state == PAYOUT_UNKNOWN;
}

static struct ledger_account_ref of(const struct payout *p, enum account_kind kind)
{
    return (struct ledger_account_ref){ kind, p->user_id };
}

static struct ledger_account_ref drivers_account(const struct payout *p)
{
    const struct pay_driver *d = pay_driver(p->provider);

    assert(d); /* it made the payout */
    return (struct ledger_account_ref){ d->account, 0 };
}

static enum rc post(struct db *db, struct arena *a, const struct payout *p, const char *act,
                    const char *kind, struct ledger_account_ref debit,
                    struct ledger_account_ref credit, int64_t now_ms)
{
    const struct ledger_leg leg = { debit, credit, p->amount_minor, 0 };
    const char *id = arena_printf(a, "%" PRId64, p->id);

    return ledger_post(db, a,
                       &(struct posting){ .ikey = arena_printf(a, "payout:%s:%s", id, act),
                                          .kind = kind,
                                          .ref_type = "payout",
                                          .ref_id = id,
                                          .effective_ms = now_ms,
                                          .currency = p->currency,
                                          .legs = &leg,
                                          .n = 1 });
}

/* Make the money payable again, from the account where it is. */
static enum rc post_back(struct db *db, struct arena *a, struct payout *p,
                         struct ledger_account_ref from, int64_t now_ms)
{
    p->returns++;
    return post(db, a, p, arena_printf(a, "back:%" PRId64, p->returns), "payout_back", from,
                of(p, ACCOUNT_CREATOR_PAYABLE), now_ms);
}

static enum rc move(struct db *db, const struct payout *p, enum payout_state state, int64_t now_ms)
{
    return db_run(db, &q_move,
                  ARGS(STR(payout_state_word(state)),
                       STR(p->provider_ref[0] ? p->provider_ref : NULL), I64(p->returns),
                       STR(p->note), I64(now_ms), I64(p->id)),
                  NULL);
}

static enum rc fail(struct db *db, struct arena *a, struct payout *p, const char *note,
                    int64_t now_ms)
{
    p->note = note;
    TRY(post_back(db, a, p, of(p, ACCOUNT_CREATOR_TRANSIT), now_ms));
    return move(db, p, PAYOUT_FAILED, now_ms);
}

/* One step of one payout, in a transaction that locks its row. */
struct step {
    struct arena *a;
    int64_t id, now_ms;
    const char *provider; /* NULL: any */
    const char *ref, *note;
    enum payout_state to;
    bool only_out; /* only if it has been sent */
};

static enum rc lock(struct db *db, const struct step *s, struct payout *p)
{
    int64_t row;

    TRY(db_number(db, s->a, &q_lock, ARGS(I64(s->id)), &row));
    TRY(db_one(db, s->a, &q_get, ARGS(I64(s->id)), p));
    return s->provider && !str_eq(s->provider, p->provider) ? RC_NOT_FOUND : RC_OK;
}

static enum rc give_back(struct db *db, const struct step *s, struct payout *p)
{
    p->note = s->note;
    TRY(post_back(db, s->a, p, drivers_account(p), s->now_ms));
    TRY(payee_doubt(db, p->user_id, s->now_ms));
    return move(db, p, PAYOUT_RETURNED, s->now_ms);
}

static enum rc take_step(struct db *db, void *arg)
{
    const struct step *s = arg;
    struct payout p;

    TRY(lock(db, s, &p));
    if (p.state == s->to || (s->to == PAYOUT_SENT && p.state == PAYOUT_PAID))
        return RC_OK;
    if (is_under_way(&p) && !s->only_out) {
        if (s->to == PAYOUT_FAILED)
            return fail(db, s->a, &p, s->note, s->now_ms);
        p.provider_ref = s->ref;
        TRY(post(db, s->a, &p, "sent", "payout_sent", of(&p, ACCOUNT_CREATOR_TRANSIT),
                 drivers_account(&p), s->now_ms));
    } else if (!is_out(&p))
        return RC_CONFLICT;
    /* "failed" after it was sent means that it came back */
    if (s->to == PAYOUT_FAILED || s->to == PAYOUT_RETURNED)
        return give_back(db, s, &p);
    return move(db, &p, s->to, s->now_ms);
}

enum rc payout_apply(struct db *db, struct arena *a, const char *provider,
                     const struct payout_fact *fact, int64_t now_ms)
{
    struct step s = {
        .a = a,
        .id = fact->payout_id,
        .now_ms = now_ms,
        .provider = provider,
        .ref = fact->ref,
        .note = "the provider says so",
        .to = fact->answer,
    };

    return db_transact(db, take_step, &s);
}

enum rc payout_confirm(struct db *db, struct arena *a, int64_t id, int64_t now_ms)
{
    struct step s = { .a = a, .id = id, .now_ms = now_ms, .to = PAYOUT_PAID, .only_out = true };

    return db_transact(db, take_step, &s);
}

enum rc payout_return(struct db *db, struct arena *a, int64_t id, const char *note, int64_t now_ms)
{
    struct step s = {
        .a = a, .id = id, .now_ms = now_ms, .note = note, .to = PAYOUT_RETURNED, .only_out = true
    };

    if (!*note || strlen(note) > NOTE_MAX_BYTES)
        return RC_INVALID;
    return db_transact(db, take_step, &s);
}

/* Sending */

enum rc payout_is_on(struct db *db, struct arena *a, struct problem *why)
{
    const char *value;

    TRY(setting_get(db, a, "payouts", "on", &value));
    return str_eq(value, "on") ? RC_OK : refuse(why, RC_DENIED, NULL, "Payouts are switched off.");
}

struct beginning {
    struct step step;
    struct payout payout;
    struct problem *why;
    bool begun; /* false: another process has it, or it is on hold */
};

static enum rc below_daily_max(struct db *db, const struct beginning *b)
{
    int64_t max_minor = conf()->payout_daily_max_minor;
    struct arena *a = b->step.a;
    int64_t day;

    TRY(db_number(db, a, &q_day, ARGS(I64(b->step.now_ms / DAY_MS * DAY_MS)), &day));
    if (day + b->payout.amount_minor <= max_minor)
        return RC_OK;
    return refuse(b->why, RC_DENIED, NULL,
                  arena_printf(a,
                               "Payout %" PRId64 " waits: with it more than payout_daily_max_minor"
                               " (%s) would be paid today.",
                               b->payout.id, fmt_money(a, max_minor, b->payout.currency)));
}

static enum rc begin(struct db *db, void *arg)
{
    struct beginning *b = arg;
    struct payout *p = &b->payout;
    int64_t now_ms = b->step.now_ms;
    int64_t first, held;

    b->begun = false;
    TRY(db_number(db, b->step.a, &q_lock_sending, NO_ARGS, &first));
    TRY(lock(db, &b->step, p));
    if (p->state != PAYOUT_RESERVED)
        return RC_OK;
    TRY(db_number(db, b->step.a, &q_held, ARGS(I64(p->user_id)), &held));
    if (held)
        return fail(db, b->step.a, p, "on hold", now_ms);
    TRY(below_daily_max(db, b));
    b->begun = true;
    p->first_try_ms = now_ms;
    return db_run(db, &q_begin, ARGS(I64(now_ms), I64(now_ms), I64(p->id)), NULL);
}

/* Ask the driver to send; even if the call fails, the provider may have received it. */
static enum rc ask(struct db *db, struct arena *a, const struct payout *p, struct payout_fact *fact)
{
    const struct payout_driver *d = payout_driver(p->provider);
    const struct payout_order order = {
        .payout_id = p->id,
        .user_id = p->user_id,
        .amount_minor = p->amount_minor,
        .currency = p->currency,
        .key = arena_printf(a, "payout:%" PRId64 ":%" PRId64, p->id, p->attempt),
    };

    assert(d);
    enum fault f = fault_begin();
    if (f == FAULT_LOST)
        return RC_FAIL;
    enum rc rc = d->send(db, a, &order, fact);
    return fault_end(f) ? RC_FAIL : rc;
}

static void count(struct payout_sum *sum, enum payout_state state)
{
    if (state == PAYOUT_SENT || state == PAYOUT_PAID)
        sum->sent++;
    else
        sum->failed++;
}

/* Send a payout. Its state `sending` is committed, so from here on only the answer decides. */
static enum rc send(struct db *db, struct arena *a, const struct payout *p, int64_t now_ms,
                    struct payout_sum *sum)
{
    struct step s = { .a = a, .id = p->id, .now_ms = now_ms, .note = "the provider refused it" };
    struct payout_fact fact = { 0 };
    enum rc rc = ask(db, a, p, &fact);

    if (rc != RC_OK && rc != RC_DENIED) {
        sum->unknown++;
        return db_run(db, &q_unknown, ARGS(I64(now_ms), I64(p->id)), NULL);
    }
    s.to = rc == RC_OK ? fact.answer : PAYOUT_FAILED;
    s.ref = fact.ref;
    TRY(db_transact(db, take_step, &s));
    count(sum, s.to);
    return RC_OK;
}

enum rc payout_send_reserved(struct db *db, struct arena *a, int64_t now_ms, struct payout_sum *sum,
                             struct problem *why)
{
    struct number_list list;

    TRY(DB_LIST(db, a, &q_reserved, NO_ARGS, PAYOUTS_MAX, &list));
    for (size_t i = 0; i < list.n; i++) {
        struct beginning b = {
            .step = { .a = a, .id = list.items[i], .now_ms = now_ms },
            .why = why,
        };
        TRY(payout_is_on(db, a, why));
        TRY(db_transact(db, begin, &b));
        if (b.begun)
            TRY(send(db, a, &b.payout, now_ms, sum));
    }
    return list.n ? RC_OK : RC_NOT_FOUND;
}

/* Payouts left half-way */

static enum rc find(struct db *db, struct arena *a, const struct payout *p,
                    struct payout_fact *fact)
{
    const struct payout_driver *d = payout_driver(p->provider);

    assert(d);
    enum fault f = fault_begin();
    if (f == FAULT_LOST)
        return RC_FAIL;
    enum rc rc = d->find(db, a, p->id, fact);
    return fault_end(f) ? RC_FAIL : rc;
}

enum rc payout_look_up(struct db *db, struct arena *a, int64_t id, struct payout_fact *out)
{
    struct payout p;

    TRY(payout_get(db, a, id, &p));
    return find(db, a, &p, out);
}

static enum rc leave_unknown(struct db *db, const struct payout *p, int64_t now_ms,
                             struct payout_sum *sum)
{
    sum->unknown++;
    return db_run(db, &q_unknown, ARGS(I64(now_ms), I64(p->id)), NULL);
}

/* The provider does not know the payout. The same key cannot pay twice while the provider keeps
 * it. */
static enum rc try_again(struct db *db, struct arena *a, struct payout *p, int64_t now_ms,
                         struct payout_sum *sum)
{
    enum rc on = payout_is_on(db, a, NULL);

    if (on == RC_DENIED)
        return leave_unknown(db, p, now_ms, sum);
    TRY(on);
    if (now_ms - p->first_try_ms < PAYOUT_KEY_HOURS * HOUR_MS)
        return send(db, a, p, now_ms, sum);
    if (p->looked_ms == 0) {
        sum->unknown++;
        return db_run(db, &q_looked, ARGS(I64(now_ms), I64(now_ms), I64(p->id)), NULL);
    }
    if (now_ms - p->looked_ms < PAYOUT_LOOK_AGAIN_MS)
        return leave_unknown(db, p, now_ms, sum);
    TRY(db_run(db, &q_new_attempt, ARGS(I64(now_ms), I64(now_ms), I64(p->id)), NULL));
    log_info("payout %" PRId64 " gets a new key: its provider never heard of it", p->id);
    p->attempt++;
    return send(db, a, p, now_ms, sum);
}

static enum rc take_up(struct db *db, struct arena *a, int64_t id, int64_t now_ms,
                       struct payout_sum *sum)
{
    struct payout_fact fact = { 0 };
    struct payout p;
    int64_t mine;

    TRY(db_run(db, &q_take_up, ARGS(I64(now_ms), I64(id), I64(now_ms - PAYOUT_CALL_MS)), &mine));
    if (mine == 0)
        return RC_OK;
    TRY(payout_get(db, a, id, &p));
    enum rc rc = find(db, a, &p, &fact);
    if (rc == RC_NOT_FOUND)
        return try_again(db, a, &p, now_ms, sum);
    if (rc != RC_OK)
        return leave_unknown(db, &p, now_ms, sum);
    TRY(payout_apply(db, a, p.provider, &fact, now_ms));
    count(sum, fact.answer);
    return RC_OK;
}

enum rc payout_poll(struct db *db, struct arena *a, int64_t now_ms, struct payout_sum *sum)
{
    struct number_list list;

    *sum = (struct payout_sum){ 0 };
    TRY(DB_LIST(db, a, &q_left, ARGS(I64(now_ms - PAYOUT_CALL_MS)), PAYOUTS_MAX, &list));
    for (size_t i = 0; i < list.n; i++)
        TRY(take_up(db, a, list.items[i], now_ms, sum));
    return list.n ? RC_OK : RC_NOT_FOUND;
}

/* Lists */

enum rc payout_get(struct db *db, struct arena *a, int64_t id, struct payout *out)
{
    return db_one(db, a, &q_get, ARGS(I64(id)), out);
}

enum rc payout_list(struct db *db, struct arena *a, int64_t user_id, struct payout_list *out)
{
    return DB_LIST(db, a, &q_of_user, ARGS(I64(user_id)), PAYOUTS_SHOWN_MAX, out);
}

enum rc payout_list_run(struct db *db, struct arena *a, int64_t run_id, struct payout_list *out)
{
    return DB_LIST(db, a, &q_of_run, ARGS(I64(run_id)), PAYOUTS_MAX, out);
}

enum rc payout_list_all(struct db *db, struct arena *a, struct payout_list *out)
{
    return DB_LIST(db, a, &q_all, NO_ARGS, PAYOUTS_SHOWN_MAX, out);
}
