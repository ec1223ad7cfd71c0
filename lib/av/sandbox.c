#include "av/sandbox.h"
#include "base/clock.h"
#include "base/conf.h"
#include "base/log.h"
#include "base/sb.h"
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/landlock.h>
#include <poll.h>
#include <sched.h>
#include <seccomp.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    TICK_MS = 1000,
    REAP_MS = 2, /* between the end of its output and its exit */
    READ_BYTES = 16 * 1024,
    FILTER_MAX_BYTES = 16 * 1024,
    DESCRIPTORS_MAX = 64,
    NOT_STARTED = 127,
};

/* Landlock: which files the program may use. */

/* Rights by the ABI that introduced them; the kernel's header names those of the first two. */
#define FS_ABI_1       ((UINT64_C(1) << 13) - 1)
#define FS_REFER       (UINT64_C(1) << 13) /* 2 */
#define FS_TRUNCATE    (UINT64_C(1) << 14) /* 3 */
#define NET_TCP        UINT64_C(3)         /* 4: bind and connect */
#define FS_IOCTL_DEV   (UINT64_C(1) << 15) /* 5 */
#define SCOPE_ALL      UINT64_C(3)         /* 6: abstract sockets and signals */
#define RIGHTS_PROGRAM (LANDLOCK_ACCESS_FS_EXECUTE | RIGHTS_READ)
#define RIGHTS_READ    (LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR)
#define RIGHTS_WRITE                                                                               \
    (RIGHTS_READ | LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_MAKE_REG |                   \
     LANDLOCK_ACCESS_FS_REMOVE_FILE | FS_TRUNCATE)
#define RIGHTS_OF_FILES                                                                            \
    (LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_WRITE_FILE |   \
     FS_TRUNCATE)

struct ruleset {
    uint64_t fs, net, scoped;
};

/* The Landlock ABI that the kernel has; 0 when there is none. */
static int landlock_abi(void)
{
    long abi = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);

    return abi > 0 ? (int)abi : 0;
}

static struct ruleset handled(int abi)
{
    return (struct ruleset){
        .fs = FS_ABI_1 | (abi >= 2 ? FS_REFER : 0) | (abi >= 3 ? FS_TRUNCATE : 0) |
              (abi >= 5 ? FS_IOCTL_DEV : 0),
        .net = abi >= 4 ? NET_TCP : 0,
        .scoped = abi >= 6 ? SCOPE_ALL : 0,
    };
}

static enum rc allow(int fd, const struct ruleset *set, const char *path, uint64_t rights)
{
    struct landlock_path_beneath_attr rule = { .parent_fd = open(path, O_PATH | O_CLOEXEC) };
    struct stat st;
    enum rc rc = RC_FAIL;

    if (rule.parent_fd < 0)
        return errno == ENOENT ? RC_NOT_FOUND : RC_FAIL;
    if (fstat(rule.parent_fd, &st) == 0) {
        rule.allowed_access = rights & set->fs &
                              (S_ISDIR(st.st_mode) ? ~UINT64_C(0) : RIGHTS_OF_FILES);
        if (syscall(SYS_landlock_add_rule, fd, LANDLOCK_RULE_PATH_BENEATH, &rule, 0) == 0)
            rc = RC_OK;
    }
    close(rule.parent_fd);
    return rc;
}

static enum rc allow_all(int fd, const struct ruleset *set, const struct sandbox *box)
{
    static const struct {
        const char *path;
        uint64_t rights;
    } always[] = {
        { "/usr", RIGHTS_PROGRAM },          { "/lib", RIGHTS_PROGRAM },
        { "/lib64", RIGHTS_PROGRAM },        { "/etc/alternatives", RIGHTS_PROGRAM },
        { "/etc/ld.so.cache", RIGHTS_READ }, { "/dev/null", RIGHTS_WRITE },
    };

    for (size_t i = 0; i < COUNT(always); i++)
        if (allow(fd, set, always[i].path, always[i].rights) == RC_FAIL)
            return RC_FAIL; /* a path that this system does not have is no loss */
    TRY(allow(fd, set, box->argv[0], RIGHTS_PROGRAM));
    for (size_t i = 0; i < SANDBOX_INPUTS; i++)
        if (box->inputs[i])
            TRY(allow(fd, set, box->inputs[i], RIGHTS_READ));
    return box->output_dir ? allow(fd, set, box->output_dir, RIGHTS_WRITE) : RC_OK;
}

