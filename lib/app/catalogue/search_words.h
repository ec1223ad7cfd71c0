/*
 * search_words: turns text into the words that search compares, and into queries for the server.
 *
 * Words      runs of letters, digits and marks of any script; a Chinese or Japanese character is a
 *            word of its own, and in Thai, Lao, Burmese and Khmer ICU finds where words end. An
 *            apostrophe before at most two final letters joins ("don't" is dont, "l'eau" is l and
 *            eau), as does one between two Cyrillic letters ("м'ясо" is мясо). Only the first WORD_MAX_CHARS characters of a word count.
 * Folding    words are equal regardless of case, accents, points and width: Unicode's full case
 *            folding and compatibility decomposition (utf8proc) without the marks of Latin, Greek,
 *            Cyrillic, Hebrew and Arabic; also ß = ss, æ = ae, œ = oe, ø = o, ł = l, đ = ð = d,
 *            þ = th, ı = i. Vowel signs of Indian scripts and the voicing of kana remain. ü is u,
 *            never ue.
 * Tokens     the index holds folded words that begin with "__". So the server's minimum length and
 *            its stop words never apply, and no part of a query can become an operator.
 * Grams      "_as ast str ...": the three-letter pieces of a word. A misspelt word shares most of
 *            them with the right one, which is how candidates for it are found.
 */
#ifndef CATALOGUE_SEARCH_WORDS_H
#define CATALOGUE_SEARCH_WORDS_H
#include "base/arena.h"

enum { WORD_MAX_CHARS = 40, PREFIX_MIN_CHARS = 3 };

/* Increase it when words are made differently; jobs/reindex rewrites the rows of other versions. */
enum { WORDS_VERSION = 2 };

struct word {
    const char *folded, *written; /* "zurich", "Zürich" */
};
struct word_list {
    struct word *items;
    size_t n;
};

/* The first `max` words of valid UTF-8. */
struct word_list search_words(struct arena *a, const char *text, size_t max);

const char *search_tokens(struct arena *a, const char *text); /* "__night __sky" */
const char *search_grams(struct arena *a, const char *text);  /* "_sk sky ky_" */

/* The grams of all the words, for a query. */
const char *search_grams_of(struct arena *a, const struct word_list *words);

/* "+__c +__astro*" if all words are required, else "__c __astro*". A word of at least
 * PREFIX_MIN_CHARS, counted by search_weight(), may be the beginning of another. */
const char *search_boolean(struct arena *a, const struct word_list *words, bool all);

/* The text in lower case, with its accents, to show words of a title elsewhere. */
const char *search_lower(struct arena *a, const char *text);

/* The number of letters of a folded word; a Hangul syllable counts twice. */
size_t search_weight(const char *folded);

/* Is the word Chinese or Japanese, which are written without blanks between words? */
bool search_stands_alone(const char *folded);
#endif
