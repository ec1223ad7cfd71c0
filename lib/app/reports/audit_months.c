/* The check `months` of audit.h: the sums by month (sums.h), and what earlier audits verified of them. */
#include "app/reports/audit_check.h"
#include "app/reports/sums.h"
#include "base/sb.h"
#include "base/str.h"
#include "io/rows.h"
#include "io/secret.h"

enum { PAGE_BYTES = 256 << 10, PAGE_ARENA_BYTES = 8 << 20 };

struct month_row {
    int64_t account_id, month, debits, credits;
    const char *act;
};
SHAPE(month_shape, struct month_row, COLUMN(struct month_row, account_id),
      COLUMN(struct month_row, month), COLUMN(struct month_row, act),
      COLUMN(struct month_row, debits), COLUMN(struct month_row, credits));
struct verified {
    int64_t id, ran_ms;
    const char *digest, *link;
};
SHAPE(verified_shape, struct verified, COLUMN(struct verified, id), COLUMN(struct verified, ran_ms),
      COLUMN(struct verified, digest), COLUMN(struct verified, link));

#define COLUMNS "account_id, month, act"
#define ROWS_OF(rows)                                                                              \
    "SELECT " COLUMNS ", CAST(SUM(debits) AS SIGNED) AS debits, CAST(SUM(credits) AS SIGNED)"      \
    " AS credits FROM (" rows ") m GROUP BY " COLUMNS                                              \
    " HAVING debits <> 0 OR credits <> 0 ORDER BY " COLUMNS
STMT(q_now, &month_shape, ROWS_OF(SUMS_OF_ALL));
/* Without the postings that no audit has verified: as it was after the latest one that was verified. */
STMT(q_then, &month_shape,
     ROWS_OF(SUMS_OF_ALL " UNION ALL SELECT " COLUMNS ", -debits, -credits FROM (" SUMS_OF(
         "ledger_unaudited na JOIN ledger_tx t ON t.id = na.tx_id") ") u"));
STMT(q_latest, &verified_shape,
     "SELECT id, ran_ms, digest, link FROM audit_verified ORDER BY id DESC LIMIT 1");
STMT(q_verify, NULL,
     "INSERT INTO audit_verified (ran_ms, transactions, digest, link) VALUES (?, ?, ?, ?)");
STMT(q_unaudited, &number_shape,
     "SELECT tx_id AS n FROM ledger_unaudited WHERE tx_id > ? ORDER BY tx_id LIMIT 1000");
STMT(q_take_off, NULL,
     "DELETE u FROM JSON_TABLE(?, '$[*]' COLUMNS (id BIGINT PATH '$[0]')) r"
     " STRAIGHT_JOIN ledger_unaudited u ON u.tx_id = r.id");
static_assert((int)ROWS_PAGE == 1000, "stands in q_unaudited");
STMT(q_oldest, &number_shape,
     "SELECT COALESCE(MIN(t.created_ms), ?) AS n FROM ledger_unaudited n"
     " JOIN ledger_tx t ON t.id = n.tx_id");

/* What the sums by kind of account should be: those of their accounts. */
#define KIND_OF(a)                                                                                 \
    "CASE WHEN " a ".code LIKE 'liab:creator:%' THEN SUBSTRING_INDEX(" a ".code, ':', -1)"         \
    " WHEN " a ".code LIKE 'liab:member:%' THEN 'member'"                                          \
    " WHEN " a ".code LIKE 'liab:%' THEN SUBSTRING(" a ".code, 6) ELSE " a ".code END"
STMT(
    q_kinds, &audit_finding,
    "SELECT CONCAT(kind, ' of ', currency, ' in ', month) AS subject, CONCAT('is summed as ',"
    " kind_debits, ' and ', kind_credits, ', its accounts as ', debits, ' and ', credits) AS text"
    " FROM (SELECT currency, kind, month, SUM(debits) AS debits, SUM(credits) AS credits,"
    " SUM(kind_debits) AS kind_debits, SUM(kind_credits) AS kind_credits FROM (SELECT a.currency, " //
    KIND_OF(
        "a") " AS kind, s.month, s.debits_minor AS debits, s.credits_minor AS credits,"
             " 0 AS kind_debits, 0 AS kind_credits FROM ledger_sum s JOIN ledger_account a"
             " ON a.id = s.account_id UNION ALL SELECT currency, kind, month, 0, 0, debits_minor,"
             " credits_minor FROM ledger_kind) x GROUP BY currency, kind, month) y"
             " WHERE debits <> kind_debits OR credits <> kind_credits");
