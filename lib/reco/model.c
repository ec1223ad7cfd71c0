#include "reco/model.h"

#include "reco/best.h"
#include "reco/csr.h"
#include "reco/history.h"
#include "reco/ids.h"
#include "reco/ridge.h"
#include "reco/walk.h"

#include <math.h>
#include <omp.h>

/* Beyond limits.neighbours, members are scored by the whole regression while that takes no more
 * than DENSE_ADDS_MAX additions for all members (about 3 CPU seconds), else by as many entries of
 * each video as take SPARSE_ADDS_MAX. On ML-1M the strongest 1000, 500, 300, 200 cost 0.3, 1, 2,
 * 2.5% of NDCG@10. */
enum { HEAD_KEEP_MIN = 200, HEAD_KEEP_MAX = 1000, WALK_KEEP = 800 };
static const double DENSE_ADDS_MAX = 5e9, SPARSE_ADDS_MAX = 2e9;

enum {
    MASS_SOURCES = 500, /* sources whose masses are compared */
    BECAUSE_OF = 20,    /* the latest liked rows that can be the reason of an entry */
    LISTS_AT_ONCE = 1024,
};

/* Inside, videos are numbered by popularity ("places"), so that the videos in the regression come
 * first. */
struct model {
    struct ids ids;
    uint32_t *place_of, *video_at; /* the place of the i-th id; and the reverse */
    float *popularity;             /* by place: the sum of evidence, and ... */
    float *fame;                   /* ... the factor for scores of this video */
    size_t head;                   /* videos in the regression */
    float *dense;                  /* either all of it, head x head, or ... */
    struct csr pruned;             /* ... its largest entries */
    struct csr walks;              /* pairs with a video outside of it */
    struct reading reading;
    struct limits limits;
};

bool model_has_ridge(void)
{
#ifdef HAVE_OPENBLAS
    return true;
#else
    return false;
#endif
}

void model_free(struct model *m)
{
    if (m == NULL)
        return;
    ids_free(&m->ids);
    free(m->place_of);
    free(m->video_at);
    free(m->popularity);
    free(m->fame);
    free(m->dense);
    csr_free(&m->pruned);
    csr_free(&m->walks);
    free(m);
}

static enum rc check(const struct feedback_list *all)
{
    for (size_t i = 0; i < all->n; i++) {
        const struct feedback *f = &all->items[i], *before = f - (i > 0);
        if (f->member <= 0 || f->video == 0 || f->member < before->member ||
            (i > 0 && f->member == before->member && f->video <= before->video))
            return RC_INVALID;
    }
    return RC_OK;
}

/*
 * The matrix of evidence.
 */
struct standing {
    double popularity;
    uint32_t at;
};

static int most_popular_first(const void *a, const void *b)
{
    const struct standing *l = a, *r = b;

    if (l->popularity != r->popularity)
        return l->popularity < r->popularity ? 1 : -1;
    return (l->at > r->at) - (l->at < r->at);
}

/* Places by the sum of evidence; of equal sums the lower id comes first. */
static enum rc find_places(struct model *m, const struct feedback_list *all)
{
    size_t n = m->ids.n;
    struct standing *s = calloc(n + 1, sizeof(*s));

    m->place_of = malloc((n + 1) * sizeof(*m->place_of));
    m->video_at = malloc((n + 1) * sizeof(*m->video_at));
    m->popularity = malloc((n + 1) * sizeof(*m->popularity));
    m->fame = malloc((n + 1) * sizeof(*m->fame));
    if (!s || !m->place_of || !m->video_at || !m->popularity || !m->fame) {
        free(s);
        return RC_FULL;
    }
    for (size_t i = 0; i < n; i++)
        s[i].at = (uint32_t)i;
    for (size_t i = 0; i < all->n; i++)
        s[ids_find(&m->ids, all->items[i].video)].popularity += (double)feedback_evidence(
            &all->items[i], &m->reading);
    SORT(s, n, most_popular_first);
    for (size_t p = 0; p < n; p++) {
        m->place_of[s[p].at] = (uint32_t)p;
        m->video_at[p] = m->ids.id[s[p].at];
        m->popularity[p] = (float)s[p].popularity;
    }
    free(s);
    return RC_OK;
}

