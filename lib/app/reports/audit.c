/* Runs the checks of audit.h, adds the sums, and stores the report. */
#include "app/reports/audit_check.h"
#include "app/reports/bank_compare.h"
#include "app/reports/sums.h"
#include "base/clock.h"
#include "base/fmt.h"
#include "base/sb.h"
#include "base/str.h"

enum { BALANCES_MAX = 500 };

SHAPE(result_shape, struct audit_result, COLUMN(struct audit_result, ran_ms),
      COLUMN(struct audit_result, findings), COLUMN(struct audit_result, report));
SHAPE(balance_shape, struct audit_balance, COLUMN(struct audit_balance, account),
      COLUMN(struct audit_balance, currency), COLUMN(struct audit_balance, minor));
/* Movements on the accounts that hold money, by their purpose. */
struct flow {
    const char *currency;
    int64_t in, refunded, fees, paid_out, other;
};
SHAPE(flow_shape, struct flow, COLUMN(struct flow, currency), COLUMN(struct flow, in),
      COLUMN(struct flow, refunded), COLUMN(struct flow, fees), COLUMN(struct flow, paid_out),
      COLUMN(struct flow, other));
struct flow_list {
    struct flow *items;
    size_t n;
};
struct late {
    int64_t units, seconds;
};
SHAPE(late_shape, struct late, COLUMN(struct late, units), COLUMN(struct late, seconds));

/* The account's kind: liab:creator:held for liab:creator:17:held. */
#define KIND                                                                                       \
    "CASE WHEN a.code LIKE 'liab:creator:%' THEN CONCAT('liab:creator:',"                          \
    " SUBSTRING_INDEX(a.code, ':', -1)) WHEN a.code LIKE 'liab:member:%' THEN 'liab:member'"       \
    " ELSE a.code END"
STMT(q_balances, &balance_shape,
     "SELECT " KIND " AS account, a.currency, CAST(SUM(IF(a.class IN ('asset', 'expense'),"
     " s.debits - s.credits, s.credits - s.debits)) AS SIGNED) AS minor FROM (" SUMS_OF_ALL
     ") s JOIN ledger_account a ON a.id = s.account_id GROUP BY 1, a.currency"
     " ORDER BY a.currency, account");
/* clang-format off */
#define FLOW(acts, sign) \
    "CAST(COALESCE(SUM(IF(s.act IN (" acts "), " sign "(s.debits - s.credits), 0)), 0) AS SIGNED)"
STMT(q_flows, &flow_shape,
     "SELECT a.currency,"
     " " FLOW("'paid'", "") " AS `in`,"
     " " FLOW("'refund', 'dispute'", "-") " AS refunded,"
     " " FLOW("'fee'", "-") " AS fees,"
     " " FLOW("'payout'", "-") " AS paid_out,"
     " " FLOW("'own', 'other'", "") " AS other"
     " FROM ledger_account a JOIN (" SUMS_OF_ALL ") s ON s.account_id = a.id"
     " WHERE a.owner_id IS NULL AND a.class = 'asset' GROUP BY a.currency ORDER BY a.currency");
/* clang-format on */
STMT(q_late, &late_shape,
     "SELECT COUNT(*) AS units, CAST(COALESCE(SUM(more), 0) AS SIGNED) AS seconds FROM"
     " (SELECT SUM(w.credited_ms) DIV 1000 - u.seconds AS more FROM unit u JOIN watch_day w"
     " ON w.unit_id = u.id WHERE u.settled_ms > 0 GROUP BY u.id, u.seconds) x"
     " WHERE more >= 60");

STMT(q_add, NULL,
     "INSERT INTO audit_report (ran_ms, every_unit, findings, again, report)"
     " VALUES (?, ?, ?, ?, ?)");
STMT(q_add_balance, NULL,
     "INSERT INTO audit_balance (report_id, account, currency, minor) VALUES (?, ?, ?, ?)");
STMT(q_drop, NULL, "DELETE FROM audit_report WHERE id <= ?");
STMT(q_last, &result_shape,
     "SELECT ran_ms, findings, report FROM audit_report ORDER BY id DESC LIMIT 1");
STMT(q_last_full, &number_shape,
     "SELECT COALESCE(MAX(ran_ms), 0) AS n FROM audit_report WHERE every_unit = 1");
STMT(q_again, &number_shape,
     "SELECT COALESCE(MAX(again), 0) AS n FROM audit_report WHERE id ="
     " (SELECT MAX(id) FROM audit_report)");
STMT(q_last_balances, &balance_shape,
     "SELECT account, currency, minor FROM audit_balance WHERE report_id ="
     " (SELECT MAX(id) FROM audit_report) ORDER BY currency, account");

