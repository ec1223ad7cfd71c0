#include "app/reports/statement.h"
#include "app/income/reversal.h"
#include "app/money/divide.h"
#include "app/reports/earnings.h"
#include "app/money/month.h"
#include "app/notify/notify.h"
#include "app/payout/payee.h"
#include "base/clock.h"
#include "base/conf.h"
#include "base/csv.h"
#include "base/fmt.h"
#include "base/log.h"
#include "base/sheet.h"
#include "base/str.h"
#include "io/secret.h"

enum { PARTS_OF_PAGE = DB_ROWS_MAX, CREATORS_OF_PAGE = 1000 };

SHAPE(statement_shape, struct statement, COLUMN(struct statement, creator_id),
      COLUMN(struct statement, month), COLUMN(struct statement, currency),
      COLUMN(struct statement, opening_minor), COLUMN(struct statement, closing_minor),
      COLUMN(struct statement, sha256), COLUMN(struct statement, made_ms),
      COLUMN(struct statement, csv));
#define STATEMENT_COLUMNS                                                                          \
    "creator_id, month, currency, opening_minor, closing_minor, sha256, made_ms"
STMT(q_list, &statement_shape,
     "SELECT " STATEMENT_COLUMNS ", '' AS csv FROM statement WHERE creator_id = ?"
     " ORDER BY month DESC");
STMT(q_get, &statement_shape,
     "SELECT " STATEMENT_COLUMNS ", csv FROM statement WHERE creator_id = ? AND month = ?");
STMT(q_before, &statement_shape,
     "SELECT " STATEMENT_COLUMNS ", '' AS csv FROM statement WHERE creator_id = ? AND month < ?"
     " ORDER BY month DESC LIMIT 1");
STMT(
    q_add, NULL,
    "INSERT INTO statement (creator_id, month, currency, opening_minor, closing_minor, csv, sha256,"
    " made_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?)");

/* The months that are due: from the one after the last one done, or that of the first settled unit,
 * to the last closed one. */
struct due {
    int64_t done_month, first_ms, closed_month;
    const char *currency;
};
SHAPE(due_shape, struct due, COLUMN(struct due, done_month), COLUMN(struct due, first_ms),
      COLUMN(struct due, closed_month), COLUMN(struct due, currency));
STMT(q_due, &due_shape,
     "SELECT (SELECT COALESCE(MAX(month), 0) FROM statement_month) AS done_month,"
     " (SELECT COALESCE(MIN(settled_ms), 0) FROM unit WHERE settled_ms > 0) AS first_ms,"
     " month AS closed_month, currency FROM month_close WHERE posted_ms > 0"
     " ORDER BY month DESC LIMIT 1");
STMT(q_done, NULL,
     "INSERT INTO statement_month (month, statements, done_ms) SELECT ?, COUNT(*), ? FROM statement"
     " WHERE month = ?");
STMT(q_creators, &number_shape,
     "SELECT DISTINCT a.owner_id AS n FROM (SELECT id FROM ledger_tx WHERE effective_ms >= ?"
     " AND effective_ms < ? AND ikey NOT LIKE 'close:%' UNION ALL SELECT id FROM ledger_tx"
     " WHERE ikey LIKE CONCAT('close:', ?, ':%')) t JOIN ledger_leg l ON l.tx_id = t.id"
     " JOIN ledger_account a ON a.id IN (l.debit_id, l.credit_id) AND a.code LIKE 'liab:creator:%'"
     " AND a.currency = ? WHERE a.owner_id > ? AND NOT EXISTS (SELECT 1 FROM statement s"
     " WHERE s.creator_id = a.owner_id AND s.month = ?) ORDER BY n LIMIT ?");

/* The movements on a creator's accounts up to the end of a month, by kind of act. */
struct moved {
    int64_t earlier; /* 1: before the month */
    const char *act;
    int64_t held, payable, transit, frozen;
};
struct moved_list {
    struct moved *items;
    size_t n;
};
SHAPE(moved_shape, struct moved, COLUMN(struct moved, earlier), COLUMN(struct moved, act),
      COLUMN(struct moved, held), COLUMN(struct moved, payable), COLUMN(struct moved, transit),
      COLUMN(struct moved, frozen));
