/* The checks of audit.h on states: creators (payouts, statements) and waiting. */
#include "app/reports/audit_check.h"
#include "app/income/pay.h"
#include "base/clock.h"
#include "base/conf.h"

/* Creators: payouts and statements */

STMT(q_transit, &audit_finding,
     "SELECT CONCAT('creator ', a.owner_id) AS subject, CONCAT('has ',"
     " b.credits_minor - b.debits_minor, ' ', a.currency, ' in transit, payouts under way say ',"
     " COALESCE(SUM(p.amount_minor), 0)) AS text FROM ledger_account a JOIN ledger_balance b"
     " ON b.account_id = a.id LEFT JOIN payout p ON p.user_id = a.owner_id"
     " AND p.currency = a.currency AND p.state IN ('reserved', 'exported', 'sending', 'unknown')"
     " WHERE a.code LIKE 'liab:creator:%:transit' GROUP BY a.id, b.credits_minor, b.debits_minor"
     " HAVING b.credits_minor - b.debits_minor <> COALESCE(SUM(p.amount_minor), 0)");
STMT(
    q_payouts, &audit_finding,
    "SELECT CONCAT('payout ', id) AS subject, CONCAT('of ', amount_minor, ' is ', state,"
    " ', the ledger has ', transit, ' of it in transit and ', gone, ' gone') AS text FROM"
    " (SELECT p.id, p.amount_minor, p.state,"
    " COALESCE(SUM((c.code LIKE '%:transit') * l.amount_minor"
    " - (d.code LIKE '%:transit') * l.amount_minor), 0) AS transit,"
    " COALESCE(SUM((c.class = 'asset') * l.amount_minor - (d.class = 'asset') * l.amount_minor), 0)"
    " AS gone FROM (SELECT np.id FROM payout np WHERE np.changed_ms >= ? UNION"
    " SELECT CAST(nt.ref_id AS SIGNED) FROM ledger_tx nt WHERE nt.created_ms >= ?"
    " AND nt.ref_type = 'payout') n JOIN payout p ON p.id = n.id LEFT JOIN ledger_tx t ON t.ref_type = 'payout'"
    " AND t.ref_id = CONVERT(p.id USING ascii) LEFT JOIN ledger_leg l ON l.tx_id = t.id"
    " LEFT JOIN ledger_account d ON d.id = l.debit_id"
    " LEFT JOIN ledger_account c ON c.id = l.credit_id GROUP BY p.id) x"
    " WHERE transit <> IF(state IN ('reserved', 'exported', 'sending', 'unknown'), amount_minor, 0)"
    " OR gone <> IF(state IN ('sent', 'paid'), amount_minor, 0)");

STMT(
    q_opening, &audit_finding,
    "SELECT CONCAT('statement ', month, ' of creator ', creator_id) AS subject, CONCAT('opens with ',"
    " opening_minor, ', the one before closed with ', before_minor) AS text FROM (SELECT"
    " s.creator_id, s.month, s.opening_minor, COALESCE((SELECT b.closing_minor FROM statement b"
    " WHERE b.creator_id = s.creator_id AND b.month < s.month AND b.currency = s.currency"
    " ORDER BY b.month DESC LIMIT 1), 0) AS before_minor FROM statement s WHERE s.made_ms >= ?) x"
    " WHERE opening_minor <> before_minor");
STMT(q_document, &audit_finding,
     "SELECT CONCAT('statement ', month, ' of creator ', creator_id) AS subject,"
     " 'is not what was written down' AS text FROM statement WHERE made_ms >= ?"
     " AND sha256 <> CONVERT(SHA2(csv, 256) USING ascii)");

enum rc audit_creators(struct db *db, struct arena *a, const struct audit_span *span,
                       struct finding_list *out)
{
    static const struct stmt *const checks[] = { &q_transit, &q_payouts, &q_opening, &q_document };
    return audit_find(db, a, checks, COUNT(checks), span, out);
}

/* Waiting: what should have happened by now */

/* clang-format off */
#define FROM_NOW " FROM (SELECT CAST(? AS SIGNED) AS now, CAST(? AS SIGNED) AS due) n JOIN "
#define HOUR     "3600000"
#define DAY      "86400000"
#define SINCE(ms) "CONCAT((n.now - " ms ") DIV " HOUR ", ' hours')"
#define MONTH_OF(ms, format) \
    "DATE_FORMAT(DATE_ADD('1970-01-01', INTERVAL " ms " DIV 1000 SECOND), '" format "')"

/* The sum of one side of an account until three days ago. */
#define BEFORE(side) \
    "(SELECT COALESCE(SUM(l.amount_minor), 0) FROM ledger_leg l JOIN ledger_tx t ON t.id = l.tx_id" \
    " WHERE l." side " = a.id AND t.effective_ms <= n.now - 3 * " DAY ")"
