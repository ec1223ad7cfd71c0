#include "app/people/account.h"
#include "app/catalogue/search.h"
#include "app/notify/notify.h"
#include "app/site/removal.h"
#include "app/site/throttle.h"
#include "base/clock.h"
#include "base/conf.h"
#include "base/fmt.h"
#include "base/log.h"
#include "base/str.h"
#include "io/mail.h"
#include "io/password.h"
#include "io/secret.h"

enum { ROLE_OF_OPERATORS = 2 };

#define DELETED_HANDLE "deleted-" /* of somebody who is gone: followed by the number */

SHAPE(account_shape, struct account, COLUMN(struct account, id), COLUMN(struct account, role),
      COLUMN(struct account, created_ms), COLUMN(struct account, email),
      COLUMN(struct account, handle), COLUMN(struct account, name), COLUMN(struct account, about),
      COLUMN(struct account, avatar_key), COLUMN(struct account, blocked),
      COLUMN(struct account, suspended_until_ms), COLUMN(struct account, closed_ms),
      COLUMN(struct account, leaves_ms));
#define ACCOUNT                                                                                                                              \
    "SELECT id, role, created_ms, email, handle, display_name AS name, about, avatar_key, blocked, suspended_until_ms, closed_ms, leaves_ms" \
    " FROM user "
STMT(q_get, &account_shape, ACCOUNT "WHERE id = ?");
STMT(q_by_handle, &account_shape, ACCOUNT "WHERE handle = ?");
STMT(q_list, &account_shape, ACCOUNT "WHERE id > ? ORDER BY id LIMIT 500");

STMT(q_count, &number_shape, "SELECT COUNT(*) AS n FROM user");
STMT(q_operators, &number_shape,
     "SELECT COUNT(*) AS n FROM user WHERE role = 2 AND blocked = 0 AND closed_ms = 0"
     " AND leaves_ms = 0");
STMT(q_operators_now, &number_shape,
     "SELECT COUNT(*) AS n FROM user WHERE role = 2 AND blocked = 0 AND closed_ms = 0"
     " AND leaves_ms = 0 FOR UPDATE");

struct credential {
    int64_t id, lapses_ms;
    const char *password_hash, *email, *handle, *name;
    bool closed;
};
SHAPE(credential_shape, struct credential, COLUMN(struct credential, id),
      COLUMN(struct credential, lapses_ms), COLUMN(struct credential, password_hash),
      COLUMN(struct credential, email), COLUMN(struct credential, handle),
      COLUMN(struct credential, name), COLUMN(struct credential, closed));
#define CREDENTIAL                                                                                 \
    "SELECT u.id, c.lapses_ms, c.password_hash, u.email, u.handle, u.display_name AS name,"        \
    " u.closed_ms > 0 AS closed FROM user u"                                                       \
    " JOIN credential c ON c.user_id = u.id "
STMT(q_login_by_email, &credential_shape, CREDENTIAL "WHERE u.address = ?");
STMT(q_login_by_handle, &credential_shape,
     CREDENTIAL "WHERE u.id = COALESCE((SELECT id FROM user WHERE handle = ?),"
                " (SELECT user_id FROM handle_past WHERE word = ? AND until_ms > ?))");
STMT(q_login_by_id, &credential_shape, CREDENTIAL "WHERE u.id = ?");

STMT(
    q_add, NULL,
    "INSERT INTO user (email, claim_until_ms, handle, display_name, created_ms) VALUES (?, ?, ?, ?, ?)");
STMT(q_add_credential, NULL,
     "INSERT INTO credential (user_id, password_hash, changed_ms, lapses_ms) VALUES (?, ?, ?, ?)");
STMT(q_rehash, NULL, "UPDATE credential SET password_hash = ? WHERE user_id = ?");
STMT(q_set_password, NULL,
     "UPDATE credential SET password_hash = ?, changed_ms = ?, lapses_ms = ? WHERE user_id = ?");
