/*
 * seen: from where and with what a member logs in. A log-in from a network and with a device that were not
 * seen together for SEEN_DAYS is told to the member (NOTICE_NEW_LOGIN), except the first log-in of all.
 *
 * Kept       only a digest of both, SEEN_KEPT_DAYS after the last time.
 * Errors     RC_BUSY: nothing was noted or told.
 * Tables     login_seen.
 */
#ifndef PEOPLE_SEEN_H
#define PEOPLE_SEEN_H
#include "io/db.h"

enum { SEEN_DAYS = 90, SEEN_KEPT_DAYS = 400 };

/* `device` in words: "Firefox on Linux". */
struct seen_login {
    int64_t user_id;
    const char *network, *device;
};
MUST_USE enum rc seen_note(struct db *db, struct arena *a, const struct seen_login *login,
                           int64_t now_ms);

/* For jobs/sweep. */
MUST_USE enum rc seen_sweep(struct db *db, int64_t now_ms, int64_t *dropped);
#endif
