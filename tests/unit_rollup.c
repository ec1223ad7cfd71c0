/*
 * From the spool to each day's credit: whatever breaks off, and however many processes do it at the
 * same time, the rows are the same. Needs OVS_CONF of a running site.
 *
 *   unit_rollup flush | rollup    one pass, as a process of its own; for the test itself
 */
#include "app/watching/rollup.h"
#include "app/money/credit.h"
#include "base/clock.h"
#include "base/str.h"
#include "check.h"
#include "io/store.h"
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
    FIRST_USER = 900001,
    USERS = 3,
    TABS = 5,
    BEATS = 240,
    CALLS = 16, /* more than a pass needs for two files, or two days */
    AT_ONCE = 4,
    MANY = 9000,
    POLL_US = 150000, /* the server renews innodb_trx after 100 ms without a question */
    POLLS_MAX = 100,
};
enum { DAY = 20000, BEAT_MS = 15000, LENGTH_MS = 2 * 60 * 60 * 1000 };

static struct arena *a;
static struct db *db;

struct sums {
    int64_t n, sum_ms, longest_ms, hash;
};
SHAPE(sums_shape, struct sums, COLUMN(struct sums, n), COLUMN(struct sums, sum_ms),
      COLUMN(struct sums, longest_ms), COLUMN(struct sums, hash));
STMT(
    q_all_segments, &sums_shape,
    "SELECT COUNT(*) AS n, COALESCE(SUM(t1_ms - t0_ms), 0) AS sum_ms,"
    " COALESCE(MAX(t1_ms - t0_ms), 0) AS longest_ms, COALESCE(SUM(CRC32(CONCAT_WS(' ', day, user_id,"
    " video_id, creator_id, session, t0_ms, t1_ms, length_ms, flags))), 0) AS hash FROM watch_seg");
STMT(q_all_days, &sums_shape,
     "SELECT COUNT(*) AS n, COALESCE(SUM(credited_ms), 0) AS sum_ms,"
     " COALESCE(MAX(credited_ms), 0) AS longest_ms, COALESCE(SUM(CRC32(CONCAT_WS(' ', user_id, day,"
     " video_id, creator_id, unit_id, credited_ms, raw_ms, lost))), 0) AS hash FROM watch_day");
STMT(q_all_others, &sums_shape,
     "SELECT (SELECT COUNT(*) FROM watch_dirty) AS n, (SELECT COUNT(*) FROM watch_batch) AS sum_ms,"
     " (SELECT COALESCE(MAX(all_before_ms), 0) FROM watch_node) AS longest_ms, 0 AS hash");
STMT(q_credit, &sums_shape,
     "SELECT COUNT(*) AS n, SUM(credited_ms) AS sum_ms, SUM(raw_ms) AS longest_ms, 0 AS hash"
     " FROM watch_day WHERE user_id = ? AND day = ?");

/* What else a flush writes: positions and played parts; and views, which a count writes. */
STMT(q_all_kept, &sums_shape,
     "SELECT (SELECT COUNT(*) FROM watch_position) AS n,"
     " (SELECT CAST(COALESCE(SUM(watched_ms), 0) AS SIGNED) FROM watch_position) AS sum_ms,"
     " (SELECT COALESCE(MAX(position_ms), 0) FROM watch_position) AS longest_ms,"
     " (SELECT CAST(COALESCE(SUM(plays * (cell + 1)), 0) AS SIGNED) FROM video_retention) AS hash");
STMT(q_all_views, &sums_shape,
     "SELECT (SELECT COUNT(*) FROM view_day) AS n,"
     " (SELECT CAST(SUM(views) AS SIGNED) FROM video) AS sum_ms, 0 AS longest_ms, 0 AS hash");
STMT(
    q_lost_clock, &sums_shape,
    "SELECT COUNT(*) AS n, 0 AS sum_ms, 0 AS longest_ms, 0 AS hash FROM watch_day WHERE lost & 128");
STMT(q_waiting, &sums_shape,
     "SELECT COUNT(*) AS n, 0 AS sum_ms, 0 AS longest_ms, 0 AS hash"
     " FROM information_schema.innodb_trx WHERE trx_state = 'LOCK WAIT'");

static struct sums sums(const struct stmt *q)
{
    struct sums s = { 0 };
    CHECK(db_one(db, a, q, NO_ARGS, &s) == RC_OK);
    return s;
}

static bool same(struct sums x, struct sums y) { return memcmp(&x, &y, sizeof(x)) == 0; }

