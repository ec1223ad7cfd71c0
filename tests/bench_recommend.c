/*
 * How long jobs/recommend takes, and how much memory: from full tables of the database to its
 * lists. At the size of MovieLens 1M (from $OVS_SHARED/data/reco/ml-1m, by default ../shared, if it
 * exists) and in a generated world of MEMBERS x VIDEOS x ROWS, by default 100,000 x 10,000 x 10
 * million: each member has 3 of 40 topics, 7 of 10 rows are from these, and popularity follows a
 * power law. The yardstick is scipy's sparse product X'X of the same matrix, which is one step of
 * making the model.
 *
 * usage: bench_recommend [movielens | generated]
 *
 * Databases of its own on the server of OVS_CONF; filling them is not timed.
 */
#include "base/clock.h"
#include "base/str.h"
#include "io/rows.h"
#include "own_db.h"
#include <math.h>
#include <sys/resource.h>

enum {
    TOPICS = 40,
    TOPICS_EACH = 3,
    FROM_TOPICS_PERCENT = 70,
    ROWS_EACH_MAX = 1000,
    CHUNK_ROWS = 1000000,
    CREATORS = 500,
    LIKED_PERCENT = 10,
    LENGTH_MS = 300000,
    DAYS = 90,
    LOAD_SECONDS = 1200,
    SOMEBODY = 999999999, /* no member's id, so that everything watched counts */
};

struct world {
    const char *name;
    size_t members, videos, n;
    int64_t *first;   /* row of each member, and one more */
    int32_t *columns; /* video of each row, from 0; ascending for a member */
};

static struct arena *a;
static struct db *admin;

static void must(enum rc rc)
{
    if (rc == RC_OK)
        return;
    fprintf(stderr, "bench_recommend: %s\n", rc_name(rc));
    exit(1);
}

static const char *temporary(const char *name)
{
    const char *dir = getenv("TMPDIR");
    return arena_printf(a, "%s/%s-%ld", dir ? dir : "/tmp", name, (long)getpid());
}

/* The world */

static uint64_t state = 42;

static double next_random(void) /* splitmix64; 0 to 1 */
{
    uint64_t z = state += 0x9e3779b97f4a7c15;

    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return (double)((z ^ (z >> 31)) >> 11) * 0x1p-53;
}

static size_t below(size_t n) { return (size_t)(next_random() * (double)n); }

/* 1 / (rank + 10)^0.9, summed over the ranks so far: video k of a topic is number k * TOPICS +
 * topic.
 */
static double *popularity(size_t videos)
{
    size_t n = videos / TOPICS;
    double *sums = arena_array(a, double, n + 1);

    for (size_t k = 0; k < n; k++)
        sums[k + 1] = sums[k] + pow((double)(k * TOPICS) + 10, -0.9);
    return sums;
}

static size_t draw_video(const double *sums, size_t n, size_t topic)
{
    double x = next_random() * sums[n];
    size_t low = 0, high = n - 1;

    while (low < high) {
        size_t middle = (low + high) / 2;
        if (sums[middle + 1] > x)
            high = middle;
        else
            low = middle + 1;
    }
    return low * TOPICS + topic;
}

static int by_number(const void *x, const void *y)
{
    const int32_t *i = x, *j = y;
    return (*i > *j) - (*i < *j);
}

static void generate(struct world *w)
{
    double *sums = popularity(w->videos), mean = (double)w->n / (double)w->members;
    size_t topics[TOPICS_EACH], max = w->n + w->n / 2, n = 0;
    uint32_t *taken = arena_array(a, uint32_t, w->videos);

    w->columns = arena_array(a, int32_t, max);
    w->first = arena_array(a, int64_t, w->members + 1);
    for (size_t m = 0; m < w->members; m++) {
        double wanted = mean / 4 - log(1 - next_random()) * mean * 3 / 4;
        size_t rows = MIN_OF((size_t)wanted + 1, (size_t)MIN_OF(ROWS_EACH_MAX, w->videos / 4));
        for (size_t k = 0; k < TOPICS_EACH; k++)
            topics[k] = below(TOPICS);
        for (size_t k = 0; k < rows && n < max;) {
            bool own = next_random() * 100 < FROM_TOPICS_PERCENT;
            size_t topic = own ? topics[below(TOPICS_EACH)] : below(TOPICS);
            size_t v = draw_video(sums, w->videos / TOPICS, topic);
            if (taken[v] == m + 1 && own) { /* the topic may be exhausted */
                v = below(w->videos);
            }
            if (taken[v] == m + 1)
                continue;
            taken[v] = (uint32_t)m + 1;
            w->columns[n++] = (int32_t)v;
            k++;
        }
        SORT(w->columns + w->first[m], n - (size_t)w->first[m], by_number);
        w->first[m + 1] = (int64_t)n;
    }
    w->n = n;
}

