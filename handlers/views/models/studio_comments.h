/*
 * studio_comments: the comments on all of the viewer's videos, and which of them wait.
 */
#ifndef MODELS_STUDIO_COMMENTS_H
#define MODELS_STUDIO_COMMENTS_H
#include "app/talk/comment.h"
#include "app/talk/rules.h"
#include "views/models/frame.h"
#include "views/models/problem.h"

struct studio_comment {
    int64_t id, made_ms, likes;
    const char *name, *handle, *avatar_url, *ago;
    const char *video_id, *video_title;
    struct html text;
    const char *plain;
    bool is_answer;
};
struct studio_comment_list {
    struct studio_comment *items;
    size_t n;
};
struct studio_comments_page {
    struct frame frame;
    enum comment_state state; /* of those that are listed */
    int64_t held;             /* up to COMMENTS_HELD_SHOWN */
    struct studio_comment_list list;
    const char *next_url;
    struct talk_rules rules;
    bool editing; /* the rules */
    struct problem why;
};

HTML_VIEW(studio_comments, struct studio_comments_page);
JSON_VIEW(studio_comments, struct studio_comments_page);
#endif
