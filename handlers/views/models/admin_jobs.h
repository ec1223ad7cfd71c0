/*
 * admin_jobs: all periodic jobs and how their last runs ended.
 */
#ifndef MODELS_ADMIN_JOBS_H
#define MODELS_ADMIN_JOBS_H
#include "app/site/job.h"
#include "views/models/frame.h"

struct admin_jobs_page {
    struct frame frame;
    struct job_state_list runs;
};

HTML_VIEW(admin_jobs, struct admin_jobs_page);
JSON_VIEW(admin_jobs, struct admin_jobs_page);
#endif