STMT(q_set_profile, NULL, "UPDATE user SET handle = ?, display_name = ?, about = ? WHERE id = ?");
STMT(q_set_role, NULL, "UPDATE user SET role = ? WHERE id = ?");
STMT(q_ban, NULL, "UPDATE user SET blocked = ? WHERE id = ?");
STMT(q_suspend, NULL, "UPDATE user SET suspended_until_ms = ? WHERE id = ?");
STMT(q_close, NULL, "UPDATE user SET closed_ms = ?, role = 0 WHERE id = ? AND closed_ms = 0");
STMT(q_reopen, NULL, "UPDATE user SET closed_ms = 0 WHERE id = ?");
STMT(q_leave, NULL, "UPDATE user SET leaves_ms = ? WHERE id = ?");
STMT(q_drop_password, NULL, "DELETE FROM credential WHERE user_id = ?");
STMT(q_erase, NULL,
     "UPDATE user SET email = ?, handle = ?, display_name = 'Deleted member', about = '',"
     " avatar_key = '', role = 0, token_version = token_version + 1, closed_ms = ? WHERE id = ?");
STMT(q_bar, NULL,
     "INSERT INTO barred_email (email_hash, until_ms) VALUES (?, ?)"
     " ON DUPLICATE KEY UPDATE until_ms = GREATEST(until_ms, VALUES(until_ms))");
STMT(q_barred, &number_shape,
     "SELECT COUNT(*) AS n FROM barred_email WHERE email_hash = ? AND until_ms > ?");
STMT(q_end_logins, NULL,
     "UPDATE session SET revoked_ms = ? WHERE user_id = ? AND id <> ? AND revoked_ms = 0");
STMT(q_sweep, NULL, "DELETE FROM session WHERE expires_ms <= ?");

static char *lower_case(struct arena *a, const char *s)
{
    char *out = arena_str(a, s);

    for (char *p = out; *p; p++)
        if (*p >= 'A' && *p <= 'Z')
            *p = (char)(*p - 'A' + 'a');
    return out;
}

/* Names */

static bool is_handle(const char *s)
{
    size_t n = strlen(s);

    return n >= HANDLE_MIN_CHARS && n <= HANDLE_MAX_CHARS && *s >= 'a' && *s <= 'z' &&
           str_only(s, "abcdefghijklmnopqrstuvwxyz0123456789_-");
}

/* Words that would make a member look like the site, or that are part of its addresses. */
static bool is_own_word(const char *handle)
{
    static const char *const words[] = {
        "about",      "abuse",      "account", "accounts",  "admin",      "administrator",
        "api",        "assets",     "avatar",  "avatars",   "browse",     "channel",
        "contact",    "copyright",  "embed",   "favicon",   "feed",       "forgot",
        "health",     "help",       "history", "home",      "hostmaster", "info",
        "legal",      "login",      "logout",  "media",     "metrics",    "moderation",
        "moderator",  "moderators", "news",    "oembed",    "official",   "openvidstreamer",
        "operator",   "operators",  "owner",   "pay",       "payment",    "payments",
        "postmaster", "privacy",    "report",  "robots",    "root",       "search",
        "security",   "settings",   "signup",  "site",      "sitemap",    "staff",
        "studio",     "subscribe",  "support", "system",    "team",       "terms",
        "upload",     "verify",     "watch",   "webmaster", "www",
    };

    for (size_t i = 0; i < COUNT(words); i++)
        if (str_eq(words[i], handle))
            return true;
    return str_starts(handle, DELETED_HANDLE);
}

static enum rc read_handle(struct arena *a, const char *typed, const char **handle,
                           struct problem *why)
{
    *handle = lower_case(a, str_clean(a, typed, false));
    if (is_handle(*handle))
        return RC_OK;
    return refuse(why, RC_INVALID, "handle",
                  "A handle has 3 to 30 characters from a-z, 0-9, - and _, and begins with a "
                  "letter.");
}

static enum rc read_name(struct arena *a, const char *typed, const char *handle, const char **name,
                         struct problem *why)
{
    TRY(name_read(a, typed, name, why));
    if (!(*name)[0])
        *name = handle;
    return RC_OK;
}

