/*
 * Paid time compared with a model of it. Random sequences of what happens to one member (payments,
 * early, late, in grace and after a gap; full and part refunds of all kinds; disputes; refunds that
 * fail; cancelling; watching; settling and closing) run through the real modules on a real database
 * and, in parallel, through a model that knows for each hour which month pays for it
 * (paid_time_model.h). After each step, both must agree about whose each hour is, what each watched
 * minute counts for, and whether there is access; no paid second is lost, no unpaid one counts, and
 * the audit of access finds nothing.
 *
 * Needs OVS_CONF of a running site. SEQUENCES=50 OPS=30 SEED=1 are the defaults; a failure prints the
 * seed and the steps that lead to it.
 */
#include "app/income/payment.h"
#include "app/income/reversal.h"
#include "app/income/subscription.h"
#include "app/money/month.h"
#include "app/money/settle.h"
#include "app/money/watch_day.h"
#include "app/reports/audit.h"
#include "app/watching/entitlement.h"
#include "app/watching/rollup.h"
#include "base/clock.h"
#include "base/sb.h"
#include "base/str.h"
#include "io/rows.h"
#include "own_db.h"
#include "paid_time_model.h"

enum { MEMBER = 1, CREATOR = 2, PRICE = 500, PAYMENTS = 30, REVERSALS = 40, BEAT_MS = 60000 };
static const int64_t epoch_ms = INT64_C(
    1764547200000); /* 2025-12-01 00:00 UTC, hour 0 of the model */

static struct arena *a;
static struct db *money, *admin;
static const struct ledger_account_ref psp = { ACCOUNT_PSP, 0 };

/* Besides the hours: what was paid, and what went back. */
static struct {
    int first, months;
} payments[PAYMENTS];
static struct back {
    int payment;
    struct reversal r;
    int64_t part[12];
    int cut[12]; /* hours */
} reversals[REVERSALS];
static int n_payments, n_reversals, n_beats;
static bool counted; /* every day is, since the latest step */

static int64_t ms_of(int hour) { return epoch_ms + hour * HOUR_MS; }

/* splitmix64 of Steele, Lea, Flood, "Fast Splittable Pseudorandom Number Generators", 2014. */
static uint64_t seed;

static int pick(int from, int to)
{
    uint64_t z = seed += UINT64_C(0x9e3779b97f4a7c15);

    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return from + (int)((z ^ (z >> 31)) % (uint64_t)(to - from + 1));
}

static void script(const char *sql) { CHECK_INT(db_script(admin, sql), RC_OK); }

static void begin(void)
{
    memset(&t, 0, sizeof(t));
    n_payments = n_reversals = n_beats = 0;
    t.now = 24 * pick(20, 80) + (pick(0, 1) ? 0 : pick(0, 23));
    script(
        "DELETE FROM ledger_balance; DELETE FROM ledger_leg; DELETE FROM ledger_tx;"
        "DELETE FROM ledger_account; DELETE FROM ledger_unsummed; DELETE FROM ledger_unaudited;"
        "DELETE FROM month_uplift; DELETE FROM month_close; DELETE FROM unit_share;"
        "DELETE FROM reversal_unit; DELETE FROM reversal; DELETE FROM paid_span;"
        "DELETE FROM paid_span_gone; DELETE FROM unit; DELETE FROM document; DELETE FROM receipt;"
        "DELETE FROM payment; DELETE FROM subscription; DELETE FROM watch_seg;"
        "DELETE FROM watch_day; DELETE FROM watch_dirty; UPDATE receipt_counter SET last = 0");
}

static void make_site(void)
{
    script("INSERT INTO user (id, email, handle, display_name, created_ms) VALUES"
           " (1, 'a@example.org', 'a', 'A', 0), (2, 'b@example.org', 'b', 'B', 0)");
    script("INSERT INTO video (id, public_id, user_id, category_id, title, state, length_ms,"
           " created_ms) VALUES (1, 'aaaaaaaaaaa', 2, 1, 'A', 'ready', 7200000, 0)");
    script(
        "DROP TRIGGER document_stay; DROP TRIGGER receipt_stay; DROP TRIGGER ledger_account_stay;"
        "DROP TRIGGER ledger_tx_stay; DROP TRIGGER ledger_leg_stay");
}

