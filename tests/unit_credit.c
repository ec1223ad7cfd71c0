/*
 * The rules of watch credit: by table, and on random days.
 *
 *   SEED=n DAYS=n    the generator; the seed is printed, so that a failure can be repeated
 */
#include "app/credit.h"
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

static struct credit_list credit(const struct segment *segments, size_t n, bool count_hidden)
{
    struct segment *copy = arena_array(a, struct segment, n);
    struct credit_list out;

    if (n)
        memcpy(copy, segments, n * sizeof(*copy));
    credit_day(a, MEMBER, count_hidden, copy, n, &out);
    return out;
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
        /* own video, short video: nothing, and no time taken from the other */
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
        /* who began first has the time; at the same moment the lower session */
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
        /* a loop counts once; the shortest length said */
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
    return x->n == y->n && memcmp(x->items, y->items, x->n * sizeof(*x->items)) == 0;
}

/* Length of the union of what may count, within [from, to): computed another way. */
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

/* No interval brings more than its length: what lies within it, credited by itself, is its union
 * but for the caps. */
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

/* The same beats again are worth nothing, in whichever order all come. */
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

int main(void)
{
    int64_t seed = from_environment("SEED", (int64_t)time(NULL));
    int64_t days = from_environment("DAYS", DAYS);

    a = arena_new(16 << 20);
    state = (uint64_t)seed;
    printf("  SEED=%" PRId64 "\n", seed);
    check_table();
    check_tabs();
    for (int64_t i = 0; i < days; i++) {
        struct segment s[SEGMENTS_MAX];
        size_t n = random_day(s);
        bool count_hidden = below(2);
        check_limits(s, n, count_hidden);
        check_intervals(s, n, count_hidden);
        check_replay(s, n);
        arena_reset(a);
    }
    arena_free(a);
    return check_done("unit_credit");
}
