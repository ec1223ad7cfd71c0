/*
 * search_rank: sorts the results of a search. Pure: no database, no clock.
 *
 * The text decides first, then views and likes:
 *   1. how many words of the query are missing, fewest first; of videos that lack some, those that
 *      have the rarer words first, by the server's score
 *   2. where the words are: all in the title; title and tags; with the creator's name; elsewhere.
 *      Then how many of them are not in the title, and how far from it
 *   3. how many words match only the beginning of a word
 *   4. a title that equals the query, then one that has its words side by side
 *   5. points (app/catalogue/video_item.h), then the newer video
 */
#ifndef CATALOGUE_SEARCH_RANK_H
#define CATALOGUE_SEARCH_RANK_H
#include "app/catalogue/search_words.h"
#include "app/catalogue/video.h"

struct hit {
    struct video_item video;            /* first, as ITEM_FIELDS requires */
    const char *title, *tags, *creator; /* tokens */
    bool all;                           /* it has all words somewhere */
    double score;                       /* by the server, for a video that may lack some words */
    int64_t points;
};
struct hit_list {
    struct hit *items;
    size_t n;
};

/* Do the tokens contain each of the words as a whole? */
bool search_has_whole(const char *tokens, const struct word_list *words);

/* Sort the hits, best first. */
void search_rank(struct arena *a, const struct word_list *words, struct hit_list *hits);
#endif
