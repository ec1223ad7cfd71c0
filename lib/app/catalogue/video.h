/*
 * video: the library: its videos, who may see them, their views and ratings, and lists of them.
 *
 * States     processing -> ready | review | failed; failed -> processing (retry); any -> deleted.
 *            By moderation (app/moderation) it is held: hidden, limited (to its owner) or removed.
 *            It stays so whatever its processing reports; that goes into its free state, which is
 *            its state again once it is released.
 * Visible    `ready` and public: to everybody, in lists and search. `ready` and unlisted: to
 *            everybody who has the address. Others, and all videos of a banned member: to the
 *            owner and moderators. For anybody else a video does not exist (RC_NOT_FOUND).
 * Ownership  strings and lists live in the caller's arena.
 * Errors     RC_NOT_FOUND, RC_INVALID with a text for the form, RC_BUSY, RC_FAIL as in io/db.h.
 * Tables     video, rating, view_day. Reads user, category.
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

enum video_state {
    VIDEO_PROCESSING,
    VIDEO_READY,
    VIDEO_FAILED,
    VIDEO_REVIEW, /* processed; waits for a moderator */
    VIDEO_HIDDEN, /* until a report is decided */
    VIDEO_LIMITED,
    VIDEO_REMOVED,
    VIDEO_DELETED
};
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
    const char *public_id, *title, *channel_name, *channel_handle, *channel_avatar_key, *category,
        *category_slug;
    int64_t category_id, poster_version, length_ms, views, likes, dislikes, published_ms;
};
struct video_list {
    struct video_item *items;
    size_t n;
};

/* The text and choices of a video's uploader: the form for upload and edit. */
struct video_text {
    const char *title, *description, *tags;
    enum visibility visibility; /* VISIBILITY_NONE: not chosen */
    int64_t category_id;
    bool allow_preview;
};

/* How it is stored, in `video` and, until the file is complete, in `upload`: the columns, as many
 * places, what an UPDATE sets, the shape that reads them, and the arguments in their order. */
#define VIDEO_TEXT_COLUMNS "category_id, title, description, tags, visibility, allow_preview"
#define VIDEO_TEXT_PLACES  "?, ?, ?, ?, ?, ?"
#define VIDEO_TEXT_SET                                                                             \
    "category_id = ?, title = ?, description = ?, tags = ?, visibility = ?, allow_preview = ?"
#define VIDEO_TEXT_FIELDS                                                                          \
    COLUMN(struct video_text, category_id), COLUMN(struct video_text, title),                      \
        COLUMN(struct video_text, description), COLUMN(struct video_text, tags),                   \
        COLUMN_WORD(struct video_text, visibility, visibility),                                    \
        COLUMN(struct video_text, allow_preview)
#define VIDEO_TEXT_ARGS(t)                                                                         \
    I64((t)->category_id), STR((t)->title), STR((t)->description), STR((t)->tags),                 \
        STR(visibility_word((t)->visibility)), I64((t)->allow_preview)

enum rating { RATING_DOWN = -1, RATING_NONE = 0, RATING_UP = 1 };
struct ratings {
    int64_t likes, dislikes;
    int64_t mine; /* enum rating */
};

/* One video */

/* A video by its public id, in any state except deleted. */
MUST_USE enum rc video_get(struct db *db, struct arena *a, const char *public_id,
                           struct video *out);

/* Like video_get, for a viewer (0: not logged in). RC_NOT_FOUND also if they may not see it. */
MUST_USE enum rc video_get_for(struct db *db, struct arena *a, const char *public_id,
                               int64_t viewer_id, bool moderator, struct video *out);

/* Like video_get, only for the owner. */
MUST_USE enum rc video_get_own(struct db *db, struct arena *a, const char *public_id,
                               int64_t user_id, struct video *out);

/* A member's first video with this title, in any state. */
MUST_USE enum rc video_by_title(struct db *db, struct arena *a, int64_t user_id, const char *title,
                                int64_t *id);

/* May everybody who has its address see it? Is it hidden, limited or removed? */
bool video_is_for_all(const struct video *v);
bool video_is_held(enum video_state state);

/* The part of a video that its uploader wrote; and the text of a video that is still to be described:
 * public. */
struct video_text video_text_of(const struct video *v);
#define VIDEO_TEXT_NEW                                                                             \
    (struct video_text)                                                                            \
    {                                                                                              \
        .title = "", .description = "", .tags = "", .visibility = VISIBILITY_PUBLIC                \
    }

/* Clean and check what was typed: blanks, tags ("#Cats,  garden" and "#cats #garden" become
 * "cats, garden"), lengths, visibility, category. RC_INVALID names field and limit. Afterwards
 * `text` holds the cleaned values, even after a refusal. */
