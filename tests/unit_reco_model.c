/* unit_reco_model: worlds whose right answer can be seen, the algebra compared with slow
 * references, and the same result for any number of threads. */
#include "check.h"
#include "reco/csr.h"
#include "reco/model.h"
#include "reco/ridge.h"
#include "reco/walk.h"

#include <math.h>

enum { ARENA_BYTES = 64 << 20, ROWS = 40000 };
#define CHECK_N(got, want) CHECK_INT((int64_t)(got), (want)) /* of a size_t */

static const struct limits LIMITS = { (size_t)1 << 28, 12000, 200, 2 };

/* A choice that counts every like in full, whatever its age. */
static struct choice plain(bool ridge)
{
    struct choice c = choice_default();

    c.reading.half_life = 0;
    c.ridge = ridge;
    c.lambda = 1;
    c.rare = 0;
    return c;
}

static struct feedback likes(int64_t member, uint32_t video)
{
    return (struct feedback){ .member = member, .video = video, .like = 1 };
}

static bool has(const struct entry *list, size_t n, uint32_t video)
{
    for (size_t i = 0; i < n; i++)
        if (list[i].video == video)
            return true;
    return false;
}

/* splitmix64, so that a failure can be repeated. */
static uint64_t state = 20;
static uint64_t chance(uint64_t below)
{
    uint64_t z = state += UINT64_C(0x9e3779b97f4a7c15);

    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return (z ^ z >> 31) % below;
}

/*
 * Two groups of taste: members 1 to 6 like videos 1 to 6, members 7 to 12 like videos 11 to 16, and
 * each one except one of their group: member 1 not video 1, member 7 not video 11, and so on.
 */
static size_t two_groups(struct feedback *rows)
{
    size_t n = 0;

    for (uint32_t u = 1; u <= 12; u++)
        for (uint32_t k = 1; k <= 6; k++)
            if (k != (u - 1) % 6 + 1)
                rows[n++] = likes(u, u <= 6 ? k : 10 + k);
    return n;
}

static void groups_of(bool ridge)
{
    static struct feedback rows[ROWS];
    struct feedback_list all = { rows, two_groups(rows) };
    struct choice how = plain(ridge);
    struct model *m = NULL;
    struct entry list[20];
    uint32_t video;

    CHECK_INT(model_learn(&all, &how, &LIMITS, &m), RC_OK);
    CHECK_N(model_videos(m), 12);
    for (uint32_t u = 0; u < 12; u++) {
        size_t n = model_list(m, rows + 5 * u, 5, 20, list);
        CHECK(n == 1 &&
              list[0].video == (u < 6 ? u + 1 : u + 5)); /* the one they miss, nothing else */
        CHECK(n == 1 && (list[0].because > 10) == (u >= 6) && list[0].because != list[0].video);
    }
    for (size_t i = 0; i < 12; i++) {
        size_t n = model_neighbours(m, i, &video, list);
        CHECK_N(n, 5);
        CHECK_INT(video, i < 6 ? (int64_t)i + 1 : (int64_t)i + 5);
        for (size_t k = 0; k < n; k++)
            CHECK((list[k].video > 10) == (video > 10) && list[k].video != video);
    }
    struct feedback stranger[2] = { likes(99, 3),
                                    likes(99, 5000) }; /* nobody else saw the second */
    CHECK(model_list(m, stranger, 2, 2, list) == 2 && list[0].video < 10 && list[0].because == 3);
    CHECK_N(model_list(m, stranger + 1, 1, 20, list), 0);
    CHECK_N(model_list(m, NULL, 0, 20, list), 0);
    model_free(m);
}

/* Ten members like 1 and 2, and dislike 3, which two others like together with 4. */
static void dislikes_of(bool ridge)
{
    struct feedback rows[40], one[2] = { likes(50, 1), likes(50, 3) };
    struct feedback_list all = { rows, 0 };
    struct choice how = plain(ridge);
    struct model *m = NULL;
    struct entry list[20];
    uint32_t video;

    for (int64_t u = 1; u <= 10; u++)
        for (uint32_t v = 1; v <= 3; v++)
            rows[all.n++] = (struct feedback){ .member = u, .video = v, .like = v < 3 ? 1 : -1 };
    for (int64_t u = 11; u <= 12; u++)
        for (uint32_t v = 3; v <= 4; v++)
            rows[all.n++] = likes(u, v);
    CHECK_INT(model_learn(&all, &how, &LIMITS, &m), RC_OK);
    for (size_t i = 0; i < 2; i++) /* what was disliked together is no neighbour */
        CHECK(!has(list, model_neighbours(m, i, &video, list), 3));
    CHECK(has(list, model_list(m, one, 2, 20, list), 4));
    one[1].like = -1;
    size_t n = model_list(m, one, 2, 20, list);
    CHECK(has(list, n, 2) && !has(list, n, 3) && !has(list, n, 4)); /* nor is what goes with it */
    model_free(m);
}

