/* log: the commands of `admin` that follow a member, a video, a payment or a request through the logs. */
#include "app/catalogue/video.h"
#include "app/income/pay.h"
#include "app/site/logs.h"
#include "base/fmt.h"
#include "base/str.h"
#include "commands/command.h"

enum { DATE_CHARS = 10, VIDEO_ID_CHARS = 11, REFERENCE_MIN_CHARS = 5 };

/* "2026-11-30" or "2026-11-30T12:00": the beginning of a line's time. */
static enum rc read_since(struct run *run, const char **since)
{
    const char *text = option_or(run, "--since", "");
    int64_t ms;

    *since = text;
    if (!text[0])
        return RC_OK;
    bool is_date = strlen(text) >= DATE_CHARS &&
                   fmt_read_date(arena_strn(run->a, text, DATE_CHARS), &ms) == RC_OK;
    if (is_date && (!text[DATE_CHARS] ||
                    (text[DATE_CHARS] == 'T' && str_only(text + DATE_CHARS, "T0123456789:.Z"))))
        return RC_OK;
    return refuse(&run->why, RC_INVALID, NULL,
                  "--since takes a time (UTC) like 2026-11-22 or 2026-11-22T18:30.");
}

static enum rc print(struct run *run, struct logs_query *q)
{
    struct logs_lines lines;

    TRY(read_since(run, &q->since));
    enum rc rc = logs_find(run->a, q, &lines);
    if (rc == RC_TOO_LARGE)
        return refuse(
            &run->why, rc, NULL,
            arena_printf(run->a, "There are more than %d lines; give --since.", LOGS_LINES_MAX));
    if (rc == RC_DENIED)
        return refuse(&run->why, rc, NULL, "You may not read the logs of this site.");
    TRY(rc);
    for (size_t i = 0; i < lines.n; i++)
        puts(lines.items[i]);
    return RC_OK;
}

static enum rc log_member(struct run *run)
{
    struct account account;

    TRY(find_account(run, run->args[0], &account));
    struct logs_query q = { { arena_printf(run->a, " user=%" PRId64, account.id),
                              arena_printf(run->a, " about=member:%" PRId64, account.id) },
                            "" };
    return print(run, &q);
}

static enum rc log_video(struct run *run)
{
    struct logs_query q = { { run->args[0] }, "" };

    if (strlen(run->args[0]) != VIDEO_ID_CHARS || !str_only(run->args[0], STR_BASE64URL))
        return refuse(&run->why, RC_INVALID, NULL,
                      "A video's id is the last part of its address, e.g. AmAH9-gKLRg.");
    return print(run, &q);
}

/* A payment by the test provider has no reference: its key is the last part of its address. */
static enum rc log_payment(struct run *run)
{
    struct logs_query q = { { run->args[0] }, "" };
    struct checkout c;

    if (strlen(run->args[0]) < REFERENCE_MIN_CHARS)
        return refuse(&run->why, RC_INVALID, NULL, "That is not a reference.");
    enum rc rc = pay_checkout_by_reference(run->money, run->a, run->args[0], &c);
    if (rc == RC_OK)
        q.words[1] = c.public_key;
    return rc == RC_OK || rc == RC_NOT_FOUND ? print(run, &q) : rc;
}

static enum rc log_of_request(struct run *run)
{
    struct logs_query q = { { arena_printf(run->a, " rid=%s ", run->args[0]),
                              arena_printf(run->a, " run=%s ", run->args[0]) },
                            "" };
    return print(run, &q);
}

const struct command log_commands[] = {
    { "log member", "HANDLE [--since TIME]",
      "what the logs say about this member: every line of each request that was theirs or about\n"
      "      them, and of jobs that did what it asked for; --since 2026-11-22 or 2026-11-22T18:30, UTC",
      log_member, true },
    { "log video", "ID [--since TIME]", "the same about a video", log_video, true },
    { "log payment", "REFERENCE [--since TIME]", "the same about a payment", log_payment, true },
    { "log request", "ID [--since TIME]",
      "the same about the request with this X-Request-Id, or a run of a job", log_of_request,
      true },
    { NULL, NULL, NULL, NULL, false },
};
