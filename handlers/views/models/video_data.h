/*
 * video_data: what search engines are told about a video (https://schema.org/VideoObject).
 */
#ifndef MODELS_VIDEO_DATA_H
#define MODELS_VIDEO_DATA_H
#include "web/html.h"

struct video_data {
    const char *title, *description, *tags, *category, *channel_name;
    const char *watch_url, *embed_url, *poster_url, *channel_url; /* absolute */
    int64_t length_ms, published_ms, views, likes;
    int64_t preview_seconds; /* 0: there is none */
};

JSON_VIEW(video_data, struct video_data);
#endif
