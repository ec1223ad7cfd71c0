/*
 * audit_check: what the checks of the audit share; for lib/app/reports/audit*.c only.
 *
 * A check is a list of statements, each of which returns rows of struct finding: none if all is
 * well. Add one to AUDIT_CHECKS (audit.h) and write it in a file of its own:
 *
 *   STMT(q_late, &audit_finding,
 *        "SELECT CONCAT('thing ', id) AS subject, 'was not booked' AS text FROM thing"
 *        " WHERE made_ms >= ? AND booked_ms = 0");
 *
 *   enum rc audit_things(struct db *db, struct arena *a, const struct audit_span *span,
 *                        struct finding_list *out)
 *   {
 *       static const struct stmt *const checks[] = { &q_late };
 *       return audit_find(db, a, checks, COUNT(checks), span, out);
 *   }
 *
 * New        each `?` of a statement is span->since_ms, so `made_ms >= ?` reads what is new, and all
 *            of it when since_ms is 0. Compare it with the time at which the row, or whatever makes
 *            it worth a look, was written down: ledger_tx.created_ms of its postings, never a
 *            number (numbers are not in the order of commits) and never a date that a person gave.
 *            since_ms lies well before what is new (AUDIT_OVERLAP_MS), so clocks and commits need
 *            not be exact. Rows that change later without a posting need such a time of their own,
 *            or are read in every run (ALWAYS). The column needs an index.
 * Units      AUDIT_UNITS is a table of the ids of the paid months that are new: with a posting since
 *            then, or settled since then; all months when since_ms is 0.
 */
#ifndef REPORTS_AUDIT_CHECK_H
#define REPORTS_AUDIT_CHECK_H
#include "app/reports/audit.h"

extern const struct shape audit_finding;

/* e.g. FROM AUDIT_UNITS n JOIN unit u ON u.id = n.id */
#define AUDIT_UNITS                                                                                \
    "(SELECT id FROM unit WHERE ? = 0 UNION SELECT id FROM unit WHERE settled_ms >= ?"             \
    " AND settled_ms > 0 UNION SELECT nl.unit_id FROM ledger_tx nt STRAIGHT_JOIN ledger_leg nl"    \
    " ON nl.tx_id = nt.id WHERE nt.created_ms >= ? AND nl.unit_id > 0)"

/* Run all statements, with since_ms for each `?`; at most AUDIT_FINDINGS_MAX findings in all. */
MUST_USE enum rc audit_find(struct db *db, struct arena *a, const struct stmt *const *checks,
                            size_t n, const struct audit_span *span, struct finding_list *out);

/* The same with other arguments. */
MUST_USE enum rc audit_find_with(struct db *db, struct arena *a, const struct stmt *const *checks,
                                 size_t n, const struct arg *args, struct finding_list *out);

/* Add a finding, unless there are AUDIT_FINDINGS_MAX; `out` is from audit_find or { 0 }. */
void audit_add(struct arena *a, struct finding_list *out, const char *subject, const char *text);

/* Note that all postings of now are verified, in the transaction of a run that found nothing wrong in
 * what is new; and where the next run has to begin (span.since_ms): 0 if nothing is verified. */
MUST_USE enum rc audit_verify(struct db *db, struct arena *a, int64_t now_ms);
MUST_USE enum rc audit_new_since(struct db *db, struct arena *a, int64_t *since_ms);
#endif
