#include "app/site/schema.h"
#include "app/site/grants.h"
#include "base/clock.h"
#include "base/str.h"
#include "io/secret.h"
#include <glob.h>
#include <unistd.h>

#define GRANTS "grants" /* the row of schema_file that is no file */

struct applied {
    const char *file, *hash;
    bool done;
};
SHAPE(applied_shape, struct applied, COLUMN(struct applied, file), COLUMN(struct applied, hash),
      COLUMN(struct applied, done));

static const char create_table[] =
    "CREATE TABLE IF NOT EXISTS schema_file ("
    " file VARCHAR(100) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,"
    " hash CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,"
    " done TINYINT NOT NULL DEFAULT 0, applied_ms BIGINT NOT NULL) ENGINE = InnoDB";

STMT(q_lock, &number_shape, "SELECT GET_LOCK(CONCAT('ovs.', SHA2(DATABASE(), 224)), 0) AS n");
STMT(q_exists, &number_shape,
     "SELECT COUNT(*) AS n FROM information_schema.tables"
     " WHERE table_schema = DATABASE() AND table_name = 'schema_file'");
STMT(q_applied, &applied_shape, "SELECT file, hash, done FROM schema_file ORDER BY file");
STMT(q_begin, NULL, "INSERT INTO schema_file (file, hash, applied_ms) VALUES (?, ?, ?)");
STMT(q_done, NULL, "UPDATE schema_file SET done = 1 WHERE file = ?");
STMT(q_granted, NULL,
     "REPLACE INTO schema_file (file, hash, done, applied_ms) VALUES ('grants', ?, 1, ?)");

struct file {
    const char *name, *text, *hash;
};
struct files {
    struct file *items;
    size_t n;
};
struct applied_list {
    struct applied *items;
    size_t n;
};

/* Of an installed program the folder is beside its own, of one that was just built in the sources. */
const char *schema_default_dir(struct arena *a)
{
    char self[400];
    ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);

    for (int up = 0; n > 0 && up < 2; up++)
        while (n > 0 && self[--n] != '/')
            ;
    const char *beside = n > 0 ? arena_printf(a, "%.*s/schema", (int)n, self) : "schema";
    return access(beside, R_OK) == 0 ? beside : "schema";
}

static enum rc read_file(struct arena *a, const char *path, struct file *file, struct problem *why)
{
    const char *slash = strrchr(path, '/');
    char *text = arena_alloc(a, SCHEMA_FILE_MAX_BYTES + 1);
    FILE *f = fopen(path, "r");
    size_t n = f ? fread(text, 1, SCHEMA_FILE_MAX_BYTES, f) : SCHEMA_FILE_MAX_BYTES;

    if (f)
        fclose(f);
    if (n == SCHEMA_FILE_MAX_BYTES)
        return refuse(why, RC_FAIL, NULL,
                      arena_printf(a, "%s cannot be read or is larger than 1 MiB.", path));
    *file = (struct file){ arena_str(a, slash ? slash + 1 : path), text, sha256_hex(a, text, n) };
    return RC_OK;
}

static enum rc read_files(struct arena *a, const char *dir, struct files *files,
                          struct problem *why)
{
    const char *pattern = arena_printf(a, "%s/[0-9][0-9][0-9][0-9]_*.sql", dir);
    glob_t found;
    enum rc rc = RC_OK;

    if (glob(pattern, 0, NULL, &found))
        return refuse(why, RC_NOT_FOUND, NULL, arena_printf(a, "There are no files %s.", pattern));
    assert(found.gl_pathc <= SCHEMA_FILES_MAX);
    files->n = found.gl_pathc;
    files->items = arena_array(a, struct file, files->n);
    for (size_t i = 0; rc == RC_OK && i < files->n; i++)
        rc = read_file(a, found.gl_pathv[i], &files->items[i], why);
    globfree(&found);
    return rc;
}

static const struct applied *row_of(const struct applied_list *rows, const char *name)
{
    for (size_t i = 0; i < rows->n; i++)
        if (str_eq(rows->items[i].file, name))
            return &rows->items[i];
    return NULL;
}

static enum rc refuse_file(struct arena *a, struct problem *why, const char *name, const char *what)
{
    return refuse(why, RC_CONFLICT, name, arena_printf(a, "%s %s", name, what));
}

/* Whether what was applied is what is in the files. */
static enum rc compare(struct arena *a, const struct files *files, const struct applied_list *rows,
                       struct problem *why)
{
    for (size_t i = 0; i < rows->n; i++) {
        const struct applied *row = &rows->items[i];
        const struct file *file = NULL;
        for (size_t k = 0; k < files->n; k++)
            if (str_eq(files->items[k].name, row->file))
                file = &files->items[k];
        if (str_eq(row->file, GRANTS))
            continue;
        if (file == NULL)
            return refuse_file(a, why, row->file,
                               "was applied and is not in this version: the database was made by a "
                               "newer version. Install that one, or restore a backup of this one.");
        if (!row->done)
            return refuse_file(
                a, why, row->file,
                "was started but not finished. Undo what it did or restore a backup, "
                "delete its row in schema_file and run this again.");
        if (!str_eq(row->hash, file->hash))
            return refuse_file(a, why, row->file,
                               "was changed after it was applied. Put it back and add a new file.");
    }
    return RC_OK;
}