/* Make the ruleset for this box; *fd is -1 where the kernel has no Landlock. */
static enum rc landlock_open(const struct sandbox *box, int *fd)
{
    int abi = landlock_abi();
    struct ruleset set = handled(abi);

    *fd = -1;
    if (abi == 0)
        return RC_OK;
    *fd = (int)syscall(SYS_landlock_create_ruleset, &set, sizeof(set), 0);
    if (*fd >= 0 && allow_all(*fd, &set, box) == RC_OK)
        return RC_OK;
    log_error("sandbox: landlock rules for %s: %s", box->argv[0], strerror(errno));
    if (*fd >= 0)
        close(*fd);
    return RC_FAIL;
}

/* Seccomp: which system calls the program may make. */

/* The calls that decoding, encoding and file I/O need, in their older and newer forms. Missing
 * here, and so unknown to the program: sockets, processes, signals to others, ioctl, mount, ptrace,
 * keys, bpf, io_uring, and renaming or removing files. */
static const char allowed_calls[] =
    "read pread64 readv preadv write pwrite64 writev pwritev lseek _llseek open openat close "
    "close_range stat fstat lstat newfstatat stat64 fstat64 lstat64 fstatat64 statx statfs "
    "fstatfs access faccessat faccessat2 readlink readlinkat getdents getdents64 getcwd fcntl "
    "fcntl64 dup dup2 dup3 pipe pipe2 ftruncate ftruncate64 fsync fdatasync fadvise64 "
    "fadvise64_64 poll ppoll ppoll_time64 select _newselect pselect6 pselect6_time64 brk mmap "
    "mmap2 munmap mremap mprotect madvise membarrier mlock munlock futex futex_time64 "
    "set_robust_list get_robust_list rseq set_tid_address set_thread_area arch_prctl gettid "
    "getpid getppid getpgrp getuid geteuid getgid getegid getuid32 geteuid32 getgid32 "
    "getegid32 sched_yield sched_getaffinity sched_setaffinity sched_getparam "
    "sched_getscheduler sched_get_priority_min sched_get_priority_max get_mempolicy getcpu "
    "getrlimit ugetrlimit getrusage getpriority sysinfo uname umask times time gettimeofday "
    "clock_gettime clock_gettime64 clock_getres clock_getres_time64 clock_nanosleep "
    "clock_nanosleep_time64 nanosleep getrandom rt_sigaction rt_sigprocmask rt_sigreturn "
    "sigreturn sigaltstack restart_syscall execve exit exit_group";

static bool rules_add(scmp_filter_ctx ctx)
{
    int bad = 0;

    for (const char *p = allowed_calls; *p; p += strspn(p, " ")) {
        char name[32];
        size_t n = strcspn(p, " ");
        snprintf(name, sizeof(name), "%.*s", (int)n, p);
        p += n;
        int call = seccomp_syscall_resolve_name(name);
        if (call != __NR_SCMP_ERROR) /* a name that this libseccomp does not know yet */
            bad |= seccomp_rule_add(ctx, SCMP_ACT_ALLOW, call, 0);
    }
    /* Threads, but no processes: clone3, whose flags a filter cannot see, is refused as unknown,
     * and the C library then uses clone. */
    bad |= seccomp_rule_add(ctx, SCMP_ACT_ALLOW, SCMP_SYS(clone), 1,
                            SCMP_A0(SCMP_CMP_MASKED_EQ, CLONE_THREAD, CLONE_THREAD));
    bad |= seccomp_rule_add(ctx, SCMP_ACT_ALLOW, SCMP_SYS(prctl), 1,
                            SCMP_A0(SCMP_CMP_EQ, PR_SET_NAME, 0));
    bad |= seccomp_rule_add(ctx, SCMP_ACT_ALLOW, SCMP_SYS(prctl), 1,
                            SCMP_A0(SCMP_CMP_EQ, PR_CAPBSET_READ, 0));
    bad |= seccomp_rule_add(ctx, SCMP_ACT_ALLOW, SCMP_SYS(prlimit64), 1,
                            SCMP_A2(SCMP_CMP_EQ, 0, 0)); /* reading limits, not setting them */
    return bad == 0;
}

/* The filter in the kernel's form, built once and before any fork, because the child must not
 * allocate. Calls that are not listed fail with ENOSYS, as on a kernel that does not have them. */
static enum rc filter_build(struct sock_fprog *out)
{
    static struct sock_filter code[FILTER_MAX_BYTES / sizeof(struct sock_filter)];
    scmp_filter_ctx ctx = seccomp_init(SCMP_ACT_ERRNO(ENOSYS));
    int fd = memfd_create("filter", MFD_CLOEXEC);
    enum rc rc = RC_FAIL;

