/*
 * serve: the main loop of a handler: it answers requests for one endpoint until the program is
 * stopped (FastCGI), or a single one (when it was started as a plain CGI program).
 *
 * A handler is a struct endpoint and one function per method. What all handlers need is done before
 * and after that function:
 *
 *   before   the request line is read, the viewer found and the body parsed (req.h, session.h), and
 *            requests that may not pass are refused; guard.h names the checks. A form has to carry
 *            session_csrf() in its field `csrf`.
 *   after    the result becomes a status and, if it is a refusal, an error page (reply.h); security
 *            headers are added and one line is logged
 */
#ifndef WEB_SERVE_H
#define WEB_SERVE_H
#include "base/sb.h"
#include "io/db.h"
#include "web/html.h"
#include "web/reply.h"
#include "web/session.h"

enum method { GET, POST, PATCH, DELETE, OPTIONS, METHODS };

/* Who may use an endpoint: the viewers named by its value or by a later one. */
enum who { ANYONE, SIGNED_IN, MODERATOR, OPERATOR };

/* What multipart forms may carry. Files are written to media/incoming and removed at the end of the
 * request unless the handler takes them (req_take_file). */
enum files { NO_FILES, IMAGE_FILES, DATA_FILES, VIDEO_FILES };
enum { IMAGE_FILE_MAX_BYTES = 10 * 1000 * 1000, DATA_FILE_MAX_BYTES = 2 * 1000 * 1000 };

struct req;
struct endpoint {
    const char *name; /* of the program, for the log */
    enum who who;
    enum db_user db;
    size_t body_max_bytes; /* of forms and JSON, kept in memory; more: 413 before it is read */
    enum files files;
    bool streams;     /* PATCH bodies are read by the handler: req_body_read */
    bool csrf_exempt; /* requests prove themselves by a signature of their own */
    bool plays;       /* the page has a player: scripts may start a worker */
    bool api;        /* for programs: every refusal is JSON, never a page or a redirect to log in */
    bool for_all;    /* the same answer for everybody: the viewer is not looked up, no cookie is
                         set, and other sites may read it */
    bool impersonal; /* the viewer is not looked up: whoever asks proves it in another way, or
                         need not */
    bool by_token;   /* the viewer is taken from the access token alone, without a database: r->db
                         is NULL. Only refusals are logged. */
    bool
        for_restricted; /* also for members who are banned, suspended or about to leave: to read why, to
                            appeal, to take their data along, to leave or to stay */
    bool for_unconfirmed; /* changes here are for members, too, whose address is not confirmed */
    bool
        by_link; /* the query may hold a one-time token: nothing is stored, and no address is passed on */
    enum rc (*admit)(struct req *r);       /* a POST before its body is read, or NULL: all are */
    enum rc (*on[METHODS])(struct req *r); /* missing: 405 */
};

struct field {
    const char *name, *value;
};
struct file {
    const char *field, *name, *path; /* name: as the sender calls it; path: where it is here */
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
    struct problem why;   /* what was wrong, when the request is refused */
    const char *act; /* what security.log calls this request; NULL: it is in it only if refused */

    int status;       /* 0: derived from the result. A value of 400 or more overrides it. */
    const char *keep; /* Cache-Control; NULL: clients have to ask again each time */
    bool framed;      /* any site may show this page in a frame; it holds no form and no script */
    const char *type; /* content type of `out` */
    struct sb head, out;
    struct field_list form, query;
    struct file_list files;
    bool without_files;  /* the body is read for its fields only... */
    bool left_out_files; /* ... and there were files */
    struct kept
        *kept; /* what was typed into the form that is refused (web/keep.h); NULL: nothing */
    const char *request_id;
    struct transport *transport; /* environment and body; private to lib/web */
    bool head_only;
};

/* Returns when there are no more requests; the result is the exit code of the program. */
int serve(const struct endpoint *e, error_page page);
#endif
