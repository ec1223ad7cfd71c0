/* Runs the checks of audit.h, adds the sums, and stores the report. */
#include "app/reports/audit_check.h"
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
#define LEGS                                                                                       \
    "(SELECT debit_id AS id, tx_id, amount_minor AS minor FROM ledger_leg UNION ALL"               \
    " SELECT credit_id, tx_id, -amount_minor FROM ledger_leg) s JOIN ledger_account a ON a.id = s.id"
STMT(q_balances, &balance_shape,
     "SELECT " KIND " AS account, a.currency,"
     " CAST(SUM(IF(a.class IN ('asset', 'expense'), s.minor, -s.minor)) AS SIGNED) AS minor"
     " FROM " LEGS " GROUP BY 1, a.currency ORDER BY a.currency, account");
/* clang-format off */
#define FLOW(kinds) "CAST(COALESCE(SUM(IF(t.kind " kinds ", s.minor, 0)), 0) AS SIGNED)"
STMT(q_flows, &flow_shape,
     "SELECT a.currency,"
     "  " FLOW("IN ('invoice', 'voucher')") " AS `in`,"
     " -" FLOW("IN ('refund', 'dispute')") " AS refunded,"
     " -" FLOW("= 'fee'") " AS fees,"
     " -" FLOW("LIKE 'payout%'") " AS paid_out,"
     "  " FLOW("NOT REGEXP '^(invoice|voucher|refund|dispute|fee|payout.*)$'") " AS other"
     " FROM " LEGS " AND a.class = 'asset' JOIN ledger_tx t ON t.id = s.tx_id"
     " GROUP BY a.currency ORDER BY a.currency");
/* clang-format on */
STMT(q_late, &late_shape,
     "SELECT COUNT(*) AS units, CAST(COALESCE(SUM(more), 0) AS SIGNED) AS seconds FROM"
     " (SELECT SUM(w.credited_ms) DIV 1000 - u.seconds AS more FROM unit u JOIN watch_day w"
     " ON w.unit_id = u.id WHERE u.settled_ms > 0 GROUP BY u.id, u.seconds) x"
     " WHERE more >= 60");

STMT(q_add, NULL,
     "INSERT INTO audit_report (ran_ms, every_unit, findings, report) VALUES (?, ?, ?, ?)");
STMT(q_add_balance, NULL,
     "INSERT INTO audit_balance (report_id, account, currency, minor) VALUES (?, ?, ?, ?)");
STMT(q_drop, NULL, "DELETE FROM audit_report WHERE id <= ?");
STMT(q_last, &result_shape,
     "SELECT ran_ms, findings, report FROM audit_report ORDER BY id DESC LIMIT 1");
STMT(q_last_balances, &balance_shape,
     "SELECT account, currency, minor FROM audit_balance WHERE report_id ="
     " (SELECT MAX(id) FROM audit_report) ORDER BY currency, account");

/* One run. */
struct run {
    struct db *db;
    struct arena *a;
    int64_t now_ms, findings;
    bool full;
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
#define AUDIT_ENTRY(name, when) { #name, audit_##name },
    static const struct {
        const char *name;
        enum rc (*check)(struct db *db, struct arena *a, const struct audit_span *span,
                         struct finding_list *out);
    } checks[] = { AUDIT_CHECKS(AUDIT_ENTRY) };
    const struct audit_span span = { .now_ms = r->now_ms };
    struct finding_list found;
    const char *link;

    for (size_t i = 0; i < COUNT(checks); i++) {
        TRY(checks[i].check(r->db, r->a, &span, &found));
        report(r, checks[i].name, &found);
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
        { "creators", "liab:creator:", 1 }, { "platform", "rev:", 1 },
        { "idle", "liab:idle", 1 },         { "pool", "liab:pool", 1 },
        { "tax", "liab:vat", 1 },           { "months not settled", "liab:deferred", 1 },
        { "vouchers", "liab:voucher", 1 },  { "members", "liab:member", 1 },
        { "unexplained", "clearing:", 1 },  { "borne by the platform", "exp:", -1 },
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

/* Both are read in one transaction, so they are of the same moment. */
static enum rc read_sums(struct db *db, void *arg)
{
    struct run *r = arg;

    TRY(DB_LIST(db, r->a, &q_balances, NO_ARGS, BALANCES_MAX, &r->balances));
    return DB_LIST(db, r->a, &q_flows, NO_ARGS, BALANCES_MAX, &r->flows);
}

static enum rc add_all_sums(struct run *r)
{
    struct late late;

    TRY(db_transact(r->db, read_sums, r));
    for (size_t i = 0; i < r->flows.n; i++)
        add_sums(r, &r->flows.items[i]);
    TRY(db_one(r->db, r->a, &q_late, NO_ARGS, &late));
    if (late.seconds)
        sb_addf(&r->body,
                "\nFor information: %" PRId64 " seconds of %" PRId64 " settled months are credited,"
                " but not paid: they came late, or belong to a blocked or a linked account.\n",
                late.seconds, late.units);
    return RC_OK;
}

static enum rc write_down(struct db *db, void *arg)
{
    const struct run *r = arg;
    int64_t id;

    TRY(db_insert(db, &q_add, ARGS(I64(r->now_ms), I64(r->full), I64(r->findings), STR(r->text)),
                  &id));
    for (const struct audit_balance *b = r->balances.items; b < r->balances.items + r->balances.n;
         b++)
        TRY(db_run(db, &q_add_balance,
                   ARGS(I64(id), STR(b->account), STR(b->currency), I64(b->minor)), NULL));
    return db_run(db, &q_drop, ARGS(I64(id - AUDIT_KEEP)), NULL);
}

enum rc audit_run(struct db *db, struct arena *a, int64_t now_ms, bool full,
                  struct audit_result *out)
{
    struct run r = { .db = db, .a = a, .now_ms = now_ms, .full = full, .body = { .a = a } };

    TRY(check_all(&r));
    TRY(add_all_sums(&r));
    r.text = arena_printf(
        a, "Ledger audit of %s: %s\n\n%s%s", fmt_datetime(a, now_ms),
        r.findings ? arena_printf(a, "%" PRId64 " findings", r.findings) : "all is well",
        r.findings ? "Do not pay anything out until this is explained.\n\n" : "", r.body.buf);
    TRY(db_transact(db, write_down, &r));
    *out = (struct audit_result){ now_ms, r.findings, r.text };
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
