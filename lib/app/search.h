/*
 * search: finding videos by words.
 *
 * Words      runs of letters, digits and combining marks of any script; of a longer one the first
 *            WORD_MAX_CHARS count. A Chinese or Japanese character is a word of its own. A video is
 *            found when it has all words of the query in title, tags or description; a word of
 *            PREFIX_MIN_CHARS or more may be the beginning of one: "astro" finds "Astronomy". Case
 *            and accents do not matter: the collation of the table sees to it.
 * Order      first those with all words in title and tags, then what is watched and liked most.
 * Misspelt   when no video has all words, the short ones are left out, the others replaced by the
 *            nearest word of a title or tag: one letter changed, added, left out or swapped with
 *            the next, two in words of LONG_WORD_CHARS or more (the rule of Lucene's "AUTO"
 *            fuzziness). One of the words is enough then; the more and the rarer, the further up.
 *
 * The index holds words as tokens that begin with "__". So the server's least token length and its
 * stop words never apply, and nothing of a query can become an operator. `grams` holds the
 * three-letter pieces of the words of title and tags ("_as ast str ..."): a misspelt word shares
 * most of its pieces with the right one, which is how the candidates for it are found.
 *
 * Tables     video_search: a row for each video that is not deleted. Whether a video may be shown is
 *            asked of its own row, so nothing here changes when it is published or hidden.
 */
#ifndef APP_SEARCH_H
#define APP_SEARCH_H
#include "app/video.h"

enum {
    QUERY_MAX_CHARS = 100,
    QUERY_WORDS_MAX = 10, /* further ones are ignored */
    WORD_MAX_CHARS = 40,
    PREFIX_MIN_CHARS = 3,
    LONG_WORD_CHARS = 6,
    SEARCH_CACHE_S = 60,
};

struct found {
    struct video_list videos; /* at most VIDEO_PAGE + 1 */
    bool close;               /* none had all words; these come close */
    const char *instead;      /* the words that were looked for instead, or "" for the same */
};

/* `page` counts from 0. A query without a word finds nothing. */
MUST_USE enum rc video_search(struct db *db, struct arena *a, const char *query, size_t page,
                              struct found *out);

/* Write or replace the row of a video; tags as video_text_check() leaves them. Drop it. In the
 * caller's transaction; for video.c. */
MUST_USE enum rc search_put(struct db *db, struct arena *a, int64_t video_id, const char *title,
                            const char *tags, const char *description);
MUST_USE enum rc search_drop(struct db *db, int64_t video_id);

/* The parts, for tests. Words are folded to lower case as far as ASCII goes. */
struct word_list {
    const char **items;
    size_t n;
};
struct word_list search_words(struct arena *a, const char *text, size_t max);
const char *search_tokens(struct arena *a, const char *text); /* "__night __sky" */
const char *search_grams(struct arena *a, const char *text);  /* "_sk sky ky_" */

/* "+__c +__astro*", or "__c __astro*" unless all words have to be there. */
const char *search_boolean(struct arena *a, const struct word_list *words, bool all);

/* The word itself when a candidate is or begins with it; else the nearest candidate; NULL when
 * none is near enough. */
const char *search_nearest(const char *word, const struct word_list *candidates);
#endif
