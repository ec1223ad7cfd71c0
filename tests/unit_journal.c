/* The journal of moderators and operators: entries are added, found, and stay as they are, for every
 * login of the database. Needs OVS_CONF of a running site. */
#include "app/site/journal.h"
#include "base/str.h"
#include "check.h"
#include "io/secret.h"

STMT(q_change, NULL, "UPDATE moderation_log SET why = 'another' WHERE id > 0");
STMT(q_drop, NULL, "DELETE FROM moderation_log WHERE id > 0");

static struct arena *a;
static struct db *db;

static void added_and_found(void)
{
    const char *about = arena_printf(a, "unit:%s", random_id(a, 9));
    struct journal_list list;

    CHECK_INT(journal_add(db, a, (struct actor){ 0, "root" }, "Hidden", about, "It harms.", 5),
              RC_OK);
    CHECK_INT(journal_add(db, a, (struct actor){ 0, "root" }, "Shown", about, "", 6), RC_OK);
    CHECK_INT(journal_list(db, a, 0, about, 0, &list), RC_OK);
    CHECK(list.n == 2);
    CHECK_STR(list.items[0].what, "Shown");
    CHECK_STR(list.items[1].why, "It harms.");
    CHECK_STR(actor_name(a, list.items[1].by, list.items[1].by_shell), "shell of root");
    CHECK_INT(journal_list(db, a, 0, about, list.items[0].id, &list), RC_OK);
    CHECK(list.n == 1);
    CHECK_STR(list.items[0].what, "Hidden");
}

static void long_texts_are_cut(void)
{
    const char *about = arena_printf(a, "unit:%s", random_id(a, 9));
    char text[2000];
    struct journal_list list;

    memset(text, 'x', sizeof(text) - 1);
    text[sizeof(text) - 1] = 0;
    CHECK_INT(journal_add(db, a, (struct actor){ 0, "root" }, text, about, text, 5), RC_OK);
    CHECK_INT(journal_list(db, a, 0, about, 0, &list), RC_OK);
    CHECK(strlen(list.items[0].what) == JOURNAL_WHAT_MAX_CHARS);
    CHECK(strlen(list.items[0].why) == JOURNAL_WHY_MAX_CHARS);
}

static void nobody_changes_it(void)
{
    const enum db_user users[] = { DB_ORDINARY, DB_MONEY, DB_ADMIN };

    for (size_t i = 0; i < COUNT(users); i++) {
        struct db *d = db_new(users[i], 10);
        CHECK(db_run(d, &q_change, NO_ARGS, NULL) != RC_OK);
        CHECK(db_run(d, &q_drop, NO_ARGS, NULL) != RC_OK);
        db_close(d);
    }
}

int main(int argc, char **argv)
{
    static const struct check_case cases[] = {
        CASE(added_and_found),
        CASE(long_texts_are_cut),
        CASE(nobody_changes_it),
    };

    CHECK_CHOOSE(argc, argv, cases);
    a = arena_new(1 << 20);
    db = db_new(DB_ORDINARY, 10);
    check_run();
    db_close(db);
    arena_free(a);
    return check_done("unit_journal");
}
