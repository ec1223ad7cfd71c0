/*
 * What idle money adds to earnings, in random months of all settings: shares, fees, tax, prices,
 * refunds before settling, units of several terms side by side.
 *
 *   SEED=n MONTHS=n          the generator; the seed is printed, so that a failure can be repeated
 */
#include "app/money/unit.h"
#include "app/money/uplift.h"
#include "base/str.h"
#include "check.h"
#include <time.h>

enum { MONTHS = 20000, UNITS = 12, EACH = 3, PAIRS = UNITS * EACH };

__extension__ typedef __int128 wide;

static uint64_t state; /* splitmix64: small, and the same everywhere */
static int64_t below(int64_t n)
{
    uint64_t z = (state += UINT64_C(0x9e3779b97f4a7c15));
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return (int64_t)((z ^ (z >> 31)) % (uint64_t)n);
}

struct paid {
    struct unit_split split;
    struct uplift_terms terms;
    bool shared; /* the fee */
    int64_t creator[EACH], earned[EACH];
};
struct paid_month {
    struct paid units[UNITS];
    size_t n;
    int64_t idle;
    bool one_policy, own_creators; /* own: no creator is in two units */
    bool all_shared;
};
static struct paid_month m;

static void random_unit(struct paid *u, int64_t share_bp, bool shared)
{
    struct unit unit = { .gross_minor = below(3) ? 999 : 1 + below(30000) };
    struct part parts[EACH];

    unit.tax_minor = below(2) ? 0 : below(unit.gross_minor / 4 + 1);
    unit.fee_minor = below(4) == 0 ? 0 : below(unit.gross_minor / (below(3) ? 20 : 1) + 1);
    unit.refunded_minor = below(4) ? 0 : below(unit.gross_minor + 1);
    unit_split(&unit, share_bp, shared, &u->split);
    u->shared = shared;
    u->terms = (struct uplift_terms){ share_bp, u->split.creators, u->split.platform };
    for (int i = 0; i < EACH; i++)
        parts[i] = (struct part){ .id = i, .weight = below(4) ? below(5000) : 0 };
    parts[0].weight++;
    divide_by_weight(u->split.creators, parts, EACH);
    for (int i = 0; i < EACH; i++)
        u->earned[i] = parts[i].amount;
}

static void random_month(void)
{
    int64_t share_bp[2] = { below(3) ? 7000 : 1 + below(SHARE_ALL_BP), 1 + below(SHARE_ALL_BP) };
    bool shared[2] = { below(2), below(2) };

    memset(&m, 0, sizeof(m));
    m.n = (size_t)(1 + below(UNITS));
    m.one_policy = below(2);
    m.own_creators = below(2);
    m.all_shared = true;
    m.idle = below(5) == 0 ? 0 : below(below(2) ? 2000 : 200000);
    for (size_t i = 0; i < m.n; i++) {
        size_t terms = m.one_policy ? 0 : (size_t)below(2);
        random_unit(&m.units[i], share_bp[terms], shared[terms]);
        m.all_shared = m.all_shared && shared[terms];
        for (int k = 0; k < EACH; k++)
            m.units[i].creator[k] = m.own_creators ? 1 + (int64_t)i * EACH + k
                                                   : 1 + k + EACH * below(2);
    }
}

struct outcome {
    int64_t total, raised[PAIRS + 1], earned[PAIRS + 1]; /* by creator */
};

static void run(struct outcome *o, bool backwards)
{
    struct arena *a = arena_new(1 << 20);
    struct uplift x = { .a = a };
    struct tally_list earned, raised;

    memset(o, 0, sizeof(*o));
    for (size_t i = 0; i < m.n; i++) {
        const struct paid *u = &m.units[backwards ? m.n - 1 - i : i];
        for (int k = 0; k < EACH; k++)
            uplift_add(&x, &u->terms, u->creator[k], u->earned[k]);
    }
    o->total = uplift_divide(&x, m.idle, &earned, &raised);
    CHECK_INT((int64_t)earned.n, (int64_t)raised.n);
    for (size_t i = 0; i < raised.n; i++) {
        CHECK_INT(raised.items[i].creator_id, earned.items[i].creator_id);
        o->raised[raised.items[i].creator_id] = raised.items[i].minor;
        o->earned[raised.items[i].creator_id] = earned.items[i].minor;
    }
    arena_free(a);
}

/* All that can be given: of units whose platform's part is large enough, floor(sum of what they gave *
 * the rate); of any other its platform's part. */
static int64_t room(void)
{
    int64_t sum = 0;
    bool done[UNITS] = { false };

    for (size_t i = 0; i < m.n; i++) {
        const struct paid *u = &m.units[i];
        int64_t bp = u->terms.share_bp, given = 0;
        bool whole = (wide)u->split.platform * bp >= (wide)u->split.creators * (SHARE_ALL_BP - bp);
        if (!whole)
            sum += u->split.creators ? u->split.platform : 0;
        for (size_t k = i; whole && k < m.n; k++) {
            const struct paid *v = &m.units[k];
            if (!done[k] && v->terms.share_bp == bp &&
                (wide)v->split.platform * bp >= (wide)v->split.creators * (SHARE_ALL_BP - bp)) {
                given += v->split.creators;
                done[k] = true;
            }
        }
        sum += (int64_t)((wide)given * (SHARE_ALL_BP - bp) / bp);
    }
    return sum;
}

