/* The checks of audit.h that concern closed months and what waits for the next close: closes, carried,
 * currency. */
#include "app/money/month.h"
#include "app/reports/audit_check.h"
#include "app/reports/sums.h"

#define FIRST_DAY    "STR_TO_DATE(CONCAT(m.month, '01'), '%Y%m%d')"
#define MONTH_BEGINS "TIMESTAMPDIFF(SECOND, '1970-01-01', " FIRST_DAY ") * 1000"
#define MONTH_ENDS   "TIMESTAMPDIFF(SECOND, '1970-01-01', " FIRST_DAY " + INTERVAL 1 MONTH) * 1000"
#define MONTH_OF(ms) "EXTRACT(YEAR_MONTH FROM '1970-01-01' + INTERVAL " ms " DIV 1000 SECOND)"

/* A refund that failed may take a paid month out of a closed month again; nothing adds one. */
STMT(
    q_late, &audit_finding,
    "SELECT CONCAT('month ', month) AS subject, CONCAT('was closed with ', units,"
    " ' paid months, but ', n, ' are settled in it') AS text FROM (SELECT m.month, m.units,"
    " (SELECT COUNT(*) FROM unit u WHERE u.settled_ms >= " MONTH_BEGINS
    " AND u.settled_ms < " MONTH_ENDS ") AS n FROM month_close m JOIN (SELECT DISTINCT"
    " " MONTH_OF(
        "s.settled_ms") " AS month FROM " AUDIT_UNITS
                        " nu JOIN unit s ON s.id = nu.id AND s.settled_ms > 0) touched ON touched.month = m.month) x"
                        " WHERE n > units");
STMT(
    q_postings, &audit_finding,
    "SELECT CONCAT('month ', month) AS subject, CONCAT('was closed with ', given, ' to creators, ',"
    " platform, ' to the platform and ', idle, ' to the idle money; its postings say ', to_held,"
    " ', ', to_platform, ' and ', to_idle) AS text FROM (SELECT m.month,"
    " m.uplift_minor + m.scaled_minor AS given, m.platform_minor AS platform,"
    " m.idle_out_minor - m.idle_in_minor AS idle,"
    " COALESCE(SUM(IF(c.code LIKE 'liab:creator:%:held', l.amount_minor, 0)), 0) AS to_held,"
    " COALESCE(SUM(IF(c.code = 'rev:platform', l.amount_minor, 0)), 0) AS to_platform,"
    " COALESCE(SUM(IF(c.code = 'liab:idle', l.amount_minor, 0)"
    " - IF(d.code = 'liab:idle', l.amount_minor, 0)), 0) AS to_idle FROM month_close m"
    " LEFT JOIN ledger_tx t ON t.ref_type = 'month' AND t.ref_id = CONVERT(m.month, CHAR)"
    " AND t.kind = 'close' LEFT JOIN ledger_leg l ON l.tx_id = t.id"
    " LEFT JOIN ledger_account d ON d.id = l.debit_id LEFT JOIN ledger_account c"
    " ON c.id = l.credit_id WHERE m.posted_ms > 0 AND m.closed_ms >= ? GROUP BY m.month) x"
    " WHERE given <> to_held OR platform <> to_platform OR idle <> to_idle");
STMT(q_uplifts, &audit_finding,
     "SELECT CONCAT('month ', month) AS subject, CONCAT('raised ', earned_minor, ' by ',"
     " uplift_minor, ', its creators say ', earned, ' by ', uplift) AS text FROM (SELECT m.month,"
     " m.earned_minor, m.uplift_minor, COALESCE(SUM(u.earned_minor), 0) AS earned,"
     " COALESCE(SUM(u.amount_minor), 0) AS uplift FROM month_close m LEFT JOIN month_uplift u"
     " ON u.month = m.month WHERE m.closed_ms >= ? GROUP BY m.month) x"
     " WHERE earned_minor <> earned OR uplift_minor <> uplift");

enum rc audit_closes(struct db *db, struct arena *a, const struct audit_span *span,
                     struct finding_list *out)
{
    static const struct stmt *const checks[] = { &q_late, &q_postings, &q_uplifts };
    return audit_find(db, a, checks, COUNT(checks), span, out);
}

/* What waits for the next close: in the pool what was settled under the rule scaled since the end of
 * the latest closed month, of the idle money what that month carried over, what was settled as idle
 * since then, and what refunds moved after the close. */
#define HOLDS(code)                                                                                \
    "(SELECT COALESCE(SUM(s.credits - s.debits), 0) FROM (" SUMS_OF_ALL                            \
    ") s JOIN ledger_account h ON h.id = s.account_id AND h.code = '" code "'"                     \
    " JOIN ledger_currency b ON b.currency = h.currency AND b.id = 1)"
