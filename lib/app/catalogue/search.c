#include "app/catalogue/search.h"
#include "app/catalogue/search_rank.h"
#include "app/catalogue/search_spell.h"
#include "app/catalogue/video_item.h"
#include "base/clock.h"

enum {
    CANDIDATES_MAX = 100, /* videos that lend their words to a misspelt query */
    CANDIDATE_WORDS_MAX = 2000,
    CREATOR_MATCHES_MAX = 20,
    SOME_MAX = 1000,
};

/* Videos */

SHAPE(hit_shape, struct hit, ITEM_FIELDS, COLUMN_AS(struct hit, title, "title_words"),
      COLUMN_AS(struct hit, tags, "tag_words"), COLUMN_AS(struct hit, creator, "creator_words"),
      COLUMN_AS(struct hit, all, "has_all"), COLUMN(struct hit, score), COLUMN(struct hit, points));

/* The server returns the rows of a MATCH best first, so a LIMIT cuts off the worst. `place`: 2 for
 * all words in the title, 1 for all words anywhere, 0 for some of them. */
#define IN_TITLE "MATCH (title) AGAINST (? IN BOOLEAN MODE)"
#define ANYWHERE "MATCH (title, tags, creator, body) AGAINST (? IN BOOLEAN MODE)"
#define ALL_IN_TITLE                                                                               \
    "(SELECT video_id AS id, 2 AS place, 0e0 AS score FROM video_search WHERE " IN_TITLE " LIMIT ?)"
#define ALL_ANYWHERE                                                                               \
    "(SELECT video_id AS id, 1 AS place, 0e0 AS score FROM video_search WHERE " ANYWHERE " LIMIT ?)"
#define SOME_ANYWHERE                                                                              \
    "(SELECT video_id, 0, " ANYWHERE " FROM video_search WHERE " ANYWHERE " LIMIT ?)"
#define FIND(matches, order)                                                                       \
    "SELECT STRAIGHT_JOIN " ITEM_COLUMNS                                                           \
    ", s.title AS title_words, s.tags AS tag_words, s.creator AS creator_words,"                   \
    " m.place > 0 AS has_all, m.score, " ITEM_POINTS " AS points"                                  \
    " FROM (SELECT STRAIGHT_JOIN v.id, m.place, m.score FROM"                                      \
    " (SELECT id, MAX(place) AS place, MAX(score) AS score FROM (" matches                         \
    ") each_match GROUP BY id) m JOIN video v ON v.id = m.id AND " ITEM_IS_PUBLIC                  \
    " AND (? = 0 OR v.category_id = ?) AND v.length_ms BETWEEN ? AND ?"                            \
    " AND v.published_ms >= ? JOIN user u ON u.id = v.user_id AND u.hidden = 0"                    \
    " ORDER BY " order ", v.id DESC LIMIT ?) m JOIN video v ON v.id = m.id" ITEM_JOINS             \
    " JOIN video_search s ON s.video_id = m.id ORDER BY " order ", v.id DESC"
#define HAS_ALL  ALL_IN_TITLE " UNION ALL " ALL_ANYWHERE
#define HAS_SOME ALL_ANYWHERE " UNION ALL " SOME_ANYWHERE
#define BEST     "m.place DESC, m.score DESC, " ITEM_POINTS " DESC"
#define NEWEST   "m.place > 0 DESC, v.published_ms DESC"
#define WATCHED  "m.place > 0 DESC, v.views DESC"

STMT(q_all_best, &hit_shape, FIND(HAS_ALL, BEST));
STMT(q_all_newest, &hit_shape, FIND(HAS_ALL, NEWEST));
STMT(q_all_watched, &hit_shape, FIND(HAS_ALL, WATCHED));
STMT(q_some_best, &hit_shape, FIND(HAS_SOME, BEST));
STMT(q_some_newest, &hit_shape, FIND(HAS_SOME, NEWEST));
STMT(q_some_watched, &hit_shape, FIND(HAS_SOME, WATCHED));

/* The earliest publication to be found; to the hour, so that a repeated search is in the cache. */
static int64_t since_ms(const struct search *s)
{
    static const int64_t days[] = { 0, 1, 7, 30, 365 };

    if (s->since == SINCE_EVER)
        return 0;
    return s->now_ms - s->now_ms % HOUR_MS - days[s->since] * DAY_MS;
}

