/* Reversals against a real database, with figures calculated by hand: a payment of 999 with 167 of
 * tax and a fee of 40 leaves 792, of which creators get 554. The months are settled and closed here
 * by hand, so that every figure is known. Needs OVS_CONF of a running site. */
#include "app/money/month.h"
#include "app/income/payment.h"
#include "app/income/reversal.h"
#include "app/income/subscription.h"
#include "app/money/unit.h"
#include "base/clock.h"
#include "base/sb.h"
#include "base/str.h"
#include "io/secret.h"
#include "own_db.h"

enum { GROSS = 999, TAX = 167, FEE = 40, PROCESSES = 8 };
static const int64_t paid_ms = INT64_C(1769817600000);    /* 2026-01-31 00:00 UTC */
static const int64_t settled_ms = INT64_C(1772409600000); /* 2026-03-02 00:00 UTC */
enum { SETTLED_MONTH = 202603 };

static struct arena *a;
static struct db *money, *admin;
static int64_t ann, bob, cas; /* creators */
static const struct ledger_account_ref psp = { ACCOUNT_PSP, 0 };

STMT(q_user, &number_shape, "SELECT id AS n FROM user WHERE handle = ?");
STMT(q_of_unit, &number_shape,
     "SELECT CAST(COALESCE(SUM(CASE ? WHEN c.code THEN l.amount_minor WHEN d.code THEN"
     " -l.amount_minor ELSE 0 END), 0) AS SIGNED) AS n FROM ledger_leg l JOIN ledger_account d"
     " ON d.id = l.debit_id JOIN ledger_account c ON c.id = l.credit_id WHERE l.unit_id = ?");
STMT(q_notes, &number_shape,
     "SELECT CAST(COALESCE(SUM(amount_minor * 1000 + tax_minor), 0) AS SIGNED) AS n FROM receipt"
     " WHERE payment_id = ? AND reversal_id <> 0");

static int64_t number(const struct stmt *q, const struct arg *args)
{
    int64_t row = -1;
    CHECK_INT(db_number(admin, a, q, args, &row), RC_OK);
    return row;
}

static void script(const char *sql) { CHECK_INT(db_script(admin, sql), RC_OK); }

static int64_t new_user(void)
{
    const char *handle = str_hex(a, random_id(a, 8), 8);

    script(arena_printf(a,
                        "INSERT INTO user (email, handle, display_name, created_ms)"
                        " VALUES ('%s@example.org', '%s', 'Unit', 0)",
                        handle, handle));
    return number(&q_user, ARGS(STR(handle)));
}

/* The balance of an account; debits - credits for assets and expenses. */
static int64_t on(enum account_kind kind, int64_t owner)
{
    int64_t minor = -1;
    CHECK_INT(ledger_sum(money, a, (struct ledger_account_ref){ kind, owner }, "XTS", &minor),
              RC_OK);
    return minor;
}

/* A member with a payment, and the current row of its first unit. */
struct paid {
    struct payment payment;
    struct unit unit;
};

static enum rc book_it(struct db *db, void *arg) { return payment_book(db, a, arg, psp); }

static void read_again(struct paid *p)
{
    struct unit_list units;
    CHECK_INT(unit_list(money, a, p->payment.user_id, &units), RC_OK);
    p->unit = units.items[units.n - 1];
}

static struct paid pay_for(int64_t user_id, int64_t months)
{
    struct paid p = { .payment = { .user_id = user_id,
                                   .amount_minor = GROSS * months,
                                   .tax_minor = TAX * months,
                                   .fee_minor = FEE * months,
                                   .months = months,
                                   .paid_ms = paid_ms,
                                   .provider = "test",
                                   .provider_ref = random_id(a, 16),
                                   .currency = "XTS" } };
    CHECK_INT(db_transact(money, book_it, &p.payment), RC_OK);
    CHECK_INT(payment_get(money, a, "test", p.payment.provider_ref, &p.payment), RC_OK);
    read_again(&p);
    return p;
}

static struct paid pay(void) { return pay_for(new_user(), 1); }

struct going_back {
    struct reversal r;
    int64_t now_ms;
};

static enum rc apply_it(struct db *db, void *arg)
{
    const struct going_back *g = arg;
    return reversal_apply(db, a, &g->r, psp, g->now_ms);
}

