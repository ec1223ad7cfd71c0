/*
 * lines: reads a text file line by line, whether it is compressed by gzip or not.
 *
 * Errors     RC_NOT_FOUND  there is no such file, or no further line
 *            RC_DENIED     it may not be read
 *            RC_FAIL       it is damaged (logged)
 */
#ifndef IO_LINES_H
#define IO_LINES_H
#include "base/arena.h"

enum { LINES_MAX_BYTES = 16 * 1024 };

struct lines;

MUST_USE enum rc lines_open(struct arena *a, const char *path, struct lines **out);

/* *line is the next line without its end, valid until the next call; what is longer than LINES_MAX_BYTES
 * is cut. */
MUST_USE enum rc lines_next(struct lines *l, const char **line);
void lines_close(struct lines *l); /* accepts NULL */
#endif
