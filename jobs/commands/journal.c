/* journal: the command of `admin` that lists what moderators and operators did. */
#include "app/site/journal.h"
#include "base/fmt.h"
#include "base/str.h"
#include "commands/command.h"

static enum rc list(struct run *run)
{
    const char *about = option_or(run, "--about", "");
    struct journal_list entries;
    struct account by = { 0 }, member;
    int64_t before = 0;

    if (option(run, "--by"))
        TRY(find_account(run, option(run, "--by"), &by));
    if (option(run, "--before"))
        TRY(read_id(run, option(run, "--before"), &before));
    if (about[0] == '@') {
        TRY(find_account(run, about + 1, &member));
        about = arena_printf(run->a, "member:%" PRId64, member.id);
    }
    TRY(journal_list(run->db, run->a, by.id, about, before, &entries));
    for (size_t i = 0; i < entries.n; i++) {
        const struct journal_entry *e = &entries.items[i];
        printf("%6" PRId64 "  %s  %-16s  %-18s  %s%s%s\n", e->id, fmt_datetime(run->a, e->at_ms),
               actor_name(run->a, e->by, e->by_shell), e->about, e->what, e->why[0] ? ": " : "",
               e->why);
    }
    if (entries.n == JOURNAL_PAGE)
        printf("older ones: --before %" PRId64 "\n", entries.items[entries.n - 1].id);
    printf("%zu entries\n", entries.n);
    return RC_OK;
}

const struct command journal_commands[] = {
    { "journal", "[--by HANDLE] [--about THING] [--before NUMBER]",
      "what moderators and operators did, newest first; THING as in the list, or @HANDLE", list,
      true },
    { NULL, NULL, NULL, NULL, false },
};
