#include "app/people/channel.h"
#include "app/catalogue/video_item.h"

SHAPE(channel_shape, struct channel, COLUMN(struct channel, user_id),
      COLUMN(struct channel, handle), COLUMN(struct channel, name), COLUMN(struct channel, about),
      COLUMN(struct channel, avatar_key), COLUMN(struct channel, since_ms),
      COLUMN(struct channel, videos), COLUMN(struct channel, followers),
      COLUMN(struct channel, followed));

STMT(q_get, &channel_shape,
     "SELECT u.id AS user_id, u.handle, u.display_name AS name, u.about, u.avatar_key,"
     " u.created_ms AS since_ms,"
     " (SELECT COUNT(*) FROM video v WHERE v.user_id = u.id AND v.state = 'ready'"
     "  AND v.visibility = 'public') AS videos,"
     " (SELECT COUNT(*) FROM follow f WHERE f.channel_id = u.id) AS followers,"
     " EXISTS (SELECT 1 FROM follow f WHERE f.user_id = ? AND f.channel_id = u.id) AS followed"
     " FROM user u WHERE u.handle = ? AND u.hidden = 0");
STMT(q_follow, NULL,
     "INSERT INTO follow (user_id, channel_id, since_ms) VALUES (?, ?, ?)"
     " ON DUPLICATE KEY UPDATE since_ms = since_ms");
STMT(q_unfollow, NULL, "DELETE FROM follow WHERE user_id = ? AND channel_id = ?");

STMT(q_lock, &number_shape, "SELECT id AS n FROM user WHERE id = ? FOR UPDATE");
STMT(q_others, &number_shape,
     "SELECT COUNT(*) AS n FROM follow WHERE user_id = ? AND channel_id <> ?");

/* The newest videos of each followed creator are found and sorted within the index; only those of
 * the page are looked up. */
STMT(q_videos, &item_shape,
     "SELECT " ITEM_COLUMNS " FROM (SELECT v.id FROM follow f"
     " JOIN user o ON o.id = f.channel_id AND o.hidden = 0"
     " JOIN video v ON v.user_id = f.channel_id AND " ITEM_IS_PUBLIC
     " WHERE f.user_id = ? ORDER BY v.published_ms DESC, v.id DESC LIMIT ? OFFSET ?) newest"
     " JOIN video v ON v.id = newest.id" ITEM_JOINS " ORDER BY v.published_ms DESC, v.id DESC");

SHAPE(followed_shape, struct followed, COLUMN(struct followed, handle),
      COLUMN(struct followed, name), COLUMN(struct followed, avatar_key),
      COLUMN(struct followed, videos), COLUMN(struct followed, latest_ms),
      COLUMN(struct followed, all));
STMT(
    q_followed, &followed_shape,
    "SELECT u.handle, u.name, u.avatar_key, COUNT(v.id) AS videos,"
    " MAX(v.published_ms) AS latest_ms, u.`all` FROM (SELECT u.id, u.handle, u.display_name AS name,"
    " u.avatar_key, COUNT(*) OVER () AS `all` FROM follow f"
    " JOIN user u ON u.id = f.channel_id AND u.hidden = 0 WHERE f.user_id = ?"
    " ORDER BY u.display_name, u.id LIMIT ? OFFSET ?) u"
    " LEFT JOIN video v ON v.user_id = u.id AND " ITEM_IS_PUBLIC
    " GROUP BY u.id, u.handle, u.name, u.avatar_key, u.`all` ORDER BY u.name, u.id");

enum rc channel_get(struct db *db, struct arena *a, const char *handle, int64_t viewer_id,
                    struct channel *out)
{
    return db_one(db, a, &q_get, ARGS(I64(viewer_id), STR(handle)), out);
}

struct following {
    struct arena *a;
    int64_t user_id, channel_id, now_ms;
    struct problem *why;
};

static enum rc follow(struct db *db, void *arg)
{
    const struct following *f = arg;
    int64_t others;

    TRY(db_number(db, f->a, &q_lock, ARGS(I64(f->user_id)), &others));
    TRY(db_number(db, f->a, &q_others, ARGS(I64(f->user_id), I64(f->channel_id)), &others));
    if (others >= FOLLOWS_MAX)
        return refuse(f->why, RC_INVALID, NULL,
                      arena_printf(f->a,
                                   "You follow %d creators, which is the maximum. Stop following "
                                   "one to follow another.",
                                   FOLLOWS_MAX));
    return db_run(db, &q_follow, ARGS(I64(f->user_id), I64(f->channel_id), I64(f->now_ms)), NULL);
}

enum rc channel_follow(struct db *db, struct arena *a, int64_t user_id, int64_t channel_id, bool on,
                       int64_t now_ms, struct problem *why)
{
    struct following f = { a, user_id, channel_id, now_ms, why };

    if (user_id == channel_id)
        return RC_DENIED;
    if (on)
        return db_transact(db, follow, &f);
    return db_run(db, &q_unfollow, ARGS(I64(user_id), I64(channel_id)), NULL);
}

enum rc channel_followed_videos(struct db *db, struct arena *a, int64_t user_id, size_t page,
                                struct video_list *out)
{
    return DB_LIST(db, a, &q_videos,
                   ARGS(I64(user_id), I64(VIDEO_PAGE + 1), I64((int64_t)page * VIDEO_PAGE)),
                   VIDEO_PAGE + 1, out);
}

enum rc channel_followed(struct db *db, struct arena *a, int64_t user_id, size_t page,
                         struct followed_list *out)
{
    return DB_LIST(db, a, &q_followed,
                   ARGS(I64(user_id), I64(FOLLOWED_PAGE + 1), I64((int64_t)page * FOLLOWED_PAGE)),
                   FOLLOWED_PAGE + 1, out);
}