#define LEGS(side, other_side, sign)                                                                \
    "SELECT " sign " l.amount_minor AS amount, SUBSTRING_INDEX(a.code, ':', -1) AS account,"        \
    " o.code AS other, t.ikey, t.kind, IF(t.ikey LIKE 'close:%', CAST(SUBSTRING(t.ikey, 7, 6)"      \
    " AS SIGNED), EXTRACT(YEAR_MONTH FROM '1970-01-01' + INTERVAL t.effective_ms DIV 1000 SECOND))" \
    " AS month FROM ledger_account a JOIN ledger_leg l ON l." side " = a.id"                        \
    " JOIN ledger_tx t ON t.id = l.tx_id JOIN ledger_account o ON o.id = l." other_side             \
    " WHERE a.owner_id = ? AND a.currency = ? AND a.code LIKE 'liab:creator:%'"
STMT(q_moved, &moved_shape,
     "SELECT month < ? AS earlier, CASE WHEN kind IN ('refund', 'dispute') THEN 'reversal'"
     " WHEN ikey LIKE 'settle:%' OR ikey LIKE 'close:%' THEN 'earned'"
     " WHEN ikey LIKE 'mature:%' THEN 'matured'"
     " WHEN other LIKE 'asset:%' THEN IF(amount < 0, 'paid', 'returned')"
     " WHEN other LIKE 'liab:member:%' THEN 'spent'"
     " WHEN other LIKE 'liab:creator:%' THEN 'inside' WHEN kind = 'freeze' THEN 'taken'"
     " ELSE 'other' END AS act,"
     " CAST(SUM(IF(account = 'held', amount, 0)) AS SIGNED) AS held,"
     " CAST(SUM(IF(account = 'payable', amount, 0)) AS SIGNED) AS payable,"
     " CAST(SUM(IF(account = 'transit', amount, 0)) AS SIGNED) AS transit,"
     " CAST(SUM(IF(account = 'frozen', amount, 0)) AS SIGNED) AS frozen"
     " FROM (" LEGS("credit_id", "debit_id",
                    "") " UNION ALL " LEGS("debit_id", "credit_id",
                                           "-") ") m WHERE month <= ? GROUP BY earlier, act");

struct reversed {
    int64_t minor;
    const char *kind, *reason;
};
struct reversed_list {
    struct reversed *items;
    size_t n;
};
SHAPE(reversed_shape, struct reversed, COLUMN(struct reversed, minor),
      COLUMN(struct reversed, kind), COLUMN(struct reversed, reason));
STMT(q_reversed, &reversed_shape,
     "SELECT CAST(SUM(m.sign * m.amount_minor) AS SIGNED) AS minor, m.kind,"
     " COALESCE(r.reason, '') AS reason FROM (SELECT t.id, t.kind, t.ref_id, l.amount_minor,"
     " (l.credit_id = a.id) - (l.debit_id = a.id) AS sign FROM ledger_account a JOIN ledger_leg l"
     " ON a.id IN (l.debit_id, l.credit_id) JOIN ledger_tx t ON t.id = l.tx_id"
     " WHERE a.owner_id = ? AND a.currency = ? AND a.code LIKE 'liab:creator:%'"
     " AND t.kind IN ('refund', 'dispute') AND t.effective_ms >= ? AND t.effective_ms < ?) m"
     " LEFT JOIN reversal r ON r.id = CAST(m.ref_id AS SIGNED) GROUP BY m.id, m.kind, r.reason"
     " HAVING minor <> 0 ORDER BY m.id LIMIT 5000");

STMT(q_uplift, &number_shape,
     "SELECT amount_minor AS n FROM month_uplift WHERE month = ? AND creator_id = ?");

/* A video and its earnings, which divide_share() adds up. */
struct earned_video {
    int64_t id, ms, viewers, minor;
    const char *title;
};
struct earned_video_list {
    struct earned_video *items;
    size_t n;
};
SHAPE(video_shape, struct earned_video, COLUMN(struct earned_video, id),
      COLUMN(struct earned_video, ms), COLUMN(struct earned_video, viewers),
      COLUMN(struct earned_video, title));
#define SETTLED_UNITS                                                                              \
    " FROM unit u JOIN unit_share s ON s.unit_id = u.id AND s.creator_id = ?"                      \
    " LEFT JOIN watch_day w ON w.unit_id = u.id AND w.creator_id = s.creator_id"                   \
    " AND w.credited_ms > 0"
#define OF_MONTH " WHERE u.settled_ms >= ? AND u.settled_ms < ? AND u.currency = ?"
STMT(q_videos, &video_shape,
     "SELECT COALESCE(w.video_id, 0) AS id, CAST(SUM(COALESCE(w.credited_ms, 0)) AS SIGNED) AS ms,"
     " COUNT(DISTINCT u.user_id) AS viewers, COALESCE(v.title, '') AS title" SETTLED_UNITS
     " LEFT JOIN video v ON v.id = w.video_id" OF_MONTH
     " GROUP BY COALESCE(w.video_id, 0), v.title ORDER BY id");
