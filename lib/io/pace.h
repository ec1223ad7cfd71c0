/*
 * pace: how often a minute something may happen, where asking a database would cost more than the
 * thing itself. A small table in the file var_dir/run/pace, which the programs of this machine
 * share.
 *
 * Minutes    are those of the clock: around a boundary up to twice `max` can pass within a minute.
 * Errors     a key is not refused for what others did, because its slot says 48 bits of its hash;
 *            but when more than PACE_SLOTS keys are busy in one minute, some are counted anew.
 *            Without the file everything passes, and the log says so.
 */
#ifndef IO_PACE_H
#define IO_PACE_H
#include "base/arena.h"

enum { PACE_SLOTS = 1 << 16, PACE_MAX = 255 };

/* Count one; RC_LIMITED if it is more than max (1 to PACE_MAX) in this minute. */
MUST_USE enum rc pace_count(struct arena *a, const char *key, int64_t max, int64_t now_ms);
#endif
