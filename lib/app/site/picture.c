#include "app/site/picture.h"
#include "app/site/throttle.h"
#include "base/clock.h"
#include "base/conf.h"
#include "io/store.h"

static enum rc take(int *turn, struct problem *why)
{
    enum rc rc = lock_take("picture", turn);

    if (rc != RC_BUSY)
        return rc;
    return refuse(why, rc, NULL,
                  "Another picture is being worked on. Please try again in a few seconds.");
}

static struct limit limit(void)
{
    return (struct limit){ "picture", HOUR_MS, conf()->pictures_per_hour };
}

static const char *key(struct arena *a, int64_t user_id)
{
    return arena_printf(a, "%" PRId64, user_id);
}

enum rc picture_turn(struct db *db, struct arena *a, int64_t user_id, int64_t now_ms, int *turn,
                     struct problem *why)
{
    const struct limit of_hour = limit();

    TRY(take(turn, why));
    enum rc rc = throttle_count(db, a, &of_hour, key(a, user_id), now_ms, why);
    if (rc != RC_OK)
        lock_drop(*turn);
    return rc;
}

enum rc picture_look(struct db *db, struct arena *a, int64_t user_id, int64_t now_ms,
                     struct problem *why)
{
    const struct limit of_hour = limit();
    int turn;

    TRY(take(&turn, why));
    lock_drop(turn);
    return throttle_check(db, a, &of_hour, key(a, user_id), now_ms, why);
}
