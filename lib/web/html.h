/*
 * html: how values are printed into a page or a JSON answer. The compiled views (lib/tools/tmplc.c)
 * choose the function by the place, and the macro chooses it by the type; no other code needs to
 * call these.
 *
 * Output is always well-formed UTF-8: a byte that begins no character, every control character
 * except tab, newline and carriage return, U+FFFE and U+FFFF become U+FFFD. So all of it is allowed
 * in XML 1.0, too. A string that is NULL counts as "".
 */
#ifndef WEB_HTML_H
#define WEB_HTML_H
#include "base/sb.h"
#include "base/str.h"

/* The only thing a view prints unescaped, and only between tags. n bytes, 0-terminated. */
struct html {
    const char *s;
    size_t n;
};

/* Text that people typed, as HTML. Only this function and the next two make a struct html. An empty
 * line begins a new <p>, any other newline is a <br>; http:// and https:// addresses become links
 * (rel="nofollow noopener ugc") without the punctuation that follows them. */
struct html html_lines(struct arena *a, const char *text);

/* Text about a video: as html_lines, each paragraph with its own direction (dir="auto"), and a time
 * within the video's length, 1:23 or 1:02:03, becomes a link to that second of it:
 * <a href="{path}?t=83" data-seek="83">. `path` is that of its watch page. */
struct html html_about(struct arena *a, const char *text, const char *path, int64_t length_ms);

/* A JSON document, the answer of a JSON view, as a block of linked data (JSON-LD 1.1, section 7.3):
 * browsers do not run it, and whatever the document contains, nothing in it ends the block or
 * begins a comment. */
struct html html_data_block(struct arena *a, const struct sb *json);

void html_text(struct sb *o, const char *s); /* for text and for quoted attribute values alike */
void html_raw(struct sb *o, struct html h);
void html_int(struct sb *o, int64_t n);
void html_uint(struct sb *o, uint64_t n);

/* A whole address in href, src and the like: a path of this site ("/x", neither "//x" nor "/\x"),
 * http:// or https://. Anything else, or a control character in it, prints "#blocked". */
void html_url(struct sb *o, const char *s);

/* A part of an address: every character except the unreserved ones of RFC 3986 (section 2.3)
 * becomes %XX. */
void html_part(struct sb *o, const char *s);

/* A JSON string with its quotes (RFC 8259). */
void html_json(struct sb *o, const char *s);
void html_json_bool(struct sb *o, bool on);

/* The condition that {{#if}} tests. */
static inline bool html_is_text(const char *s) { return s != NULL && s[0] != 0; }
static inline bool html_is_html(struct html h) { return h.n > 0; }
static inline bool html_is_set(bool on) { return on; }

/* A type that is not listed is a compile error at the view's line: bool has no text, struct html
 * is not allowed in attributes, a number is not an address, an enum (which C takes for unsigned) needs its word:
 * {{state | video_state}}. */
/* clang-format off */
#define HTML_INTS                                                                                  \
    int: html_int, long: html_int, long long: html_int,                                            \
    unsigned long: html_uint, unsigned long long: html_uint
#define HTML_STRINGS(function) char *: function, const char *: function

#define HTML_TEXT(o, x) _Generic((x), HTML_STRINGS(html_text), HTML_INTS, struct html: html_raw)(o, x)
#define HTML_ATTR(o, x) _Generic((x), HTML_STRINGS(html_text), HTML_INTS)(o, x)
#define HTML_URL(o, x)  _Generic((x), HTML_STRINGS(html_url))(o, x)
#define HTML_PART(o, x) _Generic((x), HTML_STRINGS(html_part), HTML_INTS)(o, x)
#define HTML_JSON(o, x) _Generic((x), HTML_STRINGS(html_json), HTML_INTS, bool: html_json_bool)(o, x)
#define HTML_IS(x) \
    _Generic((x), HTML_STRINGS(html_is_text), struct html: html_is_html, default: html_is_set)(x)
/* clang-format on */

/* Declares the function that a view NAME.html, NAME.json or NAME.xml is compiled to; belongs in the
 * header of its model (handlers/views/models). */
#define HTML_VIEW(name, model) void view_##name(struct sb *o, const model *m)
#define JSON_VIEW(name, model) void json_##name(struct sb *o, const model *m)
#define XML_VIEW(name, model)  void xml_##name(struct sb *o, const model *m)
#endif
