#include "app/search.h"
#include "app/search_rank.h"
#include "app/search_spell.h"
#include "app/video_item.h"
#include "base/clock.h"
#include "base/sb.h"
#include "base/str.h"

enum {
    CANDIDATES_MAX = 100, /* videos that lend their words to a misspelt query */
    CANDIDATE_WORDS_MAX = 5000,
    CREATOR_MATCHES_MAX = 20,
    SOME_MAX = 1000,
    RENEW_BYTES = 8 << 20, /* for the words of one video */
};

/* Videos */

SHAPE(hit_shape, struct hit, ITEM_FIELDS, COLUMN_AS(struct hit, title, "title_words"),
      COLUMN_AS(struct hit, tags, "tag_words"), COLUMN_AS(struct hit, creator, "creator_words"),
      COLUMN_AS(struct hit, all, "has_all"), COLUMN(struct hit, score), COLUMN(struct hit, points));

/* The server hands out the rows of a MATCH best first, so a limit there cuts off the least. `place`: 2
 * for all words in the title, 1 for all anywhere, 0 for some of them. */
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
    " AND v.published_ms >= ? JOIN user u ON u.id = v.user_id AND u.blocked = 0"                   \
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

/* Of what everybody may see; with the hour, so that the cache knows the question again. */
static int64_t since_ms(const struct search *s)
{
    static const int64_t days[] = { 0, 1, 7, 30, 365 };

    if (s->since == SINCE_EVER)
        return 0;
    return s->now_ms - s->now_ms % HOUR_MS - days[s->since] * DAY_MS;
}

static void length_range(enum search_length length, int64_t *min_ms, int64_t *max_ms)
{
    *min_ms = length == LENGTH_LONG     ? MEDIUM_MAX_MS + 1
              : length == LENGTH_MEDIUM ? SHORT_MAX_MS
                                        : 0;
    *max_ms = length == LENGTH_SHORT    ? SHORT_MAX_MS - 1
              : length == LENGTH_MEDIUM ? MEDIUM_MAX_MS
                                        : INT64_MAX;
}

bool search_has_filters(const struct search *s)
{
    return s->category_id || s->length != LENGTH_ANY || s->since != SINCE_EVER;
}

