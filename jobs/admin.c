/*
 * admin: the operator's commands for the command line; `admin --help` lists them.
 *
 *   admin user add EMAIL HANDLE --role operator     the first operator of a new site
 *
 * Every command prints what it did. Safe to kill and to repeat: what exists already is refused or
 * skipped. Exit: 0 done, 1 refused or failed, 64 wrong usage, 75 try again: a store is away.
 */
#include "app/catalogue/category.h"
#include "app/income/pay.h"
#include "commands/act.h"
#include "commands/acts.h"
#include "commands/demo.h"
#include "app/publish/import.h"
#include "app/publish/transcode.h"
#include "app/site/job.h"
#include "app/site/live.h"
#include "base/clock.h"
#include "base/conf.h"
#include "base/fmt.h"
#include "base/log.h"
#include "base/str.h"
#include "commands/command.h"
#include "io/password.h"
#include "io/secret.h"
#include <time.h>

enum {
    PRICE_MAX_MINOR = 1000000000,
    RUN_ARENA_BYTES = 256 << 20,
    ITEM_ARENA_BYTES = 64 << 20,
    STATEMENT_SECONDS = 60,
    GENERATED_BYTES = 12,
    USAGE_EXIT = 64, /* EX_USAGE of sysexits.h */
};

static const char *const roles[] = { "member", "moderator", "operator" };

/* People */

static enum rc read_role(struct run *run, const char *name, int *role)
{
    for (*role = 0; *role < (int)COUNT(roles); ++*role)
        if (str_eq(roles[*role], name))
            return RC_OK;
    return refuse(&run->why, RC_INVALID, NULL, "A role is member, moderator or operator.");
}

/* The given password, or a new one that is printed once. */
static enum rc read_password(struct run *run, const char **password, bool *generated)
{
    char *line = arena_alloc(run->a, PASSWORD_MAX_BYTES + 2);

    *generated = false;
    *password = option(run, "--password");
    if (option(run, "--password-stdin")) {
        if (!fgets(line, PASSWORD_MAX_BYTES + 2, stdin))
            return refuse(&run->why, RC_INVALID, NULL, "Standard input has no line.");
        line[strcspn(line, "\r\n")] = 0;
        *password = line;
    } else if (*password == NULL) {
        *password = random_id(run->a, GENERATED_BYTES);
        *generated = true;
    }
    return RC_OK;
}

static enum rc set_role(struct run *run, int64_t id, const char *handle, int role)
{
    TRY(account_set_role(run->db, id, role));
    printf("%s now has the role %s\n", handle, roles[role]);
    return RC_OK;
}

static void print_password(const char *password)
{
    printf("password: %s\nIt lapses after %d days unless it is changed at /account/password.\n",
           password, MADE_UP_PASSWORD_DAYS);
}

static enum rc user_add(struct run *run)
{
    struct account_new typed = {
        .email = run->args[0],
        .handle = run->args[1],
        .name = option_or(run, "--name", ""),
        .network = "",
    };
    int role;
    int64_t id;

    TRY(read_role(run, option_or(run, "--role", "member"), &role));
    TRY(read_password(run, &typed.password, &typed.is_made_up));
    TRY(account_create(run->db, run->a, &typed, run->now_ms, &id, &run->why));
    printf("made %s\n", typed.handle);
    if (typed.is_made_up) /* printed before anything else can fail: it is stored nowhere else */
        print_password(typed.password);
    return role ? set_role(run, id, typed.handle, role) : RC_OK;
}

static enum rc user_list(struct run *run)
{
    struct account_list list;
    int64_t last_id = 0;

