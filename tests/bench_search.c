/*
 * How long a search takes over a generated library, compared with reading one video by its public
 * id: the statements of a page, without cache and without the page around them.
 *
 *   VIDEOS=10000 QUERIES=200
 *
 * Titles have three to eight words from a vocabulary of 5,000 with the frequencies of Zipf's law,
 * descriptions forty. Needs OVS_CONF of a running site; works in a database of its own.
 */
#include "app/catalogue/search.h"
#include "base/clock.h"
#include "base/sb.h"
#include "own_db.h"
#include <time.h>

enum { WORDS = 5000, CREATORS = 200, PER_TRANSACTION = 200 };

static struct arena *a, *each;
static struct db *db;
static uint64_t state = 88172645463325252;

static uint64_t next(void) /* xorshift64, Marsaglia 2003 */
{
    state ^= state << 13;
    state ^= state >> 7;
    return state ^= state << 17;
}

static int64_t number(const char *name, int64_t fallback)
{
    const char *text = getenv(name);
    return text ? strtoll(text, NULL, 10) : fallback;
}

static void must(enum rc rc)
{
    if (rc != RC_OK) {
        printf("  bench_search: %s\n", rc_name(rc));
        exit(1);
    }
}

/* The i-th word: consonants and vowels in turn, two to four syllables. */
static const char *word(struct arena *to, uint64_t i)
{
    static const char consonants[] = "bdfgklmnprst", vowels[] = "aeiou";
    size_t syllables = 2 + i % 3, n = 0;
    char text[9];

    for (uint64_t rest = i * 2654435761U + 12345; n < 2 * syllables; rest /= 60) {
        text[n++] = consonants[rest % 12];
        text[n++] = vowels[rest / 12 % 5];
    }
    return arena_strn(to, text, n);
}

/* Frequencies fall with the rank: equal parts of its logarithm are equally likely. */
static uint64_t rank(void)
{
    uint64_t limit = 2;

    for (uint64_t step = next() % 13; step > 0 && limit < WORDS; step--)
        limit *= 2;
    return next() % MIN_OF(limit, WORDS);
}

static const char *text(size_t words)
{
    struct sb o = { .a = each };

    for (size_t i = 0; i < words; i++)
        sb_addf(&o, "%s%s", i ? " " : "", word(each, rank()));
    return o.buf;
}

STMT(q_user, NULL,
     "INSERT INTO user (id, email, handle, display_name, created_ms) VALUES (?, ?, ?, ?, 0)");
STMT(q_video, NULL,
     "INSERT INTO video (id, public_id, user_id, category_id, title, description, state, length_ms,"
     " views, created_ms, published_ms) VALUES (?, ?, ?, ?, ?, ?, 'ready', ?, ?, 0, ?)");

STMT(q_one, &number_shape, "SELECT id AS n FROM video WHERE public_id = ?");

static enum rc add_videos(struct db *d, void *arg)
{
    int64_t *first = arg;

    for (int64_t id = *first; id < *first + PER_TRANSACTION; id++) {
        arena_reset(each);
        TRY(db_run(d, &q_video,
                   ARGS(I64(id), STR(arena_printf(each, "BENCH%06" PRId64, id)),
                        I64(1 + id % CREATORS), I64(1 + id % 31), STR(text(3 + next() % 6)),
                        STR(text(40)), I64((int64_t)(next() % 3600000)),
                        I64((int64_t)(next() % 10000)), I64(id)),
                   NULL));
        TRY(search_put(d, each, id));
    }
    return RC_OK;
}

static void fill(int64_t videos)
{
    for (int64_t i = 1; i <= CREATORS; i++)
        must(db_run(db, &q_user,
                    ARGS(I64(i), STR(arena_printf(a, "b%" PRId64 "@example.org", i)),
                         STR(arena_printf(a, "bench%" PRId64, i)),
                         STR(arena_printf(a, "%s %s", word(a, rank()), word(a, rank())))),
                    NULL));
    for (int64_t first = 1; first <= videos; first += PER_TRANSACTION)
        must(db_transact(db, add_videos, &first));
}

enum kind { ONE_WORD, COMMON_WORD, PREFIX, TWO_WORDS, MISSPELT, SUGGESTION, BY_ID, KINDS };

static const char *query_of(enum kind kind, int64_t videos)
{
    const char *w = word(each, next() % 400), *other = word(each, next() % 20);

    switch (kind) {
    case COMMON_WORD: return other;
    case PREFIX: return arena_strn(each, w, 3);
    case TWO_WORDS: return arena_printf(each, "%s %s", w, other);
    case MISSPELT: return arena_printf(each, "%.2sx%s", w, w + 2);
    case BY_ID: return arena_printf(each, "BENCH%06d", (int)(1 + next() % (uint64_t)videos));
    case SUGGESTION: return arena_strn(each, w, 3);
    case ONE_WORD:
    case KINDS: break;
    }
    return w;
}

static void ask(enum kind kind, const char *query, size_t *found)
{
    const struct search s = { .query = query, .now_ms = clock_now_ms() };
    struct suggestion_list suggestions;
    struct found page;
    int64_t one;

    if (kind == BY_ID) {
        *found += db_number(db, each, &q_one, ARGS(STR(query)), &one) == RC_OK;
    } else if (kind == SUGGESTION) {
        must(search_suggest(db, each, query, &suggestions));
        *found += suggestions.n > 0;
    } else {
        must(video_search(db, each, &s, &page));
        *found += page.videos.n > 0;
    }
}

static double now_s(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

int main(void)
{
    static const char *const names[KINDS] = {
        "a word",          "a common word", "three letters",     "two words",
        "a misspelt word", "suggestions",   "a video by its id",
    };
    int64_t videos = number("VIDEOS", 10000), queries = number("QUERIES", 200);
    double ms[KINDS];

    db = own_db("");
    a = arena_new(64 << 20);
    each = arena_new(64 << 20);
    double began_s = now_s();
    fill(videos);
    printf("search, %" PRId64 " videos: written in %.1f s\n", videos, now_s() - began_s);
    for (int kind = KINDS - 1; kind >= 0; kind--) {
        size_t found = 0;
        db_count_reset(db);
        began_s = now_s();
        for (int64_t i = 0; i < queries; i++) {
            arena_reset(each);
            ask((enum kind)kind, query_of((enum kind)kind, videos), &found);
        }
        ms[kind] = (now_s() - began_s) * 1000 / (double)queries;
        printf("  %-20s %8.2f ms   %6.0f x by id   %4.1f statements   found %zu of %" PRId64 "\n",
               names[kind], ms[kind], ms[kind] / ms[BY_ID], (double)db_count(db) / (double)queries,
               found, queries);
    }
    arena_free(each);
    arena_free(a);
    return 0;
}
