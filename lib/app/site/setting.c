#include "app/site/setting.h"

struct value {
    const char *value;
};
SHAPE(value_shape, struct value, COLUMN(struct value, value));
STMT(q_get, &value_shape, "SELECT value FROM setting WHERE name = ?");
SHAPE(change_shape, struct setting_change, COLUMN(struct setting_change, changed_ms),
      COLUMN(struct setting_change, handle));
STMT(q_changed, &change_shape,
     "SELECT s.changed_ms, COALESCE(u.handle, '') AS handle FROM setting s LEFT JOIN user u"
     " ON u.id = s.changed_by WHERE s.name = ?");
STMT(q_set, NULL,
     "INSERT INTO setting (name, value, changed_by, changed_ms) VALUES (?, ?, ?, ?)"
     " ON DUPLICATE KEY UPDATE value = VALUES(value), changed_by = VALUES(changed_by),"
     " changed_ms = VALUES(changed_ms)");

enum rc setting_get(struct db *db, struct arena *a, const char *name, const char *fallback,
                    const char **value)
{
    struct value row = { fallback };
    enum rc rc = db_one(db, a, &q_get, ARGS(STR(name)), &row);

    *value = row.value;
    return rc == RC_NOT_FOUND ? RC_OK : rc;
}

enum rc setting_set(struct db *db, const char *name, const char *value, int64_t by_user,
                    int64_t now_ms)
{
    return db_run(db, &q_set, ARGS(STR(name), STR(value), I64(by_user), I64(now_ms)), NULL);
}

enum rc setting_changed(struct db *db, struct arena *a, const char *name,
                        struct setting_change *out)
{
    return db_one(db, a, &q_changed, ARGS(STR(name)), out);
}
