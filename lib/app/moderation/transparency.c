#include "app/moderation/transparency.h"
#include "base/clock.h"

enum { MONTHS = 12, NOTICE_ROWS_MAX = REPORT_KINDS * MONTHS };

struct row {
    enum report_kind kind;
    int64_t month, n, anonymous, was_right, refused, waiting;
};
struct row_list {
    struct row *items;
    size_t n;
};
SHAPE(row_shape, struct row, COLUMN_WORD(struct row, kind, report_kind), COLUMN(struct row, month),
      COLUMN(struct row, n), COLUMN(struct row, anonymous), COLUMN(struct row, was_right),
      COLUMN(struct row, refused), COLUMN(struct row, waiting));
STMT(q_notices, &row_shape,
     "SELECT kind, MONTH('1970-01-01' + INTERVAL made_ms DIV 1000 SECOND) AS month,"
     " COUNT(*) AS n, SUM(reporter_id IS NULL) AS anonymous, SUM(state = 'right') AS was_right,"
     " SUM(state = 'refused') AS refused, SUM(state = 'open') AS waiting FROM report"
     " WHERE made_ms >= ? AND made_ms < ? GROUP BY kind, month");

struct decision_figures_list {
    struct decision_figures *items;
    size_t n;
};
#define FIGURE(field) COLUMN(struct decision_figures, field)
SHAPE(decisions_shape, struct decision_figures, FIGURE(n), FIGURE(hidden), FIGURE(limited),
      FIGURE(removed), FIGURE(warned), FIGURE(suspended), FIGURE(banned), FIGURE(nothing),
      FIGURE(by_law), FIGURE(by_rules), FIGURE(noticed), FIGURE(to_pool), FIGURE(overturned));
STMT(q_decisions, &decisions_shape,
     "SELECT COUNT(*) AS n, SUM(content = 'hide') AS hidden, SUM(content = 'limit') AS limited,"
     " SUM(content = 'remove') AS removed, SUM(member = 'warn') AS warned,"
     " SUM(member = 'suspend') AS suspended, SUM(member = 'ban') AS banned,"
     " SUM(content = 'none' AND member = 'none') AS nothing, SUM(ground = 'law') AS by_law,"
     " SUM(ground = 'rules') AS by_rules, SUM(noticed) AS noticed, SUM(money = 'pool') AS to_pool,"
     " SUM(overturned_ms > 0) AS overturned FROM decision WHERE made_ms >= ? AND made_ms < ?");

SHAPE(appeals_shape, struct appeal_figures, COLUMN_WORD(struct appeal_figures, side, appeal_side),
      COLUMN(struct appeal_figures, n), COLUMN(struct appeal_figures, upheld),
      COLUMN(struct appeal_figures, overturned), COLUMN(struct appeal_figures, waiting));
STMT(q_appeals, &appeals_shape,
     "SELECT side, COUNT(*) AS n, SUM(state = 'upheld') AS upheld,"
     " SUM(state = 'overturned') AS overturned, SUM(state = 'open') AS waiting FROM appeal"
     " WHERE made_ms >= ? AND made_ms < ? GROUP BY side");

/* The middle one of what was decided in the year; a counter-notice is decided by time. */
#define MEDIAN(table, where)                                                                              \
    "SELECT took AS n FROM (SELECT decided_ms - made_ms AS took,"                                         \
    " ROW_NUMBER() OVER (ORDER BY decided_ms - made_ms) AS place, COUNT(*) OVER () AS count_ FROM " table \
    " WHERE decided_ms >= ? AND decided_ms < ?" where ") m WHERE place = (count_ + 1) DIV 2"
STMT(q_decide_ms, &number_shape, MEDIAN("report", " AND kind <> 'check'"));
STMT(q_appeal_ms, &number_shape, MEDIAN("appeal", " AND side <> 'counter'"));

static int64_t days_before(int64_t year)
{
    int64_t y = year - 1;

    return y * 365 + y / 4 - y / 100 + y / 400 - 719162; /* to the first of January 1970 */
}

int64_t transparency_year(int64_t ms)
{
    int64_t days = ms / DAY_MS, year = 1970 + days / 366;

    while (days_before(year + 1) <= days)
        year++;
    return year;
}

static void add(struct notices *sum, const struct row *row)
{
    sum->n += row->n;
    sum->anonymous += row->anonymous;
    sum->was_right += row->was_right;
    sum->refused += row->refused;
    sum->waiting += row->waiting;
}

static enum rc read_notices(struct db *db, struct arena *a, const struct arg *span,
                            struct transparency *out)
{
    struct notices kinds[REPORT_KINDS] = { { .n = 0 } };
    struct row_list rows;

