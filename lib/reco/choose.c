/*
 * Choosing the model's parameters: the latest rows of a sample of members are hidden, a model
 * learns from all other rows, and the choice is the one that best finds the hidden rows. One number
 * at a time is changed to its neighbour in a short list of values, for as long as that helps; each
 * list covers the best values on all of the public data sets (tests/reco), with room on both sides.
 */
#include "reco/history.h"
#include "reco/model.h"
#include "base/sb.h"

#include <math.h>
#include <time.h>

enum {
    SAMPLE_MAX = 5000,        /* members whose rows are hidden: NDCG@10 is then +- 0.006 */
    LEARN_ROWS_MAX = 3000000, /* when there are more, only the rows of a part of the members */
    CHOOSE_HEAD_MAX = 6000,
    HIDDEN_PART = 5,     /* one row of a member in so many is hidden */
    HIDDEN_ROWS_MIN = 5, /* members with fewer rows hide none */
    FOUND = 10,          /* places of a list that count */
};

/* A new value has to be better by this factor: smaller differences come from the sample, not from
 * taste. */
static const double BETTER = 1.001;

/* The order of rows is used when at least this part of them has a time. */
static const double TIMES_KNOWN = 0.75;

struct dial {
    size_t at; /* of a float in struct choice */
    const char *name;
    size_t n;
    float values[8];
};
#define DIAL(field, ...)                                                                           \
    {                                                                                              \
        offsetof(struct choice, field), #field, sizeof((float[]){ __VA_ARGS__ }) / sizeof(float),  \
        {                                                                                          \
            __VA_ARGS__                                                                            \
        }                                                                                          \
    }
static const struct dial HALF_LIFE = DIAL(reading.half_life, 0, 80, 40, 20, 10, 5);
static const struct dial LEAST = DIAL(reading.least, 0.02f, 0.05f, 0.1f, 0.2f, 0.4f);
static const struct dial PARTLY = DIAL(reading.partly, 0, 0.15f, 0.3f, 0.6f, 0.9f);
static const struct dial LAMBDA = DIAL(lambda, 10, 25, 50, 100, 200, 400, 800, 1600);
static const struct dial DROPOUT = DIAL(dropout, 0, 0.2f, 0.4f, 0.6f);
static const struct dial RARE = DIAL(rare, -0.05f, 0, 0.05f, 0.1f, 0.2f, 0.3f, 0.4f);
static const struct dial ALPHA = DIAL(walk_alpha, 0.4f, 0.55f, 0.7f, 0.85f, 1);
static const struct dial BETA = DIAL(walk_beta, 0, 0.1f, 0.2f, 0.3f, 0.4f, 0.5f, 0.6f, 0.7f);

struct choice choice_default(void)
{
    return (struct choice){
        .reading = { .partly = 0.6f, .against = -0.3f, .half_life = 20, .least = 0.1f },
        .ridge = model_has_ridge(),
        .lambda = 400,
        .dropout = 0.4f,
        .norm = 0.25f,
        .walk_alpha = 0.7f,
        .walk_beta = 0.4f,
        .rare = 0.05f,
    };
}

/*
 * The sample.
 */
struct member {
    size_t from, n; /* rows in `seen` */
    size_t hidden_from, hidden;
};
struct trial {
    struct feedback_list seen; /* the rows that are learnt from */
    uint32_t *hidden;          /* videos that a member liked, in order */
    struct member *members;
    size_t n_members;
    bool by_time, any_partly;
    struct limits limits;
    struct model *model; /* learnt with `made`, whatever that says about reading rows */
    struct choice made;
    struct sb *report;
};

/* The finaliser of MurmurHash3: turns any number into evenly spread bits. */
static uint64_t mix(uint64_t h)
{
    h ^= h >> 33;
    h *= UINT64_C(0xff51afd7ed558ccd);
    h ^= h >> 33;
    h *= UINT64_C(0xc4ceb9fe1a85ec53);
    return h ^ h >> 33;
}

/* Whether a member belongs to the given part of all members; always the same ones for a salt. */
static bool in_part(int64_t member, uint64_t salt, double part)
{
    return (double)(mix((uint64_t)member ^ mix(salt)) >> 11) < part * 0x1p53;
}

static bool is_liked(const struct feedback *f)
{
    return f->like > 0 || (f->like == 0 && f->watched >= FEEDBACK_POSITIVE);
}

static bool times_are_known(const struct feedback_list *all)
{
    size_t known = 0;

    for (size_t i = 0; i < all->n; i++)
        known += all->items[i].at_s > 0;
    return (double)known >= TIMES_KNOWN * (double)all->n;
}

static int latest_first(const void *a, const void *b)
{
    const struct moment *l = a, *r = b;

    if (l->at_s != r->at_s)
        return l->at_s < r->at_s ? 1 : -1;
    return (l->newer < r->newer) - (l->newer > r->newer);
}

