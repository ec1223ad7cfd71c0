/*
 * comment_sql: how comments are read, and how what is shown is counted; private to the room talk.
 */
#ifndef TALK_COMMENT_SQL_H
#define TALK_COMMENT_SQL_H
#include "app/talk/comment.h"

/* Of struct comment, with the video's columns or without, and with the viewer's like (l) or without. */
#define COMMENT_FIELDS                                                                             \
    COLUMN(struct comment, id), COLUMN(struct comment, video_id), COLUMN(struct comment, user_id), \
        COLUMN(struct comment, owner_id), COLUMN(struct comment, parent_id),                       \
        COLUMN(struct comment, video_public_id), COLUMN(struct comment, video_title),              \
        COLUMN(struct comment, handle), COLUMN(struct comment, name),                              \
        COLUMN(struct comment, avatar_key), COLUMN(struct comment, text),                          \
        COLUMN_WORD(struct comment, state, comment_state), COLUMN(struct comment, likes),          \
        COLUMN(struct comment, replies), COLUMN(struct comment, made_ms),                          \
        COLUMN(struct comment, edited_ms), COLUMN(struct comment, liked)
#define COMMENT_COLUMNS(public_id, title, liked)                                                   \
    "c.id, c.video_id, c.user_id, c.owner_id, c.parent_id, " public_id                             \
    " AS video_public_id, " title                                                                  \
    " AS video_title, u.handle, u.display_name AS name, u.avatar_key, c.text, c.state,"            \
    " c.likes, c.replies, c.made_ms, c.edited_ms, " liked " AS liked"
#define COMMENTS                                                                                   \
    "SELECT " COMMENT_COLUMNS(                                                                     \
        "v.public_id", "v.title",                                                                  \
        "0") " FROM comment c"                                                                     \
             " STRAIGHT_JOIN video v ON v.id = c.video_id STRAIGHT_JOIN user u ON u.id = c.user_id"

/* The path of a comment below `thread`, or of itself. */
const char *comment_path_of(struct arena *a, const char *video, int64_t thread, int64_t id);

/* In the caller's transaction: let nobody else change this video's comments until it ends. */
MUST_USE enum rc comment_lock_video(struct db *db, int64_t video_id);

/* In the caller's transaction: a shown one waits for the creator from now on. */
MUST_USE enum rc comment_hold(struct db *db, struct arena *a, int64_t id);

/* A comment with so many answers came into sight (sign 1) or went out of it (-1). */
MUST_USE enum rc comment_count(struct db *db, int64_t video_id, int64_t parent_id,
                               bool parent_shown, int64_t replies, int64_t sign);
#endif
