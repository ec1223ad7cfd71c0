/* The system calls that the package's units allow (deploy/systemd/hardening): under exactly this filter the
 * box around ffmpeg is complete, and under one without its calls nothing is decoded. */
#include "av/sandbox.h"
#include "base/conf.h"
#include "base/str.h"
#include "check.h"
#include <errno.h>
#include <seccomp.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

enum { TEXT_BYTES = 64 << 10, DEPTH_MAX = 4, UNDER_BOX = 7, NO_BOX = 8 };

static struct arena *a;

/* What `systemd-analyze syscall-filter NAME` prints; "" when there is no such program. */
static const char *group_text(const char *name)
{
    char *text = arena_alloc(a, TEXT_BYTES);
    int out[2], status;
    size_t n = 0;

    if (pipe(out))
        return "";
    pid_t pid = fork();
    if (pid == 0) {
        dup2(out[1], STDOUT_FILENO);
        close(out[0]);
        execlp("systemd-analyze", "systemd-analyze", "syscall-filter", name, NULL);
        _exit(127);
    }
    close(out[1]);
    for (ssize_t got; (got = read(out[0], text + n, TEXT_BYTES - 1 - n)) > 0;)
        n += (size_t)got;
    close(out[0]);
    text[n] = 0;
    return waitpid(pid, &status, 0) == pid && status == 0 ? text : "";
}

/* Allow the calls of a list, whose groups begin with @; not those that `except` names. */
/* NOLINTNEXTLINE(misc-no-recursion): DEPTH_MAX */
static void allow(scmp_filter_ctx filter, const char *list, const char *except, int depth)
{
    for (const char *p = list; *p; p += strcspn(p, "\n"), p += strspn(p, " \n")) {
        p += strspn(p, " \n");
        if (*p == '#')
            continue;
        for (; *p && *p != '\n'; p += strspn(p, " ")) {
            size_t n = strcspn(p, " \n");
            const char *name = arena_strn(a, p, n);
            p += n;
            if (name[0] == '@' && depth < DEPTH_MAX) {
                const char *text = group_text(name), *inside = strchr(text, '\n');
                allow(filter, inside ? inside : "", except, depth + 1);
                continue;
            }
            int call = seccomp_syscall_resolve_name(name);
            if (call != __NR_SCMP_ERROR && strstr(except, name) == NULL)
                (void)seccomp_rule_add(filter, SCMP_ACT_ALLOW, call, 0);
        }
    }
}

/* The line SystemCallFilter of the units. */
static const char *unit_filter(void)
{
    static char text[TEXT_BYTES];
    FILE *f = fopen("deploy/systemd/hardening", "r");
    size_t n = f ? fread(text, 1, sizeof(text) - 1, f) : 0;

    if (f)
        fclose(f);
    text[n] = 0;
    char *line = strstr(text, "\nSystemCallFilter=");
    CHECK(line && strstr(text, "SystemCallErrorNumber") == NULL);
    if (line == NULL)
        return "";
    line += strlen("\nSystemCallFilter=");
    line[strcspn(line, "\n")] = 0;
    return line;
}

/* In a process under the filter: build the box and run a program in it. */
_Noreturn static void decode(uint32_t otherwise, const char *except)
{
    scmp_filter_ctx filter = seccomp_init(otherwise);
    struct sandbox box = {
        .argv = (const char *const[]){ "/bin/true", NULL },
        .wall_ms = 10000,
    };
    struct sandbox_result r;

    (void)conf();
    allow(filter, unit_filter(), except, 0);
    if (seccomp_load(filter))
        _exit(1);
    if (sandbox_level() < 2)
        _exit(sandbox_run(a, &box, &r) == RC_OK ? 2 : NO_BOX);
    _exit(sandbox_run(a, &box, &r) == RC_OK && sandbox_ok(&r) ? UNDER_BOX : 3);
}

static int end_of(uint32_t otherwise, const char *except)
{
    int status = 0;
    pid_t pid = fork();

    if (pid == 0)
        decode(otherwise, except);
    CHECK(waitpid(pid, &status, 0) == pid);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

static void box_is_whole(void) { CHECK_INT(end_of(SCMP_ACT_KILL_PROCESS, ""), UNDER_BOX); }

static void without_its_calls(void)
{
    const char *calls = "landlock_create_ruleset landlock_add_rule landlock_restrict_self";

    CHECK_INT(end_of(SCMP_ACT_ERRNO(EPERM), calls), NO_BOX);
    CHECK_INT(end_of(SCMP_ACT_KILL_PROCESS, calls), -SIGSYS);
}

int main(int argc, char **argv)
{
    static const struct check_case cases[] = { CASE(box_is_whole), CASE(without_its_calls) };

    CHECK_CHOOSE(argc, argv, cases);
    a = arena_new(256 << 20);
    /* This process probes nothing itself: what it found would be known to its children. */
    if (end_of(SCMP_ACT_ALLOW, "") != UNDER_BOX || group_text("@system-service")[0] == 0)
        CHECK_SKIP("the filter of the units", "Landlock and systemd-analyze are needed");
    else
        check_run();
    arena_free(a);
    return check_done("hardening");
}
