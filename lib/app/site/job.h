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
    const char *usage; /* what --help prints */
    enum db_user db;
    int timeout_s;      /* of one statement */
    size_t arena_bytes; /* of the arena that work() gets */
    /* May it start now? Asked before work() and dry_run(); NULL: always. A refusal is the result of
     * the run, and its sentence is in the log, in the row and on stderr. */
    enum rc (*guard)(struct db *db, struct arena *a, int64_t now_ms, struct problem *why);
    bool quiet_when_idle; /* a run that found nothing to do (RC_NOT_FOUND) leaves no row */
    /* Does the work; *did says in a few words what was done. */
    enum rc (*work)(struct db *db, struct arena *a, const char **did);
    enum rc (*dry_run)(struct db *db, struct arena *a); /* prints to stdout; NULL: no --dry-run */
};

/* Begin a run of a program for the log: its lines get into jobs.log, with an id of this run. job_main
 * does so itself. */
void job_begin(const char *name);

/* Whether the file var_dir/run/maintenance is there: the site is being updated or restored, its pages are
 * 503 (lighttpd/entry.lua), and the database may be half of one version and half of another. */
bool job_site_rests(void);

/* The main() of a cron program. Without arguments it takes the lock of the job (another run: exit 75 and
 * a line; the same while the site rests), runs it and writes the row; --help prints the usage, and so does
 * an argument that the job does not have (exit 64). --dry-run takes no lock, writes no row and prints what the job would do;
 * RC_NOT_FOUND: there is nothing to do. A job with arguments of its own passes on argc 1 once it has
 * read them. Exit: 0 done or nothing to do, 75 try again, 1 failed. */
int job_main(const struct job *job, int argc, char **argv);

struct job_state {
    const char *job, *did;
    const char *result; /* of rc_name(); "" while it runs */
    bool ok;            /* the result is that of RC_OK */
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
