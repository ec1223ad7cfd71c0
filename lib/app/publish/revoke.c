#include "app/publish/revoke.h"
#include "base/clock.h"
#include "base/sb.h"
#include "base/str.h"
#include "io/secret.h"
#include "io/store.h"

#define FILE_KEY "revoked"

enum { WHAT_MAX_BYTES = 20, FILE_ARENA_BYTES = 16 << 20, KEEP_MS = DAY_MS };

struct void_row {
    const char *what;
    int64_t video_id, until_s, pictures_s, made_ms;
};
struct void_list {
    struct void_row *items;
    size_t n;
};
SHAPE(void_shape, struct void_row, COLUMN(struct void_row, what), COLUMN(struct void_row, video_id),
      COLUMN(struct void_row, until_s), COLUMN(struct void_row, pictures_s),
      COLUMN(struct void_row, made_ms));
struct mark {
    int64_t n, latest_ms;
};
SHAPE(mark_shape, struct mark, COLUMN(struct mark, n), COLUMN(struct mark, latest_ms));

#define VOIDS "SELECT what, video_id, until_s, pictures_s, made_ms FROM media_void"
STMT(q_fresh, &number_shape, "SELECT EXISTS (SELECT 1 FROM media_void WHERE fresh = 1) AS n");
STMT(q_star, &void_shape, VOIDS " WHERE what = '*'");
/* Later than what is void and what was made since: that expires a second later, that of a login or of all
 * up to REVOKE_TIMES seconds. */
STMT(q_date, NULL,
     "UPDATE media_void SET until_s = GREATEST(? + IF(video_id > 0, 0, 60), IF(until_s > 0, until_s"
     " + IF(video_id > 0, 1, 60), 0)), pictures_s = IF(video_id > 0, GREATEST(?, IF(pictures_s > 0,"
     " pictures_s + 1, 0)), 0), made_ms = ?, fresh = 0 WHERE fresh = 1");
static_assert(REVOKE_TIMES == 60, "stands in q_date and q_all");
STMT(
    q_mark, &mark_shape,
    "SELECT COUNT(*) AS n, COALESCE(MAX(made_ms), 0) AS latest_ms FROM media_void WHERE fresh = 0");
STMT(q_live, &void_shape,
     VOIDS " WHERE fresh = 0 AND what <> '*' AND ((until_s >= ? AND until_s > ?)"
           " OR (pictures_s >= ? AND pictures_s > ?)) ORDER BY what");
STMT(
    q_all, NULL,
    "INSERT INTO media_void (what, until_s, pictures_s, made_ms, fresh) SELECT '*', MAX(until_s) + 60,"
    " MAX(pictures_s) + 60, ?, 0 FROM media_void v WHERE what <> '*' ON DUPLICATE KEY UPDATE until_s = VALUES(until_s),"
    " pictures_s = VALUES(pictures_s), made_ms = VALUES(made_ms)");
STMT(q_add, NULL,
     "INSERT INTO media_void (what, video_id) VALUES (?, ?) ON DUPLICATE KEY UPDATE fresh = 1");
STMT(q_sweep, NULL,
     "DELETE FROM media_void WHERE fresh = 0 AND until_s < ? AND pictures_s < ? LIMIT 10000");

/* What this process knows of the file. */
static struct {
    int64_t version; /* of the file; 0: none was read */
    struct arena *a;
    struct void_list list; /* by `what` */
} known;

static int by_what(const void *x, const void *y)
{
    const struct void_row *a = x, *b = y;
    return strcmp(a->what, b->what);
}

static bool read_number(const char **at, int64_t *value)
{
    size_t n;

    *at += **at == ' ';
    n = strspn(*at, "0123456789");
    if (n == 0 || str_to_i64(*at, n, 0, INT64_MAX, value) != RC_OK)
        return false;
    *at += n;
    return true;
}

static void read_lines(struct arena *a, const char *text)
{
    known.list.items = arena_array(a, struct void_row, REVOKED_MAX + 1);
    for (const char *line = text, *end; *line; line = end + (*end == '\n')) {
        end = line + strcspn(line, "\n");
        size_t n = strcspn(line, " \n");
        struct void_row *v = &known.list.items[known.list.n];
        const char *at = line + n;
        if (known.list.n <= REVOKED_MAX && n <= WHAT_MAX_BYTES && read_number(&at, &v->until_s) &&
            read_number(&at, &v->pictures_s) && read_number(&at, &v->made_ms) &&
            read_number(&at, &v->video_id)) {
            v->what = arena_strn(a, line, n);
            known.list.n++;
        }
    }
    SORT(known.list.items, known.list.n, by_what);
}

/* Read the file again if it has changed. A file that cannot be read is logged by the store, and what was
 * known stays. */
static void look(void)
{
    int64_t version;
    size_t n;
    char *text;

    enum rc rc = store_version(STORE_VAR, FILE_KEY, &version);
    if (rc != RC_OK || version == known.version)
        return;
    if (known.a == NULL)
        known.a = arena_new(FILE_ARENA_BYTES);
    known.list.n = 0;
    arena_reset(known.a);
    if (store_read(known.a, STORE_VAR, FILE_KEY, REVOKED_FILE_MAX_BYTES, &text, &n) != RC_OK)
        return;
    read_lines(known.a, text);
    known.version = version;
}

static const struct void_row *find(const char *what)
{
    struct void_row key = { .what = what };
    return LOOK_UP(&key, known.list.items, known.list.n, by_what);
}

static const struct void_row *find_login(int64_t session_id)
{
    char login[WHAT_MAX_BYTES + 2];

    snprintf(login, sizeof(login), "@%" PRId64, session_id);
    return session_id ? find(login) : NULL;
}

