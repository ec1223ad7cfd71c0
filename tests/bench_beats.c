/*
 * Beats a second through lighttpd, with the spool on disk, compared with an empty FastCGI program
 * behind the same server: a lighttpd of its own with the configuration of the site. Players send
 * the token of one beat with the next; one process of the beat program is killed halfway.
 *
 *   RUN_S=5 CLIENTS=64 PROCS=2    for each measurement
 *
 * When lighttpd starts it, it is the empty program. Needs OVS_CONF, B and the tree as working
 * directory.
 */
#include "app/watching/playback.h"
#include "base/clock.h"
#include "base/conf.h"
#include "base/str.h"
#include "bench_cpu.h"
#include "bench_load.h"
#include "io/store.h"
#include "io/token.h"
#include <dirent.h>
#include <fcgiapp.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>

enum { PLAYERS = 4096, WARM_MS = 1000, START_AGE_MS = 10000, LENGTH_MS = 60 * 60 * 1000 };

static struct arena *a;
static const char *folder; /* of the second server's state */
static char cookie[TOKEN_MAX_BYTES + 4];
static int port;

static struct player {
    char token[PLAYBACK_TOKEN_MAX_BYTES + 1];
    int64_t seq;
} players[PLAYERS];
static size_t playing[LOAD_CLIENTS_MAX], next_player;

static struct {
    int64_t began_ms, end_ms, kill_ms, answers, acknowledged, refused;
    pid_t server, killed;
} run;

static int64_t number(const char *name, int64_t fallback)
{
    const char *text = getenv(name);
    return text ? strtoll(text, NULL, 10) : fallback;
}

/* The yardstick */

static int empty_program(void)
{
    FCGX_Request f;

    FCGX_Init();
    FCGX_InitRequest(&f, 0, 0);
    while (FCGX_Accept_r(&f) == 0) {
        FCGX_PutS("Status: 204 No Content\r\n\r\n", f.out);
        FCGX_Finish_r(&f);
    }
    return 0;
}

/* The players */

static void make_players(void)
{
    int64_t now_ms = clock_now_ms();
    const struct claims claims = { 1, 1, 0, now_ms / 1000, now_ms / 1000 + 3600, "access" };

    snprintf(cookie, sizeof(cookie), "at=%s", token_make(a, &claims));
    for (size_t i = 0; i < PLAYERS; i++) {
        struct playback p = { 1, (int64_t)i + 1, 2, LENGTH_MS, .paid_until_ms = INT64_MAX };
        playback_start(a, &p, now_ms - START_AGE_MS);
        snprintf(players[i].token, sizeof(players[i].token), "%s", playback_write(a, &p));
        players[i].seq = 0;
        arena_reset(a);
    }
}

static size_t ask(const char *path, size_t client, char buf[LOAD_BYTES])
{
    char body[1024];
    const struct player *p = &players[playing[client] = next_player++ % PLAYERS];
    int64_t from_ms = p->seq * 15000 % LENGTH_MS;
    int n = snprintf(body, sizeof(body),
                     "{\"t\":\"%s\",\"q\":%" PRId64 ",\"r\":[[%" PRId64 ",%" PRId64
                     "]],\"s\":\"end\",\"h\":0}",
                     p->token, p->seq, from_ms, from_ms + 15000);

    return (size_t)snprintf(buf, LOAD_BYTES,
                            "POST %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nCookie: %s\r\n"
                            "Content-Type: application/json\r\nSec-Fetch-Site: same-origin\r\n"
                            "Content-Length: %d\r\n\r\n%s",
                            path, port, cookie, n, body);
}

static size_t ask_beat(size_t client, char buf[LOAD_BYTES])
{
    return ask("/api/beat", client, buf);
}

/* The same request to another address. */
static size_t ask_empty(size_t client, char buf[LOAD_BYTES]) { return ask("/empty", client, buf); }

static void answered_beat(size_t client, int status, const char *text)
{
    const char *token = strstr(text, "{\"t\": \"");
    struct player *p = &players[playing[client]];

    run.answers++;
    run.refused += status != 200;
    if (status != 200 || token == NULL)
        return;
    token += strlen("{\"t\": \"");
    snprintf(p->token, sizeof(p->token), "%.*s", (int)strcspn(token, "\""), token);
    p->seq++;
    run.acknowledged++;
}