/* One run. */
struct run {
    struct db *db;
    struct arena *a;
    struct audit_span span;
    bool full;
    int64_t findings, wrong; /* wrong: those in what is new */
    struct audit_balance_list balances;
    struct flow_list flows;
    struct sb body;
    const char *text; /* the whole report */
};

static void report(struct run *r, const char *name, const struct finding_list *found)
{
    sb_addf(&r->body, "%s: %zu%s\n", name, found->n,
            found->n == AUDIT_FINDINGS_MAX ? " or more" : "");
    for (size_t i = 0; i < found->n; i++)
        sb_addf(&r->body, "  %s %s\n", found->items[i].subject, found->items[i].text);
    r->findings += (int64_t)found->n;
}

static enum rc check_all(struct run *r)
{
#define AUDIT_ENTRY(name, when) { #name, AUDIT_##when, audit_##name },
    static const struct {
        const char *name;
        enum audit_when when;
        enum rc (*check)(struct db *db, struct arena *a, const struct audit_span *span,
                         struct finding_list *out);
    } checks[] = { AUDIT_CHECKS(AUDIT_ENTRY) };
    struct finding_list found;
    const char *link;

    for (size_t i = 0; i < COUNT(checks); i++) {
        TRY(checks[i].check(r->db, r->a, &r->span, &found));
        report(r, checks[i].name, &found);
        r->wrong += checks[i].when == AUDIT_NEW ? (int64_t)found.n : 0;
    }
    TRY(audit_chain_last(r->db, r->a, &link));
    sb_addf(&r->body, "\nLink of the latest day: %s\n", *link ? link : "none yet");
    return RC_OK;
}

/* The sum of the balances of all accounts whose code begins with `prefix`. */
static int64_t balance(const struct run *r, const char *currency, const char *prefix)
{
    int64_t sum = 0;

    for (const struct audit_balance *b = r->balances.items; b < r->balances.items + r->balances.n;
         b++)
        if (str_eq(b->currency, currency) && str_starts(b->account, prefix))
            sum += b->minor;
    return sum;
}

static int64_t add_part(struct run *r, const struct flow *f, const char *name, const char *prefix,
                        int sign)
{
    int64_t minor = balance(r, f->currency, prefix);

    if (minor)
        sb_addf(&r->body, " %s %s %s", sign < 0 ? "-" : "+", name,
                fmt_money(r->a, minor, f->currency));
    return sign * minor;
}

/* Money that came in minus money that left must equal the balances of all its owners. */
static void add_sums(struct run *r, const struct flow *f)
{
    static const struct {
        const char *name, *prefix;
        int sign;
    } parts[] = {
        { "creators", "liab:creator:", 1 },
        { "platform", "rev:", 1 },
        { "idle", "liab:idle", 1 },
        { "pool", "liab:pool", 1 },
        { "tax", "liab:vat", 1 },
        { "months not settled", "liab:deferred", 1 },
        { "vouchers", "liab:voucher", 1 },
        { "members", "liab:member", 1 },
        { "owner", "liab:owner", 1 },
        { "unexplained", "clearing:", 1 },
        { "borne by the platform", "exp:", -1 },
    };
    int64_t left = f->in - f->refunded - f->fees - f->paid_out + f->other, where = 0;
    struct finding_list found = { NULL, 0 };

    sb_addf(&r->body, "\n%s: in %s - refunded %s - fees %s - paid out %s", f->currency,
            fmt_money(r->a, f->in, f->currency), fmt_money(r->a, f->refunded, f->currency),
            fmt_money(r->a, f->fees, f->currency), fmt_money(r->a, f->paid_out, f->currency));
    if (f->other)
        sb_addf(&r->body, " + other %s", fmt_money(r->a, f->other, f->currency));
    sb_addf(&r->body, " = %s\n   ", fmt_money(r->a, left, f->currency));
    for (size_t i = 0; i < COUNT(parts); i++)
        where += add_part(r, f, parts[i].name, parts[i].prefix, parts[i].sign);
    sb_addf(&r->body, " = %s\n", fmt_money(r->a, where, f->currency));
    if (left == where)
        return;
    audit_add(r->a, &found, f->currency, "does not add up");
    report(r, "sum", &found);
}

/* What the bank says is in the account: no finding, since what was there before the books began, or
 * is on its way, is a difference, too. */
static enum rc add_bank(struct run *r)
{
    struct bank_comparison c;
    const char *currency = pay_currency();

