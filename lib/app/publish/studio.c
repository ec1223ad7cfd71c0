#include "app/publish/studio.h"
#include "app/publish/transcode.h"
#include "app/site/picture.h"
#include "app/site/removal.h"
#include "av/media.h"
#include "io/store.h"

enum { POSTER_WIDTH = 1280, POSTER_HEIGHT = 720 };
enum { RENDITIONS_MAX = 20 };

SHAPE(rendition_shape, struct rendition, COLUMN(struct rendition, name),
      COLUMN(struct rendition, width), COLUMN(struct rendition, height),
      COLUMN(struct rendition, bytes));
SHAPE(totals_shape, struct studio_totals, COLUMN(struct studio_totals, videos),
      COLUMN(struct studio_totals, bytes));

STMT(q_renditions, &rendition_shape,
     "SELECT name, width, height, bytes FROM rendition WHERE video_id = ? ORDER BY height, bytes");
STMT(q_totals, &totals_shape,
     "SELECT COUNT(DISTINCT v.id) AS videos, CAST(COALESCE(SUM(r.bytes), 0) AS SIGNED) AS bytes"
     " FROM video v LEFT JOIN rendition r ON r.video_id = v.id WHERE v.state <> 'deleted'");

SHAPE(studio_shape, struct studio_item, COLUMN(struct studio_item, id),
      COLUMN(struct studio_item, public_id), COLUMN(struct studio_item, title),
      COLUMN_WORD(struct studio_item, visibility, visibility),
      COLUMN_WORD(struct studio_item, state, video_state),
      COLUMN(struct studio_item, poster_version), COLUMN(struct studio_item, length_ms),
      COLUMN(struct studio_item, views), COLUMN(struct studio_item, likes),
      COLUMN(struct studio_item, created_ms), COLUMN(struct studio_item, percent),
      COLUMN_WORD(struct studio_item, job_state, transcoding), COLUMN(struct studio_item, error));

STMT(q_studio, &studio_shape,
     "SELECT v.id, v.public_id, v.title, v.visibility, v.state, v.poster_version, v.length_ms,"
     " v.views, v.likes, v.created_ms, j.percent, j.state AS job_state, j.error"
     " FROM video v LEFT JOIN transcode_job j ON j.video_id = v.id"
     " WHERE v.user_id = ? AND v.state <> 'deleted'"
     " ORDER BY v.created_ms DESC, v.id DESC LIMIT ? OFFSET ?");

enum rc studio_list(struct db *db, struct arena *a, int64_t user_id, size_t page,
                    struct studio_list *out)
{
    return DB_LIST(db, a, &q_studio,
                   ARGS(I64(user_id), I64(VIDEO_PAGE + 1), I64((int64_t)page * VIDEO_PAGE)),
                   VIDEO_PAGE + 1, out);
}

enum rc studio_renditions(struct db *db, struct arena *a, int64_t id, struct rendition_list *out)
{
    return DB_LIST(db, a, &q_renditions, ARGS(I64(id)), RENDITIONS_MAX, out);
}

enum rc studio_totals(struct db *db, struct arena *a, struct studio_totals *out)
{
    return db_one(db, a, &q_totals, NO_ARGS, out);
}

enum rc studio_set_poster(struct db *db, struct arena *a, int64_t id, const char *public_id,
                          const char *path, struct problem *why)
{
    const char *folder = arena_printf(a, "videos/%s/poster", public_id);
    const char *card = store_path(a, STORE_MEDIA, arena_printf(a, "%s/card.jpg", folder));
    const char *poster = store_path(a, STORE_MEDIA, arena_printf(a, "%s/poster.jpg", folder));

    TRY(store_dir(STORE_MEDIA, folder));
    enum rc rc = media_image(a, path, card, CARD_WIDTH, CARD_HEIGHT, true, why);
    if (rc == RC_OK)
        rc = media_image(a, path, poster, POSTER_WIDTH, POSTER_HEIGHT, false, why);
    if (rc != RC_OK)
        return refuse(why, rc, "poster", why->text);
    return video_new_poster(db, id, true);
}

enum rc studio_change_poster(struct db *db, struct arena *a, const struct video *v, int64_t user_id,
                             const char *path, int64_t now_ms, struct problem *why)
{
    int turn;
    enum rc rc = picture_turn(db, a, user_id, now_ms, &turn, why);

    if (rc != RC_OK)
        return rc == RC_BUSY || rc == RC_LIMITED ? refuse(why, rc, "poster", why->text) : rc;
    rc = studio_set_poster(db, a, v->id, v->public_id, path, why);
    lock_drop(turn);
    return rc;
}

struct files {
    const char *public_id, *source;
};
SHAPE(files_shape, struct files, COLUMN(struct files, public_id), COLUMN(struct files, source));

STMT(q_files, &files_shape,
     "SELECT v.public_id, j.source FROM video v LEFT JOIN transcode_job j ON j.video_id = v.id"
     " WHERE v.id = ?");
STMT(q_drop_job, NULL, "DELETE FROM transcode_job WHERE video_id = ?");

struct deletion {
    struct arena *a;
    int64_t id, now_ms;
};

static enum rc delete_once(struct db *db, void *arg)
{
    const struct deletion *d = arg;
    struct files files;
    bool dropped;

    TRY(video_drop(db, d->id, d->now_ms, &dropped));
    if (!dropped)
        return RC_OK;
    TRY(db_one(db, d->a, &q_files, ARGS(I64(d->id)), &files));
    TRY(db_run(db, &q_drop_job, ARGS(I64(d->id)),
               NULL)); /* a worker processing it loses its lease */
    if (files.source[0])
        TRY(removal_enqueue(db, "incoming", files.source));
    return removal_enqueue(db, "videos", files.public_id);
}

enum rc studio_delete(struct db *db, struct arena *a, int64_t id, int64_t now_ms)
{
    struct deletion d = { a, id, now_ms };
    return db_transact(db, delete_once, &d);
}
