#include "app/moderation/report.h"
#include "app/notify/notify.h"
#include "app/people/account.h"
#include "app/site/throttle.h"
#include "base/clock.h"
#include "base/fmt.h"
#include "base/str.h"
#include "io/secret.h"

enum { PASS_BYTES = 16, TIME_PARTS_MAX = 3 };

WORDS(
    report_state,
    "report.state", [REPORT_OPEN] = "open", [REPORT_RIGHT] = "right", [REPORT_REFUSED] = "refused");

SHAPE(report_shape, struct report, COLUMN(struct report, id), COLUMN(struct report, case_id),
      COLUMN(struct report, reporter_id), COLUMN(struct report, place_s),
      COLUMN(struct report, made_ms), COLUMN(struct report, decided_ms),
      COLUMN(struct report, decision_id), COLUMN(struct report, pass), COLUMN(struct report, name),
      COLUMN(struct report, email), COLUMN(struct report, explanation),
      COLUMN(struct report, location), COLUMN(struct report, holder), COLUMN(struct report, work),
      COLUMN(struct report, snapshot), COLUMN(struct report, reporter),
      COLUMN_WORD(struct report, kind, report_kind),
      COLUMN_WORD(struct report, state, report_state), COLUMN(struct report, sworn),
      COLUMN(struct report, was_right), COLUMN(struct report, was_refused));
#define REPORTS_WITH(right, refused)                                                               \
    "SELECT p.id, p.case_id, p.reporter_id, p.place_s, p.made_ms, p.decided_ms, p.decision_id,"    \
    " p.pass, p.name, p.email, p.explanation, p.location, p.holder, p.work, p.snapshot,"           \
    " COALESCE(u.handle, '') AS reporter, p.kind, p.state, p.sworn, " right                        \
    " AS was_right, " refused " AS was_refused FROM report p LEFT JOIN user u"                     \
    " ON u.id = p.reporter_id "
#define REPORTS REPORTS_WITH("0", "0")
/* Of a reporter without an account: those with the same address. */
#define EARLIER(state)                                                                             \
    "CASE WHEN p.reporter_id IS NOT NULL THEN (SELECT COUNT(*) FROM report e"                      \
    " WHERE e.reporter_id = p.reporter_id AND e.state = '" state                                   \
    "') WHEN p.email <> '' THEN (SELECT COUNT(*) FROM report e WHERE e.email = p.email"            \
    " AND e.state = '" state "') ELSE 0 END"

STMT(q_add, NULL,
     "INSERT INTO report (pass, case_id, kind, reporter_id, name, email, explanation, location,"
     " place_s, holder, work, sworn, same, made_ms, snapshot) SELECT ?, id, ?, ?, ?, ?, ?, ?, ?, ?,"
     " ?, ?, ?, ?, NULLIF(BINARY ?, BINARY snapshot) FROM report_case WHERE id = ?");
STMT(q_same, &report_shape, REPORTS "WHERE p.case_id = ? AND p.same = ?");
STMT(q_get, &report_shape, REPORTS "WHERE p.id = ?");
STMT(q_of_case, &report_shape,
     REPORTS_WITH(EARLIER("right"), EARLIER("refused")) "WHERE p.case_id = ? ORDER BY p.id DESC"
                                                        " LIMIT 50");
STMT(q_of_member, &report_shape, REPORTS "WHERE p.reporter_id = ? ORDER BY p.id DESC LIMIT 50");
STMT(q_decide, NULL,
     "UPDATE report SET state = ?, decision_id = ?, decided_ms = ? WHERE case_id = ?"
     " AND state = 'open'");
STMT(q_reopen, NULL,
     "UPDATE report SET state = 'open', decision_id = NULL, decided_ms = 0, told_ms = 0"
     " WHERE case_id = ? AND decision_id = ?");
STMT(q_notifiers, &report_shape,
     REPORTS "WHERE p.case_id = ? AND p.kind = 'copyright' ORDER BY p.id LIMIT 50");
SHAPE(untold_shape, struct report_untold, COLUMN(struct report_untold, id),
      COLUMN(struct report_untold, reporter_id), COLUMN(struct report_untold, decision_id),
      COLUMN(struct report_untold, pass), COLUMN(struct report_untold, email),
      COLUMN(struct report_untold, title));
