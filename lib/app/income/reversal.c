#include "app/income/reversal_months.h"
#include "app/money/month.h"
#include "app/income/payment.h"
#include "app/income/receipt.h"
#include "app/money/freeze.h"
#include "app/money/policy.h"
#include "app/income/subscription.h"
#include "app/money/unit.h"
#include "base/clock.h"
#include "base/conf.h"
#include "base/fmt.h"

__extension__ typedef __int128 wide; /* products of two amounts, or three */

WORDS(reversal_kind, "reversal.kind", [REVERSAL_REFUND] = "refund", [REVERSAL_DISPUTE] = "dispute");
WORDS(reversal_state, "reversal.state", [REVERSAL_OPEN] = "open", [REVERSAL_DONE] = "done",
      [REVERSAL_UNDONE] = "undone");
WORDS(refund_access, "reversal.access", [REFUND_FROM_END] = "from_end", [REFUND_KEEP] = "keep",
      [REFUND_UNTIL] = "until");

static const struct ledger_account_ref deferred = { ACCOUNT_DEFERRED, 0 }, vat = { ACCOUNT_VAT, 0 },
                                       platform = { ACCOUNT_PLATFORM, 0 },
                                       idle = { ACCOUNT_IDLE, 0 }, pool = { ACCOUNT_POOL, 0 },
                                       fees_lost = { ACCOUNT_FEES_LOST, 0 },
                                       disputes = { ACCOUNT_DISPUTE, 0 },
                                       writeoff = { ACCOUNT_WRITEOFF, 0 };

struct row {
    int64_t id, payment_id, amount_minor, fee_minor, until_ms;
    enum reversal_kind kind;
    enum reversal_state state;
    enum refund_access access;
};
SHAPE(row_shape, struct row, COLUMN(struct row, id), COLUMN(struct row, payment_id),
      COLUMN(struct row, amount_minor), COLUMN(struct row, fee_minor), COLUMN(struct row, until_ms),
      COLUMN_WORD(struct row, kind, reversal_kind), COLUMN_WORD(struct row, state, reversal_state),
      COLUMN_WORD(struct row, access, refund_access));
struct part_of_unit {
    int64_t unit_id, amount_minor, cut_ms;
};
SHAPE(part_shape, struct part_of_unit, COLUMN(struct part_of_unit, unit_id),
      COLUMN(struct part_of_unit, amount_minor), COLUMN(struct part_of_unit, cut_ms));
struct part_list {
    struct part_of_unit *items;
    size_t n;
};
struct left {
    int64_t left_minor, open_minor, paid_ms, played_ms, opened_ms;
};
SHAPE(left_shape, struct left, COLUMN(struct left, left_minor), COLUMN(struct left, open_minor),
      COLUMN(struct left, paid_ms), COLUMN(struct left, played_ms), COLUMN(struct left, opened_ms));
struct asked {
    int64_t ever, lately;
};
SHAPE(asked_shape, struct asked, COLUMN(struct asked, ever), COLUMN(struct asked, lately));

STMT(q_row, &row_shape,
     "SELECT id, payment_id, amount_minor, fee_minor, until_ms, kind, state, access FROM reversal"
     " WHERE provider = ? AND provider_ref = ? LOCK IN SHARE MODE");
STMT(q_open, &number_shape,
     "SELECT COALESCE(CAST(SUM(amount_minor) AS SIGNED), 0) AS n FROM reversal"
     " WHERE payment_id = ? AND state = 'open' LOCK IN SHARE MODE");
STMT(q_add, NULL,
     "INSERT INTO reversal (payment_id, provider, provider_ref, kind, state, amount_minor,"
     " fee_minor, reason, access, until_ms, by_member, created_ms)"
     " VALUES (?, ?, ?, ?, 'open', ?, ?, ?, ?, ?, ?, ?)");
