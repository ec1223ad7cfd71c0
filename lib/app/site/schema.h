/*
 * schema: applies the numbered files of schema/ in order, each once.
 *
 * A file is remembered with its hash; one that was changed after it was applied is refused, because
 * mistakes are corrected by the next number. DDL commits by itself in MariaDB and MySQL, so a file
 * that was interrupted half-way is named in the error, and a person has to look at it.
 * GRANT lines are left out if all database users are the same one (shared hosting).
 * Tables     schema_file, created here.
 */
#ifndef SITE_SCHEMA_H
#define SITE_SCHEMA_H
#include "io/db.h"

enum { SCHEMA_FILE_MAX_BYTES = 1 << 20, SCHEMA_FILES_MAX = 500 };

/* Apply the files in `dir` that are missing; *did counts them. Prints a line per file to stdout. */
MUST_USE enum rc schema_migrate(struct db *db, struct arena *a, const char *dir, int64_t *did,
                                struct problem *why);
#endif
