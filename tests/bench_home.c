/*
 * The home page of a member who watched 500 videos of a library of 10,000: how long merging their
 * signals with the lists takes inside the program (from the page's header Server-Timing), and the
 * whole page over one connection, with and without what the cache holds: the time until it has
 * arrived, and the CPU time of all processes of the site; compared with /health, which asks both
 * stores whether they answer.
 *
 *   PAGES=300    at most 900, of each measurement, which is their median (of CPU time: the mean)
 *
 * Needs OVS_CONF and OVS_URL of an empty site, and OVS_SITE, the process that started its servers.
 */
#include "app/catalogue/recommend.h"
#include "base/clock.h"
#include "base/conf.h"
#include "base/str.h"
#include "io/token.h"
#include "bench_cpu.h"
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum {
    VIDEOS = 10000,
    CREATORS = 200,
    TOPICS = 40,
    WATCHED = 500,
    MEMBER = 1000,
    SESSION = 1,
    PAGE_MAX_BYTES = 1 << 20,
};

static struct arena *a;
static struct db *db;
static char cookie[TOKEN_MAX_BYTES + 16], page[PAGE_MAX_BYTES];

STMT(q_list, NULL, "INSERT INTO reco_list (kind, id, made_ms, packed) VALUES (?, ?, ?, UNHEX(?))");

static void must(enum rc rc)
{
    if (rc == RC_OK)
        return;
    fprintf(stderr, "bench_home: %s\n", rc_name(rc));
    exit(1);
}

/* The same numbers in every run. */
static uint32_t next_random(void)
{
    static uint64_t state = 1;

    state = state * UINT64_C(6364136223846793005) + 1442695040888963407;
    return (uint32_t)(state >> 33);
}

/* A video, usually one of the same topic. */
static uint32_t near(uint32_t video)
{
    uint32_t any = next_random() % VIDEOS;

    return 1 + (next_random() % 10 < 7 ? any - any % TOPICS + video % TOPICS : any) % VIDEOS;
}

static enum rc put_list(enum list_kind kind, int64_t id, uint32_t like, size_t n, int64_t made_ms)
{
    struct entry entries[NEIGHBOURS_KEPT];

    for (size_t i = 0; i < n; i++)
        entries[i] = (struct entry){ near(like), 0.3f / (float)(i + 1),
                                     kind == LIST_MEMBER ? 1 + next_random() % WATCHED : 0 };
    struct bytes packed = entries_pack(a, entries, n);
    return db_run(db, &q_list,
                  ARGS(I64(kind), I64(id), I64(made_ms), STR(str_hex(a, packed.at, packed.n))),
                  NULL);
}

static enum rc put_lists(struct db *same, void *arg)
{
    (void)same, (void)arg;
    for (uint32_t id = 1; id <= VIDEOS; id++) {
        TRY(put_list(LIST_NEIGHBOURS, id, id, NEIGHBOURS_KEPT, 1));
        arena_reset(a);
    }
    for (int64_t category = 0; category <= 31; category++) {
        TRY(put_list(LIST_HOT, category, next_random(), 200, 1));
        TRY(put_list(LIST_UNPROVEN, category, next_random(), 50, 1));
    }
    return RC_OK;
}

/* Signals are an hour apart, the latest an hour ago. */
static void fill(int64_t now_ms)
{
    const char *const scripts[] = {
        "INSERT INTO user (id, email, handle, display_name, created_ms) SELECT 1000 + seq,"
        " CONCAT('c', seq, '@example.org'), CONCAT('creator', seq), 'A creator', 1 FROM seq_0_to_200",
        "INSERT INTO subscription (user_id, provider, paid_until_ms,"
        " grace_until_ms) VALUES (1000, 'test', 4000000000000, 4000000000000)",
        "INSERT INTO video (id, public_id, user_id, category_id, title, state, visibility, length_ms,"
        " views, likes, created_ms, published_ms) SELECT seq, LPAD(seq, 11, 'V'), 1001 + seq % 200,"
        " 2 + seq % 30, CONCAT('A video with the number ', seq), 'ready', 'public', 100000, seq,"
        " seq DIV 10, 1, %1$" PRId64 " - seq * 3600000 FROM seq_1_to_10000",
        "INSERT INTO watch_position (user_id, video_id, position_ms, watched_ms, updated_ms)"
        " SELECT 1000, seq, 50000 + seq * 90, 50000 + seq * 90, %1$" PRId64 " - seq * 3600000"
        " FROM seq_1_to_500",
        "INSERT INTO rating (video_id, user_id, value, rated_ms) SELECT seq * 10, 1000,"
        " IF(seq %% 5 = 0, -1, 1), %1$" PRId64 " - seq * 36000000 FROM seq_1_to_50",
        "INSERT INTO follow (user_id, channel_id, since_ms) SELECT 1000, 1000 + seq, 1"
        " FROM seq_1_to_20",
        "INSERT INTO session (id, user_id, refresh_hash, rotated_ms, created_ms, used_ms, expires_ms)"
        " VALUES (1, 1000, REPEAT('a', 64), %1$" PRId64 ", %1$" PRId64 ", %1$" PRId64
        ", 4000000000000)",
    };
    const struct claims claims = {
        MEMBER, SESSION, 1, now_ms / 1000, now_ms / 1000 + 3600, "access"
    };

    for (size_t i = 0; i < COUNT(scripts); i++)
        must(db_script(db, arena_printf(a, scripts[i], now_ms)));
    must(db_transact(db, put_lists, NULL));
    snprintf(cookie, sizeof(cookie), "at=%s", token_make(a, &claims));
}

