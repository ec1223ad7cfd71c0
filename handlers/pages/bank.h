/*
 * bank: the operators' page about bank statements.
 */
#ifndef PAGES_BANK_H
#define PAGES_BANK_H
#include "pages/frame.h"
#include "views/models/bank.h"

/* The page without a file, with r->why and what was typed. */
MUST_USE enum rc bank_page_of(struct req *r, struct bank_page *page);

/* Show what became of the lines of a file, or would. */
void bank_page_show(struct req *r, struct bank_page *page, const struct bank_import *x);
#endif
