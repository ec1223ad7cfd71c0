#include "web/session.h"
#include "base/clock.h"
#include "base/conf.h"
#include "base/log.h"
#include "base/str.h"
#include "io/secret.h"
#include "io/token.h"
#include "web/req.h"

enum {
    REFRESH_BYTES = 32,
    VISITOR_BYTES = 16,
    VISITOR_MAX_BYTES = 64,
    AGENT_MAX_BYTES = 200,
    CSRF_MAX_BYTES = 160
};

struct person {
    int64_t user_id, session_id, role, version, created_ms, rotated_ms, proved_ms;
    int64_t paid_until_ms, grace_until_ms, suspended_until_ms, leaves_ms, claim_until_ms;
    int64_t unread;
    bool banned, has_factor;
    const char *handle, *name, *email, *avatar_key, *refresh_hash, *previous_hash;
};
SHAPE(person_shape, struct person, COLUMN(struct person, user_id),
      COLUMN(struct person, session_id), COLUMN(struct person, role),
      COLUMN(struct person, version), COLUMN(struct person, paid_until_ms),
      COLUMN(struct person, grace_until_ms), COLUMN(struct person, banned),
      COLUMN(struct person, has_factor), COLUMN(struct person, suspended_until_ms),
      COLUMN(struct person, leaves_ms), COLUMN(struct person, claim_until_ms),
      COLUMN(struct person, created_ms), COLUMN(struct person, rotated_ms),
      COLUMN(struct person, proved_ms), COLUMN(struct person, handle), COLUMN(struct person, name),
      COLUMN(struct person, email), COLUMN(struct person, avatar_key),
      COLUMN(struct person, refresh_hash), COLUMN(struct person, previous_hash),
      COLUMN(struct person, unread));

#define PERSON                                                                                                  \
    "SELECT u.id AS user_id, s.id AS session_id, u.role, u.token_version AS version,"                           \
    " p.paid_until_ms, p.grace_until_ms, u.blocked AS banned, u.has_factor, u.suspended_until_ms, u.leaves_ms," \
    " u.claim_until_ms,"                                                                                        \
    " s.created_ms, s.rotated_ms, s.proved_ms, u.handle, u.display_name AS name, u.email, u.avatar_key,"        \
    " s.refresh_hash, s.previous_hash,"                                                                         \
    " (SELECT COUNT(*) FROM notice n WHERE n.user_id = u.id AND n.read_ms = 0) AS unread"                       \
    " FROM session s JOIN user u ON u.id = s.user_id"                                                           \
    " LEFT JOIN subscription p ON p.user_id = u.id"                                                             \
    " WHERE s.revoked_ms = 0 AND s.expires_ms > ?"

STMT(q_by_token, &person_shape, PERSON " AND s.id = ? AND u.id = ? AND u.token_version = ?");
STMT(q_by_id, &person_shape, PERSON " AND s.id = ?");
STMT(q_rotate, NULL,
     "UPDATE session SET previous_hash = refresh_hash, refresh_hash = ?, rotated_ms = ?,"
     " used_ms = ?, expires_ms = ? WHERE id = ? AND refresh_hash = ?");

STMT(q_start, NULL,
     "INSERT INTO session (user_id, refresh_hash, rotated_ms, created_ms, used_ms, proved_ms,"
     " expires_ms, agent, network) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)");
STMT(
    q_end_oldest, NULL,
    "UPDATE session s JOIN (SELECT id FROM session WHERE user_id = ? AND revoked_ms = 0"
    " AND expires_ms > ? ORDER BY used_ms DESC, id DESC LIMIT 1000 OFFSET ?) old ON old.id = s.id SET s.revoked_ms = ?");
STMT(q_prove, NULL,
     "UPDATE session SET previous_hash = refresh_hash, refresh_hash = ?, rotated_ms = ?,"
     " used_ms = ?, proved_ms = ? WHERE id = ? AND revoked_ms = 0");
STMT(q_first_refresh, NULL, "UPDATE session SET refresh_hash = ? WHERE id = ?");

SHAPE(session_shape, struct session, COLUMN(struct session, id), COLUMN(struct session, agent),
      COLUMN(struct session, network), COLUMN(struct session, created_ms),
      COLUMN(struct session, used_ms));
STMT(q_list, &session_shape,
     "SELECT id, agent, network, created_ms, used_ms FROM session"
     " WHERE user_id = ? AND revoked_ms = 0 AND expires_ms > ?"
     " AND (used_ms < ? OR (used_ms = ? AND id < ?)) ORDER BY used_ms DESC, id DESC LIMIT 20");
