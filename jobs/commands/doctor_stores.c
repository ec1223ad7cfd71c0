/* The part of jobs/doctor that looks at the database, the cache, and what the database knows. */
#include "app/income/pay.h"
#include "app/notify/queue.h"
#include "app/people/account.h"
#include "app/reports/audit.h"
#include "app/site/grants.h"
#include "app/site/job.h"
#include "app/site/schedule.h"
#include "app/site/schema.h"
#include "app/watching/rollup.h"
#include "app/watching/spool.h"
#include "base/clock.h"
#include "base/conf.h"
#include "base/fmt.h"
#include "base/sb.h"
#include "base/str.h"
#include "commands/doctor.h"
#include "io/cache.h"
#include "io/db_server.h"
#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum {
    STATEMENT_SECONDS = 10,
    CONNECTIONS_WANTED = 100, /* two processes of each program, the jobs, and a few for people */
    AUDIT_LATE_HOURS = 50,
    JOB_LATE_MINUTES = 120,
    MAIL_LATE_MINUTES = 30,
    DAILY_LATE_HOURS = 26, /* cron starts daily what tick starts each hour */
    SPOOL_LATE_MINUTES = 10,
};

/* --- The server */

static int64_t real_now_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * SECOND_MS + now.tv_nsec / 1000000;
}

/* False: it cannot be reached, so nothing that it knows can be looked at. */
static bool server(struct doctor *d, struct db *db)
{
    struct db_server s;
    enum rc rc = db_server_get(db, d->a, &s);

    if (rc != RC_OK) {
        doctor_broken(
            d, "database", db_error(db)[0] ? arena_str(d->a, db_error(db)) : rc_name(rc),
            "systemctl start mariadb; compare db_* in the settings with the server's accounts");
        return false;
    }
    doctor_ok(d, "database");
    int64_t off_ms = s.now_ms - real_now_ms();
    if (off_ms > ROLLUP_CLOCK_MAX_MS || off_ms < -ROLLUP_CLOCK_MAX_MS)
        doctor_broken(d, "clocks",
                      arena_printf(d->a,
                                   "the database's is %" PRId64
                                   " s off this machine's, so no watch "
                                   "time is credited",
                                   off_ms / SECOND_MS),
                      "timedatectl set-ntp true, on both");
    else
        doctor_ok(d, "clocks");
    if (s.max_connections < CONNECTIONS_WANTED)
        doctor_unwise(d, "max_connections",
                      arena_printf(d->a,
                                   "the database takes only %" PRId64 ", the site may need %d",
                                   s.max_connections, CONNECTIONS_WANTED),
                      "set max_connections = 151 in the server's configuration");
    else
        doctor_ok(d, "max_connections");
    if (!s.log_bin)
        doctor_unwise(d, "binary log",
                      "it is off, so a backup can be restored only to the time when it was made",
                      "set log_bin in the server's configuration");
    else
        doctor_ok(d, "binary log");
    return true;
}

static void schema(struct doctor *d)
{
    struct db *admin = db_new(DB_ADMIN, STATEMENT_SECONDS);
    struct problem why = { NULL, NULL };
    enum rc rc = schema_check(admin, d->a, schema_default_dir(d->a), &why);

    if (rc == RC_OK)
        doctor_ok(d, "schema");
    else if (why.text)
        doctor_broken(d, "schema", why.text, "migrate");
    else
        doctor_unwise(d, "schema", "db_admin_user cannot log in, so it was not looked at",
                      "start this as root, or set db_admin_user");
    db_close(admin);
}

static void accounts(struct doctor *d)
{
    struct problem why = { NULL, NULL };

    if (grants_prove(d->a, &why) == RC_OK)
        doctor_ok(d, "database accounts");
    else
        doctor_broken(d, "database accounts", why.text ? why.text : "they could not be tried",
                      "migrate");
}

/* --- The cache */

/* A line of /proc/net/tcp or tcp6: does somebody listen on this port for others than this machine? */
static bool listens_outside(const char *line, int64_t port)
{
    char address[40];
    unsigned at, state;

    if (sscanf(line, " %*d: %32[0-9A-F]:%4X %*[0-9A-F]:%*4X %2X", address, &at, &state) != 3)
        return false;
    enum { LISTEN = 0x0A };
    bool here = str_eq(address + strlen(address) - 8, "0100007F") ||
                str_eq(address, "00000000000000000000000001000000");
    return state == LISTEN && at == (unsigned)port && !here;
}

