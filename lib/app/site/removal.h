/*
 * removal: files that have to go. What must disappear is first a row, in the transaction that made
 * it superfluous, and then removed by a job; the row goes when the file is gone, so neither a crash
 * nor a full or missing disk leaves anything behind for good.
 * Tables     file_removal.
 */
#ifndef SITE_REMOVAL_H
#define SITE_REMOVAL_H
#include "io/db.h"

enum { REMOVALS_PER_RUN = 500, REMOVAL_RETRY_MINUTES = 10 };

/* Queue media/{folder}/{name}, a file or a directory; folder is "videos", "incoming" or "avatars". */
MUST_USE enum rc removal_enqueue(struct db *db, const char *folder, const char *name);

/* Remove what is due; *removed counts. What fails is logged and stays for a later try. */
MUST_USE enum rc removal_run(struct db *db, struct arena *a, int64_t now_ms, int64_t *removed);
#endif