    printf("%-30s  %-9s  %-7s  %-11s  %s\n", "HANDLE", "ROLE", "STATE", "SINCE", "E-MAIL");
    do {
        TRY(account_list(run->db, run->item, last_id, &list));
        for (size_t i = 0; i < list.n; i++) {
            const struct account *u = &list.items[i];
            printf("%-30s  %-9s  %-7s  %-11s  %s\n", u->handle, roles[u->role],
                   u->blocked     ? "blocked"
                   : u->closed_ms ? "closed"
                                  : "active",
                   fmt_date(run->item, u->created_ms), u->email);
            last_id = u->id;
        }
        arena_reset(run->item);
    } while (list.n);
    return RC_OK;
}

static enum rc user_role(struct run *run)
{
    return act_command(run, "member-role", (const char *const[]){ "member", "role", NULL });
}

static enum rc user_password(struct run *run)
{
    struct account account;
    const char *password;
    bool generated;

    TRY(find_account(run, run->args[0], &account));
    TRY(read_password(run, &password, &generated));
    TRY(account_reset_password(run->db, run->a, account.id, password, generated, run->now_ms,
                               &run->why));
    printf("%s has a new password; all logins have ended\n", account.handle);
    if (generated)
        print_password(password);
    return RC_OK;
}

static enum rc on_member(struct run *run, const char *kind)
{
    return act_command(run, kind, (const char *const[]){ "member", "again", NULL });
}

static enum rc user_block(struct run *run) { return on_member(run, "member-block"); }
static enum rc user_unblock(struct run *run) { return on_member(run, "member-unblock"); }
static enum rc user_factor(struct run *run) { return on_member(run, "member-factor-reset"); }
static enum rc user_change(struct run *run) { return on_member(run, "member-change"); }
static enum rc user_close(struct run *run) { return on_member(run, "member-close"); }

/* Videos */

struct imported {
    struct run *run;
    int64_t *video_ids;
    size_t n, skipped, refused;
};

static void report(void *arg, const char *path, enum rc rc, const struct upload *upload,
                   const struct problem *why)
{
    struct imported *done = arg;

    if (rc == RC_OK) {
        assert(done->n < IMPORT_FILES_MAX);
        done->video_ids[done->n++] = upload->video_id;
        printf("%s: /watch/%s\n", path, upload->video);
    } else if (rc == RC_CONFLICT) {
        done->skipped++;
        printf("%s: skipped, it has already been imported\n", path);
    } else {
        done->refused++;
        fprintf(stderr, "%s: %s\n", path, why->text ? why->text : rc_name(rc));
    }
}

/* Process videos until none of these is waiting. This process takes part in the work, so that it
 * gets done with or without cron. */
static enum rc process(struct run *run, struct imported *done)
{
    size_t ready = 0;

    for (size_t i = 0; i < done->n; arena_reset(run->item)) {
        struct transcode_state job;
        const char *did;

        TRY(transcode_state(run->db, run->item, done->video_ids[i], &job));
        if (job.state == TRANSCODING_DONE || job.state == TRANSCODING_FAILED) {
            ready += job.state == TRANSCODING_DONE;
            if (job.error && job.error[0])
                fprintf(stderr, "video %" PRId64 ": %s\n", done->video_ids[i], job.error);
            i++;
            continue;
        }
        enum rc rc = transcode_next(run->db, run->item, &did);
        if (rc == RC_NOT_FOUND) /* another worker has it, or its next try is later */
            nanosleep(&(struct timespec){ .tv_sec = 1 }, NULL);
        else if (rc == RC_BUSY || rc == RC_FULL)
            return rc;
    }
    printf("%zu processed, %zu of them ready to watch\n", done->n, ready);
    return ready == done->n ? RC_OK : RC_FAIL;
}

static enum rc import(struct run *run)
{
    struct imported done = { .run = run };
    struct import import = { .now_ms = run->now_ms, .report = report, .arg = &done };
    struct category category;
    struct account account;

