/* The spool: records that were accepted are read again, whatever happens to the writer or to the
 * file. Needs OVS_CONF of a site. */
#include "app/watching/spool.h"
#include "base/clock.h"
#include "check.h"
#include "io/store.h"
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { RECORDS_MAX = 4000, ACKNOWLEDGED = 1000 };

static struct arena *a;
static struct played got[RECORDS_MAX];

static struct played record(int64_t i)
{
    return (struct played){
        .session = "aZ09-_aZ09-_aZ09",
        .user_id = i + 1,
        .video_id = INT64_C(1) << 40,
        .creator_id = 3,
        .length_ms = 60000,
        .t0_ms = i * 1000,
        .t1_ms = i * 1000 + 999,
        .media_ms = 998,
        .flags = 0x80000001,
    };
}

static bool is_record(const struct played *p, int64_t i)
{
    struct played want = record(i);
    return strcmp(p->session, want.session) == 0 && p->user_id == want.user_id &&
           p->video_id == want.video_id && p->creator_id == want.creator_id &&
           p->length_ms == want.length_ms && p->t0_ms == want.t0_ms && p->t1_ms == want.t1_ms &&
           p->media_ms == want.media_ms && p->flags == want.flags;
}

static void empty(void) { CHECK(store_remove(STORE_VAR, "spool") == RC_OK); }

static const char *only_file(void)
{
    struct spool_names names;

    CHECK(spool_list(a, &names) == RC_OK);
    CHECK(names.n == 1);
    return names.n ? names.items[0] : "none";
}

/* Reads everything from `offset` of the only file into got[]. */
static size_t read_all(int64_t offset, struct spool_reader *r)
{
    size_t n = 0;

    CHECK(spool_open(only_file(), offset, r) == RC_OK);
    CHECK(spool_read(r, got, RECORDS_MAX, &n) == RC_OK);
    return n;
}

/* Run fn in a process of its own, which then holds no file. */
static int in_child(void (*fn)(void))
{
    int status = -1;

    fflush(stdout);
    pid_t pid = fork();
    if (pid == 0) {
        fn();
        _exit(checks_bad != 0);
    }
    waitpid(pid, &status, 0);
    return status;
}

static void check_crc(void)
{
    static const char zeros[32];
    char ones[32];

    memset(ones, 0xff, sizeof(ones));
    CHECK(spool_crc32c("123456789", 9) == 0xe3069283);
    CHECK(spool_crc32c(zeros, sizeof(zeros)) == 0x8a9136aa); /* RFC 3720 appendix B.4 */
    CHECK(spool_crc32c(ones, sizeof(ones)) == 0x62a8ab43);
    CHECK(spool_crc32c("", 0) == 0);
}

static void write_ten(void)
{
    for (int64_t i = 0; i < 10; i++) {
        struct played p = record(i);
        CHECK(spool_add(&p, clock_now_ms()) == RC_OK);
    }
}

static void check_read(void)
{
    struct spool_reader r;
    size_t n;

    empty();
    CHECK_INT(in_child(write_ten), 0);
    CHECK(read_all(0, &r) == 10);
    for (int64_t i = 0; i < 10; i++)
        CHECK(is_record(&got[i], i));
    CHECK(r.finished && r.corrupt == 0);
    CHECK_INT(r.offset, 10 * SPOOL_RECORD_BYTES);
    CHECK(spool_read(&r, got, RECORDS_MAX, &n) == RC_OK && n == 0);
    spool_close(&r);
    CHECK(read_all(7 * SPOOL_RECORD_BYTES, &r) == 3);
    CHECK(is_record(&got[0], 7));
    spool_close(&r);
    CHECK(read_all(11 * SPOOL_RECORD_BYTES, &r) == 0); /* a power cut took what had been read */
    CHECK(spool_remove(&r) == RC_OK);
    spool_close(&r);
    CHECK(spool_open("none.1.1", 0, &r) == RC_NOT_FOUND);
}

static void damage(const char *name, int64_t offset, const void *bytes, size_t n)
{
    int fd = open(store_path(a, STORE_VAR, arena_printf(a, "spool/%s", name)), O_WRONLY);

    CHECK(fd >= 0 && pwrite(fd, bytes, n, offset) == (ssize_t)n);
    close(fd);
}

/* A torn end is left alone; a damaged record is skipped as a whole; so are zeros, which a
 * power cut may leave. */
static void check_damage(void)
{
    static const char zeros[SPOOL_RECORD_BYTES];
    struct spool_reader r;

    empty();
    CHECK_INT(in_child(write_ten), 0);
    const char *name = only_file();
    damage(name, 10 * SPOOL_RECORD_BYTES, "torn", 4);
    CHECK(read_all(0, &r) == 10);
    CHECK_INT(r.offset, 10 * SPOOL_RECORD_BYTES);
    CHECK(r.corrupt == 0);
    spool_close(&r);
    for (int64_t i = 0; i < SPOOL_RECORD_BYTES; i++) {
        char *data, flipped;
        size_t bytes;
        const char *key = arena_printf(a, "spool/%s", name);
        CHECK(store_read(a, STORE_VAR, key, 1 << 16, &data, &bytes) == RC_OK);
        flipped = (char)(data[4 * SPOOL_RECORD_BYTES + i] ^ 1);
        damage(name, 4 * SPOOL_RECORD_BYTES + i, &flipped, 1);
        CHECK(read_all(0, &r) == 9);
        CHECK(r.corrupt == 1 && is_record(&got[3], 3) && is_record(&got[4], 5));
        spool_close(&r);
        damage(name, 4 * SPOOL_RECORD_BYTES + i, &data[4 * SPOOL_RECORD_BYTES + i], 1);
    }
    damage(name, 2 * SPOOL_RECORD_BYTES, zeros, sizeof(zeros));
    damage(name, 9 * SPOOL_RECORD_BYTES, zeros, sizeof(zeros));
    CHECK(read_all(0, &r) == 8);
    CHECK(r.corrupt == 2);
    spool_close(&r);
}

