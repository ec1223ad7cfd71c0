/* The checks of audit.h that concern paid months: payments, units, shares and watching. */
#include "app/reports/audit_check.h"
#include "app/money/credit.h"
#include "app/money/unit.h"

/* The legs of the postings about a row. */
#define LEGS_OF(type, id)                                                                          \
    " FROM ledger_tx t JOIN ledger_leg l ON l.tx_id = t.id"                                        \
    " JOIN ledger_account d ON d.id = l.debit_id JOIN ledger_account c ON c.id = l.credit_id"      \
    " WHERE t.ref_type = '" type "' AND t.ref_id = CONVERT(" id " USING ascii)"

/* clang-format off */
STMT(q_invoices, &audit_finding,
     "SELECT CONCAT('payment ', id) AS subject, CONCAT('of ', amount_minor, ' with a fee of ',"
     " fee_minor, ' is in the ledger as ', invoiced, ' and ', fee) AS text"
     " FROM (SELECT p.id, p.amount_minor, p.fee_minor,"
     "  (SELECT COALESCE(SUM(l.amount_minor), 0)"
        LEGS_OF("payment", "p.id") " AND t.kind = 'invoice') AS invoiced,"
     "  (SELECT COALESCE(SUM(l.amount_minor), 0)"
        LEGS_OF("payment", "p.id") " AND t.kind = 'fee' AND d.code = 'liab:deferred') AS fee"
     "  FROM payment p WHERE EXISTS (SELECT 1 FROM unit WHERE payment_id = p.id)) x"
     " WHERE amount_minor <> invoiced OR fee_minor <> fee");
/* clang-format on */
STMT(q_months, &audit_finding,
     "SELECT CONCAT('payment ', id) AS subject, CONCAT('is for ', months, ' months of ',"
     " amount_minor, ', ', tax_minor, ' and ', fee_minor, ', its ', units, ' units say ', gross,"
     " ', ', tax, ' and ', fee) AS text FROM (SELECT p.id, p.months, p.amount_minor, p.tax_minor,"
     " p.fee_minor, COUNT(*) AS units, SUM(u.gross_minor) AS gross, SUM(u.tax_minor) AS tax,"
     " SUM(u.fee_minor) AS fee FROM payment p JOIN unit u ON u.payment_id = p.id GROUP BY p.id) x"
     " WHERE units <> months OR gross <> amount_minor OR tax <> tax_minor OR fee <> fee_minor");
/* clang-format off */
#define OUTSIDE(a) "(" a ".class = 'asset' OR " a ".code LIKE 'liab:member:%'" \
                   " OR " a ".code LIKE 'clearing:%' OR " a ".code = 'liab:voucher')"
STMT(q_reversals, &audit_finding,
     "SELECT CONCAT('reversal ', id) AS subject, CONCAT(state, ', of ', amount_minor, ' and ',"
     " fee_minor, ', is ', parts, ' of its months and ', given, ' in the ledger') AS text"
     " FROM (SELECT r.id, r.state, r.amount_minor, r.fee_minor,"
     "  (SELECT COALESCE(SUM(amount_minor), 0) FROM reversal_unit WHERE reversal_id = r.id) AS parts,"
     "  (SELECT COALESCE(SUM((" OUTSIDE("c") " - " OUTSIDE("d") ") * l.amount_minor), 0)"
        LEGS_OF("reversal", "r.id") ") AS given FROM reversal r) x"
     " WHERE given <> IF(state = 'done', amount_minor + fee_minor, 0)"
     " OR parts <> amount_minor AND (state = 'done' OR parts > 0)");
/* clang-format on */
STMT(q_refunded, &audit_finding,
     "SELECT CONCAT('unit ', id) AS subject, CONCAT('says that ', refunded_minor,"
     " ' were given back and ', frozen, ' disputes are open, its reversals say ', given, ' and ',"
     " disputes) AS text FROM (SELECT u.id, u.refunded_minor, u.frozen,"
     " (SELECT COALESCE(SUM(p.amount_minor), 0) FROM reversal_unit p JOIN reversal r"
     " ON r.id = p.reversal_id WHERE p.unit_id = u.id AND r.state = 'done') AS given,"
     " (SELECT COUNT(*) FROM reversal WHERE payment_id = u.payment_id AND state = 'open')"
     " AS disputes FROM unit u) x WHERE refunded_minor <> given OR frozen <> disputes");

