/*
 * req: what a request says, checked and typed. Everything is decoded UTF-8 without control
 * characters (text fields may hold line breaks); any other request is refused with 400 before
 * the handler runs. Absent strings are "". All results live in the request's arena.
 *
 * Forms, multipart forms and JSON objects are one list of fields; nested JSON is flattened with
 * dots: {"r":[[0,5]]} has the fields r.0.0 and r.0.1.
 */
#ifndef WEB_REQ_H
#define WEB_REQ_H
#include "web/serve.h"

enum {
    FIELDS_MAX = 256,
    FIELD_NAME_MAX_BYTES = 64,
    PATH_MAX_BYTES = 1024,
    JSON_DEPTH_MAX = 5,
    TAGS_MAX = 15,
};

/* A segment of the path: of /watch/abc segment 0 is "watch", 1 is "abc", 2 is "". */
const char *req_segment(const struct req *r, size_t index);

/* A request header, e.g. "Upload-Offset"; "" when absent. */
const char *req_header(const struct req *r, const char *name);

/* A cookie's value, "" when absent. Give the name without the __Host- prefix. */
const char *req_cookie(const struct req *r, const char *name);

/* The address a request came from, and the network that counts as one sender in rate limits:
 * a.b.c.0/24 or the first 64 bits of IPv6. Behind a proxy that the setting trusted_proxies names,
 * lighttpd has replaced the proxy's address by that of the visitor. */
const char *req_address(const struct req *r);
const char *req_network(const struct req *r);

bool req_wants_json(const struct req *r);

/* A public id (11 characters of base64url) in the path; RC_NOT_FOUND for anything else. */
MUST_USE enum rc req_public_id(const struct req *r, size_t index, const char **id);

/* Fields of the query and of the body. */
const char *query_str(const struct req *r, const char *name);
const char *form_str(const struct req *r, const char *name);
bool form_has(const struct req *r, const char *name);

/* A number; an absent or bad one, or one out of range, counts as `fallback`. For the pages of
 * lists. */
int64_t query_i64(const struct req *r, const char *name, int64_t min, int64_t max,
                  int64_t fallback);

/* RC_INVALID with a text when absent or out of range. */
MUST_USE enum rc form_i64(struct req *r, const char *name, int64_t min, int64_t max, int64_t *out);

/* The index of the field's value among n names. */
MUST_USE enum rc form_choice(struct req *r, const char *name, const char *const *names, size_t n,
                             size_t *out);
size_t query_choice(const struct req *r, const char *name, const char *const *names, size_t n,
                    size_t fallback);

/* The file sent under that field name, or NULL. An empty file field counts as absent. */
const struct file *req_file(const struct req *r, const char *field);

/* Keep the file beyond the request: it is no longer removed when the request ends. */
void req_take_file(struct req *r, const struct file *file);

/* Streamed bodies: up to n bytes; 0 at the end or when the client is gone. */
size_t req_body_read(struct req *r, void *buf, size_t n);
int64_t req_body_bytes(const struct req *r); /* Content-Length, -1 when absent or bad */
#endif
