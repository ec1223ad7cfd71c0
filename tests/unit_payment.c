/* Payments against a real database: what a payment becomes, reported twice, reported differently,
 * several months at once, late, from earnings, and how receipts are numbered when processes race
 * and transactions are rolled back. Needs OVS_CONF of a running site. */
#include "app/income/ending.h"
#include "app/income/pay.h"
#include "app/notify/notify.h"
#include "app/payout/payee.h"
#include "app/income/payment.h"
#include "app/income/receipt.h"
#include "app/money/policy.h"
#include "app/income/subscription.h"
#include "app/money/unit.h"
#include "app/payout/renewal.h"
#include "base/clock.h"
#include "base/conf.h"
#include "base/str.h"
#include "check.h"
#include "io/secret.h"
#include <sys/wait.h>
#include <unistd.h>

enum { PROCESSES = 8, RECEIPTS_EACH = 20, UNIT_PRICE = 999 };

static struct arena *a;
static struct db *money, *admin;
static const struct ledger_account_ref psp = { ACCOUNT_PSP, 0 };
static const int64_t jan_31 = INT64_C(1769817600000); /* 2026-01-31 00:00 UTC */

STMT(q_user, &number_shape, "SELECT id AS n FROM user WHERE handle = ?");
STMT(q_dirty, &number_shape, "SELECT COUNT(*) AS n FROM watch_dirty WHERE user_id = ?");
STMT(q_deferred, &number_shape,
     "SELECT CAST(COALESCE(SUM(CASE WHEN c.code = 'liab:deferred' THEN l.amount_minor"
     " WHEN d.code = 'liab:deferred' THEN -l.amount_minor ELSE 0 END), 0) AS SIGNED) AS n"
     " FROM ledger_leg l JOIN ledger_account d ON d.id = l.debit_id"
     " JOIN ledger_account c ON c.id = l.credit_id WHERE l.unit_id = ? AND l.currency = 'XTS'");
STMT(q_told, &number_shape, "SELECT COUNT(*) AS n FROM notice WHERE user_id = ? AND kind = ?");
STMT(q_issued, &number_shape, "SELECT COUNT(*) AS n FROM receipt");
STMT(q_counted, &number_shape, "SELECT last AS n FROM receipt_counter");
STMT(q_highest, &number_shape, "SELECT COALESCE(MAX(number), 0) AS n FROM receipt");

static int64_t number(const struct stmt *q, const struct arg *args)
{
    int64_t row = -1;
    CHECK_INT(db_number(admin, a, q, args, &row), RC_OK);
    return row;
}

static int64_t told(int64_t user_id, enum notice_kind kind)
{
    return number(&q_told, ARGS(I64(user_id), STR(notice_kind_word(kind))));
}

static int64_t new_user(void)
{
    const char *handle = str_hex(a, random_id(a, 8), 8);
    const char *sql = arena_printf(a,
                                   "INSERT INTO user (email, handle, display_name, created_ms)"
                                   " VALUES ('%s@example.org', '%s', 'Unit', 0)",
                                   handle, handle);
    CHECK_INT(db_script(admin, sql), RC_OK);
    return number(&q_user, ARGS(STR(handle)));
}

struct work {
    const struct payment *payment;
    bool take_back;
};

static enum rc book_it(struct db *db, void *arg)
{
    const struct work *w = arg;

    TRY(payment_book(db, a, w->payment, psp));
    return w->take_back ? RC_DENIED : RC_OK;
}

static enum rc book(const struct payment *p)
{
    return db_transact(money, book_it, &(struct work){ p, false });
}

static struct payment new_payment(int64_t user_id, int64_t months, int64_t paid_ms)
{
    return (struct payment){
        .user_id = user_id,
        .amount_minor = UNIT_PRICE,
        .tax_minor = 167,
        .fee_minor = 40,
        .months = months,
        .paid_ms = paid_ms,
        .provider = "test",
        .provider_ref = random_id(a, 16),
        .currency = "XTS",
    };
}

