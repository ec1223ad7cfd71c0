#include "pages/jobs.h"
#include "app/site/schedule.h"
#include "base/clock.h"
#include "base/conf.h"
#include "base/fmt.h"
#include "base/str.h"
#include "web/req.h"

/* Keys whose own word would not tell enough. */
static const struct {
    const char *key, *words;
} known[] = {
    { "minor", "in money" },
    { "creators_minor", "for creators" },
    { "platform_minor", "for the site" },
    { "idle_minor", "of members who watched nobody" },
    { "logins", "ended log-ins" },
    { "tries", "old tries" },
    { "rows", "old rows" },
    { "short", "without enough earnings" },
    { "below", "below the smallest payout" },
    { "without_account", "without a payout account" },
    { "told", "members told" },
    { "reporters", "reporters told" },
    { "returned", "brought back after a counter-notice" },
    { "waiting", "cases that wait too long" },
    { "addresses", "addresses of reporters emptied" },
    { "ahead", "told that their time is about to end" },
    { "ended", "told that it has ended" },
    { "days", "days" },
    { "units", "paid months" },
};

static bool is_money(const char *key)
{
    size_t n = strlen(key);
    return n >= 5 && str_eq(key + n - 5, "minor");
}

static const char *words_of(struct arena *a, const char *key)
{
    char *words;

    for (size_t i = 0; i < COUNT(known); i++)
        if (str_eq(known[i].key, key))
            return known[i].words;
    words = arena_str(a, key);
    for (char *p = words; *p; p++)
        *p = *p == '_' ? ' ' : *p;
    return words;
}

/* One "key=value" of the text, and where the next one begins; false: it is none. */
static bool read_pair(struct arena *a, const char **at, const char **key, int64_t *value)
{
    size_t n = strcspn(*at, " "), k = strspn(*at, "abcdefghijklmnopqrstuvwxyz_");

    if (k == 0 || k >= n || (*at)[k] != '=' ||
        str_to_i64(*at + k + 1, n - k - 1, 0, INT64_MAX, value) != RC_OK)
        return false;
    *key = arena_strn(a, *at, k);
    *at += n + ((*at)[n] == ' ');
    return true;
}

const char *job_words(struct arena *a, const char *did)
{
    const char *key, *detail = strstr(did, ", the last: "); /* for the log */
    struct sb out = { .a = a };
    int64_t value;

    did = detail ? arena_strn(a, did, (size_t)(detail - did)) : did;
    for (const char *at = did; *at;) {
        if (!read_pair(a, &at, &key, &value))
            return did;
        if (!value)
            continue;
        if (strstr(key, "_ms"))
            sb_addf(&out, "%s%s in %.1f s", out.len ? ", " : "",
                    words_of(a, arena_strn(a, key, strlen(key) - 3)), (double)value / SECOND_MS);
        else
            sb_addf(&out, "%s%s %s", out.len ? ", " : "",
                    is_money(key) ? fmt_money(a, value, conf()->currency)
                                  : arena_printf(a, "%" PRId64, value),
                    words_of(a, key));
    }
    return out.len ? out.buf : did[0] ? "nothing to do" : "";
}

static const char *result_of(const struct job_state *s)
{
    static const struct {
        const char *name, *words;
    } results[] = {
        { "busy", "could not go on; it tries again" },
        { "fail", "failed: the log says why" },
        { "conflict", "refused" },
        { "full", "the disk is full" },
    };

    for (size_t i = 0; i < COUNT(results); i++)
        if (str_eq(s->result, results[i].name))
            return results[i].words;
    return s->result;
}

static const struct schedule *plan_of(const char *job)
{
    for (size_t i = 0; i < COUNT(schedule); i++)
        if (str_eq(schedule[i].name, job))
            return &schedule[i];
    return NULL;
}

static bool is_late(const struct schedule *plan, const struct job_state *s, int64_t now_ms)
{
    return plan && plan->every_s &&
           now_ms - s->started_ms >
               MAX_OF(plan->every_s * JOB_LATE_FACTOR, JOB_LATE_LEAST_S) * SECOND_MS;
}

static struct job_row row_of(struct req *r, const struct job_state *s, bool latest)
{
    const struct schedule *plan = plan_of(s->job);

    return (struct job_row){
        .state = *s,
        .does = plan ? plan->does : "",
        .result = result_of(s),
        .said = s->ended_ms ? job_words(r->arena, s->did) : "",
        .took = s->ended_ms ? fmt_duration(r->arena, (s->ended_ms - s->started_ms) / SECOND_MS)
                            : "",
        .ago = fmt_ago(r->arena, s->started_ms, r->now_ms),
        .late = latest && is_late(plan, s, r->now_ms),
    };
}

struct job_rows job_rows_of(struct req *r, const struct job_state_list *states, bool latest)
{
    struct job_rows out = { arena_array(r->arena, struct job_row, states->n), 0 };

    for (int pass = latest ? 0 : 1; pass < 2; pass++)
        for (size_t i = 0; i < states->n; i++) {
            const struct job_row row = row_of(r, &states->items[i], latest);
            bool wrong = latest && (row.late || (row.state.ended_ms && !row.state.ok));
            if (!latest || wrong == (pass == 0))
                out.items[out.n++] = row;
        }
    return out;
}
