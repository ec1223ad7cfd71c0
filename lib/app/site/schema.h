/*
 * schema: the numbered files of schema/, applied in order, each once.
 *
 * A file is remembered with its hash; one that was changed after it was applied is refused, for a
 * mistake is repaired by the next number. DDL commits by itself in MariaDB and MySQL, so a file
 * that was killed half-way is named in the error and has to be looked at by a person.
 * GRANT lines are left out where all database users are the same one (shared hosting).
 */
#ifndef SITE_SCHEMA_H
#define SITE_SCHEMA_H
#include "io/db.h"

enum { SCHEMA_FILE_MAX_BYTES = 1 << 20, SCHEMA_FILES_MAX = 500 };

/* Apply what is missing from `dir`; *did counts. Prints a line per file to stdout. */
MUST_USE enum rc schema_migrate(struct db *db, struct arena *a, const char *dir, int64_t *did,
                                struct problem *why);
#endif