STMT(
    q_untold, &untold_shape,
    "SELECT p.id, p.reporter_id, p.decision_id, p.pass, p.email, c.title FROM report p"
    " JOIN report_case c ON c.id = p.case_id WHERE p.told_ms = 0 AND p.state IN ('right', 'refused')"
    " ORDER BY p.id LIMIT 50");
STMT(q_told, NULL, "UPDATE report SET told_ms = ? WHERE id = ?");
STMT(q_sweep, NULL,
     "UPDATE report SET name = '', email = '' WHERE decided_ms > 0 AND decided_ms <= ?"
     " AND (name <> '' OR email <> '')");

/* What was typed, cleaned. */
struct checked {
    struct arena *a;
    const struct subject *subject;
    const struct report_typed *typed;
    const char *name, *email, *explanation, *location, *holder, *work, *same;
    int64_t place_s, now_ms;
    bool by_mail;
    struct report_made *out;
    struct problem_list wrong;
};

/* Checks */

static enum rc need(const char *text, const char *field, const char *say, struct problem *why)
{
    return text[0] ? RC_OK : refuse(why, RC_INVALID, field, say);
}

static enum rc at_most(struct arena *a, const char *text, int max, const char *field,
                       struct problem *why)
{
    if (str_chars(text) <= (size_t)max)
        return RC_OK;
    return refuse(why, RC_INVALID, field,
                  arena_printf(a, "Please keep it below %d characters.", max + 1));
}

/* "83", "1:23" and "1:02:03" as seconds. */
static enum rc read_time(struct arena *a, const char *typed, int64_t length_ms, int64_t *seconds,
                         struct problem *why)
{
    const char *p = str_clean(a, typed, false);
    int64_t part, sum = 0;

    *seconds = 0;
    for (int parts = 0; *p && parts < TIME_PARTS_MAX; parts++) {
        size_t n = strcspn(p, ":");
        if (str_to_i64(p, n, 0, parts ? 59 : 99999, &part) != RC_OK)
            break;
        sum = sum * 60 + part;
        p += n + (p[n] == ':');
    }
    if (*p || (length_ms && sum > length_ms / 1000 + 1))
        return refuse(why, RC_INVALID, "time",
                      "Give a time of the video such as 1:23, or leave it out.");
    *seconds = sum;
    return RC_OK;
}

static void note(struct checked *c, enum rc rc, const struct problem *why)
{
    problem_note(c->a, &c->wrong, rc, why);
}

static void check_person(struct checked *c, enum report_group group)
{
    const struct report_typed *t = c->typed;
    bool needed = group != GROUP_RULES && !report_kind_row(t->kind)->anonymous;
    struct problem w;

    c->name = c->email = "";
    if (t->reporter_id)
        return;
    c->name = str_clean(c->a, t->name, false);
    c->email = str_clean(c->a, t->email, false);
    if (needed) {
        note(c, need(c->name, "name", "Please say who you are: the law asks for it.", &w), &w);
        note(c, need(c->email, "email", "Please give an e-mail address: the law asks for it.", &w),
             &w);
    }
    note(c, at_most(c->a, c->name, REPORT_NAME_MAX_CHARS, "name", &w), &w);
    if (c->email[0] && !address_looks_right(c->email))
        note(c,
             refuse(&w, RC_INVALID, "email",
                    "Please give an e-mail address such as name@example.org."),
             &w);
}

static void check_copyright(struct checked *c)
{
    struct problem w;

    c->holder = str_clean(c->a, c->typed->holder, false);
    c->work = str_clean(c->a, c->typed->work, true);
    note(c, need(c->holder, "holder", "Please say whose right it is.", &w), &w);
    note(c, need(c->work, "work", "Please say which work it is, and where it can be found.", &w),
         &w);
    note(c, at_most(c->a, c->holder, REPORT_LINE_MAX_CHARS, "holder", &w), &w);
    note(c, at_most(c->a, c->work, REPORT_TEXT_MAX_CHARS, "work", &w), &w);
}

static void check_text(struct checked *c, enum report_group group)
{
    struct problem w;

    c->explanation = str_clean(c->a, c->typed->explanation, true);
    c->location = str_clean(c->a, c->typed->location, false);
    if (group != GROUP_RULES && str_chars(c->explanation) < REPORT_TEXT_MIN_CHARS)
        note(c,
             refuse(&w, RC_INVALID, "explanation",
                    "Please explain in a sentence or two why it is illegal or violates your "
                    "rights."),
             &w);
    note(c, at_most(c->a, c->explanation, REPORT_TEXT_MAX_CHARS, "explanation", &w), &w);
    note(c, at_most(c->a, c->location, REPORT_PLACE_MAX_CHARS, "location", &w), &w);
    note(c, read_time(c->a, c->typed->time, c->subject->length_ms, &c->place_s, &w), &w);
}

