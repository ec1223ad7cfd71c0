#include "app/people/tell.h"
#include "app/notify/list.h"
#include "base/clock.h"
#include "io/rows.h"

struct news {
    int64_t id, user_id, told_id, published_ms;
    const char *public_id, *title, *name;
};
SHAPE(news_shape, struct news, COLUMN(struct news, id), COLUMN(struct news, user_id),
      COLUMN(struct news, told_id), COLUMN(struct news, published_ms),
      COLUMN(struct news, public_id), COLUMN(struct news, title), COLUMN(struct news, name));

/* The one that got least far comes first. */
STMT(q_next, &news_shape,
     "SELECT v.id, v.user_id, COALESCE(t.told_id, 0) AS told_id, v.published_ms, v.public_id,"
     " v.title, u.display_name AS name FROM video v JOIN user u ON u.id = v.user_id"
     " LEFT JOIN video_told t ON t.video_id = v.id WHERE v.state = 'ready'"
     " AND v.visibility = 'public' AND v.published_ms > ? AND u.blocked = 0"
     " AND COALESCE(t.done_ms, 0) = 0 ORDER BY told_id, v.published_ms LIMIT 1");
STMT(q_followers, &number_shape,
     "SELECT user_id AS n FROM follow WHERE channel_id = ? AND user_id > ? AND since_ms <= ?"
     " ORDER BY user_id LIMIT ?");
STMT(q_note, NULL,
     "INSERT INTO video_told (video_id, told_id, done_ms) VALUES (?, ?, ?)"
     " ON DUPLICATE KEY UPDATE told_id = VALUES(told_id), done_ms = VALUES(done_ms)");

struct page {
    struct arena *a;
    const struct news *v;
    int64_t now_ms;
    int64_t added;
    bool done;
};

static enum rc tell_page(struct db *db, void *arg)
{
    struct page *p = arg;
    const struct news *v = p->v;
    struct rows rows = { .a = p->a };
    struct number_list ids;
    const struct notice n = {
        .kind = NOTICE_FOLLOWED_VIDEO,
        .once = arena_printf(p->a, "video:%" PRId64, v->id),
        .link = arena_printf(p->a, "/watch/%s", v->public_id),
        .values = { .who = v->name, .title = v->title },
    };

    TRY(DB_LIST(db, p->a, &q_followers,
                ARGS(I64(v->user_id), I64(v->told_id), I64(v->published_ms), I64(TELL_PAGE)),
                TELL_PAGE, &ids));
    for (size_t i = 0; i < ids.n; i++)
        rows_addf(&rows, "%" PRId64, ids.items[i]);
    p->done = ids.n < TELL_PAGE;
    TRY(notices_add(db, p->a, &rows, &n, p->now_ms, &p->added));
    return db_run(db, &q_note,
                  ARGS(I64(v->id), I64(ids.n ? ids.items[ids.n - 1] : v->told_id),
                       I64(p->done ? p->now_ms : 0)),
                  NULL);
}

enum rc tell_followers(struct db *db, int64_t now_ms, struct told *sum)
{
    *sum = (struct told){ 0 };
    for (size_t i = 0; i < TELL_RUN_PAGES; i++) {
        struct arena *page = arena_new(4 << 20);
        struct news v;
        struct page p = { page, &v, now_ms, 0, false };
        enum rc rc = db_one(db, page, &q_next, ARGS(I64(now_ms - TELL_DAYS * DAY_MS)), &v);
        if (rc == RC_OK)
            rc = db_transact(db, tell_page, &p);
        arena_free(page);
        if (rc != RC_OK)
            return rc == RC_NOT_FOUND ? RC_OK : rc;
        sum->followers += p.added;
        sum->videos += p.done;
    }
    return RC_OK;
}
