/* The part of payout.h for payouts by bank transfer: into a file, out of it again when a run is cancelled,
 * and what the lines of the bank's statement say about them. */
#include "app/payout/payout_file.h"
#include "app/payout/payout_step.h"
#include "app/payout/target.h"
#include "base/conf.h"
#include "base/fmt.h"
#include "base/str.h"

enum { PAY_ON_MAX_DAYS = 90 };

STMT(q_lock_first, &number_shape, "SELECT id AS n FROM payout_run ORDER BY id LIMIT 1 FOR UPDATE");
STMT(q_lock, &number_shape, "SELECT id AS n FROM payout_run WHERE id = ? FOR UPDATE");
STMT(q_held, &number_shape,
     "SELECT p.id AS n FROM payout p JOIN user u ON u.id = p.user_id LEFT JOIN payout_hold h"
     " ON h.open_user_id = p.user_id WHERE p.run_id = ? AND p.state IN ('reserved', 'exported')"
     " AND (u.blocked OR u.suspended_until_ms > ? OR h.id IS NOT NULL) ORDER BY p.id");
STMT(q_day, &number_shape,
     "SELECT CAST(COALESCE(SUM(amount_minor), 0) AS SIGNED) AS n FROM payout"
     " WHERE first_try_ms >= ? AND state <> 'failed' AND run_id <> ?");
STMT(q_export, NULL,
     "UPDATE payout SET state = 'exported', provider_ref = CONCAT('OVS-P', id), first_try_ms = ?,"
     " changed_ms = ? WHERE run_id = ? AND state IN ('reserved', 'exported')");
STMT(q_exported, NULL,
     "UPDATE payout_run SET exports = exports + 1, exported_ms = ?, pay_on_ms = ? WHERE id = ?");
STMT(q_cancelled, NULL, "UPDATE payout_run SET cancelled_ms = ? WHERE id = ?");

/* Ids */

const char *payout_bank_id(struct arena *a, int64_t payout_id)
{
    return arena_printf(a, "OVS-P%" PRId64, payout_id);
}

/* The number behind `before`; false if it is none, or more letters or digits follow. */
static bool number_after(const char *at, const char *before, int64_t *n, const char **rest)
{
    if (!str_starts(at, before))
        return false;
    at += strlen(before);
    size_t digits = strspn(at, "0123456789");
    *rest = at + digits;
    return digits && str_to_i64(at, digits, 1, INT64_MAX, n) == RC_OK;
}

