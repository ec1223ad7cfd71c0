#include "io/db.h"
#include "base/clock.h"
#include "base/conf.h"
#include "base/fault.h"
#include "base/log.h"
#include "base/sb.h"
#include "base/str.h"
#include "io/db_conn.h"
#include <time.h>

enum { TRIES_MAX = 5, TRIES_MS = 2000, JITTER_MS_MIN = 5, JITTER_MS_MAX = 100 };

static enum rc prepare(struct db *db, const struct stmt *q, MYSQL_STMT **out)
{
    for (size_t i = 0; i < db->n; i++)
        if (db->kept[i].q == q) {
            *out = db->kept[i].h;
            return RC_OK;
        }
    assert(db->n < DB_STATEMENTS_MAX);
    MYSQL_STMT *h = mysql_stmt_init(db->c);
    assert(h);
    if (mysql_stmt_prepare(h, q->sql, strlen(q->sql))) {
        unsigned error = mysql_stmt_errno(h);
        char text[256];
        snprintf(text, sizeof(text), "%s", mysql_stmt_error(h));
        mysql_stmt_close(h);
        return db_conn_fault(db, q->name, error, text);
    }
    assert(mysql_stmt_field_count(h) == (q->shape ? q->shape->n : 0));
    db->kept[db->n++] = (struct prepared){ q, h };
    *out = h;
    return RC_OK;
}

/* The client library wants pointers to non-const for arguments, too, although it only reads
 * them. */
static void *unconst(const void *p) { return (void *)(uintptr_t)p; }

static size_t bind_args(const struct arg *args, MYSQL_BIND *b, unsigned long *len)
{
    size_t n = 0;

    for (; args[n].type != ARG_END; n++) {
        const struct arg *g = &args[n];
        assert(n < DB_ARGS_MAX);
        switch (g->type) {
        case ARG_I64:
            b[n].buffer_type = MYSQL_TYPE_LONGLONG;
            b[n].buffer = unconst(&g->i);
            break;
        case ARG_F64:
            b[n].buffer_type = MYSQL_TYPE_DOUBLE;
            b[n].buffer = unconst(&g->f);
            break;
        case ARG_STR:
            if (g->s == NULL) {
                b[n].buffer_type = MYSQL_TYPE_NULL;
                break;
            }
            len[n] = strlen(g->s);
            b[n].buffer_type = MYSQL_TYPE_STRING;
            b[n].buffer = unconst(g->s);
            b[n].buffer_length = len[n];
            b[n].length = &len[n];
            break;
        case ARG_BYTES:
            len[n] = (unsigned long)g->i;
            b[n].buffer_type = MYSQL_TYPE_BLOB;
            b[n].buffer = unconst(g->s);
            b[n].buffer_length = len[n];
            b[n].length = &len[n];
            break;
        case ARG_NULL:
        case ARG_END: b[n].buffer_type = MYSQL_TYPE_NULL; break;
        }
    }
    return n;
}

static void log_if_slow(const struct stmt *q, int64_t ms)
{
    if (conf()->slow_statement_ms && ms >= conf()->slow_statement_ms)
        log_info("db statement=%s ms=%" PRId64 " is slow", q->name, ms);
}

static enum rc execute_once(struct db *db, const struct stmt *q, const struct arg *args,
                            MYSQL_STMT **out, unsigned *error)
{
    MYSQL_BIND b[DB_ARGS_MAX] = { 0 };
    unsigned long len[DB_ARGS_MAX] = { 0 };
    MYSQL_STMT *h = NULL;

    *error = 0;
    if (db->c == NULL)
        TRY(db_conn_open(db));
    TRY(prepare(db, q, &h));
    size_t n = bind_args(args, b, len);
    assert(n == mysql_stmt_param_count(h));
    int64_t begin_ms = clock_monotonic_ms();
    bool failed = (n && mysql_stmt_bind_param(h, b)) || mysql_stmt_execute(h);
    log_if_slow(q, clock_monotonic_ms() - begin_ms);
    if (failed) {
        *error = mysql_stmt_errno(h);
        char text[256];
        snprintf(text, sizeof(text), "%s", mysql_stmt_error(h));
        return db_conn_fault(db, q->name, *error, text);
    }
    *out = h;
    return RC_OK;
}