/* Steps: each does the same to the modules and to the model, and says what it did. */

static enum rc book_it(struct db *db, void *arg) { return payment_book(db, a, arg, psp); }

static void add_units(const char *ref, int months, int64_t amount)
{
    struct model_claim claims[12];
    struct payment p;
    struct unit_list units;

    CHECK_INT(payment_get(money, a, "test", ref, &p), RC_OK);
    CHECK_INT(unit_lock_of_payment(money, a, p.id, &units), RC_OK);
    CHECK_INT((int)units.n, months);
    payments[n_payments].first = t.n_units;
    payments[n_payments].months = months;
    for (int i = 0; i < months; i++) {
        t.units[t.n_units] = (struct model_unit){ .id = units.items[i].id,
                                                  .gross = units.items[i].gross_minor,
                                                  .payment = n_payments };
        CHECK(units.items[i].gross_minor == amount / months);
        claims[i] = (struct model_claim){ t.n_units++, INT_MAX, IS_GONE, IS_PAID, false };
    }
    n_payments++;
    model_paid(claims, months);
}

static bool pay(struct sb *said)
{
    static const int often[] = { 1, 1, 1, 1, 1, 2, 3, 12 };
    int months = often[pick(0, COUNT(often) - 1)];
    struct payment p = { .user_id = MEMBER,
                         .amount_minor = pick(0, 9) ? months * PRICE : 0, /* or a gift */
                         .months = months,
                         .paid_ms = ms_of(t.now),
                         .provider = "test",
                         .provider_ref = arena_printf(a, "p%d", n_payments),
                         .currency = "XTS" };

    if (n_payments == PAYMENTS || t.n_units + months > MODEL_UNITS ||
        t.paid_until > MODEL_HOURS - 400 * 24 || t.now > MODEL_HOURS - 400 * 24)
        return false;
    CHECK_INT(db_transact(money, book_it, &p), RC_OK);
    sb_addf(said, "pays %d for %d months", (int)p.amount_minor, months);
    add_units(p.provider_ref, months, p.amount_minor);
    return true;
}

static enum rc apply_it(struct db *db, void *arg)
{
    return reversal_apply(db, a, arg, psp, ms_of(t.now));
}

static int64_t left_of(int unit) { return t.units[unit].gross - t.units[unit].back; }

static int64_t left_of_payment(int payment, bool keep)
{
    int64_t left = 0;

    for (int i = 0; i < payments[payment].months; i++) {
        int64_t one = left_of(payments[payment].first + i);
        left += keep ? MAX_OF(one - 1, 0) : one;
    }
    return left;
}

static int64_t open_of_payment(int payment)
{
    int64_t sum = 0;

    for (int i = 0; i < n_reversals; i++)
        if (reversals[i].payment == payment && reversals[i].r.state == REVERSAL_OPEN)
            sum += reversals[i].r.amount_minor;
    return sum;
}

/* What becomes of the units of a payment by the change between these two calls. */
static void claims_begin(int payment, struct model_claim claims[12])
{
    for (int i = 0; i < payments[payment].months; i++) {
        int unit = payments[payment].first + i;
        claims[i] = (struct model_claim){ unit, INT_MAX, standing(unit), IS_PAID, false };
    }
}

static void claims_end(int payment, struct model_claim claims[12])
{
    struct model_claim changed[12];
    int n = 0;

    for (int i = 0; i < payments[payment].months; i++) {
        struct model_claim *k = &claims[i];
        k->is = standing(k->unit);
        bool cut = k->is == IS_PAID && k->until < INT_MAX;
        if (!t.units[k->unit].settled && (k->is != k->was || k->longer || cut))
            changed[n++] = *k;
    }
    if (n)
        model_refunded(changed, n);
}

static void freeze(int payment, int by)
{
    for (int i = 0; i < payments[payment].months; i++)
        t.units[payments[payment].first + i].frozen += by;
}

STMT(q_back, &number_shape, "SELECT refunded_minor AS n FROM unit WHERE id = ?");

