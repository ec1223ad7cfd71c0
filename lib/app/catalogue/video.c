/* Single videos, their views and ratings, as declared in video.h; video_list.c has the lists. */
#include "app/catalogue/video.h"
#include "app/catalogue/recommend.h"
#include "app/catalogue/search.h"
#include "base/sb.h"
#include "base/str.h"
#include "io/secret.h"

enum { PUBLIC_ID_BYTES = 8 };

WORDS(video_state, "video.state", [VIDEO_PROCESSING] = "processing", [VIDEO_READY] = "ready",
      [VIDEO_FAILED] = "failed", [VIDEO_REVIEW] = "review", [VIDEO_HIDDEN] = "hidden",
      [VIDEO_LIMITED] = "limited", [VIDEO_REMOVED] = "removed", [VIDEO_DELETED] = "deleted");
WORDS(visibility, "video.visibility playlist.visibility upload.visibility", [VISIBILITY_NONE] = "",
      [VISIBILITY_PUBLIC] = "public", [VISIBILITY_UNLISTED] = "unlisted",
      [VISIBILITY_PRIVATE] = "private");

SHAPE(video_shape, struct video, COLUMN(struct video, id), COLUMN(struct video, user_id),
      COLUMN(struct video, category_id), COLUMN(struct video, public_id),
      COLUMN(struct video, title), COLUMN(struct video, description), COLUMN(struct video, tags),
      COLUMN_WORD(struct video, visibility, visibility),
      COLUMN_WORD(struct video, state, video_state), COLUMN(struct video, channel_name),
      COLUMN(struct video, channel_handle), COLUMN(struct video, channel_avatar_key),
      COLUMN(struct video, channel_blocked), COLUMN(struct video, category),
      COLUMN(struct video, category_slug), COLUMN(struct video, allow_preview),
      COLUMN(struct video, has_preview), COLUMN(struct video, own_poster),
      COLUMN(struct video, poster_version), COLUMN(struct video, length_ms),
      COLUMN(struct video, width), COLUMN(struct video, height),
      COLUMN(struct video, original_bytes), COLUMN(struct video, views),
      COLUMN(struct video, likes), COLUMN(struct video, dislikes), COLUMN(struct video, created_ms),
      COLUMN(struct video, published_ms));

STMT(q_get, &video_shape,
     "SELECT v.id, v.user_id, v.category_id, v.public_id, v.title, v.description, v.tags,"
     " v.visibility, v.state, u.display_name AS channel_name, u.handle AS channel_handle,"
     " u.avatar_key AS channel_avatar_key, u.hidden AS channel_blocked, c.name AS category,"
     " c.slug AS category_slug, v.allow_preview, v.has_preview, v.own_poster, v.poster_version,"
     " v.length_ms, v.width, v.height, v.original_bytes, v.views, v.likes, v.dislikes,"
     " v.created_ms, v.published_ms"
     " FROM video v JOIN user u ON u.id = v.user_id JOIN category c ON c.id = v.category_id"
     " WHERE v.public_id = ? AND v.state <> 'deleted'");
STMT(q_by_title, &number_shape,
     "SELECT id AS n FROM video WHERE user_id = ? AND title = ? ORDER BY id LIMIT 1");
STMT(q_create, NULL,
     "INSERT INTO video (public_id, user_id, " VIDEO_TEXT_COLUMNS ", original_bytes, created_ms)"
     " VALUES (?, ?, " VIDEO_TEXT_PLACES ", ?, ?)");
STMT(q_lock, &number_shape,
     "SELECT id AS n FROM video WHERE id = ? AND state <> 'deleted' FOR UPDATE");
STMT(q_edit, NULL, "UPDATE video SET " VIDEO_TEXT_SET " WHERE id = ?");
#define HELD "state IN ('hidden', 'limited', 'removed')"
STMT(q_publish, NULL,
     "UPDATE video SET length_ms = ?, width = ?, height = ?, has_preview = ?,"
     " published_ms = IF(published_ms = 0, ?, published_ms),"
     " free_state = IF(" HELD ", 'ready', free_state), state = IF(" HELD ", state, 'ready')"
     " WHERE id = ? AND state <> 'deleted'");
