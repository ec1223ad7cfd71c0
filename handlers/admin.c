/*
 * admin: the state of the site. What there is about one video or member is in moderate.c.
 *
 *   GET /admin        counts, jobs, failed processing
 *   GET /admin/jobs   each job's latest run, and the latest runs of all
 *
 * Who    moderators and operators; for others these pages do not exist
 * Views  views/admin.html and .json of struct admin_page; views/admin_jobs.html and .json of
 *        struct admin_jobs_page
 */
#include "app/income/subscription.h"
#include "app/people/account.h"
#include "app/publish/studio.h"
#include "pages/frame.h"
#include "pages/jobs.h"
#include "views/models/admin.h"
#include "views/models/admin_jobs.h"
#include "web/req.h"

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
    struct admin_page page = { .members = 0 };

    if (req_segment(r, 1)[0])
        return show_jobs(r);
    page.frame = frame_of(r, "Overview", "admin");
    TRY(account_count(r->db, r->arena, &page.members));
    TRY(subscription_count(r->db, r->arena, r->now_ms, &page.subscribers));
    TRY(studio_totals(r->db, r->arena, &page.totals));
    TRY(job_states(r->db, r->arena, &jobs));
    page.jobs = job_rows_of(r, &jobs, true);
    TRY(transcode_failures(r->db, r->arena, &page.failures));
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
