/*
 * text: how values are printed into plain text by the views NAME.txt (lib/tools/tmplc.c), which choose
 * the function by the place and the macro by the type. Nothing is escaped: plain text has no markup. A
 * control character becomes a blank, so that no value begins a line of its own where it must not.
 */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H
#include "base/sb.h"
#include "base/str.h"

void text_line(struct sb *o, const char *s);  /* one line: a newline, too, becomes a blank */
void text_lines(struct sb *o, const char *s); /* newlines stay */
void text_int(struct sb *o, int64_t n);

/* The condition that {{#if}} tests. */
static inline bool text_is_text(const char *s) { return s != NULL && s[0] != 0; }
static inline bool text_is_set(bool on) { return on; }

/* clang-format off */
#define TEXT_INTS int: text_int, long: text_int, long long: text_int
#define TEXT_LINE(o, x)  _Generic((x), char *: text_line, const char *: text_line, TEXT_INTS)(o, x)
#define TEXT_LINES(o, x) _Generic((x), char *: text_lines, const char *: text_lines, TEXT_INTS)(o, x)
#define TEXT_IS(x)       _Generic((x), char *: text_is_text, const char *: text_is_text, default: text_is_set)(x)
/* clang-format on */
#endif
