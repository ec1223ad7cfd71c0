/*
 * oembed: what another site asks about a video before it shows it (https://oembed.com), including
 * the HTML of the frame.
 */
#ifndef MODELS_OEMBED_H
#define MODELS_OEMBED_H
#include "web/html.h"

struct oembed_page {
    const char *site, *site_url, *title, *channel_name, *channel_url, *embed_url;
    const char *html;      /* embed_code.html of this model */
    const char *thumb_url; /* "" when there is none that fits */
    int64_t width, height, thumb_width, thumb_height, cache_s;
};

HTML_VIEW(embed_code, struct oembed_page);
JSON_VIEW(oembed, struct oembed_page);
XML_VIEW(oembed, struct oembed_page);
#endif
