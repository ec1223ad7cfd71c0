#include "app/site/job.h"
#include "app/site/live.h"
#include "base/clock.h"
#include "base/conf.h"
#include "base/log.h"
#include "base/str.h"
#include "io/secret.h"
#include "io/store.h"
#include <unistd.h>

enum { USAGE_EXIT = 64 }; /* EX_USAGE of sysexits.h */

SHAPE(job_state_shape, struct job_state, COLUMN(struct job_state, job),
      COLUMN(struct job_state, result), COLUMN(struct job_state, ok), COLUMN(struct job_state, did),
      COLUMN(struct job_state, started_ms), COLUMN(struct job_state, ended_ms));

STMT(q_begin, NULL, "INSERT INTO job_run (job, host, started_ms) VALUES (?, ?, ?)");
STMT(q_end, NULL, "UPDATE job_run SET ended_ms = ?, result = ?, did = ? WHERE id = ?");
STMT(q_forget, NULL, "DELETE FROM job_run WHERE id = ?");
STMT(
    q_states, &job_state_shape,
    "SELECT j.job, j.result, j.result = 'ok' AS ok, j.did, j.started_ms, j.ended_ms FROM job_run j JOIN"
    " (SELECT MAX(id) AS id FROM job_run GROUP BY job) latest ON latest.id = j.id ORDER BY j.job");
STMT(
    q_runs, &job_state_shape,
    "SELECT job, result, result = 'ok' AS ok, did, started_ms, ended_ms FROM job_run ORDER BY id DESC LIMIT 50");
STMT(q_sweep, NULL, "DELETE FROM job_run WHERE started_ms < ?");

enum { RUN_ID_BYTES = 12, RUN_ARENA_BYTES = 4096, PATH_BYTES = 512 };

void job_begin(const char *name)
{
    static struct arena *a; /* never freed: the id lives as long as the process */

    a = arena_new(RUN_ARENA_BYTES);
    log_begin(name, LOG_JOBS);
    log_run(random_id(a, RUN_ID_BYTES));
}

static enum rc guarded(const struct job *job, struct db *db, struct arena *a, const char **did)
{
    struct problem why = { NULL, NULL };
    enum rc rc = job->guard ? job->guard(db, a, clock_now_ms(), &why) : RC_OK;

    if (rc == RC_OK || why.text == NULL)
        return rc;
    *did = why.text;
    fprintf(stderr, "%s: %s\n", job->name, why.text);
    return rc;
}

static enum rc run(const struct job *job, struct db *db, struct arena *a)
{
    char host[64] = "";
    const char *did = "";
    int64_t id;

    gethostname(host, sizeof(host) - 1);
    TRY(db_insert(db, &q_begin, ARGS(STR(job->name), STR(host), I64(clock_now_ms())), &id));
    enum rc rc = guarded(job, db, a, &did);
    if (rc == RC_OK)
        rc = job->work(db, a, &did);
    if (rc == RC_NOT_FOUND && job->quiet_when_idle)
        return db_run(db, &q_forget, ARGS(I64(id)), NULL);
    if (rc == RC_NOT_FOUND)
        rc = RC_OK;
    char text[JOB_DID_MAX_BYTES + 1];
    snprintf(text, sizeof(text), "%s", did);
    log_cause("");
    log_about(NULL);
    log_outcome(rc_name(rc), "%s", text);
    enum rc ended = db_run(db, &q_end,
                           ARGS(I64(clock_now_ms()), STR(rc_name(rc)), STR(text), I64(id)), NULL);
    return rc == RC_OK ? ended : rc;
}

bool job_site_rests(void)
{
    char path[PATH_BYTES];

    snprintf(path, sizeof(path), "%s/run/maintenance", conf()->var_dir);
    return access(path, F_OK) == 0;
}

static int run_locked(const struct job *job)
{
    job_begin(job->name);
    if (job_site_rests()) {
        log_info("the site is being updated: run/maintenance is there");
        return rc_exit(RC_BUSY);
    }
    enum rc rc = lock_take(job->name, NULL);
    if (rc != RC_OK) {
        log_info("another run is busy");
        return rc_exit(rc);
    }
    struct arena *a = arena_new(job->arena_bytes);
    struct db *db = db_new(job->db, job->timeout_s);
    rc = live_refresh(db, a, clock_now_ms());
    if (rc == RC_OK)
        rc = run(job, db, a);
    db_close(db);
    arena_free(a);
    return rc_exit(rc);
}

static int run_dry(const struct job *job)
{
    struct arena *a = arena_new(job->arena_bytes);
    struct db *db = db_new(job->db, job->timeout_s);

    job_begin(job->name);
    const char *refused = "";
    enum rc rc = live_refresh(db, a, clock_now_ms());
    if (rc == RC_OK)
        rc = guarded(job, db, a, &refused);
    if (rc == RC_OK)
        rc = job->dry_run(db, a);
    if (rc == RC_NOT_FOUND)
        puts("There is nothing to do.");
    db_close(db);
    arena_free(a);
    return rc_exit(rc == RC_NOT_FOUND ? RC_OK : rc);
}

int job_main(const struct job *job, int argc, char **argv)
{
    bool help = argc == 2 && str_eq(argv[1], "--help");

    if (argc == 1)
        return run_locked(job);
    if (argc == 2 && job->dry_run && str_eq(argv[1], "--dry-run"))
        return run_dry(job);
    fputs(job->usage, help ? stdout : stderr);
    return help ? 0 : USAGE_EXIT;
}

enum rc job_states(struct db *db, struct arena *a, struct job_state_list *out)
{
    return DB_LIST(db, a, &q_states, NO_ARGS, JOBS_SHOWN_MAX, out);
}

enum rc job_runs(struct db *db, struct arena *a, struct job_state_list *out)
{
    return DB_LIST(db, a, &q_runs, NO_ARGS, JOBS_SHOWN_MAX, out);
}

enum rc job_sweep(struct db *db, int64_t now_ms, int64_t *dropped)
{
    return db_run(db, &q_sweep, ARGS(I64(now_ms - JOB_KEEP_DAYS * DAY_MS)), dropped);
}

STMT(q_one, &number_shape, "SELECT 1 AS n");

bool job_database_answers(struct db *db, struct arena *a)
{
    int64_t one;
    return db_number(db, a, &q_one, NO_ARGS, &one) == RC_OK;
}
