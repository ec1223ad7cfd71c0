/*
 * tick: starts the jobs that are due, each as a process of its own.
 *
 *   tick               one pass, then waits for the jobs it started; for hosts that allow one cron
 *                      line
 *                      line. Watch time is then stored, and addresses of media end, each second until
 *                      the next pass (watch_flush --minute)
 *   tick --once        the same, and watch_flush runs once, too
 *   tick --loop SECS   a pass every SECS seconds until SIGTERM or SIGINT; `make run` uses it
 *
 * A job is due when its last run (table job_run) began long enough ago; a job that is still running
 * is left alone, because every job takes a lock. Ending tick ends the jobs it started, which may be
 * killed at any time. Exit: 0, 1 a program is missing, 64 wrong arguments, 75 the database is away.
 */
#include "app/site/job.h"
#include "app/site/schedule.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/str.h"
#include <errno.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { TICK_ARENA_BYTES = 1 << 20, STATEMENT_SECONDS = 10, LOOP_MAX_SECONDS = 3600 };

static pid_t pids[SCHEDULE_JOBS]; /* of the jobs of the schedule; 0: not running */

static volatile sig_atomic_t stopped;
static void stop(int signal_number) { stopped = signal_number; }

static const char *directory(void)
{
    static char path[4096];
    ssize_t n = readlink("/proc/self/exe", path, sizeof(path) - 1);

    assert(n > 0);
    path[n] = 0;
    *strrchr(path, '/') = 0;
    return path;
}

static bool once_a_minute; /* what has to be done each second lasts until the next pass */

static pid_t start(struct arena *a, const char *name)
{
    char *path = arena_printf(a, "%s/%s", directory(), name);
    char *each_second = once_a_minute && str_eq(name, "watch_flush") ? arena_str(a, "--minute")
                                                                     : NULL;
    char *argv[] = { arena_str(a, name), each_second, NULL };
    pid_t parent = getpid(), pid;

    if (access(path, X_OK)) {
        log_error("%s is missing", path);
        return -1;
    }
    pid = fork();
    if (pid == 0) {
        (void)prctl(PR_SET_PDEATHSIG, SIGTERM); /* without it the job just outlives us */
        signal(SIGINT, SIG_DFL);
        signal(SIGTERM, SIG_DFL);
        if (getppid() == parent)
            execv(path, argv);
        _exit(1);
    }
    return pid;
}

static void reap(int options)
{
    pid_t pid;

    while ((pid = waitpid(-1, NULL, options)) > 0 || (pid < 0 && errno == EINTR && !stopped))
        for (size_t i = 0; i < COUNT(pids); i++)
            if (pid > 0 && pids[i] == pid)
                pids[i] = 0;
}

static int64_t last_start_ms(const struct job_state_list *states, const char *name)
{
    for (size_t i = 0; i < states->n; i++)
        if (str_eq(states->items[i].job, name))
            return states->items[i].started_ms;
    return 0;
}

static enum rc pass(struct db *db, struct arena *a)
{
    struct job_state_list states;
    int64_t now_ms = clock_now_ms();
    enum rc rc = RC_OK;

    if (job_site_rests())
        return RC_OK;
    TRY(job_states(db, a, &states));
    for (size_t i = 0; i < COUNT(pids); i++) {
        int64_t age_ms = now_ms - last_start_ms(&states, schedule[i].name);
        if (pids[i] || age_ms < schedule[i].every_s * SECOND_MS)
            continue;
        pids[i] = start(a, schedule[i].name);
        if (pids[i] < 0) {
            pids[i] = 0;
            rc = RC_FAIL;
        }
    }
    return rc;
}

static void loop(struct db *db, struct arena *a, int64_t seconds)
{
    while (!stopped) {
        if (pass(db, a) != RC_OK)
            log_error("not all jobs could be started");
        arena_reset(a);
        nanosleep(&(struct timespec){ .tv_sec = seconds }, NULL); /* a signal ends it early */
        reap(WNOHANG);
    }
    for (size_t i = 0; i < COUNT(pids); i++)
        if (pids[i])
            kill(pids[i], SIGTERM);
    stopped = 0;
    reap(0);
}

static int usage(int code)
{
    fputs(
        "usage: tick [--once | --loop SECONDS]\nStarts the jobs that are due: once, or every SECONDS "
        "seconds until it is told to stop.\n",
        code ? stderr : stdout);
    return code;
}

int main(int argc, char **argv)
{
    int64_t seconds = 0;

    if (argc == 2 && str_eq(argv[1], "--help"))
        return usage(0);
    bool once = argc == 2 && str_eq(argv[1], "--once");
    once_a_minute = argc == 1;
    if (argc != 1 && !once &&
        (argc != 3 || !str_eq(argv[1], "--loop") ||
         str_to_i64(argv[2], strlen(argv[2]), 1, LOOP_MAX_SECONDS, &seconds)))
        return usage(64);
    job_begin("tick");
    sigaction(SIGTERM, &(struct sigaction){ .sa_handler = stop }, NULL);
    sigaction(SIGINT, &(struct sigaction){ .sa_handler = stop }, NULL);
    struct arena *a = arena_new(TICK_ARENA_BYTES);
    struct db *db = db_new(DB_ORDINARY, STATEMENT_SECONDS);
    enum rc rc = RC_OK;
    if (seconds)
        loop(db, a, seconds);
    else {
        rc = pass(db, a);
        reap(0);
    }
    db_close(db);
    arena_free(a);
    return rc_exit(rc);
}