static struct reversal reversal(const struct paid *p, enum reversal_kind kind, const char *ref,
                                int64_t minor)
{
    return (
        struct reversal){ .kind = kind,
                          .state = REVERSAL_DONE,
                          .provider = "test",
                          .provider_ref = arena_printf(a, "%s_%s", ref, p->payment.provider_ref),
                          .payment_ref = p->payment.provider_ref,
                          .amount_minor = minor };
}

static enum rc apply(struct paid *p, struct reversal r, enum reversal_state state)
{
    struct going_back g = { r, paid_ms + DAY_MS };

    g.r.state = state;
    enum rc rc = db_transact(money, apply_it, &g);
    read_again(p);
    return rc;
}

static void refund(struct paid *p, const char *ref, int64_t minor)
{
    CHECK_INT(apply(p, reversal(p, REVERSAL_REFUND, ref, minor), REVERSAL_DONE), RC_OK);
}

static void undo(struct paid *p, const char *ref, int64_t minor)
{
    CHECK_INT(apply(p, reversal(p, REVERSAL_REFUND, ref, minor), REVERSAL_UNDONE), RC_OK);
}

/* What each account holds of the unit, as one text. */
static const char *books(const struct paid *p)
{
    const char *codes[] = {
        "asset:psp",
        "liab:vat",
        "liab:deferred",
        "rev:platform",
        "liab:idle",
        "liab:pool",
        "exp:fees_lost",
        ledger_code(a, (struct ledger_account_ref){ ACCOUNT_CREATOR_HELD, ann }),
        ledger_code(a, (struct ledger_account_ref){ ACCOUNT_CREATOR_HELD, bob }),
        ledger_code(a, (struct ledger_account_ref){ ACCOUNT_CREATOR_HELD, cas })
    };
    static const char *const names[] = { "psp",  "vat",  "deferred", "platform", "idle",
                                         "pool", "lost", "ann",      "bob",      "cas" };
    struct sb o = { .a = a };

    for (size_t i = 0; i < COUNT(codes); i++) {
        int64_t n = number(&q_of_unit, ARGS(STR(codes[i]), I64(p->unit.id)));
        if (n)
            sb_addf(&o, "%s%s %" PRId64, o.len ? ", " : "", names[i], i == 0 || i == 6 ? -n : n);
    }
    return o.buf ? o.buf : "nothing";
}

struct act {
    const char *key, *kind;
    const struct ledger_leg *legs;
    size_t n;
};

static enum rc post_it(struct db *db, void *arg)
{
    const struct act *x = arg;
    const struct posting p = { .ikey = x->key,
                               .kind = x->kind,
                               .effective_ms = settled_ms,
                               .currency = "XTS",
                               .legs = x->legs,
                               .n = x->n };
    return ledger_post(db, a, &p);
}

static void post(const char *what, int64_t id, const struct ledger_leg *legs, size_t n)
{
    struct act x = { arena_printf(a, "%s:%" PRId64 "%s", what, id,
                                  str_eq(what, "settle") ? ":1" : ""),
                     "unit", legs, n };
    CHECK_INT(db_transact(money, post_it, &x), RC_OK);
}

static struct ledger_account_ref site(enum account_kind kind)
{
    return (struct ledger_account_ref){ kind, 0 };
}

static struct ledger_account_ref held(int64_t id)
{
    return (struct ledger_account_ref){ ACCOUNT_CREATOR_HELD, id };
}

static struct ledger_account_ref payable(int64_t id)
{
    return (struct ledger_account_ref){ ACCOUNT_CREATOR_PAYABLE, id };
}

/* An hour of ann, half of bob, ten minutes of cas: 554 = 333 + 166 + 55. */
static void settle(struct paid *p)
{
    int64_t u = p->unit.id;
    const struct ledger_leg legs[] = {
        { site(ACCOUNT_DEFERRED), held(ann), 333, u },
        { site(ACCOUNT_DEFERRED), held(bob), 166, u },
        { site(ACCOUNT_DEFERRED), held(cas), 55, u },
        { site(ACCOUNT_DEFERRED), site(ACCOUNT_PLATFORM), 238, u },
    };
    post("settle", u, legs, COUNT(legs));
    script(arena_printf(a,
                        "UPDATE unit SET settled_ms = %" PRId64 ", seconds = 6000, net_minor = 792,"
                        " creators_minor = 554, platform_minor = 238 WHERE id = %" PRId64,
                        settled_ms, u));
    script(arena_printf(a,
                        "INSERT INTO unit_share (unit_id, creator_id, seconds, amount_minor) VALUES"
                        " (%" PRId64 ", %" PRId64 ", 3600, 333), (%" PRId64 ", %" PRId64
                        ", 1800, 166), (%" PRId64 ", %" PRId64 ", 600, 55)",
                        u, ann, u, bob, u, cas));
    read_again(p);
}

