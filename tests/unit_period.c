/* When something may be booked: the clock, the period, the currency. Needs OVS_CONF of a running
 * site. */
#include "app/income/pay.h"
#include "app/money/clock_guard.h"
#include "app/money/ledger.h"
#include "app/money/month.h"
#include "app/money/period.h"
#include "base/clock.h"
#include "base/fmt.h"
#include "base/str.h"
#include "own_db.h"

static struct arena *a;
static struct db *money, *admin;
static struct problem why;

static int64_t day(const char *text)
{
    int64_t ms = 0;
    CHECK_INT(fmt_read_date(text, &ms), RC_OK);
    return ms;
}

static int64_t now(void) { return day("2031-03-05") + 12 * HOUR_MS; }

static void says(const char *text)
{
    bool found = why.text && strstr(why.text, text);

    CHECK(found);
    if (!found)
        printf("  %s does not say %s\n", why.text ? why.text : "(nothing)", text);
    why.text = NULL;
}

static enum rc check(const char *date) { return period_check(money, a, day(date), now(), &why); }

static void days_before_the_previous_month_are_closed(void)
{
    int64_t ms;

    CHECK_INT(check("2020-01-01"), RC_CONFLICT);
    says("1 Jan 2020 is before 1 Feb 2031");
    CHECK_INT(check("2031-01-31"), RC_CONFLICT);
    CHECK_INT(check("2031-02-01"), RC_OK);
    CHECK_INT(check("2031-03-05"), RC_OK);
    CHECK_INT(check("2031-03-06"), RC_CONFLICT);
    says("6 Mar 2031 is in the future");
    CHECK_INT(period_open_ms(money, a, now(), &ms), RC_OK);
    CHECK_INT(ms, day("2031-02-01"));
    CHECK_INT(period_open_ms(money, a, day("2032-01-20"), &ms), RC_OK); /* across the year */
    CHECK_INT(ms, day("2031-12-01"));
}

static enum rc lock(int64_t month, const char *reason)
{
    return period_lock(money, a, month, reason, 0, now(), &why);
}

static void an_operator_locks_what_is_over(void)
{
    struct period_act_list acts;
    char long_reason[PERIOD_REASON_MAX_BYTES + 2];
    int64_t ms;

    memset(long_reason, 'x', sizeof(long_reason));
    long_reason[sizeof(long_reason) - 1] = 0;
    CHECK_INT(period_unlock(money, a, "nothing", 0, now(), &why), RC_CONFLICT);
    CHECK_INT(lock(203103, "still running"), RC_CONFLICT);
    says("once it is over");
    CHECK_INT(lock(203102, ""), RC_INVALID);
    CHECK_INT(lock(203102, "two\nlines"), RC_INVALID);
    CHECK_INT(lock(203102, long_reason), RC_INVALID);
    CHECK_INT(check("2031-02-28"), RC_OK);

    CHECK_INT(lock(203102, "VAT is filed"), RC_OK);
    CHECK_INT(lock(203102, "again"), RC_CONFLICT);
    CHECK_INT(lock(203101, "earlier"), RC_CONFLICT);
    CHECK_INT(check("2031-02-28"), RC_CONFLICT);
    says("before 1 Mar 2031");
    CHECK_INT(check("2031-03-01"), RC_OK);
    CHECK_INT(period_open_ms(money, a, now(), &ms), RC_OK);
    CHECK_INT(ms, day("2031-03-01"));

    CHECK_INT(period_unlock(money, a, "a wrong figure", 0, now(), &why), RC_OK);
    CHECK_INT(check("2031-02-28"), RC_OK);
    CHECK_INT(check("2031-01-31"), RC_CONFLICT);
    CHECK_INT(period_acts(money, a, &acts), RC_OK);
    CHECK_INT((int64_t)acts.n, 2);
    CHECK_INT(acts.items[0].month, 0);
    CHECK_STR(acts.items[0].reason, "a wrong figure");
    CHECK_INT(acts.items[1].month, 203102);
    CHECK_INT(acts.items[1].at_ms, now());
    CHECK_STR(acts.items[1].handle, "");
}

static int64_t server_ms(void)
{
    STMT(q_now, &number_shape, "SELECT CAST(UNIX_TIMESTAMP(NOW(3)) * 1000 AS SIGNED) AS n");
    int64_t ms = 0;
    CHECK_INT(db_number(admin, a, &q_now, NO_ARGS, &ms), RC_OK);
    return ms;
}

static enum rc guard(int64_t now_ms) { return clock_guard(money, a, now_ms, &why); }

