/*
 * db: prepared statements on MariaDB 10.6+ or MySQL 8, declared once as data.
 *
 *   SHAPE(video_shape, struct video, COLUMN(struct video, id), COLUMN(struct video, title));
 *   STMT(q_by_owner, &video_shape, "SELECT id, title FROM video WHERE owner_id = ?");
 *   TRY(db_one(db, arena, &q_by_owner, ARGS(I64(owner_id)), &video));
 *
 * A column fills the field of its own name; the field's C type decides how. NULL becomes 0 or "".
 * A column that holds one of a fixed set of words fills an enum: COLUMN_WORD(struct video, state,
 * video_state). A word that is not in the table of base/words.h is RC_FAIL; so is NULL, unless the word
 * of 0 is "".
 * A row of one number needs no struct: its shape is number_shape, its column is called n, and the
 * row is an int64_t.
 *
 *   STMT(q_count, &number_shape, "SELECT COUNT(*) AS n FROM video WHERE owner_id = ?");
 *   TRY(db_number(db, arena, &q_count, ARGS(I64(owner_id)), &videos));
 *
 * Every STMT is also listed in an ELF section, so that a test prepares each against the migrated
 * schema and compares the column names. Statements are prepared on first use and kept.
 *
 * Logins     the users of base/conf.h; a password is that of the setting or else the line in a file of
 *            secrets_dir (db, db_read, db_money, db_admin), read by the program that connects with it.
 * TLS        db_tls is for connections to db_host; a Unix socket does not leave the machine.
 *
 * A struct db is one connection, opened by the first statement and again after it was lost: while
 * the server is away statements end in RC_BUSY; once it is back, the program need not be restarted.
 *
 * Log        a statement that fails or that takes conf()->slow_statement_ms gets a line with its name, and
 *            never with its values.
 * Errors     RC_CONFLICT   a unique key or a foreign key refused the row
 *            RC_INVALID    a CHECK or a column's range refused a value
 *            RC_NOT_FOUND  db_one, db_number: no row
 *            RC_BUSY       lock lost, server away or full; the whole transaction may be repeated, and
 *                          can do nothing else: each further statement in it is RC_BUSY, too.
 *                          A lost COMMIT may have been carried out: unique keys have to keep a
 *                          repetition from doing it twice.
 *            RC_FAIL       a fault of ours, logged with the statement's name
 * Repeated   A statement outside a transaction that lost against another (deadlock, changed since its
 *            snapshot) is sent up to 5 times within 2 s. Rows may still end in RC_BUSY.
 * Faults     each statement, START TRANSACTION and COMMIT is a step of base/fault.h.
 */
#ifndef IO_DB_H
#define IO_DB_H
#include "base/words.h"

enum { DB_ARGS_MAX = 40, DB_COLUMNS_MAX = 40, DB_STATEMENTS_MAX = 256, DB_ROWS_MAX = 10000 };

struct db;

/* The users of the server, each with grants of its own: for programs that only read, for ordinary
 * programs, for those that move money, and for migrations. */
enum db_user { DB_READER, DB_ORDINARY, DB_MONEY, DB_ADMIN };

enum column_type { COL_I64, COL_INT, COL_BOOL, COL_F64, COL_STR, COL_BYTES, COL_WORD };
struct column {
    const char *name;
    enum column_type type;
    size_t offset;
    const struct words *words; /* of COL_WORD */
};
struct shape {
    size_t size, n;
    const struct column *columns;
};
#define COLUMN(type, field) COLUMN_AS(type, field, #field)
#define COLUMN_AS(type, field, name)                                                                   \
    {                                                                                                  \
        name,                                                                                        \
      _Generic(((type *)0)->field, int64_t: COL_I64, int: COL_INT, unsigned: COL_INT,              \
               bool: COL_BOOL, double: COL_F64, const char *: COL_STR, struct bytes: COL_BYTES),                            \
      offsetof(type, field), NULL \
    }
/* NOLINTBEGIN(bugprone-macro-parentheses): the argument is the name of an enum */
#define COLUMN_WORD(type, field, set) COLUMN_WORD_AS(type, field, set, #field)
#define COLUMN_WORD_AS(type, field, set, name)                                                     \
    {                                                                                              \
        name,                                                                                      \
            _Generic(((type *)0)->field, enum set                                                  \
                     : COL_WORD),                                                                  \
            offsetof(type, field), &set##_words                                                    \
    }