/* Watched by nobody. */
static void settle_idle(struct paid *p)
{
    const struct ledger_leg legs[] = {
        { site(ACCOUNT_DEFERRED), site(ACCOUNT_IDLE), 554, p->unit.id },
        { site(ACCOUNT_DEFERRED), site(ACCOUNT_PLATFORM), 238, p->unit.id },
    };
    post("settle", p->unit.id, legs, COUNT(legs));
    script(arena_printf(
        a,
        "UPDATE unit SET settled_ms = %" PRId64 ", net_minor = 792,"
        " creators_minor = 554, platform_minor = 238, idle_minor = 554 WHERE id = %" PRId64,
        settled_ms, p->unit.id));
    read_again(p);
}

/* A hundred of ann's 333, and so on, were added to by idle money. */
static void close_month(void)
{
    script(
        arena_printf(a,
                     "INSERT INTO month_close (month, currency, units, earned_minor,"
                     " idle_in_minor, uplift_minor, pool_minor, scaled_minor, idle_out_minor,"
                     " closed_ms, posted_ms) VALUES (%d, 'XTS', 2, 874, 375, 375, 0, 0, 0, 1, 1)",
                     SETTLED_MONTH));
    script(arena_printf(a,
                        "INSERT INTO month_uplift (month, creator_id, earned_minor, amount_minor)"
                        " VALUES (%d, %" PRId64 ", 333, 143), (%d, %" PRId64 ", 486, 208),"
                        " (%d, %" PRId64 ", 55, 24)",
                        SETTLED_MONTH, ann, SETTLED_MONTH, bob, SETTLED_MONTH, cas));
    const struct ledger_leg legs[] = {
        { site(ACCOUNT_IDLE), held(ann), 143, 0 },
        { site(ACCOUNT_IDLE), held(bob), 208, 0 },
        { site(ACCOUNT_IDLE), held(cas), 24, 0 },
    };
    static int64_t n;
    post("close", ++n, legs, COUNT(legs));
}

static void open_month(void)
{
    script("DELETE FROM month_uplift");
    script("DELETE FROM month_close");
}

static void mature(struct paid *p)
{
    const struct ledger_leg legs[] = {
        { held(ann), payable(ann), 333, p->unit.id },
        { held(bob), payable(bob), 166, p->unit.id },
        { held(cas), payable(cas), 55, p->unit.id },
    };
    post("mature", p->unit.id, legs, COUNT(legs));
    script(arena_printf(a, "UPDATE unit SET matured_ms = 1 WHERE id = %" PRId64, p->unit.id));
    read_again(p);
}

static int64_t uplift_back(int64_t creator)
{
    STMT(q, &number_shape, "SELECT reversed_minor AS n FROM month_uplift WHERE creator_id = ?");
    return number(&q, ARGS(I64(creator)));
}

static void of_an_open_month(void)
{
    struct paid p = pay(), q = pay();
    struct subscription s;

    CHECK_STR(books(&p), "psp 959, vat 167, deferred 792");
    refund(&p, "a", 400); /* 66.8 of it is tax */
    CHECK_STR(books(&p), "psp 559, vat 101, deferred 458");
    CHECK_INT(p.unit.refunded_minor, 400);
    CHECK_INT(number(&q_notes, ARGS(I64(p.payment.id))), -400 * 1000 - 66);
    CHECK_INT(subscription_get(money, a, p.payment.user_id, &s), RC_OK);
    CHECK(subscription_is_active(&s, paid_ms + 2 * DAY_MS));

    refund(&p, "a", 400); /* said again */
    CHECK_INT(p.unit.refunded_minor, 400);
    refund(&p, "b", 599);
    CHECK_STR(books(&p), "psp -40, lost 40");
    CHECK_INT(number(&q_notes, ARGS(I64(p.payment.id))), -999 * 1000 - 167);
    CHECK_INT(subscription_get(money, a, p.payment.user_id, &s), RC_OK);
    CHECK(!subscription_is_active(&s, paid_ms + 2 * DAY_MS));

    refund(&q, "a", 999);
    CHECK_STR(books(&q), "psp -40, lost 40");
}

