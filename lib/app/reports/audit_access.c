/* The check of audit.h on time: units that are paid and not settled can be watched in, as long as
 * they are, nobody has access without one, and what was watched counts where it is paid. */
#include "app/reports/audit_check.h"

/* clang-format off */
#define PAID "(u.gross_minor = 0 OR u.refunded_minor < u.gross_minor) AND u.frozen = 0"
STMT(q_without, &audit_finding,
     "SELECT CONCAT('unit ', id) AS subject, CONCAT('is paid for ', IF(length_ms > 0, length_ms, 'a month'),"
     " IF(length_ms > 0, ' ms', ''), ', members can watch in ', had, ' ms of it') AS text"
     " FROM (SELECT u.id, u.length_ms, COALESCE(SUM(p.ends_ms - p.starts_ms), 0) AS had, COUNT(p.unit_id) AS spans"
     "  FROM unit u LEFT JOIN paid_span p ON p.unit_id = u.id WHERE u.settled_ms = 0 AND " PAID
     "  GROUP BY u.id, u.length_ms) x"
     " WHERE had <> IF(length_ms > 0, length_ms, LEAST(GREATEST(had, 2419200000), 2678400000))"
     " OR (length_ms = 0 AND spans <> 1)"); /* 28 to 31 days */
STMT(q_period, &audit_finding,
     "SELECT CONCAT('unit ', id) AS subject, CONCAT('is shown from ', starts_ms, ' to ', ends_ms,"
     " ', its time is from ', first_ms, ' to ', last_ms) AS text"
     " FROM (SELECT u.id, u.starts_ms, u.ends_ms, MIN(p.starts_ms) AS first_ms, MAX(p.ends_ms) AS last_ms"
     "  FROM unit u JOIN paid_span p ON p.unit_id = u.id WHERE u.settled_ms = 0"
     "  GROUP BY u.id, u.starts_ms, u.ends_ms) x WHERE starts_ms <> first_ms OR ends_ms <> last_ms");
STMT(q_gone, &audit_finding,
     "SELECT DISTINCT CONCAT('unit ', u.id) AS subject, 'was given back in full and has time' AS text"
     " FROM unit u JOIN paid_span p ON p.unit_id = u.id WHERE u.settled_ms = 0 AND u.gross_minor > 0"
     " AND u.refunded_minor = u.gross_minor");
STMT(q_overlap, &audit_finding,
     "SELECT CONCAT('member ', user_id) AS subject, CONCAT('has paid twice for the time from ', starts_ms,"
     " ', with units ', unit_id, ' and ', before_id) AS text FROM (SELECT user_id, starts_ms, unit_id,"
     "  LAG(ends_ms) OVER (PARTITION BY user_id ORDER BY starts_ms) AS before_ms,"
     "  LAG(unit_id) OVER (PARTITION BY user_id ORDER BY starts_ms) AS before_id FROM paid_span"
     "  WHERE ends_ms >= ?) x"
     " WHERE before_ms > starts_ms");
STMT(q_gap, &audit_finding,
     "SELECT CONCAT('member ', p.user_id) AS subject, CONCAT('cannot watch before ', p.starts_ms,"
     " ' in what unit ', p.unit_id, ' pays for') AS text FROM paid_span p WHERE p.starts_ms > ?"
     " AND NOT EXISTS (SELECT 1 FROM paid_span q WHERE q.user_id = p.user_id AND q.ends_ms = p.starts_ms)");
STMT(q_until, &audit_finding,
     "SELECT CONCAT('member ', user_id) AS subject, CONCAT('may watch until ', paid_until_ms,"
     " ' and in grace until ', grace_until_ms, ', the paid time ends at ', ends_ms) AS text"
     " FROM (SELECT s.user_id, s.paid_until_ms, s.grace_until_ms, COALESCE((SELECT MAX(p.ends_ms)"
     "  FROM paid_span p WHERE p.user_id = s.user_id), 0) AS ends_ms FROM subscription s) x"
     " WHERE paid_until_ms <> ends_ms OR grace_until_ms > ends_ms + 5184000000"); /* 60 days */
/* Time moves when months are paid, given back or disputed: looks at the members with new ones. */
STMT(q_counted, &audit_finding,
     "SELECT CONCAT('unit ', id) AS subject, CONCAT('counts ', credited, ' ms of watching on day ', day,"
     " ', ', paid, ' ms of that day are its own') AS text FROM (SELECT u.id, w.day, SUM(w.credited_ms) AS credited,"
     "  (SELECT COALESCE(SUM(LEAST(p.ends_ms, (w.day + 1) * 86400000) - GREATEST(p.starts_ms, w.day * 86400000)), 0)"
     "   FROM paid_span p WHERE p.unit_id = u.id AND p.user_id = w.user_id"
     "   AND p.starts_ms < (w.day + 1) * 86400000 AND p.ends_ms > w.day * 86400000) AS paid"
     "  FROM (SELECT nu.user_id FROM " AUDIT_UNITS " nn JOIN unit nu ON nu.id = nn.id"
     "   UNION SELECT np.user_id FROM reversal nr JOIN payment np ON np.id = nr.payment_id"
     "   WHERE nr.created_ms >= ? OR nr.done_ms >= ? OR nr.undone_ms >= ?) n"
     "  JOIN unit u ON u.user_id = n.user_id AND u.settled_ms = 0"
     "  JOIN watch_day w ON w.unit_id = u.id AND w.credited_ms > 0"
     "  WHERE NOT EXISTS (SELECT 1 FROM watch_dirty d WHERE d.user_id = w.user_id AND d.day = w.day)"
     "  GROUP BY u.id, w.user_id, w.day) x WHERE credited > paid");
/* clang-format on */

enum rc audit_access(struct db *db, struct arena *a, const struct audit_span *span,
                     struct finding_list *out)
{
    static const struct stmt *const checks[] = { &q_without, &q_period, &q_gone,
                                                 &q_overlap, &q_until,  &q_counted };
    static const struct stmt *const gap[] = { &q_gap };
    struct finding_list gaps;

    TRY(audit_find(db, a, checks, COUNT(checks), span, out));
    TRY(audit_find_with(db, a, gap, COUNT(gap), ARGS(I64(span->now_ms)), &gaps));
    for (size_t i = 0; i < gaps.n; i++)
        audit_add(a, out, gaps.items[i].subject, gaps.items[i].text);
    return RC_OK;
}