/* NOLINTEND(bugprone-macro-parentheses) */
#define SHAPE(name, type, ...)                                                                     \
    static const struct column name##_columns_[] = { __VA_ARGS__ };                                \
    static const struct shape name = { sizeof(type), COUNT(name##_columns_), name##_columns_ }

/* The shape of rows that hold one number, in a column called n; lists of them are struct
 * number_list. */
extern const struct shape number_shape;
struct number_list {
    int64_t *items;
    size_t n;
};

struct arg {
    enum { ARG_END, ARG_I64, ARG_F64, ARG_STR, ARG_BYTES, ARG_NULL } type;
    int64_t i; /* of ARG_BYTES: their number */
    double f;
    const char *s;
};
#define I64(v)                                                                                     \
    {                                                                                              \
        ARG_I64, (v), 0, NULL                                                                      \
    }
#define F64(v)                                                                                     \
    {                                                                                              \
        ARG_F64, 0, (v), NULL                                                                      \
    }
#define STR(v)                                                                                     \
    {                                                                                              \
        ARG_STR, 0, 0, (v)                                                                         \
    } /* NULL is SQL's NULL */
#define BYTES(v)                                                                                   \
    {                                                                                              \
        ARG_BYTES, (int64_t)(v).n, 0, (v).at                                                       \
    } /* a struct bytes, as it is; not for db_all_cached() */
#define ID_OR_NULL(v)                                                                              \
    {                                                                                              \
        (v) ? ARG_I64 : ARG_NULL, (v), 0, NULL                                                     \
    }
#define ARGS(...)                                                                                  \
    (const struct arg[])                                                                           \
    {                                                                                              \
        __VA_ARGS__, { ARG_END, 0, 0, NULL }                                                       \
    }
#define NO_ARGS                                                                                    \
    (const struct arg[])                                                                           \
    {                                                                                              \
        {                                                                                          \
            ARG_END, 0, 0, NULL                                                                    \
        }                                                                                          \
    }

struct stmt {
    const char *name, *sql;
    const struct shape *shape; /* NULL for a statement without rows */
};
#define STMT(name, shape, text)                                                                    \
    static const struct stmt name = { #name, text, shape };                                        \
    static const struct stmt *const name##_listed_ __attribute__((section("stmts"), used)) = &name

/* What LIKE compares with to find what begins with this text: %, _ and \ in it are literal. */
const char *db_prefix(struct arena *a, const char *text);

/* Does not connect yet. A statement that takes longer than timeout_s counts as a lost server. */
struct db *db_new(enum db_user user, int timeout_s);
void db_close(struct db *db); /* accepts NULL */

/* One row into *row, a struct of the statement's shape; strings go to the arena. */
MUST_USE enum rc db_one(struct db *db, struct arena *a, const struct stmt *q,
                        const struct arg *args, void *row);

/* One row of number_shape into *n, which stays as it was when there is no row. */
MUST_USE enum rc db_number(struct db *db, struct arena *a, const struct stmt *q,
                           const struct arg *args, int64_t *n);

/* Up to `max` rows into a list, struct { T *items; size_t n; }; any further rows are left out. */
#define DB_LIST(db, a, q, args, max, list)                                                         \
    (assert(sizeof(*(list)->items) == (q)->shape->size),                                           \
     db_all((db), (a), (q), (args), (max), (void **)&(list)->items, &(list)->n))
MUST_USE enum rc db_all(struct db *db, struct arena *a, const struct stmt *q,
                        const struct arg *args, size_t max, void **items, size_t *n);

/* Like DB_LIST, but the rows may come from the cache and be up to ttl_s seconds old. Only for rows
 * that everybody may see. */
#define DB_LIST_CACHED(db, a, q, args, ttl_s, max, list)                                           \
    (assert(sizeof(*(list)->items) == (q)->shape->size),                                           \
     db_all_cached((db), (a), (q), (args), (ttl_s), (max), (void **)&(list)->items, &(list)->n))
MUST_USE enum rc db_all_cached(struct db *db, struct arena *a, const struct stmt *q,
                               const struct arg *args, int ttl_s, size_t max, void **items,
                               size_t *n);

/* Calls take() for each row, for answers that are too large to hold; the next row overwrites the
 * struct. If take() returns anything but RC_OK, the loop ends and returns it. take() must not use
 * `db`. The text and bytes of every row stay in the arena. */
MUST_USE enum rc db_each(struct db *db, struct arena *a, const struct stmt *q,
                         const struct arg *args, enum rc (*take)(const void *row, void *arg),
                         void *arg);

/* Like db_each, for callers that read several answers side by side; each answer needs a connection
 * of its own.
 *
 *   begin    *out is in the arena
 *   next     *row is the next row, valid until the next call, or NULL after the last row
 *   end      to be called after an error, too, and when not all rows were read */
struct db_rows;
MUST_USE enum rc db_rows_begin(struct db *db, struct arena *a, const struct stmt *q,
                               const struct arg *args, struct db_rows **out);
MUST_USE enum rc db_rows_next(struct db_rows *rows, const void **row);
void db_rows_end(struct db_rows *rows); /* accepts NULL */

/* Run a statement that returns no rows. *changed (may be NULL) becomes the number of rows that
 * really changed. */
MUST_USE enum rc db_run(struct db *db, const struct stmt *q, const struct arg *args,
                        int64_t *changed);

/* Run an INSERT; *id (may be NULL) becomes the AUTO_INCREMENT value. */
MUST_USE enum rc db_insert(struct db *db, const struct stmt *q, const struct arg *args,
                           int64_t *id);

/* Run fn(db, arg) in a transaction: committed when it returns RC_OK, rolled back otherwise, and
 * repeated up to 5 times within 2 s while it ends in RC_BUSY. fn must be safe to repeat and must
 * not open another transaction (asserted). */
MUST_USE enum rc db_transact(struct db *db, enum rc (*fn)(struct db *db, void *arg), void *arg);

/* A connection for finding out what an account may do: errors are expected and not logged.
 * `password` NULL is the configured one. */
struct db *db_probe(enum db_user user, const char *password);

/* Why the last statement or the login failed, as far as migrations have to know it, and the
 * server's words for it ("" when there were none). */
enum db_refusal {
    DB_OTHER_REFUSAL,
    DB_NO_LOGIN,
    DB_NO_RIGHT,
    DB_NO_ACCOUNT,
    DB_NO_TABLE,
    DB_THERE_ALREADY /* what was to be made is there, or what was to be removed is not */
};
enum db_refusal db_refusal(const struct db *db);
const char *db_error(const struct db *db);

/* Run a piece of SQL as it is: for schema files and session settings, never for SQL that contains
 * values. */
MUST_USE enum rc db_script(struct db *db, const char *sql);

/* Prepare q, which asks the server whether it is allowed but does nothing, and compare its columns
 * with its shape; differences are logged. For tests and proofs. */
MUST_USE enum rc db_check(struct db *db, const struct stmt *q);

/* Statements sent since the last call of db_count_reset. */
unsigned db_count(const struct db *db);
void db_count_reset(struct db *db);
#endif
