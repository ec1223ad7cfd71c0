#include "app/catalogue/video_find.h"

SHAPE(found_shape, struct found_video, COLUMN(struct found_video, id),
      COLUMN(struct found_video, length_ms), COLUMN(struct found_video, views),
      COLUMN(struct found_video, created_ms), COLUMN(struct found_video, public_id),
      COLUMN(struct found_video, title), COLUMN(struct found_video, channel_name),
      COLUMN(struct found_video, channel_handle),
      COLUMN_WORD(struct found_video, state, video_state),
      COLUMN_WORD(struct found_video, visibility, visibility));

/* One statement for what narrows the list most, so that each goes along its own index. */
#define FOUND                                                                                      \
    "SELECT v.id, v.length_ms, v.views, v.created_ms, v.public_id, v.title,"                       \
    " u.display_name AS channel_name, u.handle AS channel_handle, v.state, v.visibility"           \
    " FROM video v JOIN user u ON u.id = v.user_id WHERE v.id < ?"
#define OF_STATE                                                                                   \
    " AND (? = '' OR v.state = ?) AND (? = '' OR v.visibility = ?) ORDER BY v.id DESC LIMIT ?"
STMT(q_newest, &found_shape, FOUND OF_STATE);
STMT(q_in_state, &found_shape, FOUND " AND v.state = ?" OF_STATE);
STMT(q_of_member, &found_shape, FOUND " AND v.user_id = ?" OF_STATE);
STMT(q_titled, &found_shape, FOUND " AND v.title LIKE ? AND (? = 0 OR v.user_id = ?)" OF_STATE);

enum rc video_find(struct db *db, struct arena *a, const struct video_search *s,
                   struct found_video_list *out)
{
    int64_t below = s->before ? s->before : INT64_MAX;

#define REST                                                                                       \
    STR(s->state), STR(s->state), STR(s->visibility), STR(s->visibility), I64(VIDEOS_FOUND_PAGE + 1)
    if (s->title[0])
        return DB_LIST(
            db, a, &q_titled,
            ARGS(I64(below), STR(db_prefix(a, s->title)), I64(s->user_id), I64(s->user_id), REST),
            VIDEOS_FOUND_PAGE + 1, out);
    if (s->user_id)
        return DB_LIST(db, a, &q_of_member, ARGS(I64(below), I64(s->user_id), REST),
                       VIDEOS_FOUND_PAGE + 1, out);
    if (s->state[0])
        return DB_LIST(db, a, &q_in_state, ARGS(I64(below), STR(s->state), REST),
                       VIDEOS_FOUND_PAGE + 1, out);
    return DB_LIST(db, a, &q_newest, ARGS(I64(below), REST), VIDEOS_FOUND_PAGE + 1, out);
#undef REST
}