/* RC_OK: no member except own_id has this handle. */
static enum rc handle_free(struct db *db, struct arena *a, const char *handle, int64_t own_id,
                           struct problem *why)
{
    struct account other;

    enum rc rc = db_one(db, a, &q_by_handle, ARGS(STR(handle)), &other);
    if (rc == RC_NOT_FOUND || (rc == RC_OK && other.id == own_id))
        return RC_OK;
    if (rc != RC_OK)
        return rc;
    return refuse(why, RC_CONFLICT, "handle", "This handle is taken. Please choose another.");
}

/* NULL: handle or name stay as they are. The handle's row comes first: whoever gives it up reserves
 * it in the same transaction. */
static enum rc check_names(struct db *db, struct arena *a, const struct names *names,
                           int64_t own_id, bool trusted, int64_t now_ms, struct problem *why)
{
    if (names->handle && !trusted && is_own_word(names->handle))
        return refuse(why, RC_CONFLICT, "handle", "This handle is taken. Please choose another.");
    if (names->handle)
        TRY(handle_free(db, a, names->handle, own_id, why));
    return name_check(db, a, names, own_id, trusted, now_ms, why);
}

/* Sign-up */

struct creation {
    struct arena *a;
    struct address_claim claim;
    const char *email, *handle, *name, *network;
    char *hash;
    int64_t now_ms, id, lapses_ms;
    struct problem *why;
};

static struct limit accounts_of_day(void)
{
    return (struct limit){ "signup", DAY_MS, conf()->signups_per_day };
}

/* In one transaction, so that a sign-up is counted exactly when there is an account. */
static enum rc create(struct db *db, void *arg)
{
    const struct limit limit = accounts_of_day();
    struct creation *c = arg;

    if (c->network[0])
        TRY(throttle_count(db, c->a, &limit, c->network, c->now_ms, c->why));
    TRY(db_insert(
        db, &q_add,
        ARGS(STR(c->email), I64(c->claim.until_ms), STR(c->handle), STR(c->name), I64(c->now_ms)),
        &c->id));
    TRY(name_note(db, c->a, c->id, &(struct names){ c->handle, c->name }));
    TRY(db_run(db, &q_add_credential,
               ARGS(I64(c->id), STR(c->hash), I64(c->now_ms), I64(c->lapses_ms)), NULL));
    return address_claim_mail(db, c->a, c->id, &c->claim, c->now_ms, c->why);
}

static enum rc signup_limits(struct db *db, const struct creation *c)
{
    const struct limit accounts = accounts_of_day();
    const struct limit tries = { "signup-try", DAY_MS, accounts.max * SIGNUP_TRIES };

    TRY(throttle_check(db, c->a, &accounts, c->network, c->now_ms, c->why));
    return throttle_count(db, c->a, &tries, c->network, c->now_ms, c->why);
}

/* The hash is keyed, so that the table does not tell addresses to those who guess them. */
static const char *email_hash(struct arena *a, const char *email)
{
    return hmac_hex(a, "token", arena_printf(a, "barred %s", lower_case(a, email)));
}

static enum rc check_barred(struct db *db, const struct creation *c)
{
    int64_t n;

    TRY(db_number(db, c->a, &q_barred, ARGS(STR(email_hash(c->a, c->email)), I64(c->now_ms)), &n));
    return n == 0
               ? RC_OK
               : refuse(c->why, RC_DENIED, "email",
                        "There was an account with this e-mail address that is not allowed here. "
                        "The page /contact says whom you can ask.");
}

static enum rc check_new(struct db *db, const struct creation *c)
{
    const struct names names = { c->handle, c->name };

    if (c->claim.until_ms == 0)
        TRY(address_free(db, c->a, c->email, 0, c->why));
    TRY(check_barred(db, c));
    return check_names(db, c->a, &names, 0, c->network[0] == 0, c->now_ms, c->why);
}

/* Did an earlier try of this sign-up make the account, so that only the answer to its commit was
 * lost? The salt makes every hash unique, so it tells. */
