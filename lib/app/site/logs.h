/*
 * logs: the files of VAR/log as a whole: what they say about one subject, and how large they may grow.
 *
 * The logs are access.log, error.log, jobs.log and security.log (base/log.h), and for each of them the
 * files that were set aside: NAME.*, compressed or not.
 */
#ifndef SITE_LOGS_H
#define SITE_LOGS_H
#include "base/arena.h"

enum { LOGS_LINES_MAX = 20000 };

/* What a line has to contain: any of these, up to LOGS_WORDS_MAX; the rest are NULL. When a word ends with
 * a digit, no digit may follow. Lines of the same request as such a line are found as well. `since` is
 * the beginning of a time as the lines have it, e.g. "2026-11-30T12"; "": all lines. */
enum { LOGS_WORDS_MAX = 3 };
struct logs_query {
    const char *words[LOGS_WORDS_MAX];
    const char *since;
};

struct logs_lines {
    const char **items;
    size_t n;
};

/* The lines in the order of their times. RC_TOO_LARGE: there are more than LOGS_LINES_MAX, or they are of
 * more requests than that. RC_DENIED: a file may not be read. */
MUST_USE enum rc logs_find(struct arena *a, const struct logs_query *q, struct logs_lines *out);

/* Set aside as NAME.old the logs that are larger than conf()->log_max_bytes, for sites where nobody else
 * rotates them; *n is their number. */
MUST_USE enum rc logs_set_aside(struct arena *a, int64_t *n);
#endif