static struct unit_list units_of(int64_t user_id)
{
    struct unit_list list = { 0 };
    CHECK_INT(unit_list(money, a, user_id, &list), RC_OK);
    return list;
}

static void a_payment_is_booked_once(void)
{
    int64_t user = new_user();
    struct payment p = new_payment(user, 1, jan_31), got;
    struct payment_list payments;
    struct receipt_list receipts;

    CHECK_INT(book(&p), RC_OK);
    CHECK_INT(book(&p), RC_OK);
    CHECK_INT(payment_list(money, a, user, &payments), RC_OK);
    CHECK_INT(receipt_list(money, a, user, &receipts), RC_OK);
    struct unit_list units = units_of(user);
    CHECK(payments.n == 1);
    CHECK(receipts.n == 1);
    CHECK(units.n == 1);
    CHECK_INT(number(&q_deferred, ARGS(I64(units.items[0].id))), 999 - 167 - 40);
    CHECK_INT(units.items[0].starts_ms, jan_31);
    CHECK_INT(units.items[0].ends_ms, jan_31 + 28 * DAY_MS);
    CHECK_INT(receipts.items[0].number, payments.items[0].receipt);
    CHECK_INT(receipts.items[0].amount_minor, 999);
    CHECK_INT(receipts.items[0].tax_minor, 167);

    struct payment other = p;
    other.user_id = new_user();
    CHECK_INT(book(&other), RC_CONFLICT);
    other = p, other.amount_minor = 1;
    CHECK_INT(book(&other), RC_CONFLICT);
    other = p, other.currency = "EUR";
    CHECK_INT(book(&other), RC_CONFLICT);
    CHECK_INT(payment_get(money, a, "test", p.provider_ref, &got), RC_OK);
    CHECK_INT(got.fee_minor, 40);
    CHECK_INT(payment_get(money, a, "manual", p.provider_ref, &got), RC_NOT_FOUND);
}

static void a_year_is_twelve_units(void)
{
    int64_t user = new_user(), gross = 0, tax = 0, fee = 0;
    struct payment p = new_payment(user, 12, jan_31);

    p.amount_minor = 9999, p.tax_minor = 1667, p.fee_minor = 311;
    CHECK_INT(book(&p), RC_OK);
    struct unit_list units = units_of(user); /* newest first */
    CHECK(units.n == 12);
    for (size_t i = 0; i < units.n; i++) {
        const struct unit *u = &units.items[units.n - 1 - i];
        CHECK_INT(u->n, (int64_t)i);
        CHECK_INT(u->starts_ms, clock_add_months(jan_31, (int)i));
        CHECK_INT(u->ends_ms, clock_add_months(jan_31, (int)i + 1));
        CHECK_INT(u->gross_minor, i < 9999 % 12 ? 834 : 833);
        CHECK_INT(number(&q_deferred, ARGS(I64(u->id))),
                  u->gross_minor - u->tax_minor - u->fee_minor);
        gross += u->gross_minor, tax += u->tax_minor, fee += u->fee_minor;
    }
    CHECK_INT(gross, 9999);
    CHECK_INT(tax, 1667);
    CHECK_INT(fee, 311);
}

static void a_gift_is_a_unit_of_nothing(void)
{
    int64_t user = new_user(), before = number(&q_counted, NO_ARGS);
    struct payment p = new_payment(user, 1, jan_31);

    p.amount_minor = p.tax_minor = p.fee_minor = 0;
    CHECK_INT(book(&p), RC_OK);
    struct unit_list units = units_of(user);
    CHECK(units.n == 1);
    CHECK_INT(number(&q_deferred, ARGS(I64(units.items[0].id))), 0);
    CHECK_INT(number(&q_counted, NO_ARGS), before);
}