static bool is_made(struct db *db, struct creation *c)
{
    struct credential found;

    if (db_one(db, c->a, &q_login_by_handle, ARGS(STR(c->handle), STR(c->handle), I64(INT64_MAX)),
               &found) != RC_OK ||
        !str_eq(found.password_hash, c->hash))
        return false;
    c->id = found.id;
    return true;
}

enum rc account_create(struct db *db, struct arena *a, const struct account_new *typed,
                       int64_t now_ms, int64_t *id, struct problem *why)
{
    struct creation c = {
        .a = a,
        .network = typed->network,
        .now_ms = now_ms,
        .lapses_ms = typed->is_made_up ? now_ms + MADE_UP_PASSWORD_DAYS * DAY_MS : 0,
        .why = why,
    };

    TRY(address_read(a, typed->email, &c.email, why));
    c.claim = c.network[0] ? address_claim_new(c.email, now_ms)
                           : (struct address_claim){ c.email, 0 };
    TRY(read_handle(a, typed->handle, &c.handle, why));
    TRY(read_name(a, typed->name, c.handle, &c.name, why));
    TRY(password_acceptable(a, typed->password,
                            &(struct password_owner){ c.email, c.handle, c.name }, why));
    if (c.network[0])
        TRY(signup_limits(db, &c));
    TRY(check_new(db, &c));
    TRY(password_hash(a, typed->password, &c.hash));
    enum rc rc = db_transact(db, create, &c);
    if (rc == RC_CONFLICT && is_made(db, &c))
        rc = RC_OK;
    if (rc == RC_CONFLICT) { /* another sign-up was faster since check_new() */
        TRY(check_new(db, &c));
        rc = RC_BUSY;
    }
    *id = c.id;
    return rc;
}

void account_wrong(struct db *db, struct arena *a, const struct account_new *typed, int64_t now_ms,
                   struct problem_list *wrong)
{
    struct creation c = { .a = a, .network = typed->network, .now_ms = now_ms };
    struct problem why = { NULL, NULL };
    enum rc email = address_read(a, typed->email, &c.email, &why);

    problem_note(a, wrong, email, &why);
    enum rc handle = read_handle(a, typed->handle, &c.handle, &why);
    problem_note(a, wrong, handle, &why);
    enum rc name = read_name(a, typed->name, handle == RC_OK ? c.handle : "", &c.name, &why);
    problem_note(a, wrong, name, &why);
    const struct names names = { handle == RC_OK ? c.handle : NULL, name == RC_OK ? c.name : NULL };
    problem_note(a, wrong, check_names(db, a, &names, 0, c.network[0] == 0, now_ms, &why), &why);
    const struct password_owner owner = { email == RC_OK ? c.email : "",
                                          handle == RC_OK ? c.handle : "",
                                          name == RC_OK ? c.name : "" };
    problem_note(a, wrong, password_acceptable(a, typed->password, &owner, &why), &why);
}

/* Login */

/* The keys by which passwords are counted. */
struct guess {
    const char *who, *network;
    int64_t now_ms;
};
struct guess_limits {
    struct limit by_name, by_network, right, by_account;
};

static struct guess_limits guess_limits(void)
{
    return (struct guess_limits){
        { "login", 15 * MINUTE_MS, conf()->login_fails_per_15min },
        { "login-network", HOUR_MS, conf()->login_fails_per_hour },
        { "login-right", 15 * MINUTE_MS, conf()->logins_per_15min },
        { "login-account", 15 * MINUTE_MS, conf()->logins_per_15min * LOGIN_PLACES },
    };
}

static enum rc guess_allowed(struct db *db, struct arena *a, const struct guess *g,
                             struct problem *why)
{
    struct guess_limits limits = guess_limits();

    TRY(throttle_check(db, a, &limits.by_name, g->who, g->now_ms, why));
    TRY(throttle_check(db, a, &limits.by_network, g->network, g->now_ms, why));
    return throttle_check(db, a, &limits.right, g->who, g->now_ms, why);
}

