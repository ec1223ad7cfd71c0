/*
 * mail_queue: the page of the queue of mails.
 */
#ifndef PAGES_MAIL_QUEUE_H
#define PAGES_MAIL_QUEUE_H
#include "pages/frame.h"
#include "views/models/mail_queue.h"

/* Fills the page, with what was chosen and typed in a form that was refused. */
MUST_USE enum rc mail_queue_page_of(struct req *r, struct mail_queue_page *page);
#endif
