#include "app/watching/rollup.h"
#include "app/watching/audience.h"
#include "app/catalogue/video.h"
#include "app/money/watch_day.h"
#include "app/watching/watch.h"
#include "base/clock.h"
#include "base/conf.h"
#include "base/log.h"

enum { BATCH_ARENA_BYTES = 32 << 20, DAY_ARENA_BYTES = 256 << 20 };

/* From the spool to watch_seg */

STMT(q_position, &number_shape,
     "SELECT COALESCE(MAX(to_bytes), 0) AS n FROM watch_batch WHERE node = ? AND file = ?");
STMT(q_batch, NULL,
     "INSERT INTO watch_batch (node, file, from_bytes, to_bytes, done_ms) VALUES (?, ?, ?, ?, ?)");
STMT(
    q_segments, NULL,
    "INSERT INTO watch_seg (day, user_id, batch_id, n, video_id, creator_id, session, t0_ms, t1_ms,"
    " length_ms, flags) SELECT day, user_id, ?, ? + n, video_id, creator_id, session, t0_ms, t1_ms,"
    " length_ms, flags FROM JSON_TABLE(?, '$[*]' COLUMNS (n FOR ORDINALITY,"
    " day INT PATH '$[0]', user_id BIGINT PATH '$[1]', video_id BIGINT PATH '$[2]',"
    " creator_id BIGINT PATH '$[3]', session VARCHAR(16) PATH '$[4]', t0_ms BIGINT PATH '$[5]',"
    " t1_ms BIGINT PATH '$[6]', length_ms BIGINT PATH '$[7]', flags INT PATH '$[8]')) r");
STMT(q_forget, NULL, "DELETE FROM watch_batch WHERE node = ? AND file = ?");

static int order(int64_t x, int64_t y) { return (x > y) - (x < y); }

static int by_play(const void *a, const void *b)
{
    const struct played *x = a, *y = b;
    const int64_t xs[] = { x->user_id, x->video_id, x->creator_id, x->length_ms, x->flags };
    const int64_t ys[] = { y->user_id, y->video_id, y->creator_id, y->length_ms, y->flags };

    int found = strcmp(x->session, y->session);
    for (size_t i = 0; found == 0 && i < COUNT(xs); i++)
        found = order(xs[i], ys[i]);
    return found;
}

static int by_play_and_time(const void *a, const void *b)
{
    const struct played *x = a, *y = b;
    int found = by_play(a, b);

    found = found ? found : order(x->t0_ms, y->t0_ms);
    return found ? found : order(x->t1_ms, y->t1_ms);
}

size_t rollup_join(struct played *played, size_t n)
{
    size_t kept = 0;

    SORT(played, n, by_play_and_time);
    for (size_t i = 0; i < n; i++) {
        struct played *last = &played[kept - (kept > 0)];
        int64_t gap_ms = played[i].t0_ms - last->t1_ms;
        if (kept && by_play(last, &played[i]) == 0 && gap_ms >= 0 && gap_ms <= ROLLUP_JOIN_GAP_MS)
            last->t1_ms += played[i].t1_ms - played[i].t0_ms;
        else
            played[kept++] = played[i];
    }
    return kept;
}

/* Cut a stretch into rows: none longer than ROLLUP_SEGMENT_MAX_MS, none across midnight. */
static void cut(const struct played *p, struct rows *rows)
{
    for (int64_t from = p->t0_ms, to; from < p->t1_ms; from = to) {
        int64_t day = from / DAY_MS;
        to = MIN_OF(MIN_OF(p->t1_ms, from + ROLLUP_SEGMENT_MAX_MS), (day + 1) * DAY_MS);
        rows_addf(rows,
                  "%" PRId64 ",%" PRId64 ",%" PRId64 ",%" PRId64 ",\"%s\",%" PRId64 ",%" PRId64
                  ",%" PRId64 ",%" PRIu32,
                  day, p->user_id, p->video_id, p->creator_id, p->session, from, to, p->length_ms,
                  p->flags);
    }
}

struct batch {
    const char *file;
    int64_t from_bytes, to_bytes, now_ms;
    struct rows segments, positions, cells;
};

static enum rc store_batch(struct db *db, void *arg)
{
    struct batch *b = arg;
    const char *json;
    int64_t id;

