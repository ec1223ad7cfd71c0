/*
 * breaks: where words end in scripts that put no blanks between them (ICU, with its dictionaries).
 */
#ifndef IO_BREAKS_H
#define IO_BREAKS_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Is it a letter or mark of Thai, Lao, Burmese or Khmer? */
bool breaks_needed(int32_t c);

/* How many of the n bytes, n > 0, belong to the first word; all of them when ICU does not know. The
 * text is valid UTF-8. */
size_t breaks_first(const char *text, size_t n);
#endif
