/* The profile pictures of account.h; in a file of their own, because they need the image tools and
 * a login does not. */
#include "app/people/account.h"
#include "app/site/picture.h"
#include "app/site/removal.h"
#include "av/media.h"
#include "io/secret.h"
#include "io/store.h"

enum { AVATAR_KEY_BYTES = 16 };

STMT(q_set_avatar, NULL, "UPDATE user SET avatar_key = ? WHERE id = ?");

struct avatar {
    struct arena *a;
    int64_t id;
    const char *old_key, *key; /* "" for none */
};

static enum rc set_avatar(struct db *db, void *arg)
{
    const struct avatar *v = arg;

    TRY(db_run(db, &q_set_avatar, ARGS(STR(v->key), I64(v->id)), NULL));
    if (!v->old_key[0])
        return RC_OK;
    return removal_enqueue(db, "avatars", arena_printf(v->a, "%s.jpg", v->old_key));
}

static enum rc make(struct db *db, struct arena *a, int64_t id, const char *path, const char *file,
                    int64_t now_ms, struct problem *why)
{
    int turn;

    TRY(store_dir(STORE_MEDIA, "avatars"));
    TRY(picture_turn(db, a, id, now_ms, &turn, why));
    enum rc rc = media_image(a, path, store_path(a, STORE_MEDIA, file), AVATAR_PIXELS,
                             AVATAR_PIXELS, true, why);
    lock_drop(turn);
    return rc;
}

enum rc account_set_avatar(struct db *db, struct arena *a, int64_t id, const char *path,
                           int64_t now_ms, struct problem *why)
{
    struct avatar v = { .a = a, .id = id, .key = path ? random_id(a, AVATAR_KEY_BYTES) : "" };
    struct account now;

    TRY(account_get(db, a, id, &now));
    v.old_key = now.avatar_key;
    if (path)
        TRY(make(db, a, id, path, arena_printf(a, "avatars/%s.jpg", v.key), now_ms, why));
    /* If this fails, the new file is left there: a commit whose answer was lost needs it. */
    return db_transact(db, set_avatar, &v);
}
