/*
 * The rules of division against the shared vectors and against random markets.
 *
 *   unit_divide [FILE...] [CASE...]    vectors; default: tests/data/payout_vectors.json
 *   SEED=n MARKETS=n         the generator; the seed is printed, so that a failure can be repeated
 */
#include "app/money/divide.h"
#include "app/money/uplift.h"
#include "base/str.h"
#include "check.h"
#include "market.h"
#include <time.h>
#include <unistd.h>

enum { MARKETS = 2000, MIN_SECONDS = 60 };

struct result {
    struct unit_split split[UNITS_MAX];
    int64_t alloc[UNITS_MAX][CREATORS_MAX], idle[UNITS_MAX], contribution[UNITS_MAX];
    int64_t uplift[CREATORS_MAX], earned[CREATORS_MAX];
    int64_t uplift_total, idle_out, platform, net;
};

static int64_t total_seconds(const struct market *m, size_t u)
{
    int64_t sum = 0;
    for (size_t c = 0; c < m->creators; c++)
        sum += m->seconds[u][c];
    return sum;
}

/* Lists are filled from their end: the result must not depend on their order. */
static bool backwards;
static size_t place(size_t i, size_t n) { return backwards ? n - 1 - i : i; }

/* `amount` of one unit by the seconds it watched. */
static void allocate(const struct market *m, size_t u, int64_t amount, int64_t *alloc)
{
    struct part parts[CREATORS_MAX];

    for (size_t c = 0; c < m->creators; c++)
        parts[place(c, m->creators)] = (struct part){ .id = (int64_t)c,
                                                      .weight = m->seconds[u][c] };
    divide_by_weight(amount, parts, m->creators);
    for (size_t c = 0; c < m->creators; c++)
        alloc[parts[c].id] = parts[c].amount;
}

static void split_all(const struct market *m, struct result *r)
{
    memset(r, 0, sizeof(*r));
    for (size_t u = 0; u < m->units; u++) {
        divide_unit(&m->money[u], m->share_bp, &r->split[u]);
        r->platform += r->split[u].platform;
        r->net += r->split[u].net;
    }
}

static void run_user(const struct market *m, struct result *r)
{
    struct arena *a = arena_new(4 << 20);
    struct uplift uplift = { .a = a };
    struct tally_list earned, raised;
    int64_t idle = m->idle;

    split_all(m, r);
    for (size_t u = 0; u < m->units; u++) {
        if (total_seconds(m, u) < m->min_seconds) {
            r->idle[u] = r->split[u].creators;
            idle += r->idle[u];
            continue;
        }
        allocate(m, u, r->split[u].creators, r->alloc[u]);
        const struct uplift_terms terms = { m->share_bp, r->split[u].creators,
                                            r->split[u].platform };
        for (size_t i = 0; i < m->creators; i++) {
            size_t c = place(i, m->creators);
            uplift_add(&uplift, &terms, (int64_t)c, r->alloc[u][c]);
            r->earned[c] += r->alloc[u][c];
        }
    }
    r->uplift_total = uplift_divide(&uplift, idle, &earned, &raised);
    for (size_t i = 0; i < raised.n; i++) {
        int64_t c = raised.items[i].creator_id;
        CHECK(earned.items[i].creator_id == c && earned.items[i].minor == r->earned[c]);
        r->uplift[c] = raised.items[i].minor;
    }
    for (size_t c = 0; c < m->creators; c++)
        r->earned[c] += r->uplift[c];
    r->idle_out = idle - r->uplift_total;
    arena_free(a);
}

static void run_scaled(const struct market *m, struct result *r)
{
    struct contribution units[UNITS_MAX];
    int64_t pool = m->idle;
    size_t n = 0;

    split_all(m, r);
    for (size_t i = 0; i < m->units; i++) {
        size_t u = place(i, m->units);
        int64_t seconds = total_seconds(m, u);
        pool += r->split[u].creators;
        if (seconds >= m->min_seconds)
            units[n++] = (struct contribution){ (int64_t)u, r->split[u].net, seconds, 0 };
    }
    r->idle_out = divide_scaled(pool, units, n);
    for (size_t i = 0; i < n; i++) {
        size_t u = (size_t)units[i].id;
        r->contribution[u] = units[i].amount;
        allocate(m, u, units[i].amount, r->alloc[u]);
        for (size_t c = 0; c < m->creators; c++)
            r->earned[c] += r->alloc[u][c];
    }
}

