/*
 * session: who sent a request. A login is a row; a browser holds two cookies for it:
 *   at   an access token (JWT, minutes), which says only who the member is and which login it is
 *   rt   a random refresh value (days), of which the row holds the SHA-256
 * When `at` has expired, `rt` renews both. The previous value of `rt` stays valid for 30 s, for
 * tabs that send requests at the same time. Any other value that was once issued for this login and
 * is used again must have been stolen, and the login ends for everybody who has it. What a viewer
 * may do is read from the database with every request, never from the token.
 *
 * Owns table `session`; the read of a viewer joins `user`, `subscription` and `notice`.
 */
#ifndef WEB_SESSION_H
#define WEB_SESSION_H
#include "app/site/journal.h"

enum role { ROLE_MEMBER, ROLE_MODERATOR, ROLE_OPERATOR };
enum {
    SESSIONS_MAX = 50,
    SESSIONS_PAGE = 20,
    REFRESH_GRACE_SECONDS = 30,
    CSRF_HOURS = 24,
    FRESH_MINUTES = 10
};

struct viewer {
    int64_t user_id, session_id;
    int64_t role; /* enum role */
    const char *handle, *name, *email, *avatar_url;
    int64_t paid_until_ms, grace_until_ms; /* of their subscription; 0: never paid */
    int64_t unread;                        /* notices on /notifications */
    bool by_bearer;                        /* a program with a token, not a browser with cookies */
    int64_t proved_ms;                     /* when this login last proved that it is the member */
    bool restricted;  /* banned, suspended or about to leave; user_id is 0 unless the endpoint is
                        for_restricted */
    bool unconfirmed; /* the e-mail address is only claimed (people/address.h): may look, no more */
    bool
        needs_factor; /* has a role that counts only with a second step (people/factor.h), and none:
                          `role` is that of a member */
    int64_t leaves_ms;   /* when the account is deleted, as its member asked; 0: it stays */
    const char *visitor; /* for viewers without a login: cookie `pre`, once a form was made */
};

/* A login as its owner sees it. */
struct session {
    int64_t id;
    const char *agent, *network;
    int64_t created_ms, used_ms;
};
struct session_list {
    struct session *items;
    size_t n;
};

struct req;

/* Fill r->viewer from the request; renews cookies if necessary. A request without a login is RC_OK,
 * too: user_id 0. For an endpoint `by_token`, only the member and the login are known, from the
 * access token alone. */
MUST_USE enum rc session_resolve(struct req *r);

/* Start a new login: cookies are set; for programs the access token is also returned. A login that
 * this browser had before ends. */
struct login {
    const char *token;
    int64_t expires_ms;
    const char *csrf;
};
MUST_USE enum rc session_start(struct req *r, int64_t user_id, struct login *out);

/*
 * Fresh proof: what a stolen login must not do (where money goes, the e-mail address, the factors of
 * the log-in, deletion, acts of operators) needs a login that proved itself within the last
 * FRESH_MINUTES: by logging in, or by /login/again with the password or another factor.
 *
 *   TRY(fresh_need(r));    in a handler, before the act or the form for it
 *
 * RC_FRESH: it has not. A browser is led to /login/again and from there back; a program gets the code
 * "fresh-needed" and posts its proof to the same address.
 */
bool session_is_fresh(const struct req *r);
MUST_USE enum rc fresh_need(const struct req *r);

/* The viewer has just proved it. The cookies and the token are renewed; the login stays the same. */
MUST_USE enum rc session_prove(struct req *r, struct login *out);

/* Where somebody restricted is told why, and what they can do. */
const char *session_restricted_url(const struct req *r);

/* End this login and remove its cookies; RC_OK, too, when nobody is signed in. */
MUST_USE enum rc session_end(struct req *r);

/* Up to SESSIONS_PAGE of a member's logins, the one used last first; those after the one with this id that
 * was used at before_ms (0: from the first on). */
MUST_USE enum rc session_list(struct req *r, int64_t user_id, int64_t before_ms, int64_t before_id,
                              struct session_list *out);

/* End one of the viewer's own logins (RC_NOT_FOUND: there is none with that id), or all of them;
 * with `keep_this` all except the one of this request, else its cookies are removed, too. */
MUST_USE enum rc session_revoke(struct req *r, int64_t session_id);
MUST_USE enum rc session_revoke_all(struct req *r, bool keep_this);

/* For operators: end all logins of a member, with an entry in the journal. */
MUST_USE enum rc session_revoke_all_of(struct req *r, int64_t user_id, struct deed *deed);

/* The value for the form field `csrf`; sets a cookie for visitors who have none yet. */
const char *session_csrf(struct req *r);
bool session_csrf_ok(const struct req *r, const char *token);

/* Whether we made the token, whenever and for whomever; *session_id becomes the login that it was
 * made for, 0 for a visitor. */
bool session_csrf_made(const struct req *r, const char *token, int64_t *session_id);
#endif
