/*
 * frame: from a request and what the modules returned to what the views show.
 */
#ifndef PAGES_FRAME_H
#define PAGES_FRAME_H
#include "app/watching/entitlement.h"
#include "views/models/frame.h"
#include "web/serve.h"

/* What stands around a page. `title` "" is the home page; `section` as in struct frame. */
struct frame frame_of(struct req *r, const char *title, const char *section);

/* What the viewer is to the rule of who may play. */
struct entitled entitled_of(const struct viewer *v);

/* The page for a refusal; what every handler passes to serve(). */
void error_view(struct req *r, enum rc rc, int status, const char *text);

/* The address of a picture of a member; "" for an empty key. */
const char *avatar_url(struct req *r, const char *key);

/* An absolute address of a path of ours. */
const char *absolute(struct req *r, const char *path);
#endif