/* `want` maps creators' names to amounts; a creator who is not named gets nothing. */
static void check_amounts(const struct market *m, const int64_t *got, json_object *want)
{
    for (size_t c = 0; c < m->creators; c++)
        CHECK_INT(got[c], want ? number(want, m->creator_name[c]) : 0);
}

static void check_user(const struct market *m, json_object *want)
{
    static struct result r;
    json_object *units = get(want, "units");

    run_user(m, &r);
    CHECK_INT((int64_t)json_object_array_length(units), (int64_t)m->units);
    json_object_array_sort(units, by_unit_id);
    for (size_t u = 0; u < m->units; u++) {
        json_object *unit = json_object_array_get_idx(units, u);
        CHECK_INT(r.split[u].net, number(unit, "net"));
        CHECK_INT(r.split[u].shortfall, number(unit, "shortfall"));
        CHECK_INT(r.split[u].tax_refunded, number(unit, "tax_refunded"));
        CHECK_INT(r.split[u].creators, number(unit, "creators"));
        CHECK_INT(r.split[u].platform, number(unit, "platform"));
        CHECK_INT(r.idle[u], number(unit, "idle"));
        check_amounts(m, r.alloc[u], get(unit, "alloc"));
    }
    CHECK_INT(r.uplift_total, number(want, "uplift_total"));
    CHECK_INT(r.idle_out, number(want, "idle_out"));
    CHECK_INT(r.platform, number(want, "platform"));
    check_amounts(m, r.uplift, get(want, "uplift"));
    check_amounts(m, r.earned, get(want, "earned"));
}

static void check_scaled(const struct market *m, json_object *want)
{
    static struct result r;

    run_scaled(m, &r);
    for (size_t u = 0; u < m->units; u++) {
        CHECK_INT(r.contribution[u], number(get(want, "contrib"), m->unit_name[u]));
        check_amounts(m, r.alloc[u], get(get(want, "alloc"), m->unit_name[u]));
    }
    CHECK_INT(r.idle_out, number(want, "idle_out"));
    CHECK_INT(r.platform, number(want, "platform"));
    check_amounts(m, r.earned, get(want, "earned"));
}

static void check_file(const char *path)
{
    static struct market m;
    json_object *vectors = json_object_from_file(path);

    CHECK(vectors != NULL);
    for (size_t i = 0; vectors && i < json_object_array_length(vectors); i++) {
        json_object *vector = json_object_array_get_idx(vectors, i);
        int before = checks_bad;
        read_market(vector, &m);
        check_user(&m, get(vector, "user"));
        check_scaled(&m, get(vector, "scaled"));
        if (checks_bad > before)
            printf("  in the vector \"%s\"\n", json_object_get_string(get(vector, "name")));
    }
    json_object_put(vectors);
}

static void check_vectors(void)
{
    for (size_t i = 0; vector_files[i]; i++)
        check_file(vector_files[i]);
}

static uint64_t state; /* splitmix64: small, and the same everywhere */
static uint64_t next_random(void)
{
    uint64_t z = (state += UINT64_C(0x9e3779b97f4a7c15));
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}
static int64_t below(int64_t n) { return (int64_t)(next_random() % (uint64_t)n); }

static void random_market(struct market *m)
{
    memset(m, 0, sizeof(*m));
    m->share_bp = below(5) ? 7000 : below(SHARE_ALL_BP + 1);
    m->min_seconds = MIN_SECONDS;
    m->idle = below(3) ? 0 : below(5000);
    m->units = (size_t)(1 + below(20));
    m->creators = (size_t)(1 + below(10));
    for (size_t u = 0; u < m->units; u++) {
        int64_t gross = below(4) ? 999 : below(20000);
        m->money[u] = (struct unit_money){ gross, gross / 6, below(gross / 10 + 2), 0 };
        m->money[u].refunded = below(6) ? 0 : below(gross + 1);
        for (size_t c = 0; c < m->creators; c++)
            m->seconds[u][c] = below(3) ? 0 : below(below(4) ? 5000 : 1300000);
    }
}

static int64_t sum(const int64_t *v, size_t n)
{
    int64_t s = 0;
    for (size_t i = 0; i < n; i++)
        s += v[i];
    return s;
}

typedef void rule(const struct market *m, struct result *r);

/* Nothing is lost, made or negative. */
static void check_conservation(const struct market *m, rule *run)
{
    static struct result r;

    run(m, &r);
    CHECK_INT(sum(r.earned, m->creators) + r.platform + r.idle_out, r.net + m->idle);
    CHECK(r.idle_out >= 0 && r.uplift_total >= 0);
    for (size_t c = 0; c < m->creators; c++)
        CHECK(r.earned[c] >= 0);
}