static void pause_before_repeat(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    int64_t ms = JITTER_MS_MIN + now.tv_nsec / 1000 % (JITTER_MS_MAX - JITTER_MS_MIN);
    nanosleep(&(struct timespec){ .tv_nsec = ms * 1000000 }, NULL);
}

/* What may be tried again ends within TRIES_MAX tries and TRIES_MS. */
static bool again(int tries, int64_t start_ms)
{
    if (tries >= TRIES_MAX || clock_monotonic_ms() - start_ms > TRIES_MS)
        return false;
    pause_before_repeat();
    return true;
}

/* A statement that is a transaction of its own: it is repeated when it lost against another and the
 * server took it back, and, once, when the connection turns out to be dead, but then only where that
 * cannot do anything twice: for SELECTs. */
static enum rc execute_alone(struct db *db, const struct stmt *q, const struct arg *args,
                             MYSQL_STMT **out)
{
    int64_t start_ms = clock_monotonic_ms();
    bool was_open = db->c != NULL;
    unsigned error;

    enum rc rc = execute_once(db, q, args, out, &error);
    if (rc == RC_BUSY && was_open && db->c == NULL && str_starts(q->sql, "SELECT"))
        rc = execute_once(db, q, args, out, &error);
    for (int tries = 1; db_conn_lost_race(error) && again(tries, start_ms); tries++)
        rc = execute_once(db, q, args, out, &error);
    return rc;
}

/* After RC_BUSY the server has taken a transaction back, or may have: a statement that followed would
 * be one of its own. */
static enum rc execute_in_tx(struct db *db, const struct stmt *q, const struct arg *args,
                             MYSQL_STMT **out)
{
    unsigned error;

    return db->undone ? RC_BUSY : execute_once(db, q, args, out, &error);
}

static enum rc execute(struct db *db, const struct stmt *q, const struct arg *args,
                       MYSQL_STMT **out)
{
    db->count++;
    enum fault f = fault_begin();
    enum rc rc = f == FAULT_LOST ? RC_BUSY
                 : db->in_tx     ? execute_in_tx(db, q, args, out)
                                 : execute_alone(db, q, args, out);
    if (fault_end(f)) {
        if (rc == RC_OK && q->shape)
            mysql_stmt_free_result(
                *out); /* else closing the connection would wait for the unread rows */
        db_conn_drop(db);
        rc = RC_BUSY;
    }
    db->undone |= rc == RC_BUSY;
    return rc;
}

size_t db_column_bytes(enum column_type type)
{
    switch (type) {
    case COL_I64: return sizeof(int64_t);
    case COL_INT: return sizeof(int);
    case COL_BOOL: return sizeof(bool);
    case COL_F64: return sizeof(double);
    case COL_STR: return sizeof(char *);
    case COL_BYTES: return sizeof(struct bytes);
    case COL_WORD: return sizeof(int);
    }
    return 0;
}

bool db_column_has_length(enum column_type type) { return type == COL_STR || type == COL_BYTES; }

/* Put one value into its field: `i` and `f` for the numeric types, `text` for the others. */
static void put(char *row, const struct column *c, int64_t i, double f, struct bytes text)
{
    int narrow = (int)i;
    bool flag = i != 0;
    const void *from = c->type == COL_I64     ? (const void *)&i
                       : c->type == COL_INT   ? (const void *)&narrow
                       : c->type == COL_F64   ? (const void *)&f
                       : c->type == COL_STR   ? (const void *)&text.at
                       : c->type == COL_BYTES ? (const void *)&text
                                              : (const void *)&flag;
    memcpy(row + c->offset, from, db_column_bytes(c->type));
}

struct cells {
    MYSQL_BIND bind[DB_COLUMNS_MAX];
    unsigned long len[DB_COLUMNS_MAX];
    my_bool null[DB_COLUMNS_MAX];
    int64_t i[DB_COLUMNS_MAX];
    double f[DB_COLUMNS_MAX];
};

