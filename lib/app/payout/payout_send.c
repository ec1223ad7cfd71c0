/* The part of payout.h that sends payouts through their provider and takes up those left half-way. */
#include "app/payout/payout_driver.h"
#include "app/payout/payout_step.h"
#include "app/site/setting.h"
#include "base/clock.h"
#include "base/conf.h"
#include "base/fault.h"
#include "base/fmt.h"
#include "base/log.h"
#include "base/str.h"

STMT(q_reserved, &number_shape,
     "SELECT id AS n FROM payout WHERE state = 'reserved' AND provider = ? ORDER BY id");
STMT(q_left, &number_shape,
     "SELECT id AS n FROM payout WHERE state = 'unknown' OR (state = 'sending' AND changed_ms <= ?)"
     " ORDER BY id");
/* Sending. A process that begins a payout locks the row of the first run meanwhile, so that the sum
 * of the day stays right. */
STMT(q_lock_sending, &number_shape,
     "SELECT id AS n FROM payout_run ORDER BY id LIMIT 1 FOR UPDATE");
STMT(q_held, &number_shape,
     "SELECT COUNT(*) AS n FROM user u LEFT JOIN payout_hold h ON h.open_user_id = u.id"
     " WHERE u.id = ? AND (u.blocked OR u.suspended_until_ms > ? OR h.id IS NOT NULL)");
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

/* Sending */

enum rc payout_is_on(struct db *db, struct arena *a, struct problem *why)
{
    const char *value;

    TRY(setting_get(db, a, "payouts", "on", &value));
    return str_eq(value, "on") ? RC_OK : refuse(why, RC_DENIED, NULL, "Payouts are switched off.");
}

struct beginning {
    struct payout_step step;
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
    TRY(payout_lock(db, &b->step, p));
    if (p->state != PAYOUT_RESERVED)
        return RC_OK;
    TRY(db_number(db, b->step.a, &q_held, ARGS(I64(p->user_id), I64(now_ms)), &held));
    if (held)
        return payout_fail(db, b->step.a, p, "on hold", now_ms);
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
    struct payout_step s = {
        .a = a, .id = p->id, .now_ms = now_ms, .note = "the provider refused it"
    };
    struct payout_fact fact = { 0 };
    enum rc rc = ask(db, a, p, &fact);

    if (rc != RC_OK && rc != RC_DENIED) {
        sum->unknown++;
        return db_run(db, &q_unknown, ARGS(I64(now_ms), I64(p->id)), NULL);
    }
    s.to = rc == RC_OK ? fact.answer : PAYOUT_FAILED;
    s.ref = fact.ref;
    TRY(db_transact(db, payout_take_step, &s));
    count(sum, s.to);
    return RC_OK;
}

static enum rc send_those_of(struct db *db, struct arena *a, const struct payout_driver *d,
                             int64_t now_ms, struct payout_sum *sum, struct problem *why)
{
    struct number_list list;

    TRY(DB_LIST(db, a, &q_reserved, ARGS(STR(d->name)), PAYOUTS_MAX, &list));
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

enum rc payout_send_reserved(struct db *db, struct arena *a, int64_t now_ms, struct payout_sum *sum,
                             struct problem *why)
{
    enum rc rc = RC_NOT_FOUND;

    for (const struct payout_driver *const *d = payout_drivers; *d; d++) {
        if ((*d)->send == NULL)
            continue; /* they wait for their run's export */
        enum rc sent = send_those_of(db, a, *d, now_ms, sum, why);
        if (sent != RC_OK && sent != RC_NOT_FOUND)
            return sent;
        rc = sent == RC_OK ? RC_OK : rc;
    }
    return rc;
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
    return payout_driver(p.provider)->find ? find(db, a, &p, out) : RC_NOT_FOUND;
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
