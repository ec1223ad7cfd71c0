#include "app/income/payment.h"
#include "app/income/receipt.h"
#include "app/money/policy.h"
#include "app/income/subscription.h"
#include "app/money/unit.h"
#include "base/clock.h"
#include "base/conf.h"
#include "base/str.h"

__extension__ typedef __int128 wide; /* products of two amounts */

SHAPE(payment_shape, struct payment, COLUMN(struct payment, id), COLUMN(struct payment, user_id),
      COLUMN(struct payment, amount_minor), COLUMN(struct payment, tax_minor),
      COLUMN(struct payment, fee_minor), COLUMN(struct payment, months),
      COLUMN(struct payment, starts_ms), COLUMN(struct payment, ends_ms),
      COLUMN(struct payment, paid_ms), COLUMN(struct payment, receipt),
      COLUMN(struct payment, provider), COLUMN(struct payment, provider_ref),
      COLUMN(struct payment, currency));
#define PAYMENTS                                                                                   \
    "SELECT p.id, p.user_id, p.amount_minor, p.tax_minor, p.fee_minor, p.months, p.starts_ms,"     \
    " p.ends_ms, p.paid_ms, r.number AS receipt, p.provider, p.provider_ref, p.currency"           \
    " FROM payment p LEFT JOIN receipt r ON r.payment_id = p.id AND r.reversal_id = 0"

STMT(q_by_ref, &payment_shape, PAYMENTS " WHERE p.provider = ? AND p.provider_ref = ?");
STMT(q_by_receipt, &payment_shape, PAYMENTS " WHERE r.number = ?");
STMT(q_payments, &payment_shape,
     PAYMENTS " WHERE p.user_id = ? ORDER BY p.starts_ms DESC, p.id DESC");
STMT(q_add, NULL,
     "INSERT INTO payment (user_id, provider, provider_ref, amount_minor, tax_minor, fee_minor,"
     " currency, months, starts_ms, ends_ms, paid_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");

/* minor * part / of, half a minor unit rounded up */
static int64_t rounded(int64_t minor, int64_t part, int64_t of)
{
    return (int64_t)(((wide)minor * part * 2 + of) / ((wide)2 * of));
}

static int64_t included(int64_t gross_minor, int64_t tax_bp)
{
    return rounded(gross_minor, tax_bp, SHARE_ALL_BP + tax_bp);
}

int64_t payment_tax_minor(int64_t gross_minor) { return included(gross_minor, conf()->tax_bp); }

int64_t payment_tax_bp(int64_t gross_minor, int64_t tax_minor)
{
    static const int64_t steps_bp[] = { 100, 50, 10, 1 };

    if (tax_minor == 0)
        return 0;
    for (size_t i = 0; i < COUNT(steps_bp); i++)
        for (int64_t bp = steps_bp[i]; bp < SHARE_ALL_BP; bp += steps_bp[i])
            if (included(gross_minor, bp) == tax_minor)
                return bp;
    return tax_minor * SHARE_ALL_BP / MAX_OF(gross_minor - tax_minor, 1);
}

int64_t payment_fee_minor(int64_t gross_minor)
{
    int64_t fee = conf()->fee_minor + rounded(gross_minor, conf()->fee_bp, SHARE_ALL_BP);

    return MIN_OF(fee, gross_minor);
}

static bool says_the_same(const struct payment *p, const struct payment *before)
{
    return p->user_id == before->user_id && p->amount_minor == before->amount_minor &&
           p->months == before->months && str_eq(p->currency, before->currency);
}

/* Equal parts, the odd minor units to the first ones, so that no tax exceeds its gross. */
static void divide_evenly(int64_t total, size_t n, struct part parts[static PAYMENT_MONTHS_MAX])
{
    for (size_t i = 0; i < n; i++)
        parts[i] = (struct part){ .id = (int64_t)i, .weight = 1 };
    divide_by_weight(total, parts, n);
}