static void late_payers_pay_for_the_days_of_grace(void)
{
    int64_t user = new_user(), end = clock_add_months(jan_31, 1);
    struct payment first = new_payment(user, 1, jan_31);
    struct payment late = new_payment(user, 1, end + 3 * DAY_MS);

    CHECK_INT(book(&first), RC_OK);
    CHECK_INT(number(&q_dirty, ARGS(I64(user))), 1);
    CHECK_INT(book(&late), RC_OK);
    struct unit_list units = units_of(user);
    CHECK_INT(units.items[0].starts_ms, end);
    CHECK_INT(units.items[0].ends_ms, clock_add_months(jan_31, 2));
    CHECK_INT(number(&q_dirty, ARGS(I64(user))), 1 + 4); /* 28 Feb to 3 Mar */

    struct payment early = new_payment(user, 1, end + 4 * DAY_MS);
    CHECK_INT(book(&early), RC_OK);
    CHECK_INT(units_of(user).items[0].starts_ms, clock_add_months(jan_31, 2));
    CHECK_INT(number(&q_dirty, ARGS(I64(user))), 1 + 4);
}

static void terms_stay_with_the_month(void)
{
    struct policy one, two;

    CHECK_INT(policy_now(money, a, jan_31, &one), RC_OK);
    CHECK_INT(policy_now(money, a, jan_31 + 1, &two), RC_OK);
    CHECK_INT(one.id, two.id);
    CHECK_INT(one.since_ms, two.since_ms);
    CHECK_INT(one.share_bp, conf()->share_bp);
    CHECK_INT(one.rule, RULE_USER);
}

static void fees_fall_on_whom_the_terms_say(void)
{
    struct unit u = { .gross_minor = 999, .tax_minor = 167, .fee_minor = 40 };
    struct unit_split s;

    unit_split(&u, 7000, true, &s);
    CHECK_INT(s.creators, 554);
    CHECK_INT(s.platform, 238);
    unit_split(&u, 7000, false, &s);
    CHECK_INT(s.creators, 582); /* of 832 */
    CHECK_INT(s.platform, 250 - 40);
    CHECK_INT(s.net, 792);
    CHECK_INT(s.shortfall, 0);
    u.fee_minor = 300;
    unit_split(&u, 7000, false, &s);
    CHECK_INT(s.creators, 582);
    CHECK_INT(s.platform, 0);
    CHECK_INT(s.shortfall, 50);
    CHECK_INT(s.net - s.shortfall, 999 - 167 - 300);
}

/* How much a creator may have paid out. */
static struct ledger_account_ref payable_of(int64_t user_id)
{
    return (struct ledger_account_ref){ ACCOUNT_CREATOR_PAYABLE, user_id };
}

static enum rc post_it(struct db *db, void *arg) { return ledger_post(db, a, arg); }

static void earn(int64_t user_id, int64_t minor)
{
    const struct ledger_leg leg = { psp, payable_of(user_id), minor, 0 };
    struct posting p = { .ikey = arena_printf(a, "unit:%s", random_id(a, 16)),
                         .kind = "unit",
                         .effective_ms = jan_31,
                         .currency = "XTS",
                         .legs = &leg,
                         .n = 1 };
    CHECK_INT(db_transact(money, post_it, &p), RC_OK);
}

static int64_t payable(int64_t user_id)
{
    int64_t minor = -1;
    CHECK_INT(ledger_balance(money, a, payable_of(user_id), "XTS", &minor), RC_OK);
    return minor;
}

static int64_t paid_until(int64_t user_id)
{
    struct subscription s = { 0 };
    enum rc rc = subscription_get(money, a, user_id, &s);
    CHECK(rc == RC_OK || rc == RC_NOT_FOUND);
    return s.paid_until_ms;
}

