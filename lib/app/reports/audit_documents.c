/* The checks of audit.h that concern receipts and credit notes. */
#include "app/income/document.h"
#include "app/reports/audit_check.h"

STMT(
    q_gaps, &audit_finding,
    "SELECT CONCAT('receipt ', r.number - 1) AS subject, 'is missing: numbers have no gaps' AS text"
    " FROM receipt r LEFT JOIN receipt b ON b.number = r.number - 1"
    " WHERE r.issued_ms >= ? AND r.number > 1 AND b.number IS NULL");
STMT(
    q_counter, &audit_finding,
    "SELECT 'receipts' AS subject, CONCAT('are counted to ', c.last, ', the latest is ', r.latest)"
    " AS text FROM receipt_counter c JOIN (SELECT COALESCE(MAX(number), 0) AS latest FROM receipt) r"
    " ON c.last <> r.latest");
STMT(q_missing, &audit_finding,
     "SELECT CONCAT('receipt ', r.number) AS subject, 'has no document: run jobs/migrate' AS text"
     " FROM receipt r LEFT JOIN document d ON d.number = r.number"
     " WHERE r.issued_ms >= ? AND d.number IS NULL");
STMT(q_differ, &audit_finding,
     "SELECT CONCAT('document ', d.number) AS subject, CONCAT('states ', d.net_minor + d.tax_minor,"
     " ' with ', d.tax_minor, ' of tax, its receipt says ', r.amount_minor, ' with ', r.tax_minor)"
     " AS text FROM document d JOIN receipt r ON r.number = d.number WHERE d.issued_ms >= ?"
     " AND (d.net_minor + d.tax_minor <> ABS(r.amount_minor) OR d.tax_minor <> ABS(r.tax_minor)"
     " OR d.currency <> r.currency OR (d.kind = 'credit_note') <> (r.amount_minor < 0)"
     " OR COALESCE(d.user_id, 0) <> COALESCE(r.user_id, 0) OR d.issued_ms <> r.issued_ms)");
STMT(q_unpapered, &audit_finding,
     "SELECT CONCAT('reversal ', v.id) AS subject, 'was done without a credit note' AS text"
     " FROM reversal v LEFT JOIN receipt r ON r.payment_id = v.payment_id AND r.reversal_id = v.id"
     " WHERE v.created_ms >= ? AND v.state = 'done' AND r.number IS NULL");

STMT(q_unreceipted, &audit_finding,
     "SELECT CONCAT('payment ', p.id) AS subject, 'has no receipt' AS text FROM ledger_tx t"
     " JOIN payment p ON p.id = CAST(t.ref_id AS SIGNED) LEFT JOIN receipt r ON r.payment_id = p.id"
     " AND r.reversal_id = 0 LEFT JOIN voucher v ON p.provider = 'voucher' AND v.taxed = 1"
     " AND v.id = CAST(SUBSTRING(p.provider_ref, 9) AS SIGNED)" /* behind `voucher_` */
     " WHERE t.created_ms >= ? AND t.ref_type = 'payment' AND t.kind = 'invoice'"
     " AND r.number IS NULL AND v.id IS NULL");

enum rc audit_documents(struct db *db, struct arena *a, const struct audit_span *span,
                        struct finding_list *out)
{
    static const struct stmt *const checks[] = { &q_gaps,   &q_counter,   &q_missing,
                                                 &q_differ, &q_unpapered, &q_unreceipted };
    struct number_list broken;

    TRY(audit_find(db, a, checks, COUNT(checks), span, out));
    TRY(document_broken(db, a, span->since_ms, &broken));
    for (size_t i = 0; i < broken.n; i++)
        audit_add(a, out, arena_printf(a, "document %" PRId64, broken.items[i]),
                  "was changed after it was issued: it does not fit its seal");
    return RC_OK;
}