/* Make one row of the matrix from n rows of a member, in any order of columns. */
static size_t put_member(const struct model *m, const struct feedback *rows, size_t n,
                         struct moment *room, uint32_t *col, float *value)
{
    size_t at = 0, latest = n > FEEDBACK_PER_MEMBER_MAX ? history_order(rows, n, room) : n;

    for (size_t k = 0; k < latest; k++) {
        const struct feedback *f = &rows[n > FEEDBACK_PER_MEMBER_MAX ? room[k].row : k];
        float evidence = feedback_evidence(f, &m->reading);
        if (!(evidence > 0))
            continue;
        col[at] = m->place_of[ids_find(&m->ids, f->video)];
        value[at++] = evidence;
    }
    return at;
}

static void count_members(const struct feedback_list *all, size_t *members, size_t *longest)
{
    *members = *longest = 0;
    for (size_t i = 0, n; i < all->n; i += n) {
        n = history_length(all, i);
        *members += 1;
        *longest = MAX_OF(*longest, n);
    }
}

/* Makes the matrix members x videos, with the columns in order, and its transpose. */
static enum rc evidence_matrix(const struct model *m, const struct feedback_list *all,
                               struct csr *x, struct csr *xt)
{
    size_t members, longest, at = 0;
    struct csr loose = { 0 };
    struct moment *room;
    enum rc rc;

    count_members(all, &members, &longest);
    room = malloc((longest + 1) * sizeof(*room));
    rc = room ? csr_new(members, m->ids.n, all->n, &loose) : RC_FULL;
    for (size_t i = 0, n, u = 0; rc == RC_OK && i < all->n; i += n, u++) {
        n = history_length(all, i);
        at += put_member(m, all->items + i, n, room, loose.col + at, loose.value + at);
        loose.start[u + 1] = at;
    }
    free(room);
    if (rc == RC_OK)
        rc = csr_transpose(&loose, xt);
    csr_free(&loose);
    return rc == RC_OK ? csr_transpose(xt, x) : rc;
}

/*
 * Learning.
 */

/* The squared factors of the members' rows; on average they leave the sum of evidence unchanged. */
static float *factors_of(const struct csr *x, float norm)
{
    float *factors = malloc((x->rows + 1) * sizeof(*factors));
    double sum = 0;

    if (factors == NULL)
        return NULL;
    csr_row_sums(x, factors);
    for (size_t u = 0; u < x->rows; u++)
        sum += (double)factors[u];
    float mean = (float)(sum / (double)MAX_OF(x->rows, (size_t)1));
    for (size_t u = 0; u < x->rows; u++)
        factors[u] = factors[u] > 0 ? powf(mean / factors[u], 2 * norm) : 0;
    return factors;
}

/* The sum of the absolute entries that the regression gives to every step-th video of its head. */
static double ridge_mass(const struct ridge *r, size_t step)
{
    double mass = 0;

    for (size_t i = 0; i < r->n; i += step)
        for (size_t j = 0; j < r->n; j++)
            if (i != j)
                mass += fabs((double)*ridge_at(r, MIN_OF(i, j), MAX_OF(i, j))) /
                        (double)*ridge_at(r, j, j);
    return mass;
}

/* How large the head is, and in which form it is kept, within the memory that is left. */
struct room {
    size_t head, head_keep, walk_keep;
    bool dense;
};

static enum rc plan(const struct csr *x, const struct choice *how, const struct limits *limits,
                    struct room *out)
{
    size_t entry = sizeof(uint32_t) + sizeof(float), entries = csr_size(x), videos = x->cols;
    size_t taken = 2 * entries * entry + 8 * (x->rows + 8 * videos);

    if (taken > limits->memory_bytes)
        return RC_FULL;
    double left = (double)(limits->memory_bytes - taken);
    size_t fits = (size_t)sqrt(left / 4); /* half to factorise, half for the result */
    size_t head = how->ridge && model_has_ridge() ? MIN_OF(MIN_OF(videos, limits->head_max), fits)
                                                  : 0;
    double h = (double)head;

    left -= 2 * h * h;
    out->head = head;
    out->dense = 4 * h * h <= left && (double)entries * h <= DENSE_ADDS_MAX;
    double keep = SPARSE_ADDS_MAX / (double)MAX_OF(entries, (size_t)1);
    keep = fmin(fmax(keep, HEAD_KEEP_MIN), HEAD_KEEP_MAX);
    out->head_keep = (size_t)fmin(keep, left / (2 * (double)entry * (h + 1)));
    out->walk_keep = MIN_OF((size_t)WALK_KEEP,
                            (size_t)(left / (2 * (double)entry * (double)(videos + 1))));
    out->head_keep = MAX_OF(out->head_keep, (size_t)1);
    out->walk_keep = MAX_OF(out->walk_keep, (size_t)1);
    return RC_OK;
}

