/* Limits against a real database, once with the site's cache and once without one. Needs OVS_CONF of
 * a running site. */
#include "app/site/throttle.h"
#include "base/clock.h"
#include "base/conf.h"
#include "check.h"
#include "io/cache.h"
#include "io/secret.h"
#include <sys/wait.h>
#include <unistd.h>

enum { CHILDREN = 6, TRIES_EACH = 20, RACE_MAX = 50 };

static const int64_t noon_ms = 12 * HOUR_MS; /* of some day: windows are cut from midnight */
static struct arena *a;
static struct db *db;

static const char *new_key(void) { return random_id(a, 9); }

static enum rc count_one(const struct limit *limit, const char *key, int64_t now_ms)
{
    struct problem why;
    return throttle_count(db, a, limit, key, now_ms, &why);
}

static enum rc check_one(const struct limit *limit, const char *key, int64_t now_ms)
{
    return throttle_check(db, a, limit, key, now_ms, NULL);
}

static void limits_hold(void)
{
    const struct limit three = { "unit", HOUR_MS, 3 }, other = { "unit-2", HOUR_MS, 3 };
    const char *key = new_key();

    CHECK_INT(check_one(&three, key, noon_ms), RC_OK);
    for (int i = 0; i < 3; i++)
        CHECK_INT(count_one(&three, key, noon_ms), RC_OK);
    CHECK_INT(check_one(&three, key, noon_ms), RC_LIMITED);
    CHECK_INT(count_one(&three, key, noon_ms), RC_LIMITED);
    CHECK_INT(count_one(&three, key, noon_ms + HOUR_MS - 1), RC_LIMITED);
    CHECK_INT(check_one(&three, key, noon_ms + HOUR_MS), RC_OK); /* the next window */
    CHECK_INT(count_one(&three, key, noon_ms + HOUR_MS), RC_OK);
    CHECK_INT(check_one(&three, key, noon_ms - 1), RC_OK); /* the one before */
    CHECK_INT(check_one(&three, new_key(), noon_ms), RC_OK);
    CHECK_INT(check_one(&other, key, noon_ms), RC_OK);
}

static void text_says_when(void)
{
    static const struct {
        int64_t window_ms, into_ms;
        const char *text;
    } cases[] = {
        { 15 * MINUTE_MS, 3 * MINUTE_MS, "Too many attempts. Try again in 12 minutes." },
        { 15 * MINUTE_MS, 3 * MINUTE_MS + 1, "Too many attempts. Try again in 12 minutes." },
        { 15 * MINUTE_MS, 3 * MINUTE_MS - 1, "Too many attempts. Try again in 13 minutes." },
        { 15 * MINUTE_MS, 14 * MINUTE_MS, "Too many attempts. Try again in a minute." },
        { 15 * MINUTE_MS, 15 * MINUTE_MS - 1, "Too many attempts. Try again in a minute." },
        { DAY_MS, 0, "Too many attempts. Try again in 24 hours." },
        { DAY_MS, 22 * HOUR_MS + 29 * MINUTE_MS, "Too many attempts. Try again in 2 hours." },
        { DAY_MS, 22 * HOUR_MS + 30 * MINUTE_MS, "Too many attempts. Try again in 90 minutes." },
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        const struct limit one = { "unit", cases[i].window_ms, 1 };
        const char *key = new_key();
        struct problem why = { NULL, NULL };
        CHECK_INT(count_one(&one, key, DAY_MS), RC_OK);
        CHECK_INT(throttle_check(db, a, &one, key, DAY_MS + cases[i].into_ms, &why), RC_LIMITED);
        CHECK_STR(why.text, cases[i].text);
    }
}

