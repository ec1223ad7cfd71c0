/* mail: the queue of mails (app/notify/queue.h), and a mail that tries the settings. */
#include "app/notify/post.h"
#include "base/fmt.h"
#include "base/str.h"
#include "commands/act.h"
#include "commands/command.h"

static enum rc list(struct run *run)
{
    struct queue_figures sum;
    struct queued_list mails;
    bool waiting = option(run, "--waiting") != NULL;
    int64_t before = 0;

    if (option(run, "--before"))
        TRY(read_id(run, option(run, "--before"), &before));
    TRY(queue_figures(run->db, run->a, run->now_ms, &sum));
    TRY(queue_list(run->db, run->a, waiting ? MAIL_WAITING : MAIL_DEAD, before, &mails));
    for (size_t i = 0; i < mails.n; i++) {
        const struct queued *q = &mails.items[i];
        printf("%6" PRId64 "  %s  %-18s  %-30s  tries=%d code=%d  %s\n", q->id,
               fmt_datetime(run->a, q->made_ms), notice_kind_word(q->kind), q->address, q->attempts,
               q->reply, queue_reason(q->failure));
    }
    if (mails.n == MAILS_SHOWN_MAX)
        printf("older ones: --before %" PRId64 "\n", mails.items[mails.n - 1].id);
    printf("%" PRId64 " waiting, %" PRId64 " sent in the last 24 hours, %" PRId64 " given up\n",
           sum.waiting, sum.sent_day, sum.dead);
    if (sum.away != MAIL_NO_FAILURE)
        printf("No mail can be sent now. %s\n", queue_reason(sum.away));
    return mail_is_on() ? RC_OK : (puts("mail = none: this site sends no mails"), RC_OK);
}

static enum rc act_on(struct run *run, bool is_drop)
{
    int64_t id, done;
    struct queue_act act = { .is_drop = is_drop,
                             .ids = &id,
                             .n = 1,
                             .by = { 0, act_shell(run->a) },
                             .why = option_or(run, "--reason", "") };

    TRY(read_id(run, run->args[0], &id));
    TRY(queue_do(run->db, run->a, &act, run->now_ms, &done, &run->why));
    if (!done)
        return say_no(run, is_drop ? "No such mail waits or was given up."
                                   : "No such mail was given up; `admin mail list` shows them.");
    printf("mail %" PRId64 " %s\n", id, is_drop ? "is dropped" : "will be tried again");
    return RC_OK;
}

static enum rc again(struct run *run) { return act_on(run, false); }
static enum rc drop(struct run *run) { return act_on(run, true); }

/* Sent at once, beside the queue; the time makes its Message-ID another one each time. */
static enum rc try_it(struct run *run)
{
    const struct queued q = {
        .id = run->now_ms,
        .kind = NOTICE_OPERATOR_ALERT,
        .address = run->args[0],
        .link = "",
        .fields = "what=Mails from this site arrive\ntext=An operator asked for this mail, to see "
                  "whether the settings are right.\n",
    };
    struct mail_outcome outcome;

    if (!mail_is_on())
        return say_no(run, "mail = none: this site sends no mails.");
    struct mailer *m = mailer_new();
    enum rc rc = post_send(m, run->a, &q, run->now_ms, &outcome);
    mailer_free(m);
    if (rc == RC_OK) {
        printf("The mail server took the mail to %s. Look whether it arrives, and not as spam.\n",
               run->args[0]);
        return RC_OK;
    }
    const char *code = outcome.reply ? arena_printf(run->a, " Code %d.", outcome.reply) : "";
    return say_no(run, arena_printf(run->a, "%s%s", queue_reason(outcome.failure), code));
}

const struct command mail_commands[] = {
    { "mail list", "[--waiting] [--before NUMBER]",
      "mails that were given up, or that wait, newest first; and how many there are", list, true },
    { "mail retry", "NUMBER [--reason TEXT]", "send a mail that was given up again", again, false },
    { "mail drop", "NUMBER [--reason TEXT]", "do not send a mail that waits or was given up", drop,
      false },
    { "mail test", "ADDRESS", "send a mail there at once, and say what the mail server answers",
      try_it, true },
    { NULL, NULL, NULL, NULL, false },
};
