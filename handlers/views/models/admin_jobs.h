/*
 * admin_jobs: all periodic jobs and how their last runs ended.
 */
#ifndef MODELS_ADMIN_JOBS_H
#define MODELS_ADMIN_JOBS_H
#include "views/models/frame.h"
#include "views/models/job_row.h"

struct admin_jobs_page {
    struct frame frame;
    struct job_rows latest, runs; /* each job's latest run; the latest runs of all */
};

HTML_VIEW(admin_jobs, struct admin_jobs_page);
JSON_VIEW(admin_jobs, struct admin_jobs_page);
#endif