static void clear(const char *sql) { CHECK(db_script(db, sql) == RC_OK); }
static void clear_all(void)
{
    clear("DELETE FROM watch_seg; DELETE FROM watch_batch; DELETE FROM watch_node;"
          " DELETE FROM watch_dirty; DELETE FROM watch_day; DELETE FROM watch_position;"
          " DELETE FROM video_retention; DELETE FROM view_day");
}

/* Members and videos, except the last of each, which are gone; and for each of them a paid
 * month. */
static void make_rows(void)
{
    clear("SET foreign_key_checks = 0; DELETE FROM paid_span WHERE user_id >= 900001;"
          " DELETE FROM unit WHERE user_id >= 900001;"
          " DELETE FROM user WHERE id >= 900001; DELETE FROM video WHERE id <= 5");
    for (int64_t i = 0; i < USERS; i++)
        clear(arena_printf(
            a,
            "INSERT INTO unit (id, payment_id, n, user_id, policy_id, starts_ms, ends_ms, currency,"
            " gross_minor, tax_minor, fee_minor) VALUES (%" PRId64 ", %" PRId64 ", 0, %" PRId64
            ", 1, 0, %" PRId64 ", 'XTS', 999, 0, 0)",
            FIRST_USER + i, FIRST_USER + i, FIRST_USER + i, (DAY + 1) * DAY_MS));
    clear("INSERT INTO paid_span (user_id, starts_ms, ends_ms, unit_id, anchor_ms)"
          " SELECT user_id, starts_ms, ends_ms, id, 0 FROM unit WHERE user_id >= 900001");
    for (int64_t i = 0; i < USERS - 1; i++)
        clear(arena_printf(a,
                           "INSERT INTO user (id, email, handle, display_name, created_ms) VALUES"
                           " (%" PRId64 ", 'u%" PRId64 "@example.org', 'rollup%" PRId64
                           "', 'U', 0)",
                           FIRST_USER + i, i, i));
    for (int64_t i = 1; i < TABS; i++)
        clear(arena_printf(a,
                           "INSERT INTO video (id, public_id, user_id, category_id, title,"
                           " created_ms) VALUES (%" PRId64 ", 'ROLLUP%05" PRId64 "', %" PRId64
                           ", 1, 'V', 0)",
                           i, i, i + 1));
    clear("SET foreign_key_checks = 1");
}

static void drop_rows(void)
{
    clear("SET foreign_key_checks = 0; DELETE FROM paid_span WHERE user_id >= 900001;"
          " DELETE FROM unit WHERE user_id >= 900001;"
          " DELETE FROM user WHERE id >= 900001; DELETE FROM video WHERE id <= 5;"
          " SET foreign_key_checks = 1");
}

/* Beats of a few members, each with several players for an hour, which ends at noon or half an hour
 * after midnight; and one player of five minutes whose beats follow each other closely. */
static struct played beat(int64_t user, int64_t tab, int64_t i)
{
    int64_t end_ms = DAY * DAY_MS + (user ? 30 * MINUTE_MS : DAY_MS / 2);
    struct played p = {
        .user_id = FIRST_USER + user,
        .video_id = tab + 1,
        .creator_id = tab + 2,
        .length_ms = LENGTH_MS,
        .t0_ms = end_ms - (BEATS - i) * BEAT_MS,
        .media_ms = BEAT_MS,
        .position_ms = (i + 1) * BEAT_MS,
        .from_ms = i * BEAT_MS,
        .to_ms = (i + 1) * BEAT_MS,
    };
    p.t1_ms = p.t0_ms + BEAT_MS;
    snprintf(p.session, sizeof(p.session), "s%" PRId64 "-%" PRId64, user, tab);
    return p;
}

static void write_spool(void)
{
    for (int64_t user = 0; user < USERS; user++)
        for (int64_t tab = 0; tab < TABS; tab++)
            for (int64_t i = 0; i < BEATS; i += user == 1 ? 2 : 1) { /* user 1: nothing to join */
                struct played p = beat(user, tab, i);
                CHECK(spool_add(&p, p.t1_ms + (tab > 2 ? SPOOL_FILE_MAX_MS : 0)) == RC_OK);
            }
}

static void start(const char *what, int64_t fail_at)
{
    fflush(stdout);
    if (fork() == 0) {
        setenv("FAULT", arena_printf(a, "lost:%" PRId64, fail_at), fail_at > 0);
        execl("/proc/self/exe", "unit_rollup", what, NULL);
        _exit(1);
    }
}

static bool ended_well(void)
{
    int status;
    return wait(&status) > 0 && status == 0;
}

