/*
 * launch: starts the site's programs (handlers/NAME) when somebody asks for them.
 *
 *   launch [--most N] SOCKETS PROGRAMS [NAME ...]
 *
 * Listens on SOCKETS/NAME for each NAME; without names, for every program in the folder PROGRAMS.
 * When a connection waits there and no process of PROGRAMS/NAME takes it, another is started, up to N
 * (PROCESSES_USUAL), with the socket as descriptor 0. A process ends when nobody has come for
 * IDLE_SECONDS. So a program that nobody uses costs no memory and no connection to the database.
 *
 * Whether a process is needed, the waiting connection says; how many there are, the kernel says. So any
 * of them may be killed at any time. When launch itself ends, they answer what they have begun and
 * end as well. A program that cannot be started, or dies at once, is not listened for until
 * REST_MS later: the web server answers 503.
 *
 * Programs get OVS_CONF and little else of the environment. Exit: 64 wrong arguments, 1 no socket
 * could be made; otherwise it runs until it is told to stop (SIGTERM, SIGINT): 0.
 */
#include "base/arena.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/str.h"
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
    PROGRAMS_MAX = 128,
    PROCESSES_MAX = 64, /* of one program */
    PROCESSES_USUAL = 2,
    ARENA_BYTES = 1 << 20,
    BACKLOG = 1024, /* connections that may wait for a program */
    IDLE_SECONDS = 60,
    WAIT_MS = 5,    /* between two looks at a connection that waits although there is a process */
    LOOKS = 3,      /* after so many, another process is started */
    START_MS = 100, /* the same when one of them is being started */
    REST_MS = 1000, /* pause of a program that cannot be started */
    HOUR = 3600 * 1000, /* longest sleep */
};

struct program {
    const char *name;
    struct sockaddr_un at;
    int fd;          /* listens; -1 while the program rests */
    int64_t next_ms; /* not looked at before */
    int looks;       /* in a row at which somebody waited */
    struct process {
        pid_t pid; /* 0: none */
        int64_t started_ms;
    } processes[PROCESSES_MAX];
    int n;
};

static struct program programs[PROGRAMS_MAX];
static size_t count;
static struct arena *names;
static int most = PROCESSES_USUAL;
static const char *folder;
static volatile sig_atomic_t stopped;

static void stop(int signal_number) { stopped = signal_number; }
static void wake(int signal_number) { (void)signal_number; }

/* --- Listening */

static enum rc listen_for(struct program *p)
{
    const struct timeval idle = { .tv_sec = IDLE_SECONDS }; /* accept() fails with EAGAIN then */
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

    (void)unlink(p->at.sun_path);
    if (fd < 0 || bind(fd, (const struct sockaddr *)&p->at, sizeof(p->at)) ||
        chmod(p->at.sun_path, 0660) ||
        setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &idle, sizeof(idle)) || listen(fd, BACKLOG)) {
        log_error("socket %s: %s", p->at.sun_path, strerror(errno));
        if (fd >= 0)
            close(fd);
        return RC_FAIL;
    }
    p->fd = fd;
    return RC_OK;
}

static void stop_listening(struct program *p)
{
    if (p->fd >= 0)
        close(p->fd);
    p->fd = -1;
    (void)unlink(p->at.sun_path);
}

/* Those who wait are sent away, and others do not come in vain. */
static void rest(struct program *p)
{
    stop_listening(p);
    p->next_ms = clock_monotonic_ms() + REST_MS;
}

/* --- Processes */