struct part_row {
    int64_t unit_id, video_id, minor, ms;
};
struct part_rows {
    struct part_row *items;
    size_t n;
};
SHAPE(part_shape, struct part_row, COLUMN(struct part_row, unit_id),
      COLUMN(struct part_row, video_id), COLUMN(struct part_row, minor),
      COLUMN(struct part_row, ms));
STMT(q_parts, &part_shape,
     "SELECT u.id AS unit_id, COALESCE(w.video_id, 0) AS video_id, s.amount_minor + s.early_minor"
     " AS minor, CAST(SUM(COALESCE(w.credited_ms, 1)) AS SIGNED) AS ms" SETTLED_UNITS OF_MONTH
     " AND u.id > ? GROUP BY u.id, COALESCE(w.video_id, 0), s.amount_minor, s.early_minor"
     " ORDER BY u.id, video_id LIMIT ?");
struct person {
    const char *handle, *name;
};
SHAPE(person_shape, struct person, COLUMN(struct person, handle), COLUMN(struct person, name));
STMT(q_person, &person_shape, "SELECT handle, display_name AS name FROM user WHERE id = ?");

/* A statement being made; `a` is reset after it. */
struct draft {
    struct arena *a;
    int64_t creator_id, month, from_ms, to_ms, now_ms;
    const char *currency;
    struct sb csv;
    int64_t balance; /* of the lines so far */
    int64_t earned;  /* in the month */
};

static int by_video(const void *x, const void *y)
{
    const struct earned_video *a = x, *b = y;
    return (a->id > b->id) - (a->id < b->id);
}

/* Divide the creator's share of one unit among the videos watched in it: n rows of one unit_id. */
static enum rc divide_share(struct draft *d, const struct part_row *rows, size_t n,
                            struct earned_video_list *videos)
{
    struct part *parts = arena_array(d->a, struct part, n);

    for (size_t i = 0; i < n; i++)
        parts[i] = (struct part){ .id = rows[i].video_id, .weight = rows[i].ms };
    divide_by_weight(rows[0].minor, parts, n);
    for (size_t i = 0; i < n; i++) {
        const struct earned_video key = { .id = parts[i].id };
        struct earned_video *v = LOOK_UP(&key, videos->items, videos->n, by_video);
        if (v == NULL) /* there are more than STATEMENT_VIDEOS_MAX */
            return RC_TOO_LARGE;
        v->minor += parts[i].amount;
    }
    return RC_OK;
}

/* How many rows belong to whole units: the last one of a full page may be incomplete and is left to
 * the next page. */
static size_t whole_units(const struct part_rows *rows)
{
    size_t n = rows->n;

    if (n < PARTS_OF_PAGE)
        return n;
    while (n && rows->items[n - 1].unit_id == rows->items[rows->n - 1].unit_id)
        n--;
    return n;
}

static enum rc earned_videos(struct db *db, struct draft *d, struct earned_video_list *videos)
{
    struct part_rows rows;
    int64_t last_id = 0;

    TRY(DB_LIST(db, d->a, &q_videos,
                ARGS(I64(d->creator_id), I64(d->from_ms), I64(d->to_ms), STR(d->currency)),
                STATEMENT_VIDEOS_MAX, videos));
    do {
        TRY(DB_LIST(db, d->a, &q_parts,
                    ARGS(I64(d->creator_id), I64(d->from_ms), I64(d->to_ms), STR(d->currency),
                         I64(last_id), I64(PARTS_OF_PAGE)),
                    PARTS_OF_PAGE, &rows));
        size_t n = whole_units(&rows), end;
        if (rows.n && n == 0) /* one member watched more videos of one creator than fit */
            return RC_TOO_LARGE;
        for (size_t i = 0; i < n; i = end) {
            last_id = rows.items[i].unit_id;
            for (end = i + 1; end < n && rows.items[end].unit_id == last_id; end++)
                ;
            TRY(divide_share(d, &rows.items[i], end - i, videos));
        }
    } while (rows.n == PARTS_OF_PAGE);
    return RC_OK;
}

