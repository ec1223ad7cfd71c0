/* Files and locks: names that are refused, links that are not followed, writes at the same time. */
#include "base/str.h"
#include "check.h"
#include "io/store.h"
#include <dirent.h>
#include <fcntl.h>
#include <ftw.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/wait.h>
#include <unistd.h>

static struct arena *a;
static char dir[] = "/tmp/ovs-unit-XXXXXX";

static char *at(const char *name) { return arena_printf(a, "%s/%s", dir, name); }

static void put_file(const char *name, const char *text)
{
    FILE *f = fopen(at(name), "w");

    CHECK(f && fputs(text, f) >= 0 && fclose(f) == 0);
}

static bool exists(const char *name)
{
    struct stat st;

    return lstat(at(name), &st) == 0;
}

static int mode_of(const char *name)
{
    struct stat st = { 0 };

    CHECK(stat(at(name), &st) == 0);
    return (int)(st.st_mode & 07777);
}

static const char *text_of(const char *key)
{
    char *text = NULL;
    size_t n;

    CHECK_INT(store_read(a, STORE_MEDIA, key, 1 << 20, &text, &n), RC_OK);
    return text;
}

/* Everything in a directory, hidden files too. */
static int entries(const char *name)
{
    DIR *list = opendir(at(name));
    int n = 0;

    CHECK(list != NULL);
    while (list && readdir(list))
        n++;
    if (list)
        closedir(list);
    return n - 2;
}

static const struct {
    const char *key;
    bool ok;
} keys[] = {
    { "a", true },
    { "k3J9xQ-ab_0/full/master.m3u8", true },
    { "-_-/-", true },
    { "a..b/c.", true },
    { "1/2/3/4/5/6/7/8", true },
    { "1/2/3/4/5/6/7/8/9", false },
    { "", false },
    { "/", false },
    { "/etc/passwd", false },
    { "a/", false },
    { "a//b", false },
    { ".", false },
    { "..", false },
    { "../a", false },
    { "a/../b", false },
    { "a/./b", false },
    { "a/.hidden", false },
    { "a b", false },
    { "a\nb", false },
    { "a\\b", false },
    { "a%2fb", false },
    { "\xc3\xa4", false },
    { "*", false },
    { "~", false },
};

static void check_keys(void)
{
    char *text, *longest = arena_alloc(a, STORE_KEY_MAX_BYTES + 2);
    size_t n;
    int64_t bytes;
    int fd;

    for (size_t i = 0; i < COUNT(keys); i++) {
        const char *key = keys[i].key;
        if (store_key_ok(key) != keys[i].ok)
            printf("  key \"%s\"\n", key);
        CHECK(store_key_ok(key) == keys[i].ok);
        if (keys[i].ok)
            continue;
        CHECK_INT(store_dir(STORE_MEDIA, key), RC_INVALID);
        CHECK_INT(store_open(STORE_MEDIA, key, O_RDONLY, &fd), RC_INVALID);
        CHECK_INT(store_write(STORE_MEDIA, key, "x", 1), RC_INVALID);
        CHECK_INT(store_read(a, STORE_MEDIA, key, 9, &text, &n), RC_INVALID);
        CHECK_INT(store_move(STORE_MEDIA, key, "b"), RC_INVALID);
        CHECK_INT(store_remove(STORE_MEDIA, key), RC_INVALID);
        CHECK_INT(store_size(STORE_MEDIA, key, &bytes), RC_INVALID);
    }
    memset(longest, 'a', NAME_MAX);
    CHECK(store_key_ok(longest));
    longest[NAME_MAX] = 'a';
    CHECK(!store_key_ok(longest));
    memset(longest, 'a', STORE_KEY_MAX_BYTES);
    longest[100] = longest[200] = '/';
    CHECK(store_key_ok(longest));
    longest[STORE_KEY_MAX_BYTES] = 'a';
    CHECK(!store_key_ok(longest));
}

/* The web server may have to read through the group, whatever the umask (here 077). */
static void check_modes(void)
{
    CHECK_INT(store_write(STORE_MEDIA, "m/full/x.mp4", "x", 1), RC_OK);
    CHECK_INT(mode_of("media/m"), 0770);
    CHECK_INT(mode_of("media/m/full"), 0770);
    CHECK_INT(mode_of("media/m/full/x.mp4"), 0640);
    CHECK_INT(store_dir(STORE_VAR, "spool/beats"), RC_OK);
    CHECK_INT(mode_of("var/spool/beats"), 0770);
    CHECK_INT(store_dir(STORE_VAR, "spool/beats"), RC_OK);
}

