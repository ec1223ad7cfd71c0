#include "app/talk/moderate.h"
#include "base/str.h"

struct moderation {
    struct arena *a;
    int64_t id, now_ms;
    enum comment_act act;
    struct actor by;
    const char *reason;
};

static enum rc moderate(struct db *db, void *arg)
{
    static const char *const what[] = { [COMMENT_BLOCK] = "Comment hidden until it is decided",
                                        [COMMENT_REMOVE] = "Comment removed",
                                        [COMMENT_RESTORE] = "Comment restored" };
    const struct moderation *m = arg;

    TRY((m->act == COMMENT_BLOCK    ? comment_hide
         : m->act == COMMENT_REMOVE ? comment_remove
                                    : comment_restore)(db, m->a, m->id));
    return journal_add(db, m->a, m->by, what[m->act], arena_printf(m->a, "comment:%" PRId64, m->id),
                       m->reason, m->now_ms);
}

enum rc comment_moderate(struct db *db, struct arena *a, int64_t id, enum comment_act act,
                         struct actor by, const char *reason, int64_t now_ms, struct problem *why)
{
    struct moderation m = { a, id, now_ms, act, by, str_clean(a, reason, false) };

    if (!m.reason[0])
        return refuse(why, RC_INVALID, "reason", "Write down why; the journal keeps it.");
    return db_transact(db, moderate, &m);
}