static const char *account_key(struct arena *a, int64_t id)
{
    return arena_printf(a, "account %" PRId64, id);
}

/* Right ones cost as much as wrong ones, from however many networks they come. */
static enum rc rights_allowed(struct db *db, struct arena *a, const struct guess *g, int64_t id,
                              struct problem *why)
{
    struct guess_limits limits = guess_limits();

    return throttle_check(db, a, &limits.by_account, account_key(a, id), g->now_ms, why);
}

static enum rc guess_right(struct db *db, struct arena *a, const struct guess *g, int64_t id,
                           struct problem *why)
{
    struct guess_limits limits = guess_limits();

    TRY(guess_allowed(db, a, g, why)); /* others may have guessed while this one was hashed */
    TRY(throttle_count(db, a, &limits.right, g->who, g->now_ms, why));
    return throttle_count(db, a, &limits.by_account, account_key(a, id), g->now_ms, why);
}

/* A wrong password is reported as wrong even if it used up the tries; the next one has to wait. */
static enum rc guess_wrong(struct db *db, struct arena *a, const struct guess *g)
{
    struct guess_limits limits = guess_limits();
    enum rc rc = throttle_count(db, a, &limits.by_name, g->who, g->now_ms, NULL);

    if (rc == RC_OK || rc == RC_LIMITED)
        rc = throttle_count(db, a, &limits.by_network, g->network, g->now_ms, NULL);
    return rc == RC_LIMITED ? RC_OK : rc;
}

/* RC_OK: it is the password of `c`. Cheap limits come before the hashing. */
static enum rc guess(struct db *db, struct arena *a, const struct guess *g,
                     const struct credential *c, const char *password, struct problem *why)
{
    bool right, outdated;
    char *hash;

    TRY(rights_allowed(db, a, g, c->id, why));
    TRY(password_check(a, g->who, c->password_hash, password, &right, &outdated));
    if (!right || c->closed) {
        TRY(guess_wrong(db, a, g));
        return RC_INVALID;
    }
    TRY(guess_right(db, a, g, c->id, why));
    if (outdated && password_hash(a, password, &hash) == RC_OK &&
        db_run(db, &q_rehash, ARGS(STR(hash), I64(c->id)), NULL) != RC_OK)
        log_error("account=%" PRId64 " keeps its old hash until the next login", c->id);
    return RC_OK;
}

static enum rc find_login(struct db *db, struct arena *a, const char *name, int64_t now_ms,
                          struct credential *c)
{
    if (address_looks_right(name))
        return db_one(db, a, &q_login_by_email, ARGS(STR(name)), c);
    return is_handle(name) ? db_one(db, a, &q_login_by_handle,
                                    ARGS(STR(name), STR(name_handle_word(a, name)), I64(now_ms)), c)
                           : RC_NOT_FOUND;
}

enum rc account_login(struct db *db, struct arena *a, const char *name, const char *password,
                      const char *network, int64_t now_ms, int64_t *id, int64_t *lapses_ms,
                      struct problem *why)
{
    const char *who = lower_case(a, str_clean(a, name, false));
    struct guess g = { arena_printf(a, "name %s %s", network, who), network, now_ms };
    struct credential c = { .password_hash = NULL };

    *id = *lapses_ms = 0;
    TRY(guess_allowed(db, a, &g, why));
    enum rc rc = find_login(db, a, who, now_ms, &c);
    if (rc != RC_OK && rc != RC_NOT_FOUND)
        return rc;
    *id = c.id;
    rc = guess(db, a, &g, &c, password, why);
    if (rc == RC_INVALID)
        return refuse(why, rc, NULL,
                      mail_is_on()
                          ? "E-mail or password is wrong. An address that is not confirmed "
                            "yet cannot be used here; your handle can."
                          : "E-mail or password is wrong.");
    *lapses_ms = c.lapses_ms;
    if (rc == RC_OK && c.lapses_ms && now_ms >= c.lapses_ms)
        return refuse(why, RC_GONE, NULL,
                      "This password was made up by the site's operator and has lapsed. Please ask "
                      "for a new one.");
    return rc;
}

