#include "app/money/policy.h"

SHAPE(policy_shape, struct policy, COLUMN(struct policy, id), COLUMN(struct policy, share_bp),
      COLUMN(struct policy, min_unit_seconds), COLUMN(struct policy, hold_days),
      COLUMN(struct policy, since_ms), COLUMN_WORD(struct policy, rule, division_rule),
      COLUMN_WORD(struct policy, fees, fee_bearer), COLUMN_WORD(struct policy, idle, idle_use));
#define POLICY_COLUMNS "id, share_bp, min_unit_seconds, hold_days, since_ms, rule, fees, idle"
#define WITH_TERMS                                                                                 \
    "SELECT " POLICY_COLUMNS " FROM policy WHERE rule = ? AND share_bp = ? AND fees = ?"           \
    " AND idle = ? AND min_unit_seconds = ? AND hold_days = ?"

STMT(q_find, &policy_shape, WITH_TERMS);
/* Locking: only such a read sees what others committed after this transaction's first read. */
STMT(q_find_now, &policy_shape, WITH_TERMS " LOCK IN SHARE MODE");
STMT(q_add, NULL,
     "INSERT INTO policy (rule, share_bp, fees, idle, min_unit_seconds, hold_days, since_ms)"
     " VALUES (?, ?, ?, ?, ?, ?, ?)");
STMT(q_get, &policy_shape, "SELECT " POLICY_COLUMNS " FROM policy WHERE id = ?");
STMT(q_all, &policy_shape, "SELECT " POLICY_COLUMNS " FROM policy ORDER BY id DESC");

enum rc policy_now(struct db *db, struct arena *a, int64_t now_ms, struct policy *out)
{
    const struct conf *c = conf();
#define TERMS                                                                                      \
    STR(division_rule_word(c->rule)), I64(c->share_bp), STR(fee_bearer_word(c->fees)),             \
        STR(idle_use_word(c->idle)), I64(c->min_unit_seconds), I64(c->hold_days)

    enum rc rc = db_one(db, a, &q_find, ARGS(TERMS), out);
    if (rc != RC_NOT_FOUND)
        return rc;
    rc = db_run(db, &q_add, ARGS(TERMS, I64(now_ms)), NULL);
    if (rc != RC_OK && rc != RC_CONFLICT) /* another process was faster */
        return rc;
    return db_one(db, a, &q_find_now, ARGS(TERMS), out);
}

enum rc policy_get(struct db *db, struct arena *a, int64_t id, struct policy *out)
{
    return db_one(db, a, &q_get, ARGS(I64(id)), out);
}

enum rc policy_keep(struct db *db, struct arena *a, struct policy_list *kept, int64_t id,
                    const struct policy **out)
{
    for (size_t i = 0; i < kept->n; i++)
        if (kept->items[i].id == id) {
            *out = &kept->items[i];
            return RC_OK;
        }
    struct policy *more = arena_array(a, struct policy, kept->n + 1);
    TRY(policy_get(db, a, id, &more[kept->n]));
    if (kept->n)
        memcpy(more, kept->items, kept->n * sizeof(*more));
    *kept = (struct policy_list){ more, kept->n + 1 };
    *out = &more[kept->n - 1];
    return RC_OK;
}

enum rc policy_list(struct db *db, struct arena *a, struct policy_list *out)
{
    return DB_LIST(db, a, &q_all, NO_ARGS, POLICIES_SHOWN_MAX, out);
}
