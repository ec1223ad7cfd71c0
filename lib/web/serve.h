/*
 * serve: one endpoint, answered for ever (FastCGI) or once (plain CGI, when started so).
 *
 * What every handler does alike happens here: limits, who is asking, cross-site checks, status and
 * error page from the `enum rc`, security headers, one log line, buffered output, so that a failing
 * handler never sends half a page. A handler is an endpoint and one function per method.
 */
#ifndef WEB_SERVE_H
#define WEB_SERVE_H
#include "base/sb.h"
#include "io/db.h"
#include "web/html.h"
#include "web/reply.h"
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

int serve(const struct endpoint *e, error_page page);
#endif
