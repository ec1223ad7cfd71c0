/* The checks of audit.h that concern the ledger alone: transactions, sums, balances and signs. */
#include "app/reports/audit_check.h"

/* Long enough for the canonical text of a transaction with LEDGER_LEGS_MAX legs. */
static const char session[] = "SET SESSION group_concat_max_len = 1048576";

STMT(q_legs, &audit_finding,
     "SELECT subject, CONCAT('has ', legs, ' legs, announced ', announced) AS text FROM"
     " (SELECT t.ikey AS subject, t.legs AS announced, COUNT(l.line) AS legs FROM ledger_tx t"
     " LEFT JOIN ledger_leg l ON l.tx_id = t.id WHERE t.created_ms >= ? GROUP BY t.id) x"
     " WHERE legs <> announced");
STMT(q_accounts, &audit_finding,
     "SELECT t.ikey AS subject, CONCAT('line ', l.line, ' is ', l.currency, ', its accounts ',"
     " COALESCE(d.currency, 'missing'), ' and ', COALESCE(c.currency, 'missing')) AS text"
     " FROM ledger_tx t STRAIGHT_JOIN ledger_leg l ON l.tx_id = t.id"
     " LEFT JOIN ledger_account d ON d.id = l.debit_id"
     " LEFT JOIN ledger_account c ON c.id = l.credit_id"
     " WHERE t.created_ms >= ? AND NOT (d.currency <=> l.currency AND c.currency <=> l.currency)");
STMT(
    q_digests, &audit_finding,
    "SELECT subject, 'does not have the digest of its rows' AS text FROM (SELECT t.ikey AS "
    "subject,"
    " t.digest, SHA2(CONCAT(t.ikey, '\\n', t.kind, '\\n', t.ref_type, '\\n', t.ref_id, '\\n',"
    " COALESCE(MIN(r.ikey), ''), '\\n', t.effective_ms, '\\n', MIN(l.currency), '\\n',"
    " GROUP_CONCAT(d.code, ' ', c.code, ' ', l.amount_minor, ' ', COALESCE(l.unit_id, 0), '\\n'"
    " ORDER BY l.line SEPARATOR '')), 256) AS computed FROM ledger_tx t"
    " LEFT JOIN ledger_tx r ON r.id = t.reverses JOIN ledger_leg l ON l.tx_id = t.id"
    " JOIN ledger_account d ON d.id = l.debit_id JOIN ledger_account c ON c.id = l.credit_id"
    " WHERE t.created_ms >= ? GROUP BY t.id) x WHERE computed IS NULL OR UNHEX(digest) <> UNHEX(computed)");
/* The sums of all accounts, whether they exist or not. */
#define SIDES                                                                                      \
    "(SELECT account_id AS id, debits_minor AS debit, credits_minor AS credit FROM ledger_sum"     \
    " UNION ALL SELECT l.debit_id, l.amount_minor, 0 FROM ledger_unsummed n JOIN ledger_leg l"     \
    " ON l.tx_id = n.tx_id UNION ALL SELECT l.credit_id, 0, l.amount_minor FROM ledger_unsummed n" \
    " JOIN ledger_leg l ON l.tx_id = n.tx_id) s"
STMT(q_sums, &audit_finding,
     "SELECT currency AS subject, CONCAT('has debits of ', debits, ' and credits of ', credits)"
     " AS text FROM (SELECT a.currency, SUM(s.debit) AS debits, SUM(s.credit) AS credits"
     " FROM " SIDES " JOIN ledger_account a ON a.id = s.id GROUP BY a.currency) x"
     " WHERE debits <> credits");
STMT(q_balances, &audit_finding,
     "SELECT a.code AS subject, CONCAT('keeps debits of ', b.debits_minor, ' and credits of ',"
     " b.credits_minor, ', its legs say ', COALESCE(x.debits, 0), ' and ', COALESCE(x.credits, 0),"
     " ' ', a.currency) AS text FROM ledger_balance b JOIN ledger_account a ON a.id = b.account_id"
     " LEFT JOIN (SELECT s.id, SUM(s.debit) AS debits, SUM(s.credit) AS credits FROM " SIDES
     " GROUP BY s.id) x ON x.id = b.account_id WHERE b.debits_minor <> COALESCE(x.debits, 0)"
     " OR b.credits_minor <> COALESCE(x.credits, 0)");
STMT(q_missing, &audit_finding,
     "SELECT a.code AS subject, CONCAT('keeps no balance in ', a.currency) AS text"
     " FROM ledger_account a LEFT JOIN ledger_balance b ON b.account_id = a.id"
     " WHERE b.account_id IS NULL AND (a.code LIKE 'liab:creator:%' OR a.code LIKE 'liab:member:%'"
     " OR a.code = 'liab:voucher')");
STMT(
    q_signs, &audit_finding,
    "SELECT a.code AS subject, CONCAT('is at ', b.credits_minor - b.debits_minor, ' ',"
    " a.currency) AS text FROM ledger_balance b JOIN ledger_account a ON a.id = b.account_id"
    " WHERE b.credits_minor < b.debits_minor AND NOT ((a.code LIKE '%:held'"
    " OR a.code LIKE '%:payable') AND EXISTS (SELECT 1 FROM ledger_leg l JOIN ledger_tx t"
    " ON t.id = l.tx_id WHERE l.debit_id = a.id AND t.kind IN ('refund', 'dispute', 'payout_again')))");

enum rc audit_transactions(struct db *db, struct arena *a, const struct audit_span *span,
                           struct finding_list *out)
{
    static const struct stmt *const checks[] = { &q_legs, &q_accounts, &q_digests };

    TRY(db_script(db, session));
    return audit_find(db, a, checks, COUNT(checks), span, out);
}

enum rc audit_sums(struct db *db, struct arena *a, const struct audit_span *span,
                   struct finding_list *out)
{
    static const struct stmt *const checks[] = { &q_sums };
    return audit_find(db, a, checks, COUNT(checks), span, out);
}

enum rc audit_balances(struct db *db, struct arena *a, const struct audit_span *span,
                       struct finding_list *out)
{
    static const struct stmt *const checks[] = { &q_balances, &q_missing };
    return audit_find(db, a, checks, COUNT(checks), span, out);
}

enum rc audit_signs(struct db *db, struct arena *a, const struct audit_span *span,
                    struct finding_list *out)
{
    static const struct stmt *const checks[] = { &q_signs };
    return audit_find(db, a, checks, COUNT(checks), span, out);
}