    TRY(find_account(run, run->args[0], &account));
    const char *slug = option_or(run, "--category", "other");
    if (category_by_slug(run->db, run->a, slug, &category) != RC_OK)
        return refuse(&run->why, RC_INVALID, NULL,
                      arena_printf(run->a, "There is no category %s.", slug));
    import.user_id = account.id;
    import.text = VIDEO_TEXT_NEW;
    import.text.title = option_or(run, "--title", "");
    import.text.tags = option_or(run, "--tags", "");
    import.text.category_id = category.id;
    import.text.allow_preview = option(run, "--preview") != NULL;
    visibility_read(option_or(run, "--visibility", "public"), &import.text.visibility);
    done.video_ids = arena_array(run->a, int64_t, IMPORT_FILES_MAX);
    enum rc rc = import_path(run->db, run->a, &import, run->args[1]);
    if (rc == RC_NOT_FOUND)
        return refuse(&run->why, rc, NULL, arena_printf(run->a, "There is no %s.", run->args[1]));
    if (rc != RC_OK)
        return rc;
    printf("%zu queued, %zu skipped, %zu refused\n", done.n, done.skipped, done.refused);
    if (option(run, "--wait"))
        TRY(process(run, &done));
    if (done.refused)
        return refuse(&run->why, RC_INVALID, NULL, "Not every file was accepted.");
    return RC_OK;
}

static enum rc demo(struct run *run)
{
    enum rc rc = demo_make(run->db, run->money, run->a, run->now_ms, &run->why);

    if (rc == RC_OK)
        printf("the demo library is there; its videos follow one by one. Log in as %s or %s with"
               " \"%s\"\n",
               DEMO_MEMBER, DEMO_CREATOR, DEMO_PASSWORD);
    return rc;
}

/* One setting as it is in force, for scripts. */
static enum rc config_get(struct run *run, const char *key)
{
    struct conf_row row;

    for (size_t i = 0; conf_row(i, &row); i++)
        if (str_eq(row.key, key)) {
            puts(row.now);
            return RC_OK;
        }
    return refuse(&run->why, RC_INVALID, NULL,
                  arena_printf(run->a, "There is no setting %s.", key));
}

/* What a price is in the settings, for scripts. */
static enum rc config_minor(struct run *run, const char *price)
{
    int64_t minor;

    if (fmt_read_amount(price, conf()->currency, PRICE_MAX_MINOR, &minor) != RC_OK)
        return refuse(&run->why, RC_INVALID, NULL,
                      arena_printf(run->a, "\"%s\" is not an amount of %s, such as %s.", price,
                                   conf()->currency, fmt_amount(run->a, 999, conf()->currency)));
    printf("%" PRId64 "\n", minor);
    return RC_OK;
}

/* The settings, as a config file or as a table for the documentation. */
static enum rc config(struct run *run)
{
    bool markdown = option(run, "--markdown");
    const char *key = option(run, "--get"), *price = option(run, "--minor");
    struct conf_row row;

    if (key)
        return config_get(run, key);
    if (price)
        return config_minor(run, price);
    if (markdown)
        puts("| key | default | meaning |\n|---|---|---|");
    for (size_t i = 0; conf_row(i, &row); i++)
        if (markdown)
            printf("| `%s` | %s%s%s | %s |\n", row.key, row.fallback[0] ? "`" : "", row.fallback,
                   row.fallback[0] ? "`" : "", row.meaning);
        else
            printf("# %s (default: %s)\n%s = %s\n\n", row.meaning,
                   row.fallback[0] ? row.fallback : "empty", row.key, row.now);
    return RC_OK;
}