/* A writer is killed in the middle of its work: all records that it acknowledged are there, in
 * order. */
static void check_kill(void)
{
    int pipe_fd[2], status;
    int64_t acknowledged = 0;
    struct spool_reader r;
    char bytes[256];
    ssize_t n;

    empty();
    CHECK(pipe(pipe_fd) == 0);
    fflush(stdout);
    pid_t pid = fork();
    if (pid == 0) {
        for (int64_t i = 0; i < RECORDS_MAX; i++) {
            struct played p = record(i);
            if (spool_add(&p, clock_now_ms()) != RC_OK || write(pipe_fd[1], "", 1) != 1)
                _exit(1);
        }
        pause();
    }
    close(pipe_fd[1]);
    while (acknowledged < ACKNOWLEDGED && (n = read(pipe_fd[0], bytes, sizeof(bytes))) > 0)
        acknowledged += n;
    CHECK(read_all(0, &r) >= ACKNOWLEDGED && !r.finished); /* while it is being written */
    spool_close(&r);
    kill(pid, SIGKILL);
    waitpid(pid, &status, 0);
    while ((n = read(pipe_fd[0], bytes, sizeof(bytes))) > 0)
        acknowledged += n;
    close(pipe_fd[0]);
    size_t have = read_all(0, &r);
    CHECK((int64_t)have >= acknowledged && acknowledged >= ACKNOWLEDGED);
    for (size_t i = 0; i < have; i++)
        CHECK(is_record(&got[i], (int64_t)i));
    CHECK(r.finished && r.corrupt == 0);
    CHECK(spool_remove(&r) == RC_OK);
    spool_close(&r);
}

/* There is room for half of the third record, then for nothing, then for all of it. */
static void write_without_room(void)
{
    struct rlimit limit, small;
    struct played p[] = { record(0), record(1), record(2) };

    signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &limit);
    small = limit;
    small.rlim_cur = 2 * SPOOL_RECORD_BYTES + SPOOL_RECORD_BYTES / 2;
    setrlimit(RLIMIT_FSIZE, &small);
    CHECK(spool_add(&p[0], 1) == RC_OK);
    CHECK(spool_add(&p[1], 1) == RC_OK);
    CHECK(spool_add(&p[2], 1) == RC_FULL);
    small.rlim_cur = 2 * SPOOL_RECORD_BYTES;
    setrlimit(RLIMIT_FSIZE, &small);
    CHECK(spool_add(&p[2], 1) == RC_FAIL);
    setrlimit(RLIMIT_FSIZE, &limit);
    CHECK(spool_add(&p[2], 1) == RC_OK);
}

static void check_no_room(void)
{
    struct spool_reader r;

    empty();
    CHECK_INT(in_child(write_without_room), 0);
    CHECK(read_all(0, &r) == 3);
    CHECK(is_record(&got[2], 2) && r.corrupt == 0);
    spool_close(&r);
}

/* Two writers at the same moment, one of them for longer than an hour. */
static void write_two_files(void)
{
    struct played p = record(0);

    CHECK(spool_add(&p, HOUR_MS) == RC_OK);
    CHECK(spool_add(&p, HOUR_MS + SPOOL_FILE_MAX_MS - 1) == RC_OK);
    CHECK(spool_add(&p, HOUR_MS + SPOOL_FILE_MAX_MS) == RC_OK);
}

static void write_too_much(void)
{
    struct played p = record(0);

    for (int64_t i = 0; i <= SPOOL_FILE_MAX_BYTES / SPOOL_RECORD_BYTES; i++)
        if (spool_add(&p, HOUR_MS) != RC_OK)
            CHECK(false);
}

static void check_rotation(void)
{
    static const struct {
        void (*write)(void);
        int64_t bytes[2];
    } rows[] = {
        { write_two_files, { 2 * SPOOL_RECORD_BYTES, SPOOL_RECORD_BYTES } },
        { write_too_much,
          { SPOOL_FILE_MAX_BYTES - SPOOL_FILE_MAX_BYTES % SPOOL_RECORD_BYTES,
            SPOOL_RECORD_BYTES } },
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct spool_names names;
        empty();
        CHECK_INT(in_child(rows[i].write), 0);
        CHECK(spool_list(a, &names) == RC_OK);
        CHECK(names.n == 2);
        for (size_t k = 0; k < names.n && k < 2; k++) {
            int64_t bytes;
            CHECK(store_size(STORE_VAR, arena_printf(a, "spool/%s", names.items[k]), &bytes) ==
                  RC_OK);
            CHECK_INT(bytes, rows[i].bytes[k]);
        }
    }
}

int main(int argc, char **argv)
{
    static const struct check_case cases[] = {
        CASE(check_crc),  CASE(check_read),    CASE(check_damage),
        CASE(check_kill), CASE(check_no_room), CASE(check_rotation),
    };

    CHECK_CHOOSE(argc, argv, cases);
    a = arena_new(64 << 20);
    check_run();
    empty();
    arena_free(a);
    return check_done("unit_spool");
}
