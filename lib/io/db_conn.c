#include "io/db_conn.h"
#include "base/conf.h"
#include "base/fault.h"
#include "base/log.h"
#include "base/str.h"
#include "io/secret.h"
#include <errmsg.h>
#include <mysqld_error.h>
#include <sys/socket.h>

enum { CONNECT_SECONDS = 2, FAULT_TEXT_BYTES = 512 };

/* Errors for which the client headers of MariaDB and MySQL have no common name. */
enum {
    E_CHECK_MARIADB = 4025,
    E_CHECK_MYSQL = 3819,
    E_SNAPSHOT_CHANGED = 1020,
    E_KILLED = 1927,
    E_GRANT_NO_ACCOUNT_MYSQL = 1410,
    E_ACCESS_DENIED_NO_PASSWORD = 1698,
    E_DUP_CONSTRAINT = 1826,
    E_DUP_CHECK_MYSQL = 3822,
    E_NO_CHECK_MYSQL = 3821,
    E_NO_CONSTRAINT_MYSQL = 3940,
};

struct db *db_new(enum db_user user, int timeout_s)
{
    struct db *db = calloc(1, sizeof(*db));

    assert(db && timeout_s > 0);
    db->user = user;
    db->timeout_s = timeout_s;
    return db;
}

struct db *db_probe(enum db_user user, const char *password)
{
    struct db *db = db_new(user, CONNECT_SECONDS);

    db->password = password;
    db->quiet = true;
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

/* The server quotes names and values alike; values may be anything that somebody sent. */
static const char *without_values(const char *text)
{
    static char said[FAULT_TEXT_BYTES];
    const char *first = strchr(text, '\''), *last = strrchr(text, '\'');

    if (first == NULL)
        return text;
    snprintf(said, sizeof(said), "%.*s'...'%s", (int)(first - text), text,
             last > first ? last + 1 : "");
    return said;
}

enum rc db_conn_fault(struct db *db, const char *name, unsigned error, const char *text)
{
    enum rc rc = is_loss(error) ? RC_BUSY : meaning(error);

    db->error = error;
    snprintf(db->error_text, sizeof(db->error_text), "%s", text);
    if (rc != RC_CONFLICT && !db->quiet)
        log_error("db statement=%s errno=%u rc=%s: %s", name, error, rc_name(rc),
                  without_values(text));
    if (is_loss(error))
        db_conn_drop(db);
    return rc;
}

enum db_refusal db_refusal(const struct db *db)
{
    switch (db->error) {
    case ER_ACCESS_DENIED_ERROR:
    case E_ACCESS_DENIED_NO_PASSWORD: return DB_NO_LOGIN;
    case ER_DBACCESS_DENIED_ERROR:
    case ER_TABLEACCESS_DENIED_ERROR:
    case ER_COLUMNACCESS_DENIED_ERROR: return DB_NO_RIGHT;
    case ER_PASSWORD_NO_MATCH:
    case E_GRANT_NO_ACCOUNT_MYSQL: return DB_NO_ACCOUNT;
    case ER_NO_SUCH_TABLE: return DB_NO_TABLE;
    case ER_TABLE_EXISTS_ERROR:
    case ER_BAD_TABLE_ERROR:
    case ER_DUP_FIELDNAME:
    case ER_BAD_FIELD_ERROR:
    case ER_DUP_KEYNAME:
    case ER_CANT_DROP_FIELD_OR_KEY:
    case ER_TRG_ALREADY_EXISTS:
    case ER_MULTIPLE_PRI_KEY:
    case E_DUP_CONSTRAINT:
    case E_DUP_CHECK_MYSQL:
    case E_NO_CHECK_MYSQL:
    case E_NO_CONSTRAINT_MYSQL: return DB_THERE_ALREADY;
    default: return DB_OTHER_REFUSAL;
    }
}

const char *db_error(const struct db *db) { return db->error_text; }

struct login {
    const char *user, *password, *file; /* the file holds the password if the setting is empty */
};

static struct login login_of(enum db_user user)
{
    const struct conf *c = conf();

