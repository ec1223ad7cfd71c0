/*
 * schedule: the periodic jobs: how often each is to run, and what for. jobs/tick starts them, unless cron
 * does with jobs/crontab.
 */
#ifndef SITE_SCHEDULE_H
#define SITE_SCHEDULE_H

/* every_s 0: at every pass; such a job leaves no row when it finds nothing to do. */
struct schedule {
    const char *name;
    int every_s;
    const char *does; /* for people: "Uploads become videos." */
};

enum { SCHEDULE_JOBS = 24 };
extern const struct schedule schedule[SCHEDULE_JOBS];
#endif
