/*
 * migrate: applies the schema files that are missing, stores the documents from before they were
 * stored (app/income/document.h), grants the database's accounts their rights, and proves each login.
 * Run it before every start of a new version.
 *
 *   migrate [DIRECTORY]            default: schema beside the folder of this program, else schema
 *   migrate --check [DIRECTORY]    says whether there is anything to do, and changes nothing
 *
 * Safe to rerun and to start twice. Exit: 0 up to date; 1 a file or a proof failed, or --check found
 * something to do; 75 the database cannot be reached or another migration is running.
 * Started as root it stays root, whose login at a local database may need no password; it makes no
 * files.
 */
#include "app/income/document.h"
#include "app/site/grants.h"
#include "app/site/schema.h"
#include "app/site/job.h"
#include "base/conf.h"
#include "base/str.h"

enum {
    MIGRATE_ARENA_BYTES = 1 << 30,
    BATCH_ARENA_BYTES = 16 << 20,
    STATEMENT_SECONDS = 3600,
    USAGE_EXIT = 64
};

static int usage(bool asked)
{
    fputs(
        "usage: migrate [--check] [DIRECTORY]\n"
        "Applies the numbered .sql files of DIRECTORY that the database does not have yet, grants\n"
        "the rights of the database's accounts and tries each login. With --check it only says\n"
        "whether there is anything to do. Default: schema of this program's version.\n",
        asked ? stdout : stderr);
    return asked ? 0 : USAGE_EXIT;
}

/* An account that was made anew has lost its rights although they were granted: grant again, once. */
static enum rc prove(struct db *db, struct arena *a, const char *dir, struct problem *why)
{
    enum rc rc = grants_prove(a, why);

    if (rc == RC_DENIED) {
        TRY(schema_grant_again(db, a, dir, why));
        rc = grants_prove(a, why);
    }
    if (rc == RC_OK)
        puts("the logins of the site work, and may do no more than they should");
    return rc;
}

static enum rc freeze_documents(struct db *db)
{
    struct arena *a = arena_new(BATCH_ARENA_BYTES);
    int64_t after = 0, all = 0;
    size_t n = 1;
    enum rc rc = RC_OK;

    for (; rc == RC_OK && n; all += rc == RC_OK ? (int64_t)n : 0, arena_reset(a))
        rc = document_freeze(db, a, &after, &n);
    if (all)
        printf("%" PRId64 " old receipts and credit notes stored\n", all);
    arena_free(a);
    return rc;
}

static enum rc migrate(struct db *db, struct arena *a, const char *dir, struct problem *why)
{
    int64_t did;

    TRY(schema_migrate(db, a, dir, &did, why));
    printf("%" PRId64 " applied, the schema is up to date\n", did);
    TRY(freeze_documents(db));
    return prove(db, a, dir, why);
}

int main(int argc, char **argv)
{
    struct problem why = { NULL, NULL };
    bool check = argc > 1 && str_eq(argv[1], "--check");
    const char *dir = argc > 1 + check ? argv[1 + check] : NULL;

    if (argc > 2 + check || (dir && dir[0] == '-'))
        return usage(argc == 2 && str_eq(argv[1], "--help"));
    conf_keep_root();
    job_begin("migrate");
    struct arena *a = arena_new(MIGRATE_ARENA_BYTES);
    struct db *db = db_new(DB_ADMIN, STATEMENT_SECONDS);
    dir = dir ? dir : schema_default_dir(a);
    enum rc rc = check ? schema_check(db, a, dir, &why) : migrate(db, a, dir, &why);
    if (rc == RC_OK && check)
        puts("the schema is up to date");
    else if (rc != RC_OK)
        fprintf(stderr, "migrate: %s\n", why.text ? why.text : db_error(db));
    db_close(db);
    arena_free(a);
    return rc_exit(rc);
}
