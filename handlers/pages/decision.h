/*
 * decision: what moderators decided about a member, and their appeals.
 */
#ifndef PAGES_DECISION_H
#define PAGES_DECISION_H
#include "pages/frame.h"
#include "views/models/decision.h"

/* All about the viewer, or about one of their videos; and what became of their reports. */
MUST_USE enum rc decisions_page_of(struct req *r, struct decisions_page *page);

/* One about the viewer, else RC_NOT_FOUND; `form` is that of its forms that was refused with r->why. */
MUST_USE enum rc decision_page_of(struct req *r, int64_t id, const char *form,
                                  struct decision_page *page);

struct appeal_row_list appeal_rows_of(struct req *r, const struct appeal_list *list);
#endif
