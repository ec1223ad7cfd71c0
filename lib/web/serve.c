#include "web/serve.h"
#include "base/clock.h"
#include "base/conf.h"
#include "base/log.h"
#include "base/str.h"
#include "io/secret.h"
#include "web/req.h"
#include "web/transport.h"
#include <fcgiapp.h>
#include <signal.h>
#include <stdarg.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>

enum {
    REQUEST_MAX_BYTES = 32 * 1024 * 1024,
    ENV_MAX = 200,
    HANDLES_MAX = 256,
    DB_TIMEOUT_SECONDS = 5,
    RETRY_AFTER_SECONDS = 5,
};

extern char **environ;

static const struct {
    int status;
    const char *reason, *text;
} outcomes[RC_COUNT] = {
    [RC_OK] = { 200, "OK", "" },
    [RC_INVALID] = { 400, "Bad Request",
                     "Something in the request was not as expected. Go back and check what you sent." },
    [RC_SIGN_IN] = { 401, "Unauthorized", "Please log in first." },
    [RC_UNPAID] = { 402, "Payment Required", "This needs an active subscription." },
    [RC_DENIED] = { 403, "Forbidden",
                    "You are not allowed to do this. If you think you are, reload the page and try "
                    "again." },
    [RC_NOT_FOUND] = { 404, "Not Found",
                       "There is nothing at this address. It may have been removed, or the address "
                       "is mistyped." },
    [RC_METHOD] = { 405, "Method Not Allowed",
                    "This address does not accept that kind of request." },
    [RC_CONFLICT] = { 409, "Conflict",
                      "This was changed in the meantime. Reload the page and look at it again." },
    [RC_GONE] = { 410, "Gone", "This has expired." },
    [RC_TOO_LARGE] = { 413, "Content Too Large", "What you sent is larger than is allowed here." },
    [RC_TYPE] = { 415, "Unsupported Media Type", "This kind of content is not accepted here." },
    [RC_LOCKED] = { 423, "Locked",
                    "Another request is writing the same thing. Try again in a moment." },
    [RC_LIMITED] = { 429, "Too Many Requests",
                     "Too many requests. Please wait a moment and try again." },
    [RC_BUSY] = { 503, "Service Unavailable",
                  "The site is catching its breath. Nothing was changed; please try again in a few seconds." },
    [RC_FULL] = { 507, "Insufficient Storage",
                  "The site's disk is full. Nothing was lost; please try again later." },
    [RC_FAIL] = { 500, "Internal Server Error",
                  "Something went wrong on our side. It has been logged; please try again." },
};

static const char *const method_names[METHODS] = {
    [GET] = "GET", [POST] = "POST", [PATCH] = "PATCH", [DELETE] = "DELETE", [OPTIONS] = "OPTIONS",
};

int status_of(enum rc rc) { return outcomes[rc].status; }

static const char *reason_of(int status)
{
    for (size_t i = 0; i < COUNT(outcomes); i++)
        if (outcomes[i].status == status)
            return outcomes[i].reason;
    return status == 201   ? "Created"
           : status == 204 ? "No Content"
           : status == 303 ? "See Other"
           : status == 304 ? "Not Modified"
           : status == 501 ? "Not Implemented"
                           : "Status";
}

struct sb *reply_type(struct req *r, const char *type)
{
    r->type = type;
    r->out.len = 0;
    return &r->out;
}
struct sb *reply_html(struct req *r) { return reply_type(r, "text/html; charset=utf-8"); }
struct sb *reply_json(struct req *r) { return reply_type(r, "application/json"); }
struct sb *reply_xml(struct req *r, const char *type)
{
    struct sb *o = reply_type(r, type);

    SB_LIT(o, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    return o;
}

enum rc reply_once(struct req *r)
{
    const char *hash = arena_strn(r->arena, sha256_hex(r->arena, r->out.buf, r->out.len), 32);
    const char *known = strstr(req_header(r, "If-None-Match"), hash);

    if (known) /* the server adds to the tag of what it compressed, as in "...-gzip" */
        hash = arena_strn(r->arena, known, strspn(known, STR_BASE64URL));
    reply_header(r, "ETag", arena_printf(r->arena, "\"%s\"", hash));
    if (known == NULL)
        return RC_OK;
    r->status = 304;
    r->type = NULL;
    r->out.len = 0;
    return RC_OK;
}

bool reply_can_explain(const struct req *r, enum rc rc)
{
    return rc != RC_OK && rc != RC_FAIL && r->why.text && !req_wants_json(r);
}

void reply_header(struct req *r, const char *name, const char *value)
{
    for (const char *p = value; *p; p++)
        if (*p < 0x20 || *p > 0x7e) {
            log_error("refused a response header: %s", name);
            r->status = 500;
            return;
        }
    sb_addf(&r->head, "%s: %s\r\n", name, value);
}

void reply_cookie(struct req *r, const char *name, const char *value, int64_t max_age_s)
{
    bool https = conf_is_https();

    reply_header(
        r, "Set-Cookie",
        arena_printf(r->arena, "%s%s=%s; Path=/; Max-Age=%" PRId64 "; HttpOnly; SameSite=Lax%s",
                     https ? "__Host-" : "", name, value, max_age_s, https ? "; Secure" : ""));
}

enum rc reply_see_other(struct req *r, const char *fmt, ...)
{
    char to[PATH_MAX_BYTES];
    va_list ap;