/* What a refund that leaves access as it is takes from each month is tested elsewhere: here, that it
 * never takes all. */
static void take_evenly(struct back *b)
{
    int64_t sum = 0;

    for (int i = 0; i < payments[b->payment].months; i++) {
        struct model_unit *u = &t.units[payments[b->payment].first + i];
        int64_t back = -1;
        CHECK_INT(db_number(money, a, &q_back, ARGS(I64(u->id)), &back), RC_OK);
        sum += b->part[i] = back - u->back;
        CHECK(b->part[i] == 0 || back < u->gross);
        u->back = back;
    }
    CHECK_INT(sum, b->r.amount_minor);
}

static void take_from_end(struct back *b)
{
    int64_t left = b->r.amount_minor;

    for (int i = payments[b->payment].months; i-- > 0; left -= b->part[i]) {
        struct model_unit *u = &t.units[payments[b->payment].first + i];
        b->part[i] = MIN_OF(left, u->gross - u->back);
        u->back += b->part[i];
    }
    CHECK_INT(left, 0);
}

/* The month that the moment cuts; -1: none. */
static int month_cut(int payment, int until)
{
    for (int i = 0; i < payments[payment].months; i++) {
        int unit = payments[payment].first + i;
        if (t.units[unit].starts < until && t.units[unit].ends > until && left_of(unit))
            return i;
    }
    return -1;
}

static int64_t cost_after(int payment, int until)
{
    int64_t sum = 0;

    for (int i = 0; i < payments[payment].months; i++)
        if (t.units[payments[payment].first + i].starts >= until)
            sum += left_of(payments[payment].first + i);
    return sum;
}

static void take_until(struct back *b, int until, struct model_claim claims[12])
{
    int cut = month_cut(b->payment, until);
    int64_t rest = b->r.amount_minor - cost_after(b->payment, until);

    for (int i = 0; i < payments[b->payment].months; i++) {
        int unit = payments[b->payment].first + i;
        b->part[i] = i == cut ? rest : t.units[unit].starts >= until ? left_of(unit) : 0;
        t.units[unit].back += b->part[i];
    }
    if (cut >= 0)
        claims[cut].until = until;
}

/* A refund until a moment; false: there is none for this payment. */
static bool choose_until(struct back *b, int *until)
{
    int ends = 0;

    for (int i = 0; i < payments[b->payment].months; i++) {
        ends = MAX_OF(ends, t.units[payments[b->payment].first + i].ends);
        if (t.units[payments[b->payment].first + i].frozen)
            return false;
    }
    if (ends <= t.now + 1)
        return false;
    *until = pick(t.now + 1, ends);
    int cut = month_cut(b->payment, *until);
    int64_t after = cost_after(b->payment, *until);
    int64_t most = cut < 0 ? 0 : left_of(payments[b->payment].first + cut) - 1;
    if (after + most == 0)
        return false;
    int64_t amount = after + pick(0, (int)most);
    b->r.amount_minor = MAX_OF(amount, 1);
    b->r.until_ms = ms_of(*until);
    return true;
}

static void completed(struct back *b, int until, struct model_claim claims[12])
{
    if (b->r.access == REFUND_KEEP)
        take_evenly(b);
    else if (b->r.access == REFUND_UNTIL)
        take_until(b, until, claims);
    else
        take_from_end(b);
}

static bool begin_reversal(struct back *b, int *until)
{
    int64_t left = left_of_payment(b->payment, false) - open_of_payment(b->payment);
    int64_t most = left;

    if (left < 1)
        return false;
    if (b->r.access == REFUND_KEEP)
        most = MIN_OF(left, left_of_payment(b->payment, true));
    if (b->r.access == REFUND_UNTIL)
        return choose_until(b, until) && b->r.amount_minor <= left;
    if (most < 1)
        return false;
    b->r.amount_minor = b->r.access == REFUND_FROM_END && pick(0, 2) ? left : pick(1, (int)most);
    return true;
}

static const char *hour_name(int hour)
{
    return arena_printf(a, "day %d.%02d", hour / 24, hour % 24);
}