    TRY(DB_LIST_CACHED(db, a, &q_notices, span, TRANSPARENCY_CACHE_S, NOTICE_ROWS_MAX, &rows));
    for (size_t i = 0; i < rows.n; i++) {
        const struct row *row = &rows.items[i];
        add(&kinds[row->kind], row);
        if (row->kind == KIND_CHECK)
            continue;
        add(&out->all, row);
        out->months[row->month - 1] += row->n;
    }
    out->notices.items = arena_array(a, struct notices, REPORT_KINDS);
    for (enum report_kind k = 0; k < REPORT_KINDS; k++) {
        kinds[k].kind = k;
        if (kinds[k].n)
            out->notices.items[out->notices.n++] = kinds[k];
    }
    return RC_OK;
}

static enum rc read_median(struct db *db, struct arena *a, const struct stmt *q,
                           const struct arg *span, int64_t *ms)
{
    struct number_list list;

    TRY(DB_LIST_CACHED(db, a, q, span, TRANSPARENCY_CACHE_S, 1, &list));
    *ms = list.n ? list.items[0] : 0;
    return RC_OK;
}

enum rc transparency_read(struct db *db, struct arena *a, int64_t year, struct transparency *out)
{
    const struct arg *span = ARGS(I64(days_before(year) * DAY_MS),
                                  I64(days_before(year + 1) * DAY_MS));
    struct decision_figures_list decisions;
    struct appeal_figures_list appeals;

    *out = (struct transparency){ .year = year };
    TRY(read_notices(db, a, span, out));
    TRY(DB_LIST_CACHED(db, a, &q_decisions, span, TRANSPARENCY_CACHE_S, 1, &decisions));
    if (decisions.n)
        out->decisions = decisions.items[0];
    TRY(DB_LIST_CACHED(db, a, &q_appeals, span, TRANSPARENCY_CACHE_S, SIDE_COUNTER + 1, &appeals));
    for (enum appeal_side s = 0; s <= SIDE_COUNTER; s++)
        out->appeals[s].side = s;
    for (size_t i = 0; i < appeals.n; i++)
        out->appeals[appeals.items[i].side] = appeals.items[i];
    TRY(read_median(db, a, &q_decide_ms, span, &out->decide_ms));
    return read_median(db, a, &q_appeal_ms, span, &out->appeal_ms);
}

/* As a table */

static void line(struct sb *o, const char *group, const char *what, const char *detail, int64_t n)
{
    sheet_text(o, group);
    sheet_text(o, what);
    sheet_text(o, detail);
    sheet_int(o, n);
    sheet_end(o);
}

static void notice_lines(struct sb *o, const struct notices *k)
{
    const char *group = k->kind == KIND_CHECK ? "own checks" : "notices",
               *what = report_kind_word(k->kind);

    line(o, group, what, "received", k->n);
    line(o, group, what, "without an account", k->anonymous);
    line(o, group, what, "led to a measure", k->was_right);
    line(o, group, what, "refused", k->refused);
    line(o, group, what, "open", k->waiting);
}

static void decision_lines(struct sb *o, const struct decision_figures *d)
{
    line(o, "decisions", "all", "", d->n);
    line(o, "decisions", "no measure", "", d->nothing);
    line(o, "decisions", "content", "hidden for now", d->hidden);
    line(o, "decisions", "content", "limited to its owner", d->limited);
    line(o, "decisions", "content", "removed", d->removed);
    line(o, "decisions", "member", "warned", d->warned);
    line(o, "decisions", "member", "suspended", d->suspended);
    line(o, "decisions", "member", "banned", d->banned);
    line(o, "decisions", "ground", "law", d->by_law);
    line(o, "decisions", "ground", "rules", d->by_rules);
    line(o, "decisions", "after a notice", "", d->noticed);
    line(o, "decisions", "earnings to the pool", "", d->to_pool);
    line(o, "decisions", "overturned since", "", d->overturned);
    line(o, "decisions", "by automated means", "", 0);
}

void transparency_sheet(struct sb *o, const struct transparency *t)
{
    sheet_text(o, "group");
    sheet_text(o, "what");
    sheet_text(o, "detail");
    sheet_text(o, "number");
    sheet_end(o);
    line(o, "year", "", "", t->year);
    line(o, "notices", "by trusted flaggers", "received", 0);
    for (size_t i = 0; i < t->notices.n; i++)
        notice_lines(o, &t->notices.items[i]);
    line(o, "notices", "median time to decide", "minutes", t->decide_ms / MINUTE_MS);
    decision_lines(o, &t->decisions);
    for (size_t i = 0; i < COUNT(t->appeals); i++) {
        const char *side = appeal_side_word(t->appeals[i].side);
        line(o, "appeals", side, "received", t->appeals[i].n);
        line(o, "appeals", side, "decision stays", t->appeals[i].upheld);
        line(o, "appeals", side, "overturned", t->appeals[i].overturned);
        line(o, "appeals", side, "open", t->appeals[i].waiting);
    }
    line(o, "appeals", "median time to decide", "minutes", t->appeal_ms / MINUTE_MS);
}