STMT(q_done, NULL, "UPDATE reversal SET state = 'done', fee_minor = ?, done_ms = ? WHERE id = ?");
STMT(q_undone, NULL, "UPDATE reversal SET state = 'undone', undone_ms = ? WHERE id = ?");
STMT(q_add_part, NULL,
     "INSERT INTO reversal_unit (reversal_id, unit_id, amount_minor, cut_ms) VALUES (?, ?, ?, ?)");
STMT(q_parts, &part_shape,
     "SELECT unit_id, amount_minor, cut_ms FROM reversal_unit WHERE reversal_id = ?"
     " LOCK IN SHARE MODE");
STMT(q_left, &left_shape,
     "SELECT CAST(COALESCE(SUM(u.gross_minor - u.refunded_minor), 0) AS SIGNED) AS left_minor,"
     " (SELECT COALESCE(CAST(SUM(amount_minor) AS SIGNED), 0) FROM reversal"
     " WHERE payment_id = p.id AND state = 'open') AS open_minor, p.paid_ms,"
     " (SELECT COALESCE(CAST(SUM(w.raw_ms) AS SIGNED), 0) FROM watch_day w JOIN unit x"
     " ON x.id = w.unit_id WHERE x.payment_id = p.id) AS played_ms,"
     " (SELECT COALESCE(CAST(SUM(o.length_ms) AS SIGNED), 0) FROM media_opened o"
     " WHERE o.user_id = p.user_id AND EXISTS (SELECT 1 FROM paid_span s JOIN unit x"
     " ON x.id = s.unit_id WHERE s.user_id = o.user_id AND x.payment_id = p.id"
     " AND o.day BETWEEN s.starts_ms DIV 86400000 AND (s.ends_ms - 1) DIV 86400000)) AS opened_ms"
     " FROM payment p LEFT JOIN unit u ON u.payment_id = p.id WHERE p.id = ? GROUP BY p.id");

STMT(q_asked, &asked_shape,
     "SELECT COUNT(*) AS ever, CAST(COALESCE(SUM(r.state <> 'undone' AND r.created_ms > ?), 0)"
     " AS SIGNED) AS lately FROM payment p JOIN reversal r ON r.payment_id = p.id"
     " AND r.by_member = 1 WHERE p.user_id = ?");

/* One reversal being applied. */
struct act {
    struct db *db;
    struct arena *a;
    struct reversal r;
    struct ledger_account_ref source;
    int64_t now_ms, id;
    struct payment payment;
    struct unit_list units;  /* of the payment, locked */
    struct claim *claims;    /* what becomes of the time of each of them */
    int64_t *minor, *cut_ms; /* what is taken from each of them */
    struct ledger_leg *legs; /* not posted yet */
    size_t n, chunk;
    int64_t tax_minor; /* of all months so far */
    bool undo;
};

/* What move_unit() has to know of a unit: its terms, its shares, and how far its UTC month is. */
struct books {
    struct policy policy;
    bool closed, matured; /* the UTC month; its uplift */
    struct unit_share_list shares;
};

static int64_t floor_of(int64_t a, int64_t b, int64_t divisor)
{
    return (int64_t)((wide)a * b / divisor);
}

static enum rc post(struct act *x)
{
    const char *ikey = arena_printf(x->a, "%s:%s:%s%s", reversal_kind_word(x->r.kind),
                                    x->r.provider, x->r.provider_ref, x->undo ? ":undone" : "");
    const struct posting p = {
        .ikey = ++x->chunk == 1 ? ikey : arena_printf(x->a, "%s:%zu", ikey, x->chunk),
        .kind = reversal_kind_word(x->r.kind),
        .ref_type = "reversal",
        .ref_id = arena_printf(x->a, "%" PRId64, x->id),
        .effective_ms = x->now_ms,
        .currency = x->payment.currency,
        .legs = x->legs,
        .n = x->n,
        .may_overdraw = conf()->clawback == CLAWBACK_OFFSET,
    };
    enum rc rc = ledger_post(x->db, x->a, &p);