static void of_a_settled_month(void)
{
    struct paid p = pay(), q = pay();

    settle(&p);
    settle_idle(&q);
    refund(&p, "a", 400); /* net 458, 320 for creators: 192, 96, 32 */
    CHECK_STR(books(&p), "psp 559, vat 101, platform 138, ann 192, bob 96, cas 32");
    CHECK_INT(p.unit.net_minor, 458);
    CHECK_INT(p.unit.settled_refunded_minor, 400);
    refund(&p, "b", 599);
    CHECK_STR(books(&p), "psp -40, lost 40");
    CHECK_INT(p.unit.shortfall_minor, 40);
    CHECK_INT(p.unit.settled_ms, settled_ms);

    refund(&q, "a", 400);
    CHECK_STR(books(&q), "psp 559, vat 101, platform 138, idle 320");
    CHECK_INT(q.unit.idle_minor, 320);
    undo(&q, "a", 400);
    CHECK_STR(books(&q), "psp 959, vat 167, platform 238, idle 554");
}

static void of_a_closed_month(void)
{
    struct paid p = pay(), q = pay();

    settle(&p);
    settle(&q);
    close_month();
    int64_t idle = on(ACCOUNT_IDLE, 0);
    refund(&p, "a", 2); /* 0.7, 0.3, 0.1 of 1.1 for creators; 0.5 for the platform; 0.3 of tax */
    CHECK_STR(books(&p),
              "psp 957, vat 167, platform 238, idle -1, lost 1, ann 333, bob 166, cas 55");
    refund(&p, "b", 1); /* ann 1.0 of 1.7 */
    CHECK_STR(books(&p), "psp 956, vat 167, platform 238, lost 2, ann 332, bob 166, cas 55");
    CHECK_INT(on(ACCOUNT_IDLE, 0), idle);
    refund(&p, "c", 397); /* 133.3, 66.5, 22.02 of 221.8; 95.3; 66.9 */
    CHECK_STR(books(&p), "psp 559, vat 101, platform 143, lost 18, ann 200, bob 100, cas 33");
    CHECK_INT(uplift_back(ann), 57); /* 143 * 400 / 999 */
    CHECK_INT(uplift_back(bob), 28); /* 208 * 166 / 486 * 400 / 999 = 28.4 */
    CHECK_INT(uplift_back(cas), 9);
    CHECK_INT(on(ACCOUNT_IDLE, 0), idle + 57 + 28 + 9);
    refund(&p, "d", 599);
    CHECK_STR(books(&p), "psp -40, lost 40");
    CHECK_INT(uplift_back(ann), 143);
    CHECK_INT(uplift_back(bob), 71);
    CHECK_INT(p.unit.refunded_minor, 999);

    undo(&p, "a", 2), undo(&p, "b", 1), undo(&p, "c", 397), undo(&p, "d", 599);
    CHECK_STR(books(&p), books(&q));
    CHECK_INT(uplift_back(ann) + uplift_back(bob) + uplift_back(cas), 0);
    CHECK_INT(on(ACCOUNT_IDLE, 0), idle);
    open_month();
}

/* Once it is payable, it is taken from there; creators who were paid owe it, or the platform bears
 * it. */
