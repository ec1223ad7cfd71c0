#include "app/moderation/case.h"
#include "app/notify/notify.h"
#include "app/site/journal.h"
#include "base/clock.h"
#include "base/conf.h"
#include "base/fmt.h"

WORDS(case_state, "report_case.state", [CASE_OPEN] = "open", [CASE_DECIDED] = "decided");
WORDS(case_show, "", [SHOW_OPEN] = "open", [SHOW_FREE] = "free", [SHOW_MINE] = "mine",
      [SHOW_URGENT] = "urgent", [SHOW_APPEALS] = "appeals", [SHOW_DECIDED] = "decided");

SHAPE(case_shape, struct report_case, COLUMN(struct report_case, id),
      COLUMN(struct report_case, subject_id), COLUMN(struct report_case, owner_id),
      COLUMN_WORD(struct report_case, subject, subject_kind), COLUMN(struct report_case, name),
      COLUMN(struct report_case, title), COLUMN(struct report_case, path),
      COLUMN(struct report_case, snapshot), COLUMN(struct report_case, owner),
      COLUMN(struct report_case, owner_name), COLUMN(struct report_case, owner_role),
      COLUMN(struct report_case, owner_suspended_ms), COLUMN(struct report_case, owner_banned),
      COLUMN_WORD(struct report_case, kind, report_kind), COLUMN(struct report_case, urgent),
      COLUMN_WORD(struct report_case, state, case_state), COLUMN(struct report_case, reports),
      COLUMN(struct report_case, appeals), COLUMN(struct report_case, opened_ms),
      COLUMN(struct report_case, reported_ms), COLUMN(struct report_case, decided_ms),
      COLUMN(struct report_case, taken_by), COLUMN(struct report_case, taken_ms),
      COLUMN(struct report_case, taker), COLUMN(struct report_case, frozen_ms),
      COLUMN(struct report_case, frozen_to_ms), COLUMN(struct report_case, content_state),
      COLUMN(struct report_case, has_preview), COLUMN(struct report_case, poster_version));

#define CASES_WITH(snapshot, now, from)                                                            \
    "SELECT c.id, c.subject_id, c.owner_id, c.subject, c.name, c.title, c.path, " snapshot         \
    " AS snapshot, o.handle AS owner, o.display_name AS owner_name, o.role AS owner_role,"         \
    " o.suspended_until_ms AS owner_suspended_ms, o.blocked AS owner_banned, c.kind, c.urgent,"    \
    " c.state, c.reports, c.appeals, c.opened_ms, c.reported_ms, c.decided_ms, c.taken_by,"        \
    " c.taken_ms, COALESCE(t.handle, '') AS taker, c.frozen_ms, c.frozen_to_ms, " now              \
    " FROM report_case c JOIN user o ON o.id = c.owner_id LEFT JOIN user t"                        \
    " ON t.id = c.taken_by " from
#define CASES CASES_WITH("''", "'' AS content_state, 0 AS has_preview, 0 AS poster_version", "")
#define CASE_NOW                                                                                   \
    CASES_WITH("c.snapshot",                                                                       \
               "COALESCE(v.state, k.state, '') AS content_state, v.has_preview, v.poster_version", \
               "LEFT JOIN video v ON c.subject = 'video' AND v.id = c.subject_id"                  \
               " LEFT JOIN comment k ON c.subject = 'comment' AND k.id = c.subject_id ")

STMT(q_open, NULL,
     "INSERT INTO report_case (subject, subject_id, owner_id, name, title, path, snapshot, kind,"
     " open_about, opened_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, CONCAT(?, ':', ?), ?)"
     " ON DUPLICATE KEY UPDATE id = LAST_INSERT_ID(id)");
STMT(q_note, NULL,
     "UPDATE report_case SET reports = reports + 1, reported_ms = ?,"
     " kind = IF(? > urgent, ?, kind), urgent = GREATEST(urgent, ?) WHERE id = ?");
