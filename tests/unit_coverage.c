/* Which paid time belongs to which unit: what payments, refunds and disputes make of it. Days are
 * counted from 31 January 2026, so that calendar months are 28, 31, 30, 31, ... days long. */
#include "app/money/coverage.h"
#include "base/clock.h"
#include "base/sb.h"
#include "check.h"

static struct arena *a;
static const int64_t jan_31 = INT64_C(1769817600000);

/* A member's paid time. Units are called by letters. */
static struct {
    struct span_list spans;
    struct claim units[26]; /* as the latest change left them */
} m;

static int64_t day(double n) { return jan_31 + (int64_t)(n * (double)DAY_MS); }

static void begin(void)
{
    memset(&m, 0, sizeof(m));
    for (int i = 0; i < 26; i++)
        m.units[i] = (struct claim){ .unit_id = i + 1, .until_ms = INT64_MAX };
}

/* Grace lasts seven days. */
static bool has_access(int64_t now_ms)
{
    return m.spans.n && now_ms < m.spans.items[m.spans.n - 1].ends_ms + 7 * DAY_MS;
}

static void change(const char *units, enum standing standing, double on, double until)
{
    struct claim claims[26];
    size_t n = strlen(units);

    for (size_t i = 0; i < n; i++) {
        claims[i] = m.units[units[i] - 'a'];
        claims[i].was = claims[i].is;
        claims[i].is = standing;
        claims[i].until_ms = until > 0 ? day(until) : INT64_MAX;
    }
    coverage_change(a, &m.spans, claims, n, day(on), has_access(day(on)), &m.spans);
    for (size_t i = 0; i < n; i++)
        m.units[units[i] - 'a'] = claims[i];
}

static void pay(const char *units, double on) { change(units, UNIT_PAID, on, 0); }
static void stop(const char *units, double on) { change(units, UNIT_STOPPED, on, 0); }
static void gone(const char *units, double on) { change(units, UNIT_GONE, on, 0); }
static void cut(const char *units, double on, double until) { change(units, UNIT_PAID, on, until); }

static const char *spans(void)
{
    struct sb o = { .a = a };

    sb_str(&o, "");
    for (size_t i = 0; i < m.spans.n; i++) {
        const struct span *s = &m.spans.items[i];
        sb_addf(&o, "%s%c %g-%g", i ? ", " : "", (char)('a' + s->unit_id - 1),
                (double)(s->starts_ms - jan_31) / (double)DAY_MS,
                (double)(s->ends_ms - jan_31) / (double)DAY_MS);
    }
    return o.buf;
}

static void calendar_months_do_not_drift(void)
{
    begin();
    pay("abc", 0);
    CHECK_STR(spans(), "a 0-28, b 28-59, c 59-89");
    pay("d", 60); /* early */
    CHECK_STR(spans(), "a 0-28, b 28-59, c 59-89, d 89-120");
    pay("e", 125); /* in grace */
    CHECK_STR(spans(), "a 0-28, b 28-59, c 59-89, d 89-120, e 120-150");
    pay("f", 157); /* later: a new beginning, on 7 July */
    CHECK_STR(spans(), "a 0-28, b 28-59, c 59-89, d 89-120, e 120-150, f 157-188");
}

static void what_is_given_back_never_was(void)
{
    begin();
    pay("a", 0);
    gone("a", 0.5);
    CHECK_STR(spans(), "");
    pay("b", 1);
    CHECK_STR(spans(), "b 1-29"); /* from 1 February */

    begin();
    pay("a", 0), pay("b", 3), pay("c", 4);
    gone("a", 10);
    CHECK_STR(spans(), "b 0-28, c 28-59");
    gone("c", 11);
    CHECK_STR(spans(), "b 0-28");
    pay("d", 12);
    CHECK_STR(spans(), "b 0-28, d 28-59");

    begin();
    pay("abc", 0);
    gone("b", 5); /* in the future */
    CHECK_STR(spans(), "a 0-28, c 28-59");
    gone("a", 30); /* over: nothing moves */
    CHECK_STR(spans(), "c 28-59");
    pay("d", 31);
    CHECK_STR(spans(), "c 28-59, d 59-89");
    gone("c", 32); /* as it would have begun */
    CHECK_STR(spans(), "d 28-59");
}