static void recency_of(bool ridge)
{
    static struct feedback rows[ROWS];
    struct feedback_list all = { rows, two_groups(rows) };
    struct feedback one[5] = { likes(50, 1), likes(50, 2), likes(50, 3), likes(50, 11),
                               likes(50, 12) };
    struct choice how = plain(ridge);
    struct model *m = NULL;
    struct entry list[20];

    for (size_t i = 0; i < 5; i++)
        one[i].at_s = 1000 + (int64_t)i;
    how.reading.half_life = 1;
    how.reading.least = 0.01f;
    CHECK_INT(model_learn(&all, &how, &LIMITS, &m), RC_OK);
    CHECK(model_list(m, one, 5, 1, list) == 1 && list[0].video > 12 && list[0].because == 12);
    for (size_t i = 0; i < 5; i++)
        one[i].at_s = 2000 - (int64_t)i; /* the other way round */
    CHECK(model_list(m, one, 5, 1, list) == 1 && list[0].video < 10 && list[0].because == 1);
    how.reading.half_life = 0; /* three say more than two */
    model_rescore(m, &how);
    CHECK(model_list(m, one, 5, 1, list) == 1 && list[0].video < 10);
    model_free(m);
}

static void refusals(void)
{
    struct feedback rows[3] = { likes(1, 1), likes(1, 2), likes(2, 1) };
    struct feedback_list all = { rows, 3 }, none = { NULL, 0 };
    struct choice how = plain(true);
    struct limits little = { 64, 12000, 200, 2 };
    struct model *m = NULL;

    rows[1].video = 1; /* twice */
    CHECK_INT(model_learn(&all, &how, &LIMITS, &m), RC_INVALID);
    rows[1].video = 0;
    CHECK_INT(model_learn(&all, &how, &LIMITS, &m), RC_INVALID);
    rows[1] = likes(3, 2); /* out of order */
    CHECK_INT(model_learn(&all, &how, &LIMITS, &m), RC_INVALID);
    rows[1] = likes(1, 2);
    rows[0].member = 0;
    CHECK_INT(model_learn(&all, &how, &LIMITS, &m), RC_INVALID);
    rows[0].member = 1;
    CHECK_INT(model_learn(&all, &how, &little, &m), RC_FULL);
    CHECK(m == NULL);
    CHECK_INT(model_learn(&none, &how, &LIMITS, &m), RC_OK);
    CHECK_N(model_videos(m), 0);
    model_free(m);
    model_free(NULL);
}

/*
 * The algebra, compared with textbook methods.
 */
enum { MEMBERS = 60, VIDEOS = 21 };
static double dense[MEMBERS][VIDEOS];

static void random_matrix(struct csr *x, struct csr *xt)
{
    struct csr loose;

    CHECK_INT(csr_new(MEMBERS, VIDEOS, MEMBERS * VIDEOS, &loose), RC_OK);
    for (size_t u = 0; u < MEMBERS; u++) {
        size_t at = loose.start[u];
        for (size_t i = VIDEOS; i-- > 0;) { /* in any order */
            dense[u][i] = chance(4) ? 0 : (double)(1 + chance(4)) / 4;
            if (dense[u][i] == 0)
                continue;
            loose.col[at] = (uint32_t)i;
            loose.value[at++] = (float)dense[u][i];
        }
        loose.start[u + 1] = at;
    }
    CHECK_INT(csr_transpose(&loose, xt), RC_OK);
    CHECK_INT(csr_transpose(xt, x), RC_OK);
    for (size_t u = 0; u < MEMBERS; u++)
        for (size_t k = x->start[u]; k < x->start[u + 1]; k++) {
            CHECK(k == x->start[u] || x->col[k - 1] < x->col[k]);
            CHECK((double)x->value[k] == dense[u][x->col[k]]);
        }
    csr_free(&loose);
}

/* The inverse by Gauss and Jordan. */
static void invert(size_t n, double a[VIDEOS][VIDEOS], double inverse[VIDEOS][VIDEOS])
{
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++)
            inverse[i][j] = i == j;
    for (size_t p = 0; p < n; p++) {
        double pivot = a[p][p];
        for (size_t j = 0; j < n; j++) {
            a[p][j] /= pivot;
            inverse[p][j] /= pivot;
        }
        for (size_t i = 0; i < n; i++) {
            double times = a[i][p];
            for (size_t j = 0; i != p && j < n; j++) {
                a[i][j] -= times * a[p][j];
                inverse[i][j] -= times * inverse[p][j];
            }
        }
    }
}

