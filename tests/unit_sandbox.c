/*
 * sandbox: where the kernel does not confine, nothing is decoded.
 *
 *   unit_sandbox                     checks it here
 *   unit_sandbox --without PROGRAM…  runs a program as on a kernel without Landlock; for other tests
 */
#include "check.h"
#include "av/sandbox.h"
#include "base/conf.h"
#include "base/log.h"
#include <errno.h>
#include <seccomp.h>
#include <sys/wait.h>
#include <unistd.h>

enum { ARENA_BYTES = 1 << 20 };

/* A service whose unit forbids the call gets the same answer. */
static bool take_away(const char *call)
{
    scmp_filter_ctx ctx = seccomp_init(SCMP_ACT_ALLOW);
    int number = seccomp_syscall_resolve_name(call);
    bool done = ctx && number != __NR_SCMP_ERROR &&
                seccomp_rule_add(ctx, SCMP_ACT_ERRNO(EPERM), number, 0) == 0 &&
                seccomp_load(ctx) == 0;

    seccomp_release(ctx);
    return done;
}

static bool runs(void)
{
    static const char *const argv[] = { "/usr/bin/true", NULL };
    const struct sandbox box = { .argv = argv, .wall_ms = 10000, .file_max_bytes = 1 };
    struct arena *a = arena_new(ARENA_BYTES);
    struct sandbox_result r;
    bool ran = sandbox_run(a, &box, &r) == RC_OK && sandbox_ok(&r);

    arena_free(a);
    return ran;
}

/* What `runs` answers in a process of its own, without a call; -1: it could not be tried. The level goes
 * to *level. */
static int without(const char *call, const char *required, int *level)
{
    char path[] = "/tmp/ovs-sandbox.XXXXXX";
    int fd = mkstemp(path), status = -1;

    dprintf(fd, "sandbox_required = %s\n", required);
    close(fd);
    pid_t pid = fork();
    if (pid == 0) {
        setenv("OVS_CONF", path, 1);
        if (call && !take_away(call))
            _exit(127);
        log_begin("unit_sandbox", LOG_STDERR);
        bool ran = runs();
        _exit(10 * sandbox_level() + ran);
    }
    waitpid(pid, &status, 0);
    unlink(path);
    if (!WIFEXITED(status) || WEXITSTATUS(status) == 127)
        return -1;
    *level = WEXITSTATUS(status) / 10;
    return WEXITSTATUS(status) % 10;
}

static void levels(void)
{
    int level = 0;

    if (without(NULL, "1", &level) != 1 || level < SANDBOX_LEVEL_MIN) {
        checks_skipped++;
        puts("skipped: this kernel has no Landlock or no seccomp");
        return;
    }
    CHECK(level >= SANDBOX_LEVEL_MIN);
    /* seccomp(2) is not what sets the filter: a service that may not call it is as strict. */
    CHECK(without("seccomp", "1", &level) == 1 && level >= SANDBOX_LEVEL_MIN);
    CHECK(without("landlock_create_ruleset", "1", &level) == 0 && level == 1);
    CHECK(without("landlock_create_ruleset", "0", &level) == 1 && level == 1);
}

int main(int argc, char **argv)
{
    static const struct check_case cases[] = { CASE(levels) };

    if (argc > 2 && strcmp(argv[1], "--without") == 0) {
        if (take_away("landlock_create_ruleset"))
            execv(argv[2], argv + 2);
        return 127;
    }
    CHECK_CHOOSE(argc, argv, cases);
    check_run();
    return check_done("unit_sandbox");
}
