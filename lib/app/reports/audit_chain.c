/* The check `chain` of audit.h. */
#include "app/reports/audit_check.h"
#include "base/clock.h"
#include "base/sb.h"
#include "base/str.h"
#include "io/secret.h"

enum { PAGE_ARENA_BYTES = 16 << 20 };

struct link {
    int64_t day, transactions;
    const char *link;
};
SHAPE(link_shape, struct link, COLUMN(struct link, day), COLUMN(struct link, transactions),
      COLUMN(struct link, link));
struct tx {
    int64_t id;
    const char *digest;
};
SHAPE(tx_shape, struct tx, COLUMN(struct tx, id), COLUMN(struct tx, digest));
struct tx_list {
    struct tx *items;
    size_t n;
};

/* The next day that has transactions (by the time they were stored) or a link. */
STMT(q_next_day, &number_shape,
     "SELECT COALESCE(LEAST(COALESCE(w, l), COALESCE(l, w)), -1) AS n FROM (SELECT"
     " (SELECT MIN(created_ms) DIV 86400000 FROM ledger_tx WHERE created_ms >= ?) AS w,"
     " (SELECT MIN(day) FROM audit_chain WHERE day > ?) AS l) x");
STMT(q_link, &link_shape, "SELECT day, transactions, link FROM audit_chain WHERE day = ?");
STMT(q_last, &number_shape, "SELECT COALESCE(MAX(day), -1) AS n FROM audit_chain");
STMT(q_digests, &tx_shape,
     "SELECT id, digest FROM ledger_tx WHERE created_ms >= ? AND created_ms < ? AND id > ?"
     " ORDER BY id LIMIT 10000");
static_assert(AUDIT_CHAIN_ROWS == 10000, "stands in q_digests");
STMT(q_before, &link_shape,
     "SELECT day, transactions, link FROM audit_chain WHERE day < ? ORDER BY day DESC LIMIT 1");
STMT(q_latest, &link_shape,
     "SELECT day, transactions, link FROM audit_chain ORDER BY day DESC LIMIT 1");
STMT(q_add, NULL, "INSERT INTO audit_chain (day, transactions, link, made_ms) VALUES (?, ?, ?, ?)");

/* Compute the link of a day from the ledger as it is now. */
static enum rc compute(struct db *db, struct arena *a, struct arena *page, const char *before,
                       int64_t day, struct link *out)
{
    struct tx_list txs;
    int64_t last = 0;

    *out = (struct link){ .day = day, .link = before };
    do {
        arena_reset(page);
        TRY(DB_LIST(db, page, &q_digests,
                    ARGS(I64(day * DAY_MS), I64((day + 1) * DAY_MS), I64(last)), DB_ROWS_MAX,
                    &txs));
        struct sb text = { .a = page };
        sb_addf(&text, "%s\n", out->link);
        for (size_t i = 0; i < txs.n; i++)
            sb_str(&text, txs.items[i].digest);
        if (txs.n) {
            last = txs.items[txs.n - 1].id;
            out->transactions += (int64_t)txs.n;
            out->link = sha256_hex(a, text.buf, text.len);
        }
    } while (txs.n == AUDIT_CHAIN_ROWS);
    return RC_OK;
}

/* Compare one day with its link, or add the link. A day before the latest link that has none got
 * its transactions later than it should. */
static enum rc check_day(struct db *db, struct arena *a, struct link *now, int64_t last_linked,
                         int64_t now_ms, struct finding_list *out)
{
    struct link was;
    const char *day = arena_printf(a, "day %" PRId64, now->day);
    enum rc rc = db_one(db, a, &q_link, ARGS(I64(now->day)), &was);

    if (rc == RC_OK && !str_eq(was.link, now->link)) {
        audit_add(a, out, day,
                  arena_printf(
                      a, "had %" PRId64 " transactions with link %.16s, now %" PRId64 " with %.16s",
                      was.transactions, was.link, now->transactions, now->link));
        now->link = was.link; /* later days are compared with the old link */
    } else if (rc == RC_NOT_FOUND && now->day < last_linked) {
        audit_add(a, out, day,
                  arena_printf(a, "had no transactions, now %" PRId64, now->transactions));
    } else if (rc == RC_NOT_FOUND) {
        rc = db_run(db, &q_add,
                    ARGS(I64(now->day), I64(now->transactions), STR(now->link), I64(now_ms)), NULL);
        return rc == RC_CONFLICT ? RC_OK : rc; /* another audit was faster */
    }
    return rc == RC_NOT_FOUND ? RC_OK : rc;
}

/* The latest link of a day before this one; the days up to it are not read again. */
static enum rc link_before(struct db *db, struct arena *a, int64_t day, int64_t *last,
                           const char **link)
{
    struct link before = { .day = -1, .link = "" };
    enum rc rc = db_one(db, a, &q_before, ARGS(I64(day)), &before);

    *last = before.day;
    *link = before.link;
    return rc == RC_NOT_FOUND ? RC_OK : rc;
}

enum rc audit_chain(struct db *db, struct arena *a, const struct audit_span *span,
                    struct finding_list *out)
{
    struct arena *page = arena_new(PAGE_ARENA_BYTES);
    int64_t over = (span->now_ms - AUDIT_CHAIN_AFTER_MS) /
                   DAY_MS; /* the first day that has not ended long enough ago */
    int64_t next = -1, last;
    const char *link = "";

    *out = (struct finding_list){ NULL, 0 };
    enum rc rc = db_number(db, a, &q_last, NO_ARGS, &last);
    if (rc == RC_OK && span->since_ms)
        rc = link_before(db, a, span->since_ms / DAY_MS, &next, &link);
    while (rc == RC_OK) {
        struct link now;
        rc = db_number(db, a, &q_next_day, ARGS(I64((next + 1) * DAY_MS), I64(next)), &next);
        if (rc != RC_OK || next < 0 || next >= over)
            break;
        rc = compute(db, a, page, link, next, &now);
        if (rc == RC_OK)
            rc = check_day(db, a, &now, last, span->now_ms, out);
        link = now.link;
    }
    arena_free(page);
    return rc;
}

enum rc audit_chain_last(struct db *db, struct arena *a, const char **link)
{
    struct link latest = { .link = "" };
    enum rc rc = db_one(db, a, &q_latest, NO_ARGS, &latest);

    *link = latest.link;
    return rc == RC_NOT_FOUND ? RC_OK : rc;
}