static const struct command people_commands[] = {
    { "user add",
      "EMAIL HANDLE [--name NAME] [--role ROLE] [--password PASSWORD] [--password-stdin]",
      "create an account; without a password, one is made up and printed", user_add, false },
    { "user list", "", "all accounts", user_list, true },
    { "user role", "HANDLE ROLE " ACT_OPTIONS, "make an account a member, moderator or operator",
      user_role, false },
    { "user password", "HANDLE [--password PASSWORD] [--password-stdin]",
      "set a new password and end all logins", user_password, false },
    { "user block", "HANDLE " ACT_OPTIONS, "end all logins and refuse new ones", user_block,
      false },
    { "user unblock", "HANDLE " ACT_OPTIONS, "allow logins again, also to a closed account",
      user_unblock, false },
    { "user factor-reset", "HANDLE " ACT_OPTIONS,
      "remove the second step of a member who has lost device and recovery codes", user_factor,
      false },
    { "user change", "HANDLE [--email EMAIL] [--handle NEW] [--name NAME] " ACT_OPTIONS,
      "change an account", user_change, false },
    { "user close", "HANDLE HANDLE " ACT_OPTIONS,
      "close an account (its handle twice): no logins, no renewals; payments and earnings stay",
      user_close, false },
    { "import",
      "HANDLE PATH [--title TITLE] [--category SLUG] [--tags TAGS] [--visibility WHO] [--preview]"
      " [--wait]",
      "upload a file or a folder as this member; --wait waits until it has been processed", import,
      false },
    { "demo", "", "create the demo library, once", demo, false },
    { "config", "[--get KEY] [--minor AMOUNT] [--markdown]",
      "all settings: value, default and meaning; --get prints one value, --minor an amount of the"
      " site's currency in minor units",
      config, true },
    { NULL, NULL, NULL, NULL, false },
};
/* clang-format off */
static const struct group {
    const struct command *commands;
    bool
        books; /* what they change is in the books, so the clock and the currency have to be right */
} groups[] = {
    { people_commands, false },
    { act_commands, true },
    { media_commands, false },
    { bank_commands, true },
    { money_commands, true },
    { voucher_commands, true },
    { books_commands, true },
    { documents_commands, false },
    { export_commands, false },
    { log_commands, false },
    { journal_commands, false },
    { setting_commands, false },
    { mail_commands, false },
    { category_commands, false },
};
/* clang-format on */

/* The commands whose first word is `word`; NULL: all. Returns how many there are. */
static size_t print_help(FILE *to, const char *word)
{
    size_t n_word = word ? strlen(word) : 0, n = 0;

    for (size_t i = 0; i < COUNT(groups); i++)
        for (const struct command *c = groups[i].commands; c->name; c++) {
            if (word && (strncmp(c->name, word, n_word) || !strchr(" ", c->name[n_word])))
                continue;
            if (n++ == 0)
                fprintf(to, "usage: admin %s ...\n", word ? word : "COMMAND");
            fprintf(to, "\n  admin %s%s%s\n      %s\n", c->name, c->usage[0] ? " " : "", c->usage,
                    c->help);
        }
    return n;
}

static int usage_error(const struct command *c, const char *what)
{
    fprintf(stderr, "admin: %s\nusage: admin %s %s\n", what, c->name, c->usage);
    return USAGE_EXIT;
}

/* There is no such command. The first word may be that of several; otherwise nothing fits. */
static int unknown(int argc, char **argv)
{
    if (argc == 1)
        fputs("admin: name a command\n", stderr);
    else
        fprintf(stderr, "admin: there is no command %s%s%s\n", argv[1], argc > 2 ? " " : "",
                argc > 2 ? argv[2] : "");
    if (argc == 1 || print_help(stderr, argv[1]) == 0)
        fputs("`admin --help` lists the commands\n", stderr);
    return USAGE_EXIT;
}

static bool asks_for_help(int argc, char **argv)
{
    return argc > 1 && str_eq(argv[argc - 1], "--help");
}

/* `admin --help` lists all commands, `admin user --help` those that begin with user. */
static int help(int argc, char **argv)
{
    return print_help(stdout, argc > 2 ? argv[1] : NULL) ? 0 : unknown(argc - 1, argv);
}

/* The command whose words the arguments begin with; *used is the number of its words. */
static const struct command *find_command(struct arena *a, int argc, char **argv, int *used,
                                          bool *books)
{
    for (size_t i = 0; i < COUNT(groups); i++)
        for (const struct command *c = groups[i].commands; c->name; c++) {
            *used = strchr(c->name, ' ') ? 2 : 1;
            *books = groups[i].books && !c->reads;
            if (argc > *used &&
                str_eq(*used == 2 ? arena_printf(a, "%s %s", argv[1], argv[2]) : argv[1], c->name))
                return c;
        }
    return NULL;
}

