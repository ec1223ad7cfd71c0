/*
 * sessions: the viewer's own logins.
 */
#ifndef MODELS_SESSIONS_H
#define MODELS_SESSIONS_H
#include "views/models/frame.h"

struct session_row {
    int64_t id, created_ms, used_ms;
    const char *agent, *network, *used; /* used: "3 days ago" */
    bool is_this;
};
struct session_rows {
    struct session_row *items;
    size_t n;
};
struct sessions_page {
    struct frame frame;
    struct session_rows sessions;
    const char *older_url; /* the next page, "" on the last one */
};

HTML_VIEW(sessions, struct sessions_page);
JSON_VIEW(sessions, struct sessions_page);
#endif