/* Each in a process of its own, at the same time. True when all ended well. */
static bool run(const char *what, int64_t fail_at, int copies)
{
    bool good = true;

    for (int i = 0; i < copies; i++)
        start(what, fail_at);
    for (int i = 0; i < copies; i++)
        good &= ended_well();
    return good;
}

/* The spool as it was written, to be put there again. */
struct kept {
    const char *key;
    char *data;
    size_t n;
};
static struct kept kept[8];
static size_t kept_n;

static void keep_spool(void)
{
    struct spool_names names;

    CHECK(spool_list(a, &names) == RC_OK);
    for (kept_n = 0; kept_n < names.n && kept_n < COUNT(kept); kept_n++) {
        struct kept *k = &kept[kept_n];
        k->key = arena_printf(a, "spool/%s", names.items[kept_n]);
        CHECK(store_read(a, STORE_VAR, k->key, 16 << 20, &k->data, &k->n) == RC_OK);
    }
}

static void put_spool(void)
{
    for (size_t i = 0; i < kept_n; i++)
        CHECK(store_write(STORE_VAR, kept[i].key, kept[i].data, kept[i].n) == RC_OK);
}

static size_t spool_files(void)
{
    struct spool_names names = { NULL, 0 };
    CHECK(spool_list(a, &names) == RC_OK);
    return names.n;
}

static void fill_spool(void)
{
    int status;

    CHECK(store_remove(STORE_VAR, "spool") == RC_OK);
    fflush(stdout);
    pid_t pid = fork();
    if (pid == 0) {
        write_spool();
        _exit(checks_bad != 0);
    }
    CHECK(waitpid(pid, &status, 0) == pid && status == 0);
    keep_spool();
    CHECK(kept_n > 1);
}

static void check_join(void)
{
    static const struct {
        int64_t t[3][2];
        size_t left;
        int64_t first[2];
    } rows[] = {
        { { { 0, 15 }, { 15, 30 }, { 30, 45 } }, 1, { 0, 45 } },
        { { { 30, 45 }, { 0, 15 }, { 15, 30 } }, 1, { 0, 45 } },
        { { { 0, 15 }, { 1015, 1030 }, { 5000, 5001 } }, 2, { 0, 30 } },
        { { { 0, 15 }, { 1016, 1030 }, { 5000, 5001 } }, 3, { 0, 15 } },
        { { { 0, 15 }, { 0, 15 }, { 14, 20 } }, 3, { 0, 15 } },
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct played p[3] = { beat(0, 0, 0), beat(0, 0, 0), beat(0, 0, 0) };
        for (size_t k = 0; k < 3; k++)
            p[k].t0_ms = rows[i].t[k][0], p[k].t1_ms = rows[i].t[k][1];
        CHECK(rollup_join(p, 3) == rows[i].left);
        CHECK_INT(p[0].t0_ms, rows[i].first[0]);
        CHECK_INT(p[0].t1_ms, rows[i].first[1]);
    }
    struct played other[2] = { beat(0, 0, 0), beat(0, 1, 1) };
    CHECK(rollup_join(other, 2) == 2);
    CHECK(rollup_join(other, 0) == 0);
}

/* 3 members: two with 3600 s in 5 players, joined to rows of 60 s; one with 1800 s, not joined. */
static struct sums flushed_segments, flushed_rows;
static void check_flush(void)
{
    enum { JOINED = 60, LOOSE = BEATS / 2, CELLS = 3 /* in a beat */ };

    clear_all();
    int64_t before_ms = clock_now_ms();
    CHECK(run("flush", 0, 1));
    flushed_segments = sums(&q_all_segments);
    CHECK_INT(flushed_segments.n, TABS * (2 * JOINED + LOOSE));
    CHECK_INT(flushed_segments.sum_ms, TABS * BEAT_MS * (2 * BEATS + LOOSE));
    CHECK_INT(flushed_segments.longest_ms, ROLLUP_SEGMENT_MAX_MS);
    CHECK(spool_files() == 0);
    struct sums others = sums(&q_all_others);
    CHECK_INT(others.n, 2 * USERS - 1); /* days: members 1 and 2 watched over midnight */
    CHECK_INT(others.sum_ms, 0);
    CHECK(others.longest_ms >= before_ms - ROLLUP_LAG_MS &&
          others.longest_ms <= clock_now_ms() - ROLLUP_LAG_MS);
    flushed_rows = sums(&q_all_kept); /* one member and one video are gone */
    CHECK_INT(flushed_rows.n, (USERS - 1) * (TABS - 1));
    CHECK_INT(flushed_rows.sum_ms, (TABS - 1) * BEAT_MS * (BEATS + LOOSE));
    CHECK_INT(flushed_rows.longest_ms, BEATS * BEAT_MS);
    int64_t cells = 0; /* of all members, in each video that is there */
    for (int64_t i = 0; i < BEATS; i++)
        for (int64_t k = 1; k <= CELLS; k++)
            cells += (i % 2 ? 2 : 3) * (CELLS * i + k);
    CHECK_INT(flushed_rows.hash, (TABS - 1) * cells);
}