static bool run_shell(const char *script, const char *first, const char *second)
{
    int status = -1;

    if (fork() == 0) {
        execl("/bin/sh", "sh", "-c", script, first, second, (char *)NULL);
        _exit(1);
    }
    wait(&status);
    return status == 0;
}

/* All parts of the published split: lines of a member and their videos; false when it is
 * missing. */
static bool read_movielens(struct world *w)
{
    const char *shared = getenv("OVS_SHARED"), *path = temporary("movielens");
    const char *folder = arena_printf(a, "%s/data/reco/ml-1m",
                                      shared && *shared ? shared : "../shared");
    bool there = run_shell("cd \"$0\" && zcat train.txt.gz valid.txt.gz test.txt.gz |"
                           " awk '{ for (i = 2; i <= NF; i++) print $1, $i }' |"
                           " sort -k1n -k2n >\"$1\"",
                           folder, path);
    FILE *in = there ? fopen(path, "r") : NULL;
    size_t member, video, max = 2000000;

    w->columns = arena_array(a, int32_t, max);
    w->first = arena_array(a, int64_t, max);
    for (w->n = w->members = w->videos = 0;
         in && w->n < max && fscanf(in, "%zu %zu", &member, &video) == 2; w->n++) {
        while (w->members <= member)
            w->first[w->members++] = (int64_t)w->n;
        w->videos = MAX_OF(w->videos, video + 1);
        w->columns[w->n] = (int32_t)video;
    }
    w->first[w->members] = (int64_t)w->n;
    if (in)
        fclose(in);
    unlink(path);
    return w->n > 0;
}

/* The database */

STMT(q_users, NULL,
     "INSERT INTO user (id, email, handle, display_name, created_ms) SELECT id,"
     " CONCAT('u', id, '@example.org'), CONCAT('u', id), 'Bench', 0 FROM JSON_TABLE(?, '$[*]'"
     " COLUMNS (id BIGINT PATH '$[0]')) r");
STMT(q_videos, NULL,
     "INSERT INTO video (id, public_id, user_id, category_id, title, state, length_ms, views,"
     " created_ms, published_ms) SELECT id, CONCAT('v', id), owner, 1 + id % 31, 'Bench', 'ready',"
     " 300000, 100, at_ms, at_ms FROM JSON_TABLE(?, '$[*]' COLUMNS (id BIGINT PATH '$[0]',"
     " owner BIGINT PATH '$[1]', at_ms BIGINT PATH '$[2]')) r");

static void fill_people(const struct world *w, int64_t now_ms)
{
    struct rows users = { .a = a }, videos = { .a = a };

    for (size_t i = 1; i <= w->members + CREATORS; i++)
        rows_addf(&users, "%zu", i);
    for (size_t i = 1; i <= w->videos; i++)
        rows_addf(&videos, "%zu,%zu,%" PRId64, i, w->members + 1 + i % CREATORS,
                  now_ms - DAYS * DAY_MS);
    must(rows_run(admin, &q_users, &users, NULL));
    must(rows_run(admin, &q_videos, &videos, NULL));
}

struct files {
    const char *paths[3];
    FILE *out[3];
};

static const char *const loads[] = {
    "watch_position (user_id, video_id, position_ms, watched_ms, updated_ms)",
    "watch_day (user_id, day, video_id, creator_id, unit_id, credited_ms, raw_ms, lost)",
    "rating (user_id, video_id, value, rated_ms)",
};

