#include "app/acts/act_kind.h"
#include "app/income/pay.h"
#include "base/clock.h"
#include "base/conf.h"
#include "base/fmt.h"
#include "base/log.h"
#include "base/sb.h"
#include "base/str.h"
#include "io/secret.h"

enum { ONCE_BYTES = 16, SEEN_CHARS = 16, WHAT_MAX_CHARS = 480, FINISHED_AT_ONCE = 100 };

WORDS(act_state, "act.state", [ACT_WAITING] = "waiting", [ACT_DOING] = "doing", [ACT_DONE] = "done",
      [ACT_FAILED] = "failed", [ACT_REFUSED] = "refused", [ACT_EXPIRED] = "expired");

SHAPE(act_shape, struct act, COLUMN(struct act, id), COLUMN(struct act, member_id),
      COLUMN(struct act, asked_by), COLUMN(struct act, asked_ms), COLUMN(struct act, ended_by),
      COLUMN(struct act, ended_ms), COLUMN_WORD(struct act, state, act_state),
      COLUMN(struct act, kind), COLUMN(struct act, fields), COLUMN(struct act, what),
      COLUMN(struct act, reason), COLUMN(struct act, posting), COLUMN(struct act, result),
      COLUMN(struct act, asked_shell), COLUMN(struct act, ended_shell), COLUMN(struct act, asker),
      COLUMN(struct act, ender), COLUMN(struct act, member));
#define ACTS                                                                                       \
    "SELECT t.id, t.member_id, t.asked_by, t.asked_ms, t.ended_by, t.ended_ms, t.state, t.kind,"   \
    " t.fields, t.what, t.reason, t.posting, t.result, t.asked_shell, t.ended_shell,"              \
    " COALESCE(u.handle, '') AS asker, COALESCE(e.handle, '') AS ender,"                           \
    " COALESCE(m.handle, '') AS member FROM act t LEFT JOIN user u ON u.id = t.asked_by"           \
    " LEFT JOIN user e ON e.id = t.ended_by LEFT JOIN user m ON m.id = t.member_id"

STMT(q_get, &act_shape, ACTS " WHERE t.id = ?");
STMT(q_by_once, &act_shape, ACTS " WHERE t.once = ?");
STMT(q_list, &act_shape,
     ACTS " WHERE t.id < ? AND (? = 0 OR t.member_id = ?) AND (? = 0 OR (t.state = 'waiting') ="
          " (? = 1)) ORDER BY t.id DESC LIMIT ?");
STMT(q_left, &number_shape,
     "SELECT id AS n FROM act WHERE state = 'doing' AND ended_ms <= ? ORDER BY id LIMIT ?");