    va_start(ap, fmt);
    int n = vsnprintf(to, sizeof(to), fmt, ap);
    va_end(ap);
    assert(n > 0);
    if ((size_t)n >= sizeof(to) || to[0] != '/' || to[1] == '/' || to[1] == '\\')
        return RC_FAIL; /* never away from this site */
    r->status = 303;
    reply_header(r, "Location", to);
    if (req_wants_json(r))
        SB_LIT(reply_json(r), "{\"ok\":true}");
    return RC_OK;
}

enum rc reply_no_content(struct req *r)
{
    r->status = 204;
    r->out.len = 0;
    return RC_OK;
}

/* What every answer carries. OWASP Secure Headers; the policy allows no inline script or style. */
static void security_headers(struct req *r)
{
    static const char csp[] =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
        "font-src 'self'; connect-src 'self'; media-src 'self' blob:; worker-src 'self'; "
        "manifest-src 'self'; form-action 'self'; base-uri 'none'; object-src 'none'; "
        "frame-ancestors 'none'";
    static const char framed_csp[] =
        "default-src 'none'; style-src 'self'; img-src 'self' data:; media-src 'self'; "
        "form-action 'none'; base-uri 'none'; frame-ancestors *";
    bool for_all = r->endpoint->for_all;

    reply_header(r, "Content-Security-Policy",
                 r->framed ? framed_csp
                 : r->endpoint->plays
                     ? csp /* a worker's address is a sink that Trusted Types would refuse */
                     : arena_printf(r->arena, "%s; require-trusted-types-for 'script'", csp));
    reply_header(r, "X-Content-Type-Options", "nosniff");
    reply_header(r, "Referrer-Policy", "strict-origin-when-cross-origin");
    reply_header(r, "Permissions-Policy",
                 "camera=(), microphone=(), geolocation=(), payment=(), usb=()");
    reply_header(r, "Cross-Origin-Opener-Policy", "same-origin");
    reply_header(r, "Cross-Origin-Resource-Policy", for_all ? "cross-origin" : "same-origin");
    if (for_all)
        reply_header(r, "Access-Control-Allow-Origin", "*");
    reply_header(r, "Cache-Control",
                 r->keep             ? r->keep
                 : r->viewer.user_id ? "private, no-cache"
                                     : "no-cache");
    reply_header(r, "Vary", for_all ? "Accept" : "Accept, Cookie");
    if (conf_is_https())
        reply_header(r, "Strict-Transport-Security", "max-age=31536000");
}

/* The server joins some header names into one variable; two of the same name are an attack. */
static bool has_repeated_header(char *const *env)
{
    for (size_t i = 0; env[i]; i++) {
        size_t n = strcspn(env[i], "=") + 1;
        if (i == ENV_MAX)
            return true;
        if (!str_starts(env[i], "HTTP_"))
            continue;
        for (size_t k = 0; k < i; k++)
            if (strncmp(env[i], env[k], n) == 0)
                return true;
    }
    return false;
}

static enum rc read_request_line(struct req *r)
{
    const struct transport *t = r->transport;
    const char *name = transport_env(t, "REQUEST_METHOD"),
               *query = transport_env(t, "QUERY_STRING");
    size_t method = 0;

    if (has_repeated_header(t->env))
        return RC_INVALID;
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

/* See the top of serve.h. The origin is compared with base_url and, for a site reached under
 * several names, with the host that was asked. */
static bool same_origin(const struct req *r)
{
    const char *site = req_header(r, "Sec-Fetch-Site"), *origin = req_header(r, "Origin");

    if (site[0] && !str_eq(site, "same-origin") && !str_eq(site, "none"))
        return false;
    const char *host = arena_printf(r->arena, "%s://%s", conf_is_https() ? "https" : "http",
                                    req_header(r, "Host"));
    return !origin[0] || str_eq(origin, conf()->base_url) || str_eq(origin, host);
}

static bool csrf_needed(const struct req *r)
{
    bool json = str_starts(req_header(r, "Content-Type"), "application/json");
    bool cookies = req_cookie(r, "at")[0] || req_cookie(r, "rt")[0];

    return !(r->endpoint->csrf_exempt || r->viewer.by_bearer || (json && !cookies));
}

static enum rc check_csrf(struct req *r)
{
    const char *header = req_header(r, "X-CSRF-Token");

    if (!csrf_needed(r) || session_csrf_ok(r, header[0] ? header : form_str(r, "csrf")))
        return RC_OK;
    return refuse(
        &r->why, RC_DENIED, NULL,
        "This page has been open for too long, or your login has changed. Reload the page and try "
        "again.");
}

static enum rc check_who(struct req *r)
{
    static const enum role least[] = {
        [ANYONE] = ROLE_MEMBER,
        [SIGNED_IN] = ROLE_MEMBER,
        [MODERATOR] = ROLE_MODERATOR,
        [OPERATOR] = ROLE_OPERATOR,
    };

