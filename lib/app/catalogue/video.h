/*
 * video: the library: what there is, who may see it, what people think of it, and lists of it.
 *
 * States     processing -> ready | failed; failed -> processing (retry); any -> blocked, deleted.
 *            A blocked video stays so, whatever its processing says.
 * Visible    `ready` and public: everybody, in lists and search. `ready` and unlisted: whoever has
 *            the address. Everything else, and all of a blocked member: the owner and moderators. To
 *            others a video they may not see does not exist (RC_NOT_FOUND).
 * Ownership  strings and lists live in the caller's arena.
 * Errors     RC_NOT_FOUND, RC_INVALID with a text for the form, RC_BUSY, RC_FAIL as in io/db.h.
 * Tables     video, rating, view_day.
 */
#ifndef CATALOGUE_VIDEO_H
#define CATALOGUE_VIDEO_H
#include "app/catalogue/category.h"
#include "io/rows.h"

enum {
    TITLE_MAX_CHARS = 120,
    DESCRIPTION_MAX_CHARS = 5000,
    TAG_MAX_CHARS = 30,
    VIDEO_TAGS_MAX = 15,
    VIDEO_PAGE = 24,       /* videos of one page of a list */
    VIDEO_PAGES_MAX = 200, /* further pages are not offered */
};

enum video_state { VIDEO_PROCESSING, VIDEO_READY, VIDEO_FAILED, VIDEO_BLOCKED, VIDEO_DELETED };
enum visibility { VISIBILITY_NONE, VISIBILITY_PUBLIC, VISIBILITY_UNLISTED, VISIBILITY_PRIVATE };
WORDS_OF(video_state);
WORDS_OF(visibility);

struct video {
    int64_t id, user_id, category_id;
    const char *public_id, *title, *description;
    const char *tags; /* "cats, garden": comma and space between them */
    enum visibility visibility;
    enum video_state state;
    const char *channel_name, *channel_handle, *channel_avatar_key;
    const char *category, *category_slug;
    bool channel_blocked, allow_preview, has_preview, own_poster;
    int64_t poster_version; /* 0: no picture yet */
    int64_t length_ms, width, height, original_bytes;
    int64_t views, likes, dislikes, created_ms, published_ms;
};

/* A video in a list. */
struct video_item {
    int64_t id, user_id;
    const char *public_id, *title, *channel_name, *channel_handle, *category, *category_slug;
    int64_t category_id, poster_version, length_ms, views, likes, dislikes, published_ms;
};
struct video_list {
    struct video_item *items;
    size_t n;
};

/* What its uploader writes about a video; the form of upload and edit. */
struct video_text {
    const char *title, *description, *tags;
    enum visibility visibility; /* VISIBILITY_NONE: not chosen */
    int64_t category_id;
    bool allow_preview;
};

enum rating { RATING_DOWN = -1, RATING_NONE = 0, RATING_UP = 1 };
struct ratings {
    int64_t likes, dislikes;
    int64_t mine; /* enum rating */
};

/* One video */

/* By its public id, in any state but deleted. */
MUST_USE enum rc video_get(struct db *db, struct arena *a, const char *public_id,
                           struct video *out);

/* The same for somebody who asks (0: nobody is signed in): RC_NOT_FOUND when they may not see it. */
MUST_USE enum rc video_get_for(struct db *db, struct arena *a, const char *public_id,
                               int64_t viewer_id, bool moderator, struct video *out);

/* The same, only for its owner. */
MUST_USE enum rc video_get_own(struct db *db, struct arena *a, const char *public_id,
                               int64_t user_id, struct video *out);

/* A member's first video of that title, in any state. */
MUST_USE enum rc video_by_title(struct db *db, struct arena *a, int64_t user_id, const char *title,
                                int64_t *id);

/* May everybody who has its address see it? */
bool video_is_for_all(const struct video *v);

/* Clean and check what was typed: blanks, tags ("#Cats,  garden" and "#cats #garden" become
 * "cats, garden"), lengths, visibility, category. RC_INVALID names field and limit. `text` then
 * holds the cleaned values; a refusal loses nothing of them. */
MUST_USE enum rc video_text_check(struct db *db, struct arena *a, struct video_text *text,
                                  struct problem *why);