/* Asking */

static int connected(void)
{
    struct sockaddr_in to = { .sin_family = AF_INET };
    const char *port = strrchr(getenv("OVS_URL"), ':');
    int fd = socket(AF_INET, SOCK_STREAM, 0), on = 1;

    to.sin_port = htons((uint16_t)strtoul(port + 1, NULL, 10));
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (connect(fd, (struct sockaddr *)&to, sizeof(to)) ||
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on)))
        perror("bench_home: connect");
    return fd;
}

/* `page` becomes the whole answer, 0-terminated. */
static void get(int fd, const char *path)
{
    char request[2048];
    size_t got = 0, want = PAGE_MAX_BYTES - 1;
    int n = snprintf(request, sizeof(request),
                     "GET %s HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: %s\r\n\r\n", path, cookie);

    page[0] = 0;
    if (write(fd, request, (size_t)n) != n)
        perror("bench_home: write");
    while (got < want) {
        ssize_t more = read(fd, page + got, want - got);
        if (more <= 0)
            break;
        got += (size_t)more;
        page[got] = 0;
        const char *body = strstr(page, "\r\n\r\n"), *length = strcasestr(page, "content-length:");
        if (body && length && length < body)
            want = (size_t)(body + 4 - page) + strtoul(length + 15, NULL, 10);
    }
    if (!str_starts(page, "HTTP/1.1 200")) {
        fprintf(stderr, "bench_home: %.300s\n", page);
        exit(1);
    }
}

static void flush_cache(void)
{
    struct sockaddr_un to = { .sun_family = AF_UNIX };
    char answer[16];
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);

    snprintf(to.sun_path, sizeof(to.sun_path), "%s", conf()->cache_socket);
    if (connect(fd, (struct sockaddr *)&to, sizeof(to)) || write(fd, "flush_all\r\n", 11) != 11 ||
        read(fd, answer, sizeof(answer)) <= 0)
        perror("bench_home: flush");
    close(fd);
}

struct figures {
    double page_ms, merge_ms, merge_worst_ms; /* medians, except the worst */
    double cpu_ms;
    long queries;
};

static double after(const char *name)
{
    const char *at = strcasestr(page, name);
    return at ? strtod(at + strlen(name), NULL) : 0;
}

static int by_value(const void *x, const void *y)
{
    const double *l = x, *r = y;
    return (*l > *r) - (*l < *r);
}

static struct figures measure(const char *path, size_t n, bool cold)
{
    double *pages = arena_array(a, double, n), *merges = arena_array(a, double, n);

    pid_t site = (pid_t)strtol(getenv("OVS_SITE"), NULL, 10);
    int fd = connected();

    get(fd, path);
    double used_before = cpu_us(site);
    for (size_t i = 0; i < n; i++) {
        if (cold)
            flush_cache();
        int64_t began_us = clock_monotonic_us();
        get(fd, path);
        pages[i] = (double)(clock_monotonic_us() - began_us) / 1000;
        merges[i] = after("merge;dur=");
    }
    double used_ms = (cpu_us(site) - used_before) / 1000;
    SORT(pages, n, by_value);
    SORT(merges, n, by_value);
    close(fd);
    return (struct figures){ pages[n / 2], merges[n / 2], merges[n - 1], used_ms / (double)n,
                             (long)after("x-queries:") };
}

static void show(const char *what, size_t n)
{
    struct figures empty = measure("/health", n, false), cold = measure("/", n, true),
                   warm = measure("/", n, false);

    printf("%-34s merge %.2f ms (worst %.2f)\n", what, warm.merge_ms,
           MAX_OF(cold.merge_worst_ms, warm.merge_worst_ms));
    printf("  cold  %2ld statements, %5.2f ms, %5.2f ms CPU, of /health %.1f\n", cold.queries,
           cold.page_ms, cold.cpu_ms, cold.cpu_ms / empty.cpu_ms);
    printf("  warm  %2ld statements, %5.2f ms, %5.2f ms CPU, of /health %.1f\n", warm.queries,
           warm.page_ms, warm.cpu_ms, warm.cpu_ms / empty.cpu_ms);
}

int main(void)
{
    size_t n = getenv("PAGES") ? strtoul(getenv("PAGES"), NULL, 10) : 300;
    int64_t now_ms = clock_now_ms();

    a = arena_new(64 << 20);
    db = db_new(DB_ADMIN, 60);
    fill(now_ms);
    show("home, 500 watched, no list yet", n);
    must(put_list(LIST_MEMBER, MEMBER, 7, MEMBER_LIST_MAX, now_ms - 3 * HOUR_MS - 1));
    show("home, 500 watched, list, 3 newer", n);
    db_close(db);
    arena_free(a);
    return 0;
}
