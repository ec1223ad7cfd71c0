#include "app/leaving/dues.h"
#include "app/income/pay.h"
#include "app/leaving/departure.h"
#include "app/money/ledger.h"
#include "app/payout/payee.h"
#include "base/clock.h"

enum { DUES_ARENA_BYTES = 4 << 20 };

struct leaver {
    int64_t user_id, erased_ms, gifts;
    enum leaver_earnings earnings;
};
struct leaver_list {
    struct leaver *items;
    size_t n;
};
SHAPE(leaver_shape, struct leaver, COLUMN(struct leaver, user_id), COLUMN(struct leaver, erased_ms),
      COLUMN(struct leaver, gifts), COLUMN_WORD(struct leaver, earnings, leaver_earnings));
#define LEAVER "SELECT user_id, erased_ms, gifts, earnings FROM departure WHERE "
STMT(q_leavers, &leaver_shape,
     LEAVER "settled_ms = 0 AND erased_ms > 0 AND user_id > ? ORDER BY user_id LIMIT 500");
STMT(q_lock, &leaver_shape, LEAVER "user_id = ? FOR UPDATE");
STMT(q_gift, NULL, "UPDATE departure SET gifts = gifts + 1 WHERE user_id = ?");
STMT(q_drop_payee, NULL, "DELETE FROM payee WHERE user_id = ?");
STMT(q_settled, NULL, "UPDATE departure SET settled_ms = ? WHERE user_id = ?");

struct due {
    struct arena *a;
    int64_t user_id, now_ms, given_minor;
};

/* A leg to those who stay, if there is anything. */
static enum rc leg_of(struct db *db, const struct due *d, enum account_kind kind,
                      struct ledger_leg *legs, size_t *n)
{
    const struct ledger_account_ref from = { kind, d->user_id };
    int64_t minor;

    TRY(ledger_balance(db, d->a, from, pay_currency(), &minor));
    if (minor > 0)
        legs[(*n)++] = (struct ledger_leg){ from, { ACCOUNT_IDLE, 0 }, minor, 0 };
    return RC_OK;
}

static enum rc give(struct db *db, void *arg)
{
    struct due *d = arg;
    struct ledger_leg legs[2];
    struct leaver now;
    size_t n = 0;

    d->given_minor = 0;
    TRY(db_one(db, d->a, &q_lock, ARGS(I64(d->user_id)), &now));
    if (now.earnings == LEAVER_GIVE)
        TRY(leg_of(db, d, ACCOUNT_CREATOR_PAYABLE, legs, &n));
    TRY(leg_of(db, d, ACCOUNT_MEMBER, legs, &n));
    if (n == 0)
        return RC_OK;
    const struct posting posting = {
        .ikey = arena_printf(d->a, "gift:%" PRId64 ":%" PRId64, d->user_id, now.gifts + 1),
        .kind = "gift",
        .ref_type = "user",
        .ref_id = arena_printf(d->a, "%" PRId64, d->user_id),
        .effective_ms = d->now_ms,
        .currency = pay_currency(),
        .legs = legs,
        .n = n,
    };
    TRY(ledger_post(db, d->a, &posting));
    for (size_t i = 0; i < n; i++)
        d->given_minor += legs[i].amount_minor;
    return db_run(db, &q_gift, ARGS(I64(d->user_id)), NULL);
}

static enum rc settle(struct db *db, const struct due *d, const struct leaver *l, struct dues *sum)
{
    struct leaver_owed owed;

    TRY(departure_owed(db, d->a, l->user_id, &owed));
    if (l->earnings == LEAVER_PAY && owed.payable_minor > 0) {
        enum rc rc = payee_ask_rest(db, l->user_id, d->now_ms);
        sum->asked += rc == RC_OK;
        return rc == RC_NOT_FOUND ? RC_OK : rc;
    }
    bool over = !owed.payable_minor && !owed.held_minor && !owed.transit_minor &&
                !owed.frozen_minor && !owed.balance_minor &&
                d->now_ms >= l->erased_ms + DUES_DAYS * DAY_MS;
    if (over || l->earnings == LEAVER_GIVE)
        TRY(db_run(db, &q_drop_payee, ARGS(I64(l->user_id)), NULL));
    if (!over)
        return RC_OK;
    sum->settled++;
    return db_run(db, &q_settled, ARGS(I64(d->now_ms), I64(l->user_id)), NULL);
}

static enum rc one(struct db *money, struct arena *a, const struct leaver *l, int64_t now_ms,
                   struct dues *sum)
{
    struct due d = { .a = a, .user_id = l->user_id, .now_ms = now_ms };

    TRY(db_transact(money, give, &d));
    sum->given_minor += d.given_minor;
    return settle(money, &d, l, sum);
}

enum rc dues_run(struct db *money, struct arena *a, int64_t now_ms, struct dues *sum)
{
    struct arena *item = arena_new(DUES_ARENA_BYTES);
    struct leaver_list list = { .n = DUES_PAGE };
    int64_t last_id = 0;
    enum rc rc = RC_OK;

    *sum = (struct dues){ 0 };
    while (rc == RC_OK && list.n == DUES_PAGE) {
        rc = DB_LIST(money, a, &q_leavers, ARGS(I64(last_id)), DUES_PAGE, &list);
        for (size_t i = 0; rc == RC_OK && i < list.n; i++) {
            last_id = list.items[i].user_id;
            rc = one(money, item, &list.items[i], now_ms, sum);
            arena_reset(item);
        }
    }
    arena_free(item);
    return rc;
}
