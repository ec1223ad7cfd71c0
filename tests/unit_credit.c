/*
 * The rules of watch credit: by table, and on random days.
 *
 *   SEED=n DAYS=n    the generator; the seed is printed, so that a failure can be repeated
 */
#include "app/money/credit.h"
#include "base/clock.h"
#include "base/str.h"
#include "check.h"
#include <time.h>

enum { MEMBER = 1, SEGMENTS_MAX = 60, VIDEOS = 8, DAYS = 3000, INTERVALS = 10, TABS = 5 };

static struct arena *a;
static uint64_t state;

/* splitmix64 (Steele, Lea, Flood, OOPSLA 2014) */
static int64_t below(int64_t n)
{
    uint64_t z = (state += UINT64_C(0x9e3779b97f4a7c15));
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return (int64_t)((z ^ (z >> 31)) % (uint64_t)n);
}

static int64_t from_environment(const char *name, int64_t fallback)
{
    const char *s = getenv(name);
    int64_t n;
    return s && str_to_i64(s, strlen(s), 0, INT64_MAX, &n) == RC_OK ? n : fallback;
}

static struct credit_list credit_in(const struct credit_unit *units, size_t units_n,
                                    const struct segment *segments, size_t n, bool count_hidden)
{
    struct segment *copy = arena_array(a, struct segment, n);
    struct credit_unit_list months = { arena_array(a, struct credit_unit, units_n), units_n };
    struct credit_list out;

    if (n)
        memcpy(copy, segments, n * sizeof(*copy));
    if (units_n)
        memcpy(months.items, units, units_n * sizeof(*units));
    credit_day(a, MEMBER, count_hidden, &months, copy, n, &out);
    return out;
}

/* All of it in one paid month. */
static struct credit_list credit(const struct segment *segments, size_t n, bool count_hidden)
{
    static const struct credit_unit month = { 5, 0, DAY_MS };
    return credit_in(&month, 1, segments, n, count_hidden);
}

static int64_t total(const struct credit_list *day)
{
    int64_t sum = 0;
    for (size_t i = 0; i < day->n; i++)
        sum += day->items[i].credited_ms;
    return sum;
}

#define H HOUR_MS

/* Videos: 7 and 8 of creator 2. The first two results by video. */
static void check_table(void)
{
    static const struct {
        struct segment s[3];
        bool hide; /* hidden time does not count */
        int64_t ms[2], lost[2], raw[2];
    } rows[] = {
        { { { 0, 15000, 7, 2, H, 0, "a" } }, false, { 15000 }, { 0 }, { 15000 } },
        /* own video, short video: nothing, and no time taken from the others */
        { { { 0, 20000, 7, MEMBER, H, 0, "a" }, { 0, 20000, 8, 2, H, 0, "b" } },
          false,
          { 0, 20000 },
          { LOST_OWN, 0 },
          { 20000, 20000 } },
        { { { 0, 9000, 7, 2, 9999, 0, "a" }, { 0, 9000, 8, 2, 10000, 0, "b" } },
          false,
          { 0, 9000 },
          { LOST_SHORT, 0 },
          { 9000, 9000 } },
        /* hidden: as configured */
        { { { 0, 20000, 7, 2, H, SEGMENT_HIDDEN, "a" } }, false, { 20000 }, { 0 }, { 20000 } },
        { { { 0, 20000, 7, 2, H, SEGMENT_HIDDEN, "a" }, { 5000, 9000, 8, 2, H, 0, "b" } },
          true,
          { 0, 4000 },
          { LOST_HIDDEN, 0 },
          { 20000, 4000 } },
        /* the one that began first has the time; at the same moment the lower session */
        { { { 5000, 20000, 7, 2, H, 0, "a" }, { 0, 10000, 8, 2, H, 0, "b" } },
          false,
          { 10000, 10000 },
          { LOST_OVERLAP, 0 },
          { 15000, 10000 } },
        { { { 0, 10000, 7, 2, H, 0, "b" }, { 0, 10000, 8, 2, H, 0, "a" } },
          false,
          { 0, 10000 },
          { LOST_OVERLAP, 0 },
          { 10000, 10000 } },
        /* a loop counts once; of several reported lengths the shortest */
        { { { 0, 15000, 7, 2, 20000, 0, "a" }, { 15000, 30000, 7, 2, 20000, 0, "a" } },
          false,
          { 20000 },
          { LOST_LENGTH },
          { 30000 } },
        { { { 0, 30000, 7, 2, 25000, 0, "a" },
            { 30000, 40000, 7, 2, 12000, 0, "a" },
            { 40000, 41000, 7, 2, 20000, 0, "a" } },
          false,
          { 12000 },
          { LOST_LENGTH },
          { 41000 } },
        /* 20 hours, 16 counted: 3 : 1 */
        { { { 0, 15 * H, 7, 2, 15 * H, 0, "a" }, { 15 * H, 20 * H, 8, 2, 15 * H, 0, "a" } },
          false,
          { 12 * H, 4 * H },
          { LOST_DAY, LOST_DAY },
          { 15 * H, 5 * H } },
        /* from a machine whose clock was wrong: nothing, and no time taken from others */
        { { { 0, 20000, 7, 2, H, SEGMENT_CLOCK, "a" }, { 5000, 25000, 8, 2, H, 0, "b" } },
          false,
          { 0, 20000 },
          { LOST_CLOCK, 0 },
          { 20000, 20000 } },
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        size_t n = 0;
        while (n < COUNT(rows[i].s) && rows[i].s[n].session)
            n++;
        struct credit_list day = credit(rows[i].s, n, !rows[i].hide);
        for (size_t k = 0; k < day.n; k++) {
            CHECK_INT(day.items[k].video_id, 7 + (int64_t)k);
            CHECK_INT(day.items[k].credited_ms, rows[i].ms[k]);
            CHECK_INT(day.items[k].lost, rows[i].lost[k]);
            CHECK_INT(day.items[k].raw_ms, rows[i].raw[k]);
        }
    }
    CHECK(credit(NULL, 0, true).n == 0);
}