/* Password */

const char *account_place(struct arena *a, const char *network)
{
    return network[0] ? arena_printf(a, "the network %s", network) : NULL;
}

enum rc account_password_make(struct db *db, struct arena *a, int64_t id, const char *wanted,
                              char **hash, struct problem *why)
{
    struct credential c;

    TRY(db_one(db, a, &q_login_by_id, ARGS(I64(id)), &c));
    TRY(password_acceptable(a, wanted, &(struct password_owner){ c.email, c.handle, c.name }, why));
    return password_hash(a, wanted, hash);
}

enum rc account_password_put(struct db *db, struct arena *a, const struct password_new *p,
                             int64_t now_ms)
{
    const struct notice told = {
        .user_id = p->id,
        .kind = NOTICE_PASSWORD_CHANGED,
        .link = "/forgot",
        .values = { .at = fmt_datetime(a, now_ms), .place = account_place(a, p->network) },
    };

    TRY(db_run(db, &q_set_password, ARGS(STR(p->hash), I64(now_ms), I64(p->lapses_ms), I64(p->id)),
               NULL));
    TRY(db_run(db, &q_end_logins, ARGS(I64(now_ms), I64(p->id), I64(p->keep_session_id)), NULL));
    /* What was begun with the old password, or without one. */
    TRY(link_burn(db, LINK_RESET, p->id, now_ms));
    TRY(link_burn(db, LINK_ADDRESS, p->id, now_ms));
    return notify(db, a, &told, now_ms);
}

struct putting {
    struct arena *a;
    struct password_new p;
    int64_t now_ms;
};

static enum rc put_password(struct db *db, void *arg)
{
    const struct putting *x = arg;

    return account_password_put(db, x->a, &x->p, x->now_ms);
}

static enum rc confirm(struct db *db, struct arena *a, const struct credential *c,
                       const char *present, const char *network, int64_t now_ms,
                       struct problem *why)
{
    struct guess g = { arena_printf(a, "id %s %" PRId64, network, c->id), network, now_ms };

    TRY(guess_allowed(db, a, &g, why));
    enum rc rc = guess(db, a, &g, c, present, why);
    return rc == RC_INVALID ? refuse(why, rc, "present", "That is not your current password.") : rc;
}

enum rc account_confirm(struct db *db, struct arena *a, int64_t id, const char *present,
                        const char *network, int64_t now_ms, struct problem *why)
{
    struct credential c;

    TRY(db_one(db, a, &q_login_by_id, ARGS(I64(id)), &c));
    return confirm(db, a, &c, present, network, now_ms, why);
}

enum rc account_set_password(struct db *db, struct arena *a, int64_t id, const char *present,
                             const char *wanted, int64_t keep_session_id, const char *network,
                             int64_t now_ms, struct problem *why)
{
    struct putting x = { a, { id, keep_session_id, 0, NULL, network }, now_ms };
    struct credential c;
    char *hash;

    TRY(db_one(db, a, &q_login_by_id, ARGS(I64(id)), &c));
    TRY(password_acceptable(a, wanted, &(struct password_owner){ c.email, c.handle, c.name }, why));
    TRY(confirm(db, a, &c, present, network, now_ms, why));
    TRY(password_hash(a, wanted, &hash));
    x.p.hash = hash;
    return db_transact(db, put_password, &x);
}

enum rc account_reset_password(struct db *db, struct arena *a, int64_t id, const char *wanted,
                               bool is_made_up, int64_t now_ms, struct problem *why)
{
    int64_t lapses_ms = is_made_up ? now_ms + MADE_UP_PASSWORD_DAYS * DAY_MS : 0;
    struct putting x = { a, { id, 0, lapses_ms, NULL, "" }, now_ms };
    char *hash;

    TRY(account_password_make(db, a, id, wanted, &hash, why));
    x.p.hash = hash;
    return db_transact(db, put_password, &x);
}

