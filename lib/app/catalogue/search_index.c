/* The index of search.h: writing the words of videos and members. */
#include "app/catalogue/search.h"
#include "app/catalogue/search_words.h"
#include "base/sb.h"

enum { RENEW_BYTES = 8 << 20 }; /* for the words of one video */

struct text {
    int64_t user_id;
    const char *name, *handle, *title, *tags, *description;
};
SHAPE(text_shape, struct text, COLUMN(struct text, user_id), COLUMN(struct text, name),
      COLUMN(struct text, handle), COLUMN(struct text, title), COLUMN(struct text, tags),
      COLUMN(struct text, description));

/* Locking, so that neither text nor name changes before the words made of them are stored. */
STMT(q_text, &text_shape,
     "SELECT v.user_id, u.display_name AS name, u.handle, v.title, v.tags, v.description"
     " FROM video v JOIN user u ON u.id = v.user_id WHERE v.id = ? AND v.state <> 'deleted'"
     " LOCK IN SHARE MODE");
STMT(q_put, NULL,
     "INSERT INTO video_search (video_id, title, tags, creator, body, grams, version)"
     " VALUES (?, ?, ?, ?, ?, ?, ?) ON DUPLICATE KEY UPDATE title = VALUES(title),"
     " tags = VALUES(tags), creator = VALUES(creator), body = VALUES(body), grams = VALUES(grams),"
     " version = VALUES(version)");
STMT(q_put_channel, NULL,
     "INSERT INTO channel_search (user_id, words) VALUES (?, ?)"
     " ON DUPLICATE KEY UPDATE words = VALUES(words)");
STMT(q_drop, NULL, "DELETE FROM video_search WHERE video_id = ?");
STMT(q_rename, NULL, "UPDATE channel_search SET words = ? WHERE user_id = ?");
STMT(q_outdate, NULL,
     "UPDATE video_search s JOIN video v ON v.id = s.video_id SET s.version = 0"
     " WHERE v.user_id = ?");
STMT(q_outdated, &number_shape,
     "SELECT video_id AS n FROM video_search WHERE version < ? ORDER BY version, video_id LIMIT ?");

/* "Ada L.", "sky-watch": ada l sky watch skywatch */
static const char *names(struct arena *a, const char *name, const char *handle)
{
    struct sb joined = { .a = a };

    for (const char *p = handle; *p; p++)
        if (*p != '-' && *p != '_')
            sb_add(&joined, p, 1);
    bool divided = joined.len < strlen(handle);
    return arena_printf(a, "%s, %s, %s", name, handle, divided && joined.buf ? joined.buf : "");
}

enum rc search_put(struct db *db, struct arena *a, int64_t video_id)
{
    struct text t;

    TRY(db_one(db, a, &q_text, ARGS(I64(video_id)), &t));
    const char *creator = names(a, t.name, t.handle), *words = search_tokens(a, creator);
    const char *all = arena_printf(a, "%s, %s, %s", t.title, t.tags, creator);
    TRY(db_run(db, &q_put,
               ARGS(I64(video_id), STR(search_tokens(a, t.title)), STR(search_tokens(a, t.tags)),
                    STR(words), STR(search_tokens(a, t.description)), STR(search_grams(a, all)),
                    I64(WORDS_VERSION)),
               NULL));
    return db_run(db, &q_put_channel, ARGS(I64(t.user_id), STR(words)), NULL);
}

enum rc search_drop(struct db *db, int64_t video_id)
{
    return db_run(db, &q_drop, ARGS(I64(video_id)), NULL);
}

enum rc search_rename(struct db *db, struct arena *a, int64_t user_id, const char *name,
                      const char *handle)
{
    const char *words = search_tokens(a, names(a, name, handle));

    TRY(db_run(db, &q_rename, ARGS(STR(words), I64(user_id)), NULL));
    return db_run(db, &q_outdate, ARGS(I64(user_id)), NULL);
}

struct renewal {
    struct arena *a;
    int64_t video_id;
};

static enum rc renew(struct db *db, void *arg)
{
    const struct renewal *r = arg;
    enum rc rc = search_put(db, r->a, r->video_id);
    return rc == RC_NOT_FOUND ? search_drop(db, r->video_id) : rc;
}

enum rc search_renew(struct db *db, size_t *n)
{
    struct arena *ids = arena_new(1 << 20), *a = arena_new(RENEW_BYTES);
    struct number_list list;
    enum rc rc = DB_LIST(db, ids, &q_outdated, ARGS(I64(WORDS_VERSION), I64(RENEW_MAX)), RENEW_MAX,
                         &list);

    for (*n = 0; rc == RC_OK && *n < list.n; ++*n) {
        struct renewal r = { a, list.items[*n] };
        arena_reset(a);
        rc = db_transact(db, renew, &r);
    }
    arena_free(a);
    arena_free(ids);
    return rc;
}
