#include "commands/acts.h"
#include "app/acts/act_kind.h"
#include "base/fmt.h"
#include "base/str.h"
#include "commands/act.h"

enum { ROLE_OPERATOR = 2, REF_MAX_BYTES = 40 };

enum rc desk_of(struct run *run, struct desk *out)
{
    const char *handle = option(run, "--as");
    struct account account = { 0 };

    *out = (struct desk){ run->money,  run->db,  run->a, { 0, act_shell(run->a) },
                          run->now_ms, &run->why };
    if (handle == NULL)
        return RC_OK;
    TRY(find_account(run, handle, &account));
    if (account.role != ROLE_OPERATOR || account.blocked || account.closed_ms)
        return refuse(&run->why, RC_DENIED, NULL,
                      arena_printf(run->a, "%s is not an operator's account.", handle));
    out->by.user_id = account.id;
    return RC_OK;
}

static void print_leg(struct run *run, const struct act_leg *l)
{
    printf("  %s  %s  debit %s  credit %s\n", fmt_date(run->a, l->effective_ms),
           fmt_money(run->a, l->amount_minor, l->currency), l->debit, l->credit);
}

static void print_preview(struct run *run, const struct act_preview *p)
{
    puts(p->what);
    for (size_t i = 0; i < p->lines.n; i++)
        printf("  %s: %s\n", p->lines.items[i].label, p->lines.items[i].text);
    for (size_t i = 0; i < p->legs.n; i++)
        print_leg(run, &p->legs.items[i]);
}

static enum rc preview(struct run *run, struct desk *d, const struct act_request *q)
{
    struct act_preview p;

    TRY(act_preview(d, q, &p));
    print_preview(run, &p);
    puts(p.waits ? "Nothing was done. It would wait for another operator." : "Nothing was done.");
    return RC_OK;
}

static enum rc print_done(struct run *run, const struct act_done *done)
{
    const struct act *act = &done->act;

    if (done->again && act->state == ACT_DONE)
        fprintf(stderr, "nothing was done now: act %" PRId64 " did this on %s\n", act->id,
                fmt_datetime(run->a, act->ended_ms));
    for (size_t i = 0; i < done->codes.n; i++)
        if (puts(done->codes.items[i].text) == EOF) /* they are stored nowhere else */
            return say_no(run, "The codes could not be written; they are lost.");
    if (fflush(stdout) == EOF)
        return say_no(run, "What came of it could not be written.");
    if (act->state == ACT_WAITING)
        fprintf(stderr,
                "waits for approval as %" PRId64 ": admin act approve %" PRId64
                " --as HANDLE, or /admin/acts/%" PRId64 "\n",
                act->id, act->id, act->id);
    else if (act->result[0]) /* scripts read the codes from stdout, one a line */
        fprintf(done->codes.n ? stderr : stdout, "%s\n", act->result);
    return RC_OK;
}

enum rc act_command_with(struct run *run, const char *kind, const struct act_values *values)
{
    struct act_request q = { kind, option_or(run, "--reason", ""), *values, NULL, NULL };
    const char *ref = option(run, "--ref");
    struct act_done done;
    struct desk d;

    TRY(desk_of(run, &d));
    if (ref && (strlen(ref) > REF_MAX_BYTES || !str_only(ref, STR_BASE64URL ".:")))
        return say_no(run, "--ref takes up to 40 letters, digits and .:_-");
    if (ref)
        q.once = arena_printf(run->a, "%s:%s", kind, ref);
    if (option(run, "--preview"))
        return preview(run, &d, &q);
    TRY(act_ask(&d, &q, &done));
    return print_done(run, &done);
}

enum rc act_command(struct run *run, const char *kind, const char *const *names)
{
    struct act_value items[COMMAND_ARGS_MAX + COMMAND_OPTIONS_MAX];
    struct act_values values = { items, 0 };