/* Notes all that is wrong; refuses with the first of it. */
static enum rc check(struct checked *c, struct problem *why)
{
    enum report_group group = report_kind_row(c->typed->kind)->group;
    struct problem w;

    c->holder = c->work = "";
    check_text(c, group);
    if (group == GROUP_COPYRIGHT)
        check_copyright(c);
    check_person(c, group);
    if (report_statement(group)[0] && !c->typed->statement)
        note(c, refuse(&w, RC_INVALID, "statement", "Please confirm the statement."), &w);
    return c->wrong.n ? refuse(why, RC_INVALID, c->wrong.items[0].field, c->wrong.items[0].text)
                      : RC_OK;
}

void report_wrong(struct arena *a, const struct subject *s, const struct report_typed *typed,
                  struct problem_list *wrong)
{
    struct checked c = { .a = a, .subject = s, .typed = typed };
    struct problem why;

    if (report_kind_row(typed->kind)->group != GROUP_SITE && check(&c, &why) != RC_OK)
        *wrong = c.wrong;
}

static enum rc throttle(struct db *db, struct checked *c, struct problem *why)
{
    static const struct limit of_network = { "report", HOUR_MS, REPORTS_PER_HOUR },
                              of_member = { "report-member", DAY_MS, REPORTS_PER_DAY },
                              of_address = { "report-mail", DAY_MS, REPORT_MAILS_PER_DAY };
    const struct report_typed *t = c->typed;

    TRY(throttle_count(db, c->a, &of_network, t->network, c->now_ms, why));
    if (t->reporter_id)
        return throttle_count(db, c->a, &of_member, arena_printf(c->a, "%" PRId64, t->reporter_id),
                              c->now_ms, why);
    if (!c->email[0])
        return RC_OK;
    enum rc rc = throttle_count(db, c->a, &of_address, c->email, c->now_ms, NULL);
    c->by_mail = rc == RC_OK;
    return rc == RC_LIMITED ? RC_OK : rc;
}

/* Who says what. */
static const char *sameness(const struct checked *c)
{
    const struct report_typed *t = c->typed;
    const char *who = t->reporter_id ? arena_printf(c->a, "member %" PRId64, t->reporter_id)
                                     : arena_printf(c->a, "%s %s", t->network, c->email);
    const char *said = arena_printf(c->a, "%s\n%s\n%s\n%s\n%" PRId64 "\n%s\n%s",
                                    report_kind_word(t->kind), who, c->explanation, c->location,
                                    c->place_s, c->holder, c->work);
    return sha256_hex(c->a, said, strlen(said));
}

/* Putting it */

const char *report_path(struct arena *a, int64_t id, int64_t reporter_id, const char *pass)
{
    return reporter_id ? arena_printf(a, "/report/%" PRId64, id)
                       : arena_printf(a, "/report/%" PRId64 "?key=%s", id, pass);
}

static enum rc tell_received(struct db *db, const struct checked *c)
{
    const struct report_made *made = c->out;
    int64_t reporter_id = c->typed->reporter_id;
    struct notice n = {
        .user_id = reporter_id,
        .kind = NOTICE_REPORT_RECEIVED,
        .once = arena_printf(c->a, "report:%" PRId64, made->id),
        .address = reporter_id ? NULL : c->email,
        .link = report_path(c->a, made->id, reporter_id, made->pass),
        .values = { .number = arena_printf(c->a, "%" PRId64, made->id),
                    .title = c->subject->title },
    };
    return reporter_id || c->by_mail ? notify(db, c->a, &n, c->now_ms) : RC_OK;
}

static enum rc add(struct db *db, struct checked *c)
{
    const struct report_typed *t = c->typed;

    return db_insert(db, &q_add,
                     ARGS(STR(c->out->pass), STR(report_kind_word(t->kind)),
                          ID_OR_NULL(t->reporter_id), STR(c->name), STR(c->email),
                          STR(c->explanation), STR(c->location), I64(c->place_s), STR(c->holder),
                          STR(c->work), I64(t->statement), STR(c->same), I64(c->now_ms),
                          STR(c->subject->text), I64(c->out->case_id)),
                     &c->out->id);
}

static enum rc put(struct db *db, void *arg)
{
    struct checked *c = arg;
    struct report_made *out = c->out;
    struct report there;

