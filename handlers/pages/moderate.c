#include "pages/moderate.h"
#include "base/str.h"
#include "pages/journal.h"
#include "pages/members.h"
#include "web/req.h"

static enum rc entries_about(struct req *r, const char *about, struct journal_rows *rows)
{
    struct journal_list list;

    TRY(journal_list(r->db, r->arena, 0, about, 0, &list));
    *rows = journal_rows_of(r, &list);
    return RC_OK;
}

enum rc moderate_video_of(struct req *r, const char *public_id, struct moderate_video_page *page)
{
    *page = (struct moderate_video_page){ .job = { .error = "" } };
    TRY(video_get(r->db, r->arena, public_id, &page->video));
    page->frame = frame_of(r, page->video.title, "admin");
    if (str_eq(query_str(r, "done"), "retry"))
        page->frame.notice = "The video is being processed again.";
    enum rc rc = transcode_state(r->db, r->arena, page->video.id, &page->job);
    if (rc != RC_NOT_FOUND) /* a video without a job is fine */
        TRY(rc);
    page->may_retry = page->job.state == TRANSCODING_FAILED;
    return entries_about(r, arena_printf(r->arena, "video:%s", page->video.public_id),
                         &page->entries);
}

enum rc moderate_member_of(struct req *r, const char *handle, struct moderate_member_page *page)
{
    TRY(account_by_handle(r->db, r->arena, handle, &page->member));
    page->frame = frame_of(r, page->member.name, "admin");
    page->state = members_state_of(r, &page->member);
    return entries_about(r, arena_printf(r->arena, "member:%" PRId64, page->member.id),
                         &page->entries);
}