static enum rc apply(struct db *db, struct arena *a, const struct file *file, struct problem *why)
{
    TRY(db_run(db, &q_begin, ARGS(STR(file->name), STR(file->hash), I64(clock_now_ms())), NULL));
    enum rc rc = db_script(db, grants_left_out(a, file->text));
    if (rc != RC_OK)
        return refuse(why, rc, file->name, arena_printf(a, "%s: %s", file->name, db_error(db)));
    TRY(db_run(db, &q_done, ARGS(STR(file->name)), NULL));
    printf("applied %s\n", file->name);
    return RC_OK;
}

/* The grants of all files as one text, and its hash. */
static enum rc collect(struct arena *a, const struct files *files, const char **grants,
                       const char **hash, struct problem *why)
{
    struct sb all = { .a = a };

    for (size_t i = 0; i < files->n; i++)
        TRY(grants_collect(a, files->items[i].text, &all, why));
    *grants = all.buf ? all.buf : "";
    *hash = sha256_hex(a, *grants, strlen(*grants));
    return RC_OK;
}

static enum rc grant(struct db *db, struct arena *a, const char *grants, const char *hash,
                     struct problem *why)
{
    TRY(grants_run(db, a, grants, why));
    TRY(db_run(db, &q_granted, ARGS(STR(hash), I64(clock_now_ms())), NULL));
    if (grants[0])
        puts("granted the rights of the database's accounts");
    return RC_OK;
}

/* What is in the folder and what is in the database. */
static enum rc look(struct db *db, struct arena *a, const char *dir, struct files *files,
                    struct applied_list *rows, struct problem *why)
{
    int64_t exists = 0;

    TRY(read_files(a, dir, files, why));
    TRY(db_number(db, a, &q_exists, NO_ARGS, &exists));
    if (exists)
        TRY(DB_LIST(db, a, &q_applied, NO_ARGS, SCHEMA_FILES_MAX + 1, rows));
    return compare(a, files, rows, why);
}

static enum rc lock(struct db *db, struct arena *a, struct problem *why)
{
    int64_t taken = 0;

    TRY(db_number(db, a, &q_lock, NO_ARGS, &taken)); /* dropped with the connection */
    return taken ? RC_OK : refuse(why, RC_BUSY, NULL, "another migration is running");
}

enum rc schema_migrate(struct db *db, struct arena *a, const char *dir, int64_t *did,
                       struct problem *why)
{
    struct files files = { 0 };
    struct applied_list rows = { 0 };
    const char *grants, *hash;

    *did = 0;
    TRY(lock(db, a, why));
    TRY(look(db, a, dir, &files, &rows, why));
    TRY(db_script(db, create_table));
    TRY(collect(a, &files, &grants, &hash, why));
    for (size_t i = 0; i < files.n; i++)
        if (row_of(&rows, files.items[i].name) == NULL) {
            TRY(apply(db, a, &files.items[i], why));
            ++*did;
        }
    const struct applied *granted = row_of(&rows, GRANTS);
    return granted && str_eq(granted->hash, hash) ? RC_OK : grant(db, a, grants, hash, why);
}

enum rc schema_grant_again(struct db *db, struct arena *a, const char *dir, struct problem *why)
{
    struct files files = { 0 };
    const char *grants, *hash;

    TRY(read_files(a, dir, &files, why));
    TRY(collect(a, &files, &grants, &hash, why));
    return grant(db, a, grants, hash, why);
}

enum rc schema_check(struct db *db, struct arena *a, const char *dir, struct problem *why)
{
    struct files files = { 0 };
    struct applied_list rows = { 0 };
    const char *grants, *hash, *first = NULL;
    size_t missing = 0;

    TRY(look(db, a, dir, &files, &rows, why));
    TRY(collect(a, &files, &grants, &hash, why));
    for (size_t i = files.n; i-- > 0;)
        if (row_of(&rows, files.items[i].name) == NULL) {
            first = files.items[i].name;
            missing++;
        }
    if (missing)
        return refuse(
            why, RC_CONFLICT, NULL,
            arena_printf(a, "%zu schema files are to be applied, from %s.", missing, first));
    const struct applied *granted = row_of(&rows, GRANTS);
    if (granted == NULL || !str_eq(granted->hash, hash))
        return refuse(why, RC_CONFLICT, NULL,
                      "The rights of the database's accounts are to be granted.");
    return RC_OK;
}
