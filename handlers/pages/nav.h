/*
 * nav: which pages belong together. A new page of the account, the studio or the administration
 * gets its line in the table of nav.c, and nothing in its template: frame_of() calls nav_of(), and
 * views/top.html shows the list beside each page of the section.
 */
#ifndef PAGES_NAV_H
#define PAGES_NAV_H
#include "views/models/nav.h"
#include "web/serve.h"

/* The list of the section that the viewer may see, with the page of r->path marked; without groups
 * for a section that has none. `section` is that of frame_of(). */
struct nav nav_of(struct req *r, const char *section);
#endif