    TRY(bank_compare_within(r->db, r->a, &c));
    if (c.on_ms)
        sb_addf(&r->body, "\nAt the end of %s the bank has %s, the books %s: %s.\n",
                fmt_date(r->a, c.on_ms), fmt_money(r->a, c.bank_minor, currency),
                fmt_money(r->a, c.books_minor, currency),
                c.difference_minor ? arena_printf(r->a, "a difference of %s",
                                                  fmt_money(r->a, c.difference_minor, currency))
                                   : "they agree");
    return RC_OK;
}

static enum rc add_all_sums(struct run *r)
{
    struct late late = { 0 };

    TRY(DB_LIST(r->db, r->a, &q_balances, NO_ARGS, BALANCES_MAX, &r->balances));
    TRY(DB_LIST(r->db, r->a, &q_flows, NO_ARGS, BALANCES_MAX, &r->flows));
    for (size_t i = 0; i < r->flows.n; i++)
        add_sums(r, &r->flows.items[i]);
    if (r->full)
        TRY(db_one(r->db, r->a, &q_late, NO_ARGS, &late));
    TRY(add_bank(r));
    if (late.seconds)
        sb_addf(&r->body,
                "\nFor information: %" PRId64 " seconds of %" PRId64 " settled months are credited,"
                " but not paid: they came late, or belong to a blocked or a linked account.\n",
                late.seconds, late.units);
    return RC_OK;
}

static enum rc write_down(const struct run *r)
{
    int64_t id;

    TRY(db_insert(
        r->db, &q_add,
        ARGS(I64(r->span.now_ms), I64(r->full), I64(r->findings), I64(r->wrong > 0), STR(r->text)),
        &id));
    for (const struct audit_balance *b = r->balances.items; b < r->balances.items + r->balances.n;
         b++)
        TRY(db_run(r->db, &q_add_balance,
                   ARGS(I64(id), STR(b->account), STR(b->currency), I64(b->minor)), NULL));
    TRY(db_run(r->db, &q_drop, ARGS(I64(id - AUDIT_KEEP)), NULL));
    return r->wrong ? RC_OK : audit_verify(r->db, r->a, r->span.now_ms);
}

static enum rc find_span(struct run *r)
{
    int64_t again;

    TRY(db_number(r->db, r->a, &q_again, NO_ARGS, &again));
    r->span.since_ms = 0;
    if (!r->full && !again)
        TRY(audit_new_since(r->db, r->a, &r->span.since_ms));
    r->full = r->span.since_ms == 0;
    return RC_OK;
}

static const char *scope(const struct run *r)
{
    return r->full ? "Everything was read.\n"
                   : arena_printf(r->a, "Read was what was written down since %s.\n",
                                  fmt_datetime(r->a, r->span.since_ms));
}

static enum rc audit(struct db *db, void *arg)
{
    const struct run *asked = arg;
    struct run r = { .db = db, .a = asked->a, .full = asked->full, .body = { .a = asked->a } };

    r.span.now_ms = asked->span.now_ms;
    TRY(find_span(&r));
    TRY(check_all(&r));
    TRY(add_all_sums(&r));
    r.text = arena_printf(
        r.a, "Ledger audit of %s: %s\n\n%s%s\n%s", fmt_datetime(r.a, r.span.now_ms),
        r.findings ? arena_printf(r.a, "%" PRId64 " findings", r.findings) : "all is well",
        r.findings ? "Do not pay anything out until this is explained.\n\n" : "", scope(&r),
        r.body.buf);
    TRY(write_down(&r));
    *(struct run *)arg = r;
    return RC_OK;
}

enum rc audit_run(struct db *db, struct arena *a, int64_t now_ms, bool full,
                  struct audit_result *out)
{
    struct run r = { .a = a, .span = { .now_ms = now_ms }, .full = full };

    TRY(db_transact(db, audit, &r));
    *out = (struct audit_result){ now_ms, r.findings, r.text };
    return RC_OK;
}

enum rc audit_full_is_due(struct db *db, struct arena *a, int64_t now_ms, bool *due)
{
    int64_t last_ms;

    TRY(db_number(db, a, &q_last_full, NO_ARGS, &last_ms));
    *due = now_ms - last_ms >= AUDIT_FULL_DAYS * DAY_MS - AUDIT_OVERLAP_MS / 2;
    return RC_OK;
}

enum rc audit_last(struct db *db, struct arena *a, struct audit_result *out)
{
    return db_one(db, a, &q_last, NO_ARGS, out);
}

enum rc audit_balances_last(struct db *db, struct arena *a, struct audit_balance_list *out)
{
    return DB_LIST(db, a, &q_last_balances, NO_ARGS, BALANCES_MAX, out);
}
