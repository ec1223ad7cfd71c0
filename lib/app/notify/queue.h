/*
 * queue: the mails that wait to be sent.
 *
 *   waiting   to be sent, or to be tried again, from next_ms on
 *   sending   leased by a worker until next_ms
 *   sent
 *   dead      given up after MAIL_ATTEMPTS_MAX attempts, or because the mail server refused it for good
 *   dropped   by an operator
 *
 * Tables     mail.
 */
#ifndef NOTIFY_QUEUE_H
#define NOTIFY_QUEUE_H
#include "io/db.h"

enum mail_state { MAIL_WAITING, MAIL_SENDING, MAIL_SENT, MAIL_DEAD, MAIL_DROPPED };
WORDS_OF(mail_state);
#endif
