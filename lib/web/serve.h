/*
 * serve: one endpoint, answered for ever (FastCGI) or once (plain CGI, when started so).
 *
 * What every handler does alike happens here: limits, who is asking, cross-site checks, status and
 * error page from the `enum rc`, security headers, one log line, buffered output, so that a failing
 * handler never sends half a page. A handler is an endpoint and one function per method.
 *
 * Cross-site requests (design: OWASP CSRF cheat sheet). Any method but GET and HEAD is refused
 * unless Sec-Fetch-Site is absent, same-origin or none, Origin is absent or ours, and the request
 * carries the page's token: field `csrf` of a form, multipart form or JSON body, or the header
 * X-CSRF-Token. Exempt are bearer tokens, JSON without our cookies, and endpoints marked so.
 */
#ifndef WEB_SERVE_H
#define WEB_SERVE_H
#include "base/sb.h"
#include "io/db.h"
#include "web/html.h"
#include "web/session.h"

enum method { GET, POST, PATCH, DELETE, OPTIONS, METHODS };

/* Who may use an endpoint; the later ones include the earlier. */
enum who { ANYONE, SIGNED_IN, MODERATOR, OPERATOR };

/* What multipart forms may carry: files go to media/incoming and vanish with the request unless
 * taken (req_take_file). */
enum files { NO_FILES, IMAGE_FILES, VIDEO_FILES };
enum { IMAGE_FILE_MAX_BYTES = 10 * 1000 * 1000 };

struct req;
struct endpoint {
    const char *name; /* of the program; stands in the log */
    enum who who;
    enum db_user db;
    size_t body_max_bytes; /* of forms and JSON, kept in memory; more: 413 before it is read */
    enum files files;
    bool streams;     /* PATCH bodies are read by the handler: req_body_read */
    bool csrf_exempt; /* requests prove themselves by a signature of their own */
    bool plays;       /* the page has a player: scripts may start a worker */
    bool api;         /* for programs: every refusal is JSON, none is a page or the way to log in */
    bool for_all;     /* the same answer for everybody: who asks is not looked at, no cookie is set,
                         and other sites may read it */
    bool by_token; /* who asks is what the access token says, no more; there is no database: r->db
                         is NULL. Only refusals are logged. */
    enum rc (*on[METHODS])(struct req *r); /* missing: 405 */
};

struct field {
    const char *name, *value;
};
struct file {
    const char *field, *name, *path; /* name: as the sender says, never a path; path: on our disk */
    int64_t bytes;
    enum rc rc; /* RC_TOO_LARGE or RC_FULL when it could not be kept; path is then "" */
};
struct field_list {
    struct field *items;
    size_t n;
};
struct file_list {
    struct file *items;
    size_t n;
};

struct req {
    struct arena *arena;
    struct db *db;
    const struct endpoint *endpoint;
    enum method method;
    int64_t now_ms;
    const char *path;     /* decoded and normalised by the server, without the query */
    struct viewer viewer; /* user_id 0: nobody is signed in */
    struct problem why;   /* filled by whoever refuses */

    int status;       /* 0: the one that fits the rc; from 400 on it stands in place of that */
    const char *keep; /* Cache-Control; NULL: ask again each time */
    bool framed;      /* any site may show this page in a frame; it holds no form and no script */
    const char *type; /* content type of `out` */
    struct sb head, out;
    struct field_list form, query;
    struct file_list files;
    const char *request_id;
    struct transport *transport; /* environment and body; private to lib/web */
    bool head_only;
};

/* Renders the page for a refusal; given by the views, which lib/web does not know. */
typedef void (*error_page)(struct req *r, enum rc rc, int status, const char *text);

int serve(const struct endpoint *e, error_page page);

/* The HTTP status of a result, e.g. 404. */
int status_of(enum rc rc);

/* Answer with the views NAME.html or NAME.json, by what the client prefers. */
#define RENDER(r, name, page)                                                                      \
    (req_wants_json(r) ? json_##name(reply_json(r), (page)) : view_##name(reply_html(r), (page)),  \
     RC_OK)

/* The same after a refusal that the page itself explains (r->why has a text): the page with what
 * was typed, and the refusal's status. A program gets the plain JSON error instead; what has no
 * text goes to the error page. */
#define RENDER_AGAIN(r, rc, name, page)                                                            \
    (!reply_can_explain((r), (rc))                                                                 \
         ? (rc)                                                                                    \
         : ((r)->status = status_of(rc), view_##name(reply_html(r), (page)), (enum rc)RC_OK))
bool reply_can_explain(const struct req *r, enum rc rc);

/* An empty body of that content type to write into. */
struct sb *reply_html(struct req *r);
struct sb *reply_json(struct req *r);
struct sb *reply_type(struct req *r, const char *type);
struct sb *reply_xml(struct req *r, const char *type); /* with its first line */

/* The answer is complete, and whoever asks again gets 304 and no body unless it differs: it is named
 * by its hash (ETag, RFC 9110 section 8.8.3). */
MUST_USE enum rc reply_once(struct req *r);

/* 303 to a path of ours. */
MUST_USE enum rc reply_see_other(struct req *r, const char *fmt, ...) PRINTF(2, 3);
MUST_USE enum rc reply_no_content(struct req *r);

/* A response header. The name is a constant of ours; a value with a byte outside 0x20 to 0x7e ends
 * the request with 500: nothing a client sends may start a header of its own. */
void reply_header(struct req *r, const char *name, const char *value);

/* A cookie for the whole site: HttpOnly, SameSite=Lax, under TLS Secure and with the prefix __Host-.
 * max_age_s 0 removes it. */
void reply_cookie(struct req *r, const char *name, const char *value, int64_t max_age_s);
#endif
