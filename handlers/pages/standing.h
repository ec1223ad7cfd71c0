/*
 * standing: how a subscription stands, in the same words and with the same date wherever it is shown.
 */
#ifndef PAGES_STANDING_H
#define PAGES_STANDING_H
#include "views/models/standing.h"
#include "web/serve.h"

/* Of the viewer, whose row is `s`; NULL: the viewer never paid. */
struct subscription_words standing_of(struct req *r, const struct subscription *s);
#endif
