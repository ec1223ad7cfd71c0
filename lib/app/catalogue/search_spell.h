/*
 * search_spell: finds the words that were probably meant. Pure: no database, no clock.
 *
 * A word is right if a known word equals it or begins with it. If not, these are tried in order:
 *   joined     together with the next word it is a known word: "time lapse", timelapse
 *   divided    it is a known word followed by the beginning of one: "timelapse", time lapse
 *   misspelt   a known word is near: one letter changed, added, left out or swapped with the next;
 *              two in words of LONG_WORD_CHARS or more (the rule of Lucene's "AUTO" fuzziness;
 *              optimal string alignment, as in Damerau 1964 and Wagner and Fischer 1974)
 *   inflected  a known word begins with the same STEM_MIN_CHARS or more, and both have at most
 *              ENDING_MAX_CHARS after that: "berries", berry
 * Of several words the nearest is taken; of equally near ones the one that most videos have.
 */
#ifndef CATALOGUE_SEARCH_SPELL_H
#define CATALOGUE_SEARCH_SPELL_H
#include "app/catalogue/search_words.h"

enum {
    LONG_WORD_CHARS = 6,
    HALF_MIN_CHARS = 3,
    STEM_MIN_CHARS = 4,
    ENDING_MAX_CHARS = 3,
    RARE_WORD_CHARS = 5, /* shorter ones are not replaced if something was found */
};

/* Known words, each once, sorted by `folded`; n: how often it occurred. */
struct known_word {
    const char *folded, *written;
    size_t n;
};
struct vocabulary {
    struct known_word *items;
    size_t n;
};
struct vocabulary search_vocabulary(struct arena *a, const struct word_list *words);

/* The words, with wrong ones replaced. */
struct word_list search_respell(struct arena *a, const struct word_list *words,
                                const struct vocabulary *known);

/* The words, with rare ones replaced by others that more than `found` videos have; for a query that
 * found only that many. */
struct word_list search_doubt(struct arena *a, const struct word_list *words,
                              const struct vocabulary *known, size_t found);

bool search_same(const struct word_list *one, const struct word_list *two);

/* The words as written, with blanks between them: "time lapse". */
const char *search_join(struct arena *a, const struct word_list *words);
#endif
