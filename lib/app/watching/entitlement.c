#include "app/watching/entitlement.h"
#include "app/income/subscription.h"

int64_t entitlement_paid_until_ms(const struct entitled *who)
{
    return subscription_play_until_ms(who->paid_until_ms, who->grace_until_ms);
}

bool entitlement_is_paid(const struct entitled *who, int64_t now_ms)
{
    return now_ms < entitlement_paid_until_ms(who);
}

/* Processed, but not for everybody: held by moderators, or waiting for them. */
static bool is_kept(const struct video *v)
{
    return v->length_ms > 0 && (video_is_held(v->state) || v->state == VIDEO_REVIEW);
}

enum rc entitlement_play(const struct video *v, const struct entitled *who, int64_t now_ms,
                         int64_t *until_ms, struct problem *why)
{
    bool own = who->user_id && who->user_id == v->user_id, free = who->moderator || own;

    if (until_ms)
        *until_ms = free ? INT64_MAX : entitlement_paid_until_ms(who);
    if (v->state != VIDEO_READY && !(who->moderator && is_kept(v)) &&
        !(own && is_kept(v) && v->state != VIDEO_REMOVED))
        return refuse(why, RC_CONFLICT, "video", "This video is not ready to be played.");
    return free || entitlement_is_paid(who, now_ms) ? RC_OK : RC_UNPAID;
}