    x->n = 0;
    /* Another act took the money since it was read: the next try sees that. */
    return rc == RC_DENIED && conf()->clawback == CLAWBACK_ABSORB ? RC_BUSY : rc;
}

/* Add a leg from one account to another; a negative amount goes the other way. */
static enum rc move(struct act *x, struct ledger_account_ref from, struct ledger_account_ref to,
                    int64_t minor, int64_t unit_id)
{
    if (minor == 0)
        return RC_OK;
    if (x->n == LEDGER_LEGS_MAX)
        TRY(post(x));
    x->legs[x->n++] = minor > 0 ? (struct ledger_leg){ from, to, minor, unit_id }
                                : (struct ledger_leg){ to, from, -minor, unit_id };
    return RC_OK;
}

static bool is_same(struct ledger_account_ref a, struct ledger_account_ref b)
{
    return a.kind == b.kind && a.owner_id == b.owner_id;
}

/* The balance of an account once the legs so far are posted. */
static enum rc left_on(struct act *x, struct ledger_account_ref account, int64_t *minor)
{
    TRY(ledger_balance(x->db, x->a, account, x->payment.currency, minor));
    for (const struct ledger_leg *l = x->legs; l < x->legs + x->n; l++)
        *minor += is_same(l->credit, account)  ? l->amount_minor
                  : is_same(l->debit, account) ? -l->amount_minor
                                               : 0;
    return RC_OK;
}

/* Like move(), from a creator's account; *absorbed counts what the platform bears instead. */
static enum rc claw(struct act *x, struct ledger_account_ref creator, struct ledger_account_ref to,
                    int64_t minor, int64_t unit_id, int64_t *absorbed)
{
    int64_t borne = 0, left;

    if (minor < 0)
        borne = -MIN_OF(-minor, *absorbed);
    else if (minor > 0 && conf()->clawback == CLAWBACK_ABSORB) {
        TRY(left_on(x, creator, &left));
        borne = minor - MIN_OF(minor, MAX_OF(left, 0));
    }
    *absorbed += borne;
    TRY(move(x, creator, to, minor - borne, unit_id));
    return move(x, writeoff, to, borne, unit_id);
}

static struct ledger_account_ref account_of(int64_t creator_id, bool matured)
{
    return (struct ledger_account_ref){ matured ? ACCOUNT_CREATOR_PAYABLE : ACCOUNT_CREATOR_HELD,
                                        creator_id };
}

static int64_t tax_back(const struct unit *u, int64_t refunded)
{
    return u->gross_minor ? floor_of(u->tax_minor, refunded, u->gross_minor) : 0;
}

static void split_at(const struct unit *u, const struct policy *p, int64_t refunded,
                     struct unit_split *out)
{
    struct unit at = *u;

    at.refunded_minor = refunded;
    unit_split(&at, p->share_bp, p->fees == FEES_SHARED, out);
}

/* `refunded` is the new R, u->refunded_minor the old one. The tax has been moved already. */
static enum rc move_open(struct act *x, struct unit *u, const struct policy *p, int64_t refunded)
{
    struct unit_split before, after;

    split_at(u, p, u->refunded_minor, &before);
    split_at(u, p, refunded, &after);
    int64_t short_by = after.shortfall - before.shortfall;
    TRY(move(x, deferred, x->source, before.net - after.net + short_by, u->id));
    TRY(move(x, fees_lost, deferred, short_by, u->id));
    if (u->settled_ms) {
        u->shortfall_minor = after.shortfall;
        u->settled_refunded_minor = refunded;
    }
    if (after.net > 0 || (u->refunded_minor == u->gross_minor && refunded < u->gross_minor))
        u->settled_ms = u->matured_ms = 0;
    return RC_OK;
}

/* Divide creators_minor again among the creators of a unit whose UTC month is not closed. */
static enum rc share_anew(struct act *x, struct unit *u, struct books *b)
{
    struct part *parts = arena_array(x->a, struct part, b->shares.n + 1);
    size_t n = b->shares.n;

