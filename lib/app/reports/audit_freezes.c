/* The check `freezes` of audit.h: what reports and decisions set aside of earnings. */
#include "app/money/freeze.h"
#include "app/reports/audit_check.h"
#include "base/clock.h"

/* clang-format off */
/* What the postings of a freeze moved to the accounts whose code ends so. */
#define MOVED(code) \
    "CAST(COALESCE(SUM(((c.code LIKE '" code "') - (d.code LIKE '" code "')) * l.amount_minor), 0) AS SIGNED)"
STMT(q_parts, &audit_finding,
     "SELECT CONCAT('freeze ', id) AS subject, CONCAT('has parts of ', frozen, ' frozen and ', pooled,"
     " ' in the pool, its postings say ', in_frozen, ' and ', in_idle) AS text FROM (SELECT f.id,"
     " (SELECT COALESCE(SUM(minor), 0) FROM freeze_part WHERE freeze_id = f.id AND pooled = 0) AS frozen,"
     " (SELECT COALESCE(SUM(minor), 0) FROM freeze_part WHERE freeze_id = f.id AND pooled = 1) AS pooled,"
     " " MOVED("liab:creator:%:frozen") " AS in_frozen, " MOVED("liab:idle") " AS in_idle FROM freeze f"
     " LEFT JOIN ledger_tx t ON t.ref_type = 'freeze' AND t.ref_id = CONVERT(f.id USING ascii)"
     " LEFT JOIN ledger_leg l ON l.tx_id = t.id LEFT JOIN ledger_account d ON d.id = l.debit_id"
     " LEFT JOIN ledger_account c ON c.id = l.credit_id GROUP BY f.id) x"
     " WHERE frozen <> in_frozen OR pooled <> in_idle");
/* clang-format on */
STMT(q_frozen, &audit_finding,
     "SELECT a.code AS subject, CONCAT('holds ', b.credits_minor - b.debits_minor, ' ', a.currency,"
     " ', the parts of freezes say ', COALESCE(x.minor, 0)) AS text FROM ledger_account a"
     " JOIN ledger_balance b ON b.account_id = a.id LEFT JOIN (SELECT creator_id, currency,"
     " SUM(minor) AS minor FROM freeze_part WHERE pooled = 0 GROUP BY creator_id, currency) x"
     " ON x.creator_id = a.owner_id AND x.currency = a.currency"
     " WHERE a.code LIKE 'liab:creator:%:frozen'"
     " AND b.credits_minor - b.debits_minor <> COALESCE(x.minor, 0)");
STMT(q_share, &audit_finding,
     "SELECT CONCAT('unit ', p.unit_id) AS subject, CONCAT('has ', p.minor, ' of creator ',"
     " p.creator_id, ' frozen, the share has ', s.amount_minor - s.reversed_minor) AS text"
     " FROM (SELECT unit_id, creator_id, SUM(minor) AS minor FROM freeze_part"
     " GROUP BY unit_id, creator_id HAVING SUM(minor) > 0) p LEFT JOIN unit_share s"
     " ON s.unit_id = p.unit_id AND s.creator_id = p.creator_id"
     " WHERE p.minor > COALESCE(s.amount_minor - s.reversed_minor, 0)");
STMT(q_undecided, &audit_finding,
     "SELECT CONCAT('freeze ', id) AS subject, CONCAT('of creator ', creator_id, ' has been open"
     " since ', DATE_FORMAT(DATE_ADD('1970-01-01', INTERVAL put_ms DIV 1000 SECOND), '%Y-%m-%d'),"
     " ': decide about ', ikey) AS text FROM freeze WHERE state = 'open' AND put_ms < ?"
     " ORDER BY id");
STMT(q_waiting, &audit_finding,
     "SELECT CONCAT('freeze ', id) AS subject, 'has not been gone through for a day: run freeze'"
     " AS text FROM freeze WHERE passed <> changes AND GREATEST(put_ms, decided_ms) < ?"
     " ORDER BY id");

static enum rc add(struct db *db, struct arena *a, const struct stmt *check, int64_t before_ms,
                   struct finding_list *out)
{
    const struct stmt *const checks[] = { check };
    struct finding_list more;

    TRY(audit_find_with(db, a, checks, 1, ARGS(I64(before_ms)), &more));
    for (size_t i = 0; i < more.n; i++)
        audit_add(a, out, more.items[i].subject, more.items[i].text);
    return RC_OK;
}

enum rc audit_freezes(struct db *db, struct arena *a, const struct audit_span *span,
                      struct finding_list *out)
{
    static const struct stmt *const checks[] = { &q_parts, &q_frozen, &q_share };

    TRY(audit_find(db, a, checks, COUNT(checks), span, out));
    TRY(add(db, a, &q_undecided, span->now_ms - FREEZE_DECIDE_DAYS * DAY_MS, out));
    return add(db, a, &q_waiting, span->now_ms - DAY_MS, out);
}
