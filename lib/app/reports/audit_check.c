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

enum rc audit_find_with(struct db *db, struct arena *a, const struct stmt *const *checks, size_t n,
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

enum rc audit_find(struct db *db, struct arena *a, const struct stmt *const *checks, size_t n,
                   const struct audit_span *span, struct finding_list *out)
{
    struct arg since[DB_ARGS_MAX + 1] = { [DB_ARGS_MAX] = { ARG_END, 0, 0, NULL } };

    *out = (struct finding_list){ NULL, 0 };
    for (size_t i = 0; i < n; i++) {
        struct finding_list found;
        size_t marks = 0;
        for (const char *c = checks[i]->sql; *c; c++)
            if (*c == '?')
                since[marks++] = (struct arg)I64(span->since_ms);
        assert(marks <= DB_ARGS_MAX);
        since[marks] = (struct arg){ ARG_END, 0, 0, NULL };
        TRY(audit_find_with(db, a, &checks[i], 1, since, &found));
        for (size_t k = 0; k < found.n; k++)
            audit_add(a, out, found.items[k].subject, found.items[k].text);
    }
    return RC_OK;
}
