/* The audit on a small economy of its own: it finds nothing wrong in what the modules wrote, and
 * finds each fault that is planted behind their backs. A fault is planted in a transaction that is
 * rolled back. Needs OVS_CONF of a running site. */
#include "app/reports/audit.h"
#include "app/reports/sums.h"
#include "app/money/month.h"
#include "app/income/payment.h"
#include "app/income/reversal.h"
#include "app/money/settle.h"
#include "base/clock.h"
#include "base/str.h"
#include "io/secret.h"
#include "own_db.h"

static const int64_t paid_ms = INT64_C(1768003200000);    /* 2026-01-10 00:00 UTC */
static const int64_t settled_ms = INT64_C(1770854400000); /* 2026-02-12 */
static const int64_t closed_ms = INT64_C(1772503200000);  /* 2026-03-03 02:00 */
static const int64_t matured_ms = INT64_C(1775174400000); /* 2026-04-03 */
static const struct ledger_account_ref psp = { ACCOUNT_PSP, 0 };

static struct arena *a;
static struct db *money, *admin;

static void script(const char *sql) { CHECK_INT(db_script(admin, sql), RC_OK); }

static enum rc book_it(struct db *db, void *arg) { return payment_book(db, a, arg, psp); }
static enum rc apply_it(struct db *db, void *arg)
{
    return reversal_apply(db, a, arg, psp, settled_ms + 40 * DAY_MS);
}

static void pay(int64_t user_id)
{
    struct payment p = { .user_id = user_id,
                         .amount_minor = 999,
                         .tax_minor = 167,
                         .fee_minor = 40,
                         .months = 1,
                         .paid_ms = paid_ms,
                         .provider = "test",
                         .provider_ref = arena_printf(a, "p%" PRId64, user_id),
                         .currency = "XTS" };
    CHECK_INT(db_transact(money, book_it, &p), RC_OK);
}

struct sending {
    const char *act;
    struct ledger_leg leg;
};

static enum rc post_it(struct db *db, void *arg)
{
    const struct sending *s = arg;
    const struct posting p = { .ikey = arena_printf(a, "payout:1:%s", s->act),
                               .kind = arena_printf(a, "payout_%s", s->act),
                               .ref_type = "payout",
                               .ref_id = "1",
                               .effective_ms = matured_ms,
                               .currency = "XTS",
                               .legs = &s->leg,
                               .n = 1 };
    return ledger_post(db, a, &p);
}

static void pay_out(void)
{
    static const struct ledger_account_ref payable = { ACCOUNT_CREATOR_PAYABLE, 11 },
                                           transit = { ACCOUNT_CREATOR_TRANSIT, 11 };
    struct sending reserve = { "reserve", { payable, transit, 300, 0 } };
    struct sending sent = { "sent", { transit, psp, 300, 0 } };

    CHECK_INT(db_transact(money, post_it, &reserve), RC_OK);
    CHECK_INT(db_transact(money, post_it, &sent), RC_OK);
    script("INSERT INTO payout_run (id, month, currency, created_ms) VALUES (1, 202604, 'XTS', 0);"
           "INSERT INTO payout (id, run_id, user_id, provider, amount_minor, currency, state,"
           " created_ms, changed_ms) VALUES (1, 1, 11, 'test', 300, 'XTS', 'sent', 0, 0)");
}

/* Members 1 to 4 pay; 1 and 2 watch creators 11 and 12, 3 nobody; 4's month is still open. */
static void make_economy(void)
{
    for (int64_t id = 1; id <= 12; id++)
        script(arena_printf(a,
                            "INSERT INTO user (id, email, handle, display_name, created_ms) VALUES"
                            " (%" PRId64 ", 'u%" PRId64 "@example.org', 'u%" PRId64 "', 'U', 0)",
                            id, id, id));
    for (int64_t id = 1; id <= 3; id++)
        pay(id);
    script("DELETE FROM watch_dirty");
    script("INSERT INTO video (id, public_id, user_id, category_id, title, state, length_ms,"
           " created_ms) VALUES (1, 'aaaaaaaaaaa', 11, 1, 'A', 'ready', 7200000, 0),"
           " (2, 'bbbbbbbbbbb', 12, 1, 'B', 'ready', 7200000, 0)");
    script("INSERT INTO watch_day (user_id, day, video_id, creator_id, unit_id, credited_ms,"
           " raw_ms, lost) VALUES (1, 20463, 1, 11, 1, 3600000, 3600000, 0),"
           " (1, 20463, 2, 12, 1, 1800000, 1800000, 0), (2, 20463, 2, 12, 2, 600000, 600000, 0)");
    struct settled settled;
    CHECK_INT(settle_run(money, a, settled_ms, false, &settled, NULL), RC_OK);
    CHECK_INT(settled.units, 3);
    pay(4);
    script("DELETE FROM watch_dirty");
    struct month month;
    int64_t closed;
    CHECK_INT(month_close_due(money, a, closed_ms, INT64_MAX, &closed, &month), RC_OK);
    struct matured matured;
    CHECK_INT(mature_run(money, a, matured_ms, false, &matured), RC_OK);
    struct reversal refund = { .kind = REVERSAL_REFUND,
                               .state = REVERSAL_DONE,
                               .provider = "test",
                               .provider_ref = "r2",
                               .payment_ref = "p2",
                               .amount_minor = 400 };
    CHECK_INT(db_transact(money, apply_it, &refund), RC_OK);
    pay_out();
    script("DROP TRIGGER ledger_tx_keep; DROP TRIGGER ledger_leg_keep; DROP TRIGGER ledger_tx_stay;"
           "DROP TRIGGER ledger_leg_stay; DROP TRIGGER document_keep; DROP TRIGGER document_stay;"
           "DROP TRIGGER receipt_keep; DROP TRIGGER receipt_stay;"
           "ALTER TABLE ledger_leg DROP CONSTRAINT ledger_leg_full; DROP TRIGGER statement_keep");
}

