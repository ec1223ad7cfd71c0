/*
 * entry: what sign-up and login share: where to afterwards, and the answer once somebody is in.
 */
#ifndef PAGES_SIGN_IN_H
#define PAGES_SIGN_IN_H
#include "pages/frame.h"

enum { ENTRY_MAX_BYTES = 8 * 1024 }; /* a form: percent-encoded, a password alone can have 3 KB */

/* The field `next` of the form or the query, when it is a path of ours: ^/[A-Za-z0-9_./?=&%-]*$ and
 * not the beginning of another address (//, /\). "/" for anything else, so that no link to our
 * login leads away from here. */
const char *entry_next(const struct req *r);

/* Start the session of a member: 303 to entry_next(), or for a program the token as JSON. */
MUST_USE enum rc entry_done(struct req *r, int64_t user_id);
#endif
