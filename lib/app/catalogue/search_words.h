/*
 * search_words: from text to the words that search compares, and to what the server is asked.
 *
 * Words      runs of letters, digits and marks of any script; a Chinese or Japanese character is a
 *            word of its own. An apostrophe before at most two last letters joins ("don't" is dont,
 *            "l'eau" is l and eau). Of a longer word the first WORD_MAX_CHARS characters count.
 * Folding    words are equal whatever their case, accents, points and width: Unicode's full case
 *            folding and compatibility decomposition (utf8proc) without the marks of Latin, Greek,
 *            Cyrillic, Hebrew and Arabic; also ß = ss, æ = ae, œ = oe, ø = o, ł = l, đ = ð = d,
 *            þ = th, ı = i. Vowel signs of Indian scripts and the voicing of kana remain. ü is u,
 *            never ue.
 * Tokens     the index holds folded words that begin with "__". So the server's least length and its
 *            stop words never apply, and nothing of a query can become an operator.
 * Grams      "_as ast str ...": the three-letter pieces of a word. A misspelt word shares most of
 *            them with the right one, which is how candidates for it are found.
 */
#ifndef CATALOGUE_SEARCH_WORDS_H
#define CATALOGUE_SEARCH_WORDS_H
#include "base/arena.h"

enum { WORD_MAX_CHARS = 40, PREFIX_MIN_CHARS = 3 };

/* A change of how words are made; rows of another one are written anew by jobs/reindex. */
enum { WORDS_VERSION = 1 };

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

/* The grams of words, for a query. */
const char *search_grams_of(struct arena *a, const struct word_list *words);

/* "+__c +__astro*", or "__c __astro*" unless all words have to be there. A word may be the beginning of
 * one from PREFIX_MIN_CHARS on, counted as search_weight() does. */
const char *search_boolean(struct arena *a, const struct word_list *words, bool all);

/* In small letters, accents and all, for showing words of a title elsewhere. */
const char *search_lower(struct arena *a, const char *text);

/* Letters of a folded word; a Hangul syllable counts twice. */
size_t search_weight(const char *folded);

/* Written without blanks between words: Chinese or Japanese. */
bool search_stands_alone(const char *folded);
#endif
