#include "app/catalogue/search_words.h"
#include "base/sb.h"
#include "base/str.h"
#include "io/breaks.h"
#include <utf8proc.h>

enum {
    TEXT_WORDS_MAX = 5000,
    FOLDED_MAX = 18 * WORD_MAX_CHARS, /* U+FDFA is eighteen letters: the longest decomposition */
    ELISION_MAX_CHARS = 2,
    LOOK_AHEAD_BYTES =
        400,    /* of text without blanks: several words, which decide about the first */
    VIRAMA = 9, /* canonical combining classes of Unicode */
    KANA_VOICING = 8,
    LAST_OF_PLANE_0 = 0xffff,
};

/* Characters */

/* Read the character at p (U+FFFD if it is not valid); returns how many bytes it takes. */
static size_t decode(const char *p, utf8proc_int32_t *c)
{
    utf8proc_ssize_t n = utf8proc_iterate((const utf8proc_uint8_t *)p, -1, c);

    if (n > 0)
        return (size_t)n;
    *c = 0xfffd;
    return 1;
}

static bool in_word(utf8proc_int32_t c)
{
    utf8proc_category_t category = utf8proc_category(c); /* letters, marks and numbers come first */
    bool joins = c == 0xad || c == 0x200c || c == 0x200d; /* soft hyphen and joiners */

    return joins || (category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_NO);
}

static bool is_apostrophe(utf8proc_int32_t c) { return c == '\'' || c == 0x2019 || c == 0x2bc; }

/* Han, Hiragana and Katakana. */
static bool stands_alone(utf8proc_int32_t c)
{
    return (c >= 0x3040 && c <= 0x30ff) || (c >= 0x31f0 && c <= 0x31ff) ||
           (c >= 0x3400 && c <= 0x4dbf) || (c >= 0x4e00 && c <= 0x9fff) ||
           (c >= 0xf900 && c <= 0xfaff) || (c >= 0xff66 && c <= 0xff9f) ||
           (c >= 0x20000 && c <= 0x3ffff);
}

static bool is_mark(utf8proc_int32_t c)
{
    utf8proc_category_t category = utf8proc_category(c);
    return category == UTF8PROC_CATEGORY_MN || category == UTF8PROC_CATEGORY_MC;
}

bool search_stands_alone(const char *folded)
{
    utf8proc_int32_t c;

    decode(folded, &c);
    return stands_alone(c);
}

size_t search_weight(const char *folded)
{
    utf8proc_int32_t c;
    size_t n = 0;

    for (; *folded; n += c >= 0xac00 && c <= 0xd7a3 ? 2 : 1)
        folded += decode(folded, &c);
    return n;
}

/* Folding */

/* Letters that have no decomposition, but are typed without their stroke; NULL for others. */
static const char *plain(utf8proc_int32_t c)
{
    switch (c) {
    case 0xe6: return "ae";
    case 0x153: return "oe";
    case 0xf8: return "o";
    case 0x142: return "l";
    case 0x111:
    case 0xf0: return "d";
    case 0xfe: return "th";
    case 0x131: return "i";
    case 0x640: return ""; /* tatweel only stretches an Arabic word */
    default: return NULL;
    }
}

/* Is a character of a decomposition a mark that people leave out? */
static bool is_left_out(utf8proc_int32_t c)
{
    int class = utf8proc_get_property(c)->combining_class;
    return is_apostrophe(c) || (class != 0 && class != VIRAMA && class != KANA_VOICING);
}

static size_t leave_out(utf8proc_int32_t *chars, size_t n)
{
    size_t kept = 0;

    for (size_t i = 0; i < n; i++)
        if (!is_left_out(chars[i]))
            chars[kept++] = chars[i];
    return kept;
}

/* The server's full-text index knows no letters beyond U+FFFF, so their numbers are written. */
static void put(struct sb *o, utf8proc_int32_t c)
{
    utf8proc_uint8_t bytes[4];
    const char *letters = plain(c);

    if (letters)
        sb_str(o, letters);
    else if (c > LAST_OF_PLANE_0)
        sb_addf(o, "x%x", (unsigned)c);
    else
        sb_add(o, (const char *)bytes, (size_t)utf8proc_encode_char(c, bytes));
}

static const char *fold(struct arena *a, const char *word, size_t n)
{
    utf8proc_int32_t chars[FOLDED_MAX];
    struct sb o = { .a = a };

    utf8proc_ssize_t got = utf8proc_decompose(
        (const utf8proc_uint8_t *)word, (utf8proc_ssize_t)n, chars, FOLDED_MAX,
        UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT | UTF8PROC_CASEFOLD | UTF8PROC_IGNORE);
    assert(got >= 0 && got <= FOLDED_MAX); /* it is valid UTF-8 of at most WORD_MAX_CHARS */
    size_t kept = leave_out(chars, (size_t)got);
    got = utf8proc_normalize_utf32(chars, (utf8proc_ssize_t)kept, UTF8PROC_COMPOSE);
    assert(got >= 0);
    for (size_t i = 0; i < (size_t)got && i < WORD_MAX_CHARS; i++)
        if (in_word(chars[i])) /* compatibility forms may hold blanks and brackets */
            put(&o, chars[i]);
    return o.buf ? o.buf : "";
}

/* Words */

/* The end of the run of at most `max` letters at p; *n: how many there are, perhaps none. */
static const char *end_of_letters(const char *p, size_t max, size_t *n)
{
    utf8proc_int32_t c;
    size_t bytes;

    for (*n = 0; *p && *n < max && (bytes = decode(p, &c), in_word(c)); p += bytes)
        ++*n;
    return p;
}

