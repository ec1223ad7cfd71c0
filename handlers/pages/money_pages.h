/*
 * money_pages: sums of money as lines and pictures.
 */
#ifndef PAGES_MONEY_PAGES_H
#define PAGES_MONEY_PAGES_H
#include "pages/frame.h"

/* The terms of the config in force. */
struct terms terms_now(void);

/* What a month was divided into, line by line. */
struct spending_month spending_month_of(struct req *r, const struct spent *s);
#endif
