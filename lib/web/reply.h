/*
 * reply: what a handler answers: a page, JSON, a way to somewhere else or nothing, with the status
 * that belongs to its result. Nothing is sent before the handler has returned.
 *
 * serve.h includes this header; a handler needs no other line for it.
 */
#ifndef WEB_REPLY_H
#define WEB_REPLY_H
#include "base/sb.h"

struct req;

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

/* The rest is for serve.c. */

/* Renders the page for a refusal; given by the views, which lib/web does not know. */
typedef void (*error_page)(struct req *r, enum rc rc, int status, const char *text);

/* The answer to a refusal: the error page, JSON, or the way to log in. */
void reply_refusal(struct req *r, enum rc rc, error_page page);

/* The last lines of the head. */
void reply_finish(struct req *r);
#endif