    if (ctx && fd >= 0 && rules_add(ctx) && seccomp_export_bpf(ctx, fd) == 0) {
        ssize_t n = pread(fd, code, sizeof(code), 0);
        if (n > 0 && n < (ssize_t)sizeof(code)) {
            *out = (struct sock_fprog){ (unsigned short)((size_t)n / sizeof(code[0])), code };
            rc = RC_OK;
        }
    }
    if (rc != RC_OK)
        log_error("sandbox: the seccomp filter cannot be built");
    if (fd >= 0)
        close(fd);
    if (ctx)
        seccomp_release(ctx);
    return rc;
}

static bool seccomp_known(void)
{
    /* The kernel looks at the filter, which is none, only if it knows filters. The call seccomp(2) would
     * say more, but the filter is not set by it either, and a service may be forbidden to use it. */
    return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, NULL) < 0 && errno == EFAULT;
}

/* What this machine can do. */

static struct {
    bool probed, seccomp;
    int level;
    struct sock_fprog filter;
} machine;

static enum rc probe(void)
{
    if (machine.probed)
        return RC_OK;
    int abi = landlock_abi();
    bool own_uid = geteuid() != 0 && access(conf()->secrets_dir, R_OK | X_OK) != 0;

    machine.seccomp = seccomp_known();
    machine.level = (abi > 0) + machine.seccomp;
    machine.level += machine.level == 2 && own_uid;
    if (machine.seccomp)
        TRY(filter_build(&machine.filter));
    machine.probed = true;
    log_info("sandbox level=%d landlock_abi=%d seccomp=%d own_uid=%d", machine.level, abi,
             machine.seccomp, own_uid);
    return RC_OK;
}

bool sandbox_is_strict(void)
{
    return sandbox_level() >= SANDBOX_LEVEL_MIN || !conf()->sandbox_required;
}

int sandbox_level(void) { return probe() == RC_OK ? machine.level : 0; }

/* The child: between fork and exec, where nothing may allocate. */

_Noreturn static void child_fail(const char *step)
{
    char text[128];
    int n = snprintf(text, sizeof(text), "sandbox: %s: errno %d\n", step, errno);

    if (write(STDERR_FILENO, text, (size_t)n) < 0)
        _exit(NOT_STARTED); /* and nobody will learn why */
    _exit(NOT_STARTED);
}

/* Lower a limit, never beyond what is left: a limit once lowered cannot be raised. */
static void limit(int resource, int64_t max)
{
    struct rlimit r;

    if (getrlimit((__rlimit_resource_t)resource, &r))
        child_fail("getrlimit");
    r.rlim_max = MIN_OF(r.rlim_max, (rlim_t)max);
    r.rlim_cur = r.rlim_max;
    if (setrlimit((__rlimit_resource_t)resource, &r))
        child_fail("setrlimit");
}

/* Where the kernel shares the processor among sessions before it looks at processes (autogroup), the
 * session has to be nice, too. */
static void be_nice(int nice)
{
    int fd = open("/proc/self/autogroup", O_WRONLY | O_CLOEXEC);

    setpriority(PRIO_PROCESS, 0, nice); /* refused where we already are nicer */
    if (fd < 0)
        return;
    (void)!dprintf(fd, "%d", nice); /* likewise */
    close(fd);
}

/* RLIMIT_NPROC is left alone: it counts every process of this user, a database server too. Seccomp
 * forbids processes, and each thread uses up some of the address space. */
static void limits(const struct sandbox *box)
{
    int64_t cores = sysconf(_SC_NPROCESSORS_ONLN);

    limit(RLIMIT_CORE, 0);
    limit(RLIMIT_CPU, (box->wall_ms / 1000 + 1) * MAX_OF(cores, 1));
    limit(RLIMIT_FSIZE, box->file_max_bytes);
    limit(RLIMIT_NOFILE, DESCRIPTORS_MAX);
    be_nice(box->nice);
}

/* The standard streams, and default signals: ignored signals would stay ignored after the exec. */
static void child_streams(int out, int err)
{
    int null = open("/dev/null", O_RDONLY | O_CLOEXEC);
    sigset_t none;

    if (null < 0 || dup2(null, STDIN_FILENO) < 0 || dup2(out, STDOUT_FILENO) < 0 ||
        dup2(err, STDERR_FILENO) < 0)
        child_fail("streams");
    sigemptyset(&none);
    if (sigprocmask(SIG_SETMASK, &none, NULL) || signal(SIGPIPE, SIG_DFL) == SIG_ERR ||
        signal(SIGXFSZ, SIG_DFL) == SIG_ERR)
        child_fail("signals");
}

