/*
 * chart: columns over time; the view box is 100 high.
 */
#ifndef MODELS_CHART_H
#define MODELS_CHART_H
#include "web/html.h"

struct chart_bar {
    int64_t x, y, width, height;
    const char *label;
};
struct chart_bars {
    struct chart_bar *items;
    size_t n;
};
struct chart {
    struct chart_bars bars;
    int64_t width;                      /* of the view box */
    const char *first, *last, *highest; /* labels; first and highest are "" for a single column */
};
#endif
