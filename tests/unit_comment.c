/* Comments: what each act does to one in each state, and that the counts stay what the rows say. Needs
 * OVS_CONF of a running site for its database server. */
#include "app/talk/comment.h"
#include "own_db.h"

enum { ADA = 1, BEN = 2, VIDEO = 7 };

static struct arena *a;
static struct db *db;

STMT(q_user, NULL,
     "INSERT INTO user (id, email, handle, display_name, created_ms) VALUES (?, ?, ?, ?, 1)");
STMT(q_video, NULL,
     "INSERT INTO video (id, public_id, user_id, category_id, title, visibility, state, created_ms)"
     " VALUES (7, 'AAAAAAAAAA7', 1, 1, 'Film', 'public', 'ready', 1)");
STMT(q_none, NULL, "DELETE FROM comment WHERE id > 0");
STMT(q_no_counts, NULL, "DELETE FROM comment_video WHERE video_id > 0");
STMT(q_add, NULL,
     "INSERT INTO comment (id, video_id, owner_id, user_id, parent_id, text, state, free_state,"
     " replies, made_ms) VALUES (?, 7, 1, 2, ?, 'Text', ?, ?, ?, 1)");
STMT(q_counted, NULL, "INSERT INTO comment_video (video_id, shown, pinned_id) VALUES (7, ?, ?)");
STMT(q_shown, &number_shape, "SELECT shown AS n FROM comment_video WHERE video_id = 7");
STMT(q_pinned, &number_shape,
     "SELECT COALESCE(pinned_id, 0) AS n FROM comment_video WHERE video_id = 7");
STMT(q_replies, &number_shape, "SELECT replies AS n FROM comment WHERE id = ?");
STMT(q_state, &number_shape,
     "SELECT FIELD(state, 'shown', 'held', 'hidden', 'blocked', 'removed', 'deleted') - 1 AS n"
     " FROM comment WHERE id = ?");
STMT(q_text, &number_shape, "SELECT LENGTH(text) AS n FROM comment WHERE id = ?");
STMT(q_should, &number_shape,
     "SELECT COUNT(*) AS n FROM comment c LEFT JOIN comment p ON p.id = c.parent_id"
     " WHERE c.state = 'shown' AND (p.id IS NULL OR p.state = 'shown')");

static int64_t number(const struct stmt *q, const struct arg *args)
{
    int64_t n = -1;
    CHECK_INT(db_number(db, a, q, args, &n), RC_OK);
    return n;
}

static void add(int64_t id, int64_t parent, const char *state, const char *free_state, int replies)
{
    CHECK_INT(db_run(db, &q_add,
                     ARGS(I64(id), ID_OR_NULL(parent), STR(state), STR(free_state), I64(replies)),
                     NULL),
              RC_OK);
}

/* Comment 10 with the answers 11, which is shown, and 12, which is held; and comment 20. */
static void fresh(void)
{
    CHECK_INT(db_run(db, &q_none, NO_ARGS, NULL), RC_OK);
    CHECK_INT(db_run(db, &q_no_counts, NO_ARGS, NULL), RC_OK);
    add(10, 0, "shown", NULL, 1);
    add(11, 10, "shown", NULL, 0);
    add(12, 10, "held", NULL, 0);
    add(20, 0, "shown", NULL, 0);
    CHECK_INT(db_run(db, &q_counted, ARGS(I64(3), I64(10)), NULL), RC_OK);
}

static void counts_are_right(void)
{
    CHECK_INT(number(&q_shown, NO_ARGS), number(&q_should, NO_ARGS));
}

static void moderation(void)
{
    fresh();
    CHECK_INT(comment_hide(db, a, 10), RC_OK);
    CHECK_INT(number(&q_shown, NO_ARGS), 1);
    CHECK_INT(number(&q_pinned, NO_ARGS), 0);
    CHECK_INT(comment_hide(db, a, 10), RC_OK);
    counts_are_right();
    CHECK_INT(comment_remove(db, a, 11), RC_OK);
    CHECK_INT(comment_remove(db, a, 10), RC_OK);
    counts_are_right();
    CHECK_INT(comment_restore(db, a, 10), RC_OK);
    CHECK_INT(number(&q_shown, NO_ARGS), 2);
    CHECK_INT(number(&q_replies, ARGS(I64(10))), 0);
    CHECK_INT(comment_restore(db, a, 11), RC_OK);
    CHECK_INT(number(&q_shown, NO_ARGS), 3);
    CHECK_INT(number(&q_replies, ARGS(I64(10))), 1);
    counts_are_right();
}