/* The cache saves the statement of a refusal, and nothing else. */
static void statements(void)
{
    const struct limit one = { "unit", HOUR_MS, 1 };
    const char *key = new_key();
    bool cached = cache_answers();

    db_count_reset(db);
    CHECK_INT(count_one(&one, key, noon_ms), RC_OK);
    CHECK_INT(db_count(db), 1);
    CHECK_INT(check_one(&one, key, noon_ms), RC_LIMITED);
    CHECK_INT(db_count(db), 2);
    CHECK_INT(check_one(&one, key, noon_ms), RC_LIMITED);
    CHECK_INT(count_one(&one, key, noon_ms), RC_LIMITED);
    CHECK_INT(db_count(db), cached ? 2 : 4);
}

struct undone {
    const struct limit *limit;
    const char *key;
};

static enum rc count_and_fail(struct db *in, void *arg)
{
    const struct undone *u = arg;

    CHECK_INT(throttle_count(in, a, u->limit, u->key, noon_ms, NULL), RC_OK);
    return RC_FAIL;
}

static void undone_counts_nothing(void)
{
    const struct limit one = { "unit", HOUR_MS, 1 };
    struct undone u = { &one, new_key() };

    CHECK_INT(db_transact(db, count_and_fail, &u), RC_FAIL);
    CHECK_INT(check_one(&one, u.key, noon_ms), RC_OK);
}

/* At the same time: exactly `max` pass. */
static void race(void)
{
    const struct limit limit = { "unit", HOUR_MS, RACE_MAX };
    const char *key = new_key();
    int64_t passed = 0;
    int status;

    for (int i = 0; i < CHILDREN; i++)
        if (fork() == 0) {
            db = db_new(DB_READER, 5);
            int mine = 0;
            for (int k = 0; k < TRIES_EACH; k++)
                mine += count_one(&limit, key, noon_ms) == RC_OK;
            _exit(mine);
        }
    while (wait(&status) > 0)
        passed += WEXITSTATUS(status);
    CHECK_INT(passed, RACE_MAX);
}

static void sweeping(void)
{
    const struct limit one = { "unit", HOUR_MS, 1 };
    const char *old = new_key(), *running = new_key();
    int64_t dropped;

    CHECK_INT(count_one(&one, old, noon_ms), RC_OK);
    CHECK_INT(count_one(&one, running, noon_ms + HOUR_MS), RC_OK);
    struct db *sweeper = db_new(DB_ORDINARY, 5);
    CHECK_INT(throttle_sweep(sweeper, noon_ms + HOUR_MS, &dropped), RC_OK);
    CHECK(dropped >= 1);
    CHECK_INT(check_one(&one, old, noon_ms), RC_OK);
    CHECK_INT(check_one(&one, running, noon_ms + HOUR_MS), RC_LIMITED);
    CHECK_INT(throttle_sweep(sweeper, noon_ms + 2 * HOUR_MS, &dropped), RC_OK);
    db_close(sweeper);
}

static int run(const char *name)
{
    a = arena_new(1 << 20);
    db = db_new(DB_READER, 5);
    check_run();
    db_close(db);
    arena_free(a);
    return check_done(name);
}

/* The site's config with another line added at its end; the later one counts. */
static void use_conf_with(const char *line)
{
    char path[] = "/tmp/ovs-unit-XXXXXX", text[8192];
    FILE *from = fopen(getenv("OVS_CONF"), "r"), *to = fdopen(mkstemp(path), "w");

    assert(from && to);
    size_t n = fread(text, 1, sizeof(text), from);
    fwrite(text, 1, n, to);
    fprintf(to, "\n%s\n", line);
    fclose(from);
    fclose(to);
    setenv("OVS_CONF", path, 1);
    (void)conf();
    unlink(path);
}

int main(int argc, char **argv)
{
    static const struct check_case cases[] = {
        CASE(race), /* before this process has connections that a child would share */
        CASE(limits_hold), CASE(text_says_when), CASE(statements), CASE(undone_counts_nothing),
        CASE(sweeping),
    };
    int status;

    CHECK_CHOOSE(argc, argv, cases);
    fflush(stdout);
    pid_t pid = fork();
    if (pid == 0) {
        use_conf_with("cache = none");
        return run("unit_throttle without a cache");
    }
    waitpid(pid, &status, 0);
    return run("unit_throttle") || status;
}
