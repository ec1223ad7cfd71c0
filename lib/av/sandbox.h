/*
 * sandbox: run another program on untrusted data.
 *
 * The program is an argv, never a shell line. It gets a session and process group of its own, a
 * fixed environment, /dev/null as stdin, no descriptor of ours, limits on CPU time, file size,
 * memory and descriptors, and dies with its parent. Where the kernel has them, Landlock lets it
 * see the system's libraries, the inputs and one output directory and nothing else, and seccomp
 * lets it compute and do file I/O but not make sockets, processes or anything new.
 *
 * Required   With the setting sandbox_required, nothing runs where sandbox_level() is below
 *            SANDBOX_LEVEL_MIN.
 * Errors     RC_OK    it ran; `struct sandbox_result` says how it ended
 *            RC_FAIL  it could not be started, or the sandbox could not be set up; logged
 * Sources    landlock(7), seccomp(2), prctl(2); the user-space API of Linux 6.7 for Landlock's
 *            rights beyond the second ABI, which the headers of Debian 12 do not name yet.
 */
#ifndef AV_SANDBOX_H
#define AV_SANDBOX_H
#include "base/arena.h"

/* Address space. With much less, OpenBLAS, which ffmpeg links, retries for ever before main(). */
#define SANDBOX_MEMORY_BYTES (INT64_C(2) << 30)

enum {
    SANDBOX_LEVEL_MIN = 2,
    SANDBOX_INPUTS = 2,
    SANDBOX_STDERR_BYTES = 4096,
    SANDBOX_LINE_BYTES = 1024
};

struct sandbox {
    const char *const *argv; /* argv[0] is the program's absolute path; NULL at the end */
    const char *inputs[SANDBOX_INPUTS]; /* files it may read; unused ones are NULL */
    const char *output_dir;             /* where it may read, write and make files, or NULL */
    int64_t wall_ms;                    /* killed after this time */
    int64_t file_max_bytes;             /* killed when one of its files would grow beyond this */
    int64_t memory_more_bytes;          /* in addition to SANDBOX_MEMORY_BYTES */
    size_t stdout_max_bytes;            /* killed when it writes more, unless `line` takes it */
    int nice;                           /* 0 to 19 */
    void (*line)(void *arg, const char *line); /* each line of stdout as it comes, or NULL */
    bool (*tick)(void *arg);                   /* about once a second; false kills it; or NULL */
    void *arg;
};

enum sandbox_end {
    SANDBOX_EXITED,  /* by itself; status is its exit code */
    SANDBOX_CRASHED, /* by a signal (the kernel sends one at some limits); status is the signal */
    SANDBOX_TIMEOUT, /* by us, after wall_ms */
    SANDBOX_FLOODED, /* by us, after stdout_max_bytes */
    SANDBOX_STOPPED, /* by us, because tick said so */
};

struct sandbox_result {
    enum sandbox_end end;
    int status;
    const char *out; /* its stdout, 0-terminated; empty when `line` took it */
    size_t out_bytes;
    const char *err; /* the end of its stderr, at most SANDBOX_STDERR_BYTES, for the log */
    int64_t wall_ms, cpu_ms, memory_bytes; /* memory: its largest resident size */
};

/* Run it to its end. Everything in `out` lives in the arena. */
MUST_USE enum rc sandbox_run(struct arena *a, const struct sandbox *box,
                             struct sandbox_result *out);

/* True when it ended by itself with exit code 0. */
bool sandbox_ok(const struct sandbox_result *r);

/* How strictly this machine confines a program; probed once, logged at the first run.
 *   0  limits only           2  Landlock and seccomp
 *   1  one of the two        3  both, under a uid that is not root and cannot read secrets_dir */
int sandbox_level(void);

/* Whether this machine confines programs as strictly as the settings ask for. */
bool sandbox_is_strict(void);
#endif
