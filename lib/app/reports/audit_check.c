#include "app/reports/audit_check.h"

static const struct column columns[] = { COLUMN(struct finding, subject),
                                         COLUMN(struct finding, text) };
const struct shape audit_finding = { sizeof(struct finding), COUNT(columns), columns };

void audit_add(struct arena *a, struct finding_list *out, const char *subject, const char *text)
{
    if (out->items == NULL)
        out->items = arena_array(a, struct finding, AUDIT_FINDINGS_MAX);
    if (out->n < AUDIT_FINDINGS_MAX)
        out->items[out->n++] = (struct finding){ subject, text };
}

enum rc audit_find(struct db *db, struct arena *a, const struct stmt *const *checks, size_t n,
                   const struct arg *args, struct finding_list *out)
{
    *out = (struct finding_list){ NULL, 0 };
    for (size_t i = 0; i < n; i++) {
        struct finding_list found;
        TRY(DB_LIST(db, a, checks[i], args, AUDIT_FINDINGS_MAX, &found));
        for (size_t k = 0; k < found.n; k++)
            audit_add(a, out, found.items[k].subject, found.items[k].text);
    }
    return RC_OK;
}
