#include "io/db.h"
#include "base/clock.h"
#include "base/conf.h"
#include "base/fault.h"
#include "base/log.h"
#include "base/sb.h"
#include "base/str.h"
#include "io/cache.h"
#include <errmsg.h>
#include <mysql.h>
#include <mysqld_error.h>
#include <sys/socket.h>
#include <time.h>

enum {
    CONNECT_SECONDS = 2,
    TRIES_MAX = 5,
    TRIES_MS = 2000,
    JITTER_MS_MIN = 5,
    JITTER_MS_MAX = 100
};

/* Errors that no client header names alike in MariaDB and MySQL. */
enum { E_CHECK_MARIADB = 4025, E_CHECK_MYSQL = 3819, E_SNAPSHOT_CHANGED = 1020, E_KILLED = 1927 };

struct prepared {
    const struct stmt *q;
    MYSQL_STMT *h;
};

struct db {
    MYSQL *c; /* NULL while not connected */
    enum db_user user;
    int timeout_s;
    bool in_tx;
    unsigned count;
    size_t n;
    struct prepared kept[DB_STATEMENTS_MAX];
};

struct db *db_new(enum db_user user, int timeout_s)
{
    struct db *db = calloc(1, sizeof(*db));

    assert(db && timeout_s > 0);
    db->user = user;
    db->timeout_s = timeout_s;
    return db;
}

static void disconnect(struct db *db)
{
    for (size_t i = 0; i < db->n; i++)
        mysql_stmt_close(db->kept[i].h);
    db->n = 0;
    if (db->c)
        mysql_close(db->c);
    db->c = NULL;
}

/* After an error among the rows the client library would wait for the rest of them, with the next use
 * of the statement and even when it is closed, until the statement's time is over. */
static void cut_off(struct db *db)
{
    if (db->c)
        shutdown(mysql_get_socket(db->c), SHUT_RDWR);
    disconnect(db);
}

void db_close(struct db *db)
{
    if (db == NULL)
        return;
    disconnect(db);
    free(db);
}

static enum rc meaning(unsigned error)
{
    switch (error) {
    case ER_DUP_ENTRY:
    case ER_NO_REFERENCED_ROW_2:
    case ER_ROW_IS_REFERENCED_2: return RC_CONFLICT;
    case E_CHECK_MARIADB:
    case E_CHECK_MYSQL:
    case ER_DATA_TOO_LONG:
    case ER_WARN_DATA_OUT_OF_RANGE: return RC_INVALID;
    case ER_LOCK_DEADLOCK:
    case ER_LOCK_WAIT_TIMEOUT:
    case ER_AUTOINC_READ_FAILED: /* a deadlock over the next number */
    case E_SNAPSHOT_CHANGED:
    case ER_CON_COUNT_ERROR:
    case ER_TOO_MANY_USER_CONNECTIONS:
    case ER_USER_LIMIT_REACHED:
    case ER_DISK_FULL:
    case ER_RECORD_FILE_FULL:
    case ER_OPTION_PREVENTS_STATEMENT:
    case ER_UNKNOWN_COM_ERROR: return RC_BUSY;
    default: return RC_FAIL;
    }
}

static bool is_loss(unsigned error)
{
    return error == CR_SERVER_GONE_ERROR || error == CR_SERVER_LOST ||
           error == CR_CONNECTION_ERROR || error == CR_CONN_HOST_ERROR ||
           error == ER_SERVER_SHUTDOWN || error == E_KILLED ||
           (error >= ER_NET_READ_ERROR && error <= ER_NET_WRITE_INTERRUPTED);
}

/* Log what went wrong; a lost connection is dropped, so that the next statement opens a new one. */
static enum rc fault(struct db *db, const char *name, unsigned error, const char *text)
{
    enum rc rc = is_loss(error) ? RC_BUSY : meaning(error);

    if (rc != RC_CONFLICT)
        log_error("db statement=%s errno=%u rc=%s: %s", name, error, rc_name(rc), text);
    if (is_loss(error))
        disconnect(db);
    return rc;
}