STMT(q_waiting, &number_shape, "SELECT COUNT(*) AS n FROM act WHERE state = 'waiting'");
STMT(
    q_add, NULL,
    "INSERT INTO act (once, kind, fields, what, reason, member_id, asked_by, asked_shell, asked_ms,"
    " state, waited, ended_by, ended_shell, ended_ms)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
STMT(q_take_up, NULL,
     "UPDATE act SET state = ?, ended_by = ?, ended_shell = ?, ended_ms = ? WHERE id = ?"
     " AND state = 'waiting'");
STMT(q_take_over, NULL,
     "UPDATE act SET ended_ms = ? WHERE id = ? AND state = 'doing' AND ended_ms <= ?");
/* What was not done may be asked for again: its intent is free. */
#define FREE "once = CONCAT(once, '/', id)"
STMT(q_end, NULL, "UPDATE act SET state = 'done', posting = ?, result = ? WHERE id = ?");
STMT(q_fail, NULL, "UPDATE act SET " FREE ", state = 'failed', result = ? WHERE id = ?");
STMT(q_refuse, NULL,
     "UPDATE act SET " FREE
     ", state = 'refused', ended_by = ?, ended_shell = ?, ended_ms = ?, result = ?"
     " WHERE id = ? AND state = 'waiting'");
STMT(q_expire, NULL,
     "UPDATE act SET " FREE
     ", state = 'expired', ended_ms = ? WHERE state = 'waiting' AND asked_ms <= ?");
STMT(q_last_tx, &number_shape, "SELECT COALESCE(MAX(id), 0) AS n FROM ledger_tx");
SHAPE(leg_shape, struct act_leg, COLUMN(struct act_leg, amount_minor),
      COLUMN(struct act_leg, effective_ms), COLUMN(struct act_leg, debit),
      COLUMN(struct act_leg, credit), COLUMN(struct act_leg, currency),
      COLUMN(struct act_leg, ikey));
STMT(q_legs, &leg_shape,
     "SELECT l.amount_minor, t.effective_ms, d.code AS debit, c.code AS credit, l.currency, t.ikey"
     " FROM ledger_tx t JOIN ledger_leg l ON l.tx_id = t.id JOIN ledger_account d"
     " ON d.id = l.debit_id JOIN ledger_account c ON c.id = l.credit_id WHERE t.id > ?"
     " ORDER BY l.tx_id, l.line LIMIT ?");

/* Reading */

enum rc act_get(struct db *db, struct arena *a, int64_t id, struct act *out)
{
    return db_one(db, a, &q_get, ARGS(I64(id)), out);
}

enum rc act_list(struct db *db, struct arena *a, enum act_filter filter, int64_t member_id,
                 int64_t before, struct act_list *out)
{
    return DB_LIST(db, a, &q_list,
                   ARGS(I64(before ? before : INT64_MAX), I64(member_id), I64(member_id),
                        I64(filter), I64(filter), I64(ACTS_SHOWN)),
                   ACTS_SHOWN, out);
}

enum rc act_count_waiting(struct db *db, struct arena *a, int64_t *n)
{
    *n = 0;
    return db_number(db, a, &q_waiting, NO_ARGS, n);
}

int64_t act_expires_ms(const struct act *act) { return act->asked_ms + ACT_WAIT_DAYS * DAY_MS; }

struct act_values act_values(struct arena *a, const struct act *act)
{
    struct act_values v = { arena_array(a, struct act_value, ACT_FIELDS_MAX), 0 };

    for (const char *s = act->fields; *s && v.n < ACT_FIELDS_MAX;) {
        size_t name = strcspn(s, "="), line = strcspn(s, "\n");
        v.items[v.n].name = arena_strn(a, s, name);
        v.items[v.n++].value = arena_strn(a, s + name + 1, line - name - 1);
        s += line + (s[line] == '\n');
    }
    return v;
}

/* Checking */

static const char *value_of(const struct act_values *values, const char *name)
{
    for (size_t i = 0; i < values->n; i++)
        if (str_eq(values->items[i].name, name))
            return values->items[i].value ? values->items[i].value : "";
    return "";
}

static enum rc check_field(struct act_run *x, const struct act_field *f, const char *value)
{
    const struct act_choice *c = f->choices;

    if (*value == 0)
        return f->optional
                   ? RC_OK
                   : act_wrong(x, RC_INVALID, f->name, "Please fill this in: %s.", f->label);
    if (strlen(value) > ACT_FIELD_MAX_BYTES)
        return act_wrong(x, RC_INVALID, f->name, "This is too long: %d bytes at most.",
                         ACT_FIELD_MAX_BYTES);
    while (c && c->word && !str_eq(c->word, value))
        c++;
    return c == NULL || c->word
               ? RC_OK
               : act_wrong(x, RC_INVALID, f->name, "\"%s\" is none of the choices.", value);
}

static enum rc read_fields(struct act_run *x, const struct act_values *typed)
{
    x->values = (struct act_values){ arena_array(x->a, struct act_value, ACT_FIELDS_MAX), 0 };
    for (size_t i = 0; i < ACT_FIELDS_MAX && x->kind->fields[i].name; i++) {
        const struct act_field *f = &x->kind->fields[i];
        const char *value = str_clean(x->a, value_of(typed, f->name), false);
        TRY(check_field(x, f, value));
        x->values.items[x->values.n++] = (struct act_value){ f->name, value };
    }
    return RC_OK;
}

static enum rc read_reason(struct act_run *x)
{
    enum act_reason rule = x->kind->reason;
    bool on_page = x->id == 0 && !x->d->by.shell[0]; /* not when somebody approves it there */

    x->reason = x->typed_reason;
    if (!x->reason[0] && (rule == REASON_NEEDED || (rule == REASON_ON_PAGES && on_page)))
        return act_wrong(x, RC_INVALID, "reason", "Please give a reason; it is kept.");
    if (str_chars(x->reason) > ACT_REASON_MAX_CHARS)
        return act_wrong(x, RC_INVALID, "reason", "A reason has at most %d characters.",
                         ACT_REASON_MAX_CHARS);
    return RC_OK;
}

/* `act` is NULL for one that has no row yet. */
static enum rc check(struct desk *d, const struct act_request *q, const struct act *act,
                     struct act_run *x)
{
    *x = (struct act_run){ .d = d, .db = d->money, .a = d->a };
    if (act)
        x->id = act->id, x->member_id = act->member_id;
    x->kind = act_kind(q->kind);
    if (x->kind == NULL)
        return refuse(d->why, RC_NOT_FOUND, NULL, "There is no such act.");
    x->typed_reason = str_clean(x->a, q->reason ? q->reason : "", false);
    TRY(read_fields(x, &q->values));
    TRY(x->kind->check(x));
    x->what = fmt_cut(x->a, x->what, WHAT_MAX_CHARS);
    return read_reason(x);
}

static const char *seen_of(const struct act_run *x)
{
    struct sb o = { .a = x->a };

    sb_addf(&o, "%s\n%s\n", x->kind->name, x->what);
    for (size_t i = 0; i < x->lines.n; i++)
        sb_addf(&o, "%s: %s\n", x->lines.items[i].label, x->lines.items[i].text);
    return arena_strn(x->a, sha256_hex(x->a, o.buf, o.len), SEEN_CHARS);
}

static enum rc compare_seen(struct act_run *x, const char *seen)
{
    if (seen == NULL || str_eq(seen, seen_of(x)))
        return RC_OK;
    return act_wrong(x, RC_CONFLICT, NULL,
                     "What would happen has changed since you looked. Please look again.");
}

/* Writing */

static const char *fields_of(const struct act_run *x)
{
    struct sb o = { .a = x->a };

    sb_str(&o, "");
    for (size_t i = 0; i < x->values.n; i++)
        if (x->values.items[i].value[0])
            sb_addf(&o, "%s=%s\n", x->values.items[i].name, x->values.items[i].value);
    return o.buf ? o.buf : "";
}

/* A new row. One that does not wait is ended, or being done, by who asked. */
static enum rc add(struct db *db, struct act_run *x, const char *once, enum act_state state)
{
    const struct actor *by = &x->d->by;
    bool ends = state != ACT_WAITING;

    return db_insert(db, &q_add,
                     ARGS(STR(once), STR(x->kind->name), STR(fields_of(x)), STR(x->what),
                          STR(x->reason), ID_OR_NULL(x->member_id), ID_OR_NULL(by->user_id),
                          STR(by->shell), I64(x->d->now_ms), STR(act_state_word(state)), I64(!ends),
                          ID_OR_NULL(ends ? by->user_id : 0), STR(ends ? by->shell : ""),
                          I64(ends ? x->d->now_ms : 0)),
                     &x->id);
}

/* A waiting row gets another state, once, by the one who approved it. */
static enum rc take_up(struct db *db, struct act_run *x, enum act_state state)
{
    const struct actor *by = &x->d->by;
    int64_t changed;

    TRY(db_run(db, &q_take_up,
               ARGS(STR(act_state_word(state)), ID_OR_NULL(by->user_id), STR(by->shell),
                    I64(x->d->now_ms), I64(x->id)),
               &changed));
    return changed ? RC_OK : act_wrong(x, RC_CONFLICT, NULL, "This act does not wait any more.");
}

static enum rc end(struct db *db, struct act_run *x)
{
    return db_run(db, &q_end,
                  ARGS(STR(x->posting ? x->posting : ""),
                       STR(fmt_cut(x->a, x->result ? x->result : "", WHAT_MAX_CHARS)), I64(x->id)),
                  NULL);
}

static enum rc fail(struct act_run *x)
{
    const char *why = x->d->why->text;

    return db_run(
        x->d->money, &q_fail,
        ARGS(STR(fmt_cut(x->a, why ? why : "It could not be done.", WHAT_MAX_CHARS)), I64(x->id)),
        NULL);
}

/* One act being done. */
struct doing {
    struct act_run *x;
    size_t lines;     /* of the check, before the first try */
    const char *once; /* of a new row; NULL: x->id is one that waits */
    struct act_legs *legs;
    bool rehearsed;
};

static enum rc begin(struct db *db, struct doing *y, enum act_state state)
{
    return y->once ? add(db, y->x, y->once, state) : take_up(db, y->x, state);
}

static enum rc perform(struct db *db, struct act_run *x)
{
    x->db = db;
    x->codes.n = 0;
    x->result = x->posting = NULL;
    return x->kind->perform(x);
}

static enum rc do_within(struct db *db, void *arg)
{
    struct doing *y = arg;

    TRY(begin(db, y, ACT_DONE));
    TRY(perform(db, y->x));
    return end(db, y->x);
}

/* Do it and take it back: RC_DENIED with y->rehearsed. */
static enum rc do_for_show(struct db *db, void *arg)
{
    struct doing *y = arg;
    int64_t last = 0;

    TRY(db_number(db, y->x->a, &q_last_tx, NO_ARGS, &last));
    TRY(begin(db, y, ACT_DONE));
    y->x->db = db;
    y->x->lines.n = y->lines;
    TRY(y->x->kind->rehearse ? y->x->kind->rehearse(y->x) : perform(db, y->x));
    TRY(DB_LIST(db, y->x->a, &q_legs, ARGS(I64(last), I64(ACT_LEGS_SHOWN_MAX)), ACT_LEGS_SHOWN_MAX,
                y->legs));
    y->rehearsed = true;
    return RC_DENIED;
}

static enum rc rehearse(struct act_run *x, struct act_legs *legs)
{
    bool is_new = x->id == 0;
    struct doing y = { x, x->lines.n, is_new ? random_id(x->a, ONCE_BYTES) : NULL, legs, false };

    *legs = (struct act_legs){ 0 };
    if (x->kind->alone && !x->kind->rehearse)
        return RC_OK;
    enum rc rc = db_transact(x->d->money, do_for_show, &y);
    x->codes.n = 0;
    x->id = is_new ? 0 : x->id;
    return y.rehearsed ? RC_OK : rc;
}

static enum rc mark_doing(struct db *db, void *arg) { return begin(db, arg, ACT_DOING); }

/* Whether the act cannot be done, rather than not now. */
static bool is_final(enum rc rc)
{
    return rc == RC_INVALID || rc == RC_DENIED || rc == RC_NOT_FOUND || rc == RC_CONFLICT ||
           rc == RC_GONE;
}

static enum rc perform_alone(struct act_run *x)
{
    enum rc rc = perform(x->d->money, x);

    if (rc != RC_OK && !is_final(rc))
        return rc; /* act_finish does it later */
    TRY(rc == RC_OK ? end(x->d->money, x) : fail(x));
    return rc;
}

static enum rc do_it(struct act_run *x, const char *once)
{
    struct doing y = { .x = x, .once = once };

    if (!x->kind->alone)
        return db_transact(x->d->money, do_within, &y);
    TRY(db_transact(x->d->money, mark_doing, &y));
    return perform_alone(x);
}

/* Asking */

static bool has_to_wait(const struct act_run *x)
{
    return conf()->four_eyes == FOUR_EYES_ON && !x->kind->urgent && !x->at_once;
}

enum rc act_preview(struct desk *d, const struct act_request *q, struct act_preview *out)
{
    struct act_run x;

    *out = (struct act_preview){ .kind = act_kind(q->kind) };
    TRY(check(d, q, NULL, &x));
    out->seen = seen_of(&x); /* without what only a rehearsal shows */
    TRY(rehearse(&x, &out->legs));
    out->what = x.what;
    out->lines = x.lines;
    out->waits = has_to_wait(&x);
    return RC_OK;
}

static enum rc guard(const struct act_run *x)
{
    return x->kind->books ? pay_guard(x->db, x->a, x->d->now_ms, x->d->why) : RC_OK;
}

/* With fewer than two operators nothing could ever be approved. */
static enum rc somebody_else(struct act_run *x)
{
    int64_t operators = 0;

    TRY(account_count_operators(x->db, x->a, &operators));
    return operators > 1
               ? RC_OK
               : act_wrong(x, RC_CONFLICT, NULL,
                           "This site asks two operators for each act (four_eyes = on), and there "
                           "is no other one who could approve it. Make one on the command line, "
                           "which does not wait: admin user role HANDLE operator.");
}

static enum rc wait_for_another(struct act_run *x, const char *once)
{
    struct act_legs legs;
    int64_t waiting;

    TRY(somebody_else(x));
    if (x->d->by.user_id == 0)
        return act_wrong(x, RC_DENIED, NULL,
                         "This site asks two operators for each act (four_eyes = on), so it has to "
                         "know whose account asks: --as HANDLE.");
    TRY(rehearse(x, &legs));
    TRY(act_count_waiting(x->d->money, x->a, &waiting));
    if (waiting >= ACTS_WAITING_MAX)
        return act_wrong(x, RC_LIMITED, NULL,
                         "%d acts are waiting for approval. Please decide about them first.",
                         ACTS_WAITING_MAX);
    return add(x->d->money, x, once, ACT_WAITING);
}

/* The same intent was there before: it has to be the same act. */
static enum rc asked_before(struct act_run *x, const char *once, struct act_done *out)
{
    enum rc rc = db_one(x->d->money, x->a, &q_by_once, ARGS(STR(once)), &out->act);

    if (rc != RC_OK)
        return rc;
    out->again = true;
    if (str_eq(out->act.kind, x->kind->name) && str_eq(out->act.fields, fields_of(x)))
        return RC_OK;
    return act_wrong(x, RC_CONFLICT, NULL, "This was asked for before, as act %" PRId64 " (%s).",
                     out->act.id, act_state_word(out->act.state));
}

static enum rc note(struct act_run *x, enum rc rc, struct act_done *out)
{
    out->codes = x->codes;
    if (rc != RC_OK)
        return rc;
    log_info("act %" PRId64 " %s", x->id, x->kind->name);
    return act_get(x->d->money, x->a, x->id, &out->act);
}

enum rc act_ask(struct desk *d, const struct act_request *q, struct act_done *out)
{
    struct act_run x;

    *out = (struct act_done){ 0 };
    enum rc rc = check(d, q, NULL, &x);
    const char *once = x.once ? x.once : q->once ? q->once : random_id(d->a, ONCE_BYTES);
    if (x.kind && (rc == RC_OK || is_final(rc))) { /* what was done may not be possible again */
        enum rc before = asked_before(&x, once, out);
        if (before != RC_NOT_FOUND)
            return before;
    }
    TRY(rc);
    TRY(compare_seen(&x, q->seen));
    TRY(guard(&x));
    rc = has_to_wait(&x) ? wait_for_another(&x, once) : do_it(&x, once);
    if (rc == RC_CONFLICT && asked_before(&x, once, out) == RC_OK) /* asked twice at once */
        return RC_OK;
    return note(&x, rc, out);
}

/* Deciding */

static struct act_request request_of(struct desk *d, const struct act *act)
{
    return (struct act_request){ .kind = act->kind,
                                 .reason = act->reason,
                                 .values = act_values(d->a, act) };
}

static enum rc is_waiting(struct desk *d, const struct act *act)
{
    if (act->state != ACT_WAITING)
        return refuse(
            d->why, RC_CONFLICT, NULL,
            arena_printf(d->a, "Act %" PRId64 " is %s.", act->id, act_state_word(act->state)));
    if (d->now_ms >= act_expires_ms(act))
        return refuse(
            d->why, RC_CONFLICT, NULL,
            arena_printf(d->a, "Act %" PRId64 " has waited too long. Please ask again.", act->id));
    return RC_OK;
}

static enum rc is_another(struct desk *d, const struct act *act)
{
    if (d->by.user_id == 0)
        return refuse(d->why, RC_DENIED, NULL,
                      "Who approves? Please name an operator's account: --as HANDLE.");
    if (d->by.user_id == act->asked_by)
        return refuse(d->why, RC_DENIED, NULL,
                      "Whoever asked for an act cannot approve it; another operator has to.");
    if (d->by.shell[0] && str_eq(d->by.shell, act->asked_shell))
        return refuse(d->why, RC_DENIED, NULL,
                      "The same user of the command line asked for it. Another one has to approve "
                      "it, or another operator on its page.");
    return RC_OK;
}

enum rc act_preview_of(struct desk *d, const struct act *act, struct act_preview *out)
{
    struct act_request q = request_of(d, act);
    struct act_run x;

    *out = (struct act_preview){ .kind = act_kind(act->kind), .waits = true };
    TRY(check(d, &q, act, &x));
    out->seen = seen_of(&x);
    TRY(rehearse(&x, &out->legs));
    out->what = x.what;
    out->lines = x.lines;
    return RC_OK;
}

enum rc act_approve(struct desk *d, int64_t id, const char *seen, struct act_done *out)
{
    struct act_run x;

    *out = (struct act_done){ 0 };
    TRY(act_get(d->money, d->a, id, &out->act));
    TRY(is_waiting(d, &out->act));
    TRY(is_another(d, &out->act));
    struct act_request q = request_of(d, &out->act);
    TRY(check(d, &q, &out->act, &x));
    TRY(compare_seen(&x, seen));
    TRY(guard(&x));
    return note(&x, do_it(&x, NULL), out);
}

enum rc act_refuse(struct desk *d, int64_t id, const char *reason, struct act *out)
{
    const char *text = str_clean(d->a, reason, false);
    int64_t changed;

    TRY(act_get(d->money, d->a, id, out));
    TRY(is_waiting(d, out));
    if (!text[0] || str_chars(text) > ACT_REASON_MAX_CHARS)
        return refuse(
            d->why, RC_INVALID, "answer",
            arena_printf(d->a, "Please say why, in at most %d characters.", ACT_REASON_MAX_CHARS));
    TRY(db_run(
        d->money, &q_refuse,
        ARGS(ID_OR_NULL(d->by.user_id), STR(d->by.shell), I64(d->now_ms), STR(text), I64(id)),
        &changed));
    TRY(act_get(d->money, d->a, id, out));
    return changed ? RC_OK : is_waiting(d, out);
}

/* What is left */

enum rc act_expire(struct db *money, int64_t now_ms, int64_t *n)
{
    return db_run(money, &q_expire, ARGS(I64(now_ms), I64(now_ms - ACT_WAIT_DAYS * DAY_MS)), n);
}

/* As the one who asked, or approved. */
static enum rc finish_one(struct desk *d, int64_t id)
{
    int64_t changed;
    struct act_run x;
    struct act act;

    TRY(db_run(d->money, &q_take_over, ARGS(I64(d->now_ms), I64(id), I64(d->now_ms - ACT_DOING_MS)),
               &changed));
    TRY(act_get(d->money, d->a, id, &act));
    if (changed == 0)
        return RC_OK;
    struct act_request q = request_of(d, &act);
    d->by = (struct actor){ act.ended_by, act.ended_shell };
    enum rc rc = check(d, &q, &act, &x);
    if (rc != RC_OK && !is_final(rc))
        return rc;
    if (rc != RC_OK)
        return fail(&x);
    rc = perform_alone(&x);
    return is_final(rc) ? RC_OK : rc;
}

enum rc act_finish(struct desk *d, int64_t *n)
{
    struct number_list left;

    TRY(DB_LIST(d->money, d->a, &q_left, ARGS(I64(d->now_ms - ACT_DOING_MS), I64(FINISHED_AT_ONCE)),
                FINISHED_AT_ONCE, &left));
    *n = (int64_t)left.n;
    for (size_t i = 0; i < left.n; i++)
        TRY(finish_one(d, left.items[i]));
    return RC_OK;
}
