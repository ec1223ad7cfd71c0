/*
 * guard: the checks that a request has to pass before its handler runs, and what protects every
 * answer and the program itself. Private to lib/web; serve.c calls the checks in the order below.
 *
 * Cross-site requests (design: OWASP CSRF cheat sheet). A request of any method except GET, HEAD
 * and OPTIONS is refused unless Sec-Fetch-Site is absent, same-origin or none, Origin is absent or
 * ours, and the request carries the page's token: in the field `csrf` of a form, multipart form or
 * JSON body, or in the header X-CSRF-Token. No token is needed with a bearer token, with JSON and
 * none of our cookies, or when the endpoint is marked csrf_exempt.
 *
 * Log        what origin, csrf and who refuse gets a line in security.log.
 * Errors     RC_INVALID    guard_headers
 *            RC_DENIED     guard_origin and guard_csrf, with a text in r->why
 *            RC_SIGN_IN    guard_who: nobody is signed in
 *            RC_DENIED     guard_who: the viewer is banned or suspended (a page for them says so at /login)
 *            RC_DENIED     guard_who: the viewer's role counts only with a second step (reply.c leads there)
 *            RC_NOT_FOUND  guard_who: the viewer's role is too low
 */
#ifndef WEB_GUARD_H
#define WEB_GUARD_H
#include "web/serve.h"

/* Before the first request: no core dump, few open files, no signal that would end the program. */
void guard_process(void);

/* There are not too many headers, and none occurs twice. */
MUST_USE enum rc guard_headers(const struct req *r);

/* A request that changes something comes from a page of this site. */
MUST_USE enum rc guard_origin(struct req *r);

/* The viewer may use the endpoint; needs session_resolve. */
MUST_USE enum rc guard_who(struct req *r);

/* A request that changes something carries the page's token; needs body_parse. */
MUST_USE enum rc guard_csrf(struct req *r);

/* Adds the security headers of every answer, and how long it may be cached. */
void guard_answer(struct req *r);
#endif