static void open_files(struct files *f)
{
    for (size_t i = 0; i < COUNT(loads); i++) {
        f->out[i] = fopen(f->paths[i], "w");
        if (f->out[i] == NULL)
            must(RC_FAIL);
    }
}

static void load_files(struct files *f)
{
    for (size_t i = 0; i < COUNT(loads); i++) {
        fclose(f->out[i]);
        must(db_script(
            admin, arena_printf(a, "LOAD DATA INFILE '%s' INTO TABLE %s", f->paths[i], loads[i])));
        unlink(f->paths[i]);
    }
}

static void fill_row(struct files *f, int64_t member, int64_t video, int64_t now_ms)
{
    int64_t at_ms = now_ms - (int64_t)(next_random() * DAYS * (double)DAY_MS);
    int64_t watched_ms = (int64_t)(next_random() * LENGTH_MS);

    fprintf(f->out[0], "%" PRId64 "\t%" PRId64 "\t0\t%" PRId64 "\t%" PRId64 "\n", member, video,
            watched_ms, at_ms);
    fprintf(f->out[1],
            "%" PRId64 "\t%" PRId64 "\t%" PRId64 "\t%d\t1\t%" PRId64 "\t%" PRId64 "\t0\n", member,
            at_ms / DAY_MS, video, SOMEBODY, watched_ms, watched_ms);
    if (below(100) < LIKED_PERCENT)
        fprintf(f->out[2], "%" PRId64 "\t%" PRId64 "\t%d\t%" PRId64 "\n", member, video,
                below(10) ? 1 : -1, at_ms);
}

/* With memory for the indexes, which the job does not get; the indexes of watch_day that the job
 * does not use are left out. */
static void fill(const struct world *w)
{
    int64_t now_ms = clock_now_ms();
    struct files f = { .paths = { temporary("watch"), temporary("day"), temporary("rating") } };

    must(db_script(admin, "SET GLOBAL innodb_buffer_pool_size = 2147483648;"
                          " SET foreign_key_checks = 0, unique_checks = 0;"
                          " ALTER TABLE watch_day DROP KEY watch_day_of_creator,"
                          " DROP KEY watch_day_of_unit, DROP KEY watch_day_of_video"));
    fill_people(w, now_ms);
    open_files(&f);
    for (size_t m = 0, chunk = 1; m < w->members; m++) {
        for (int64_t i = w->first[m]; i < w->first[m + 1]; i++)
            fill_row(&f, (int64_t)m + 1, w->columns[i] + 1, now_ms);
        if ((size_t)w->first[m + 1] < chunk * CHUNK_ROWS)
            continue;
        load_files(&f);
        open_files(&f);
        chunk++;
    }
    load_files(&f);
    must(db_script(admin, "SET GLOBAL innodb_buffer_pool_size = 67108864"));
}

/* Runs */

struct times {
    int64_t feedback_n, lists_n, all_ms, read_ms, choose_ms, learn_ms, lists_ms, write_ms;
};
SHAPE(times_shape, struct times, COLUMN(struct times, feedback_n), COLUMN(struct times, lists_n),
      COLUMN(struct times, all_ms), COLUMN(struct times, read_ms), COLUMN(struct times, choose_ms),
      COLUMN(struct times, learn_ms), COLUMN(struct times, lists_ms),
      COLUMN(struct times, write_ms));
STMT(q_times, &times_shape,
     "SELECT feedback_n, lists_n, ended_ms - started_ms AS all_ms, read_ms, choose_ms, learn_ms,"
     " lists_ms, write_ms FROM reco_run ORDER BY id DESC LIMIT 1");

static double seconds(int64_t ms) { return (double)ms / 1000; }

