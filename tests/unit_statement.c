/* Statements against a real database, with months settled and closed by hand so that every figure
 * is known: what they say to the byte, that they follow each other without a gap, that books which
 * do not add up get none, and that they are made once, by any number of processes. Needs OVS_CONF
 * of a running site. */
#include "app/money/ledger.h"
#include "app/money/month.h"
#include "app/reports/statement.h"
#include "base/clock.h"
#include "base/str.h"
#include "own_db.h"

enum { PROCESSES = 4, OCTOBER = 203610, NOVEMBER = 203611, DECEMBER = 203612 };
static const int64_t made_ms = INT64_C(2117000000000);

static struct arena *a, *item;
static struct db *money, *admin;
static const struct ledger_account_ref deferred = { ACCOUNT_DEFERRED, 0 }, psp = { ACCOUNT_PSP, 0 },
                                       idle = { ACCOUNT_IDLE, 0 };
enum { ANN = 1, BOB = 2, MEMBERS = 10 }; /* user ids */

STMT(q_statements, &number_shape, "SELECT COUNT(*) AS n FROM statement");
STMT(q_months, &number_shape, "SELECT COUNT(*) AS n FROM statement_month");
STMT(q_gaps, &number_shape,
     "SELECT COUNT(*) AS n FROM statement s JOIN statement p ON p.creator_id = s.creator_id"
     " AND p.month = (SELECT MAX(month) FROM statement WHERE creator_id = s.creator_id"
     " AND month < s.month) WHERE p.closing_minor <> s.opening_minor");

static int64_t number(const struct stmt *q)
{
    int64_t row = -1;
    CHECK_INT(db_number(admin, a, q, NO_ARGS, &row), RC_OK);
    return row;
}

static void script(const char *sql) { CHECK_INT(db_script(admin, sql), RC_OK); }

static int64_t at(int64_t month, int day)
{
    int64_t from_ms, to_ms;

    month_span(month, &from_ms, &to_ms);
    return from_ms + (day - 1) * DAY_MS;
}

static struct ledger_account_ref of(enum account_kind kind, int64_t creator)
{
    return (struct ledger_account_ref){ kind, creator };
}

static enum rc post_it(struct db *db, void *arg) { return ledger_post(db, a, arg); }

static void post(const char *ikey, const char *kind, int64_t ms, struct ledger_account_ref debit,
                 struct ledger_account_ref credit, int64_t minor)
{
    const struct ledger_leg leg = { debit, credit, minor, 0 };
    struct posting p = {
        .ikey = ikey,
        .kind = kind,
        .ref_type = "reversal",
        .ref_id = "1",
        .effective_ms = ms,
        .currency = "XTS",
        .legs = &leg,
        .n = 1,
        .may_overdraw = true,
    };
    CHECK_INT(db_transact(money, post_it, &p), RC_OK);
}

/* A unit of a member, settled then, with one creator's share of it; the posting is `settle`. */
static void settle(int64_t unit, int64_t settled_ms, int64_t creator, int64_t minor)
{
    script(arena_printf(a,
                        "INSERT INTO unit (id, payment_id, n, user_id, policy_id, starts_ms,"
                        " ends_ms, currency, gross_minor, tax_minor, fee_minor, settled_ms)"
                        " VALUES (%" PRId64 ", 1, %" PRId64 ", %" PRId64
                        ", 1, 1, 2, 'XTS', 999, 167, 40, %" PRId64 ")",
                        unit, unit, MEMBERS + unit, settled_ms));
    script(arena_printf(a,
                        "INSERT INTO unit_share (unit_id, creator_id, seconds, amount_minor)"
                        " VALUES (%" PRId64 ", %" PRId64 ", 100, %" PRId64 ")",
                        unit, creator, minor));
}

static void settle_and_post(int64_t unit, int64_t settled_ms, int64_t creator, int64_t minor)
{
    settle(unit, settled_ms, creator, minor);
    post(arena_printf(a, "settle:%" PRId64 ":1", unit), "settle", settled_ms, deferred,
         of(ACCOUNT_CREATOR_HELD, creator), minor);
}

