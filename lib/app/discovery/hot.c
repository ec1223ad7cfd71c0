#include "app/discovery/hot.h"
#include "base/clock.h"
#include <math.h>

struct ranked {
    const struct learn_video *video;
    double score;
};

double hot_wilson(double mean, double n)
{
    const double z = 1.96, zz = z * z;

    if (n <= 0)
        return 0;
    double spread = z * sqrt((mean * (1 - mean) + zz / (4 * n)) / n);
    return (mean + zz / (2 * n) - spread) / (1 + zz / n);
}

static double days(int64_t ms) { return (double)ms / (double)DAY_MS; }

/* The integral of 2^-(t / half life) from 0 to the age. */
static double decayed_days(double age_days)
{
    return HOT_HALF_LIFE_DAYS / M_LN2 * (1 - exp2(-age_days / HOT_HALF_LIFE_DAYS));
}

static int best_first(const void *a, const void *b)
{
    const struct ranked *x = a, *y = b;

    if (x->score != y->score)
        return x->score < y->score ? 1 : -1;
    return (x->video->id > y->video->id) - (x->video->id < y->video->id);
}

static int by_category(const void *a, const void *b)
{
    const struct ranked *x = a, *y = b;
    int64_t c = x->video->category_id, d = y->video->category_id;

    return c != d ? (c > d) - (c < d) : best_first(a, b);
}

static enum rc put_best(struct list_writer *w, struct arena *a, struct packed_list list,
                        const struct ranked *best, size_t n)
{
    struct entry *items = arena_array(a, struct entry, n);

    for (size_t i = 0; i < n; i++)
        items[i] = (struct entry){ (uint32_t)best[i].video->id, (float)best[i].score, 0 };
    list.packed = entries_pack(a, items, n);
    return recommend_put(w, &list);
}

/* Put the list of all videos, and one for each category. */
static enum rc put_lists(struct list_writer *w, struct arena *a, struct packed_list list,
                         struct ranked *found, size_t n, size_t max)
{
    if (n == 0)
        return RC_OK;
    SORT(found, n, best_first);
    TRY(put_best(w, a, list, found, MIN_OF(n, max)));
    SORT(found, n, by_category);
    for (size_t i = 0, next; i < n; i = next) {
        list.id = found[i].video->category_id;
        for (next = i; next < n && found[next].video->category_id == list.id; next++)
            continue;
        TRY(put_best(w, a, list, found + i, MIN_OF(next - i, max)));
    }
    return RC_OK;
}

/* Popularity */

struct signals {
    double n, good; /* decayed */
};

static void count_signal(const struct feedback *f, const struct reading *how, int64_t now_ms,
                         struct signals *s)
{
    double age_days = days(MAX_OF(now_ms - f->at_s * SECOND_MS, 0));
    double evidence = feedback_evidence(f, how), counts = exp2(-age_days / HOT_HALF_LIFE_DAYS);

    if (evidence <= 0 && f->like >= 0)
        return; /* the member only had a short look */
    s->n += counts;
    s->good += counts * evidence;
}

static double hotness(const struct learn_video *v, const struct signals *s, int64_t now_ms)
{
    double age_days = fmax(days(now_ms - v->published_ms), HOT_LEAST_DAYS);

    return s->n * hot_wilson(s->good / s->n, s->n) / decayed_days(age_days);
}

enum rc hot_put(struct list_writer *w, struct arena *a, const struct learn_input *in,
                const struct reading *how, int64_t now_ms)
{
    struct signals *signals = arena_array(a, struct signals, in->videos_n);
    struct ranked *found = arena_array(a, struct ranked, in->videos_n);
    size_t n = 0;

    for (size_t i = 0; i < in->feedback.n; i++) {
        const struct feedback *f = &in->feedback.items[i];
        count_signal(f, how, now_ms, &signals[learn_video(in, f->video) - in->videos]);
    }
    for (size_t i = 0; i < in->videos_n; i++)
        if (signals[i].good > 0)
            found[n++] = (struct ranked){ &in->videos[i],
                                          hotness(&in->videos[i], &signals[i], now_ms) };
    return put_lists(w, a, (struct packed_list){ .kind = LIST_HOT, .made_ms = now_ms }, found, n,
                     HOT_LIST_MAX);
}