STMT(q_revoke, NULL,
     "UPDATE session SET revoked_ms = ? WHERE id = ? AND user_id = ? AND revoked_ms = 0");
STMT(q_revoke_all, NULL,
     "UPDATE session SET revoked_ms = ? WHERE user_id = ? AND id <> ? AND revoked_ms = 0");

static int64_t expiry_ms(int64_t created_ms, int64_t now_ms)
{
    return MIN_OF(created_ms + conf()->session_max_days * DAY_MS,
                  now_ms + conf()->session_idle_days * DAY_MS);
}

static const char *access_token(struct req *r, const struct person *p, int64_t *expires_ms)
{
    int64_t now_s = r->now_ms / 1000, life_s = conf()->access_minutes * 60;
    struct claims c = {
        .user_id = p->user_id,
        .session_id = p->session_id,
        .version = p->version,
        .issued_s = now_s,
        .expires_s = now_s + life_s,
        .use = "access",
    };

    *expires_ms = c.expires_s * 1000;
    return token_make(r->arena, &c);
}

static void set_access_cookie(struct req *r, const struct person *p)
{
    int64_t expires_ms;

    reply_cookie(r, "at", access_token(r, p, &expires_ms), conf()->access_minutes * 60);
}

static void set_refresh_cookie(struct req *r, const char *value, int64_t expires_ms)
{
    reply_cookie(r, "rt", value, MAX_OF((expires_ms - r->now_ms) / 1000, 1));
}

/* The browser's part of a login ends: its cookies, and what it keeps of pages and videos. */
static void forget(struct req *r)
{
    reply_cookie(r, "at", "", 0);
    reply_cookie(r, "rt", "", 0);
    reply_header(r, "Clear-Site-Data", "\"cache\", \"storage\"");
}

static bool is_restricted(const struct req *r, const struct person *p)
{
    return p->banned || r->now_ms < p->suspended_until_ms || p->leaves_ms;
}

const char *session_restricted_url(const struct req *r)
{
    return r->viewer.leaves_ms ? "/account/delete" : "/decision";
}

/* A login of somebody who is banned, suspended or about to leave counts only where the endpoint says so, and there
 * as that of an ordinary member. Elsewhere nobody is signed in. */
static void view(struct req *r, const struct person *p, bool by_bearer)
{
    bool restricted = is_restricted(r, p);
    bool needs_factor = conf()->operator_second_factor && p->role > ROLE_MEMBER && !p->has_factor;

    r->viewer.restricted = restricted;
    r->viewer.leaves_ms = p->leaves_ms;
    if (restricted && !r->endpoint->for_restricted)
        return;
    r->viewer = (struct viewer){
        .user_id = p->user_id,
        .session_id = p->session_id,
        .role = restricted || needs_factor ? ROLE_MEMBER : p->role,
        .needs_factor = needs_factor && !restricted,
        .restricted = restricted,
        .leaves_ms = p->leaves_ms,
        .unconfirmed = p->claim_until_ms && conf()->mail != MAIL_NONE,
        .handle = p->handle,
        .name = p->name,
        .email = p->email,
        .avatar_url = p->avatar_key[0] ? arena_printf(r->arena, "/avatar/%s.jpg", p->avatar_key)
                                       : "",
        .paid_until_ms = p->paid_until_ms,
        .grace_until_ms = p->grace_until_ms,
        .unread = p->unread,
        .by_bearer = by_bearer,
        .proved_ms = p->proved_ms,
    };
}

static enum rc by_token(struct req *r, const char *token, struct person *p)
{
    struct claims c;

    TRY(token_check(r->arena, token, "access", r->now_ms / 1000, &c));
    enum rc rc = db_one(r->db, r->arena, &q_by_token,
                        ARGS(I64(r->now_ms), I64(c.session_id), I64(c.user_id), I64(c.version)), p);
    return rc == RC_NOT_FOUND ? RC_SIGN_IN : rc;
}

/* A refresh value is "{login}.{random}.{mac}": the mac proves that we issued it for that login,
 * however many values ago. The row holds only hashes, so a copy of the table logs nobody in. */
static const char *refresh_mac(struct req *r, int64_t session_id, const char *random)
{
    return hmac_hex(r->arena, "token",
                    arena_printf(r->arena, "refresh %" PRId64 " %s", session_id, random));
}

static const char *refresh_make(struct req *r, int64_t session_id)
{
    const char *random = random_id(r->arena, REFRESH_BYTES);

    return arena_printf(r->arena, "%" PRId64 ".%s.%s", session_id, random,
                        refresh_mac(r, session_id, random));
}