/* Two videos, up to three paid months; results by video and month. */
static void check_units(void)
{
    static const struct {
        struct credit_unit units[3];
        struct segment s[3];
        struct credit want[4];
    } rows[] = {
        /* never paid; paid before and after */
        { { { 0 } }, { { 0, 15000, 7, 2, H, 0, "a" } }, { { 7, 2, 0, 15000, 0, LOST_UNPAID } } },
        { { { 1, 0, 1000 }, { 2, 16000, 20000 } },
          { { 1000, 16000, 7, 2, H, 0, "a" } },
          { { 7, 2, 0, 15000, 0, LOST_UNPAID } } },
        /* one month ends and the next begins, with a gap of 2 s between them */
        { { { 9, 10000, 20000 }, { 4, 0, 8000 } },
          { { 0, 15000, 7, 2, H, 0, "a" } },
          { { 7, 2, 0, 2000, 0, LOST_UNPAID },
            { 7, 2, 4, 8000, 8000, 0 },
            { 7, 2, 9, 5000, 5000, 0 } } },
        /* where months overlap, the one that began first has the time */
        { { { 4, 5000, 20000 }, { 9, 0, 10000 } },
          { { 0, 15000, 7, 2, H, 0, "a" } },
          { { 7, 2, 4, 5000, 5000, 0 }, { 7, 2, 9, 10000, 10000, 0 } } },
        /* the time of another player is taken in each month */
        { { { 1, 0, 10000 }, { 2, 10000, 20000 } },
          { { 0, 12000, 7, 2, H, 0, "a" }, { 8000, 14000, 8, 2, H, 0, "b" } },
          { { 7, 2, 1, 10000, 10000, 0 },
            { 7, 2, 2, 2000, 2000, 0 },
            { 8, 2, 1, 2000, 0, LOST_OVERLAP },
            { 8, 2, 2, 4000, 2000, LOST_OVERLAP } } },
        /* the length of a video is used up over both months of the day */
        { { { 1, 0, 10000 }, { 2, 10000, 30000 } },
          { { 0, 15000, 7, 2, 18000, 0, "a" }, { 15000, 30000, 7, 2, 18000, 0, "a" } },
          { { 7, 2, 1, 10000, 10000, 0 }, { 7, 2, 2, 20000, 8000, LOST_LENGTH } } },
        /* a month of no length has nothing */
        { { { 1, 5000, 5000 }, { 2, 0, 20000 } },
          { { 0, 15000, 7, 2, H, 0, "a" } },
          { { 7, 2, 2, 15000, 15000, 0 } } },
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        size_t units = 0, n = 0, want = 0;
        while (units < COUNT(rows[i].units) && rows[i].units[units].id)
            units++;
        while (n < COUNT(rows[i].s) && rows[i].s[n].session)
            n++;
        while (want < COUNT(rows[i].want) && rows[i].want[want].video_id)
            want++;
        struct credit_list day = credit_in(rows[i].units, units, rows[i].s, n, true);
        CHECK(day.n == want);
        for (size_t k = 0; k < day.n && k < want; k++)
            CHECK(memcmp(&day.items[k], &rows[i].want[k], sizeof(struct credit)) == 0);
    }
}

