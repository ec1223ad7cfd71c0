/*
 * playlist: videos that a member put in an order. "Watch later" is one of them, made when it is first
 * needed: it is private, keeps its name and begins with what was added last; to the others, what is
 * added goes to the end.
 *
 * Who sees   private: its owner; unlisted: whoever has the address; public: everybody, on its owner's
 *            channel. To anybody else a list does not exist (RC_NOT_FOUND), nor does any of a blocked
 *            member's.
 * Its videos  Its owner sees those they may watch (app/catalogue/video.h); what became hidden or was deleted
 *            stays as an entry without a name, to be taken out. Others see the public ones, and unlisted
 *            ones that the owner of the list uploaded.
 * At once    whoever changes the videos of a list locks its row, so that each has its own place and the
 *            limit holds. Adding and removing may be repeated.
 * Ownership  strings and lists live in the caller's arena.
 * Errors     RC_NOT_FOUND; RC_INVALID with a text for the form, at limits too; else as in io/db.h.
 * Tables     playlist, playlist_video. Reads video, user, category.
 */
#ifndef CATALOGUE_PLAYLIST_H
#define CATALOGUE_PLAYLIST_H
#include "app/catalogue/video.h"

enum {
    PLAYLISTS_MAX = 200,       /* of one member, beside "Watch later" */
    PLAYLIST_VIDEOS_MAX = 500, /* in one list */
    PLAYLIST_TITLE_MAX_CHARS = 120,
    PLAYLIST_DESCRIPTION_MAX_CHARS = 1000,
    PLAYLIST_PAGE = 50,       /* videos of one page of a list */
    PLAYLISTS_PAGE = 24,      /* lists of one page */
    PLAYLIST_ROWS_MAX = 4,    /* lists of which the beginning is shown at once */
    PLAYLIST_ROW_VIDEOS = 8,  /* of each */
    PLAYLIST_AROUND_MAX = 50, /* entries beside the one that plays */
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
    int64_t videos;               /* entries that whoever asks sees */
    const char *first_id;         /* the first of them that can be watched, or "" */
    int64_t first_poster_version; /* ... and its picture */
};
struct playlists {
    struct playlist *items;
    size_t n;
};

/* What its owner writes about a list. */
struct playlist_text {
    const char *title, *description;
    enum visibility visibility; /* VISIBILITY_NONE: not chosen */
};

/* An entry. What is not shown has nothing but its ids. */
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

/* Clean and check what was typed; a refusal loses nothing of it. */
MUST_USE enum rc playlist_text_check(struct arena *a, struct playlist_text *text,
                                     struct problem *why);

/* `text` has been checked. RC_INVALID past PLAYLISTS_MAX. */
MUST_USE enum rc playlist_create(struct db *db, struct arena *a, int64_t user_id,
                                 const struct playlist_text *text, int64_t now_ms,
                                 const char **public_id, struct problem *why);

/* "Watch later" is RC_DENIED. */
MUST_USE enum rc playlist_edit(struct db *db, const struct playlist *p,
                               const struct playlist_text *text, int64_t now_ms);
MUST_USE enum rc playlist_delete(struct db *db, const struct playlist *p);

/* By its public id, for somebody who asks (0: nobody is signed in); only for its owner. */
MUST_USE enum rc playlist_get_for(struct db *db, struct arena *a, const char *public_id,
                                  int64_t viewer_id, struct playlist *out);
MUST_USE enum rc playlist_get_own(struct db *db, struct arena *a, const char *public_id,
                                  int64_t user_id, struct playlist *out);

/* The member's "Watch later", made if there is none. */
MUST_USE enum rc playlist_later(struct db *db, struct arena *a, int64_t user_id, int64_t now_ms,
                                struct playlist *out);

/* One's own, "Watch later" first, then the latest changed; the public ones of a channel that have a
 * video to show. At most PLAYLISTS_PAGE + 1; `page` counts from 0. The latter from the cache. */
MUST_USE enum rc playlists_own(struct db *db, struct arena *a, int64_t user_id, size_t page,
                               struct playlists *out);
MUST_USE enum rc playlists_of_channel(struct db *db, struct arena *a, int64_t user_id, size_t page,
                                      struct playlists *out);

/* One's own by title, "Watch later" first, and which of them hold a video. */
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

/* Their videos */

/* In order, at most PLAYLIST_PAGE + 1. */
MUST_USE enum rc playlist_videos(struct db *db, struct arena *a, const struct playlist *p,
                                 int64_t viewer_id, size_t page, struct playlist_entries *out);

/* The beginnings of the first PLAYLIST_ROWS_MAX lists, as everybody sees them, one after the other.
 * From the cache. */
MUST_USE enum rc playlist_rows(struct db *db, struct arena *a, const struct playlists *lists,
                               struct playlist_entries *out);

/* Where a video stands among those of a list that can be watched: a few before it and those that
 * follow. None when it does not stand there. */
struct playlist_around {
    struct playlist_entries entries;
    size_t current;      /* its index */
    int64_t number, all; /* its number, from 1, among how many */
};
MUST_USE enum rc playlist_around(struct db *db, struct arena *a, const struct playlist *p,
                                 int64_t viewer_id, int64_t video_id, struct playlist_around *out);

/* Add a video that the owner may watch; RC_INVALID past PLAYLIST_VIDEOS_MAX. Take one out: any of
 * them; RC_OK too when it is not there. Videos by their public ids. */
MUST_USE enum rc playlist_add(struct db *db, struct arena *a, const struct playlist *p,
                              const char *video, int64_t now_ms, struct problem *why);
MUST_USE enum rc playlist_remove(struct db *db, struct arena *a, const struct playlist *p,
                                 const char *video, int64_t now_ms);

/* Up and down: past the neighbour. *index is where it is now, from 0. */
enum playlist_move { MOVE_UP, MOVE_DOWN, MOVE_FIRST, MOVE_LAST };
MUST_USE enum rc playlist_move(struct db *db, struct arena *a, const struct playlist *p,
                               const char *video, enum playlist_move move, int64_t now_ms,
                               int64_t *index);
#endif