/* The account */

enum rc account_get(struct db *db, struct arena *a, int64_t id, struct account *out)
{
    return db_one(db, a, &q_get, ARGS(I64(id)), out);
}

enum rc account_by_handle(struct db *db, struct arena *a, const char *handle, struct account *out)
{
    return is_handle(handle) ? db_one(db, a, &q_by_handle, ARGS(STR(handle)), out) : RC_NOT_FOUND;
}

enum rc account_count(struct db *db, struct arena *a, int64_t *n)
{
    *n = 0;
    return db_number(db, a, &q_count, NO_ARGS, n);
}

enum rc account_count_operators(struct db *db, struct arena *a, int64_t *n)
{
    return db_number(db, a, &q_operators, NO_ARGS, n);
}

enum rc account_list(struct db *db, struct arena *a, int64_t after_id, struct account_list *out)
{
    return DB_LIST(db, a, &q_list, ARGS(I64(after_id)), ACCOUNT_LIST_MAX, out);
}

struct profile {
    struct arena *a;
    int64_t id, now_ms;
    const char *handle, *name, *about, *old_handle;
    bool new_handle, new_name, limited;
    struct problem *why;
};

static enum rc set_profile(struct db *db, void *arg)
{
    const struct profile *p = arg;
    const struct renaming renaming = { p->id, p->old_handle, p->handle, p->limited, p->now_ms };

    TRY(db_run(db, &q_set_profile, ARGS(STR(p->handle), STR(p->name), STR(p->about), I64(p->id)),
               NULL));
    if (p->new_handle)
        TRY(name_rename(db, p->a, &renaming, p->why));
    if (!p->new_handle && !p->new_name)
        return RC_OK;
    TRY(name_note(db, p->a, p->id, &(struct names){ p->handle, p->name }));
    return search_rename(db, p->a, p->id, p->name, p->handle);
}

static enum rc read_profile(struct db *db, struct arena *a, int64_t id,
                            const struct account_profile *typed, int64_t now_ms, struct profile *p,
                            struct problem *why)
{
    struct account now;

    *p = (struct profile){ .a = a,
                           .id = id,
                           .now_ms = now_ms,
                           .about = str_clean(a, typed->about, true),
                           .limited = !typed->by_operator,
                           .why = why };
    TRY(account_get(db, a, id, &now));
    TRY(read_handle(a, typed->handle, &p->handle, why));
    p->old_handle = now.handle;
    p->new_handle = !str_eq(p->handle, now.handle);
    p->new_name = !str_eq(str_clean(a, typed->name, false), now.name);
    p->name = now.name;
    if (p->new_name)
        TRY(read_name(a, typed->name, p->handle, &p->name, why));
    if (!str_is_text(p->about, strlen(p->about), true) || str_chars(p->about) > ABOUT_MAX_CHARS)
        return refuse(why, RC_INVALID, "about", "This text can have at most 1000 characters.");
    const struct names names = { p->new_handle ? p->handle : NULL, p->new_name ? p->name : NULL };
    return check_names(db, a, &names, id, false, now_ms, why);
}

enum rc account_check_profile(struct db *db, struct arena *a, int64_t id,
                              const struct account_profile *typed, int64_t now_ms,
                              struct problem *why)
{
    struct profile p;

    return read_profile(db, a, id, typed, now_ms, &p, why);
}

enum rc account_set_profile(struct db *db, struct arena *a, int64_t id,
                            const struct account_profile *typed, int64_t now_ms,
                            struct problem *why)
{
    struct profile p;
    size_t renewed;

    TRY(read_profile(db, a, id, typed, now_ms, &p, why));
    enum rc rc = db_transact(db, set_profile, &p);
    if (rc == RC_CONFLICT) /* another member was faster */
        return refuse(why, rc, "handle", "This handle is taken. Please choose another.");
    if (rc == RC_OK && (p.new_handle || p.new_name) && search_renew(db, &renewed) != RC_OK)
        log_error("account=%" PRId64 " is found by its old name until the next jobs/reindex", id);
    return rc;
}

