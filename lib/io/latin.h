/*
 * latin: text of any script in ASCII letters, by ICU's transliterators.
 *
 * Decomposed and compatible forms become one form first (NFKC). Cyrillic follows BGN (Щ is Shch), Greek
 * follows UNGEGN (Χρ is Chr), other scripts ICU's Any-Latin; then accents go, and what is left of Latin
 * becomes ASCII (Latin-ASCII: ß is ss, Đ is D, ’ is ', – is -). What has no such form stays as it is, an
 * emoji for example. Transliteration is for reading, not for sorting or comparing.
 *
 * Text that is ASCII already does not touch ICU, whose data take a few milliseconds to load.
 */
#ifndef IO_LATIN_H
#define IO_LATIN_H
#include "base/arena.h"

enum { LATIN_MAX_BYTES = 4096 }; /* of a text; what comes after that is left out */

const char *latin_of(struct arena *a, const char *text);

/* The next character of UTF-8, and where the one after it begins. Is it a letter or a digit? */
unsigned latin_next(const char **at);
bool latin_is_letter(unsigned c);

/* Is the Latin form of this letter a guess? Han letters are read differently in each language and name (山田
 * becomes shan tian, and is Yamada), Arabic and Hebrew leave out vowels (محمد becomes mhmd). */
bool latin_is_guess(unsigned c);
#endif
