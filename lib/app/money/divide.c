#include "app/money/divide.h"

__extension__ typedef __int128 wide; /* products of two amounts */

static int64_t floor_of(int64_t a, int64_t b, int64_t divisor)
{
    return (int64_t)((wide)a * b / divisor);
}

void divide_unit(const struct unit_money *paid, int64_t share_bp, struct unit_split *out)
{
    assert(paid->refunded <= paid->gross && share_bp >= 0 && share_bp <= SHARE_ALL_BP);
    out->tax_refunded = paid->gross ? floor_of(paid->tax, paid->refunded, paid->gross) : 0;
    int64_t net = paid->gross - paid->tax - paid->fee - (paid->refunded - out->tax_refunded);
    out->net = MAX_OF(net, 0);
    out->shortfall = MAX_OF(-net, 0);
    out->creators = floor_of(out->net, share_bp, SHARE_ALL_BP);
    out->platform = out->net - out->creators;
}

static int by_id(const void *a, const void *b)
{
    const struct part *x = a, *y = b;
    return (x->id > y->id) - (x->id < y->id);
}

/* The remainder of total * weight / sum of a part; comparable, since `sum` is the same for all. */
struct remainder {
    int64_t value;
    size_t index; /* in the order of ids */
};

static int by_remainder(const void *a, const void *b)
{
    const struct remainder *x = a, *y = b;

    if (x->value != y->value)
        return x->value < y->value ? 1 : -1;
    return (x->index > y->index) - (x->index < y->index);
}

int64_t divide_by_weight(int64_t total, struct part *parts, size_t n)
{
    int64_t sum = 0, given = 0;

    assert(total >= 0);
    for (size_t i = 0; i < n; i++) {
        assert(parts[i].weight >= 0);
        sum += parts[i].weight;
        parts[i].amount = 0;
    }
    if (sum == 0)
        return 0;
    struct remainder *left = calloc(n, sizeof(*left));
    assert(left);
    SORT(parts, n, by_id);
    for (size_t i = 0; i < n; i++) {
        wide share = (wide)total * parts[i].weight;
        parts[i].amount = (int64_t)(share / sum);
        left[i] = (struct remainder){ (int64_t)(share % sum), i };
        given += parts[i].amount;
    }
    SORT(left, n, by_remainder);
    for (size_t i = 0; given < total; i++, given++)
        parts[left[i].index].amount++; /* fewer are missing than there are parts */
    free(left);
    return total;
}

int64_t divide_uplift(int64_t idle, int64_t earned, int64_t share_bp)
{
    if (share_bp == 0)
        return 0;
    return MIN_OF(idle, floor_of(earned, SHARE_ALL_BP - share_bp, share_bp));
}

/* Lowest net per second first: these units reach their cap first. Compared without dividing. */
static int by_price(const void *a, const void *b)
{
    const struct contribution *x = a, *y = b;
    wide left = (wide)x->net * y->seconds, right = (wide)y->net * x->seconds;

    if (left != right)
        return left < right ? -1 : 1;
    return (x->id > y->id) - (x->id < y->id);
}

static int by_unit(const void *a, const void *b)
{
    const struct contribution *x = a, *y = b;
    return (x->id > y->id) - (x->id < y->id);
}

int64_t divide_scaled(int64_t pool, struct contribution *units, size_t n)
{
    int64_t seconds = 0;
    size_t capped = 0;

    SORT(units, n, by_price);
    for (size_t i = 0; i < n; i++) {
        assert(units[i].seconds > 0);
        seconds += units[i].seconds;
    }
    while (capped < n && (wide)units[capped].net * seconds <= (wide)pool * units[capped].seconds) {
        units[capped].amount = units[capped].net;
        pool -= units[capped].net;
        seconds -= units[capped].seconds;
        capped++;
    }
    if (capped == n)
        return pool;
    struct part *rest = calloc(n - capped, sizeof(*rest));
    assert(rest);
    SORT(units + capped, n - capped, by_unit);
    for (size_t i = 0; i < n - capped; i++)
        rest[i] = (struct part){ .id = units[capped + i].id, .weight = units[capped + i].seconds };
    pool -= divide_by_weight(pool, rest, n - capped); /* both are by id */
    for (size_t i = 0; i < n - capped; i++)
        units[capped + i].amount = rest[i].amount;
    free(rest);
    return pool;
}