enum check {
    PAYMENTS,
    UNITS,
    ACCESS,
    SHARES,
    WATCHING,
    CREATORS,
    WAITING,
    PAYOUTS,
    CHAIN,
    DOCUMENTS,
    CLOSES,
    ACTS,
    CARRIED,
    CURRENCY,
};
static const int64_t quiet_ms = INT64_C(1768089600000); /* a day after they paid */

static enum rc run(struct db *db, enum check check, int64_t now_ms, struct finding_list *out)
{
    const struct audit_span all = { .now_ms = now_ms };

    switch (check) {
    case PAYMENTS: return audit_payments(db, a, &all, out);
    case UNITS: return audit_units(db, a, &all, out);
    case ACCESS: return audit_access(db, a, &all, out);
    case SHARES: return audit_shares(db, a, &all, out);
    case WATCHING: return audit_watching(db, a, &all, out);
    case CREATORS: return audit_creators(db, a, &all, out);
    case WAITING: return audit_waiting(db, a, &all, out);
    case PAYOUTS: return audit_payouts(db, a, &all, out);
    case CHAIN: return audit_chain(db, a, &all, out);
    case DOCUMENTS: return audit_documents(db, a, &all, out);
    case CLOSES: return audit_closes(db, a, &all, out);
    case ACTS: return audit_acts(db, a, &all, out);
    case CARRIED: return audit_carried(db, a, &all, out);
    case CURRENCY: return audit_currency(db, a, &all, out);
    }
    return RC_FAIL;
}

struct fault {
    const char *sql; /* plants it */
    enum check check;
    const char *want; /* "subject text" begins with this */
    int64_t now_ms;   /* for WAITING */
};

static void expect(const struct fault *f, const struct finding_list *found)
{
    bool is_there = false;

    for (size_t i = 0; i < found->n; i++)
        is_there = is_there || str_starts(arena_printf(a, "%s %s", found->items[i].subject,
                                                       found->items[i].text),
                                          f->want);
    CHECK(is_there);
    for (size_t i = 0; !is_there && i < found->n; i++)
        printf("  found: %s %s\n", found->items[i].subject, found->items[i].text);
    if (!is_there)
        printf("  want: %s\n", f->want);
}

static enum rc plant(struct db *db, void *arg)
{
    const struct fault *f = arg;
    struct finding_list found = { NULL, 0 };

    CHECK_INT(run(db, f->check, f->now_ms ? f->now_ms : quiet_ms, &found), RC_OK);
    CHECK(found.n == 0);
    CHECK_INT(db_script(db, f->sql), RC_OK);
    CHECK_INT(run(db, f->check, f->now_ms ? f->now_ms : quiet_ms, &found), RC_OK);
    expect(f, &found);
    return RC_DENIED; /* so that it is rolled back */
}

static void find(const struct fault *faults, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        struct fault f = faults[i];
        CHECK_INT(db_transact(admin, plant, &f), RC_DENIED);
    }
}

static void faults_of_payments(void)
{
    static const struct fault faults[] = {
        { "UPDATE payment SET amount_minor = 1000 WHERE id = 1", PAYMENTS,
          "payment 1 of 1000 with a fee of 40 is in the ledger as 999 and 40", 0 },
        { "UPDATE payment SET fee_minor = 39 WHERE id = 1", PAYMENTS,
          "payment 1 of 999 with a fee of 39 is in the ledger as 999 and 40", 0 },
        { "UPDATE unit SET tax_minor = 160 WHERE id = 1", PAYMENTS,
          "payment 1 is for 1 months of 999, 167 and 40, its 1 units say 999, 160 and 40", 0 },
        { "UPDATE reversal SET amount_minor = 399", PAYMENTS,
          "reversal 1 done, of 399 and 0, is 400 of its months and 400 in the ledger", 0 },
        { "UPDATE reversal SET state = 'undone'", PAYMENTS,
          "reversal 1 undone, of 400 and 0, is 400 of its months and 400 in the ledger", 0 },
        { "UPDATE unit SET refunded_minor = 401 WHERE id = 2", PAYMENTS,
          "unit 2 says that 401 were given back and 0 disputes are open, its reversals say 400",
          0 },
        { "UPDATE unit SET frozen = 1 WHERE id = 2", PAYMENTS,
          "unit 2 says that 400 were given back and 1 disputes are open, its reversals say 400 and 0",
          0 },
    };
    find(faults, COUNT(faults));
}

