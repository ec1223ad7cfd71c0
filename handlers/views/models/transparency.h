/*
 * transparency: the yearly figures of moderation.
 */
#ifndef MODELS_TRANSPARENCY_H
#define MODELS_TRANSPARENCY_H
#include "app/moderation/transparency.h"
#include "views/models/chart.h"
#include "views/models/frame.h"

struct transparency_year {
    int64_t year;
    bool here;
};
struct transparency_year_list {
    struct transparency_year *items;
    size_t n;
};
struct appeal_figures_row {
    const char *who;
    struct appeal_figures f;
};
struct appeal_figures_rows {
    struct appeal_figures_row *items;
    size_t n;
};

struct transparency_page {
    struct frame frame;
    struct transparency t;
    bool unfinished; /* the year has not ended */
    struct transparency_year_list years;
    struct chart months;             /* notices by month; shown if there are any */
    struct appeal_figures_rows rows; /* of appeals */
    const char *decide, *appeal;     /* medians in words, or "" */
};

HTML_VIEW(transparency, struct transparency_page);
JSON_VIEW(transparency, struct transparency_page);
#endif
