/*
 * search_rank: the order of what was found. Pure: no database, no clock.
 *
 * The text decides first, and only then what is watched and liked:
 *   1. how many words of the query are missing, fewest first; of videos that lack some, those first
 *      that have the rarer ones, as the server scores them
 *   2. where the words stand: all in the title; title and tags; with the creator's name; else. Then
 *      how many of them are not in the title, and how far from it
 *   3. how many words are only the beginnings of those there
 *   4. a title that is the query, then one that has its words side by side
 *   5. points (app/catalogue/video_item.h), then the newer video
 */
#ifndef CATALOGUE_SEARCH_RANK_H
#define CATALOGUE_SEARCH_RANK_H
#include "app/catalogue/search_words.h"
#include "app/catalogue/video.h"

struct hit {
    struct video_item video;            /* first, as ITEM_FIELDS asks */
    const char *title, *tags, *creator; /* tokens */
    bool all;                           /* it has all words somewhere */
    double score;                       /* by the server, of a video that may lack some */
    int64_t points;
};
struct hit_list {
    struct hit *items;
    size_t n;
};

/* Whether tokens hold each of the words whole. */
bool search_has_whole(const char *tokens, const struct word_list *words);

/* Put them in order. */
void search_rank(struct arena *a, const struct word_list *words, struct hit_list *hits);
#endif
