#include "app/site/logs.h"
#include "base/conf.h"
#include "base/log.h"
#include "base/str.h"
#include "io/lines.h"
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { RID_MAX_BYTES = 16, FILES_MAX = 1000, SLOTS = 1 << 16, FILE_ARENA_BYTES = 1 << 20 };
_Static_assert(SLOTS > 2 * LOGS_LINES_MAX, "at most half of the slots are used");

static const char *const names[] = { "access.log", "error.log", "jobs.log", "security.log" };

/* The ids of requests, in a hash table with linear probing. */
struct rids {
    char (*slots)[RID_MAX_BYTES + 1];
    size_t n;
};

static bool find_slot(const struct rids *set, const char *rid, size_t *at)
{
    uint32_t hash = 2166136261; /* FNV-1a */

    for (const char *p = rid; *p; p++)
        hash = (hash ^ (unsigned char)*p) * 16777619;
    for (*at = hash % SLOTS; set->slots[*at][0]; *at = (*at + 1) % SLOTS)
        if (str_eq(set->slots[*at], rid))
            return true;
    return false;
}

/* The request that a line belongs to; false: none. */
static bool rid_of(const char *line, char rid[RID_MAX_BYTES + 1])
{
    const char *p = strstr(line, " rid=");
    size_t n = p ? strcspn(p + 5, " ") : 0;

    if (n < 2 || n > RID_MAX_BYTES)
        return false;
    memcpy(rid, p + 5, n);
    rid[n] = 0;
    return true;
}

static bool has_word(const char *line, const char *word)
{
    size_t n = strlen(word);
    bool number = isdigit((unsigned char)word[n - 1]);

    for (const char *p = line; (p = strstr(p, word)); p += n)
        if (!number || !isdigit((unsigned char)p[n]))
            return true;
    return false;
}

static bool matches(const struct logs_query *q, const char *line)
{
    for (size_t i = 0; i < LOGS_WORDS_MAX && q->words[i]; i++)
        if (has_word(line, q->words[i]))
            return true;
    return false;
}

/* A pass over all lines: the first one collects the requests, the second one the lines. */
struct search {
    struct arena *a;
    const struct logs_query *q;
    struct rids rids;
    struct logs_lines *found; /* NULL in the first pass */
};

static enum rc take_line(struct search *s, const char *line)
{
    char rid[RID_MAX_BYTES + 1];
    size_t slot = 0;

    if (strcmp(line, s->q->since) < 0)
        return RC_OK;
    bool matched = matches(s->q, line), has_rid = rid_of(line, rid);
    bool known = has_rid && find_slot(&s->rids, rid, &slot);
    if (s->found && (matched || known)) {
        if (s->found->n == LOGS_LINES_MAX)
            return RC_TOO_LARGE;
        s->found->items[s->found->n++] = arena_str(s->a, line);
    } else if (!s->found && matched && has_rid && !known) {
        if (s->rids.n++ == LOGS_LINES_MAX)
            return RC_TOO_LARGE;
        memcpy(s->rids.slots[slot], rid, sizeof(rid));
    }
    return RC_OK;
}

static enum rc take_file(struct search *s, const char *path)
{
    struct arena *a = arena_new(FILE_ARENA_BYTES);
    struct lines *lines = NULL;
    const char *line = NULL;
    enum rc rc = lines_open(a, path, &lines);

    while (rc == RC_OK && (rc = lines_next(lines, &line)) == RC_OK)
        rc = take_line(s, line);
    lines_close(lines);
    arena_free(a);
    return rc == RC_NOT_FOUND ? RC_OK : rc; /* its end, or it has been removed */
}

static const char *path_of(struct arena *a, const char *name)
{
    return arena_printf(a, "%s/log/%s", conf()->var_dir, name);
}

static bool is_log(const char *name)
{
    for (size_t i = 0; i < COUNT(names); i++) {
        size_t n = strlen(names[i]);
        if (str_starts(name, names[i]) && (name[n] == 0 || name[n] == '.'))
            return true;
    }
    return false;
}

/* The files are listed once, so that both passes read the same ones. */
static enum rc list_files(struct arena *a, const char **paths, size_t *n)
{
    DIR *d = opendir(path_of(a, ""));
    struct dirent *entry;

    *n = 0;
    if (d == NULL)
        return errno == ENOENT ? RC_OK : RC_DENIED;
    while (*n < FILES_MAX && (entry = readdir(d)))
        if (is_log(entry->d_name))
            paths[(*n)++] = path_of(a, entry->d_name);
    closedir(d);
    return RC_OK;
}

static enum rc pass(struct search *s, const char **paths, size_t n)
{
    for (size_t i = 0; i < n; i++)
        TRY(take_file(s, paths[i]));
    return RC_OK;
}

/* Times are texts that sort like the times. */
static int by_time(const void *a, const void *b)
{
    const char *const *one = a, *const *other = b;
    return strcmp(*one, *other);
}

enum rc logs_find(struct arena *a, const struct logs_query *q, struct logs_lines *out)
{
    const char **paths = arena_array(a, const char *, FILES_MAX);
    struct search s = { .a = a, .q = q };
    size_t n;

    s.rids.slots = arena_alloc_n(a, SLOTS, sizeof(*s.rids.slots));
    *out = (struct logs_lines){ arena_array(a, const char *, LOGS_LINES_MAX), 0 };
    TRY(list_files(a, paths, &n));
    TRY(pass(&s, paths, n));
    s.found = out;
    TRY(pass(&s, paths, n));
    SORT(out->items, out->n, by_time);
    return RC_OK;
}

/* lighttpd keeps its file open until it gets SIGHUP. Its pid may have become another program's. */
static void reopen_access_log(struct arena *a)
{
    char name[16] = "";
    long pid = 0;
    FILE *f = fopen(arena_printf(a, "%s/run/lighttpd.pid", conf()->var_dir), "r");

    if (f == NULL || fscanf(f, "%ld", &pid) != 1)
        pid = 0;
    if (f)
        fclose(f);
    f = pid > 1 ? fopen(arena_printf(a, "/proc/%ld/comm", pid), "r") : NULL;
    if (f == NULL || fscanf(f, "%15s", name) != 1)
        name[0] = 0;
    if (f)
        fclose(f);
    if (str_eq(name, "lighttpd") && kill((pid_t)pid, SIGHUP))
        log_error("lighttpd cannot be told to begin a new access.log: %s", strerror(errno));
}

enum rc logs_set_aside(struct arena *a, int64_t *n)
{
    int64_t max = conf()->log_max_bytes;
    struct stat st;

    *n = 0;
    for (size_t i = 0; i < COUNT(names); i++) {
        const char *path = path_of(a, names[i]);
        if (max == 0 || stat(path, &st) || st.st_size <= max)
            continue;
        if (rename(path, arena_printf(a, "%s.old", path))) {
            log_error("%s cannot be set aside: %s", names[i], strerror(errno));
            return RC_FAIL;
        }
        ++*n;
        if (i == 0)
            reopen_access_log(a);
    }
    return RC_OK;
}
