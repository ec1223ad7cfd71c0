/* Following: what a page of it costs with 100 follows among 10,000 videos, its order and its limit.
 * Needs OVS_CONF of a running site for its database server. */
#include "app/people/channel.h"
#include "base/sb.h"
#include "io/db_conn.h"
#include "numbers.h"
#include "own_db.h"

enum { MEMBER = 1000, FOLLOWS = 100, CREATORS = 400, VIDEOS = 10000, HANDS = 4 };
#define FIRST_MS INT64_C(1700000000000)

static struct arena *a;
static struct db *db;

/* 10,000 videos by 400 creators in turn; the member follows the first 100 of them. */
static const char *const world[] = {
    "INSERT INTO user (id, email, handle, display_name, created_ms) SELECT n,"
    " CONCAT('u', n, '@example.org'), CONCAT('u', n), LPAD(n, 4, '0'), 1 FROM " TEN_THOUSAND
    " WHERE n <= 400",
    "INSERT INTO user (id, email, handle, display_name, created_ms)"
    " VALUES (1000, 'm@example.org', 'm', 'M', 1)",
    "INSERT INTO video (id, public_id, user_id, category_id, title, state, created_ms, published_ms)"
    " SELECT n, LPAD(n, 11, 'v'), 1 + n MOD 400, 1, 'Film', 'ready', 1, 1700000000000 + n"
    " FROM " TEN_THOUSAND,
    "INSERT INTO follow (user_id, channel_id, since_ms) SELECT 1000, id, 1 FROM user WHERE id <= 100",
};

extern const struct stmt *const __start_stmts[], *const __stop_stmts[];

static const char *sql_with(const char *part)
{
    for (const struct stmt *const *q = __start_stmts; q < __stop_stmts; q++)
        if (*q && strstr((*q)->sql, part))
            return (*q)->sql;
    CHECK(!"there is such a statement");
    return "";
}

/* The first cell of the answer to a text: MySQL does not say before the execution which columns an
 * EXPLAIN or ANALYZE has. */
static const char *cell(const char *sql)
{
    CHECK_INT(db_conn_query(db, sql), RC_OK);
    MYSQL_RES *answer = mysql_store_result(db->c);
    MYSQL_ROW row = answer ? mysql_fetch_row(answer) : NULL;
    const char *text = row ? arena_printf(a, "%s", row[0]) : "";
    mysql_free_result(answer);
    return text;
}

/* How the server would execute it: JSON with an object for each table. */
static const char *plan_of(const char *sql, const int64_t *args)
{
    struct sb o = { .a = a };

    sb_str(&o, "EXPLAIN FORMAT=JSON ");
    for (; *sql; sql++)
        if (*sql == '?')
            sb_addf(&o, "%" PRId64, *args++);
        else
            sb_add(&o, sql, 1);
    CHECK_INT(db_script(db, "SET @any = 1 /*!80300 , explain_json_format_version = 1 */"), RC_OK);
    cell("ANALYZE TABLE user, video, follow");
    return cell(o.buf);
}

/* Within each followed creator only the index is read, and only the rows of the page beyond it. */
static void check_plan(void)
{
    const char *plan = plan_of(sql_with("FROM (SELECT v.id FROM follow f"),
                               (const int64_t[]){ MEMBER, VIDEO_PAGE + 1, 0 });
    const char *all = strstr(plan, "\"access_type\": \"ALL\"");
    const char *of_creator = strstr(plan, "\"key\": \"video_newest_of_user\"");
    const char *in_index = of_creator ? strstr(of_creator, "\"using_index\": true") : NULL;
    const char *next = of_creator ? strstr(of_creator, "\"table_name\"") : NULL;

    CHECK(all && strstr(all, "\"materialized") && !strstr(all + 1, "\"access_type\": \"ALL\""));
    CHECK(in_index && (next == NULL || in_index < next));
}

/* Video i is by creator 1 + i mod 400: 10000 is by the first one, 9999 to 9700 by none that is
 * followed. */
