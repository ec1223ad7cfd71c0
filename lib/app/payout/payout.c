/* The part of payout.h that handles payouts once they exist: their states and lists. payout_run.c creates
 * them, payout_send.c sends them, payout_manual.c writes them into a file for the bank. */
#include "app/payout/payout_step.h"
#include "app/money/ledger.h"
#include "app/notify/notify.h"
#include "base/clock.h"
#include "base/conf.h"
#include "base/fmt.h"
#include "base/str.h"

WORDS(payout_state, "payout.state", [PAYOUT_RESERVED] = "reserved", [PAYOUT_EXPORTED] = "exported",
      [PAYOUT_SENDING] = "sending", [PAYOUT_UNKNOWN] = "unknown", [PAYOUT_SENT] = "sent",
      [PAYOUT_PAID] = "paid", [PAYOUT_FAILED] = "failed", [PAYOUT_RETURNED] = "returned");

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
STMT(q_move, NULL,
     "UPDATE payout SET state = ?, provider_ref = ?, returns = ?, note = ?, changed_ms = ?"
     " WHERE id = ?");

/* States */

static bool is_out(const struct payout *p)
{
    return p->state == PAYOUT_SENT || p->state == PAYOUT_PAID;
}

static bool is_asked(const struct payout *p)
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
    bool again = debit.kind == ACCOUNT_CREATOR_PAYABLE;
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
                                          .n = 1,
                                          .may_overdraw = again });
}

/* Make the money payable again, from the account where it is. */
static enum rc post_back(struct db *db, struct arena *a, struct payout *p,
                         struct ledger_account_ref from, int64_t now_ms)
{
    p->returns++;
    if (p->amount_minor < conf()->payout_threshold_minor) /* it was asked for, and still is */
        TRY(payee_ask_rest(db, p->user_id, now_ms));
    return post(db, a, p, arena_printf(a, "back:%" PRId64, p->returns), "payout_back", from,
                of(p, ACCOUNT_CREATOR_PAYABLE), now_ms);
}

enum rc payout_move(struct db *db, const struct payout *p, enum payout_state state, int64_t now_ms)
{
    return db_run(db, &q_move,
                  ARGS(STR(payout_state_word(state)),
                       STR(p->provider_ref[0] ? p->provider_ref : NULL), I64(p->returns),
                       STR(p->note), I64(now_ms), I64(p->id)),
                  NULL);
}

enum rc payout_fail(struct db *db, struct arena *a, struct payout *p, const char *note,
                    int64_t now_ms)
{
    p->note = note;
    TRY(post_back(db, a, p, of(p, ACCOUNT_CREATOR_TRANSIT), now_ms));
    return payout_move(db, p, PAYOUT_FAILED, now_ms);
}

enum rc payout_lock(struct db *db, const struct payout_step *s, struct payout *p)
{
    int64_t row;

    TRY(db_number(db, s->a, &q_lock, ARGS(I64(s->id)), &row));
    TRY(db_one(db, s->a, &q_get, ARGS(I64(s->id)), p));
    return s->provider && !str_eq(s->provider, p->provider) ? RC_NOT_FOUND : RC_OK;
}

/* The money has left the driver's account. */
static enum rc post_sent(struct db *db, const struct payout_step *s, struct payout *p)
{
    if (s->ref)
        p->provider_ref = s->ref;
    return post(db, s->a, p, "sent", "payout_sent", of(p, ACCOUNT_CREATOR_TRANSIT),
                drivers_account(p), s->now_ms);
}

/* It was in a file and given up, but the bank has made it: what became payable again is gone. */
static enum rc reserve_again(struct db *db, const struct payout_step *s, struct payout *p)
{
    p->note = "the bank made it all the same";
    return post(db, s->a, p, arena_printf(s->a, "again:%" PRId64, p->returns), "payout_again",
                of(p, ACCOUNT_CREATOR_PAYABLE), of(p, ACCOUNT_CREATOR_TRANSIT), s->now_ms);
}

static bool was_made_all_the_same(const struct payout_step *s, const struct payout *p)
{
    return s->by == PAYOUT_BY_BANK && s->to == PAYOUT_PAID && p->state == PAYOUT_FAILED &&
           p->provider_ref[0];
}

static enum rc give_back(struct db *db, const struct payout_step *s, struct payout *p)
{
    p->note = s->note;
    TRY(post_back(db, s->a, p, drivers_account(p), s->now_ms));
    TRY(payee_doubt(db, p->user_id, s->now_ms));
    return payout_move(db, p, PAYOUT_RETURNED, s->now_ms);
}