/* Frees x and xt when no videos are left for the walks. */
static enum rc learn_ridge(struct model *m, struct csr *x, struct csr *xt, const struct choice *how,
                           const struct room *room, double *mass)
{
    int threads = m->limits.threads;
    struct ridge r = { 0 };
    float *factors = factors_of(x, how->norm);
    enum rc rc = RC_FULL;

    if (factors != NULL)
        rc = ridge_solve(x, xt, factors, m->head, how->lambda, how->dropout, threads, &r);
    free(factors);
    if (rc != RC_OK)
        return rc;
    if (m->head == m->ids.n) {
        csr_free(x);
        csr_free(xt);
    }
    *mass = ridge_mass(&r, m->head / MASS_SOURCES + 1);
    rc = room->dense ? ridge_dense(&r, threads, &m->dense)
                     : ridge_pruned(&r, room->head_keep, threads, &m->pruned);
    ridge_free(&r);
    return rc;
}

/* The walks are scaled so that they count as much as the regression: over pairs that both know,
 * their masses are equal. */
static enum rc learn_walks(struct model *m, struct csr *x, struct csr *xt, const struct choice *how,
                           const struct room *room, double mass)
{
    struct walk w;
    double walked = 0;

    TRY(walk_new(x, xt, how->walk_alpha, how->walk_beta, m->head, &w));
    enum rc rc = walk_head_mass(&w, m->head / MASS_SOURCES + 1, &walked);
    if (rc == RC_OK)
        rc = walk_pairs(&w, room->walk_keep, m->limits.threads, &m->walks);
    walk_free(&w);
    if (rc == RC_OK && walked > 0)
        for (size_t k = 0, n = csr_size(&m->walks); k < n; k++)
            m->walks.value[k] *= (float)(mass / walked);
    return rc;
}

static enum rc learn(struct model *m, const struct feedback_list *all, const struct choice *how)
{
    struct csr x = { 0 }, xt = { 0 };
    struct room room;
    double mass = 0;
    enum rc rc;

    TRY(ids_of(all, &m->ids));
    TRY(find_places(m, all));
    rc = evidence_matrix(m, all, &x, &xt);
    if (rc == RC_OK)
        rc = plan(&x, how, &m->limits, &room);
    if (rc != RC_OK)
        goto out;
    m->head = room.head;
    if (m->head > 0)
        rc = learn_ridge(m, &x, &xt, how, &room, &mass);
    if (rc == RC_OK && m->head < m->ids.n)
        rc = learn_walks(m, &x, &xt, how, &room, mass);
out:
    csr_free(&x);
    csr_free(&xt);
    return rc;
}

enum rc model_learn(const struct feedback_list *all, const struct choice *how,
                    const struct limits *limits, struct model **out)
{
    TRY(check(all));
    struct model *m = calloc(1, sizeof(*m));
    if (m == NULL)
        return RC_FULL;
    m->reading = how->reading;
    m->limits = *limits;
    m->limits.threads = MAX_OF(limits->threads, 1);
    enum rc rc = learn(m, all, how);
    if (rc != RC_OK) {
        model_free(m);
        return rc;
    }
    model_rescore(m, how);
    *out = m;
    return RC_OK;
}

/*
 * Neighbours.
 */
size_t model_videos(const struct model *m) { return m->ids.n; }

static void offer(const struct model *m, struct best *best, size_t place, float value)
{
    struct entry e = { m->video_at[place], value * m->fame[place], 0 };

    if (e.score > 0)
        best_offer(best, &e);
}

static void offer_row(const struct model *m, struct best *best, const struct csr *from, size_t row)
{
    for (size_t k = from->start[row]; k < from->start[row + 1]; k++)
        offer(m, best, from->col[k], from->value[k]);
}

size_t model_neighbours(const struct model *m, size_t i, uint32_t *video, struct entry *out)
{
    struct best best = { out, 0, m->limits.neighbours };
    size_t place = m->place_of[i];

    *video = m->ids.id[i];
    if (m->dense && place < m->head)
        for (size_t j = 0; j < m->head; j++)
            offer(m, &best, j, m->dense[place * m->head + j]);
    if (place < m->pruned.rows)
        offer_row(m, &best, &m->pruned, place);
    if (place < m->walks.rows)
        offer_row(m, &best, &m->walks, place);
    return best_sort(&best);
}

