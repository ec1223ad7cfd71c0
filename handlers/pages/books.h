/*
 * books: the operators' page about the site's money.
 */
#ifndef PAGES_BOOKS_H
#define PAGES_BOOKS_H
#include "pages/frame.h"
#include "views/models/books.h"

/* The whole page. */
MUST_USE enum rc books_page_of(struct req *r, struct books_page *page);

/* Money in and out by month, as a file for spreadsheets. */
MUST_USE enum rc books_csv(struct req *r);
#endif