/* Which rows are hidden: hide[i] of the i-th. Rows of one second, and all rows where times are not
 * known, come in an order without meaning. */
static void hide_latest(const struct feedback *rows, size_t n, bool by_time, struct moment *room,
                        bool *hide)
{
    for (size_t i = 0; i < n; i++) {
        uint64_t hash = mix((uint64_t)rows[i].member * UINT64_C(0x9e3779b97f4a7c15) +
                            rows[i].video);
        room[i] = (struct moment){ by_time ? rows[i].at_s : 0, (uint32_t)i, (uint32_t)hash };
        hide[i] = false;
    }
    SORT(room, n, latest_first);
    for (size_t k = 0; k < n / HIDDEN_PART; k++)
        hide[room[k].row] = true;
}

/* Split the rows of one member of the sample into hidden ones and ones to learn from. */
static void split(struct trial *t, const struct feedback *rows, size_t n, const bool *hide)
{
    struct member *last = t->n_members > 0 ? &t->members[t->n_members - 1] : NULL;
    struct member m = { .from = t->seen.n,
                        .hidden_from = last ? last->hidden_from + last->hidden : 0 };

    for (size_t i = 0; i < n; i++) {
        if (!hide[i])
            t->seen.items[t->seen.n++] = rows[i];
        else if (is_liked(&rows[i]))
            t->hidden[m.hidden_from + m.hidden++] = rows[i].video;
    }
    m.n = t->seen.n - m.from;
    if (m.hidden > 0)
        t->members[t->n_members++] = m;
}

static enum rc take_sample(struct trial *t, const struct feedback_list *all)
{
    double part = all->n > LEARN_ROWS_MAX ? LEARN_ROWS_MAX / (double)all->n : 1;
    size_t members = 0, longest = 0, rows_taken = 0;

    for (size_t i = 0, n; i < all->n; i += n) {
        n = history_length(all, i);
        if (!in_part(all->items[i].member, 1, part))
            continue;
        longest = MAX_OF(longest, n);
        rows_taken += n;
        members++;
    }
    double asked = members > SAMPLE_MAX ? SAMPLE_MAX / (double)members : 1;
    struct moment *room = malloc((longest + 1) * sizeof(*room));
    bool *hide = malloc(longest + 1);
    t->seen.items = malloc((rows_taken + 1) * sizeof(*t->seen.items));
    t->hidden = malloc((rows_taken + 1) * sizeof(*t->hidden));
    t->members = malloc((members + 1) * sizeof(*t->members));
    enum rc rc = room && hide && t->seen.items && t->hidden && t->members ? RC_OK : RC_FULL;

    t->by_time = times_are_known(all);
    for (size_t i = 0, n; rc == RC_OK && i < all->n; i += n) {
        const struct feedback *rows = &all->items[i];
        n = history_length(all, i);
        if (!in_part(rows->member, 1, part))
            continue;
        if (n >= HIDDEN_ROWS_MIN && in_part(rows->member, 2, asked)) {
            hide_latest(rows, n, t->by_time, room, hide);
            split(t, rows, n, hide);
        } else {
            memcpy(t->seen.items + t->seen.n, rows, n * sizeof(*rows));
            t->seen.n += n;
        }
    }
    for (size_t i = 0; rc == RC_OK && i < t->seen.n; i++)
        t->any_partly |= t->seen.items[i].like == 0 && t->seen.items[i].watched < FEEDBACK_POSITIVE;
    free(room);
    free(hide);
    return rc;
}

/*
 * Trying a choice.
 */

/* NDCG@10: hits, which count less the further down they are, as a part of the best possible sum. */
static double ndcg(const struct entry *list, size_t n, const uint32_t *hidden, size_t n_hidden)
{
    double got = 0, ideal = 0;

    for (size_t r = 0; r < FOUND; r++) {
        double worth = 1 / log2((double)r + 2);
        ideal += r < n_hidden ? worth : 0;
        for (size_t k = 0; r < n && k < n_hidden; k++)
            got += hidden[k] == list[r].video ? worth : 0;
    }
    return got / ideal;
}

static double score(const struct trial *t)
{
    double *each = calloc(t->n_members + 1, sizeof(*each)), sum = 0;

    if (each == NULL)
        return 0;
#pragma omp parallel for num_threads(t->limits.threads) schedule(dynamic, 16)
    for (size_t i = 0; i < t->n_members; i++) {
        const struct member *m = &t->members[i];
        struct entry list[FOUND];
        size_t n = model_list(t->model, t->seen.items + m->from, m->n, FOUND, list);
        each[i] = ndcg(list, n, t->hidden + m->hidden_from, m->hidden);
    }
    for (size_t i = 0; i < t->n_members; i++) /* in one order, however the threads ran */
        sum += each[i];
    free(each);
    return t->n_members > 0 ? sum / (double)t->n_members : 0;
}

