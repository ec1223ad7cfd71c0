/*
 * job_row: a periodic job and how its last run ended.
 */
#ifndef MODELS_JOB_ROW_H
#define MODELS_JOB_ROW_H
#include "app/site/job.h"
#include "web/html.h"
#endif
