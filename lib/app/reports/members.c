#include "app/reports/members.h"
#include "base/str.h"

WORDS(member_group,
      "", [MEMBERS_ALL] = "all", [MEMBERS_PAYING] = "paying", [MEMBERS_UNPAID] = "unpaid",
      [MEMBERS_RESTRICTED] = "restricted", [MEMBERS_CLOSED] = "closed", [MEMBERS_STAFF] = "staff");

SHAPE(member_shape, struct member, COLUMN(struct member, id), COLUMN(struct member, role),
      COLUMN(struct member, created_ms), COLUMN(struct member, closed_ms),
      COLUMN(struct member, suspended_until_ms), COLUMN(struct member, seen_ms),
      COLUMN(struct member, handle), COLUMN(struct member, name), COLUMN(struct member, email),
      COLUMN(struct member, blocked), COLUMN_AS(struct member, paid.user_id, "paid_user_id"),
      COLUMN_AS(struct member, paid.paid_until_ms, "paid_until_ms"),
      COLUMN_AS(struct member, paid.grace_until_ms, "grace_until_ms"),
      COLUMN_AS(struct member, paid.cancelled_ms, "cancelled_ms"),
      COLUMN_AS(struct member, paid.disputed, "disputed"),
      COLUMN_AS(struct member, paid.from_earnings, "from_earnings"));

#define MEMBER                                                                                     \
    "SELECT u.id, u.role, u.created_ms, u.closed_ms, u.suspended_until_ms, (SELECT MAX(l.used_ms)" \
    " FROM session l WHERE l.user_id = u.id) AS seen_ms, u.handle, u.display_name AS name,"        \
    " u.email, u.blocked, s.user_id AS paid_user_id, s.paid_until_ms, s.grace_until_ms,"           \
    " s.cancelled_ms, s.disputed, s.from_earnings"
#define PAID " LEFT JOIN subscription s ON s.user_id = u.id WHERE u.id < ?"

/* The group's number is that of enum member_group. */
#define OF_GROUP                                                                                   \
    " AND CASE ? WHEN 1 THEN GREATEST(s.paid_until_ms, s.grace_until_ms) > ?"                      \
    " WHEN 2 THEN GREATEST(s.paid_until_ms, s.grace_until_ms) <= ?"                                \
    " WHEN 3 THEN u.blocked OR u.suspended_until_ms > ? WHEN 4 THEN u.closed_ms > 0"               \
    " WHEN 5 THEN u.role > 0 ELSE TRUE END ORDER BY u.id DESC LIMIT ?"
STMT(q_newest, &member_shape, MEMBER " FROM user u" PAID OF_GROUP);
STMT(q_named, &member_shape,
     MEMBER " FROM (SELECT id FROM user WHERE handle LIKE ? UNION SELECT id FROM user"
            " WHERE display_name LIKE ? UNION SELECT id FROM user WHERE email LIKE ?) f"
            " JOIN user u ON u.id = f.id" PAID OF_GROUP);

enum rc member_find(struct db *db, struct arena *a, const char *text, bool by_email,
                    enum member_group group, int64_t before, int64_t now_ms,
                    struct member_list *out)
{
    const char *like = db_prefix(a, text);
    /* A handle is ASCII, and the server does not compare it with anything else along an index. */
    const char *handle = strlen(text) == str_chars(text) ? like : "";
    int64_t below = before ? before : INT64_MAX;

    if (!text[0])
        return DB_LIST(db, a, &q_newest,
                       ARGS(I64(below), I64((int64_t)group), I64(now_ms), I64(now_ms), I64(now_ms),
                            I64(MEMBERS_PAGE + 1)),
                       MEMBERS_PAGE + 1, out);
    return DB_LIST(db, a, &q_named,
                   ARGS(STR(handle), STR(like), STR(by_email ? like : ""), I64(below),
                        I64((int64_t)group), I64(now_ms), I64(now_ms), I64(now_ms),
                        I64(MEMBERS_PAGE + 1)),
                   MEMBERS_PAGE + 1, out);
}