/* The time that a payment gives: a calendar month for each unit, which are numbered -1, -2, ...
 * until they exist. */
static enum rc plan_time(struct db *db, struct arena *a, struct payment *p, int64_t now_ms,
                         struct claim claims[PAYMENT_MONTHS_MAX], struct subscription_change *x)
{
    for (int64_t i = 0; i < p->months; i++)
        claims[i] = (struct claim){ .unit_id = -1 - i, .is = UNIT_PAID, .until_ms = INT64_MAX };
    *x = (struct subscription_change){ .time = { .user_id = p->user_id,
                                                 .now_ms = now_ms,
                                                 .claims = claims,
                                                 .n = (size_t)p->months } };
    TRY(subscription_plan(db, a, p->provider, x));
    const struct span_list *all = &x->time.after;
    p->starts_ms = all->items[all->n - (size_t)p->months].starts_ms;
    p->ends_ms = all->items[all->n - 1].ends_ms;
    return RC_OK;
}

/* Add the payment's units, to which its time and its postings refer. */
static enum rc add_units(struct db *db, struct arena *a, const struct payment *p,
                         struct subscription_change *x, struct unit units[PAYMENT_MONTHS_MAX],
                         struct policy *policy)
{
    struct part gross[PAYMENT_MONTHS_MAX], tax[PAYMENT_MONTHS_MAX], fee[PAYMENT_MONTHS_MAX];
    size_t n = (size_t)p->months;
    struct span *own = x->time.after.items + x->time.after.n - n; /* in their order, at the end */

    TRY(policy_now(db, a, p->paid_ms, policy));
    divide_evenly(p->amount_minor, n, gross);
    divide_evenly(p->tax_minor, n, tax);
    divide_evenly(p->fee_minor, n, fee);
    for (size_t i = 0; i < n; i++) {
        units[i] = (struct unit){
            .payment_id = p->id,
            .n = (int64_t)i,
            .user_id = p->user_id,
            .policy_id = policy->id,
            .starts_ms = own[i].starts_ms,
            .ends_ms = own[i].ends_ms,
            .currency = p->currency,
            .gross_minor = gross[i].amount,
            .tax_minor = tax[i].amount,
            .fee_minor = fee[i].amount,
        };
        TRY(unit_add(db, &units[i], &units[i].id));
        own[i].unit_id = x->time.claims[i].unit_id = units[i].id;
    }
    return RC_OK;
}

static void add_leg(struct posting *p, struct ledger_leg *legs, struct ledger_account_ref debit,
                    struct ledger_account_ref credit, int64_t minor, int64_t unit_id)
{
    if (minor > 0)
        legs[p->n++] = (struct ledger_leg){ debit, credit, minor, unit_id };
}

static enum rc post(struct db *db, struct arena *a, const struct payment *p,
                    const struct unit *units, const struct policy *policy,
                    struct ledger_account_ref source)
{
    static const struct ledger_account_ref deferred = { ACCOUNT_DEFERRED, 0 },
                                           vat = { ACCOUNT_VAT, 0 },
                                           fees_lost = { ACCOUNT_FEES_LOST, 0 };
    struct ledger_leg in[2 * PAYMENT_MONTHS_MAX], out[2 * PAYMENT_MONTHS_MAX];
    struct posting invoice = {
        .ikey = arena_printf(a, "invoice:%s:%s", p->provider, p->provider_ref),
        .kind = "invoice",
        .ref_type = "payment",
        .ref_id = arena_printf(a, "%" PRId64, p->id),
        .effective_ms = p->paid_ms,
        .currency = p->currency,
        .legs = in,
    };
    struct posting fee = invoice;

