#include "app/leaving/erase.h"
#include "app/catalogue/recommend.h"
#include "app/leaving/takeout.h"
#include "app/income/subscription.h"
#include "app/people/account.h"
#include "app/publish/studio.h"
#include "app/site/journal.h"
#include "app/talk/comment.h"
#include "av/incoming.h"

enum { ITEM_ARENA_BYTES = 8 << 20, VIDEOS_AT_ONCE = 50 };

STMT(
    q_due, &number_shape,
    "SELECT user_id AS n FROM departure WHERE erased_ms = 0 AND due_ms <= ? ORDER BY due_ms LIMIT 50");
STMT(q_videos, &number_shape,
     "SELECT id AS n FROM video WHERE user_id = ? AND state <> 'deleted' ORDER BY id LIMIT 50");
STMT(q_erased, NULL, "UPDATE departure SET erased_ms = ? WHERE user_id = ?");

/* Likes and dislikes are counted at the video, and likes at the comment; both statements of a pair see the same
 * rows. */
STMT(q_uncount_ratings, NULL,
     "UPDATE video v JOIN (SELECT video_id, value FROM rating WHERE user_id = ? ORDER BY video_id"
     " LIMIT 1000) r ON r.video_id = v.id SET v.likes = v.likes - (r.value = 1),"
     " v.dislikes = v.dislikes - (r.value = -1)");
STMT(q_ratings, NULL, "DELETE FROM rating WHERE user_id = ? ORDER BY video_id LIMIT 1000");
STMT(
    q_uncount_likes, NULL,
    "UPDATE comment c JOIN (SELECT comment_id FROM comment_like WHERE user_id = ? ORDER BY comment_id"
    " LIMIT 1000) l ON l.comment_id = c.id SET c.likes = c.likes - 1");
STMT(q_likes, NULL, "DELETE FROM comment_like WHERE user_id = ? ORDER BY comment_id LIMIT 1000");

/* The rest is deleted or emptied as it is. Names of statements are those of tables. */
STMT(q_link, NULL, "DELETE FROM link WHERE user_id = ? LIMIT 1000");
STMT(q_totp, NULL, "DELETE FROM totp WHERE user_id = ? LIMIT 1000");
STMT(q_recovery_code, NULL, "DELETE FROM recovery_code WHERE user_id = ? LIMIT 1000");
STMT(q_passkey, NULL, "DELETE FROM passkey WHERE user_id = ? LIMIT 1000");
STMT(q_notice, NULL, "DELETE FROM notice WHERE user_id = ? LIMIT 1000");
STMT(q_notice_off, NULL, "DELETE FROM notice_off WHERE user_id = ? LIMIT 1000");
STMT(q_mail, NULL, "DELETE FROM mail WHERE user_id = ? LIMIT 1000");
STMT(q_followed, NULL, "DELETE FROM follow WHERE user_id = ? LIMIT 1000");
STMT(q_followers, NULL, "DELETE FROM follow WHERE channel_id = ? LIMIT 1000");
STMT(q_watch_position, NULL, "DELETE FROM watch_position WHERE user_id = ? LIMIT 1000");
STMT(q_login_seen, NULL, "DELETE FROM login_seen WHERE user_id = ? LIMIT 1000");
STMT(q_watch_break, NULL, "DELETE FROM watch_break WHERE user_id = ? LIMIT 1000");
STMT(q_watch_history, NULL, "DELETE FROM watch_history WHERE user_id = ? LIMIT 1000");
STMT(q_view_day, NULL, "DELETE FROM view_day WHERE user_id = ? LIMIT 1000");
STMT(q_media_opened, NULL, "DELETE FROM media_opened WHERE user_id = ? LIMIT 1000");
STMT(q_not_interested, NULL, "DELETE FROM not_interested WHERE user_id = ? LIMIT 1000");
STMT(q_taste, NULL, "DELETE FROM taste WHERE user_id = ? LIMIT 1000");
STMT(q_taste_category, NULL, "DELETE FROM taste_category WHERE user_id = ? LIMIT 1000");
STMT(q_playlist_video, NULL,
     "DELETE FROM playlist_video WHERE playlist_id IN (SELECT id FROM playlist WHERE user_id = ?)"
     " LIMIT 1000");