static void bind_cells(const struct shape *shape, struct cells *c)
{
    assert(shape->n <= DB_COLUMNS_MAX);
    for (size_t k = 0; k < shape->n; k++) {
        MYSQL_BIND *b = &c->bind[k];
        b->is_null = &c->null[k];
        b->length = &c->len[k];
        switch (shape->columns[k].type) {
        case COL_STR:
        case COL_BYTES:
        case COL_WORD: b->buffer_type = MYSQL_TYPE_STRING; break;
        case COL_F64:
            b->buffer_type = MYSQL_TYPE_DOUBLE;
            b->buffer = &c->f[k];
            break;
        case COL_I64:
        case COL_INT:
        case COL_BOOL:
            b->buffer_type = MYSQL_TYPE_LONGLONG;
            b->buffer = &c->i[k];
            break;
        }
    }
}

/* The connection was lost, or the server failed, in the middle of the rows of an answer. */
static enum rc broken(struct db *db, const struct stmt *q, MYSQL_STMT *h)
{
    unsigned error = mysql_stmt_errno(h);
    bool of_connection = error == 0; /* then it was lost while rows were being sent */
    char text[256];

    snprintf(text, sizeof(text), "%s", of_connection ? mysql_error(db->c) : mysql_stmt_error(h));
    enum rc rc = db_conn_fault(db, q->name, of_connection ? mysql_errno(db->c) : error, text);
    db_conn_cut(db);
    return rc;
}

bool db_column_put_word(char *field, const struct column *column, const char *word)
{
    _Static_assert(sizeof(enum rc) == sizeof(int), "an enum is stored as an int");
    int value;

    if (!words_find(column->words, word, &value))
        return false;
    memcpy(field, &value, sizeof(value));
    return true;
}

/* RC_FAIL: what is there is none of the column's words. */
static enum rc copy_word(struct db *db, const struct stmt *q, MYSQL_STMT *h, size_t k,
                         unsigned long n, char *row)
{
    const struct column *column = &q->shape->columns[k];
    char word[WORD_MAX_BYTES + 1] = "";
    MYSQL_BIND whole = { .buffer_type = MYSQL_TYPE_STRING,
                         .buffer = word,
                         .buffer_length = MIN_OF(n, (unsigned long)WORD_MAX_BYTES) };

    if (n && mysql_stmt_fetch_column(h, &whole, (unsigned)k, 0))
        return broken(db, q, h);
    if (n <= WORD_MAX_BYTES && db_column_put_word(row + column->offset, column, word))
        return RC_OK;
    log_error("statement %s: \"%s\" in column %s is no %s", q->name, word, column->name,
              column->words->name);
    mysql_stmt_free_result(h);
    return RC_FAIL;
}

static enum rc copy_row(struct db *db, struct arena *a, const struct stmt *q, MYSQL_STMT *h,
                        struct cells *c, char *row)
{
    for (size_t k = 0; k < q->shape->n; k++) {
        const struct column *column = &q->shape->columns[k];
        unsigned long n = c->null[k] ? 0 : c->len[k];
        struct bytes text = { NULL, 0 };
        if (column->type == COL_WORD) {
            TRY(copy_word(db, q, h, k, n, row));
            continue;
        }
        if (db_column_has_length(column->type)) {
            char *copy = arena_alloc(a, n + 1);
            MYSQL_BIND whole = { .buffer_type = MYSQL_TYPE_STRING,
                                 .buffer = copy,
                                 .buffer_length = n };
            if (n && mysql_stmt_fetch_column(h, &whole, (unsigned)k, 0))
                return broken(db, q, h);
            text = (struct bytes){ copy, n };
        }
        put(row, column, c->null[k] ? 0 : c->i[k], c->null[k] ? 0 : c->f[k], text);
    }
    return RC_OK;
}

enum rc db_all(struct db *db, struct arena *a, const struct stmt *q, const struct arg *args,
               size_t max, void **items, size_t *n)
{
    struct cells cells = { 0 };
    MYSQL_STMT *h = NULL;

    assert(max <= DB_ROWS_MAX && q->shape);
    *items = NULL;
    *n = 0;
    TRY(execute(db, q, args, &h));
    bind_cells(q->shape, &cells);
    if (mysql_stmt_bind_result(h, cells.bind) || mysql_stmt_store_result(h))
        goto lost;
    size_t have = MIN_OF((size_t)mysql_stmt_num_rows(h), max);
    char *rows = arena_alloc_n(a, have, q->shape->size);
    for (size_t i = 0; i < have; i++) {
        int r = mysql_stmt_fetch(h);
        if (r != 0 && r != MYSQL_DATA_TRUNCATED)
            goto lost;
        TRY(copy_row(db, a, q, h, &cells, rows + i * q->shape->size));
    }
    mysql_stmt_free_result(h);
    *items = rows;
    *n = have;
    return RC_OK;
lost:
    return broken(db, q, h);
}

