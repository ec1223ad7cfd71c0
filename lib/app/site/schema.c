#include "app/site/schema.h"
#include "base/clock.h"
#include "base/conf.h"
#include "base/sb.h"
#include "base/str.h"
#include "io/secret.h"
#include <glob.h>

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

STMT(q_applied, &applied_shape, "SELECT file, hash, done FROM schema_file WHERE file = ?");
STMT(q_begin, NULL, "INSERT INTO schema_file (file, hash, applied_ms) VALUES (?, ?, ?)");
STMT(q_done, NULL, "UPDATE schema_file SET done = 1 WHERE file = ?");

static enum rc read_file(struct arena *a, const char *path, char **text)
{
    FILE *f = fopen(path, "r");

    if (f == NULL)
        return RC_FAIL;
    *text = arena_alloc(a, SCHEMA_FILE_MAX_BYTES + 1);
    size_t n = fread(*text, 1, SCHEMA_FILE_MAX_BYTES, f);
    fclose(f);
    return n < SCHEMA_FILE_MAX_BYTES ? RC_OK : RC_TOO_LARGE;
}

static bool one_user(void)
{
    const struct conf *c = conf();
    return str_eq(c->db_user, c->db_read_user) && str_eq(c->db_user, c->db_money_user);
}

/* The file without its GRANT lines; each stands on a line of its own. */
static const char *without_grants(struct arena *a, const char *text)
{
    struct sb out = { .a = a };

    for (; *text; text += strcspn(text, "\n"), text += *text == '\n')
        if (!str_starts(text, "GRANT "))
            sb_addf(&out, "%.*s\n", (int)strcspn(text, "\n"), text);
    return out.buf ? out.buf : "";
}

static enum rc refuse_file(struct arena *a, struct problem *why, enum rc rc, const char *name,
                           const char *what)
{
    return refuse(why, rc, name, arena_printf(a, "%s %s", name, what));
}

static enum rc apply(struct db *db, struct arena *a, const char *path, int64_t *did,
                     struct problem *why)
{
    const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
    struct applied row;
    char *text;

    if (read_file(a, path, &text) != RC_OK)
        return refuse_file(a, why, RC_FAIL, name, "cannot be read or is larger than 1 MiB.");
    const char *hash = sha256_hex(a, text, strlen(text));
    enum rc rc = db_one(db, a, &q_applied, ARGS(STR(name)), &row);
    if (rc == RC_OK && !row.done)
        return refuse_file(a, why, RC_CONFLICT, name,
                           "was started but not finished. Undo what it did or restore a backup, "
                           "delete its row in schema_file and run this again.");
    if (rc == RC_OK && !str_eq(row.hash, hash))
        return refuse_file(a, why, RC_CONFLICT, name,
                           "was changed after it was applied. Put it back and add a new file.");
    if (rc != RC_NOT_FOUND)
        return rc;
    TRY(db_run(db, &q_begin, ARGS(STR(name), STR(hash), I64(clock_now_ms())), NULL));
    if (db_script(db, one_user() ? without_grants(a, text) : text) != RC_OK)
        return refuse_file(a, why, RC_FAIL, name, "failed; the log says at which statement.");
    TRY(db_run(db, &q_done, ARGS(STR(name)), NULL));
    printf("applied %s\n", name);
    ++*did;
    return RC_OK;
}

enum rc schema_migrate(struct db *db, struct arena *a, const char *dir, int64_t *did,
                       struct problem *why)
{
    const char *pattern = arena_printf(a, "%s/[0-9][0-9][0-9][0-9]_*.sql", dir);
    glob_t found;
    enum rc rc = RC_OK;

    *did = 0;
    TRY(db_script(db, create_table));
    if (glob(pattern, 0, NULL, &found))
        return refuse(why, RC_NOT_FOUND, NULL, arena_printf(a, "no schema files in %s", dir));
    for (size_t i = 0; rc == RC_OK && i < found.gl_pathc; i++)
        rc = apply(db, a, found.gl_pathv[i], did, why);
    globfree(&found);
    return rc;
}