STMT(q_playlist, NULL, "DELETE FROM playlist WHERE user_id = ? LIMIT 1000");
STMT(q_name_key, NULL, "DELETE FROM name_key WHERE user_id = ? LIMIT 1000");
STMT(q_channel_search, NULL, "DELETE FROM channel_search WHERE user_id = ? LIMIT 1000");
STMT(q_comment_rule, NULL, "DELETE FROM comment_rule WHERE user_id = ? LIMIT 1000");
STMT(q_comments_of_others, NULL,
     "DELETE FROM comment WHERE owner_id = ? AND user_id <> owner_id LIMIT 1000");
STMT(
    q_comment_video, NULL,
    "DELETE FROM comment_video WHERE video_id IN (SELECT id FROM video WHERE user_id = ?) LIMIT 1000");
STMT(q_rendition, NULL,
     "DELETE FROM rendition WHERE video_id IN (SELECT id FROM video WHERE user_id = ?) LIMIT 1000");
STMT(q_video_ratings, NULL,
     "DELETE FROM rating WHERE video_id IN (SELECT id FROM video WHERE user_id = ?) LIMIT 1000");
STMT(
    q_upload_file, NULL,
    "INSERT INTO file_removal (folder, name) SELECT 'incoming', CONCAT(u.public_id, f.ending)"
    " FROM (SELECT public_id FROM upload WHERE user_id = ? AND video_id IS NULL ORDER BY id LIMIT 1000) u"
    " JOIN (SELECT '' AS ending UNION SELECT '" INCOMING_POSTER "') f");
STMT(q_upload_open, NULL,
     "DELETE FROM upload WHERE user_id = ? AND video_id IS NULL ORDER BY id LIMIT 1000");
STMT(q_upload, NULL, "DELETE FROM upload WHERE user_id = ? LIMIT 1000");
STMT(q_invoice_address, NULL, "DELETE FROM invoice_address WHERE user_id = ? LIMIT 1000");
STMT(q_session, NULL, "DELETE FROM session WHERE user_id = ? LIMIT 1000");
STMT(q_video, NULL,
     "UPDATE video SET title = 'Deleted video', description = '', tags = ''"
     " WHERE user_id = ? AND title <> 'Deleted video' LIMIT 1000");

static const struct stmt *const emptied[] = {
    &q_link,
    &q_totp,
    &q_recovery_code,
    &q_passkey,
    &q_notice,
    &q_notice_off,
    &q_mail,
    &q_followed,
    &q_followers,
    &q_watch_position,
    &q_login_seen,
    &q_watch_break,
    &q_watch_history,
    &q_view_day,
    &q_media_opened,
    &q_not_interested,
    &q_taste,
    &q_taste_category,
    &q_playlist_video,
    &q_playlist,
    &q_name_key,
    &q_channel_search,
    &q_comment_rule,
    &q_comments_of_others,
    &q_comment_video,
    &q_rendition,
    &q_video_ratings,
    &q_upload,
    &q_invoice_address,
    &q_session,
    &q_video,
};

/* By the connection that may change rows of money. */
STMT(q_payee_change, NULL, "DELETE FROM payee_change WHERE user_id = ? LIMIT 1000");
STMT(q_payout_hold, NULL,
     "UPDATE payout_hold SET appeal = '' WHERE user_id = ? AND appeal <> '' LIMIT 1000");
STMT(q_checkout, NULL, "UPDATE checkout SET back = '' WHERE user_id = ? AND back <> '' LIMIT 1000");

static const struct stmt *const emptied_money[] = { &q_payee_change, &q_payout_hold, &q_checkout };

struct erasing {
    struct arena *a; /* reset from page to page */
    int64_t user_id, now_ms;
    struct erased *sum;
    const struct stmt *count, *drop; /* of a pair */
    int64_t dropped;
};

static enum rc drop_videos(struct db *db, struct erasing *e)
{
    struct number_list list = { .n = VIDEOS_AT_ONCE };

    while (list.n == VIDEOS_AT_ONCE) {
        arena_reset(e->a);
        TRY(DB_LIST(db, e->a, &q_videos, ARGS(I64(e->user_id)), VIDEOS_AT_ONCE, &list));
        for (size_t i = 0; i < list.n; i++, e->sum->videos++)
            TRY(studio_delete(db, e->a, list.items[i], e->now_ms));
    }
    return RC_OK;
}