static void check_videos(void)
{
    struct video_list page;
    int64_t before = INT64_MAX;

    CHECK_INT(channel_followed_videos(db, a, MEMBER, 0, &page), RC_OK);
    CHECK_INT((int64_t)page.n, VIDEO_PAGE + 1);
    CHECK_INT(page.items[0].id, 10000);
    CHECK_INT(page.items[1].id, 9699);
    CHECK_INT(page.items[24].id, 9676);
    CHECK_INT(channel_followed_videos(db, a, MEMBER, 4, &page), RC_OK);
    for (size_t i = 0; i < page.n; i++) {
        CHECK(page.items[i].user_id <= FOLLOWS);
        CHECK(page.items[i].published_ms < before);
        before = page.items[i].published_ms;
    }
    CHECK_INT(page.items[4].id, 9600);
    CHECK_INT(page.items[5].id, 9299);
}

static void check_followed(void)
{
    struct followed_list list;

    CHECK_INT(channel_followed(db, a, MEMBER, 0, &list), RC_OK);
    CHECK_INT((int64_t)list.n, FOLLOWED_PAGE + 1);
    CHECK_INT(list.items[0].all, FOLLOWS);
    CHECK_STR(list.items[0].name, "0001");
    CHECK_INT(list.items[0].videos, VIDEOS / CREATORS);
    CHECK_INT(list.items[0].latest_ms, FIRST_MS + VIDEOS);
    CHECK_INT(channel_followed(db, a, MEMBER, 2, &list), RC_OK);
    CHECK_INT((int64_t)list.n, FOLLOWS - 2 * FOLLOWED_PAGE);
}

/* Several processes follow at the limit, which is not exceeded. */
static void follow_some(int which)
{
    struct db *own = db_new(DB_ORDINARY, 30);
    struct problem why = { NULL, NULL };
    bool ok = true;

    for (int64_t id = FOLLOWS + 1 + which; id <= CREATORS; id += HANDS) {
        enum rc rc = channel_follow(own, a, MEMBER, id, true, 1, &why);
        ok &= rc == RC_OK || (rc == RC_INVALID && strstr(why.text, "2000 creators"));
    }
    _exit(ok ? 0 : 1);
}

static void check_limit(void)
{
    struct problem why = { NULL, NULL };
    struct followed_list list;
    int status;

    CHECK_INT(channel_follow(db, a, MEMBER, MEMBER, true, 1, &why), RC_DENIED);
    CHECK_INT(db_script(db, "INSERT INTO user (id, email, handle, display_name, created_ms)"
                            " SELECT n, CONCAT('u', n, '@example.org'), CONCAT('u', n), 'Many', 1"
                            " FROM " TEN_THOUSAND " WHERE n BETWEEN 2001 AND 3890"),
              RC_OK);
    CHECK_INT(db_script(db, "INSERT INTO follow (user_id, channel_id, since_ms)"
                            " SELECT 1000, id, 1 FROM user WHERE id > 2000"),
              RC_OK);
    fflush(stdout);
    for (int i = 0; i < HANDS; i++)
        if (fork() == 0)
            follow_some(i);
    for (int i = 0; i < HANDS; i++) {
        wait(&status);
        CHECK_INT(status, 0);
    }
    CHECK_INT(channel_followed(db, a, MEMBER, 0, &list), RC_OK);
    CHECK_INT(list.items[0].all, FOLLOWS_MAX);
    CHECK_INT(channel_follow(db, a, MEMBER, 1, true, 1, &why), RC_OK); /* followed already */
}

int main(int argc, char **argv)
{
    static const struct check_case cases[] = {
        CASE(check_plan),
        CASE(check_videos),
        CASE(check_followed),
        CASE(check_limit),
    };

    CHECK_CHOOSE(argc, argv, cases);
    own_db("");
    a = arena_new(64 << 20);
    db = db_new(DB_ADMIN, 30);
    for (size_t i = 0; i < COUNT(world); i++)
        CHECK_INT(db_script(db, world[i]), RC_OK);
    struct db *apart = db_new(DB_ADMIN, 30); /* what it answers is not read */
    CHECK_INT(db_script(apart, "ANALYZE TABLE user, video, follow"), RC_OK);
    db_close(apart);
    check_run();
    db_close(db);
    arena_free(a);
    return check_done("unit_channel");
}
