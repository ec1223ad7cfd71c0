#include "base/log.h"
#include "base/conf.h"
#include "base/str.h"
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { PATH_BYTES = 512, LINE_BYTES = LOG_MAX_BYTES + 512 };

static const char *const files[] = { [LOG_ERROR] = "error.log", [LOG_JOBS] = "jobs.log" };

static struct {
    const char *program, *request_id, *address, *run_id;
    enum log_file file;
    int64_t user_id;
    char about[LOG_ABOUT_MAX_BYTES + 1];
} who = { "-", "", "-", "", LOG_STDERR, 0, "" };

void log_begin(const char *name, enum log_file file)
{
    who.program = name;
    who.file = file;
}

void log_request(const char *request_id, const char *address)
{
    who.request_id = request_id ? request_id : "";
    who.address = address ? address : "-";
    who.user_id = 0;
    who.about[0] = 0;
}

void log_run(const char *run_id)
{
    log_request(NULL, NULL);
    who.run_id = run_id;
}

void log_user(int64_t user_id) { who.user_id = user_id; }

void log_cause(const char *request_id)
{
    if (who.run_id[0])
        who.request_id = request_id;
}

const char *log_request_id(void) { return who.request_id; }

void log_about(const char *fmt, ...)
{
    va_list ap;

    who.about[0] = 0;
    if (fmt == NULL)
        return;
    va_start(ap, fmt);
    vsnprintf(who.about, sizeof(who.about), fmt, ap);
    va_end(ap);
    for (char *p = who.about; *p; p++)
        if ((unsigned char)*p <= 0x20 || *p == 0x7f || *p == '"')
            *p = '_';
}

/* log.lua has the same rule. */
void log_hide(char *text)
{
    static const char of_words[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789%+._~-";
    char *to = text;

    for (const char *p = text; *p;) {
        size_t n = strspn(p, of_words), kept = n;
        const char *word = p;
        if (n == 0)
            n = kept = 1;
        else if (n > LOG_WORD_MAX_BYTES) {
            word = "...";
            kept = 3;
        }
        memmove(to, word, kept);
        to += kept;
        p += n;
    }
    *to = 0;
}

/* The file, also when another program is making it at this moment; -1 when it cannot be written. Whoever
 * makes it lets the group write: the programs of a site may run as several users. */
static int open_file(const char *name)
{
    enum { FLAGS = O_WRONLY | O_APPEND | O_CLOEXEC | O_NOFOLLOW };
    char path[PATH_BYTES];

    snprintf(path, sizeof(path), "%s/log/%s", conf()->var_dir, name);
    int fd = open(path, FLAGS);
    if (fd >= 0 || errno != ENOENT)
        return fd;
    fd = open(path, FLAGS | O_CREAT | O_EXCL, 0660);
    if (fd >= 0)
        (void)fchmod(fd, 0660); /* whatever the umask; if not, only our user writes to it */
    else if (errno == EEXIST)
        fd = open(path, FLAGS);
    return fd;
}

/* One write(2) for the whole line, so that lines of several processes do not mix. */
static bool write_to_file(const char *name, const char *line, size_t n)
{
    int fd = open_file(name);

    if (fd < 0)
        return false;
    bool written = write(fd, line, n) == (ssize_t)n;
    close(fd);
    return written;
}

static bool stderr_is_a_file(void)
{
    struct stat st;
    return fstat(STDERR_FILENO, &st) == 0 && S_ISREG(st.st_mode);
}

static void say_on_stderr(const char *line, size_t n)
{
    if (write(STDERR_FILENO, line, n) < 0)
        return; /* nowhere left to say so */
}

static size_t make_line(char *line, const char *level, const char *status, const char *text)
{
    struct timespec now;
    struct tm tm;
    char when[32];

    clock_gettime(CLOCK_REALTIME, &now); /* not that of a test: lighttpd does not know it */
    strftime(when, sizeof(when), "%Y-%m-%dT%H:%M:%S", gmtime_r(&now.tv_sec, &tm));
    int n = snprintf(
        line, LINE_BYTES,
        "%s.%03dZ lvl=%s h=%s rid=%s addr=%s user=%" PRId64 "%s%s%s%s%s%s msg=\"%s\"\n", when,
        (int)(now.tv_nsec / 1000000), level, who.program, who.request_id[0] ? who.request_id : "-",
        who.address, who.user_id, who.run_id[0] ? " run=" : "", who.run_id,
        who.about[0] ? " about=" : "", who.about, status[0] ? " status=" : "", status, text);
    return MIN_OF((size_t)n, (size_t)LINE_BYTES - 1);
}

PRINTF(4, 0)
static void put(const char *level, const char *file, const char *status, const char *fmt,
                va_list ap)
{
    char text[LOG_MAX_BYTES], line[LINE_BYTES];

    vsnprintf(text, sizeof(text), fmt, ap);
    for (char *p = text; *p; p++)
        if ((unsigned char)*p < 0x20 || *p == 0x7f || *p == '"')
            *p = *p == '"' ? '\'' : ' ';
    log_hide(text);
    size_t n = make_line(line, level, status, text);
    bool in_file = who.file != LOG_STDERR && write_to_file(file, line, n);
    if (!in_file || (who.file == LOG_JOBS && !str_eq(level, "security") && !stderr_is_a_file()))
        say_on_stderr(line, n);
}

PRINTF(3, 4) static void put_line(const char *level, const char *file, const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    put(level, file, "", fmt, ap);
    va_end(ap);
}

void log_info(const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    put("info", files[who.file], "", fmt, ap);
    va_end(ap);
}

void log_error(const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    put("error", files[who.file], "", fmt, ap);
    va_end(ap);
}

void log_outcome(const char *status, const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    put("info", files[who.file], status, fmt, ap);
    va_end(ap);
}

void log_security(const char *status, const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    put("security", "security.log", status, fmt, ap);
    va_end(ap);
}

void log_foreign(const char *text)
{
    char copy[LOG_MAX_BYTES], *to = copy;

    for (const char *p = text; *p && to < copy + sizeof(copy) - 2;) {
        *to++ = *p;
        p += *p == '?' ? 1 + strcspn(p + 1, " ") : 1;
    }
    *to = 0;
    put_line("warning", files[who.file], "%s", copy);
}