    for (size_t i = 0; i < n; i++)
        parts[i] = (struct part){ .id = b->shares.items[i].creator_id,
                                  .weight = b->shares.items[i].seconds };
    u->idle_minor = u->creators_minor - divide_by_weight(u->creators_minor, parts, n);
    for (size_t i = 0; i < n; i++) { /* both are in the order of creators */
        struct unit_share *s = &b->shares.items[i];
        assert(s->creator_id == parts[i].id && s->reversed_minor == 0);
        TRY(claw(x, account_of(s->creator_id, u->matured_ms > 0), x->source,
                 s->amount_minor - parts[i].amount, u->id, &s->absorbed_minor));
        s->early_minor += s->amount_minor - parts[i].amount;
        s->amount_minor = parts[i].amount;
        TRY(unit_share_set(x->db, s));
    }
    return RC_OK;
}

/* Settle a unit again with another R. Once its UTC month is closed, no share changes any more. */
static enum rc move_settled(struct act *x, struct unit *u, struct books *b, int64_t refunded)
{
    struct unit_split after;
    int64_t creators = u->creators_minor, nobodys = u->idle_minor;
    bool watched = u->idle_minor == 0 && u->seconds >= b->policy.min_unit_seconds;

    split_at(u, &b->policy, refunded, &after);
    TRY(move(x, platform, x->source, u->platform_minor - after.platform, u->id));
    TRY(move(x, fees_lost, x->source, after.shortfall - u->shortfall_minor, u->id));
    u->net_minor = after.net;
    u->shortfall_minor = after.shortfall;
    u->creators_minor = after.creators;
    u->platform_minor = after.platform;
    u->settled_refunded_minor = refunded;
    if (watched && !b->closed && b->policy.rule == RULE_SCALED)
        return move(x, pool, x->source, creators - after.creators, u->id);
    if (watched && !b->closed)
        TRY(share_anew(x, u, b));
    else
        u->idle_minor += after.creators - creators;
    return move(x, idle, x->source, nobodys - u->idle_minor, u->id);
}

/* floor(minor * f) at the new R minus the same at the old R. */
static int64_t grown(const struct unit *u, int64_t minor, int64_t refunded)
{
    int64_t base = u->settled_refunded_minor, all = u->gross_minor - base;

    return floor_of(minor, refunded - base, all) - floor_of(minor, u->refunded_minor - base, all);
}

/* The uplift that a creator got on f of a share. */
static int64_t uplift_back(const struct unit *u, const struct unit_share *s,
                           const struct month_uplift *up, int64_t refunded)
{
    int64_t base = u->settled_refunded_minor, all = u->gross_minor - base;
    wide brought = (wide)s->amount_minor * (refunded - base) * up->amount_minor;

    return up->earned_minor ? (int64_t)(brought / ((wide)all * up->earned_minor)) : 0;
}

static enum rc move_uplift(struct act *x, struct unit *u, const struct unit_share *s,
                           const struct books *b, int64_t refunded)
{
    struct month_uplift up;
    enum rc rc = month_lock_uplift(x->db, x->a, month_of(u->settled_ms), s->creator_id, &up);

    if (rc != RC_OK)
        return rc == RC_NOT_FOUND ? RC_OK : rc;
    int64_t back = uplift_back(u, s, &up, refunded) - uplift_back(u, s, &up, u->refunded_minor);
    TRY(claw(x, account_of(s->creator_id, b->matured), idle, back, 0, &up.absorbed_minor));
    up.reversed_minor += back;
    return month_uplift_set(x->db, &up);
}

static enum rc move_closed(struct act *x, struct unit *u, struct books *b, int64_t refunded)
{
    int64_t base = u->settled_refunded_minor, shares = 0;
    int64_t paid = refunded - u->refunded_minor,
            tax = tax_back(u, refunded) - tax_back(u, u->refunded_minor);
    int64_t creators = grown(u, u->creators_minor, refunded);
    int64_t platforms = grown(u, u->platform_minor, refunded);