static void a_refund_that_fails(void)
{
    begin();
    pay("a", 0), pay("b", 1);
    gone("a", 10);
    CHECK_STR(spans(), "b 0-28");
    pay("a", 20); /* b has what a had given: a still owes all of its 28 days */
    CHECK_STR(spans(), "b 0-28, a 28-56");
    CHECK_INT(m.units[0].length_ms, 28 * DAY_MS);
    pay("c", 21);
    CHECK_STR(spans(), "b 0-28, a 28-56, c 56-87"); /* from 28 March */

    begin();
    pay("ab", 0);
    gone("ab", 10);
    CHECK_STR(spans(), "");
    pay("ab", 14);
    CHECK_STR(spans(), "a 0-10, a 14-32, b 32-63"); /* from 4 March */
    gone("a", 20);                                  /* the rest of it, and what it had given */
    CHECK_STR(spans(), "b 14-42");
    pay("a", 20);
    CHECK_STR(spans(), "a 0-10, b 14-42, a 42-60");

    begin();
    pay("abc", 0);
    gone("abc", 10);
    pay("abc", 10); /* at once: as if nothing had happened */
    CHECK_STR(spans(), "a 0-28, b 28-59, c 59-89");
    CHECK_INT(m.units[0].length_ms, 0);

    begin();
    pay("a", 0);
    gone("a", 30); /* over */
    CHECK_STR(spans(), "");
    pay("a", 31);
    CHECK_STR(spans(), "a 0-28");
}

static void a_dispute(void)
{
    begin();
    pay("a", 0), pay("b", 5);
    stop("a", 10); /* what b pays for goes on without a gap */
    CHECK_STR(spans(), "a 0-10, b 10-38");
    pay("a", 20); /* won */
    CHECK_STR(spans(), "a 0-10, b 10-38, a 38-56");

    begin();
    pay("a", 0), pay("b", 5), pay("c", 6);
    stop("a", 10);
    gone("a", 20); /* lost: one month from the first day */
    CHECK_STR(spans(), "b 0-28, c 28-59");

    begin();
    pay("a", 0), pay("b", 5), pay("c", 6);
    stop("a", 10);
    gone("a", 40); /* b is over: nothing moves */
    CHECK_STR(spans(), "b 10-38, c 38-69");

    begin();
    pay("ab", 0);
    stop("ab", 40); /* a is over */
    CHECK_STR(spans(), "a 0-28, b 28-40");
    pay("c", 48);
    CHECK_STR(spans(), "a 0-28, b 28-40, c 48-79");
    pay("ab", 50);
    CHECK_STR(spans(), "a 0-28, b 28-40, c 48-79, b 79-98");
}

/* Access by a, b and c ends within b. */
static void cut_off(void)
{
    begin();
    pay("abc", 0), pay("d", 1);
    gone("c", 2);
    CHECK_STR(spans(), "a 0-28, b 28-59, d 59-89");
    cut("b", 2, 40);
    CHECK_STR(spans(), "a 0-28, b 28-40, d 40-71"); /* from 12 March */
    CHECK_INT(m.units[1].length_ms, 12 * DAY_MS);
    gone("a", 3); /* what was cut stays so */
    CHECK_STR(spans(), "b 0-12, d 12-40");
    m.units[1].length_ms = 31 * DAY_MS; /* that refund fails */
    m.units[1].longer = true;
    pay("b", 4);
    CHECK_STR(spans(), "b 0-12, d 12-40, b 40-59");
}

/* Random payments, refunds, disputes and their ends, 1 to 60 days apart; what must hold after each. */

static uint64_t seed;

static uint64_t chance(uint64_t n) /* splitmix64 of Steele, Lea, Flood, 2014 */
{
    uint64_t z = seed += UINT64_C(0x9e3779b97f4a7c15);

    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return (z ^ (z >> 31)) % n;
}

static int64_t sum(const struct span_list *list, int64_t unit)
{
    int64_t ms = 0;
    for (size_t i = 0; i < list->n; i++)
        ms += list->items[i].unit_id == unit ? list->items[i].ends_ms - list->items[i].starts_ms
                                             : 0;
    return ms;
}

