/*
 * frame: what every page has around it, and helpers that all page builders use.
 */
#ifndef PAGES_FRAME_H
#define PAGES_FRAME_H
#include "app/watching/entitlement.h"
#include "views/models/frame.h"
#include "web/serve.h"

/* The frame of a page. `title` is "" on the home page; `section` as in struct frame. */
struct frame frame_of(struct req *r, const char *title, const char *section);

/* What the viewer is to the rule of who may play. */
struct entitled entitled_of(const struct viewer *v);

/* The page for a refusal; every handler passes it to serve(). */
void error_view(struct req *r, enum rc rc, int status, const char *text);

/* The address of a member's picture; "" for an empty key. */
const char *avatar_url(struct req *r, const char *key);

/* One of our paths as an absolute address. */
const char *absolute(struct req *r, const char *path);
#endif