static void say_reversal(struct sb *said, const struct back *b)
{
    sb_addf(said, "%s %s of payment %d: %d, %s, access %s %s", reversal_kind_word(b->r.kind),
            b->r.provider_ref, b->payment, (int)b->r.amount_minor, reversal_state_word(b->r.state),
            refund_access_word(b->r.access),
            b->r.until_ms ? hour_name((int)((b->r.until_ms - epoch_ms) / HOUR_MS)) : "");
}

static bool reverse(struct sb *said)
{
    struct back *b = &reversals[n_reversals];
    bool dispute = pick(0, 2) == 0, begun = dispute || pick(0, 3) == 0;
    struct model_claim claims[12];
    int until = 0;

    if (n_payments == 0 || n_reversals == REVERSALS)
        return false;
    int payment = pick(0, n_payments - 1);
    *b = (struct back){ .payment = payment,
                        .r = { .kind = dispute ? REVERSAL_DISPUTE : REVERSAL_REFUND,
                               .state = begun ? REVERSAL_OPEN : REVERSAL_DONE,
                               .provider = "test",
                               .provider_ref = arena_printf(a, "r%d", n_reversals),
                               .payment_ref = arena_printf(a, "p%d", payment),
                               .access = begun ? REFUND_FROM_END
                                               : (enum refund_access)pick(0, 2) } };
    if (!begin_reversal(b, &until))
        return false;
    say_reversal(said, b);
    CHECK_INT(db_transact(money, apply_it, &b->r), RC_OK);
    CHECK_INT(db_transact(money, apply_it, &b->r), RC_OK); /* reported twice */
    n_reversals++;
    claims_begin(payment, claims);
    if (begun)
        freeze(payment, +1);
    else
        completed(b, until, claims);
    int had[12];
    for (int i = 0; i < payments[payment].months; i++)
        had[i] = hours_of(t.hour, payments[payment].first + i);
    claims_end(payment, claims);
    for (int i = 0; i < payments[payment].months; i++)
        if (claims[i].until < INT_MAX)
            b->cut[i] = had[i] - hours_of(t.hour, payments[payment].first + i);
    return true;
}

/* What a refund that failed had taken is the member's again. */
static void undone(struct back *b, struct model_claim claims[12])
{
    for (int i = 0; i < payments[b->payment].months; i++) {
        struct model_unit *u = &t.units[payments[b->payment].first + i];
        u->back -= b->part[i];
        if (u->settled && u->settled_empty && b->part[i])
            u->settled = false;
        if (b->cut[i] && !u->settled)
            u->length += b->cut[i];
        claims[i].longer = b->cut[i] > 0;
    }
}

static bool go_on(struct sb *said)
{
    struct model_claim claims[12];

    if (n_reversals == 0)
        return false;
    struct back *b = &reversals[pick(0, n_reversals - 1)];
    bool was_open = b->r.state == REVERSAL_OPEN, was_done = b->r.state == REVERSAL_DONE;
    if (b->r.state == REVERSAL_UNDONE)
        return false;
    b->r.state = was_open && pick(0, 1) ? REVERSAL_DONE : REVERSAL_UNDONE;
    say_reversal(said, b);
    CHECK_INT(db_transact(money, apply_it, &b->r), RC_OK);
    CHECK_INT(db_transact(money, apply_it, &b->r), RC_OK);
    claims_begin(b->payment, claims);
    if (was_open)
        freeze(b->payment, -1);
    if (was_done)
        undone(b, claims);
    if (b->r.state == REVERSAL_DONE)
        completed(b, 0, claims);
    claims_end(b->payment, claims);
    return true;
}

static bool cancel(struct sb *said)
{
    bool cancels = pick(0, 1);

    if (!t.member)
        return false;
    sb_str(said, cancels ? "cancels" : "resumes");
    CHECK_INT(cancels ? subscription_cancel(money, MEMBER, ms_of(t.now))
                      : subscription_resume(money, MEMBER, ms_of(t.now)),
              RC_OK);
    if (t.cancelled == cancels || t.paid_until <= t.now)
        return true;
    t.cancelled = cancels;
    t.grace = cancels || !t.grace_due ? 0 : GRACE_HOURS;
    return true;
}

