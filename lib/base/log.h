/*
 * log: one line per event on stderr, which lighttpd puts into its error log:
 *   lvl=info h=watch rid=k3J9xQ user=17 msg="..."
 * Control characters and quotes in the message are made harmless, lines are cut at LOG_MAX_BYTES.
 * Never log a body, a token or a password.
 */
#ifndef BASE_LOG_H
#define BASE_LOG_H
#include "base/base.h"

enum { LOG_MAX_BYTES = 2048 };

/* What every line begins with: the handler or job, the request's id ("" outside a request) and the
 * member (0 when nobody is signed in). The strings are not copied. */
void log_context(const char *program, const char *request_id, int64_t user_id);

void log_info(const char *fmt, ...) PRINTF(1, 2);
void log_error(const char *fmt, ...) PRINTF(1, 2);
#endif
