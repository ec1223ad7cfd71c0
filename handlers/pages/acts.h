/*
 * acts: the pages about operators' acts.
 */
#ifndef PAGES_ACTS_H
#define PAGES_ACTS_H
#include "app/acts/act_kind.h"
#include "pages/frame.h"
#include "views/models/acts.h"

/* Where the viewer acts. */
struct desk desk_of(struct req *r);

/* Acts as pages show them. */
struct act_rows act_rows_of(struct req *r, const struct act_list *list);

/* The journal, filtered by the query: state=all|waiting|ended, member={handle}, before={number}. */
MUST_USE enum rc acts_page_of(struct req *r, struct acts_page *page);

/* One act; of one that waits also what it would do now. */
MUST_USE enum rc act_page_of(struct req *r, int64_t id, struct act_page *page);

/* The form of a new act, with what was typed (in the body, or in the query of a link) and r->why. */
void act_form_of(struct req *r, const struct act_kind *kind, struct act_form_page *page);

/* What was typed into it. */
struct act_request act_sent(struct req *r, const struct act_kind *kind);
#endif
