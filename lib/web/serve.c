#include "web/serve.h"
#include "app/site/live.h"
#include "base/clock.h"
#include "base/conf.h"
#include "base/log.h"
#include "base/str.h"
#include "io/secret.h"
#include "web/guard.h"
#include "web/keep.h"
#include "web/req.h"
#include "web/transport.h"
#include <fcgiapp.h>

enum {
    REQUEST_MAX_BYTES = 32 * 1024 * 1024,
    DB_TIMEOUT_SECONDS = 5,
    REQUEST_ID_CHARS = 16,
};

extern char **environ;

static const char *const method_names[METHODS] = {
    [GET] = "GET", [POST] = "POST", [PATCH] = "PATCH", [DELETE] = "DELETE", [OPTIONS] = "OPTIONS",
};

static enum rc read_request_line(struct req *r)
{
    const struct transport *t = r->transport;
    const char *name = transport_env(t, "REQUEST_METHOD"),
               *query = transport_env(t, "QUERY_STRING");
    size_t method = 0;

    TRY(guard_headers(r));
    r->path = arena_printf(r->arena, "%s%s", transport_env(t, "SCRIPT_NAME"),
                           transport_env(t, "PATH_INFO"));
    r->head_only = str_eq(name, "HEAD");
    if (r->head_only)
        name = "GET";
    while (method < METHODS && !str_eq(name, method_names[method]))
        method++;
    if (method == METHODS || r->endpoint->on[method] == NULL)
        return RC_METHOD;
    r->method = (enum method)method;
    if (strlen(r->path) > PATH_MAX_BYTES || !str_is_text(r->path, strlen(r->path), false))
        return RC_NOT_FOUND;
    return urlencoded_parse(r, query, strlen(query), &r->query);
}

static enum rc check_viewer(struct req *r)
{
    if (!r->endpoint->for_all && !r->endpoint->impersonal)
        TRY(session_resolve(r));
    log_user(r->viewer.user_id);
    return guard_who(r);
}

/* The settings as they are now; its statements are not counted as the handler's. */
static enum rc refresh(struct req *r)
{
    if (r->db == NULL)
        return RC_OK;
    TRY(live_refresh(r->db, r->arena, r->now_ms));
    db_count_reset(r->db);
    return RC_OK;
}

/* What comes before the body has been read. */
static enum rc admit(struct req *r)
{
    TRY(refresh(r));
    TRY(check_viewer(r));
    if (r->method == POST && r->endpoint->admit)
        TRY(r->endpoint->admit(r));
    return r->method == POST ? body_parse(r) : RC_OK;
}

static enum rc answer(struct req *r)
{
    TRY(read_request_line(r));
    TRY(guard_origin(r));
    enum rc rc = admit(r);
    if (rc != RC_OK)
        keep_read(r);
    TRY(rc);
    TRY(guard_csrf(r));
    return r->endpoint->on[r->method](r);
}

static void say_allowed(struct req *r)
{
    struct sb allow = { .a = r->arena };

    for (size_t i = 0; i < METHODS; i++)
        if (r->endpoint->on[i])
            sb_addf(&allow, "%s%s", allow.len ? ", " : "", method_names[i]);
    reply_header(r, "Allow", allow.buf);
}

/* The id that lighttpd/entry.lua gave the request; one of our own where there was no lighttpd. */
static const char *request_id(struct req *r)
{
    const char *given = transport_env(r->transport, "REQUEST_ID");

    return strlen(given) == REQUEST_ID_CHARS && str_only(given, STR_BASE64URL)
               ? given
               : random_id(r->arena, REQUEST_ID_CHARS * 6 / 8);
}

static const char *log_address(const struct req *r)
{
    return conf()->log_addresses == LOG_ADDRESSES_FULL ? req_address(r) : req_network(r);
}

/* One line for each request, and another one in security.log for what the handler called an act, and
 * for refusals that somebody may have provoked. */
static void log_end(const struct req *r, int64_t ms, unsigned queries)
{
    const char *status = arena_printf(r->arena, "%d", r->status);
    const char *what = transport_env(r->transport, "REQUEST_METHOD");
    log_user(r->viewer.user_id); /* who has logged in by this request, too */
    bool refused = r->status == status_of(RC_DENIED) || r->status == status_of(RC_LIMITED);

    if (r->status >= 400 || !r->endpoint->by_token)
        log_outcome(status, "%s %s ms=%" PRId64 " q=%u", what, r->path, ms, queries);
    if (r->act || refused)
        log_security(status, "%s: %s %s", r->act ? r->act : "refused", what, r->path);
}

