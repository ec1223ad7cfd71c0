/*
 * video_fields: what an uploader writes about a video, in the forms of upload and studio
 * (views/video_fields).
 */
#ifndef MODELS_VIDEO_FIELDS_H
#define MODELS_VIDEO_FIELDS_H
#include "app/catalogue/video.h"
#include "views/models/category_options.h"
#include "web/html.h"

struct video_fields {
    struct video_text text;
    struct category_options categories;
    int64_t preview_seconds;
    const char *problem_field, *problem; /* which field was refused and why, or "" */
};
#endif