/* A new row in state processing; `text` has been checked. Inside the caller's transaction.
 * *public_id is set in the arena. */
MUST_USE enum rc video_create(struct db *db, struct arena *a, int64_t user_id,
                              const struct video_text *text, int64_t original_bytes, int64_t now_ms,
                              int64_t *id, const char **public_id);

/* `text` has been checked. Its own transaction. */
MUST_USE enum rc video_edit(struct db *db, struct arena *a, int64_t id,
                            const struct video_text *text);

/* What processing found out. Publishing again keeps the first published_ms. In the caller's
 * transaction or alone; a video that is deleted or blocked meanwhile stays so (RC_OK). */
struct video_facts {
    int64_t length_ms, width, height;
    bool has_preview;
};
MUST_USE enum rc video_publish(struct db *db, int64_t id, const struct video_facts *facts,
                               int64_t now_ms);

/* processing, failed or blocked. */
MUST_USE enum rc video_set_state(struct db *db, int64_t id, enum video_state state);

/* No longer blocked: ready when it was published before, else `unpublished` (processing or failed). RC_OK
 * also when it was not blocked. */
MUST_USE enum rc video_unblock(struct db *db, int64_t id, enum video_state unpublished);

/* Mark as deleted and take it out of search; the row and its ratings stay. *dropped: it was not deleted
 * before. In the caller's transaction; publish/studio.h deletes all of a video. */
MUST_USE enum rc video_drop(struct db *db, int64_t id, int64_t now_ms, bool *dropped);

/* There is a new picture on disk; `own`: chosen by the uploader. An automatic one does not count
 * once there is an own one. */
MUST_USE enum rc video_new_poster(struct db *db, int64_t id, bool own);

/* What people think */

/* Set or undo (RATING_NONE); counts follow in the same transaction, once however often it is
 * repeated, and what was learnt from a rating that is taken back is forgotten. Own videos are RC_DENIED. */
MUST_USE enum rc video_rate(struct db *db, const struct video *video, int64_t user_id,
                            enum rating rating, int64_t now_ms);
MUST_USE enum rc video_ratings(struct db *db, struct arena *a, int64_t id, int64_t user_id,
                               struct ratings *out);

/* The member viewed these videos (rows of one id) on that day: each counts once, however often it is
 * said. In the caller's transaction, one for the same member and day at a time. */
MUST_USE enum rc video_count_views(struct db *db, int64_t user_id, int64_t day,
                                   struct rows *videos);

/* Lists, for everybody: public and ready videos of members who are not blocked. Some seconds old,
 * from the cache. At most VIDEO_PAGE + 1 items: one more than a page says that there is a next one;
 * `page` counts from 0. */
enum { LIST_CACHE_S = 30, HOT_CACHE_S = 60, HOT_RECENT_MAX = 2000 };

/*
 *   hot   points / (age in days + 2)^1.5 of the HOT_RECENT_MAX newest, with a point for a view and
 *         ten more or less for a like or dislike: what is watched and liked now
 *   new   by the time it could first be watched
 *   top   most views first
 */
enum video_order { ORDER_HOT, ORDER_NEW, ORDER_TOP };
MUST_USE enum rc video_browse(struct db *db, struct arena *a, int64_t category_id, /* 0: all */
                              enum video_order order, size_t page, int64_t now_ms,
                              struct video_list *out);

/* Newest first; most views first. */
MUST_USE enum rc video_of_channel(struct db *db, struct arena *a, int64_t user_id, size_t page,
                                  struct video_list *out);
MUST_USE enum rc video_top_of_channel(struct db *db, struct arena *a, int64_t user_id, size_t page,
                                      struct video_list *out);

/* Of the same channel or category, best first, without the video itself; at most `max`, and
 * RELATED_MAX. */
enum { RELATED_MAX = 24 };
MUST_USE enum rc video_related(struct db *db, struct arena *a, const struct video *video,
                               size_t max, struct video_list *out);

/* Those of the n ids that are for everybody, in the order of the ids. */
enum { PICK_MAX = 200 };
MUST_USE enum rc video_pick(struct db *db, struct arena *a, const int64_t *ids, size_t n,
                            struct video_list *out);
#endif