static void add_amount(struct draft *d, int64_t minor)
{
    sheet_text(&d->csv, minor > 0 ? fmt_amount(d->a, minor, d->currency) : "");
    sheet_text(&d->csv, minor < 0 ? fmt_amount(d->a, -minor, d->currency) : "");
    sheet_end(&d->csv);
}

static void add_line(struct draft *d, const char *kind, const char *what, int64_t minor)
{
    sheet_text(&d->csv, kind);
    sheet_text(&d->csv, what);
    sheet_text(&d->csv, "");
    sheet_text(&d->csv, "");
    add_amount(d, minor);
}

/* Add a line with a balance, even if it is zero. */
static void add_balance(struct draft *d, const char *kind, const char *what, int64_t minor)
{
    if (minor) {
        add_line(d, kind, what, minor);
        return;
    }
    const char *const cells[] = { kind, what, "", "", fmt_amount(d->a, 0, d->currency), "" };
    for (size_t i = 0; i < COUNT(cells); i++)
        sheet_text(&d->csv, cells[i]);
    sheet_end(&d->csv);
}

/* Add a line that counts in the sum, unless it is zero. */
static void move(struct draft *d, const char *kind, const char *what, int64_t minor)
{
    d->balance += minor;
    if (minor)
        add_line(d, kind, what, minor);
}

static void add_video(struct draft *d, const struct earned_video *v)
{
    bool told = v->viewers >= EARNINGS_VIEWERS_MIN;

    d->balance += v->minor;
    sheet_text(&d->csv, "earned");
    sheet_text(&d->csv, v->title[0] ? v->title : "A deleted video");
    sheet_int(&d->csv, v->ms / SECOND_MS);
    sheet_text(&d->csv, told ? arena_printf(d->a, "%" PRId64, v->viewers) : "fewer than 5");
    add_amount(d, v->minor);
}

static enum rc add_head(struct db *db, struct draft *d)
{
    struct payee payee = { .vat_id = "" };
    struct person person;

    TRY(db_one(db, d->a, &q_person, ARGS(I64(d->creator_id)), &person));
    enum rc rc = payee_get(db, d->a, d->creator_id, &payee);
    if (rc != RC_OK && rc != RC_NOT_FOUND)
        return rc;
    const char *seller = conf()->seller_name[0] ? conf()->seller_name : conf()->site_name;
    sb_str(&d->csv, "kind,what,seconds,viewers,in,out\r\n");
    add_line(d, "statement", fmt_month(d->a, d->month), 0);
    add_line(d, "period",
             arena_printf(d->a, "%s to %s (UTC)", fmt_date(d->a, d->from_ms),
                          fmt_date(d->a, d->to_ms - 1)),
             0);
    add_line(d, "currency", d->currency, 0);
    add_line(d, "issuer",
             arena_printf(d->a, "%s%s%s", seller, conf()->seller_address[0] ? ", " : "",
                          conf()->seller_address),
             0);
    add_line(d, "issuer_vat_id", conf()->seller_vat_id, 0);
    add_line(d, "creator", arena_printf(d->a, "%s (%s)", person.name, person.handle), 0);
    add_line(d, "creator_vat_id", payee.vat_id, 0);
    add_line(d, "note",
             "Self-billed: the issuer writes this document in place of an invoice from the "
             "creator. "
             "Amounts are net of any value added tax that the creator owes.",
             0);
    return RC_OK;
}

static int64_t total(const struct moved *m)
{
    return m->held + m->payable + m->transit + m->frozen;
}

/* The sum of the ledger's movements in the month of this kind of act. */
static int64_t moved_by(const struct moved_list *list, const char *act)
{
    for (size_t i = 0; i < list->n; i++)
        if (!list->items[i].earlier && str_eq(list->items[i].act, act))
            return total(&list->items[i]);
    return 0;
}

static enum rc add_opening(struct db *db, struct draft *d, const struct moved_list *moved,
                           int64_t *opening)
{
    struct statement before = { 0 };
    int64_t earlier = 0;
    enum rc rc = db_one(db, d->a, &q_before, ARGS(I64(d->creator_id), I64(d->month)), &before);

    if (rc != RC_OK && rc != RC_NOT_FOUND)
        return rc;
    for (size_t i = 0; i < moved->n; i++)
        earlier += moved->items[i].earlier ? total(&moved->items[i]) : 0;
    d->balance = *opening = before.closing_minor;
    add_balance(d, "opening", arena_printf(d->a, "Balance on %s", fmt_date(d->a, d->from_ms)),
                *opening);
    move(d, "correction", "Booked after the statement of its month", earlier - *opening);
    return RC_OK;
}