/* The end of the first word of a text without blanks, which begins at p. */
static const char *end_of_unspaced(const char *p)
{
    const char *end = p;
    utf8proc_int32_t c;
    size_t bytes;

    while (*end && end - p < LOOK_AHEAD_BYTES && (bytes = decode(end, &c), breaks_needed(c)))
        end += bytes;
    return p + breaks_first(p, (size_t)(end - p));
}

static bool is_cyrillic(utf8proc_int32_t c) { return c >= 0x400 && c <= 0x52f; }

/* Does the apostrophe at p, whose length is `bytes`, stand in a Ukrainian or Belarusian word? */
static bool is_inside(utf8proc_int32_t before, const char *p, size_t bytes)
{
    utf8proc_int32_t after;

    decode(p + bytes, &after);
    return is_cyrillic(before) && is_cyrillic(after);
}

/* Does the word whose last character is `last` go on with c, which is at p? */
static bool goes_on_with(utf8proc_int32_t last, utf8proc_int32_t c, const char *p, size_t bytes)
{
    return (in_word(c) && !stands_alone(c) && !breaks_needed(c)) ||
           (is_apostrophe(c) && is_inside(last, p, bytes));
}

/* The end of the word at p: its letters, and those that an apostrophe joins to them. */
static const char *end_of_word(const char *p)
{
    utf8proc_int32_t c, last = 0;
    size_t before, after, bytes = decode(p, &c);

    if (stands_alone(c)) {
        for (p += bytes; *p && (bytes = decode(p, &c), is_mark(c)); p += bytes)
            continue;
        return p;
    }
    if (breaks_needed(c))
        return end_of_unspaced(p);
    const char *end = p;
    for (before = 0; *end && (bytes = decode(end, &c), goes_on_with(last, c, end, bytes)); before++)
        end += bytes, last = c;
    if (!*end || !is_apostrophe(c) || before < ELISION_MAX_CHARS)
        return end;
    const char *tail = end_of_letters(end + bytes, ELISION_MAX_CHARS + 1, &after);
    bool goes_on = *tail && (decode(tail, &c), is_apostrophe(c)); /* rock'n'roll */
    return after > 0 && after <= ELISION_MAX_CHARS && !goes_on ? tail : end;
}

/* How many of the n bytes the first WORD_MAX_CHARS characters take. */
static size_t cut(const char *word, size_t n)
{
    utf8proc_int32_t c;
    size_t bytes = 0;

    for (size_t chars = 0; bytes < n && chars < WORD_MAX_CHARS; chars++)
        bytes += decode(word + bytes, &c);
    return bytes;
}

/* Read the next word from *p, which moves past it; false if there is none left. */
static bool next_word(struct arena *a, const char **p, struct word *word)
{
    utf8proc_int32_t c;
    size_t bytes;

    for (;;) {
        while (**p && (bytes = decode(*p, &c), !in_word(c)))
            *p += bytes;
        if (!**p)
            return false;
        const char *begin = *p;
        *p = end_of_word(begin);
        size_t n = cut(begin, (size_t)(*p - begin));
        *word = (struct word){ fold(a, begin, n), arena_strn(a, begin, n) };
        if (word->folded[0]) /* a lone mark folds to nothing */
            return true;
    }
}

struct word_list search_words(struct arena *a, const char *text, size_t max)
{
    struct word_list words = { NULL, 0 };
    size_t room = 0;
    struct word word;

    while (words.n < max && next_word(a, &text, &word)) {
        if (words.n == room) {
            struct word *old = words.items;
            room = MIN_OF(MAX_OF(2 * room, 16), max);
            words.items = arena_array(a, struct word, room);
            if (words.n)
                memcpy(words.items, old, words.n * sizeof(*old));
        }
        words.items[words.n++] = word;
    }
    return words;
}

const char *search_lower(struct arena *a, const char *text)
{
    utf8proc_uint8_t bytes[4];
    struct sb o = { .a = a };
    utf8proc_int32_t c;

    while (*text) {
        text += decode(text, &c);
        sb_add(&o, (const char *)bytes, (size_t)utf8proc_encode_char(utf8proc_tolower(c), bytes));
    }
    return o.buf ? o.buf : "";
}

const char *search_tokens(struct arena *a, const char *text)
{
    struct word_list words = search_words(a, text, TEXT_WORDS_MAX);
    struct sb o = { .a = a };

    for (size_t i = 0; i < words.n; i++)
        sb_addf(&o, "%s__%s", i ? " " : "", words.items[i].folded);
    return o.buf ? o.buf : "";
}

static void add_grams(struct sb *o, const char *word)
{
    const char *padded = arena_printf(o->a, "_%s_", word);
    utf8proc_int32_t c;

    for (const char *p = padded; *p; p += decode(p, &c)) {
        const char *end = p;
        for (int i = 0; i < 3 && *end; i++)
            end += decode(end, &c);
        sb_addf(o, "%s%.*s", o->len ? " " : "", (int)(end - p), p);
        if (!*end)
            return;
    }
}

const char *search_grams_of(struct arena *a, const struct word_list *words)
{
    struct sb o = { .a = a };

    for (size_t i = 0; i < words->n; i++)
        add_grams(&o, words->items[i].folded);
    return o.buf ? o.buf : "";
}

const char *search_grams(struct arena *a, const char *text)
{
    struct word_list words = search_words(a, text, TEXT_WORDS_MAX);
    return search_grams_of(a, &words);
}

const char *search_boolean(struct arena *a, const struct word_list *words, bool all)
{
    struct sb o = { .a = a };

    for (size_t i = 0; i < words->n; i++) {
        const char *word = words->items[i].folded;
        sb_addf(&o, "%s%s__%s%s", i ? " " : "", all ? "+" : "", word,
                search_weight(word) >= PREFIX_MIN_CHARS ? "*" : "");
    }
    return o.buf ? o.buf : "";
}
