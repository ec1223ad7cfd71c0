#include "web/guard.h"
#include "base/conf.h"
#include "base/log.h"
#include "base/str.h"
#include "web/req.h"
#include "web/transport.h"
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>

enum { ENV_MAX = 200, HANDLES_MAX = 256 };

/* Different header names can become one variable (X-A and X_A); a variable that occurs twice is
 * therefore an attack. */
static bool has_repeated(char *const *env)
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

enum rc guard_headers(const struct req *r)
{
    return has_repeated(r->transport->env) ? RC_INVALID : RC_OK;
}

static bool changes(const struct req *r) { return r->method != GET && r->method != OPTIONS; }

/* The origin is compared with base_url and, for a site that is reached under several names, with
 * the host in the request. A page that passes no address on passes no origin on either. */
static bool is_same_origin(const struct req *r)
{
    const char *site = req_header(r, "Sec-Fetch-Site"), *origin = req_header(r, "Origin");

    if (site[0] && !str_eq(site, "same-origin") && !str_eq(site, "none"))
        return false;
    const char *host = arena_printf(r->arena, "%s://%s", conf_is_https() ? "https" : "http",
                                    req_header(r, "Host"));
    return !origin[0] || (r->endpoint->by_link && str_eq(origin, "null")) ||
           str_eq(origin, conf()->base_url) || str_eq(origin, host);
}

enum rc guard_origin(struct req *r)
{
    if (!changes(r) || is_same_origin(r))
        return RC_OK;
    r->act = "refused, a form of another site";
    return refuse(&r->why, RC_DENIED, NULL, "This form was sent from another site.");
}

static bool csrf_needed(const struct req *r)
{
    bool json = str_starts(req_header(r, "Content-Type"), "application/json");
    bool cookies = req_cookie(r, "at")[0] || req_cookie(r, "rt")[0];

    return !(r->endpoint->csrf_exempt || r->viewer.by_bearer || (json && !cookies));
}

enum rc guard_csrf(struct req *r)
{
    const char *header = req_header(r, "X-CSRF-Token");
    int64_t session_id;

    if (!changes(r) || !csrf_needed(r) ||
        session_csrf_ok(r, header[0] ? header : form_str(r, "csrf")))
        return RC_OK;
    r->act = "refused, no valid form token";
    if (!r->viewer.user_id && session_csrf_made(r, form_str(r, "csrf"), &session_id) && session_id)
        return refuse(&r->why, RC_SIGN_IN, NULL,
                      "Your log-in has ended since this page was opened.");
    return refuse(
        &r->why, RC_DENIED, NULL,
        "This page has been open for too long, or your login has changed. Reload the page and try "
        "again.");
}

enum rc guard_who(struct req *r)
{
    static const enum role least[] = {
        [ANYONE] = ROLE_MEMBER,
        [SIGNED_IN] = ROLE_MEMBER,
        [MODERATOR] = ROLE_MODERATOR,
        [OPERATOR] = ROLE_OPERATOR,
    };

    if (r->viewer.unconfirmed && changes(r) && !r->endpoint->for_unconfirmed)
        return RC_UNCONFIRMED;
    if (r->endpoint->who == ANYONE)
        return RC_OK;
    if (r->viewer.user_id == 0 && r->viewer.restricted && changes(r))
        return refuse(
            &r->why, RC_DENIED, NULL,
            r->viewer.leaves_ms
                ? "Your account is about to be deleted. The page /account/delete says when, and how "
                  "you keep it."
                : "Your account is restricted. The page /decision says why and until when.");
    if (r->viewer.user_id == 0)
        return RC_SIGN_IN;
    if (r->viewer.role >= (int64_t)least[r->endpoint->who])
        return RC_OK;
    if (r->viewer.needs_factor) /* a browser is led there */
        return refuse(&r->why, RC_DENIED, NULL,
                      "Your role counts only with a second step at log-in. Set one up at "
                      "/account/factor.");
    r->act = "refused, the role is too low";
    return RC_NOT_FOUND; /* such viewers need not know that the page exists */
}

/* Follows the OWASP Secure Headers Project; the policy allows no inline script or style. */
void guard_answer(struct req *r)
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
    reply_header(r, "Referrer-Policy",
                 r->endpoint->by_link ? "no-referrer" : "strict-origin-when-cross-origin");
    reply_header(r, "Permissions-Policy",
                 "camera=(), microphone=(), geolocation=(), payment=(), usb=()");
    reply_header(r, "Cross-Origin-Opener-Policy", "same-origin");
    reply_header(r, "Cross-Origin-Resource-Policy", for_all ? "cross-origin" : "same-origin");
    if (for_all)
        reply_header(r, "Access-Control-Allow-Origin", "*");
    reply_header(r, "Cache-Control",
                 r->keep                                     ? r->keep
                 : r->viewer.user_id || r->endpoint->by_link ? "no-store"
                                                             : "no-cache");
    reply_header(r, "Vary", for_all ? "Accept" : "Accept, Cookie");
    if (conf_is_https())
        reply_header(r, "Strict-Transport-Security", "max-age=31536000");
}

void guard_process(void)
{
    const struct rlimit no_core = { 0, 0 }, handles = { HANDLES_MAX, HANDLES_MAX };

    umask(027);
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN); /* then write() fails with an error, and the program continues */
    if (prctl(PR_SET_DUMPABLE, 0) || setrlimit(RLIMIT_CORE, &no_core) ||
        setrlimit(RLIMIT_NOFILE, &handles))
        log_error("limits of this process could not be set");
}
