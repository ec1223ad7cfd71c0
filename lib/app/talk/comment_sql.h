/*
 * comment_sql: how comments are read, and how what is shown is counted; private to the room talk.
 */
#ifndef TALK_COMMENT_SQL_H
#define TALK_COMMENT_SQL_H
#include "app/talk/comment.h"

/* Of struct comment. */
#define COMMENT_FIELDS                                                                             \
    COLUMN(struct comment, id), COLUMN(struct comment, video_id), COLUMN(struct comment, user_id), \
        COLUMN(struct comment, owner_id), COLUMN(struct comment, parent_id),                       \
        COLUMN(struct comment, video_public_id), COLUMN(struct comment, video_title),              \
        COLUMN(struct comment, handle), COLUMN(struct comment, name),                              \
        COLUMN(struct comment, avatar_key), COLUMN(struct comment, text),                          \
        COLUMN_WORD(struct comment, state, comment_state), COLUMN(struct comment, likes),          \
        COLUMN(struct comment, replies), COLUMN(struct comment, made_ms),                          \
        COLUMN(struct comment, edited_ms)
#define COMMENT_COLUMNS                                                                            \
    "c.id, c.video_id, c.user_id, c.owner_id, c.parent_id, v.public_id AS video_public_id,"        \
    " v.title AS video_title, u.handle, u.display_name AS name, u.avatar_key, c.text, c.state,"    \
    " c.likes, c.replies, c.made_ms, c.edited_ms"
#define COMMENT_JOINS "JOIN video v ON v.id = c.video_id JOIN user u ON u.id = c.user_id"
#define COMMENTS      "SELECT " COMMENT_COLUMNS " FROM comment c " COMMENT_JOINS

/* In the caller's transaction: let nobody else change this video's comments until it ends. */
MUST_USE enum rc comment_lock_video(struct db *db, int64_t video_id);

/* A comment with so many answers came into sight (sign 1) or went out of it (-1). */
MUST_USE enum rc comment_count(struct db *db, int64_t video_id, int64_t parent_id,
                               bool parent_shown, int64_t replies, int64_t sign);
#endif