/* A day of a member with several players; some days are crowded, some nearly full. */
static size_t random_day(struct segment *s)
{
    static const char *const sessions[] = { "a", "b", "c", "d" };
    int64_t span_ms = below(2) ? DAY_MS : 10 * MINUTE_MS;
    int64_t longest_ms = below(3) ? MINUTE_MS : 5 * H;
    size_t n = (size_t)below(SEGMENTS_MAX + 1);

    for (size_t i = 0; i < n; i++) {
        int64_t t0_ms = below(span_ms), t1_ms = t0_ms + (below(20) ? below(longest_ms) : 0);
        int64_t video_id = below(VIDEOS) + 1;
        s[i] = (struct segment){
            .t0_ms = t0_ms,
            .t1_ms = MIN_OF(t1_ms, DAY_MS),
            .video_id = video_id,
            .creator_id = video_id % 4 + 1,
            .length_ms = video_id == 3 ? 5000 : video_id * video_id * 8 * MINUTE_MS,
            .flags = below(5) == 0 ? SEGMENT_HIDDEN : 0,
            .session = sessions[below(COUNT(sessions))],
        };
    }
    return n;
}

static void shuffle(struct segment *s, size_t n)
{
    for (size_t i = n; i > 1; i--) {
        size_t k = (size_t)below((int64_t)i);
        struct segment other = s[i - 1];
        s[i - 1] = s[k];
        s[k] = other;
    }
}

static bool same(const struct credit_list *x, const struct credit_list *y)
{
    return x->n == y->n && (x->n == 0 || memcmp(x->items, y->items, x->n * sizeof(*x->items)) == 0);
}

/* Length of the union of what may count, within [from, to): calculated in another way. */
static int64_t union_ms(const struct segment *s, size_t n, bool count_hidden, int64_t from,
                        int64_t to)
{
    int64_t sum = 0, at = from;

    while (at < to) {
        int64_t end = at, next = to;
        for (size_t i = 0; i < n; i++) {
            if (s[i].creator_id == MEMBER || s[i].length_ms < CREDIT_VIDEO_MIN_MS ||
                (s[i].flags && !count_hidden))
                continue;
            if (s[i].t0_ms <= at)
                end = MAX_OF(end, MIN_OF(s[i].t1_ms, to));
            else
                next = MIN_OF(next, s[i].t0_ms);
        }
        sum += end - at;
        at = end > at ? end : next;
    }
    return sum;
}

static void check_limits(const struct segment *s, size_t n, bool count_hidden)
{
    struct credit_list day = credit(s, n, count_hidden);

    CHECK(total(&day) <= MIN_OF(union_ms(s, n, count_hidden, 0, DAY_MS), CREDIT_DAY_MAX_MS));
    for (size_t i = 0; i < day.n; i++) {
        const struct credit *c = &day.items[i];
        CHECK(c->credited_ms >= 0 && c->credited_ms <= c->raw_ms);
        CHECK((c->lost == 0) == (c->credited_ms == c->raw_ms));
        CHECK(c->credited_ms == 0 || (c->creator_id != MEMBER && c->video_id != 3));
        CHECK(c->credited_ms <= c->video_id * c->video_id * 8 * MINUTE_MS);
    }
}

/* No interval earns more than its length: what lies within it, credited by itself, is its union
 * except for the caps. */
static void check_intervals(const struct segment *s, size_t n, bool count_hidden)
{
    struct segment *cut = arena_array(a, struct segment, n);

    for (size_t k = 0; k < INTERVALS; k++) {
        int64_t from = below(DAY_MS), to = from + below(DAY_MS - from) + 1;
        for (size_t i = 0; i < n; i++) {
            cut[i] = s[i];
            cut[i].t0_ms = MIN_OF(MAX_OF(s[i].t0_ms, from), to);
            cut[i].t1_ms = MIN_OF(MAX_OF(s[i].t1_ms, cut[i].t0_ms), to);
        }
        struct credit_list part = credit(cut, n, count_hidden);
        int64_t all_ms = union_ms(s, n, count_hidden, from, to);
        bool capped = false;
        for (size_t i = 0; i < part.n; i++)
            capped |= (part.items[i].lost & (LOST_LENGTH | LOST_DAY)) != 0;
        CHECK(all_ms <= to - from);
        CHECK(capped ? total(&part) <= all_ms : total(&part) == all_ms);
    }
}