static void watch(int64_t unit, int64_t creator, int64_t video, int64_t day, int64_t seconds)
{
    script(arena_printf(a,
                        "INSERT INTO watch_day (user_id, day, video_id, creator_id, unit_id,"
                        " credited_ms, raw_ms, lost) VALUES (%" PRId64 ", %" PRId64 ", %" PRId64
                        ", %" PRId64 ", %" PRId64 ", %" PRId64 ", %" PRId64 ", 0)",
                        MEMBERS + unit, day, video, creator, unit, seconds * 1000, seconds * 1000));
}

static void close_month(int64_t month)
{
    script(arena_printf(a,
                        "INSERT INTO month_close (month, currency, units, earned_minor,"
                        " idle_in_minor, uplift_minor, pool_minor, scaled_minor, idle_out_minor,"
                        " closed_ms, posted_ms) VALUES (%" PRId64
                        ", 'XTS', 1, 1, 0, 0, 0, 0, 0, 1, 1)",
                        month));
}

static enum rc run(int64_t *made) { return statement_make_due(money, a, item, made_ms, made); }

static struct statement get(int64_t creator, int64_t month)
{
    struct statement s = { .csv = "" };
    CHECK_INT(statement_get(money, a, creator, month, &s), RC_OK);
    return s;
}

static void set_up(void)
{
    script(
        "INSERT INTO user (id, email, handle, display_name, created_ms) VALUES"
        " (1, 'ann@example.org', 'ann', '=Ann \"A\"', 0), (2, 'bob@example.org', 'bob', 'Bob', 0),"
        " (3, 'm@example.org', 'm', 'M', 0)");
    script("INSERT INTO policy (id, rule, share_bp, fees, idle, min_unit_seconds, hold_days,"
           " since_ms) VALUES (1, 'user', 7000, 'shared', 'uplift', 60, 30, 0)");
    script(
        "INSERT INTO payment (id, user_id, provider, provider_ref, amount_minor, tax_minor,"
        " currency, starts_ms, ends_ms, paid_ms) VALUES (1, 3, 'test', 'one', 999, 167, 'XTS', 1,"
        " 2, 1)");
    script(
        "INSERT INTO video (id, public_id, user_id, category_id, title, state, created_ms) VALUES"
        " (1, 'AAAAAAAAAA1', 1, 4, '=HYPERLINK(1)', 'ready', 1),"
        " (2, 'AAAAAAAAAA2', 1, 4, 'Second', 'deleted', 1)");
    script("INSERT INTO payee (user_id, provider, state, vat_id, created_ms, updated_ms) VALUES"
           " (1, 'test', 'active', 'ATU1', 1, 1)");
    script(
        "INSERT INTO reversal (id, payment_id, provider, provider_ref, kind, state, amount_minor,"
        " reason, created_ms) VALUES (1, 1, 'test', 'r1', 'refund', 'done', 100, 'changed my mind',"
        " 1)");
}

static void nothing_is_due_before_a_month_is_closed(void)
{
    int64_t made = -1;

    CHECK_INT(run(&made), RC_NOT_FOUND);
    settle_and_post(1, at(OCTOBER, 1), ANN, 333); /* in the very first moment of the month */
    CHECK_INT(run(&made), RC_NOT_FOUND);
    CHECK_INT(made, 0);
}

/* Unit 1: 2400 s and 1200 s of 333; units 2 to 6: one video of three equal ones gets the odd minor
 * unit; two units whose videos are unknown. */