STMT(q_set_state, NULL,
     "UPDATE video SET free_state = IF(" HELD ", ?, free_state), state = IF(" HELD ", state, ?)"
     " WHERE id = ? AND state <> 'deleted'");
STMT(q_hold, NULL,
     "UPDATE video SET free_state = IF(" HELD ", free_state, state), state = ?"
     " WHERE id = ? AND state <> 'deleted'");
/* Columns are set from left to right. */
STMT(q_release, NULL,
     "UPDATE video SET state = free_state, free_state = NULL WHERE id = ? AND " HELD);
STMT(q_delete, NULL,
     "UPDATE video SET state = 'deleted', deleted_ms = ? WHERE id = ? AND state <> 'deleted'");
STMT(q_new_poster, NULL,
     "UPDATE video SET poster_version = poster_version + 1, own_poster = ?"
     " WHERE id = ? AND own_poster <= ?");

enum rc video_get(struct db *db, struct arena *a, const char *public_id, struct video *out)
{
    return db_one(db, a, &q_get, ARGS(STR(public_id)), out);
}

enum rc video_by_title(struct db *db, struct arena *a, int64_t user_id, const char *title,
                       int64_t *id)
{
    return db_number(db, a, &q_by_title, ARGS(I64(user_id), STR(title)), id);
}

struct video_text video_text_of(const struct video *v)
{
    return (struct video_text){
        .title = v->title,
        .description = v->description,
        .tags = v->tags,
        .visibility = v->visibility,
        .category_id = v->category_id,
        .allow_preview = v->allow_preview,
    };
}

bool video_is_for_all(const struct video *v)
{
    return v->state == VIDEO_READY && v->visibility != VISIBILITY_PRIVATE && !v->channel_blocked;
}

enum rc video_get_for(struct db *db, struct arena *a, const char *public_id, int64_t viewer_id,
                      bool moderator, struct video *out)
{
    TRY(video_get(db, a, public_id, out));
    bool theirs = moderator || out->user_id == viewer_id;
    return theirs || video_is_for_all(out) ? RC_OK : RC_NOT_FOUND;
}

enum rc video_get_own(struct db *db, struct arena *a, const char *public_id, int64_t user_id,
                      struct video *out)
{
    TRY(video_get(db, a, public_id, out));
    return out->user_id == user_id ? RC_OK : RC_NOT_FOUND;
}

/* Length of the tag at p, in bytes: up to the next comma, or to a '#' that begins a word. */
static size_t tag_bytes(const char *p)
{
    size_t n = 0;

    while (p[n] && p[n] != ',' && !(p[n] == '#' && n && p[n - 1] == ' '))
        n++;
    return n;
}

static char *tag_clean(struct arena *a, const char *p, size_t n)
{
    while (n && (*p == '#' || *p == ' '))
        p++, n--;
    char *tag = str_clean(a, arena_strn(a, p, n), false);
    for (char *c = tag; *c; c++)
        *c = (char)(*c >= 'A' && *c <= 'Z' ? *c + 32 : *c);
    return tag;
}

/* Is the tag among the first n tags already? */
static bool has_tag(char *const *tags, size_t n, const char *tag)
{
    for (size_t i = 0; i < n; i++)
        if (str_eq(tags[i], tag))
            return true;
    return false;
}

static enum rc clean_tags(struct arena *a, const char **tags, struct problem *why)
{
    char *typed = str_clean(a, *tags, false), *kept[VIDEO_TAGS_MAX];
    struct sb out = { .a = a };
    size_t n = 0;

    *tags = typed;
    for (const char *p = typed; *p; p += *p == ',') {
        size_t bytes = tag_bytes(p);
        char *tag = tag_clean(a, p, bytes);
        p += bytes;
        if (!*tag || has_tag(kept, n, tag))
            continue;
        if (str_chars(tag) > TAG_MAX_CHARS)
            return refuse(why, RC_INVALID, "tags",
                          arena_printf(a, "A tag may have at most %d characters; “%s” has more.",
                                       TAG_MAX_CHARS, tag));
        if (n == COUNT(kept))
            return refuse(why, RC_INVALID, "tags",
                          arena_printf(a, "At most %d tags, please.", VIDEO_TAGS_MAX));
        sb_addf(&out, "%s%s", n ? ", " : "", tag);
        kept[n++] = tag;
    }
    *tags = out.buf ? out.buf : "";
    return RC_OK;
}