    fee.ikey = arena_printf(a, "fee:%s:%s", p->provider, p->provider_ref);
    fee.kind = "fee";
    fee.legs = out;
    for (const struct unit *u = units; u < units + p->months; u++) {
        add_leg(&invoice, in, source, deferred, u->gross_minor - u->tax_minor, u->id);
        add_leg(&invoice, in, source, vat, u->tax_minor, u->id);
        add_leg(&fee, out, deferred, source, u->fee_minor, u->id);
        struct unit_split split;
        unit_split(u, policy->share_bp, policy->fees == FEES_SHARED, &split);
        add_leg(&fee, out, fees_lost, deferred, split.shortfall, u->id);
    }
    if (invoice.n)
        TRY(ledger_post(db, a, &invoice));
    return fee.n ? ledger_post(db, a, &fee) : RC_OK;
}

static enum rc add_payment(struct db *db, struct payment *p)
{
    enum rc rc = db_insert(db, &q_add,
                           ARGS(I64(p->user_id), STR(p->provider), STR(p->provider_ref),
                                I64(p->amount_minor), I64(p->tax_minor), I64(p->fee_minor),
                                STR(p->currency), I64(p->months), I64(p->starts_ms),
                                I64(p->ends_ms), I64(p->paid_ms)),
                           &p->id);
    return rc == RC_CONFLICT ? RC_BUSY
                             : rc; /* another process adds it, too: the next try sees it */
}

enum rc payment_book(struct db *db, struct arena *a, const struct payment *paid,
                     struct ledger_account_ref source)
{
    struct unit units[PAYMENT_MONTHS_MAX];
    struct payment p = *paid, before;
    struct policy policy;
    struct claim claims[PAYMENT_MONTHS_MAX];
    struct subscription_change time;

    if (p.months < 1 || p.months > PAYMENT_MONTHS_MAX || p.amount_minor < 0)
        return RC_INVALID;
    enum rc rc = db_one(db, a, &q_by_ref, ARGS(STR(p.provider), STR(p.provider_ref)), &before);
    if (rc == RC_OK)
        return says_the_same(&p, &before) ? RC_OK : RC_CONFLICT;
    if (rc != RC_NOT_FOUND)
        return rc;
    int64_t now_ms = p.starts_ms ? p.starts_ms : p.paid_ms;
    TRY(plan_time(db, a, &p, now_ms, claims, &time));
    TRY(add_payment(db, &p));
    TRY(add_units(db, a, &p, &time, units, &policy));
    TRY(subscription_write(db, a, p.provider, &time));
    TRY(post(db, a, &p, units, &policy, source));
    const struct receipt receipt = {
        .payment_id = p.id,
        .user_id = p.user_id,
        .amount_minor = p.amount_minor,
        .tax_minor = p.tax_minor,
        .currency = p.currency,
        .issued_ms = now_ms,
    };
    return p.amount_minor && !p.documented ? receipt_issue(db, a, &receipt, p.ends_ms) : RC_OK;
}

enum rc payment_list(struct db *db, struct arena *a, int64_t user_id, struct payment_list *out)
{
    return DB_LIST(db, a, &q_payments, ARGS(I64(user_id)), PAYMENTS_SHOWN_MAX, out);
}

enum rc payment_get(struct db *db, struct arena *a, const char *provider, const char *provider_ref,
                    struct payment *out)
{
    return db_one(db, a, &q_by_ref, ARGS(STR(provider), STR(provider_ref)), out);
}

enum rc payment_month_ref(struct db *db, struct arena *a, const char *provider, int64_t user_id,
                          int64_t until_ms, int64_t ends_ms, const char **ref)
{
    struct payment before;

    *ref = arena_printf(a, "%" PRId64 "_%" PRId64, user_id, until_ms);
    enum rc rc = payment_get(db, a, provider, *ref, &before);
    for (int again = 2; rc == RC_OK && ends_ms == until_ms; again++) {
        *ref = arena_printf(a, "%" PRId64 "_%" PRId64 "_%d", user_id, until_ms, again);
        rc = payment_get(db, a, provider, *ref, &before);
    }
    return rc;
}

enum rc payment_by_receipt(struct db *db, struct arena *a, int64_t number, struct payment *out)
{
    return db_one(db, a, &q_by_receipt, ARGS(I64(number)), out);
}
