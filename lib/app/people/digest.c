#include "app/people/digest.h"
#include "app/catalogue/video_item.h"
#include "app/notify/notify.h"
#include "base/clock.h"
#include "base/fmt.h"
#include "base/sb.h"
#include "base/str.h"
#include "io/mail.h"

enum { WEEK_DAYS = 7, THURSDAY_TO_MONDAY = 3 }; /* 1 January 1970 was a Thursday */

struct progress {
    int64_t told_id, ended_ms;
};
SHAPE(progress_shape, struct progress, COLUMN(struct progress, told_id),
      COLUMN(struct progress, ended_ms));
struct news {
    const char *public_id, *title, *who;
    int64_t all;
};
struct news_list {
    struct news *items;
    size_t n;
};
SHAPE(news_shape, struct news, COLUMN(struct news, public_id), COLUMN(struct news, title),
      COLUMN(struct news, who), COLUMN(struct news, all));

STMT(q_begin, NULL, "INSERT IGNORE INTO digest (week) VALUES (?)");
STMT(q_progress, &progress_shape, "SELECT told_id, ended_ms FROM digest WHERE week = ?");
STMT(q_lock, &progress_shape, "SELECT told_id, ended_ms FROM digest WHERE week = ? FOR UPDATE");
STMT(q_told, NULL, "UPDATE digest SET told_id = ?, ended_ms = ? WHERE week = ?");
STMT(q_forget, NULL, "DELETE FROM digest WHERE week < ?");

#define IS_NEW ITEM_IS_PUBLIC " AND v.published_ms >= ? AND v.published_ms < ?"
STMT(q_members, &number_shape,
     "SELECT f.user_id AS n FROM follow f JOIN user m ON m.id = f.user_id AND m.hidden = 0"
     " WHERE f.user_id > ? AND EXISTS (SELECT 1 FROM video v JOIN user u ON u.id = v.user_id"
     " AND u.hidden = 0 WHERE v.user_id = f.channel_id AND " IS_NEW ")"
     " GROUP BY f.user_id ORDER BY f.user_id LIMIT ?");
STMT(q_news, &news_shape,
     "SELECT v.public_id, v.title, u.display_name AS who, COUNT(*) OVER () AS `all` FROM follow f"
     " JOIN user u ON u.id = f.channel_id AND u.hidden = 0"
     " JOIN video v ON v.user_id = f.channel_id AND " IS_NEW
     " WHERE f.user_id = ? ORDER BY v.published_ms DESC, v.id DESC LIMIT ?");

struct batch {
    struct arena *a;
    int64_t week, now_ms, told;
    bool is_last;
};

static int64_t from_ms(const struct batch *b) { return (b->week - WEEK_DAYS) * DAY_MS; }
static int64_t to_ms(const struct batch *b) { return b->week * DAY_MS; }

/* As notify.h wants them: three lines each. */
static const char *lines_of(struct arena *a, const struct news_list *news)
{
    struct sb o = { .a = a };

    SB_LIT(&o, "");
    for (const struct news *v = news->items; v < news->items + news->n; v++)
        sb_addf(&o, "%s/watch/%s\n%s\n%s", o.len ? "\n" : "", v->public_id,
                str_clean(a, v->title, false), str_clean(a, v->who, false));
    return o.buf;
}

static enum rc tell(struct db *db, struct batch *b, int64_t user_id)
{
    struct news_list news;

    TRY(DB_LIST(db, b->a, &q_news,
                ARGS(I64(from_ms(b)), I64(to_ms(b)), I64(user_id), I64(DIGEST_VIDEOS)),
                DIGEST_VIDEOS, &news));
    if (news.n == 0)
        return RC_OK; /* hidden or deleted since */
    const struct notice n = {
        .user_id = user_id,
        .kind = NOTICE_DIGEST,
        .once = arena_printf(b->a, "%" PRId64, b->week),
        .link = "/following",
        .values = { .count = arena_printf(b->a, "%" PRId64, news.items[0].all),
                    .videos = lines_of(b->a, &news) },
    };
    b->told++;
    return notify(db, b->a, &n, b->now_ms);
}

/* The next members, and how far it got; other machines wait for the row. */
static enum rc tell_batch(struct db *db, void *arg)
{
    struct batch *b = arg;
    struct number_list members;
    struct progress p;

    b->told = 0;
    TRY(db_one(db, b->a, &q_lock, ARGS(I64(b->week)), &p));
    b->is_last = p.ended_ms > 0;
    if (b->is_last)
        return RC_OK;
    TRY(DB_LIST(db, b->a, &q_members,
                ARGS(I64(p.told_id), I64(from_ms(b)), I64(to_ms(b)), I64(DIGEST_BATCH)),
                DIGEST_BATCH, &members));
    for (size_t i = 0; i < members.n; i++)
        TRY(tell(db, b, members.items[i]));
    b->is_last = members.n < DIGEST_BATCH;
    return db_run(db, &q_told,
                  ARGS(I64(members.n ? members.items[members.n - 1] : p.told_id),
                       I64(b->is_last ? b->now_ms : 0), I64(b->week)),
                  NULL);
}

enum rc digest_run(struct db *db, struct arena *a, struct arena *item, int64_t now_ms,
                   int64_t *told)
{
    int64_t day = now_ms / DAY_MS, week = day - (day + THURSDAY_TO_MONDAY) % WEEK_DAYS;
    struct batch b = { .a = item, .week = week, .now_ms = now_ms };
    struct progress p;

    *told = 0;
    if (!mail_is_on())
        return RC_NOT_FOUND;
    TRY(db_run(db, &q_begin, ARGS(I64(week)), NULL));
    TRY(db_one(db, a, &q_progress, ARGS(I64(week)), &p));
    if (p.ended_ms)
        return RC_NOT_FOUND;
    do {
        arena_reset(item);
        TRY(db_transact(db, tell_batch, &b));
        *told += b.told;
    } while (!b.is_last);
    return db_run(db, &q_forget, ARGS(I64(week - (int64_t)DIGEST_WEEKS_KEPT * WEEK_DAYS)), NULL);
}