enum rc video_text_check(struct db *db, struct arena *a, struct video_text *text,
                         struct problem *why)
{
    struct category category;

    text->title = str_clean(a, text->title, false);
    text->description = str_clean(a, text->description, true);
    TRY(clean_tags(a, &text->tags, why));
    if (!text->title[0])
        return refuse(why, RC_INVALID, "title", "Give the video a title.");
    if (str_chars(text->title) > TITLE_MAX_CHARS)
        return refuse(why, RC_INVALID, "title",
                      arena_printf(a, "A title may have at most %d characters; this one has %zu.",
                                   TITLE_MAX_CHARS, str_chars(text->title)));
    if (str_chars(text->description) > DESCRIPTION_MAX_CHARS)
        return refuse(why, RC_INVALID, "description",
                      arena_printf(a,
                                   "A description may have at most %d characters; this one has "
                                   "%zu.",
                                   DESCRIPTION_MAX_CHARS, str_chars(text->description)));
    if (text->visibility == VISIBILITY_NONE)
        return refuse(why, RC_INVALID, "visibility",
                      "Choose who may see it: public, unlisted or private.");
    enum rc rc = category_by_id(db, a, text->category_id, &category);
    if (rc == RC_NOT_FOUND)
        return refuse(why, RC_INVALID, "category", "Choose one of the categories.");
    return rc;
}

enum rc video_create(struct db *db, struct arena *a, int64_t user_id, const struct video_text *t,
                     int64_t original_bytes, int64_t now_ms, int64_t *id, const char **public_id)
{
    *public_id = random_id(a, PUBLIC_ID_BYTES);
    TRY(db_insert(
        db, &q_create,
        ARGS(STR(*public_id), I64(user_id), VIDEO_TEXT_ARGS(t), I64(original_bytes), I64(now_ms)),
        id));
    return search_put(db, a, *id);
}

struct edit {
    struct arena *a;
    int64_t id;
    const struct video_text *text;
};

static enum rc edit(struct db *db, void *arg)
{
    const struct edit *e = arg;
    const struct video_text *t = e->text;
    int64_t id;

    TRY(db_number(db, e->a, &q_lock, ARGS(I64(e->id)), &id));
    TRY(db_run(db, &q_edit, ARGS(VIDEO_TEXT_ARGS(t), I64(e->id)), NULL));
    return search_put(db, e->a, e->id);
}

enum rc video_edit(struct db *db, struct arena *a, int64_t id, const struct video_text *text)
{
    struct edit e = { a, id, text };
    return db_transact(db, edit, &e);
}

enum rc video_publish(struct db *db, int64_t id, const struct video_facts *f, int64_t now_ms)
{
    return db_run(db, &q_publish,
                  ARGS(I64(f->length_ms), I64(f->width), I64(f->height), I64(f->has_preview),
                       I64(now_ms), I64(id)),
                  NULL);
}

enum rc video_set_state(struct db *db, int64_t id, enum video_state state)
{
    const char *word = video_state_word(state);

    assert(state == VIDEO_PROCESSING || state == VIDEO_FAILED);
    return db_run(db, &q_set_state, ARGS(STR(word), STR(word), I64(id)), NULL);
}

bool video_is_held(enum video_state state)
{
    return state == VIDEO_HIDDEN || state == VIDEO_LIMITED || state == VIDEO_REMOVED;
}

enum rc video_hold(struct db *db, int64_t id, enum video_state held)
{
    assert(video_is_held(held));
    return db_run(db, &q_hold, ARGS(STR(video_state_word(held)), I64(id)), NULL);
}

enum rc video_release(struct db *db, int64_t id)
{
    return db_run(db, &q_release, ARGS(I64(id)), NULL);
}

enum rc video_drop(struct db *db, int64_t id, int64_t now_ms, bool *dropped)
{
    int64_t changed;

    TRY(db_run(db, &q_delete, ARGS(I64(now_ms), I64(id)), &changed));
    *dropped = changed > 0;
    return changed ? search_drop(db, id) : RC_OK;
}