/* The same beats again are worth nothing, in whatever order all of them arrive. */
static void check_replay(const struct segment *s, size_t n)
{
    struct segment *twice = arena_array(a, struct segment, 2 * n);
    struct credit_list once = credit(s, n, true), again;

    memcpy(twice, s, n * sizeof(*s));
    shuffle(twice, n);
    again = credit(twice, n, true);
    CHECK(same(&once, &again));
    memcpy(twice + n, s, n * sizeof(*s));
    shuffle(twice, 2 * n);
    again = credit(twice, 2 * n, true);
    CHECK(again.n == once.n);
    for (size_t i = 0; i < once.n; i++) {
        CHECK_INT(again.items[i].credited_ms, once.items[i].credited_ms);
        CHECK_INT(again.items[i].raw_ms, 2 * once.items[i].raw_ms);
    }
}

/* However the day is split into paid months, videos earn together what they earn in one month,
 * except what lies in none; and no month earns more than its length. */
static void check_months(const struct segment *s, size_t n)
{
    int64_t first = below(DAY_MS), second = first + below(DAY_MS - first);
    const struct credit_unit whole[] = { { 3, second, DAY_MS },
                                         { 1, 0, first },
                                         { 2, first, second } };
    const struct credit_unit gap[] = { { 1, 0, first }, { 3, second, DAY_MS } };
    struct credit_list one = credit(s, n, true);
    struct credit_list three = credit_in(whole, COUNT(whole), s, n, true);
    struct credit_list two = credit_in(gap, COUNT(gap), s, n, true);
    int64_t length_ms[] = { DAY_MS, first, 0, DAY_MS - second }, sums_ms[COUNT(length_ms)] = { 0 };

    CHECK_INT(total(&three), total(&one));
    for (size_t i = 0, k = 0; i < one.n; i++) {
        int64_t raw_ms = 0, credited_ms = 0;
        for (; k < three.n && three.items[k].video_id == one.items[i].video_id; k++) {
            raw_ms += three.items[k].raw_ms;
            credited_ms += three.items[k].credited_ms;
        }
        CHECK_INT(raw_ms, one.items[i].raw_ms);
        CHECK(one.items[i].lost & LOST_DAY || credited_ms == one.items[i].credited_ms);
    }
    for (size_t i = 0; i < two.n; i++) {
        sums_ms[two.items[i].unit_id] += two.items[i].credited_ms;
        CHECK(two.items[i].unit_id || two.items[i].credited_ms == 0);
        CHECK(two.items[i].unit_id || two.items[i].raw_ms == 0 || two.items[i].lost & LOST_UNPAID);
    }
    for (size_t i = 1; i < COUNT(sums_ms); i++)
        CHECK(sums_ms[i] <= length_ms[i]);
}

/* Several tabs for an hour, each its own video and creator, earn one hour. */
static void check_tabs(void)
{
    enum { BEATS = 240, BEAT_MS = 15000 };
    static const char *const sessions[TABS] = { "a", "b", "c", "d", "e" };
    struct segment *s = arena_array(a, struct segment, TABS * BEATS);

    for (size_t tab = 0; tab < TABS; tab++)
        for (size_t i = 0; i < BEATS; i++)
            s[tab * BEATS + i] = (struct segment){
                .t0_ms = (int64_t)i * BEAT_MS + below(2) * (int64_t)tab * 100,
                .t1_ms = (int64_t)(i + 1) * BEAT_MS,
                .video_id = (int64_t)tab + 1,
                .creator_id = (int64_t)tab + 2,
                .length_ms = 2 * H,
                .session = sessions[tab],
            };
    for (size_t i = 0; i < BEATS; i++)
        s[i].t0_ms = (int64_t)i * BEAT_MS;
    struct credit_list day = credit(s, TABS * BEATS, true);
    CHECK_INT(total(&day), H);
}

static void check_random_days(void)
{
    int64_t days = from_environment("DAYS", DAYS);

    for (int64_t i = 0; i < days; i++) {
        struct segment s[SEGMENTS_MAX];
        size_t n = random_day(s);
        bool count_hidden = below(2);
        check_limits(s, n, count_hidden);
        check_intervals(s, n, count_hidden);
        check_replay(s, n);
        check_months(s, n);
        arena_reset(a);
    }
}

int main(int argc, char **argv)
{
    static const struct check_case cases[] = {
        CASE(check_table),
        CASE(check_units),
        CASE(check_tabs),
        CASE(check_random_days),
    };
    int64_t seed = from_environment("SEED", (int64_t)time(NULL));

    CHECK_CHOOSE(argc, argv, cases);
    a = arena_new(16 << 20);
    state = (uint64_t)seed;
    printf("  SEED=%" PRId64 "\n", seed);
    check_run();
    arena_free(a);
    return check_done("unit_credit");
}
