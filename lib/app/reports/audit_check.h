/*
 * audit_check: what the checks of the audit share; for lib/app/reports/audit*.c only.
 *
 * A check is a list of statements, each of which returns rows of struct finding: none if all is
 * well.
 */
#ifndef REPORTS_AUDIT_CHECK_H
#define REPORTS_AUDIT_CHECK_H
#include "app/reports/audit.h"

extern const struct shape audit_finding;

/* Run all statements with the same arguments; at most AUDIT_FINDINGS_MAX findings in all. */
MUST_USE enum rc audit_find(struct db *db, struct arena *a, const struct stmt *const *checks,
                            size_t n, const struct arg *args, struct finding_list *out);

/* Add a finding, unless there are AUDIT_FINDINGS_MAX; `out` is from audit_find or { 0 }. */
void audit_add(struct arena *a, struct finding_list *out, const char *subject, const char *text);
#endif
