/*
 * statements: writes down, once, what each creator got in a month that is closed
 * (lib/app/reports/statement.h). Cron: once a day, after close_month.
 *
 * May be killed at any time, started twice or run late. Exit: 0 done or nothing to do, 1 some
 * statements do not add up (the log says which; the others were made), 75 try again.
 */
#include "app/income/pay.h"
#include "app/site/job.h"
#include "app/reports/statement.h"
#include "base/clock.h"

enum { ITEM_ARENA_BYTES = 256 << 20 };

static enum rc statements(struct db *db, struct arena *a, const char **did)
{
    struct arena *item = arena_new(ITEM_ARENA_BYTES);
    int64_t made;
    enum rc rc = statement_make_due(db, a, item, clock_now_ms(), &made);

    arena_free(item);
    *did = arena_printf(a, "statements=%" PRId64, made);
    return rc;
}

int main(int argc, char **argv)
{
    static const struct job job = {
        .name = "statements",
        .usage =
            "usage: statements\nWrites the monthly statements of creators that are due; what is written is never changed.\n",
        .db = DB_MONEY,
        .guard = pay_guard,
        .timeout_s = 600,
        .arena_bytes = 64 << 20,
        .work = statements,
    };
    return job_main(&job, argc, argv);
}