static enum rc add_earned(struct db *db, struct draft *d)
{
    struct earned_video_list videos;
    int64_t uplift = 0;

    TRY(earned_videos(db, d, &videos));
    for (size_t i = 0; i < videos.n; i++)
        add_video(d, &videos.items[i]);
    enum rc rc = db_number(db, d->a, &q_uplift, ARGS(I64(d->month), I64(d->creator_id)), &uplift);
    if (rc != RC_OK && rc != RC_NOT_FOUND)
        return rc;
    move(d, "uplift", "From members who watched nobody", uplift);
    return RC_OK;
}

static enum rc add_reversals(struct db *db, struct draft *d, int64_t sum)
{
    struct reversed_list list;

    TRY(DB_LIST(db, d->a, &q_reversed,
                ARGS(I64(d->creator_id), STR(d->currency), I64(d->from_ms), I64(d->to_ms)),
                STATEMENT_REVERSALS_MAX, &list));
    for (size_t i = 0; i < list.n; i++) {
        const struct reversed *r = &list.items[i];
        const char *what = str_eq(r->kind, reversal_kind_word(REVERSAL_REFUND)) ? "Refund"
                                                                                : "Dispute";
        what = arena_printf(d->a, "%s%s%s%s", what, r->minor > 0 ? ", undone" : "",
                            r->reason[0] ? ": " : "", r->reason);
        move(d, "reversal", what, r->minor);
        sum -= r->minor;
    }
    move(d, "reversal", "Other refunds and disputes", sum);
    return RC_OK;
}

static void add_closing(struct draft *d, const struct moved_list *moved)
{
    struct moved now = { 0 };
    int64_t matured = 0;

    for (size_t i = 0; i < moved->n; i++) {
        const struct moved *m = &moved->items[i];
        now.held += m->held;
        now.payable += m->payable;
        now.transit += m->transit;
        now.frozen += m->frozen;
        if (!m->earlier && str_eq(m->act, "matured"))
            matured = m->payable;
    }
    add_balance(d, "closing", arena_printf(d->a, "Balance on %s", fmt_date(d->a, d->to_ms - 1)),
                d->balance);
    add_balance(d, "matured", "Became payable in this month", matured);
    add_balance(d, "held", "Of the balance: held", now.held);
    add_balance(d, "payable", "Of the balance: payable", now.payable);
    add_balance(d, "transit", "Of the balance: on its way", now.transit);
    if (now.frozen)
        add_balance(d, "frozen", "Of the balance: frozen until a decision", now.frozen);
}

static enum rc compose(struct db *db, struct draft *d, int64_t *opening)
{
    struct moved_list moved;
    int64_t ledger = 0;

    TRY(DB_LIST(db, d->a, &q_moved,
                ARGS(I64(d->month), I64(d->creator_id), STR(d->currency), I64(d->creator_id),
                     STR(d->currency), I64(d->month)),
                100, &moved));
    for (size_t i = 0; i < moved.n; i++)
        ledger += total(&moved.items[i]);
    TRY(add_head(db, d));
    TRY(add_opening(db, d, &moved, opening));
    d->earned = -d->balance;
    TRY(add_earned(db, d));
    d->earned += d->balance;
    TRY(add_reversals(db, d, moved_by(&moved, "reversal")));
    move(d, "paid", "Paid to your account", moved_by(&moved, "paid"));
    move(d, "returned", "A payout that was returned", moved_by(&moved, "returned"));
    move(d, "spent", "Your own subscription", moved_by(&moved, "spent"));
    move(d, "taken", "Taken away by decisions, or given back", moved_by(&moved, "taken"));
    move(d, "other", "Other", moved_by(&moved, "other"));
    add_closing(d, &moved);
    if (d->balance == ledger)
        return RC_OK;
    log_error("statement of creator %" PRId64 " for %" PRId64 " comes to %" PRId64
              ", the ledger says %" PRId64,
              d->creator_id, d->month, d->balance, ledger);
    return RC_FAIL;
}

static enum rc tell(struct db *db, const struct draft *d)
{
    const char *month = fmt_month_path(d->a, d->month);
    const struct notice n = {
        .user_id = d->creator_id,
        .kind = NOTICE_STATEMENT_READY,
        .once = month,
        .link = arena_printf(d->a, "/studio/earnings/%s", month),
        .values = { .month = fmt_month(d->a, d->month),
                    .amount = fmt_money(d->a, d->earned, d->currency) },
    };

