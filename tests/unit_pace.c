/* The shared table of pace.h: alone, by many processes at once, and with more keys than it holds. */
#include "base/clock.h"
#include "check.h"
#include "io/pace.h"
#include "io/secret.h"
#include <sys/wait.h>
#include <unistd.h>

enum { CHILDREN = 6, TRIES_EACH = 100, RACE_MAX = 50, MANY = 3 * PACE_SLOTS };

static const int64_t noon_ms = 12 * HOUR_MS;
static struct arena *a;

static int passed(const char *key, int tries, int64_t max, int64_t now_ms)
{
    int n = 0;

    for (int i = 0; i < tries; i++)
        n += pace_count(a, key, max, now_ms) == RC_OK;
    return n;
}

static void minutes(void)
{
    const char *key = random_id(a, 9), *other = random_id(a, 9);

    CHECK_INT(passed(key, 10, 3, noon_ms), 3);
    CHECK_INT(passed(key, 10, 3, noon_ms + MINUTE_MS - 1), 0);
    CHECK_INT(passed(other, 10, 4, noon_ms), 4);
    CHECK_INT(passed(key, 10, 5, noon_ms), 2); /* another limit, the same count */
    CHECK_INT(passed(key, 10, 3, noon_ms + MINUTE_MS), 3);
    CHECK_INT(passed(key, 300, PACE_MAX, noon_ms + 2 * MINUTE_MS), PACE_MAX);
}

static void race(void)
{
    const char *key = random_id(a, 9);
    int sum = 0, status;

    for (int i = 0; i < CHILDREN; i++)
        if (fork() == 0)
            _exit(passed(key, TRIES_EACH, RACE_MAX, noon_ms));
    while (wait(&status) > 0)
        sum += WEXITSTATUS(status);
    CHECK_INT(sum, RACE_MAX);
}

/* Nobody is refused for what others do. */
static void full(void)
{
    int refused = 0;

    for (int i = 0; i < MANY; i++) {
        refused += pace_count(a, random_id(a, 9), 1, noon_ms) != RC_OK;
        if (i % 1000 == 0)
            arena_reset(a);
    }
    CHECK_INT(refused, 0);
    const char *key = random_id(a, 9);
    CHECK_INT(passed(key, 10, 3, noon_ms), 3);
}

int main(int argc, char **argv)
{
    static const struct check_case cases[] = { CASE(minutes), CASE(race), CASE(full) };

    CHECK_CHOOSE(argc, argv, cases);
    a = arena_new(8 << 20);
    check_run();
    arena_free(a);
    return check_done("unit_pace");
}
