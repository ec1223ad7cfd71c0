#include "app/income/payment_date.h"
#include "app/income/pay.h"
#include "base/clock.h"
#include "base/fmt.h"
#include "base/str.h"

struct standing {
    int64_t reversals, settled_ms, line_id, by_hand;
};
SHAPE(standing_shape, struct standing, COLUMN(struct standing, reversals),
      COLUMN(struct standing, settled_ms), COLUMN(struct standing, line_id),
      COLUMN(struct standing, by_hand));
#define LINE_OF_PAYMENT                                                                            \
    "p.provider = 'manual' AND p.provider_ref = CONCAT('bank_', b.id)" /* bank.h */
STMT(q_standing, &standing_shape,
     "SELECT (SELECT COUNT(*) FROM reversal WHERE payment_id = p.id) AS reversals,"
     " COALESCE((SELECT MIN(settled_ms) FROM unit WHERE payment_id = p.id AND settled_ms > 0), 0)"
     " AS settled_ms, COALESCE(b.id, 0) AS line_id, COALESCE(b.source = 'by hand', 0) AS by_hand"
     " FROM payment p LEFT JOIN bank_line b ON " LINE_OF_PAYMENT " WHERE p.id = ?");
STMT(q_set, NULL, "UPDATE payment SET paid_ms = ? WHERE id = ? AND paid_ms = ?");
STMT(q_set_line, NULL,
     "UPDATE bank_line SET on_ms = ?, booked_ms = ? WHERE id = ? AND source = 'by hand'");

/* Money of the line that went elsewhere: the rest of too much, what was added to too little. */
static enum rc has_more(struct db *db, struct arena *a, int64_t line_id, bool *more)
{
    static const char *const acts[] = { "rest", "balance", "matched" };

    *more = false;
    for (size_t i = 0; i < COUNT(acts) && !*more; i++)
        TRY(ledger_has(db, a, arena_printf(a, "bank:%" PRId64 ":%s", line_id, acts[i]), more));
    return RC_OK;
}

static enum rc check_line(struct db *db, struct arena *a, const struct standing *s,
                          struct problem *why)
{
    bool more;

    if (s->line_id == 0)
        return RC_OK;
    if (!s->by_hand)
        return refuse(why, RC_CONFLICT, "receipt",
                      "A statement of the bank names this payment: its day is the bank's.");
    TRY(has_more(db, a, s->line_id, &more));
    return more ? refuse(why, RC_CONFLICT, "receipt",
                         "This transfer was not just this payment: the rest became the member's "
                         "balance, or money that came before was added. They have one day.")
                : RC_OK;
}

enum rc payment_date_check(struct db *db, struct arena *a, const struct payment *p, int64_t on_ms,
                           struct problem *why)
{
    struct standing s;

    if (pay_driver(p->provider) == NULL)
        return refuse(
            why, RC_CONFLICT, "receipt",
            "A payment by voucher or from earnings has the day on which the site did it.");
    if (on_ms / DAY_MS == p->paid_ms / DAY_MS)
        return refuse(why, RC_CONFLICT, "date", "This payment has that date already.");
    TRY(db_one(db, a, &q_standing, ARGS(I64(p->id)), &s));
    if (s.reversals)
        return refuse(why, RC_CONFLICT, "receipt",
                      "There was a refund or a dispute of this payment, with documents of its own "
                      "days. Its date stays.");
    if (s.settled_ms && on_ms > s.settled_ms)
        return refuse(why, RC_CONFLICT, "date",
                      arena_printf(a,
                                   "Its first month was settled on %s; the money cannot have come "
                                   "after that.",
                                   fmt_date(a, s.settled_ms)));
    return check_line(db, a, &s, why);
}

enum rc payment_date_set(struct db *db, struct arena *a, const struct payment *p, int64_t on_ms,
                         const char *mark, const char **posting, struct problem *why)
{
    struct standing s;
    int64_t changed;

    TRY(db_one(db, a, &q_standing, ARGS(I64(p->id)), &s));
    TRY(db_run(db, &q_set, ARGS(I64(on_ms), I64(p->id), I64(p->paid_ms)), &changed));
    if (changed == 1 && s.line_id)
        TRY(db_run(db, &q_set_line, ARGS(I64(on_ms), I64(on_ms), I64(s.line_id)), &changed));
    if (changed != 1)
        return refuse(why, RC_CONFLICT, NULL,
                      "This payment was changed at the same moment. Please look again.");
    *posting = arena_printf(a, "invoice:%s:%s:dated:%s", p->provider, p->provider_ref, mark);
    return ledger_redate(db, a, "payment", arena_printf(a, "%" PRId64, p->id), mark, on_ms);
}
