/* The check of audit.h that concerns operators' acts and vouchers. */
#include "app/reports/audit_check.h"

STMT(q_by_hand, &audit_finding,
     "SELECT CONCAT('posting ', t.ikey) AS subject, 'was made by hand without an act' AS text"
     " FROM ledger_tx t LEFT JOIN act a ON a.id = CAST(t.ref_id AS UNSIGNED) AND a.state = 'done'"
     " WHERE t.created_ms >= ? AND (t.kind = 'manual' OR t.ref_type = 'act')"
     " AND (a.id IS NULL OR a.posting <> t.ikey)");
STMT(
    q_unposted_acts, &audit_finding,
    "SELECT CONCAT('act ', a.id) AS subject, CONCAT('is done, but there is no posting ', a.posting)"
    " AS text FROM act a LEFT JOIN ledger_tx t ON t.ikey = a.posting WHERE a.ended_ms >= ?"
    " AND a.state = 'done' AND a.posting <> '' AND t.id IS NULL");
STMT(q_missing_posting, &audit_finding,
     "SELECT CONCAT('act ', id) AS subject, CONCAT('of the kind ', kind,"
     " ' is done without a posting') AS text FROM act WHERE ended_ms >= ? AND state = 'done'"
     " AND posting = '' AND kind IN ('posting', 'posting-reversal', 'refund', 'payment-date')");
STMT(q_own_approval, &audit_finding,
     "SELECT CONCAT('act ', id) AS subject, 'waited, and was approved by the one who asked for it'"
     " AS text FROM act WHERE ended_ms >= ? AND waited = 1 AND state IN ('doing', 'done')"
     " AND (ended_by IS NULL OR ended_by = asked_by)");
STMT(
    q_vouchers, &audit_finding,
    "SELECT 'liab:voucher' AS subject, CONCAT('holds ', held, ' ', currency,"
    " ', vouchers that can be redeemed come to ', sold) AS text FROM (SELECT a.currency,"
    " b.credits_minor - b.debits_minor AS held, (SELECT COALESCE(SUM(v.value_minor - v.tax_minor), 0)"
    " FROM voucher v WHERE v.currency = a.currency AND v.redeemed_ms IS NULL AND v.ended_ms = 0)"
    " AS sold FROM ledger_account a JOIN ledger_balance b ON b.account_id = a.id"
    " WHERE a.code = 'liab:voucher') x WHERE held <> sold");

enum rc audit_acts(struct db *db, struct arena *a, const struct audit_span *span,
                   struct finding_list *out)
{
    static const struct stmt *const checks[] = { &q_by_hand, &q_unposted_acts, &q_missing_posting,
                                                 &q_own_approval, &q_vouchers };
    return audit_find(db, a, checks, COUNT(checks), span, out);
}