static void after_maturity_and_payout(void)
{
    struct paid p = pay(), q = pay();

    settle(&p), settle(&q);
    close_month();
    mature(&p), mature(&q);
    int64_t payables = on(ACCOUNT_CREATOR_PAYABLE, ann), helds = on(ACCOUNT_CREATOR_HELD, ann);
    refund(&p, "a", 400);
    CHECK_INT(on(ACCOUNT_CREATOR_PAYABLE, ann), payables - 133);
    CHECK_INT(on(ACCOUNT_CREATOR_HELD, ann), helds - 57); /* the uplift has not matured */

    const struct ledger_leg paid_out = { payable(bob), psp, on(ACCOUNT_CREATOR_PAYABLE, bob), 0 };
    post("paid_out", p.unit.id, &paid_out, 1);
    refund(&p, "b", 599);
    CHECK_INT(on(ACCOUNT_CREATOR_PAYABLE, bob), -100);
    undo(&p, "b", 599);
    CHECK_INT(on(ACCOUNT_CREATOR_PAYABLE, bob), 0);
    undo(&p, "a", 400);
    const struct ledger_leg rest = { payable(bob), psp, on(ACCOUNT_CREATOR_PAYABLE, bob), 0 };
    post("paid_rest", p.unit.id, &rest, 1);

    OWN_CONF->clawback = CLAWBACK_ABSORB;
    int64_t borne = on(ACCOUNT_WRITEOFF, 0);
    refund(&q, "a", 999);
    CHECK_INT(on(ACCOUNT_CREATOR_PAYABLE, bob), 0);
    CHECK_INT(on(ACCOUNT_WRITEOFF, 0) - borne, 166);
    undo(&q, "a", 999);
    CHECK_INT(on(ACCOUNT_CREATOR_PAYABLE, bob), 0);
    CHECK_INT(on(ACCOUNT_WRITEOFF, 0), borne);
    OWN_CONF->clawback = CLAWBACK_OFFSET;
    open_month();
}

/* A refund from before the settlement of the month is undone. */
static void undone_after_settlement(void)
{
    struct paid p = pay(), q = pay();

    refund(&p, "a", 999);
    script(
        arena_printf(a,
                     "UPDATE unit SET settled_ms = 5, seconds = 6000, settled_refunded_minor = 999,"
                     " shortfall_minor = 40 WHERE id = %" PRId64,
                     p.unit.id));
    read_again(&p);
    undo(&p, "a", 999);
    CHECK_INT(p.unit.settled_ms, 0);
    CHECK_STR(books(&p), "psp 959, vat 167, deferred 792");

    /* settled with 400 less: 192, 96, 32 of 458 */
    settle(&q);
    refund(&q, "a", 400);
    close_month();
    refund(&q, "b", 300); /* of 599 that were left: 96.2, 48.1, 16.03 of 160.3; 69.1; 51 of tax */
    CHECK_STR(books(&q), "psp 259, vat 50, platform 69, lost 20, ann 96, bob 48, cas 16");
    undo(&q, "a", 400); /* 300 are less than the 400 it was settled with */
    CHECK_INT(q.unit.refunded_minor, 300);
    CHECK_STR(books(&q), "psp 659, vat 117, platform 163, idle 59, ann 192, bob 96, cas 32");
    CHECK_INT(q.unit.creators_minor, 379); /* of 542 */
    CHECK_INT(q.unit.idle_minor, 59);
    undo(&q, "b", 300);
    CHECK_STR(books(&q), "psp 959, vat 167, platform 238, idle 234, ann 192, bob 96, cas 32");
    open_month();
}

static void of_the_pool(void)
{
    struct paid p = pay();
    const struct ledger_leg legs[] = {
        { site(ACCOUNT_DEFERRED), site(ACCOUNT_POOL), 554, p.unit.id },
        { site(ACCOUNT_DEFERRED), site(ACCOUNT_PLATFORM), 238, p.unit.id },
    };
    const struct ledger_leg closed = { site(ACCOUNT_POOL), held(ann), 400, p.unit.id };

    post("settle", p.unit.id, legs, COUNT(legs));
    script(arena_printf(a,
                        "UPDATE unit SET settled_ms = %" PRId64 ", seconds = 6000, net_minor = 792,"
                        " creators_minor = 554, platform_minor = 238, policy_id = (SELECT id FROM"
                        " policy WHERE rule = 'scaled') WHERE id = %" PRId64,
                        settled_ms, p.unit.id));
    script(arena_printf(a,
                        "INSERT INTO unit_share (unit_id, creator_id, seconds, amount_minor)"
                        " VALUES (%" PRId64 ", %" PRId64 ", 6000, 0)",
                        p.unit.id, ann));
    refund(&p, "a", 400);
    CHECK_STR(books(&p), "psp 559, vat 101, platform 138, pool 320");
    undo(&p, "a", 400);
    CHECK_STR(books(&p), "psp 959, vat 167, platform 238, pool 554");

    /* others got the rest of it: that is missing in what is refunded */
    post("pool", p.unit.id, &closed, 1);
    script(arena_printf(a, "UPDATE unit_share SET amount_minor = 400 WHERE unit_id = %" PRId64,
                        p.unit.id));
    close_month();
    refund(&p, "b", 999);
    CHECK_STR(books(&p), "psp -40, idle -154, pool 154, lost 40");
    open_month();
}