bool search_has_filters(const struct search *s)
{
    return s->category_id || s->length != LENGTH_ANY || s->since != SINCE_EVER;
}

/* The videos that have all words, in order; with `some`, if there are none, those with some
 * words. */
static enum rc find(struct db *db, struct arena *a, const struct search *s,
                    const struct word_list *words, bool some, struct hit_list *out)
{
    static const struct stmt *const statements[][3] = {
        { &q_all_best, &q_all_newest, &q_all_watched },
        { &q_some_best, &q_some_newest, &q_some_watched },
    };
    static const struct {
        int64_t min_ms, max_ms;
    } lengths[] = {
        [LENGTH_ANY] = { 0, INT64_MAX },
        [LENGTH_SHORT] = { 0, SHORT_MAX_MS - 1 },
        [LENGTH_MEDIUM] = { SHORT_MAX_MS, MEDIUM_MAX_MS },
        [LENGTH_LONG] = { MEDIUM_MAX_MS + 1, INT64_MAX },
    };
    const struct stmt *q = statements[some][s->order];
    const char *all = search_boolean(a, words, true), *any = search_boolean(a, words, false);
    int64_t most = s->order == BEST_FIRST ? BEST_MATCHES_MAX : MATCHES_MAX;

#define FILTERS                                                                                    \
    I64(s->category_id), I64(s->category_id), I64(lengths[s->length].min_ms),                      \
        I64(lengths[s->length].max_ms), I64(since_ms(s)), I64(RANKED_MAX)
    if (some) {
        TRY(DB_LIST_CACHED(db, a, q,
                           ARGS(STR(all), I64(most), STR(any), STR(any), I64(SOME_MAX), FILTERS),
                           SEARCH_CACHE_S, RANKED_MAX, out));
    } else {
        TRY(DB_LIST_CACHED(db, a, q, ARGS(STR(all), I64(most), STR(all), I64(most), FILTERS),
                           SEARCH_CACHE_S, RANKED_MAX, out));
    }
    if (s->order == BEST_FIRST)
        search_rank(a, words, out);
    if (out->n && out->items[0].all) {
        size_t n = 0;
        while (n < out->n && out->items[n].all)
            n++;
        out->n = n;
    }
    return RC_OK;
}

/* Misspelt words */

struct candidate {
    const char *title, *tags, *name, *handle;
};
struct candidate_list {
    struct candidate *items;
    size_t n;
};
SHAPE(candidate_shape, struct candidate, COLUMN(struct candidate, title),
      COLUMN(struct candidate, tags), COLUMN(struct candidate, name),
      COLUMN(struct candidate, handle));

/* Only words of videos that everybody may see: corrections must not reveal others. */
STMT(q_candidates, &candidate_shape,
     "SELECT STRAIGHT_JOIN v.title, v.tags, u.display_name AS name, u.handle"
     " FROM video_search s JOIN video v ON v.id = s.video_id AND " ITEM_IS_PUBLIC
     " JOIN user u ON u.id = v.user_id AND u.hidden = 0"
     " WHERE MATCH (s.grams) AGAINST (?) LIMIT ?");

/* The words of public videos that look like those of the query. */
static enum rc known_words(struct db *db, struct arena *a, const struct word_list *words,
                           struct vocabulary *out)
{
    struct word_list known = { arena_array(a, struct word, CANDIDATE_WORDS_MAX), 0 };
    struct candidate_list rows;

    TRY(DB_LIST_CACHED(db, a, &q_candidates,
                       ARGS(STR(search_grams_of(a, words)), I64(CANDIDATES_MAX)), SEARCH_CACHE_S,
                       CANDIDATES_MAX, &rows));
    for (size_t i = 0; i < rows.n; i++) {
        const struct candidate *c = &rows.items[i];
        const char *text = arena_printf(a, "%s, %s, %s, %s", c->title, c->tags, c->name, c->handle);
        struct word_list words_there = search_words(a, text, CANDIDATE_WORDS_MAX - known.n);
        struct vocabulary each = search_vocabulary(a, &words_there); /* count a video once */
        for (size_t j = 0; j < each.n; j++)
            known.items[known.n++] = (struct word){ each.items[j].folded, each.items[j].written };
    }
    *out = search_vocabulary(a, &known);
    return RC_OK;
}

