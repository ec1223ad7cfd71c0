#include "app/site/removal.h"
#include "base/clock.h"
#include "base/log.h"
#include "io/store.h"

struct removal {
    int64_t id;
    const char *folder, *name;
};
struct removal_list {
    struct removal *items;
    size_t n;
};
SHAPE(removal_shape, struct removal, COLUMN(struct removal, id), COLUMN(struct removal, folder),
      COLUMN(struct removal, name));

STMT(q_enqueue, NULL, "INSERT INTO file_removal (folder, name) VALUES (?, ?)");
STMT(q_due, &removal_shape,
     "SELECT id, folder, name FROM file_removal WHERE next_try_ms <= ? ORDER BY next_try_ms, id"
     " LIMIT 500");
STMT(q_gone, NULL, "DELETE FROM file_removal WHERE id = ?");
STMT(q_later, NULL,
     "UPDATE file_removal SET attempts = attempts + 1, next_try_ms = ? WHERE id = ?");

enum rc removal_enqueue(struct db *db, const char *folder, const char *name)
{
    return db_run(db, &q_enqueue, ARGS(STR(folder), STR(name)), NULL);
}

enum rc removal_run(struct db *db, struct arena *a, int64_t now_ms, int64_t *removed)
{
    struct removal_list due;

    *removed = 0;
    TRY(DB_LIST(db, a, &q_due, ARGS(I64(now_ms)), REMOVALS_PER_RUN, &due));
    for (size_t i = 0; i < due.n; i++) {
        const struct removal *f = &due.items[i];
        const char *key = arena_printf(a, "%s/%s", f->folder, f->name);
        if (store_remove(STORE_MEDIA, key) == RC_OK) {
            TRY(db_run(db, &q_gone, ARGS(I64(f->id)), NULL));
            ++*removed;
            continue;
        }
        log_error("%s could not be removed", key);
        TRY(db_run(db, &q_later, ARGS(I64(now_ms + REMOVAL_RETRY_MINUTES * MINUTE_MS), I64(f->id)),
                   NULL));
    }
    return RC_OK;
}
