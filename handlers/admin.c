/*
 * admin: the state of the site. What moderators do about it is in moderate.c.
 *
 *   GET /admin        counts, jobs, failed processing; find={id}, an address that ends in an id, or
 *                     a handle: that video or member; done={word}: what moderate.c has just done
 *   GET /admin/jobs   each job's latest run, and the latest runs of all
 *
 * Who    moderators and operators; for others these pages do not exist
 * Views  views/admin.html and .json of struct admin_page; views/admin_jobs.html and .json of
 *        struct admin_jobs_page
 */
#include "app/income/subscription.h"
#include "app/publish/studio.h"
#include "base/str.h"
#include "pages/frame.h"
#include "pages/jobs.h"
#include "views/models/admin.h"
#include "views/models/admin_jobs.h"
#include "web/req.h"

static const char *notice(const struct req *r)
{
    const char *done = query_str(r, "done");

    return str_eq(done, "block")     ? "Blocked."
           : str_eq(done, "unblock") ? "No longer blocked."
           : str_eq(done, "retry")   ? "The video is being processed again."
                                     : "";
}

/* RC_NOT_FOUND is not a refusal here: the text may name something else. */
static enum rc found(enum rc rc, bool *has)
{
    *has = rc == RC_OK;
    return rc == RC_NOT_FOUND ? RC_OK : rc;
}

static enum rc find(struct req *r, struct admin_page *page)
{
    const char *typed = str_clean(r->arena, page->find, false), *slash = strrchr(typed, '/');
    const char *name = slash ? slash + 1 : typed;

    name += *name == '@';
    if (!*name)
        return RC_OK;
    TRY(found(video_get(r->db, r->arena, name, &page->video), &page->has_video));
    TRY(found(account_by_handle(r->db, r->arena, name, &page->member), &page->has_member));
    page->has_nothing = !page->has_video && !page->has_member;
    page->may_block_member = page->has_member && page->member.role < r->viewer.role;
    return RC_OK;
}

static enum rc show_jobs(struct req *r)
{
    struct admin_jobs_page page = { .frame = frame_of(r, "Jobs", "admin") };
    struct job_state_list latest, runs;

    TRY(job_states(r->db, r->arena, &latest));
    TRY(job_runs(r->db, r->arena, &runs));
    page.latest = job_rows_of(r, &latest, true);
    page.runs = job_rows_of(r, &runs, false);
    return RENDER(r, admin_jobs, &page);
}

static enum rc show(struct req *r)
{
    struct job_state_list jobs;
    struct admin_page page = { .find = query_str(r, "find") };

    if (req_segment(r, 1)[0])
        return show_jobs(r);
    page.frame = frame_of(r, "Overview", "admin");
    page.frame.notice = notice(r);
    TRY(account_count(r->db, r->arena, &page.members));
    TRY(subscription_count(r->db, r->arena, r->now_ms, &page.subscribers));
    TRY(studio_totals(r->db, r->arena, &page.totals));
    TRY(job_states(r->db, r->arena, &jobs));
    page.jobs = job_rows_of(r, &jobs, true);
    TRY(transcode_failures(r->db, r->arena, &page.failures));
    TRY(find(r, &page));
    return RENDER(r, admin, &page);
}

int main(void)
{
    static const struct endpoint admin = {
        .name = "admin",
        .who = MODERATOR,
        .db = DB_READER,
        .on = { [GET] = show },
    };
    return serve(&admin, error_view);
}
