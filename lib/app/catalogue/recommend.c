#include "app/catalogue/recommend.h"
#include "base/clock.h"
#include "base/sb.h"

SHAPE(list_shape, struct packed_list, COLUMN(struct packed_list, kind),
      COLUMN(struct packed_list, id), COLUMN(struct packed_list, made_ms),
      COLUMN(struct packed_list, packed));
STMT(q_lists, &list_shape,
     "SELECT l.kind, l.id, l.made_ms, l.packed FROM JSON_TABLE(?, '$[*]' COLUMNS"
     " (kind INT PATH '$[0]', id BIGINT PATH '$[1]')) k"
     " JOIN reco_list l ON l.kind = k.kind AND l.id = k.id ORDER BY l.kind, l.id");
STMT(q_forget, NULL, "DELETE FROM reco_list WHERE kind = ? AND id = ?");
STMT(q_forget_next, NULL, "DELETE FROM reco_list_next WHERE kind = ? AND id = ?");
STMT(q_forgotten, NULL,
     "INSERT INTO reco_list_next (kind, id, made_ms, packed) VALUES (?, ?, 0, '')"
     " ON DUPLICATE KEY UPDATE made_ms = VALUES(made_ms)");

/* The stamp only becomes part of the cache key; the statement ignores it. */
static const char *json_of(struct arena *a, const struct list_key *keys, size_t n, int64_t stamp)
{
    struct rows wanted = { .a = a };

    assert(n <= LIST_KEYS_MAX);
    for (size_t i = 0; i < n; i++)
        rows_addf(&wanted, "%d,%" PRId64 ",%" PRId64, (int)keys[i].kind, keys[i].id, stamp);
    return n ? rows_page(&wanted, 0) : "[]";
}

enum rc recommend_lists(struct db *db, struct arena *a, const struct list_key *keys, size_t n,
                        struct packed_lists *out)
{
    return DB_LIST(db, a, &q_lists, ARGS(STR(json_of(a, keys, n, 0))), LIST_KEYS_MAX, out);
}

enum rc recommend_lists_cached(struct db *db, struct arena *a, const struct list_key *keys,
                               size_t n, int64_t stamp, struct packed_lists *out)
{
    return DB_LIST_CACHED(db, a, &q_lists, ARGS(STR(json_of(a, keys, n, stamp))), LISTS_CACHE_S,
                          LIST_KEYS_MAX, out);
}

struct packed_list recommend_list(const struct packed_lists *lists, enum list_kind kind, int64_t id)
{
    for (size_t i = 0; i < lists->n; i++)
        if (lists->items[i].kind == kind && lists->items[i].id == id)
            return lists->items[i];
    return (struct packed_list){ .kind = kind, .id = id };
}

struct reading recommend_reading(const struct packed_lists *lists)
{
    struct packed_list list = recommend_list(lists, LIST_READING, 0);
    struct reading how = { .partly = 0.3f, .against = -0.3f, .half_life = 20, .least = 0.1f };

    if (list.packed.n == sizeof(how))
        memcpy(&how, list.packed.at, sizeof(how));
    return how;
}

enum rc recommend_forget(struct db *db, int64_t user_id)
{
    TRY(db_run(db, &q_forget, ARGS(I64(LIST_MEMBER), I64(user_id)), NULL));
    TRY(db_run(db, &q_forgotten, ARGS(I64(LIST_FORGOTTEN), I64(user_id)), NULL));
    return db_run(db, &q_forget_next, ARGS(I64(LIST_MEMBER), I64(user_id)), NULL);
}

/* Writing the lists */

enum {
    BATCH_BYTES = 1 << 20,       /* far below the server's max_allowed_packet */
    BATCH_ARENA_BYTES = 32 << 20 /* for texts that grow to that size, and a page of rows */
};

#define FROM_BATCH                                                                                 \
    " (kind, id, made_ms, packed) SELECT kind, id, made_ms, SUBSTRING(?, at, bytes)"               \
    " FROM JSON_TABLE(?, '$[*]' COLUMNS (kind INT PATH '$[0]', id BIGINT PATH '$[1]',"             \
    " made_ms BIGINT PATH '$[2]', at INT PATH '$[3]', bytes INT PATH '$[4]')) r"
STMT(q_put, NULL, "INSERT INTO reco_list" FROM_BATCH);
STMT(q_put_next, NULL, "INSERT INTO reco_list_next" FROM_BATCH);
STMT(q_empty, NULL, "TRUNCATE TABLE reco_list_next");
STMT(q_drop_forgotten, NULL,
     "DELETE l FROM reco_list_next l JOIN reco_list_next f ON f.id = l.id"
     " WHERE l.kind = ? AND f.kind = ?");
STMT(q_swap, NULL,
     "RENAME TABLE reco_list TO reco_list_old, reco_list_next TO reco_list,"
     " reco_list_old TO reco_list_next");
STMT(q_drop, NULL, "DELETE FROM reco_list WHERE kind IN (?, ?)");

static void new_batch(struct list_writer *w)
{
    arena_reset(w->batch);
    w->packed = arena_array(w->batch, struct sb, 1);
    w->packed->a = w->batch;
    w->rows = arena_array(w->batch, struct rows, 1);
    w->rows->a = w->batch;
}

enum rc recommend_begin(struct db *db, struct list_writer *w)
{
    *w = (struct list_writer){ .db = db, .whole = true, .batch = arena_new(BATCH_ARENA_BYTES) };
    new_batch(w);
    return db_run(db, &q_empty, NO_ARGS, NULL);
}

void recommend_end(struct list_writer *w) { arena_free(w->batch); }

static enum rc write_batch(const struct list_writer *w, const struct stmt *q)
{
    struct bytes packed = { w->packed->len ? w->packed->buf : "", w->packed->len };
    const char *page = rows_page(w->rows, 0);

    if (page == NULL)
        return RC_OK;
    return db_run(w->db, q, ARGS(BYTES(packed), STR(page)), NULL);
}

static enum rc write_next(struct list_writer *w)
{
    int64_t began_ms = clock_monotonic_ms();
    enum rc rc = write_batch(w, &q_put_next);

    w->write_ms += clock_monotonic_ms() - began_ms;
    new_batch(w);
    return rc;
}

enum rc recommend_put(struct list_writer *w, const struct packed_list *list)
{
    bool full = w->rows->n == ROWS_PAGE || w->packed->len + list->packed.n > BATCH_BYTES;

    assert(w->whole || !full); /* hot and unproven lists fit into one batch */
    if (full)
        TRY(write_next(w));
    rows_addf(w->rows, "%" PRId64 ",%" PRId64 ",%" PRId64 ",%zu,%zu", list->kind, list->id,
              list->made_ms, w->packed->len + 1, list->packed.n);
    sb_add(w->packed, list->packed.at, list->packed.n);
    w->lists++;
    return RC_OK;
}

static enum rc replace(struct db *db, void *arg)
{
    TRY(db_run(db, &q_drop, ARGS(I64(LIST_HOT), I64(LIST_UNPROVEN)), NULL));
    return write_batch(arg, &q_put);
}

enum rc recommend_swap(struct list_writer *w)
{
    if (!w->whole)
        return db_transact(w->db, replace, w);
    TRY(write_next(w));
    TRY(db_run(w->db, &q_drop_forgotten, ARGS(I64(LIST_MEMBER), I64(LIST_FORGOTTEN)), NULL));
    return db_run(w->db, &q_swap, NO_ARGS, NULL);
}