    for (size_t i = 0; i < b->shares.n; i++) {
        struct unit_share *s = &b->shares.items[i];
        int64_t back = floor_of(s->amount_minor, refunded - base, u->gross_minor - base) -
                       s->reversed_minor;
        TRY(claw(x, account_of(s->creator_id, u->matured_ms > 0), x->source, back, u->id,
                 &s->absorbed_minor));
        if (b->policy.rule == RULE_USER)
            TRY(move_uplift(x, u, s, b, refunded));
        s->reversed_minor += back;
        shares += back;
        TRY(unit_share_set(x->db, s));
    }
    TRY(move(x, idle, x->source, creators - shares, u->id));
    TRY(move(x, platform, x->source, platforms, u->id));
    return move(x, fees_lost, x->source, paid - tax - creators - platforms, u->id);
}

static enum rc read_books(struct act *x, const struct unit *u, struct books *b)
{
    struct month m;

    TRY(policy_get(x->db, x->a, u->policy_id, &b->policy));
    if (u->settled_ms == 0)
        return RC_OK;
    TRY(unit_lock_shares(x->db, x->a, u->id, &b->shares));
    enum rc rc = month_lock(x->db, x->a, month_of(u->settled_ms), &m);
    b->closed = rc == RC_OK;
    b->matured = b->closed && m.matured_ms > 0;
    return rc == RC_NOT_FOUND ? RC_OK : rc;
}

/* Was nothing left of the unit when it was settled, so that there is no posting of that? */
static enum rc was_settled_empty(struct act *x, const struct unit *u, const struct books *b,
                                 bool *empty)
{
    bool posted = true;

    if (u->settled_ms && u->net_minor == 0 && b->shares.n == 0)
        TRY(ledger_has(x->db, x->a, arena_printf(x->a, "settle:%" PRId64 ":1", u->id), &posted));
    *empty = !posted;
    return RC_OK;
}

/* Change R of a unit to `refunded`. */
static enum rc move_unit(struct act *x, struct unit *u, int64_t refunded)
{
    struct books b = { 0 };
    int64_t stop = MAX_OF(refunded, u->settled_refunded_minor);
    bool empty;

    TRY(read_books(x, u, &b));
    int64_t tax = tax_back(u, refunded) - tax_back(u, u->refunded_minor);
    x->tax_minor += tax;
    TRY(move(x, vat, x->source, tax, u->id));
    TRY(was_settled_empty(x, u, &b, &empty));
    if (u->settled_ms == 0 || empty)
        TRY(move_open(x, u, &b.policy, refunded));
    else if (!b.closed)
        TRY(move_settled(x, u, &b, refunded));
    else {
        if (u->refunded_minor != stop)
            TRY(move_closed(x, u, &b, stop));
        if (refunded < stop)
            TRY(move_settled(x, u, &b, refunded));
    }
    u->refunded_minor = refunded;
    return unit_set(x->db, u);
}

/* Take the reversal's amount from the months. */
static enum rc take(struct act *x)
{
    TRY(reversal_months(x->a, &x->units, &x->r, x->now_ms, x->minor, NULL));
    for (size_t i = x->units.n; i-- > 0;) {
        struct unit *u = &x->units.items[i];
        if (reversal_cuts(&x->r, u))
            x->claims[i].until_ms = x->r.until_ms;
        if (x->minor[i])
            TRY(move_unit(x, u, u->refunded_minor + x->minor[i]));
    }
    return RC_OK;
}

static enum rc give_back(struct act *x)
{
    struct part_list parts;

    TRY(DB_LIST(x->db, x->a, &q_parts, ARGS(I64(x->id)), PAYMENT_MONTHS_MAX, &parts));
    for (const struct part_of_unit *p = parts.items; p < parts.items + parts.n; p++)
        for (size_t i = 0; i < x->units.n; i++) {
            struct unit *u = &x->units.items[i];
            if (u->id != p->unit_id)
                continue;
            if (p->amount_minor)
                TRY(move_unit(x, u, u->refunded_minor - p->amount_minor));
            x->claims[i].length_ms += p->cut_ms;
            x->claims[i].longer = p->cut_ms > 0;
        }
    return RC_OK;
}

