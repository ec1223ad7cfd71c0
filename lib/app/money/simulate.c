#include "app/money/simulate.h"
#include "app/money/month_units.h"
#include "app/money/uplift.h"

struct both {
    struct arena *a;
    struct month_unit_list units; /* by id, like the contributions */
    struct contribution *contributions;
    struct uplift uplift;
    struct tally_list user, scaled; /* the same creators in both */
};

static int by_unit(const void *x, const void *y)
{
    const struct month_unit *a = x, *b = y;
    return (a->id > b->id) - (a->id < b->id);
}

static int by_contribution(const void *x, const void *y)
{
    const struct contribution *a = x, *b = y;
    return (a->id > b->id) - (a->id < b->id);
}

static enum rc divide_page(struct db *db, struct arena *a, void *arg,
                           const struct unit_share *shares, size_t n)
{
    struct both *b = arg;

    (void)db;
    for (size_t from = 0, to; from < n; from = to) {
        to = month_unit_end(shares, n, from);
        const struct month_unit key = { .id = shares[from].unit_id };
        const struct month_unit *u = LOOK_UP(&key, b->units.items, b->units.n, by_unit);
        assert(u);
        size_t i = (size_t)(u - b->units.items);
        const struct part *user = month_divide(a, u->given_minor, &shares[from], to - from);
        const struct part *scaled = month_divide(a, b->contributions[i].amount, &shares[from],
                                                 to - from);
        const struct uplift_terms terms = { u->share_bp, u->given_minor,
                                            u->net_minor - u->given_minor };
        for (size_t k = 0; k < to - from; k++) { /* both are in the order of creators */
            tally_add(b->a, &b->user, user[k].id, user[k].amount);
            uplift_add(&b->uplift, &terms, user[k].id, user[k].amount);
            tally_add(b->a, &b->scaled, scaled[k].id, scaled[k].amount);
        }
    }
    return RC_OK;
}

/* Add the uplift to the earnings of the rule user; returns what is left of the idle money. */
static int64_t raise_earnings(struct both *b, int64_t idle_minor)
{
    struct tally_list earned, raised;
    int64_t uplift = uplift_divide(&b->uplift, MAX_OF(idle_minor, 0), &earned, &raised);

    for (size_t i = 0; i < raised.n; i++)
        tally_add(b->a, &b->user, raised.items[i].creator_id, raised.items[i].minor);
    tally_sum(&b->user);
    return idle_minor - uplift;
}

static enum rc compare(struct db *db, struct both *b, struct simulation *out)
{
    const char **handles;

    TRY(tally_handles(db, b->a, &b->user, &handles));
    out->n = b->user.n;
    out->items = arena_array(b->a, struct simulated, out->n);
    for (size_t i = 0; i < out->n; i++) {
        int64_t user = b->user.items[i].minor, scaled = b->scaled.items[i].minor;
        out->items[i] = (struct simulated){ b->user.items[i].creator_id, user, scaled, handles[i] };
        out->user_minor += user;
        out->scaled_minor += scaled;
        out->moved_minor += MAX_OF(scaled - user, 0);
    }
    return RC_OK;
}

enum rc simulate_month(struct db *db, struct arena *a, const struct month *m,
                       struct simulation *out)
{
    int64_t idle_minor = m->idle_in_minor - m->platform_minor, pool_minor = idle_minor;
    struct both b = { .a = a, .uplift.a = a };

    *out = (struct simulation){ 0 };
    TRY(month_units(db, a, m->month, false, &b.units));
    b.contributions = month_contributions(a, &b.units);
    for (size_t i = 0; i < b.units.n; i++)
        pool_minor += b.units.items[i].given_minor;
    divide_scaled(MAX_OF(pool_minor, 0), b.contributions, b.units.n);
    SORT(b.contributions, b.units.n, by_contribution);
    TRY(month_watched(db, m->month, false, divide_page, &b));
    tally_sum(&b.user);
    tally_sum(&b.scaled);
    out->user_idle_minor = raise_earnings(&b, idle_minor);
    TRY(compare(db, &b, out));
    out->scaled_idle_minor = pool_minor - out->scaled_minor;
    return RC_OK;
}
