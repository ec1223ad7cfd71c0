/*
 * command: a command of `admin`: its words, its arguments and what it does.
 *
 * Commands print what they did on stdout; a refusal is put into run->why. A group of commands is
 * one file of this folder and one list here, which ends with a row without a name.
 */
#ifndef COMMANDS_COMMAND_H
#define COMMANDS_COMMAND_H
#include "app/people/account.h"

enum { COMMAND_ARGS_MAX = 3, COMMAND_OPTIONS_MAX = 12 };

/* One run of one command. */
struct run {
    struct db *db, *money;  /* DB_ORDINARY, DB_MONEY; they connect when they are used */
    struct arena *a, *item; /* item: may be reset in a loop */
    int64_t now_ms;
    const char *args[COMMAND_ARGS_MAX];
    struct {
        const char *name, *value; /* value: "" for a flag */
    } options[COMMAND_OPTIONS_MAX];
    size_t n_args, n_options;
    struct problem why;
};

/* `usage` is also the rule: as many arguments as words before the first bracket, and the options
 * that it names, with a value where a word in capitals follows. */
struct command {
    const char *name, *usage, *help;
    enum rc (*run)(struct run *run);
    bool reads; /* changes nothing, so security.log does not name it */
};
extern const struct command act_commands[];
extern const struct command bank_commands[];
extern const struct command books_commands[];
extern const struct command documents_commands[];
extern const struct command export_commands[];
extern const struct command money_commands[];
extern const struct command voucher_commands[];
extern const struct command media_commands[];
extern const struct command log_commands[];
extern const struct command journal_commands[];
extern const struct command setting_commands[];
extern const struct command mail_commands[];
extern const struct command category_commands[];

/* The value of an option; NULL (or `absent`) when it was not given. */
const char *option(const struct run *run, const char *name);
const char *option_or(const struct run *run, const char *name, const char *absent);

/* The account with that handle, or a refusal that names the handle. */
enum rc find_account(struct run *run, const char *handle, struct account *account);

/* Refused as RC_INVALID with that sentence. */
enum rc say_no(struct run *run, const char *text);

/* What an argument or option says, or a refusal that names it. */
enum rc read_amount(struct run *run, const char *text, const char *currency, int64_t *minor);
enum rc read_id(struct run *run, const char *text, int64_t *id);
/* `absent` when the option was not given. */
enum rc read_date(struct run *run, const char *name, int64_t absent, int64_t *ms);
/* From 1 to max; 1 when the option was not given. */
enum rc read_number(struct run *run, const char *name, int64_t max, int64_t *n);
#endif