enum rc audit_payments(struct db *db, struct arena *a, const struct audit_span *span,
                       struct finding_list *out)
{
    static const struct stmt *const checks[] = { &q_invoices, &q_months, &q_reversals,
                                                 &q_refunded };
    return audit_find(db, a, checks, COUNT(checks), span, out);
}

/* clang-format off */
/* An account's balance of each unit. */
#define OF(code) \
    " CAST(COALESCE(SUM(((c.code = '" code "') - (d.code = '" code "')) * l.amount_minor), 0) AS SIGNED)"
/* floor(of * (R - R0) / (G - R0)): the part of `of` taken back from a settled unit (reversal.h). */
#define TAKEN(of) \
    "IF(u.refunded_minor > u.settled_refunded_minor, COALESCE(" of                        \
    " * (u.refunded_minor - u.settled_refunded_minor)"                                    \
    " DIV (u.gross_minor - u.settled_refunded_minor), 0), 0)"
#define TAX_BACK "COALESCE(u.tax_minor * u.refunded_minor DIV u.gross_minor, 0)"
/* The money to be divided: the net before the fee if the platform bears it, else after it. */
#define LEFT_OVER \
    "GREATEST(u.gross_minor - u.tax_minor - IF(p.fees = 'shared', u.fee_minor, 0)"        \
    " - u.refunded_minor + " TAX_BACK ", 0)"
#define NET \
    LEFT_OVER " - IF(p.fees = 'shared', 0, LEAST(u.fee_minor, "                           \
    LEFT_OVER " - " LEFT_OVER " * p.share_bp DIV 10000))"
/* Balances per unit, each next to what it should be. */
#define BOOKS \
    "(SELECT u.id,"                                                                       \
    OF("liab:deferred") " AS deferred, IF(u.settled_ms > 0, 0, " NET ") AS want_deferred,"  \
    OF("liab:vat") " AS tax, u.tax_minor - " TAX_BACK " AS want_tax,"                     \
    OF("rev:platform") " AS platform, IF(u.settled_ms > 0, u.platform_minor - "           \
        TAKEN("u.platform_minor") ", 0) AS want_platform,"                                \
    OF("liab:idle") " AS idle, IF(u.settled_ms > 0, u.idle_minor - "                      \
        TAKEN("u.creators_minor")                                                         \
        " + (SELECT COALESCE(SUM(reversed_minor), 0) FROM unit_share WHERE unit_id = u.id)" \
        ", 0) AS want_idle"                                                               \
    " FROM unit u JOIN policy p ON p.id = u.policy_id LEFT JOIN ledger_leg l ON l.unit_id = u.id" \
    " LEFT JOIN ledger_account d ON d.id = l.debit_id"                                    \
    " LEFT JOIN ledger_account c ON c.id = l.credit_id GROUP BY u.id) x"
/* clang-format on */

STMT(q_books, &audit_finding,
     "SELECT CONCAT('unit ', id) AS subject, CONCAT('has ', deferred, ' deferred, ', tax, ' tax, ',"
     " platform, ' of the platform and ', idle, ' idle, should have ', want_deferred, ', ',"
     " want_tax, ', ', want_platform, ' and ', want_idle) AS text FROM " BOOKS
     " WHERE deferred <> want_deferred OR tax <> want_tax OR platform <> want_platform"
     " OR idle <> want_idle");
STMT(q_twice, &audit_finding,
     "SELECT CONCAT('unit ', l.unit_id) AS subject, CONCAT('was settled ', COUNT(DISTINCT t.id),"
     " ' times') AS text FROM ledger_tx t JOIN ledger_leg l ON l.tx_id = t.id"
     " WHERE t.kind = 'settle' GROUP BY l.unit_id HAVING COUNT(DISTINCT t.id) > 1");

enum rc audit_units(struct db *db, struct arena *a, const struct audit_span *span,
                    struct finding_list *out)
{
    static const struct stmt *const checks[] = { &q_books, &q_twice };
    return audit_find(db, a, checks, COUNT(checks), span, out);
}

/* A month that is closed but not yet posted is not in the ledger. */
#define POSTED                                                                                     \
    "NOT EXISTS (SELECT 1 FROM month_close m WHERE m.posted_ms = 0 AND m.month ="                  \
    " DATE_FORMAT(DATE_ADD('1970-01-01', INTERVAL u.settled_ms DIV 1000 SECOND), '%Y%m'))"
