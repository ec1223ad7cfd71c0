#include "app/discovery/exposure.h"
#include "app/watching/spool.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/str.h"
#include "io/cache.h"
#include "io/rows.h"
#include "io/store.h"
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define FOLDER "exposure"

enum {
    KEY_MAX_BYTES = sizeof(FOLDER "/") + SPOOL_NODE_MAX_BYTES + sizeof(".taken"),
    ID_MAX_BYTES = sizeof(" 9223372036854775807"),
    SEEN_MIN_BYTES = 2, /* an id and the blank before it */
    DAY_MAX = 1000000,
};

STMT(q_add, NULL,
     "INSERT INTO exposure (video_id, day, shown, opened)"
     " SELECT r.video_id, r.day, r.shown, r.opened FROM JSON_TABLE(?, '$[*]' COLUMNS"
     " (video_id BIGINT PATH '$[0]', day INT PATH '$[1]', shown BIGINT PATH '$[2]',"
     " opened BIGINT PATH '$[3]')) r JOIN video v ON v.id = r.video_id"
     " ON DUPLICATE KEY UPDATE shown = exposure.shown + VALUES(shown),"
     " opened = exposure.opened + VALUES(opened)");

SHAPE(exposure_shape, struct exposure, COLUMN(struct exposure, video_id),
      COLUMN(struct exposure, shown), COLUMN(struct exposure, opened));
STMT(q_of, &exposure_shape,
     "SELECT e.video_id, CAST(SUM(e.shown) AS SIGNED) AS shown,"
     " CAST(SUM(e.opened) AS SIGNED) AS opened FROM JSON_TABLE(?, '$[*]' COLUMNS"
     " (id BIGINT PATH '$[0]')) r JOIN exposure e ON e.video_id = r.id GROUP BY e.video_id");

SHAPE(day_shape, struct exposure_day, COLUMN(struct exposure_day, day),
      COLUMN(struct exposure_day, shown), COLUMN(struct exposure_day, opened));
STMT(q_days, &day_shape,
     "SELECT day, shown, opened FROM exposure WHERE video_id = ? AND day >= ? ORDER BY day");

struct key {
    char text[KEY_MAX_BYTES];
};

static struct key key_of(const char *suffix)
{
    struct key key;

    snprintf(key.text, sizeof(key.text), FOLDER "/%s%s", spool_node(), suffix);
    return key;
}

static enum rc open_spool(int *fd)
{
    const struct key key = key_of("");
    enum rc rc = store_open(STORE_VAR, key.text, O_CREAT | O_WRONLY | O_APPEND, fd);

    if (rc != RC_NOT_FOUND)
        return rc;
    TRY(store_dir(STORE_VAR, FOLDER));
    return store_open(STORE_VAR, key.text, O_CREAT | O_WRONLY | O_APPEND, fd);
}

static void append(const char *line, size_t n)
{
    struct stat st;
    int fd;

    if (open_spool(&fd) != RC_OK)
        return;
    bool has_room = fstat(fd, &st) == 0 && st.st_size + (off_t)n <= EXPOSURE_SPOOL_MAX_BYTES;
    if (has_room && write(fd, line, n) < 0)
        log_error("exposure: %s", strerror(errno));
    close(fd);
}

static void count(int64_t now_ms, char what, const int64_t *video_ids, size_t n)
{
    char line[ID_MAX_BYTES * (EXPOSURE_AT_ONCE_MAX + 2)];
    size_t used = (size_t)snprintf(line, sizeof(line), "%" PRId64 " %c", now_ms / DAY_MS, what);

    for (size_t i = 0; i < n; i++)
        used += (size_t)snprintf(line + used, sizeof(line) - used, " %" PRId64, video_ids[i]);
    line[used++] = '\n';
    append(line, used);
}

void exposure_shown(int64_t now_ms, const int64_t *video_ids, size_t n)
{
    if (n)
        count(now_ms, 's', video_ids, MIN_OF(n, (size_t)EXPOSURE_AT_ONCE_MAX));
}

void exposure_opened(struct arena *a, int64_t now_ms, int64_t user_id, int64_t video_id)
{
    const char *key = arena_printf(a, "%" PRId64 " %" PRId64 " %" PRId64, now_ms / DAY_MS, user_id,
                                   video_id);
    char *data;
    size_t n;

    if (cache_get(a, "opened", key, &data, &n))
        return;
    cache_set("opened", key, "", 0, DAY_MS / SECOND_MS);
    count(now_ms, 'o', &video_id, 1);
}