/* Of a matrix of weights: is `kept` of column j among its `keep` largest? */
static bool among(double b[VIDEOS][VIDEOS], size_t n, size_t i, size_t j, size_t keep)
{
    size_t larger = 0;

    for (size_t k = 0; k < n; k++)
        larger += fabs(b[k][j]) > fabs(b[i][j]) + 1e-6;
    return larger < keep;
}

static void ridge_of(size_t n) /* the first n videos: an even and an odd number */
{
    enum { KEEP = 5 };
    double g[VIDEOS][VIDEOS] = { 0 }, p[VIDEOS][VIDEOS], b[VIDEOS][VIDEOS] = { 0 };
    float factors[MEMBERS], *whole = NULL;
    struct csr x, xt, pruned;
    struct ridge r;
    size_t wrong = 0;

    random_matrix(&x, &xt);
    for (size_t u = 0; u < MEMBERS; u++) {
        factors[u] = (float)(1 + chance(8)) / 8;
        for (size_t i = 0; i < n; i++)
            for (size_t j = 0; j < n; j++)
                g[i][j] += (double)factors[u] * dense[u][i] * dense[u][j];
    }
    for (size_t i = 0; i < n; i++)
        g[i][i] += 2 + 0.25 / 0.75 * g[i][i];
    invert(n, g, p);
    CHECK_INT(ridge_solve(&x, &xt, factors, n, 2, 0.25f, 2, &r), RC_OK);
    CHECK_INT(ridge_dense(&r, 2, &whole), RC_OK);
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++) {
            b[i][j] = i == j ? 0 : -p[i][j] / p[j][j];
            wrong += fabs((double)whole[i * n + j] - b[i][j]) > 1e-4;
        }
    CHECK_N(wrong, 0);
    CHECK_INT(ridge_pruned(&r, KEEP, 2, &pruned), RC_OK);
    CHECK_N(csr_size(&pruned), (int64_t)(KEEP * n));
    for (size_t i = 0; i < n; i++)
        for (size_t k = pruned.start[i]; k < pruned.start[i + 1]; k++)
            CHECK(fabsf(pruned.value[k] - whole[i * n + pruned.col[k]]) < 1e-6f &&
                  among(b, n, i, pruned.col[k], KEEP));
    free(whole);
    ridge_free(&r);
    csr_free(&pruned);
    csr_free(&x);
    csr_free(&xt);
}

static void walks_of(size_t head, size_t keep)
{
    double of_video[VIDEOS] = { 0 }, of_member[MEMBERS] = { 0 }, want[VIDEOS][VIDEOS] = { 0 };
    double mass = 0, walked;
    struct csr x, xt, got;
    struct walk w;

    random_matrix(&x, &xt);
    for (size_t u = 0; u < MEMBERS; u++)
        for (size_t i = 0; i < VIDEOS; i++) {
            of_video[i] += dense[u][i];
            of_member[u] += dense[u][i];
        }
    for (size_t i = 0; i < VIDEOS; i++)
        for (size_t j = 0; j < VIDEOS; j++) {
            for (size_t u = 0; u < MEMBERS && i != j; u++)
                if (dense[u][i] * dense[u][j] > 0)
                    want[j][i] += pow(dense[u][i] / of_video[i], 0.7) *
                                  pow(dense[u][j] / of_member[u], 0.7) / pow(of_video[j], 0.4);
            mass += i < head && j < head ? want[j][i] : 0;
            want[j][i] *= !(i < head && j < head);
        }
    CHECK_INT(walk_new(&x, &xt, 0.7f, 0.4f, head, &w), RC_OK);
    CHECK_INT(walk_head_mass(&w, 1, &walked), RC_OK);
    CHECK(fabs(walked - mass) < 1e-4 * (1 + mass));
    CHECK_INT(walk_pairs(&w, keep, 2, &got), RC_OK);
    for (size_t i = 0; i < VIDEOS; i++) {
        size_t there = 0;
        for (size_t j = 0; j < VIDEOS; j++)
            there += want[j][i] > 0;
        CHECK_N(got.start[i + 1] - got.start[i], (int64_t)MIN_OF(there, keep));
        for (size_t k = got.start[i]; k < got.start[i + 1]; k++) {
            CHECK(fabs((double)got.value[k] - want[got.col[k]][i]) < 1e-5);
            CHECK(among(want, VIDEOS, got.col[k], i, keep));
        }
    }
    walk_free(&w);
    csr_free(&got);
    csr_free(&x);
    csr_free(&xt);
}

