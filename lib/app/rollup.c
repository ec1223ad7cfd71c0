#include "app/rollup.h"
#include "app/credit.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/sb.h"

enum { BATCH_ARENA_BYTES = 16 << 20, DAY_ARENA_BYTES = 256 << 20, DIRTY_PAGE = 1000 };

/* Hidden tabs count: music and lectures are listened to. */
static const bool count_hidden = true;

/* Rows travel as one JSON array of arrays, at most ROLLUP_INSERT_ROWS in each. */
struct chunks {
    struct arena *a;
    struct sb *items;
    size_t n, max, rows;
};

static void chunks_begin(struct chunks *c, struct arena *a, size_t rows_max)
{
    *c = (struct chunks){ .a = a, .max = rows_max / ROLLUP_INSERT_ROWS + 1 };
    c->items = arena_array(a, struct sb, c->max);
}

/* Where the next row goes. */
static struct sb *chunks_row(struct chunks *c)
{
    if (c->rows++ % ROLLUP_INSERT_ROWS == 0) {
        assert(c->n < c->max);
        c->items[c->n++] = (struct sb){ .a = c->a };
    }
    struct sb *o = &c->items[c->n - 1];
    sb_str(o, o->len ? "," : "[");
    return o;
}

static void chunks_end(struct chunks *c)
{
    for (size_t i = 0; i < c->n; i++)
        SB_LIT(&c->items[i], "]");
}

/* From the spool to watch_seg */

struct position {
    int64_t to_bytes;
};
SHAPE(position_shape, struct position, COLUMN(struct position, to_bytes));
STMT(q_position, &position_shape,
     "SELECT COALESCE(MAX(to_bytes), 0) AS to_bytes FROM watch_batch WHERE node = ? AND file = ?");
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
STMT(q_dirty, NULL,
     "INSERT INTO watch_dirty (day, user_id) SELECT DISTINCT day, user_id FROM"
     " JSON_TABLE(?, '$[*]' COLUMNS (day INT PATH '$[0]', user_id BIGINT PATH '$[1]')) r"
     " ORDER BY user_id, day ON DUPLICATE KEY UPDATE day = VALUES(day)");
STMT(q_forget, NULL, "DELETE FROM watch_batch WHERE node = ? AND file = ?");
STMT(q_node, NULL,
     "INSERT INTO watch_node (node, all_before_ms) VALUES (?, ?) ON DUPLICATE KEY UPDATE"
     " all_before_ms = GREATEST(all_before_ms, VALUES(all_before_ms))");

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

    qsort(played, n, sizeof(*played), by_play_and_time);
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

/* A stretch as rows: none longer than a segment may be, none over midnight. */
static void cut(const struct played *p, struct chunks *rows)
{
    for (int64_t from = p->t0_ms, to; from < p->t1_ms; from = to) {
        int64_t day = from / DAY_MS;
        to = MIN_OF(MIN_OF(p->t1_ms, from + ROLLUP_SEGMENT_MAX_MS), (day + 1) * DAY_MS);
        sb_addf(chunks_row(rows),
                "[%" PRId64 ",%" PRId64 ",%" PRId64 ",%" PRId64 ",\"%s\",%" PRId64 ",%" PRId64
                ",%" PRId64 ",%" PRIu32 "]",
                day, p->user_id, p->video_id, p->creator_id, p->session, from, to, p->length_ms,
                p->flags);
    }
}

/* An upper limit of what cut() makes of them. */
static size_t rows_max(const struct played *played, size_t n)
{
    int64_t sum = 0;

    for (size_t i = 0; i < n; i++) {
        int64_t ms = played[i].t1_ms - played[i].t0_ms;
        sum += ms / ROLLUP_SEGMENT_MAX_MS + ms / DAY_MS + 3;
    }
    return (size_t)sum;
}

struct batch {
    const char *file;
    int64_t from_bytes, to_bytes, now_ms;
    struct chunks rows;
};

static enum rc store_batch(struct db *db, void *arg)
{
    const struct batch *b = arg;
    int64_t id;

    TRY(db_insert(
        db, &q_batch,
        ARGS(STR(spool_node()), STR(b->file), I64(b->from_bytes), I64(b->to_bytes), I64(b->now_ms)),
        &id));
    for (size_t i = 0; i < b->rows.n; i++) {
        const char *json = b->rows.items[i].buf;
        int64_t first = (int64_t)i * ROLLUP_INSERT_ROWS;
        TRY(db_run(db, &q_segments, ARGS(I64(id), I64(first), STR(json)), NULL));
        TRY(db_run(db, &q_dirty, ARGS(STR(json)), NULL));
    }
    return RC_OK;
}