/* New videos */

struct exposed {
    int64_t video_id, shown, opened;
};
SHAPE(exposed_shape, struct exposed, COLUMN(struct exposed, video_id),
      COLUMN(struct exposed, shown), COLUMN(struct exposed, opened));
STMT(q_exposed, &exposed_shape,
     "SELECT e.video_id, CAST(SUM(e.shown) AS SIGNED) AS shown, CAST(SUM(e.opened) AS SIGNED) AS"
     " opened FROM video v JOIN exposure e ON e.video_id = v.id WHERE v.state = 'ready'"
     " AND v.visibility = 'public' AND v.published_ms > ? GROUP BY e.video_id");

struct exposure {
    const struct learn_input *in;
    struct exposed *of; /* one for each video */
};

static enum rc read_exposed(const void *row, void *arg)
{
    const struct exposed *e = row;
    struct exposure *all = arg;
    const struct learn_video *v = learn_video(all->in, e->video_id);

    if (v)
        all->of[v - all->in->videos] = *e;
    return RC_OK;
}

/* Sebastiano Vigna's splitmix64 (https://prng.di.unimi.it/splitmix64.c). */
static uint64_t next_random(uint64_t *state)
{
    uint64_t z = *state += 0x9e3779b97f4a7c15;

    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
}

/* A draw from the gamma distribution with an integer shape: the sum of that many waiting times for
 * an event that happens once per unit of time on average. */
static double draw_gamma(uint64_t *state, int64_t shape)
{
    double sum = 0;

    for (int64_t i = 0; i < shape; i++)
        sum -= log(((double)(next_random(state) >> 11) + 0.5) * 0x1p-53);
    return sum;
}

double hot_draw(int64_t video, int64_t day, int64_t opened, int64_t shown)
{
    uint64_t state = (uint64_t)video, mixed = next_random(&state) ^ (uint64_t)day;
    double yes = draw_gamma(&mixed, opened + 1);
    double no = draw_gamma(&mixed, MAX_OF(shown - opened, 0) + 1);

    return yes / (yes + no);
}

static bool is_unproven(const struct learn_video *v, const struct exposed *e, int64_t now_ms)
{
    return now_ms - v->published_ms < UNPROVEN_DAYS * DAY_MS && v->views < UNPROVEN_VIEWS &&
           e->shown < UNPROVEN_SHOWN;
}

static double chance(const struct learn_video *v, const struct exposed *e, int64_t now_ms)
{
    double age_days = fmax(days(now_ms - v->published_ms), 0);
    int64_t opened = MIN_OF(e->opened, e->shown);

    return exp2(-age_days / UNPROVEN_HALF_LIFE_DAYS) *
           hot_draw(v->id, now_ms / DAY_MS, opened, e->shown);
}

enum rc hot_put_unproven(struct list_writer *w, struct arena *a, const struct learn_input *in,
                         int64_t now_ms)
{
    struct exposure shown = { in, arena_array(a, struct exposed, in->videos_n) };
    struct ranked *found = arena_array(a, struct ranked, in->videos_n);
    size_t n = 0;

    TRY(db_each(w->db, a, &q_exposed, ARGS(I64(now_ms - UNPROVEN_DAYS * DAY_MS)), read_exposed,
                &shown));
    for (size_t i = 0; i < in->videos_n; i++)
        if (is_unproven(&in->videos[i], &shown.of[i], now_ms))
            found[n++] = (struct ranked){ &in->videos[i],
                                          chance(&in->videos[i], &shown.of[i], now_ms) };
    return put_lists(w, a, (struct packed_list){ .kind = LIST_UNPROVEN, .made_ms = now_ms }, found,
                     n, UNPROVEN_LIST_MAX);
}
