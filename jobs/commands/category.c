/* category: what videos are about (app/catalogue/category.h). */
#include "app/catalogue/category.h"
#include "app/discovery/taste.h"
#include "app/publish/upload.h"
#include "commands/act.h"
#include "commands/command.h"

static struct deed deed_of(struct run *run)
{
    return (struct deed){ { 0, act_shell(run->a) }, option_or(run, "--reason", ""), run->now_ms };
}

/* A slug of its own, not one that leads to another category. */
static enum rc find(struct run *run, const char *slug, struct category *c)
{
    enum rc rc = category_by_slug(run->db, run->a, slug, c);

    if (rc == RC_NOT_FOUND || (rc == RC_OK && strcmp(c->slug, slug) != 0))
        return say_no(run, arena_printf(run->a,
                                        "There is no category %s; `admin category list` "
                                        "names them.",
                                        slug));
    return rc;
}

static enum rc list(struct run *run)
{
    struct category_list all;
    const char *group = "";

    TRY(category_all(run->db, run->a, &all));
    for (size_t i = 0; i < all.n; i++) {
        const struct category *c = &all.items[i];
        if (strcmp(group, c->group) != 0)
            printf("%s%s\n", i ? "\n" : "", c->group);
        group = c->group;
        printf("  %4" PRId64 "  %-36s  %s\n", c->position, c->slug, c->name);
    }
    return RC_OK;
}

static enum rc read_position(struct run *run, int64_t otherwise, int64_t *position)
{
    *position = otherwise;
    return option(run, "--position")
               ? read_number(run, "--position", CATEGORY_POSITION_MAX, position)
               : RC_OK;
}

static enum rc add(struct run *run)
{
    struct deed deed = deed_of(run);
    struct category_text text = { run->args[0], option_or(run, "--slug", ""), run->args[1], 0 };

    TRY(read_position(run, 100, &text.position));
    TRY(category_add(run->db, run->a, &text, &deed, &run->why));
    printf("added %s\n", text.name);
    return RC_OK;
}

static enum rc edit(struct run *run)
{
    struct deed deed = deed_of(run);
    struct category c;

    TRY(find(run, run->args[0], &c));
    struct category_text text = { option_or(run, "--name", c.name),
                                  option_or(run, "--slug", c.slug),
                                  option_or(run, "--group", c.group), 0 };
    TRY(read_position(run, c.position, &text.position));
    TRY(category_edit(run->db, run->a, &c, &text, &deed, &run->why));
    printf("changed %s\n", c.slug);
    return RC_OK;
}

static enum rc merge(struct run *run)
{
    struct deed deed = deed_of(run);
    struct category from, into;
    int64_t moved, total = 0;

    TRY(find(run, run->args[0], &from));
    TRY(find(run, run->args[1], &into));
    TRY(category_merge(run->db, run->a, &from, &into, &deed, &run->why));
    do {
        TRY(category_move(run->db, run->a, &moved));
        total += moved;
    } while (moved);
    TRY(upload_recategorise(run->db));
    TRY(taste_recategorise(run->db));
    printf("merged %s into %s; videos that moved: %" PRId64 "\n", from.slug, into.slug, total);
    return RC_OK;
}

const struct command category_commands[] = {
    { "category list", "", "what videos are about, group by group", list, true },
    { "category add", "NAME GROUP [--slug SLUG] [--position NUMBER] [--reason REASON]",
      "add a category to a group, which is made if there is none of that name", add, false },
    { "category edit",
      "SLUG [--name NAME] [--slug SLUG] [--group GROUP] [--position NUMBER] [--reason REASON]",
      "rename or move a category; its old address leads to the new one", edit, false },
    { "category merge", "SLUG INTO [--reason REASON]",
      "move all videos to another category, whose address the old one leads to", merge, false },
    { NULL, NULL, NULL, NULL, false },
};
