#include "app/search.h"
#include "app/video_item.h"
#include "base/sb.h"
#include "base/str.h"
#include <locale.h>
#include <wctype.h>

enum {
    WORD_MAX_BYTES = WORD_MAX_CHARS * 4,
    TEXT_WORDS_MAX = DESCRIPTION_MAX_CHARS,
    CANDIDATES_MAX = 100, /* videos that lend their words to a misspelt query */
    CANDIDATE_WORDS_MAX = 5000,
};

/* Words */

/* The character at p and how many bytes it takes; U+FFFD for what is cut off. */
static size_t decode(const char *p, wint_t *c)
{
    const unsigned char *s = (const unsigned char *)p;
    size_t n = s[0] < 0x80 ? 1 : s[0] < 0xe0 ? 2 : s[0] < 0xf0 ? 3 : 4;

    *c = n == 1 ? s[0] : s[0] & (0x7fU >> n);
    for (size_t i = 1; i < n; i++) {
        if ((s[i] & 0xc0) != 0x80) {
            *c = 0xfffd;
            return i;
        }
        *c = *c << 6 | (s[i] & 0x3f);
    }
    return n;
}

static bool in_word(wint_t c)
{
    static locale_t unicode;
    static wctype_t marks;

    if (!unicode) {
        unicode = newlocale(LC_CTYPE_MASK, "C.UTF-8", NULL);
        assert(unicode);
        marks = wctype_l("combining", unicode); /* 0 where the C library has no such class */
    }
    return iswalnum_l(c, unicode) || (marks && iswctype_l(c, marks, unicode));
}

/* Han, Hiragana and Katakana: written without blanks between the words. */
static bool stands_alone(wint_t c)
{
    return (c >= 0x3040 && c <= 0x30ff) || (c >= 0x3400 && c <= 0x4dbf) ||
           (c >= 0x4e00 && c <= 0x9fff) || (c >= 0xf900 && c <= 0xfaff) ||
           (c >= 0x20000 && c <= 0x3ffff);
}

/* Too short to be the beginning of a word, or to be misspelt. */
static bool is_short(const char *word)
{
    wint_t c;

    decode(word, &c);
    return str_chars(word) < PREFIX_MIN_CHARS && !stands_alone(c);
}

/* The word that begins at *p, which moves behind it; NULL when there is none left. */
static const char *next_word(struct arena *a, const char **p)
{
    char word[WORD_MAX_BYTES + 1];
    size_t n = 0, chars = 0, bytes;
    wint_t c;

    while (**p && (bytes = decode(*p, &c), !in_word(c)))
        *p += bytes;
    for (; **p && (bytes = decode(*p, &c), in_word(c)); *p += bytes) {
        if (chars && stands_alone(c))
            break;
        if (chars++ < WORD_MAX_CHARS) {
            memcpy(word + n, *p, bytes);
            n += bytes;
        }
        if (stands_alone(c)) {
            *p += bytes;
            break;
        }
    }
    for (size_t i = 0; i < n; i++)
        word[i] = (char)(word[i] >= 'A' && word[i] <= 'Z' ? word[i] + 32 : word[i]);
    return n ? arena_strn(a, word, n) : NULL;
}

struct word_list search_words(struct arena *a, const char *text, size_t max)
{
    struct word_list words = { arena_array(a, const char *, max), 0 };

    while (words.n < max && (words.items[words.n] = next_word(a, &text)))
        words.n++;
    return words;
}

const char *search_tokens(struct arena *a, const char *text)
{
    struct word_list words = search_words(a, text, TEXT_WORDS_MAX);
    struct sb o = { .a = a };

    for (size_t i = 0; i < words.n; i++)
        sb_addf(&o, "%s__%s", i ? " " : "", words.items[i]);
    return o.buf ? o.buf : "";
}

/* The characters of a word; their number. */
static size_t letters(const char *word, wint_t out[WORD_MAX_CHARS])
{
    size_t n = 0;

    for (; *word && n < WORD_MAX_CHARS; n++)
        word += decode(word, &out[n]);
    return n;
}

static void add_grams(struct sb *o, const char *word)
{
    const char *padded = arena_printf(o->a, "_%s_", word), *at[WORD_MAX_CHARS + 3];
    size_t n = 0;
    wint_t c;

    for (const char *p = padded; *p; p += decode(p, &c))
        at[n++] = p;
    at[n] = padded + strlen(padded);
    for (size_t i = 0; i + 3 <= n; i++)
        sb_addf(o, "%s%.*s", o->len ? " " : "", (int)(at[i + 3] - at[i]), at[i]);
}

