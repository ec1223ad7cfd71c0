#include "base/log.h"
#include <stdarg.h>
#include <unistd.h>

static struct {
    const char *program, *request_id;
    int64_t user_id;
} who = { "-", "", 0 };

void log_context(const char *program, const char *request_id, int64_t user_id)
{
    who.program = program;
    who.request_id = request_id;
    who.user_id = user_id;
}

/* One write(2) for the whole line, so that lines of several processes do not mix. */
PRINTF(2, 0) static void put(const char *level, const char *fmt, va_list ap)
{
    char text[LOG_MAX_BYTES], line[LOG_MAX_BYTES + 256];

    vsnprintf(text, sizeof(text), fmt, ap);
    for (char *p = text; *p; p++)
        if ((unsigned char)*p < 0x20 || *p == 0x7f || *p == '"')
            *p = *p == '"' ? '\'' : ' ';
    int n = snprintf(line, sizeof(line), "lvl=%s h=%s rid=%s user=%" PRId64 " msg=\"%s\"\n", level,
                     who.program, who.request_id, who.user_id, text);
    if (write(STDERR_FILENO, line, (size_t)n) < 0)
        return; /* nowhere left to say so */
}

void log_info(const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    put("info", fmt, ap);
    va_end(ap);
}

void log_error(const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    put("error", fmt, ap);
    va_end(ap);
}
