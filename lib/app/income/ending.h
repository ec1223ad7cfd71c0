/*
 * ending: tells members that their paid time is about to end, and that it has ended.
 *
 * Ahead      ENDING_AHEAD_DAYS before the end of the paid time: nothing is charged by itself. Not those
 *            who have cancelled, nor those whose earnings pay (payout/renewal.h tells when they do not).
 * Ended      when the access is over, so after the days of grace. Not who has got all money back.
 * Once       of each end: the member's row keeps which end was told, in the transaction of the notice.
 *            Ends that passed more than ENDING_TOLD_DAYS ago are not told any more.
 * Tables     subscription. Reads user. Needs DB_MONEY.
 */
#ifndef INCOME_ENDING_H
#define INCOME_ENDING_H
#include "io/db.h"

enum { ENDING_AHEAD_DAYS = 3, ENDING_TOLD_DAYS = 60, ENDINGS_PER_RUN_MAX = 5000 };

/* At most ENDINGS_PER_RUN_MAX of each; the rest when it is called again. */
struct endings {
    int64_t ahead, ended;
};
MUST_USE enum rc ending_tell(struct db *db, struct arena *a, int64_t now_ms, struct endings *told);
#endif
