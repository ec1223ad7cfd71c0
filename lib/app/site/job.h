/*
 * job: what all cron programs have in common: each run is one row in job_run, one process at a
 * time.
 *
 * Tables     job_run.
 */
#ifndef SITE_JOB_H
#define SITE_JOB_H
#include "io/db.h"

enum { JOB_DID_MAX_BYTES = 480, JOBS_SHOWN_MAX = 50, JOB_KEEP_DAYS = 30 };

struct job {
    const char *name;
    enum db_user db;
    int timeout_s;        /* of one statement */
    size_t arena_bytes;   /* of the arena that work() gets */
    bool quiet_when_idle; /* a run that found nothing to do (RC_NOT_FOUND) leaves no row */
    /* Does the work; *did says in a few words what was done. */
    enum rc (*work)(struct db *db, struct arena *a, const char **did);
};

/* The main() of a cron program: takes the lock of the job (if another run has it: a line and exit
 * code 75), runs it and writes the row. Returns the exit code: 0 done or nothing to do, 75 try
 * again, 1 failed. */
int job_main(const struct job *job);

/* Like job_main, for a job that can also print what it would do: with --dry-run it takes no lock,
 * writes no row and calls dry_run, which prints to stdout; if that returns RC_NOT_FOUND, a line
 * says that there is nothing to do. --help prints `usage`, and so do other arguments (exit code
 * 64). */
int job_main_dry(const struct job *job, enum rc (*dry_run)(struct db *db, struct arena *a),
                 const char *usage, int argc, char **argv);

struct job_state {
    const char *job, *result, *did;
    int64_t started_ms, ended_ms;
};
struct job_state_list {
    struct job_state *items;
    size_t n;
};

/* The latest run of each job; the latest runs of all jobs, newest first. At most JOBS_SHOWN_MAX. */
MUST_USE enum rc job_states(struct db *db, struct arena *a, struct job_state_list *out);
MUST_USE enum rc job_runs(struct db *db, struct arena *a, struct job_state_list *out);

/* Delete rows older than JOB_KEEP_DAYS; for jobs/sweep. */
MUST_USE enum rc job_sweep(struct db *db, int64_t now_ms, int64_t *dropped);

/* Does the database answer a statement now? */
bool job_database_answers(struct db *db, struct arena *a);
#endif
