#include "app/leaving/departure.h"
#include "app/income/pay.h"
#include "app/money/ledger.h"
#include "app/notify/notify.h"
#include "app/payout/payee.h"
#include "app/people/account.h"
#include "base/clock.h"
#include "base/fmt.h"
#include "base/str.h"

WORDS(leaver_earnings,
      "departure.earnings", [LEAVER_UNSAID] = "", [LEAVER_PAY] = "pay", [LEAVER_GIVE] = "give");

SHAPE(departure_shape, struct departure, COLUMN(struct departure, user_id),
      COLUMN(struct departure, asked_ms), COLUMN(struct departure, due_ms),
      COLUMN(struct departure, erased_ms),
      COLUMN_WORD(struct departure, earnings, leaver_earnings));
STMT(q_get, &departure_shape,
     "SELECT user_id, asked_ms, due_ms, erased_ms, earnings FROM departure WHERE user_id = ?");
STMT(q_add, NULL,
     "INSERT INTO departure (user_id, earnings, asked_ms, due_ms) VALUES (?, ?, ?, ?)");
STMT(q_drop, NULL, "DELETE FROM departure WHERE user_id = ? AND due_ms > ? AND erased_ms = 0");
STMT(q_has_videos, &number_shape,
     "SELECT COUNT(*) AS n FROM (SELECT id FROM video WHERE user_id = ? LIMIT 1) v");

enum rc departure_get(struct db *db, struct arena *a, int64_t user_id, struct departure *out)
{
    return db_one(db, a, &q_get, ARGS(I64(user_id)), out);
}

enum rc departure_owed(struct db *db, struct arena *a, int64_t user_id, struct leaver_owed *out)
{
    struct {
        enum account_kind kind;
        int64_t *minor;
    } rows[] = {
        { ACCOUNT_CREATOR_PAYABLE, &out->payable_minor },
        { ACCOUNT_CREATOR_HELD, &out->held_minor },
        { ACCOUNT_CREATOR_TRANSIT, &out->transit_minor },
        { ACCOUNT_CREATOR_FROZEN, &out->frozen_minor },
        { ACCOUNT_MEMBER, &out->balance_minor },
    };
    struct payee payee;
    int64_t videos;

    *out = (struct leaver_owed){ .currency = pay_currency() };
    for (size_t i = 0; i < COUNT(rows); i++)
        TRY(ledger_balance(db, a, (struct ledger_account_ref){ rows[i].kind, user_id },
                           out->currency, rows[i].minor));
    TRY(db_number(db, a, &q_has_videos, ARGS(I64(user_id)), &videos));
    out->is_asked = videos || out->payable_minor > 0 || out->held_minor > 0 ||
                    out->frozen_minor > 0;
    enum rc rc = payee_get(db, a, user_id, &payee);
    out->has_account = rc == RC_OK && payee.state == PAYEE_ACTIVE;
    return rc == RC_NOT_FOUND ? RC_OK : rc;
}

/* What was typed, with or without the sign that some put before a handle. */
static bool is_handle_of(const struct account *account, const char *typed)
{
    return strcasecmp(account->handle, typed + (*typed == '@')) == 0;
}

static enum rc check(const struct departure_wish *wish, const struct account *account,
                     const struct leaver_owed *owed, struct arena *a, struct problem *why)
{
    if (!is_handle_of(account, str_clean(a, wish->handle, false)))
        return refuse(why, RC_INVALID, "handle",
                      arena_printf(a, "Type your handle, %s, to be sure.", account->handle));
    if (!owed->is_asked)
        return RC_OK;
    if (wish->earnings == LEAVER_UNSAID)
        return refuse(why, RC_INVALID, "earnings", "Say what is to become of your earnings.");
    if (wish->earnings == LEAVER_PAY && !owed->has_account)
        return refuse(
            why, RC_CONFLICT, "earnings",
            "Give your bank account first, on the page “Payout account”, or give the earnings up.");
    return RC_OK;
}

struct planning {
    struct arena *a;
    const struct departure_wish *wish;
    int64_t now_ms;
};

static enum rc plan(struct db *db, void *arg)
{
    const struct planning *p = arg;
    int64_t due_ms = p->now_ms + DEPARTURE_DAYS * DAY_MS;
    enum leaver_earnings earnings = p->wish->earnings == LEAVER_PAY ? LEAVER_PAY : LEAVER_GIVE;
    const struct notice notice = {
        .user_id = p->wish->user_id,
        .kind = NOTICE_DELETION_PLANNED,
        .link = "/account/delete",
        .values = { .until = fmt_datetime(p->a, due_ms) },
    };

    TRY(db_run(db, &q_add,
               ARGS(I64(p->wish->user_id), STR(leaver_earnings_word(earnings)), I64(p->now_ms),
                    I64(due_ms)),
               NULL));
    TRY(account_leave(db, p->a, p->wish->user_id, due_ms));
    return notify(db, p->a, &notice, p->now_ms);
}

enum rc departure_ask(struct db *db, struct arena *a, const struct departure_wish *wish,
                      int64_t now_ms, struct problem *why)
{
    struct planning planning = { a, wish, now_ms };
    struct leaver_owed owed;
    struct account account;

    TRY(account_get(db, a, wish->user_id, &account));
    TRY(departure_owed(db, a, wish->user_id, &owed));
    TRY(check(wish, &account, &owed, a, why));
    enum rc rc = db_transact(db, plan, &planning);
    if (rc == RC_DENIED)
        return refuse(
            why, RC_CONFLICT, NULL,
            "You are the only operator. Make another member an operator first; otherwise nobody "
            "could run this site.");
    if (rc == RC_CONFLICT) /* planned already */
        return RC_OK;
    return rc;
}

struct return_of {
    struct arena *a;
    int64_t user_id, now_ms;
};

static enum rc take_back(struct db *db, void *arg)
{
    const struct return_of *x = arg;
    const struct notice notice = {
        .user_id = x->user_id,
        .kind = NOTICE_DELETION_TAKEN_BACK,
        .link = "/account",
    };
    int64_t dropped;

    TRY(db_run(db, &q_drop, ARGS(I64(x->user_id), I64(x->now_ms)), &dropped));
    if (!dropped)
        return RC_GONE;
    TRY(account_stay(db, x->user_id));
    return notify(db, x->a, &notice, x->now_ms);
}

enum rc departure_take_back(struct db *db, struct arena *a, int64_t user_id, int64_t now_ms)
{
    struct return_of x = { a, user_id, now_ms };
    struct departure d;

    TRY(departure_get(db, a, user_id, &d));
    return db_transact(db, take_back, &x);
}