/* Those that have all words or, with `some`, when there are none, those that have some: in order. */
static enum rc find(struct db *db, struct arena *a, const struct search *s,
                    const struct word_list *words, bool some, struct hit_list *out)
{
    static const struct stmt *const statements[][3] = {
        { &q_all_best, &q_all_newest, &q_all_watched },
        { &q_some_best, &q_some_newest, &q_some_watched },
    };
    const struct stmt *q = statements[some][s->order];
    const char *all = search_boolean(a, words, true);
    int64_t most = s->order == BEST_FIRST ? BEST_MATCHES_MAX : MATCHES_MAX, min_ms, max_ms;

    length_range(s->length, &min_ms, &max_ms);
#define FILTERS                                                                                    \
    I64(s->category_id), I64(s->category_id), I64(min_ms), I64(max_ms), I64(since_ms(s)),          \
        I64(RANKED_MAX)
    if (some) {
        const char *any = search_boolean(a, words, false);
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

/* Words of videos that not everybody may see are nobody's business. */
STMT(q_candidates, &candidate_shape,
     "SELECT STRAIGHT_JOIN v.title, v.tags, u.display_name AS name, u.handle"
     " FROM video_search s JOIN video v ON v.id = s.video_id AND " ITEM_IS_PUBLIC
     " JOIN user u ON u.id = v.user_id AND u.blocked = 0"
     " WHERE MATCH (s.grams) AGAINST (?) LIMIT ?");

/* The words of public videos that look like those of the query. */
static enum rc known_words(struct db *db, struct arena *a, const struct word_list *words,
                           struct vocabulary *out)
{
    struct candidate_list rows;
    struct sb text = { .a = a };

    TRY(DB_LIST_CACHED(db, a, &q_candidates,
                       ARGS(STR(search_grams_of(a, words)), I64(CANDIDATES_MAX)), SEARCH_CACHE_S,
                       CANDIDATES_MAX, &rows));
    for (size_t i = 0; i < rows.n; i++) {
        const struct candidate *c = &rows.items[i];
        sb_addf(&text, "%s, %s, %s, %s, ", c->title, c->tags, c->name, c->handle);
    }
    struct word_list known = search_words(a, text.buf ? text.buf : "", CANDIDATE_WORDS_MAX);
    *out = search_vocabulary(a, &known);
    return RC_OK;
}

/* The query found nothing: what was probably meant. */
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
     " JOIN user u ON u.id = c.user_id AND u.blocked = 0"
     " HAVING videos > 0 ORDER BY followers DESC, videos DESC, handle LIMIT ?");

/* Whole words come before beginnings of words. */
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

/* Suggestions */

SHAPE(suggestion_shape, struct suggestion, COLUMN(struct suggestion, kind),
      COLUMN(struct suggestion, text), COLUMN(struct suggestion, target));

STMT(q_suggest, &suggestion_shape,
     "(SELECT 2 AS kind, v.title AS text, v.public_id AS target"
     " FROM (SELECT video_id FROM video_search WHERE " IN_TITLE " LIMIT 500) m"
     " JOIN video v ON v.id = m.video_id AND " ITEM_IS_PUBLIC
     " JOIN user u ON u.id = v.user_id AND u.blocked = 0"
     " ORDER BY " ITEM_POINTS " DESC, v.id DESC LIMIT 50)"
     " UNION ALL (SELECT 1, u.display_name, u.handle FROM (SELECT user_id FROM channel_search"
     " WHERE MATCH (words) AGAINST (? IN BOOLEAN MODE) LIMIT 100) c"
     " JOIN user u ON u.id = c.user_id AND u.blocked = 0"
     " WHERE EXISTS (SELECT 1 FROM video v WHERE v.user_id = u.id AND " ITEM_IS_PUBLIC ")"
     " ORDER BY (SELECT COUNT(*) FROM follow f WHERE f.channel_id = u.id) DESC, u.id LIMIT 3)");
enum { SUGGEST_ROWS_MAX = 53 };

/* The words of `titles` that begin like the last of the query, as known words. */
static struct vocabulary endings(struct arena *a, const struct suggestion_list *rows,
                                 const char *last)
{
    struct word_list all = { arena_array(a, struct word, CANDIDATE_WORDS_MAX), 0 };

    for (size_t i = 0; i < rows->n; i++) {
        struct word_list words = search_words(a, rows->items[i].text, QUERY_MAX_CHARS);
        for (size_t j = 0; j < words.n && rows->items[i].kind == SUGGEST_VIDEO; j++)
            if (str_starts(words.items[j].folded, last) && all.n < CANDIDATE_WORDS_MAX)
                all.items[all.n++] = words.items[j];
    }
    return search_vocabulary(a, &all);
}

static int by_number(const void *one, const void *two)
{
    const struct known_word *a = one, *b = two;
    return a->n != b->n ? (a->n < b->n) - (a->n > b->n) : strcmp(a->folded, b->folded);
}

/* The query with its last word completed, the most frequent ones first. */
static void suggest_words(struct arena *a, struct word_list words,
                          const struct suggestion_list *rows, struct suggestion_list *out)
{
    const char *last = words.items[--words.n].folded, *begun = search_join(a, &words);
    struct vocabulary known = endings(a, rows, last);

    qsort(known.items, known.n, sizeof(*known.items), by_number);
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
        all = arena_printf(a, "%s*",
                           all); /* one letter fewer than a search takes for a beginning */
    TRY(DB_LIST(db, a, &q_suggest, ARGS(STR(all), STR(all)), SUGGEST_ROWS_MAX, &rows));
    suggest_words(a, words, &rows, out);
    suggest_rows(&rows, SUGGEST_CHANNEL, out);
    suggest_rows(&rows, SUGGEST_VIDEO, out);
    return RC_OK;
}

/* The tables */

struct text {
    int64_t user_id;
    const char *name, *handle, *title, *tags, *description;
};
SHAPE(text_shape, struct text, COLUMN(struct text, user_id), COLUMN(struct text, name),
      COLUMN(struct text, handle), COLUMN(struct text, title), COLUMN(struct text, tags),
      COLUMN(struct text, description));
struct id {
    int64_t id;
};
struct id_list {
    struct id *items;
    size_t n;
};
SHAPE(id_shape, struct id, COLUMN(struct id, id));

/* With a lock, so that neither the text nor the name changes before what is made of it is there. */
STMT(q_text, &text_shape,
     "SELECT v.user_id, u.display_name AS name, u.handle, v.title, v.tags, v.description"
     " FROM video v JOIN user u ON u.id = v.user_id WHERE v.id = ? AND v.state <> 'deleted'"
     " LOCK IN SHARE MODE");
STMT(q_put, NULL,
     "INSERT INTO video_search (video_id, title, tags, creator, body, grams, version)"
     " VALUES (?, ?, ?, ?, ?, ?, ?) ON DUPLICATE KEY UPDATE title = VALUES(title),"
     " tags = VALUES(tags), creator = VALUES(creator), body = VALUES(body), grams = VALUES(grams),"
     " version = VALUES(version)");
STMT(q_put_channel, NULL,
     "INSERT INTO channel_search (user_id, words) VALUES (?, ?)"
     " ON DUPLICATE KEY UPDATE words = VALUES(words)");
STMT(q_drop, NULL, "DELETE FROM video_search WHERE video_id = ?");
STMT(q_rename, NULL, "UPDATE channel_search SET words = ? WHERE user_id = ?");
STMT(q_outdate, NULL,
     "UPDATE video_search s JOIN video v ON v.id = s.video_id SET s.version = 0"
     " WHERE v.user_id = ?");
STMT(
    q_outdated, &id_shape,
    "SELECT video_id AS id FROM video_search WHERE version < ? ORDER BY version, video_id LIMIT ?");

/* "Ada L.", "sky-watch": ada l sky watch skywatch */
static const char *names(struct arena *a, const char *name, const char *handle)
{
    struct sb joined = { .a = a };

    for (const char *p = handle; *p; p++)
        if (*p != '-' && *p != '_')
            sb_add(&joined, p, 1);
    bool divided = joined.len < strlen(handle);
    return arena_printf(a, "%s, %s, %s", name, handle, divided && joined.buf ? joined.buf : "");
}

enum rc search_put(struct db *db, struct arena *a, int64_t video_id)
{
    struct text t;

    TRY(db_one(db, a, &q_text, ARGS(I64(video_id)), &t));
    const char *creator = names(a, t.name, t.handle), *words = search_tokens(a, creator);
    const char *all = arena_printf(a, "%s, %s, %s", t.title, t.tags, creator);
    TRY(db_run(db, &q_put,
               ARGS(I64(video_id), STR(search_tokens(a, t.title)), STR(search_tokens(a, t.tags)),
                    STR(words), STR(search_tokens(a, t.description)), STR(search_grams(a, all)),
                    I64(WORDS_VERSION)),
               NULL));
    return db_run(db, &q_put_channel, ARGS(I64(t.user_id), STR(words)), NULL);
}

enum rc search_drop(struct db *db, int64_t video_id)
{
    return db_run(db, &q_drop, ARGS(I64(video_id)), NULL);
}

enum rc search_rename(struct db *db, struct arena *a, int64_t user_id, const char *name,
                      const char *handle)
{
    const char *words = search_tokens(a, names(a, name, handle));

    TRY(db_run(db, &q_rename, ARGS(STR(words), I64(user_id)), NULL));
    return db_run(db, &q_outdate, ARGS(I64(user_id)), NULL);
}

struct renewal {
    struct arena *a;
    int64_t video_id;
};

static enum rc renew(struct db *db, void *arg)
{
    const struct renewal *r = arg;
    enum rc rc = search_put(db, r->a, r->video_id);
    return rc == RC_NOT_FOUND ? search_drop(db, r->video_id) : rc;
}

enum rc search_renew(struct db *db, size_t *n)
{
    struct arena *ids = arena_new(1 << 20), *a = arena_new(RENEW_BYTES);
    struct id_list list;
    enum rc rc = DB_LIST(db, ids, &q_outdated, ARGS(I64(WORDS_VERSION), I64(RENEW_MAX)), RENEW_MAX,
                         &list);

    for (*n = 0; rc == RC_OK && *n < list.n; ++*n) {
        struct renewal r = { a, list.items[*n].id };
        arena_reset(a);
        rc = db_transact(db, renew, &r);
    }
    arena_free(a);
    arena_free(ids);
    return rc;
}