static enum rc find_position(struct db *db, struct arena *a, const char *file, int64_t *bytes)
{
    struct position p;

    TRY(db_one(db, a, &q_position, ARGS(STR(spool_node()), STR(file)), &p));
    *bytes = p.to_bytes;
    return RC_OK;
}

/* The next batch of a file; *more says whether there was one. */
static enum rc flush_batch(struct db *db, struct arena *a, struct spool_reader *r, int64_t now_ms,
                           struct flushed *sum, bool *more)
{
    struct batch b = { .file = r->name, .from_bytes = r->offset, .now_ms = now_ms };
    struct played *played = arena_array(a, struct played, ROLLUP_BATCH_RECORDS);
    size_t n;

    TRY(spool_read(r, played, ROLLUP_BATCH_RECORDS, &n));
    b.to_bytes = r->offset;
    *more = b.to_bytes > b.from_bytes;
    if (!*more)
        return RC_OK;
    size_t joined = rollup_join(played, n);
    chunks_begin(&b.rows, a, rows_max(played, joined));
    for (size_t i = 0; i < joined; i++)
        cut(&played[i], &b.rows);
    chunks_end(&b.rows);
    enum rc rc = db_transact(db, store_batch, &b);
    if (rc == RC_CONFLICT) { /* it is in: the answer to its COMMIT was lost */
        TRY(find_position(db, a, r->name, &r->offset));
        return r->offset > b.from_bytes ? RC_OK : RC_FAIL;
    }
    TRY(rc);
    sum->records += (int64_t)n;
    sum->segments += (int64_t)b.rows.rows;
    return RC_OK;
}

static enum rc flush_open_file(struct db *db, struct arena *a, struct spool_reader *r,
                               int64_t now_ms, struct flushed *sum)
{
    bool more = true;

    while (more) {
        TRY(flush_batch(db, a, r, now_ms, sum, &more));
        arena_reset(a);
    }
    if (!r->finished)
        return RC_OK;
    TRY(spool_remove(r));
    sum->files++;
    return db_run(db, &q_forget, ARGS(STR(spool_node()), STR(r->name)), NULL);
}

static enum rc flush_file(struct db *db, struct arena *a, const char *name, int64_t now_ms,
                          struct flushed *sum)
{
    struct spool_reader r;
    int64_t from_bytes;

    TRY(find_position(db, a, name, &from_bytes));
    TRY(spool_open(name, from_bytes, &r));
    enum rc rc = flush_open_file(db, a, &r, now_ms, sum);
    sum->damaged += r.corrupt;
    spool_close(&r);
    return rc;
}

enum rc rollup_flush(struct db *db, struct arena *a, int64_t now_ms, struct flushed *sum)
{
    struct spool_names files;
    enum rc rc = RC_OK;

    *sum = (struct flushed){ 0 };
    TRY(spool_list(a, &files));
    struct arena *batch = arena_new(BATCH_ARENA_BYTES);
    for (size_t i = 0; i < files.n && rc != RC_BUSY; i++) {
        enum rc one = flush_file(db, batch, files.items[i], now_ms, sum);
        rc = one == RC_OK ? rc : one; /* a bad file does not hold up the others */
        arena_reset(batch);
    }
    arena_free(batch);
    if (rc != RC_OK)
        return rc;
    return db_run(db, &q_node, ARGS(STR(spool_node()), I64(now_ms - ROLLUP_LAG_MS)), NULL);
}

/* From watch_seg to watch_day */

struct dirty {
    int64_t user_id, day;
};
struct dirty_list {
    struct dirty *items;
    size_t n;
};
struct stored {
    int64_t batch_id, n;
    struct segment segment;
};
struct stored_list {
    struct stored *items;
    size_t n;
};
SHAPE(dirty_shape, struct dirty, COLUMN(struct dirty, user_id), COLUMN(struct dirty, day));
SHAPE(stored_shape, struct stored, COLUMN(struct stored, batch_id), COLUMN(struct stored, n),
      COLUMN_AS(struct stored, segment.t0_ms, "t0_ms"),
      COLUMN_AS(struct stored, segment.t1_ms, "t1_ms"),
      COLUMN_AS(struct stored, segment.video_id, "video_id"),
      COLUMN_AS(struct stored, segment.creator_id, "creator_id"),
      COLUMN_AS(struct stored, segment.length_ms, "length_ms"),
      COLUMN_AS(struct stored, segment.flags, "flags"),
      COLUMN_AS(struct stored, segment.session, "session"));
