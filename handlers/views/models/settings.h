/*
 * settings: what operators change while the site runs.
 */
#ifndef MODELS_SETTINGS_H
#define MODELS_SETTINGS_H
#include "app/site/live.h"
#include "views/models/frame.h"

/* A change, and its value as people read it. */
struct setting_row {
    struct live_row row;
    const char *title, *value;
    bool planned; /* it can be withdrawn */
};
struct setting_rows {
    struct setting_row *items;
    size_t n;
};

/* A setting in the list. */
struct setting_line {
    const char *name, *title, *meaning;
    const char *now, *filed; /* as people read them; filed "" where they are the same */
    bool text;
};
struct setting_lines {
    struct setting_line *items;
    size_t n;
};
struct setting_group {
    const char *title, *key;
    struct setting_lines lines;
};
struct setting_groups {
    struct setting_group *items;
    size_t n;
};

struct settings_page {
    struct frame frame;
    struct setting_groups groups;
    struct setting_rows planned;
};

struct setting_page {
    struct frame frame;
    struct problem why;
    const char *name, *title, *meaning;
    const char *now, *filed;                   /* as people read them */
    const char *value, *from, *until, *reason; /* as typed, or the value in force */
    bool text, banner, correction, amount, told;
    int64_t notice_days;
    struct html preview; /* of a text */
    struct setting_rows history;
};

HTML_VIEW(settings, struct settings_page);
JSON_VIEW(settings, struct settings_page);
HTML_VIEW(setting, struct setting_page);
JSON_VIEW(setting, struct setting_page);
#endif
