/* Every STMT() of the libraries is prepared against the migrated schema; its columns must be those of
 * its shape, by name and order. Needs OVS_CONF of a running site. */
#include "check.h"
#include "io/db.h"

extern const struct stmt *const __start_stmts[], *const __stop_stmts[];

static void check_statements(void)
{
    struct db *db = db_new(DB_ADMIN, 30);

    for (const struct stmt *const *q = __start_stmts; q < __stop_stmts; q++) {
        enum rc rc = db_check(db, *q);
        if (rc != RC_OK)
            printf("  statement %s: %s\n", (*q)->name, (*q)->sql);
        CHECK(rc == RC_OK);
    }
    CHECK(__stop_stmts - __start_stmts > 20);
    db_close(db);
}

int main(int argc, char **argv)
{
    static const struct check_case cases[] = {
        CASE(check_statements),
    };

    CHECK_CHOOSE(argc, argv, cases);
    check_run();
    return check_done("unit_sql");
}