static enum rc drop_comments(struct db *db, struct erasing *e)
{
    size_t n = COMMENTS_OF_MAX;

    while (n == COMMENTS_OF_MAX) {
        arena_reset(e->a);
        TRY(comment_delete_of_member(db, e->a, e->user_id, &n));
        e->sum->rows += (int64_t)n;
    }
    return RC_OK;
}

static enum rc pair(struct db *db, void *arg)
{
    struct erasing *e = arg;

    TRY(db_run(db, e->count, ARGS(I64(e->user_id)), NULL));
    return db_run(db, e->drop, ARGS(I64(e->user_id)), &e->dropped);
}

static enum rc drop_pairs(struct db *db, struct erasing *e)
{
    static const struct stmt *const pairs[][2] = {
        { &q_uncount_ratings, &q_ratings },
        { &q_uncount_likes, &q_likes },
        { &q_upload_file, &q_upload_open },
    };

    for (size_t i = 0; i < COUNT(pairs); i++) {
        e->count = pairs[i][0], e->drop = pairs[i][1];
        do {
            TRY(db_transact(db, pair, e));
            e->sum->rows += e->dropped;
        } while (e->dropped == ERASE_PAGE);
    }
    return RC_OK;
}

static enum rc empty(struct db *db, struct erasing *e, const struct stmt *const *tables, size_t n)
{
    int64_t changed;

    for (size_t i = 0; i < n; i++)
        do {
            TRY(db_run(db, tables[i], ARGS(I64(e->user_id)), &changed));
            e->sum->rows += changed;
        } while (changed == ERASE_PAGE);
    return RC_OK;
}

/* No renewal, and nothing of how the money came and went that is not a record of it. */
static enum rc drop_money(struct db *money, struct erasing *e)
{
    struct subscription s;
    enum rc rc = subscription_get(money, e->a, e->user_id, &s);

    if (rc == RC_OK)
        rc = subscription_cancel(money, e->user_id, e->now_ms);
    if (rc == RC_OK)
        rc = subscription_set_from_earnings(money, e->user_id, false);
    if (rc != RC_OK && rc != RC_NOT_FOUND)
        return rc;
    return empty(money, e, emptied_money, COUNT(emptied_money));
}

static enum rc finish(struct db *db, void *arg)
{
    struct erasing *e = arg;

    TRY(recommend_forget(db, e->user_id));
    TRY(account_erase(db, e->a, e->user_id, e->now_ms));
    TRY(journal_add(db, e->a, (struct actor){ 0, "job:leave" }, "Deleted an account.",
                    arena_printf(e->a, "member:%" PRId64, e->user_id), "Its member asked for it.",
                    e->now_ms));
    return db_run(db, &q_erased, ARGS(I64(e->now_ms), I64(e->user_id)), NULL);
}

static enum rc erase(struct db *db, struct db *money, struct erasing *e)
{
    TRY(account_shut(db, e->user_id, e->now_ms));
    TRY(drop_videos(db, e));
    TRY(drop_comments(db, e));
    TRY(drop_pairs(db, e));
    arena_reset(e->a);
    TRY(takeout_drop_all(db, e->a, e->user_id));
    TRY(empty(db, e, emptied, COUNT(emptied)));
    TRY(drop_money(money, e));
    arena_reset(e->a);
    TRY(db_transact(db, finish, e));
    e->sum->members++;
    return RC_OK;
}

enum rc erase_run(struct db *db, struct db *money, struct arena *a, int64_t now_ms,
                  struct erased *sum)
{
    struct arena *item = arena_new(ITEM_ARENA_BYTES);
    struct number_list due;
    enum rc rc;

    *sum = (struct erased){ 0 };
    rc = DB_LIST(db, a, &q_due, ARGS(I64(now_ms)), ERASED_PER_RUN, &due);
    for (size_t i = 0; rc == RC_OK && i < due.n; i++) {
        struct erasing e = { .a = item, .user_id = due.items[i], .now_ms = now_ms, .sum = sum };
        rc = erase(db, money, &e);
    }
    arena_free(item);
    return rc;
}