/* Each call in turn is lost; and the connection's process ends before its files are removed. */
static void check_flush_faults(void)
{
    for (int64_t k = 1; k <= CALLS; k++) {
        clear_all();
        put_spool();
        run("flush", k, 1);
        CHECK(run("flush", 0, 1));
        CHECK(same(sums(&q_all_segments), flushed_segments));
        CHECK(same(sums(&q_all_kept), flushed_rows));
        CHECK(spool_files() == 0);
    }
}

/* A file that is still being written is read in parts, and each part once. */
static void check_live_file(void)
{
    int64_t n[] = { 100, 0, 50 }, all = 0;
    struct flushed sum;

    clear_all();
    CHECK(store_remove(STORE_VAR, "spool") == RC_OK);
    for (size_t part = 0; part < COUNT(n); part++) {
        for (int64_t i = 0; i < n[part]; i++) {
            struct played p = beat(0, 0, all + i);
            CHECK(spool_add(&p, DAY_MS) == RC_OK);
        }
        all += n[part];
        CHECK(rollup_flush(db, a, clock_now_ms(), true, &sum) == RC_OK);
        CHECK_INT(sum.records, n[part]);
        CHECK_INT(sum.files, 0);
        CHECK_INT(sums(&q_all_segments).sum_ms, all * BEAT_MS);
    }
    CHECK(spool_files() == 1);
    for (int64_t i = 0; i < MANY; i++) { /* what several read at once is loaded once */
        struct played p = beat(0, 0, all + i % 90);
        CHECK(spool_add(&p, DAY_MS) == RC_OK);
    }
    CHECK(run("flush", 0, AT_ONCE));
    CHECK_INT(sums(&q_all_segments).sum_ms, (all + MANY) * BEAT_MS);
    CHECK(store_remove(STORE_VAR, "spool") == RC_OK);
}

static void check_rollup(void)
{
    struct sums one;

    clear_all();
    put_spool();
    CHECK(run("flush", 0, 1));
    clear("DROP TABLE IF EXISTS kept_dirty; CREATE TABLE kept_dirty AS SELECT * FROM watch_dirty");
    CHECK(run("rollup", 0, 1));
    struct sums reference = sums(&q_all_days);
    CHECK_INT(reference.n, (2 * USERS - 1) * TABS);
    CHECK_INT(reference.sum_ms, BEAT_MS * (2 * BEATS + BEATS / 2)); /* each hour once */
    CHECK(db_one(db, a, &q_credit, ARGS(I64(FIRST_USER + 2), I64(DAY - 1)), &one) == RC_OK);
    CHECK_INT(one.sum_ms, 30 * MINUTE_MS);
    CHECK_INT(one.longest_ms, TABS * 30 * MINUTE_MS);
    CHECK_INT(sums(&q_all_others).n, 0);
    for (int64_t k = 0; k <= CALLS; k++) { /* 0: by several at once, without a fault */
        clear("INSERT INTO watch_dirty (user_id, day) SELECT user_id, day FROM kept_dirty");
        if (k % 2)
            clear("DELETE FROM watch_day");
        CHECK(k || run("rollup", 0, AT_ONCE));
        if (k)
            run("rollup", k, 1);
        CHECK(run("rollup", 0, 1));
        CHECK(same(sums(&q_all_days), reference));
        CHECK_INT(sums(&q_all_others).n, 0);
    }
    clear("DROP TABLE kept_dirty");
    /* each day, member and existing video: viewed once, however often it was counted */
    CHECK_INT(sums(&q_all_views).n, (2 * USERS - 1) * (TABS - 1));
    CHECK_INT(sums(&q_all_views).sum_ms, (2 * USERS - 1) * (TABS - 1));
}