static void a_month_is_written_down_to_the_byte(void)
{
    int64_t made;

    watch(1, ANN, 1, 5000, 2400);
    watch(1, ANN, 2, 5000, 1000);
    watch(1, ANN, 2, 5001, 200);
    for (int64_t unit = 2; unit <= 6; unit++) {
        settle_and_post(unit, at(OCTOBER, 31), ANN, 100);
        watch(unit, ANN, 1, 5000, 10);
        watch(unit, ANN, 2, 5000, 10);
        watch(unit, ANN, 7, 5000, 10);
        watch(unit, BOB, 8, 5000, 10);
    }
    settle_and_post(7, at(NOVEMBER, 1) - 1, ANN, 20); /* in the very last moment */
    post("close:203610:1", "close", at(NOVEMBER, 3), idle, of(ACCOUNT_CREATOR_HELD, ANN), 143);
    script("INSERT INTO month_close (month, currency, units, earned_minor, idle_in_minor,"
           " uplift_minor, pool_minor, scaled_minor, idle_out_minor, closed_ms, posted_ms) VALUES"
           " (203610, 'XTS', 7, 853, 143, 143, 0, 0, 0, 1, 1)");
    script("INSERT INTO month_uplift (month, creator_id, earned_minor, amount_minor) VALUES"
           " (203610, 1, 853, 143)");
    post("refund:test:r1", "refund", at(OCTOBER, 31), of(ACCOUNT_CREATOR_HELD, ANN), psp, 40);
    CHECK_INT(run(&made), RC_OK);
    CHECK_INT(made, 1);

    struct statement s = get(ANN, OCTOBER);
    CHECK_INT(s.opening_minor, 0);
    CHECK_INT(s.closing_minor, 333 + 500 + 20 + 143 - 40);
    CHECK_INT(s.made_ms, made_ms);
    CHECK_STR(
        s.csv,
        "kind,what,seconds,viewers,in,out\r\n"
        "\"statement\",\"October 2036\",\"\",\"\",\"\",\"\"\r\n"
        "\"period\",\"1 Oct 2036 to 31 Oct 2036 (UTC)\",\"\",\"\",\"\",\"\"\r\n"
        "\"currency\",\"XTS\",\"\",\"\",\"\",\"\"\r\n"
        "\"issuer\",\"Films Ltd, 1 Road, Town\",\"\",\"\",\"\",\"\"\r\n"
        "\"issuer_vat_id\",\"DE1\",\"\",\"\",\"\",\"\"\r\n"
        "\"creator\",\"'=Ann \"\"A\"\" (ann)\",\"\",\"\",\"\",\"\"\r\n"
        "\"creator_vat_id\",\"ATU1\",\"\",\"\",\"\",\"\"\r\n"
        "\"note\",\"Self-billed: the issuer writes this document in place of an invoice from the "
        "creator. Amounts are net of any value added tax that the creator owes.\","
        "\"\",\"\",\"\",\"\"\r\n"
        "\"opening\",\"Balance on 1 Oct 2036\",\"\",\"\",\"0.00\",\"\"\r\n"
        "\"earned\",\"A deleted video\",0,\"fewer than 5\",\"0.20\",\"\"\r\n"
        "\"earned\",\"'=HYPERLINK(1)\",2450,\"6\",\"3.92\",\"\"\r\n"
        "\"earned\",\"Second\",1250,\"6\",\"2.76\",\"\"\r\n"
        "\"earned\",\"A deleted video\",50,\"5\",\"1.65\",\"\"\r\n"
        "\"uplift\",\"From members who watched nobody\",\"\",\"\",\"1.43\",\"\"\r\n"
        "\"reversal\",\"Refund: changed my mind\",\"\",\"\",\"\",\"0.40\"\r\n"
        "\"closing\",\"Balance on 31 Oct 2036\",\"\",\"\",\"9.56\",\"\"\r\n"
        "\"matured\",\"Became payable in this month\",\"\",\"\",\"0.00\",\"\"\r\n"
        "\"held\",\"Of the balance: held\",\"\",\"\",\"9.56\",\"\"\r\n"
        "\"payable\",\"Of the balance: payable\",\"\",\"\",\"0.00\",\"\"\r\n"
        "\"transit\",\"Of the balance: on its way\",\"\",\"\",\"0.00\",\"\"\r\n");
}

