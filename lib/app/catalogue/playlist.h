/*
 * playlist: lists of videos in an order that their owner chose. "Watch later" is one of them, made
 * when it is first needed: it is private, keeps its name, and new videos go to its beginning. In
 * the other lists they go to the end.
 *
 * Who sees   private: its owner; unlisted: everybody who has the address; public: everybody, on its
 *            owner's channel. For anybody else a list does not exist (RC_NOT_FOUND), and neither do
 *            the lists of a blocked member.
 * Its videos  Its owner sees those they may watch (app/catalogue/video.h); a video that became
 *             hidden or
 *            was deleted stays as an entry without a name, to be taken out. Others see the public
 *            videos, and unlisted ones that the owner of the list uploaded.
 * At once    changing the videos of a list locks its row, so that each video has its own place and
 *            the limit holds. Adding and removing may be repeated.
 * Ownership  strings and lists live in the caller's arena.
 * Errors     RC_NOT_FOUND; RC_INVALID with a text for the form, at limits too; else as in io/db.h.
 * Tables     playlist, playlist_video. Reads video, user, category.
 */
#ifndef CATALOGUE_PLAYLIST_H
#define CATALOGUE_PLAYLIST_H
#include "app/catalogue/video.h"

enum {
    PLAYLISTS_MAX = 200,       /* of one member, without "Watch later" */
    PLAYLIST_VIDEOS_MAX = 500, /* in one list */
    PLAYLIST_TITLE_MAX_CHARS = 120,
    PLAYLIST_DESCRIPTION_MAX_CHARS = 1000,
    PLAYLIST_PAGE = 50,       /* videos of one page of a list */
    PLAYLISTS_PAGE = 24,      /* lists of one page */
    PLAYLIST_ROWS_MAX = 4,    /* lists whose beginnings are shown together */
    PLAYLIST_ROW_VIDEOS = 8,  /* of each of these lists */
    PLAYLIST_AROUND_MAX = 50, /* entries around the one that plays */
};

enum playlist_kind { PLAYLIST_LIST, PLAYLIST_LATER };
WORDS_OF(playlist_kind);

struct playlist {
    int64_t id, user_id;
    const char *public_id, *title, *description;
    enum playlist_kind kind;
    enum visibility visibility;
    const char *owner_name, *owner_handle;
    int64_t changed_ms;
    int64_t videos;               /* entries that the viewer sees */
    const char *first_id;         /* the first of them that can be watched, or "" */
    int64_t first_poster_version; /* ... and its picture */
};
struct playlists {
    struct playlist *items;
    size_t n;
};

/* The text that the owner of a list writes. */
struct playlist_text {
    const char *title, *description;
    enum visibility visibility; /* VISIBILITY_NONE: not chosen */
};

/* An entry. If it is not shown, only its ids are set. */
struct playlist_entry {
    struct video_item video;
    int64_t playlist_id;
    bool shown;
};
struct playlist_entries {
    struct playlist_entry *items;
    size_t n;
};

/* Lists */

/* Clean and check what was typed; after a refusal, too, `text` holds the cleaned values. */
MUST_USE enum rc playlist_text_check(struct arena *a, struct playlist_text *text,
                                     struct problem *why);

/* Create a list; `text` has been checked. RC_INVALID: the member has PLAYLISTS_MAX. */
MUST_USE enum rc playlist_create(struct db *db, struct arena *a, int64_t user_id,
                                 const struct playlist_text *text, int64_t now_ms,
                                 const char **public_id, struct problem *why);

/* Change the text, which has been checked; delete the list. RC_DENIED: it is "Watch later". */
MUST_USE enum rc playlist_edit(struct db *db, const struct playlist *p,
                               const struct playlist_text *text, int64_t now_ms);
MUST_USE enum rc playlist_delete(struct db *db, const struct playlist *p);

/* A list by its public id, for a viewer (0: not logged in); only for its owner. */
MUST_USE enum rc playlist_get_for(struct db *db, struct arena *a, const char *public_id,
                                  int64_t viewer_id, struct playlist *out);
MUST_USE enum rc playlist_get_own(struct db *db, struct arena *a, const char *public_id,
                                  int64_t user_id, struct playlist *out);

/* The member's "Watch later", made if there is none. */
MUST_USE enum rc playlist_later(struct db *db, struct arena *a, int64_t user_id, int64_t now_ms,
                                struct playlist *out);

/* A member's own lists, "Watch later" first, then the latest changed; the public lists of a channel
 * that have a video to show, from the cache. At most PLAYLISTS_PAGE + 1; `page` counts from 0. */
MUST_USE enum rc playlists_own(struct db *db, struct arena *a, int64_t user_id, size_t page,
                               struct playlists *out);
MUST_USE enum rc playlists_of_channel(struct db *db, struct arena *a, int64_t user_id, size_t page,
                                      struct playlists *out);

/* A member's own lists by title, "Watch later" first, and which of them hold the video. */
struct playlist_mark {
    const char *public_id, *title;
    enum playlist_kind kind;
    enum visibility visibility;
    bool holds;
};
struct playlist_marks {
    struct playlist_mark *items;
    size_t n;
};
MUST_USE enum rc playlist_marks(struct db *db, struct arena *a, int64_t user_id, int64_t video_id,
                                struct playlist_marks *out);

/* Videos of lists */

/* The entries in order, at most PLAYLIST_PAGE + 1; `page` counts from 0. */
MUST_USE enum rc playlist_videos(struct db *db, struct arena *a, const struct playlist *p,
                                 int64_t viewer_id, size_t page, struct playlist_entries *out);

/* The first PLAYLIST_ROW_VIDEOS entries of each of the first PLAYLIST_ROWS_MAX lists, list after
 * list, as everybody sees them. From the cache. */
MUST_USE enum rc playlist_rows(struct db *db, struct arena *a, const struct playlists *lists,
                               struct playlist_entries *out);

/* A video's neighbours among the videos of a list that can be watched: a few before it, and those
 * that follow. Empty if the video is not among them. */
struct playlist_around {
    struct playlist_entries entries;
    size_t current;      /* its index */
    int64_t number, all; /* its number, from 1, among how many */
};
MUST_USE enum rc playlist_around(struct db *db, struct arena *a, const struct playlist *p,
                                 int64_t viewer_id, int64_t video_id, struct playlist_around *out);

/* Add a video, by its public id, that the owner may watch; RC_INVALID: the list has
 * PLAYLIST_VIDEOS_MAX. Remove any video; RC_OK also if it is not in the list. */
MUST_USE enum rc playlist_add(struct db *db, struct arena *a, const struct playlist *p,
                              const char *video, int64_t now_ms, struct problem *why);
MUST_USE enum rc playlist_remove(struct db *db, struct arena *a, const struct playlist *p,
                                 const char *video, int64_t now_ms);

/* Move a video past its neighbour (up, down) or to an end. *index is its new position, from 0. */
enum playlist_move { MOVE_UP, MOVE_DOWN, MOVE_FIRST, MOVE_LAST };
MUST_USE enum rc playlist_move(struct db *db, struct arena *a, const struct playlist *p,
                               const char *video, enum playlist_move move, int64_t now_ms,
                               int64_t *index);
#endif
