/*
 * economy_model: what every account of a small site must hold, calculated from its paid months; for
 * tests/unit_economy.c. It keeps no accounts and does not use postings, jobs or tables, so that its
 * errors would not be those of the modules. The arithmetic of a division is
 * lib/app/money/divide.h's, which has test vectors of its own.
 */
#ifndef TESTS_ECONOMY_MODEL_H
#define TESTS_ECONOMY_MODEL_H
#include "app/money/month.h"
#include "app/income/reversal.h"
#include "app/money/unit.h"
#include "base/clock.h"

enum {
    MEMBERS = 4, /* users 1 to 4, of whom the last watches only the last creator */
    CREATORS = 3,
    USERS = MEMBERS + CREATORS, /* creators are users 5 to 7 and may also pay */
    UNITS = 200,
    PAYMENTS = 64,
    REVERSALS = 64,
    MONTHS = 48,
    PAYOUTS = 64,
    SHARE_BP = 7000,
    MIN_SECONDS = 60,
    PRICE = 999,
};

struct month_paid { /* a unit */
    int64_t id, user, payment, gross, tax, fee, starts, ends;
    int64_t back, back0;  /* refunded: in all, and before it was settled */
    int64_t ms[CREATORS]; /* credited */
    int64_t settled, matured, frozen, seconds;
    int64_t net, shortfall, creators, platform, idle;
    bool has_shares, closed, posted; /* posted: there was something to divide */
    int64_t share_seconds[CREATORS], share[CREATORS], reversed[CREATORS];
};
struct paid {
    int64_t user, amount, fee, ends;
    int first, months; /* units */
    const char *provider, *ref;
};
struct given_back {
    int payment, first_unit, parts;
    int64_t amount, fee, part[12], unit[12];
    enum reversal_kind kind;
    enum { IS_OPEN, IS_DONE, IS_UNDONE } state;
};
struct closed_month {
    int64_t month, uplift[CREATORS], earned[CREATORS], closed, matured, from_pool;
};

static struct {
    bool scaled, fees_shared, absorb;
    int64_t now, hold_ms;
    struct month_paid units[UNITS];
    int n_units;
    struct paid payments[PAYMENTS];
    int n_payments;
    struct given_back reversals[REVERSALS];
    int n_reversals;
    struct closed_month months[MONTHS];
    int n_months;
    int64_t cash_in, vouchers, voucher_tax /* of those not redeemed */, fees, refunds, dispute_fees,
        paid_out[CREATORS], spent[CREATORS];
    int64_t video; /* the next one */
} m;

static void split(const struct month_paid *u, int64_t back, struct unit_split *out)
{
    const struct unit unit = {
        .gross_minor = u->gross, .tax_minor = u->tax, .fee_minor = u->fee, .refunded_minor = back
    };
    unit_split(&unit, SHARE_BP, m.fees_shared, out);
}

static int64_t tax_back(const struct month_paid *u, int64_t back)
{
    return u->gross ? u->tax * back / u->gross : 0;
}

/* Divides what the creators get, as if that much had been refunded before it was settled. */
static void divide_with(struct month_paid *u, int64_t back)
{
    struct unit_split s;
    struct part parts[CREATORS];

    split(u, back, &s);
    u->net = s.net, u->shortfall = s.shortfall;
    u->creators = s.creators, u->platform = s.platform;
    u->back0 = back;
    for (int c = 0; c < CREATORS; c++)
        parts[c] = (struct part){ c, u->share_seconds[c], 0 };
    if (u->seconds < MIN_SECONDS) {
        u->idle = u->creators;
        return;
    }
    u->idle = 0;
    if (m.scaled)
        return;
    divide_by_weight(u->creators, parts, CREATORS);
    for (int c = 0; c < CREATORS; c++)
        u->share[c] = parts[c].amount;
}

