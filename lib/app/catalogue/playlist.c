/* The lists of playlist.h; playlist_video.c has their videos. */
#include "app/catalogue/playlist.h"
#include "app/catalogue/playlist_sql.h"
#include "base/str.h"
#include "io/secret.h"

enum { PUBLIC_ID_BYTES = 8 };

WORDS(playlist_kind, "playlist.kind", [PLAYLIST_LIST] = "list", [PLAYLIST_LATER] = "later");

SHAPE(playlist_shape, struct playlist, COLUMN(struct playlist, id),
      COLUMN(struct playlist, user_id), COLUMN(struct playlist, public_id),
      COLUMN_WORD(struct playlist, kind, playlist_kind), COLUMN(struct playlist, title),
      COLUMN(struct playlist, description), COLUMN_WORD(struct playlist, visibility, visibility),
      COLUMN(struct playlist, changed_ms), COLUMN(struct playlist, owner_name),
      COLUMN(struct playlist, owner_handle), COLUMN(struct playlist, videos),
      COLUMN(struct playlist, first_id), COLUMN(struct playlist, first_poster_version));

/* The first five arguments are the viewer's id (ASKED_BY). */
#define LISTS                                                                                      \
    "SELECT p.id, p.user_id, p.public_id, p.kind, p.title, p.description, p.visibility,"           \
    " p.changed_ms, o.display_name AS owner_name, o.handle AS owner_handle,"                       \
    " (SELECT COUNT(*) FROM playlist_video e" ENTRY_JOINS                                          \
    "  WHERE e.playlist_id = p.id AND (p.user_id = ? OR " ENTRY_SHOWN ")) AS videos,"              \
    " f.public_id AS first_id, f.poster_version AS first_poster_version"                           \
    " FROM playlist p JOIN user o ON o.id = p.user_id LEFT JOIN video f ON f.id ="                 \
    " (SELECT e.video_id FROM playlist_video e" ENTRY_JOINS                                        \
    "  WHERE e.playlist_id = p.id AND " ENTRY_SHOWN " ORDER BY e.place, e.video_id LIMIT 1)"
#define ASKED_BY(id) I64(id), I64(id), I64(id), I64(id), I64(id)
#define LATEST       " p.changed_ms DESC, p.id DESC LIMIT ? OFFSET ?"

STMT(q_get, &playlist_shape,
     LISTS " WHERE p.public_id = ? AND o.hidden = 0"
           " AND (p.user_id = ? OR p.visibility <> 'private')");
STMT(q_later, &playlist_shape, LISTS " WHERE p.later_of = ?");
STMT(q_own, &playlist_shape, LISTS " WHERE p.user_id = ? ORDER BY p.kind = 'later' DESC," LATEST);
STMT(q_of_channel, &playlist_shape,
     LISTS " WHERE p.user_id = ? AND p.visibility = 'public' AND f.id IS NOT NULL ORDER BY" LATEST);

STMT(q_create, NULL,
     "INSERT INTO playlist (public_id, user_id, title, description, visibility, created_ms,"
     " changed_ms) VALUES (?, ?, ?, ?, ?, ?, ?)");
STMT(q_create_later, NULL,
     "INSERT INTO playlist (public_id, user_id, later_of, kind, title, created_ms, changed_ms)"
     " VALUES (?, ?, ?, 'later', 'Watch later', ?, ?) ON DUPLICATE KEY UPDATE kind = 'later'");
STMT(q_edit, NULL,
     "UPDATE playlist SET title = ?, description = ?, visibility = ?, changed_ms = ? WHERE id = ?");
STMT(q_delete, NULL, "DELETE FROM playlist WHERE id = ?");

STMT(q_count, &number_shape,
     "SELECT COUNT(*) AS n FROM playlist WHERE user_id = ? AND kind = 'list'");
STMT(q_lock_owner, &number_shape, "SELECT id AS n FROM user WHERE id = ? FOR UPDATE");

SHAPE(mark_shape, struct playlist_mark, COLUMN(struct playlist_mark, public_id),
      COLUMN_WORD(struct playlist_mark, kind, playlist_kind), COLUMN(struct playlist_mark, title),
      COLUMN_WORD(struct playlist_mark, visibility, visibility),
      COLUMN(struct playlist_mark, holds));
STMT(q_marks, &mark_shape,
     "SELECT p.public_id, p.kind, p.title, p.visibility, e.video_id IS NOT NULL AS holds"
     " FROM playlist p LEFT JOIN playlist_video e ON e.playlist_id = p.id AND e.video_id = ?"
     " WHERE p.user_id = ? ORDER BY p.kind = 'later' DESC, p.title, p.id");