/* No subscription pays out more than what was left of it. */
static void check_bounds(const struct market *m, rule *run)
{
    static struct result r;
    int64_t given = 0;

    run(m, &r);
    for (size_t u = 0; u < m->units; u++) {
        int64_t alloc = sum(r.alloc[u], m->creators);
        CHECK(alloc <= r.split[u].net);
        CHECK(total_seconds(m, u) >= m->min_seconds || alloc == 0);
        given += alloc;
    }
    CHECK(r.uplift_total * m->share_bp <= given * (SHARE_ALL_BP - m->share_bp));
}

/* The same market, listed backwards, gives the same result. */
static void check_order(const struct market *m, rule *run)
{
    static struct result r, t;

    run(m, &r);
    backwards = true;
    run(m, &t);
    backwards = false;
    CHECK(memcmp(&r, &t, sizeof(r)) == 0);
}

/* A fake member who watches one channel day and night, others as a cover, or nobody, so that the
 * channel gets some of the idle money. */
static void invent(struct market *m, size_t owner, int64_t gross)
{
    size_t u = m->units++;

    m->money[u] = (struct unit_money){ gross, gross / 6, gross / 25, 0 };
    memset(m->seconds[u], 0, sizeof(m->seconds[u]));
    if (below(4) == 0)
        return;
    m->seconds[u][owner] = below(3) ? 1000000 + below(1000000) : 1 + below(5000);
    if (below(3) == 0)
        m->seconds[u][below((int64_t)m->creators)] += below(1000);
}

/* k of them earn the channel at most what they cost. */
static void check_fraud(const struct market *m, rule *run)
{
    static struct market with;
    static struct result r, w;
    size_t k = (size_t)(1 + below(5)), owner = (size_t)below((int64_t)m->creators);
    int64_t fees = 0;

    with = *m;
    for (size_t i = 0; i < k; i++) {
        int64_t gross = below(3) ? 999 : 1 + below(20000);
        invent(&with, owner, gross);
        fees += gross;
    }
    run(m, &r);
    run(&with, &w);
    CHECK(w.earned[owner] - r.earned[owner] <= fees);
}

/* A channel that splits in two gets no more than before, except for a minor unit by rounding in
 * each month, and the uplift on that. */
static void check_split(const struct market *m, rule *run)
{
    static struct market two;
    static struct result r, t;
    size_t owner = (size_t)below((int64_t)m->creators), twin = m->creators;

    two = *m;
    two.creators++;
    for (size_t u = 0; u < m->units; u++) {
        two.seconds[u][twin] = below(m->seconds[u][owner] + 1);
        two.seconds[u][owner] -= two.seconds[u][twin];
    }
    run(m, &r);
    run(&two, &t);
    int64_t rounding = (int64_t)m->units + 1;
    if (r.uplift_total)
        rounding = rounding * SHARE_ALL_BP / m->share_bp + 1;
    CHECK(t.earned[owner] + t.earned[twin] - r.earned[owner] <= rounding);
}

static int64_t from_env(const char *name, int64_t fallback)
{
    const char *text = getenv(name);
    int64_t v;

    return text && str_to_i64(text, strlen(text), 0, INT64_MAX, &v) == RC_OK ? v : fallback;
}

static void check_random(void)
{
    static rule *const rules[] = { run_user, run_scaled };
    static struct market m;
    int64_t seed = from_env("SEED", (int64_t)time(NULL)), markets = from_env("MARKETS", MARKETS);

    for (int64_t i = 0; i < markets; i++) {
        int before = checks_bad;
        state = (uint64_t)(seed + i);
        random_market(&m);
        for (size_t k = 0; k < COUNT(rules); k++) {
            check_conservation(&m, rules[k]);
            check_bounds(&m, rules[k]);
            check_order(&m, rules[k]);
            check_fraud(&m, rules[k]);
            check_split(&m, rules[k]);
        }
        if (checks_bad > before)
            printf("  repeat with SEED=%" PRId64 " MARKETS=1\n", seed + i);
    }
    printf("  %" PRId64 " random markets, SEED=%" PRId64 "\n", markets, seed);
}

int main(int argc, char **argv)
{
    static const struct check_case cases[] = {
        CASE(check_vectors),
        CASE(check_random),
    };

    int files = vectors_of(argc, argv);
    CHECK_CHOOSE(argc - files, argv + files, cases);
    check_run();
    return check_done("unit_divide");
}