    for (size_t i = 0; i < run->n_args && names[i]; i++)
        items[values.n++] = (struct act_value){ names[i], run->args[i] };
    for (size_t i = 0; i < run->n_options; i++)
        items[values.n++] = (struct act_value){ run->options[i].name + strlen("--"),
                                                run->options[i].value };
    return act_command_with(run, kind, &values);
}

/* The journal */

static void print_row(struct run *run, const struct act *act)
{
    printf("%6" PRId64 "  %-8s  %s  %-16s  %s\n", act->id, act_state_word(act->state),
           fmt_date(run->a, act->asked_ms), actor_name(run->a, act->asker, act->asked_shell),
           act->what);
}

static enum rc list(struct run *run)
{
    static const char *const words[] = { "all", "waiting", "ended" };
    const char *word = option_or(run, "--state", words[ACTS_ALL]);
    struct act_list acts;
    int64_t before = 0;
    int filter = 0;

    while (filter < (int)COUNT(words) && !str_eq(words[filter], word))
        filter++;
    if (filter == (int)COUNT(words))
        return say_no(run, "--state is all, waiting or ended.");
    if (option(run, "--before"))
        TRY(read_id(run, option(run, "--before"), &before));
    TRY(act_list(run->money, run->a, (enum act_filter)filter, 0, before, &acts));
    for (size_t i = 0; i < acts.n; i++)
        print_row(run, &acts.items[i]);
    if (acts.n == ACTS_SHOWN)
        printf("older ones: --before %" PRId64 "\n", acts.items[acts.n - 1].id);
    printf("%zu acts\n", acts.n);
    return RC_OK;
}

static enum rc find(struct run *run, struct act *act)
{
    int64_t id;

    TRY(read_id(run, run->args[0], &id));
    enum rc rc = act_get(run->money, run->a, id, act);
    if (rc == RC_NOT_FOUND)
        return refuse(&run->why, rc, NULL,
                      arena_printf(run->a, "There is no act %" PRId64 ".", id));
    return rc;
}

static enum rc show(struct run *run)
{
    struct act_preview p;
    struct act act;
    struct desk d;

    TRY(find(run, &act));
    print_row(run, &act);
    printf("  kind: %s\n  reason: %s\n", act.kind, act.reason);
    if (act.ended_ms)
        printf("  %s by %s, %s\n", act_state_word(act.state),
               actor_name(run->a, act.ender, act.ended_shell), fmt_datetime(run->a, act.ended_ms));
    if (act.result[0])
        printf("  %s\n", act.result);
    if (act.state != ACT_WAITING)
        return RC_OK;
    TRY(desk_of(run, &d));
    TRY(act_preview_of(&d, &act, &p));
    print_preview(run, &p);
    return RC_OK;
}

static enum rc approve(struct run *run)
{
    struct act_done done;
    struct act act;
    struct desk d;

    TRY(desk_of(run, &d));
    TRY(find(run, &act));
    TRY(act_approve(&d, act.id, NULL, &done));
    return print_done(run, &done);
}

static enum rc turn_down(struct run *run)
{
    struct act act;
    struct desk d;

    TRY(desk_of(run, &d));
    TRY(find(run, &act));
    TRY(act_refuse(&d, act.id, option_or(run, "--reason", ""), &act));
    printf("act %" PRId64 " is refused\n", act.id);
    return RC_OK;
}

const struct command act_commands[] = {
    { "act list", "[--state all|waiting|ended] [--before NUMBER]",
      "the journal of operators' acts, newest first", list, true },
    { "act show", "NUMBER", "one act; of one that waits, what it would do now", show, true },
    { "act approve", "NUMBER [--as HANDLE]", "do what another operator asked for (four_eyes = on)",
      approve, false },
    { "act refuse", "NUMBER [--reason TEXT] [--as HANDLE]",
      "turn down an act that waits, or withdraw it", turn_down, false },
    { NULL, NULL, NULL, NULL, false },
};
