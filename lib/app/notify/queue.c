#include "app/notify/queue.h"
#include "base/clock.h"
#include "base/conf.h"
#include "base/str.h"

enum {
    LEASE_MORE_SECONDS = 30,
    TAKE_TRIES = 20,
    SWEEP_MAX = 20000,
    PAUSE_MINUTES = 1,
    OLDEST_OF = 100
};

WORDS(mail_state, "mail.state", [MAIL_WAITING] = "waiting", [MAIL_SENDING] = "sending",
      [MAIL_SENT] = "sent", [MAIL_DEAD] = "dead", [MAIL_DROPPED] = "dropped");

/* Pauses after the first, second, ... attempt. */
static const int64_t pauses_ms[] = { MINUTE_MS,   5 * MINUTE_MS, 15 * MINUTE_MS, HOUR_MS,
                                     3 * HOUR_MS, 6 * HOUR_MS,   12 * HOUR_MS,   24 * HOUR_MS };

SHAPE(queued_shape, struct queued, COLUMN(struct queued, id), COLUMN(struct queued, user_id),
      COLUMN(struct queued, made_ms), COLUMN(struct queued, next_ms),
      COLUMN(struct queued, ended_ms), COLUMN(struct queued, attempts),
      COLUMN(struct queued, reply), COLUMN_WORD(struct queued, kind, notice_kind),
      COLUMN_WORD(struct queued, state, mail_state),
      COLUMN_WORD(struct queued, failure, mail_failure), COLUMN(struct queued, address),
      COLUMN(struct queued, link), COLUMN(struct queued, fields));
#define QUEUED(link, fields, key)                                                                  \
    "SELECT m.id, COALESCE(m.user_id, 0) AS user_id, m.made_ms, m.next_ms, m.ended_ms,"            \
    " m.attempts, m.reply, m.kind, m.state, m.failure,"                                            \
    " COALESCE(NULLIF(m.address, ''), u.address, '') AS address, " link " AS link, " fields        \
    " AS fields FROM mail m " key " LEFT JOIN user u ON u.id = m.user_id "

/* Columns are set from left to right. A mail with which every worker dies is given up, too. */
STMT(q_lapsed, NULL,
     "UPDATE mail SET worker = '', failure = IF(attempts >= ?, 'cut', failure),"
     " ended_ms = IF(attempts >= ?, ?, 0), state = IF(attempts >= ?, 'dead', 'waiting')"
     " WHERE state = 'sending' AND next_ms <= ?");
STMT(q_next, &queued_shape,
     QUEUED("m.link", "m.fields", "") "WHERE m.state = 'waiting' AND m.next_ms <= ?"
                                      " ORDER BY m.turn, m.next_ms, m.id LIMIT 1");
STMT(q_lease, NULL,
     "UPDATE mail SET state = 'sending', worker = ?, next_ms = ?, attempts = attempts + 1"
     " WHERE id = ? AND state = 'waiting' AND attempts = ?");
STMT(q_sent, NULL,
     "UPDATE mail SET state = 'sent', link = '', fields = '', failure = NULL, reply = 0,"
     " ended_ms = ? WHERE id = ? AND state = 'sending' AND worker = ?");
STMT(q_failed, NULL,
     "UPDATE mail SET state = ?, failure = ?, reply = ?, attempts = ?, next_ms = ?, ended_ms = ?,"
     " link = IF(state = 'dropped', '', link), fields = IF(state = 'dropped', '', fields)"
     " WHERE id = ? AND state = 'sending' AND worker = ?");
STMT(
    q_list, &queued_shape,
    QUEUED(
        "''", "''",
        "FORCE INDEX (mail_of_state)") "WHERE m.state = ? AND m.id < ? ORDER BY m.id DESC LIMIT ?");
STMT(q_again, NULL,
     "UPDATE mail SET state = 'waiting', attempts = 0, made_ms = ?, next_ms = ?, ended_ms = 0"
     " WHERE id = ? AND state = 'dead'");
STMT(q_drop, NULL,
     "UPDATE mail SET state = 'dropped', link = '', fields = '', ended_ms = ?"
     " WHERE id = ? AND state IN ('waiting', 'dead')");
