/*
 * reply: how a handler answers: with a page, JSON, a redirect, or no body at all. Headers and body
 * are collected in the request and sent after the handler has returned, so that an answer is sent
 * whole or not at all.
 *
 *   return RENDER(r, watch, &page);                the page, or JSON for a program; 200
 *   return reply_see_other(r, "/watch/%s", id);    303
 *   return RC_NOT_FOUND;                           404, with the error page
 *   return refuse(&r->why, RC_INVALID, "title", "Give the video a title.");
 *                                                  400, with this text instead of the usual one
 *
 * Status     Each result has one, in the table of reply.c, which also holds the reasons and the
 *            usual texts of refusals. A handler may set r->status to another one of that table.
 *
 * serve.h includes this header; handlers need not include it.
 */
#ifndef WEB_REPLY_H
#define WEB_REPLY_H
#include "base/sb.h"

struct req;

/* The HTTP status of a result, e.g. 404. */
int status_of(enum rc rc);

/* The reason of a status, e.g. "Not Found"; NULL when it is not in the table. */
const char *reason_of(int status);

/* Answer with the template NAME.html or NAME.json, whichever the client prefers. */
#define RENDER(r, name, page)                                                                      \
    (req_wants_json(r) ? json_##name(reply_json(r), (page)) : view_##name(reply_html(r), (page)),  \
     RC_OK)

/* Show the page of a refused form again, with what was typed and the text of r->why; the status is
 * that of the refusal. A program gets the plain JSON error instead, and a refusal without a text
 * leads to the error page. */
#define RENDER_AGAIN(r, result, name, page)                                                        \
    (!reply_can_explain((r), (result))                                                             \
         ? (result)                                                                                \
         : ((r)->status = status_of(result), view_##name(reply_html(r), (page)), (enum rc)RC_OK))
bool reply_can_explain(const struct req *r, enum rc rc);

/* An empty body of this content type, to be written into. */
struct sb *reply_html(struct req *r);
struct sb *reply_json(struct req *r);
struct sb *reply_type(struct req *r, const char *type);
struct sb *reply_xml(struct req *r, const char *type); /* begins with the XML declaration */

/* To be called when the body is complete. The body is named by its hash (ETag, RFC 9110 section
 * 8.8.3), and a client that has this body already gets 304 and no body. */
MUST_USE enum rc reply_once(struct req *r);

/* 303 to a path of this site; RC_FAIL for any other address. A program also gets {"ok":true}. */
MUST_USE enum rc reply_see_other(struct req *r, const char *fmt, ...) PRINTF(2, 3);

/* 308 to the path that this page has now, with the query of the request: the same method and body are
 * sent there. */
MUST_USE enum rc reply_moved(struct req *r, const char *path);

/* 204. */
MUST_USE enum rc reply_no_content(struct req *r);

/* A response header. The name is a constant of ours; a value with a byte outside 0x20 to 0x7e ends
 * the request with 500, so that nothing a client sends can start another header. */
void reply_header(struct req *r, const char *name, const char *value);

/* A cookie for the whole site: HttpOnly and SameSite=Lax, with TLS also Secure and with the prefix
 * __Host-. max_age_s 0 removes it. */
void reply_cookie(struct req *r, const char *name, const char *value, int64_t max_age_s);

/* The rest is for serve.c. */

/* Renders the page for a refusal. The handlers pass it in, because lib/web knows no template. */
typedef void (*error_page)(struct req *r, enum rc rc, int status, const char *text);

/* Answer a refusal: with a redirect to the login page when a browser is not signed in and might be
 * allowed what it asked for once it is; with JSON for a program; or with the error page. */
void reply_refusal(struct req *r, enum rc rc, error_page page);

/* Finish the head: content type and length, the status with its reason, and the empty line. */
void reply_finish(struct req *r);
#endif
