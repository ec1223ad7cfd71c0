/*
 * sb: text that grows in an arena; the arena's cap is its limit. `buf` is NULL while the text is
 * empty and otherwise always ends in a 0 that `len` does not count.
 */
#ifndef BASE_SB_H
#define BASE_SB_H
#include "base/arena.h"

struct sb {
    struct arena *a;
    char *buf;
    size_t len, cap;
};

void sb_add(struct sb *o, const char *s, size_t n);
void sb_str(struct sb *o, const char *s);
void sb_addf(struct sb *o, const char *fmt, ...) PRINTF(2, 3);
/* For the text and the quoted attributes of XML and HTML. Characters that XML 1.0 does not allow
 * become U+FFFD. */
void sb_escaped(struct sb *o, const char *s);
#define SB_LIT(o, s) sb_add((o), "" s, sizeof(s) - 1)
#endif
