/*
 * notifications: what the viewer was told.
 */
#ifndef MODELS_NOTIFICATIONS_H
#define MODELS_NOTIFICATIONS_H
#include "app/notify/notify.h"
#include "views/models/frame.h"

struct notification {
    int64_t id, made_ms;
    enum notice_kind kind;
    const char *text, *url, *ago; /* url: "" when it leads nowhere */
    bool unread;
};
struct notification_list {
    struct notification *items;
    size_t n;
};
struct notifications_page {
    struct frame frame;
    struct notification_list list;
    int64_t unread; /* before this page was shown */
    bool first;     /* the newest are on it */
    const char *next_url;
};

HTML_VIEW(notifications, struct notifications_page);
JSON_VIEW(notifications, struct notifications_page);
#endif