STMT(q_get, &case_shape, CASE_NOW "WHERE c.id = ?");

/* One statement a list, so that each goes along its own index. */
#define OLDEST_FIRST " AND c.id > ? AND c.opened_ms < ? ORDER BY c.id LIMIT ?"
#define NEWEST_FIRST " AND c.id < ? AND c.opened_ms < ? ORDER BY c.id DESC LIMIT ?"
#define OF_KIND      " AND c.kind = ?"
STMT(q_open_all, &case_shape, CASES "WHERE c.state = 'open'" OLDEST_FIRST);
STMT(q_open_kind, &case_shape, CASES "WHERE c.state = 'open'" OF_KIND OLDEST_FIRST);
STMT(q_urgent, &case_shape, CASES "WHERE c.state = 'open' AND c.urgent = 1" OLDEST_FIRST);
STMT(q_urgent_kind, &case_shape,
     CASES "WHERE c.state = 'open' AND c.urgent = 1" OF_KIND OLDEST_FIRST);
STMT(q_free, &case_shape, CASES "WHERE c.state = 'open' AND c.taken_by IS NULL" OLDEST_FIRST);
STMT(q_free_kind, &case_shape,
     CASES "WHERE c.state = 'open' AND c.taken_by IS NULL" OF_KIND OLDEST_FIRST);
STMT(q_mine, &case_shape, CASES "WHERE c.state = 'open' AND c.taken_by = ?" OLDEST_FIRST);
STMT(q_mine_kind, &case_shape,
     CASES "WHERE c.state = 'open' AND c.taken_by = ?" OF_KIND OLDEST_FIRST);
STMT(q_appeals, &case_shape, CASES "WHERE c.appeals > 0" OLDEST_FIRST);
STMT(q_appeals_kind, &case_shape, CASES "WHERE c.appeals > 0" OF_KIND OLDEST_FIRST);
STMT(q_decided, &case_shape, CASES "WHERE c.state = 'decided'" NEWEST_FIRST);
STMT(q_decided_kind, &case_shape, CASES "WHERE c.state = 'decided'" OF_KIND NEWEST_FIRST);

SHAPE(counts_shape, struct case_counts, COLUMN(struct case_counts, open),
      COLUMN(struct case_counts, free), COLUMN(struct case_counts, mine),
      COLUMN(struct case_counts, urgent), COLUMN(struct case_counts, appeals));
#define COUNTED(name, where)                                                                       \
    "(SELECT COUNT(*) FROM (SELECT 1 FROM report_case WHERE " where " LIMIT 1000) " name           \
    "_) AS " name
/* clang-format off */
STMT(q_counts, &counts_shape, "SELECT "
     COUNTED("open", "state = 'open'") ", "
     COUNTED("free", "state = 'open' AND taken_by IS NULL") ", "
     COUNTED("mine", "state = 'open' AND taken_by = ?") ", "
     COUNTED("urgent", "state = 'open' AND urgent = 1") ", "
     COUNTED("appeals", "appeals > 0"));
/* clang-format on */
struct waiting {
    int64_t n, oldest_ms;
};
SHAPE(waiting_shape, struct waiting, COLUMN(struct waiting, n), COLUMN(struct waiting, oldest_ms));
STMT(q_waiting, &waiting_shape,
     "SELECT COUNT(*) AS n, COALESCE(MIN(opened_ms), 0) AS oldest_ms FROM report_case"
     " WHERE state = 'open' AND taken_by IS NULL AND opened_ms < ?");

STMT(q_move, NULL,
     "UPDATE report_case SET taken_by = ?, taken_ms = ? WHERE id = ? AND state = 'open'"
     " AND taken_by <=> ?");
STMT(q_is_with, &number_shape,
     "SELECT COUNT(*) AS n FROM report_case WHERE id = ? AND state = 'open' AND taken_by <=> ?");
STMT(q_close, NULL,
     "UPDATE report_case SET state = 'decided', open_about = NULL, decided_ms = ?"
     " WHERE id = ? AND state = 'open'");