/* What was held before it was removed waits again after it is restored. */
static void restored_as_it_was(void)
{
    fresh();
    CHECK_INT(comment_remove(db, a, 12), RC_OK);
    CHECK_INT(comment_hide(db, a, 12), RC_OK);
    CHECK_INT(comment_restore(db, a, 12), RC_OK);
    CHECK_INT(number(&q_state, ARGS(I64(12))), COMMENT_HELD);
    CHECK_INT(comment_restore(db, a, 12), RC_OK);
    CHECK_INT(number(&q_state, ARGS(I64(12))), COMMENT_HELD);
    counts_are_right();
}

static void creators(void)
{
    bool changed;

    fresh();
    CHECK_INT(comment_show(db, a, 12, &changed), RC_OK);
    CHECK(changed);
    CHECK_INT(number(&q_shown, NO_ARGS), 4);
    CHECK_INT(comment_show(db, a, 12, &changed), RC_OK);
    CHECK(!changed);
    CHECK_INT(comment_conceal(db, a, 12, &changed), RC_OK);
    CHECK_INT(comment_conceal(db, a, 10, &changed), RC_OK);
    CHECK_INT(number(&q_shown, NO_ARGS), 1);
    CHECK_INT(comment_remove(db, a, 11), RC_OK);
    CHECK_INT(comment_show(db, a, 11, &changed), RC_CONFLICT);
    CHECK_INT(comment_conceal(db, a, 11, &changed), RC_CONFLICT);
    CHECK_INT(comment_show(db, a, 10, &changed), RC_OK);
    counts_are_right();
}

static void deleted_is_gone(void)
{
    struct comment c;

    fresh();
    CHECK_INT(comment_get(db, a, 11, &c), RC_OK);
    CHECK_STR(comment_path(a, &c), "/watch/AAAAAAAAAA7/comments?thread=10&at=11#comment-11");
    CHECK_STR(c.handle, "ben");
    CHECK_STR(c.text, "Text");
    CHECK_INT(c.parent_id, 10);
    CHECK_INT(comment_delete(db, a, 11), RC_OK);
    CHECK_INT(number(&q_text, ARGS(I64(11))), 0);
    CHECK_INT(comment_get(db, a, 11, &c), RC_NOT_FOUND);
    CHECK_INT(comment_restore(db, a, 11), RC_NOT_FOUND);
    CHECK_INT(comment_delete(db, a, 11), RC_NOT_FOUND);
    counts_are_right();
}

static void all_of_a_member(void)
{
    struct comment_list list;
    size_t n;

    fresh();
    CHECK_INT(comment_of_member(db, a, BEN, 10, &list), RC_OK);
    CHECK_INT((int64_t)list.n, 3);
    CHECK_INT(comment_delete_of_member(db, a, BEN, &n), RC_OK);
    CHECK_INT((int64_t)n, 4);
    CHECK_INT(comment_delete_of_member(db, a, BEN, &n), RC_OK);
    CHECK_INT((int64_t)n, 0);
    CHECK_INT(number(&q_shown, NO_ARGS), 0);
}

int main(int argc, char **argv)
{
    static const struct check_case cases[] = {
        CASE(moderation),      CASE(restored_as_it_was), CASE(creators),
        CASE(deleted_is_gone), CASE(all_of_a_member),
    };

    CHECK_CHOOSE(argc, argv, cases);
    own_db("");
    a = arena_new(8 << 20);
    db = db_new(DB_ADMIN, 30);
    CHECK_INT(db_run(db, &q_user, ARGS(I64(ADA), STR("a@x.org"), STR("ada"), STR("Ada")), NULL),
              RC_OK);
    CHECK_INT(db_run(db, &q_user, ARGS(I64(BEN), STR("b@x.org"), STR("ben"), STR("Ben")), NULL),
              RC_OK);
    CHECK_INT(db_run(db, &q_video, NO_ARGS, NULL), RC_OK);
    check_run();
    db_close(db);
    arena_free(a);
    return check_done("unit_comment");
}
