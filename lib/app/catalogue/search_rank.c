#include "app/catalogue/search_rank.h"
#include "base/str.h"

enum place { IN_TITLE, IN_TAGS, IN_CREATOR, ELSEWHERE };
enum match { NONE, BEGINNING, WHOLE };
enum closeness { APART, SIDE_BY_SIDE, SAME };

struct key {
    size_t missing, places, begun;
    double score;
    enum place place;
    enum closeness closeness;
};
struct ranked {
    struct key key;
    struct hit hit;
};

/* How a token ("__astronomy", up to a blank or the end) matches a word. */
static enum match match(const char *token, const char *word)
{
    size_t n = strlen(word);

    if (strncmp(token, "__", 2) || strncmp(token + 2, word, n))
        return NONE;
    if (token[2 + n] == 0 || token[2 + n] == ' ')
        return WHOLE;
    return search_weight(word) >= PREFIX_MIN_CHARS ? BEGINNING : NONE;
}

static const char *next(const char *token)
{
    token += strcspn(token, " ");
    return token + (*token == ' ');
}

static enum match best_match(const char *tokens, const char *word)
{
    enum match best = NONE;

    for (; *tokens && best != WHOLE; tokens = next(tokens))
        best = MAX_OF(best, match(tokens, word));
    return best;
}

bool search_has_whole(const char *tokens, const struct word_list *words)
{
    for (size_t i = 0; i < words->n; i++)
        if (best_match(tokens, words->items[i].folded) != WHOLE)
            return false;
    return true;
}

/* Do the tokens begin with all of the words, one after the other? *end is the rest. */
static bool goes_on(const char *tokens, const struct word_list *words, const char **end)
{
    for (size_t i = 0; i < words->n; i++, tokens = next(tokens))
        if (!*tokens || match(tokens, words->items[i].folded) == NONE)
            return false;
    *end = tokens;
    return true;
}

static enum closeness closeness(const char *title, const struct word_list *words)
{
    const char *end;

    for (const char *p = title; *p; p = next(p))
        if (goes_on(p, words, &end))
            return p == title && !*end ? SAME : SIDE_BY_SIDE;
    return APART;
}

static struct key key_of(const struct hit *hit, const struct word_list *words)
{
    const char *const tokens[] = { hit->title, hit->tags, hit->creator };
    struct key key = { .closeness = closeness(hit->title, words),
                       .score = hit->all ? 0 : hit->score };

    for (size_t i = 0; i < words->n; i++) {
        enum match m = NONE;
        size_t place = 0;
        while (place < COUNT(tokens) &&
               (m = best_match(tokens[place], words->items[i].folded)) == NONE)
            place++;
        key.missing += place == ELSEWHERE && !hit->all;
        key.begun += m == BEGINNING;
        key.place = MAX_OF(key.place, (enum place)place);
        key.places += place;
    }
    return key;
}

#define LESS_FIRST(x, y)                                                                           \
    do {                                                                                           \
        if ((x) != (y))                                                                            \
            return (x) < (y) ? -1 : 1;                                                             \
    } while (0)
#define MORE_FIRST(x, y) LESS_FIRST(y, x)

static int by_rank(const void *one, const void *two)
{
    const struct ranked *a = one, *b = two;

    LESS_FIRST(a->key.missing, b->key.missing);
    MORE_FIRST(a->key.score, b->key.score);
    LESS_FIRST(a->key.place, b->key.place);
    LESS_FIRST(a->key.places, b->key.places);
    LESS_FIRST(a->key.begun, b->key.begun);
    MORE_FIRST(a->key.closeness, b->key.closeness);
    MORE_FIRST(a->hit.points, b->hit.points);
    MORE_FIRST(a->hit.video.published_ms, b->hit.video.published_ms);
    MORE_FIRST(a->hit.video.id, b->hit.video.id);
    return 0;
}

void search_rank(struct arena *a, const struct word_list *words, struct hit_list *hits)
{
    struct ranked *ranked = arena_array(a, struct ranked, hits->n);

    for (size_t i = 0; i < hits->n; i++)
        ranked[i] = (struct ranked){ key_of(&hits->items[i], words), hits->items[i] };
    SORT(ranked, hits->n, by_rank);
    for (size_t i = 0; i < hits->n; i++)
        hits->items[i] = ranked[i].hit;
}
