/*
 * zip: writes an archive of files (PKWARE's APPNOTE.TXT, by libarchive), piece by piece, so that it
 * need not be held in memory.
 */
#ifndef IO_ZIP_H
#define IO_ZIP_H
#include "base/arena.h"

struct zip;

/* An archive whose bytes go to write(arg, bytes, n), which returns false when it cannot take them.
 * The struct is in the arena; what libarchive holds is freed by zip_end or when the arena is. */
struct zip *zip_begin(struct arena *a, bool (*write)(void *arg, const void *bytes, size_t n),
                      void *arg);

/* Add a file. RC_FAIL: it could not be written. */
MUST_USE enum rc zip_add(struct zip *z, const char *name, const void *bytes, size_t n, int64_t ms);

/* Finish the archive, once. */
MUST_USE enum rc zip_end(struct zip *z);
#endif
