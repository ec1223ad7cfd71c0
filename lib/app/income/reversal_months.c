#include "app/income/reversal_months.h"
#include "base/fmt.h"

struct sharing {
    struct arena *a;
    const struct unit_list *units;
    const struct reversal *r;
    int64_t *minor;
    struct problem *why;
};

static int64_t left_of(const struct unit *u) { return u->gross_minor - u->refunded_minor; }

static enum rc no(const struct sharing *s, const char *text)
{
    return refuse(s->why, RC_INVALID, NULL, text);
}

static const char *money(const struct sharing *s, int64_t minor)
{
    return fmt_money(s->a, minor, s->units->items[0].currency);
}

static void take_from_end(const struct sharing *s)
{
    int64_t left = s->r->amount_minor;

    for (size_t i = s->units->n; i-- > 0; left -= s->minor[i])
        s->minor[i] = MIN_OF(left, left_of(&s->units->items[i]));
}

/* Weights one below what is left: a month never gives all of it. */
static enum rc take_from_all(const struct sharing *s)
{
    struct part *parts = arena_array(s->a, struct part, s->units->n);
    int64_t most = 0;

    for (size_t i = 0; i < s->units->n; i++) {
        parts[i] = (struct part){ (int64_t)i, MAX_OF(left_of(&s->units->items[i]) - 1, 0), 0 };
        most += parts[i].weight;
    }
    if (s->r->amount_minor > most)
        return no(s, arena_printf(s->a,
                                  "With that, a month would be given back in full, and what is "
                                  "given back in full ends. Access can be kept with at most %s.",
                                  money(s, most)));
    divide_by_weight(s->r->amount_minor, parts, s->units->n);
    for (size_t i = 0; i < s->units->n; i++)
        s->minor[i] = parts[i].amount;
    return RC_OK;
}

bool reversal_cuts(const struct reversal *r, const struct unit *u)
{
    return r->access == REFUND_UNTIL && u->starts_ms < r->until_ms && u->ends_ms > r->until_ms &&
           u->refunded_minor < u->gross_minor;
}

static enum rc take_until(const struct sharing *s, int64_t now_ms)
{
    const struct unit_list *units = s->units;
    int64_t after = 0, rest, cut = (int64_t)units->n;

    if (s->r->until_ms <= now_ms)
        return no(s, "Access can only end on a day that has not begun.");
    for (size_t i = 0; i < units->n; i++) {
        const struct unit *u = &units->items[i];
        if (u->frozen)
            return no(s, "A dispute about this payment is open.");
        s->minor[i] = u->starts_ms >= s->r->until_ms ? left_of(u) : 0;
        after += s->minor[i];
        if (reversal_cuts(s->r, u))
            cut = (int64_t)i;
    }
    rest = s->r->amount_minor - after;
    if (rest < 0)
        return no(s, arena_printf(s->a,
                                  "The months after that day cost %s: give back at least that much,"
                                  " or choose a later day.",
                                  money(s, after)));
    if (cut == (int64_t)units->n && after == 0)
        return no(s, "Access by this payment ends before that day.");
    int64_t most = cut < (int64_t)units->n ? left_of(&units->items[cut]) - 1 : 0;
    if (rest > most)
        return no(s, arena_printf(s->a,
                                  "With that amount access ends before that day: give back at most "
                                  "%s, or choose an earlier day.",
                                  money(s, after + most)));
    if (cut < (int64_t)units->n)
        s->minor[cut] = rest;
    return RC_OK;
}

enum rc reversal_months(struct arena *a, const struct unit_list *units, const struct reversal *r,
                        int64_t now_ms, int64_t *minor, struct problem *why)
{
    const struct sharing s = { a, units, r, minor, why };
    int64_t left = 0;

    for (size_t i = 0; i < units->n; i++)
        left += left_of(&units->items[i]);
    if (r->amount_minor > left || left == 0)
        return no(&s, "That is more than is left of the payment.");
    if (r->access == REFUND_KEEP)
        return take_from_all(&s);
    if (r->access == REFUND_UNTIL)
        return take_until(&s, now_ms);
    take_from_end(&s);
    return RC_OK;
}