    TRY(db_insert(
        db, &q_batch,
        ARGS(STR(spool_node()), STR(b->file), I64(b->from_bytes), I64(b->to_bytes), I64(b->now_ms)),
        &id));
    for (size_t i = 0; (json = rows_page(&b->segments, i)); i++) {
        int64_t first = (int64_t)i * ROWS_PAGE;
        TRY(db_run(db, &q_segments, ARGS(I64(id), I64(first), STR(json)), NULL));
        TRY(watch_day_wait(db, json));
    }
    TRY(watch_store(db, &b->positions));
    return audience_store(db, &b->cells);
}

static enum rc find_position(struct db *db, struct arena *a, const char *file, int64_t *bytes)
{
    return db_number(db, a, &q_position, ARGS(STR(spool_node()), STR(file)), bytes);
}

/* Turn the records into rows for each table. */
static void read_batch(struct arena *a, struct played *played, size_t n, bool clock_ok,
                       struct batch *b)
{
    watch_rows(a, played, n, &b->positions);
    audience_rows(a, played, n, &b->cells);
    for (size_t i = 0; i < n && !clock_ok; i++)
        played[i].flags |= SEGMENT_CLOCK;
    size_t joined = rollup_join(played, n);
    b->segments.a = a;
    for (size_t i = 0; i < joined; i++)
        cut(&played[i], &b->segments);
}

struct flush {
    struct db *db;
    struct arena *a; /* for one batch */
    int64_t now_ms;
    bool clock_ok;
    struct flushed *sum;
};

/* Flush the next batch of a file; *more says whether there was one. */
static enum rc flush_batch(const struct flush *f, struct spool_reader *r, bool *more)
{
    struct batch b = { .file = r->name, .from_bytes = r->offset, .now_ms = f->now_ms };
    struct played *played = arena_array(f->a, struct played, ROLLUP_BATCH_RECORDS);
    size_t n;

    TRY(spool_read(r, played, ROLLUP_BATCH_RECORDS, &n));
    b.to_bytes = r->offset;
    *more = b.to_bytes > b.from_bytes;
    if (!*more)
        return RC_OK;
    read_batch(f->a, played, n, f->clock_ok, &b);
    enum rc rc = db_transact(f->db, store_batch, &b);
    if (rc == RC_CONFLICT) { /* stored before: only the answer to its COMMIT was lost */
        TRY(find_position(f->db, f->a, r->name, &r->offset));
        return r->offset > b.from_bytes ? RC_OK : RC_FAIL;
    }
    TRY(rc);
    f->sum->records += (int64_t)n;
    f->sum->segments += (int64_t)b.segments.n;
    return RC_OK;
}

static enum rc flush_open_file(const struct flush *f, struct spool_reader *r)
{
    bool more = true;

    while (more) {
        TRY(flush_batch(f, r, &more));
        arena_reset(f->a);
    }
    if (!r->finished)
        return RC_OK;
    TRY(spool_remove(r));
    f->sum->files++;
    return db_run(f->db, &q_forget, ARGS(STR(spool_node()), STR(r->name)), NULL);
}

static enum rc flush_file(const struct flush *f, const char *name)
{
    struct spool_reader r;
    int64_t from_bytes;

    TRY(find_position(f->db, f->a, name, &from_bytes));
    TRY(spool_open(name, from_bytes, &r));
    enum rc rc = flush_open_file(f, &r);
    f->sum->damaged += r.corrupt;
    spool_close(&r);
    return rc;
}

enum rc rollup_flush(struct db *db, struct arena *a, int64_t now_ms, bool clock_ok,
                     struct flushed *sum)
{
    struct flush f = { db, NULL, now_ms, clock_ok, sum };
    struct spool_names files;
    enum rc rc = RC_OK;

    *sum = (struct flushed){ 0 };
    TRY(spool_list(a, &files));
    spool_sync(&files); /* even if the database is away */
    f.a = arena_new(BATCH_ARENA_BYTES);
    for (size_t i = 0; i < files.n && rc != RC_BUSY; i++) {
        enum rc one = flush_file(&f, files.items[i]);
        rc = one == RC_OK ? rc : one; /* a bad file does not hold up the others */
        arena_reset(f.a);
    }
    arena_free(f.a);
    if (rc != RC_OK)
        return rc;
    return watch_day_heard(db, spool_node(), now_ms - ROLLUP_LAG_MS);
}

