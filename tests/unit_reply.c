/* reply: each result has one status, each status that is sent has a reason, and which text a
 * refusal without one of its own gets. */
#include "check.h"
#include "web/req.h"
#include "web/transport.h"

/* In the order of enum rc. */
static const struct {
    const char *name;
    int status;
    const char *reason;
    int exit;
} results[] = {
    { "ok", 200, "OK", 0 },
    { "invalid", 400, "Bad Request", 1 },
    { "sign-in", 401, "Unauthorized", 1 },
    { "fresh-needed", 401, "Unauthorized", 1 },
    { "unpaid", 402, "Payment Required", 1 },
    { "denied", 403, "Forbidden", 1 },
    { "unconfirmed", 403, "Forbidden", 1 },
    { "not-found", 404, "Not Found", 1 },
    { "method", 405, "Method Not Allowed", 1 },
    { "conflict", 409, "Conflict", 1 },
    { "gone", 410, "Gone", 1 },
    { "too-large", 413, "Content Too Large", 1 },
    { "type", 415, "Unsupported Media Type", 1 },
    { "locked", 423, "Locked", 1 },
    { "limited", 429, "Too Many Requests", 1 },
    { "busy", 503, "Service Unavailable", 75 },
    { "full", 507, "Insufficient Storage", 1 },
    { "fail", 500, "Internal Server Error", 1 },
};
static_assert(COUNT(results) == RC_COUNT, "a line for each result");

/* No result has these statuses. */
static const struct {
    int status;
    const char *reason;
} others[] = {
    { 201, "Created" },         { 204, "No Content" },          { 303, "See Other" },
    { 304, "Not Modified" },    { 412, "Precondition Failed" }, { 460, "Checksum Mismatch" },
    { 501, "Not Implemented" },
};

static const char *shown;
static void show(struct req *r, enum rc rc, int status, const char *text)
{
    shown = arena_printf(r->arena, "%s %d %s", rc_name(rc), status, text);
}

static struct req request(struct arena *a, const struct endpoint *e)
{
    static char *env[] = { NULL };
    static struct transport nothing_sent = { .env = env };

    return (struct req){
        .arena = a, .endpoint = e, .transport = &nothing_sent, .path = "/x", .head.a = a, .out.a = a
    };
}

static void check_head(struct arena *a, const struct endpoint *e, int status, const char *reason)
{
    struct req r = request(a, e);

    CHECK_STR(reason_of(status), reason);
    if (reason_of(status) == NULL)
        return; /* reply_finish() would end the program */
    r.status = status;
    reply_finish(&r);
    const char *line = strstr(r.head.buf, "Status: ");
    CHECK_STR(line, arena_printf(a, "Status: %d %s\r\n\r\n", status, reason));
}

static void check_results(struct arena *a, const struct endpoint *e)
{
    for (size_t i = 0; i < RC_COUNT; i++) {
        enum rc rc = (enum rc)i;
        CHECK_STR(rc_name(rc), results[i].name);
        CHECK_INT(rc_exit(rc), results[i].exit);
        CHECK_INT(status_of(rc), results[i].status);
        check_head(a, e, results[i].status, results[i].reason);
        if (rc == RC_OK || rc == RC_FRESH) /* led to the proof: check_overrides */
            continue;
        struct req r = request(a, e);
        r.method = POST; /* not sent to the login page */
        reply_refusal(&r, rc, show);
        CHECK_INT(r.status, results[i].status);
        const char *start = arena_printf(a, "%s %d ", results[i].name, results[i].status);
        CHECK(strncmp(shown, start, strlen(start)) == 0 && strlen(shown) > strlen(start) + 10);
    }
    for (size_t i = 0; i < COUNT(others); i++)
        check_head(a, e, others[i].status, others[i].reason);
    CHECK(reason_of(418) == NULL);
}

static void check_overrides(struct arena *a, const struct endpoint *e)
{
    struct req r = request(a, e);

    r.status = 412; /* set by the handler: it overrides that of the result, and so does its text */
    CHECK_INT(refuse(&r.why, RC_INVALID, "x", "Another version."), RC_INVALID);
    reply_refusal(&r, RC_INVALID, show);
    CHECK_INT(r.status, 412);
    CHECK_STR(shown, "invalid 412 Another version.");

    r = request(a, e);
    r.status = 201; /* set before something failed */
    reply_refusal(&r, RC_BUSY, show);
    CHECK_INT(r.status, 503);
    CHECK(strstr(r.head.buf, "Retry-After: "));

    r = request(a, e);
    reply_refusal(&r, RC_SIGN_IN, show);
    CHECK_INT(r.status, 303);
    CHECK(strstr(r.head.buf, "Location: /login?next=%2Fx\r\n"));

    r = request(a, e);
    r.method = POST;
    reply_refusal(&r, RC_FRESH, show);
    CHECK_INT(r.status, 303);
    CHECK(strstr(r.head.buf, "Location: /login/again?next=%2Fx\r\n"));
}

int main(void)
{
    static const struct endpoint endpoint = { .name = "unit_reply" };
    struct arena *a = arena_new(1 << 20);

    check_results(a, &endpoint);
    check_overrides(a, &endpoint);
    arena_free(a);
    return check_done("unit_reply");
}
