/*
 * opened: to which member a video's media were handed out, whatever a player reports afterwards:
 * who has the signed address can fetch all of it. Refunds on request rest on this
 * (income/reversal.h): a video counts with its whole length, once a day.
 *
 * Noted at once, before the address is answered. memcached may save the write.
 * Errors     as in io/db.h.
 * Tables     media_opened.
 */
#ifndef WATCHING_OPENED_H
#define WATCHING_OPENED_H
#include "app/watching/playback.h"
#include "io/db.h"

enum { OPENED_SWEEP_MAX = 100000 }; /* rows that one run deletes */

/* Note that the media of this playback are handed out now. */
MUST_USE enum rc opened_note(struct db *db, struct arena *a, const struct playback *p,
                             int64_t now_ms);

/* Delete what is older than conf refund_days, and a day. *rows: how many. */
MUST_USE enum rc opened_sweep(struct db *db, int64_t now_ms, int64_t *rows);
#endif