static void faults_of_documents(void)
{
    static const struct fault faults[] = {
        { "UPDATE document SET buyer_name = 'Eve' WHERE number = 2", DOCUMENTS,
          "document 2 was changed after it was issued", 0 },
        { "UPDATE document SET tax_minor = 166 WHERE number = 1", DOCUMENTS,
          "document 1 states 998 with 166 of tax, its receipt says 999 with 167", 0 },
        { "DELETE FROM document WHERE number = 1", DOCUMENTS,
          "receipt 1 has no document: run jobs/migrate", 0 },
        { "DELETE FROM document WHERE number = 1; DELETE FROM receipt WHERE number = 1", DOCUMENTS,
          "receipt 1 is missing: numbers have no gaps", 0 },
        { "UPDATE receipt_counter SET last = last + 1", DOCUMENTS, "receipts are counted to", 0 },
        { "SET FOREIGN_KEY_CHECKS = 0; DELETE FROM document WHERE kind = 'credit_note';"
          "DELETE FROM receipt WHERE reversal_id > 0; SET FOREIGN_KEY_CHECKS = 1",
          DOCUMENTS, "reversal 1 was done without a credit note", 0 },
        { "DELETE FROM document WHERE number = 1; DELETE FROM receipt WHERE number = 1", DOCUMENTS,
          "payment 1 has no receipt", 0 },
    };
    find(faults, COUNT(faults));
}

#define ACT(kind, state, by, posting)                                                              \
    "INSERT INTO act (id, once, kind, fields, what, reason, asked_by, asked_ms, state, waited,"    \
    " ended_by, ended_ms, posting) VALUES (7, 'o', '" kind "', '', '', '', 1, 1, '" state          \
    "', 1, " by ", 1768003200000, '" posting "')"

static void faults_of_acts(void)
{
    static const struct fault faults[] = {
        { "INSERT INTO ledger_tx (ikey, digest, kind, ref_type, ref_id, legs, effective_ms,"
          " created_ms) VALUES ('manual:9', SHA2('a', 256), 'manual', 'act', '9', 1, 1, 1768003200000)",
          ACTS, "posting manual:9 was made by hand without an act", 0 },
        { ACT("posting", "done", "2", "manual:7"), ACTS,
          "act 7 is done, but there is no posting manual:7", 0 },
        { ACT("refund", "done", "2", ""), ACTS,
          "act 7 of the kind refund is done without a posting", 0 },
        { ACT("payouts-on", "done", "1", ""), ACTS,
          "act 7 waited, and was approved by the one who asked for it", 0 },
        { ACT("payouts-on", "done", "NULL", ""), ACTS, "act 7 waited", 0 },
        { "INSERT INTO ledger_account (id, code, class, currency) VALUES (900, 'liab:voucher',"
          " 'liability', 'XTS'); INSERT INTO ledger_balance (account_id, credits_minor)"
          " VALUES (900, 500)",
          ACTS, "liab:voucher holds 500 XTS, vouchers that can be redeemed come to 0", 0 },
    };
    find(faults, COUNT(faults));
}

#define LEG_TO(code, unit)                                                                         \
    " WHERE unit_id = " #unit                                                                      \
    " AND credit_id = (SELECT id FROM ledger_account WHERE code = '" code "')"

static void faults_of_units(void)
{
    static const struct fault faults[] = {
        { "UPDATE ledger_leg SET amount_minor = 237" LEG_TO("rev:platform", 1), UNITS,
          "unit 1 has 1 deferred, 167 tax, 237 of the platform and 0 idle, should have 0, 167, 238",
          0 },
        { "UPDATE ledger_leg SET amount_minor = 166" LEG_TO("liab:vat", 4), UNITS,
          "unit 4 has 792 deferred, 166 tax", 0 },
        { "UPDATE unit SET settled_ms = 0 WHERE id = 1", UNITS,
          "unit 1 has 0 deferred, 167 tax, 238 of the platform and 0 idle, should have 792, 167, 0",
          0 },
        { "UPDATE unit SET settled_ms = 5 WHERE id = 4", UNITS, "unit 4 has 792 deferred", 0 },
        { "UPDATE unit SET fee_minor = 41 WHERE id = 4", UNITS,
          "unit 4 has 792 deferred, 167 tax, 0 of the platform and 0 idle, should have 791", 0 },
        { "UPDATE unit SET idle_minor = 553 WHERE id = 3", UNITS,
          "unit 3 has 0 deferred, 167 tax, 238 of the platform and 554 idle, should have 0, 167, 238"
          " and 553",
          0 },
        { "INSERT INTO ledger_tx (ikey, digest, kind, ref_type, ref_id, legs, effective_ms,"
          " created_ms) SELECT 'settle:1:2', digest, kind, ref_type, ref_id, legs, effective_ms,"
          " created_ms FROM ledger_tx WHERE ikey = 'settle:1:1'; INSERT INTO ledger_leg (tx_id,"
          " legs, line, debit_id, credit_id, currency, amount_minor, unit_id) SELECT (SELECT id FROM"
          " ledger_tx WHERE ikey = 'settle:1:2'), legs, line, debit_id, credit_id, currency, amount_minor,"
          " unit_id FROM ledger_leg WHERE tx_id = (SELECT id FROM ledger_tx WHERE ikey ="
          " 'settle:1:1')",
          UNITS, "unit 1 was settled 2 times", 0 },
    };
    find(faults, COUNT(faults));
}