static void disputes(void)
{
    struct paid p = pay();
    struct reversal d = reversal(&p, REVERSAL_DISPUTE, "d", 999);
    struct subscription s;

    d.fee_minor = 15;
    CHECK_INT(apply(&p, d, REVERSAL_OPEN), RC_OK);
    CHECK_INT(apply(&p, d, REVERSAL_OPEN), RC_OK);
    CHECK_INT(p.unit.frozen, 1);
    CHECK_STR(books(&p), "psp 959, vat 167, deferred 792");
    CHECK_INT(subscription_get(money, a, p.payment.user_id, &s), RC_OK);
    CHECK(!subscription_is_active(&s, paid_ms + 2 * DAY_MS));
    CHECK_INT(apply(&p, reversal(&p, REVERSAL_REFUND, "r", 1), REVERSAL_DONE), RC_INVALID);
    CHECK_INT(p.unit.frozen, 1);

    int64_t fees = on(ACCOUNT_DISPUTE, 0);
    CHECK_INT(apply(&p, d, REVERSAL_DONE), RC_OK);
    CHECK_INT(apply(&p, d, REVERSAL_OPEN), RC_OK); /* late, and no news */
    CHECK_INT(p.unit.frozen, 0);
    CHECK_STR(books(&p), "psp -40, lost 40");
    CHECK_INT(on(ACCOUNT_DISPUTE, 0), fees + 15);
    CHECK_INT(apply(&p, d, REVERSAL_UNDONE), RC_OK); /* won */
    CHECK_INT(apply(&p, d, REVERSAL_UNDONE), RC_OK);
    CHECK_STR(books(&p), "psp 959, vat 167, deferred 792");
    CHECK_INT(on(ACCOUNT_DISPUTE, 0), fees);
    CHECK_INT(number(&q_notes, ARGS(I64(p.payment.id))), 0);
    CHECK_INT(subscription_get(money, a, p.payment.user_id, &s), RC_OK);
    CHECK(subscription_is_active(&s, paid_ms + 2 * DAY_MS));
    CHECK_INT(s.paid_until_ms, p.payment.ends_ms);
    CHECK_INT(apply(&p, d, REVERSAL_DONE), RC_CONFLICT);

    struct reversal inquiry = reversal(&p, REVERSAL_DISPUTE, "e", 500);
    CHECK_INT(apply(&p, inquiry, REVERSAL_OPEN), RC_OK);
    CHECK_INT(apply(&p, inquiry, REVERSAL_UNDONE), RC_OK);
    CHECK_INT(p.unit.frozen, 0);
    CHECK_INT(p.unit.refunded_minor, 0);
}

static void a_year_comes_back_from_its_end(void)
{
    struct paid p = pay_for(new_user(), 12);
    struct unit_list units;
    int64_t left = -1;

    refund(&p, "a", 2500);
    CHECK_INT(unit_list(money, a, p.payment.user_id, &units), RC_OK);
    CHECK_INT(units.items[0].refunded_minor, 999); /* the last month */
    CHECK_INT(units.items[1].refunded_minor, 999);
    CHECK_INT(units.items[2].refunded_minor, 502);
    CHECK_INT(units.items[3].refunded_minor, 0);
    CHECK_INT(reversal_left(money, a, p.payment.id, &left), RC_OK);
    CHECK_INT(left, 12 * 999 - 2500);
    CHECK_INT(reversal_offer(money, a, p.payment.id, paid_ms + 13 * DAY_MS, &left), RC_OK);
    CHECK_INT(left, 12 * 999 - 2500);
    CHECK_INT(reversal_offer(money, a, p.payment.id, paid_ms + 14 * DAY_MS, &left), RC_OK);
    CHECK_INT(left, 0);
    script(arena_printf(a,
                        "INSERT INTO watch_day (user_id, day, video_id, creator_id, unit_id,"
                        " credited_ms, raw_ms, lost) VALUES (%" PRId64 ", 20484, 1, %" PRId64
                        ", %" PRId64 ", 1800000, 1800000, 0)",
                        p.payment.user_id, ann, units.items[11].id));
    CHECK_INT(reversal_offer(money, a, p.payment.id, paid_ms + DAY_MS, &left), RC_OK);
    CHECK_INT(left, 0);
    undo(&p, "a", 2500);
    CHECK_INT(unit_list(money, a, p.payment.user_id, &units), RC_OK);
    CHECK_INT(units.items[0].refunded_minor + units.items[2].refunded_minor, 0);
}

