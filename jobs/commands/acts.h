/*
 * acts: acts of operators (app/acts/act.h) from the command line.
 *
 * A command that is an act has the options [--reason TEXT] [--ref KEY] [--as HANDLE] [--preview] in
 * its usage:
 *   --reason   why; it is kept with the act
 *   --ref      names the intent: the same command with the same key is done once
 *   --as       the operator's account in whose name it is done; needed with four_eyes = on
 *   --preview  says what would happen, and does nothing
 * Options, and arguments, are the fields of the kind of act that have their names.
 */
#ifndef COMMANDS_ACTS_H
#define COMMANDS_ACTS_H
#include "app/acts/act.h"
#include "commands/command.h"

#define ACT_OPTIONS "[--reason TEXT] [--ref KEY] [--as HANDLE] [--preview]"

/* Ask for an act of this kind. `names` are the fields that the arguments are for, in their order, up
 * to NULL. Prints what came of it. */
enum rc act_command(struct run *run, const char *kind, const char *const *names);

/* The same with values. */
enum rc act_command_with(struct run *run, const char *kind, const struct act_values *values);

/* Where a command acts: in the name of --as, or of nobody but the shell's user. */
MUST_USE enum rc desk_of(struct run *run, struct desk *out);
#endif
