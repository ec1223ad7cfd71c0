/*
 * embed: videos in the pages of other sites.
 *
 *   GET /embed/{id}               a page for a frame: picture or preview, and a link to the video
 *   GET /embed/{id}/poster.jpg    303 to the current address of the picture. These two addresses
 *   GET /embed/{id}/card.jpg      last, so that others can store them; signed ones expire
 *   GET /oembed?url=WATCH-PAGE    HTML of that frame (https://oembed.com, 1.0)
 *                                 &format=json|xml &maxwidth=N &maxheight=N
 *
 * Who    anyone, with the same answer for all: public and unlisted videos. Never more than the
 *        preview is shown.
 * Views  views/embed.html and .json, both of struct embed_page; views/oembed.json and .xml, both of
 *        struct oembed_page
 */
#include "app/catalogue/video.h"
#include "app/publish/stream.h"
#include "base/conf.h"
#include "base/str.h"
#include "pages/share.h"
#include "web/req.h"

enum { PUBLIC_ID_CHARS = 11, FRAME_WIDTH = 640, FRAME_SIDE_MAX = 4096 };

static void keep(struct req *r, int seconds)
{
    r->keep = arena_printf(r->arena, "public, max-age=%d", seconds);
}

static enum rc picture(struct req *r, const struct video *v, const char *file)
{
    const char *path = str_eq(file, "card.jpg")
                           ? stream_card(r->arena, v->public_id, v->poster_version, r->now_ms)
                           : stream_poster(r->arena, v->public_id, v->poster_version, r->now_ms);

    if (!path[0])
        return RC_NOT_FOUND;
    keep(r, EMBED_KEEP_S);
    return reply_see_other(r, "%s", path);
}

static enum rc show(struct req *r)
{
    const char *id, *file = req_segment(r, 2);
    struct video v;

    TRY(req_public_id(r, 1, &id));
    enum rc rc = video_get_for(r->db, r->arena, id, 0, false, &v);
    if (rc == RC_OK && file[0])
        return picture(r, &v, file);
    r->framed = true;
    struct embed_page page = embed_page_of(r, rc == RC_OK ? &v : NULL);
    if (rc == RC_NOT_FOUND)
        rc = refuse(&r->why, rc, NULL, "This video is not available.");
    if (rc != RC_OK)
        return RENDER_AGAIN(r, rc, embed, &page);
    keep(r, EMBED_KEEP_S);
    return RENDER(r, embed, &page);
}

/* The video that one of our addresses leads to, in the form in which people copy it. */
static enum rc video_at(struct req *r, const char *url, struct video *v)
{
    const char *base = arena_printf(r->arena, "%s/watch/", conf()->base_url);

    if (!url[0])
        return refuse(&r->why, RC_INVALID, "url", "Give the address of a video's page in url.");
    if (!str_starts(url, base))
        return refuse(&r->why, RC_NOT_FOUND, "url",
                      "Only addresses of videos on this site are known.");
    const char *id = url + strlen(base), *end = id + strspn(id, STR_BASE64URL);
    if (end - id != PUBLIC_ID_CHARS || (*end && !strchr("?#", *end)))
        return RC_NOT_FOUND;
    return video_get(r->db, r->arena, arena_strn(r->arena, id, PUBLIC_ID_CHARS), v);
}

static enum rc oembed(struct req *r)
{
    static const char *const formats[] = { "", "json", "xml" };
    size_t format = query_choice(r, "format", formats, COUNT(formats), COUNT(formats));
    int64_t width = query_i64(r, "maxwidth", 1, FRAME_SIDE_MAX, FRAME_WIDTH);
    int64_t height = query_i64(r, "maxheight", 1, FRAME_SIDE_MAX, width);
    struct video v;

    if (format == COUNT(formats)) {
        r->status = 501;
        return refuse(&r->why, RC_INVALID, "format", "The format is json or xml.");
    }
    TRY(video_at(r, query_str(r, "url"), &v));
    /* oEmbed has 401 for what is private; here that would tell strangers which addresses exist. */
    if (!video_is_for_all(&v))
        return RC_NOT_FOUND;
    struct oembed_page page = oembed_page_of(r, &v, width, height);
    keep(r, OEMBED_KEEP_S);
    if (str_eq(formats[format], "xml"))
        xml_oembed(reply_xml(r, "text/xml; charset=utf-8"), &page);
    else
        json_oembed(reply_json(r), &page);
    return RC_OK;
}

static enum rc get(struct req *r)
{
    return str_eq(req_segment(r, 0), "oembed") ? oembed(r) : show(r);
}

int main(void)
{
    static const struct endpoint embed = {
        .name = "embed",
        .who = ANYONE,
        .db = DB_READER,
        .for_all = true,
        .on = { [GET] = get },
    };
    return serve(&embed, error_view);
}
