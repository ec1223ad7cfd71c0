/*
 * recommend: learns from what members watched and liked, and makes the lists that the pages
 * recommend from (lib/app/discovery/learn.h). Cron: every 15 minutes.
 *
 *   recommend             one run; if nothing has changed, only hot and new videos are listed again
 *   recommend --choose    also choose new parameters now, by trying several, as it does once a week
 *   recommend --dry-run   print what a run would do
 *
 * Safe to kill and to start twice: readers see the lists of the last complete run until the next
 * one is complete. Exit: 0 done, 1 failed, 64 wrong arguments, 75 try again.
 */
#include "app/site/job.h"
#include "app/discovery/learn.h"
#include "base/str.h"

static const char usage[] =
    "usage: recommend [--choose | --dry-run]\n"
    "Learns from what members watched and liked, and writes the lists of recommendations.\n"
    "  --choose    choose new parameters now, by trying several\n"
    "  --dry-run   print what a run would do\n";

static bool choose;

static enum rc recommend(struct db *db, struct arena *a, const char **did)
{
    struct learn_done d;
    enum rc rc = learn_run(db, a, choose, &d);

    *did = arena_printf(a,
                        "whole=%d feedback=%" PRId64 " members=%" PRId64 " videos=%" PRId64
                        " lists=%" PRId64 " read_ms=%" PRId64 " choose_ms=%" PRId64
                        " learn_ms=%" PRId64 " lists_ms=%" PRId64 " write_ms=%" PRId64,
                        d.whole, d.feedback_n, d.members_n, d.videos_n, d.lists_n, d.read_ms,
                        d.choose_ms, d.learn_ms, d.lists_ms, d.write_ms);
    return rc;
}

int main(int argc, char **argv)
{
    static const struct job job = {
        .name = "recommend",
        .usage = usage,
        .dry_run = learn_dry_run,
        .db = DB_ORDINARY,
        .timeout_s = 600,
        .arena_bytes = 64 << 20,
        .work = recommend,
    };

    choose = argc == 2 && str_eq(argv[1], "--choose");
    return job_main(&job, choose ? 1 : argc, argv);
}