/* A minute of playing within the hour, or half of it in each of two hours; stored as a rollup does,
 * which cuts at midnight. */
static void watch(int hour, bool across, struct rows *days, struct sb *sql)
{
    int64_t from = ms_of(hour) + (across ? -BEAT_MS / 2 : n_beats % 50 * BEAT_MS + BEAT_MS);
    bool cut = across && hour % 24 == 0;

    for (int i = 0; i < (cut ? 2 : 1); i++) {
        int64_t t0 = from + i * BEAT_MS / 2, t1 = t0 + (cut ? BEAT_MS / 2 : BEAT_MS);
        sb_addf(sql, "%s(%" PRId64 ", 1, 1, %d, 1, 2, 's%d', %" PRId64 ", %" PRId64 ", 7200000, 0)",
                days->n ? ", " : "", t0 / DAY_MS, n_beats * 2 + i, n_beats, t0, t1);
        rows_addf(days, "%" PRId64 ",1", t0 / DAY_MS);
    }
    n_beats++;
    t.watched_ms[hour] += across ? BEAT_MS / 2 : BEAT_MS;
    if (across)
        t.watched_ms[hour - 1] += BEAT_MS / 2;
}

/* From `from` until now, at some hours, and at the moments at which months end: mostly while there is
 * access. */
static void watch_since(int from)
{
    struct rows days = { .a = a };
    struct sb sql = { .a = a };
    int step = MAX_OF((t.now - from) / 12, 1);

    sb_str(&sql, "INSERT INTO watch_seg (day, user_id, batch_id, n, video_id, creator_id, session,"
                 " t0_ms, t1_ms, length_ms, flags) VALUES ");
    for (int h = from; h + 1 < t.now; h += pick(1, step))
        if (model_access_at(h) || pick(0, 3) == 0)
            watch(h, false, &days, &sql);
    for (int h = from + 1; h + 1 < t.now; h++)
        if (t.hour[h] != t.hour[h - 1] && pick(0, 1))
            watch(h, true, &days, &sql);
    if (days.n == 0)
        return;
    script(sql.buf);
    for (size_t i = 0; rows_page(&days, i); i++)
        CHECK_INT(watch_day_wait(admin, rows_page(&days, i)), RC_OK);
}

static bool time_passes(struct sb *said)
{
    int from = t.now, hours = pick(0, 3) ? pick(1, 300) : pick(200, 1000);

    if (t.now + hours > MODEL_HOURS - 24)
        return false;
    t.now += hours;
    watch_since(from);
    sb_addf(said, "%d hours pass", hours);
    return true;
}

static bool count_days(struct sb *said)
{
    int64_t days;

    CHECK_INT(rollup_days(admin, a, &days), RC_OK);
    sb_addf(said, "%d days are counted", (int)days);
    counted = true;
    return true;
}

static int64_t watched_ms(int unit, int from, int to)
{
    int64_t sum = 0;
    for (int h = from; h < to; h++)
        sum += unit_at(h) == unit ? t.watched_ms[h] : 0;
    return sum;
}

STMT(q_seconds, &number_shape,
     "SELECT IF(settled_ms > 0, seconds, -1) AS n FROM unit WHERE id = ?");

/* A month earns what was watched in its own hours. */
static bool settle(struct sb *said)
{
    struct settled sum;
    struct month last;
    int64_t closed, seconds = -1;
    int n = 0;

    count_days(said);
    CHECK_INT(settle_run(money, a, ms_of(t.now), false, &sum, NULL), RC_OK);
    for (int i = 0; i < t.n_units; i++) {
        struct model_unit *u = &t.units[i];
        if (u->settled || u->frozen || u->ends > t.now - 48)
            continue;
        u->settled = true;
        u->settled_empty = u->gross > 0 && left_of(i) == 0;
        n++;
        CHECK_INT(db_number(money, a, &q_seconds, ARGS(I64(u->id)), &seconds), RC_OK);
        CHECK_INT(seconds, watched_ms(i, 0, t.now) / SECOND_MS);
    }
    CHECK_INT(sum.units, n);
    sb_addf(said, ", %d months are settled", n);
    if (pick(0, 1)) {
        enum rc rc = month_close_due(money, a, ms_of(t.now), 48, &closed, &last);
        CHECK(rc == RC_OK || rc == RC_NOT_FOUND);
        sb_addf(said, ", %d closed", (int)closed);
    }
    return true;
}

