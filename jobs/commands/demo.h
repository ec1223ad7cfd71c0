/*
 * demo: a small library for a new site: four creators, two members with a subscription, a
 * dozen short synthetic videos, some likes, and some months in which the members paid and watched,
 * for the jobs to count and to settle. It is made once, which the file demo.done in var_dir
 * records: videos that somebody deletes do not come back.
 */
#ifndef COMMANDS_DEMO_H
#define COMMANDS_DEMO_H
#include "io/db.h"

#define DEMO_PASSWORD "lamp river candle"
#define DEMO_MEMBER   "mia"
#define DEMO_CREATOR  "ada"

/* `money` is a connection of DB_MONEY. Safe to kill and start again. RC_DENIED in production;
 * RC_BUSY while another process makes it. */
MUST_USE enum rc demo_make(struct db *db, struct db *money, struct arena *a, int64_t now_ms,
                           struct problem *why);
#endif
