#include "commands/doctor.h"
#include "base/conf.h"
#include "base/str.h"
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { OUTPUT_MAX_BYTES = 64 * 1024, PROGRAM_SECONDS = 10 };

void doctor_ok(struct doctor *d, const char *what)
{
    (void)d;
    printf("ok      %s\n", what);
}

void doctor_unwise(struct doctor *d, const char *what, const char *why, const char *mend)
{
    d->unwise++;
    printf("unwise  %s – %s – %s\n", what, why, mend);
}

void doctor_broken(struct doctor *d, const char *what, const char *why, const char *mend)
{
    d->broken++;
    printf("broken  %s – %s – %s\n", what, why, mend);
}

const char *doctor_host(struct doctor *d)
{
    const char *url = conf()->base_url, *host = strstr(url, "://");

    host = host ? host + 3 : url;
    bool six = *host == '[';
    return arena_strn(d->a, host + six, strcspn(host + six, six ? "]" : ":/"));
}

bool doctor_is_public(struct doctor *d)
{
    const char *host = doctor_host(d);
    return !str_starts(host, "127.") && !str_eq(host, "localhost") && !str_eq(host, "::1");
}

static void become(const char *const *argv, int out)
{
    union {
        const char *const *in;
        char *const *out;
    } list = { argv }; /* execvp writes to neither; its prototype is older than const */
    int null = open("/dev/null", O_RDONLY | O_CLOEXEC);

    alarm(PROGRAM_SECONDS); /* survives exec */
    if (null >= 0 && dup2(null, STDIN_FILENO) >= 0 && dup2(out, STDOUT_FILENO) >= 0 &&
        dup2(out, STDERR_FILENO) >= 0)
        execvp(argv[0], list.out);
    _exit(127);
}

const char *doctor_output(struct doctor *d, const char *const *argv)
{
    char *text = arena_alloc(d->a, OUTPUT_MAX_BYTES + 1);
    size_t n = 0;
    int pipes[2], status = -1;

    (void)fflush(stdout);
    if (pipe2(pipes, O_CLOEXEC))
        return NULL;
    pid_t pid = fork();
    if (pid == 0)
        become(argv, pipes[1]);
    close(pipes[1]);
    for (ssize_t got;
         n < OUTPUT_MAX_BYTES && (got = read(pipes[0], text + n, OUTPUT_MAX_BYTES - n)) > 0;)
        n += (size_t)got;
    close(pipes[0]);
    if (pid < 0 || waitpid(pid, &status, 0) != pid || !WIFEXITED(status) || WEXITSTATUS(status))
        return NULL;
    text[n] = 0;
    return text;
}