    switch (user) {
    case DB_READER: return (struct login){ c->db_read_user, c->db_read_password, "db_read" };
    case DB_ORDINARY: return (struct login){ c->db_user, c->db_password, "db" };
    case DB_MONEY: return (struct login){ c->db_money_user, c->db_money_password, "db_money" };
    case DB_ADMIN: break;
    }
    return (struct login){ c->db_admin_user, c->db_admin_password, "db_admin" };
}

static enum db_tls tls_mode(void) { return conf()->db_socket[0] ? DB_TLS_NONE : conf()->db_tls; }

/* The library's defaults differ between its versions, so everything is said. */
static void set_tls(MYSQL *m)
{
    const struct conf *c = conf();
    enum db_tls tls = tls_mode();
    my_bool enforce = tls != DB_TLS_NONE, verify = tls == DB_TLS_VERIFY;

    mysql_options(m, MYSQL_OPT_SSL_ENFORCE, &enforce);
    mysql_options(m, MYSQL_OPT_SSL_VERIFY_SERVER_CERT, &verify);
    if (verify) /* without a file, versions from 3.4 also take a server that knows the password */
        mysql_options(m, MYSQL_OPT_SSL_CA, c->db_ca);
}

static bool login(struct db *db, MYSQL *m)
{
    const struct conf *c = conf();
    struct login who = login_of(db->user);
    char line[SECRET_LINE_MAX_BYTES + 1] = "";
    bool by_socket = c->db_socket[0];
    unsigned protocol = MYSQL_PROTOCOL_TCP; /* else "localhost" would be a socket, too */

    if (!by_socket)
        mysql_options(m, MYSQL_OPT_PROTOCOL, &protocol);
    if (db->password == NULL && who.password[0] == 0)
        secret_line(who.file, line);
    const char *password = db->password ? db->password : line[0] ? line : who.password;
    /* CLIENT_FOUND_ROWS is left out on purpose: db_run counts rows that really changed. */
    bool in = mysql_real_connect(m, by_socket ? NULL : c->db_host, who.user, password, c->db_name,
                                 by_socket ? 0 : (unsigned)c->db_port,
                                 by_socket ? c->db_socket : NULL,
                                 db->user == DB_ADMIN ? CLIENT_MULTI_STATEMENTS : 0) != NULL;
    secret_wipe(line, sizeof(line));
    return in;
}

enum rc db_conn_open(struct db *db)
{
    static const char settings[] =
        "SET SESSION sql_mode = 'STRICT_ALL_TABLES,NO_ZERO_DATE,ERROR_FOR_DIVISION_BY_ZERO',"
        " time_zone = '+00:00', wait_timeout = 31536000, innodb_lock_wait_timeout = 5";
    unsigned connect_s = CONNECT_SECONDS, timeout_s = (unsigned)db->timeout_s;
    MYSQL *m = mysql_init(NULL);

    assert(m);
    mysql_options(m, MYSQL_OPT_CONNECT_TIMEOUT, &connect_s);
    mysql_options(m, MYSQL_OPT_READ_TIMEOUT, &timeout_s);
    mysql_options(m, MYSQL_OPT_WRITE_TIMEOUT, &timeout_s);
    mysql_options(m, MYSQL_SET_CHARSET_NAME, "utf8mb4");
    set_tls(m);
    enum rc rc = RC_OK;
    if (!login(db, m))
        rc = db_conn_fault(db, "connect", mysql_errno(m), mysql_error(m));
    else if (tls_mode() != DB_TLS_NONE && mysql_get_ssl_cipher(m) == NULL)
        /* The library takes a server without TLS although it was told to enforce it. */
        rc = db_conn_fault(db, "connect", CR_SSL_CONNECTION_ERROR, "the server offers no TLS");
    else if (mysql_query(m, settings))
        rc = db_conn_fault(db, "connect", mysql_errno(m), mysql_error(m));
    if (rc == RC_OK)
        db->c = m;
    else
        mysql_close(m);
    return rc;
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
