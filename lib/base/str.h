/*
 * str: checks and conversions of text from outside. A function allocates only if it takes an arena.
 */
#ifndef BASE_STR_H
#define BASE_STR_H
#include "base/arena.h"

/* Decimal integer in [min, max], the whole of the n bytes, no blanks, no '+'. Else RC_INVALID. */
MUST_USE enum rc str_to_i64(const char *s, size_t n, int64_t min, int64_t max, int64_t *out);

/* Well-formed UTF-8 (RFC 3629) without C0/C1 control characters; newline and tab pass when
 * `lines` is true. */
bool str_is_text(const char *s, size_t n, bool lines);

/* The number of characters (code points) in valid UTF-8. */
size_t str_chars(const char *s);

/* A copy without blanks at either end; runs of inner blanks become one space unless `lines`. What would
 * change the direction of the text around it is left out: embeddings and overrides (U+202A to U+202E),
 * and isolates (U+2066 to U+2069) that are not in pairs within a line. */
char *str_clean(struct arena *a, const char *s, bool lines);

bool str_eq(const char *a, const char *b); /* both may be NULL */
bool str_starts(const char *s, const char *prefix);
bool str_only(const char *s, const char *allowed); /* not empty, only these bytes */

#define STR_BASE64URL "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
#define STR_HEX       "0123456789abcdef"

/* RFC 4648 section 5 without padding, and lower-case hex. */
char *str_base64url(struct arena *a, const void *bytes, size_t n);
char *str_hex(struct arena *a, const void *bytes, size_t n);

/* Crockford's base32 (https://www.crockford.com/base32.html), for codes that people copy by hand: 5
 * bits a symbol, the last filled up with zeros. str_base32_value is the value of a symbol as typed,
 * in either case, with O read as 0, I and L as 1; -1 when it is no symbol. */
#define STR_BASE32 "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
char *str_base32(struct arena *a, const void *bytes, size_t n);
int str_base32_value(char c);

/* The bytes of n standard base64 characters (RFC 4648 section 4, padded or not); RC_INVALID when
 * they are malformed. *out has a 0 after its *out_n bytes. */
MUST_USE enum rc str_unbase64(struct arena *a, const char *s, size_t n, char **out, size_t *out_n);

/* The same of base64url, not padded. */
MUST_USE enum rc str_unbase64url(struct arena *a, const char *s, size_t n, char **out,
                                 size_t *out_n);
#endif