/* execve writes to neither list; its prototype is older than const. */
static char *const *unconst(const char *const *list)
{
    union {
        const char *const *in;
        char *const *out;
    } u = { list };

    return u.out;
}

static void close_others(void)
{
    if (close_range(STDERR_FILENO + 1, ~0U, 0) == 0)
        return;
    for (int fd = STDERR_FILENO + 1; fd < DESCRIPTORS_MAX * 16; fd++) /* Linux before 5.9 */
        close(fd);
}

_Noreturn static void child(const struct sandbox *box, pid_t parent, int landlock, int out, int err)
{
    static const char *const environment[] = {
        "PATH=/usr/bin:/bin",     "LC_ALL=C", "HOME=/",
        "MALLOC_ARENA_MAX=2", /* address space is limited, and an arena reserves 64 MiB */
        "OPENBLAS_NUM_THREADS=1", NULL,
    };

    child_streams(out, err);
    umask(027); /* the web server reads through the group */
    setsid();
    limits(box);
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) || getppid() != parent)
        child_fail("parent");
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
        child_fail("no_new_privs");
    if (chdir("/"))
        child_fail("chdir");
    if (landlock >= 0 && syscall(SYS_landlock_restrict_self, landlock, 0))
        child_fail("landlock");
    close_others();
    limit(RLIMIT_AS, SANDBOX_MEMORY_BYTES + box->memory_more_bytes);
    if (machine.seccomp && prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &machine.filter))
        child_fail("seccomp");
    execve(box->argv[0], unconst(box->argv), unconst(environment));
    child_fail(box->argv[0]);
}

/* The parent. */

struct run {
    const struct sandbox *box;
    pid_t pid;
    struct pollfd pipes[2]; /* stdout and stderr; fd is -1 at their end */
    int64_t start_ms, tick_ms;
    enum sandbox_end end; /* SANDBOX_EXITED until we stop it */
    struct sb text;
    size_t line_bytes, tail_bytes;
    char line[SANDBOX_LINE_BYTES], tail[SANDBOX_STDERR_BYTES];
};

static void stop(struct run *r, enum sandbox_end why)
{
    if (r->end == SANDBOX_EXITED)
        r->end = why;
    kill(-r->pid, SIGKILL);
    kill(r->pid, SIGKILL); /* it may not lead its own group yet */
}

static void take_lines(struct run *r, const char *p, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (p[i] == '\n') {
            r->line[r->line_bytes] = 0;
            r->line_bytes = 0;
            r->box->line(r->box->arg, r->line);
        } else if (r->line_bytes < sizeof(r->line) - 1)
            r->line[r->line_bytes++] = p[i]; /* the rest of a longer line is dropped */
    }
}

static void take_stdout(struct run *r, const char *p, size_t n)
{
    if (r->box->line)
        take_lines(r, p, n);
    else if (n > r->box->stdout_max_bytes - r->text.len)
        stop(r, SANDBOX_FLOODED);
    else
        sb_add(&r->text, p, n);
}

static void take_stderr(struct run *r, const char *p, size_t n)
{
    size_t max = sizeof(r->tail) - 1, keep;

    if (n > max) {
        p += n - max;
        n = max;
    }
    keep = MIN_OF(r->tail_bytes, max - n);
    memmove(r->tail, r->tail + r->tail_bytes - keep, keep);
    memcpy(r->tail + keep, p, n);
    r->tail_bytes = keep + n;
}

/* Read what has arrived on one pipe; closes it at its end. */
static void drain(struct run *r, size_t which)
{
    struct pollfd *pipe = &r->pipes[which];
    char buf[READ_BYTES];
    ssize_t n;

    while (pipe->fd >= 0 && r->end != SANDBOX_FLOODED) {
        n = read(pipe->fd, buf, sizeof(buf));
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0 && errno == EAGAIN)
            return;
        if (n <= 0) {
            close(pipe->fd);
            pipe->fd = -1;
        } else if (which == 0)
            take_stdout(r, buf, (size_t)n);
        else
            take_stderr(r, buf, (size_t)n);
    }
}

/* Whether it has ended; it is not reaped yet, so its pid and its group are still ours to signal. */
static bool has_ended(pid_t pid)
{
    siginfo_t info = { 0 };

    return waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid == pid;
}