STMT(q_clock, &number_shape, "SELECT CAST(UNIX_TIMESTAMP(NOW(3)) * 1000 AS SIGNED) AS n");

enum rc rollup_clock_ok(struct db *db, struct arena *a, int64_t now_ms, bool *ok)
{
    int64_t database_ms, began_ms = clock_monotonic_ms();

    TRY(db_number(db, a, &q_clock, NO_ARGS, &database_ms));
    int64_t took_ms = clock_monotonic_ms() - began_ms, ahead_ms = now_ms - database_ms;
    *ok = ahead_ms <= ROLLUP_CLOCK_MAX_MS && -ahead_ms <= ROLLUP_CLOCK_MAX_MS + took_ms;
    return RC_OK;
}

enum rc rollup_forget_node(struct db *db, const char *node)
{
    int64_t changed;

    TRY(watch_day_forget_node(db, node, &changed));
    return changed ? RC_OK : RC_NOT_FOUND;
}

/* From watch_seg to watch_day */

struct stored {
    int64_t batch_id, n;
    struct segment segment;
};
struct stored_list {
    struct stored *items;
    size_t n;
};
SHAPE(stored_shape, struct stored, COLUMN(struct stored, batch_id), COLUMN(struct stored, n),
      COLUMN_AS(struct stored, segment.t0_ms, "t0_ms"),
      COLUMN_AS(struct stored, segment.t1_ms, "t1_ms"),
      COLUMN_AS(struct stored, segment.video_id, "video_id"),
      COLUMN_AS(struct stored, segment.creator_id, "creator_id"),
      COLUMN_AS(struct stored, segment.length_ms, "length_ms"),
      COLUMN_AS(struct stored, segment.flags, "flags"),
      COLUMN_AS(struct stored, segment.session, "session"));
STMT(q_stored, &stored_shape,
     "SELECT batch_id, n, t0_ms, t1_ms, video_id, creator_id, length_ms, flags, session"
     " FROM watch_seg WHERE day = ? AND user_id = ? AND (batch_id > ? OR (batch_id = ? AND n > ?))"
     " ORDER BY batch_id, n LIMIT 10000");

struct segments {
    struct segment *items;
    size_t n, max;
};

static void append(struct arena *a, struct segments *to, const struct stored_list *page)
{
    if (to->n + page->n > to->max) {
        struct segment *old = to->items;
        to->max = MAX_OF(2 * to->max, to->n + page->n);
        to->items = arena_array(a, struct segment, to->max);
        if (to->n)
            memcpy(to->items, old, to->n * sizeof(*old));
    }
    for (size_t i = 0; i < page->n; i++)
        to->items[to->n++] = page->items[i].segment;
}

static enum rc read_segments(struct db *db, struct arena *a, const struct member_day *d,
                             struct segments *out)
{
    struct stored_list page = { NULL, 0 };
    struct stored last = { 0 };

    *out = (struct segments){ NULL, 0, 0 };
    do {
        TRY(DB_LIST(
            db, a, &q_stored,
            ARGS(I64(d->day), I64(d->user_id), I64(last.batch_id), I64(last.batch_id), I64(last.n)),
            DB_ROWS_MAX, &page));
        append(a, out, &page);
        if (page.n)
            last = page.items[page.n - 1];
    } while (page.n == DB_ROWS_MAX && out->n < ROLLUP_SEGMENTS_MAX);
    if (out->n >= ROLLUP_SEGMENTS_MAX)
        log_error("user=%" PRId64 " day=%" PRId64 " has too many segments", d->user_id, d->day);
    return RC_OK;
}

/* A video that was played long enough counts as viewed, however little of it is credited. */
static enum rc count_views(struct db *db, struct arena *a, const struct member_day *d,
                           const struct credit_list *day)
{
    struct rows videos = { .a = a };

    for (size_t i = 0, next; i < day->n; i = next) {
        const struct credit *c = &day->items[i];
        int64_t raw_ms = 0;
        for (next = i; next < day->n && day->items[next].video_id == c->video_id; next++)
            raw_ms += day->items[next].raw_ms;
        if (raw_ms >= VIEW_MIN_MS && c->creator_id != d->user_id)
            rows_addf(&videos, "%" PRId64, c->video_id);
    }
    return video_count_views(db, d->user_id, d->day, &videos);
}