static void faults_of_access(void)
{
    static const struct fault faults[] = {
        { "DELETE FROM paid_span WHERE unit_id = 4", ACCESS,
          "unit 4 is paid for a month, members can watch in 0 ms of it", 0 },
        { "UPDATE paid_span SET ends_ms = ends_ms - 86400000 * 4 WHERE unit_id = 4", ACCESS,
          "unit 4 is paid for a month, members can watch in 2332800000 ms of it", 0 },
        { "UPDATE unit SET length_ms = 86400000 WHERE id = 4", ACCESS,
          "unit 4 is paid for 86400000 ms, members can watch in 2678400000 ms of it", 0 },
        { "UPDATE unit SET ends_ms = ends_ms + 1 WHERE id = 4", ACCESS, "unit 4 is shown from", 0 },
        { "UPDATE unit SET refunded_minor = gross_minor WHERE id = 4", ACCESS,
          "unit 4 was given back in full and has time", 0 },
        { "INSERT INTO paid_span (user_id, starts_ms, ends_ms, unit_id, anchor_ms) SELECT 1, p.ends_ms - 5,"
          " p.ends_ms, 4, 0 FROM paid_span p WHERE p.unit_id = 1",
          ACCESS, "member 1 has paid twice for the time from", 0 },
        { "UPDATE paid_span SET starts_ms = 4000000000000, ends_ms = 4002592000000 WHERE unit_id = 4",
          ACCESS, "member 4 cannot watch before 4000000000000 in what unit 4 pays for", 0 },
        { "UPDATE subscription SET paid_until_ms = paid_until_ms + 1 WHERE user_id = 2", ACCESS,
          "member 2 may watch until", 0 },
        { "UPDATE subscription SET grace_until_ms = 4000000000000 WHERE user_id = 2", ACCESS,
          "member 2 may watch until", 0 },
        { "DELETE FROM paid_span WHERE unit_id = 3", ACCESS, "member 3 may watch until", 0 },
        { "INSERT INTO watch_day (user_id, day, video_id, creator_id, unit_id, credited_ms, raw_ms,"
          " lost) VALUES (4, 20462, 1, 11, 4, 1000, 1000, 0)",
          ACCESS, "unit 4 counts 1000 ms of watching on day 20462, 0 ms of that day are its own",
          0 },
        { "INSERT INTO watch_day (user_id, day, video_id, creator_id, unit_id, credited_ms, raw_ms,"
          " lost) VALUES (3, 20463, 1, 11, 4, 1000, 1000, 0)",
          ACCESS, "unit 4 counts 1000 ms of watching on day 20463, 0 ms of that day are its own",
          0 },
    };
    find(faults, COUNT(faults));
}

static void faults_of_shares(void)
{
    static const struct fault faults[] = {
        { "UPDATE unit_share SET amount_minor = 370 WHERE unit_id = 1 AND creator_id = 11", SHARES,
          "unit 1 has 369 payable for creator 11, the share is 370", 0 },
        { "UPDATE ledger_leg SET amount_minor = 184" LEG_TO("liab:creator:12:held", 1), SHARES,
          "unit 1 has -1 held for creator 12, the share is 0", 0 },
        { "DELETE FROM unit_share WHERE unit_id = 2", SHARES,
          "unit 2 has 333 payable for creator 12, the share is 0", 0 },
        { "UPDATE unit SET matured_ms = 0 WHERE id = 1", SHARES,
          "unit 1 has 0 held for creator 11, the share is 369", 0 },
        { "UPDATE unit SET matured_ms = 1 WHERE id = 4", SHARES,
          "unit 4 has matured, but is not settled", 0 },
        { "UPDATE unit_share SET seconds = 3500 WHERE unit_id = 1 AND creator_id = 11", SHARES,
          "unit 1 gives creator 11 369, should be 366", 0 },
        { "UPDATE unit SET creators_minor = 555, platform_minor = 237, idle_minor = 555"
          " WHERE id = 3",
          SHARES, "unit 3 was split into 555 and 237, should be 554 and 238", 0 },
        { "UPDATE unit SET platform_minor = 239 WHERE id = 3", SHARES,
          "unit 3 has 792 net and 0 seconds, its parts have 554 + 239", 0 },
        { "UPDATE unit SET seconds = 5000 WHERE id = 1", SHARES,
          "unit 1 has 792 net and 5000 seconds, its parts have 554 + 238, its shares 554 and 5400",
          0 },
    };
    find(faults, COUNT(faults));
}

