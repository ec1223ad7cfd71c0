#include "app/talk/rules.h"
#include "app/catalogue/search_words.h"
#include "base/sb.h"
#include "base/str.h"
#include <ctype.h>

enum { TEXT_WORDS_MAX = 2000, ENTRY_WORDS_MAX = 10 };

SHAPE(rules_shape, struct talk_rules, COLUMN(struct talk_rules, hold_links),
      COLUMN(struct talk_rules, words));
STMT(q_rules, &rules_shape, "SELECT hold_links, words FROM comment_rule WHERE user_id = ?");
STMT(q_set, NULL,
     "INSERT INTO comment_rule (user_id, hold_links, words) VALUES (?, ?, ?)"
     " ON DUPLICATE KEY UPDATE hold_links = VALUES(hold_links), words = VALUES(words)");

enum rc rules_of(struct db *db, struct arena *a, int64_t owner_id, struct talk_rules *out)
{
    enum rc rc = db_one(db, a, &q_rules, ARGS(I64(owner_id)), out);

    if (rc != RC_NOT_FOUND)
        return rc;
    *out = (struct talk_rules){ .hold_links = true, .words = "" };
    return RC_OK;
}

/* The next line, without the blanks around it; NULL after the last. */
static const char *next_line(struct arena *a, const char **at)
{
    if (!**at)
        return NULL;
    size_t n = strcspn(*at, "\n");
    const char *line = str_clean(a, arena_strn(a, *at, n), false);
    *at += n + ((*at)[n] == '\n');
    return line;
}

enum rc rules_set(struct db *db, struct arena *a, int64_t owner_id, struct talk_rules *rules,
                  struct problem *why)
{
    const char *at = str_clean(a, rules->words, true), *line;
    struct sb words = { .a = a };
    size_t n = 0;

    if (str_chars(at) > RULE_WORDS_MAX_CHARS)
        return refuse(why, RC_INVALID, "words",
                      arena_printf(a, "The list may have at most %d characters; it has %zu.",
                                   RULE_WORDS_MAX_CHARS, str_chars(at)));
    while ((line = next_line(a, &at)))
        if (search_words(a, line, 1).n) {
            sb_addf(&words, "%s%s", words.len ? "\n" : "", line);
            n++;
        }
    if (n > RULE_WORDS_MAX)
        return refuse(
            why, RC_INVALID, "words",
            arena_printf(a, "The list may have at most %d lines; it has %zu.", RULE_WORDS_MAX, n));
    rules->words = words.buf ? words.buf : "";
    return db_run(db, &q_set, ARGS(I64(owner_id), I64(rules->hold_links), STR(rules->words)), NULL);
}

/* At a dot within a word: do at least two small letters follow that end the name? */
static bool is_domain_end(const char *dot)
{
    size_t n = 0;

    while (islower((unsigned char)dot[1 + n]))
        n++;
    return n >= 2 && !isalnum((unsigned char)dot[1 + n]);
}

static bool has_link(const char *text)
{
    if (strcasestr(text, "://") || strcasestr(text, "www."))
        return true;
    for (const char *dot = strchr(text, '.'); dot; dot = strchr(dot + 1, '.'))
        if (dot > text && isalnum((unsigned char)dot[-1]) && is_domain_end(dot))
            return true;
    return false;
}

static bool has_words(const struct word_list *text, const struct word_list *entry)
{
    for (size_t i = 0; i + entry->n <= text->n; i++) {
        size_t same = 0;
        while (same < entry->n && str_eq(text->items[i + same].folded, entry->items[same].folded))
            same++;
        if (same == entry->n)
            return true;
    }
    return false;
}

bool rules_hold(struct arena *a, const struct talk_rules *rules, const char *text)
{
    const char *at = rules->words, *line;

    if (rules->hold_links && has_link(text))
        return true;
    if (!at[0])
        return false;
    struct word_list words = search_words(a, text, TEXT_WORDS_MAX);
    while ((line = next_line(a, &at))) {
        struct word_list entry = search_words(a, line, ENTRY_WORDS_MAX);
        if (entry.n && has_words(&words, &entry))
            return true;
    }
    return false;
}