enum rc video_new_poster(struct db *db, int64_t id, bool own)
{
    return db_run(db, &q_new_poster, ARGS(I64(own), I64(id), I64(own)), NULL);
}

/* Views */

STMT(q_count_views, NULL,
     "UPDATE video v JOIN JSON_TABLE(?, '$[*]' COLUMNS (video_id BIGINT PATH '$[0]')) r"
     " ON v.id = r.video_id LEFT JOIN view_day d ON d.video_id = r.video_id AND d.user_id = ?"
     " AND d.day = ? SET v.views = v.views + 1 WHERE d.video_id IS NULL");
STMT(q_views, NULL,
     "INSERT IGNORE INTO view_day (video_id, user_id, day) SELECT v.id, ?, ?"
     " FROM JSON_TABLE(?, '$[*]' COLUMNS (video_id BIGINT PATH '$[0]')) r"
     " JOIN video v ON v.id = r.video_id");

enum rc video_count_views(struct db *db, int64_t user_id, int64_t day, struct rows *videos)
{
    const char *json;

    for (size_t i = 0; (json = rows_page(videos, i)); i++) {
        TRY(db_run(db, &q_count_views, ARGS(STR(json), I64(user_id), I64(day)), NULL));
        TRY(db_run(db, &q_views, ARGS(I64(user_id), I64(day), STR(json)), NULL));
    }
    return RC_OK;
}

/* Ratings */

SHAPE(ratings_shape, struct ratings, COLUMN(struct ratings, likes),
      COLUMN(struct ratings, dislikes), COLUMN(struct ratings, mine));

/* Changes the counts by the new rating minus the old one. This also locks the video's row. */
STMT(q_recount, NULL,
     "UPDATE video v LEFT JOIN rating r ON r.video_id = v.id AND r.user_id = ?"
     " SET v.likes = v.likes + (? = 1) - (COALESCE(r.value, 0) = 1),"
     " v.dislikes = v.dislikes + (? = -1) - (COALESCE(r.value, 0) = -1) WHERE v.id = ?");
STMT(q_rate, NULL,
     "INSERT INTO rating (video_id, user_id, value, rated_ms) VALUES (?, ?, ?, ?)"
     " ON DUPLICATE KEY UPDATE rated_ms = IF(value = VALUES(value), rated_ms, VALUES(rated_ms)),"
     " value = VALUES(value)");
STMT(q_unrate, NULL, "DELETE FROM rating WHERE video_id = ? AND user_id = ?");
STMT(q_ratings, &ratings_shape,
     "SELECT v.likes, v.dislikes, r.value AS mine FROM video v"
     " LEFT JOIN rating r ON r.video_id = v.id AND r.user_id = ? WHERE v.id = ?");

struct vote {
    int64_t video_id, user_id, value, now_ms;
};

static enum rc vote(struct db *db, void *arg)
{
    enum { ROW_REPLACED = 2 }; /* ON DUPLICATE KEY UPDATE counts a changed row as two */
    const struct vote *v = arg;
    int64_t changed;

    TRY(db_run(db, &q_recount,
               ARGS(I64(v->user_id), I64(v->value), I64(v->value), I64(v->video_id)), NULL));
    if (v->value == RATING_NONE)
        TRY(db_run(db, &q_unrate, ARGS(I64(v->video_id), I64(v->user_id)), &changed));
    else
        TRY(db_run(db, &q_rate,
                   ARGS(I64(v->video_id), I64(v->user_id), I64(v->value), I64(v->now_ms)),
                   &changed));
    bool took_back = v->value == RATING_NONE ? changed > 0 : changed == ROW_REPLACED;
    return took_back ? recommend_forget(db, v->user_id) : RC_OK;
}

enum rc video_rate(struct db *db, const struct video *video, int64_t user_id, enum rating rating,
                   int64_t now_ms)
{
    struct vote v = { video->id, user_id, rating, now_ms };

    if (video->user_id == user_id)
        return RC_DENIED;
    return db_transact(db, vote, &v);
}

enum rc video_ratings(struct db *db, struct arena *a, int64_t id, int64_t user_id,
                      struct ratings *out)
{
    return db_one(db, a, &q_ratings, ARGS(I64(user_id), I64(id)), out);
}
