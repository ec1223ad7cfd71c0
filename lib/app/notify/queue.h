/*
 * queue: the mails that wait to be sent, one row each.
 *
 *   waiting   to be sent, or to be tried again, from next_ms on
 *   sending   leased by a worker until next_ms; a worker that died loses its lease then
 *   sent      its link and values are wiped
 *   dead      given up: refused for good, MAIL_ATTEMPTS_MAX attempts, or MAIL_WAIT_MAX_DAYS old
 *   dropped   by an operator, or because the account has no address that is confirmed; wiped
 *
 * Attempts   a mail that failed is tried again after growing pauses. A failure that every mail would meet
 *            (no connection, wrong password) is no attempt of this one.
 * Turns      who waits for a mail (a new password) gets it before those that go to many (the digest).
 * Twice      a mail whose worker died between sending it and noting that is sent again, with the same
 *            Message-ID. Nothing else sends one twice, on any number of machines.
 * Tables     mail, notice; reads user.
 */
#ifndef NOTIFY_QUEUE_H
#define NOTIFY_QUEUE_H
#include "app/notify/notify.h"
#include "app/site/journal.h"
#include "io/mail.h"

enum {
    MAIL_ATTEMPTS_MAX = 9,  /* over about two days */
    MAIL_WAIT_MAX_DAYS = 4, /* then even a mail that was never tried is of no use */
    MAIL_KEEP_DAYS = 90,    /* rows of mails that are sent, dead or dropped */
    NOTICE_KEEP_DAYS = 180, /* rows of the list on /notifications */
    MAILS_SHOWN_MAX = 50,
    MAILS_COUNTED_MAX = 10000,
};

enum mail_state { MAIL_WAITING, MAIL_SENDING, MAIL_SENT, MAIL_DEAD, MAIL_DROPPED };
WORDS_OF(mail_state);

/* A mail of the queue. */
struct queued {
    int64_t id, user_id, made_ms, next_ms, ended_ms;
    int attempts, reply;
    enum notice_kind kind;
    enum mail_state state;
    enum mail_failure failure;
    const char *address; /* where it goes: "" when the account has no address any more */
    const char *link, *fields;
};
struct queued_list {
    struct queued *items;
    size_t n;
};

/* Lease the mail whose turn it is, for the worker of this name. RC_NOT_FOUND: none is due. */
MUST_USE enum rc queue_take(struct db *db, struct arena *a, const char *worker, int64_t now_ms,
                            struct queued *out);

/* What became of a leased mail. RC_BUSY: the lease was lost, another worker has it. */
MUST_USE enum rc queue_sent(struct db *db, const struct queued *q, const char *worker,
                            int64_t now_ms);
MUST_USE enum rc queue_failed(struct db *db, const struct queued *q, const char *worker,
                              const struct mail_outcome *outcome, int64_t now_ms);

/* For operators: mails in a state, latest first, with ids below before_id (0: the latest), at most
 * MAILS_SHOWN_MAX; link and fields are "". */
MUST_USE enum rc queue_list(struct db *db, struct arena *a, enum mail_state state,
                            int64_t before_id, struct queued_list *out);

/* What operators do about mails: send dead ones again, drop those that are waiting or dead. Each has a line
 * in the journal. Mails in another state stay as they are; *done counts the others. RC_INVALID: no
 * reason, or no mail. */
struct queue_act {
    bool is_drop;
    const int64_t *ids;
    size_t n; /* at most MAILS_SHOWN_MAX */
    struct actor by;
    const char *why;
};
MUST_USE enum rc queue_do(struct db *db, struct arena *a, const struct queue_act *act,
                          int64_t now_ms, int64_t *done, struct problem *problem);

/* What a failure means, for operators: a sentence. */
const char *queue_reason(enum mail_failure failure);

/* The queue in figures, each at most MAILS_COUNTED_MAX. */
struct queue_figures {
    int64_t waiting, dead;      /* dead: since MAIL_KEEP_DAYS */
    int64_t sent_day, dead_day; /* sent, given up in the last 24 hours */
    int64_t
        oldest_ms; /* when the mail that waits for its first attempt the longest was made; 0: none */
    enum mail_failure away; /* why no mail can be sent at all, as far as is known */
};
MUST_USE enum rc queue_figures(struct db *db, struct arena *a, int64_t now_ms,
                               struct queue_figures *out);

/* Delete rows that are too old; for jobs/sweep. */
MUST_USE enum rc queue_sweep(struct db *db, int64_t now_ms, int64_t *dropped);
#endif
