#include "pages/watch.h"
#include "base/clock.h"
#include "base/fmt.h"
#include "pages/share.h"
#include "app/income/pay.h"
#include "app/publish/stream.h"
#include "base/conf.h"
#include "base/str.h"

static struct frame watch_frame(struct req *r, const struct video *v)
{
    struct frame frame = frame_of(r, v->title, "watch");

    frame.description = fmt_excerpt(r->arena, v->description);
    share_video(r, v, &frame);
    return frame;
}

struct watch_page watch_page_of(struct req *r, const struct video *v, const struct channel *c)
{
    const char *poster = stream_poster(r->arena, v->public_id, v->poster_version, r->now_ms);
    bool own = r->viewer.user_id == v->user_id;

    return (struct watch_page){
        .frame = watch_frame(r, v),
        .video = *v,
        .description = html_about(r->arena, v->description,
                                  arena_printf(r->arena, "/watch/%s", v->public_id), v->length_ms),
        .poster_url = poster,
        .preview_url = "",
        .length_s = (v->length_ms + SECOND_MS / 2) / SECOND_MS,
        .preview_seconds = conf()->preview_seconds,
        .preview_is_all = v->length_ms <= conf()->preview_seconds * SECOND_MS,
        .channel_name = c->name,
        .channel_handle = c->handle,
        .channel_avatar_url = avatar_url(r, c->avatar_key),
        .followers = c->followers,
        .followed = c->followed,
        .own = own,
        .can_follow = r->viewer.user_id && !own,
        .price_minor = conf()->price_minor,
        .currency = pay_currency(),
    };
}