static bool is_open_to_others(int64_t port)
{
    static const char *const tables[] = { "/proc/net/tcp", "/proc/net/tcp6" };
    char line[300];
    bool open = false;

    for (size_t i = 0; i < COUNT(tables); i++) {
        FILE *f = fopen(tables[i], "r");
        while (f && fgets(line, sizeof(line), f))
            open |= listens_outside(line, port);
        if (f)
            fclose(f);
    }
    return open;
}

static void cache(struct doctor *d)
{
    if (conf()->cache == CACHE_NONE)
        return doctor_ok(d, "cache (none)");
    if (!conf()->cache_socket[0] && is_open_to_others(conf()->cache_port))
        return doctor_broken(
            d, "cache",
            "memcached listens for others than this machine, who may read and change "
            "what pages show",
            "start it with -l 127.0.0.1 -U 0, or with -s SOCKET");
    if (!cache_answers())
        return doctor_broken(
            d, "cache", "memcached does not answer, so the site is slow",
            "systemctl start ovs-cache, or your own memcached; compare cache_socket");
    doctor_ok(d, "cache");
}

/* --- What the database knows */

static void operators(struct doctor *d, struct db *db)
{
    int64_t n = 0;

    if (account_count_operators(db, d->a, &n) == RC_OK && n == 0)
        doctor_unwise(d, "operators", "nobody may open /admin",
                      "admin user add EMAIL HANDLE --role operator");
    else
        doctor_ok(d, "operators");
}

/* How long there has been this site: what has never run may not be due yet. */
static int64_t site_age_ms(struct doctor *d)
{
    struct stat st;

    if (stat(arena_printf(d->a, "%s/token", conf()->secrets_dir), &st))
        return 0;
    return ((int64_t)time(NULL) - st.st_mtim.tv_sec) * SECOND_MS;
}

static bool is_late(const struct schedule *s, const struct job_state_list *states, int64_t now_ms,
                    int64_t age_ms)
{
    int64_t limit_ms = s->every_s >= 3600 ? DAILY_LATE_HOURS * HOUR_MS
                                          : JOB_LATE_MINUTES * MINUTE_MS;

    if (s->every_s == 0)
        return false; /* it leaves no row when there is nothing to do */
    for (size_t i = 0; i < states->n; i++)
        if (str_eq(states->items[i].job, s->name))
            return now_ms - states->items[i].started_ms > limit_ms;
    return age_ms > limit_ms;
}

static void jobs(struct doctor *d, struct db *db)
{
    struct job_state_list states;
    struct sb late = { .a = d->a }, failed = { .a = d->a };

    if (job_states(db, d->a, &states) != RC_OK)
        return;
    for (size_t i = 0; i < SCHEDULE_JOBS; i++)
        if (is_late(&schedule[i], &states, clock_now_ms(), site_age_ms(d)))
            sb_addf(&late, "%s%s", late.len ? ", " : "", schedule[i].name);
    for (size_t i = 0; i < states.n; i++)
        if (states.items[i].ended_ms && !states.items[i].ok &&
            !str_eq(states.items[i].result, "busy"))
            sb_addf(&failed, "%s%s", failed.len ? ", " : "", states.items[i].job);
    if (late.len)
        doctor_broken(d, "jobs", arena_printf(d->a, "not started in time: %s", late.buf),
                      "systemctl list-timers 'ovs-*', or look at cron: jobs/crontab");
    if (failed.len)
        doctor_broken(d, "jobs", arena_printf(d->a, "failed the last time: %s", failed.buf),
                      "start it by hand; VAR/log/jobs.log says why");
    if (!late.len && !failed.len)
        doctor_ok(d, "jobs");
}

/* A file of the spool that nobody holds is finished: watch_flush takes it within a minute. */
static bool is_left(const char *path)
{
    struct stat st;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    bool left = fd >= 0 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size > 0 &&
                time(NULL) - st.st_mtim.tv_sec > SPOOL_LATE_MINUTES * MINUTE_MS / SECOND_MS &&
                flock(fd, LOCK_SH | LOCK_NB) == 0;

    if (fd >= 0)
        close(fd);
    return left;
}

