#include "app/channel.h"

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
     " FROM user u WHERE u.handle = ? AND u.blocked = 0");
STMT(q_follow, NULL,
     "INSERT INTO follow (user_id, channel_id, since_ms) VALUES (?, ?, ?)"
     " ON DUPLICATE KEY UPDATE since_ms = since_ms");
STMT(q_unfollow, NULL, "DELETE FROM follow WHERE user_id = ? AND channel_id = ?");

enum rc channel_get(struct db *db, struct arena *a, const char *handle, int64_t viewer_id,
                    struct channel *out)
{
    return db_one(db, a, &q_get, ARGS(I64(viewer_id), STR(handle)), out);
}

enum rc channel_follow(struct db *db, int64_t user_id, int64_t channel_id, bool on, int64_t now_ms)
{
    if (user_id == channel_id)
        return RC_DENIED;
    if (on)
        return db_run(db, &q_follow, ARGS(I64(user_id), I64(channel_id), I64(now_ms)), NULL);
    return db_run(db, &q_unfollow, ARGS(I64(user_id), I64(channel_id)), NULL);
}