#define SIDE(side, sign)                                                                           \
    "SELECT l.tx_id, l.unit_id, " sign "l.amount_minor AS minor FROM ledger_leg l"                 \
    " JOIN ledger_account i ON i.id = l." side " AND i.code = 'liab:idle'"
#define MOVED_MS "IF(t.kind = 'manual', t.created_ms, t.effective_ms)" /* manual: any date */
/* By refunds and the like, from a moment on, of months settled before another. */
#define IDLE_MOVED                                                                                 \
    " FROM (" SIDE("credit_id", "") " UNION ALL " SIDE(                                            \
        "debit_id",                                                                                \
        "-") ") l JOIN ledger_tx t"                                                                \
             " ON t.id = l.tx_id AND t.kind NOT IN ('settle', 'close') LEFT JOIN unit v"           \
             " ON v.id = l.unit_id WHERE " MOVED_MS " >= ? AND (v.id IS NULL OR v.settled_ms < ?)"
STMT(q_pool, &audit_finding,
     "SELECT 'liab:pool' AS subject, CONCAT('holds ', held, ', but ', waiting,"
     " ' was settled into it since the latest closed month') AS text FROM (SELECT"
     " " HOLDS("liab:pool") " AS held, (SELECT COALESCE(SUM(u.creators_minor - u.idle_minor), 0)"
                            " FROM unit u JOIN policy p ON p.id = u.policy_id AND p.rule = 'scaled'"
                            " WHERE u.settled_ms >= ?) AS waiting) x WHERE held <> waiting");
STMT(
    q_idle, &audit_finding,
    "SELECT 'liab:idle' AS subject, CONCAT('holds ', held, ', but ', carried, ' was carried over,"
    " ', settled, ' settled since then and ', moved, ' moved by refunds and decisions') AS text FROM (SELECT"
    " " HOLDS("liab:idle") " AS held, ? AS carried, (SELECT COALESCE(SUM(u.idle_minor), 0)"
                           " FROM unit u WHERE u.settled_ms >= ?) AS settled,"
                           " (SELECT COALESCE(SUM(l.minor), 0)" IDLE_MOVED ") AS moved) x"
                           " WHERE held <> carried + settled + moved");
STMT(q_near, &number_shape, "SELECT COUNT(*) AS n" IDLE_MOVED " AND " MOVED_MS " < ?");

enum { NEAR_MS = 10 * 60 * 1000 }; /* of a close: whether it counted a refund cannot be told */

/* Is nothing on its way: no month being posted, and no refund near the latest close? */
static enum rc is_at_rest(struct db *db, struct arena *a, const struct month *m, int64_t to_ms,
                          bool *rests)
{
    int64_t near = 0;

    *rests = m->month == 0 || m->posted_ms > 0;
    if (*rests && m->month)
        TRY(db_number(db, a, &q_near,
                      ARGS(I64(m->closed_ms - NEAR_MS), I64(to_ms), I64(m->closed_ms + NEAR_MS)),
                      &near));
    *rests = *rests && near == 0;
    return RC_OK;
}

enum rc audit_carried(struct db *db, struct arena *a, const struct audit_span *span,
                      struct finding_list *out)
{
    static const struct stmt *const pool[] = { &q_pool }, *const idle[] = { &q_idle };
    struct month_list months;
    struct month latest = { 0 };
    struct finding_list more;
    int64_t from_ms, to_ms = 1;
    bool rests;

    (void)span;
    *out = (struct finding_list){ NULL, 0 };
    TRY(month_list(db, a, &months));
    if (months.n) {
        latest = months.items[0];
        month_span(latest.month, &from_ms, &to_ms);
    }
    TRY(is_at_rest(db, a, &latest, to_ms, &rests));
    if (!rests)
        return RC_OK;
    TRY(audit_find_with(db, a, pool, 1, ARGS(I64(to_ms)), out));
    TRY(audit_find_with(
        db, a, idle, 1,
        ARGS(I64(latest.idle_out_minor), I64(to_ms), I64(latest.closed_ms), I64(to_ms)), &more));
    for (size_t i = 0; i < more.n; i++)
        audit_add(a, out, more.items[i].subject, more.items[i].text);
    return RC_OK;
}

STMT(q_currencies, &audit_finding,
     "SELECT o.currency AS subject, CONCAT('is in books that are in ', b.currency) AS text"
     " FROM ledger_currency o JOIN ledger_currency b ON b.id = 1 WHERE o.id <> 1");

enum rc audit_currency(struct db *db, struct arena *a, const struct audit_span *span,
                       struct finding_list *out)
{
    static const struct stmt *const checks[] = { &q_currencies };
    return audit_find(db, a, checks, COUNT(checks), span, out);
}