#define COUNTED                                                                                    \
    "(SELECT COUNT(*) FROM (SELECT id FROM mail WHERE state = ? AND ended_ms >= ? LIMIT ?) x)"
SHAPE(figures_shape, struct queue_figures, COLUMN(struct queue_figures, waiting),
      COLUMN(struct queue_figures, dead), COLUMN(struct queue_figures, sent_day),
      COLUMN(struct queue_figures, dead_day), COLUMN(struct queue_figures, oldest_ms),
      COLUMN_WORD(struct queue_figures, away, mail_failure));
/* A mail that met a failure that every mail would meet waits as if it had not been tried. */
STMT(q_figures, &figures_shape,
     "SELECT " COUNTED " AS waiting, " COUNTED " AS dead, " COUNTED " AS sent_day, " COUNTED
     " AS dead_day, (SELECT COALESCE(MIN(made_ms), 0) FROM (SELECT made_ms FROM mail"
     " WHERE state = 'waiting' AND attempts = 0 ORDER BY id LIMIT ?) x) AS oldest_ms,"
     " COALESCE((SELECT failure FROM mail WHERE state = 'waiting' AND attempts = 0"
     " AND failure IS NOT NULL ORDER BY next_ms DESC LIMIT 1), '') AS away");
STMT(q_sweep, NULL,
     "DELETE FROM mail WHERE state IN ('sent', 'dead', 'dropped') AND ended_ms < ? LIMIT ?");
STMT(q_sweep_notices, NULL, "DELETE FROM notice WHERE made_ms < ? LIMIT ?");

enum rc queue_take(struct db *db, struct arena *a, const char *worker, int64_t now_ms,
                   struct queued *out)
{
    int64_t until_ms = now_ms + (2 * conf()->mail_timeout_s + LEASE_MORE_SECONDS) * SECOND_MS;

    TRY(db_run(db, &q_lapsed,
               ARGS(I64(MAIL_ATTEMPTS_MAX), I64(MAIL_ATTEMPTS_MAX), I64(now_ms),
                    I64(MAIL_ATTEMPTS_MAX), I64(now_ms)),
               NULL));
    for (int i = 0; i < TAKE_TRIES; i++) {
        int64_t changed;
        TRY(db_one(db, a, &q_next, ARGS(I64(now_ms)), out));
        TRY(db_run(db, &q_lease, ARGS(STR(worker), I64(until_ms), I64(out->id), I64(out->attempts)),
                   &changed));
        if (changed) {
            out->attempts++;
            return RC_OK;
        } /* else another machine was quicker */
    }
    return RC_BUSY;
}

enum rc queue_sent(struct db *db, const struct queued *q, const char *worker, int64_t now_ms)
{
    int64_t changed;

    TRY(db_run(db, &q_sent, ARGS(I64(now_ms), I64(q->id), STR(worker)), &changed));
    return changed ? RC_OK : RC_BUSY;
}

enum rc queue_failed(struct db *db, const struct queued *q, const char *worker,
                     const struct mail_outcome *outcome, int64_t now_ms)
{
    bool is_late = now_ms - q->made_ms > MAIL_WAIT_MAX_DAYS * DAY_MS;
    int attempts = q->attempts - outcome->is_for_every;
    bool is_dead = outcome->is_final || is_late || attempts >= MAIL_ATTEMPTS_MAX;
    size_t pause = MIN_OF((size_t)MAX_OF(attempts - 1, 0), COUNT(pauses_ms) - 1);
    int64_t next_ms = now_ms +
                      (outcome->is_for_every ? PAUSE_MINUTES * MINUTE_MS : pauses_ms[pause]);
    int64_t changed;

    is_dead = is_dead && (is_late || !outcome->is_for_every);
    enum mail_state state = !is_dead ? MAIL_WAITING : q->address[0] ? MAIL_DEAD : MAIL_DROPPED;
    TRY(db_run(db, &q_failed,
               ARGS(STR(mail_state_word(state)), STR(mail_failure_word(outcome->failure)),
                    I64(outcome->reply), I64(attempts), I64(next_ms), I64(is_dead ? now_ms : 0),
                    I64(q->id), STR(worker)),
               &changed));
    return changed ? RC_OK : RC_BUSY;
}