static void login_of(enum db_user user, const char **name, const char **password)
{
    const struct conf *c = conf();

    switch (user) {
    case DB_READER: *name = c->db_read_user, *password = c->db_read_password; return;
    case DB_ORDINARY: *name = c->db_user, *password = c->db_password; return;
    case DB_MONEY: *name = c->db_money_user, *password = c->db_money_password; return;
    case DB_ADMIN: *name = c->db_admin_user, *password = c->db_admin_password; return;
    }
}

static enum rc connect_now(struct db *db)
{
    static const char settings[] =
        "SET SESSION sql_mode = 'STRICT_ALL_TABLES,NO_ZERO_DATE,ERROR_FOR_DIVISION_BY_ZERO',"
        " time_zone = '+00:00', wait_timeout = 31536000, innodb_lock_wait_timeout = 5";
    unsigned connect_s = CONNECT_SECONDS, timeout_s = (unsigned)db->timeout_s;
    const char *user = NULL, *password = NULL;
    const struct conf *c = conf();
    MYSQL *m = mysql_init(NULL);

    assert(m);
    login_of(db->user, &user, &password);
    mysql_options(m, MYSQL_OPT_CONNECT_TIMEOUT, &connect_s);
    mysql_options(m, MYSQL_OPT_READ_TIMEOUT, &timeout_s);
    mysql_options(m, MYSQL_OPT_WRITE_TIMEOUT, &timeout_s);
    mysql_options(m, MYSQL_SET_CHARSET_NAME, "utf8mb4");
    bool by_socket = c->db_socket[0];
    /* CLIENT_FOUND_ROWS is left out on purpose: db_run counts rows that really changed. */
    if (!mysql_real_connect(m, by_socket ? NULL : c->db_host, user, password, c->db_name,
                            by_socket ? 0 : (unsigned)c->db_port, by_socket ? c->db_socket : NULL,
                            db->user == DB_ADMIN ? CLIENT_MULTI_STATEMENTS : 0) ||
        mysql_query(m, settings)) {
        enum rc rc = fault(db, "connect", mysql_errno(m), mysql_error(m));
        mysql_close(m);
        return rc;
    }
    db->c = m;
    return RC_OK;
}

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
        return fault(db, q->name, error, text);
    }
    assert(mysql_stmt_field_count(h) == (q->shape ? q->shape->n : 0));
    db->kept[db->n++] = (struct prepared){ q, h };
    *out = h;
    return RC_OK;
}

/* The client library's bind takes pointers to non-const; it only reads arguments. */
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

static enum rc execute_once(struct db *db, const struct stmt *q, const struct arg *args,
                            MYSQL_STMT **out, unsigned *error)
{
    MYSQL_BIND b[DB_ARGS_MAX] = { 0 };
    unsigned long len[DB_ARGS_MAX] = { 0 };
    MYSQL_STMT *h = NULL;

    *error = 0;
    if (db->c == NULL && db->in_tx)
        return RC_BUSY; /* lost in the middle of a transaction */
    if (db->c == NULL)
        TRY(connect_now(db));
    TRY(prepare(db, q, &h));
    size_t n = bind_args(args, b, len);
    assert(n == mysql_stmt_param_count(h));
    if ((n && mysql_stmt_bind_param(h, b)) || mysql_stmt_execute(h)) {
        *error = mysql_stmt_errno(h);
        char text[256];
        snprintf(text, sizeof(text), "%s", mysql_stmt_error(h));
        return fault(db, q->name, *error, text);
    }
    *out = h;
    return RC_OK;
}

/* A connection found dead is opened again and the statement repeated once, when that cannot do
 * anything twice: outside a transaction, and only reads. */