/* What both say */

struct paid_hours {
    int64_t unit_id, starts_ms, ends_ms;
};
SHAPE(paid_shape, struct paid_hours, COLUMN(struct paid_hours, unit_id),
      COLUMN(struct paid_hours, starts_ms), COLUMN(struct paid_hours, ends_ms));
struct paid_list {
    struct paid_hours *items;
    size_t n;
};
STMT(q_paid, &paid_shape,
     "SELECT unit_id, starts_ms, ends_ms FROM paid_span WHERE user_id = ? ORDER BY starts_ms");

struct credited {
    int64_t unit_id, day, ms;
};
SHAPE(credited_shape, struct credited, COLUMN(struct credited, unit_id),
      COLUMN(struct credited, day), COLUMN(struct credited, ms));
struct credited_list {
    struct credited *items;
    size_t n;
};
STMT(q_credited, &credited_shape,
     "SELECT unit_id, day, CAST(SUM(credited_ms) AS SIGNED) AS ms FROM watch_day WHERE user_id = ?"
     " GROUP BY unit_id, day HAVING ms > 0");

static int unit_of(int64_t id)
{
    for (int i = 0; i < t.n_units; i++)
        if (t.units[i].id == id)
            return i;
    return -1;
}

static int hour_of(int64_t ms) { return (int)((ms - epoch_ms) / HOUR_MS); }

static void differ(struct sb *o, const char *text) { sb_addf(o, "  %s\n", text); }

/* Each hour is the same unit's in both; what is paid ahead is one stretch that has begun. */
static void compare_hours(struct sb *o)
{
    static short is[MODEL_HOURS];
    struct paid_list spans;
    int ends = t.now;

    memset(is, 0, sizeof(is));
    CHECK_INT(DB_LIST(money, a, &q_paid, ARGS(I64(MEMBER)), DB_ROWS_MAX, &spans), RC_OK);
    for (size_t i = 0; i < spans.n; i++) {
        int from = hour_of(spans.items[i].starts_ms), to = hour_of(spans.items[i].ends_ms);
        if (ms_of(from) != spans.items[i].starts_ms || ms_of(to) != spans.items[i].ends_ms)
            differ(o, "paid time begins or ends within an hour");
        for (int h = from; h < to; h++) {
            if (is[h])
                return differ(o, arena_printf(a, "%s is paid twice", hour_name(h)));
            is[h] = (short)(unit_of(spans.items[i].unit_id) + 1);
        }
        if (to > t.now && from > ends)
            differ(o, arena_printf(a, "nothing is paid before %s", hour_name(from)));
        ends = MAX_OF(ends, to);
    }
    for (int h = 0; h < MODEL_HOURS; h++)
        if (is[h] - 1 != unit_at(h))
            return differ(o, arena_printf(a, "%s is unit %d's, the model says %d", hour_name(h),
                                          is[h] - 1, unit_at(h)));
}

/* No paid second is lost, none is given twice, and what is not paid has none ahead. */
static void compare_units(struct sb *o)
{
    struct unit_list units;

    CHECK_INT(unit_list(money, a, MEMBER, &units), RC_OK);
    CHECK_INT((int)units.n, t.n_units);
    for (const struct unit *u = units.items; u < units.items + units.n; u++) {
        int i = unit_of(u->id), has = hours_of(t.hour, i), month = has / 24;
        const struct model_unit *k = &t.units[i];
        bool is_whole = u->length_ms ? has * HOUR_MS == u->length_ms
                                     : has % 24 == 0 && month >= 28 && month <= 31;
        if (k->settled != (u->settled_ms > 0) || k->back != u->refunded_minor)
            differ(o, arena_printf(a, "unit %d is settled: %d, refunded: %d", i, u->settled_ms > 0,
                                   (int)u->refunded_minor));
        if (k->settled)
            continue;
        if (standing(i) == IS_PAID && !is_whole)
            differ(o, arena_printf(a, "unit %d is paid for %d hours (0: a month) and has %d", i,
                                   (int)(u->length_ms / HOUR_MS), has));
        if (standing(i) == IS_GONE && has)
            differ(o, arena_printf(a, "unit %d is gone and has %d hours", i, has));
        if (standing(i) == IS_STOPPED && last_hour(t.hour, i) >= t.now)
            differ(o, arena_printf(a, "unit %d is stopped and goes on", i));
        if (has && (u->starts_ms != ms_of(k->starts) || u->ends_ms != ms_of(k->ends)))
            differ(o, arena_printf(a, "unit %d is shown at another time than its own", i));
    }
}