    if (r->endpoint->who == ANYONE)
        return RC_OK;
    if (r->viewer.user_id == 0)
        return RC_SIGN_IN;
    /* Whoever may not use such a page need not know that it exists. */
    return r->viewer.role >= (int64_t)least[r->endpoint->who] ? RC_OK : RC_NOT_FOUND;
}

static enum rc answer(struct req *r)
{
    TRY(read_request_line(r));
    bool changes = r->method != GET && r->method != OPTIONS;
    if (changes && !same_origin(r))
        return refuse(&r->why, RC_DENIED, NULL, "This form was sent from another site.");
    if (!r->endpoint->for_all)
        TRY(session_resolve(r));
    log_context(r->endpoint->name, r->request_id, r->viewer.user_id);
    TRY(check_who(r));
    if (r->method == POST)
        TRY(body_parse(r));
    if (changes)
        TRY(check_csrf(r));
    return r->endpoint->on[r->method](r);
}

static void error_json(struct req *r, enum rc rc, const char *text)
{
    struct sb *o = reply_json(r);

    SB_LIT(o, "{\"error\":{\"code\":");
    html_json(o, rc_name(rc));
    SB_LIT(o, ",\"message\":");
    html_json(o, text);
    SB_LIT(o, ",\"field\":");
    html_json(o, r->why.field ? r->why.field : "");
    SB_LIT(o, "}}");
}

static void refuse_request(struct req *r, enum rc rc, error_page page)
{
    const char *text = r->why.text ? r->why.text : outcomes[rc].text;

    if (r->status < 400)
        r->status = outcomes[rc].status;
    if (rc == RC_SIGN_IN && r->method == GET && !req_wants_json(r) && !r->why.text) {
        struct sb next = { .a = r->arena };
        html_part(&next, r->path);
        r->why.text = "";
        if (reply_see_other(r, "/login?next=%s", next.buf) == RC_OK)
            return;
    }
    if (rc == RC_METHOD) {
        struct sb allow = { .a = r->arena };
        for (size_t i = 0; i < METHODS; i++)
            if (r->endpoint->on[i])
                sb_addf(&allow, "%s%s", allow.len ? ", " : "", method_names[i]);
        reply_header(r, "Allow", allow.buf);
    }
    if (rc == RC_BUSY)
        reply_header(r, "Retry-After", arena_printf(r->arena, "%d", RETRY_AFTER_SECONDS));
    if (req_wants_json(r) || r->viewer.by_bearer)
        error_json(r, rc, text);
    else
        page(r, rc, r->status, text);
}

/* Head and body into r->head and r->out; whoever calls writes both. */
static void handle(const struct endpoint *e, struct req *r, error_page page)
{
    int64_t start_ms = clock_monotonic_ms();

    r->endpoint = e;
    r->now_ms = clock_now_ms();
    r->request_id = random_id(r->arena, 6);
    r->path = "";
    r->viewer = (struct viewer){ .handle = "", .name = "", .email = "", .avatar_url = "" };
    r->head.a = r->out.a = r->arena;
    log_context(e->name, r->request_id, 0);
    if (r->db)
        db_count_reset(r->db);
    enum rc rc = answer(r);
    if (rc != RC_OK || r->status == 500)
        refuse_request(r, rc == RC_OK ? RC_FAIL : rc, page);
    if (r->status == 0)
        r->status = 200;
    security_headers(r);
    unsigned queries = r->db ? db_count(r->db) : 0;
    if (conf()->environment == ENV_TEST) {
        reply_header(r, "X-Queries", arena_printf(r->arena, "%u", queries));
        reply_header(r, "X-Arena", arena_printf(r->arena, "%zu", arena_used(r->arena)));
    }
    reply_header(r, "X-Request-Id", r->request_id);
    if (r->type)
        reply_header(r, "Content-Type", r->type);
    if (r->status != 304) /* there it would be that of the answer left out */
        reply_header(r, "Content-Length", arena_printf(r->arena, "%zu", r->out.len));
    sb_addf(&r->head, "Status: %d %s\r\n\r\n", r->status, reason_of(r->status));
    if (r->status >= 400 || !e->by_token)
        log_info("%s %s status=%d ms=%" PRId64 " q=%u",
                 transport_env(r->transport, "REQUEST_METHOD"), r->path, r->status,
                 clock_monotonic_ms() - start_ms, queries);
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
    fflush(stdout);
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

/* What a process that reads strangers' bytes does without. */
static void drop_rights(void)
{
    const struct rlimit no_core = { 0, 0 }, handles = { HANDLES_MAX, HANDLES_MAX };

    umask(027);
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN); /* a full file is an error of write(), not the end */
    prctl(PR_SET_DUMPABLE, 0);
    if (setrlimit(RLIMIT_CORE, &no_core) || setrlimit(RLIMIT_NOFILE, &handles))
        log_error("limits of this process could not be set");
}

int serve(const struct endpoint *e, error_page page)
{
    log_context(e->name, "", 0);
    (void)conf(); /* a bad config stops the program here, not in the first request */
    (void)secret_key("token");
    drop_rights();
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
