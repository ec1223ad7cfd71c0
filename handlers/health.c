/*
 * health: can this node serve?
 *
 *   GET /health    200 when the database answers, else 503; also says whether the cache answers
 *   GET /metrics   the same and more as text, for Prometheus
 *
 * Who    anyone; /metrics: who sends the text of the secret `metrics` as a bearer token, others get
 *        404
 * Views  views/health.html and views/health.json, both of struct health_page
 */
#include "app/reports/audit.h"
#include "app/site/job.h"
#include "base/clock.h"
#include "base/str.h"
#include "io/cache.h"
#include "io/secret.h"
#include "pages/frame.h"
#include "views/models/health.h"
#include "web/req.h"

/* What the latest audit found. */
static enum rc ledger(struct req *r, struct sb *o)
{
    struct audit_balance_list balances;
    struct audit_result last;
    enum rc rc = audit_last(r->db, r->arena, &last);

    if (rc != RC_OK)
        return rc == RC_NOT_FOUND ? RC_OK : rc;
    TRY(audit_balances_last(r->db, r->arena, &balances));
    sb_addf(o, "ovs_ledger_audit_findings %" PRId64 "\novs_ledger_audit_age_seconds %" PRId64 "\n",
            last.findings, (clock_now_ms() - last.ran_ms) / SECOND_MS);
    for (size_t i = 0; i < balances.n; i++) {
        const struct audit_balance *b = &balances.items[i];
        sb_addf(o, "ovs_ledger_balance_minor{account=\"%s\",currency=\"%s\"} %" PRId64 "\n",
                b->account, b->currency, b->minor);
    }
    return RC_OK;
}

static enum rc metrics(struct req *r, bool database, bool cache)
{
    struct job_state_list jobs = { NULL, 0 };
    const char *proof = req_header(r, "Authorization");

    if (!str_starts(proof, "Bearer ") || !secret_is("metrics", proof + strlen("Bearer ")))
        return RC_NOT_FOUND;
    if (database)
        TRY(job_states(r->db, r->arena, &jobs));
    struct sb *o = reply_type(r, "text/plain; version=0.0.4");
    sb_addf(o, "ovs_database_up %d\novs_cache_up %d\n", database, cache);
    for (size_t i = 0; i < jobs.n; i++) {
        const struct job_state *j = &jobs.items[i];
        sb_addf(o, "ovs_job_last_end_seconds{job=\"%s\"} %" PRId64 "\n", j->job,
                j->ended_ms / 1000);
        sb_addf(o, "ovs_job_ok{job=\"%s\"} %d\n", j->job, j->ok);
    }
    return database ? ledger(r, o) : RC_OK;
}

static enum rc show(struct req *r)
{
    bool database = job_database_answers(r->db, r->arena), cache = cache_answers();
    struct health_page page = {
        .status = database ? "ok" : "the database cannot be reached",
        .database = database,
        .cache = cache,
    };

    if (str_eq(req_segment(r, 0), "metrics"))
        return metrics(r, database, cache);
    if (!database)
        r->status = 503;
    return RENDER(r, health, &page);
}

int main(void)
{
    static const struct endpoint health = {
        .name = "health",
        .who = ANYONE,
        .impersonal = true,
        .db = DB_READER,
        .on = { [GET] = show },
    };
    return serve(&health, error_view);
}
