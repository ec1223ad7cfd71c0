/*
 * log: one line per event, in the files of VAR/log:
 *   2026-11-30T19:45:12.345Z lvl=info h=watch rid=k3J9xQ... addr=192.0.2.0/24 user=17 status=200 msg="..."
 *
 *   error.log     the programs that answer requests, and what lighttpd has to say (jobs/errorlog.c)
 *   jobs.log      jobs and commands; `run` is the id of one run of a job
 *   security.log  of all of them: who logged in or tried to, what was refused, what operators did
 *   access.log    lighttpd's, with the same fields
 *
 * Fields     `rid` is the id of the request that the line belongs to, also in a job that does what a
 *            request asked for; `addr` where that came from, as the setting log_addresses says; `user` the
 *            member, 0 when nobody is signed in; `about` what it is about, e.g. video:AmAH9-gKLRg or
 *            payment:OVS-000001-X or member:17; `status` how it ended. What is not known is "-" or left out.
 * Secrets    Never log a body, a token or a password. In case one gets here after all, every word longer
 *            than LOG_WORD_MAX_BYTES is replaced by "...": keys, signatures and tokens are longer.
 * Form       Control characters and quotes in the message are made harmless; longer messages than
 *            LOG_MAX_BYTES are cut.
 * Rotation   A file is opened for each line, by its name, and made when it is missing. So it may be renamed
 *            at any moment, programs of several users of one group may write to it, and no line is lost.
 */
#ifndef BASE_LOG_H
#define BASE_LOG_H
#include "base/base.h"

enum { LOG_MAX_BYTES = 2048, LOG_WORD_MAX_BYTES = 40, LOG_ABOUT_MAX_BYTES = 80 };

/* The program, and the file of VAR/log that its lines go to; without this call they go to stderr, and
 * so they do when the file cannot be written. LOG_JOBS: except those for security.log they go to stderr
 * as well, for cron to mail and people to see, unless that is a file. `name` is not copied. */
enum log_file { LOG_STDERR, LOG_ERROR, LOG_JOBS };
void log_begin(const char *name, enum log_file file);

/* A new request, or a new run of a job (request "-"): what was said about the one before is forgotten.
 * The strings are not copied; NULL is "-". */
void log_request(const char *request_id, const char *address);
void log_run(const char *run_id);

/* Of this request or run: the member; in a job, the request that caused what is done now ("": none); what
 * it is about (NULL: nothing in particular). A new call replaces what the one before said. */
void log_user(int64_t user_id);
void log_cause(const char *request_id);
void log_about(const char *fmt, ...) PRINTF(1, 2);
const char *log_request_id(void); /* "" outside a request and without a cause */

void log_info(const char *fmt, ...) PRINTF(1, 2);
void log_error(const char *fmt, ...) PRINTF(1, 2);

/* How something ended: `status` is an HTTP status or the name of a result. The second one also goes
 * into security.log, and nowhere else. */
void log_outcome(const char *status, const char *fmt, ...) PRINTF(2, 3);
void log_security(const char *status, const char *fmt, ...) PRINTF(2, 3);

/* What somebody else wrote, as a line of this program: a warning, without queries. */
void log_foreign(const char *text);

/* Replace the words of a text that may be secrets, in place. */
void log_hide(char *text);
#endif
