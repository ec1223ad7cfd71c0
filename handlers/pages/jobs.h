/* jobs: runs of periodic jobs, in words. */
#ifndef PAGES_JOBS_H
#define PAGES_JOBS_H
#include "views/models/job_row.h"
#include "web/serve.h"

enum { JOB_LATE_FACTOR = 3 }; /* a job is late when it has not begun for so many of its intervals */
enum { JOB_LATE_LEAST_S = 600 };

/* `latest`: the list holds each job's latest run, so a job can be late; those that failed or are late come
 * first. */
struct job_rows job_rows_of(struct req *r, const struct job_state_list *states, bool latest);

/* "postings=3 skipped=0" as "3 postings"; "nothing to do" when all counts are 0; any other text as it is. */
const char *job_words(struct arena *a, const char *did);
#endif