STMT(q_clearing, &audit_finding,
     "SELECT a.code AS subject, CONCAT('holds ', a.currency, ' that has been unexplained for more "
     "than"
     " 3 days') AS text" FROM_NOW "ledger_account a"
     " WHERE a.code LIKE 'clearing:%' AND a.code <> 'clearing:unmatched' AND " BEFORE("credit_id") " <> " BEFORE("debit_id")
     " AND (SELECT COALESCE(SUM(IF(l.credit_id = a.id, l.amount_minor, -l.amount_minor)), 0)"
     " FROM ledger_leg l WHERE a.id IN (l.credit_id, l.debit_id)) <> 0");
/* clearing:unmatched is the sum of these (audit_bank.c), and can be 0 while they wait. */
STMT(q_lines, &audit_finding,
     "SELECT CONCAT('line ', MIN(id)) AS subject, CONCAT('of the bank has been unexplained for more"
     " than 3 days, ', COUNT(*), ' in all') AS text FROM bank_line"
     " WHERE (state = 'unmatched' AND booked_ms <= ?) OR (state = 'part' AND booked_ms <= ?)"
     " HAVING COUNT(*) > 0");
STMT(q_nodes, &audit_finding,
     "SELECT CONCAT('node ', w.node) AS subject,"
     " CONCAT('has not handed in watch time for ', " SINCE("w.all_before_ms") ") AS text"
     FROM_NOW "watch_node w WHERE w.all_before_ms < n.now - 2 * " DAY);
STMT(q_dirty, &audit_finding,
     "SELECT CONCAT('day ', MIN(w.day)) AS subject,"
     " CONCAT('and later ones wait to be counted, ', COUNT(*), ' in all: run watch_rollup') AS text"
     FROM_NOW "watch_dirty w WHERE w.day < n.now DIV " DAY " - 2 HAVING COUNT(*) > 0");
STMT(q_unsettled, &audit_finding,
     "SELECT CONCAT('unit ', u.id) AS subject,"
     " CONCAT('ended ', " SINCE("u.ends_ms") ", ' ago and is not settled: run watch_flush, watch_rollup, settle') AS text" FROM_NOW "unit u"
     " WHERE u.settled_ms = 0 AND u.frozen = 0 AND u.ends_ms < n.due ORDER BY u.id");
STMT(q_unmatured, &audit_finding,
     "SELECT CONCAT('unit ', u.id) AS subject, 'should have matured more than 7 days ago' AS text"
     FROM_NOW "unit u JOIN policy p ON p.id = u.policy_id AND p.rule = 'user'"
     " WHERE u.settled_ms > 0 AND u.matured_ms = 0 AND u.frozen = 0"
     " AND u.settled_ms < n.now - (p.hold_days + 7) * " DAY " ORDER BY u.id");
/* Whatever close_day is, a month must be closed 70 days after its beginning. */
STMT(q_unclosed, &audit_finding,
     "SELECT MIN(" MONTH_OF("u.settled_ms", "%Y-%m-01") ") AS subject, 'is not closed yet' AS text"
     FROM_NOW "unit u WHERE u.settled_ms > 0 AND u.settled_ms < n.now - 70 * " DAY
     " AND NOT EXISTS (SELECT 1 FROM month_close m"
     " WHERE m.month = " MONTH_OF("u.settled_ms", "%Y%m") ") HAVING COUNT(*) > 0");
STMT(q_unposted, &audit_finding,
     "SELECT CONCAT('month ', m.month) AS subject, 'is closed, but not posted' AS text"
     FROM_NOW "month_close m WHERE m.posted_ms = 0 AND m.closed_ms < n.now - " DAY);
/* clang-format on */

enum rc audit_waiting(struct db *db, struct arena *a, const struct audit_span *span,
                      struct finding_list *out)
{
    static const struct stmt *const checks[] = { &q_clearing,  &q_nodes,     &q_dirty,
                                                 &q_unsettled, &q_unmatured, &q_unclosed,
                                                 &q_unposted };
    static const struct stmt *const lines[] = { &q_lines };
    int64_t due = span->now_ms - conf()->settle_hours * HOUR_MS - 7 * DAY_MS;
    int64_t since = span->now_ms - 3 * DAY_MS, parts = since - pay_manual.checkout_hours * HOUR_MS;
    struct finding_list more;

    TRY(audit_find_with(db, a, checks, COUNT(checks), ARGS(I64(span->now_ms), I64(due)), out));
    TRY(audit_find_with(db, a, lines, 1, ARGS(I64(since), I64(parts)), &more));
    for (size_t i = 0; i < more.n; i++)
        audit_add(a, out, more.items[i].subject, more.items[i].text);
    return RC_OK;
}
