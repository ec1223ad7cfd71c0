/*
 * search_spell: the words that were meant. Pure: no database, no clock.
 *
 * A word counts as right when a known word is it or begins with it. For another one, in this order:
 *   joined     with the word behind it, it is a known word: "time lapse", timelapse
 *   divided    it is a known word and the beginning of one: "timelapse", time lapse
 *   misspelt   a known word is near: one letter changed, added, left out or swapped with the next, two
 *              in words of LONG_WORD_CHARS or more (the rule of Lucene's "AUTO" fuzziness; optimal
 *              string alignment, as in Damerau 1964 and Wagner and Fischer 1974)
 *   inflected  a known word has the same beginning of STEM_MIN_CHARS or more, and neither of them
 *              more than ENDING_MAX_CHARS behind it: "berries", berry
 * Of several the nearest; of equally near ones the one most videos have.
 */
#ifndef CATALOGUE_SEARCH_SPELL_H
#define CATALOGUE_SEARCH_SPELL_H
#include "app/catalogue/search_words.h"

enum {
    LONG_WORD_CHARS = 6,
    HALF_MIN_CHARS = 3,
    STEM_MIN_CHARS = 4,
    ENDING_MAX_CHARS = 3,
    RARE_WORD_CHARS = 5, /* shorter ones are not doubted when something was found */
};

/* Known words, each once, sorted by `folded`; n: how often it was there. */
struct known_word {
    const char *folded, *written;
    size_t n;
};
struct vocabulary {
    struct known_word *items;
    size_t n;
};
struct vocabulary search_vocabulary(struct arena *a, const struct word_list *words);

/* The words with those that are wrong replaced. */
struct word_list search_respell(struct arena *a, const struct word_list *words,
                                const struct vocabulary *known);

/* The words with rare ones replaced by others that more than `found` videos have: for a query that
 * found so few. */
struct word_list search_doubt(struct arena *a, const struct word_list *words,
                              const struct vocabulary *known, size_t found);

bool search_same(const struct word_list *one, const struct word_list *two);

/* "time lapse", as written. */
const char *search_join(struct arena *a, const struct word_list *words);
#endif