const char *search_grams(struct arena *a, const char *text)
{
    struct word_list words = search_words(a, text, TEXT_WORDS_MAX);
    struct sb o = { .a = a };

    for (size_t i = 0; i < words.n; i++)
        add_grams(&o, words.items[i]);
    return o.buf ? o.buf : "";
}

const char *search_boolean(struct arena *a, const struct word_list *words, bool all)
{
    struct sb o = { .a = a };

    for (size_t i = 0; i < words->n; i++)
        sb_addf(&o, "%s%s__%s%s", i ? " " : "", all ? "+" : "", words->items[i],
                str_chars(words->items[i]) >= PREFIX_MIN_CHARS ? "*" : "");
    return o.buf ? o.buf : "";
}

/* Misspelt words */

/* How many letters have to be changed, added, left out or swapped with the next: optimal string
 * alignment, as in Damerau (1964) and Wagner and Fischer (1974). */
static size_t distance(const char *one, const char *two)
{
    wint_t a[WORD_MAX_CHARS], b[WORD_MAX_CHARS];
    size_t d[WORD_MAX_CHARS + 1][WORD_MAX_CHARS + 1], n = letters(one, a), m = letters(two, b);

    for (size_t i = 0; i <= n; i++)
        d[i][0] = i;
    for (size_t j = 0; j <= m; j++)
        d[0][j] = j;
    for (size_t i = 1; i <= n; i++)
        for (size_t j = 1; j <= m; j++) {
            size_t change = d[i - 1][j - 1] + (a[i - 1] != b[j - 1]);
            d[i][j] = MIN_OF(change, MIN_OF(d[i - 1][j], d[i][j - 1]) + 1);
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                d[i][j] = MIN_OF(d[i][j], d[i - 2][j - 2] + 1);
        }
    return d[n][m];
}

const char *search_nearest(const char *word, const struct word_list *candidates)
{
    size_t chars = str_chars(word), best = chars < LONG_WORD_CHARS ? 2 : 3;
    const char *nearest = NULL;

    if (chars < PREFIX_MIN_CHARS)
        return NULL;
    for (size_t i = 0; i < candidates->n; i++) {
        const char *candidate = candidates->items[i];
        if (str_starts(candidate, word))
            return word;
        size_t changes = distance(word, candidate);
        if (changes < best)
            best = changes, nearest = candidate;
    }
    return nearest;
}

/* The table */

STMT(q_put, NULL,
     "INSERT INTO video_search (video_id, head, body, grams) VALUES (?, ?, ?, ?)"
     " ON DUPLICATE KEY UPDATE head = VALUES(head), body = VALUES(body), grams = VALUES(grams)");
STMT(q_drop, NULL, "DELETE FROM video_search WHERE video_id = ?");

/* The server hands out the rows of a MATCH best first, so a limit there cuts off the least: a word
 * that half of the library has costs no more than a rare one. */
#define FIND    "SELECT STRAIGHT_JOIN " ITEM_COLUMNS " FROM (SELECT id, SUM(score) AS score FROM ("
#define IN_HEAD " FROM video_search WHERE MATCH (head) AGAINST (? IN BOOLEAN MODE) LIMIT 500)"
#define ANYWHERE                                                                                   \
    " FROM video_search WHERE MATCH (head, body) AGAINST (? IN BOOLEAN MODE) LIMIT 500)"
#define RANKED                                                                                     \
    ") hits GROUP BY id) found JOIN video v ON v.id = found.id AND " ITEM_IS_PUBLIC ITEM_JOINS     \
    " ORDER BY found.score DESC, " ITEM_POINTS " DESC, v.id DESC LIMIT ? OFFSET ?"

STMT(q_all_words, &item_shape,
     FIND "(SELECT video_id AS id, 1 AS score" IN_HEAD
          " UNION ALL (SELECT video_id, 0" ANYWHERE RANKED);
STMT(q_some_words, &item_shape,
     FIND
     "(SELECT video_id AS id, MATCH (head) AGAINST (? IN BOOLEAN MODE) AS score" IN_HEAD
     " UNION ALL (SELECT video_id, MATCH (head, body) AGAINST (? IN BOOLEAN MODE)" ANYWHERE RANKED);

