/* The cache against a memcached of its own: working, hung, working again, dead, and not
 * configured. */
#include "base/clock.h"
#include "base/str.h"
#include "check.h"
#include "io/cache.h"
#include <ftw.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static struct arena *a;
static char dir[] = "/tmp/ovs-unit-XXXXXX";
static pid_t memcached;

static char *at(const char *name) { return arena_printf(a, "%s/%s", dir, name); }

static void put_file(const char *name, const char *text)
{
    FILE *f = fopen(at(name), "w");

    CHECK(f && fputs(text, f) >= 0 && fclose(f) == 0);
}

static void pause_10ms(void) { nanosleep(&(struct timespec){ .tv_nsec = 10000000 }, NULL); }

/* A connection that speaks the protocol without the library; -1 while there is no server. */
static int dial(void)
{
    struct sockaddr_un to = { .sun_family = AF_UNIX };
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);

    snprintf(to.sun_path, sizeof(to.sun_path), "%s/socket", dir);
    if (connect(fd, (struct sockaddr *)&to, sizeof(to)) == 0)
        return fd;
    close(fd);
    return -1;
}

static void start_memcached(void)
{
    const char *path = at("socket");
    int fd, status;

    memcached = fork();
    if (memcached == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL); /* it ends with us, however we end */
        execlp("memcached", "memcached", "-s", path, "-a", "0700", "-u", "root", "-t", "1", "-m",
               "8", (char *)NULL);
        _exit(127);
    }
    while ((fd = dial()) < 0 && waitpid(memcached, &status, WNOHANG) == 0)
        pause_10ms();
    CHECK(fd >= 0);
    close(fd);
}

static void send_memcached(int signal)
{
    int status;

    CHECK(kill(memcached, signal) == 0);
    if (signal != SIGCONT) /* wait until it has stopped or ended, which kill() does not */
        CHECK(waitpid(memcached, &status, WUNTRACED) == memcached);
}

/* The server's answer to a command; one read may return a part of it. */
static const char *ask(const char *command)
{
    char *text = arena_alloc(a, 1 << 16);
    size_t n = 0;
    int fd = dial();

    CHECK(fd >= 0 && write(fd, command, strlen(command)) == (ssize_t)strlen(command));
    while (n < 60000 && !strstr(text, "END\r\n") && !strstr(text, "OK\r\n") &&
           !strstr(text, "BUSY")) {
        ssize_t got = read(fd, text + n, 60000 - n);
        if (got <= 0)
            break;
        n += (size_t)got;
    }
    close(fd);
    return text;
}

/* What the server holds: a line "key=v1%3A... exp=... ..." for each value. */
static const char *kept(void)
{
    const char *text;

    while (strstr(text = ask("lru_crawler metadump all\r\n"), "BUSY"))
        pause_10ms(); /* its own crawler is at work */
    return text;
}

static const char *get(const char *kind, const char *key)
{
    char *data = NULL;
    size_t n = 0;

    return cache_get(a, kind, key, &data, &n) && strlen(data) == n ? data : "(miss)";
}

static void set(const char *kind, const char *key, const char *value)
{
    cache_set(kind, key, value, strlen(value), 60);
}

static void check_values(void)
{
    char *data = NULL;
    size_t n = 99;

    CHECK_STR(get("name", "1"), "(miss)");
    set("name", "1", "Ann");
    set("name", "2", "Bob");
    CHECK_STR(get("name", "1"), "Ann");
    CHECK_STR(get("name", "2"), "Bob");
    set("name", "1", "Eve");
    CHECK_STR(get("name", "1"), "Eve");
    cache_drop("name", "1");
    cache_drop("name", "never there");
    CHECK_STR(get("name", "1"), "(miss)");
    CHECK_STR(get("name", "2"), "Bob");

    set("empty", "", "");
    CHECK(cache_get(a, "empty", "", &data, &n) && n == 0 && data[0] == 0);
    cache_set("bytes", "", "\0\r\n\xff", 4, 60);
    CHECK(cache_get(a, "bytes", "", &data, &n) && n == 4 && memcmp(data, "\0\r\n\xff", 5) == 0);
}