/* Nothing is lost or made, and as much is given as may be. */
static void check_sum(const struct outcome *o)
{
    int64_t raised = 0, returned = 0, net = 0;

    for (size_t i = 1; i <= PAIRS; i++) {
        raised += o->raised[i];
        CHECK(o->raised[i] >= 0 && (o->earned[i] > 0 || o->raised[i] == 0));
    }
    for (size_t i = 0; i < m.n; i++) {
        returned += m.units[i].split.creators;
        net += m.units[i].split.net;
    }
    CHECK_INT(raised, o->total);
    CHECK_INT(o->total, MIN_OF(m.idle, room()));
    CHECK(returned + o->total <= net);
}

static int64_t raised_of(const struct outcome *o, const struct paid *u)
{
    return o->raised[u->creator[0]] + o->raised[u->creator[1]] + o->raised[u->creator[2]];
}

/* Where no creator is in two units, a creator's uplift is of one unit: none returns more than its
 * net, apart from the rounding of each creator; alone in its band, none at all. */
static void check_units(const struct outcome *o)
{
    for (size_t i = 0; m.own_creators && i < m.n; i++) {
        const struct paid *u = &m.units[i];
        int64_t raised = raised_of(o, u), rounding = m.n == 1 ? 0 : EACH - 1;
        CHECK(u->split.creators + raised <= u->split.net + rounding);
        if ((wide)u->split.platform * u->terms.share_bp <
            (wide)u->split.creators * (SHARE_ALL_BP - u->terms.share_bp))
            CHECK(raised <= u->split.platform + rounding);
    }
}

/* A unit that could be raised further is not raised less than any other. */
static void check_rate(const struct outcome *o)
{
    for (size_t i = 0; m.own_creators && i < m.n; i++)
        for (size_t k = 0; k < m.n; k++) {
            const struct paid *u = &m.units[i], *v = &m.units[k];
            int64_t c = u->split.creators, d = v->split.creators, bp = u->terms.share_bp;
            wide cap = MIN_OF((wide)u->split.platform, (wide)c * (SHARE_ALL_BP - bp) / bp);
            if (c && d && raised_of(o, u) + EACH < cap)
                CHECK((wide)(raised_of(o, v) - EACH) * c <= (wide)(raised_of(o, u) + EACH) * d);
        }
}

/* One policy with the fee before the split: the plain formula. */
static void check_plain(const struct outcome *o)
{
    struct part parts[PAIRS + 1];
    int64_t earned = 0;

    if (!m.one_policy || !m.all_shared)
        return;
    for (int i = 0; i <= PAIRS; i++) {
        parts[i] = (struct part){ .id = i, .weight = o->earned[i] };
        earned += o->earned[i];
    }
    int64_t total = divide_uplift(m.idle, earned, m.units[0].terms.share_bp);
    CHECK_INT(o->total, total);
    divide_by_weight(total, parts, PAIRS + 1);
    for (int i = 0; i <= PAIRS; i++)
        CHECK_INT(o->raised[i], earned ? parts[i].amount : 0);
}

static int64_t from_env(const char *name, int64_t fallback)
{
    const char *text = getenv(name);
    int64_t v;

    return text && str_to_i64(text, strlen(text), 0, INT64_MAX, &v) == RC_OK ? v : fallback;
}

static void no_unit_returns_more_than_its_net(void)
{
    static struct outcome one, other;
    int64_t seed = from_env("SEED", (int64_t)time(NULL)), months = from_env("MONTHS", MONTHS);

    for (int64_t i = 0; i < months; i++) {
        int before = checks_bad;
        state = (uint64_t)(seed + i) * 2654435761U;
        random_month();
        run(&one, false);
        check_sum(&one);
        check_units(&one);
        check_rate(&one);
        check_plain(&one);
        run(&other, true);
        CHECK(memcmp(&one, &other, sizeof(one)) == 0);
        if (checks_bad > before)
            printf("  repeat with SEED=%" PRId64 " MONTHS=1\n", seed + i);
        if (checks_bad > 20)
            return;
    }
    printf("  %" PRId64 " random months, SEED=%" PRId64 "\n", months, seed);
}

/* 9.99 without tax, fee 0.40 out of the platform's part, one other month idle. */
static void the_platforms_part_bears_the_fee(void)
{
    struct unit unit = { .gross_minor = 999, .fee_minor = 40 };
    struct outcome o;

    memset(&m, 0, sizeof(m));
    m.n = 1;
    unit_split(&unit, 7000, false, &m.units[0].split);
    m.units[0].terms = (struct uplift_terms){ 7000, m.units[0].split.creators,
                                              m.units[0].split.platform };
    m.units[0].creator[0] = 1;
    m.units[0].earned[0] = m.units[0].split.creators;
    m.idle = 699;
    run(&o, false);
    CHECK_INT(m.units[0].split.net, 959);
    CHECK_INT(o.earned[1], 699);
    CHECK_INT(o.raised[1], 260);
}

int main(int argc, char **argv)
{
    static const struct check_case cases[] = {
        CASE(no_unit_returns_more_than_its_net),
        CASE(the_platforms_part_bears_the_fee),
    };

    CHECK_CHOOSE(argc, argv, cases);
    check_run();
    return check_done("unit_uplift");
}