static bool is_end(char c)
{
    return !((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'));
}

bool payout_bank_id_read(const char *text, int64_t *payout_id)
{
    const char *rest;

    for (const char *at = text; (at = strstr(at, "OVS-P")) != NULL; at++)
        if ((at == text || is_end(at[-1])) && number_after(at, "OVS-P", payout_id, &rest) &&
            is_end(*rest))
            return true;
    return false;
}

bool payout_file_id_read(const char *text, int64_t *run_id)
{
    const char *rest;
    int64_t month;

    for (const char *at = text; (at = strstr(at, "OVS-")) != NULL; at++)
        if ((at == text || is_end(at[-1])) && number_after(at, "OVS-", &month, &rest) &&
            number_after(rest, "-R", run_id, &rest) && is_end(*rest))
            return true;
    return false;
}

/* Into the file */

struct export
{
    struct arena *a;
    int64_t run_id, on_ms, now_ms;
    enum payout_format format;
    struct payout_file *made;
    struct problem *why;
};

static enum rc check_day(struct export *x)
{
    int64_t today = target_today(x->now_ms);

    if (x->on_ms == 0)
        x->on_ms = target_next(x->now_ms);
    if (x->on_ms < today)
        return refuse(
            x->why, RC_INVALID, NULL,
            arena_printf(x->a, "%s is over. The next day on which banks settle transfers is %s.",
                         fmt_date(x->a, x->on_ms), fmt_date(x->a, target_next(x->now_ms))));
    if (x->on_ms > today + PAY_ON_MAX_DAYS * DAY_MS)
        return refuse(x->why, RC_INVALID, NULL, "Banks take orders for the next 90 days at most.");
    if (!target_is_open(x->on_ms))
        return refuse(x->why, RC_INVALID, NULL,
                      arena_printf(x->a,
                                   "Banks settle no transfers on %s; the next day on which they do"
                                   " is %s.",
                                   fmt_date(x->a, x->on_ms),
                                   fmt_date(x->a, target_from(x->on_ms))));
    return RC_OK;
}

static enum rc check_run(struct export *x, const struct payout_run *run)
{
    if (run->reserved_ms == 0)
        return refuse(x->why, RC_CONFLICT, NULL,
                      "This run is not complete: jobs/payout_run will continue it.");
    if (run->cancelled_ms)
        return refuse(x->why, RC_CONFLICT, NULL, "This run was cancelled.");
    return RC_OK;
}

/* Those whose creators have been put on hold since leave the run. */
static enum rc drop_held(struct db *db, const struct export *x)
{
    struct number_list held;

    TRY(DB_LIST(db, x->a, &q_held, ARGS(I64(x->run_id), I64(x->now_ms)), PAYOUTS_MAX, &held));
    for (size_t i = 0; i < held.n; i++) {
        struct payout_step s = { .a = x->a, .id = held.items[i], .now_ms = x->now_ms };
        struct payout p;
        TRY(payout_lock(db, &s, &p));
        TRY(payout_fail(db, x->a, &p, "on hold", x->now_ms));
    }
    return RC_OK;
}

/* Does it belong into the file? RC_CONFLICT: no file may be written any more. */
static enum rc sort(const struct export *x, const struct payout *p, bool *in_file)
{
    *in_file = p->state != PAYOUT_FAILED;
    if (payout_driver(p->provider)->send)
        return refuse(x->why, RC_CONFLICT, NULL, "This run was paid through another provider.");
    if (p->state == PAYOUT_PAID || p->state == PAYOUT_RETURNED)
        return refuse(x->why, RC_CONFLICT, NULL,
                      arena_printf(x->a,
                                   "Payout %" PRId64
                                   " of this run is %s already: a second file could"
                                   " pay the others twice. `payout return ID` makes single payouts"
                                   " that the bank did not make payable again.",
                                   p->id, payout_state_word(p->state)));
    return RC_OK; /* `sent`: exported before there was a state for it */
}

static enum rc collect(struct db *db, const struct export *x, struct payout_list *out)
{
    struct payout_list all;
    bool in_file;

    TRY(payout_list_run(db, x->a, x->run_id, &all));
    *out = (struct payout_list){ arena_array(x->a, struct payout, all.n), 0 };
    for (size_t i = 0; i < all.n; i++) {
        TRY(sort(x, &all.items[i], &in_file));
        if (in_file)
            out->items[out->n++] = all.items[i];
    }
    return out->n ? RC_OK : refuse(x->why, RC_NOT_FOUND, NULL, "Nobody is paid in this run.");
}

static enum rc below_daily_max(struct db *db, const struct export *x)
{
    int64_t day, max_minor = conf()->payout_daily_max_minor;

    TRY(db_number(db, x->a, &q_day, ARGS(I64(x->now_ms / DAY_MS * DAY_MS), I64(x->run_id)), &day));
    if (day + x->made->minor <= max_minor)
        return RC_OK;
    return refuse(x->why, RC_DENIED, NULL,
                  arena_printf(x->a,
                               "With this file more than payout_daily_max_minor (%s) would be paid"
                               " today.",
                               fmt_money(x->a, max_minor, conf()->currency)));
}

static enum rc export_run(struct db *db, void *arg)
{
    struct export *x = arg;
    struct payout_list list;
    struct payout_run run;
    int64_t row;

    TRY(db_number(db, x->a, &q_lock_first, NO_ARGS, &row)); /* as sending does, for the day's sum */
    TRY(db_number(db, x->a, &q_lock, ARGS(I64(x->run_id)), &row));
    TRY(payout_run_get(db, x->a, x->run_id, &run));
    TRY(check_run(x, &run));
    TRY(drop_held(db, x));
    TRY(collect(db, x, &list));
    *x->made = (struct payout_file){ .on_ms = x->on_ms, .n = (int64_t)list.n };
    for (size_t i = 0; i < list.n; i++)
        x->made->minor += list.items[i].amount_minor;
    TRY(below_daily_max(db, x));
    TRY(db_run(db, &q_exported, ARGS(I64(x->now_ms), I64(x->on_ms), I64(x->run_id)), NULL));
    run.exports++;
    TRY(db_run(db, &q_export, ARGS(I64(x->now_ms), I64(x->now_ms), I64(x->run_id)), NULL));
    return payout_file_write(x->a, &run, x->now_ms, &list, x->format, x->made, x->why);
}

enum rc payout_export(struct db *db, struct arena *a, int64_t run_id, enum payout_format format,
                      int64_t on_ms, int64_t now_ms, struct payout_file *made, struct problem *why)
{
    struct export x = { a, run_id, on_ms, now_ms, format, made, why };
    struct payout_run run;

    if (payout_run_get(db, a, run_id, &run) == RC_NOT_FOUND)
        return refuse(why, RC_NOT_FOUND, NULL,
                      arena_printf(a, "There is no run %" PRId64 ".", run_id));
    TRY(payout_is_on(db, a, why));
    TRY(check_day(&x));
    return db_transact(db, export_run, &x);
}

/* Out of it again */

struct cancel {
    struct arena *a;
    int64_t run_id, now_ms;
    const char *note;
    size_t *n;
    struct problem *why;
};

static enum rc cancel_one(struct db *db, struct cancel *x, const struct payout *listed)
{
    struct payout_step s = { .a = x->a, .id = listed->id, .now_ms = x->now_ms };
    struct payout p;

    TRY(payout_lock(db, &s, &p));
    if (p.state == PAYOUT_FAILED)
        return RC_OK;
    if (p.state != PAYOUT_RESERVED && p.state != PAYOUT_EXPORTED)
        return refuse(x->why, RC_CONFLICT, NULL,
                      arena_printf(x->a,
                                   "Payout %" PRId64 " of this run is %s: it cannot be cancelled as"
                                   " a whole any more. `payout return ID` gives a single payout"
                                   " back.",
                                   p.id, payout_state_word(p.state)));
    ++*x->n;
    return payout_fail(db, x->a, &p, x->note, x->now_ms);
}

static enum rc cancel_run(struct db *db, void *arg)
{
    struct cancel *x = arg;
    struct payout_list list;
    struct payout_run run;
    int64_t row;

    *x->n = 0;
    TRY(db_number(db, x->a, &q_lock, ARGS(I64(x->run_id)), &row));
    TRY(payout_run_get(db, x->a, x->run_id, &run));
    if (run.cancelled_ms)
        return RC_OK;
    if (run.reserved_ms == 0)
        return refuse(x->why, RC_CONFLICT, NULL,
                      "This run is not complete: jobs/payout_run will continue it.");
    TRY(payout_list_run(db, x->a, x->run_id, &list));
    for (size_t i = 0; i < list.n; i++)
        TRY(cancel_one(db, x, &list.items[i]));
    return db_run(db, &q_cancelled, ARGS(I64(x->now_ms), I64(x->run_id)), NULL);
}

enum rc payout_cancel_run(struct db *db, struct arena *a, int64_t run_id, const char *note,
                          int64_t now_ms, size_t *n, struct problem *why)
{
    struct cancel x = { a, run_id, now_ms, note, n, why };

    if (!*note || strlen(note) > PAYOUT_NOTE_MAX_BYTES)
        return refuse(why, RC_INVALID, "reason",
                      "A reason has 1 to 200 characters; the creators see it.");
    enum rc rc = db_transact(db, cancel_run, &x);
    return rc == RC_NOT_FOUND
               ? refuse(why, rc, NULL, arena_printf(a, "There is no run %" PRId64 ".", run_id))
               : rc;
}

/* Lines of the bank's statement */

struct line {
    struct arena *a;
    int64_t out_minor, on_ms;
    const char *currency;
    size_t *found;
    const char **ikey;
    struct problem *why;
};

static enum rc unfit(const struct line *l, const char *text)
{
    return refuse(l->why, RC_CONFLICT, NULL, text);
}

static enum rc apply_line(struct db *db, const struct line *l, const struct payout *p)
{
    struct payout_step s = {
        .a = l->a,
        .id = p->id,
        .now_ms = l->on_ms,
        .note = "the bank sent it back",
        .to = l->out_minor > 0 ? PAYOUT_PAID : PAYOUT_RETURNED,
        .by = PAYOUT_BY_BANK,
    };
    enum rc rc = db_transact(db, payout_take_step, &s);

    if (rc == RC_CONFLICT)
        return unfit(l, arena_printf(l->a, "Payout %" PRId64 " is %s, the bank has moved it.",
                                     p->id, payout_state_word(p->state)));
    TRY(rc);
    struct payout now;
    TRY(payout_get(db, l->a, p->id, &now));
    if ((*l->found)++ == 0)
        *l->ikey = s.to == PAYOUT_PAID
                       ? arena_printf(l->a, "payout:%" PRId64 ":sent", p->id)
                       : arena_printf(l->a, "payout:%" PRId64 ":back:%" PRId64, p->id, now.returns);
    return RC_OK;
}

static enum rc line_of_payout(struct db *db, const struct line *l, int64_t id)
{
    struct payout p;

    TRY(payout_get(db, l->a, id, &p));
    if (payout_driver(p.provider)->send)
        return RC_NOT_FOUND;
    if (llabs(l->out_minor) != p.amount_minor || !str_eq(l->currency, p.currency))
        return unfit(l, arena_printf(l->a, "Payout %" PRId64 " is %s, not %s.", id,
                                     fmt_money(l->a, p.amount_minor, p.currency),
                                     fmt_money(l->a, llabs(l->out_minor), l->currency)));
    return apply_line(db, l, &p);
}

/* The bank has booked all transfers of a file as one sum. */
static enum rc line_of_run(struct db *db, const struct line *l, int64_t run_id)
{
    struct payout_list list;
    int64_t minor = 0;

    TRY(payout_list_run(db, l->a, run_id, &list));
    for (size_t i = 0; i < list.n; i++)
        if (list.items[i].state != PAYOUT_FAILED)
            minor += list.items[i].amount_minor;
    if (list.n == 0 || payout_driver(list.items[0].provider)->send)
        return RC_NOT_FOUND;
    if (minor != l->out_minor || !str_eq(l->currency, list.items[0].currency))
        return unfit(l, arena_printf(l->a, "Run %" PRId64 " comes to %s, not to %s.", run_id,
                                     fmt_money(l->a, minor, list.items[0].currency),
                                     fmt_money(l->a, l->out_minor, l->currency)));
    for (size_t i = 0; i < list.n; i++)
        if (list.items[i].state != PAYOUT_FAILED)
            TRY(apply_line(db, l, &list.items[i]));
    return RC_OK;
}

enum rc payout_bank_line(struct db *db, struct arena *a, const char *text, int64_t out_minor,
                         const char *currency, int64_t on_ms, size_t *found, const char **ikey,
                         struct problem *why)
{
    const struct line l = { a, out_minor, on_ms, currency, found, ikey, why };
    int64_t id;

    *found = 0;
    *ikey = NULL;
    if (out_minor == 0)
        return RC_NOT_FOUND;
    if (payout_bank_id_read(text, &id))
        return line_of_payout(db, &l, id);
    return payout_file_id_read(text, &id) ? line_of_run(db, &l, id) : RC_NOT_FOUND;
}
