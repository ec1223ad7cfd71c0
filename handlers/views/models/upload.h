/*
 * upload: the form that uploads a video, and its limits.
 */
#ifndef MODELS_UPLOAD_H
#define MODELS_UPLOAD_H
#include "views/models/frame.h"
#include "views/models/video_fields.h"

struct upload_page {
    struct frame frame;
    struct video_fields fields;
    const char *formats;
    int64_t max_bytes, max_minutes, quota_bytes, used_bytes, uploads_per_day;
    int64_t chunk_bytes, expiry_hours; /* of an upload in pieces */
};

HTML_VIEW(upload, struct upload_page);
JSON_VIEW(upload, struct upload_page);
#endif