/* Compute the credit of a day from its segments and the paid months that overlap it. */
static enum rc credit_of(struct db *db, struct arena *a, const struct member_day *d,
                         struct credit_list *day)
{
    struct credit_unit_list units;
    struct segments segments;

    TRY(read_segments(db, a, d, &segments));
    TRY(watch_day_units(db, a, d, &units));
    credit_day(a, d->user_id, conf()->count_hidden, &units, segments.items, segments.n, day);
    return RC_OK;
}

struct counting {
    struct arena *a; /* for one try */
    const struct member_day *day;
    bool counted;
};

/* The dirty row is locked before the segments are read, so a flush of this day meanwhile waits for
 * the lock and then makes the day dirty again. */
static enum rc count_day(struct db *db, void *arg)
{
    struct counting *c = arg;
    struct credit_list day;
    struct member_day claimed;

    arena_reset(c->a);
    c->counted = false;
    enum rc rc = watch_day_claim(db, c->a, c->day, &claimed);
    if (rc == RC_NOT_FOUND)
        return RC_OK; /* another process was faster */
    TRY(rc);
    TRY(credit_of(db, c->a, &claimed, &day));
    if (day.n) { /* if not, its segments are swept, and their credit stays */
        TRY(watch_day_write(db, c->a, &claimed, &day));
        TRY(count_views(db, c->a, &claimed, &day));
    }
    c->counted = true;
    return watch_day_counted(db, &claimed);
}

enum rc rollup_days(struct db *db, struct arena *a, int64_t *days)
{
    struct counting c = { .a = arena_new(DAY_ARENA_BYTES) };
    struct member_day last = { 0, 0 };
    struct member_days page = { NULL, WATCH_DAYS_PAGE };
    enum rc rc = RC_OK;

    *days = 0;
    while (page.n == WATCH_DAYS_PAGE && rc == RC_OK) {
        rc = watch_day_waiting(db, a, &last, &page);
        for (size_t i = 0; i < page.n && rc == RC_OK; i++) {
            c.day = &page.items[i];
            rc = db_transact(db, count_day, &c);
            *days += rc == RC_OK && c.counted;
            last = page.items[i];
        }
    }
    arena_free(c.a);
    return rc;
}

/* Deleting old segments */

enum { SWEEP_PAGE = 1000, SWEEP_PAGES = 100 };
SHAPE(swept_shape, struct member_day, COLUMN(struct member_day, user_id),
      COLUMN(struct member_day, day));
STMT(q_old, &swept_shape,
     "SELECT DISTINCT s.user_id, s.day FROM watch_seg s WHERE s.day < ?"
     " AND NOT EXISTS (SELECT 1 FROM watch_dirty d WHERE d.user_id = s.user_id AND d.day = s.day)"
     " AND NOT EXISTS (SELECT 1 FROM unit u WHERE u.user_id = s.user_id AND u.settled_ms = 0"
     " AND u.starts_ms < (s.day + 1) * 86400000 AND u.ends_ms > s.day * 86400000) LIMIT 1000");
STMT(q_drop_segments, NULL, "DELETE FROM watch_seg WHERE user_id = ? AND day = ?");

/* A day of a member is deleted as a whole, so that none is ever counted from a part. */
enum rc rollup_sweep(struct db *db, struct arena *a, int64_t now_ms, int64_t *days)
{
    struct member_days page = { NULL, SWEEP_PAGE };
    int64_t before = now_ms / DAY_MS - ROLLUP_KEEP_DAYS;

    *days = 0;
    for (int pages = 0; pages < SWEEP_PAGES && page.n == SWEEP_PAGE; pages++) {
        TRY(DB_LIST(db, a, &q_old, ARGS(I64(before)), SWEEP_PAGE, &page));
        for (size_t i = 0; i < page.n; i++, (*days)++)
            TRY(db_run(db, &q_drop_segments,
                       ARGS(I64(page.items[i].user_id), I64(page.items[i].day)), NULL));
    }
    return RC_OK;
}