static void earnings_pay_for_a_month(void)
{
    int64_t user = new_user(), price = pay_price_minor(1), member = -1;
    struct problem why;

    earn(user, price - 1);
    CHECK_INT(renewal_pay(money, a, user, 0, jan_31, &why), RC_DENIED);
    CHECK_INT(paid_until(user), 0);
    CHECK_INT(payable(user), price - 1);
    earn(user, 2 + 2 * price);
    CHECK_INT(renewal_pay(money, a, user, 0, jan_31, &why), RC_OK);
    int64_t end = paid_until(user);
    CHECK_INT(end, clock_add_months(jan_31, 1));
    CHECK_INT(renewal_pay(money, a, user, 0, jan_31 + 5, &why), RC_OK); /* pressed twice */
    CHECK_INT(renewal_pay(money, a, user, end - 1, jan_31, &why), RC_CONFLICT);
    CHECK_INT(payable(user), 1 + 2 * price);
    CHECK_INT(renewal_pay(money, a, user, end, jan_31, &why), RC_OK);
    CHECK_INT(payable(user), 1 + price);
    CHECK_INT(ledger_balance(money, a, (struct ledger_account_ref){ ACCOUNT_MEMBER, user }, "XTS",
                             &member),
              RC_OK);
    CHECK_INT(member, 0);
    struct unit_list units = units_of(user);
    CHECK(units.n == 2);
    CHECK_INT(number(&q_deferred, ARGS(I64(units.items[0].id))), price - payment_tax_minor(price));

    CHECK_INT(hold_set(money, user, HOLD_FREEZE, "unit", 0, jan_31), RC_OK);
    CHECK_INT(renewal_pay(money, a, user, paid_until(user), jan_31, &why), RC_DENIED);
    CHECK_INT(payable(user), 1 + price);
}

static void earnings_renew_in_time(void)
{
    int64_t user = new_user(), other = new_user(), price = pay_price_minor(1);
    struct payment first = new_payment(user, 1, jan_31), second = new_payment(other, 1, jan_31);
    int64_t end = clock_add_months(jan_31, 1);
    struct subscription s;
    struct renewed sum;

    CHECK_INT(book(&first), RC_OK);
    CHECK_INT(book(&second), RC_OK);
    earn(user, price);
    earn(other, price - 1);
    CHECK_INT(subscription_set_from_earnings(money, user, true), RC_OK);
    CHECK_INT(subscription_set_from_earnings(money, other, true), RC_OK);
    CHECK_INT(renewal_run(money, a, end - DAY_MS - 1, &sum), RC_OK); /* too early */
    CHECK_INT(paid_until(user), end);
    CHECK_INT(renewal_run(money, a, end - DAY_MS, &sum), RC_OK);
    CHECK(sum.paid >= 1 && sum.short_of_money >= 1);
    CHECK_INT(paid_until(user), clock_add_months(jan_31, 2));
    CHECK_INT(payable(user), 0);
    CHECK_INT(payable(other), price - 1);
    CHECK_INT(subscription_get(money, a, other, &s), RC_OK);
    CHECK_INT(s.renew_failed_ms, end - DAY_MS);
    CHECK_INT(renewal_run(money, a, end - DAY_MS, &sum), RC_OK); /* nothing twice */
    CHECK_INT(paid_until(user), clock_add_months(jan_31, 2));

    earn(other, 1); /* in the days of grace */
    CHECK_INT(renewal_run(money, a, end + DAY_MS, &sum), RC_OK);
    CHECK_INT(subscription_get(money, a, other, &s), RC_OK);
    CHECK_INT(s.paid_until_ms, clock_add_months(jan_31, 2));
    CHECK_INT(s.renew_failed_ms, 0);

    CHECK_INT(subscription_cancel(money, user, end), RC_OK);
    earn(user, price);
    CHECK_INT(renewal_run(money, a, clock_add_months(jan_31, 2) - 1, &sum), RC_OK);
    CHECK_INT(payable(user), price);
}

