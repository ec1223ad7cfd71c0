#include "app/leaving/takeout.h"
#include "app/leaving/takeout_data.h"
#include "app/notify/notify.h"
#include "base/clock.h"
#include "base/fmt.h"
#include "base/log.h"
#include "io/secret.h"
#include "io/store.h"
#include "io/zip.h"
#include <fcntl.h>
#include <unistd.h>

#define FOLDER "takeout"
enum { FILE_ID_BYTES = 16, WORKER_BYTES = 9, SWEPT_AT_ONCE = 100, ITEM_ARENA_BYTES = 64 << 20 };

WORDS(takeout_state, "takeout.state", [TAKEOUT_NONE] = "", [TAKEOUT_WAITING] = "waiting",
      [TAKEOUT_RUNNING] = "running", [TAKEOUT_READY] = "ready", [TAKEOUT_FAILED] = "failed");

struct takeout_list {
    struct takeout *items;
    size_t n;
};
SHAPE(takeout_shape, struct takeout, COLUMN(struct takeout, id), COLUMN(struct takeout, user_id),
      COLUMN(struct takeout, percent), COLUMN(struct takeout, attempts),
      COLUMN(struct takeout, bytes), COLUMN(struct takeout, asked_ms),
      COLUMN(struct takeout, ended_ms), COLUMN(struct takeout, expires_ms),
      COLUMN_WORD(struct takeout, state, takeout_state), COLUMN(struct takeout, file));
#define TAKEOUT                                                                                    \
    "SELECT id, user_id, percent, attempts, bytes, asked_ms, ended_ms, expires_ms, state, file"    \
    " FROM takeout WHERE "
#define HAS_ENDED "state IN ('ready', 'failed')"
STMT(q_get, &takeout_shape,
     TAKEOUT "user_id = ? AND (expires_ms = 0 OR expires_ms > ?) ORDER BY id DESC LIMIT 1");
STMT(q_lately, &number_shape,
     "SELECT COUNT(*) AS n FROM takeout WHERE user_id = ? AND asked_ms > ?");
STMT(q_expire, NULL,
     "UPDATE takeout SET expires_ms = ? WHERE user_id = ? AND " HAS_ENDED " AND expires_ms > ?");
STMT(q_ask, NULL, "INSERT INTO takeout (user_id, file, asked_ms) VALUES (?, ?, ?)");
STMT(q_due, &takeout_shape,
     TAKEOUT "state IN ('waiting', 'running') AND lease_ms <= ? ORDER BY id LIMIT 1");
STMT(q_lease, NULL,
     "UPDATE takeout SET state = 'running', percent = 0, attempts = attempts + 1, worker = ?,"
     " lease_ms = ? WHERE id = ? AND state IN ('waiting', 'running') AND lease_ms <= ?");
STMT(
    q_progress, NULL,
    "UPDATE takeout SET percent = ?, lease_ms = ? WHERE id = ? AND worker = ? AND state = 'running'");
STMT(q_ended, NULL,
     "UPDATE takeout SET state = ?, percent = 100, bytes = ?, ended_ms = ?, expires_ms = ?"
     " WHERE id = ? AND worker = ? AND state = 'running'");
/* Rows of the last day stay, to be counted. */
STMT(q_old, &takeout_shape,
     TAKEOUT HAS_ENDED " AND expires_ms <= ? AND asked_ms <= ? ORDER BY expires_ms LIMIT 100");
STMT(q_all, &takeout_shape, TAKEOUT "user_id = ? ORDER BY id LIMIT 100");
STMT(q_drop, NULL, "DELETE FROM takeout WHERE id = ?");

static const char *key_of(struct arena *a, const struct takeout *t, const char *ending)
{
    return arena_printf(a, FOLDER "/%s%s", t->file, ending);
}

enum rc takeout_get(struct db *db, struct arena *a, int64_t user_id, int64_t now_ms,
                    struct takeout *out)
{
    return db_one(db, a, &q_get, ARGS(I64(user_id), I64(now_ms)), out);
}

struct asking {
    struct arena *a;
    int64_t user_id, now_ms;
    struct problem *why;
};

static enum rc ask(struct db *db, void *arg)
{
    const struct asking *x = arg;
    int64_t n;

    TRY(db_number(db, x->a, &q_lately, ARGS(I64(x->user_id), I64(x->now_ms - DAY_MS)), &n));
    if (n >= TAKEOUTS_PER_DAY)
        return refuse(x->why, RC_LIMITED, NULL,
                      "An archive can be made twice a day. Please try again tomorrow.");
    TRY(db_run(db, &q_expire, ARGS(I64(x->now_ms), I64(x->user_id), I64(x->now_ms)), NULL));
    return db_run(db, &q_ask,
                  ARGS(I64(x->user_id), STR(random_id(x->a, FILE_ID_BYTES)), I64(x->now_ms)), NULL);
}

enum rc takeout_ask(struct db *db, struct arena *a, int64_t user_id, int64_t now_ms,
                    struct problem *why)
{
    return db_transact(db, ask, &(struct asking){ a, user_id, now_ms, why });
}

enum rc takeout_read(struct arena *a, const struct takeout *t, char **bytes, size_t *n)
{
    enum rc rc = store_read(a, STORE_VAR, key_of(a, t, ".zip"), TAKEOUT_MAX_BYTES, bytes, n);
    return rc == RC_NOT_FOUND ? RC_GONE : rc;
}

/* Making it */

struct making {
    struct db *db, *money;
    struct arena *a, *item;
    const struct takeout *t;
    const char *worker;
    int fd;
    int64_t bytes;
};