/* Puts the head into r->head and the body into r->out; the caller sends both. */
static void handle(const struct endpoint *e, struct req *r, error_page page)
{
    int64_t start_ms = clock_monotonic_ms();

    r->endpoint = e;
    r->now_ms = clock_now_ms();
    r->request_id = request_id(r);
    r->path = "";
    r->viewer = (struct viewer){ .handle = "", .name = "", .email = "", .avatar_url = "" };
    r->head.a = r->out.a = r->arena;
    log_request(r->request_id, log_address(r));
    if (r->db)
        db_count_reset(r->db);
    enum rc rc = answer(r);
    if (rc == RC_METHOD)
        say_allowed(r);
    if (r->status == 500)
        rc = RC_FAIL;
    if (rc != RC_OK) {
        r->kept = keep_of(r, rc);
        reply_refusal(r, rc, page);
    }
    if (r->status == 0)
        r->status = 200;
    guard_answer(r);
    unsigned queries = r->db ? db_count(r->db) : 0;
    if (conf()->environment == ENV_TEST) {
        reply_header(r, "X-Queries", arena_printf(r->arena, "%u", queries));
        reply_header(r, "X-Arena", arena_printf(r->arena, "%zu", arena_used(r->arena)));
    }
    reply_header(r, "X-Request-Id", r->request_id);
    reply_finish(r);
    log_end(r, clock_monotonic_ms() - start_ms, queries);
    if (r->head_only)
        r->out.len = 0;
}

static void set_length(struct transport *t)
{
    const char *text = transport_env(t, "CONTENT_LENGTH");

    t->body_bytes = 0;
    if (text[0] && str_to_i64(text, strlen(text), 0, INT64_MAX, &t->body_bytes) != RC_OK)
        t->body_bytes = -1;
    t->left = MAX_OF(t->body_bytes, 0);
}

static size_t read_file(struct transport *t, char *buf, size_t n)
{
    return fread(buf, 1, n, t->stream);
}

static size_t read_fcgi(struct transport *t, char *buf, size_t n)
{
    int got = FCGX_GetStr(buf, (int)MIN_OF(n, (size_t)INT32_MAX), t->stream);
    return got > 0 ? (size_t)got : 0;
}

static void serve_cgi(const struct endpoint *e, error_page page, struct arena *a, struct db *db)
{
    struct transport t = { .env = environ, .read = read_file, .stream = stdin };
    struct req r = { .arena = a, .db = db, .transport = &t };

    set_length(&t);
    handle(e, &r, page);
    fwrite(r.head.buf, 1, r.head.len, stdout);
    if (r.out.len)
        fwrite(r.out.buf, 1, r.out.len, stdout);
    (void)fflush(stdout); /* if the server has gone, nobody is left to tell */
    arena_reset(a);
}

static void serve_fcgi(const struct endpoint *e, error_page page, struct arena *a, struct db *db)
{
    FCGX_Request f;

    FCGX_Init();
    FCGX_InitRequest(&f, 0, 0);
    while (FCGX_Accept_r(&f) == 0) {
        struct transport t = { .env = f.envp, .read = read_fcgi, .stream = f.in };
        struct req r = { .arena = a, .db = db, .transport = &t };
        set_length(&t);
        handle(e, &r, page);
        FCGX_PutStr(r.head.buf, (int)r.head.len, f.out);
        if (r.out.len)
            FCGX_PutStr(r.out.buf, (int)r.out.len, f.out);
        FCGX_Finish_r(&f);
        arena_reset(a);
    }
}

int serve(const struct endpoint *e, error_page page)
{
    log_begin(e->name, LOG_ERROR);
    (void)conf(); /* a bad config stops the program here, not at the first request */
    (void)secret_key("token");
    guard_process();
    struct arena *a = arena_new(REQUEST_MAX_BYTES);
    struct db *db = e->by_token ? NULL : db_new(e->db, DB_TIMEOUT_SECONDS);
    if (FCGX_IsCGI())
        serve_cgi(e, page, a, db);
    else
        serve_fcgi(e, page, a, db);
    db_close(db);
    arena_free(a);
    return 0;
}