static void check_write(void)
{
    char *text;
    size_t n;
    int fd;

    CHECK_INT(store_write(STORE_MEDIA, "w/a", "one", 3), RC_OK);
    CHECK_STR(text_of("w/a"), "one");
    CHECK_INT(store_write(STORE_MEDIA, "w/a", "two\0!", 5), RC_OK);
    CHECK_INT(store_read(a, STORE_MEDIA, "w/a", 5, &text, &n), RC_OK);
    CHECK(n == 5 && memcmp(text, "two\0!", 6) == 0);
    CHECK_INT(store_read(a, STORE_MEDIA, "w/a", 4, &text, &n), RC_TOO_LARGE);
    CHECK_INT(store_write(STORE_MEDIA, "w/a", "", 0), RC_OK);
    CHECK_STR(text_of("w/a"), "");
    CHECK_STR(store_path(a, STORE_MEDIA, "w/a"), at("media/w/a"));
    CHECK_INT(entries("media/w"), 1);

    CHECK_INT(store_write(STORE_MEDIA, "w", "x", 1), RC_CONFLICT);   /* a directory */
    CHECK_INT(store_write(STORE_MEDIA, "w/a/b", "x", 1), RC_DENIED); /* a file above */
    CHECK_INT(store_read(a, STORE_MEDIA, "w", 9, &text, &n), RC_DENIED);
    CHECK_INT(store_read(a, STORE_MEDIA, "none", 9, &text, &n), RC_NOT_FOUND);
    CHECK_INT(store_open(STORE_MEDIA, "none/x", O_WRONLY | O_CREAT, &fd), RC_NOT_FOUND);
    CHECK_INT(store_open(STORE_MEDIA, "w/a", O_WRONLY | O_CREAT | O_EXCL, &fd), RC_CONFLICT);
}

/* A write that fails midway leaves the old file and nothing else. */
static void check_failed_write(void)
{
    struct rlimit limit, small;

    CHECK_INT(store_write(STORE_MEDIA, "f/a", "old", 3), RC_OK);
    getrlimit(RLIMIT_FSIZE, &limit);
    small = (struct rlimit){ 100, limit.rlim_max };
    signal(SIGXFSZ, SIG_IGN);
    CHECK(setrlimit(RLIMIT_FSIZE, &small) == 0);
    enum rc rc = store_write(STORE_MEDIA, "f/a", arena_alloc(a, 1000), 1000);
    CHECK(setrlimit(RLIMIT_FSIZE, &limit) == 0);
    CHECK_INT(rc, RC_FAIL);
    CHECK_STR(text_of("f/a"), "old");
    CHECK_INT(entries("media/f"), 1);
}

/* While one process replaces a file, another only ever reads a whole one. */
static void check_atomic(void)
{
    static char texts[2][9000];
    char *text;
    size_t n;
    int reads = 0, torn = 0, status;

    memset(texts[0], 'a', 100);
    memset(texts[1], 'b', sizeof(texts[1]) - 1);
    CHECK_INT(store_write(STORE_MEDIA, "at", texts[0], strlen(texts[0])), RC_OK);
    pid_t child = fork();
    if (child == 0) {
        enum rc rc = RC_OK;
        for (int i = 0; i < 200 && rc == RC_OK; i++)
            rc = store_write(STORE_MEDIA, "at", texts[i % 2], strlen(texts[i % 2]));
        _exit(rc != RC_OK);
    }
    for (; waitpid(child, &status, WNOHANG) == 0; reads++) {
        arena_reset(a);
        if (store_read(a, STORE_MEDIA, "at", sizeof(texts[0]), &text, &n) != RC_OK ||
            (strcmp(text, texts[0]) && strcmp(text, texts[1])))
            torn++;
    }
    CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    CHECK(reads > 0);
    CHECK_INT(torn, 0);
}

