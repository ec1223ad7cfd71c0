#include "app/site/grants.h"
#include "base/conf.h"
#include "base/str.h"
#include "io/secret.h"

#define ACCOUNT_CHARS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.%:/@+-"
#define STANDS_AT     "'@'localhost'" /* follows a name in the files */

/* Whether a GRANT or REVOKE begins here; *n is its length, with the semicolon and what follows it
 * on the line. */
static bool is_grant(const char *line, size_t *n)
{
    if (!str_starts(line, "GRANT ") && !str_starts(line, "REVOKE "))
        return false;
    *n = strcspn(line, ";");
    *n += strcspn(line + *n, "\n");
    return true;
}

static const char *next_line(const char *at)
{
    at += strcspn(at, "\n");
    return at + (*at == '\n');
}

char *grants_left_out(struct arena *a, const char *text)
{
    struct sb out = { .a = a };
    size_t n;

    for (const char *at = text; *at; at = next_line(at))
        if (is_grant(at, &n))
            at += n;
        else
            sb_addf(&out, "%.*s\n", (int)strcspn(at, "\n"), at);
    return out.buf ? out.buf : arena_str(a, "");
}

struct account {
    const char *stands, *user,
        *key; /* its name in the files, in this site, and its password's key */
    enum db_user kind;
};
enum { ACCOUNTS = 3 };

static void accounts_of(struct account all[ACCOUNTS])
{
    const struct conf *c = conf();

    all[0] = (struct account){ "'ovs_read", c->db_read_user, "db_read", DB_READER };
    all[1] = (struct account){ "'ovs", c->db_user, "db", DB_ORDINARY };
    all[2] = (struct account){ "'ovs_money", c->db_money_user, "db_money", DB_MONEY };
}

/* How many of the three kinds of programs use this account. */
static int users_of(const struct account all[ACCOUNTS], const char *user)
{
    int n = 0;

    for (int i = 0; i < ACCOUNTS; i++)
        n += str_eq(all[i].user, user);
    return n;
}

static enum rc check_names(struct arena *a, const struct account all[ACCOUNTS], struct problem *why)
{
    for (int i = 0; i < ACCOUNTS; i++)
        if (!str_only(all[i].user, ACCOUNT_CHARS))
            return refuse(why, RC_INVALID, NULL,
                          arena_printf(a, "The user \"%s\" has a character that is not supported.",
                                       all[i].user));
    if (!str_only(conf()->db_grant_host, ACCOUNT_CHARS))
        return refuse(why, RC_INVALID, "db_grant_host", "db_grant_host is not the name of a host.");
    return RC_OK;
}

/* One statement, for the configured accounts. */
static enum rc collect_one(struct arena *a, const char *sql, const struct account all[ACCOUNTS],
                           struct sb *out, struct problem *why)
{
    const char *at = strstr(sql, STANDS_AT), *begin = at;

    while (begin && begin > sql && begin[0] != ' ')
        begin--; /* to the blank before the name */
    for (int i = 0; at && i < ACCOUNTS; i++)
        if (str_eq(arena_strn(a, begin + 1, (size_t)(at - begin - 1)), all[i].stands) &&
            str_eq(at + strlen(STANDS_AT), ";")) {
            sb_addf(out, "%.*s '%s'@'%s';\n", (int)(begin - sql), sql, all[i].user,
                    conf()->db_grant_host);
            return RC_OK;
        }
    return refuse(why, RC_INVALID, NULL, arena_printf(a, "This is for no known account: %s", sql));
}

enum rc grants_collect(struct arena *a, const char *text, struct sb *out, struct problem *why)
{
    struct account all[ACCOUNTS];
    size_t n;

    accounts_of(all);
    if (users_of(all, conf()->db_user) == ACCOUNTS)
        return RC_OK;
    TRY(check_names(a, all, why));
    for (const char *at = text; *at; at = next_line(at))
        if (is_grant(at, &n)) {
            TRY(collect_one(a, arena_strn(a, at, strcspn(at, ";") + 1), all, out, why));
            at += n;
        }
    return RC_OK;
}

/* The account at the end of a statement does not exist. */
static enum rc no_account(struct arena *a, const char *sql, struct problem *why)
{
    struct account all[ACCOUNTS];
    const char *name = strrchr(sql, ' ') + 1, *key = "";

    accounts_of(all);
    for (int i = 0; i < ACCOUNTS; i++)
        if (str_starts(name, arena_printf(a, "'%s'@", all[i].user)))
            key = all[i].key;
    const char *account = arena_strn(a, name, strcspn(name, ";"));
    bool tls = conf()->db_socket[0] == 0 && conf()->db_tls != DB_TLS_NONE;
    return refuse(why, RC_NOT_FOUND, NULL,
                  arena_printf(a,
                               "The database has no account %s. Make it as the database's "
                               "administrator, and run this again:\n"
                               "    CREATE USER %s IDENTIFIED BY 'PASSWORD'%s;\n"
                               "PASSWORD is that of the setting %s_password or of the file %s in "
                               "secrets_dir.",
                               account, account, tls ? " REQUIRE SSL" : "", key, key));
}