static enum rc refresh_check(struct req *r, const char *value, int64_t *session_id)
{
    const char *first = strchr(value, '.'), *second = first ? strchr(first + 1, '.') : NULL;

    if (second == NULL ||
        str_to_i64(value, (size_t)(first - value), 1, INT64_MAX, session_id) != RC_OK)
        return RC_SIGN_IN;
    const char *random = arena_strn(r->arena, first + 1, (size_t)(second - first - 1));
    return equal_secret(second + 1, refresh_mac(r, *session_id, random)) ? RC_OK : RC_SIGN_IN;
}

static enum rc rotate(struct req *r, const struct person *p, const char *old_hash)
{
    const char *value = refresh_make(r, p->session_id);
    const char *hash = sha256_hex(r->arena, value, strlen(value));
    int64_t expires_ms = expiry_ms(p->created_ms, r->now_ms), changed;

    TRY(db_run(r->db, &q_rotate,
               ARGS(STR(hash), I64(r->now_ms), I64(r->now_ms), I64(expires_ms), I64(p->session_id),
                    STR(old_hash)),
               &changed));
    if (changed) /* else another tab was quicker, and its cookie is valid */
        set_refresh_cookie(r, value, expires_ms);
    return RC_OK;
}

/* A value that was replaced a moment ago came from another tab; one replaced long ago was
 * copied. */
static enum rc by_refresh(struct req *r, const char *value, struct person *p)
{
    const char *hash = sha256_hex(r->arena, value, strlen(value));
    int64_t session_id;

    TRY(refresh_check(r, value, &session_id));
    enum rc rc = db_one(r->db, r->arena, &q_by_id, ARGS(I64(r->now_ms), I64(session_id)), p);
    if (rc != RC_OK)
        return rc == RC_NOT_FOUND ? RC_SIGN_IN : rc;
    bool recent = r->now_ms - p->rotated_ms <= REFRESH_GRACE_SECONDS * SECOND_MS;
    if (str_eq(hash, p->refresh_hash))
        TRY(rotate(r, p, hash));
    else if (!recent || !str_eq(hash, p->previous_hash)) {
        r->act = "log-in ended, because an old value of its cookie was used again";
        log_about("member:%" PRId64, p->user_id);
        TRY(db_run(r->db, &q_revoke, ARGS(I64(r->now_ms), I64(session_id), I64(p->user_id)), NULL));
        return RC_SIGN_IN;
    }
    set_access_cookie(r, p);
    return RC_OK;
}

static const char *bearer_of(const struct req *r)
{
    const char *header = req_header(r, "Authorization");
    return strncasecmp(header, "Bearer ", 7) == 0 ? header + 7 : NULL;
}

/* Only the token is checked, so a login that has ended stays usable here until its token
 * expires. */
static enum rc resolve_by_token(struct req *r)
{
    const char *bearer = bearer_of(r);
    struct claims c;

    if (token_check(r->arena, bearer ? bearer : req_cookie(r, "at"), "access", r->now_ms / 1000,
                    &c) == RC_OK)
        r->viewer = (struct viewer){
            .user_id = c.user_id,
            .session_id = c.session_id,
            .handle = "",
            .name = "",
            .email = "",
            .avatar_url = "",
            .by_bearer = bearer != NULL,
        };
    return RC_OK;
}

enum rc session_resolve(struct req *r)
{
    const char *bearer = bearer_of(r), *at = req_cookie(r, "at"), *rt = req_cookie(r, "rt");
    struct person p;

    r->viewer = (struct viewer){ .handle = "", .name = "", .email = "", .avatar_url = "" };
    if (r->endpoint->by_token)
        return resolve_by_token(r);
    if (bearer) {
        enum rc rc = by_token(r, bearer, &p);
        if (rc == RC_SIGN_IN)
            return refuse(&r->why, rc, NULL,
                          "The token is not valid or has expired. Log in again.");
        if (rc == RC_OK)
            view(r, &p, true);
        return rc;
    }
    enum rc rc = at[0] ? by_token(r, at, &p) : RC_SIGN_IN;
    if (rc == RC_SIGN_IN && rt[0])
        rc = by_refresh(r, rt, &p);
    if (rc == RC_OK)
        view(r, &p, false);
    else if (rc == RC_SIGN_IN) {
        if (at[0] || rt[0])
            forget(r);
        rc = RC_OK; /* nobody is signed in: the endpoint decides whether that is enough */
    }
    return rc;
}

