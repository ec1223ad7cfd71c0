/* The checks of audit.h that concern paid months: payments, units, shares and watching. */
#include "app/reports/audit_check.h"
#include "app/money/credit.h"
#include "app/money/unit.h"

/* The legs of the postings about a row. */
#define LEGS_OF(type, id)                                                                          \
    " FROM ledger_tx t JOIN ledger_leg l ON l.tx_id = t.id"                                        \
    " JOIN ledger_account d ON d.id = l.debit_id JOIN ledger_account c ON c.id = l.credit_id"      \
    " WHERE t.ref_type = '" type "' AND t.ref_id = CONVERT(" id " USING ascii)"

/* The payments of months that are new. */
#define PAYMENTS                                                                                   \
    "(SELECT DISTINCT nu.payment_id AS id FROM " AUDIT_UNITS " nn JOIN unit nu ON nu.id = nn.id)"

/* clang-format off */
STMT(q_invoices, &audit_finding,
     "SELECT CONCAT('payment ', id) AS subject, CONCAT('of ', amount_minor, ' with a fee of ',"
     " fee_minor, ' is in the ledger as ', invoiced, ' and ', fee) AS text"
     " FROM (SELECT p.id, p.amount_minor, p.fee_minor,"
     "  (SELECT COALESCE(SUM(IF(t.reverses IS NULL, 1, -1) * l.amount_minor), 0)"
        LEGS_OF("payment", "p.id") " AND t.kind = 'invoice') AS invoiced,"
     "  (SELECT COALESCE(SUM(IF(t.reverses IS NULL, d.code = 'liab:deferred',"
     "  -(c.code = 'liab:deferred')) * l.amount_minor), 0)"
        LEGS_OF("payment", "p.id") " AND t.kind = 'fee') AS fee"
     "  FROM " PAYMENTS " n JOIN payment p ON p.id = n.id) x"
     " WHERE amount_minor <> invoiced OR fee_minor <> fee");
/* The day of a payment is that of what stands of its postings. */
STMT(q_days, &audit_finding,
     "SELECT CONCAT('payment ', p.id) AS subject, CONCAT('has the date ', p.paid_ms, ', its posting ',"
     " t.ikey, ' has ', t.effective_ms) AS text FROM " PAYMENTS " n JOIN payment p ON p.id = n.id"
     " JOIN ledger_tx t ON t.ref_type = 'payment' AND t.ref_id = CONVERT(p.id USING ascii)"
     " LEFT JOIN ledger_tx r ON r.reverses = t.id"
     " WHERE t.reverses IS NULL AND r.id IS NULL AND t.effective_ms <> p.paid_ms");
/* clang-format on */
STMT(q_months, &audit_finding,
     "SELECT CONCAT('payment ', id) AS subject, CONCAT('is for ', months, ' months of ',"
     " amount_minor, ', ', tax_minor, ' and ', fee_minor, ', its ', units, ' units say ', gross,"
     " ', ', tax, ' and ', fee) AS text FROM (SELECT p.id, p.months, p.amount_minor, p.tax_minor,"
     " p.fee_minor, COUNT(*) AS units, SUM(u.gross_minor) AS gross, SUM(u.tax_minor) AS tax,"
     " SUM(u.fee_minor) AS fee FROM " PAYMENTS
     " n JOIN payment p ON p.id = n.id JOIN unit u ON u.payment_id = p.id GROUP BY p.id) x"
     " WHERE units <> months OR gross <> amount_minor OR tax <> tax_minor OR fee <> fee_minor");
/* clang-format off */
#define CHANGED(r) "(" r ".created_ms >= ? OR " r ".done_ms >= ? OR " r ".undone_ms >= ?)"
/* Reversals that are new: themselves, or with a new posting. */
#define REVERSALS \
    "(SELECT nr.id FROM reversal nr WHERE " CHANGED("nr") \
    " UNION SELECT CAST(nt.ref_id AS SIGNED) FROM ledger_tx nt WHERE nt.created_ms >= ?" \
    " AND nt.ref_type = 'reversal')"