static void check_links(void)
{
    char *text;
    size_t n;
    int fd;
    int64_t bytes;

    CHECK(mkdir(at("outside"), 0700) == 0);
    put_file("outside/keep", "secret");
    CHECK_INT(store_write(STORE_MEDIA, "l/own", "12345", 5), RC_OK);
    CHECK(symlink(at("outside"), at("media/l/folder")) == 0);
    CHECK(symlink(at("outside/keep"), at("media/l/file")) == 0);

    CHECK_INT(store_read(a, STORE_MEDIA, "l/file", 99, &text, &n), RC_DENIED);
    CHECK_INT(store_read(a, STORE_MEDIA, "l/folder/keep", 99, &text, &n), RC_DENIED);
    CHECK_INT(store_open(STORE_MEDIA, "l/file", O_WRONLY | O_TRUNC, &fd), RC_DENIED);
    CHECK_INT(store_dir(STORE_MEDIA, "l/folder/new"), RC_DENIED);
    CHECK_INT(store_dir(STORE_MEDIA, "l/folder"), RC_DENIED);
    CHECK_INT(store_move(STORE_MEDIA, "l/own", "l/folder/own"), RC_DENIED);
    CHECK_INT(store_move(STORE_MEDIA, "l/folder/keep", "l/kept"), RC_DENIED);
    CHECK_INT(store_remove(STORE_MEDIA, "l/folder/keep"), RC_DENIED);
    CHECK_INT(store_size(STORE_MEDIA, "l", &bytes), RC_OK);
    CHECK_INT(bytes, 5);

    CHECK_INT(store_write(STORE_MEDIA, "l/file", "own", 3), RC_OK); /* replaces the link */
    CHECK_STR(text_of("l/file"), "own");
    CHECK_INT(store_remove(STORE_MEDIA, "l"), RC_OK); /* removes links, not their targets */
    CHECK(!exists("media/l"));
    CHECK(exists("outside/keep"));
}

static void check_move(void)
{
    CHECK_INT(store_write(STORE_MEDIA, "from/a", "a", 1), RC_OK);
    CHECK_INT(store_write(STORE_MEDIA, "from/b", "b", 1), RC_OK);
    CHECK_INT(store_write(STORE_MEDIA, "taken/x", "x", 1), RC_OK);
    CHECK_INT(store_move(STORE_MEDIA, "from/a", "to/new/a"), RC_OK);
    CHECK_STR(text_of("to/new/a"), "a");
    CHECK(!exists("media/from/a"));
    CHECK_INT(store_move(STORE_MEDIA, "from/b", "to/new/a"), RC_OK);
    CHECK_STR(text_of("to/new/a"), "b");
    CHECK_INT(store_move(STORE_MEDIA, "from/b", "c"), RC_NOT_FOUND);
    CHECK_INT(store_move(STORE_MEDIA, "to/new", "taken"), RC_CONFLICT);
    CHECK_STR(text_of("taken/x"), "x");
    CHECK_INT(store_move(STORE_MEDIA, "to/new", "published"), RC_OK);
    CHECK_STR(text_of("published/a"), "b");
}

static void check_tree(void)
{
    char *path = at("media/deep");
    int64_t bytes = -1;

    CHECK_INT(store_size(STORE_MEDIA, "tree", &bytes), RC_OK);
    CHECK_INT(bytes, 0);
    CHECK_INT(store_write(STORE_MEDIA, "tree/a", "1234", 4), RC_OK);
    CHECK_INT(store_write(STORE_MEDIA, "tree/b/c/d", "123", 3), RC_OK);
    CHECK_INT(store_dir(STORE_MEDIA, "tree/empty"), RC_OK);
    put_file("media/tree/.left-over", "12");
    CHECK_INT(store_size(STORE_MEDIA, "tree", &bytes), RC_OK);
    CHECK_INT(bytes, 9);
    CHECK_INT(store_size(STORE_MEDIA, "tree/a", &bytes), RC_OK);
    CHECK_INT(bytes, 4);
    CHECK_INT(store_remove(STORE_MEDIA, "tree/a"), RC_OK);
    CHECK_INT(store_remove(STORE_MEDIA, "tree"), RC_OK);
    CHECK(!exists("media/tree"));
    CHECK_INT(store_remove(STORE_MEDIA, "tree"), RC_OK);
    CHECK_INT(store_remove(STORE_MEDIA, "tree/b/c"), RC_OK);

    for (int i = 0; i < 40; i++, path = arena_printf(a, "%s/d", path))
        CHECK(mkdir(path, 0700) == 0);
    CHECK_INT(store_remove(STORE_MEDIA, "deep"), RC_FAIL); /* not made by us */
}

