#include "app/moderation/appeal.h"
#include "app/moderation/report.h"
#include "app/notify/notify.h"
#include "base/clock.h"
#include "base/fmt.h"
#include "base/str.h"

enum { DUE_AT_ONCE = 50 };

WORDS(appeal_side, "appeal.side", [SIDE_CREATOR] = "creator", [SIDE_REPORTER] = "reporter",
      [SIDE_COUNTER] = "counter");
WORDS(appeal_state, "appeal.state", [APPEAL_OPEN] = "open", [APPEAL_UPHELD] = "upheld",
      [APPEAL_OVERTURNED] = "overturned");

SHAPE(appeal_shape, struct appeal, COLUMN(struct appeal, id), COLUMN(struct appeal, decision_id),
      COLUMN(struct appeal, case_id), COLUMN(struct appeal, report_id),
      COLUMN(struct appeal, due_ms), COLUMN(struct appeal, made_ms),
      COLUMN(struct appeal, decided_ms), COLUMN(struct appeal, by_id),
      COLUMN(struct appeal, decision_by_id), COLUMN_WORD(struct appeal, side, appeal_side),
      COLUMN_WORD(struct appeal, state, appeal_state), COLUMN(struct appeal, text),
      COLUMN(struct appeal, name), COLUMN(struct appeal, address), COLUMN(struct appeal, by),
      COLUMN(struct appeal, reasons));
#define APPEALS                                                                                    \
    "SELECT l.id, l.decision_id, l.case_id, l.report_id, l.due_ms, l.made_ms, l.decided_ms,"       \
    " l.by_id, d.by_id AS decision_by_id, l.side, l.state, l.text, l.name, l.address,"             \
    " COALESCE(u.handle, '') AS `by`, l.reasons FROM appeal l JOIN decision d"                     \
    " ON d.id = l.decision_id LEFT JOIN user u ON u.id = l.by_id "

STMT(
    q_add, NULL,
    "INSERT INTO appeal (decision_id, case_id, side, report_id, text, name, address, due_ms, made_ms)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)");
STMT(q_get, &appeal_shape, APPEALS "WHERE l.id = ?");
STMT(q_of_case, &appeal_shape, APPEALS "WHERE l.case_id = ? ORDER BY l.id DESC LIMIT 50");
STMT(q_of_decision, &appeal_shape,
     APPEALS "WHERE l.decision_id = ? AND l.report_id = ? ORDER BY l.id LIMIT 50");
STMT(q_decide, NULL,
     "UPDATE appeal SET state = ?, by_id = ?, reasons = ?, decided_ms = ? WHERE id = ?"
     " AND state = 'open'");
STMT(q_due, &appeal_shape,
     APPEALS
     "WHERE l.state = 'open' AND l.due_ms > 0 AND l.due_ms <= ? ORDER BY l.due_ms LIMIT 50");
STMT(
    q_others, &number_shape,
    "SELECT COUNT(*) AS n FROM user WHERE role >= 1 AND blocked = 0 AND closed_ms = 0 AND id <> ?");

/* Putting it */

struct putting {
    struct arena *a;
    const struct appeal_typed *typed;
    const char *text, *name, *address;
    struct decision d;
    int64_t now_ms;
    struct problem *why;
};

int64_t appeal_until_ms(const struct decision *d, int64_t now_ms)
{
    int64_t until_ms = d->made_ms + APPEAL_DAYS * DAY_MS;

    return d->overturned_ms || now_ms >= until_ms ? 0 : until_ms;
}

static enum rc check_text(struct putting *p)
{
    const struct appeal_typed *t = p->typed;

    p->text = str_clean(p->a, t->text, true);
    p->name = p->address = "";
    if (str_chars(p->text) < APPEAL_MIN_CHARS)
        return refuse(p->why, RC_INVALID, "text",
                      "Please say in a sentence or two why it is wrong.");
    if (str_chars(p->text) > APPEAL_MAX_CHARS)
        return refuse(p->why, RC_INVALID, "text", "Please keep it below 3,001 characters.");
    if (t->side != SIDE_COUNTER)
        return RC_OK;
    p->name = fmt_cut(p->a, str_clean(p->a, t->name, false), REPORT_NAME_MAX_CHARS);
    p->address = fmt_cut(p->a, str_clean(p->a, t->address, false), REPORT_PLACE_MAX_CHARS);
    if (!p->name[0])
        return refuse(p->why, RC_INVALID, "name",
                      "Please give your full name: the law asks for it.");
    if (!p->address[0])
        return refuse(p->why, RC_INVALID, "address",
                      "Please give a postal address at which a court can reach you.");
    return t->sworn ? RC_OK
                    : refuse(p->why, RC_INVALID, "statement", "Please confirm the statement.");
}

/* May this person appeal against this decision? */
static enum rc check_right(struct db *db, struct putting *p)
{
    const struct appeal_typed *t = p->typed;

