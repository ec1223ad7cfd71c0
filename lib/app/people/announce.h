/*
 * announce: tells every member of a change that takes something from them (site/live.h): a higher
 * price, new terms. A notice each, and a mail where mail is on.
 *
 * Batches of ANNOUNCE_BATCH members, each one transaction that also notes how far it came. Killed at any
 * moment, it goes on there, and nobody is told twice.
 * Tables     reads user.
 */
#ifndef PEOPLE_ANNOUNCE_H
#define PEOPLE_ANNOUNCE_H
#include "io/db.h"

enum { ANNOUNCE_BATCH = 500, ANNOUNCE_BATCHES_PER_RUN = 200 };

/* *told: notices that were written. RC_NOT_FOUND: there was nothing to tell. */
MUST_USE enum rc announce_run(struct db *db, struct arena *a, int64_t now_ms, int64_t *told);
#endif