STMT(q_dirty_after, &dirty_shape,
     "SELECT user_id, day FROM watch_dirty WHERE day > ? OR (day = ? AND user_id > ?)"
     " ORDER BY day, user_id LIMIT 1000");
STMT(q_claim, &dirty_shape,
     "SELECT user_id, day FROM watch_dirty WHERE user_id = ? AND day = ? FOR UPDATE");
STMT(q_stored, &stored_shape,
     "SELECT batch_id, n, t0_ms, t1_ms, video_id, creator_id, length_ms, flags, session"
     " FROM watch_seg WHERE day = ? AND user_id = ? AND (batch_id > ? OR (batch_id = ? AND n > ?))"
     " ORDER BY batch_id, n LIMIT 10000");
STMT(q_drop_day, NULL, "DELETE FROM watch_day WHERE user_id = ? AND day = ?");
STMT(q_add_day, NULL,
     "INSERT INTO watch_day (user_id, day, video_id, creator_id, credited_ms, raw_ms, lost)"
     " SELECT ?, ?, video_id, creator_id, credited_ms, raw_ms, lost FROM JSON_TABLE(?, '$[*]'"
     " COLUMNS (video_id BIGINT PATH '$[0]', creator_id BIGINT PATH '$[1]',"
     " credited_ms BIGINT PATH '$[2]', raw_ms BIGINT PATH '$[3]', lost INT PATH '$[4]')) r");
STMT(q_clean, NULL, "DELETE FROM watch_dirty WHERE user_id = ? AND day = ?");

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

static enum rc read_segments(struct db *db, struct arena *a, const struct dirty *d,
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

static enum rc write_day(struct db *db, struct arena *a, const struct dirty *d,
                         const struct credit_list *day)
{
    struct chunks rows;

    chunks_begin(&rows, a, day->n);
    for (size_t i = 0; i < day->n; i++) {
        const struct credit *c = &day->items[i];
        sb_addf(chunks_row(&rows), "[%" PRId64 ",%" PRId64 ",%" PRId64 ",%" PRId64 ",%" PRId64 "]",
                c->video_id, c->creator_id, c->credited_ms, c->raw_ms, c->lost);
    }
    chunks_end(&rows);
    TRY(db_run(db, &q_drop_day, ARGS(I64(d->user_id), I64(d->day)), NULL));
    for (size_t i = 0; i < rows.n; i++)
        TRY(db_run(db, &q_add_day, ARGS(I64(d->user_id), I64(d->day), STR(rows.items[i].buf)),
                   NULL));
    return RC_OK;
}

struct counting {
    struct arena *a; /* for one try */
    const struct dirty *dirty;
    bool counted;
};

/* The lock on the dirty row comes before the segments are read: what is flushed meanwhile waits for
 * it, and makes the day dirty again. */
static enum rc count_day(struct db *db, void *arg)
{
    struct counting *c = arg;
    struct segments segments;
    struct credit_list day;
    struct dirty claimed;

    arena_reset(c->a);
    c->counted = false;
    enum rc rc = db_one(db, c->a, &q_claim, ARGS(I64(c->dirty->user_id), I64(c->dirty->day)),
                        &claimed);
    if (rc == RC_NOT_FOUND)
        return RC_OK; /* another process was quicker */
    TRY(rc);
    TRY(read_segments(db, c->a, &claimed, &segments));
    credit_day(c->a, claimed.user_id, count_hidden, segments.items, segments.n, &day);
    TRY(write_day(db, c->a, &claimed, &day));
    c->counted = true;
    return db_run(db, &q_clean, ARGS(I64(claimed.user_id), I64(claimed.day)), NULL);
}

enum rc rollup_days(struct db *db, struct arena *a, int64_t *days)
{
    struct counting c = { .a = arena_new(DAY_ARENA_BYTES) };
    struct dirty last = { 0, 0 };
    struct dirty_list page = { NULL, DIRTY_PAGE };
    enum rc rc = RC_OK;

    *days = 0;
    while (page.n == DIRTY_PAGE && rc == RC_OK) {
        rc = DB_LIST(db, a, &q_dirty_after, ARGS(I64(last.day), I64(last.day), I64(last.user_id)),
                     DIRTY_PAGE, &page);
        for (size_t i = 0; i < page.n && rc == RC_OK; i++) {
            c.dirty = &page.items[i];
            rc = db_transact(db, count_day, &c);
            *days += rc == RC_OK && c.counted;
            last = page.items[i];
        }
    }
    arena_free(c.a);
    return rc;
}
