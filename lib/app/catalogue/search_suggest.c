/* Suggestions while a query is typed, as declared in search.h. */
#include "app/catalogue/search.h"
#include "app/catalogue/search_spell.h"
#include "app/catalogue/video_item.h"
#include "base/str.h"

enum { SUGGEST_ROWS_MAX = 53, TITLE_WORDS_MAX = 1000 };

SHAPE(suggestion_shape, struct suggestion, COLUMN(struct suggestion, kind),
      COLUMN(struct suggestion, text), COLUMN(struct suggestion, target));

STMT(
    q_suggest, &suggestion_shape,
    "(SELECT 2 AS kind, v.title AS text, v.public_id AS target"
    " FROM (SELECT video_id FROM video_search WHERE MATCH (title) AGAINST (? IN BOOLEAN MODE) LIMIT 500) m"
    " JOIN video v ON v.id = m.video_id AND " ITEM_IS_PUBLIC
    " JOIN user u ON u.id = v.user_id AND u.hidden = 0"
    " ORDER BY " ITEM_POINTS " DESC, v.id DESC LIMIT 50)"
    " UNION ALL (SELECT 1, u.display_name, u.handle FROM (SELECT user_id FROM channel_search"
    " WHERE MATCH (words) AGAINST (? IN BOOLEAN MODE) LIMIT 100) c"
    " JOIN user u ON u.id = c.user_id AND u.hidden = 0"
    " WHERE EXISTS (SELECT 1 FROM video v WHERE v.user_id = u.id AND " ITEM_IS_PUBLIC ")"
    " ORDER BY (SELECT COUNT(*) FROM follow f WHERE f.channel_id = u.id) DESC, u.id LIMIT 3)");

/* The words of the titles in `rows` that begin with `last`, the last word of the query. */
static struct vocabulary endings(struct arena *a, const struct suggestion_list *rows,
                                 const char *last)
{
    struct word_list all = { arena_array(a, struct word, TITLE_WORDS_MAX), 0 };

    for (size_t i = 0; i < rows->n; i++) {
        struct word_list words = search_words(a, rows->items[i].text, QUERY_MAX_CHARS);
        for (size_t j = 0; j < words.n && rows->items[i].kind == SUGGEST_VIDEO; j++)
            if (str_starts(words.items[j].folded, last) && all.n < TITLE_WORDS_MAX)
                all.items[all.n++] = words.items[j];
    }
    return search_vocabulary(a, &all);
}

static int by_number(const void *one, const void *two)
{
    const struct known_word *a = one, *b = two;
    return a->n != b->n ? (a->n < b->n) - (a->n > b->n) : strcmp(a->folded, b->folded);
}

/* Suggest the query with its last word completed, by the most frequent words first. */
static void suggest_words(struct arena *a, struct word_list words,
                          const struct suggestion_list *rows, struct suggestion_list *out)
{
    const char *last = words.items[--words.n].folded, *begun = search_join(a, &words);
    struct vocabulary known = endings(a, rows, last);

    SORT(known.items, known.n, by_number);
    for (size_t i = 0; i < known.n && out->n < SUGGESTED_WORDS_MAX; i++) {
        const char *word = search_lower(a, known.items[i].written);
        const char *text = arena_printf(a, "%s%s%s", begun, begun[0] ? " " : "", word);
        out->items[out->n++] = (struct suggestion){ SUGGEST_WORDS, text, "" };
    }
}

static void suggest_rows(const struct suggestion_list *rows, enum suggestion_kind kind,
                         struct suggestion_list *out)
{
    for (size_t i = 0; i < rows->n && out->n < SUGGESTIONS_MAX; i++)
        if (rows->items[i].kind == kind)
            out->items[out->n++] = rows->items[i];
}

enum rc search_suggest(struct db *db, struct arena *a, const char *query,
                       struct suggestion_list *out)
{
    struct word_list words = search_words(a, query, QUERY_WORDS_MAX);
    struct suggestion_list rows;

    *out = (struct suggestion_list){ arena_array(a, struct suggestion, SUGGESTIONS_MAX), 0 };
    if (words.n == 0)
        return RC_OK;
    const char *last = words.items[words.n - 1].folded, *all = search_boolean(a, &words, true);
    size_t letters = search_weight(last);
    if (words.n == 1 && letters < SUGGEST_MIN_CHARS && !search_stands_alone(last))
        return RC_OK;
    if (letters == SUGGEST_MIN_CHARS && !search_stands_alone(last))
        all = arena_printf(a, "%s*", all); /* a search would take so few letters as a whole word */
    TRY(DB_LIST(db, a, &q_suggest, ARGS(STR(all), STR(all)), SUGGEST_ROWS_MAX, &rows));
    suggest_words(a, words, &rows, out);
    suggest_rows(&rows, SUGGEST_CHANNEL, out);
    suggest_rows(&rows, SUGGEST_VIDEO, out);
    return RC_OK;
}