static enum rc execute(struct db *db, const struct stmt *q, const struct arg *args,
                       MYSQL_STMT **out)
{
    unsigned error;

    db->count++;
    enum fault f = fault_begin();
    if (f == FAULT_LOST)
        return RC_BUSY;
    bool was_open = db->c != NULL;
    enum rc rc = execute_once(db, q, args, out, &error);
    if (rc == RC_BUSY && was_open && db->c == NULL && !db->in_tx && str_starts(q->sql, "SELECT"))
        rc = execute_once(db, q, args, out, &error);
    if (!fault_end(f))
        return rc;
    if (rc == RC_OK && q->shape)
        mysql_stmt_free_result(*out); /* rows left unread would hold up the end of the connection */
    disconnect(db);
    return RC_BUSY;
}

static size_t size_of(enum column_type type)
{
    switch (type) {
    case COL_I64: return sizeof(int64_t);
    case COL_INT: return sizeof(int);
    case COL_BOOL: return sizeof(bool);
    case COL_F64: return sizeof(double);
    case COL_STR: return sizeof(char *);
    case COL_BYTES: return sizeof(struct bytes);
    }
    return 0;
}

static bool has_length(enum column_type type) { return type == COL_STR || type == COL_BYTES; }

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
    memcpy(row + c->offset, from, size_of(c->type));
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
        case COL_BYTES: b->buffer_type = MYSQL_TYPE_STRING; break;
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

static bool copy_row(struct arena *a, MYSQL_STMT *h, const struct shape *shape, struct cells *c,
                     char *row)
{
    for (size_t k = 0; k < shape->n; k++) {
        const struct column *column = &shape->columns[k];
        struct bytes text = { NULL, 0 };
        if (has_length(column->type)) {
            unsigned long n = c->null[k] ? 0 : c->len[k];
            char *copy = arena_alloc(a, n + 1);
            MYSQL_BIND whole = { .buffer_type = MYSQL_TYPE_STRING,
                                 .buffer = copy,
                                 .buffer_length = n };
            if (n && mysql_stmt_fetch_column(h, &whole, (unsigned)k, 0))
                return false;
            text = (struct bytes){ copy, n };
        }
        put(row, column, c->null[k] ? 0 : c->i[k], c->null[k] ? 0 : c->f[k], text);
    }
    return true;
}

/* The answer broke off among its rows. */
static enum rc broken(struct db *db, const struct stmt *q, MYSQL_STMT *h)
{
    unsigned error = mysql_stmt_errno(h);
    bool of_connection = error == 0; /* when it is lost while rows are under way */
    char text[256];