/*
 * Lists of members.
 */
struct voice {
    size_t place;
    float weight;
};
struct scratch {   /* of one thread */
    float *scores; /* by place */
    struct moment *moments;
    struct voice *voices; /* rows with a weight */
    uint32_t *slot;       /* by place: which entry of the list it is, from 1; 0: none */
    uint32_t *places;     /* of the entries */
    float *most;          /* for each entry, the largest part that came from one row */
};

/* Room for members with up to that many rows, and for lists of up to `max`. */
static enum rc scratch_new(const struct model *m, size_t rows, size_t max, struct scratch *out)
{
    *out = (struct scratch){
        malloc((m->ids.n + 1) * sizeof(*out->scores)), malloc((rows + 1) * sizeof(*out->moments)),
        malloc((rows + 1) * sizeof(*out->voices)),     calloc(m->ids.n + 1, sizeof(*out->slot)),
        malloc((max + 1) * sizeof(*out->places)),      malloc((max + 1) * sizeof(*out->most))
    };
    return out->scores && out->moments && out->voices && out->slot && out->places && out->most
               ? RC_OK
               : RC_FULL;
}

static void scratch_free(struct scratch *s)
{
    free(s->scores);
    free(s->moments);
    free(s->voices);
    free(s->slot);
    free(s->places);
    free(s->most);
}

static void add_row(float *restrict scores, const struct csr *from, size_t row, float weight)
{
    const uint32_t *restrict col = from->col;
    const float *restrict value = from->value;

    for (size_t k = from->start[row], end = from->start[row + 1]; k < end; k++)
        scores[col[k]] += weight * value[k];
}

static void add_voice(const struct model *m, struct voice v, float *scores)
{
    if (m->dense && v.place < m->head) {
        const float *row = m->dense + v.place * m->head;
        for (size_t j = 0; j < m->head; j++)
            scores[j] += v.weight * row[j];
    }
    if (v.place < m->pruned.rows)
        add_row(scores, &m->pruned, v.place, v.weight);
    if (v.place < m->walks.rows)
        add_row(scores, &m->walks, v.place, v.weight);
}

static size_t voices_of(const struct model *m, const struct feedback *rows, size_t n,
                        struct scratch *s)
{
    size_t latest = history_order(rows, n, s->moments), voices = 0;

    for (size_t k = 0; k < latest; k++) {
        const struct feedback *f = &rows[s->moments[k].row];
        float weight = feedback_weight(f, &m->reading, s->moments[k].newer);
        size_t at = ids_find(&m->ids, f->video);
        if (weight != 0 && at != IDS_NONE)
            s->voices[voices++] = (struct voice){ m->place_of[at], weight };
    }
    return voices;
}

/* `part` is what one row adds to the entry of a slot: remember the row if no other added more so
 * far. */
static void speak(struct scratch *s, struct entry *list, uint32_t slot, float part,
                  uint32_t because)
{
    if (!(part > s->most[slot - 1]))
        return;
    s->most[slot - 1] = part;
    list[slot - 1].because = because;
}

static void speak_row(struct scratch *s, struct entry *list, const struct csr *from, struct voice v,
                      uint32_t because)
{
    const uint32_t *restrict col = from->col, *restrict slot = s->slot;

    for (size_t k = from->start[v.place], end = from->start[v.place + 1]; k < end; k++)
        if (slot[col[k]] != 0)
            speak(s, list, slot[col[k]], v.weight * from->value[k], because);
}

/* Finds for each entry which of the latest liked rows added most to its score. */
static void find_because(const struct model *m, size_t voices, struct scratch *s,
                         struct entry *list, size_t n)
{
    for (size_t k = 0; k < n; k++) {
        s->places[k] = m->place_of[ids_find(&m->ids, list[k].video)];
        s->slot[s->places[k]] = (uint32_t)k + 1;
        s->most[k] = 0;
    }
    for (size_t i = 0, asked = 0; i < voices && asked < BECAUSE_OF; i++) {
        struct voice v = s->voices[i];
        uint32_t because = m->video_at[v.place];
        if (!(v.weight > 0))
            continue;
        asked++;
        for (size_t k = 0; m->dense && v.place < m->head && k < n; k++)
            if (s->places[k] < m->head)
                speak(s, list, (uint32_t)k + 1,
                      v.weight * m->dense[v.place * m->head + s->places[k]], because);
        if (v.place < m->pruned.rows)
            speak_row(s, list, &m->pruned, v, because);
        if (v.place < m->walks.rows)
            speak_row(s, list, &m->walks, v, because);
    }
    for (size_t k = 0; k < n; k++)
        s->slot[s->places[k]] = 0;
}

