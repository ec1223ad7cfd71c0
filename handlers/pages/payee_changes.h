/*
 * payee_changes: whether the account that the viewer is paid to was changed lately.
 */
#ifndef PAGES_PAYEE_CHANGES_H
#define PAGES_PAYEE_CHANGES_H
#include "views/models/payee_changes.h"
#include "web/req.h"

enum rc payee_changes_of(struct req *r, const struct frame *frame, struct payee_changes_panel *out);
#endif