/* clang-format off */
#define CREATORS_LEGS(side, sign) \
    "SELECT l.unit_id, a.owner_id AS creator_id, SUBSTRING_INDEX(a.code, ':', -1) AS account, " \
    sign "l.amount_minor AS legs, 0 AS share FROM ledger_leg l"                                \
    " JOIN ledger_account a ON a.id = l." side                                                 \
    " WHERE l.unit_id > 0 AND a.code LIKE 'liab:creator:%'"
STMT(q_shares, &audit_finding,
     "SELECT CONCAT('unit ', unit_id) AS subject, CONCAT('has ', legs, ' ', account,"
     " ' for creator ', creator_id, ', the share is ', share) AS text"
     " FROM (SELECT unit_id, creator_id, account, SUM(legs) AS legs, SUM(share) AS share FROM ("
        CREATORS_LEGS("credit_id", "") " UNION ALL " CREATORS_LEGS("debit_id", "-")
     "  UNION ALL SELECT s.unit_id, s.creator_id, IF(v.matured_ms > 0, 'payable', 'held'), 0,"
     "  s.amount_minor - s.reversed_minor + s.absorbed_minor"
     "  FROM unit_share s JOIN unit v ON v.id = s.unit_id) y"
     "  GROUP BY unit_id, creator_id, account) x"
     " JOIN unit u ON u.id = x.unit_id WHERE legs <> share AND " POSTED);
/* clang-format on */
STMT(q_sum, &audit_finding,
     "SELECT CONCAT('unit ', id) AS subject, CONCAT('has ', net_minor, ' net and ', seconds,"
     " ' seconds, its parts have ', creators_minor, ' + ', platform_minor, ', its shares ', shares,"
     " ' and ', watched) AS text FROM (SELECT u.*, COALESCE(SUM(s.amount_minor), 0) AS shares,"
     " COALESCE(SUM(s.seconds), 0) AS watched, p.rule FROM unit u JOIN policy p"
     " ON p.id = u.policy_id LEFT JOIN unit_share s ON s.unit_id = u.id WHERE u.settled_ms > 0"
     " GROUP BY u.id) x WHERE net_minor <> creators_minor + platform_minor"
     " OR (rule = 'user' AND shares + idle_minor <> creators_minor)"
     " OR (watched > 0 AND watched <> seconds)");
STMT(q_order, &audit_finding,
     "SELECT CONCAT('unit ', id) AS subject, 'has matured, but is not settled' AS text FROM unit"
     " WHERE matured_ms > 0 AND settled_ms = 0");

/* A settled unit with its terms. */
struct settled {
    int64_t id, gross_minor, tax_minor, fee_minor, refunded_minor;
    int64_t net_minor, creators_minor, platform_minor, idle_minor;
    int64_t share_bp;
    bool fees_shared, by_user;
};
SHAPE(settled_shape, struct settled, COLUMN(struct settled, id),
      COLUMN(struct settled, gross_minor), COLUMN(struct settled, tax_minor),
      COLUMN(struct settled, fee_minor), COLUMN(struct settled, refunded_minor),
      COLUMN(struct settled, net_minor), COLUMN(struct settled, creators_minor),
      COLUMN(struct settled, platform_minor), COLUMN(struct settled, idle_minor),
      COLUMN(struct settled, share_bp), COLUMN(struct settled, fees_shared),
      COLUMN(struct settled, by_user));
struct settled_list {
    struct settled *items;
    size_t n;
};
STMT(q_settled, &settled_shape,
     "SELECT u.id, u.gross_minor, u.tax_minor, u.fee_minor,"
     " IF(u.net_minor = 0, u.refunded_minor, u.settled_refunded_minor) AS refunded_minor,"
     " u.net_minor, u.creators_minor, u.platform_minor, u.idle_minor, p.share_bp,"
     " p.fees = 'shared' AS fees_shared, p.rule = 'user' AS by_user FROM unit u"
     " JOIN policy p ON p.id = u.policy_id WHERE u.id > ? AND u.settled_ms > 0 ORDER BY u.id"
     " LIMIT 1000");