STMT(q_reopen, NULL,
     "UPDATE report_case SET state = 'open', open_about = CONCAT(?, ':', ?), decided_ms = 0,"
     " taken_by = ?, taken_ms = ? WHERE id = ? AND state = 'decided'");
STMT(q_freeze, NULL,
     "UPDATE report_case SET frozen_ms = ?, frozen_to_ms = ? WHERE id = ? AND frozen_ms = 0");
STMT(q_count_appeals, NULL, "UPDATE report_case SET appeals = appeals + ? WHERE id = ?");

enum rc case_open(struct db *db, const struct subject *s, enum report_kind kind, int64_t now_ms,
                  int64_t *id)
{
    const char *subject = subject_kind_word(s->kind);

    return db_insert(db, &q_open,
                     ARGS(STR(subject), I64(s->id), I64(s->owner_id), STR(s->name), STR(s->title),
                          STR(s->path), STR(s->text), STR(report_kind_word(kind)), STR(subject),
                          I64(s->id), I64(now_ms)),
                     id);
}

enum rc case_note_report(struct db *db, int64_t id, enum report_kind kind, int64_t now_ms)
{
    bool urgent = report_kind_row(kind)->urgent;

    return db_run(db, &q_note,
                  ARGS(I64(now_ms), I64(urgent), STR(report_kind_word(kind)), I64(urgent), I64(id)),
                  NULL);
}

enum rc case_get(struct db *db, struct arena *a, int64_t id, struct report_case *out)
{
    return db_one(db, a, &q_get, ARGS(I64(id)), out);
}

enum rc case_list(struct db *db, struct arena *a, const struct case_filter *f,
                  struct case_list *out)
{
    static const struct stmt *const lists[][2] = {
        [SHOW_OPEN] = { &q_open_all, &q_open_kind },
        [SHOW_FREE] = { &q_free, &q_free_kind },
        [SHOW_MINE] = { &q_mine, &q_mine_kind },
        [SHOW_URGENT] = { &q_urgent, &q_urgent_kind },
        [SHOW_APPEALS] = { &q_appeals, &q_appeals_kind },
        [SHOW_DECIDED] = { &q_decided, &q_decided_kind },
    };
    struct arg args[6];
    size_t n = 0;
    int64_t newest = f->show == SHOW_DECIDED ? INT64_MAX : 0;

    if (f->show == SHOW_MINE)
        args[n++] = (struct arg)I64(f->viewer_id);
    if (f->one_kind)
        args[n++] = (struct arg)STR(report_kind_word(f->kind));
    args[n++] = (struct arg)I64(f->after ? f->after : newest);
    args[n++] = (struct arg)I64(f->before_ms ? f->before_ms : INT64_MAX);
    args[n++] = (struct arg)I64(CASE_PAGE + 1);
    args[n] = (struct arg){ ARG_END, 0, 0, NULL };
    return DB_LIST(db, a, lists[f->show][f->one_kind], args, CASE_PAGE + 1, out);
}

enum rc case_count(struct db *db, struct arena *a, int64_t viewer_id, struct case_counts *out)
{
    return db_one(db, a, &q_counts, ARGS(I64(viewer_id)), out);
}

struct moving {
    struct arena *a;
    const struct subject *subject; /* of a case that is begun */
    int64_t id, from_id, to_id, by_id, now_ms;
    const char *what;
};

static enum rc note(struct db *db, const struct moving *m, const char *what)
{
    return journal_add(db, m->a, (struct actor){ m->by_id, "" }, what,
                       arena_printf(m->a, "case:%" PRId64, m->id), "", m->now_ms);
}

static enum rc move(struct db *db, void *arg)
{
    const struct moving *m = arg;
    int64_t changed, n;

