/*
 * payee: a creator's account, balance, hold and payouts, on one page.
 */
#ifndef PAGES_PAYEE_H
#define PAGES_PAYEE_H
#include "pages/frame.h"
#include "views/models/payee.h"

enum rc payee_page_of(struct req *r, struct payee_page *page);
#endif