static void a_clock_ahead_of_the_server_books_nothing(void)
{
    OWN_CONF->clock_file = "";
    CHECK_INT(guard(server_ms()), RC_OK);
    CHECK_INT(guard(server_ms() + CLOCK_AHEAD_MAX_MS - MINUTE_MS), RC_OK);
    CHECK_INT(guard(server_ms() + CLOCK_AHEAD_MAX_MS + MINUTE_MS), RC_CONFLICT);
    says("that of the database server says");
    CHECK_INT(guard(server_ms() - 400 * DAY_MS), RC_OK); /* nothing is in the books */
    OWN_CONF->clock_file = "clock";                      /* a test that sets the clock */
    CHECK_INT(guard(server_ms() + 400 * DAY_MS), RC_OK);
}

static enum rc post(struct db *db, void *arg)
{
    const struct ledger_leg leg = { { ACCOUNT_PSP, 0 }, { ACCOUNT_VAT, 0 }, 5, 0 };
    const struct posting p = { .ikey = arg, .kind = "unit", .currency = arg, .legs = &leg, .n = 1 };
    return ledger_post(db, a, &p);
}

static void a_clock_behind_the_books_books_nothing(void)
{
    int64_t latest_ms = server_ms() + 400 * DAY_MS;
    const char *later = arena_printf(a, "%" PRId64, latest_ms);

    CHECK_INT(db_transact(money, post, (void *)(uintptr_t) "XTS"), RC_OK); /* in real time */
    CHECK_INT(guard(server_ms()), RC_OK);
    CHECK_INT(guard(server_ms() - CLOCK_BEHIND_MAX_MS + MINUTE_MS), RC_OK);
    CHECK_INT(guard(server_ms() - CLOCK_BEHIND_MAX_MS - MINUTE_MS), RC_CONFLICT);
    says("but the books were last written at");
    const char *sql[] = {
        "INSERT INTO month_close (month, currency, units, earned_minor, idle_in_minor,"
        " uplift_minor, pool_minor, scaled_minor, idle_out_minor, closed_ms) VALUES"
        " (203101, 'XTS', 0, 0, 0, 0, 0, 0, 0, %s)",
        "INSERT INTO month_close (month, currency, units, earned_minor, idle_in_minor,"
        " uplift_minor, pool_minor, scaled_minor, idle_out_minor, closed_ms, matured_ms) VALUES"
        " (203101, 'XTS', 0, 0, 0, 0, 0, 0, 0, 1, %s)",
        "SET foreign_key_checks = 0; INSERT INTO unit (payment_id, n, user_id, policy_id,"
        " starts_ms, ends_ms, currency, gross_minor, tax_minor, fee_minor, settled_ms) VALUES"
        " (1, 0, 1, 1, 0, 1, 'XTS', 0, 0, 0, %s)",
    };
    for (size_t i = 0; i < COUNT(sql); i++) {
        const char *rest = strstr(sql[i], "%s");
        CHECK_INT(db_script(admin, arena_printf(a, "%.*s%s%s", (int)(rest - sql[i]), sql[i], later,
                                                rest + 2)),
                  RC_OK);
        CHECK_INT(guard(server_ms()), RC_CONFLICT);
        says(fmt_datetime(a, latest_ms));
        CHECK_INT(guard(latest_ms), RC_OK);
        CHECK_INT(db_script(admin, "DELETE FROM month_close; DELETE FROM unit"), RC_OK);
    }
}

static void the_first_posting_fixes_the_currency(void)
{
    const char *currency;

    CHECK_INT(ledger_currency(money, a, &currency), RC_OK);
    CHECK_STR(currency, "XTS");
    CHECK_INT(db_transact(money, post, (void *)(uintptr_t) "EUR"), RC_CONFLICT);
    CHECK_INT(db_script(money, "INSERT INTO ledger_account (code, class, currency) VALUES"
                               " ('asset:bank', 'asset', 'EUR')"),
              RC_CONFLICT);
    CHECK_INT(pay_guard(money, a, server_ms(), &why), RC_OK);
    OWN_CONF->pay_provider = "manual";
    OWN_CONF->currency = "EUR";
    CHECK_INT(pay_guard(money, a, server_ms(), &why), RC_CONFLICT);
    says("The books are in XTS");
    CHECK_INT(pay_currency_ok(money, a, "EUR"), RC_FAIL);
    OWN_CONF->pay_provider = "test";
    CHECK_INT(pay_currency_ok(money, a, "XTS"), RC_OK);
    CHECK_INT(pay_currency_ok(money, a, "EUR"), RC_FAIL);
}

int main(int argc, char **argv)
{
    static const struct check_case cases[] = {
        CASE(days_before_the_previous_month_are_closed),
        CASE(an_operator_locks_what_is_over),
        CASE(a_clock_ahead_of_the_server_books_nothing),
        CASE(a_clock_behind_the_books_books_nothing),
        CASE_AFTER(a_clock_behind_the_books_books_nothing, the_first_posting_fixes_the_currency),
    };

    CHECK_CHOOSE(argc, argv, cases);
    admin = own_db("clock_file = clock\n");
    money = db_new(DB_MONEY, 20);
    a = arena_new(64 << 20);
    check_run();
    db_close(money);
    arena_free(a);
    return check_done("unit_period");
}