static void faults_of_watching(void)
{
    static const struct fault faults[] = {
        { "INSERT INTO watch_day (user_id, day, video_id, creator_id, unit_id, credited_ms, raw_ms,"
          " lost) VALUES (1, 20463, 3, 12, 1, 52200001, 52200001, 0)",
          WATCHING, "member 1 is credited 57600001 ms on day 20463", 0 },
        { "UPDATE watch_day SET credited_ms = 7200001, raw_ms = 7200001 WHERE video_id = 1",
          WATCHING, "member 1 is credited 7200001 ms on day 20463 for video 1 of 7200000 ms", 0 },
        { "UPDATE watch_day SET credited_ms = 3599999 WHERE video_id = 1", WATCHING,
          "unit 1 counts 3600 seconds for creator 11, credited are 3599", 0 },
    };
    find(faults, COUNT(faults));
}

static void faults_of_creators(void)
{
    static const struct fault faults[] = {
        { "UPDATE payout SET state = 'failed'", CREATORS,
          "payout 1 of 300 is failed, the ledger has 0 of it in transit and 300 gone", 0 },
        { "UPDATE payout SET state = 'reserved'", CREATORS,
          "creator 11 has 0 XTS in transit, payouts under way say 300", 0 },
        { "UPDATE payout SET amount_minor = 299", CREATORS,
          "payout 1 of 299 is sent, the ledger has 0 of it in transit and 300 gone", 0 },
        { "INSERT INTO statement (creator_id, month, currency, opening_minor, closing_minor, csv,"
          " sha256, made_ms) VALUES (11, 202602, 'XTS', 0, 500, 'x', SHA2('x', 256), 0),"
          " (11, 202603, 'XTS', 499, 600, 'y', SHA2('y', 256), 0)",
          CREATORS, "statement 202603 of creator 11 opens with 499, the one before closed with 500",
          0 },
        { "INSERT INTO statement (creator_id, month, currency, opening_minor, closing_minor, csv,"
          " sha256, made_ms) VALUES (11, 202602, 'XTS', 0, 500, 'z', SHA2('x', 256), 0)",
          CREATORS, "statement 202602 of creator 11 is not what was written down", 0 },
    };
    find(faults, COUNT(faults));
}

#define HOUR INT64_C(3600000)
#define TO_POOL                                                                                    \
    "INSERT IGNORE INTO ledger_account (code, class, currency) VALUES ('liab:pool', 'liability',"  \
    " 'XTS'); UPDATE ledger_leg SET credit_id = (SELECT id FROM ledger_account"                    \
    " WHERE code = 'liab:pool') WHERE unit_id = 1 AND credit_id = (SELECT id FROM ledger_account"  \
    " WHERE code = 'liab:creator:12:held') LIMIT 1; "
static void faults_of_closes(void)
{
    static const struct fault faults[] = {
        { "UPDATE unit SET settled_ms = (SELECT MIN(settled_ms) FROM (SELECT settled_ms FROM unit"
          " WHERE settled_ms > 0) x) WHERE id = 4",
          CLOSES, "month 202602 was closed with 3 paid months, but 4 are settled in it", 0 },
        { "UPDATE month_close SET uplift_minor = uplift_minor + 1", CLOSES,
          "month 202602 was closed with 475 to creators, 0 to the platform and -474 to the idle"
          " money; its postings say 474, 0 and -474",
          0 },
        { "UPDATE month_close SET platform_minor = 5", CLOSES,
          "month 202602 was closed with 474 to creators, 5 to the platform", 0 },
        { "UPDATE month_close SET idle_out_minor = idle_out_minor + 1", CLOSES,
          "month 202602 was closed with 474 to creators, 0 to the platform and -473 to the idle",
          0 },
        { "UPDATE month_uplift SET amount_minor = amount_minor + 1 LIMIT 1", CLOSES,
          "month 202602 raised 1108 by 474, its creators say 1108 by 475", 0 },
        { "UPDATE month_uplift SET earned_minor = earned_minor + 1 LIMIT 1", CLOSES,
          "month 202602 raised 1108 by 474, its creators say 1109 by 474", 0 },
        { "UPDATE month_close SET idle_out_minor = idle_out_minor + 1", CARRIED, "liab:idle holds ",
          0 },
        { "UPDATE unit SET idle_minor = 5, settled_ms = 1893456000000 WHERE id = 4", CARRIED,
          "liab:idle holds ", 0 },
        { TO_POOL "DELETE FROM ledger_sum; DELETE FROM ledger_unsummed;"
                  "INSERT INTO ledger_unsummed (tx_id) SELECT id FROM ledger_tx",
          CARRIED, "liab:pool holds 185, but 0 was settled into it since the latest closed month",
          0 },
        { "INSERT INTO ledger_currency (id, currency) VALUES (2, 'EUR')", CURRENCY,
          "EUR is in books that are in XTS", 0 },
    };
    find(faults, COUNT(faults));
}