/* Most videos are skipped after one comparison with the worst entry that was kept. */
static void take_best(const struct model *m, const float *scores, struct best *best)
{
    const float *fame = m->fame;
    float least = 0;

    for (size_t p = 0, n = m->ids.n; p < n; p++)
        if (scores[p] * fame[p] >= least) {
            offer(m, best, p, scores[p]);
            least = best->n == best->max && best->n > 0 ? best->items[0].score : 0;
        }
}

static size_t list(const struct model *m, const struct feedback *rows, size_t n, size_t max,
                   struct scratch *s, struct entry *out)
{
    struct best best = { out, 0, max };
    size_t voices = voices_of(m, rows, n, s);

    memset(s->scores, 0, m->ids.n * sizeof(*s->scores));
    for (size_t k = 0; k < voices; k++)
        add_voice(m, s->voices[k], s->scores);
    for (size_t i = 0, at; i < n; i++)
        if ((at = ids_find(&m->ids, rows[i].video)) != IDS_NONE)
            s->scores[m->place_of[at]] = 0;
    take_best(m, s->scores, &best);
    best_sort(&best);
    find_because(m, voices, s, out, best.n);
    return best.n;
}

size_t model_list(const struct model *m, const struct feedback *rows, size_t n, size_t max,
                  struct entry *out)
{
    struct scratch s;
    size_t listed = 0;

    if (scratch_new(m, n, max, &s) == RC_OK)
        listed = list(m, rows, n, max, &s, out);
    scratch_free(&s);
    return listed;
}

/* The lists of the members whose rows begin at starts[0] to starts[n - 1]. */
static void list_some(const struct model *m, const struct feedback_list *all, const size_t *starts,
                      size_t n, size_t max, struct scratch *scratch, struct entry *lists,
                      size_t *listed)
{
#pragma omp parallel for num_threads(m->limits.threads) schedule(dynamic, 16)
    for (size_t k = 0; k < n; k++)
        listed[k] = list(m, all->items + starts[k], history_length(all, starts[k]), max,
                         &scratch[omp_get_thread_num()], lists + k * max);
}

enum rc model_lists(const struct model *m, const struct feedback_list *all, size_t max,
                    enum rc (*take)(int64_t member, const struct entry *best, size_t n, void *arg),
                    void *arg)
{
    size_t members, longest, threads = (size_t)m->limits.threads;
    size_t starts[LISTS_AT_ONCE], listed[LISTS_AT_ONCE];
    struct entry *lists = malloc((LISTS_AT_ONCE * max + 1) * sizeof(*lists));
    struct scratch *scratch = calloc(threads, sizeof(*scratch));
    enum rc rc = RC_OK;

    if (lists == NULL || scratch == NULL) {
        free(lists);
        free(scratch);
        return RC_FULL;
    }
    assert(threads > 0);
    count_members(all, &members, &longest);
    for (size_t t = 0; rc == RC_OK && t < threads; t++)
        rc = scratch_new(m, longest, max, &scratch[t]);
    for (size_t i = 0, n; rc == RC_OK && i < all->n;) {
        for (n = 0; n < LISTS_AT_ONCE && i < all->n; i += history_length(all, i))
            starts[n++] = i;
        list_some(m, all, starts, n, max, scratch, lists, listed);
        for (size_t k = 0; rc == RC_OK && k < n; k++)
            rc = take(all->items[starts[k]].member, lists + k * max, listed[k], arg);
    }
    for (size_t t = 0; t < threads; t++)
        scratch_free(&scratch[t]);
    free(scratch);
    free(lists);
    return rc;
}

void model_rescore(struct model *m, const struct choice *how)
{
    m->reading = how->reading;
    for (size_t p = 0; p < m->ids.n; p++)
        m->fame[p] = powf(fmaxf(m->popularity[p], 1), -how->rare);
}