enum rc queue_list(struct db *db, struct arena *a, enum mail_state state, int64_t before_id,
                   struct queued_list *out)
{
    return DB_LIST(db, a, &q_list,
                   ARGS(STR(mail_state_word(state)), I64(before_id ? before_id : INT64_MAX),
                        I64(MAILS_SHOWN_MAX)),
                   MAILS_SHOWN_MAX, out);
}

/*
 * What operators do.
 */

struct doing {
    struct arena *a;
    const struct queue_act *act;
    int64_t now_ms, *done;
};

static enum rc do_one(struct db *db, const struct doing *x, int64_t id)
{
    const struct queue_act *act = x->act;
    const char *about = arena_printf(x->a, "mail:%" PRId64, id);
    int64_t changed;

    if (act->is_drop)
        TRY(db_run(db, &q_drop, ARGS(I64(x->now_ms), I64(id)), &changed));
    else
        TRY(db_run(db, &q_again, ARGS(I64(x->now_ms), I64(x->now_ms), I64(id)), &changed));
    *x->done += changed;
    return changed ? journal_add(db, x->a, act->by,
                                 act->is_drop ? "dropped a mail" : "had a mail sent again", about,
                                 act->why, x->now_ms)
                   : RC_OK;
}

static enum rc do_all(struct db *db, void *arg)
{
    const struct doing *x = arg;

    *x->done = 0;
    for (size_t i = 0; i < x->act->n; i++)
        TRY(do_one(db, x, x->act->ids[i]));
    return RC_OK;
}

enum rc queue_do(struct db *db, struct arena *a, const struct queue_act *act, int64_t now_ms,
                 int64_t *done, struct problem *problem)
{
    struct queue_act clean = *act;

    *done = 0;
    clean.why = str_clean(a, act->why, false);
    if (act->n == 0 || act->n > MAILS_SHOWN_MAX)
        return refuse(problem, RC_INVALID, "id", "Choose the mails.");
    if (!clean.why[0])
        return refuse(problem, RC_INVALID, "reason", "Say in a few words why.");
    return db_transact(db, do_all, &(struct doing){ a, &clean, now_ms, done });
}

const char *queue_reason(enum mail_failure failure)
{
    static const char *const reasons[] = {
        [MAIL_NO_FAILURE] = "",
        [MAIL_SETUP] = "The settings of this site do not allow to send mail.",
        [MAIL_UNREACHABLE] = "The mail server could not be reached.",
        [MAIL_TLS] = "The mail server offered no encryption that can be trusted.",
        [MAIL_LOGIN] = "The mail server did not accept the site's user name and password.",
        [MAIL_SENDER] = "The mail server does not take mail from this site's address.",
        [MAIL_ADDRESS] = "This is not an address that mail can be sent to.",
        [MAIL_RECIPIENT] = "The mail server did not accept the recipient.",
        [MAIL_CONTENT] = "The mail server did not accept the mail.",
        [MAIL_CUT] = "The connection to the mail server was lost, or took too long.",
    };

    return reasons[failure];
}

enum rc queue_figures(struct db *db, struct arena *a, int64_t now_ms, struct queue_figures *out)
{
    int64_t day_ms = now_ms - DAY_MS;

    return db_one(db, a, &q_figures,
                  ARGS(STR(mail_state_word(MAIL_WAITING)), I64(0), I64(MAILS_COUNTED_MAX),
                       STR(mail_state_word(MAIL_DEAD)), I64(0), I64(MAILS_COUNTED_MAX),
                       STR(mail_state_word(MAIL_SENT)), I64(day_ms), I64(MAILS_COUNTED_MAX),
                       STR(mail_state_word(MAIL_DEAD)), I64(day_ms), I64(MAILS_COUNTED_MAX),
                       I64(OLDEST_OF)),
                  out);
}

enum rc queue_sweep(struct db *db, int64_t now_ms, int64_t *dropped)
{
    int64_t notices;

    TRY(db_run(db, &q_sweep, ARGS(I64(now_ms - MAIL_KEEP_DAYS * DAY_MS), I64(SWEEP_MAX)), dropped));
    TRY(db_run(db, &q_sweep_notices, ARGS(I64(now_ms - NOTICE_KEEP_DAYS * DAY_MS), I64(SWEEP_MAX)),
               &notices));
    *dropped += notices;
    return RC_OK;
}