STMT(q_left, &audit_finding,
     "SELECT CONCAT(kind, ' of ', currency) AS subject, CONCAT('has a balance of ', balance,"
     " ', by month ', owed, ' of it are left') AS text FROM (SELECT currency, kind,"
     " SUM(credits_minor - debits_minor) AS balance, SUM(left_minor) AS owed FROM ledger_kind"
     " WHERE class = 'liability' GROUP BY currency, kind) x WHERE balance <> owed");
/* Everything: the sums by account from all legs, and what is left of them, as sums.h defines it. */
STMT(q_legs, &audit_finding,
     "SELECT CONCAT(a.code, ' in ', month) AS subject, CONCAT('is summed as ', debits, ' and ',"
     " credits, ', its legs as ', leg_debits, ' and ', leg_credits) AS text FROM (SELECT " COLUMNS
     ", SUM(debits) AS debits, SUM(credits) AS credits, SUM(leg_debits) AS leg_debits,"
     " SUM(leg_credits) AS leg_credits FROM (SELECT " COLUMNS ", debits, credits, 0 AS leg_debits,"
     " 0 AS leg_credits FROM (" SUMS_OF_ALL ") s UNION ALL SELECT " COLUMNS
     ", 0, 0, debits, credits FROM (" SUMS_OF(
         "ledger_tx t") ") l) x GROUP BY " COLUMNS ") y"
                        " JOIN ledger_account a ON a.id = y.account_id"
                        " WHERE debits <> leg_debits OR credits <> leg_credits");
/* clang-format off */
#define DEFERRED(side, debits, credits) \
    "SELECT l." side ", COALESCE(l.unit_id, 0), " SUMS_MONTH ", " debits ", " credits \
    " FROM ledger_account f JOIN ledger_leg l ON l." side " = f.id JOIN ledger_tx t ON t.id = l.tx_id" \
    " LEFT JOIN ledger_unsummed n ON n.tx_id = l.tx_id" \
    " WHERE f.code = 'liab:deferred' AND n.tx_id IS NULL"
STMT(q_ages, &audit_finding,
     "SELECT CONCAT(kind, ' of ', currency, ' in ', month) AS subject, CONCAT('has ', kept,"
     " ' left, by its legs ', owed) AS text FROM (SELECT currency, kind, month, SUM(owed) AS owed,"
     " SUM(kept) AS kept FROM (SELECT a.currency, " KIND_OF("a") " AS kind, month,"
     "  LEAST(credits, GREATEST(0, balance - COALESCE(newer, 0))) AS owed, 0 AS kept FROM (SELECT"
     "   account_id, unit_id, month, credits, SUM(credits - debits) OVER w AS balance,"
     "   SUM(credits) OVER (PARTITION BY account_id, unit_id ORDER BY month DESC"
     "   ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS newer FROM (SELECT account_id,"
     "   unit_id, month, SUM(debits) AS debits, SUM(credits) AS credits FROM (SELECT"
     "    s.account_id, 0 AS unit_id, s.month, s.debits_minor AS debits, s.credits_minor AS credits"
     "    FROM ledger_sum s JOIN ledger_account o ON o.id = s.account_id AND o.class = 'liability'"
     "    AND o.code <> 'liab:deferred'"
     "    UNION ALL " DEFERRED("debit_id", "l.amount_minor", "0")
     "    UNION ALL " DEFERRED("credit_id", "0", "l.amount_minor") ") e"
     "   GROUP BY account_id, unit_id, month) g WINDOW w AS (PARTITION BY account_id, unit_id)) h"
     "  JOIN ledger_account a ON a.id = h.account_id"
     " UNION ALL SELECT currency, kind, month, 0, left_minor FROM ledger_kind"
     "  WHERE class = 'liability' AND month > 0) x"
     " GROUP BY currency, kind, month) y WHERE owed <> kept");
/* clang-format on */

struct digest {
    struct arena *a; /* of a page */
    char link[65];
    struct sb text;
};

static void end_page(struct digest *d)
{
    struct sb all = { .a = d->a };

    sb_addf(&all, "%s\n", d->link);
    sb_add(&all, d->text.buf, d->text.len);
    memcpy(d->link, sha256_hex(d->a, all.buf, all.len), sizeof(d->link));
    arena_reset(d->a);
    d->text = (struct sb){ .a = d->a };
}

