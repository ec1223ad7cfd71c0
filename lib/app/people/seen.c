#include "app/people/seen.h"
#include "app/notify/notify.h"
#include "app/people/account.h"
#include "base/clock.h"
#include "base/fmt.h"
#include "io/secret.h"

enum { MARK_CHARS = 32 };

struct known {
    int64_t any, recent; /* log-ins of this member; such as this one, within SEEN_DAYS */
};
SHAPE(known_shape, struct known, COLUMN(struct known, any), COLUMN(struct known, recent));
STMT(q_known, &known_shape,
     "SELECT COUNT(*) AS `any`, COALESCE(SUM(mark = ? AND seen_ms > ?), 0) AS recent"
     " FROM login_seen WHERE user_id = ?");
STMT(q_note, NULL,
     "INSERT INTO login_seen (user_id, mark, seen_ms) VALUES (?, ?, ?)"
     " ON DUPLICATE KEY UPDATE seen_ms = VALUES(seen_ms)");
STMT(q_sweep, NULL, "DELETE FROM login_seen WHERE seen_ms <= ?");

struct noting {
    struct arena *a;
    const struct seen_login *login;
    int64_t now_ms;
};

static enum rc tell(struct db *db, const struct noting *n)
{
    const struct notice notice = {
        .user_id = n->login->user_id,
        .kind = NOTICE_NEW_LOGIN,
        .link = "/account/sessions",
        .values = { .at = fmt_datetime(n->a, n->now_ms),
                    .place = account_place(n->a, n->login->network),
                    .device = n->login->device },
    };

    return notify(db, n->a, &notice, n->now_ms);
}

static enum rc note(struct db *db, void *arg)
{
    const struct noting *n = arg;
    const char *text = arena_printf(n->a, "%s %s", n->login->network, n->login->device);
    const char *mark = arena_strn(n->a, sha256_hex(n->a, text, strlen(text)), MARK_CHARS);
    struct known known;

    TRY(db_one(db, n->a, &q_known,
               ARGS(STR(mark), I64(n->now_ms - SEEN_DAYS * DAY_MS), I64(n->login->user_id)),
               &known));
    TRY(db_run(db, &q_note, ARGS(I64(n->login->user_id), STR(mark), I64(n->now_ms)), NULL));
    return known.any && !known.recent ? tell(db, n) : RC_OK;
}

enum rc seen_note(struct db *db, struct arena *a, const struct seen_login *login, int64_t now_ms)
{
    return db_transact(db, note, &(struct noting){ a, login, now_ms });
}

enum rc seen_sweep(struct db *db, int64_t now_ms, int64_t *dropped)
{
    return db_run(db, &q_sweep, ARGS(I64(now_ms - SEEN_KEPT_DAYS * DAY_MS)), dropped);
}
