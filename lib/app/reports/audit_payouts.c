/* The check of audit.h that payouts go on: none is stuck, and runs and their payouts say the same. */
#include "app/reports/audit_check.h"

/* clang-format off */
#define NOW  " FROM (SELECT CAST(? AS SIGNED) AS now) n JOIN "
#define DAY  "86400000"
#define HOURS_SINCE(ms) "CONCAT((n.now - " ms ") DIV 3600000, ' hours')"

/* A provider answers within a day. A run by bank transfer waits for a person. */
#define WAITS_SINCE "IF(p.state = 'unknown', p.first_try_ms, p.changed_ms)"
STMT(q_late, &audit_finding,
     "SELECT CONCAT('payout ', p.id) AS subject,"
     " CONCAT('has been ', p.state, ' for ', " HOURS_SINCE(WAITS_SINCE) ") AS text" NOW "payout p"
     " WHERE p.state IN ('reserved', 'sending', 'unknown') AND p.provider <> 'manual'"
     " AND " WAITS_SINCE " < n.now - " DAY);
STMT(q_not_exported, &audit_finding,
     "SELECT CONCAT('run ', r.id) AS subject, CONCAT('has waited ', " HOURS_SINCE("r.reserved_ms")
     ", ' for its export, with ', COUNT(*), ' payouts') AS text" NOW "payout_run r"
     " JOIN payout p ON p.run_id = r.id AND p.state = 'reserved' AND p.provider = 'manual'"
     " WHERE r.reserved_ms BETWEEN 1 AND n.now - 7 * " DAY " GROUP BY r.id, r.reserved_ms, n.now");
STMT(q_not_confirmed, &audit_finding,
     "SELECT CONCAT('run ', r.id) AS subject, CONCAT('was to be paid ', " HOURS_SINCE("r.pay_on_ms")
     ", ' ago, and ', COUNT(*), ' of its payouts are neither confirmed nor on a bank statement')"
     " AS text" NOW "payout_run r JOIN payout p ON p.run_id = r.id AND p.state = 'exported'"
     " WHERE r.pay_on_ms < n.now - 6 * " DAY " GROUP BY r.id, r.pay_on_ms, n.now");
STMT(q_unfit, &audit_finding,
     "SELECT CONCAT('payout ', p.id) AS subject, CONCAT('is ', p.state, ', its run ', r.id, ' ',"
     " IF(r.cancelled_ms > 0, 'was cancelled', 'has no file for the bank')) AS text" NOW
     "payout_run r JOIN payout p ON p.run_id = r.id WHERE n.now > 0"
     " AND ((r.cancelled_ms > 0 AND p.state NOT IN ('failed', 'paid', 'returned')) OR (r.exports = 0 AND p.state = 'exported'))");
/* clang-format on */

enum rc audit_payouts(struct db *db, struct arena *a, const struct audit_span *span,
                      struct finding_list *out)
{
    static const struct stmt *const checks[] = { &q_late, &q_not_exported, &q_not_confirmed,
                                                 &q_unfit };

    return audit_find_with(db, a, checks, COUNT(checks), ARGS(I64(span->now_ms)), out);
}
