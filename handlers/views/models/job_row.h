/*
 * job_row: a periodic job, what it is for and how a run of it ended.
 */
#ifndef MODELS_JOB_ROW_H
#define MODELS_JOB_ROW_H
#include "app/site/job.h"
#include "web/html.h"

struct job_row {
    struct job_state state;
    const char *does;   /* what the job is for; "" for one that is not in the schedule */
    const char *result; /* of a run that failed, in words */
    const char *said;   /* what it did, in words; "" while it runs */
    const char *took;   /* "3 s"; "" while it runs */
    const char *ago;
    bool late; /* it should have run again by now */
};
struct job_rows {
    struct job_row *items;
    size_t n;
};
#endif