static bool unit_holds(const struct claim *k, int64_t now_ms)
{
    int64_t has = sum(&m.spans, k->unit_id), month = has / DAY_MS;

    for (size_t i = 0; i < m.spans.n; i++)
        if (m.spans.items[i].unit_id == k->unit_id && k->is == UNIT_STOPPED &&
            m.spans.items[i].ends_ms > now_ms)
            return false;
    if (k->is == UNIT_GONE)
        return has == 0 && sum(&k->given, k->unit_id) <= MAX_OF(k->length_ms, 31 * DAY_MS);
    if (k->is == UNIT_STOPPED)
        return has <= MAX_OF(k->length_ms, 31 * DAY_MS);
    return k->length_ms ? has == k->length_ms : has == month * DAY_MS && month >= 28 && month <= 31;
}

/* Disjoint; what is not over is one stretch that has begun; what was over and claimed by nobody is
 * as it was. */
static bool spans_hold(const struct span_list *before, const char *claimed, int64_t now_ms)
{
    const struct span *all = m.spans.items;
    bool ok = true;

    for (size_t i = 0; i < m.spans.n; i++) {
        ok = ok && all[i].starts_ms < all[i].ends_ms && all[i].anchor_ms <= all[i].starts_ms;
        ok = ok && (i == 0 || all[i - 1].ends_ms <= all[i].starts_ms);
        if (all[i].ends_ms > now_ms)
            ok = ok &&
                 (all[i].starts_ms <= now_ms || (i && all[i - 1].ends_ms == all[i].starts_ms));
    }
    for (const struct span *b = before->items; b < before->items + before->n; b++) {
        bool there = b->ends_ms > now_ms || strchr(claimed, (char)('a' + b->unit_id - 1));
        for (size_t i = 0; !there && i < m.spans.n; i++)
            there = all[i].unit_id == b->unit_id && all[i].starts_ms == b->starts_ms &&
                    all[i].ends_ms == b->ends_ms;
        ok = ok && there;
    }
    return ok;
}

static void random_sequences(void)
{
    for (uint64_t first = 1; first <= 3000; first++) {
        int units = 0;
        double on = 0;
        bool ok = true;
        struct sb said = { .a = a };

        arena_reset(a);
        seed = first;
        begin();
        for (int step = 0; step < 16 && ok; step++) {
            char who[4] = "";
            int n = 1 + (int)chance(3), old = units ? (int)chance((uint64_t)units) : 0;
            struct claim *k = &m.units[old];
            struct span_list before = m.spans;
            on += (double)chance(600) / 10;
            bool is_new = units == 0 || (units < 20 && chance(3) == 0);
            if (is_new)
                for (int i = 0; i < n; i++)
                    who[i] = (char)('a' + units++);
            else
                who[0] = (char)('a' + old);
            enum standing is = is_new ? UNIT_PAID : (enum standing)chance(3);
            int64_t last = 0;
            for (size_t i = 0; i < m.spans.n; i++)
                if (m.spans.items[i].unit_id == k->unit_id)
                    last = m.spans.items[i].ends_ms;
            bool cuts = !is_new && k->is == UNIT_PAID && is == UNIT_PAID &&
                        last > day(on) + DAY_MS && m.spans.items[0].starts_ms < last - DAY_MS &&
                        sum(&m.spans, k->unit_id) > DAY_MS;
            double until = cuts ? (double)(last - DAY_MS / 2 - jan_31) / (double)DAY_MS : 0;
            sb_addf(&said, "  %s is %d on %g until %g: ", who, (int)is, on, until);
            change(who, is, on, until);
            sb_addf(&said, "%s\n", spans());
            ok = spans_hold(&before, who, day(on));
            for (int i = 0; i < units; i++)
                ok = ok && unit_holds(&m.units[i], day(on));
        }
        CHECK(ok);
        if (!ok) {
            printf("  seed %d:\n%s", (int)first, said.buf);
            return;
        }
    }
}

int main(int argc, char **argv)
{
    static const struct check_case cases[] = {
        CASE(calendar_months_do_not_drift),
        CASE(what_is_given_back_never_was),
        CASE(a_refund_that_fails),
        CASE(a_dispute),
        CASE(cut_off),
        CASE(random_sequences),
    };

    CHECK_CHOOSE(argc, argv, cases);
    a = arena_new(16 << 20);
    check_run();
    arena_free(a);
    return check_done("unit_coverage");
}