enum rc account_check_email(struct db *db, struct arena *a, int64_t id, const char *typed,
                            const char **email, struct problem *why)
{
    TRY(address_read(a, typed, email, why));
    return address_free(db, a, *email, id, why);
}

enum rc account_set_email(struct db *db, struct arena *a, int64_t id, const char *typed,
                          int64_t now_ms, struct problem *why)
{
    const char *email;

    TRY(account_check_email(db, a, id, typed, &email, why));
    return address_set(db, a, id, email, now_ms, why);
}

struct closing {
    int64_t id, now_ms;
};

static enum rc close_it(struct db *db, void *arg)
{
    const struct closing *c = arg;

    TRY(db_run(db, &q_close, ARGS(I64(c->now_ms), I64(c->id)), NULL));
    return db_run(db, &q_end_logins, ARGS(I64(c->now_ms), I64(c->id), I64(0)), NULL);
}

enum rc account_close(struct db *db, int64_t id, int64_t now_ms)
{
    return db_transact(db, close_it, &(struct closing){ id, now_ms });
}

enum rc account_reopen(struct db *db, int64_t id)
{
    return db_run(db, &q_reopen, ARGS(I64(id)), NULL);
}

enum rc account_leave(struct db *db, struct arena *a, int64_t id, int64_t at_ms)
{
    struct account account;
    int64_t operators;

    TRY(db_one(db, a, &q_get, ARGS(I64(id)), &account));
    TRY(db_run(db, &q_leave, ARGS(I64(at_ms), I64(id)), NULL));
    if (account.role < ROLE_OF_OPERATORS)
        return RC_OK;
    TRY(db_number(db, a, &q_operators_now, NO_ARGS, &operators));
    return operators ? RC_OK : RC_DENIED;
}

enum rc account_stay(struct db *db, int64_t id)
{
    return db_run(db, &q_leave, ARGS(I64(0), I64(id)), NULL);
}

enum rc account_shut(struct db *db, int64_t id, int64_t now_ms)
{
    TRY(db_run(db, &q_drop_password, ARGS(I64(id)), NULL));
    return db_run(db, &q_end_logins, ARGS(I64(now_ms), I64(id), I64(0)), NULL);
}

/* The addresses of .invalid are nobody's (RFC 2606). */
enum rc account_erase(struct db *db, struct arena *a, int64_t id, int64_t now_ms)
{
    const char *handle = arena_printf(a, DELETED_HANDLE "%" PRId64, id);
    struct account account;

    TRY(db_one(db, a, &q_get, ARGS(I64(id)), &account));
    int64_t barred_ms = account.blocked ? INT64_MAX : account.suspended_until_ms;
    if (barred_ms > now_ms)
        TRY(db_run(db, &q_bar, ARGS(STR(email_hash(a, account.email)), I64(barred_ms)), NULL));
    if (account.avatar_key[0])
        TRY(removal_enqueue(db, "avatars", arena_printf(a, "%s.jpg", account.avatar_key)));
    TRY(name_retire(db, a, id, account.handle, now_ms));
    return db_run(
        db, &q_erase,
        ARGS(STR(arena_printf(a, "%s@deleted.invalid", handle)), STR(handle), I64(now_ms), I64(id)),
        NULL);
}

enum rc account_set_role(struct db *db, int64_t id, int role)
{
    assert(role >= 0 && role <= 2);
    return db_run(db, &q_set_role, ARGS(I64(role), I64(id)), NULL);
}

enum rc account_ban(struct db *db, int64_t id, bool on)
{
    return db_run(db, &q_ban, ARGS(I64(on), I64(id)), NULL);
}

enum rc account_suspend(struct db *db, int64_t id, int64_t until_ms)
{
    return db_run(db, &q_suspend, ARGS(I64(until_ms), I64(id)), NULL);
}

enum rc account_sweep(struct db *db, int64_t now_ms, int64_t *dropped)
{
    return db_run(db, &q_sweep, ARGS(I64(now_ms)), dropped);
}