static void faults_of_waiting(void)
{
    static const struct fault faults[] = {
        { "INSERT INTO ledger_account (code, class, currency) VALUES ('clearing:refund',"
          " 'liability', 'XTS'); INSERT INTO ledger_leg (tx_id, legs, line, debit_id, credit_id,"
          " currency, amount_minor) SELECT t.id, t.legs, t.legs + 1, 1, (SELECT id FROM ledger_account WHERE"
          " code = 'clearing:refund'), 'XTS', 5 FROM ledger_tx t ORDER BY t.id LIMIT 1",
          WAITING, "clearing:refund holds XTS that has been unexplained",
          INT64_C(1768003200000) + 73 * HOUR },
        { "UPDATE payout SET state = 'unknown', first_try_ms = 1768003200000", PAYOUTS,
          "payout 1 has been unknown for 25 hours", INT64_C(1768003200000) + 25 * HOUR },
        { "UPDATE payout SET state = 'reserved', changed_ms = 1768003200000", PAYOUTS,
          "payout 1 has been reserved for 25 hours", INT64_C(1768003200000) + 25 * HOUR },
        { "UPDATE payout SET state = 'reserved', provider = 'manual';"
          "UPDATE payout_run SET reserved_ms = 1768003200000",
          PAYOUTS, "run 1 has waited 169 hours for its export, with 1 payouts",
          INT64_C(1768003200000) + 169 * HOUR },
        { "UPDATE payout SET state = 'exported', provider = 'manual';"
          "UPDATE payout_run SET exports = 1, pay_on_ms = 1768003200000",
          PAYOUTS,
          "run 1 was to be paid 145 hours ago, and 1 of its payouts are neither confirmed nor on a"
          " bank statement",
          INT64_C(1768003200000) + 145 * HOUR },
        { "UPDATE payout SET state = 'exported'; UPDATE payout_run SET pay_on_ms = 1893456000000",
          PAYOUTS, "payout 1 is exported, its run 1 has no file for the bank", 1768003200000 },
        { "UPDATE payout_run SET cancelled_ms = 1", PAYOUTS,
          "payout 1 is sent, its run 1 was cancelled", 1768003200000 },
        { "INSERT INTO watch_node (node, all_before_ms) VALUES ('n', 1768003200000)", WAITING,
          "node n has not handed in watch time for 49 hours", INT64_C(1768003200000) + 49 * HOUR },
        { "INSERT INTO watch_dirty (user_id, day) VALUES (1, 20460), (1, 20461)", WAITING,
          "day 20460 and later ones wait to be counted, 2 in all: run watch_rollup", 0 },
        { "UPDATE unit SET ends_ms = 1768003200001, starts_ms = 0 WHERE id = 4", WAITING,
          "unit 4 ended 216 hours ago and is not settled: run watch_flush, watch_rollup, settle",
          INT64_C(1768003200002) + 216 * HOUR },
        { "UPDATE unit SET matured_ms = 0, settled_ms = 1768003200000 WHERE id = 1", WAITING,
          "unit 1 should have matured", INT64_C(1768003200001) + 37 * 24 * HOUR },
        { "UPDATE unit SET settled_ms = 1761955200000 WHERE id = 1", WAITING,
          "2025-11-01 is not closed yet", 0 },
        { "UPDATE month_close SET posted_ms = 0, closed_ms = 1768003200000 - 1", WAITING,
          "month 202602 is closed, but not posted", 0 },
    };
    find(faults, COUNT(faults));
}

static void chain_to(int64_t now_ms, const char **link)
{
    const struct audit_span all = { .now_ms = now_ms };
    struct finding_list found;

    CHECK_INT(audit_chain(money, a, &all, &found), RC_OK);
    CHECK(found.n == 0);
    CHECK_INT(audit_chain_last(money, a, link), RC_OK);
}

/* Three days of it, which have ended. */
static void faults_of_the_past(void)
{
    static const struct fault faults[] = {
        { "UPDATE ledger_tx SET digest = REPEAT('0', 64) WHERE ikey = 'settle:1:1'", CHAIN,
          "day 20001 had ", INT64_C(20010) * 86400000 },
        { "DELETE FROM ledger_leg WHERE tx_id = 1;"
          "DELETE FROM ledger_tx WHERE id = 1",
          CHAIN, "day 20000 had ", INT64_C(20010) * 86400000 },
        { "UPDATE ledger_tx SET created_ms = 20000 * 86400000 WHERE ikey = 'settle:1:1'", CHAIN,
          "day 20000 had ", INT64_C(20010) * 86400000 },
        { "UPDATE ledger_tx SET created_ms = 19990 * 86400000 WHERE ikey = 'settle:1:1'", CHAIN,
          "day 19990 had no transactions, now 1", INT64_C(20010) * 86400000 },
    };
    const char *first, *later;

    script(
        "UPDATE ledger_tx SET created_ms = (20000 + (kind = 'settle') + 3 * (kind LIKE 'payout%'))"
        " * 86400000");
    chain_to(INT64_C(20002) * DAY_MS + HOUR_MS, &first);
    CHECK(strlen(first) == 64);
    chain_to(INT64_C(20004) * DAY_MS, &later);
    CHECK_STR(later, first); /* day 20003 ended less than an hour ago */
    chain_to(INT64_C(20010) * DAY_MS, &later);
    CHECK(!str_eq(later, first));
    find(faults, COUNT(faults));
}

