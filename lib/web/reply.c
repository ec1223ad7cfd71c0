#include "web/reply.h"
#include "base/conf.h"
#include "base/log.h"
#include "base/str.h"
#include "io/secret.h"
#include "web/req.h"
#include "web/transport.h"
#include <stdarg.h>

enum { RETRY_AFTER_SECONDS = 5 };

/* Every status that is sent, with its reason (RFC 9110, 4918, 6585); the statuses of results also
 * have the text that is shown when the refusal brings no text of its own. */
static const struct {
    int status;
    const char *reason, *text;
} answers[] = {
    [RC_OK] = { 200, "OK", "" },
    [RC_INVALID] = { 400, "Bad Request",
                     "Something in the request was not as expected. Go back and check what you sent." },
    [RC_SIGN_IN] = { 401, "Unauthorized", "Please log in first." },
    [RC_FRESH] = { 401, "Unauthorized",
                   "This needs a fresh proof that it is you: post your password to /login/again." },
    [RC_UNPAID] = { 402, "Payment Required", "This needs an active subscription." },
    [RC_DENIED] = { 403, "Forbidden",
                    "You are not allowed to do this. If you think you are, reload the page and try again." },
    [RC_UNCONFIRMED] = { 403, "Forbidden",
                         "Please confirm your e-mail address first: open the link in the mail that we sent you. Until then you can look around." },
    [RC_NOT_FOUND] = { 404, "Not Found",
                       "There is nothing at this address. It may have been removed, or the address is mistyped." },
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
    /* No result has these statuses: functions here and handlers set them. */
    [RC_COUNT] = { 201, "Created", NULL },
    { 204, "No Content", NULL },
    { 303, "See Other", NULL },
    { 304, "Not Modified", NULL },
    { 308, "Permanent Redirect", NULL },
    { 412, "Precondition Failed", NULL },
    { 460, "Checksum Mismatch", NULL }, /* defined by tus */
    { 501, "Not Implemented", NULL },
};

int status_of(enum rc rc) { return answers[rc].status; }

const char *reason_of(int status)
{
    for (size_t i = 0; i < COUNT(answers); i++)
        if (answers[i].status == status)
            return answers[i].reason;
    return NULL;
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

    if (known) /* the server adds to the tag of an answer that it compressed, as in "...-gzip" */
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

/* Never to another site. */
static enum rc redirect(struct req *r, int status, const char *to)
{
    if (strlen(to) >= PATH_MAX_BYTES || to[0] != '/' || to[1] == '/' || to[1] == '\\')
        return RC_FAIL;
    r->status = status;
    reply_header(r, "Location", to);
    return RC_OK;
}

enum rc reply_see_other(struct req *r, const char *fmt, ...)
{
    char to[PATH_MAX_BYTES];
    va_list ap;

    va_start(ap, fmt);
    int n = vsnprintf(to, sizeof(to), fmt, ap);
    va_end(ap);
    assert(n > 0);
    if ((size_t)n >= sizeof(to))
        return RC_FAIL;
    TRY(redirect(r, 303, to));
    if (req_wants_json(r))
        SB_LIT(reply_json(r), "{\"ok\":true}");
    return RC_OK;
}

enum rc reply_moved(struct req *r, const char *path)
{
    const char *query = transport_env(r->transport, "QUERY_STRING");

    r->keep = "public, max-age=3600"; /* handles are free again after a while */
    return redirect(r, 308, arena_printf(r->arena, "%s%s%s", path, query[0] ? "?" : "", query));
}

enum rc reply_no_content(struct req *r)
{
    r->status = 204;
    r->out.len = 0;
    return RC_OK;
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

/* The address of this page with its query, as the value of a query field. */
static const char *here(const struct req *r)
{
    const char *query = transport_env(r->transport, "QUERY_STRING");
    struct sb part = { .a = r->arena };

    html_part(&part, query[0] && r->method == GET ? arena_printf(r->arena, "%s?%s", r->path, query)
                                                  : r->path);
    return part.buf;
}

/* Where a browser is led instead of being refused; NULL: nowhere. */
static const char *led_to(const struct req *r, enum rc rc)
{
    if (req_wants_json(r) || r->viewer.by_bearer || r->kept)
        return NULL;
    if (rc == RC_DENIED && r->viewer.needs_factor && r->endpoint->who > SIGNED_IN)
        return "/account/factor";
    if (r->why.text)
        return NULL;
    return rc == RC_FRESH ? "/login/again" : rc == RC_SIGN_IN && r->method == GET ? "/login" : NULL;
}

void reply_refusal(struct req *r, enum rc rc, error_page page)
{
    const char *text = r->why.text ? r->why.text : answers[rc].text;

    if (r->status < 400)
        r->status = status_of(rc);
    const char *elsewhere = led_to(r, rc);
    if (elsewhere) {
        r->why.text = "";
        if (reply_see_other(r, "%s?next=%s", elsewhere, here(r)) == RC_OK)
            return;
    }
    if (rc == RC_BUSY)
        reply_header(r, "Retry-After", arena_printf(r->arena, "%d", RETRY_AFTER_SECONDS));
    if (req_wants_json(r) || r->viewer.by_bearer)
        error_json(r, rc, text);
    else
        page(r, rc, r->status, text);
}

void reply_finish(struct req *r)
{
    if (r->type)
        reply_header(r, "Content-Type", r->type);
    if (r->status != 304) /* with 304 it would describe the body that was left out */
        reply_header(r, "Content-Length", arena_printf(r->arena, "%zu", r->out.len));
    const char *reason = reason_of(r->status);
    assert(reason); /* a status that a handler sets has to be in the table */
    sb_addf(&r->head, "Status: %d %s\r\n\r\n", r->status, reason);
}
