/* schedule: the periodic jobs, and how often each is to run. jobs/tick starts them, unless cron does with
 * jobs/crontab. */
#ifndef COMMANDS_SCHEDULE_H
#define COMMANDS_SCHEDULE_H

/* every_s 0: at every pass; such a job leaves no row when it finds nothing to do. */
struct schedule {
    const char *name;
    int every_s;
};

enum { SCHEDULE_JOBS = 16 };
extern const struct schedule schedule[SCHEDULE_JOBS];
#endif
