/*
 * migrate: applies the schema files that are missing. Run it before every start of a new version.
 *
 *   migrate [DIRECTORY]     default: schema
 *
 * Safe to rerun and to start twice. Exit: 0 up to date, 1 a file failed, 75 the database cannot be
 * reached.
 */
#include "app/site/schema.h"
#include "base/log.h"
#include "base/str.h"
#include "io/store.h"

enum { MIGRATE_ARENA_BYTES = 1 << 30, STATEMENT_SECONDS = 3600 };

int main(int argc, char **argv)
{
    struct problem why = { NULL, NULL };
    int64_t did = 0;

    if (argc > 2 || (argc == 2 && argv[1][0] == '-')) {
        puts("usage: migrate [DIRECTORY]\nApplies the numbered .sql files of DIRECTORY (default "
             "schema) that the database does not have yet.");
        return argc == 2 && str_eq(argv[1], "--help") ? 0 : 64;
    }
    log_context("migrate", "", 0);
    enum rc rc = lock_take("migrate", NULL);
    if (rc != RC_OK) {
        fprintf(stderr, "migrate: another migration is running\n");
        return rc_exit(rc);
    }
    struct arena *a = arena_new(MIGRATE_ARENA_BYTES);
    struct db *db = db_new(DB_ADMIN, STATEMENT_SECONDS);
    rc = schema_migrate(db, a, argc == 2 ? argv[1] : "schema", &did, &why);
    if (rc == RC_OK)
        printf("%" PRId64 " applied, the schema is up to date\n", did);
    else
        fprintf(stderr, "migrate: %s\n", why.text ? why.text : "the database cannot be reached");
    db_close(db);
    arena_free(a);
    return rc_exit(rc);
}
