#include "app/people/announce.h"
#include "app/notify/notify.h"
#include "app/site/live.h"
#include "base/conf.h"
#include "base/fmt.h"
#include "base/str.h"

STMT(q_members, &number_shape,
     "SELECT id AS n FROM user WHERE id > ? AND closed_ms = 0 ORDER BY id LIMIT 500");

struct batch {
    struct arena *a;
    struct live_row row;
    struct notice notice;
    struct number_list members;
    int64_t now_ms;
};

/* "Days of grace: 5 instead of 7. Costs have risen." */
static const char *sentence(struct arena *a, const struct live_key *k, const struct live_row *row,
                            const char *was, const char *will_be)
{
    if (k->kind == LIVE_TEXT)
        return arena_printf(a, "%s: %s", k->title, row->why);
    return arena_printf(a, "%s: %s instead of %s. %s", k->title, will_be, was, row->why);
}

static enum rc write_notice(struct db *db, struct batch *b)
{
    const struct live_key *k = live_key(b->row.name);
    const char *before;

    if (k == NULL)
        return RC_FAIL; /* a row of a newer version */
    TRY(live_before(db, b->a, &b->row, &before));
    const char *after = b->row.has_value ? b->row.value : conf_filed(b->a, k->name);
    const char *was = live_words(b->a, k, before), *will_be = live_words(b->a, k, after);
    bool price = str_eq(k->name, "price_minor");
    b->notice = (struct notice){
        .kind = price ? NOTICE_PRICE_CHANGE : NOTICE_TERMS_CHANGE,
        .once = arena_printf(b->a, "setting:%" PRId64, b->row.id),
        .link = k->kind == LIVE_TEXT ? arena_printf(b->a, "/%s", k->name) : "/terms",
        .values = { .at = fmt_date(b->a, b->row.from_ms) },
    };
    if (price) {
        b->notice.values.was = was;
        b->notice.values.amount = will_be;
    } else
        b->notice.values.text = sentence(b->a, k, &b->row, was, will_be);
    return RC_OK;
}

static enum rc tell(struct db *db, void *arg)
{
    struct batch *b = arg;
    size_t n = b->members.n;

    for (size_t i = 0; i < n; i++) {
        b->notice.user_id = b->members.items[i];
        TRY(notify(db, b->a, &b->notice, b->now_ms));
    }
    return live_note_told(db, b->row.id, n ? b->members.items[n - 1] : b->row.told_id,
                          n < ANNOUNCE_BATCH, b->now_ms);
}

enum rc announce_run(struct db *db, struct arena *a, int64_t now_ms, int64_t *told)
{
    struct batch b = { .a = a, .now_ms = now_ms };

    *told = 0;
    for (int i = 0; i < ANNOUNCE_BATCHES_PER_RUN; i++) {
        enum rc rc = live_untold(db, a, &b.row);
        if (rc != RC_OK)
            return rc == RC_NOT_FOUND && i ? RC_OK : rc;
        TRY(write_notice(db, &b));
        TRY(DB_LIST(db, a, &q_members, ARGS(I64(b.row.told_id)), ANNOUNCE_BATCH, &b.members));
        TRY(db_transact(db, tell, &b));
        *told += (int64_t)b.members.n;
    }
    return RC_OK;
}