static void compare_access(struct sb *o)
{
    struct subscription s = { 0 };
    int when[] = { t.now, t.now + pick(1, 200), t.paid_until, t.paid_until + t.grace };

    if (!t.member)
        return;
    CHECK_INT(subscription_get(money, a, MEMBER, &s), RC_OK);
    const struct entitled who = { .user_id = MEMBER,
                                  .paid_until_ms = s.paid_until_ms,
                                  .grace_until_ms = s.grace_until_ms };
    for (size_t i = 0; i < COUNT(when); i++)
        for (int h = MAX_OF(when[i], t.now) - (when[i] > t.now); h <= MAX_OF(when[i], t.now); h++)
            if (subscription_is_active(&s, ms_of(h)) != model_access_at(h) ||
                entitlement_is_paid(&who, ms_of(h)) != model_access_at(h))
                return differ(o, arena_printf(a, "access on %s is %d, the model says %d",
                                              hour_name(h), subscription_is_active(&s, ms_of(h)),
                                              model_access_at(h)));
}

/* What was watched counts for the month whose hour it was, and else for nothing. */
static void compare_credit(struct sb *o)
{
    struct credited_list list;
    int64_t is = 0, want = 0;

    CHECK_INT(DB_LIST(money, a, &q_credited, ARGS(I64(MEMBER)), DB_ROWS_MAX, &list), RC_OK);
    for (const struct credited *c = list.items; c < list.items + list.n; c++) {
        int unit = unit_of(c->unit_id), from = hour_of(c->day * DAY_MS);
        int64_t ms = unit < 0 ? 0 : watched_ms(unit, from, from + 24);
        is += c->ms;
        if (c->ms != ms)
            return differ(o, arena_printf(a, "day %d counts %d ms for unit %d, the model says %d",
                                          from / 24, (int)c->ms, unit, (int)ms));
    }
    for (int h = 0; h < t.now; h++)
        want += t.hour[h] ? t.watched_ms[h] : 0;
    if (is != want)
        differ(o,
               arena_printf(a, "%d ms of watching count, the model says %d", (int)is, (int)want));
}

static void ask_audit(struct sb *o)
{
    const struct audit_span all = { .now_ms = ms_of(t.now) };
    struct finding_list found;

    CHECK_INT(audit_access(money, a, &all, &found), RC_OK);
    for (size_t i = 0; i < found.n; i++)
        differ(o, arena_printf(a, "%s %s", found.items[i].subject, found.items[i].text));
}

/* Sequences */

static const struct {
    bool (*step)(struct sb *said); /* false: there was nothing to do it to */
    int weight;
} steps[] = { { time_passes, 10 }, { pay, 6 },    { reverse, 7 },   { go_on, 6 },
              { cancel, 2 },       { settle, 2 }, { count_days, 6 } };

static void take_step(struct sb *said)
{
    bool done = false;
    int sum = 0;

    for (size_t i = 0; i < COUNT(steps); i++)
        sum += steps[i].weight;
    for (int tries = 0; !done && tries < 1000; tries++) {
        int i = 0, at = pick(0, sum - 1);
        for (; at >= steps[i].weight; i++)
            at -= steps[i].weight;
        done = steps[i].step(said);
    }
}