/* Kind and key do not run together, and neither can send a command to the server. */
static void check_keys(void)
{
    static const char evil[] = "1\r\nset evil 0 60 1\r\nx";
    const char *longest = arena_strn(a, memset(arena_alloc(a, 5001), 'k', 5000), 5000);

    set("ab", "c", "one");
    set("a", "bc", "two");
    CHECK_STR(get("ab", "c"), "one");
    CHECK_STR(get("a", "bc"), "two");
    set("name", evil, "quiet");
    set(evil, "", "quiet too");
    set("name", longest, "long");
    CHECK_STR(get("name", evil), "quiet");
    CHECK_STR(get(evil, ""), "quiet too");
    CHECK_STR(get("name", longest), "long");

    int lines = 0;
    const char *all = kept();
    for (const char *p = all; (p = strstr(p, "key=")); p++, lines++)
        CHECK(str_starts(p, "key=v1%3A") && strspn(p + 9, STR_HEX) == 32 && p[41] == ' ');
    CHECK(lines >= 5);
    CHECK(strstr(all, "evil") == NULL);
}

/* 30 days are still a duration to memcached; a second more would be a day in 1970. */
static void check_lives(void)
{
    int64_t now_s = time(NULL), exp_s;

    ask("flush_all\r\n");
    while (strstr(kept(), "key="))
        pause_10ms();
    cache_set("life", "longest", "x", 1, CACHE_TTL_MAX_S);
    const char *exp = strstr(kept(), "exp=");
    CHECK(exp && sscanf(exp, "exp=%" SCNd64, &exp_s) == 1);
    CHECK(exp && exp_s > now_s + CACHE_TTL_MAX_S - 60 && exp_s < now_s + CACHE_TTL_MAX_S + 60);
    CHECK_STR(get("life", "longest"), "x");
}

static void check_largest(void)
{
    char *large = arena_alloc(a, CACHE_VALUE_MAX_BYTES + 1), *data;
    size_t n;

    cache_set("large", "", large, CACHE_VALUE_MAX_BYTES, 60);
    CHECK(cache_get(a, "large", "", &data, &n) && n == CACHE_VALUE_MAX_BYTES);
    cache_set("large", "", large, CACHE_VALUE_MAX_BYTES + 1, 60);
    CHECK(!cache_get(a, "large", "", &data, &n)); /* and the older value is gone, too */
}

/* A stopped server still accepts connections and never answers; the library by itself would wait
 * five seconds. When the server continues, its late answer is not taken for the next one, and what
 * was asked after the first failure was never sent. */
static void check_hung(void)
{
    set("name", "A", "Ann");
    set("name", "B", "Bob");
    send_memcached(SIGSTOP);
    int64_t from_ms = clock_monotonic_ms();
    CHECK_STR(get("name", "A"), "(miss)");
    CHECK_STR(get("name", "A"), "(miss)");
    set("name", "A", "Eve");
    cache_drop("name", "A");
    CHECK(!cache_answers());
    CHECK(clock_monotonic_ms() - from_ms < 2000);
    send_memcached(SIGCONT);

    const char *name;
    while (str_eq(name = get("name", "B"), "(miss)"))
        pause_10ms();
    CHECK_STR(name, "Bob");
    CHECK(cache_answers());
    CHECK_STR(get("name", "A"), "Ann");
}

static void check_dead(void)
{
    send_memcached(SIGKILL);
    CHECK_STR(get("name", "B"), "(miss)");
    CHECK_STR(get("name", "B"), "(miss)");
    set("name", "B", "Eve");
    cache_drop("name", "B");
    CHECK(!cache_answers());
}

/* cache = none, in a process of its own, because a config is read once; the server is there. */
static void check_none(void)
{
    int status = -1;
    pid_t child;

    put_file("none.conf", arena_printf(a, "cache = none\ncache_socket = %s/socket\n", dir));
    setenv("OVS_CONF", at("none.conf"), 1);
    if ((child = fork()) == 0) {
        set("name", "none", "Ann");
        _exit(!str_eq(get("name", "none"), "(miss)"));
    }
    CHECK(waitpid(child, &status, 0) == child && status == 0);
    CHECK(strstr(kept(), "key=") == NULL);
}

static int drop_file(const char *path, const struct stat *st, int type, struct FTW *where)
{
    (void)st, (void)type, (void)where;
    return remove(path);
}

int main(int argc, char **argv)
{
    static const struct check_case cases[] = {
        CASE(check_values),  CASE(check_keys), CASE(check_lives),
        CASE(check_largest), CASE(check_hung), CASE(check_dead),
    };

    CHECK_CHOOSE(argc, argv, cases);
    a = arena_new(64 << 20);
    CHECK(mkdtemp(dir) != NULL);
    start_memcached();
    check_none(); /* before this process reads a config of its own */
    put_file("conf", arena_printf(a, "cache = memcached\ncache_socket = %s/socket\n", dir));
    setenv("OVS_CONF", at("conf"), 1);

    check_run();

    CHECK(nftw(dir, drop_file, 8, FTW_DEPTH | FTW_PHYS) == 0);
    arena_free(a);
    return check_done("cache");
}