/* Note what was taken from which month. */
static enum rc write_parts(struct act *x)
{
    for (size_t i = 0; i < x->units.n; i++)
        if (x->minor[i] || x->cut_ms[i])
            TRY(db_run(
                x->db, &q_add_part,
                ARGS(I64(x->id), I64(x->units.items[i].id), I64(x->minor[i]), I64(x->cut_ms[i])),
                NULL));
    return RC_OK;
}

static enum standing standing_of(const struct unit *u)
{
    if (u->gross_minor > 0 && u->refunded_minor == u->gross_minor)
        return UNIT_GONE;
    return u->frozen ? UNIT_STOPPED : UNIT_PAID;
}

/* The units whose time changes. A settled one is over. */
static size_t changed_claims(const struct act *x, struct claim *out)
{
    size_t n = 0;

    for (size_t i = 0; i < x->units.n; i++) {
        struct claim *k = &x->claims[i];
        k->is = standing_of(&x->units.items[i]);
        bool cut = k->is == UNIT_PAID && k->until_ms < INT64_MAX;
        if (x->units.items[i].settled_ms == 0 && (k->is != k->was || cut || k->longer))
            out[n++] = *k;
    }
    return n;
}

static int64_t *cut_of(const struct act *x, int64_t unit_id)
{
    size_t i = 0;

    while (x->units.items[i].id != unit_id)
        i++;
    return &x->cut_ms[i];
}

/* Bring the member's paid time to what the months are now. */
static enum rc move_time(struct act *x)
{
    struct claim *claims = arena_array(x->a, struct claim, x->units.n);
    struct subscription_change change = { .time = { .user_id = x->payment.user_id,
                                                    .now_ms = x->now_ms,
                                                    .claims = claims,
                                                    .n = changed_claims(x, claims) } };

    if (change.time.n == 0)
        return RC_OK;
    TRY(subscription_plan(x->db, x->a, NULL, &change));
    for (const struct claim *k = claims; k < claims + change.time.n; k++)
        if (k->until_ms < INT64_MAX)
            *cut_of(x, k->unit_id) = coverage_sum(&change.time.before, k->unit_id) -
                                     coverage_sum(&change.time.after, k->unit_id);
    return subscription_write(x->db, x->a, NULL, &change);
}

/* Issue the credit note; when undoing, a receipt in its place. */
static enum rc note_it(struct act *x)
{
    const struct receipt note = {
        .payment_id = x->payment.id,
        .reversal_id = x->undo ? -x->id : x->id,
        .user_id = x->payment.user_id,
        .amount_minor = x->undo ? x->r.amount_minor : -x->r.amount_minor,
        .tax_minor = -x->tax_minor,
        .currency = x->payment.currency,
        .issued_ms = x->now_ms,
    };
    return receipt_issue(x->db, x->a, &note, 0);
}

/* Move the money to the member; when undoing, back. */
static enum rc move_money(struct act *x, int64_t fee_minor)
{
    int64_t *ids = arena_array(x->a, int64_t, x->units.n);

    for (size_t i = 0; i < x->units.n; i++)
        ids[i] = x->units.items[i].id;
    TRY(freeze_lift(x->db, x->a, ids, x->units.n, x->now_ms));
    TRY(x->undo ? give_back(x) : take(x));
    TRY(move(x, disputes, x->source, x->undo ? -fee_minor : fee_minor, 0));
    TRY(post(x));
    TRY(freeze_sync(x->db, x->a, ids, x->units.n, x->now_ms));
    return note_it(x);
}

static enum rc freeze(struct act *x, int by)
{
    for (struct unit *u = x->units.items; u < x->units.items + x->units.n; u++) {
        u->frozen += by;
        TRY(unit_set(x->db, u));
    }
    return x->r.kind == REVERSAL_DISPUTE ? subscription_dispute(x->db, x->payment.user_id, by)
                                         : RC_OK;
}

