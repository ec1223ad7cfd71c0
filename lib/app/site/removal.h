/*
 * removal: deletes files that are no longer needed. The transaction that makes a file superfluous
 * adds a row for it, and a job then deletes first the file and then the row; so neither a crash nor
 * a full or missing disk leaves a file there for good.
 * Tables     file_removal.
 */
#ifndef SITE_REMOVAL_H
#define SITE_REMOVAL_H
#include "io/db.h"

enum { REMOVALS_PER_RUN = 500, REMOVAL_RETRY_MINUTES = 10 };

/* Queue media/{folder}/{name}, a file or a directory; folder is "videos", "incoming" or
 * "avatars". */
MUST_USE enum rc removal_enqueue(struct db *db, const char *folder, const char *name);

/* Delete the files that are due; *removed counts them. Failures are logged and retried later. */
MUST_USE enum rc removal_run(struct db *db, struct arena *a, int64_t now_ms, int64_t *removed);
#endif
