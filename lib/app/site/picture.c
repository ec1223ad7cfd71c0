#include "app/site/picture.h"
#include "app/site/throttle.h"
#include "base/clock.h"
#include "base/conf.h"
#include "io/store.h"

enum rc picture_turn(struct db *db, struct arena *a, int64_t user_id, int64_t now_ms, int *turn,
                     struct problem *why)
{
    const struct limit limit = { "picture", HOUR_MS, conf()->pictures_per_hour };

    enum rc rc = lock_take("picture", turn);
    if (rc == RC_BUSY)
        return refuse(why, rc, NULL,
                      "Another picture is being worked on. Please try again in a few seconds.");
    TRY(rc);
    rc = throttle_count(db, a, &limit, arena_printf(a, "%" PRId64, user_id), now_ms, why);
    if (rc != RC_OK)
        lock_drop(*turn);
    return rc;
}
