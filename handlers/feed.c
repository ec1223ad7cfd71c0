/*
 * feed: pages that programs read to find and follow videos: feeds and the site map.
 *
 *   GET /feed/new                   RSS 2.0 with Media RSS: the newest videos of all members
 *   GET /feed/channel/{handle}      RSS 2.0 with Media RSS: the newest videos of one member
 *   GET /sitemap.xml                the list of the site map's pages (https://www.sitemaps.org)
 *   GET /sitemap/site.xml           pages that exist once, and the categories
 *   GET /sitemap/channel/{n}.xml    members who have published something
 *   GET /sitemap/video/{n}.xml      public videos, with Google's extension for them
 *   GET /robots.txt                 which pages are not worth a visit, and where the site map is
 *
 * A handle that was given up leads to the new one: 308.
 *
 * Who    anyone, with the same answer for all. Requests with a current ETag get 304.
 * Views  views/feed.xml of struct feed_page, views/sitemap*.xml of struct sitemap_page
 */
#include "app/people/channel.h"
#include "app/people/name.h"
#include "base/clock.h"
#include "base/conf.h"
#include "base/str.h"
#include "pages/feed.h"
#include "views/models/sitemap.h"
#include "web/req.h"

enum { FEED_KEEP_S = 900, SITEMAP_KEEP_S = 3600 };

static enum rc reply_kept(struct req *r, int seconds)
{
    r->keep = arena_printf(r->arena, "public, max-age=%d", seconds);
    return reply_once(r);
}

/* The feed of whoever gave up this handle; else RC_NOT_FOUND. */
static enum rc moved(struct req *r, const char *handle)
{
    const char *now;

    TRY(name_moved(r->db, r->arena, handle, r->now_ms, &now));
    return reply_moved(r, arena_printf(r->arena, "/feed/channel/%s", now));
}

static enum rc feed(struct req *r)
{
    struct channel c = { .user_id = 0 };
    struct feed_list videos;

    if (str_eq(req_segment(r, 1), "channel")) {
        enum rc rc = channel_get(r->db, r->arena, req_segment(r, 2), 0, &c);
        if (rc == RC_NOT_FOUND)
            return moved(r, req_segment(r, 2));
        TRY(rc);
    }
    TRY(feed_newest(r->db, r->arena, c.user_id, &videos));
    struct feed_page page = feed_page_of(r, c.user_id ? &c : NULL, &videos);
    page.ttl_minutes = FEED_KEEP_S / 60;
    xml_feed(reply_xml(r, "application/rss+xml; charset=utf-8"), &page);
    return reply_kept(r, FEED_KEEP_S);
}

/* The number in the last part of the address, as in "12.xml". */
static enum rc page_number(const struct req *r, int64_t *number)
{
    const char *file = req_segment(r, 2);

    return str_to_i64(file, strcspn(file, "."), 1, SITEMAP_PAGES_MAX, number) == RC_OK
               ? RC_OK
               : RC_NOT_FOUND;
}

static enum rc sitemap(struct req *r)
{
    struct sitemap_page page = { .site_url = conf()->base_url };
    void (*view)(struct sb *, const struct sitemap_page *) = xml_sitemap;
    const char *kind = req_segment(r, 1);
    int64_t number;

    if (str_eq(kind, "site.xml")) {
        TRY(category_all(r->db, r->arena, &page.categories));
        view = xml_sitemap_site;
    } else if (str_eq(kind, "channel")) {
        TRY(page_number(r, &number));
        TRY(feed_channels(r->db, r->arena, number, &page.channels));
        view = xml_sitemap_channels;
    } else if (str_eq(kind, "video")) {
        TRY(page_number(r, &number));
        TRY(feed_videos(r->db, r->arena, number, &page.videos));
        view = xml_sitemap_videos;
    } else {
        TRY(feed_channel_spans(r->db, r->arena, &page.channel_spans));
        TRY(feed_video_spans(r->db, r->arena, &page.video_spans));
    }
    view(reply_xml(r, "application/xml; charset=utf-8"), &page);
    return reply_kept(r, SITEMAP_KEEP_S);
}

static enum rc get(struct req *r)
{
    const char *what = req_segment(r, 0);

    if (str_eq(what, "feed"))
        return feed(r);
    if (str_starts(what, "sitemap"))
        return sitemap(r);
    write_robots(reply_type(r, "text/plain; charset=utf-8"));
    return reply_kept(r, SITEMAP_KEEP_S);
}

int main(void)
{
    static const struct endpoint feeds = {
        .name = "feed",
        .who = ANYONE,
        .db = DB_READER,
        .for_all = true,
        .on = { [GET] = get },
    };
    return serve(&feeds, error_view);
}