static void a_renewal_that_fails_is_told_once(void)
{
    int64_t user = new_user(), end = clock_add_months(jan_31, 1);
    struct payment first = new_payment(user, 1, jan_31);
    struct renewed sum;

    CHECK_INT(book(&first), RC_OK);
    CHECK_INT(book(&first), RC_OK);
    CHECK_INT(told(user, NOTICE_RECEIPT), 1);
    CHECK_INT(subscription_set_from_earnings(money, user, true), RC_OK);
    for (int hour = 0; hour < 3; hour++)
        CHECK_INT(renewal_run(money, a, end - DAY_MS + hour * HOUR_MS, &sum), RC_OK);
    CHECK_INT(told(user, NOTICE_RENEWAL_FAILED), 1);
    earn(user, pay_price_minor(1));
    CHECK_INT(renewal_run(money, a, end, &sum), RC_OK);
    CHECK_INT(told(user, NOTICE_RECEIPT), 2);
    CHECK_INT(renewal_run(money, a, clock_add_months(jan_31, 2), &sum), RC_OK);
    CHECK_INT(told(user, NOTICE_RENEWAL_FAILED), 2);
}

static void tell_endings(int64_t now_ms)
{
    struct endings sum;

    CHECK_INT(ending_tell(money, a, now_ms, &sum), RC_OK);
    CHECK_INT(ending_tell(money, a, now_ms, &sum), RC_OK);
}

static void an_end_is_told_before_and_after(void)
{
    int64_t user = new_user(), end = clock_add_months(jan_31, 1);
    int64_t grace_end = end + conf()->grace_days * DAY_MS;
    struct payment first = new_payment(user, 1, jan_31);

    CHECK_INT(book(&first), RC_OK);
    tell_endings(end - ENDING_AHEAD_DAYS * DAY_MS - 1);
    CHECK_INT(told(user, NOTICE_RENEWAL_AHEAD), 0);
    tell_endings(end - ENDING_AHEAD_DAYS * DAY_MS);
    tell_endings(end - 1);
    CHECK_INT(told(user, NOTICE_RENEWAL_AHEAD), 1);
    tell_endings(grace_end - 1);
    CHECK_INT(told(user, NOTICE_SUBSCRIPTION_ENDS), 0);
    tell_endings(grace_end);
    tell_endings(grace_end + DAY_MS);
    CHECK_INT(told(user, NOTICE_SUBSCRIPTION_ENDS), 1);

    struct payment again = new_payment(user, 1, grace_end + DAY_MS);
    CHECK_INT(book(&again), RC_OK);
    end = paid_until(user);
    tell_endings(end - DAY_MS);
    CHECK_INT(told(user, NOTICE_RENEWAL_AHEAD), 2);
    CHECK_INT(subscription_cancel(money, user, end - 1), RC_OK);
    tell_endings(end);
    CHECK_INT(told(user, NOTICE_SUBSCRIPTION_ENDS), 2);
    CHECK_INT(told(user, NOTICE_RECEIPT), 2);
}

static void an_end_that_needs_no_word(void)
{
    int64_t left = new_user(), earns = new_user(), gone = new_user();
    int64_t end = clock_add_months(jan_31, 1);
    struct payment of_left = new_payment(left, 1, jan_31), of_earns = new_payment(earns, 1, jan_31),
                   of_gone = new_payment(gone, 1, jan_31);

    CHECK_INT(book(&of_left), RC_OK);
    CHECK_INT(book(&of_earns), RC_OK);
    CHECK_INT(book(&of_gone), RC_OK);
    CHECK_INT(subscription_cancel(money, left, end - 1), RC_OK);
    CHECK_INT(subscription_set_from_earnings(money, earns, true), RC_OK);
    CHECK_INT(db_script(admin,
                        arena_printf(a, "UPDATE user SET closed_ms = 1 WHERE id = %" PRId64, gone)),
              RC_OK);
    tell_endings(end - DAY_MS);
    CHECK_INT(told(left, NOTICE_RENEWAL_AHEAD), 0);
    CHECK_INT(told(earns, NOTICE_RENEWAL_AHEAD), 0);
    CHECK_INT(told(gone, NOTICE_RENEWAL_AHEAD), 0);
    tell_endings(end + ENDING_TOLD_DAYS * DAY_MS);
    CHECK_INT(told(left, NOTICE_SUBSCRIPTION_ENDS), 0);
    CHECK_INT(told(gone, NOTICE_SUBSCRIPTION_ENDS), 0);
}

