/*
 * search: finds videos and their creators by words.
 *
 * Found      a video that has all words of the query in title, tags, description or its creator's
 *            name and handle, whole or (from PREFIX_MIN_CHARS letters on) as beginnings.
 *            search_words.h says what a word is and which words are equal.
 * Order      by text, then by views and likes: search_rank.h; or newest first, or most watched
 *            first. If more than BEST_MATCHES_MAX or MATCHES_MAX videos have the words, those that
 *            have them least often are left out. RANKED_MAX are put in order; further pages are not
 *            offered.
 * Misspelt   if no video has all words, they are replaced by the words that were probably meant
 *            (search_spell.h); if that finds nothing either, some of the words are enough. If fewer
 *            than FEW_MAX videos have them, better known words are offered as `meant`.
 * Filters    category, length, and when a video was published: within 24 hours, 7, 30 or 365 days,
 *            to the hour. With filters, some of the words are not enough.
 * Public     only videos that everybody may see are found, and only their words are known:
 *            corrections and suggestions never reveal hidden ones.
 *
 * Tables     video_search: a row for each video that is not deleted; channel_search: one for each
 *            member who ever uploaded. Whether a video may be shown is read from `video`, so
 *            nothing here changes when it is published or hidden. search_renew() rewrites rows of
 *            another WORDS_VERSION. Reads video, user, follow.
 */
#ifndef CATALOGUE_SEARCH_H
#define CATALOGUE_SEARCH_H
#include "app/catalogue/video.h"

enum {
    QUERY_MAX_CHARS = 100,
    QUERY_WORDS_MAX = 16,    /* further ones are ignored */
    BEST_MATCHES_MAX = 2000, /* with the words in the title, and with them anywhere */
    MATCHES_MAX = 10000,     /* for the orders newest and most watched */
    RANKED_MAX = 240,
    FEW_MAX = 3,
    CREATORS_MAX = 3,
    SUGGESTIONS_MAX = 8,
    SUGGESTED_WORDS_MAX = 3,
    SUGGEST_MIN_CHARS = 2,
    SEARCH_CACHE_S = 60,
    RENEW_MAX = 100, /* rows of one search_renew() */
};

enum search_length { LENGTH_ANY, LENGTH_SHORT, LENGTH_MEDIUM, LENGTH_LONG };
enum { SHORT_MAX_MS = 4 * 60 * 1000, MEDIUM_MAX_MS = 20 * 60 * 1000 }; /* medium includes both */
enum search_since { SINCE_EVER, SINCE_DAY, SINCE_WEEK, SINCE_MONTH, SINCE_YEAR };
enum search_order { BEST_FIRST, NEWEST_FIRST, MOST_WATCHED_FIRST };

struct search {
    const char *query;
    int64_t category_id; /* 0: all */
    enum search_length length;
    enum search_since since;
    enum search_order order;
    size_t page; /* from 0 */
    int64_t now_ms;
};

/* A channel with public videos. */
struct creator {
    const char *handle, *name, *avatar_key, *words;
    int64_t videos, followers;
};
struct creator_list {
    struct creator *items;
    size_t n;
};

struct found {
    struct video_list
        videos;          /* of the page, at most VIDEO_PAGE + 1: one more if there is a next page */
    bool close;          /* no video has all words of the query; these come close */
    bool some;           /* ... and none has all words of `instead` either */
    const char *instead; /* the words that were searched for instead; "": the same words */
    const char *meant;   /* other words that would find more, or "" */
    struct creator_list creators; /* at most CREATORS_MAX, on a first page without filters */
};

bool search_has_filters(const struct search *s);

/* A query without a word finds nothing. */
MUST_USE enum rc video_search(struct db *db, struct arena *a, const struct search *s,
                              struct found *out);

/* Completions of a query being typed, at most SUGGESTIONS_MAX; from SUGGEST_MIN_CHARS letters
 * on. */
enum suggestion_kind { SUGGEST_WORDS, SUGGEST_CHANNEL, SUGGEST_VIDEO };
struct suggestion {
    int64_t kind;       /* enum suggestion_kind */
    const char *text;   /* words to search for, a channel's name or a video's title */
    const char *target; /* a channel's handle or a video's public id */
};
struct suggestion_list {
    struct suggestion *items;
    size_t n;
};
MUST_USE enum rc search_suggest(struct db *db, struct arena *a, const char *query,
                                struct suggestion_list *out);

/* The index (search_index.c) */

/* Write or replace the index rows of a video and of its creator, from their own rows; delete the
 * video's. In the caller's transaction; for video.c. */
MUST_USE enum rc search_put(struct db *db, struct arena *a, int64_t video_id);
MUST_USE enum rc search_drop(struct db *db, int64_t video_id);

/* Index a member's new name, in the transaction that changes it. The next search_renew() puts it
 * into the rows of their videos. */
MUST_USE enum rc search_rename(struct db *db, struct arena *a, int64_t user_id, const char *name,
                               const char *handle);

/* Rewrite up to RENEW_MAX rows whose words are out of date, each in its own transaction; *n: how
 * many were. Two processes may do so at once. */
MUST_USE enum rc search_renew(struct db *db, size_t *n);
#endif
