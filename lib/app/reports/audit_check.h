/*
 * audit_check: what the checks of the audit share; for lib/app/audit_*.c only.
 *
 * A check is a list of statements, each of which answers with rows of struct finding: nothing is what
 * one wants to see.
 */
#ifndef REPORTS_AUDIT_CHECK_H
#define REPORTS_AUDIT_CHECK_H
#include "app/reports/audit.h"

extern const struct shape audit_finding;

/* Run each statement with the same arguments; together at most AUDIT_FINDINGS_MAX findings. */
MUST_USE enum rc audit_find(struct db *db, struct arena *a, const struct stmt *const *checks,
                            size_t n, const struct arg *args, struct finding_list *out);

/* One more, unless there are AUDIT_FINDINGS_MAX already; `out` was made by audit_find or is { 0 }. */
void audit_add(struct arena *a, struct finding_list *out, const char *subject, const char *text);
#endif