    TRY(decision_get(db, p->a, t->decision_id, &p->d));
    if (t->side != SIDE_REPORTER && p->d.owner_id != t->user_id)
        return RC_NOT_FOUND;
    if (p->d.overturned_ms)
        return refuse(p->why, RC_CONFLICT, NULL, "This decision has been taken back already.");
    if (!appeal_until_ms(&p->d, p->now_ms))
        return refuse(p->why, RC_GONE, NULL, "The time for an appeal, six months, has passed.");
    if ((t->side == SIDE_REPORTER) == decision_restricts(&p->d))
        return refuse(p->why, RC_CONFLICT, NULL, "There is nothing to appeal against.");
    if (t->side == SIDE_COUNTER && (p->d.kind != KIND_COPYRIGHT || p->d.content == CONTENT_NONE ||
                                    p->d.content == CONTENT_HIDE))
        return refuse(p->why, RC_CONFLICT, NULL,
                      "A counter-notice answers a copyright notice that took content down.");
    return RC_OK;
}

/* The notifiers learn who objects, and why. */
static enum rc forward(struct db *db, const struct putting *p, int64_t due_ms)
{
    struct report_list list;
    const char *text = arena_printf(p->a, "%s\n%s\n\n%s", p->name, p->address, p->text);

    TRY(report_notifiers(db, p->a, p->d.case_id, &list));
    for (size_t i = 0; i < list.n; i++) {
        const struct report *n = &list.items[i];
        const struct notice notice = {
            .user_id = n->reporter_id,
            .kind = NOTICE_COUNTER_NOTICE,
            .once = arena_printf(p->a, "counter:%" PRId64 ":%" PRId64, p->d.id, n->id),
            .address = n->reporter_id ? NULL : n->email,
            .link = report_path(p->a, n->id, n->reporter_id, n->pass),
            .values = { .number = arena_printf(p->a, "%" PRId64, n->id),
                        .title = p->d.title,
                        .until = fmt_date(p->a, due_ms),
                        .text = text },
        };
        if (n->reporter_id || n->email[0])
            TRY(notify(db, p->a, &notice, p->now_ms));
    }
    return RC_OK;
}

static enum rc put(struct db *db, void *arg)
{
    struct putting *p = arg;
    const struct appeal_typed *t = p->typed;
    int64_t due_ms = t->side == SIDE_COUNTER ? p->now_ms + COUNTER_DAYS * DAY_MS : 0;

    TRY(check_right(db, p));
    enum rc rc = db_insert(db, &q_add,
                           ARGS(I64(p->d.id), I64(p->d.case_id), STR(appeal_side_word(t->side)),
                                I64(t->report_id), STR(p->text), STR(p->name), STR(p->address),
                                I64(due_ms), I64(p->now_ms)),
                           NULL);
    if (rc == RC_CONFLICT)
        return refuse(p->why, rc, NULL, "You have appealed against this decision before.");
    TRY(rc);
    TRY(case_count_appeals(db, p->d.case_id, 1));
    return t->side == SIDE_COUNTER ? forward(db, p, due_ms) : RC_OK;
}

enum rc appeal_put(struct db *db, struct arena *a, const struct appeal_typed *typed, int64_t now_ms,
                   struct problem *why)
{
    struct putting p = { .a = a, .typed = typed, .now_ms = now_ms, .why = why };

    TRY(check_text(&p));
    return db_transact(db, put, &p);
}

/* Deciding it */

struct deciding {
    struct arena *a;
    const struct appeal_answer *answer;
    const char *reasons;
    struct actor by;
    struct appeal l;
    struct decision d;
    struct report_case c;
    struct report report; /* of a reporter */
    int64_t now_ms;
    struct problem *why;
};

static enum rc read_appeal(struct db *db, struct deciding *g)
{
    TRY(db_one(db, g->a, &q_get, ARGS(I64(g->answer->appeal_id)), &g->l));
    TRY(decision_get(db, g->a, g->l.decision_id, &g->d));
    TRY(case_get(db, g->a, g->l.case_id, &g->c));
    if (g->l.report_id)
        TRY(report_get(db, g->a, g->l.report_id, &g->report));
    return g->l.state == APPEAL_OPEN
               ? RC_OK
               : refuse(g->why, RC_CONFLICT, NULL, "This appeal is decided already.");
}

static enum rc check_decider(const struct deciding *g)
{
    int64_t by_id = g->by.user_id;

    if (g->d.by_id == by_id)
        return refuse(g->why, RC_DENIED, NULL,
                      "You made this decision, so another moderator has to look at it.");
    if (g->d.owner_id == by_id || (g->l.report_id && g->report.reporter_id == by_id))
        return refuse(g->why, RC_DENIED, NULL, "Nobody decides about what is theirs.");
    return RC_OK;
}

