/*
 * charset: text of files that others wrote, as UTF-8 (iconv of the C library).
 *
 * A byte order mark says UTF-8 or UTF-16. Without one, bytes that are well-formed UTF-8 are UTF-8, and
 * all others are Windows-1252, which holds Latin-1: every byte has a meaning there, so nothing is
 * refused for its encoding; bytes that Windows-1252 leaves undefined become "?".
 */
#ifndef IO_CHARSET_H
#define IO_CHARSET_H
#include "base/arena.h"

/* *out is the text without a mark, in the arena. RC_INVALID: it is not text: it holds a NUL or half
 * a character of UTF-16. */
MUST_USE enum rc charset_utf8(struct arena *a, const char *bytes, size_t n, const char **out);

/* The text in Windows-1252; what that does not have becomes "?". */
char *charset_1252(struct arena *a, const char *utf8);
#endif
