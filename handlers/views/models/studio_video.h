/*
 * studio_video: one of a creator's own videos: its text, its pictures and its stored files.
 */
#ifndef MODELS_STUDIO_VIDEO_H
#define MODELS_STUDIO_VIDEO_H
#include "views/models/audience.h"
#include "views/models/exposure.h"
#include "views/models/frame.h"
#include "views/models/studio_row.h"
#include "views/models/video_fields.h"

struct rendition_row {
    const char *name;
    int64_t width, height, kbps, bytes; /* height 0: the sound; kbps: the average */
};
struct rendition_rows {
    struct rendition_row *items;
    size_t n;
};
struct studio_video_page {
    struct frame frame;
    struct studio_row video;
    struct video_fields fields;
    struct rendition_rows renditions;
    struct audience_view audience;
    struct exposure_view exposure;
    const char *category; /* its slug */
    int64_t dislikes, published_ms, original_bytes, stored_bytes;
    bool lacks_preview; /* it was processed without a preview */
};

HTML_VIEW(studio_delete, struct studio_video_page);
JSON_VIEW(studio_delete, struct studio_video_page);
HTML_VIEW(studio_video, struct studio_video_page);
JSON_VIEW(studio_video, struct studio_video_page);
#endif
