/*
 * talk: the comments of a video: below the player, and on a page of their own.
 */
#ifndef MODELS_TALK_H
#define MODELS_TALK_H
#include "app/talk/thread.h"
#include "app/talk/write.h"
#include "views/models/frame.h"
#include "views/models/problem.h"
#include "web/html.h"

struct talk_comment;
struct talk_comments {
    struct talk_comment *items;
    size_t n;
};
struct talk_comment {
    int64_t id, thread; /* thread: the comment below which it stands, or its own id */
    const char *video_id, *csrf;
    const char *name, *handle, *avatar_url, *ago;
    struct html text;
    const char *plain; /* the text as it was written */
    int64_t made_ms, likes, replies;
    bool edited, pinned, by_creator, liked, is_answer, at; /* at: the one that was asked for */
    bool can_like, can_answer, can_edit, can_delete, can_pin, can_hide, can_report, can_moderate;
    bool open;               /* its answers are listed */
    const char *answers_url; /* of the page with its answers */
    const char *further_url; /* of those that follow, or "" */
    struct talk_comments answers;
};

/* What is written, or was refused: a comment, an answer (parent), a change (comment). */
struct talk_form {
    int64_t parent, comment; /* 0: neither */
    const char *typed;
    struct problem why;
};

struct talk_section {
    bool shown; /* the site has comments */
    const char *video_id, *csrf;
    int64_t count;
    enum talk_bar bar;
    bool closed, own;
    bool newest, single; /* the order; only one thread */
    struct talk_comments list;
    const char *next_url;
    struct talk_form form;
};

struct comments_page {
    struct frame frame;
    const char *title; /* of the video */
    struct talk_section talk;
};

/* The answers to programs that wrote or liked. */
struct comment_written_page {
    int64_t id;
    const char *state;
};
struct comment_like_page {
    int64_t likes;
    const char *like; /* on or off */
};

HTML_VIEW(comment, struct talk_comment);
JSON_VIEW(comment, struct talk_comment);
HTML_VIEW(talk, struct talk_section);
JSON_VIEW(talk, struct talk_section);
HTML_VIEW(comments, struct comments_page);
JSON_VIEW(comments, struct comments_page);
JSON_VIEW(comment_written, struct comment_written_page);
JSON_VIEW(comment_like, struct comment_like_page);
#endif