static bool write_out(void *arg, const void *bytes, size_t n)
{
    struct making *m = arg;
    const char *at = bytes;

    m->bytes += (int64_t)n;
    if (m->bytes > TAKEOUT_MAX_BYTES)
        return false;
    while (n) {
        ssize_t done = write(m->fd, at, n);
        if (done <= 0)
            return false;
        at += done, n -= (size_t)done;
    }
    return true;
}

static enum rc progress(void *arg, int percent)
{
    const struct making *m = arg;
    int64_t now_ms = clock_now_ms(), changed;

    TRY(db_run(m->db, &q_progress,
               ARGS(I64(percent), I64(now_ms + TAKEOUT_LEASE_MINUTES * MINUTE_MS), I64(m->t->id),
                    STR(m->worker)),
               &changed));
    return RC_OK; /* whoever has lost the lease is told at the end */
}

static enum rc fill(struct making *m)
{
    struct zip *z = zip_begin(m->a, write_out, m);
    const struct takeout_target target = { z, progress, m, m->t->user_id, clock_now_ms() };

    TRY(takeout_write(m->db, m->money, m->item, &target));
    TRY(zip_end(z));
    return fsync(m->fd) ? RC_FAIL : RC_OK;
}

static enum rc make(struct making *m)
{
    const char *part = key_of(m->a, m->t, ".part");

    TRY(store_dir(STORE_VAR, FOLDER));
    TRY(store_open(STORE_VAR, part, O_WRONLY | O_CREAT | O_TRUNC, &m->fd));
    enum rc rc = fill(m);
    close(m->fd);
    if (rc == RC_OK)
        return store_move(STORE_VAR, part, key_of(m->a, m->t, ".zip"));
    if (store_remove(STORE_VAR, part) != RC_OK)
        log_error("takeout=%" PRId64 " leaves its part until it is swept", m->t->id);
    return rc;
}

struct ending {
    struct arena *a;
    const struct takeout *t;
    const char *worker;
    int64_t bytes, now_ms;
    enum takeout_state state;
};

static enum rc end_it(struct db *db, void *arg)
{
    const struct ending *e = arg;
    int64_t until_ms = e->now_ms + TAKEOUT_DAYS * DAY_MS, changed;
    const struct notice notice = {
        .user_id = e->t->user_id,
        .kind = NOTICE_EXPORT_READY,
        .once = arena_printf(e->a, "takeout:%" PRId64, e->t->id),
        .link = "/account/export",
        .values = { .until = fmt_datetime(e->a, until_ms) },
    };

    TRY(db_run(db, &q_ended,
               ARGS(STR(takeout_state_word(e->state)), I64(e->bytes), I64(e->now_ms), I64(until_ms),
                    I64(e->t->id), STR(e->worker)),
               &changed));
    if (!changed) /* another worker has it */
        return RC_OK;
    return e->state == TAKEOUT_READY ? notify(db, e->a, &notice, e->now_ms) : RC_OK;
}

static enum rc finish(struct making *m, enum takeout_state state)
{
    struct ending e = { m->a, m->t, m->worker, m->bytes, clock_now_ms(), state };
    return db_transact(m->db, end_it, &e);
}

enum rc takeout_next(struct db *db, struct db *money, struct arena *a, int64_t now_ms,
                     const char **did)
{
    struct takeout t;
    int64_t leased;

    TRY(db_one(db, a, &q_due, ARGS(I64(now_ms)), &t));
    struct making m = {
        .db = db, .money = money, .a = a, .t = &t, .worker = random_id(a, WORKER_BYTES)
    };
    TRY(db_run(db, &q_lease,
               ARGS(STR(m.worker), I64(now_ms + TAKEOUT_LEASE_MINUTES * MINUTE_MS), I64(t.id),
                    I64(now_ms)),
               &leased));
    if (!leased)
        return RC_BUSY;
    log_about("member:%" PRId64, t.user_id);
    m.item = arena_new(ITEM_ARENA_BYTES);
    enum rc rc = t.attempts < TAKEOUT_ATTEMPTS ? make(&m) : RC_FAIL;
    arena_free(m.item);
    if (rc != RC_OK && t.attempts < TAKEOUT_ATTEMPTS - 1)
        return rc; /* again, once the lease has ended */
    *did = arena_printf(a, "member=%" PRId64 " bytes=%" PRId64, t.user_id, m.bytes);
    return finish(&m, rc == RC_OK ? TAKEOUT_READY : TAKEOUT_FAILED);
}

/* Its end */

static enum rc drop(struct db *db, struct arena *a, const struct takeout *t)
{
    TRY(store_remove(STORE_VAR, key_of(a, t, ".part")));
    TRY(store_remove(STORE_VAR, key_of(a, t, ".zip")));
    return db_run(db, &q_drop, ARGS(I64(t->id)), NULL);
}

static enum rc drop_list(struct db *db, struct arena *a, const struct takeout_list *list)
{
    for (size_t i = 0; i < list->n; i++)
        TRY(drop(db, a, &list->items[i]));
    return RC_OK;
}

enum rc takeout_sweep(struct db *db, struct arena *a, int64_t now_ms, int64_t *dropped)
{
    struct takeout_list list;

    *dropped = 0;
    TRY(DB_LIST(db, a, &q_old, ARGS(I64(now_ms), I64(now_ms - DAY_MS)), SWEPT_AT_ONCE, &list));
    *dropped = (int64_t)list.n;
    return drop_list(db, a, &list);
}

enum rc takeout_drop_all(struct db *db, struct arena *a, int64_t user_id)
{
    struct takeout_list list = { .n = SWEPT_AT_ONCE };

    while (list.n == SWEPT_AT_ONCE) {
        TRY(DB_LIST(db, a, &q_all, ARGS(I64(user_id)), SWEPT_AT_ONCE, &list));
        TRY(drop_list(db, a, &list));
    }
    return RC_OK;
}
