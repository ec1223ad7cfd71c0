/*
 * digest: once a week, members get a mail with the new videos of the creators whom they follow.
 *
 * Week       of Monday to Sunday (UTC, ISO 8601). The mail of a week is about videos published in the week
 *            before, so each video is in one of them.
 * Who        follows somebody who published, and has not switched it off (notify/choice.h). Who has nothing
 *            new gets none. At most DIGEST_VIDEOS of the newest are named; the count says how many there are.
 * Once       the name of the event is the week, and its row keeps how far it got: a run that is killed
 *            goes on where it was.
 * Tables     digest; reads follow, user, video.
 */
#ifndef PEOPLE_DIGEST_H
#define PEOPLE_DIGEST_H
#include "io/db.h"

enum { DIGEST_VIDEOS = 10, DIGEST_BATCH = 200, DIGEST_WEEKS_KEPT = 8 };

/* Write this week's mails; *told counts them. `item` is reset between batches. RC_NOT_FOUND: they are
 * written, or this site sends no mail. */
MUST_USE enum rc digest_run(struct db *db, struct arena *a, struct arena *item, int64_t now_ms,
                            int64_t *told);
#endif