/* Do both choices learn the same model? */
static bool learns_alike(const struct choice *a, const struct choice *b)
{
    return a->reading.partly == b->reading.partly && a->ridge == b->ridge &&
           a->lambda == b->lambda && a->dropout == b->dropout && a->norm == b->norm &&
           a->walk_alpha == b->walk_alpha && a->walk_beta == b->walk_beta;
}

static double now_s(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static enum rc try_choice(struct trial *t, const struct choice *c, double *found)
{
    double began = now_s();

    if (t->model == NULL || !learns_alike(&t->made, c)) {
        model_free(t->model);
        t->model = NULL;
        TRY(model_learn(&t->seen, c, &t->limits, &t->model));
        t->made = *c;
    }
    model_rescore(t->model, c);
    *found = score(t);
    sb_addf(t->report,
            "%s partly %.2f half-life %g least %.2f lambda %g dropout %.1f alpha %.2f beta %.2f"
            " rare %.2f: NDCG@10 %.4f, %.1f s\n",
            c->ridge ? "ridge" : "walks", (double)c->reading.partly, (double)c->reading.half_life,
            (double)c->reading.least, (double)c->lambda, (double)c->dropout, (double)c->walk_alpha,
            (double)c->walk_beta, (double)c->rare, *found, now_s() - began);
    return RC_OK;
}

static float *value_at(struct choice *c, const struct dial *d)
{
    return (float *)(void *)((char *)c + d->at);
}

/* Turn one dial up and, if that does not help, down, for as long as the result gets better. */
static enum rc turn(struct trial *t, const struct dial *d, struct choice *best, double *found)
{
    size_t at = 0;

    while (at + 1 < d->n && d->values[at] != *value_at(best, d))
        at++;
    size_t began = at;
    for (int step = 1; step >= -1 && at == began; step -= 2)
        for (size_t to = at + (size_t)step; to < d->n; to += (size_t)step) { /* -1 wraps: ends it */
            struct choice c = *best;
            double now;
            *value_at(&c, d) = d->values[to];
            TRY(try_choice(t, &c, &now));
            if (now <= *found * BETTER)
                break;
            *best = c;
            *found = now;
            at = to;
        }
    return RC_OK;
}

static enum rc turn_all(struct trial *t, struct choice *best, double *found)
{
    const struct dial *const of_walks[] = { &BETA, &ALPHA };
    const struct dial *const of_ridge[] = { &RARE, &LAMBDA, &DROPOUT, &RARE };
    const struct dial *const *dials = best->ridge ? of_ridge : of_walks;
    size_t n = best->ridge ? COUNT(of_ridge) : COUNT(of_walks);

    TRY(try_choice(t, best, found));
    if (t->by_time) {
        TRY(turn(t, &HALF_LIFE, best, found));
        TRY(turn(t, &LEAST, best, found));
    }
    if (t->any_partly)
        TRY(turn(t, &PARTLY, best, found));
    for (size_t i = 0; i < n; i++)
        TRY(turn(t, dials[i], best, found));
    return RC_OK;
}

static enum rc choose(struct trial *t, struct choice *out)
{
    struct choice walks = choice_default(), ridge;
    double found, found_ridge;

    walks.ridge = false;
    walks.rare = 0; /* beta has much the same effect for walks */
    if (!t->by_time)
        walks.reading.half_life = 0;
    TRY(turn_all(t, &walks, &found));
    *out = walks;
    if (!model_has_ridge())
        return RC_OK;
    ridge = choice_default();
    ridge.reading = walks.reading;
    ridge.walk_alpha = walks.walk_alpha;
    ridge.walk_beta = walks.walk_beta;
    TRY(turn_all(t, &ridge, &found_ridge));
    if (found_ridge > found)
        *out = ridge;
    return RC_OK;
}

enum rc model_choose(const struct feedback_list *all, const struct limits *limits, struct arena *a,
                     struct choice *out, const char **report)
{
    struct sb text = { .a = a };
    struct trial t = { .limits = *limits, .report = &text };

    t.limits.head_max = MIN_OF(limits->head_max, (size_t)CHOOSE_HEAD_MAX);
    t.limits.threads = MAX_OF(limits->threads, 1);
    sb_str(&text, "");
    enum rc rc = take_sample(&t, all);
    *out = choice_default();
    if (rc == RC_OK && t.n_members > 0)
        rc = choose(&t, out);
    *report = text.buf ? text.buf : "";
    model_free(t.model);
    free(t.members);
    free(t.hidden);
    free(t.seen.items);
    return rc;
}