/* Months that are new, or whose payment has such a reversal. */
#define REVERSED \
    "(SELECT nn.id FROM " AUDIT_UNITS " nn UNION SELECT nu.id FROM reversal nr" \
    " JOIN unit nu ON nu.payment_id = nr.payment_id WHERE " CHANGED("nr") ")"
#define OUTSIDE(a) "(" a ".class = 'asset' OR " a ".code LIKE 'liab:member:%'" \
                   " OR " a ".code LIKE 'clearing:%' OR " a ".code = 'liab:voucher')"
STMT(q_reversals, &audit_finding,
     "SELECT CONCAT('reversal ', id) AS subject, CONCAT(state, ', of ', amount_minor, ' and ',"
     " fee_minor, ', is ', parts, ' of its months and ', given, ' in the ledger') AS text"
     " FROM (SELECT r.id, r.state, r.amount_minor, r.fee_minor,"
     "  (SELECT COALESCE(SUM(amount_minor), 0) FROM reversal_unit WHERE reversal_id = r.id) AS parts,"
     "  (SELECT COALESCE(SUM((" OUTSIDE("c") " - " OUTSIDE("d") ") * l.amount_minor), 0)"
        LEGS_OF("reversal", "r.id") ") AS given FROM " REVERSALS " n JOIN reversal r ON r.id = n.id) x"
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
     " AS disputes FROM " REVERSED
     " n JOIN unit u ON u.id = n.id) x WHERE refunded_minor <> given OR frozen <> disputes");

