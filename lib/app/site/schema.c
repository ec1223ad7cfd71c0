#include "app/site/schema.h"
#include "app/site/grants.h"
#include "base/clock.h"
#include "base/conf.h"
#include "base/str.h"
#include "io/secret.h"
#include <glob.h>
#include <unistd.h>

#define GRANTS "grants" /* the row of schema_file that is no file */

struct applied {
    const char *file, *hash;
    bool done;
    int64_t statements;
};
SHAPE(applied_shape, struct applied, COLUMN(struct applied, file), COLUMN(struct applied, hash),
      COLUMN(struct applied, done), COLUMN(struct applied, statements));

static const char create_table[] =
    "CREATE TABLE IF NOT EXISTS schema_file ("
    " file VARCHAR(100) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,"
    " hash CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,"
    " done TINYINT NOT NULL DEFAULT 0, applied_ms BIGINT NOT NULL) ENGINE = InnoDB";

/* Of the file, that are done; -1: an earlier version did not count. */
static const char add_statements[] =
    "ALTER TABLE schema_file ADD statements INT NOT NULL DEFAULT -1";

STMT(q_lock, &number_shape, "SELECT GET_LOCK(CONCAT('ovs.', SHA2(DATABASE(), 224)), 0) AS n");
STMT(q_exists, &number_shape,
     "SELECT COUNT(*) AS n FROM information_schema.tables"
     " WHERE table_schema = DATABASE() AND table_name = 'schema_file'");
STMT(q_counts, &number_shape,
     "SELECT COUNT(*) AS n FROM information_schema.columns WHERE table_schema = DATABASE()"
     " AND table_name = 'schema_file' AND column_name = 'statements'");
STMT(q_applied_before, &applied_shape,
     "SELECT file, hash, done, -1 AS statements FROM schema_file ORDER BY file");
STMT(q_applied, &applied_shape,
     "SELECT file, hash, done, statements FROM schema_file ORDER BY file");
STMT(q_begin, NULL,
     "INSERT INTO schema_file (file, hash, applied_ms, statements) VALUES (?, ?, ?, 0)");
STMT(q_step, NULL, "UPDATE schema_file SET statements = ? WHERE file = ?");
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
        if (!row->done && row->statements < 0)
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

static const char *next_line(const char *at)
{
    at += strcspn(at, "\n");
    return at + (*at == '\n');
}

static bool ends_in(const char *line, size_t n, const char *word)
{
    size_t len = strlen(word);

    return n >= len && strncmp(line + n - len, word, len) == 0;
}

/* The length of a line without its comment. */
static size_t code_length(const char *line)
{
    size_t n = strcspn(line, "\n");

    if (str_starts(line, "--"))
        return 0;
    for (size_t i = 0; i + 4 <= n; i++)
        if (strncmp(line + i, "; --", 4) == 0)
            return i + 1;
    return n;
}

/* The length of the statement at `at`, which begins a line: to the end of the line with its semicolon,
 * after the END of every body that begins in it. */
static size_t statement_length(const char *at)
{
    const char *line = at;
    bool whole = false;
    int bodies = 0;

    for (; *line && !whole; line = next_line(line)) {
        size_t n = code_length(line);
        const char *first = line + strspn(line, " ");
        bodies += ends_in(line, n, " BEGIN") ||
                  (str_starts(first, "IF ") && ends_in(line, n, " THEN"));
        bodies -= str_starts(first, "END");
        whole = bodies == 0 && ends_in(line, n, ";");
    }
    return (size_t)(line - at);
}

/* One statement of a file and its place in it. */
struct step {
    const char *sql, *file;
    int64_t n;
};

static enum rc run_step(struct db *db, void *arg)
{
    const struct step *step = arg;

    TRY(db_script(db, step->sql));
    return db_run(db, &q_step, ARGS(I64(step->n), STR(step->file)), NULL);
}

/* Changes of rows are committed with the count of statements. A change of a table commits by itself;
 * when a run was interrupted before it was counted, it is made `again`, and found to be there. */
static enum rc do_step(struct db *db, struct step *step, bool again)
{
    const char *verb = step->sql;

    while (str_starts(verb, "--") || *verb == '\n')
        verb = next_line(verb);
    if (!str_starts(verb, "CREATE ") && !str_starts(verb, "ALTER ") && !str_starts(verb, "DROP "))
        return *verb ? db_transact(db, run_step, step) : RC_OK;
    enum rc rc = db_script(db, step->sql);
    if (rc != RC_OK && !(again && db_refusal(db) == DB_THERE_ALREADY))
        return rc;
    return db_run(db, &q_step, ARGS(I64(step->n), STR(step->file)), NULL);
}

/* `before`: what an interrupted run did of the file, or NULL. */
static enum rc apply(struct db *db, struct arena *a, const struct file *file,
                     const struct applied *before, struct problem *why)
{
    int64_t done = before ? before->statements : 0;
    enum rc rc = RC_OK;
    size_t n;

    if (before == NULL)
        TRY(db_run(db, &q_begin, ARGS(STR(file->name), STR(file->hash), I64(clock_now_ms())),
                   NULL));
    struct step step = { NULL, file->name, 0 };
    for (const char *at = grants_left_out(a, file->text); rc == RC_OK && *at; at += n) {
        n = statement_length(at);
        step.sql = arena_strn(a, at, n);
        if (++step.n > done)
            rc = do_step(db, &step, before && step.n == done + 1);
    }
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
    int64_t exists = 0, counts = 0;

    TRY(read_files(a, dir, files, why));
    TRY(db_number(db, a, &q_exists, NO_ARGS, &exists));
    TRY(db_number(db, a, &q_counts, NO_ARGS, &counts));
    if (exists)
        TRY(DB_LIST(db, a, counts ? &q_applied : &q_applied_before, NO_ARGS, SCHEMA_FILES_MAX + 1,
                    rows));
    return compare(a, files, rows, why);
}

static enum rc make_table(struct db *db, struct arena *a)
{
    int64_t counts = 0;

    TRY(db_script(db, create_table));
    TRY(db_number(db, a, &q_counts, NO_ARGS, &counts));
    return counts ? RC_OK : db_script(db, add_statements);
}

/* Files ask the server for the time; in a test it is that of the programs. */
static enum rc set_time(struct db *db, struct arena *a)
{
    int64_t now_ms = clock_now_ms();

    if (conf()->clock_file[0] == 0)
        return RC_OK;
    return db_script(db, arena_printf(a, "SET timestamp = %" PRId64 ".%03d", now_ms / SECOND_MS,
                                      (int)(now_ms % SECOND_MS)));
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
    TRY(make_table(db, a));
    TRY(set_time(db, a));
    TRY(collect(a, &files, &grants, &hash, why));
    for (size_t i = 0; i < files.n; i++) {
        const struct applied *row = row_of(&rows, files.items[i].name);
        if (row && row->done)
            continue;
        TRY(apply(db, a, &files.items[i], row, why));
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
    for (size_t i = files.n; i-- > 0;) {
        const struct applied *row = row_of(&rows, files.items[i].name);
        if (row && row->done)
            continue;
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
