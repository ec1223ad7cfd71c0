/*
 * db_conn: the connection that db.h works on. Private to lib/io/db*.c; the only header that
 * includes mysql.h.
 *
 *   db_conn.c    opens, loses and closes the connection, and says what the server's errors mean
 *   db.c         statements, rows and transactions
 *   db_cache.c   lists that may come from the cache
 *
 * Loss       A lost connection is dropped at once, and with it the statements prepared on it:
 *            `c` is then NULL, and the next statement opens a new one. db.c decides whether a
 *            statement may be repeated there, because it knows what would be done twice.
 */
#ifndef IO_DB_CONN_H
#define IO_DB_CONN_H
#include "io/db.h"
#include <mysql.h>

struct prepared {
    const struct stmt *q;
    MYSQL_STMT *h;
};

struct db {
    MYSQL *c; /* NULL while not connected */
    enum db_user user;
    int timeout_s;
    const char *password;  /* of a probe; NULL: the configured one */
    bool quiet;            /* a probe's errors are expected */
    bool in_tx, undone;    /* undone: the transaction can only be rolled back */
    unsigned count, error; /* the last error's number ... */
    char error_text[256];  /* ... and text */
    size_t n;
    struct prepared kept[DB_STATEMENTS_MAX];
};

/* Open the connection of db->user; RC_BUSY when the server is away. */
MUST_USE enum rc db_conn_open(struct db *db);

/* Close the connection, and with it the statements prepared on it. Does nothing when there is
 * none. */
void db_conn_drop(struct db *db);

/* Cut the connection off without waiting for the server, after an answer that broke off among its
 * rows. */
void db_conn_cut(struct db *db);

/* Log an error of the server or the client library under the statement's name, without what the server
 * quotes, and return the result for it; when the connection was lost, drop it. */
MUST_USE enum rc db_conn_fault(struct db *db, const char *name, unsigned error, const char *text);

/* Did the server take the transaction back because another was faster? Nothing of it is left then. */
bool db_conn_lost_race(unsigned error);

/* Run SQL as it is, as one step of base/fault.h; RC_BUSY when there is no connection. */
MUST_USE enum rc db_conn_query(struct db *db, const char *sql);

/* How a column is stored in its row (see db.c): the size of its field, and whether the field points
 * to text or bytes that have a length. */
size_t db_column_bytes(enum column_type type);
bool db_column_has_length(enum column_type type);

/* Put the value of a word into its field; false: it is none of the column's. */
bool db_column_put_word(char *field, const struct column *column, const char *word);
#endif
