/*
 * tell: tells followers of a creator's new videos, on /notifications. Publishing does not wait for it: a job
 * looks for videos that were published and tells some followers after the other.
 *
 * Which      public ones that can be watched, published within the last TELL_DAYS, of creators who are not
 *            banned. Once: a video that is hidden and shown again is not told again.
 * Pages      TELL_PAGE followers in a transaction, with how far it got; at most TELL_RUN_PAGES a run, so
 *            that a creator with very many followers does not keep the others waiting for hours.
 * Tables     video_told, follow. Reads video, user.
 */
#ifndef PEOPLE_TELL_H
#define PEOPLE_TELL_H
#include "io/db.h"

enum { TELL_DAYS = 2, TELL_PAGE = 1000, TELL_RUN_PAGES = 200 };

struct told {
    int64_t videos, followers; /* videos: of which all followers have been told now */
};
MUST_USE enum rc tell_followers(struct db *db, int64_t now_ms, struct told *sum);
#endif
