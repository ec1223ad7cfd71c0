/*
 * tus: the headers of the resumable upload protocol, tus 1.0.0
 * (https://tus.io/protocols/resumable-upload). What they mean for an upload is up to the handler.
 */
#ifndef WEB_TUS_H
#define WEB_TUS_H
#include "web/req.h"

/* Begin an answer: RC_INVALID, status 412, for another version. Not for OPTIONS, which comes before
 * a version is agreed on. */
MUST_USE enum rc tus_begin(struct req *r);

/* Answer OPTIONS; lists are separated by commas. */
MUST_USE enum rc tus_options(struct req *r, const char *extensions, const char *checksums,
                             int64_t max_bytes);

/* A header that holds a number of bytes; RC_INVALID with a text when it does not. */
MUST_USE enum rc tus_bytes(struct req *r, const char *name, int64_t *out);
void tus_reply_bytes(struct req *r, const char *name, int64_t bytes);

/* Add the pairs of Upload-Metadata ("title 4pSs,draft", values in base64) to the fields of the
 * form, after the fields of the body. */
MUST_USE enum rc tus_metadata(struct req *r);

/* Refuse requests whose body is not that of a PATCH: another content type, no length. */
MUST_USE enum rc tus_check_body(struct req *r);
#endif