enum rc db_one(struct db *db, struct arena *a, const struct stmt *q, const struct arg *args,
               void *row)
{
    void *rows;
    size_t n;

    TRY(db_all(db, a, q, args, 1, &rows, &n));
    if (n == 0)
        return RC_NOT_FOUND;
    memcpy(row, rows, q->shape->size);
    return RC_OK;
}

static const struct column number_columns[] = { { "n", COL_I64, 0, NULL } };
const struct shape number_shape = { sizeof(int64_t), COUNT(number_columns), number_columns };

const char *db_prefix(struct arena *a, const char *text)
{
    struct sb like = { .a = a };

    for (const char *p = text; *p; p++) {
        if (strchr("%_\\", *p))
            sb_add(&like, "\\", 1);
        sb_add(&like, p, 1);
    }
    sb_add(&like, "%", 1);
    return like.buf;
}

enum rc db_number(struct db *db, struct arena *a, const struct stmt *q, const struct arg *args,
                  int64_t *n)
{
    assert(q->shape == &number_shape);
    return db_one(db, a, q, args, n);
}

struct db_rows {
    struct db *db;
    struct arena *a;
    const struct stmt *q;
    MYSQL_STMT *h; /* NULL after the last row */
    struct cells cells;
    char *row;
};

enum rc db_rows_begin(struct db *db, struct arena *a, const struct stmt *q, const struct arg *args,
                      struct db_rows **out)
{
    struct db_rows *rows = arena_array(a, struct db_rows, 1);

    *out = rows;
    *rows = (struct db_rows){ .db = db, .a = a, .q = q, .row = arena_alloc(a, q->shape->size) };
    TRY(execute(db, q, args, &rows->h));
    bind_cells(q->shape, &rows->cells);
    if (mysql_stmt_bind_result(rows->h, rows->cells.bind) == 0)
        return RC_OK;
    MYSQL_STMT *h = rows->h;
    rows->h = NULL;
    return broken(db, q, h);
}

enum rc db_rows_next(struct db_rows *rows, const void **row)
{
    MYSQL_STMT *h = rows->h;
    int fetched = h ? mysql_stmt_fetch(h) : MYSQL_NO_DATA;

    *row = NULL;
    if (fetched == MYSQL_NO_DATA) {
        db_rows_end(rows);
        return RC_OK;
    }
    enum rc rc = fetched == 1 ? broken(rows->db, rows->q, h)
                              : copy_row(rows->db, rows->a, rows->q, h, &rows->cells, rows->row);
    if (rc == RC_OK)
        *row = rows->row;
    else
        rows->h = NULL; /* there is no answer to end any more */
    return rc;
}

void db_rows_end(struct db_rows *rows)
{
    if (rows && rows->h)
        mysql_stmt_free_result(rows->h);
    if (rows)
        rows->h = NULL;
}

enum rc db_each(struct db *db, struct arena *a, const struct stmt *q, const struct arg *args,
                enum rc (*take)(const void *row, void *arg), void *arg)
{
    struct db_rows *rows = NULL;
    const void *row = NULL;

    enum rc rc = db_rows_begin(db, a, q, args, &rows);
    while (rc == RC_OK && (rc = db_rows_next(rows, &row)) == RC_OK && row)
        rc = take(row, arg);
    db_rows_end(rows);
    return rc;
}

enum rc db_run(struct db *db, const struct stmt *q, const struct arg *args, int64_t *changed)
{
    MYSQL_STMT *h = NULL;

    assert(q->shape == NULL);
    TRY(execute(db, q, args, &h));
    if (changed)
        *changed = (int64_t)mysql_stmt_affected_rows(h);
    return RC_OK;
}

enum rc db_insert(struct db *db, const struct stmt *q, const struct arg *args, int64_t *id)
{
    MYSQL_STMT *h = NULL;

    assert(q->shape == NULL);
    TRY(execute(db, q, args, &h));
    if (id)
        *id = (int64_t)mysql_stmt_insert_id(h);
    return RC_OK;
}

