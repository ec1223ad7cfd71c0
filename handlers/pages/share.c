#include "pages/share.h"
#include "app/publish/stream.h"
#include "base/clock.h"
#include "base/conf.h"
#include "av/media.h"
#include "views/models/video_data.h"

struct size {
    int64_t width, height;
};

/* The largest size of that shape that fits into the box; a width or height of 0 means the usual
 * shape. */
static struct size fit(int64_t width, int64_t height, struct size box)
{
    if (width < 1 || height < 1)
        width = 16, height = 9;
    int64_t fitting = MIN_OF(box.width, box.height * width / height);
    return (struct size){ MAX_OF(fitting, 1), MAX_OF((fitting * height + width / 2) / width, 1) };
}

static const char *watch_url(struct req *r, const struct video *v)
{
    return absolute(r, arena_printf(r->arena, "/watch/%s", v->public_id));
}

static const char *embed_url(struct req *r, const struct video *v)
{
    return absolute(r, arena_printf(r->arena, "/embed/%s", v->public_id));
}

static const char *channel_url(struct req *r, const struct video *v)
{
    return absolute(r, arena_printf(r->arena, "/channel/%s", v->channel_handle));
}

/* The lasting address of a picture, poster or card; "" when there is none yet. */
static const char *picture_url(struct req *r, const struct video *v, const char *name)
{
    if (v->poster_version == 0)
        return "";
    return arena_printf(r->arena, "%s/%s.jpg?v=%" PRId64, embed_url(r, v), name, v->poster_version);
}

static int64_t preview_seconds(const struct video *v)
{
    return v->allow_preview && v->has_preview
               ? MIN_OF(conf()->preview_seconds, v->length_ms / SECOND_MS)
               : 0;
}

static struct html linked_data(struct req *r, const struct video *v)
{
    struct video_data data = {
        .title = v->title,
        .description = v->description[0] ? v->description : v->title,
        .tags = v->tags,
        .category = v->category,
        .channel_name = v->channel_name,
        .watch_url = watch_url(r, v),
        .embed_url = embed_url(r, v),
        .poster_url = picture_url(r, v, "poster"),
        .channel_url = channel_url(r, v),
        .length_ms = v->length_ms,
        .published_ms = v->published_ms,
        .views = v->views,
        .likes = v->likes,
        .preview_seconds = preview_seconds(v),
    };
    struct sb json = { .a = r->arena };

    json_video_data(&json, &data);
    return html_data_block(r->arena, &json);
}

void share_video(struct req *r, const struct video *v, struct frame *frame)
{
    const struct size box = { MIN_OF(v->width, POSTER_MAX_SIDE),
                              MIN_OF(v->height, POSTER_MAX_SIDE) };

    frame->noindex = !video_is_for_all(v) || v->visibility != VISIBILITY_PUBLIC;
    if (!video_is_for_all(v)) {
        frame->og_type = "";
        return;
    }
    frame->og_type = "video.other";
    frame->image_url = picture_url(r, v, "poster");
    frame->image_alt = v->title;
    if (!v->own_poster && v->width > 0) { /* a poster that was uploaded may have any shape */
        struct size image = fit(v->width, v->height, box);
        frame->image_width = image.width;
        frame->image_height = image.height;
    }
    frame->video_seconds = MAX_OF(v->length_ms / SECOND_MS, 1);
    frame->released_ms = v->published_ms;
    frame->oembed = true;
    if (!frame->noindex)
        frame->linked_data = linked_data(r, v);
}

struct embed_page embed_page_of(struct req *r, const struct video *v)
{
    struct embed_page page = {
        .site = conf()->site_name,
        .site_url = conf()->base_url,
        .title = "",
        .watch_url = "",
        .channel_name = "",
        .channel_url = "",
        .poster_url = "",
        .preview_url = "",
        .noindex = true,
    };

    if (v == NULL)
        return page;
    page.title = v->title;
    page.watch_url = watch_url(r, v);
    page.channel_name = v->channel_name;
    page.channel_url = channel_url(r, v);
    page.poster_url = stream_poster(r->arena, v->public_id, v->poster_version, r->now_ms);
    page.preview_seconds = preview_seconds(v);
    page.preview_url = page.preview_seconds ? stream_preview(r->arena, v->public_id, r->now_ms)
                                            : "";
    page.length_ms = v->length_ms;
    page.noindex = v->visibility != VISIBILITY_PUBLIC;
    return page;
}

struct oembed_page oembed_page_of(struct req *r, const struct video *v, int64_t max_width,
                                  int64_t max_height)
{
    struct size size = fit(v->width, v->height, (struct size){ max_width, max_height });
    bool thumb = max_width >= CARD_WIDTH && max_height >= CARD_HEIGHT;
    struct sb html = { .a = r->arena };
    struct oembed_page page = {
        .site = conf()->site_name,
        .site_url = conf()->base_url,
        .title = v->title,
        .channel_name = v->channel_name,
        .channel_url = channel_url(r, v),
        .embed_url = embed_url(r, v),
        .thumb_url = thumb ? picture_url(r, v, "card") : "",
        .thumb_width = CARD_WIDTH,
        .thumb_height = CARD_HEIGHT,
        .width = size.width,
        .height = size.height,
        .cache_s = OEMBED_KEEP_S,
    };

    view_embed_code(&html, &page);
    page.html = html.buf;
    return page;
}
