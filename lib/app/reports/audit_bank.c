/* The check of the bank: audit.h. */
#include "app/reports/audit_check.h"

/* What a line moved on clearing:unmatched is there as long as the line waits. */
STMT(q_clearing, &audit_finding,
     "SELECT 'clearing:unmatched' AS subject, CONCAT('holds ', held, ', the lines of the bank that"
     " wait add up to ', due) AS text FROM (SELECT"
     " (SELECT COALESCE(SUM(amount_minor), 0) FROM bank_line WHERE state IN ('unmatched', 'part'))"
     " AS due, COALESCE((SELECT SUM(l.amount_minor) FROM ledger_leg l JOIN ledger_account a"
     " ON a.id = l.credit_id WHERE a.code = 'clearing:unmatched'), 0)"
     " - COALESCE((SELECT SUM(l.amount_minor) FROM ledger_leg l JOIN ledger_account a"
     " ON a.id = l.debit_id WHERE a.code = 'clearing:unmatched'), 0) AS held) x WHERE held <> due");
/* A line that waits was put there, and one that confirms a posting names one that there is. */
STMT(q_waiting, &audit_finding,
     "SELECT CONCAT('line ', b.id) AS subject, CONCAT('of the bank is ', b.state, ' and has no"
     " posting bank:', b.id, ':unmatched') AS text FROM bank_line b WHERE b.state IN ('unmatched',"
     " 'part') AND NOT EXISTS (SELECT 1 FROM ledger_tx t WHERE t.ikey = CONCAT('bank:', b.id,"
     " ':unmatched'))");
STMT(q_confirms, &audit_finding,
     "SELECT CONCAT('line ', b.id) AS subject, CONCAT('of the bank confirms ', b.confirms, ', which"
     " is no posting') AS text FROM bank_line b WHERE b.confirms IS NOT NULL AND NOT EXISTS"
     " (SELECT 1 FROM ledger_tx t WHERE t.ikey = b.confirms)");

enum rc audit_bank(struct db *db, struct arena *a, const struct audit_span *span,
                   struct finding_list *out)
{
    static const struct stmt *const checks[] = { &q_clearing, &q_waiting, &q_confirms };
    return audit_find(db, a, checks, COUNT(checks), span, out);
}