MUST_USE enum rc video_text_check(struct db *db, struct arena *a, struct video_text *text,
                                  struct problem *why);

/* Add a video in state processing; `text` has been checked. Inside the caller's transaction.
 * *public_id is set in the arena. */
MUST_USE enum rc video_create(struct db *db, struct arena *a, int64_t user_id,
                              const struct video_text *text, int64_t original_bytes, int64_t now_ms,
                              int64_t *id, const char **public_id);

/* Change a video's text, which has been checked, in a transaction of its own. */
MUST_USE enum rc video_edit(struct db *db, struct arena *a, int64_t id,
                            const struct video_text *text);

/* Make a video ready, with the facts that processing found. Publishing again keeps the first
 * published_ms. In the caller's transaction or alone; a video that was deleted or held meanwhile stays
 * so (RC_OK). */
struct video_facts {
    int64_t length_ms, width, height;
    bool has_preview;
};
MUST_USE enum rc video_publish(struct db *db, int64_t id, const struct video_facts *facts,
                               int64_t now_ms);

/* `state` is processing or failed. */
MUST_USE enum rc video_set_state(struct db *db, int64_t id, enum video_state state);

/* Hold a video (hidden, limited or removed; one that is held may be held in another way), and release
 * it: it returns to the state that it has reached by now. RC_OK also if there is nothing to do. In the
 * caller's transaction; those who decide are in app/moderation. */
MUST_USE enum rc video_hold(struct db *db, int64_t id, enum video_state held);
MUST_USE enum rc video_release(struct db *db, int64_t id);

/* Mark a video as deleted and take it out of search; the row and its ratings stay. *dropped: it was
 * not deleted before. In the caller's transaction; studio_delete (publish/studio.h) also deletes
 * the rest. */
MUST_USE enum rc video_drop(struct db *db, int64_t id, int64_t now_ms, bool *dropped);

/* Note that a new picture is on disk; `own`: chosen by the uploader. An automatic one is ignored
 * once the uploader has chosen one. */
MUST_USE enum rc video_new_poster(struct db *db, int64_t id, bool own);

/* Ratings and views */

/* Set or take back (RATING_NONE) a rating. The counts change in the same transaction, once even if
 * repeated, and what was learned from a rating that is taken back is forgotten. RC_DENIED: the
 * member's own video. video_ratings: the counts, and the member's own rating. */
MUST_USE enum rc video_rate(struct db *db, const struct video *video, int64_t user_id,
                            enum rating rating, int64_t now_ms);
MUST_USE enum rc video_ratings(struct db *db, struct arena *a, int64_t id, int64_t user_id,
                               struct ratings *out);

/* Count a member's views of these videos (rows of one id) on a day: each once, even if repeated. In
 * the caller's transaction, of which only one at a time may be for the same member and day. */
MUST_USE enum rc video_count_views(struct db *db, int64_t user_id, int64_t day,
                                   struct rows *videos);

/* Lists, for everybody: public and ready videos of members who are not blocked. From the cache, so
 * some seconds old. At most VIDEO_PAGE + 1 items: one more than a page means that there is a next
 * page; `page` counts from 0. */
enum { LIST_CACHE_S = 30, HOT_CACHE_S = 60, HOT_RECENT_MAX = 2000 };

/*
 *   hot   points / (age in days + 2)^1.5 of the HOT_RECENT_MAX newest, with a point for a view and
 *         ten more or less for a like or dislike: what is watched and liked now
 *   new   newest first, by the time when a video could first be watched
 *   top   most views first
 */
enum video_order { ORDER_HOT, ORDER_NEW, ORDER_TOP };
MUST_USE enum rc video_browse(struct db *db, struct arena *a, int64_t category_id, /* 0: all */
                              enum video_order order, size_t page, int64_t now_ms,
                              struct video_list *out);

/* A channel's videos: newest first; most views first. */
MUST_USE enum rc video_of_channel(struct db *db, struct arena *a, int64_t user_id, size_t page,
                                  struct video_list *out);
MUST_USE enum rc video_top_of_channel(struct db *db, struct arena *a, int64_t user_id, size_t page,
                                      struct video_list *out);

/* Videos of the same channel or category, best first, then popular others; without the video
 * itself. At most `max`, and at most RELATED_MAX. */
enum { RELATED_MAX = 24 };
MUST_USE enum rc video_related(struct db *db, struct arena *a, const struct video *video,
                               size_t max, struct video_list *out);

/* The videos with these n ids (n <= PICK_MAX) that everybody may see, in the order of the ids. */
enum { PICK_MAX = 200 };
MUST_USE enum rc video_pick(struct db *db, struct arena *a, const int64_t *ids, size_t n,
                            struct video_list *out);
#endif