static void answered_empty(size_t client, int status, const char *text)
{
    (void)client, (void)text;
    run.answers++;
    run.refused += status != 204;
}

/* The server */

static void write_text(const char *path, const char *text)
{
    FILE *f = fopen(path, "w");
    if (f == NULL || fputs(text, f) < 0 || fclose(f)) {
        perror(path);
        exit(1);
    }
}

static void make_folder(const char *name)
{
    const char *path = arena_printf(a, "%s%s", folder, name);
    if (mkdir(path, 0700) && errno != EEXIST) {
        perror(path);
        exit(1);
    }
}

static const char *self(void)
{
    char *path = arena_alloc(a, 4096);
    return readlink("/proc/self/exe", path, 4095) > 0 ? path : "";
}

static void make_routes(void)
{
    static const char route[] =
        "$HTTP[\"url\"] =~ \"^/%s$\" { fastcgi.server = ( \"\" => (( \"bin-path\" => \"%s\","
        " \"socket\" => run + \"/%s\", \"max-procs\" => %" PRId64 ","
        " \"bin-environment\" => ( \"OVS_CONF\" => env.OVS_CONF ) ) + program)) }\n";
    int64_t processes = number("PROCS", 2);
    char beat[4096];

    if (realpath(arena_printf(a, "%s/handlers/beat", getenv("B")), beat) == NULL)
        perror("beat");
    write_text(arena_printf(a, "%s/run/routes.conf", folder),
               arena_printf(a, "%s%s", arena_printf(a, route, "api/beat", beat, "beat", processes),
                            arena_printf(a, route, "empty", self(), "empty", processes)));
}

/* The site's settings without the clock of tests, which opens a file at each look at the time. */
static const char *make_settings(void)
{
    const char *path = arena_printf(a, "%s/site.conf", folder);
    FILE *in = fopen(getenv("OVS_CONF"), "r"), *out = fopen(path, "w");
    char line[1024];

    while (in && out && fgets(line, sizeof(line), in))
        if (!str_starts(line, "environment"))
            fputs(line, out);
    if (!in || !out || fputs("environment = development\n", out) < 0 || fclose(in) || fclose(out)) {
        perror(path);
        exit(1);
    }
    return path;
}

static int free_port(void)
{
    struct sockaddr_in at = { .sin_family = AF_INET };
    socklen_t n = sizeof(at);
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (bind(fd, (struct sockaddr *)&at, n) || getsockname(fd, (struct sockaddr *)&at, &n))
        perror("bind");
    close(fd);
    return ntohs(at.sin_port);
}

static bool is_up(void)
{
    struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port) };
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    bool up = connect(fd, (struct sockaddr *)&to, sizeof(to)) == 0;
    close(fd);
    return up;
}

static void start_server(void)
{
    const char *env[][2] = {
        { "OVS_ROOT", realpath(".", NULL) },
        { "OVS_VAR", folder },
        { "OVS_MADE", arena_printf(a, "%s/run", folder) },
        { "OVS_HSTS", "none" },
        { "OVS_MEDIA", conf()->media_dir },
        { "OVS_SECRETS", conf()->secrets_dir },
        { "OVS_SOCKETS", arena_printf(a, "%s/run", folder) },
        { "OVS_FDS", "4096" },
        { "OVS_UPLOAD_KB", "1024" },
        { "OVS_CONF", make_settings() },
    };

    port = free_port();
    write_text(arena_printf(a, "%s/run/listen.conf", folder),
               arena_printf(a,
                            "var.edge_modules = ()\nvar.http2 = \"disable\"\n"
                            "server.bind = \"127.0.0.1\"\nserver.port = %d\n",
                            port));
    run.server = fork();
    if (run.server == 0) {
        for (size_t i = 0; i < COUNT(env); i++)
            setenv(env[i][0], env[i][1], 1);
        setenv("PATH", "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin", 1);
        execlp("lighttpd", "lighttpd", "-D", "-f", "lighttpd/lighttpd.conf", NULL);
        _exit(1);
    }
    while (!is_up() && waitpid(run.server, NULL, WNOHANG) == 0)
        usleep(20000);
}