/* The browser's name for itself, cut to the length of the column. */
static const char *agent_of(struct req *r)
{
    const char *agent = req_header(r, "User-Agent");
    size_t n = MIN_OF(strlen(agent), (size_t)AGENT_MAX_BYTES);

    if (!str_is_text(agent, strlen(agent), false))
        return "";
    while (n && ((unsigned char)agent[n] & 0xc0) == 0x80)
        n--; /* never in the middle of a character */
    return arena_strn(r->arena, agent, n);
}

/* End the login of this request, if it has not ended already. */
static enum rc end_this(struct req *r)
{
    enum rc rc = session_revoke(r, r->viewer.session_id);
    return rc == RC_NOT_FOUND ? RC_OK : rc;
}

/* A refresh value holds the number of its login, so the row begins with a hash that no value
 * has. */
static enum rc insert(struct req *r, int64_t user_id, int64_t expires_ms, int64_t *id,
                      const char **value)
{
    const char *no_hash = random_id(r->arena, REFRESH_BYTES);

    TRY(db_insert(r->db, &q_start,
                  ARGS(I64(user_id), STR(no_hash), I64(r->now_ms), I64(r->now_ms), I64(r->now_ms),
                       I64(r->now_ms), I64(expires_ms), STR(agent_of(r)), STR(req_network(r))),
                  id));
    *value = refresh_make(r, *id);
    TRY(db_run(r->db, &q_first_refresh,
               ARGS(STR(sha256_hex(r->arena, *value, strlen(*value))), I64(*id)), NULL));
    return db_run(r->db, &q_end_oldest,
                  ARGS(I64(user_id), I64(r->now_ms), I64(SESSIONS_MAX), I64(r->now_ms)), NULL);
}

enum rc session_start(struct req *r, int64_t user_id, struct login *out)
{
    struct person p;
    int64_t expires_ms = expiry_ms(r->now_ms, r->now_ms);
    const char *value;

    if (r->viewer.session_id)
        TRY(end_this(r)); /* its cookies are about to be replaced */
    TRY(insert(r, user_id, expires_ms, &p.session_id, &value));
    TRY(db_one(r->db, r->arena, &q_by_id, ARGS(I64(r->now_ms), I64(p.session_id)), &p));
    set_access_cookie(r, &p);
    set_refresh_cookie(r, value, expires_ms);
    view(r, &p, false);
    r->viewer.user_id = user_id; /* of the restricted, too */
    r->viewer.session_id = p.session_id;
    out->token = access_token(r, &p, &out->expires_ms);
    out->csrf = session_csrf(r);
    return RC_OK;
}

bool session_is_fresh(const struct req *r)
{
    return r->viewer.user_id && r->now_ms - r->viewer.proved_ms <= FRESH_MINUTES * MINUTE_MS;
}

enum rc fresh_need(const struct req *r) { return session_is_fresh(r) ? RC_OK : RC_FRESH; }

/* The old value of the refresh cookie stays valid for a moment, as when it is renewed. */
enum rc session_prove(struct req *r, struct login *out)
{
    const int64_t id = r->viewer.session_id;
    const char *value = refresh_make(r, id);
    struct person p;

    TRY(db_run(r->db, &q_prove,
               ARGS(STR(sha256_hex(r->arena, value, strlen(value))), I64(r->now_ms), I64(r->now_ms),
                    I64(r->now_ms), I64(id)),
               NULL));
    enum rc rc = db_one(r->db, r->arena, &q_by_id, ARGS(I64(r->now_ms), I64(id)), &p);
    if (rc != RC_OK)
        return rc == RC_NOT_FOUND ? RC_SIGN_IN : rc;
    set_access_cookie(r, &p);
    set_refresh_cookie(r, value, expiry_ms(p.created_ms, r->now_ms));
    r->viewer.proved_ms = r->now_ms;
    out->token = access_token(r, &p, &out->expires_ms);
    out->csrf = session_csrf(r);
    return RC_OK;
}

enum rc session_end(struct req *r)
{
    TRY(end_this(r));
    forget(r);
    return RC_OK;
}

enum rc session_list(struct req *r, int64_t user_id, int64_t before_ms, int64_t before_id,
                     struct session_list *out)
{
    int64_t ms = before_ms ? before_ms : INT64_MAX;

    return DB_LIST(r->db, r->arena, &q_list,
                   ARGS(I64(user_id), I64(r->now_ms), I64(ms), I64(ms), I64(before_id)),
                   SESSIONS_PAGE, out);
}

