/*
 * The economy compared with a model of it. Random sequences of events on a site (payments,
 * watching, refunds, disputes, settling, closing, maturing, payouts, in any order and often twice)
 * run through the real modules on a real database and, in parallel, through a small model without
 * accounts: it knows each paid month and calculates from it what every account must hold. Both are
 * compared after each step; after each sequence the audit must find nothing, and a creator whose
 * only viewer is himself must not have made money.
 *
 * Needs OVS_CONF of a running site. SEQUENCES=300 OPS=24 SEED=1 are the defaults; a failure prints the
 * seed and the steps that lead to it.
 */
#include "app/payout/renewal.h"
#include "app/reports/audit.h"
#include "app/income/payment.h"
#include "app/payout/payout.h"
#include "app/money/settle.h"
#include "app/money/uplift.h"
#include "app/income/voucher.h"
#include "base/sb.h"
#include "base/str.h"
#include "economy_model.h"
#include "own_db.h"

static struct arena *a;
static struct db *money, *auditor, *admin;
static const struct ledger_account_ref psp = { ACCOUNT_PSP, 0 };

/* Chance */

static uint64_t seed;

/* splitmix64 of Steele, Lea, Flood, "Fast Splittable Pseudorandom Number Generators", 2014. */
static uint64_t chance(void)
{
    uint64_t z = seed += UINT64_C(0x9e3779b97f4a7c15);

    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

static int64_t pick(int64_t from, int64_t to)
{
    return from + (int64_t)(chance() % (uint64_t)(to - from + 1));
}

/* The database */

struct balance {
    const char *code;
    int64_t minor;
};
SHAPE(balance_shape, struct balance, COLUMN(struct balance, code), COLUMN(struct balance, minor));
struct balance_list {
    struct balance *items;
    size_t n;
};
STMT(q_balances, &balance_shape,
     "SELECT a.code, CAST(SUM(IF(a.class IN ('asset', 'expense'), s.minor, -s.minor)) AS SIGNED)"
     " AS minor FROM (SELECT debit_id AS id, amount_minor AS minor FROM ledger_leg UNION ALL"
     " SELECT credit_id, -amount_minor FROM ledger_leg) s JOIN ledger_account a ON a.id = s.id"
     " GROUP BY a.id ORDER BY a.code");
STMT(
    q_watch, NULL,
    "INSERT INTO watch_day (user_id, day, video_id, creator_id, unit_id, credited_ms, raw_ms, lost)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, 0)");
STMT(q_watched, &number_shape,
     "SELECT CAST(COALESCE(SUM(credited_ms), 0) AS SIGNED) AS n FROM watch_day WHERE unit_id = ?"
     " AND creator_id = ?");
STMT(q_until, &number_shape,
     "SELECT COALESCE(MAX(paid_until_ms), 0) AS n FROM subscription WHERE user_id = ?");
STMT(q_gone, &number_shape,
     "SELECT CAST(COALESCE(SUM(amount_minor), 0) AS SIGNED) AS n FROM payout WHERE user_id = ?"
     " AND state IN ('sent', 'paid')");
STMT(q_a_payout, &number_shape,
     "SELECT COALESCE(MAX(id), 0) AS n FROM payout WHERE id > ? AND state IN ('sent', 'paid')");

STMT(q_hold, &number_shape, "SELECT COUNT(*) AS n FROM payout_hold WHERE open_user_id = ?");

static void script(const char *sql) { CHECK_INT(db_script(admin, sql), RC_OK); }

static int64_t number(const struct stmt *q, int64_t id)
{
    int64_t row = 0;
    CHECK_INT(db_number(admin, a, q, ARGS(I64(id)), &row), RC_OK);
    return row;
}

static int64_t user_of(int creator) { return MEMBERS + creator + 1; }

/* Deletes everything, including what triggers protect elsewhere. */
static void begin(void)
{
    memset(&m, 0, sizeof(m));
    m.now = INT64_C(1768003200000); /* 2026-01-10 */
    m.scaled = pick(0, 3) == 0;
    m.fees_shared = pick(0, 3) != 0;
    m.absorb = pick(0, 3) == 0;
    m.hold_ms = pick(0, 3) ? 30 * DAY_MS : 0;
    OWN_CONF->rule = m.scaled ? RULE_SCALED : RULE_USER;
    OWN_CONF->clawback = m.absorb ? CLAWBACK_ABSORB : CLAWBACK_OFFSET;
    OWN_CONF->hold_days = m.hold_ms / DAY_MS;
    OWN_CONF->fees = m.fees_shared ? FEES_SHARED : FEES_PLATFORM;
    script(
        "DELETE FROM ledger_balance; DELETE FROM ledger_leg; DELETE FROM ledger_tx;"
        "DELETE FROM ledger_account; DELETE FROM month_uplift; DELETE FROM month_close;"
        "DELETE FROM unit_share; DELETE FROM reversal_unit; DELETE FROM reversal;"
        "DELETE FROM paid_span; DELETE FROM paid_span_gone;"
        "DELETE FROM unit; DELETE FROM document; DELETE FROM receipt; DELETE FROM payment; DELETE FROM subscription;"
        "DELETE FROM watch_day; DELETE FROM watch_dirty; DELETE FROM voucher;"
        "UPDATE receipt_counter SET last = 0;"
        "DELETE FROM payout; DELETE FROM payout_run; DELETE FROM payout_hold;"
        "DELETE FROM test_payout; DELETE FROM audit_chain; DELETE FROM audit_verified;"
        "DELETE FROM audit_report; DELETE FROM ledger_unsummed; DELETE FROM ledger_unaudited");
}

static void make_users(void)
{
    for (int id = 1; id <= USERS; id++)
        script(arena_printf(a,
                            "INSERT INTO user (id, email, handle, display_name, created_ms) VALUES"
                            " (%d, 'u%d@example.org', 'u%d', 'U', 0)",
                            id, id, id));
    for (int c = 0; c < CREATORS; c++)
        script(arena_printf(a,
                            "INSERT INTO payee (user_id, provider, state, created_ms, updated_ms)"
                            " VALUES (%" PRId64 ", 'test', 'active', 0, 0)",
                            user_of(c)));
    script(
        "DROP TRIGGER document_stay; DROP TRIGGER receipt_stay; DROP TRIGGER ledger_account_stay; DROP TRIGGER ledger_tx_stay;"
        "DROP TRIGGER ledger_leg_stay; DROP TRIGGER audit_chain_stay;"
        "DROP TRIGGER audit_verified_stay");
}

/* Steps: events, in the database and in the model. Each describes in a few words what it did. */

static enum rc book_it(struct db *db, void *arg) { return payment_book(db, a, arg, psp); }

/* The units of a payment that was booked, with the numbers that the database gave them. */
static bool add_payment(int64_t user, const char *provider, const char *ref)
{
    struct payment p;
    struct unit_list units;

    CHECK_INT(payment_get(money, a, provider, ref, &p), RC_OK);
    CHECK_INT(unit_list(money, a, user, &units), RC_OK);
    struct paid *paid = &m.payments[m.n_payments++];
    *paid = (struct paid){ .user = user,
                           .amount = p.amount_minor,
                           .fee = p.fee_minor,
                           .ends = p.ends_ms,
                           .first = m.n_units,
                           .months = (int)p.months,
                           .provider = provider,
                           .ref = ref };
    for (size_t i = units.n; i-- > 0;) { /* newest first */
        const struct unit *u = &units.items[i];
        if (u->payment_id == p.id)
            m.units[m.n_units++] = (struct month_paid){ .id = u->id,
                                                        .user = user,
                                                        .payment = m.n_payments - 1,
                                                        .gross = u->gross_minor,
                                                        .tax = u->tax_minor,
                                                        .fee = u->fee_minor,
                                                        .starts = u->starts_ms,
                                                        .ends = u->ends_ms };
    }
    CHECK_INT(m.n_units - paid->first, p.months);
    script("DELETE FROM watch_dirty");
    return true;
}

/* What counting the days again would leave: nothing on days that are no longer an open month's. */
static void count_again(void)
{
    script(
        "DELETE w FROM watch_day w JOIN unit u ON u.id = w.unit_id AND u.settled_ms = 0"
        " JOIN (SELECT unit_id, day, SUM(credited_ms) AS ms FROM watch_day GROUP BY unit_id, day) d"
        " ON d.unit_id = w.unit_id AND d.day = w.day WHERE d.ms > (SELECT COALESCE(SUM("
        "LEAST(p.ends_ms, (d.day + 1) * 86400000) - GREATEST(p.starts_ms, d.day * 86400000)), 0)"
        " FROM paid_span p WHERE p.unit_id = d.unit_id AND p.starts_ms < (d.day + 1) * 86400000"
        " AND p.ends_ms > d.day * 86400000);"
        "DELETE FROM watch_dirty");
    for (struct month_paid *u = m.units; u < m.units + m.n_units; u++)
        for (int c = 0; c < CREATORS && u->settled == 0; c++)
            CHECK_INT(db_number(money, a, &q_watched, ARGS(I64(u->id), I64(user_of(c))), &u->ms[c]),
                      RC_OK);
}

/* Reversals move months; tests/unit_paid_time.c has a model of that. */
static void read_periods(void)
{
    struct unit_list units;

    for (int64_t user = 1; user <= USERS; user++) {
        CHECK_INT(unit_list(money, a, user, &units), RC_OK);
        for (size_t k = 0; k < units.n; k++)
            for (struct month_paid *u = m.units; u < m.units + m.n_units; u++)
                if (u->id == units.items[k].id) {
                    u->starts = units.items[k].starts_ms;
                    u->ends = units.items[k].ends_ms;
                }
    }
    count_again();
}

static bool pay(struct sb *said)
{
    struct payment p = { .user_id = pick(1, MEMBERS),
                         .amount_minor = pick(0, 4) ? PRICE : pick(1, 3000),
                         .months = pick(0, 5) ? 1 : pick(2, 12),
                         .paid_ms = m.now,
                         .provider = "test",
                         .provider_ref = arena_printf(a, "p%d", m.n_payments),
                         .currency = "XTS" };

    if (m.n_payments == PAYMENTS || m.n_units > UNITS - 12)
        return false;
    p.tax_minor = payment_tax_minor(p.amount_minor);
    p.fee_minor = pick(0, 9) ? 40 : pick(0, p.amount_minor);
    p.fee_minor = MIN_OF(p.fee_minor, p.amount_minor);
    CHECK_INT(db_transact(money, book_it, &p), RC_OK);
    CHECK_INT(db_transact(money, book_it, &p), RC_OK); /* booked twice */
    sb_addf(said, "user %" PRId64 " pays %" PRId64 " for %" PRId64 " months", p.user_id,
            p.amount_minor, p.months);
    m.cash_in += p.amount_minor;
    m.fees += p.fee_minor;
    return add_payment(p.user_id, "test", p.provider_ref);
}

static bool redeem(struct sb *said)
{
    const struct voucher v = { .months = pick(1, 3),
                               .value_minor = pick(0, 2) * PRICE,
                               .created_ms = m.now,
                               .expires_ms = m.now + 400 * DAY_MS,
                               .currency = "XTS",
                               .note = "" };
    int64_t user = pick(1, MEMBERS - 1);
    const char *code;
    struct problem why;

    if (m.n_payments == PAYMENTS || m.n_units > UNITS - 12)
        return false;
    CHECK_INT(voucher_create(money, a, &v, psp, &code), RC_OK);
    m.cash_in += v.value_minor;
    int64_t tax = payment_tax_minor(v.value_minor);
    m.vouchers += v.value_minor - tax;
    m.voucher_tax += tax;
    if (pick(0, 3) == 0) { /* not redeemed */
        sb_addf(said, "a voucher of %" PRId64 " is sold", v.value_minor);
        return true;
    }
    CHECK_INT(voucher_redeem(money, a, user, "n", code, m.now, &why), RC_OK);
    CHECK(voucher_redeem(money, a, user, "n", code, m.now, &why) != RC_OK);
    sb_addf(said, "user %" PRId64 " redeems a voucher of %" PRId64, user, v.value_minor);
    m.vouchers -= v.value_minor - tax;
    m.voucher_tax -= tax;
    STMT(q_last_voucher, &number_shape, "SELECT MAX(id) AS n FROM voucher WHERE id > ?");
    return add_payment(user, "voucher",
                       arena_printf(a, "voucher_%" PRId64, number(&q_last_voucher, 0)));
}

static bool watch(struct sb *said)
{
    int i = (int)pick(0, MAX_OF(m.n_units - 1, 0)), c;
    struct month_paid *u = &m.units[i];
    int64_t ms = pick(0, 3) ? pick(1, 3000000) : pick(1, 59999);

    if (m.n_units == 0 || u->starts > m.now || m.now >= u->ends || u->settled)
        return false;
    do /* only the last member watches the last creator */
        c = u->user == MEMBERS ? CREATORS - 1 : (int)pick(0, CREATORS - 2);
    while (user_of(c) == u->user);
    CHECK_INT(db_run(admin, &q_watch,
                     ARGS(I64(u->user), I64(m.now / DAY_MS), I64(++m.video), I64(user_of(c)),
                          I64(u->id), I64(ms), I64(ms)),
                     NULL),
              RC_OK);
    count_again();
    sb_addf(said, "unit %d watches creator %d for %" PRId64 " ms", i, c, ms);
    return true;
}

struct applying {
    struct reversal r;
    int64_t now;
};

static enum rc apply_it(struct db *db, void *arg)
{
    const struct applying *x = arg;
    return reversal_apply(db, a, &x->r, psp, x->now);
}

static enum rc apply(int i, enum reversal_state state)
{
    const struct given_back *g = &m.reversals[i];
    struct applying x = { .r = { .kind = g->kind,
                                 .state = state,
                                 .provider = "test",
                                 .provider_ref = arena_printf(a, "r%d", i),
                                 .payment_ref = m.payments[g->payment].ref,
                                 .amount_minor = g->amount,
                                 .fee_minor = g->fee },
                          .now = m.now };
    return db_transact(money, apply_it, &x);
}

static void freeze(const struct given_back *g, int by)
{
    const struct paid *p = &m.payments[g->payment];

    for (int i = 0; i < p->months; i++)
        m.units[p->first + i].frozen += by;
}

/* From the last month backwards. */
static void take_back(struct given_back *g)
{
    const struct paid *p = &m.payments[g->payment];
    int64_t left = g->amount;

    for (int i = p->months; left > 0 && i-- > 0;) {
        struct month_paid *u = &m.units[p->first + i];
        int64_t part = MIN_OF(left, u->gross - u->back);
        if (part == 0)
            continue;
        g->unit[g->parts] = p->first + i;
        g->part[g->parts++] = part;
        give_back(u, u->back + part);
        left -= part;
    }
    CHECK_INT(left, 0);
    m.refunds += g->amount;
    m.dispute_fees += g->fee;
}

static bool reverse(struct sb *said)
{
    int p = (int)pick(0, MAX_OF(m.n_payments - 1, 0));
    struct given_back *g = &m.reversals[m.n_reversals];
    bool dispute = pick(0, 2) == 0;
    int64_t left = 0;

    if (m.n_payments == 0 || m.n_reversals == REVERSALS || !str_eq(m.payments[p].provider, "test"))
        return false;
    for (int i = 0; i < m.payments[p].months; i++)
        left += m.units[m.payments[p].first + i].gross - m.units[m.payments[p].first + i].back;
    for (int i = 0; i < m.n_reversals; i++)
        if (m.reversals[i].payment == p && m.reversals[i].state == IS_OPEN)
            left -= m.reversals[i].amount;
    *g = (struct given_back){ .payment = p,
                              .amount = pick(0, 2) && left > 0 ? left : pick(1, left + 1),
                              .kind = dispute ? REVERSAL_DISPUTE : REVERSAL_REFUND,
                              .fee = dispute ? 15 : 0 };
    bool begun = pick(0, 2) == 0;
    enum rc rc = apply(m.n_reversals, begun ? REVERSAL_OPEN : REVERSAL_DONE);
    CHECK_INT(rc, g->amount <= left ? RC_OK : RC_INVALID);
    sb_addf(said, "%s %d of payment %d: %" PRId64 "%s", dispute ? "dispute" : "refund",
            m.n_reversals, p, g->amount, begun ? " begins" : "");
    if (g->amount > left)
        return true;
    CHECK_INT(apply(m.n_reversals, begun ? REVERSAL_OPEN : REVERSAL_DONE), RC_OK);
    if (begun)
        freeze(g, +1);
    else
        take_back(g);
    g->state = begun ? IS_OPEN : IS_DONE;
    m.n_reversals++;
    read_periods();
    return true;
}

/* A reversal that was made is completed, undone, or repeated. */
static bool go_on(struct sb *said)
{
    int i = (int)pick(0, MAX_OF(m.n_reversals - 1, 0));
    struct given_back *g = &m.reversals[i];
    bool undo = pick(0, 1);

    if (m.n_reversals == 0)
        return false;
    enum rc rc = apply(i, undo ? REVERSAL_UNDONE : REVERSAL_DONE);
    CHECK_INT(rc, g->state == IS_UNDONE && !undo ? RC_CONFLICT : RC_OK);
    sb_addf(said, "reversal %d is %s", i, undo ? "undone" : "done");
    if (g->state == IS_UNDONE)
        return true;
    if (g->state == IS_OPEN)
        freeze(g, -1);
    if (g->state == IS_OPEN && !undo)
        take_back(g);
    if (g->state == IS_DONE && undo) {
        for (int k = 0; k < g->parts; k++)
            give_back(&m.units[g->unit[k]], m.units[g->unit[k]].back - g->part[k]);
        m.refunds -= g->amount;
        m.dispute_fees -= g->fee;
    }
    g->state = undo ? IS_UNDONE : IS_DONE;
    read_periods();
    return true;
}

static bool settle(struct sb *said)
{
    struct settled sum;
    int64_t units = 0;

    CHECK_INT(settle_run(money, a, m.now, false, &sum, NULL), RC_OK);
    for (struct month_paid *u = m.units; u < m.units + m.n_units; u++) {
        if (u->settled || u->frozen || u->ends > m.now - 48 * HOUR_MS)
            continue;
        u->settled = m.now;
        u->seconds = 0;
        for (int c = 0; c < CREATORS; c++)
            u->seconds += u->share_seconds[c] = u->ms[c] / SECOND_MS;
        divide_with(u, u->back);
        u->posted = u->net > 0;
        u->has_shares = u->net > 0 && u->seconds >= MIN_SECONDS;
        units++;
    }
    CHECK_INT(sum.units, units);
    sb_addf(said, "%" PRId64 " units are settled", units);
    return true;
}

static void divide_pool(struct closed_month *month, int64_t idle_left)
{
    struct contribution list[UNITS];
    int64_t in = 0;
    size_t n = 0;

    for (int i = 0; i < m.n_units; i++) {
        const struct month_paid *u = &m.units[i];
        if (u->settled == 0 || month_of(u->settled) != month->month || u->idle || !u->has_shares)
            continue;
        in += u->creators;
        list[n++] = (struct contribution){ i, u->net, u->seconds, 0 };
    }
    divide_scaled(MAX_OF(in + idle_left, 0), list, n);
    month->from_pool = in;
    for (size_t k = 0; k < n; k++) {
        struct month_paid *u = &m.units[list[k].id];
        struct part parts[CREATORS];
        for (int c = 0; c < CREATORS; c++)
            parts[c] = (struct part){ c, u->share_seconds[c], 0 };
        month->from_pool -= divide_by_weight(list[k].amount, parts, CREATORS);
        for (int c = 0; c < CREATORS; c++)
            u->share[c] = parts[c].amount;
    }
}

static void close_one(int64_t month)
{
    struct closed_month *next = &m.months[m.n_months];
    struct uplift uplift = { .a = arena_new(1 << 20) };
    struct tally_list earned, raised;
    struct balances b;
    int64_t from, to, later = 0;

    work_out(&b);
    month_span(month, &from, &to);
    *next = (struct closed_month){ .month = month, .closed = m.now };
    for (struct month_paid *u = m.units; u < m.units + m.n_units; u++) {
        const struct uplift_terms terms = { SHARE_BP, u->creators - u->idle, u->platform };
        if (u->settled >= to)
            later += u->idle;
        if (u->settled && month_of(u->settled) == month && !m.scaled)
            for (int c = 0; c < CREATORS; c++)
                uplift_add(&uplift, &terms, c, u->share[c]);
    }
    int64_t idle = b.idle - later;
    uplift_divide(&uplift, MAX_OF(idle, 0), &earned, &raised);
    for (size_t i = 0; i < raised.n; i++) {
        next->earned[earned.items[i].creator_id] = earned.items[i].minor;
        next->uplift[raised.items[i].creator_id] = raised.items[i].minor;
    }
    arena_free(uplift.a);
    if (m.scaled)
        divide_pool(next, idle);
    m.n_months++;
    for (struct month_paid *u = m.units; u < m.units + m.n_units; u++)
        if (u->settled && month_of(u->settled) == month)
            u->closed = true;
}

static bool close_months(struct sb *said)
{
    struct month last;
    int64_t closed = 0, first = INT64_MAX, month, from, to;
    int before = m.n_months;

    enum rc rc = month_close_due(money, a, m.now, MONTHS, &closed, &last);
    for (int i = 0; i < m.n_units; i++)
        if (m.units[i].settled)
            first = MIN_OF(first, m.units[i].settled);
    while (m.n_months || first < INT64_MAX) {
        month = month_of(first);
        if (m.n_months) {
            month_span(m.months[m.n_months - 1].month, &from, &to);
            month = month_of(to);
        }
        month_span(month, &from, &to);
        if (m.now < to + 2 * DAY_MS + 2 * HOUR_MS || m.n_months == MONTHS)
            break;
        close_one(month);
    }
    CHECK_INT(closed, m.n_months - before);
    CHECK_INT(rc, closed ? RC_OK : RC_NOT_FOUND);
    sb_addf(said, "%" PRId64 " months are closed", closed);
    return true;
}

static bool mature(struct sb *said)
{
    struct matured sum;

    int64_t units = 0, months = 0;

    CHECK_INT(mature_run(money, a, m.now, false, &sum), RC_OK);
    for (struct month_paid *u = m.units; u < m.units + m.n_units; u++)
        if (u->settled && !u->matured && !u->frozen && u->settled + m.hold_ms <= m.now &&
            (!m.scaled || u->closed)) {
            u->matured = m.now;
            units++;
        }
    for (struct closed_month *month = m.months; month < m.months + m.n_months; month++) {
        bool has_units = false;
        for (int i = 0; i < m.n_units; i++)
            has_units = has_units ||
                        (m.units[i].settled && month_of(m.units[i].settled) == month->month);
        if (month->matured)
            continue;
        if (month->closed + (has_units ? m.hold_ms : 0) > m.now)
            break; /* in their order */
        month->matured = m.now;
        months++;
    }
    CHECK_INT(sum.units, units);
    CHECK_INT(sum.months, months);
    sb_addf(said, "%" PRId64 " units and %" PRId64 " months mature", sum.units, sum.months);
    return true;
}

/* tests/payout.test.mjs tests whom a run pays; here, whatever it pays must have been payable. */
static void count_payouts(void)
{
    for (int c = 0; c < CREATORS; c++)
        m.paid_out[c] = number(&q_gone, user_of(c));
}

static bool pay_out(struct sb *said)
{
    struct payout_sum sum = { 0 };
    struct problem why;
    struct balances before;

    work_out(&before);
    enum rc rc = payout_run(money, a, m.now, &sum, &why);
    CHECK(rc == RC_OK || rc == RC_NOT_FOUND || rc == RC_DENIED);
    int64_t was[CREATORS];
    memcpy(was, m.paid_out, sizeof(was));
    count_payouts();
    for (int c = 0; c < CREATORS; c++)
        CHECK(m.absorb || m.paid_out[c] == was[c] || m.paid_out[c] - was[c] == before.payable[c]);
    sb_addf(said, "%" PRId64 " payouts of %" PRId64, sum.sent, sum.minor);
    return true;
}

static bool return_payout(struct sb *said)
{
    int64_t id = number(&q_a_payout, 0);

    if (id == 0)
        return false;
    CHECK_INT(payout_return(money, a, id, "no such account", m.now), RC_OK);
    script("UPDATE payee SET state = 'active'");
    count_payouts();
    sb_addf(said, "payout %" PRId64 " comes back", id);
    return true;
}

static bool pay_from_earned(struct sb *said)
{
    int c = (int)pick(0, CREATORS - 1);
    int64_t until = number(&q_until, user_of(c));
    struct problem why;
    int64_t payable;

    if (m.n_payments == PAYMENTS || m.n_units > UNITS - 12)
        return false;
    CHECK_INT(ledger_balance(money, a,
                             (struct ledger_account_ref){ ACCOUNT_CREATOR_PAYABLE, user_of(c) },
                             "XTS", &payable),
              RC_OK);
    enum rc rc = renewal_pay(money, a, user_of(c), until, m.now, &why);
    bool may = payable >= PRICE && number(&q_hold, user_of(c)) == 0;
    CHECK_INT(rc, may ? RC_OK : RC_DENIED);
    sb_addf(said, "creator %d pays from earnings", c);
    if (rc != RC_OK)
        return true;
    m.spent[c] += PRICE;
    return add_payment(user_of(c), "earnings",
                       arena_printf(a, "%" PRId64 "_%" PRId64, user_of(c), until));
}

static bool time_passes(struct sb *said)
{
    int64_t days = pick(1, 25);

    m.now += days * DAY_MS + pick(0, HOUR_MS);
    sb_addf(said, "%" PRId64 " days pass", days);
    return true;
}

/* What the jobs do in the next six weeks, when nothing else happens. */
static bool month_passes(struct sb *said)
{
    m.now += pick(32, 45) * DAY_MS;
    sb_str(said, "weeks pass: ");
    settle(said);
    sb_str(said, ", ");
    close_months(said);
    sb_str(said, ", ");
    return mature(said);
}

/* Sequences */

static const struct {
    bool (*step)(struct sb *said); /* false: there was nothing to do it to */
    int weight;
} steps[] = {
    { month_passes, 4 },  { pay, 5 },    { watch, 8 },           { time_passes, 6 }, { settle, 4 },
    { close_months, 3 },  { mature, 3 }, { reverse, 4 },         { go_on, 3 },       { pay_out, 2 },
    { return_payout, 1 }, { redeem, 1 }, { pay_from_earned, 1 },
};

/* Tries steps until one is possible; steps that never change anything a second time are sometimes
 * done twice. */
static void take_step(struct sb *said)
{
    int sum = 0, i, at;
    bool done = false;

    for (size_t k = 0; k < COUNT(steps); k++)
        sum += steps[k].weight;
    while (!done) {
        at = (int)pick(0, sum - 1);
        for (i = 0; at >= steps[i].weight; i++)
            at -= steps[i].weight;
        done = steps[i].step(said);
    }
    bool is_run = steps[i].step == settle || steps[i].step == close_months ||
                  steps[i].step == mature || steps[i].step == pay_out;
    if (is_run && pick(0, 2) == 0) {
        sb_str(said, ", and again ");
        steps[i].step(said);
    }
}

static bool same(struct sb *o, const char *code, int64_t is, int64_t want)
{
    if (is == want)
        return true;
    sb_addf(o, "  %s is %" PRId64 ", the model says %" PRId64 "\n", code, is, want);
    return false;
}

static int64_t find(const struct balance_list *list, const char *code)
{
    for (size_t i = 0; i < list->n; i++)
        if (str_eq(list->items[i].code, code))
            return list->items[i].minor;
    return 0;
}

static int64_t find_own(const struct balance_list *list, enum account_kind kind, int c)
{
    return find(list, ledger_code(a, (struct ledger_account_ref){ kind, user_of(c) }));
}

static bool compare_creators(struct sb *o, const struct balance_list *is,
                             const struct balances *want)
{
    bool ok = same(o, "exp:writeoff", find(is, "exp:writeoff"), 0);

    for (int c = 0; c < CREATORS; c++) {
        ok &= same(o, "held", find_own(is, ACCOUNT_CREATOR_HELD, c), want->held[c]);
        ok &= same(o, "payable", find_own(is, ACCOUNT_CREATOR_PAYABLE, c), want->payable[c]);
        ok &= same(o, "transit", find_own(is, ACCOUNT_CREATOR_TRANSIT, c), 0);
        ok &= same(o, "member", find_own(is, ACCOUNT_MEMBER, c), 0);
    }
    return ok;
}

/* Where the platform bears what creators no longer have, nobody owes, and it bears exactly that. */
static bool compare_absorbed(struct sb *o, const struct balance_list *is,
                             const struct balances *want)
{
    int64_t have = 0, model = find(is, "exp:writeoff");
    bool ok = true;

    for (int c = 0; c < CREATORS; c++) {
        int64_t held = find_own(is, ACCOUNT_CREATOR_HELD, c);
        int64_t payable = find_own(is, ACCOUNT_CREATOR_PAYABLE, c);
        ok &= same(o, "less than nothing held", MIN_OF(held, 0), 0);
        ok &= same(o, "less than nothing payable", MIN_OF(payable, 0), 0);
        have += held + payable;
        model += want->held[c] + want->payable[c];
    }
    return same(o, "what creators have and what was borne", have, model) && ok;
}

/* The first difference; "" for none. */
static const char *compare(void)
{
    struct sb o = { .a = a };
    struct balance_list is;
    struct balances want;
    bool ok = true;

    sb_str(&o, "");
    work_out(&want);
    if (DB_LIST(money, a, &q_balances, NO_ARGS, DB_ROWS_MAX, &is) != RC_OK)
        return "the balances cannot be read\n";
    const struct {
        const char *code;
        int64_t want;
    } site[] = {
        { "asset:psp", want.psp },          { "liab:vat", want.vat },
        { "liab:deferred", want.deferred }, { "rev:platform", want.platform },
        { "liab:idle", want.idle },         { "liab:pool", want.pool },
        { "exp:fees_lost", want.lost },     { "exp:dispute", want.disputes },
        { "liab:voucher", want.vouchers },
    };
    for (size_t i = 0; i < COUNT(site); i++)
        ok &= same(&o, site[i].code, find(&is, site[i].code), site[i].want);
    ok &= m.absorb ? compare_absorbed(&o, &is, &want) : compare_creators(&o, &is, &want);
    return ok ? "" : o.buf;
}

/* Only the last member watches the last creator. What both have in the end is at most what that
 * member paid and was not refunded, plus less than a minor unit for each division. */
static const char *fraud(void)
{
    struct balances b;
    int64_t paid = 0, units = 0;
    int c = CREATORS - 1;

    work_out(&b);
    for (struct month_paid *u = m.units; u < m.units + m.n_units; u++)
        if (u->user == MEMBERS) {
            paid += u->gross - u->back;
            units++;
        }
    int64_t got = b.held[c] + b.payable[c] + m.paid_out[c] + m.spent[c];
    if (m.absorb) /* the platform has chosen to bear it */
        return "";
    return got <= paid + units
               ? ""
               : arena_printf(a, "  paid %" PRId64 ", got %" PRId64 "\n", paid, got);
}

static const char *audited(void)
{
    static int64_t audits; /* every second one reads only what is new */
    struct audit_result result;
    const char *wrong = "";

    if (audit_run(auditor, a, m.now, audits++ % 2, &result) != RC_OK)
        return "the audit failed\n";
    /* nobody is late here: a sequence leaves undone what it likes */
    int64_t waiting = 0;
    const char *list = strstr(result.report, "waiting: ");
    if (list && str_to_i64(list + 9, strcspn(list + 9, "\n"), 0, 1000, &waiting) != RC_OK)
        waiting = 0;
    if (result.findings > waiting)
        wrong = result.report;
    return wrong;
}

/* Runs a sequence; "" when all is well. `said` has the steps so far. */
static const char *run_sequence(uint64_t first, int ops, bool audit_each, struct sb *said)
{
    const char *wrong = "";
    int bad = checks_bad;

    seed = first;
    begin();
    for (int i = 0; i < ops && !*wrong; i++) {
        sb_addf(said, "  %2d. ", i + 1);
        take_step(said);
        sb_str(said, "\n");
        wrong = compare();
        if (!*wrong && checks_bad > bad)
            wrong = "  a check failed\n";
        if (!*wrong && (audit_each || i == ops - 1))
            wrong = audited();
        if (!*wrong)
            wrong = fraud();
    }
    return wrong;
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
    int64_t n = setting("SEQUENCES", 300), ops = setting("OPS", 24), first = setting("SEED", 1);

    for (int64_t i = 0; i < n; i++) {
        struct sb said = { .a = a };
        const char *wrong = run_sequence((uint64_t)(first + i), (int)ops, false, &said);
        checks_run++;
        if (*wrong) { /* again, to find the step at which the audit would have noticed */
            said = (struct sb){ .a = a };
            wrong = run_sequence((uint64_t)(first + i), (int)ops, true, &said);
            checks_bad++;
            printf("  SEED=%" PRId64 " SEQUENCES=1 OPS=%" PRId64 "%s:\n%s%s", first + i, ops,
                   m.scaled ? ", rule scaled" : "", said.buf, wrong);
            return;
        }
        arena_reset(a);
    }
}

int main(int argc, char **argv)
{
    static const struct check_case cases[] = {
        CASE(random_sequences),
    };

    CHECK_CHOOSE(argc, argv, cases);
    admin = own_db("environment = test\npay_provider = test\nprice_minor = 999\ntax_bp = 2000\n"
                   "share_bp = 7000\nidle = uplift\nmin_unit_seconds = 60\nhold_days = 30\n"
                   "settle_hours = 48\nclose_day = 3\nclawback = offset\npayout_day = 5\n"
                   "payout_threshold_minor = 100\npayout_first_days = 0\n"
                   "voucher_tries_per_hour = 10000\n");
    a = arena_new(1 << 30);
    money = db_new(DB_MONEY, 60);
    auditor = db_new(DB_MONEY, 60);
    make_users();
    check_run();
    db_close(money);
    db_close(auditor);
    arena_free(a);
    return check_done("unit_economy");
}