static void become(const struct program *p, pid_t parent, const sigset_t *signals)
{
    static const char *const kept[] = { "OVS_CONF", "ASAN_OPTIONS", "UBSAN_OPTIONS" };
    static char path[PATH_MAX], text[COUNT(kept)][PATH_MAX], search[] = "PATH=/usr/bin:/bin";
    char *argv[] = { path, NULL }, *env[COUNT(kept) + 2] = { search };
    size_t n = 1;

    for (size_t i = 0; i < COUNT(kept); i++) {
        const char *value = getenv(kept[i]);
        if (value == NULL)
            continue;
        (void)snprintf(text[i], sizeof(text[i]), "%s=%s", kept[i], value);
        env[n++] = text[i];
    }
    (void)snprintf(path, sizeof(path), "%s/%s", folder, p->name);
    /* libfcgi takes SIGUSR1 for: end after this request. */
    if (dup2(p->fd, STDIN_FILENO) == STDIN_FILENO && prctl(PR_SET_PDEATHSIG, SIGUSR1) == 0 &&
        getppid() == parent && sigprocmask(SIG_SETMASK, signals, NULL) == 0)
        execve(path, argv, env);
    log_error("%s: %s", path, strerror(errno));
    _exit(127);
}

static void start(struct program *p, const sigset_t *signals)
{
    pid_t parent = getpid(), pid = fork();
    struct process *process = p->processes;

    if (pid == 0)
        become(p, parent, signals);
    if (pid < 0) {
        log_error("%s: %s", p->name, strerror(errno));
        rest(p);
        return;
    }
    while (process->pid)
        process++;
    *process = (struct process){ pid, clock_monotonic_ms() };
    p->n++;
    p->next_ms = process->started_ms + START_MS;
}

static void ended(struct program *p, struct process *process, int status)
{
    if (WIFSIGNALED(status))
        log_error("%s[%d]: signal %d", p->name, (int)process->pid, WTERMSIG(status));
    else if (WEXITSTATUS(status))
        log_error("%s[%d]: exit code %d", p->name, (int)process->pid, WEXITSTATUS(status));
    p->n--;
    process->pid = 0;
    if (WIFEXITED(status) && WEXITSTATUS(status) &&
        clock_monotonic_ms() - process->started_ms < REST_MS)
        rest(p);
}

static void collect(void)
{
    int status;

    for (pid_t pid; (pid = waitpid(-1, &status, WNOHANG)) > 0;)
        for (size_t i = 0; i < count; i++)
            for (size_t j = 0; j < PROCESSES_MAX; j++)
                if (programs[i].processes[j].pid == pid)
                    ended(&programs[i], &programs[i].processes[j], status);
}

/* --- The loop */

static bool somebody_waits(const struct program *p)
{
    return poll(&(struct pollfd){ .fd = p->fd, .events = POLLIN }, 1, 0) > 0;
}

/* Somebody waits. Where there are processes, one of them usually takes the connection: another is
 * started when it has not happened after some looks. */
static void come(struct program *p, const sigset_t *signals)
{
    if (p->n == 0 || p->looks == LOOKS) {
        p->looks = 0;
        start(p, signals);
        return;
    }
    p->looks++;
    p->next_ms = clock_monotonic_ms() + WAIT_MS;
}

/* The program may be looked at again. */
static void look(struct program *p, const sigset_t *signals)
{
    if (p->fd < 0 && listen_for(p) != RC_OK)
        rest(p);
    else if (p->looks && p->n < most && somebody_waits(p))
        come(p, signals);
    else
        p->looks = 0;
}

/* Fills `set` with the sockets to watch; returns how long at most, in ms. */
static int64_t plan(struct pollfd set[PROGRAMS_MAX], const sigset_t *signals)
{
    int64_t now_ms = clock_monotonic_ms(), limit_ms = HOUR;

    for (size_t i = 0; i < count; i++) {
        struct program *p = &programs[i];
        if (p->next_ms <= now_ms)
            look(p, signals);
        bool watched = p->next_ms <= now_ms && p->n < most;
        set[i] = (struct pollfd){ .fd = watched ? p->fd : -1, .events = POLLIN };
        if (p->next_ms > now_ms)
            limit_ms = MIN_OF(limit_ms, p->next_ms - now_ms);
    }
    return limit_ms;
}

