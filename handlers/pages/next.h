/*
 * next: where to go after something that was in the way: a login, a payment.
 */
#ifndef PAGES_NEXT_H
#define PAGES_NEXT_H
#include "web/serve.h"

/* The field `next` of the form or the query, when it is one of our paths: ^/[A-Za-z0-9_./?=&%-]*$
 * and not the beginning of an address elsewhere (//, /\). "" for anything else, so that no link to
 * us leads away from this site. */
const char *next_of(const struct req *r);

/* 303 back to where the member came from, whose page then says that the payment has arrived
 * (frame_of); without such a place to /subscribe, which says `done`. */
MUST_USE enum rc next_after_payment(struct req *r, const char *back, const char *done);
#endif