static void give_back(struct month_paid *u, int64_t back)
{
    if (u->settled && !u->posted) {
        struct unit_split s;
        split(u, back, &s);
        u->shortfall = s.shortfall;
        u->back0 = back;
        if (s.net > 0 || (u->back == u->gross && back < u->gross)) { /* open again */
            u->settled = u->matured = 0;
            u->closed = false;
        }
    } else if (u->settled && !u->closed) {
        divide_with(u, back);
    } else if (u->settled) {
        if (back < u->back0) { /* no creator's share any more: idle */
            struct unit_split s;
            split(u, back, &s);
            u->idle += s.creators - u->creators;
            u->net = s.net, u->shortfall = s.shortfall;
            u->creators = s.creators, u->platform = s.platform;
            u->back0 = back;
        }
        for (int c = 0; c < CREATORS; c++)
            u->reversed[c] = back > u->back0
                                 ? u->share[c] * (back - u->back0) / (u->gross - u->back0)
                                 : 0;
    }
    u->back = back;
}

/* floor(x * f) of a closed month */
static int64_t taken(const struct month_paid *u, int64_t x)
{
    return u->closed && u->back > u->back0 ? x * (u->back - u->back0) / (u->gross - u->back0) : 0;
}

struct balances {
    int64_t psp, vat, deferred, platform, idle, pool, lost, disputes, vouchers;
    int64_t held[CREATORS], payable[CREATORS];
};

static void add_unit(struct balances *b, const struct month_paid *u)
{
    struct unit_split s;
    int64_t reversed = 0;

    split(u, u->back, &s);
    b->vat += u->tax - tax_back(u, u->back);
    if (u->settled == 0) {
        b->deferred += s.net;
        b->lost += s.shortfall;
        return;
    }
    b->platform += u->platform - taken(u, u->platform);
    for (int c = 0; c < CREATORS; c++) {
        int64_t *account = u->matured ? &b->payable[c] : &b->held[c];
        *account += u->share[c] - u->reversed[c];
        reversed += u->reversed[c];
    }
    b->idle += u->idle - taken(u, u->creators) + reversed;
    if (m.scaled && !u->closed)
        b->pool += u->creators - u->idle;
    b->lost += u->shortfall;
    if (u->closed && u->back > u->back0)
        b->lost += u->back - u->back0 - tax_back(u, u->back) + tax_back(u, u->back0) -
                   taken(u, u->creators) - taken(u, u->platform);
}

/* How much of a creator's uplift refunds took back. */
static int64_t uplift_back(const struct closed_month *month, int c)
{
    int64_t sum = 0;

    for (struct month_paid *u = m.units; u < m.units + m.n_units; u++)
        if (u->closed && u->settled && month_of(u->settled) == month->month && u->back > u->back0)
            sum += u->share[c] * (u->back - u->back0) * month->uplift[c] /
                   ((u->gross - u->back0) * MAX_OF(month->earned[c], 1));
    return m.scaled ? 0 : sum;
}

static void work_out(struct balances *b)
{
    *b = (struct balances){ 0 };
    b->psp = m.cash_in - m.fees - m.refunds - m.dispute_fees;
    b->disputes = m.dispute_fees;
    b->vouchers = m.vouchers;
    b->vat += m.voucher_tax;
    for (int i = 0; i < m.n_units; i++)
        add_unit(b, &m.units[i]);
    for (int i = 0; i < m.n_months; i++) {
        const struct closed_month *month = &m.months[i];
        b->idle += month->from_pool;
        for (int c = 0; c < CREATORS; c++) {
            int64_t left = month->uplift[c] - uplift_back(month, c);
            *(month->matured ? &b->payable[c] : &b->held[c]) += left;
            b->idle -= left;
        }
    }
    for (int c = 0; c < CREATORS; c++) {
        b->payable[c] -= m.paid_out[c] + m.spent[c];
        b->psp -= m.paid_out[c];
    }
}
#endif
