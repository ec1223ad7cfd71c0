/*
 * How fast watch_flush loads the spool into the database, compared with LOAD DATA of the resulting
 * rows: of segments only, while a flush also stores positions and played parts, and accepts each
 * batch once.
 *
 *   MEMBERS=2000 BEATS=60     each member plays that many beats of 15 s, in one of two spool files
 *
 * Needs OVS_CONF of a running site, and the client `mariadb`.
 */
#include "app/watching/rollup.h"
#include "base/clock.h"
#include "base/conf.h"
#include "base/str.h"
#include "io/store.h"
#include <sys/wait.h>
#include <unistd.h>

enum { VIDEOS = 200, BEAT_MS = 15000, FIRST_USER = 800001, FIRST_VIDEO = 800001 };
#define DAY INT64_C(20000)

static struct arena *a;
static struct db *db;

static int64_t number(const char *name, int64_t fallback)
{
    const char *text = getenv(name);
    return text ? strtoll(text, NULL, 10) : fallback;
}

static void must(enum rc rc)
{
    if (rc != RC_OK) {
        printf("  bench_flush: %s\n", rc_name(rc));
        exit(1);
    }
}

static void script(const char *sql) { must(db_script(db, sql)); }

/* In the order in which a machine receives them: all members, beat by beat. */
static void write_spool(int64_t members, int64_t beats, int64_t file, int64_t files)
{
    for (int64_t i = 0; i < beats; i++)
        for (int64_t m = file; m < members; m += files) {
            struct played p = {
                .user_id = FIRST_USER + m,
                .video_id = FIRST_VIDEO + m % VIDEOS,
                .creator_id = 1,
                .length_ms = 2 * HOUR_MS,
                .t0_ms = DAY * DAY_MS + i * BEAT_MS,
                .t1_ms = DAY * DAY_MS + (i + 1) * BEAT_MS,
                .media_ms = BEAT_MS,
                .position_ms = (i + 1) * BEAT_MS,
                .from_ms = i * BEAT_MS,
                .to_ms = (i + 1) * BEAT_MS,
            };
            snprintf(p.session, sizeof(p.session), "s%d", (int)m);
            must(spool_add(&p, p.t1_ms));
        }
    _exit(0);
}

static void fill_spool(int64_t members, int64_t beats)
{
    enum { FILES = 2 };
    int status;

    must(store_remove(STORE_VAR, "spool"));
    for (int file = 0; file < FILES; file++)
        if (fork() == 0)
            write_spool(members, beats, file, FILES);
    for (int file = 0; file < FILES; file++)
        wait(&status);
}

static void make_rows(int64_t members)
{
    script("SET foreign_key_checks = 0");
    for (int64_t i = 0; i < members; i++)
        script(arena_printf(a,
                            "INSERT INTO user (id, email, handle, display_name, created_ms) VALUES"
                            " (%" PRId64 ", 'b%" PRId64 "@example.org', 'bench%" PRId64
                            "', 'B', 0)",
                            FIRST_USER + i, i, i));
    for (int64_t i = 0; i < VIDEOS; i++)
        script(arena_printf(a,
                            "INSERT INTO video (id, public_id, user_id, category_id, title,"
                            " created_ms) VALUES (%" PRId64 ", 'BENCH%06" PRId64 "', 1, 1, 'V', 0)",
                            FIRST_VIDEO + i, i));
    script("SET foreign_key_checks = 1");
}

static void drop_rows(void)
{
    script("SET foreign_key_checks = 0; DELETE FROM watch_seg; DELETE FROM watch_dirty;"
           " DELETE FROM watch_batch; DELETE FROM watch_position; DELETE FROM video_retention;"
           " DELETE FROM user WHERE id >= 800001; DELETE FROM video WHERE id >= 800001;"
           " DROP TABLE IF EXISTS bench_seg; SET foreign_key_checks = 1");
}

/* Runs one statement in the client; returns the seconds it took. */
static double client(const char *sql, const char *to)
{
    int64_t began_ms = clock_monotonic_ms();
    int status = 1;

    fflush(stdout);
    if (fork() == 0) {
        if (freopen(to, "w", stdout) == NULL)
            _exit(1);
        setenv("MYSQL_PWD", conf()->db_admin_password, 1);
        execlp("mariadb", "mariadb", "--no-defaults", "--local-infile=1", "--batch",
               "--skip-column-names", "--user", conf()->db_admin_user, "--socket",
               conf()->db_socket, conf()->db_name, "-e", sql, NULL);
        _exit(1);
    }
    wait(&status);
    must(status ? RC_FAIL : RC_OK);
    return (double)(clock_monotonic_ms() - began_ms) / 1000;
}

int main(void)
{
    int64_t members = number("MEMBERS", 2000), beats = number("BEATS", 60);
    struct flushed sum;

    a = arena_new(256 << 20);
    db = db_new(DB_ADMIN, 60);
    const char *file = arena_printf(a, "%s/bench.tsv", conf()->var_dir);
    drop_rows();
    make_rows(members);
    fill_spool(members, beats);
    int64_t began_ms = clock_monotonic_ms();
    must(rollup_flush(db, a, clock_now_ms(), true, &sum));
    double flush_s = (double)(clock_monotonic_ms() - began_ms) / 1000;

    client("SELECT * FROM watch_seg", file);
    script("CREATE TABLE bench_seg LIKE watch_seg");
    double load_s = client(
        arena_printf(a, "LOAD DATA LOCAL INFILE '%s' INTO TABLE bench_seg", file), "/dev/null");
    unlink(file);
    drop_rows();

    double records = (double)sum.records / flush_s, rows = (double)sum.segments / flush_s;
    printf("watch_flush, beats/s                        %8.0f\n", records);
    printf(
        "watch_flush, rows/s                         %8.0f   LOAD DATA of these    %8.0f   %.2f\n",
        rows, (double)sum.segments / load_s, rows * load_s / (double)sum.segments);
    db_close(db);
    arena_free(a);
    return sum.records == members * beats ? 0 : 1;
}