int64_t revoke_expiry_s(const char *public_id, int64_t session_id, bool picture, int64_t usual_s)
{
    int64_t steps = (usual_s + MEDIA_EXPIRY_STEP_S - 1) / MEDIA_EXPIRY_STEP_S;
    int64_t expiry_s = steps * MEDIA_EXPIRY_STEP_S;

    look();
    const struct void_row *const rows[] = { find(public_id), find("*"), find_login(session_id) };
    for (size_t i = 0; i < COUNT(rows); i++)
        if (rows[i])
            expiry_s = MAX_OF(expiry_s, (picture ? rows[i]->pictures_s : rows[i]->until_s) + 1);
    return expiry_s;
}

bool revoke_since(int64_t video_id, int64_t session_id, int64_t since_ms)
{
    look();
    const struct void_row *const rows[] = { find_login(session_id), find("*") };
    for (size_t i = 0; i < COUNT(rows); i++)
        if (rows[i] && rows[i]->made_ms >= since_ms)
            return true;
    for (const struct void_row *v = known.list.items; v < known.list.items + known.list.n; v++)
        if (video_id && v->video_id == video_id && v->made_ms >= since_ms)
            return true;
    return false;
}

enum rc revoke_video(struct db *db, const char *public_id, int64_t video_id)
{
    return db_run(db, &q_add, ARGS(STR(public_id), I64(video_id)), NULL);
}

enum rc revoke_session(struct db *db, int64_t session_id)
{
    char login[WHAT_MAX_BYTES + 2];

    snprintf(login, sizeof(login), "@%" PRId64, session_id);
    return db_run(db, &q_add, ARGS(STR(login), I64(0)), NULL);
}

/* Carrying */

struct carrying {
    struct db *db;
    struct arena *a;
    int64_t life_s, pictures_life_s, now_ms;
    struct void_row star; /* what all addresses ended at; zeros: never */
};

static int64_t latest_s(int64_t life_s, int64_t now_ms)
{
    int64_t s = now_ms / SECOND_MS + life_s + REVOKE_SLACK_S;
    return (s + MEDIA_EXPIRY_STEP_S - 1) / MEDIA_EXPIRY_STEP_S * MEDIA_EXPIRY_STEP_S;
}

/* Addresses that were made after all had ended expire a second after those. */
static int64_t after(int64_t usual_s, int64_t star_s)
{
    return star_s >= usual_s ? star_s + 1 : usual_s;
}

static enum rc read_star(struct carrying *x)
{
    x->star = (struct void_row){ .what = "*" };
    enum rc rc = db_one(x->db, x->a, &q_star, NO_ARGS, &x->star);
    return rc == RC_NOT_FOUND ? RC_OK : rc;
}

static enum rc date(struct carrying *x)
{
    int64_t until = after(latest_s(x->life_s, x->now_ms), x->star.until_s);
    int64_t pictures = after(latest_s(x->pictures_life_s, x->now_ms), x->star.pictures_s);

    return db_run(x->db, &q_date, ARGS(I64(until), I64(pictures), I64(x->now_ms)), NULL);
}

static enum rc read_live(struct carrying *x, struct void_list *out)
{
    int64_t now_s = x->now_ms / SECOND_MS;

    return DB_LIST(x->db, x->a, &q_live,
                   ARGS(I64(now_s), I64(x->star.until_s), I64(now_s), I64(x->star.pictures_s)),
                   REVOKED_MAX + 1, out);
}

static void add_line(struct sb *text, const struct void_row *v)
{
    sb_addf(text, "%s %" PRId64 " %" PRId64 " %" PRId64 " %" PRId64 "\n", v->what, v->until_s,
            v->pictures_s, v->made_ms, v->video_id);
}

static enum rc write_file(struct carrying *x)
{
    struct sb text = { .a = x->a };
    struct void_list live;

    TRY(read_star(x));
    TRY(read_live(x, &live));
    if (live.n > REVOKED_MAX) {
        TRY(db_run(x->db, &q_all, ARGS(I64(x->now_ms)), NULL));
        TRY(read_star(x));
        TRY(read_live(x, &live));
    }
    sb_addf(&text, "generation %s\n", random_id(x->a, 8));
    if (x->star.until_s)
        add_line(&text, &x->star);
    for (size_t i = 0; i < MIN_OF(live.n, (size_t)REVOKED_MAX); i++)
        add_line(&text, &live.items[i]);
    return store_write(STORE_VAR, FILE_KEY, text.buf, text.len);
}

enum rc revoke_carry(struct db *db, struct arena *a, int64_t life_s, int64_t pictures_life_s,
                     int64_t now_ms)
{
    static struct mark written = { -1, 0 };
    struct carrying x = { db, a, life_s, pictures_life_s, now_ms, { 0 } };
    struct mark mark;
    int64_t fresh;

    TRY(db_number(db, a, &q_fresh, NO_ARGS, &fresh));
    if (fresh) {
        TRY(read_star(&x));
        TRY(date(&x));
    }
    TRY(db_one(db, a, &q_mark, NO_ARGS, &mark));
    if (mark.n == written.n && mark.latest_ms == written.latest_ms)
        return RC_OK;
    TRY(write_file(&x));
    written = mark;
    return RC_OK;
}

enum rc revoke_sweep(struct db *db, int64_t now_ms)
{
    int64_t before_s = (now_ms - KEEP_MS) / SECOND_MS;
    return db_run(db, &q_sweep, ARGS(I64(before_s), I64(before_s)), NULL);
}