/* One turn of the loop: stop it if it is time, else read or sleep until something is due. */
static void turn(struct run *r)
{
    int64_t now_ms = clock_monotonic_ms(), end_ms = r->start_ms + r->box->wall_ms;
    bool silent = r->pipes[0].fd < 0 && r->pipes[1].fd < 0;

    if (now_ms >= end_ms)
        stop(r, SANDBOX_TIMEOUT);
    else if (now_ms >= r->tick_ms) {
        r->tick_ms = now_ms + TICK_MS;
        if (r->box->tick && !r->box->tick(r->box->arg))
            stop(r, SANDBOX_STOPPED);
    }
    int64_t sleep_ms = MAX_OF(MIN_OF(r->tick_ms, end_ms) - now_ms, REAP_MS);
    if (silent || r->end != SANDBOX_EXITED)
        sleep_ms = REAP_MS;
    poll(r->pipes, COUNT(r->pipes), (int)sleep_ms);
    drain(r, 0);
    drain(r, 1);
}

static void watch(struct arena *a, struct run *r, struct sandbox_result *out)
{
    struct rusage used = { 0 };
    int status = 0;

    while (!has_ended(r->pid))
        turn(r);
    kill(-r->pid, SIGKILL); /* any processes it left behind */
    drain(r, 0);
    drain(r, 1);
    while (wait4(r->pid, &status, 0, &used) < 0 && errno == EINTR)
        ;
    bool crashed = WIFSIGNALED(status);
    *out = (struct sandbox_result){
        .end = r->end == SANDBOX_EXITED && crashed ? SANDBOX_CRASHED : r->end,
        .status = crashed ? WTERMSIG(status) : WEXITSTATUS(status),
        .out = r->text.buf ? r->text.buf : "",
        .out_bytes = r->text.len,
        .err = arena_strn(a, r->tail, r->tail_bytes),
        .wall_ms = clock_monotonic_ms() - r->start_ms,
        .cpu_ms = (used.ru_utime.tv_sec + used.ru_stime.tv_sec) * 1000 +
                  (used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1000,
        .memory_bytes = used.ru_maxrss * 1024,
    };
}

/* Fork; the child gets the writing ends of both pipes, r->pipes the reading ends. */
static enum rc start(struct run *r, int landlock)
{
    int out[2] = { -1, -1 }, err[2] = { -1, -1 };
    pid_t self = getpid();

    if (pipe2(out, O_CLOEXEC) || pipe2(err, O_CLOEXEC) || fcntl(out[0], F_SETFL, O_NONBLOCK) ||
        fcntl(err[0], F_SETFL, O_NONBLOCK) || (r->pid = fork()) < 0) {
        log_error("sandbox: %s: %s", r->box->argv[0], strerror(errno));
        for (size_t i = 0; i < 2; i++) {
            close(out[i]);
            close(err[i]);
        }
        return RC_FAIL;
    }
    if (r->pid == 0)
        child(r->box, self, landlock, out[1], err[1]);
    close(out[1]);
    close(err[1]);
    r->pipes[0] = (struct pollfd){ .fd = out[0], .events = POLLIN };
    r->pipes[1] = (struct pollfd){ .fd = err[0], .events = POLLIN };
    return RC_OK;
}

enum rc sandbox_run(struct arena *a, const struct sandbox *box, struct sandbox_result *out)
{
    int64_t now_ms = clock_monotonic_ms();
    struct run r = { .box = box, .start_ms = now_ms, .tick_ms = now_ms + TICK_MS, .text.a = a };
    int landlock;

    assert(box->argv[0][0] == '/' && box->wall_ms > 0 && box->file_max_bytes >= 0);
    TRY(probe());
    if (!sandbox_is_strict()) {
        log_error("sandbox: level %d is below %d, so %s is not run (setting sandbox_required)",
                  machine.level, SANDBOX_LEVEL_MIN, box->argv[0]);
        return RC_FAIL;
    }
    TRY(landlock_open(box, &landlock));
    enum rc rc = start(&r, landlock);
    if (landlock >= 0)
        close(landlock);
    TRY(rc);
    watch(a, &r, out);
    for (size_t i = 0; i < COUNT(r.pipes); i++)
        if (r.pipes[i].fd >= 0)
            close(r.pipes[i].fd);
    if (out->end != SANDBOX_EXITED || out->status != NOT_STARTED)
        return RC_OK;
    log_error("%s", out->err);
    return RC_FAIL;
}

bool sandbox_ok(const struct sandbox_result *r)
{
    return r->end == SANDBOX_EXITED && r->status == 0;
}
