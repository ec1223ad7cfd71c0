/*
 * members: the list in which moderators and operators look for a member. Only operators see addresses,
 * and what was paid.
 */
#ifndef PAGES_MEMBERS_H
#define PAGES_MEMBERS_H
#include "app/people/account.h"
#include "pages/frame.h"
#include "views/models/members.h"

MUST_USE enum rc members_page_of(struct req *r, struct members_page *page);

/* What is special about an account, in words, such as "suspended until 3 Dec 2026"; "": nothing. */
const char *members_state_of(struct req *r, const struct account *m);
#endif