/*
 * A random world of tastes: each member mostly likes videos with the same remainder as their own.
 */
static struct feedback_list random_world(uint32_t members, uint32_t videos)
{
    static struct feedback rows[ROWS];
    struct feedback_list all = { rows, 0 };

    for (uint32_t u = 1; u <= members; u++)
        for (uint32_t v = 1; v <= videos; v++)
            if (chance(v % 5 == u % 5 ? 4 : 40) == 0 && all.n < ROWS)
                rows[all.n++] =
                    (struct feedback){ .member = u,
                                       .video = 7 * v,
                                       .at_s = 1 + (int64_t)chance(100000),
                                       .like = (int8_t)((int)chance(4) / 2 - (chance(10) == 0)),
                                       .watched = (float)chance(100) / 100 };
    return all;
}

struct taken {
    size_t n, bad;
    int64_t last;
    struct entry lists[ROWS];
};

static enum rc take(int64_t member, const struct entry *best, size_t n, void *arg)
{
    struct taken *t = arg;

    t->bad += member <= t->last || t->n + n > ROWS;
    t->last = member;
    for (size_t i = 0; i < n && t->n < ROWS; i++)
        t->lists[t->n++] = best[i];
    return member == 1500 ? RC_BUSY : RC_OK;
}

static void threads_of(bool ridge)
{
    static struct taken one, two;
    struct feedback_list all = random_world(1500, 60);
    struct limits limits = { (size_t)1 << 28, 40, 200, 1 }; /* a head of 40, and walks beyond */
    struct choice how = choice_default();
    struct model *m = NULL;
    size_t wrong = 0;

    how.ridge = ridge;
    one = two = (struct taken){ .n = 0 };
    CHECK_INT(model_learn(&all, &how, &limits, &m), RC_OK);
    CHECK_INT(model_lists(m, &all, 10, take, &one), RC_BUSY); /* what take() says ends it */
    for (size_t i = 0, n, at = 0; i < all.n;
         i += n) { /* each is model_list()'s, and has nothing seen */
        struct entry list[10];
        for (n = 1; i + n < all.n && all.items[i + n].member == all.items[i].member; n++)
            ;
        size_t listed = model_list(m, all.items + i, n, 10, list);
        wrong += memcmp(list, one.lists + at, listed * sizeof(*list)) != 0;
        for (size_t k = 0; k < n; k++)
            wrong += has(list, listed, all.items[i + k].video);
        at += listed;
    }
    CHECK_N(wrong, 0);
    model_free(m);
    limits.threads = 2;
    CHECK_INT(model_learn(&all, &how, &limits, &m), RC_OK);
    CHECK_INT(model_lists(m, &all, 10, take, &two), RC_BUSY);
    model_free(m);
    CHECK(one.bad == 0 && one.n > 1000 && one.n == two.n);
    CHECK(memcmp(one.lists, two.lists, one.n * sizeof(one.lists[0])) == 0);
}

/* What the home page does with neighbours agrees with the model for a member who has no list
 * yet. */
static struct arena *a;

static void merging_of(bool ridge)
{
    struct feedback_list all = random_world(300, 60);
    struct feedback rows[3] = { likes(1, 7), likes(1, 35), likes(1, 140) };
    struct choice how = choice_default();
    struct merge *merge = merge_new(a);
    struct entry *list = arena_array(a, struct entry, 200);
    struct model *m = NULL;
    uint32_t video;

    how.ridge = ridge;
    how.reading.half_life = 0;
    CHECK_INT(model_learn(&all, &how, &LIMITS, &m), RC_OK);
    for (size_t i = 0; i < model_videos(m); i++) {
        size_t n = model_neighbours(m, i, &video, list);
        for (size_t k = 0; k < 3; k++)
            if (video == rows[k].video)
                merge_neighbours(merge, video, entries_pack(a, list, n), 1);
    }
    for (size_t k = 0; k < 3; k++)
        merge_without(merge, rows[k].video);
    struct entry_list merged = merge_best(merge, 10);
    size_t n = model_list(m, rows, 3, 10, list);
    CHECK(n == 10 && merged.n == 10);
    for (size_t i = 0; i < n && !ridge;
         i++) /* walks add up; of the regression home has no negatives */
        CHECK(list[i].video == merged.items[i].video && list[i].because == merged.items[i].because);
    CHECK(merged.items[0].video % 35 == list[0].video % 35);
    model_free(m);
}

