/* Exposure: what pages count arrives in the table, day by day, whatever the file holds and however
 * many processes write it. Needs OVS_CONF of a site; the database is the test's own. */
#include "app/discovery/exposure.h"
#include "app/watching/spool.h"
#include "base/clock.h"
#include "io/store.h"
#include "own_db.h"

enum { WRITERS = 8, LINES_EACH = 500, NOON_MS = 12 * 60 * 60 * 1000 };
static const int64_t now_ms = 20000 * DAY_MS + NOON_MS;
static const int64_t ids[] = { 1, 2, 3 };

static struct arena *a;
static struct db *db;

/* A member and three videos. */
static const char *const world[] = {
    "INSERT INTO user (id, email, handle, display_name, created_ms) VALUES (1, 'a', 'a', 'A', 1)",
    "INSERT INTO video (id, public_id, user_id, category_id, title, created_ms) VALUES"
    " (1, 'AAAAAAAAAA1', 1, 1, 'A', 1), (2, 'AAAAAAAAAA2', 1, 1, 'B', 1),"
    " (3, 'AAAAAAAAAA3', 1, 1, 'C', 1)",
};

static int64_t flush(void)
{
    int64_t counted = -1;

    CHECK(exposure_flush(db, a, &counted) == RC_OK);
    return counted;
}

static struct exposure of(int64_t video_id)
{
    struct exposure_list list;

    CHECK(exposure_of(db, a, ids, COUNT(ids), &list) == RC_OK);
    return exposure_find(&list, video_id);
}

static const char *file(const char *suffix)
{
    return arena_printf(a, "exposure/%s%s", spool_node(), suffix);
}

static void put(const char *suffix, const char *text)
{
    CHECK(store_write(STORE_VAR, file(suffix), text, strlen(text)) == RC_OK);
}

/* Begin with nothing counted. */
static void empty(void)
{
    CHECK(store_remove(STORE_VAR, "exposure") == RC_OK);
    CHECK(db_script(own_admin, "DELETE FROM exposure") == RC_OK);
}

static void check_counts(void)
{
    struct exposure_days days;

    empty();
    CHECK_INT(flush(), 0); /* not even a folder */
    exposure_shown(now_ms, ids, 3);
    exposure_shown(now_ms, ids, 2);
    exposure_shown(now_ms, ids, 0);
    exposure_opened(a, now_ms, 7, 2);
    exposure_shown(now_ms + DAY_MS, ids + 1, 1);
    CHECK_INT(of(1).shown, 0); /* until it is flushed */
    CHECK_INT(flush(), 7);
    CHECK_INT(flush(), 0);
    CHECK_INT(of(1).shown, 2);
    CHECK_INT(of(2).shown, 3);
    CHECK_INT(of(2).opened, 1);
    CHECK_INT(of(3).shown, 1);
    CHECK_INT(of(4).shown, 0);
    exposure_shown(now_ms, ids, 3);
    CHECK_INT(flush(), 3);
    CHECK_INT(of(3).shown, 2); /* added to what there is */

    CHECK(exposure_days(db, a, 2, 20000, &days) == RC_OK);
    CHECK(days.n == 2);
    CHECK_INT(days.items[0].day, 20000);
    CHECK_INT(days.items[0].shown, 3);
    CHECK_INT(days.items[0].opened, 1);
    CHECK_INT(days.items[1].shown, 1);
    CHECK(exposure_days(db, a, 2, 20001, &days) == RC_OK);
    CHECK(days.n == 1);
}

/* Lines that are torn or not written by us; and videos that are gone. */
static void check_damage(void)
{
    empty();
    put("", "20000 s 1 2\n20000 s 1 20000 s 3\n20000 s 3 220000 o 2\nnonsense\n\n s 1\n-1 s 1\n"
            "20000 x 1\n20000 s 1 x\n20000 s -1\n20000 s 1 99\n99999999999 s 1\n20000 s\n"
            "20000 s 1+1\n20000 s 9223372036854775808\n20000 s 99 1\n20000 o 2\n20000 s 1 2 3");
    CHECK_INT(flush(), 8);
    CHECK_INT(of(1).shown, 3);
    CHECK_INT(of(2).shown, 1);
    CHECK_INT(of(2).opened, 1);
    CHECK_INT(of(3).shown, 0);
}

/* A flush was killed after it took the file: that file is read first, then what was counted
 * since. */
static void check_killed(void)
{
    empty();
    exposure_shown(now_ms, ids, 1);
    put(".taken", "20000 s 1 1\n");
    CHECK_INT(flush(), 2);
    CHECK_INT(of(1).shown, 2);
    CHECK_INT(flush(), 1);
    CHECK_INT(of(1).shown, 3);
}

static void check_full(void)
{
    static const char end[] = "\n20000 s 1\n";
    char *text = arena_alloc(a, EXPOSURE_SPOOL_MAX_BYTES);
    size_t n = EXPOSURE_SPOOL_MAX_BYTES - 1;
    int64_t bytes;

    empty();
    memset(text, 'x', n);
    memcpy(text + n - strlen(end), end, strlen(end));
    put("", text);
    exposure_shown(now_ms, ids, 3); /* no room: not counted, no error */
    CHECK(store_size(STORE_VAR, file(""), &bytes) == RC_OK);
    CHECK_INT(bytes, EXPOSURE_SPOOL_MAX_BYTES - 1);
    CHECK_INT(flush(), 1);
    exposure_shown(now_ms, ids, 3);
    CHECK_INT(flush(), 3);
}

/* As many as a page may name, and one more. */
static void check_limit(void)
{
    int64_t many[EXPOSURE_AT_ONCE_MAX + 1];

    empty();
    for (size_t i = 0; i < COUNT(many); i++)
        many[i] = INT64_MAX;
    many[0] = 1;
    exposure_shown(now_ms, many, COUNT(many));
    CHECK_INT(flush(), EXPOSURE_AT_ONCE_MAX);
    CHECK_INT(of(1).shown, 1);
}

/* Lines of many processes never mix. */
static void check_together(void)
{
    pid_t writers[WRITERS];

    empty();
    fflush(stdout);
    for (int i = 0; i < WRITERS; i++)
        if ((writers[i] = fork()) == 0) {
            for (int k = 0; k < LINES_EACH; k++)
                exposure_shown(now_ms, ids, 3);
            _exit(0);
        }
    for (int i = 0; i < WRITERS; i++)
        waitpid(writers[i], NULL, 0);
    CHECK_INT(flush(), 3 * WRITERS * LINES_EACH);
    CHECK_INT(of(2).shown, WRITERS * LINES_EACH);
}

int main(int argc, char **argv)
{
    static const struct check_case cases[] = {
        CASE(check_counts), CASE(check_damage), CASE(check_killed),
        CASE(check_full),   CASE(check_limit),  CASE(check_together),
    };

    CHECK_CHOOSE(argc, argv, cases);
    own_db("");
    a = arena_new(EXPOSURE_FLUSH_ARENA_BYTES);
    db = db_new(DB_ORDINARY, 10);
    for (size_t i = 0; i < COUNT(world); i++)
        CHECK(db_script(own_admin, world[i]) == RC_OK);
    check_run();
    CHECK(store_remove(STORE_VAR, "exposure") == RC_OK);
    db_close(db);
    arena_free(a);
    return check_done("exposure");
}