    *out = (struct report_made){ .pass = random_id(c->a, PASS_BYTES) };
    TRY(case_open(db, c->subject, c->typed->kind, c->now_ms, &out->case_id));
    enum rc rc = add(db, c);
    if (rc == RC_CONFLICT) {
        TRY(db_one(db, c->a, &q_same, ARGS(I64(out->case_id), STR(c->same)), &there));
        *out = (struct report_made){ there.id, there.case_id, there.pass, true };
        return RC_OK;
    }
    TRY(rc);
    TRY(case_note_report(db, out->case_id, c->typed->kind, c->now_ms));
    return tell_received(db, c);
}

enum rc report_put(struct db *db, struct arena *a, const struct subject *s,
                   const struct report_typed *typed, int64_t now_ms, struct report_made *out,
                   struct problem *why)
{
    struct checked c = { .a = a, .subject = s, .typed = typed, .now_ms = now_ms, .out = out };

    if (report_kind_row(typed->kind)->group == GROUP_SITE)
        return refuse(why, RC_INVALID, "kind", "Please choose a reason.");
    TRY(check(&c, why));
    TRY(throttle(db, &c, why));
    c.same = sameness(&c);
    return db_transact(db, put, &c);
}

enum rc report_found(struct db *db, struct arena *a, const struct subject *s, const char *found,
                     int64_t now_ms)
{
    const struct report_typed typed = { .kind = KIND_CHECK, .network = "" };
    struct report_made out;
    struct checked c = {
        .a = a,
        .subject = s,
        .typed = &typed,
        .name = "",
        .email = "",
        .explanation = fmt_cut(a, found, REPORT_TEXT_MAX_CHARS),
        .location = "",
        .holder = "",
        .work = "",
        .now_ms = now_ms,
        .out = &out,
    };
    c.same = sameness(&c);
    return put(db, &c);
}

/* Reading */

enum rc report_get(struct db *db, struct arena *a, int64_t id, struct report *out)
{
    return db_one(db, a, &q_get, ARGS(I64(id)), out);
}

enum rc report_get_for(struct db *db, struct arena *a, int64_t id, const char *pass,
                       int64_t viewer_id, struct report *out)
{
    TRY(report_get(db, a, id, out));
    if (viewer_id && out->reporter_id == viewer_id)
        return RC_OK;
    return out->reporter_id == 0 && equal_secret(out->pass, pass) ? RC_OK : RC_NOT_FOUND;
}

enum rc report_of_case(struct db *db, struct arena *a, int64_t case_id, struct report_list *out)
{
    return DB_LIST(db, a, &q_of_case, ARGS(I64(case_id)), REPORTS_SHOWN, out);
}

enum rc report_of_member(struct db *db, struct arena *a, int64_t user_id, struct report_list *out)
{
    return DB_LIST(db, a, &q_of_member, ARGS(I64(user_id)), REPORTS_SHOWN, out);
}

/* After a decision */

enum rc report_decide(struct db *db, int64_t case_id, int64_t decision_id, bool right,
                      int64_t now_ms)
{
    enum report_state state = right ? REPORT_RIGHT : REPORT_REFUSED;

    return db_run(db, &q_decide,
                  ARGS(STR(report_state_word(state)), I64(decision_id), I64(now_ms), I64(case_id)),
                  NULL);
}

enum rc report_reopen(struct db *db, int64_t case_id, int64_t decision_id)
{
    return db_run(db, &q_reopen, ARGS(I64(case_id), I64(decision_id)), NULL);
}

enum rc report_notifiers(struct db *db, struct arena *a, int64_t case_id, struct report_list *out)
{
    return DB_LIST(db, a, &q_notifiers, ARGS(I64(case_id)), REPORTS_SHOWN, out);
}

enum rc report_untold(struct db *db, struct arena *a, struct report_untold_list *out)
{
    return DB_LIST(db, a, &q_untold, NO_ARGS, REPORTS_TOLD_AT_ONCE, out);
}

enum rc report_note_told(struct db *db, int64_t id, int64_t now_ms)
{
    return db_run(db, &q_told, ARGS(I64(now_ms), I64(id)), NULL);
}

enum rc report_sweep(struct db *db, int64_t now_ms, int64_t *emptied)
{
    return db_run(db, &q_sweep, ARGS(I64(now_ms - REPORTER_KEPT_DAYS * DAY_MS)), emptied);
}