/* Divide the unit's money a second time and compare. */
static enum rc divide_again(struct db *db, struct arena *a, const struct settled *u,
                            struct finding_list *out)
{
    const struct unit unit = { .gross_minor = u->gross_minor,
                               .tax_minor = u->tax_minor,
                               .fee_minor = u->fee_minor,
                               .refunded_minor = u->refunded_minor };
    struct unit_split split;
    struct unit_share_list shares;
    const char *subject = arena_printf(a, "unit %" PRId64, u->id);

    unit_split(&unit, u->share_bp, u->fees_shared, &split);
    if (split.net != u->net_minor || split.creators != u->creators_minor ||
        split.platform != u->platform_minor)
        audit_add(
            a, out, subject,
            arena_printf(
                a, "was split into %" PRId64 " and %" PRId64 ", should be %" PRId64 " and %" PRId64,
                u->creators_minor, u->platform_minor, split.creators, split.platform));
    if (!u->by_user)
        return RC_OK;
    TRY(unit_shares(db, a, u->id, &shares));
    struct part *parts = arena_array(a, struct part, shares.n + 1);
    for (size_t i = 0; i < shares.n; i++)
        parts[i] = (struct part){ shares.items[i].creator_id, shares.items[i].seconds, 0 };
    divide_by_weight(u->creators_minor - u->idle_minor, parts, shares.n);
    for (size_t i = 0; i < shares.n; i++)
        if (parts[i].amount != shares.items[i].amount_minor)
            audit_add(a, out, subject,
                      arena_printf(a, "gives creator %" PRId64 " %" PRId64 ", should be %" PRId64,
                                   parts[i].id, shares.items[i].amount_minor, parts[i].amount));
    return RC_OK;
}

enum rc audit_shares(struct db *db, struct arena *a, const struct audit_span *span,
                     struct finding_list *out)
{
    static const struct stmt *const checks[] = { &q_shares, &q_sum, &q_order };
    struct arena *page = arena_new(64 << 20);
    struct settled_list units;
    int64_t last = 0;

    enum rc rc = audit_find(db, a, checks, COUNT(checks), span, out);
    do {
        arena_reset(page);
        if (rc == RC_OK)
            rc = DB_LIST(db, page, &q_settled, ARGS(I64(last)), DB_ROWS_MAX, &units);
        for (size_t i = 0; rc == RC_OK && i < units.n; i++) {
            struct finding_list found = { 0 };
            rc = divide_again(db, page, &units.items[i], &found);
            for (size_t k = 0; k < found.n; k++)
                audit_add(a, out, arena_str(a, found.items[k].subject),
                          arena_str(a, found.items[k].text));
            last = units.items[i].id;
        }
    } while (rc == RC_OK && units.n);
    arena_free(page);
    return rc;
}

STMT(q_day, &audit_finding,
     "SELECT CONCAT('member ', user_id) AS subject, CONCAT('is credited ', SUM(credited_ms),"
     " ' ms on day ', day) AS text FROM watch_day GROUP BY user_id, day"
     " HAVING SUM(credited_ms) > 57600000");
STMT(q_video, &audit_finding,
     "SELECT CONCAT('member ', w.user_id) AS subject, CONCAT('is credited ', SUM(w.credited_ms),"
     " ' ms on day ', w.day, ' for video ', w.video_id, ' of ', v.length_ms, ' ms') AS text"
     " FROM watch_day w JOIN video v ON v.id = w.video_id AND v.length_ms > 0"
     " GROUP BY w.user_id, w.day, w.video_id, v.length_ms HAVING SUM(w.credited_ms) > v.length_ms");
STMT(q_seconds, &audit_finding,
     "SELECT CONCAT('unit ', s.unit_id) AS subject, CONCAT('counts ', s.seconds,"
     " ' seconds for creator ', s.creator_id, ', credited are ', COALESCE(SUM(w.credited_ms)"
     " DIV 1000, 0)) AS text FROM unit_share s LEFT JOIN watch_day w ON w.unit_id = s.unit_id"
     " AND w.creator_id = s.creator_id GROUP BY s.unit_id, s.creator_id, s.seconds"
     " HAVING s.seconds > COALESCE(SUM(w.credited_ms) DIV 1000, 0)");

static_assert(CREDIT_DAY_MAX_MS == 57600000, "stands in q_day");

enum rc audit_watching(struct db *db, struct arena *a, const struct audit_span *span,
                       struct finding_list *out)
{
    static const struct stmt *const checks[] = { &q_day, &q_video, &q_seconds };
    return audit_find(db, a, checks, COUNT(checks), span, out);
}
