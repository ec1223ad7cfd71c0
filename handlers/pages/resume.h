/*
 * resume: the page that shows what was typed into a form that could not be taken, and sends it
 * (web/keep.h).
 */
#ifndef PAGES_RESUME_H
#define PAGES_RESUME_H
#include "web/serve.h"

/* The answer to a form that is refused now: r->kept, with the reason `text`. */
void resume_view(struct req *r, enum rc rc, const char *heading, const char *text);

/* After a log-in or a fresh proof: the page for a form that was kept. When there is none that can be
 * read, or it is too old, 303 to `next`. */
MUST_USE enum rc resume_answer(struct req *r, const char *packed, const char *next);
#endif
