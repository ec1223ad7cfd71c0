#include "app/catalogue/search_spell.h"
#include "base/sb.h"
#include "base/str.h"
#include <utf8proc.h>

enum { TOO_FAR = 100 };

static int by_folded(const void *one, const void *two)
{
    const struct known_word *a = one, *b = two;
    return strcmp(a->folded, b->folded);
}

struct vocabulary search_vocabulary(struct arena *a, const struct word_list *words)
{
    struct vocabulary v = { arena_array(a, struct known_word, words->n), 0 };

    for (size_t i = 0; i < words->n; i++)
        v.items[i] = (struct known_word){ words->items[i].folded, words->items[i].written, 1 };
    SORT(v.items, words->n, by_folded);
    for (size_t i = 0; i < words->n; i++)
        if (v.n && str_eq(v.items[v.n - 1].folded, v.items[i].folded))
            v.items[v.n - 1].n++;
        else
            v.items[v.n++] = v.items[i];
    return v;
}

static const struct known_word *find(const struct vocabulary *known, const char *folded)
{
    struct known_word key = { .folded = folded };
    return LOOK_UP(&key, known->items, known->n, by_folded);
}

/* The first known word that begins with `folded`, or NULL. */
static const struct known_word *begun(const struct vocabulary *known, const char *folded)
{
    size_t low = 0, high = known->n;

    while (low < high) {
        size_t middle = (low + high) / 2;
        if (strcmp(known->items[middle].folded, folded) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    bool begins = low < known->n && str_starts(known->items[low].folded, folded);
    return begins ? &known->items[low] : NULL;
}

/* Write the characters of a word to `out`; returns their number. */
static size_t letters(const char *word, utf8proc_int32_t out[WORD_MAX_CHARS])
{
    size_t n = 0;

    for (; *word && n < WORD_MAX_CHARS; n++)
        word += utf8proc_iterate((const utf8proc_uint8_t *)word, -1, &out[n]);
    return n;
}

static size_t distance(const utf8proc_int32_t *a, size_t n, const utf8proc_int32_t *b, size_t m)
{
    size_t d[WORD_MAX_CHARS + 1][WORD_MAX_CHARS + 1];

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

static size_t changes_allowed(size_t chars) { return chars < LONG_WORD_CHARS ? 1 : 2; }

/* The distance of two words: the number of letters to change; for a common stem, one more than is
 * allowed; else TOO_FAR. */
static size_t apart(const char *word, const char *other)
{
    utf8proc_int32_t a[WORD_MAX_CHARS] = { 0 }, b[WORD_MAX_CHARS] = { 0 };
    size_t n = letters(word, a), m = letters(other, b), same = 0;
    size_t allowed = changes_allowed(n);

    if (MAX_OF(n, m) - MIN_OF(n, m) > ENDING_MAX_CHARS)
        return TOO_FAR;
    size_t changes = distance(a, n, b, m);
    if (changes <= allowed)
        return changes;
    while (same < n && same < m && a[same] == b[same])
        same++;
    bool stem = same >= STEM_MIN_CHARS && n - same <= ENDING_MAX_CHARS &&
                m - same <= ENDING_MAX_CHARS;
    return stem ? allowed + 1 : TOO_FAR;
}

/* The nearest word that more than `more_than` videos have, or NULL; `inflected`: a common stem is
 * near enough. */
static const struct known_word *nearest(const char *word, const struct vocabulary *known,
                                        size_t more_than, bool inflected)
{
    const struct known_word *best = NULL;
    size_t allowed = changes_allowed(str_chars(word)), best_apart = allowed + 1 + inflected;

    if (search_weight(word) < PREFIX_MIN_CHARS || search_stands_alone(word))
        return NULL;
    for (size_t i = 0; i < known->n; i++) {
        const struct known_word *k = &known->items[i];
        if (k->n <= more_than || search_stands_alone(k->folded) || str_starts(k->folded, word))
            continue;
        size_t now = apart(word, k->folded);
        if (now < best_apart || (best && now == best_apart && k->n > best->n))
            best = k, best_apart = now;
    }
    return best;
}

static void add(struct arena *a, struct word_list *words, const struct known_word *k)
{
    words->items[words->n++] = (struct word){ k->folded, search_lower(a, k->written) };
}

/* Divide a word into a known word and the beginning of one, if possible. */
static bool divide(struct arena *a, const char *word, const struct vocabulary *known,
                   const struct known_word *parts[2])
{
    size_t chars = str_chars(word), done = 0;
    utf8proc_int32_t c;

    for (const char *p = word; *p; done++) {
        if (done >= HALF_MIN_CHARS && chars - done >= HALF_MIN_CHARS) {
            parts[0] = find(known, arena_strn(a, word, (size_t)(p - word)));
            parts[1] = begun(known, p);
            if (parts[0] && parts[1])
                return true;
        }
        p += utf8proc_iterate((const utf8proc_uint8_t *)p, -1, &c);
    }
    return false;
}

struct word_list search_respell(struct arena *a, const struct word_list *words,
                                const struct vocabulary *known)
{
    struct word_list out = { arena_array(a, struct word, 2 * words->n), 0 };
    const struct known_word *k, *parts[2];

    for (size_t i = 0; i < words->n; i++) {
        const char *word = words->items[i].folded;
        const char *next = i + 1 < words->n ? words->items[i + 1].folded : "";
        bool short_word = search_weight(word) < PREFIX_MIN_CHARS && !search_stands_alone(word);

        if (*next && !search_stands_alone(word) &&
            (k = find(known, arena_printf(a, "%s%s", word, next)))) {
            add(a, &out, k);
            i++;
        } else if (find(known, word) || (!short_word && begun(known, word))) {
            out.items[out.n++] = words->items[i];
        } else if (divide(a, word, known, parts)) {
            add(a, &out, parts[0]);
            add(a, &out, parts[1]);
        } else if ((k = nearest(word, known, 0, true))) {
            add(a, &out, k);
        } else {
            out.items[out.n++] = words->items[i];
        }
    }
    return out;
}

struct word_list search_doubt(struct arena *a, const struct word_list *words,
                              const struct vocabulary *known, size_t found)
{
    struct word_list out = { arena_array(a, struct word, 2 * words->n), 0 };
    const struct known_word *k, *parts[2];

    for (size_t i = 0; i < words->n; i++) {
        const char *word = words->items[i].folded;
        bool rare = search_weight(word) >= RARE_WORD_CHARS && !search_stands_alone(word) &&
                    (!(k = find(known, word)) || k->n <= found);

        if (rare && divide(a, word, known, parts) && MIN_OF(parts[0]->n, parts[1]->n) > found) {
            add(a, &out, parts[0]);
            add(a, &out, parts[1]);
        } else if (rare && (k = nearest(word, known, found, false))) {
            add(a, &out, k);
        } else {
            out.items[out.n++] = words->items[i];
        }
    }
    return out;
}

bool search_same(const struct word_list *one, const struct word_list *two)
{
    if (one->n != two->n)
        return false;
    for (size_t i = 0; i < one->n; i++)
        if (!str_eq(one->items[i].folded, two->items[i].folded))
            return false;
    return true;
}

const char *search_join(struct arena *a, const struct word_list *words)
{
    struct sb o = { .a = a };

    for (size_t i = 0; i < words->n; i++)
        sb_addf(&o, "%s%s", i ? " " : "", words->items[i].written);
    return o.buf ? o.buf : "";
}
