#include "app/catalogue/video.h"
#include "av/media.h"
#include "io/store.h"

enum { POSTER_WIDTH = 1280, POSTER_HEIGHT = 720 };
enum { RENDITIONS_MAX = 20 };

SHAPE(rendition_shape, struct rendition, COLUMN(struct rendition, name),
      COLUMN(struct rendition, width), COLUMN(struct rendition, height),
      COLUMN(struct rendition, bytes));
SHAPE(totals_shape, struct video_totals, COLUMN(struct video_totals, videos),
      COLUMN(struct video_totals, bytes));

STMT(q_renditions, &rendition_shape,
     "SELECT name, width, height, bytes FROM rendition WHERE video_id = ? ORDER BY height, bytes");
STMT(q_totals, &totals_shape,
     "SELECT COUNT(DISTINCT v.id) AS videos, CAST(COALESCE(SUM(r.bytes), 0) AS SIGNED) AS bytes"
     " FROM video v LEFT JOIN rendition r ON r.video_id = v.id WHERE v.state <> 'deleted'");

enum rc video_renditions(struct db *db, struct arena *a, int64_t id, struct rendition_list *out)
{
    return DB_LIST(db, a, &q_renditions, ARGS(I64(id)), RENDITIONS_MAX, out);
}

enum rc video_totals(struct db *db, struct arena *a, struct video_totals *out)
{
    return db_one(db, a, &q_totals, NO_ARGS, out);
}

enum rc video_set_poster(struct db *db, struct arena *a, int64_t id, const char *public_id,
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
