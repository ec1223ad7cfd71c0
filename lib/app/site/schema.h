/*
 * schema: applies the numbered files of schema/ in order, each once, and what they grant.
 *
 * A file is remembered with its hash; one that was changed after it was applied is refused, because
 * mistakes are corrected by the next number. A run that was interrupted goes on after the last
 * statement that it did: these are counted in schema_file. DDL commits by itself in MariaDB and MySQL,
 * so a statement that changes a table changes it at once or not at all, and can be tried again; a
 * temporary table would be gone.
 * Files      statements end with a semicolon at the end of a line.
 * Newer      a database that has a file which is not in the folder was made by a newer version, and
 *            is left alone.
 * Grants     of all files are run after the last file (grants.h), whenever they or the accounts are
 *            others than the last time.
 * Tables     schema_file, created here; its row "grants" remembers the grants.
 */
#ifndef SITE_SCHEMA_H
#define SITE_SCHEMA_H
#include "io/db.h"

enum { SCHEMA_FILE_MAX_BYTES = 1 << 20, SCHEMA_FILES_MAX = 500 };

/* The folder of the files that belong to this program. */
const char *schema_default_dir(struct arena *a);

/* Apply the files in `dir` that are missing; *did counts them. Prints a line per file to stdout.
 * RC_BUSY: another process is doing it. */
MUST_USE enum rc schema_migrate(struct db *db, struct arena *a, const char *dir, int64_t *did,
                                struct problem *why);

/* Run the grants although they seem to be the same: the accounts were made anew. */
MUST_USE enum rc schema_grant_again(struct db *db, struct arena *a, const char *dir,
                                    struct problem *why);

/* RC_OK: schema_migrate() would do nothing. RC_CONFLICT: *why says what it would do, or why it
 * would refuse. Changes nothing. */
MUST_USE enum rc schema_check(struct db *db, struct arena *a, const char *dir, struct problem *why);
#endif