/* Eight presses of one button. */
static void press_at_once(int64_t user, int64_t until_ms)
{
    for (int i = 0; i < PROCESSES; i++)
        if (fork() == 0) {
            struct problem why;
            struct db *db = db_new(DB_MONEY, 30);
            enum rc rc = renewal_pay(db, a, user, until_ms, jan_31 + i, &why);
            _exit(rc == RC_OK || rc == RC_BUSY ? 0 : (int)rc);
        }
    for (int i = 0; i < PROCESSES; i++) {
        int status;
        wait(&status);
        CHECK_INT(status, 0);
    }
}

static void presses_at_once_pay_once(void)
{
    int64_t user = new_user(), price = pay_price_minor(1);

    earn(user, 20 * price);
    db_close(money); /* children must not share a connection */
    press_at_once(user, 0);
    money = db_new(DB_MONEY, 30);
    CHECK_INT(payable(user), 19 * price);
    int64_t end = paid_until(user);
    db_close(money);
    press_at_once(user, end);
    money = db_new(DB_MONEY, 30);
    CHECK_INT(payable(user), 18 * price);
    CHECK(units_of(user).n == 2);
}

static void race_for_receipts(void)
{
    int64_t user = new_user();
    struct db *db = db_new(DB_MONEY, 30);

    money = db;
    for (int i = 0; i < RECEIPTS_EACH; i++) {
        struct payment p = new_payment(user, 1, jan_31);
        struct work w = { &p, i % 3 == 0 };
        enum rc rc;
        do
            rc = db_transact(db, book_it, &w);
        while (rc == RC_BUSY);
        if (rc != (w.take_back ? RC_DENIED : RC_OK))
            _exit(1);
    }
    _exit(0);
}

static void receipts_have_no_gap(void)
{
    db_close(money); /* children must not share a connection */
    money = NULL;
    int64_t before = number(&q_counted, NO_ARGS), issued = number(&q_issued, NO_ARGS);
    int each = 0;

    for (int i = 0; i < RECEIPTS_EACH; i++)
        each += i % 3 != 0;
    for (int i = 0; i < PROCESSES; i++)
        if (fork() == 0) {
            admin = db_new(DB_ADMIN, 30);
            race_for_receipts();
        }
    for (int i = 0; i < PROCESSES; i++) {
        int status;
        wait(&status);
        CHECK_INT(status, 0);
    }
    CHECK_INT(number(&q_counted, NO_ARGS), before + PROCESSES * each);
    CHECK_INT(number(&q_issued, NO_ARGS), issued + PROCESSES * each);
    CHECK_INT(number(&q_highest, NO_ARGS), number(&q_issued, NO_ARGS));
}

int main(int argc, char **argv)
{
    static const struct check_case cases[] = {
        CASE(terms_stay_with_the_month),
        CASE(fees_fall_on_whom_the_terms_say),
        CASE(a_payment_is_booked_once),
        CASE(a_year_is_twelve_units),
        CASE(a_gift_is_a_unit_of_nothing),
        CASE(late_payers_pay_for_the_days_of_grace),
        CASE(earnings_pay_for_a_month),
        CASE(earnings_renew_in_time),
        CASE(a_renewal_that_fails_is_told_once),
        CASE(an_end_is_told_before_and_after),
        CASE(an_end_that_needs_no_word),
        CASE(presses_at_once_pay_once),
        CASE(receipts_have_no_gap),
    };

    CHECK_CHOOSE(argc, argv, cases);
    a = arena_new(64 << 20);
    money = db_new(DB_MONEY, 30);
    admin = db_new(DB_ADMIN, 30);
    check_run();
    db_close(money);
    db_close(admin);
    arena_free(a);
    return check_done("unit_payment");
}