/* A video that was shown or opened: one id of a line. */
struct seen {
    int64_t video_id;
    int32_t day;
    bool opened;
};
struct seen_list {
    struct seen *items;
    size_t n;
};

/* Add the ids of a line, if it is whole. */
static void read_line(const char *line, struct seen_list *out)
{
    size_t before = out->n;
    char *at;
    long long day = strtoll(line, &at, 10);
    bool opened = str_starts(at, " o ");

    if (day <= 0 || day > DAY_MAX || !(opened || str_starts(at, " s ")))
        return;
    for (at += strlen(" s"); *at;) {
        const char *from = at;
        long long id = strtoll(from, &at, 10);
        if (*from != ' ' || at == from || id <= 0) {
            out->n = before;
            return;
        }
        out->items[out->n++] = (struct seen){ id, (int32_t)day, opened };
    }
}

static struct seen_list read_lines(struct arena *a, char *text, size_t bytes)
{
    struct seen_list out = { arena_array(a, struct seen, bytes / SEEN_MIN_BYTES + 1), 0 };
    char *line = text, *end;

    for (; (end = strchr(line, '\n')); line = end + 1) {
        *end = 0;
        read_line(line, &out);
    }
    return out;
}

static int by_video_and_day(const void *a, const void *b)
{
    const struct seen *x = a, *y = b;
    int video = (x->video_id > y->video_id) - (x->video_id < y->video_id);
    return video ? video : (x->day > y->day) - (x->day < y->day);
}

static struct rows rows_of(struct arena *a, struct seen_list *all)
{
    struct rows rows = { .a = a };

    SORT(all->items, all->n, by_video_and_day);
    for (size_t i = 0; i < all->n;) {
        const struct seen *first = &all->items[i];
        int64_t counts[2] = { 0 };
        for (; i < all->n && by_video_and_day(first, &all->items[i]) == 0; i++)
            counts[all->items[i].opened]++;
        rows_addf(&rows, "%" PRId64 ",%" PRId32 ",%" PRId64 ",%" PRId64, first->video_id,
                  first->day, counts[false], counts[true]);
    }
    return rows;
}

/* Read the file that an interrupted flush has left; if there is none, take the current one. */
static enum rc take(struct arena *a, char **text, size_t *bytes)
{
    const struct key spool = key_of(""), taken = key_of(".taken");
    /* Processes that find room at the same time all write, so it can exceed the limit. */
    size_t max_bytes = 2 * (size_t)EXPOSURE_SPOOL_MAX_BYTES;
    enum rc rc = store_read(a, STORE_VAR, taken.text, max_bytes, text, bytes);

    if (rc != RC_NOT_FOUND)
        return rc;
    TRY(store_move(STORE_VAR, spool.text, taken.text));
    return store_read(a, STORE_VAR, taken.text, max_bytes, text, bytes);
}

static enum rc add(struct db *db, void *rows) { return rows_run(db, &q_add, rows, NULL); }

enum rc exposure_flush(struct db *db, struct arena *a, int64_t *counted)
{
    char *text;
    size_t bytes;

    *counted = 0;
    enum rc rc = take(a, &text, &bytes);
    if (rc == RC_NOT_FOUND)
        return RC_OK;
    TRY(rc);
    struct seen_list all = read_lines(a, text, bytes);
    struct rows rows = rows_of(a, &all);
    if (all.n)
        TRY(db_transact(db, add, &rows));
    *counted = (int64_t)all.n;
    return store_remove(STORE_VAR, key_of(".taken").text);
}

enum rc exposure_of(struct db *db, struct arena *a, const int64_t *video_ids, size_t n,
                    struct exposure_list *out)
{
    struct rows wanted = { .a = a };

    assert(n <= EXPOSURE_VIDEOS_MAX);
    for (size_t i = 0; i < n; i++)
        rows_addf(&wanted, "%" PRId64, video_ids[i]);
    return ROWS_LIST(db, a, &q_of, &wanted, out);
}

struct exposure exposure_find(const struct exposure_list *list, int64_t video_id)
{
    for (size_t i = 0; i < list->n; i++)
        if (list->items[i].video_id == video_id)
            return list->items[i];
    return (struct exposure){ video_id, 0, 0 };
}

enum rc exposure_days(struct db *db, struct arena *a, int64_t video_id, int64_t from_day,
                      struct exposure_days *out)
{
    return DB_LIST(db, a, &q_days, ARGS(I64(video_id), I64(from_day)), EXPOSURE_DAYS_MAX, out);
}
