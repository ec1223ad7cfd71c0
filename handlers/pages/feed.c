#include "pages/feed.h"
#include "base/conf.h"
#include "base/str.h"
#include "av/media.h"

struct feed_page feed_page_of(struct req *r, const struct channel *c,
                              const struct feed_list *videos)
{
    struct feed_entry *entries = arena_array(r->arena, struct feed_entry, videos->n);
    const char *site = conf()->site_name;
    struct feed_page page = {
        .site = site,
        .site_url = conf()->base_url,
        .title = arena_printf(r->arena, "New on %s", site),
        .description = arena_printf(r->arena, "The newest videos on %s", site),
        .link = absolute(r, "/browse?sort=new"),
        .self_url = absolute(r, "/feed/new"),
        .image_url = "",
        .entries = { entries, videos->n },
        .thumb_width = CARD_WIDTH,
        .thumb_height = CARD_HEIGHT,
    };

    for (size_t i = 0; i < videos->n; i++)
        entries[i] = (struct feed_entry){
            .v = videos->items[i],
            .html = html_lines(r->arena, videos->items[i].description).s,
        };
    if (c == NULL)
        return page;
    page.title = c->name;
    page.description = c->about[0] ? c->about
                                   : arena_printf(r->arena, "Videos by %s on %s", c->name, site);
    page.link = absolute(r, arena_printf(r->arena, "/channel/%s", c->handle));
    page.self_url = absolute(r, arena_printf(r->arena, "/feed/channel/%s", c->handle));
    page.image_url = c->avatar_key[0] ? absolute(r, avatar_url(r, c->avatar_key)) : "";
    return page;
}

void write_robots(struct sb *o)
{
    static const char rules[] = "User-agent: *\n"
                                "Disallow: /account\n"
                                "Disallow: /admin\n"
                                "Disallow: /api/\n"
                                "Disallow: /following\n"
                                "Disallow: /login\n"
                                "Disallow: /media/\n"
                                "Allow: /media/*/poster/\n"
                                "Disallow: /pay/\n"
                                "Disallow: /playlists\n"
                                "Disallow: /report\n"
                                "Disallow: /search\n"
                                "Disallow: /signup\n"
                                "Disallow: /studio\n"
                                "Disallow: /subscribe/\n"
                                "Disallow: /upload\n"
                                "\n"
                                "Sitemap: ";

    sb_addf(o, "%s%s/sitemap.xml\n", rules, conf()->base_url);
}