/* Runs the job as tick starts it; returns the seconds it took. */
static double run_job(const char *what)
{
    char path[4096];
    ssize_t n = readlink("/proc/self/exe", path, sizeof(path) - 1);
    struct rusage use;
    struct times t;
    int status = -1;

    assert(n > 0);
    path[n] = 0;
    const char *job = arena_printf(a, "%.*s/../jobs/recommend", (int)(strrchr(path, '/') - path),
                                   path);
    if (fork() == 0) {
        dup2(open("/dev/null", O_WRONLY | O_CLOEXEC), 2);
        execl(job, "recommend", (char *)NULL);
        _exit(1);
    }
    wait4(-1, &status, 0, &use);
    must(status ? RC_FAIL : RC_OK);
    must(db_one(admin, a, &q_times, NO_ARGS, &t));
    printf("  %-10s %6.1f s: read %.1f, choose %.1f, learn %.1f, lists %.1f, write %.1f;"
           " %" PRId64 " lists; %ld CPU s, %ld MB\n",
           what, seconds(t.all_ms), seconds(t.read_ms), seconds(t.choose_ms), seconds(t.learn_ms),
           seconds(t.lists_ms), seconds(t.write_ms), t.lists_n,
           (long)(use.ru_utime.tv_sec + use.ru_stime.tv_sec), use.ru_maxrss / 1024);
    fflush(stdout);
    return seconds(t.all_ms);
}

/* The seconds that the product takes; 0 without scipy. */
static double yardstick(const struct world *w)
{
    const char *path = temporary("matrix"), *result = temporary("seconds");
    FILE *out = fopen(path, "w");
    double s = 0;

    if (out == NULL)
        must(RC_FAIL);
    fwrite(w->first, sizeof(*w->first), w->members + 1, out);
    fwrite(w->columns, sizeof(*w->columns), w->n, out);
    fclose(out);
    const char *command = arena_printf(
        a, "/usr/bin/python3 tests/bench_recommend.py \"$0\" %zu %zu >\"$1\" 2>/dev/null",
        w->members, w->videos);
    FILE *in = run_shell(command, path, result) ? fopen(result, "r") : NULL;
    if (in && fscanf(in, "%lf", &s) != 1)
        s = 0;
    if (in)
        fclose(in);
    unlink(path);
    unlink(result);
    return s;
}

/* The first run also chooses parameters, which happens once a week. */
static void measure(const struct world *w)
{
    printf("recommend: %s, %zu members x %zu videos x %zu rows\n", w->name, w->members, w->videos,
           w->n);
    fflush(stdout);
    own_db("environment = test\n");
    admin = db_new(DB_ADMIN, LOAD_SECONDS);
    fill(w);
    run_job("choosing");
    must(db_script(admin, "UPDATE rating SET rated_ms = UNIX_TIMESTAMP() * 1000 LIMIT 1"));
    double job_s = run_job("run"), product_s = yardstick(w);
    if (product_s > 0)
        printf("  scipy X'X  %6.1f s                    ratio %.2f\n", product_s,
               job_s / product_s);
    else
        puts("  no yardstick: scipy is not installed (lighttpd/deps bench)");
}

static size_t size_from(const char *name, size_t fallback)
{
    const char *text = getenv(name);
    int64_t n;

    if (text == NULL || str_to_i64(text, strlen(text), 1000, 100000000, &n) != RC_OK)
        return fallback;
    return (size_t)n;
}

static void bench_movielens(void)
{
    struct world w = { .name = "MovieLens 1M" };

    if (!read_movielens(&w)) {
        w = (struct world){ "as large as MovieLens 1M", 6038, 3628, 836478, NULL, NULL };
        generate(&w);
    }
    measure(&w);
}

static void bench_generated(void)
{
    struct world w = { "generated",
                       size_from("MEMBERS", 100000),
                       size_from("VIDEOS", 10000),
                       size_from("ROWS", 10000000),
                       NULL,
                       NULL };
    generate(&w);
    measure(&w);
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        void (*run)(void);
    } benches[] = { { "movielens", bench_movielens }, { "generated", bench_generated } };
    int status, bad = 0;

    for (size_t i = 0; i < COUNT(benches); i++) {
        if (argc > 1 && !str_eq(argv[1], benches[i].name))
            continue;
        if (fork() == 0) { /* a database and a config for each */
            a = arena_new((size_t)1 << 32);
            benches[i].run();
            fflush(stdout);
            exit(0);
        }
        wait(&status);
        bad |= status != 0;
    }
    return bad;
}