struct ending {
    struct arena *a;
    int64_t user_id;
    const struct deed *deed;
};

static enum rc end_all(struct db *db, void *arg)
{
    const struct ending *x = arg;

    TRY(db_run(db, &q_revoke_all, ARGS(I64(x->deed->now_ms), I64(x->user_id), I64(0)), NULL));
    return deed_add(db, x->a, x->deed, "ended all log-ins",
                    arena_printf(x->a, "member:%" PRId64, x->user_id));
}

enum rc session_revoke_all_of(struct req *r, int64_t user_id, struct deed *deed)
{
    struct ending x = { r->arena, user_id, deed };

    TRY(deed_check(r->arena, deed, &r->why));
    return db_transact(r->db, end_all, &x);
}

enum rc session_revoke(struct req *r, int64_t session_id)
{
    int64_t changed;

    TRY(db_run(r->db, &q_revoke, ARGS(I64(r->now_ms), I64(session_id), I64(r->viewer.user_id)),
               &changed));
    return changed ? RC_OK : RC_NOT_FOUND;
}

enum rc session_revoke_all(struct req *r, bool keep_this)
{
    int64_t kept_id = keep_this ? r->viewer.session_id : 0;

    TRY(db_run(r->db, &q_revoke_all, ARGS(I64(r->now_ms), I64(r->viewer.user_id), I64(kept_id)),
               NULL));
    if (!keep_this)
        forget(r);
    return RC_OK;
}

/* The visitor's cookie `pre`; "" when there is none or it is not one of ours. */
static const char *visitor_of(const struct req *r)
{
    const char *value = r->viewer.visitor ? r->viewer.visitor : req_cookie(r, "pre");
    return strlen(value) <= VISITOR_MAX_BYTES && str_only(value, STR_BASE64URL) ? value : "";
}

/* The owner of a CSRF token: the login, "s" and its number, else the visitor, "v" and the cookie; ""
 * when there is neither. */
static const char *csrf_subject(const struct req *r)
{
    if (r->viewer.session_id)
        return arena_printf(r->arena, "s%" PRId64, r->viewer.session_id);
    const char *visitor = visitor_of(r);
    return visitor[0] ? arena_printf(r->arena, "v%s", visitor) : "";
}

/* "{hour}.{subject}.{mac}" */
static const char *csrf_make(const struct req *r, const char *subject, int64_t hour)
{
    const char *text = arena_printf(r->arena, "%" PRId64 ".%s", hour, subject);
    return arena_printf(r->arena, "%s.%s", text, hmac_hex(r->arena, "csrf", text));
}

const char *session_csrf(struct req *r)
{
    /* Each page with a form renews the visitor's cookie: it has to outlive the form's token. */
    if (!r->viewer.session_id && !r->viewer.visitor) {
        const char *known = visitor_of(r);
        r->viewer.visitor = known[0] ? known : random_id(r->arena, VISITOR_BYTES);
        reply_cookie(r, "pre", r->viewer.visitor, INT64_C(2) * CSRF_HOURS * HOUR_MS / SECOND_MS);
    }
    return csrf_make(r, csrf_subject(r), r->now_ms / HOUR_MS);
}

/* The hour and the subject of a token; false when it has not the form of one. */
static bool csrf_parts(const struct req *r, const char *token, int64_t *hour, const char **subject)
{
    const char *first = strchr(token, '.'), *second = first ? strchr(first + 1, '.') : NULL;

    if (second == NULL || strlen(token) > CSRF_MAX_BYTES ||
        str_to_i64(token, (size_t)(first - token), 0, r->now_ms / HOUR_MS, hour) != RC_OK)
        return false;
    *subject = arena_strn(r->arena, first + 1, (size_t)(second - first - 1));
    return (*subject)[0] != 0;
}

bool session_csrf_ok(const struct req *r, const char *token)
{
    const char *own = csrf_subject(r), *subject;
    int64_t hour;

    return csrf_parts(r, token, &hour, &subject) && str_eq(subject, own) &&
           hour >= r->now_ms / HOUR_MS - CSRF_HOURS && equal_secret(token, csrf_make(r, own, hour));
}

bool session_csrf_made(const struct req *r, const char *token, int64_t *session_id)
{
    const char *subject;
    int64_t hour;

    *session_id = 0;
    if (!csrf_parts(r, token, &hour, &subject) || !equal_secret(token, csrf_make(r, subject, hour)))
        return false;
    return subject[0] == 'v' ||
           str_to_i64(subject + 1, strlen(subject + 1), 1, INT64_MAX, session_id) == RC_OK;
}
