/*
 * watch: the watch page: the player for viewers who may play the video, else the offer.
 */
#ifndef MODELS_WATCH_H
#define MODELS_WATCH_H
#include "app/catalogue/video.h"
#include "views/models/card.h"
#include "views/models/frame.h"
#include "views/models/queue.h"
#include "views/models/save_menu.h"
#include "views/models/talk.h"
#include "web/html.h"

struct watch_page {
    struct frame frame;
    struct video video;
    struct html description; /* of the video, in paragraphs */
    const char *channel_name, *channel_handle, *channel_avatar_url;
    const char *poster_url;
    const char *preview_url; /* "" when there is none */
    int64_t followers;
    int64_t likes, dislikes; /* now; the counts of `video` were read before */
    const char *rating;      /* the viewer's own: up, none or down */
    bool playable, own, can_rate, can_follow, followed;
    int64_t length_s; /* of the video, for the player before anything has arrived */
    int64_t resume_ms, preview_seconds, price_minor;
    bool preview_is_all; /* the video is not longer than its preview */
    const char *currency;
    struct card_list related;
    struct save_menu save_menu;
    struct queue queue;
    struct talk_section talk;
};

HTML_VIEW(watch, struct watch_page);
JSON_VIEW(watch, struct watch_page);
#endif