static void loop(const sigset_t *signals)
{
    static struct pollfd set[PROGRAMS_MAX];

    while (!stopped) {
        int64_t ms = plan(set, signals);
        const struct timespec limit = { .tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000 };
        int ready = ppoll(set, count, &limit, signals);
        collect();
        for (size_t i = 0; ready > 0 && i < count; i++)
            if (set[i].revents && programs[i].fd == set[i].fd)
                come(&programs[i], signals);
    }
}

/* --- Arguments */

static enum rc add(const char *sockets, const char *name)
{
    struct program *p = &programs[count];

    if (count == PROGRAMS_MAX)
        return RC_INVALID;
    p->name = arena_str(names, name);
    p->at.sun_family = AF_UNIX;
    int n = snprintf(p->at.sun_path, sizeof(p->at.sun_path), "%s/%s", sockets, name);
    if (n < 0 || (size_t)n >= sizeof(p->at.sun_path))
        return RC_INVALID;
    p->fd = -1;
    count++;
    return listen_for(p);
}

static enum rc add_all(const char *sockets)
{
    DIR *dir = opendir(folder);
    enum rc rc = dir ? RC_OK : RC_NOT_FOUND;
    struct stat info;

    for (const struct dirent *e; rc == RC_OK && (e = readdir(dir)) != NULL;)
        if (strchr(e->d_name, '.') == NULL && fstatat(dirfd(dir), e->d_name, &info, 0) == 0 &&
            S_ISREG(info.st_mode) && (info.st_mode & S_IXUSR))
            rc = add(sockets, e->d_name);
    if (dir)
        closedir(dir);
    return rc;
}

static int usage(int code)
{
    fputs(
        "usage: launch [--most N] SOCKETS PROGRAMS [NAME ...]\n"
        "Starts the site's programs when somebody asks for them, at most N processes of each\n"
        "(usually 2). SOCKETS is the folder of their sockets, PROGRAMS that of the programs; without\n"
        "a NAME, all of them.\n",
        code ? stderr : stdout);
    return code;
}

static enum rc read_arguments(char **argv)
{
    enum rc rc = RC_OK;
    int64_t n;

    if (*argv && str_eq(*argv, "--most")) {
        if (argv[1] == NULL || str_to_i64(argv[1], strlen(argv[1]), 1, PROCESSES_MAX, &n) != RC_OK)
            return RC_INVALID;
        most = (int)n;
        argv += 2;
    }
    if (argv[0] == NULL || argv[1] == NULL)
        return RC_INVALID;
    folder = argv[1];
    if (argv[2] == NULL)
        return add_all(argv[0]);
    for (char **name = argv + 2; *name && rc == RC_OK; name++)
        rc = add(argv[0], *name);
    return rc;
}

int main(int argc, char **argv)
{
    sigset_t ours, signals;

    if (argc == 2 && str_eq(argv[1], "--help"))
        return usage(0);
    log_begin("launch", LOG_ERROR);
    names = arena_new(ARENA_BYTES);
    enum rc rc = read_arguments(argv + 1);
    if (rc == RC_OK) {
        sigaction(SIGTERM, &(struct sigaction){ .sa_handler = stop }, NULL);
        sigaction(SIGINT, &(struct sigaction){ .sa_handler = stop }, NULL);
        sigaction(SIGCHLD, &(struct sigaction){ .sa_handler = wake }, NULL);
        sigemptyset(&ours);
        sigaddset(&ours, SIGTERM);
        sigaddset(&ours, SIGINT);
        sigaddset(&ours, SIGCHLD);
        sigprocmask(SIG_BLOCK, &ours, &signals); /* they arrive only in ppoll */
        loop(&signals);
    }
    for (size_t i = 0; i < count; i++)
        stop_listening(&programs[i]);
    arena_free(names);
    return rc == RC_INVALID ? usage(64) : rc_exit(rc);
}
