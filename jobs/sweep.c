/*
 * sweep: deletes what has expired: abandoned uploads, files queued for removal, ended logins, accounts whose
 * address nobody confirmed, links of mails, old mails and notices, attempts and job rows, watch records of
 * months settled long ago, and which videos were opened; sets aside logs that have grown
 * too large. Cron: every hour.
 *
 * Safe to kill, to rerun and to start twice. Exit: 0 done, 75 try again, 1 failed.
 */
#include "app/catalogue/category.h"
#include "app/discovery/taste.h"
#include "app/notify/queue.h"
#include "app/people/account.h"
#include "app/people/address.h"
#include "app/people/link.h"
#include "app/people/passkeys.h"
#include "app/people/seen.h"
#include "app/site/job.h"
#include "app/site/logs.h"
#include "app/watching/opened.h"
#include "app/watching/rollup.h"
#include "app/site/throttle.h"
#include "app/publish/revoke.h"
#include "app/publish/transcode.h"
#include "app/publish/upload.h"
#include "base/clock.h"

/* What is left of categories that were merged (catalogue/category.h). */
static enum rc move_categories(struct db *db, struct arena *a)
{
    int64_t moved;

    do
        TRY(category_move(db, a, &moved));
    while (moved == CATEGORY_BATCH);
    TRY(upload_recategorise(db));
    return taste_recategorise(db);
}

static enum rc sweep(struct db *db, struct arena *a, const char **did)
{
    int64_t now_ms = clock_now_ms(), uploads, files, logins, claims, links, challenges, tries, rows,
            days, opened, logs, notices, seen;

    TRY(upload_sweep(db, a, now_ms, &uploads));
    TRY(removal_run(db, a, now_ms, &files));
    TRY(account_sweep(db, now_ms, &logins));
    TRY(address_lapse(db, a, now_ms, &claims));
    TRY(link_sweep(db, now_ms, &links));
    TRY(seen_sweep(db, now_ms, &seen));
    TRY(passkeys_sweep(db, now_ms, &challenges));
    TRY(queue_sweep(db, now_ms, &notices));
    TRY(throttle_sweep(db, now_ms, &tries));
    TRY(job_sweep(db, now_ms, &rows));
    TRY(rollup_sweep(db, a, now_ms, &days));
    TRY(opened_sweep(db, now_ms, &opened));
    TRY(move_categories(db, a));
    TRY(revoke_sweep(db, now_ms));
    TRY(logs_set_aside(a, &logs));
    *did = arena_printf(a,
                        "uploads=%" PRId64 " files=%" PRId64 " logins=%" PRId64 " claims=%" PRId64
                        " links=%" PRId64 " challenges=%" PRId64 " tries=%" PRId64 " rows=%" PRId64
                        " days=%" PRId64 " opened=%" PRId64 " logs=%" PRId64 " notices=%" PRId64,
                        uploads, files, logins, claims, links, challenges, tries, rows, days,
                        opened, logs, notices);
    return RC_OK;
}

int main(int argc, char **argv)
{
    static const struct job job = {
        .name = "sweep",
        .usage =
            "usage: sweep\nDeletes what has expired: abandoned uploads, files queued for removal, ended logins, old rows.\n",
        .db = DB_ORDINARY,
        .timeout_s = 60,
        .arena_bytes = 64 << 20,
        .work = sweep,
    };
    return job_main(&job, argc, argv);
}
