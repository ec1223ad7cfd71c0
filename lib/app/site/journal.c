#include "app/site/journal.h"
#include "base/fmt.h"
#include "base/str.h"

SHAPE(journal_shape, struct journal_entry, COLUMN(struct journal_entry, id),
      COLUMN(struct journal_entry, at_ms), COLUMN(struct journal_entry, by_id),
      COLUMN(struct journal_entry, by), COLUMN(struct journal_entry, by_shell),
      COLUMN(struct journal_entry, what), COLUMN(struct journal_entry, about),
      COLUMN(struct journal_entry, why), COLUMN(struct journal_entry, member));

STMT(q_add, NULL,
     "INSERT INTO moderation_log (at_ms, by_id, by_shell, what, about, why)"
     " VALUES (?, ?, ?, ?, ?, ?)");

/* One statement a filter, so that each goes along its own index. */
#define ENTRIES                                                                                    \
    "SELECT t.id, t.at_ms, t.by_id, COALESCE(u.handle, '') AS `by`, t.by_shell, t.what, t.about,"  \
    " t.why, COALESCE(m.handle, '') AS member FROM moderation_log t LEFT JOIN user u"              \
    " ON u.id = t.by_id LEFT JOIN user m ON m.id = CASE WHEN t.about LIKE 'member:%' THEN"         \
    " CAST(SUBSTRING(t.about, 8) AS SIGNED) END WHERE t.id < ?"
#define NEWEST_FIRST " ORDER BY t.id DESC LIMIT ?"
STMT(q_list, &journal_shape, ENTRIES NEWEST_FIRST);
STMT(q_list_by, &journal_shape, ENTRIES " AND t.by_id = ?" NEWEST_FIRST);
STMT(q_list_about, &journal_shape, ENTRIES " AND t.about = ?" NEWEST_FIRST);
STMT(q_list_both, &journal_shape, ENTRIES " AND t.by_id = ? AND t.about = ?" NEWEST_FIRST);

enum rc journal_add(struct db *db, struct arena *a, struct actor by, const char *what,
                    const char *about, const char *why, int64_t now_ms)
{
    assert(strlen(about) <= JOURNAL_ABOUT_MAX_BYTES);
    return db_insert(db, &q_add,
                     ARGS(I64(now_ms), ID_OR_NULL(by.user_id), STR(by.shell),
                          STR(fmt_cut(a, what, JOURNAL_WHAT_MAX_CHARS)), STR(about),
                          STR(fmt_cut(a, why, JOURNAL_WHY_MAX_CHARS))),
                     NULL);
}

enum rc deed_check(struct arena *a, struct deed *d, struct problem *why)
{
    d->why = str_clean(a, d->why, false);
    return d->why[0] ? RC_OK : refuse(why, RC_INVALID, "reason", "Say in a few words why.");
}

enum rc deed_add(struct db *db, struct arena *a, const struct deed *d, const char *what,
                 const char *about)
{
    return journal_add(db, a, d->by, what, about, d->why, d->now_ms);
}

enum rc journal_list(struct db *db, struct arena *a, int64_t by_id, const char *about,
                     int64_t before, struct journal_list *out)
{
    int64_t below = before ? before : INT64_MAX;

    if (by_id && about[0])
        return DB_LIST(db, a, &q_list_both,
                       ARGS(I64(below), I64(by_id), STR(about), I64(JOURNAL_PAGE)), JOURNAL_PAGE,
                       out);
    if (by_id)
        return DB_LIST(db, a, &q_list_by, ARGS(I64(below), I64(by_id), I64(JOURNAL_PAGE)),
                       JOURNAL_PAGE, out);
    if (about[0])
        return DB_LIST(db, a, &q_list_about, ARGS(I64(below), STR(about), I64(JOURNAL_PAGE)),
                       JOURNAL_PAGE, out);
    return DB_LIST(db, a, &q_list, ARGS(I64(below), I64(JOURNAL_PAGE)), JOURNAL_PAGE, out);
}

const char *actor_name(struct arena *a, const char *handle, const char *shell)
{
    if (shell[0] == 0)
        return handle;
    return handle[0] ? arena_printf(a, "%s (shell of %s)", handle, shell)
                     : arena_printf(a, "shell of %s", shell);
}
