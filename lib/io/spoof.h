/*
 * spoof: names that look like others, and characters that do not belong into a name (ICU).
 *
 * Skeleton    what a text looks like, by the confusables of Unicode's UTS 39: texts that can be taken
 *             for each other have the same one ("paypaI" and "paypal", "rnonica" and "monica", "Аda"
 *             with a Cyrillic А and "Ada"). For comparing, never for showing.
 * Allowed     letters, marks, digits, punctuation and symbols of all scripts, and what belongs to them:
 *             joiners between letters of the scripts that need them and inside emoji, selectors of
 *             emoji, flags. Refused are controls, also those of direction, unassigned and private
 *             characters, everything that is invisible, spaces of unusual widths, more than
 *             SPOOF_MARKS_MAX marks on a letter, and scripts that are mixed within one word in a way
 *             that no language does (UTS 39, "highly restrictive": Latin with Han and Kana, Bopomofo or
 *             Hangul is fine, Latin with Cyrillic is not).
 * Cost        0.2 ms for the first text of a process, then a few microseconds (ICU 72).
 */
#ifndef IO_SPOOF_H
#define IO_SPOOF_H
#include "base/arena.h"

enum { SPOOF_MAX_BYTES = 400, SPOOF_MARKS_MAX = 4 };

/* The text in its composed form (NFC), any space as a plain one. What comes after SPOOF_MAX_BYTES is
 * left out. */
const char *spoof_compose(struct arena *a, const char *text);

/* Why this text is no name: a sentence that names the character; NULL: it may be one. */
const char *spoof_fault(struct arena *a, const char *text);

/* Skeletons of the letters and digits of a text, in lower case: `exact` of the text as it is, `folded`
 * of the text in lower case. Two names look alike if any of theirs is equal: "paypaI" is found by
 * the first, "INGA" and "Inga" by the second. If there are neither letters nor digits, of all of it. */
struct skeletons {
    const char *exact, *folded;
};
struct skeletons spoof_skeletons(struct arena *a, const char *text);

/* The words of a text as somebody reads them who takes 4 for a, 0 for o and 1 for l, without accents,
 * in lower case and as skeletons: for looking for words that a name must not have. One space between
 * words; digits at the end of a word stay digits and are a word of their own. */
const char *spoof_words(struct arena *a, const char *text);
#endif
