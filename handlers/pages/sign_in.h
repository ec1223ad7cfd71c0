/*
 * sign_in: what sign-up and login share: where to go afterwards, and the answer after a login.
 */
#ifndef PAGES_SIGN_IN_H
#define PAGES_SIGN_IN_H
#include "pages/frame.h"
#include "web/keep.h"

enum { SIGN_IN_MAX_BYTES = 8 * 1024 }; /* a form: percent-encoded, a password alone can have 3 KB */

/* next_of() (pages/next.h), "/" where there is none. */
const char *sign_in_next(const struct req *r);

/* A JSON body comes from a program, even if its Accept header does not ask for JSON. */
bool sign_in_program(const struct req *r);

/* session_start() for a log-in that was just proved; if it comes from a place and device that the member has
 * not used for long, they are told. */
MUST_USE enum rc sign_in_start(struct req *r, int64_t user_id, struct login *out);

/* After it: the page that sends on the form in the field `kept`, if there is one; else
 * 303 to `next`; for a program the token as JSON. */
MUST_USE enum rc sign_in_answer(struct req *r, const struct login *login, const char *next);
#endif