/* Was this said before? */
static bool is_so(const struct payout_step *s, const struct payout *p)
{
    if (s->to == PAYOUT_SENT)
        return p->state == PAYOUT_SENT || p->state == PAYOUT_PAID;
    if (s->to == PAYOUT_PAID && s->by == PAYOUT_BY_BANK)
        return p->state == PAYOUT_PAID || p->state == PAYOUT_RETURNED;
    if (s->to == PAYOUT_RETURNED && s->by == PAYOUT_BY_OPERATOR && p->state == PAYOUT_FAILED)
        return p->provider_ref[0] != 0; /* it was exported, and then this */
    return p->state == s->to;
}

/* A step of a payout whose money is still in transit. */
static enum rc leave(struct db *db, const struct payout_step *s, struct payout *p, bool is_back)
{
    if (!is_back || s->by == PAYOUT_BY_BANK)
        return post_sent(db, s, p);
    if (p->state == PAYOUT_EXPORTED)
        TRY(payee_doubt(db, p->user_id, s->now_ms));
    return payout_fail(db, s->a, p, s->note, s->now_ms);
}

/* The creator hears of it once, when it is sent or, if nobody said so before, when it is paid: now, whatever
 * day the bank names. */
static enum rc tell(struct db *db, const struct payout_step *s, const struct payout *p)
{
    const struct notice n = {
        .user_id = p->user_id,
        .kind = NOTICE_PAYOUT_SENT,
        .once = arena_printf(s->a, "%" PRId64, p->id),
        .link = "/studio/earnings",
        .values = { .amount = fmt_money(s->a, p->amount_minor, p->currency),
                    .account = p->iban_end },
    };

    return notify(db, s->a, &n, clock_now_ms());
}

enum rc payout_take_step(struct db *db, void *arg)
{
    const struct payout_step *s = arg;
    bool is_back = s->to == PAYOUT_FAILED || s->to == PAYOUT_RETURNED;
    struct payout p;

    TRY(payout_lock(db, s, &p));
    if (is_so(s, &p))
        return RC_OK;
    if (was_made_all_the_same(s, &p)) {
        TRY(reserve_again(db, s, &p));
        TRY(post_sent(db, s, &p));
    } else if (p.state == PAYOUT_EXPORTED || (is_asked(&p) && s->by == PAYOUT_BY_PROVIDER)) {
        TRY(leave(db, s, &p, is_back));
        if (is_back && s->by != PAYOUT_BY_BANK)
            return RC_OK;
    } else if (!is_out(&p))
        return RC_CONFLICT;
    if (is_back) /* also "failed": after it was sent that means that it came back */
        return give_back(db, s, &p);
    TRY(payout_move(db, &p, s->to, s->now_ms));
    return tell(db, s, &p);
}

enum rc payout_apply(struct db *db, struct arena *a, const char *provider,
                     const struct payout_fact *fact, int64_t now_ms)
{
    struct payout_step s = {
        .a = a,
        .id = fact->payout_id,
        .now_ms = now_ms,
        .provider = provider,
        .ref = fact->ref,
        .note = "the provider says so",
        .to = fact->answer,
    };

    return db_transact(db, payout_take_step, &s);
}

enum rc payout_confirm(struct db *db, struct arena *a, int64_t id, int64_t now_ms)
{
    struct payout_step s = {
        .a = a, .id = id, .now_ms = now_ms, .to = PAYOUT_PAID, .by = PAYOUT_BY_OPERATOR
    };

    return db_transact(db, payout_take_step, &s);
}

enum rc payout_confirm_run(struct db *db, struct arena *a, int64_t run_id, int64_t now_ms,
                           size_t *confirmed, size_t *waiting)
{
    struct payout_list list;

    *confirmed = *waiting = 0;
    TRY(payout_list_run(db, a, run_id, &list));
    for (size_t i = 0; i < list.n; i++) {
        enum payout_state state = list.items[i].state;
        *waiting += state == PAYOUT_RESERVED;
        if (state != PAYOUT_SENT && state != PAYOUT_EXPORTED)
            continue;
        TRY(payout_confirm(db, a, list.items[i].id, now_ms));
        ++*confirmed;
    }
    return RC_OK;
}

enum rc payout_return(struct db *db, struct arena *a, int64_t id, const char *note, int64_t now_ms)
{
    struct payout_step s = { .a = a,
                             .id = id,
                             .now_ms = now_ms,
                             .note = note,
                             .to = PAYOUT_RETURNED,
                             .by = PAYOUT_BY_OPERATOR };

    if (!*note || strlen(note) > PAYOUT_NOTE_MAX_BYTES)
        return RC_INVALID;
    return db_transact(db, payout_take_step, &s);
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
