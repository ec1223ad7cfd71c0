/*
 * sitemap: the site map (https://www.sitemaps.org): its index and its pages.
 */
#ifndef MODELS_SITEMAP_H
#define MODELS_SITEMAP_H
#include "app/catalogue/category.h"
#include "app/catalogue/feed.h"
#include "web/html.h"

struct sitemap_page {
    const char *site_url;
    struct span_list channel_spans, video_spans; /* the index */
    struct category_list categories;             /* the page for everything that exists once */
    struct mapped_channels channels;
    struct mapped_videos videos;
};

XML_VIEW(sitemap, struct sitemap_page);
XML_VIEW(sitemap_channels, struct sitemap_page);
XML_VIEW(sitemap_site, struct sitemap_page);
XML_VIEW(sitemap_videos, struct sitemap_page);
#endif
