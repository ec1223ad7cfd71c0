#include "io/db_conn.h"
#include "base/conf.h"
#include "base/fault.h"
#include "base/log.h"
#include <errmsg.h>
#include <mysqld_error.h>
#include <sys/socket.h>

enum { CONNECT_SECONDS = 2 };

/* Errors for which the client headers of MariaDB and MySQL have no common name. */
enum { E_CHECK_MARIADB = 4025, E_CHECK_MYSQL = 3819, E_SNAPSHOT_CHANGED = 1020, E_KILLED = 1927 };

struct db *db_new(enum db_user user, int timeout_s)
{
    struct db *db = calloc(1, sizeof(*db));

    assert(db && timeout_s > 0);
    db->user = user;
    db->timeout_s = timeout_s;
    return db;
}

void db_conn_drop(struct db *db)
{
    for (size_t i = 0; i < db->n; i++)
        mysql_stmt_close(db->kept[i].h);
    db->n = 0;
    if (db->c)
        mysql_close(db->c);
    db->c = NULL;
    db->undone = true;
}

/* After an error in the middle of an answer, the client library would wait for the rest of it until
 * the read times out: at the next use of the statement, and even when the statement is closed. */
void db_conn_cut(struct db *db)
{
    if (db->c)
        shutdown(mysql_get_socket(db->c), SHUT_RDWR);
    db_conn_drop(db);
}

void db_close(struct db *db)
{
    if (db == NULL)
        return;
    db_conn_drop(db);
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
    case ER_AUTOINC_READ_FAILED:
    case E_SNAPSHOT_CHANGED:
    case ER_CON_COUNT_ERROR:
    case ER_TOO_MANY_USER_CONNECTIONS:
    case ER_USER_LIMIT_REACHED:
    case ER_DISK_FULL:
    case ER_RECORD_FILE_FULL:
    case ER_OPTION_PREVENTS_STATEMENT: return RC_BUSY;
    default: return RC_FAIL;
    }
}

static bool is_loss(unsigned error)
{
    return error == CR_SERVER_GONE_ERROR || error == CR_SERVER_LOST ||
           error == CR_CONNECTION_ERROR || error == CR_CONN_HOST_ERROR ||
           error == ER_SERVER_SHUTDOWN || error == E_KILLED ||
           error == ER_UNKNOWN_COM_ERROR || /* Galera: this node has left the others */
           (error >= ER_NET_READ_ERROR && error <= ER_NET_WRITE_INTERRUPTED);
}

bool db_conn_lost_race(unsigned error)
{
    return error == ER_LOCK_DEADLOCK || error == E_SNAPSHOT_CHANGED ||
           error == ER_AUTOINC_READ_FAILED; /* a deadlock over the next number */
}

enum rc db_conn_fault(struct db *db, const char *name, unsigned error, const char *text)
{
    enum rc rc = is_loss(error) ? RC_BUSY : meaning(error);

    if (rc != RC_CONFLICT)
        log_error("db statement=%s errno=%u rc=%s: %s", name, error, rc_name(rc), text);
    if (is_loss(error))
        db_conn_drop(db);
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

enum rc db_conn_open(struct db *db)
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
        enum rc rc = db_conn_fault(db, "connect", mysql_errno(m), mysql_error(m));
        mysql_close(m);
        return rc;
    }
    db->c = m;
    return RC_OK;
}

enum rc db_conn_query(struct db *db, const char *sql)
{
    enum fault f = fault_begin();
    if (f == FAULT_LOST || db->c == NULL)
        return RC_BUSY;
    if (mysql_query(db->c, sql)) {
        char text[256];
        snprintf(text, sizeof(text), "%s", mysql_error(db->c));
        return db_conn_fault(db, sql, mysql_errno(db->c), text);
    }
    if (!fault_end(f))
        return RC_OK;
    db_conn_drop(db);
    return RC_BUSY;
}
