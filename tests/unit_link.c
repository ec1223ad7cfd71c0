/* One-time links: used once, burned, expired, never for another purpose, and by one of two that come
 * side by side. Needs OVS_CONF of a running site for its database server. */
#include "app/people/link.h"
#include "base/clock.h"
#include "own_db.h"

#define NOW INT64_C(1900000000000)

static struct arena *a;
static struct db *db;

static const char *const world[] = {
    "INSERT INTO user (id, email, handle, display_name, created_ms) VALUES"
    " (1, 'ann@example.org', 'ann', 'Ann', 1), (2, 'ben@example.org', 'ben', 'Ben', 1)",
};

static const char *make(enum link_purpose purpose, int64_t user_id, const char *data)
{
    const char *token;

    CHECK_INT(link_make(db, a, purpose, user_id, data, HOUR_MS, NOW, &token), RC_OK);
    return token;
}

static void used_once(void)
{
    const char *token = make(LINK_RESET, 1, "");
    struct link link;

    CHECK_INT((int64_t)strlen(token), LINK_TOKEN_CHARS);
    CHECK_INT(link_look(db, a, LINK_RESET, token, NOW, &link), RC_OK);
    CHECK_INT(link_look(db, a, LINK_RESET, token, NOW, &link), RC_OK);
    CHECK_INT(link.user_id, 1);
    CHECK_INT(link_use(db, a, LINK_RESET, token, NOW + 1, &link), RC_OK);
    CHECK_INT(link_use(db, a, LINK_RESET, token, NOW + 2, &link), RC_GONE);
    CHECK_INT(link.used_ms, NOW + 1);
    CHECK_INT(link_look(db, a, LINK_RESET, token, NOW + 2, &link), RC_GONE);
}

static void not_for_anything_else(void)
{
    const char *token = make(LINK_CONFIRM, 1, "ann@example.org");
    struct link link;

    CHECK_INT(link_use(db, a, LINK_RESET, token, NOW, &link), RC_NOT_FOUND);
    CHECK_INT(link_look(db, a, LINK_CONFIRM, "", NOW, &link), RC_NOT_FOUND);
    CHECK_INT(link_look(db, a, LINK_CONFIRM, "' OR 1=1 --", NOW, &link), RC_NOT_FOUND);
    CHECK_INT(link_look(db, a, LINK_CONFIRM, arena_printf(a, "%.42s_", token), NOW, &link),
              RC_NOT_FOUND);
    CHECK_INT(link_use(db, a, LINK_CONFIRM, token, NOW, &link), RC_OK);
    CHECK_STR(link.data, "ann@example.org");
}

static void expired(void)
{
    const char *token = make(LINK_RESET, 1, "");
    struct link link;

    CHECK_INT(link_use(db, a, LINK_RESET, token, NOW + HOUR_MS, &link), RC_GONE);
    CHECK_INT(link_use(db, a, LINK_RESET, token, NOW + HOUR_MS - 1, &link), RC_OK);
}

static void burned(void)
{
    const char *first = make(LINK_ADDRESS, 1, "new@example.org"),
               *second = make(LINK_ADDRESS, 1, "newer@example.org"),
               *other = make(LINK_ADDRESS, 2, "other@example.org"), *undo = make(LINK_UNDO, 1, "");
    struct link link;

    CHECK_INT(link_open(db, a, LINK_ADDRESS, 1, NOW, &link), RC_OK);
    CHECK_INT(link_burn(db, LINK_ADDRESS, 1, NOW + 1), RC_OK);
    CHECK_INT(link_open(db, a, LINK_ADDRESS, 1, NOW + 1, &link), RC_NOT_FOUND);
    CHECK_INT(link_use(db, a, LINK_ADDRESS, first, NOW + 2, &link), RC_GONE);
    CHECK_INT(link.burned_ms, NOW + 1);
    CHECK_INT(link_use(db, a, LINK_ADDRESS, second, NOW + 2, &link), RC_GONE);
    CHECK_INT(link_use(db, a, LINK_ADDRESS, other, NOW + 2, &link), RC_OK);
    CHECK_INT(link_use(db, a, LINK_UNDO, undo, NOW + 2, &link), RC_OK);
}

struct attempt {
    const char *token;
    bool fails;
};

static enum rc try_it(struct db *d, void *arg)
{
    struct attempt *t = arg;
    struct link link;

    TRY(link_use(d, a, LINK_RESET, t->token, NOW, &link));
    return t->fails ? RC_INVALID : RC_OK;
}

static void given_back_by_a_rollback(void)
{
    struct attempt t = { make(LINK_RESET, 1, ""), true };

    CHECK_INT(db_transact(db, try_it, &t), RC_INVALID);
    t.fails = false;
    CHECK_INT(db_transact(db, try_it, &t), RC_OK);
    CHECK_INT(db_transact(db, try_it, &t), RC_GONE);
}

static void swept(void)
{
    const char *token = make(LINK_RESET, 1, "");
    struct link link;
    int64_t n, end_ms = NOW + HOUR_MS + LINK_KEPT_DAYS * DAY_MS;

    CHECK_INT(link_sweep(db, end_ms - 1, &n), RC_OK);
    CHECK_INT(link_look(db, a, LINK_RESET, token, end_ms - 1, &link), RC_GONE);
    CHECK_INT(link_sweep(db, end_ms, &n), RC_OK);
    CHECK_INT(link_look(db, a, LINK_RESET, token, end_ms, &link), RC_NOT_FOUND);
}

int main(int argc, char **argv)
{
    static const struct check_case cases[] = {
        CASE(used_once), CASE(not_for_anything_else),    CASE(expired),
        CASE(burned),    CASE(given_back_by_a_rollback), CASE(swept),
    };

    CHECK_CHOOSE(argc, argv, cases);
    own_db("");
    a = arena_new(8 << 20);
    db = db_new(DB_ADMIN, 30);
    for (size_t i = 0; i < COUNT(world); i++)
        CHECK_INT(db_script(db, world[i]), RC_OK);
    check_run();
    db_close(db);
    arena_free(a);
    return check_done("unit_link");
}
