/*
 * members: the list in which operators look for a member.
 */
#ifndef PAGES_MEMBERS_H
#define PAGES_MEMBERS_H
#include "pages/frame.h"
#include "views/models/members.h"

MUST_USE enum rc members_page_of(struct req *r, struct members_page *page);
#endif
