/*
 * audience: how a video is watched by members other than its creator.
 */
#ifndef MODELS_AUDIENCE_H
#define MODELS_AUDIENCE_H
#include "views/models/chart.h"
#include "web/html.h"

struct audience_part {
    int64_t from_ms, to_ms, plays;
};
struct audience_parts {
    struct audience_part *items;
    size_t n;
};
struct audience_view {
    int64_t viewers, watched_ms, average_ms; /* average_ms: per member and day */
    struct audience_parts parts;             /* of the video; none until it was played */
    struct chart chart;                      /* of their plays */
};
#endif
