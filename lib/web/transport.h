/*
 * transport: how bytes are received and sent; the rest of lib/web sees no difference between
 * FastCGI and CGI. Private to lib/web.
 */
#ifndef WEB_TRANSPORT_H
#define WEB_TRANSPORT_H
#include "web/serve.h"

struct transport {
    char **env;
    size_t (*read)(struct transport *t, char *buf, size_t n);
    void *stream; /* FCGX_Stream or FILE */
    int64_t left; /* of the body */
    int64_t body_bytes;
};

/* An environment variable of the request, "" when absent. */
const char *transport_env(const struct transport *t, const char *name);

/* Reads the body into r->form and r->files, by its content type. */
MUST_USE enum rc body_parse(struct req *r);

/* Fields of `a=1&b=2`, percent-decoded. */
MUST_USE enum rc urlencoded_parse(struct req *r, const char *text, size_t n,
                                  struct field_list *out);

/* multipart/form-data (RFC 7578) read piece by piece; files go to media/incoming. */
MUST_USE enum rc multipart_parse(struct req *r, const char *content_type);

/* Adds a field; RC_INVALID when there are too many or it is not text. */
MUST_USE enum rc field_add(struct req *r, struct field_list *list, const char *name,
                           const char *value, size_t value_n);
#endif
