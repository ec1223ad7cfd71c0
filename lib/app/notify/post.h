/*
 * post: hands a mail of the queue over: writes its letter (letter.h) and sends it (io/mail.h).
 *
 * Links with the layout of mails, which only programs that send have (Makefile).
 */
#ifndef NOTIFY_POST_H
#define NOTIFY_POST_H
#include "app/notify/queue.h"

/* Results as those of mailer_send. */
MUST_USE enum rc post_send(struct mailer *m, struct arena *a, const struct queued *q,
                           int64_t now_ms, struct mail_outcome *outcome);
#endif