/* Time that has passed is not taken from the months that were paid for after it. */
static void access_ends_with_its_payment(void)
{
    struct paid p = pay(), next;
    struct subscription s;

    next = p;
    next.payment.paid_ms = p.payment.ends_ms - DAY_MS;
    next.payment.provider_ref = random_id(a, 16);
    CHECK_INT(db_transact(money, book_it, &next.payment), RC_OK);
    CHECK_INT(payment_get(money, a, "test", next.payment.provider_ref, &next.payment), RC_OK);
    CHECK_INT(subscription_get(money, a, p.payment.user_id, &s), RC_OK);
    CHECK_INT(s.paid_until_ms, next.payment.ends_ms);

    struct going_back late = { reversal(&p, REVERSAL_REFUND, "a", 999), p.payment.ends_ms };
    CHECK_INT(db_transact(money, apply_it, &late), RC_OK);
    CHECK_INT(subscription_get(money, a, p.payment.user_id, &s), RC_OK);
    CHECK_INT(s.paid_until_ms, next.payment.ends_ms);
    late.r.state = REVERSAL_UNDONE;
    CHECK_INT(db_transact(money, apply_it, &late), RC_OK);
    CHECK_INT(subscription_get(money, a, p.payment.user_id, &s), RC_OK);
    CHECK_INT(s.paid_until_ms, next.payment.ends_ms);
    refund(&next, "a", 999);
    CHECK_INT(subscription_get(money, a, p.payment.user_id, &s), RC_OK);
    CHECK_INT(s.paid_until_ms, p.payment.ends_ms);
    CHECK_INT(s.grace_until_ms, 0);
}

/* Half a year of a year comes back: access ends with it, stays, or ends on a day. */
static void the_operator_chooses_what_access_does(void)
{
    struct paid p = pay_for(new_user(), 12), q = pay_for(new_user(), 12),
                o = pay_for(new_user(), 12);
    int64_t until_ms = clock_add_months(paid_ms, 5) + 10 * DAY_MS;
    struct unit_list units;
    struct subscription s;

    refund(&p, "a", 6 * 999 + 5);
    CHECK_INT(subscription_get(money, a, p.payment.user_id, &s), RC_OK);
    CHECK_INT(s.paid_until_ms, clock_add_months(paid_ms, 6));

    struct reversal r = reversal(&q, REVERSAL_REFUND, "a", 5000);
    r.access = REFUND_KEEP;
    CHECK_INT(apply(&q, r, REVERSAL_DONE), RC_OK);
    CHECK_INT(subscription_get(money, a, q.payment.user_id, &s), RC_OK);
    CHECK_INT(s.paid_until_ms, q.payment.ends_ms);
    CHECK_INT(unit_list(money, a, q.payment.user_id, &units), RC_OK);
    for (size_t i = 0; i < units.n; i++)
        CHECK(units.items[i].refunded_minor == 416 || units.items[i].refunded_minor == 417);
    r = reversal(&q, REVERSAL_REFUND, "b", 12 * 999 - 5000 - 11);
    r.access = REFUND_KEEP;
    CHECK_INT(apply(&q, r, REVERSAL_DONE), RC_INVALID);

    r = reversal(&o, REVERSAL_REFUND, "a", 6 * 999 - 1); /* the months after it cost more */
    r.access = REFUND_UNTIL, r.until_ms = until_ms;
    CHECK_INT(apply(&o, r, REVERSAL_DONE), RC_INVALID);
    r.amount_minor = 6 * 999 + 500;
    CHECK_INT(apply(&o, r, REVERSAL_DONE), RC_OK);
    CHECK_INT(subscription_get(money, a, o.payment.user_id, &s), RC_OK);
    CHECK_INT(s.paid_until_ms, until_ms);
    CHECK_INT(s.grace_until_ms, 0);
    CHECK_INT(unit_list(money, a, o.payment.user_id, &units), RC_OK);
    CHECK_INT(units.items[6].refunded_minor, 500);
    CHECK_INT(units.items[6].length_ms, 10 * DAY_MS);
    CHECK_INT(apply(&o, r, REVERSAL_UNDONE), RC_OK);
    CHECK_INT(subscription_get(money, a, o.payment.user_id, &s), RC_OK);
    CHECK_INT(s.paid_until_ms, o.payment.ends_ms);
}

