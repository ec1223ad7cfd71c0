/* Lists of rows that may come from the cache: DB_LIST_CACHED of db.h. */
#include "base/sb.h"
#include "io/cache.h"
#include "io/db_conn.h"

/* Rows in the cache, column by column: a number as it is in memory, a text as a 4-byte length and
 * its bytes, an enum as its word. All machines that share a cache are of one kind. The statement's text
 * is part of the key, so that old rows are never read with a changed shape. */
static struct bytes bytes_of(const struct column *c, const char *field)
{
    struct bytes text;
    int value;

    if (c->type == COL_WORD) {
        memcpy(&value, field, sizeof(value));
        text.at = words_at(c->words, value);
        return (struct bytes){ text.at, strlen(text.at) };
    }
    memcpy(&text, field, db_column_bytes(c->type));
    return (struct bytes){ text.at, c->type == COL_STR ? strlen(text.at) : text.n };
}

static bool is_packed_as_text(const struct column *c)
{
    return c->type == COL_WORD || db_column_has_length(c->type);
}

static void pack(struct sb *o, const struct shape *shape, const char *rows, size_t n)
{
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < shape->n; k++) {
            const struct column *c = &shape->columns[k];
            const char *field = rows + i * shape->size + c->offset;
            if (!is_packed_as_text(c)) {
                sb_add(o, field, db_column_bytes(c->type));
                continue;
            }
            struct bytes text = bytes_of(c, field);
            uint32_t len = (uint32_t)text.n;
            sb_add(o, (const char *)&len, sizeof(len));
            sb_add(o, text.at, len);
        }
}

/* False when the bytes are not whole rows of this shape; the caller then asks the database. */
static bool unpack(struct arena *a, const struct shape *shape, const char *p, size_t left,
                   size_t rows_n, char *rows)
{
    for (size_t i = 0; i < rows_n; i++)
        for (size_t k = 0; k < shape->n; k++) {
            const struct column *c = &shape->columns[k];
            char *field = rows + i * shape->size + c->offset;
            uint32_t len = (uint32_t)db_column_bytes(c->type);
            if (is_packed_as_text(c)) {
                if (left < sizeof(len))
                    return false;
                memcpy(&len, p, sizeof(len));
                p += sizeof(len), left -= sizeof(len);
            }
            if (left < len)
                return false;
            if (c->type == COL_WORD) {
                if (!db_column_put_word(field, c, arena_strn(a, p, len)))
                    return false;
            } else if (db_column_has_length(c->type)) {
                struct bytes text = { arena_strn(a, p, len), len };
                memcpy(field, &text, db_column_bytes(c->type));
            } else
                memcpy(field, p, len);
            p += len, left -= len;
        }
    return left == 0;
}

static const char *cache_key(struct arena *a, const struct stmt *q, const struct arg *args,
                             size_t max)
{
    struct sb key = { .a = a };

    sb_addf(&key, "%s\n%zu", q->sql, max);
    for (; args->type != ARG_END; args++)
        sb_addf(&key, "\n%d %" PRId64 " %a %s", (int)args->type, args->i, args->f,
                args->s ? args->s : "");
    return key.buf;
}

enum rc db_all_cached(struct db *db, struct arena *a, const struct stmt *q, const struct arg *args,
                      int ttl_s, size_t max, void **items, size_t *n)
{
    const char *key = cache_key(a, q, args, max);
    char *data;
    size_t bytes;
    uint64_t count;

    if (cache_get(a, "rows", key, &data, &bytes) && bytes >= sizeof(count)) {
        memcpy(&count, data, sizeof(count));
        char *rows = count <= max ? arena_alloc_n(a, count, q->shape->size) : NULL;
        if (rows && unpack(a, q->shape, data + sizeof(count), bytes - sizeof(count), count, rows)) {
            *items = rows;
            *n = count;
            return RC_OK;
        }
    }
    TRY(db_all(db, a, q, args, max, items, n));
    struct sb packed = { .a = a };
    count = *n;
    sb_add(&packed, (const char *)&count, sizeof(count));
    pack(&packed, q->shape, *items, *n);
    cache_set("rows", key, packed.buf, packed.len, ttl_s);
    return RC_OK;
}
