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

const char *rc_name(enum rc rc)
{
    static const char *const names[RC_COUNT] = {
        [RC_OK] = "ok",           [RC_INVALID] = "invalid",     [RC_SIGN_IN] = "sign-in",
        [RC_UNPAID] = "unpaid",   [RC_DENIED] = "denied",       [RC_NOT_FOUND] = "not-found",
        [RC_METHOD] = "method",   [RC_CONFLICT] = "conflict",   [RC_GONE] = "gone",
        [RC_TYPE] = "type",       [RC_TOO_LARGE] = "too-large", [RC_LOCKED] = "locked",
        [RC_LIMITED] = "limited", [RC_BUSY] = "busy",           [RC_FULL] = "full",
        [RC_FAIL] = "fail",
    };

    return rc < RC_COUNT ? names[rc] : "unknown";
}

int rc_exit(enum rc rc) { return rc == RC_OK ? 0 : rc == RC_BUSY ? 75 : 1; }

enum rc refuse(struct problem *why, enum rc rc, const char *field, const char *text)
{
    if (why)
        *why = (struct problem){ field, text };
    return rc;
}