/* The best score in the lines of a report. */
static double best_of(const char *report)
{
    double best = 0;

    for (const char *at = report; (at = strstr(at, "NDCG@10 ")) != NULL; at++)
        best = fmax(best, strtod(at + strlen("NDCG@10 "), NULL));
    return best;
}

static void choosing(void)
{
    struct feedback_list all = random_world(400, 60), none = { NULL, 0 };
    struct choice first, second;
    const char *report, *again;

    CHECK_INT(model_choose(&all, &LIMITS, a, &first, &report), RC_OK);
    CHECK_INT(model_choose(&all, &LIMITS, a, &second, &again), RC_OK);
    CHECK(memcmp(&first, &second, sizeof(first)) == 0);
    CHECK(strstr(report, "walks") != NULL);
    CHECK(best_of(report) > 0.2); /* by chance it is below 0.1 */
    CHECK(first.reading.against < 0 && first.lambda > 0);
    for (size_t i = 0; i < all.n; i++)
        all.items[i].at_s = 0; /* without times, age cannot matter */
    CHECK_INT(model_choose(&all, &LIMITS, a, &second, &again), RC_OK);
    CHECK(second.reading.half_life == 0 && best_of(again) > 0.2);
    CHECK_INT(model_choose(&none, &LIMITS, a, &second, &again), RC_OK);
    CHECK(second.ridge == model_has_ridge());
    CHECK_STR(again, "");
}

/* Tastes change: everybody first liked 1 to 20, and then one of two groups of 20. */
static void changing(void)
{
    static struct feedback rows[ROWS];
    struct feedback_list all = { rows, 0 };
    struct choice how;
    const char *report;

    for (uint32_t u = 1; u <= 200; u++)
        for (uint32_t v = 1; v <= 60; v++) {
            bool now = v > 20 && (v > 40) == (u % 2 == 1);
            if ((v <= 20 || now) && chance(2) == 0) {
                rows[all.n] = likes(u, v);
                rows[all.n++].at_s = (now ? 1000 : 0) + 1 + (int64_t)chance(900);
            }
        }
    CHECK_INT(model_choose(&all, &LIMITS, a, &how, &report), RC_OK);
    CHECK(how.reading.half_life > 0 && how.reading.half_life <= 20);
}

/* Of equal sizes the lower columns stay, and an entry of 0 never does. */
static void pruning(void)
{
    const uint32_t col[6] = { 0, 1, 2, 3, 4, 5 };
    const float value[6] = { 0, -1, 1, 2, 1, 0 };
    float room[6];
    struct csr m;

    for (size_t keep = 1; keep <= 6; keep++) {
        CHECK_INT(csr_new(2, 6, 2 * keep, &m), RC_OK);
        csr_put_row(&m, 1, keep, col, value, 6, room);
        csr_put_row(&m, 0, keep, col, value, 1, room); /* rows in any order, empty ones too */
        csr_close(&m, keep);
        CHECK_N(csr_size(&m), (int64_t)MIN_OF(keep, 4));
        CHECK(m.start[1] == 0);
        CHECK(keep != 1 || m.col[0] == 3);
        CHECK(keep != 2 || (m.col[0] == 1 && m.col[1] == 3 && m.value[0] == -1));
        CHECK(keep != 3 || (m.col[0] == 1 && m.col[1] == 2 && m.col[2] == 3));
        csr_free(&m);
    }
}

/* Without the ridge, as where there is no OpenBLAS, and with it where there is. */
static void each(void (*check)(bool ridge))
{
    for (int ridge = 0; ridge <= model_has_ridge(); ridge++)
        check(ridge);
}

static void groups(void) { each(groups_of); }
static void dislikes(void) { each(dislikes_of); }
static void recency(void) { each(recency_of); }
static void threads(void) { each(threads_of); }
static void merging(void) { each(merging_of); }

static void ridge(void)
{
    if (!model_has_ridge()) {
        CHECK_SKIP("ridge", "built without OpenBLAS");
        return;
    }
    ridge_of(VIDEOS - 1);
    ridge_of(VIDEOS);
}

static void walks(void)
{
    walks_of(0, VIDEOS);
    walks_of(0, 4);
    walks_of(8, 6);
}

int main(int argc, char **argv)
{
    static const struct check_case cases[] = {
        CASE(groups), CASE(dislikes), CASE(recency), CASE(threads),  CASE(merging),  CASE(refusals),
        CASE(ridge),  CASE(walks),    CASE(pruning), CASE(choosing), CASE(changing),
    };

    CHECK_CHOOSE(argc, argv, cases);
    a = arena_new(ARENA_BYTES);
    check_run();
    arena_free(a);
    return check_done("reco_model");
}
