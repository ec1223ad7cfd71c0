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
#define ACCESS_MS "GREATEST(s.paid_until_ms, s.grace_until_ms)"
#define PAID      " LEFT JOIN subscription s ON s.user_id = u.id WHERE u.id < ?"

/* Along an index each: everybody, the few of a group, and those whose name begins so. A very common beginning
 * finds the first MEMBERS_MATCHED_MAX by name. */
#define NEWEST_FIRST " ORDER BY u.id DESC LIMIT ?"
#define THESE(ids)   " FROM (" ids ") f JOIN user u ON u.id = f.id"
#define RESTRICTED                                                                                 \
    "SELECT id FROM user WHERE blocked = 1 UNION SELECT id FROM user WHERE suspended_until_ms > ?"
STMT(q_newest, &member_shape, MEMBER " FROM user u" PAID NEWEST_FIRST);
STMT(q_paying, &member_shape, MEMBER " FROM user u" PAID " AND " ACCESS_MS " > ?" NEWEST_FIRST);
STMT(q_unpaid, &member_shape, MEMBER " FROM user u" PAID " AND " ACCESS_MS " <= ?" NEWEST_FIRST);
STMT(q_restricted, &member_shape, MEMBER THESE(RESTRICTED) PAID NEWEST_FIRST);
STMT(q_closed, &member_shape, MEMBER " FROM user u" PAID " AND u.closed_ms > 0" NEWEST_FIRST);
STMT(q_staff, &member_shape, MEMBER " FROM user u" PAID " AND u.role > 0" NEWEST_FIRST);

#define NAMED(column) "(SELECT id FROM user WHERE " column " LIKE ? ORDER BY " column " LIMIT 2000)"
/* The group's number is that of enum member_group. */
STMT(q_named, &member_shape,
     MEMBER THESE(NAMED("handle") " UNION " NAMED("display_name") " UNION " NAMED("email")) PAID
     " AND CASE ? WHEN 1 THEN " ACCESS_MS " > ? WHEN 2 THEN " ACCESS_MS " <= ?"
     " WHEN 3 THEN u.blocked OR u.suspended_until_ms > ? WHEN 4 THEN u.closed_ms > 0"
     " WHEN 5 THEN u.role > 0 ELSE TRUE END" NEWEST_FIRST);

static enum rc of_group(struct db *db, struct arena *a, enum member_group group, int64_t below,
                        int64_t now_ms, struct member_list *out)
{
    static const struct stmt *const lists[] = { &q_newest,     &q_paying, &q_unpaid,
                                                &q_restricted, &q_closed, &q_staff };
    struct arg args[4], *p = args;

    if (group == MEMBERS_RESTRICTED)
        *p++ = (struct arg)I64(now_ms);
    *p++ = (struct arg)I64(below);
    if (group == MEMBERS_PAYING || group == MEMBERS_UNPAID)
        *p++ = (struct arg)I64(now_ms);
    *p++ = (struct arg)I64(MEMBERS_PAGE + 1);
    *p = (struct arg){ .type = ARG_END };
    return DB_LIST(db, a, lists[group], args, MEMBERS_PAGE + 1, out);
}

enum rc member_find(struct db *db, struct arena *a, const char *text, bool by_email,
                    enum member_group group, int64_t before, int64_t now_ms,
                    struct member_list *out)
{
    const char *like = db_prefix(a, text);
    /* A handle is ASCII, and the server does not compare it with anything else along an index. */
    const char *handle = strlen(text) == str_chars(text) ? like : "";
    int64_t below = before ? before : INT64_MAX;

    if (!text[0])
        return of_group(db, a, group, below, now_ms, out);
    return DB_LIST(db, a, &q_named,
                   ARGS(STR(handle), STR(like), STR(by_email ? like : ""), I64(below),
                        I64((int64_t)group), I64(now_ms), I64(now_ms), I64(now_ms),
                        I64(MEMBERS_PAGE + 1)),
                   MEMBERS_PAGE + 1, out);
}