enum rc playlist_text_check(struct arena *a, struct playlist_text *text, struct problem *why)
{
    text->title = str_clean(a, text->title, false);
    text->description = str_clean(a, text->description, true);
    if (!text->title[0])
        return refuse(why, RC_INVALID, "title", "Give the playlist a title.");
    if (str_chars(text->title) > PLAYLIST_TITLE_MAX_CHARS)
        return refuse(why, RC_INVALID, "title",
                      arena_printf(a, "A title may have at most %d characters; this one has %zu.",
                                   PLAYLIST_TITLE_MAX_CHARS, str_chars(text->title)));
    if (str_chars(text->description) > PLAYLIST_DESCRIPTION_MAX_CHARS)
        return refuse(why, RC_INVALID, "description",
                      arena_printf(a,
                                   "A description may have at most %d characters; this one has "
                                   "%zu.",
                                   PLAYLIST_DESCRIPTION_MAX_CHARS, str_chars(text->description)));
    if (text->visibility == VISIBILITY_NONE)
        return refuse(why, RC_INVALID, "visibility",
                      "Choose who may see it: public, unlisted or private.");
    return RC_OK;
}

struct creation {
    struct arena *a;
    int64_t user_id, now_ms;
    const struct playlist_text *text;
    const char *public_id;
    struct problem *why;
};

static enum rc create(struct db *db, void *arg)
{
    const struct creation *c = arg;
    const struct playlist_text *t = c->text;
    int64_t count;

    TRY(db_number(db, c->a, &q_lock_owner, ARGS(I64(c->user_id)), &count));
    TRY(db_number(db, c->a, &q_count, ARGS(I64(c->user_id)), &count));
    if (count >= PLAYLISTS_MAX)
        return refuse(c->why, RC_INVALID, NULL,
                      arena_printf(c->a,
                                   "You have %d playlists, which is the maximum. Delete one to "
                                   "create another.",
                                   PLAYLISTS_MAX));
    return db_insert(db, &q_create,
                     ARGS(STR(c->public_id), I64(c->user_id), STR(t->title), STR(t->description),
                          STR(visibility_word(t->visibility)), I64(c->now_ms), I64(c->now_ms)),
                     NULL);
}

enum rc playlist_create(struct db *db, struct arena *a, int64_t user_id,
                        const struct playlist_text *text, int64_t now_ms, const char **public_id,
                        struct problem *why)
{
    *public_id = random_id(a, PUBLIC_ID_BYTES);
    struct creation c = { a, user_id, now_ms, text, *public_id, why };
    return db_transact(db, create, &c);
}

enum rc playlist_edit(struct db *db, const struct playlist *p, const struct playlist_text *text,
                      int64_t now_ms)
{
    if (p->kind == PLAYLIST_LATER)
        return RC_DENIED;
    return db_run(db, &q_edit,
                  ARGS(STR(text->title), STR(text->description),
                       STR(visibility_word(text->visibility)), I64(now_ms), I64(p->id)),
                  NULL);
}

enum rc playlist_delete(struct db *db, const struct playlist *p)
{
    if (p->kind == PLAYLIST_LATER)
        return RC_DENIED;
    return db_run(db, &q_delete, ARGS(I64(p->id)), NULL);
}

enum rc playlist_get_for(struct db *db, struct arena *a, const char *public_id, int64_t viewer_id,
                         struct playlist *out)
{
    return db_one(db, a, &q_get, ARGS(ASKED_BY(viewer_id), STR(public_id), I64(viewer_id)), out);
}

enum rc playlist_get_own(struct db *db, struct arena *a, const char *public_id, int64_t user_id,
                         struct playlist *out)
{
    TRY(playlist_get_for(db, a, public_id, user_id, out));
    return out->user_id == user_id ? RC_OK : RC_NOT_FOUND;
}

enum rc playlist_later(struct db *db, struct arena *a, int64_t user_id, int64_t now_ms,
                       struct playlist *out)
{
    const struct arg *args = ARGS(ASKED_BY(user_id), I64(user_id));
    enum rc rc = db_one(db, a, &q_later, args, out);

    if (rc != RC_NOT_FOUND)
        return rc;
    TRY(db_run(db, &q_create_later,
               ARGS(STR(random_id(a, PUBLIC_ID_BYTES)), I64(user_id), I64(user_id), I64(now_ms),
                    I64(now_ms)),
               NULL));
    return db_one(db, a, &q_later, args, out);
}

#define PAGE_ARGS(page) I64(PLAYLISTS_PAGE + 1), I64((int64_t)(page)*PLAYLISTS_PAGE)

enum rc playlists_own(struct db *db, struct arena *a, int64_t user_id, size_t page,
                      struct playlists *out)
{
    return DB_LIST(db, a, &q_own, ARGS(ASKED_BY(user_id), I64(user_id), PAGE_ARGS(page)),
                   PLAYLISTS_PAGE + 1, out);
}

enum rc playlists_of_channel(struct db *db, struct arena *a, int64_t user_id, size_t page,
                             struct playlists *out)
{
    return DB_LIST_CACHED(db, a, &q_of_channel, ARGS(ASKED_BY(0), I64(user_id), PAGE_ARGS(page)),
                          LIST_CACHE_S, PLAYLISTS_PAGE + 1, out);
}

enum rc playlist_marks(struct db *db, struct arena *a, int64_t user_id, int64_t video_id,
                       struct playlist_marks *out)
{
    return DB_LIST(db, a, &q_marks, ARGS(I64(video_id), I64(user_id)), PLAYLISTS_MAX + 1, out);
}
