#include "app/watching/audience.h"

SHAPE(audience_shape, struct audience, COLUMN(struct audience, viewers),
      COLUMN(struct audience, days), COLUMN(struct audience, watched_ms));
STMT(q_audience, &audience_shape,
     "SELECT COUNT(DISTINCT user_id) AS viewers, COUNT(DISTINCT user_id, day) AS days,"
     " CAST(COALESCE(SUM(raw_ms), 0) AS SIGNED) AS watched_ms"
     " FROM watch_day WHERE video_id = ? AND user_id <> ?");
SHAPE(cell_shape, struct retention_cell, COLUMN(struct retention_cell, cell),
      COLUMN(struct retention_cell, plays));
STMT(q_retention, &cell_shape,
     "SELECT cell, plays FROM video_retention WHERE video_id = ? ORDER BY cell");
STMT(q_store, NULL,
     "INSERT INTO video_retention (video_id, cell, plays) SELECT r.video_id, r.cell, r.plays"
     " FROM JSON_TABLE(?, '$[*]' COLUMNS (video_id BIGINT PATH '$[0]', cell INT PATH '$[1]',"
     " plays BIGINT PATH '$[2]')) r JOIN video v ON v.id = r.video_id"
     " ON DUPLICATE KEY UPDATE plays = video_retention.plays + VALUES(plays)");

enum rc audience_of(struct db *db, struct arena *a, int64_t video_id, int64_t creator_id,
                    struct audience *out)
{
    struct {
        struct audience *items;
        size_t n;
    } list;

    TRY(DB_LIST_CACHED(db, a, &q_audience, ARGS(I64(video_id), I64(creator_id)), AUDIENCE_CACHE_S,
                       1, &list));
    *out = list.n ? list.items[0] : (struct audience){ 0, 0, 0 };
    return RC_OK;
}

enum rc audience_retention(struct db *db, struct arena *a, int64_t video_id, struct retention *out)
{
    return DB_LIST_CACHED(db, a, &q_retention, ARGS(I64(video_id)), AUDIENCE_CACHE_S,
                          AUDIENCE_CELLS_MAX, out);
}

struct seen {
    int64_t video_id, cell;
};

static int order(int64_t x, int64_t y) { return (x > y) - (x < y); }

static int by_video_and_cell(const void *a, const void *b)
{
    const struct seen *x = a, *y = b;
    int found = order(x->video_id, y->video_id);
    return found ? found : order(x->cell, y->cell);
}

/* A part counts when its middle was played. */
static size_t cells_of(const struct played *p, struct seen *out)
{
    int64_t first = (p->from_ms + AUDIENCE_CELL_MS / 2) / AUDIENCE_CELL_MS;
    int64_t end = (p->to_ms + AUDIENCE_CELL_MS / 2) / AUDIENCE_CELL_MS;
    size_t n = 0;

    end = MIN_OF(MIN_OF(end, first + AUDIENCE_BEAT_CELLS), (int64_t)AUDIENCE_CELLS_MAX);
    for (int64_t cell = first; cell < end; cell++)
        out[n++] = (struct seen){ p->video_id, cell };
    return n;
}

void audience_rows(struct arena *a, const struct played *played, size_t n, struct rows *out)
{
    struct seen *seen = arena_array(a, struct seen, n * AUDIENCE_BEAT_CELLS);
    size_t cells = 0;

    for (size_t i = 0; i < n; i++)
        if (played[i].user_id != played[i].creator_id)
            cells += cells_of(&played[i], seen + cells);
    SORT(seen, cells, by_video_and_cell);
    *out = (struct rows){ .a = a };
    for (size_t i = 0, next; i < cells; i = next) {
        for (next = i; next < cells && by_video_and_cell(&seen[i], &seen[next]) == 0; next++)
            ;
        rows_addf(out, "%" PRId64 ",%" PRId64 ",%zu", seen[i].video_id, seen[i].cell, next - i);
    }
}

enum rc audience_store(struct db *db, struct rows *rows)
{
    return rows_run(db, &q_store, rows, NULL);
}
