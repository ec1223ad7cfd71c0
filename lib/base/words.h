/*
 * words: enums that are stored, sent and configured as words.
 *
 *   enum video_state { VIDEO_PROCESSING, VIDEO_READY };
 *   WORDS_OF(video_state);                                         in the header, beside the enum
 *   WORDS(video_state, "video.state",                              in one C file
 *         [VIDEO_PROCESSING] = "processing", [VIDEO_READY] = "ready");
 *
 * declares
 *   video_state_words         the table: for COLUMN_WORD (io/db.h) and form_choice (web/req.h)
 *   video_state_word(v)       the word of a value
 *   video_state_read(s, &v)   the value of a word; false, and v is 0, when it is none of these
 *   fmt_video_state(a, v)     the word, for a view: {{state | video_state}}
 *
 * The text names the columns of the database that hold these words, or is "". A word "" is for "none":
 * no column holds it, and a column that is NULL becomes it. unit_words compares every table with what
 * the schema allows. The compiler refuses a constant of another enum (-Werror=enum-conversion).
 */
#ifndef BASE_WORDS_H
#define BASE_WORDS_H
#include "base/arena.h"

enum { WORD_MAX_BYTES = 31 };

struct words {
    const char *name;    /* of the enum */
    const char *columns; /* "video.visibility playlist.visibility" */
    const char *const *items;
    size_t n;
};

/* The word of a value; asserts that it is one of the table. */
const char *words_at(const struct words *w, int64_t value);

/* False, and *value 0, when s is none of the words. */
bool words_find(const struct words *w, const char *s, int *value);

/* clang-format off */
/* NOLINTBEGIN(bugprone-macro-parentheses): the argument is the name of an enum */
#define WORDS_OF(set)                                                                              \
    extern const struct words set##_words;                                                         \
    static inline const char *set##_word(enum set value)                                           \
    {                                                                                              \
        return words_at(&set##_words, (int64_t)value);                                             \
    }                                                                                              \
    static inline bool set##_read(const char *s, enum set *value)                                  \
    {                                                                                              \
        int found;                                                                                 \
        bool known = words_find(&set##_words, s, &found);                                          \
        *value = (enum set)found;                                                                  \
        return known;                                                                              \
    }                                                                                              \
    static inline const char *fmt_##set(struct arena *a, enum set value)                           \
    {                                                                                              \
        (void)a;                                                                                   \
        return set##_word(value);                                                                  \
    }                                                                                              \
    extern const struct words set##_words
#define WORDS(set, columns, ...)                                                                   \
    static const char *const set##_items_[] = { __VA_ARGS__ };                                     \
    const struct words set##_words = { #set, columns, set##_items_, COUNT(set##_items_) };         \
    static const struct words *const set##_words_listed_                                           \
        __attribute__((section("words"), used)) = &set##_words
/* NOLINTEND(bugprone-macro-parentheses) */
/* clang-format on */
#endif
