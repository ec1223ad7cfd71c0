/*
 * payee_page: a creator's account, balance, hold and payouts as one page.
 */
#ifndef VIEWS_PAYEE_PAGE_H
#define VIEWS_PAYEE_PAGE_H
#include "pages/frame.h"

enum rc payee_page_of(struct req *r, struct payee_page *page);
#endif