/* Runs a sequence; "" when all is well. `said` has the steps so far. */
static const char *run_sequence(uint64_t first, int ops, struct sb *said)
{
    struct sb wrong = { .a = a };
    int bad = checks_bad;

    seed = first;
    sb_str(&wrong, "");
    begin();
    for (int i = 0; i < ops && wrong.len == 0; i++) {
        counted = false;
        sb_addf(said, "  %2d. %s: ", i + 1, hour_name(t.now));
        take_step(said);
        if (!counted && pick(0, 1)) { /* the days that it changed are counted again */
            sb_str(said, ", ");
            count_days(said);
        }
        sb_str(said, "\n");
        compare_hours(&wrong);
        compare_units(&wrong);
        compare_access(&wrong);
        if (counted)
            compare_credit(&wrong);
        ask_audit(&wrong);
        if (checks_bad > bad)
            differ(&wrong, "a check failed");
        checks_run++;
    }
    return wrong.buf;
}

static int64_t setting(const char *name, int64_t otherwise)
{
    const char *text = getenv(name);
    int64_t value = otherwise;

    if (text && str_to_i64(text, strlen(text), 1, INT64_MAX, &value) != RC_OK)
        exit(2);
    return value;
}

static void random_sequences(void)
{
    int64_t n = setting("SEQUENCES", 50), ops = setting("OPS", 30), first = setting("SEED", 1);

    for (int64_t i = 0; i < n; i++) {
        struct sb said = { .a = a };
        const char *wrong = run_sequence((uint64_t)(first + i), (int)ops, &said);
        if (*wrong) {
            checks_bad++;
            printf("  SEED=%" PRId64 " SEQUENCES=1 OPS=%" PRId64 ":\n%s%s", first + i, ops,
                   said.buf, wrong);
            return;
        }
        arena_reset(a);
    }
}

/* A month that was interrupted lies in two parts, and loses the second one: it ends with the first. */
static void a_part_that_is_taken(void)
{
    struct payment p = {
        .user_id = MEMBER, .amount_minor = PRICE, .months = 1, .provider = "test", .currency = "XTS"
    };
    struct reversal dispute = { .kind = REVERSAL_DISPUTE,
                                .provider = "test",
                                .provider_ref = "d",
                                .payment_ref = "p0",
                                .amount_minor = PRICE };
    struct unit_list units;
    struct sb wrong = { .a = a };

    begin();
    for (int i = 0; i < 2; i++) {
        p.paid_ms = ms_of(31 * 24); /* 1 January */
        p.provider_ref = arena_printf(a, "p%d", i);
        CHECK_INT(db_transact(money, book_it, &p), RC_OK);
    }
    t.now = 41 * 24;
    dispute.state = REVERSAL_OPEN;
    CHECK_INT(db_transact(money, apply_it, &dispute), RC_OK);
    t.now = 51 * 24;
    dispute.state = REVERSAL_UNDONE; /* ten days, what the second month pays for, 21 days */
    CHECK_INT(db_transact(money, apply_it, &dispute), RC_OK);
    dispute.provider_ref = "e";
    dispute.state = REVERSAL_OPEN;
    CHECK_INT(db_transact(money, apply_it, &dispute), RC_OK);
    CHECK_INT(unit_list(money, a, MEMBER, &units), RC_OK);
    CHECK_INT((int)units.n, 2);
    CHECK_INT(hour_of(units.items[0].starts_ms) / 24, 41); /* newest first */
    CHECK_INT(hour_of(units.items[0].ends_ms) / 24, 72);
    CHECK_INT(hour_of(units.items[1].starts_ms) / 24, 31);
    CHECK_INT(hour_of(units.items[1].ends_ms) / 24, 41);
    ask_audit(&wrong);
    CHECK_STR(wrong.buf ? wrong.buf : "", "");
}

int main(int argc, char **argv)
{
    static const struct check_case cases[] = {
        CASE(a_part_that_is_taken),
        CASE(random_sequences),
    };

    CHECK_CHOOSE(argc, argv, cases);
    admin = own_db("environment = test\npay_provider = test\ntax_bp = 0\nmin_unit_seconds = 60\n"
                   "settle_hours = 48\ngrace_days = 7\nclose_day = 3\nclawback = offset\n");
    a = arena_new(1 << 30);
    money = db_new(DB_MONEY, 60);
    make_site();
    check_run();
    db_close(money);
    arena_free(a);
    return check_done("unit_paid_time");
}