/* Read the reversal's row. If there is none, add it as open and set *is_new. */
static enum rc find_or_add(struct act *x, struct row *row, bool *is_new)
{
    const struct reversal *r = &x->r;
    enum rc rc = db_insert(x->db, &q_add,
                           ARGS(I64(x->payment.id), STR(r->provider), STR(r->provider_ref),
                                STR(reversal_kind_word(r->kind)), I64(r->amount_minor),
                                I64(r->fee_minor), STR(r->reason ? r->reason : ""),
                                STR(refund_access_word(r->access)), I64(r->until_ms),
                                I64(r->by_member), I64(x->now_ms)),
                           &x->id);
    *is_new = rc == RC_OK;
    if (rc != RC_OK && rc != RC_CONFLICT)
        return rc;
    TRY(db_one(x->db, x->a, &q_row, ARGS(STR(r->provider), STR(r->provider_ref)), row));
    bool said_otherwise = r->access != REFUND_FROM_END &&
                          (r->access != row->access || r->until_ms != row->until_ms);
    if (row->payment_id != x->payment.id || row->amount_minor != r->amount_minor ||
        row->kind != r->kind || said_otherwise)
        return RC_CONFLICT;
    x->id = row->id;
    x->r.access = row->access;
    x->r.until_ms = row->until_ms;
    return RC_OK;
}

static enum rc complete(struct act *x)
{
    TRY(move_money(x, x->r.fee_minor));
    TRY(move_time(x));
    TRY(write_parts(x));
    return db_run(x->db, &q_done, ARGS(I64(x->r.fee_minor), I64(x->now_ms), I64(x->id)), NULL);
}

static enum rc change(struct act *x, const struct row *row, bool is_new)
{
    enum reversal_state to = x->r.state;
    bool was_open = !is_new && row->state == REVERSAL_OPEN, was_done = row->state == REVERSAL_DONE;

    if (to == REVERSAL_OPEN && is_new) {
        TRY(freeze(x, +1));
        return move_time(x);
    }
    if (to == REVERSAL_OPEN || (to == REVERSAL_DONE && was_done))
        return RC_OK;
    if (was_open)
        TRY(freeze(x, -1));
    if (to == REVERSAL_DONE)
        return complete(x);
    x->undo = true;
    if (was_done)
        TRY(move_money(x, row->fee_minor));
    TRY(move_time(x));
    return db_run(x->db, &q_undone, ARGS(I64(x->now_ms), I64(x->id)), NULL);
}

/* Lock the member's time, then the months of the payment: everybody does it in this order. */
static enum rc read_payment(struct act *x)
{
    struct subscription s;

    TRY(payment_get(x->db, x->a, x->r.provider, x->r.payment_ref, &x->payment));
    TRY(subscription_lock(x->db, x->a, x->payment.user_id, &s));
    TRY(unit_lock_of_payment(x->db, x->a, x->payment.id, &x->units));
    x->claims = arena_array(x->a, struct claim, x->units.n);
    x->minor = arena_array(x->a, int64_t, x->units.n);
    x->cut_ms = arena_array(x->a, int64_t, x->units.n);
    for (size_t i = 0; i < x->units.n; i++) {
        const struct unit *u = &x->units.items[i];
        x->minor[i] = x->cut_ms[i] = 0;
        x->claims[i] = (struct claim){ .unit_id = u->id,
                                       .was = standing_of(u),
                                       .until_ms = INT64_MAX,
                                       .length_ms = u->length_ms };
    }
    x->legs = arena_array(x->a, struct ledger_leg, LEDGER_LEGS_MAX);
    return RC_OK;
}

/* Is enough left of the payment for all its open reversals? */
static enum rc is_covered(struct act *x)
{
    int64_t left = 0, open = 0;

