#include "pages/chart.h"

enum { COLUMN_WIDTH = 10, COLUMN_GAP = 2, CHART_HEIGHT = 100 };

struct chart chart_of(struct arena *a, const int64_t *values, const char *const *labels, size_t n)
{
    size_t places = MAX_OF(n, (size_t)CHART_PLACES);
    struct chart c = { .bars = { arena_array(a, struct chart_bar, n), n },
                       .width = (int64_t)places * COLUMN_WIDTH,
                       .first = n > 1 ? labels[0] : "",
                       .last = n ? labels[n - 1] : "",
                       .highest = "" };
    int64_t most = 1;

    for (size_t i = 0; i < n; i++)
        if (values[i] >= most) {
            most = values[i];
            c.highest = labels[i];
        }
    if (!c.highest[0])
        c.first = "";
    for (size_t i = 0; i < n; i++) {
        /* a value above 0 gets a visible column */
        int64_t height = MAX_OF((int64_t)((double)values[i] / (double)most * CHART_HEIGHT),
                                values[i] > 0);
        c.bars.items[i] = (struct chart_bar){
            .x = (int64_t)(places - n + i) * COLUMN_WIDTH,
            .y = CHART_HEIGHT - height,
            .width = COLUMN_WIDTH - COLUMN_GAP,
            .height = height,
            .label = labels[i],
        };
    }
    return c;
}