/* A process of the beat program that this server started; 0 when there is none. */
static pid_t beat_process(void)
{
    char path[300], text[300] = "";
    const struct dirent *entry;
    DIR *dir = opendir("/proc");
    pid_t found = 0;

    while (dir && !found && (entry = readdir(dir))) {
        int pid = (int)strtol(entry->d_name, NULL, 10), parent = 0;
        snprintf(path, sizeof(path), "/proc/%d/stat", pid);
        FILE *f = pid ? fopen(path, "r") : NULL;
        if (f && fscanf(f, "%*d (%299[^)]) %*c %d", text, &parent) == 2 && parent == run.server &&
            strcmp(text, "beat") == 0)
            found = pid;
        if (f)
            fclose(f);
    }
    if (dir)
        closedir(dir);
    return found;
}

static double own_cpu_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static bool enough(void)
{
    int64_t now_ms = clock_monotonic_ms();

    if (run.kill_ms && now_ms > run.kill_ms && (run.killed = beat_process())) {
        kill(run.killed, SIGKILL);
        run.kill_ms = 0;
    }
    return now_ms > run.end_ms;
}

/* What one request costs in all, on both sides. */
struct cost {
    double per_second, server_us, players_us;
};

static struct cost measure(const struct load *l, int64_t ms, bool with_kill)
{
    double server_us = cpu_us(run.server), own_us = own_cpu_us();

    run.began_ms = clock_monotonic_ms();
    run.end_ms = run.began_ms + ms;
    run.kill_ms = with_kill ? run.began_ms + ms / 2 : 0;
    run.answers = run.refused = 0;
    load_run(l);
    if (run.refused && !with_kill)
        printf("  %" PRId64 " were refused\n", run.refused);
    double n = (double)run.answers, took_ms = (double)(clock_monotonic_ms() - run.began_ms);
    return (struct cost){ n * 1000 / took_ms, (cpu_us(run.server) - server_us) / n,
                          (own_cpu_us() - own_us) / n };
}

static int64_t spooled(void)
{
    struct spool_names names;
    int64_t sum = 0, bytes;

    if (spool_list(a, &names) != RC_OK)
        return -1;
    for (size_t i = 0; i < names.n; i++)
        if (store_size(STORE_VAR, arena_printf(a, "spool/%s", names.items[i]), &bytes) == RC_OK)
            sum += bytes / SPOOL_RECORD_BYTES;
    return sum;
}

int main(void)
{
    if (!FCGX_IsCGI())
        return empty_program();
    a = arena_new(64 << 20);
    signal(SIGPIPE, SIG_IGN);
    make_players();
    folder = arena_printf(a, "%s/bench", conf()->var_dir);
    make_folder("");
    make_folder("/run");
    make_folder("/log");
    make_folder("/tmp");
    make_folder("/tmp/upload");
    make_folder("/tmp/deflate");
    make_routes();
    start_server();

    int64_t ms = number("RUN_S", 5) * 1000, before = spooled();
    size_t clients = (size_t)number("CLIENTS", 64);
    const struct load empty = { port, clients, ask_empty, answered_empty, enough };
    const struct load beats = { port, clients, ask_beat, answered_beat, enough };
    (void)measure(&empty, WARM_MS, false);
    (void)measure(&beats, WARM_MS, false);
    struct cost none = measure(&empty, ms, false), beat = measure(&beats, ms, false);
    (void)measure(&beats, ms, true);
    int64_t kept = spooled() - before;
    kill(run.server, SIGTERM);
    waitpid(run.server, NULL, 0);

    printf(
        "beats/s through lighttpd, spool on disk     %8.0f   empty FastCGI program %8.0f   %.2f\n",
        beat.per_second, none.per_second, beat.per_second / none.per_second);
    printf(
        "CPU of a beat, server and program, us       %8.0f   empty FastCGI program %8.0f   %.2f\n",
        beat.server_us, none.server_us, beat.server_us / none.server_us);
    printf(
        "beats/s that two idle cores would carry     %8.0f   empty FastCGI program %8.0f   %.2f\n",
        2e6 / (beat.server_us + beat.players_us), 2e6 / (none.server_us + none.players_us),
        (none.server_us + none.players_us) / (beat.server_us + beat.players_us));
    printf("beats acknowledged, a handler killed        %8" PRId64
           "   in the spool          %8" PRId64 "   %.2f\n",
           run.acknowledged, kept, (double)kept / (double)run.acknowledged);
    return run.killed && kept >= run.acknowledged ? 0 : 1;
}