    snprintf(text, sizeof(text), "%s", of_connection ? mysql_error(db->c) : mysql_stmt_error(h));
    enum rc rc = fault(db, q->name, of_connection ? mysql_errno(db->c) : error, text);
    cut_off(db);
    return rc;
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
        if ((r != 0 && r != MYSQL_DATA_TRUNCATED) ||
            !copy_row(a, h, q->shape, &cells, rows + i * q->shape->size))
            goto lost;
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

struct db_rows {
    struct db *db;
    struct arena *a;
    const struct stmt *q;
    MYSQL_STMT *h; /* NULL once all have come */
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
    if (fetched == 1 || !copy_row(rows->a, h, rows->q->shape, &rows->cells, rows->row)) {
        rows->h = NULL;
        return broken(rows->db, rows->q, h);
    }
    *row = rows->row;
    return RC_OK;
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

/* Rows in the cache: numbers as 8 bytes, text as a 4-byte length and its bytes, in column order.
 * Written and read on machines of one kind; the statement's text is part of the key, so a changed
 * shape never meets old rows. */
static void pack(struct sb *o, const struct shape *shape, const char *rows, size_t n)
{
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < shape->n; k++) {
            const struct column *c = &shape->columns[k];
            const char *field = rows + i * shape->size + c->offset;
            if (!has_length(c->type)) {
                sb_add(o, field, size_of(c->type));
                continue;
            }
            struct bytes text;
            memcpy(&text, field, size_of(c->type));
            uint32_t len = (uint32_t)(c->type == COL_STR ? strlen(text.at) : text.n);
            sb_add(o, (const char *)&len, sizeof(len));
            sb_add(o, text.at, len);
        }
}

/* False when the bytes are not whole rows of this shape: then they count as not there. */
static bool unpack(struct arena *a, const struct shape *shape, const char *p, size_t left,
                   size_t rows_n, char *rows)
{
    for (size_t i = 0; i < rows_n; i++)
        for (size_t k = 0; k < shape->n; k++) {
            const struct column *c = &shape->columns[k];
            char *field = rows + i * shape->size + c->offset;
            uint32_t len = (uint32_t)size_of(c->type);
            if (has_length(c->type)) {
                if (left < sizeof(len))
                    return false;
                memcpy(&len, p, sizeof(len));
                p += sizeof(len), left -= sizeof(len);
            }
            if (left < len)
                return false;
            if (has_length(c->type)) {
                struct bytes text = { arena_strn(a, p, len), len };
                memcpy(field, &text, size_of(c->type));
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

static enum rc plain(struct db *db, const char *sql)
{
    enum fault f = fault_begin();
    if (f == FAULT_LOST || db->c == NULL)
        return RC_BUSY;
    if (mysql_query(db->c, sql)) {
        char text[256];
        snprintf(text, sizeof(text), "%s", mysql_error(db->c));
        return fault(db, sql, mysql_errno(db->c), text);
    }
    if (!fault_end(f))
        return RC_OK;
    disconnect(db);
    return RC_BUSY;
}

static enum rc begin(struct db *db)
{
    assert(!db->in_tx);
    if (db->c == NULL)
        TRY(connect_now(db));
    enum rc rc = plain(db, "START TRANSACTION");
    if (rc == RC_BUSY && db->c == NULL) { /* the connection had died while idle */
        TRY(connect_now(db));
        rc = plain(db, "START TRANSACTION");
    }
    db->in_tx = rc == RC_OK;
    return rc;
}

static enum rc end(struct db *db, enum rc rc)
{
    if (rc == RC_OK)
        rc = plain(db, "COMMIT");
    if (rc != RC_OK && db->c && mysql_query(db->c, "ROLLBACK"))
        disconnect(db); /* the server rolls back what a closed connection left open */
    db->in_tx = false;
    return rc;
}

static void pause_before_repeat(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    int64_t ms = JITTER_MS_MIN + now.tv_nsec / 1000 % (JITTER_MS_MAX - JITTER_MS_MIN);
    nanosleep(&(struct timespec){ .tv_nsec = ms * 1000000 }, NULL);
}

enum rc db_transact(struct db *db, enum rc (*fn)(struct db *db, void *arg), void *arg)
{
    int64_t start_ms = clock_monotonic_ms();
    enum rc rc = RC_BUSY;

    for (int i = 0; rc == RC_BUSY && i < TRIES_MAX; i++) {
        if (i)
            pause_before_repeat();
        if (i && clock_monotonic_ms() - start_ms > TRIES_MS)
            break;
        rc = begin(db);
        if (rc == RC_OK)
            rc = end(db, fn(db, arg));
    }
    return rc;
}

enum rc db_script(struct db *db, const char *sql)
{
    if (db->c == NULL)
        TRY(connect_now(db));
    enum rc rc = plain(db, sql);
    while (rc == RC_OK && mysql_more_results(db->c)) {
        MYSQL_RES *res = mysql_store_result(db->c);
        mysql_free_result(res);
        if (mysql_next_result(db->c) > 0)
            rc = fault(db, "script", mysql_errno(db->c), mysql_error(db->c));
    }
    return rc;
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
        const char *name = mysql_fetch_field_direct(meta, (unsigned)i)->name;
        if (!str_eq(name, q->shape->columns[i].name)) {
            log_error("statement %s: column %zu is %s, its shape says %s", q->name, i, name,
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
        TRY(connect_now(db));
    MYSQL_STMT *h = mysql_stmt_init(db->c);
    enum rc rc = mysql_stmt_prepare(h, q->sql, strlen(q->sql))
                     ? fault(db, q->name, mysql_stmt_errno(h), mysql_stmt_error(h))
                     : check_columns(q, h);
    mysql_stmt_close(h);
    return rc;
}

unsigned db_count(const struct db *db) { return db->count; }
void db_count_reset(struct db *db) { db->count = 0; }