static enum rc begin(struct db *db)
{
    assert(!db->in_tx);
    if (db->c == NULL)
        TRY(db_conn_open(db));
    enum rc rc = db_conn_query(db, "START TRANSACTION");
    if (rc == RC_BUSY && db->c == NULL) { /* the connection had died while idle */
        TRY(db_conn_open(db));
        rc = db_conn_query(db, "START TRANSACTION");
    }
    db->in_tx = rc == RC_OK;
    db->undone = false;
    return rc;
}

static enum rc end(struct db *db, enum rc rc)
{
    if (rc == RC_OK)
        rc = db->undone ? RC_BUSY : db_conn_query(db, "COMMIT");
    if (rc != RC_OK && db->c && mysql_query(db->c, "ROLLBACK"))
        db_conn_drop(db); /* the server rolls back what a closed connection left open */
    db->in_tx = false;
    return rc;
}

enum rc db_transact(struct db *db, enum rc (*fn)(struct db *db, void *arg), void *arg)
{
    int64_t start_ms = clock_monotonic_ms();
    enum rc rc;
    int tries = 0;

    do {
        tries++;
        rc = begin(db);
        if (rc == RC_OK)
            rc = end(db, fn(db, arg));
    } while (rc == RC_BUSY && again(tries, start_ms));
    return rc;
}

enum rc db_script(struct db *db, const char *sql)
{
    if (db->c == NULL)
        TRY(db_conn_open(db));
    enum rc rc = db_conn_query(db, sql);
    while (rc == RC_OK && mysql_more_results(db->c)) {
        MYSQL_RES *res = mysql_store_result(db->c);
        mysql_free_result(res);
        if (mysql_next_result(db->c) > 0)
            rc = db_conn_fault(db, "script", mysql_errno(db->c), mysql_error(db->c));
    }
    return rc;
}

static bool is_text(enum enum_field_types type)
{
    return type == MYSQL_TYPE_STRING || type == MYSQL_TYPE_VAR_STRING || type == MYSQL_TYPE_BLOB ||
           type == MYSQL_TYPE_VARCHAR;
}

/* What does not fit about a column of the answer, or NULL. */
static const char *misfit(const struct column *column, const MYSQL_FIELD *field)
{
    char home[200];

    if (!str_eq(field->name, column->name))
        return "its shape has another name for it";
    if (column->type != COL_WORD)
        return db_column_has_length(column->type) || !is_text(field->type)
                   ? NULL
                   : "its shape takes it for a number";
    if (!is_text(field->type))
        return "it holds no words";
    snprintf(home, sizeof(home), "%s.%s", field->org_table, field->org_name);
    return field->org_table[0] == 0 || strstr(column->words->columns, home)
               ? NULL
               : "its shape takes it for words of another column";
}

static enum rc check_columns(const struct stmt *q, MYSQL_STMT *h)
{
    size_t want = q->shape ? q->shape->n : 0;
    enum rc rc = RC_OK;

    if (mysql_stmt_field_count(h) != want) {
        log_error("statement %s has %u columns, its shape %zu", q->name, mysql_stmt_field_count(h),
                  want);
        return RC_FAIL;
    }
    MYSQL_RES *meta = mysql_stmt_result_metadata(h);
    for (size_t i = 0; i < want && meta; i++) {
        const MYSQL_FIELD *field = mysql_fetch_field_direct(meta, (unsigned)i);
        const char *why = misfit(&q->shape->columns[i], field);
        if (why) {
            log_error("statement %s: column %zu, %s: %s (%s)", q->name, i, field->name, why,
                      q->shape->columns[i].name);
            rc = RC_FAIL;
        }
    }
    mysql_free_result(meta);
    return rc;
}

enum rc db_check(struct db *db, const struct stmt *q)
{
    if (db->c == NULL)
        TRY(db_conn_open(db));
    MYSQL_STMT *h = mysql_stmt_init(db->c);
    enum rc rc = mysql_stmt_prepare(h, q->sql, strlen(q->sql))
                     ? db_conn_fault(db, q->name, mysql_stmt_errno(h), mysql_stmt_error(h))
                     : check_columns(q, h);
    mysql_stmt_close(h);
    return rc;
}

unsigned db_count(const struct db *db) { return db->count; }
void db_count_reset(struct db *db) { db->count = 0; }
