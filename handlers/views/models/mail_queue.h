/*
 * mail_queue: the mails that wait or were given up, for operators.
 */
#ifndef MODELS_MAIL_QUEUE_H
#define MODELS_MAIL_QUEUE_H
#include "app/notify/queue.h"
#include "views/models/frame.h"

struct mail_row {
    struct queued mail;
    const char *kind;   /* in words */
    const char *reason; /* of the last failure, a sentence; "": none yet */
    bool chosen;
};
struct mail_rows {
    struct mail_row *items;
    size_t n;
};

struct mail_queue_page {
    struct frame frame;
    struct problem why;
    bool is_on, is_dead_list; /* this site sends mail; the list is of those given up */
    struct queue_figures figures;
    const char *away, *oldest; /* why no mail can be sent; how long the oldest waits; or "" */
    int64_t keep_days;
    struct mail_rows rows;
    const char *older_url, *reason;
};

HTML_VIEW(mail_queue, struct mail_queue_page);
JSON_VIEW(mail_queue, struct mail_queue_page);
#endif