static void it_is_made_once_and_never_changed(void)
{
    int64_t made;
    struct statement s;

    CHECK_INT(run(&made), RC_NOT_FOUND);
    CHECK_INT(number(&q_statements), 1);
    CHECK(db_script(admin, "UPDATE statement SET closing_minor = 1") != RC_OK);
    CHECK(db_script(admin, "DELETE FROM statement") != RC_OK);
    CHECK(db_script(money, "UPDATE statement SET closing_minor = 1") != RC_OK);
    CHECK_INT(statement_get(money, a, BOB, OCTOBER, &s), RC_NOT_FOUND);
    /* changes that get past all that are noticed */
    script("DROP TRIGGER statement_keep");
    script("UPDATE statement SET csv = REPLACE(csv, '9.56', '9.57')");
    CHECK_INT(statement_get(money, a, ANN, OCTOBER, &s), RC_FAIL);
    script("UPDATE statement SET csv = REPLACE(csv, '9.57', '9.56')");
    CHECK_INT(statement_get(money, a, ANN, OCTOBER, &s), RC_OK);
}

static bool has_line(const struct statement *s, const char *kind, const char *in, const char *out)
{
    struct statement_lines lines;

    CHECK_INT(statement_read(a, s, &lines), RC_OK);
    for (size_t i = 0; i < lines.n; i++)
        if (str_eq(lines.items[i].kind, kind) && str_eq(lines.items[i].in, in) &&
            str_eq(lines.items[i].out, out))
            return true;
    return false;
}

/* November: all of it matures, a payout is made, a part is returned, a part pays for a
 * subscription. */
static void the_next_month_goes_on_from_it(void)
{
    struct ledger_account_ref held = of(ACCOUNT_CREATOR_HELD, ANN),
                              payable = of(ACCOUNT_CREATOR_PAYABLE, ANN),
                              transit = of(ACCOUNT_CREATOR_TRANSIT, ANN);
    int64_t made;

    post("mature:1", "mature", at(NOVEMBER, 2), held, payable, 900);
    post("payout:1:reserve", "payout", at(NOVEMBER, 5), payable, transit, 800);
    post("payout:1:sent", "payout", at(NOVEMBER, 6), transit, psp, 700);
    post("payout:1:back:1", "payout", at(NOVEMBER, 7), psp, payable, 150);
    post("payout:2:back:1", "payout", at(NOVEMBER, 7), transit, payable, 30);
    post("earnings:1", "earnings", at(NOVEMBER, 8), payable, of(ACCOUNT_MEMBER, ANN), 9);
    post("refund:test:r1:undone", "refund", at(NOVEMBER, 9), psp, held, 40);
    post("fix:1", "fix", at(NOVEMBER, 9), (struct ledger_account_ref){ ACCOUNT_WRITEOFF, 0 }, held,
         2);
    settle_and_post(8, at(NOVEMBER, 9), BOB, 77);
    watch(8, BOB, 9, 5030, 5);
    close_month(NOVEMBER);
    CHECK_INT(run(&made), RC_OK);
    CHECK_INT(made, 2);

    struct statement s = get(ANN, NOVEMBER);
    CHECK_INT(s.opening_minor, 956);
    CHECK_INT(s.closing_minor, 956 - 700 + 150 - 9 + 40 + 2);
    CHECK(has_line(&s, "opening", "9.56", ""));
    CHECK(has_line(&s, "reversal", "0.40", ""));
    CHECK(has_line(&s, "paid", "", "7.00"));
    CHECK(has_line(&s, "returned", "1.50", ""));
    CHECK(has_line(&s, "spent", "", "0.09"));
    CHECK(has_line(&s, "other", "0.02", ""));
    CHECK(has_line(&s, "closing", "4.39", ""));
    CHECK(has_line(&s, "matured", "9.00", ""));
    CHECK(has_line(&s, "held", "0.98", ""));
    CHECK(has_line(&s, "payable", "2.71", ""));
    CHECK(has_line(&s, "transit", "0.70", ""));
    CHECK_INT(get(BOB, NOVEMBER).closing_minor, 77);
    CHECK_INT(number(&q_gaps), 0);
}