static enum rc add_row(const void *row, void *arg)
{
    const struct month_row *m = row;
    struct digest *d = arg;

    sb_addf(&d->text, "%" PRId64 " %" PRId64 " %s %" PRId64 " %" PRId64 "\n", m->account_id,
            m->month, m->act, m->debits, m->credits);
    if (d->text.len > PAGE_BYTES)
        end_page(d);
    return RC_OK;
}

/* SHA-256 over the rows, a page at a time: each page after the digest of those before it. */
static enum rc digest_of(struct db *db, struct arena *a, const struct stmt *q, const char **digest)
{
    struct arena *page = arena_new(PAGE_ARENA_BYTES),
                 *rows = arena_new((size_t)PAGE_ARENA_BYTES * 8);
    struct digest d = { .a = page, .text = { .a = page } };
    enum rc rc = db_each(db, rows, q, NO_ARGS, add_row, &d);

    if (rc == RC_OK)
        end_page(&d);
    *digest = arena_str(a, d.link);
    arena_free(rows);
    arena_free(page);
    return rc;
}

static enum rc compare_with_verified(struct db *db, struct arena *a, struct finding_list *out)
{
    struct verified v;
    const char *then;
    enum rc rc = db_one(db, a, &q_latest, NO_ARGS, &v);

    if (rc == RC_NOT_FOUND)
        return RC_OK;
    TRY(rc);
    TRY(digest_of(db, a, &q_then, &then));
    if (!str_eq(then, v.digest))
        audit_add(
            a, out, "the sums by month",
            arena_printf(a, "had digest %.16s when they were verified, now %.16s", v.digest, then));
    return RC_OK;
}

enum rc audit_months(struct db *db, struct arena *a, const struct audit_span *span,
                     struct finding_list *out)
{
    static const struct stmt *const checks[] = { &q_kinds, &q_left, &q_legs, &q_ages };

    TRY(audit_find(db, a, checks, span->since_ms ? 2 : COUNT(checks), span, out));
    return compare_with_verified(db, a, out);
}

/* The lists are read in pages, so that the first audit of a large ledger holds no more than others. */
static enum rc take_off(struct db *db, struct arena *page, int64_t *n)
{
    struct number_list ids;
    int64_t last = 0;

    *n = 0;
    do {
        arena_reset(page);
        struct rows rows = { .a = page };
        TRY(DB_LIST(db, page, &q_unaudited, ARGS(I64(last)), ROWS_PAGE, &ids));
        for (size_t i = 0; i < ids.n; i++)
            rows_addf(&rows, "%" PRId64, last = ids.items[i]);
        TRY(rows_run(db, &q_take_off, &rows, NULL));
        *n += (int64_t)ids.n;
    } while (ids.n);
    return RC_OK;
}

enum rc audit_verify(struct db *db, struct arena *a, int64_t now_ms)
{
    struct arena *page = arena_new(PAGE_ARENA_BYTES);
    struct verified before = { .link = "" };
    const char *now;
    int64_t n;

    enum rc rc = db_one(db, a, &q_latest, NO_ARGS, &before);
    if (rc == RC_OK || rc == RC_NOT_FOUND)
        rc = digest_of(db, a, &q_now, &now);
    if (rc == RC_OK)
        rc = take_off(db, page, &n);
    arena_free(page);
    TRY(rc);
    const char *text = arena_printf(a, "%s\n%s\n", before.link, now);
    return db_run(db, &q_verify,
                  ARGS(I64(now_ms), I64(n), STR(now), STR(sha256_hex(a, text, strlen(text)))),
                  NULL);
}

enum rc audit_new_since(struct db *db, struct arena *a, int64_t *since_ms)
{
    struct verified v;
    int64_t oldest_ms;
    enum rc rc = db_one(db, a, &q_latest, NO_ARGS, &v);

    *since_ms = 0;
    if (rc != RC_OK)
        return rc == RC_NOT_FOUND ? RC_OK : rc;
    TRY(db_number(db, a, &q_oldest, ARGS(I64(v.ran_ms)), &oldest_ms));
    *since_ms = MAX_OF(MIN_OF(v.ran_ms, oldest_ms) - AUDIT_OVERLAP_MS, 1);
    return RC_OK;
}