/* The query found nothing: search for what was probably meant. */
static enum rc find_close(struct db *db, struct arena *a, const struct search *s,
                          struct word_list *words, struct hit_list *hits, struct found *out)
{
    struct vocabulary known;

    TRY(known_words(db, a, words, &known));
    struct word_list meant = search_respell(a, words, &known);
    bool same = search_same(words, &meant);
    if (search_has_filters(s) && same)
        return RC_OK;
    TRY(find(db, a, s, &meant, !search_has_filters(s), hits));
    out->close = hits->n > 0;
    out->some = hits->n && !hits->items[0].all;
    out->instead = hits->n && !same ? search_join(a, &meant) : "";
    *words = meant;
    return RC_OK;
}

/* The query found little: is there a word that finds more? */
static enum rc offer_meant(struct db *db, struct arena *a, const struct word_list *words,
                           size_t found, struct found *out)
{
    struct vocabulary known;

    TRY(known_words(db, a, words, &known));
    struct word_list meant = search_doubt(a, words, &known, found);
    out->meant = search_same(words, &meant) ? "" : search_join(a, &meant);
    return RC_OK;
}

/* Creators */

SHAPE(creator_shape, struct creator, COLUMN(struct creator, handle), COLUMN(struct creator, name),
      COLUMN(struct creator, avatar_key), COLUMN(struct creator, words),
      COLUMN(struct creator, videos), COLUMN(struct creator, followers));

STMT(q_creators, &creator_shape,
     "SELECT u.handle, u.display_name AS name, u.avatar_key, c.words,"
     " (SELECT COUNT(*) FROM video v WHERE v.user_id = u.id AND " ITEM_IS_PUBLIC ") AS videos,"
     " (SELECT COUNT(*) FROM follow f WHERE f.channel_id = u.id) AS followers"
     " FROM (SELECT user_id, words FROM channel_search"
     " WHERE MATCH (words) AGAINST (? IN BOOLEAN MODE) LIMIT 100) c"
     " JOIN user u ON u.id = c.user_id AND u.hidden = 0"
     " HAVING videos > 0 ORDER BY followers DESC, videos DESC, handle LIMIT ?");

/* Creators who have the whole words come before those who have their beginnings. */
static enum rc creators(struct db *db, struct arena *a, const struct word_list *words,
                        struct creator_list *out)
{
    struct creator_list all;

    TRY(DB_LIST_CACHED(db, a, &q_creators,
                       ARGS(STR(search_boolean(a, words, true)), I64(CREATOR_MATCHES_MAX)),
                       SEARCH_CACHE_S, CREATOR_MATCHES_MAX, &all));
    *out = (struct creator_list){ arena_array(a, struct creator, CREATORS_MAX), 0 };
    for (int whole = 1; whole >= 0; whole--)
        for (size_t i = 0; i < all.n && out->n < CREATORS_MAX; i++)
            if (search_has_whole(all.items[i].words, words) == whole)
                out->items[out->n++] = all.items[i];
    return RC_OK;
}

/* The page */

static struct video_list page_of(struct arena *a, const struct hit_list *hits, size_t page)
{
    size_t skip = MIN_OF(page * VIDEO_PAGE, hits->n);
    struct video_list out = { .n = MIN_OF(hits->n - skip, VIDEO_PAGE + 1) };

    out.items = arena_array(a, struct video_item, out.n);
    for (size_t i = 0; i < out.n; i++)
        out.items[i] = hits->items[skip + i].video;
    return out;
}

enum rc video_search(struct db *db, struct arena *a, const struct search *s, struct found *out)
{
    struct word_list words = search_words(a, s->query, QUERY_WORDS_MAX);
    struct hit_list hits;

    *out = (struct found){ .instead = "", .meant = "" };
    if (words.n == 0)
        return RC_OK;
    TRY(find(db, a, s, &words, false, &hits));
    if (hits.n == 0)
        TRY(find_close(db, a, s, &words, &hits, out));
    else if (hits.n < FEW_MAX && s->page == 0)
        TRY(offer_meant(db, a, &words, hits.n, out));
    if (hits.n && s->page == 0 && !search_has_filters(s))
        TRY(creators(db, a, &words, &out->creators));
    out->videos = page_of(a, &hits, s->page);
    return RC_OK;
}
