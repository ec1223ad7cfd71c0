/*
 * upload: files on their way in, from the first byte to the row that waits for processing.
 *
 * An upload is a row and a file media/incoming/{public_id} (av/incoming.h); how much has arrived is
 * the size of the file. When the last byte is on disk the upload becomes a video and a job, in one
 * transaction; the row stays and says what the video was made of. A process killed before that
 * leaves a complete file, which the next call, or upload_sweep(), turns into the video.
 *
 * Limits     conf upload_max_bytes, quota_bytes, uploads_per_day, upload_expiry_hours and the disk
 *            reserve; a refusal names the one that was passed and how far.
 * Owner      another member's upload is RC_NOT_FOUND, as if there were none.
 * Ownership  strings live in the caller's arena.
 * Errors     RC_INVALID the text or the length; RC_TYPE the first bytes are no video;
 *            RC_TOO_LARGE the file, or the member's quota with it; RC_LIMITED uploads of the day;
 *            RC_FULL the disk; RC_LOCKED another request writes; RC_CONFLICT not where the file
 *            ends; RC_GONE expired; RC_BUSY the database is away: what has arrived is kept.
 * Tables     upload; reads the sizes in `video` for the quota, and its public_id.
 */
#ifndef PUBLISH_UPLOAD_H
#define PUBLISH_UPLOAD_H
#include "app/catalogue/video.h"
#include "av/incoming.h"

struct upload {
    int64_t id, user_id, length_bytes, expires_ms;
    int64_t offset_bytes; /* what has arrived and is on disk */
    int64_t video_id;     /* the video it became; 0: not yet */
    const char *public_id, *file_name;
    const char *video; /* public id of that video, "" */
};

/* What somebody is about to send. */
struct upload_new {
    int64_t user_id, length_bytes;
    const char *file_name; /* as the sender says; only shown */
    struct video_text text;
    const char *poster_path; /* a picture in media/incoming to be moved along, or "" */
    bool by_operator;        /* from the command line: the day's limit does not hold */
};

/* Check the text and every limit, then make the row and the empty file. `wanted->text` holds the
 * cleaned values afterwards. */
MUST_USE enum rc upload_create(struct db *db, struct arena *a, struct upload_new *wanted,
                               int64_t now_ms, struct upload *out, struct problem *why);

/* The same for a file that is complete already: `path`, in media/incoming, becomes the upload's.
 * For forms; after a refusal the file is where it was. */
MUST_USE enum rc upload_adopt(struct db *db, struct arena *a, struct upload_new *wanted,
                              const char *path, int64_t now_ms, struct upload *out,
                              struct problem *why);

/* How far it is. Waits for nobody: RC_LOCKED while somebody writes. */
MUST_USE enum rc upload_get(struct db *db, struct arena *a, const char *public_id, int64_t user_id,
                            int64_t now_ms, struct upload *out);

/*
 * Append a piece. What has arrived is on disk when this returns, also after a refusal in the
 * middle (RC_FULL): out->offset_bytes says how much. A piece with a checksum is taken whole or not
 * at all; RC_INVALID when it does not fit (piece->is_damaged) or cannot be computed here. A file
 * whose beginning is that of no video is refused with the piece that shows it, and dropped.
 */
MUST_USE enum rc upload_append(struct db *db, struct arena *a, const char *public_id,
                               int64_t user_id, struct piece *piece, int64_t now_ms,
                               struct upload *out, struct problem *why);

/* Give it up: row and files go. RC_DENIED once it has become a video. */
MUST_USE enum rc upload_cancel(struct db *db, struct arena *a, const char *public_id,
                               int64_t user_id, int64_t now_ms, struct problem *why);

/* Bytes that count against the member's conf quota_bytes: originals and open uploads. */
MUST_USE enum rc upload_used(struct db *db, struct arena *a, int64_t user_id, int64_t now_ms,
                             int64_t *bytes);

/* Turn complete files into videos, drop what has expired and what forms left behind; for
 * jobs/sweep. */
MUST_USE enum rc upload_sweep(struct db *db, struct arena *a, int64_t now_ms, int64_t *dropped);
#endif
