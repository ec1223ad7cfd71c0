/* setting: settings and texts that change while the site runs (app/site/live.h). */
#include "app/site/live.h"
#include "base/clock.h"
#include "base/conf.h"
#include "base/fmt.h"
#include "base/str.h"
#include "commands/act.h"
#include "commands/command.h"

enum { LINE_MAX_CHARS = 60 };

/* One line of a value that may be a long text. */
static const char *brief(struct arena *a, const struct live_row *row)
{
    if (!row->has_value)
        return "(as in the config file)";
    const char *line = arena_strn(a, row->value, strcspn(row->value, "\n"));
    return str_chars(line) > LINE_MAX_CHARS || strchr(row->value, '\n')
               ? arena_printf(a, "%.*s ...", LINE_MAX_CHARS, line)
               : line;
}

static enum rc list(struct run *run)
{
    struct live_list planned;
    const struct live_key *k;

    TRY(live_planned(run->db, run->a, NULL, run->now_ms, &planned));
    printf("%-24s  %-14s  %s\n", "NAME", "NOW", "WHAT");
    for (size_t i = 0; (k = live_key_at(i)) != NULL; i++)
        printf("%-24s  %-14s  %s\n", k->name,
               k->kind == LIVE_SETTING ? conf_now(run->a, k->name) : "(text)", k->title);
    if (planned.n)
        puts("\nPlanned:");
    for (size_t i = 0; i < planned.n; i++)
        printf("%" PRId64 "  from %s: %s = %s\n", planned.items[i].id,
               fmt_datetime(run->a, planned.items[i].from_ms), planned.items[i].name,
               brief(run->a, &planned.items[i]));
    return RC_OK;
}

static enum rc show(struct run *run)
{
    struct live_list rows;

    if (!live_key(run->args[0]))
        return say_no(run, "There is no such setting; `admin setting list` names them.");
    TRY(live_history(run->db, run->a, run->args[0], &rows));
    if (!rows.n)
        puts("never changed");
    for (size_t i = 0; i < rows.n; i++) {
        const struct live_row *r = &rows.items[i];
        printf("%" PRId64 "  from %s%s: %s\n    by %s on %s: %s\n", r->id,
               fmt_datetime(run->a, r->from_ms), r->withdrawn_ms ? " (withdrawn)" : "",
               brief(run->a, r), r->maker[0] ? r->maker : r->maker_shell,
               fmt_datetime(run->a, r->made_ms), r->why);
    }
    return RC_OK;
}

static enum rc set(struct run *run)
{
    const char *value = option(run, "--value");
    struct live_change c = { .name = run->args[0],
                             .value = value,
                             .reason = option_or(run, "--reason", ""),
                             .shell = act_shell(run->a),
                             .correction = option(run, "--correction") != NULL };
    bool tell;

    if (!value && !option(run, "--reset"))
        return say_no(run, "Give --value, or --reset for what the config file says.");
    TRY(read_date(run, "--from", 0, &c.from_ms));
    TRY(read_date(run, "--until", 0, &c.until_ms));
    enum rc rc = live_set(run->db, run->a, &c, run->now_ms, &tell, &run->why);
    if (rc == RC_NOT_FOUND)
        return say_no(run, "There is no such setting; `admin setting list` names them.");
    TRY(rc);
    printf("%s changes %s%s\n", c.name,
           c.from_ms ? arena_printf(run->a, "on %s", fmt_date(run->a, c.from_ms))
                     : "within seconds",
           tell ? "; all members are told" : "");
    return RC_OK;
}

static enum rc withdraw(struct run *run)
{
    int64_t id;

    TRY(read_id(run, run->args[0], &id));
    enum rc rc = live_withdraw(run->db, run->a, id, (struct actor){ 0, act_shell(run->a) },
                               run->now_ms, &run->why);
    if (rc == RC_NOT_FOUND)
        return say_no(run, "There is no change with this number.");
    TRY(rc);
    puts("withdrawn");
    return RC_OK;
}

const struct command setting_commands[] = {
    { "setting list", "", "settings and texts that can change while the site runs", list, true },
    { "setting show", "NAME", "how a setting was changed: when, by whom and why", show, true },
    { "setting set",
      "NAME [--value VALUE] [--reset] [--from DATE] [--until DATE] [--correction] [--reason REASON]",
      "change a setting or a text, now or from a date on; --correction: a text whose meaning stays "
      "the same",
      set, false },
    { "setting withdraw", "ID", "take back a change whose date has not come", withdraw, false },
    { NULL, NULL, NULL, NULL, false },
};