    TRY(db_number(x->db, x->a, &q_open, ARGS(I64(x->payment.id)), &open)); /* and this one */
    for (const struct unit *u = x->units.items; u < x->units.items + x->units.n; u++)
        left += u->gross_minor - u->refunded_minor;
    return open > left ? RC_INVALID : RC_OK;
}

enum rc reversal_apply(struct db *db, struct arena *a, const struct reversal *r,
                       struct ledger_account_ref source, int64_t now_ms)
{
    struct act x = { .db = db, .a = a, .r = *r, .source = source, .now_ms = now_ms };
    struct row row = { 0 };
    bool is_new;

    if (r->amount_minor < 1 || r->fee_minor < 0 ||
        (r->reason && strlen(r->reason) > REVERSAL_REASON_MAX_BYTES))
        return RC_INVALID;
    TRY(read_payment(&x));
    TRY(find_or_add(&x, &row, &is_new));
    if (!is_new && row.state == REVERSAL_UNDONE)
        return r->state == REVERSAL_UNDONE ? RC_OK : RC_CONFLICT;
    if (is_new)
        TRY(is_covered(&x));
    return change(&x, &row, is_new);
}

enum rc reversal_check(struct db *db, struct arena *a, const struct reversal *r, int64_t now_ms,
                       struct problem *why)
{
    struct payment p;
    struct unit_list units;
    struct row row;
    int64_t left;

    enum rc rc = db_one(db, a, &q_row, ARGS(STR(r->provider), STR(r->provider_ref)), &row);
    if (rc != RC_NOT_FOUND)
        return rc;
    TRY(payment_get(db, a, r->provider, r->payment_ref, &p));
    TRY(unit_lock_of_payment(db, a, p.id, &units));
    TRY(reversal_left(db, a, p.id, &left));
    if (r->amount_minor > left)
        return refuse(why, RC_INVALID, NULL,
                      arena_printf(a, "That is more than is left of the payment: %s.",
                                   fmt_money(a, left, p.currency)));
    return reversal_months(a, &units, r, now_ms, arena_array(a, int64_t, units.n), why);
}

enum rc reversal_find(struct db *db, struct arena *a, const char *provider,
                      const char *provider_ref, struct reversal *out)
{
    struct row row;

    TRY(db_one(db, a, &q_row, ARGS(STR(provider), STR(provider_ref)), &row));
    *out = (struct reversal){ .kind = row.kind,
                              .state = row.state,
                              .provider = provider,
                              .provider_ref = provider_ref,
                              .amount_minor = row.amount_minor,
                              .fee_minor = row.fee_minor };
    return RC_OK;
}

static enum rc left_of(struct db *db, struct arena *a, int64_t payment_id, struct left *out)
{
    TRY(db_one(db, a, &q_left, ARGS(I64(payment_id)), out));
    out->left_minor -= out->open_minor;
    return RC_OK;
}

enum rc reversal_left(struct db *db, struct arena *a, int64_t payment_id, int64_t *minor)
{
    struct left left = { 0 };
    enum rc rc = left_of(db, a, payment_id, &left);

    *minor = left.left_minor;
    return rc;
}

enum rc reversal_offer(struct db *db, struct arena *a, int64_t payment_id, int64_t now_ms,
                       int64_t *minor)
{
    struct left left = { 0 };
    enum rc rc = left_of(db, a, payment_id, &left);
    bool in_time = now_ms < left.paid_ms + conf()->refund_days * DAY_MS &&
                   MAX_OF(left.played_ms, left.opened_ms) < conf()->refund_minutes * MINUTE_MS;

    *minor = in_time ? left.left_minor : 0;
    return rc;
}

enum rc reversal_asked(struct db *db, struct arena *a, int64_t user_id, int64_t now_ms,
                       int64_t *ever, bool *again)
{
    struct asked asked = { 0 };
    enum rc rc = db_one(db, a, &q_asked, ARGS(I64(now_ms - 365 * DAY_MS), I64(user_id)), &asked);

    *ever = asked.ever;
    *again = asked.lately < conf()->refunds_per_year;
    return rc;
}