struct candidate {
    const char *head;
};
struct candidate_list {
    struct candidate *items;
    size_t n;
};
SHAPE(candidate_shape, struct candidate, COLUMN(struct candidate, head));

/* Words of videos that not everybody may see are nobody's business. */
STMT(q_candidates, &candidate_shape,
     "SELECT STRAIGHT_JOIN s.head FROM video_search s"
     " JOIN video v ON v.id = s.video_id AND " ITEM_IS_PUBLIC
     " JOIN user u ON u.id = v.user_id AND u.blocked = 0"
     " WHERE MATCH (s.grams) AGAINST (?) LIMIT ?");

enum rc search_put(struct db *db, struct arena *a, int64_t video_id, const char *title,
                   const char *tags, const char *description)
{
    const char *head = arena_printf(a, "%s, %s", title, tags);

    return db_run(db, &q_put,
                  ARGS(I64(video_id), STR(search_tokens(a, head)),
                       STR(search_tokens(a, description)), STR(search_grams(a, head))),
                  NULL);
}

enum rc search_drop(struct db *db, int64_t video_id)
{
    return db_run(db, &q_drop, ARGS(I64(video_id)), NULL);
}

static enum rc find(struct db *db, struct arena *a, const struct word_list *words, bool all,
                    size_t page, struct video_list *out)
{
    const char *text = search_boolean(a, words, all);
    int64_t skip = (int64_t)page * VIDEO_PAGE;

    if (all)
        return DB_LIST_CACHED(db, a, &q_all_words,
                              ARGS(STR(text), STR(text), I64(VIDEO_PAGE + 1), I64(skip)),
                              SEARCH_CACHE_S, VIDEO_PAGE + 1, out);
    return DB_LIST_CACHED(
        db, a, &q_some_words,
        ARGS(STR(text), STR(text), STR(text), STR(text), I64(VIDEO_PAGE + 1), I64(skip)),
        SEARCH_CACHE_S, VIDEO_PAGE + 1, out);
}

/* Replace words by the nearest ones there are, and leave out the short ones. *changed: some word was
 * replaced. */
static enum rc respell(struct db *db, struct arena *a, struct word_list *words, bool *changed)
{
    struct candidate_list rows;
    struct sb text = { .a = a }, heads = { .a = a };
    size_t kept = 0;

    for (size_t i = 0; i < words->n; i++)
        add_grams(&text, words->items[i]);
    TRY(DB_LIST_CACHED(db, a, &q_candidates, ARGS(STR(text.buf), I64(CANDIDATES_MAX)),
                       SEARCH_CACHE_S, CANDIDATES_MAX, &rows));
    for (size_t i = 0; i < rows.n; i++)
        sb_addf(&heads, "%s ", rows.items[i].head);
    struct word_list known = search_words(a, heads.buf ? heads.buf : "", CANDIDATE_WORDS_MAX);
    *changed = false;
    for (size_t i = 0; i < words->n; i++) {
        const char *word = words->items[i], *nearest = search_nearest(word, &known);
        *changed |= nearest && !str_eq(word, nearest);
        if (nearest || !is_short(word))
            words->items[kept++] = nearest ? nearest : word;
    }
    words->n = kept;
    return RC_OK;
}

static const char *join(struct arena *a, const struct word_list *words)
{
    struct sb o = { .a = a };

    for (size_t i = 0; i < words->n; i++)
        sb_addf(&o, "%s%s", i ? " " : "", words->items[i]);
    return o.buf ? o.buf : "";
}

enum rc video_search(struct db *db, struct arena *a, const char *query, size_t page,
                     struct found *out)
{
    struct word_list words = search_words(a, query, QUERY_WORDS_MAX);
    bool changed;

    *out = (struct found){ .instead = "" };
    if (words.n == 0)
        return RC_OK;
    /* The first page tells, for every page, whether some video has all words. */
    TRY(find(db, a, &words, true, 0, &out->videos));
    if (out->videos.n)
        return page ? find(db, a, &words, true, page, &out->videos) : RC_OK;
    TRY(respell(db, a, &words, &changed));
    if (words.n == 0)
        return RC_OK;
    out->close = true;
    out->instead = changed ? join(a, &words) : "";
    return find(db, a, &words, false, page, &out->videos);
}