    return notify(db, d->a, &n, d->now_ms);
}

static enum rc make(struct db *db, void *arg)
{
    struct draft *d = arg;
    int64_t opening;

    d->csv = (struct sb){ .a = d->a };
    TRY(compose(db, d, &opening));
    TRY(db_run(db, &q_add,
               ARGS(I64(d->creator_id), I64(d->month), STR(d->currency), I64(opening),
                    I64(d->balance), STR(d->csv.buf), STR(sha256_hex(d->a, d->csv.buf, d->csv.len)),
                    I64(d->now_ms)),
               NULL));
    return tell(db, d);
}

static enum rc make_month(struct db *db, struct arena *a, struct arena *item, struct draft *d,
                          int64_t *made)
{
    struct number_list creators;
    enum rc worst = RC_OK;

    d->creator_id = 0;
    month_span(d->month, &d->from_ms, &d->to_ms);
    do {
        TRY(DB_LIST(db, a, &q_creators,
                    ARGS(I64(d->from_ms), I64(d->to_ms), I64(d->month), STR(d->currency),
                         I64(d->creator_id), I64(d->month), I64(CREATORS_OF_PAGE)),
                    CREATORS_OF_PAGE, &creators));
        for (size_t i = 0; i < creators.n; i++) {
            d->creator_id = creators.items[i];
            enum rc rc = db_transact(db, make, d);
            arena_reset(item);
            *made += rc == RC_OK;
            if (rc == RC_BUSY)
                return rc;
            if (rc != RC_OK && rc != RC_CONFLICT) /* another process made it */
                worst = RC_FAIL;
        }
    } while (creators.n == CREATORS_OF_PAGE);
    TRY(worst);
    enum rc rc = db_run(db, &q_done, ARGS(I64(d->month), I64(d->now_ms), I64(d->month)), NULL);
    return rc == RC_CONFLICT ? RC_OK : rc;
}

enum rc statement_make_due(struct db *db, struct arena *a, struct arena *item, int64_t now_ms,
                           int64_t *made)
{
    struct due due;
    int64_t month, from_ms, to_ms;

    *made = 0;
    TRY(db_one(db, a, &q_due, NO_ARGS, &due));
    if (due.first_ms == 0)
        return RC_NOT_FOUND;
    month = month_of(due.first_ms);
    if (due.done_month) {
        month_span(due.done_month, &from_ms, &to_ms);
        month = month_of(to_ms);
    }
    if (month > due.closed_month)
        return RC_NOT_FOUND;
    while (month <= due.closed_month) {
        struct draft d = { .a = item, .month = month, .now_ms = now_ms, .currency = due.currency };
        TRY(make_month(db, a, item, &d, made));
        month = month_of(d.to_ms);
    }
    return RC_OK;
}

enum rc statement_list(struct db *db, struct arena *a, int64_t creator_id,
                       struct statement_list *out)
{
    return DB_LIST(db, a, &q_list, ARGS(I64(creator_id)), STATEMENTS_SHOWN_MAX, out);
}

enum rc statement_get(struct db *db, struct arena *a, int64_t creator_id, int64_t month,
                      struct statement *out)
{
    TRY(db_one(db, a, &q_get, ARGS(I64(creator_id), I64(month)), out));
    if (str_eq(out->sha256, sha256_hex(a, out->csv, strlen(out->csv))))
        return RC_OK;
    log_error("statement of creator %" PRId64 " for %" PRId64 " is not what was written",
              creator_id, month);
    return RC_FAIL;
}

enum rc statement_read(struct arena *a, const struct statement *s, struct statement_lines *out)
{
    enum { KIND, WHAT, SECONDS, VIEWERS, IN, OUT, FIELDS };
    struct csv csv;
    struct csv_row row;
    size_t max = 0;
    enum rc rc;

    for (const char *p = s->csv; *p; p++)
        max += *p == '\n';
    *out = (struct statement_lines){ arena_array(a, struct statement_line, max + 1), 0 };
    csv_begin(&csv, s->csv);
    TRY(csv_next(&csv, a, &row)); /* the names of the columns */
    while ((rc = csv_next(&csv, a, &row)) == RC_OK && row.n == FIELDS)
        out->items[out->n++] = (struct statement_line){
            row.fields[KIND],    row.fields[WHAT], row.fields[SECONDS],
            row.fields[VIEWERS], row.fields[IN],   row.fields[OUT],
        };
    return rc == RC_NOT_FOUND ? RC_OK : RC_FAIL;
}
