/*
 * upload: receives files, from the first byte to the job that waits for processing.
 *
 * An upload is a row and a file media/incoming/{public_id} (av/incoming.h); how much has arrived is
 * the size of the file. When the last byte is on disk the upload becomes a video and a job, in one
 * transaction; the row stays and says what the video was made from. A process killed before that
 * leaves a complete file, which the next call, or upload_sweep(), turns into the video.
 *
 * Limits     conf upload_max_bytes, quota_bytes, uploads_per_day, upload_expiry_hours and the disk
 *            reserve; a refusal names the limit that was exceeded, and by how much.
 * Owner      another member's upload is RC_NOT_FOUND, as if there were none.
 * Ownership  strings live in the caller's arena.
 * Errors     RC_INVALID wrong text or length; RC_TYPE the first bytes are not those of a video;
 *            RC_TOO_LARGE the file is too large, by itself or for the member's quota; RC_LIMITED
 *            too many uploads today; RC_FULL the disk is full; RC_LOCKED another request is
 *            writing; RC_CONFLICT the piece does not begin where the file ends; RC_GONE expired;
 *            RC_BUSY the database is away: what has arrived is kept.
 * Tables     upload; reads video (sizes for the quota, public_id) and user.
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
    const char *video; /* public id of that video, or "" */
};

/* An upload that is about to begin. */
struct upload_new {
    int64_t user_id, length_bytes;
    const char *file_name; /* as the sender gave it; only shown */
    struct video_text text;
    const char *poster_path; /* a picture in media/incoming that belongs to it, or "" */
    bool by_operator;        /* from the command line: no limit of uploads per day */
};

/* Check the text and every limit, then make the row and the empty file. `wanted->text` holds the
 * cleaned values afterwards. */
MUST_USE enum rc upload_create(struct db *db, struct arena *a, struct upload_new *wanted,
                               int64_t now_ms, struct upload *out, struct problem *why);

/* Like upload_create, for a file that is complete already, sent by a form: `path`, in
 * media/incoming, becomes the upload's file; after a refusal it is where it was. */
MUST_USE enum rc upload_adopt(struct db *db, struct arena *a, struct upload_new *wanted,
                              const char *path, int64_t now_ms, struct upload *out,
                              struct problem *why);

/* How much of an upload has arrived. Does not wait: RC_LOCKED while another request is writing. */
MUST_USE enum rc upload_get(struct db *db, struct arena *a, const char *public_id, int64_t user_id,
                            int64_t now_ms, struct upload *out);

/*
 * Append a piece. What has arrived is on disk when this returns, also after a refusal in the
 * middle (RC_FULL): out->offset_bytes says how much. A piece with a checksum is taken whole or not
 * at all; RC_INVALID if the checksum does not match (piece->is_damaged) or cannot be computed here.
 * A file that does not begin like a video is refused with the piece that shows it, and deleted.
 */
MUST_USE enum rc upload_append(struct db *db, struct arena *a, const char *public_id,
                               int64_t user_id, struct piece *piece, int64_t now_ms,
                               struct upload *out, struct problem *why);

/* Cancel an upload: delete its row and files. RC_DENIED once it has become a video. */
MUST_USE enum rc upload_cancel(struct db *db, struct arena *a, const char *public_id,
                               int64_t user_id, int64_t now_ms, struct problem *why);

/* Bytes that count against the member's conf quota_bytes: originals and open uploads. */
MUST_USE enum rc upload_used(struct db *db, struct arena *a, int64_t user_id, int64_t now_ms,
                             int64_t *bytes);

/* Turn complete files into videos, delete expired uploads and files that forms left behind; for
 * jobs/sweep. */
MUST_USE enum rc upload_sweep(struct db *db, struct arena *a, int64_t now_ms, int64_t *dropped);

/* Uploads of categories that were merged get the ones that took these (catalogue/category.h). */
MUST_USE enum rc upload_recategorise(struct db *db);
#endif
