/*
 * history: what a member watched.
 */
#ifndef MODELS_HISTORY_H
#define MODELS_HISTORY_H
#include "views/models/frame.h"
#include "views/models/pager.h"

struct history_row {
    const char *id, *title, *poster_url, *channel_name, *channel_handle;
    const char *ago;
    int64_t length_ms, seen_percent, watched_ms;
};
struct history_rows {
    struct history_row *items;
    size_t n;
};
struct history_day {
    const char *label; /* "Yesterday" */
    struct history_rows videos;
};
struct history_days {
    struct history_day *items;
    size_t n;
};
struct history_page {
    struct frame frame;
    bool paused;       /* nothing is added to the history */
    const char *words; /* that were searched for, or "" */
    struct history_rows videos;
    struct history_days days; /* the same entries, by day */
    struct pager pager;
};

HTML_VIEW(history, struct history_page);
JSON_VIEW(history, struct history_page);
#endif