enum rc grants_run(struct db *db, struct arena *a, const char *grants, struct problem *why)
{
    /* MySQL has no such mode: there a GRANT never makes an account. */
    TRY(db_script(db, "SET SESSION sql_mode = CONCAT(@@sql_mode,"
                      " IF(VERSION() LIKE '%MariaDB%', ',NO_AUTO_CREATE_USER', ''))"));
    for (const char *at = grants; *at; at += strcspn(at, ";") + 2) { /* and a newline */
        const char *sql = arena_strn(a, at, strcspn(at, ";") + 1);
        enum rc rc = db_script(db, sql);
        if (rc == RC_FAIL && db_refusal(db) == DB_NO_ACCOUNT)
            return no_account(a, sql, why);
        if (rc == RC_FAIL && db_refusal(db) == DB_NO_TABLE)
            continue; /* a later file dropped it */
        if (rc != RC_OK)
            return refuse(why, rc, NULL, arena_printf(a, "%s: %s", sql, db_error(db)));
    }
    return RC_OK;
}

/* What the accounts may do and must not. A statement is only prepared: the server says whether it is
 * allowed and does nothing. */
static const struct right {
    enum db_user kind;
    bool may;
    const char *doing, *table;
} rights[] = {
    { DB_READER, true, "UPDATE %s SET id = id", "session" },
    { DB_READER, false, "DELETE FROM %s", "video" },
    { DB_READER, false, "INSERT INTO %s VALUES ()", "ledger_leg" },
    { DB_ORDINARY, true, "DELETE FROM %s", "video" },
    { DB_ORDINARY, false, "INSERT INTO %s VALUES ()", "payment" },
    { DB_ORDINARY, false, "INSERT INTO %s VALUES ()", "ledger_leg" },
    { DB_MONEY, true, "INSERT INTO %s VALUES ()", "ledger_leg" },
    { DB_MONEY, false, "DELETE FROM %s", "ledger_leg" },
    { DB_MONEY, false, "DELETE FROM %s", "video" },
};

SHAPE(account_shape, struct account, COLUMN(struct account, user));
STMT(q_account, &account_shape, "SELECT CURRENT_USER() AS user");

static const char *granted_to(struct arena *a, const struct account *account)
{
    return arena_printf(
        a,
        " Rights are granted to '%s'@'%s'; what is behind the @ is db_grant_host, and "
        "has to fit how the server sees this machine.",
        account->user, conf()->db_grant_host);
}

static enum rc prove_right(struct db *db, struct arena *a, const struct account *account,
                           const struct right *right, struct problem *why)
{
    const char *sql = arena_printf(a, right->doing, right->table);
    struct stmt q = { "proof", sql, NULL };
    struct account known = { .user = "" };

    enum rc rc = db_check(db, &q);
    if (rc != RC_OK && db_refusal(db) != DB_NO_RIGHT)
        return refuse(why, rc, NULL, arena_printf(a, "%s: %s", sql, db_error(db)));
    if ((rc == RC_OK) == right->may)
        return RC_OK;
    TRY(db_one(db, a, &q_account, NO_ARGS, &known));
    const char *who = arena_printf(a, "The database user %s (for the server: %s) may",
                                   account->user, known.user);
    return refuse(
        why, RC_DENIED, NULL,
        right->may ? arena_printf(a, "%s not run %s.%s", who, sql, granted_to(a, account))
                   : arena_printf(
                         a,
                         "%s run %s, which it must not: it has more rights than this site gave "
                         "it. Take all away with REVOKE ALL PRIVILEGES, GRANT OPTION FROM ..., and "
                         "run migrate again.",
                         who, sql));
}

/* Whether a login gets in with this password. */
static bool gets_in(const struct account *account, const char *password)
{
    struct db *db = db_probe(account->kind, password);
    bool in = db_script(db, "DO 0") == RC_OK;

    db_close(db);
    return in;
}

/* An account that lets in with no password but not with a wrong one has none. One that takes both
 * asks for something else, such as the name of the system's user. */
static enum rc prove_password(struct arena *a, const struct account *account, struct problem *why)
{
    if (!gets_in(account, "") || gets_in(account, random_id(a, 16)))
        return RC_OK;
    return refuse(
        why, RC_DENIED, NULL,
        arena_printf(a,
                     "The database user %s gets in without a password. Give it one: ALTER "
                     "USER ... IDENTIFIED BY 'PASSWORD', and put it into the setting "
                     "%s_password or the file %s in secrets_dir.",
                     account->user, account->key, account->key));
}

static enum rc prove_account(struct arena *a, const struct account *account, bool shared,
                             struct problem *why)
{
    struct db *db = db_probe(account->kind, NULL);
    enum rc rc = db_script(db, "DO 0");

    if (rc == RC_FAIL)
        rc = refuse(why, RC_DENIED, NULL,
                    arena_printf(a, "The database user %s cannot log in from this machine: %s.%s",
                                 account->user, db_error(db),
                                 db_refusal(db) == DB_NO_RIGHT ? granted_to(a, account) : ""));
    for (size_t i = 0; rc == RC_OK && i < COUNT(rights); i++)
        if (rights[i].kind == account->kind && (rights[i].may || !shared))
            rc = prove_right(db, a, account, &rights[i], why);
    db_close(db);
    return rc == RC_OK ? prove_password(a, account, why) : rc;
}

enum rc grants_prove(struct arena *a, struct problem *why)
{
    struct account all[ACCOUNTS];

    accounts_of(all);
    for (int i = 0; i < ACCOUNTS; i++)
        TRY(prove_account(a, &all[i], users_of(all, all[i].user) > 1, why));
    return RC_OK;
}