static void what_cannot_be(void)
{
    struct paid p = pay(), q = pay();
    struct reversal r = reversal(&p, REVERSAL_REFUND, "a", 1000);

    CHECK_INT(apply(&p, r, REVERSAL_DONE), RC_INVALID);
    r.amount_minor = 0;
    CHECK_INT(apply(&p, r, REVERSAL_DONE), RC_INVALID);
    r.amount_minor = 500, r.payment_ref = "nobody's";
    CHECK_INT(apply(&p, r, REVERSAL_DONE), RC_NOT_FOUND);
    CHECK_INT(p.unit.refunded_minor, 0);
    refund(&p, "a", 500);
    r = reversal(&p, REVERSAL_REFUND, "a", 499);
    CHECK_INT(apply(&p, r, REVERSAL_DONE), RC_CONFLICT);
    r.amount_minor = 500, r.kind = REVERSAL_DISPUTE;
    CHECK_INT(apply(&p, r, REVERSAL_DONE), RC_CONFLICT);
    r.kind = REVERSAL_REFUND, r.payment_ref = q.payment.provider_ref;
    CHECK_INT(apply(&q, r, REVERSAL_DONE), RC_CONFLICT);
    CHECK_INT(apply(&p, reversal(&p, REVERSAL_REFUND, "b", 500), REVERSAL_DONE), RC_INVALID);
    CHECK_INT(p.unit.refunded_minor, 500);
    CHECK_INT(q.unit.refunded_minor, 0);
    CHECK_INT(apply(&q, reversal(&q, REVERSAL_REFUND, "c", 500), REVERSAL_UNDONE), RC_OK);
    CHECK_STR(books(&q), "psp 959, vat 167, deferred 792"); /* it failed at once */
}

/* Half of them report one refund, half another, all at once. */
static void processes_race(void)
{
    struct paid p = pay();

    for (int i = 0; i < PROCESSES; i++)
        if (fork() == 0) {
            money = db_new(DB_MONEY, 30);
            struct going_back g = { reversal(&p, REVERSAL_REFUND, i % 2 ? "a" : "b", 400),
                                    paid_ms + DAY_MS };
            enum rc rc;
            do
                rc = db_transact(money, apply_it, &g);
            while (rc == RC_BUSY);
            _exit(rc != RC_OK);
        }
    for (int i = 0; i < PROCESSES; i++) {
        int status;
        wait(&status);
        CHECK_INT(status, 0);
    }
    read_again(&p);
    CHECK_INT(p.unit.refunded_minor, 800);
    CHECK_STR(books(&p), "psp 159, vat 34, deferred 125");
}

int main(int argc, char **argv)
{
    static const struct check_case cases[] = {
        CASE(of_an_open_month),
        CASE(of_a_settled_month),
        CASE(of_a_closed_month),
        CASE(after_maturity_and_payout),
        CASE(undone_after_settlement),
        CASE(of_the_pool),
        CASE(disputes),
        CASE(a_year_comes_back_from_its_end),
        CASE(access_ends_with_its_payment),
        CASE(the_operator_chooses_what_access_does),
        CASE(what_cannot_be),
        CASE(processes_race),
    };

    CHECK_CHOOSE(argc, argv, cases);
    admin = own_db("tax_bp = 2000\nfee_minor = 40\nrule = user\nshare_bp = 7000\nfees = shared\n");
    a = arena_new(64 << 20);
    money = db_new(DB_MONEY, 30);
    script("INSERT INTO policy (rule, share_bp, fees, idle, min_unit_seconds, hold_days, since_ms)"
           " VALUES ('scaled', 7000, 'shared', 'uplift', 60, 30, 0)");
    ann = new_user(), bob = new_user(), cas = new_user();
    check_run();
    db_close(money);
    arena_free(a);
    return check_done("unit_reversal");
}
