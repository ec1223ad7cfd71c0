/*
 * entitlement: who may play a video, and until when. The page, the player, ratings and what is counted
 * all ask here. Who may see a video at all is for app/catalogue/video.h to say, and is asked first.
 *
 *   uploader, moderator   every video that is ready, without paying; processed ones that wait for review or
 *                         are hidden or limited, too, and moderators those that were removed
 *   member                the same while there is access by their subscription (app/income/subscription.h):
 *                         to the end of the paid time and its grace
 *   anybody else          nothing
 *
 * Tables     none: what is asked comes from rows that the caller has read.
 */
#ifndef WATCHING_ENTITLEMENT_H
#define WATCHING_ENTITLEMENT_H
#include "app/catalogue/video.h"

/* Somebody who wants to play. */
struct entitled {
    int64_t user_id; /* 0: nobody is signed in */
    bool moderator;
    int64_t paid_until_ms, grace_until_ms; /* of their subscription; 0, 0: never paid */
};

/* The end of the access that they have paid for; 0: there is none. */
int64_t entitlement_paid_until_ms(const struct entitled *who);

/* Have they paid for access at this moment? */
bool entitlement_is_paid(const struct entitled *who, int64_t now_ms);

/* May they play this video, which they may see, at this moment? *until_ms: to which moment; INT64_MAX
 * for those who need not pay. Both *until_ms and *why may be left out (NULL).
 *   RC_CONFLICT  it is not ready; *why says so
 *   RC_UNPAID    a subscription is needed */
MUST_USE enum rc entitlement_play(const struct video *v, const struct entitled *who, int64_t now_ms,
                                  int64_t *until_ms, struct problem *why);
#endif