static size_t args_wanted(const char *usage)
{
    size_t n = 0;

    for (; *usage && *usage != '['; usage += strcspn(usage, " "), usage += *usage == ' ')
        n++;
    return n;
}

static bool knows_option(const char *usage, const char *name, bool *has_value)
{
    size_t n = strlen(name);

    for (const char *p = usage; (p = strstr(p, name)) != NULL; p += n)
        if (p > usage && p[-1] == '[' && strchr(" ]", p[n])) {
            *has_value = p[n] == ' ';
            return true;
        }
    return false;
}

/* NULL, or what is wrong with the arguments. */
static const char *read_args(struct run *run, const struct command *c, int n, char **words)
{
    bool has_value;

    for (int i = 0; i < n; i++) {
        if (!str_starts(words[i], "--")) {
            if (run->n_args == args_wanted(c->usage))
                return arena_printf(run->a, "one argument too many: %s", words[i]);
            run->args[run->n_args++] = words[i];
            continue;
        }
        if (run->n_options == COMMAND_OPTIONS_MAX || !knows_option(c->usage, words[i], &has_value))
            return arena_printf(run->a, "unknown option %s", words[i]);
        if (has_value && i + 1 == n)
            return arena_printf(run->a, "%s needs a value", words[i]);
        run->options[run->n_options].name = words[i];
        run->options[run->n_options++].value = has_value ? words[++i] : "";
    }
    return run->n_args < args_wanted(c->usage) ? "an argument is missing" : NULL;
}

/* What is set in the database counts for commands, too. Without a database the file's settings are what
 * there is, and whatever needs one says so itself. */
static void refresh_settings(struct run *run)
{
    enum rc rc = live_refresh(run->db, run->item, run->now_ms);

    if (rc != RC_OK)
        log_info("the settings of the database could not be read");
}

static int execute(struct run *run, const struct command *c, bool books, int argc, char **argv)
{
    refresh_settings(run);
    enum rc rc = books ? pay_guard(run->money, run->a, run->now_ms, &run->why) : RC_OK;

    if (rc == RC_OK)
        rc = c->run(run);

    if (!c->reads)
        act_log(rc, argc, argv);
    if (rc != RC_OK && run->why.text)
        fprintf(stderr, "admin: %s\n", run->why.text);
    else if (rc == RC_BUSY)
        fputs("admin: the database cannot be reached or no hashing slot is free; try again\n",
              stderr);
    else if (rc != RC_OK)
        fprintf(stderr, "admin: failed (%s); the lines above say where\n", rc_name(rc));
    return rc_exit(rc);
}

int main(int argc, char **argv)
{
    struct run run = { .a = arena_new(RUN_ARENA_BYTES), .item = arena_new(ITEM_ARENA_BYTES) };
    bool books = false;
    int used, code;

    job_begin("admin");
    const struct command *c = find_command(run.a, argc, argv, &used, &books);
    const char *wrong = c ? read_args(&run, c, argc - 1 - used, argv + 1 + used) : NULL;
    if (asks_for_help(argc, argv)) {
        code = help(argc, argv);
    } else if (c == NULL) {
        code = unknown(argc, argv);
    } else if (wrong) {
        code = usage_error(c, wrong);
    } else {
        run.db = db_new(DB_ORDINARY, STATEMENT_SECONDS);
        run.money = db_new(DB_MONEY, STATEMENT_SECONDS);
        run.now_ms = clock_now_ms();
        code = execute(&run, c, books, argc - 1, argv + 1);
        db_close(run.money);
        db_close(run.db);
    }
    arena_free(run.item);
    arena_free(run.a);
    return code;
}