STMT(q_kept, &number_shape, "SELECT COUNT(*) AS n FROM audit_report");

static void all_is_well(void)
{
    struct audit_result result, last;
    struct audit_balance_list balances;

    CHECK_INT(audit_last(money, a, &last), RC_NOT_FOUND);
    CHECK_INT(audit_run(money, a, quiet_ms, true, &result), RC_OK);
    CHECK_INT(result.findings, 0);
    CHECK(str_starts(result.report, "Ledger audit of 11 Jan 2026, 00:00 UTC: all is well\n"));
    CHECK(strstr(result.report, "\nXTS: in 39.96 XTS - refunded 4.00 XTS - fees 1.60 XTS - paid out"
                                " 3.00 XTS = 31.36 XTS\n"));
    CHECK_INT(audit_last(money, a, &last), RC_OK);
    CHECK_STR(last.report, result.report);
    CHECK_INT(last.ran_ms, quiet_ms);
    CHECK_INT(audit_balances_last(money, a, &balances), RC_OK);
    int64_t vat = 0;
    for (size_t i = 0; i < balances.n; i++)
        if (str_eq(balances.items[i].account, "liab:vat"))
            vat = balances.items[i].minor;
    CHECK_INT(vat, 4 * 167 - 66);
    for (int i = 0; i <= AUDIT_KEEP; i++)
        CHECK_INT(audit_run(money, a, quiet_ms + i, false, &result), RC_OK);
    int64_t kept = 0;
    CHECK_INT(db_number(money, a, &q_kept, NO_ARGS, &kept), RC_OK);
    CHECK_INT(kept, AUDIT_KEEP);
}

/* What is new, what stays found */

/* How many lines of findings the report of a run has that begin with `want`; all if it is "". */
static int found_by(bool full, const char *want)
{
    struct audit_result result;
    int n = 0;

    CHECK_INT(audit_run(money, a, quiet_ms, full, &result), RC_OK);
    if (*want == 0 && result.findings)
        printf("%s", result.report);
    if (*want == 0)
        return (int)result.findings;
    for (const char *line = result.report; (line = strstr(line, "\n  ")); line += 3)
        n += str_starts(line + 3, want);
    if (n == 0)
        printf("%s", result.report);
    return n;
}

STMT(q_unaudited, &number_shape, "SELECT COUNT(*) AS n FROM ledger_unaudited");
STMT(q_verified, &number_shape, "SELECT COUNT(*) AS n FROM audit_verified");

static int64_t count(const struct stmt *q)
{
    int64_t n = -1;

    CHECK_INT(db_number(money, a, q, NO_ARGS, &n), RC_OK);
    return n;
}

/* The economy was verified by the case before; it was made long before the days that are read again. */
static void grow_old(void)
{
    script("UPDATE ledger_tx SET created_ms = 1760000000000; UPDATE unit SET settled_ms ="
           " 1764892800000 WHERE settled_ms > 0; UPDATE reversal SET created_ms = 1, done_ms = 1;"
           "UPDATE payout SET changed_ms = 1; DELETE FROM audit_chain");
    CHECK_INT(found_by(true, ""), 0);
    CHECK_INT(found_by(false, ""), 0);
}

static void a_run_reads_what_is_new(void)
{
    script("DROP TRIGGER audit_chain_stay");
    grow_old();
    CHECK_INT(count(&q_unaudited), 0);
    int64_t verified = count(&q_verified);
    script("UPDATE unit SET platform_minor = 239 WHERE id = 3"); /* old, and changed by hand */
    CHECK_INT(found_by(false, ""), 0);
    CHECK(found_by(true, "unit 3") > 0);
    CHECK_INT(count(&q_verified), verified + 1);
    CHECK(found_by(false, "unit 3") > 0); /* found again until it is mended */
    script("UPDATE unit SET platform_minor = 238 WHERE id = 3");
    CHECK_INT(found_by(false, ""), 0); /* reads everything, and begins anew */
    CHECK_INT(found_by(false, ""), 0);
    pay(5);
    script("DELETE FROM watch_dirty; UPDATE unit SET tax_minor = 160 WHERE user_id = 5");
    CHECK_INT(count(&q_unaudited), 2);
    CHECK(found_by(false, "unit 5") > 0);
    CHECK_INT(count(&q_unaudited), 2);
    script("UPDATE unit SET tax_minor = 167 WHERE user_id = 5");
    CHECK_INT(found_by(false, ""), 0);
    CHECK_INT(count(&q_unaudited), 0);
}

/* A posting that says it is older than what was verified: by a wrong clock, or a late commit. */
static void a_late_posting_is_new(void)
{
    pay(6);
    script(
        "DELETE FROM watch_dirty; UPDATE ledger_tx SET created_ms = 1759000000000 WHERE ikey LIKE"
        " '%:p6'; UPDATE unit SET tax_minor = 160 WHERE user_id = 6");
    CHECK(found_by(false, "unit 6") > 0);
    script("UPDATE unit SET tax_minor = 167 WHERE user_id = 6; DELETE FROM audit_chain");
    CHECK_INT(found_by(false, ""), 0);
}