/* Take the lock in another process, and end it: 0 when it got the lock. */
static int lock_elsewhere(const char *name)
{
    int status = -1;
    pid_t child = fork();

    if (child == 0)
        _exit(lock_take(name, NULL) == RC_OK ? 0 : 1);
    CHECK(waitpid(child, &status, 0) == child && WIFEXITED(status));
    return WEXITSTATUS(status);
}

static void check_locks(void)
{
    int lock;

    CHECK_INT(lock_elsewhere("job"), 0);
    CHECK_INT(lock_take("job", &lock), RC_OK); /* the one that had it has ended */
    CHECK(exists("var/run/job.lock"));
    CHECK_INT(lock_take("job", NULL), RC_BUSY);
    CHECK_INT(lock_elsewhere("job"), 1);
    CHECK_INT(lock_elsewhere("other"), 0);
    lock_drop(lock);
    CHECK_INT(lock_elsewhere("job"), 0);
    CHECK_INT(lock_take("job", NULL), RC_OK); /* for good */
    CHECK_INT(lock_elsewhere("job"), 1);
    CHECK_INT(lock_take("../job", NULL), RC_INVALID);
    CHECK_INT(lock_take("", NULL), RC_INVALID);
}

/* What store_room() says under a config with these lines; a config is read once, hence the fork. */
static int room_under(const char *lines, int64_t bytes)
{
    const char *path = at("room.conf");
    int status = -1;

    put_file("room.conf",
             arena_printf(a, "media_dir = %s/media\nvar_dir = %s/var\n%s", dir, dir, lines));
    pid_t child = fork();
    if (child == 0) {
        setenv("OVS_CONF", path, 1);
        _exit((int)store_room(bytes));
    }
    CHECK(waitpid(child, &status, 0) == child && WIFEXITED(status));
    return WEXITSTATUS(status);
}

#define NO_PERCENT "disk_reserve_percent = 0\n"
#define NO_BYTES   "disk_reserve_bytes = 0\n"

/* Wide margins, because others write to this disk as well. */
static void check_room(void)
{
    struct statvfs fs;

    CHECK(statvfs(dir, &fs) == 0);
    int64_t free_bytes = (int64_t)(fs.f_bavail * fs.f_frsize);
    int64_t reserve = MIN_OF(free_bytes / 2, INT64_C(1000000000000));
    int64_t much = free_bytes - reserve / 2; /* fits, except for the reserve */
    const char *some = arena_printf(a, "disk_reserve_bytes = %" PRId64 "\n" NO_PERCENT, reserve);

    CHECK_INT(room_under(NO_BYTES NO_PERCENT, 0), RC_OK);
    CHECK_INT(room_under(NO_BYTES NO_PERCENT, much), RC_OK);
    CHECK_INT(room_under(NO_BYTES NO_PERCENT, 2 * free_bytes), RC_FULL);
    CHECK_INT(room_under(NO_BYTES NO_PERCENT, INT64_MAX), RC_FULL);
    CHECK_INT(room_under(some, 0), RC_OK);
    CHECK_INT(room_under(some, much), RC_FULL);
    CHECK_INT(room_under(NO_BYTES "disk_reserve_percent = 90\n", much), RC_FULL);
}

static int drop(const char *path, const struct stat *st, int type, struct FTW *where)
{
    (void)st, (void)type, (void)where;
    return remove(path);
}

int main(int argc, char **argv)
{
    static const struct check_case cases[] = {
        CASE(check_keys),         CASE(check_modes),  CASE(check_write),
        CASE(check_failed_write), CASE(check_atomic), CASE(check_links),
        CASE(check_move),         CASE(check_tree),   CASE(check_locks),
    };

    CHECK_CHOOSE(argc, argv, cases);
    a = arena_new(64 << 20);
    umask(077);
    CHECK(mkdtemp(dir) && mkdir(at("media"), 0700) == 0 && mkdir(at("var"), 0700) == 0);
    check_room(); /* before this process reads a config of its own */
    put_file("conf", arena_printf(a, "var_dir = %s/var\nmedia_dir = %s/media\n", dir, dir));
    setenv("OVS_CONF", at("conf"), 1);

    check_run();

    CHECK(nftw(dir, drop, 8, FTW_DEPTH | FTW_PHYS) == 0);
    arena_free(a);
    return check_done("store");
}