static void spool(struct doctor *d)
{
    const char *path = arena_printf(d->a, "%s/spool", conf()->var_dir);
    DIR *dir = opendir(path);
    struct dirent *entry;
    size_t left = 0, seen = 0;

    while (dir && seen++ < SPOOL_FILES_MAX && (entry = readdir(dir)))
        left += is_left(arena_printf(d->a, "%s/%s", path, entry->d_name));
    if (dir)
        closedir(dir);
    if (left)
        doctor_broken(d, "watch_flush", "watch time lies on this machine and is not credited",
                      "start watch_flush each minute here, too; see jobs/crontab");
    else
        doctor_ok(d, "watch_flush");
}

static void audit(struct doctor *d, struct db *money)
{
    struct audit_result last;
    enum rc rc = audit_last(money, d->a, &last);

    if (rc == RC_NOT_FOUND && site_age_ms(d) < AUDIT_LATE_HOURS * HOUR_MS)
        doctor_ok(d, "audit (none yet)");
    else if (rc == RC_NOT_FOUND)
        doctor_unwise(d, "audit", "nobody has checked the ledger yet", "ledger_audit");
    else if (rc != RC_OK)
        doctor_broken(d, "audit", "its result cannot be read", "migrate");
    else if (last.findings)
        doctor_broken(
            d, "audit",
            arena_printf(d->a, "the books are wrong: %" PRId64 " findings", last.findings),
            "ledger_audit --verbose");
    else if (clock_now_ms() - last.ran_ms > AUDIT_LATE_HOURS * HOUR_MS)
        doctor_unwise(d, "audit",
                      arena_printf(d->a, "the latest one is of %s", fmt_date(d->a, last.ran_ms)),
                      "ledger_audit");
    else
        doctor_ok(d, "audit");
}

/* May something be booked: are the clock and the currency right? */
static void books(struct doctor *d, struct db *money)
{
    struct problem why = { NULL, NULL };
    enum rc rc = pay_guard(money, d->a, clock_now_ms(), &why);

    if (rc == RC_OK)
        doctor_ok(d, "books");
    else if (rc == RC_CONFLICT)
        doctor_broken(d, "books", why.text, "docs/operate.md, Clock, period and currency");
}

/* The queue is not for the reader: it holds addresses. */
static void mails(struct doctor *d, struct db *db)
{
    struct queue_figures sum;
    const char *from;

    if (!mail_is_on())
        return doctor_ok(d, "mail (none)");
    if (mime_address(d->a, conf()->mail_from, &from) != RC_OK || !str_eq(from, conf()->mail_from))
        return doctor_broken(d, "mail_from", "is not an address that mail can come from",
                             "set mail_from = name@your.domain");
    if (queue_figures(db, d->a, clock_now_ms(), &sum) != RC_OK)
        return;
    bool waits = sum.oldest_ms && clock_now_ms() - sum.oldest_ms > MAIL_LATE_MINUTES * MINUTE_MS;
    if (waits)
        doctor_broken(d, "mail",
                      arena_printf(d->a, "mails have waited since %s: %s",
                                   fmt_datetime(d->a, sum.oldest_ms),
                                   sum.away ? queue_reason(sum.away)
                                            : "the job mail does not keep up, or does not run."),
                      "admin mail test ADDRESS, then compare the settings mail and smtp_*");
    if (sum.dead_day)
        doctor_unwise(
            d, "mail",
            arena_printf(d->a, "%" PRId64 " were given up in the last 24 hours", sum.dead_day),
            "admin mail list says why");
    if (!waits && !sum.dead_day)
        doctor_ok(d, "mail");
}

void doctor_stores(struct doctor *d)
{
    struct db *ordinary = db_new(DB_ORDINARY, STATEMENT_SECONDS);
    struct db *db = db_new(DB_READER, STATEMENT_SECONDS);
    struct db *money = db_new(DB_MONEY, STATEMENT_SECONDS);

    cache(d);
    spool(d);
    if (server(d, db)) {
        schema(d);
        accounts(d);
        operators(d, db);
        jobs(d, db);
        mails(d, ordinary);
        books(d, money);
        audit(d, money);
    }
    db_close(money);
    db_close(ordinary);
    db_close(db);
}