/* A clawback leaves Bob below zero; a late posting for October appears in December. */
static void debts_and_late_postings_are_told(void)
{
    int64_t made;

    post("dispute:test:d1", "dispute", at(DECEMBER, 2), of(ACCOUNT_CREATOR_HELD, BOB), psp, 100);
    post("settle:99:1", "settle", at(OCTOBER, 9), deferred, of(ACCOUNT_CREATOR_HELD, ANN), 11);
    post("mature:2", "mature", at(DECEMBER, 9), of(ACCOUNT_CREATOR_HELD, ANN),
         of(ACCOUNT_CREATOR_PAYABLE, ANN), 1);
    close_month(DECEMBER);
    CHECK_INT(run(&made), RC_OK);
    CHECK_INT(made, 2);
    struct statement bob = get(BOB, DECEMBER), ann = get(ANN, DECEMBER);
    CHECK_INT(bob.closing_minor, -23);
    CHECK(has_line(&bob, "closing", "", "0.23"));
    CHECK(has_line(&ann, "correction", "0.11", ""));
    CHECK_INT(ann.closing_minor, 439 + 11);
    CHECK_INT(number(&q_gaps), 0);
}

/* A share without its posting: no statement for that creator, one for the others, and the month
 * stays open until that is repaired. */
static void books_that_do_not_add_up_get_none(void)
{
    int64_t made, months = number(&q_months);
    struct statement s;

    settle(10, at(203701, 5), ANN, 50);
    settle_and_post(11, at(203701, 5), BOB, 60);
    post("mature:3", "mature", at(203701, 9), of(ACCOUNT_CREATOR_HELD, ANN),
         of(ACCOUNT_CREATOR_PAYABLE, ANN), 1);
    close_month(203701);
    CHECK_INT(run(&made), RC_FAIL);
    CHECK_INT(made, 1);
    CHECK_INT(statement_get(money, a, ANN, 203701, &s), RC_NOT_FOUND);
    CHECK_INT(get(BOB, 203701).closing_minor, 37);
    CHECK_INT(number(&q_months), months);
    post("settle:10:1", "settle", at(203701, 5), deferred, of(ACCOUNT_CREATOR_HELD, ANN), 50);
    CHECK_INT(run(&made), RC_OK);
    CHECK_INT(made, 1);
    CHECK_INT(number(&q_months), months + 1);
}

static void many_at_once_make_each_once(void)
{
    int64_t before = number(&q_statements);
    int failed = 0, status;

    for (int64_t creator = 100; creator < 130; creator++) {
        script(arena_printf(a,
                            "INSERT INTO user (id, email, handle, display_name, created_ms) VALUES"
                            " (%" PRId64 ", 'c%" PRId64 "@example.org', 'c%" PRId64 "', 'C', 0)",
                            creator, creator, creator));
        settle_and_post(creator, at(203702, 5), creator, creator);
    }
    close_month(203702);
    for (int i = 0; i < PROCESSES; i++)
        if (fork() == 0) {
            int64_t made;
            struct db *own = db_new(DB_MONEY, 30);
            enum rc rc = statement_make_due(own, a, item, made_ms, &made);
            _exit(rc != RC_OK && rc != RC_NOT_FOUND);
        }
    while (wait(&status) > 0)
        failed += status != 0;
    CHECK_INT(failed, 0);
    CHECK_INT(number(&q_statements), before + 30);
    CHECK_INT(get(129, 203702).closing_minor, 129);
}

int main(int argc, char **argv)
{
    static const struct check_case cases[] = {
        CASE(nothing_is_due_before_a_month_is_closed),
        CASE_AFTER(nothing_is_due_before_a_month_is_closed, a_month_is_written_down_to_the_byte),
        CASE_AFTER(a_month_is_written_down_to_the_byte, it_is_made_once_and_never_changed),
        CASE_AFTER(it_is_made_once_and_never_changed, the_next_month_goes_on_from_it),
        CASE_AFTER(the_next_month_goes_on_from_it, debts_and_late_postings_are_told),
        CASE_AFTER(debts_and_late_postings_are_told, books_that_do_not_add_up_get_none),
        CASE(many_at_once_make_each_once),
    };

    CHECK_CHOOSE(argc, argv, cases);
    admin = own_db("environment = test\nclock_file =\nseller_name = Films Ltd\n"
                   "seller_address = 1 Road, Town\nseller_vat_id = DE1\n");
    a = arena_new(256 << 20);
    item = arena_new(256 << 20);
    money = db_new(DB_MONEY, 30);
    set_up();
    check_run();
    return check_done("unit_statement");
}