static void the_sums_are_audited(void)
{
    static const struct {
        const char *plant, *mend, *want;
        bool full;
    } faults[] = {
        { "UPDATE ledger_sum s JOIN ledger_account a ON a.id = s.account_id SET"
          " s.debits_minor = s.debits_minor + 1 WHERE a.code = 'liab:vat' AND s.debits_minor > 0",
          "UPDATE ledger_sum s JOIN ledger_account a ON a.id = s.account_id SET"
          " s.debits_minor = s.debits_minor - 1 WHERE a.code = 'liab:vat' AND s.debits_minor > 0",
          "the sums by month had digest ", false },
        { "UPDATE ledger_sum s JOIN ledger_account a ON a.id = s.account_id SET"
          " s.debits_minor = s.debits_minor + 1 WHERE a.code = 'liab:vat' AND s.debits_minor > 0",
          "UPDATE ledger_sum s JOIN ledger_account a ON a.id = s.account_id SET"
          " s.debits_minor = s.debits_minor - 1 WHERE a.code = 'liab:vat' AND s.debits_minor > 0",
          "liab:vat in 202603 is summed as 67 and 0, its legs as 66 and 0", true },
        { "UPDATE ledger_kind SET credits_minor = credits_minor + 1 WHERE kind = 'vat'"
          " AND month = 202601",
          "UPDATE ledger_kind SET credits_minor = credits_minor - 1 WHERE kind = 'vat'"
          " AND month = 202601",
          "vat of XTS in 202601 is summed as 0 and 1003, its accounts as 0 and 1002", false },
        { "UPDATE ledger_kind SET left_minor = left_minor + 1 WHERE kind = 'vat' AND month = 202601",
          "UPDATE ledger_kind SET left_minor = left_minor - 1 WHERE kind = 'vat' AND month = 202601",
          "vat of XTS has a balance of 936, by month 937 of it are left", false },
        { "UPDATE ledger_kind SET left_minor = left_minor - IF(month = 202601, -1, 1)"
          " WHERE kind = 'payable' AND month > 0",
          "UPDATE ledger_kind SET left_minor = left_minor + IF(month = 202601, -1, 1)"
          " WHERE kind = 'payable' AND month > 0",
          "payable of XTS in ", true },
        { "UPDATE ledger_leg SET amount_minor = 166 WHERE credit_id = (SELECT id FROM ledger_account"
          " WHERE code = 'liab:vat') AND unit_id = 1",
          "UPDATE ledger_leg SET amount_minor = 167 WHERE credit_id = (SELECT id FROM ledger_account"
          " WHERE code = 'liab:vat') AND unit_id = 1",
          "liab:vat in 202601 is summed as 0 and 1002, its legs as 0 and 1001", true },
        { "INSERT INTO ledger_unaudited (tx_id) SELECT MIN(id) FROM ledger_tx",
          "DELETE FROM ledger_unaudited", "the sums by month had digest ", false },
    };
    int64_t n;

    CHECK_INT(sums_keep(money, &n), RC_OK);
    CHECK(n > 0);
    CHECK_INT(found_by(false, ""), 0);
    for (size_t i = 0; i < COUNT(faults); i++) {
        script(faults[i].plant);
        bool is_there = found_by(faults[i].full, faults[i].want) > 0;
        CHECK(is_there);
        if (!is_there)
            printf("  not found: %s\n", faults[i].want);
        CHECK(found_by(false, "") > 0);
        script(faults[i].mend);
        CHECK_INT(found_by(false, ""), 0);
    }
    CHECK_INT(sums_forget(money), RC_OK); /* the digest does not depend on what is summed */
    CHECK_INT(found_by(false, ""), 0);
}

int main(int argc, char **argv)
{
    static const struct check_case cases[] = {
        CASE(all_is_well),
        CASE(faults_of_payments),
        CASE(faults_of_units),
        CASE(faults_of_access),
        CASE(faults_of_shares),
        CASE(faults_of_watching),
        CASE(faults_of_creators),
        CASE(faults_of_closes),
        CASE(faults_of_waiting),
        CASE(faults_of_the_past),
        CASE(faults_of_documents),
        CASE(faults_of_acts),
        CASE_AFTER(all_is_well, a_run_reads_what_is_new),
        CASE_AFTER(a_run_reads_what_is_new, a_late_posting_is_new),
        CASE_AFTER(a_late_posting_is_new, the_sums_are_audited),
    };

    CHECK_CHOOSE(argc, argv, cases);
    admin = own_db("rule = user\nshare_bp = 7000\nfees = shared\nidle = uplift\n"
                   "min_unit_seconds = 60\nhold_days = 30\nsettle_hours = 48\n");
    a = arena_new(256 << 20);
    money = db_new(DB_MONEY, 30);
    make_economy();
    check_run();
    db_close(money);
    arena_free(a);
    return check_done("unit_audit");
}