    TRY(db_run(db, &q_move,
               ARGS(ID_OR_NULL(m->to_id), I64(m->to_id ? m->now_ms : 0), I64(m->id),
                    ID_OR_NULL(m->from_id)),
               &changed));
    if (changed)
        return note(db, m, m->what);
    TRY(db_number(db, m->a, &q_is_with, ARGS(I64(m->id), ID_OR_NULL(m->to_id)), &n));
    return n ? RC_OK : RC_CONFLICT;
}

enum rc case_take(struct db *db, struct arena *a, int64_t id, int64_t by_id, int64_t now_ms)
{
    struct moving m = {
        .a = a, .id = id, .to_id = by_id, .by_id = by_id, .now_ms = now_ms, .what = "took the case"
    };
    return db_transact(db, move, &m);
}

enum rc case_hand_over(struct db *db, struct arena *a, int64_t id, int64_t from_id, int64_t to_id,
                       int64_t now_ms)
{
    struct moving m = { .a = a,
                        .id = id,
                        .from_id = from_id,
                        .to_id = to_id,
                        .by_id = from_id,
                        .now_ms = now_ms,
                        .what = to_id ? "handed the case over" : "gave the case back" };
    return db_transact(db, move, &m);
}

static enum rc begin(struct db *db, void *arg)
{
    struct moving *m = arg;

    TRY(case_open(db, m->subject, KIND_OTHER, m->now_ms, &m->id));
    enum rc rc = move(db, m);
    return rc == RC_CONFLICT ? RC_OK : rc; /* another moderator is at it */
}

enum rc case_begin(struct db *db, struct arena *a, const struct subject *s, int64_t by_id,
                   int64_t now_ms, int64_t *id)
{
    struct moving m = { .a = a,
                        .subject = s,
                        .to_id = by_id,
                        .by_id = by_id,
                        .now_ms = now_ms,
                        .what = "opened or took the case" };
    enum rc rc = db_transact(db, begin, &m);

    *id = m.id;
    return rc;
}

/* A statement that has to have changed its row. */
static enum rc changed_one(struct db *db, const struct stmt *q, const struct arg *args)
{
    int64_t changed;

    TRY(db_run(db, q, args, &changed));
    return changed ? RC_OK : RC_CONFLICT;
}

enum rc case_close(struct db *db, int64_t id, int64_t now_ms)
{
    return changed_one(db, &q_close, ARGS(I64(now_ms), I64(id)));
}

enum rc case_reopen(struct db *db, const struct report_case *c, int64_t by_id, int64_t now_ms)
{
    return changed_one(db, &q_reopen,
                       ARGS(STR(subject_kind_word(c->subject)), I64(c->subject_id), I64(by_id),
                            I64(now_ms), I64(c->id)));
}

enum rc case_freeze(struct db *db, int64_t id, int64_t to_ms, int64_t now_ms)
{
    return changed_one(db, &q_freeze, ARGS(I64(now_ms), I64(to_ms), I64(id)));
}

enum rc case_count_appeals(struct db *db, int64_t id, int change)
{
    return db_run(db, &q_count_appeals, ARGS(I64(change), I64(id)), NULL);
}

enum rc case_alert(struct db *db, struct arena *a, int64_t now_ms, int64_t *n)
{
    int64_t hours = conf()->report_alert_hours;
    struct waiting w;

    TRY(db_one(db, a, &q_waiting, ARGS(I64(now_ms - hours * HOUR_MS)), &w));
    *n = w.n;
    if (w.n == 0)
        return RC_OK;
    const struct notice notice = {
        .kind = NOTICE_OPERATOR_ALERT,
        .once = arena_printf(a, "cases-wait:%" PRId64, now_ms / DAY_MS),
        .link = "/admin/reports?show=free",
        .values = { .what = "Reports wait for a moderator.",
                    .text = arena_printf(a,
                                         "Cases that nobody has taken for more than %" PRId64
                                         " hours: %" PRId64 ". The oldest was opened on %s.",
                                         hours, w.n, fmt_datetime(a, w.oldest_ms)) },
    };
    return notify_operators(db, a, &notice, now_ms);
}
