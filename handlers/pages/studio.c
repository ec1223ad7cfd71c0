#include "pages/studio.h"
#include "app/publish/studio.h"
#include "pages/audience.h"
#include "pages/exposure.h"
#include "pages/cards.h"
#include "app/publish/stream.h"
#include "app/publish/transcode.h"
#include "app/publish/upload.h"
#include "base/conf.h"
#include "base/str.h"
#include "pages/video_fields.h"
#include "web/req.h"

/* What has just happened; the query names it by a word of ours. */
static const char *notice_of(const struct req *r)
{
    static const struct {
        const char *word, *text;
    } notices[] = {
        { "uploaded", "The upload is complete. Processing begins now." },
        { "saved", "Your changes have been saved." },
        { "retry", "The video is being processed again." },
        { "deleted", "The video has been deleted, together with its files." },
    };

    for (size_t i = 0; i < COUNT(notices); i++)
        if (str_eq(query_str(r, "done"), notices[i].word))
            return notices[i].text;
    return "";
}

static struct studio_row row_of(struct req *r, const struct studio_item *v)
{
    return (struct studio_row){
        .id = v->public_id,
        .title = v->title,
        .poster_url = stream_card(r->arena, v->public_id, v->poster_version, r->now_ms),
        .visibility = v->visibility,
        .state = v->state,
        .error = v->error,
        .working = v->job_state == TRANSCODING_WAITING || v->job_state == TRANSCODING_RUNNING,
        .percent = v->percent,
        .length_ms = v->length_ms,
        .views = v->views,
        .likes = v->likes,
        .created_ms = v->created_ms,
    };
}

enum rc studio_page_of(struct req *r, struct studio_page *page)
{
    struct studio_list list;
    size_t number = page_of(r);

    *page = (struct studio_page){
        .frame = frame_of(r, "Studio", "studio"),
        .quota_bytes = conf()->quota_bytes,
    };
    TRY(studio_list(r->db, r->arena, r->viewer.user_id, number, &list));
    TRY(upload_used(r->db, r->arena, r->viewer.user_id, r->now_ms, &page->used_bytes));
    page->frame.notice = notice_of(r);
    page->pager = pager_of(r, "/studio?", number, list.n > VIDEO_PAGE);
    page->videos.n = MIN_OF(list.n, VIDEO_PAGE);
    page->videos.items = arena_array(r->arena, struct studio_row, page->videos.n);
    for (size_t i = 0; i < page->videos.n; i++)
        page->videos.items[i] = row_of(r, &list.items[i]);
    return exposure_fill(r, &list, &page->videos);
}

static struct studio_row row_of_video(struct req *r, const struct video *v,
                                      const struct transcode_state *job)
{
    const struct studio_item item = {
        .public_id = v->public_id,
        .title = v->title,
        .visibility = v->visibility,
        .state = v->state,
        .poster_version = v->poster_version,
        .length_ms = v->length_ms,
        .views = v->views,
        .likes = v->likes,
        .created_ms = v->created_ms,
        .percent = job->percent,
        .job_state = job->state,
        .error = job->error,
    };
    return row_of(r, &item);
}

static enum rc show_storage(struct req *r, const struct video *v, struct studio_video_page *page)
{
    struct rendition_list list;

    TRY(studio_renditions(r->db, r->arena, v->id, &list));
    page->original_bytes = v->original_bytes;
    page->renditions.n = list.n;
    page->renditions.items = arena_array(r->arena, struct rendition_row, list.n);
    for (size_t i = 0; i < list.n; i++) {
        const struct rendition *n = &list.items[i];
        page->renditions.items[i] = (struct rendition_row){
            .name = n->name,
            .width = n->width,
            .height = n->height,
            .kbps = v->length_ms ? n->bytes * 8 / v->length_ms : 0,
            .bytes = n->bytes,
        };
        page->stored_bytes += n->bytes;
    }
    return RC_OK;
}

enum rc studio_video_of(struct req *r, const struct video *v, const struct video_text *text,
                        struct studio_video_page *page)
{
    struct transcode_state job = { TRANSCODING_NONE, "", 0 };

    enum rc rc = transcode_state(r->db, r->arena, v->id, &job);
    if (rc != RC_OK && rc != RC_NOT_FOUND)
        return rc;
    *page = (struct studio_video_page){
        .frame = frame_of(r, v->title, "studio"),
        .video = row_of_video(r, v, &job),
        .category = v->category_slug,
        .dislikes = v->dislikes,
        .published_ms = v->published_ms,
        .lacks_preview = v->published_ms && !v->has_preview,
    };
    page->frame.notice = notice_of(r);
    TRY(show_storage(r, v, page));
    TRY(audience_view_of(r, v, &page->audience));
    TRY(exposure_view_of(r, v, &page->exposure));
    page->video.shown = page->exposure.shown;
    page->video.opened = page->exposure.opened;
    return video_fields_of(r, text, &page->fields);
}