/* A segment that arrives while its day is counted is in the day, or makes it dirty again. */
static void check_late_segment(void)
{
    clear_all();
    clear("INSERT INTO watch_dirty (user_id, day) VALUES (900001, 0); START TRANSACTION;"
          " INSERT INTO watch_seg VALUES (0, 900001, 1, 1, 7, 2, 's', 0, 15000, 60000, 0);"
          " INSERT INTO watch_dirty (user_id, day) VALUES (900001, 0)"
          " ON DUPLICATE KEY UPDATE day = VALUES(day)");
    start("rollup", 0);
    for (int i = 0; i < POLLS_MAX && sums(&q_waiting).n == 0; i++)
        usleep(POLL_US);
    clear("COMMIT");
    CHECK(ended_well());
    CHECK(run("rollup", 0, 1));
    CHECK_INT(sums(&q_all_days).sum_ms, BEAT_MS);
    CHECK_INT(sums(&q_all_others).n, 0);
}

/* A machine whose clock is wrong is noticed, and what was reported to it is stored but earns
 * nothing. */
static void check_clock(void)
{
    static const int64_t ahead_ms[] = { 0, 1000, -1000, 4000, -9000, DAY_MS };
    struct flushed sum;
    int64_t days;
    bool ok;

    for (size_t i = 0; i < COUNT(ahead_ms); i++) {
        CHECK(rollup_clock_ok(db, a, time(NULL) * 1000 + 500 + ahead_ms[i], &ok) == RC_OK);
        CHECK(ok == (i < 3));
    }
    clear_all();
    put_spool();
    CHECK(rollup_flush(db, a, clock_now_ms(), false, &sum) == RC_OK);
    CHECK(rollup_days(db, a, &days) == RC_OK);
    CHECK(sum.segments > 0 && sums(&q_all_days).n > 0);
    CHECK_INT(sums(&q_all_days).sum_ms, 0);
    CHECK_INT(sums(&q_lost_clock).n, sums(&q_all_days).n);
}

/* Old segments are deleted when their months are settled, whole days at once; their credit stays,
 * even when the day is counted again. */
static void check_sweep(void)
{
    int64_t days, now_ms = (DAY + ROLLUP_KEEP_DAYS + 1) * DAY_MS;

    clear_all();
    put_spool();
    CHECK(run("flush", 0, 1));
    CHECK(rollup_sweep(db, a, now_ms, &days) == RC_OK && days == 0); /* not yet counted */
    CHECK(run("rollup", 0, 1));
    struct sums reference = sums(&q_all_days);
    CHECK(rollup_sweep(db, a, now_ms, &days) == RC_OK && days == 0); /* not yet settled */
    clear("UPDATE unit SET settled_ms = 1 WHERE user_id = 900001");
    CHECK(rollup_sweep(db, a, now_ms - 2 * DAY_MS, &days) == RC_OK && days == 0); /* not yet old */
    CHECK(rollup_sweep(db, a, now_ms, &days) == RC_OK);
    CHECK_INT(days, 1); /* member 0, who watched on one day */
    clear("UPDATE unit SET settled_ms = 1 WHERE user_id > 900001");
    CHECK(rollup_sweep(db, a, now_ms, &days) == RC_OK);
    CHECK_INT(days, 2 * (USERS - 1));
    CHECK_INT(sums(&q_all_segments).n, 0);
    clear("INSERT INTO watch_dirty (user_id, day) SELECT DISTINCT user_id, day FROM watch_day");
    CHECK(run("rollup", 0, 1));
    CHECK(same(sums(&q_all_days), reference));
    clear("UPDATE unit SET settled_ms = 0 WHERE user_id >= 900001");
}

int main(int argc, char **argv)
{
    static const struct check_case cases[] = {
        CASE(check_join),
        CASE(check_flush),
        CASE_AFTER(check_flush, check_flush_faults),
        CASE(check_rollup),
        CASE(check_clock),
        CASE(check_sweep),
        CASE(check_late_segment),
        CASE(check_live_file),
    };

    a = arena_new(128 << 20);
    if (argc == 2 && (str_eq(argv[1], "flush") || str_eq(argv[1], "rollup"))) {
        struct flushed sum;
        int64_t days;
        db = db_new(DB_ORDINARY, 30);
        return rc_exit(str_eq(argv[1], "flush") ? rollup_flush(db, a, clock_now_ms(), true, &sum)
                                                : rollup_days(db, a, &days));
    }
    CHECK_CHOOSE(argc, argv, cases);
    db = db_new(DB_ADMIN, 30);
    make_rows();
    fill_spool();
    check_run();
    clear_all();
    drop_rows();
    db_close(db);
    arena_free(a);
    return check_done("unit_rollup");
}
