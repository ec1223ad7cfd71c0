/*
 * import: adds files of this machine as a member's uploads; for operators.
 *
 * A file is copied into media/incoming and then treated like every upload: limits of size and
 * quota, sniffing, processing. A file of the same name and size that the member already has is
 * skipped, so an interrupted import is simply started again.
 */
#ifndef PUBLISH_IMPORT_H
#define PUBLISH_IMPORT_H
#include "app/publish/upload.h"

enum { IMPORT_DEPTH_MAX = 16, IMPORT_FILES_MAX = 10000 };

struct import {
    int64_t user_id;
    struct video_text text; /* title "": taken from the file's name */
    int64_t now_ms;

    /* Called for each file: RC_OK with the upload, RC_CONFLICT if it was there already, or the
     * refusal. `why->text` may be NULL. */
    void (*report)(void *arg, const char *path, enum rc rc, const struct upload *upload,
                   const struct problem *why);
    void *arg;
};

/* Import a file, or all files of a folder and its subfolders in the order of their names; names
 * that begin with a dot are left out. RC_NOT_FOUND: there is no such path. Refused files are
 * reported and do not stop the import; RC_BUSY, RC_FULL and RC_FAIL do. */
MUST_USE enum rc import_path(struct db *db, struct arena *a, const struct import *import,
                             const char *path);
#endif
