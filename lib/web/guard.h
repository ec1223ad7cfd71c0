/*
 * guard: what a request has to pass before its handler runs, and what protects every answer and the
 * program itself. Private to lib/web.
 *
 * Cross-site requests (design: OWASP CSRF cheat sheet). Any method but GET and HEAD is refused
 * unless Sec-Fetch-Site is absent, same-origin or none, Origin is absent or ours, and the request
 * carries the page's token: field `csrf` of a form, multipart form or JSON body, or the header
 * X-CSRF-Token. Exempt are bearer tokens, JSON without our cookies, and endpoints marked so.
 */
#ifndef WEB_GUARD_H
#define WEB_GUARD_H
#include "web/serve.h"

bool guard_has_repeated_header(char *const *env);
bool guard_same_origin(const struct req *r);
MUST_USE enum rc guard_who(struct req *r);
MUST_USE enum rc guard_csrf(struct req *r);
void guard_answer(struct req *r);
void guard_process(void);
#endif