static enum rc overturn(struct db *db, struct deciding *g)
{
    TRY(decision_undo(db, g->a, &g->d, g->now_ms));
    if (g->l.side != SIDE_REPORTER)
        return RC_OK;
    TRY(report_reopen(db, g->c.id, g->d.id));
    enum rc rc = case_reopen(db, &g->c, g->by.user_id, g->now_ms);
    return rc != RC_CONFLICT
               ? rc
               : refuse(g->why, rc, NULL,
                        "There is a newer open case about this. Decide that one first.");
}

static const char *outcome(const struct deciding *g)
{
    if (!g->answer->overturn)
        return "The decision stays as it is.";
    return g->l.side == SIDE_REPORTER ? "The decision was taken back, and the case is open again."
                                      : "The decision was taken back: all is as it was before.";
}

static enum rc tell(struct db *db, const struct deciding *g)
{
    bool reporter = g->l.report_id > 0;
    const struct report *p = &g->report;
    struct notice n = {
        .user_id = reporter ? p->reporter_id : g->d.owner_id,
        .kind = NOTICE_APPEAL_DECIDED,
        .once = arena_printf(g->a, "appeal:%" PRId64, g->l.id),
        .address = reporter && !p->reporter_id ? p->email : NULL,
        .link = reporter ? report_path(g->a, p->id, p->reporter_id, p->pass)
                         : arena_printf(g->a, "/decision/%" PRId64, g->d.id),
        .values = { .what = outcome(g), .text = g->reasons },
    };

    if (g->d.subject != SUBJECT_CHANNEL)
        n.values.title = g->d.title;
    return n.user_id || (n.address && n.address[0]) ? notify(db, g->a, &n, g->now_ms) : RC_OK;
}

static enum rc decide(struct db *db, void *arg)
{
    struct deciding *g = arg;
    enum appeal_state state = g->answer->overturn ? APPEAL_OVERTURNED : APPEAL_UPHELD;

    TRY(read_appeal(db, g));
    if (g->by.user_id)
        TRY(check_decider(g));
    TRY(db_run(db, &q_decide,
               ARGS(STR(appeal_state_word(state)), ID_OR_NULL(g->by.user_id), STR(g->reasons),
                    I64(g->now_ms), I64(g->l.id)),
               NULL));
    TRY(case_count_appeals(db, g->c.id, -1));
    if (g->answer->overturn)
        TRY(overturn(db, g));
    TRY(journal_add(db, g->a, g->by, arena_printf(g->a, "decided an appeal: %s", outcome(g)),
                    arena_printf(g->a, "case:%" PRId64, g->c.id), g->reasons, g->now_ms));
    return tell(db, g);
}

enum rc appeal_decide(struct db *db, struct arena *a, const struct appeal_answer *answer,
                      int64_t now_ms, struct problem *why)
{
    struct deciding g = {
        .a = a,
        .answer = answer,
        .by = { answer->by_id, "" },
        .reasons = str_clean(a, answer->reasons, true),
        .now_ms = now_ms,
        .why = why,
    };

    if (str_chars(g.reasons) < FACTS_MIN_CHARS)
        return refuse(why, RC_INVALID, "reasons", "Please give the reasons in a sentence or two.");
    if (str_chars(g.reasons) > FACTS_MAX_CHARS)
        return refuse(why, RC_INVALID, "reasons", "Please keep it below 3,001 characters.");
    return db_transact(db, decide, &g);
}

enum rc appeal_run_due(struct db *db, struct arena *a, int64_t now_ms, int64_t *done)
{
    struct appeal_list due;

    *done = 0;
    TRY(DB_LIST(db, a, &q_due, ARGS(I64(now_ms)), DUE_AT_ONCE, &due));
    for (; *done < (int64_t)due.n; ++*done) {
        const struct appeal_answer answer = { due.items[*done].id, 0, true, "" };
        struct deciding g = {
            .a = a,
            .answer = &answer,
            .by = { 0, "job:moderation" },
            .reasons = "Nobody went to court within the time that a counter-notice leaves.",
            .now_ms = now_ms,
        };
        TRY(db_transact(db, decide, &g));
    }
    return RC_OK;
}

/* Reading */

enum rc appeal_of_case(struct db *db, struct arena *a, int64_t case_id, struct appeal_list *out)
{
    return DB_LIST(db, a, &q_of_case, ARGS(I64(case_id)), APPEALS_SHOWN, out);
}

enum rc appeal_of_decision(struct db *db, struct arena *a, int64_t decision_id, int64_t report_id,
                           struct appeal_list *out)
{
    return DB_LIST(db, a, &q_of_decision, ARGS(I64(decision_id), I64(report_id)), APPEALS_SHOWN,
                   out);
}

enum rc appeal_others(struct db *db, struct arena *a, int64_t but_id, int64_t *n)
{
    return db_number(db, a, &q_others, ARGS(I64(but_id)), n);
}
