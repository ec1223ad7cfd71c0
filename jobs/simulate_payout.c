/*
 * simulate_payout: compares the results of the two rules of division for closed months, for an
 * operator who considers switching. Started by hand; it only reads.
 *
 *   simulate_payout [--month YYYY-MM] [--csv]
 *
 * Without a month: all closed months, up to MONTHS_SHOWN_MAX. Exit: 0, 1 failed, 64 wrong usage, 69
 * that month is not closed, 75 the database is away.
 */
#include "app/money/simulate.h"
#include "app/site/job.h"
#include "base/fmt.h"
#include "base/str.h"

enum {
    ARENA_BYTES = 1 << 30,
    STATEMENT_SECONDS = 600,
    USAGE_EXIT = 64,       /* EX_USAGE of sysexits.h */
    UNAVAILABLE_EXIT = 69, /* EX_UNAVAILABLE */
};

static void print_table(struct arena *a, const struct month *m, const struct simulation *s)
{
    printf("%" PRId64 "-%02" PRId64 "  %" PRId64 " paid months\n", m->month / 100, m->month % 100,
           m->units);
    printf("  %-30s %16s %16s %16s\n", "creator", "user", "scaled", "difference");
    for (const struct simulated *c = s->items; c < s->items + s->n; c++)
        printf("  %-30s %16s %16s %16s\n", c->handle, fmt_money(a, c->user_minor, m->currency),
               fmt_money(a, c->scaled_minor, m->currency),
               fmt_money(a, c->scaled_minor - c->user_minor, m->currency));
    printf("  %-30s %16s %16s %16s\n", "all creators", fmt_money(a, s->user_minor, m->currency),
           fmt_money(a, s->scaled_minor, m->currency),
           fmt_money(a, s->scaled_minor - s->user_minor, m->currency));
    printf("  %-30s %16s %16s\n", "idle, carried over",
           fmt_money(a, s->user_idle_minor, m->currency),
           fmt_money(a, s->scaled_idle_minor, m->currency));
    printf("  %s would go to other creators under scaled: %.1f %%\n\n",
           fmt_money(a, s->moved_minor, m->currency),
           s->user_minor ? 100.0 * (double)s->moved_minor / (double)s->user_minor : 0.0);
}

static void print_csv(const struct month *m, const struct simulation *s)
{
    for (const struct simulated *c = s->items; c < s->items + s->n; c++)
        printf("%" PRId64 "-%02" PRId64 ",%" PRId64 ",%s,%" PRId64 ",%" PRId64 ",%" PRId64 ",%s\n",
               m->month / 100, m->month % 100, c->creator_id, c->handle, c->user_minor,
               c->scaled_minor, c->scaled_minor - c->user_minor, m->currency);
}

/* The closed months, or only the one that was asked for. */
static enum rc simulate(struct db *db, struct arena *a, int64_t only, bool csv)
{
    struct month_list months;
    struct simulation s;
    enum rc rc = only ? RC_NOT_FOUND : RC_OK;

    TRY(month_list(db, a, &months));
    if (csv)
        puts("month,creator_id,creator,user_minor,scaled_minor,difference_minor,currency");
    for (size_t i = months.n; i-- > 0;) {
        if (only && months.items[i].month != only)
            continue;
        rc = RC_OK;
        TRY(simulate_month(db, a, &months.items[i], &s));
        if (csv)
            print_csv(&months.items[i], &s);
        else
            print_table(a, &months.items[i], &s);
    }
    return rc;
}

static int usage(int code)
{
    fputs("usage: simulate_payout [--month YYYY-MM] [--csv]\n"
          "Prints what each creator would earn in closed months under the rules user and scaled. "
          "Writes nothing.\n",
          code ? stderr : stdout);
    return code;
}

static bool read_month(const char *text, int64_t *month)
{
    int64_t year, n;

    if (strlen(text) != 7 || text[4] != '-' || str_to_i64(text, 4, 1970, 9999, &year) != RC_OK ||
        str_to_i64(text + 5, 2, 1, 12, &n) != RC_OK)
        return false;
    *month = year * 100 + n;
    return true;
}

int main(int argc, char **argv)
{
    int64_t month = 0;
    bool csv = false;

    if (argc == 2 && str_eq(argv[1], "--help"))
        return usage(0);
    for (int i = 1; i < argc; i++)
        if (str_eq(argv[i], "--csv"))
            csv = true;
        else if (!str_eq(argv[i], "--month") || i + 1 == argc || !read_month(argv[++i], &month))
            return usage(USAGE_EXIT);
    job_begin("simulate_payout");
    struct arena *a = arena_new(ARENA_BYTES);
    struct db *db = db_new(DB_MONEY, STATEMENT_SECONDS);
    enum rc rc = simulate(db, a, month, csv);
    if (rc == RC_NOT_FOUND)
        fputs("simulate_payout: that month is not closed\n", stderr);
    db_close(db);
    arena_free(a);
    return rc == RC_NOT_FOUND ? UNAVAILABLE_EXIT : rc_exit(rc);
}