enum rc audit_payments(struct db *db, struct arena *a, const struct audit_span *span,
                       struct finding_list *out)
{
    static const struct stmt *const checks[] = { &q_invoices, &q_days, &q_months, &q_reversals,
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
    " FROM " AUDIT_UNITS " n JOIN unit u ON u.id = n.id JOIN policy p ON p.id = u.policy_id" \
    " LEFT JOIN ledger_leg l ON l.unit_id = u.id" \
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
     " ' times') AS text FROM " AUDIT_UNITS
     " n JOIN ledger_leg l ON l.unit_id = n.id JOIN ledger_tx t ON t.id = l.tx_id"
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
    sign "l.amount_minor AS legs, 0 AS share FROM " AUDIT_UNITS                                \
    " n JOIN ledger_leg l ON l.unit_id = n.id JOIN ledger_account a ON a.id = l." side          \
    " WHERE a.code LIKE 'liab:creator:%'"
STMT(q_shares, &audit_finding,
     "SELECT CONCAT('unit ', unit_id) AS subject, CONCAT('has ', legs, ' ', account,"
     " ' for creator ', creator_id, ', the share is ', share) AS text"
     " FROM (SELECT unit_id, creator_id, account, SUM(legs) AS legs, SUM(share) AS share FROM ("
        CREATORS_LEGS("credit_id", "") " UNION ALL " CREATORS_LEGS("debit_id", "-")
     "  UNION ALL SELECT s.unit_id, s.creator_id, IF(v.matured_ms > 0, 'payable', 'held'), 0,"
     "  s.amount_minor - s.reversed_minor + s.absorbed_minor"
     "  FROM " AUDIT_UNITS " n JOIN unit_share s ON s.unit_id = n.id"
     "  JOIN unit v ON v.id = s.unit_id) y"
     "  GROUP BY unit_id, creator_id, account) x"
     " JOIN unit u ON u.id = x.unit_id WHERE legs <> share AND " POSTED);
/* clang-format on */
STMT(
    q_sum, &audit_finding,
    "SELECT CONCAT('unit ', id) AS subject, CONCAT('has ', net_minor, ' net and ', seconds,"
    " ' seconds, its parts have ', creators_minor, ' + ', platform_minor, ', its shares ', shares,"
    " ' and ', watched) AS text FROM (SELECT u.*, COALESCE(SUM(s.amount_minor), 0) AS shares,"
    " COALESCE(SUM(s.seconds), 0) AS watched, p.rule FROM " AUDIT_UNITS
    " n JOIN unit u ON u.id = n.id JOIN policy p ON p.id = u.policy_id LEFT JOIN unit_share s ON s.unit_id = u.id WHERE u.settled_ms > 0"
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

/* A share of a settled unit; creator_id 0: it has none. */
struct given {
    struct settled unit;
    int64_t creator_id, seconds, amount_minor;
};
static const struct column given_columns[] = {
    COLUMN_AS(struct given, unit.id, "id"),
    COLUMN_AS(struct given, unit.gross_minor, "gross_minor"),
    COLUMN_AS(struct given, unit.tax_minor, "tax_minor"),
    COLUMN_AS(struct given, unit.fee_minor, "fee_minor"),
    COLUMN_AS(struct given, unit.refunded_minor, "refunded_minor"),
    COLUMN_AS(struct given, unit.net_minor, "net_minor"),
    COLUMN_AS(struct given, unit.creators_minor, "creators_minor"),
    COLUMN_AS(struct given, unit.platform_minor, "platform_minor"),
    COLUMN_AS(struct given, unit.idle_minor, "idle_minor"),
    COLUMN_AS(struct given, unit.share_bp, "share_bp"),
    COLUMN_AS(struct given, unit.fees_shared, "fees_shared"),
    COLUMN_AS(struct given, unit.by_user, "by_user"),
    COLUMN(struct given, creator_id),
    COLUMN(struct given, seconds),
    COLUMN(struct given, amount_minor),
};
static const struct shape given_shape = { sizeof(struct given), COUNT(given_columns),
                                          given_columns };
STMT(q_given, &given_shape,
     "SELECT u.id, u.gross_minor, u.tax_minor, u.fee_minor,"
     " IF(u.net_minor = 0, u.refunded_minor, u.settled_refunded_minor) AS refunded_minor,"
     " u.net_minor, u.creators_minor, u.platform_minor, u.idle_minor, p.share_bp,"
     " p.fees = 'shared' AS fees_shared, p.rule = 'user' AS by_user, s.creator_id, s.seconds,"
     " s.amount_minor FROM " AUDIT_UNITS " n JOIN unit u ON u.id = n.id JOIN policy p"
     " ON p.id = u.policy_id LEFT JOIN unit_share s ON s.unit_id = u.id WHERE u.settled_ms > 0"
     " ORDER BY u.id, s.creator_id");

/* The shares of one unit, which come together. */
struct dividing {
    struct arena *a;
    struct finding_list *out;
    struct settled unit; /* id 0: none yet */
    struct part parts[UNIT_CREATORS_MAX];
    int64_t amounts[UNIT_CREATORS_MAX];
    size_t n;
};

/* Divide the unit's money a second time and compare. */
static void divide_again(struct dividing *d)
{
    const struct settled *u = &d->unit;
    const struct unit unit = { .gross_minor = u->gross_minor,
                               .tax_minor = u->tax_minor,
                               .fee_minor = u->fee_minor,
                               .refunded_minor = u->refunded_minor };
    struct unit_split split;
    const char *subject;

    unit_split(&unit, u->share_bp, u->fees_shared, &split);
    divide_by_weight(u->creators_minor - u->idle_minor, d->parts, d->n); /* by id already */
    if (split.net != u->net_minor || split.creators != u->creators_minor ||
        split.platform != u->platform_minor) {
        subject = arena_printf(d->a, "unit %" PRId64, u->id);
        audit_add(d->a, d->out, subject,
                  arena_printf(d->a,
                               "was split into %" PRId64 " and %" PRId64 ", should be %" PRId64
                               " and %" PRId64,
                               u->creators_minor, u->platform_minor, split.creators,
                               split.platform));
    }
    for (size_t i = 0; u->by_user && i < d->n; i++)
        if (d->parts[i].amount != d->amounts[i]) {
            subject = arena_printf(d->a, "unit %" PRId64, u->id);
            audit_add(d->a, d->out, subject,
                      arena_printf(d->a,
                                   "gives creator %" PRId64 " %" PRId64 ", should be %" PRId64,
                                   d->parts[i].id, d->amounts[i], d->parts[i].amount));
        }
}

static enum rc take_share(const void *row, void *arg)
{
    const struct given *g = row;
    struct dividing *d = arg;

    if (d->unit.id && d->unit.id != g->unit.id)
        divide_again(d);
    if (d->unit.id != g->unit.id) {
        d->unit = g->unit;
        d->n = 0;
    }
    if (g->creator_id == 0 || d->n == UNIT_CREATORS_MAX)
        return RC_OK;
    d->parts[d->n] = (struct part){ g->creator_id, g->seconds, 0 };
    d->amounts[d->n++] = g->amount_minor;
    return RC_OK;
}

enum rc audit_shares(struct db *db, struct arena *a, const struct audit_span *span,
                     struct finding_list *out)
{
    static const struct stmt *const checks[] = { &q_shares, &q_sum, &q_order };
    struct dividing *d = arena_array(a, struct dividing, 1);
    const struct arg since[] = {
        I64(span->since_ms), I64(span->since_ms), I64(span->since_ms), { ARG_END, 0, 0, NULL }
    };

    TRY(audit_find(db, a, checks, COUNT(checks), span, out));
    d->a = a;
    d->out = out;
    TRY(db_each(db, a, &q_given, since, take_share, d));
    if (d->unit.id)
        divide_again(d);
    return RC_OK;
}

/* The days on which months that are new were watched; all that counts on such a day is added up. */
#define DAYS                                                                                       \
    "(SELECT DISTINCT nw.user_id, nw.day FROM " AUDIT_UNITS                                        \
    " nn JOIN watch_day nw ON nw.unit_id = nn.id) n JOIN watch_day w ON w.user_id = n.user_id"     \
    " AND w.day = n.day"
STMT(q_day, &audit_finding,
     "SELECT CONCAT('member ', w.user_id) AS subject, CONCAT('is credited ', SUM(w.credited_ms),"
     " ' ms on day ', w.day) AS text FROM " DAYS " GROUP BY w.user_id, w.day"
     " HAVING SUM(w.credited_ms) > 57600000");
STMT(q_video, &audit_finding,
     "SELECT CONCAT('member ', w.user_id) AS subject, CONCAT('is credited ', SUM(w.credited_ms),"
     " ' ms on day ', w.day, ' for video ', w.video_id, ' of ', v.length_ms, ' ms') AS text"
     " FROM " DAYS " JOIN video v ON v.id = w.video_id AND v.length_ms > 0"
     " GROUP BY w.user_id, w.day, w.video_id, v.length_ms HAVING SUM(w.credited_ms) > v.length_ms");
STMT(q_seconds, &audit_finding,
     "SELECT CONCAT('unit ', s.unit_id) AS subject, CONCAT('counts ', s.seconds,"
     " ' seconds for creator ', s.creator_id, ', credited are ', COALESCE(SUM(w.credited_ms)"
     " DIV 1000, 0)) AS text FROM " AUDIT_UNITS " n JOIN unit_share s ON s.unit_id = n.id"
     " LEFT JOIN watch_day w ON w.unit_id = s.unit_id AND w.creator_id = s.creator_id"
     " GROUP BY s.unit_id, s.creator_id, s.seconds"
     " HAVING s.seconds > COALESCE(SUM(w.credited_ms) DIV 1000, 0)");

static_assert(CREDIT_DAY_MAX_MS == 57600000, "stands in q_day");

enum rc audit_watching(struct db *db, struct arena *a, const struct audit_span *span,
                       struct finding_list *out)
{
    static const struct stmt *const checks[] = { &q_day, &q_video, &q_seconds };
    return audit_find(db, a, checks, COUNT(checks), span, out);
}
