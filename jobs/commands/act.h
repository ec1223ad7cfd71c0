/*
 * act: what an operator did from the command line, for security.log.
 *
 * The line has the name of the shell's user (and who became that user by sudo), and the words of the
 * command. Addresses and the values of options are left out, except where they are one of a few that
 * hold no secret.
 */
#ifndef COMMANDS_ACT_H
#define COMMANDS_ACT_H
#include "base/arena.h"

/* argv begins with the first word of the command. */
void act_log(enum rc rc, int argc, char **argv);

/* The shell's user, and who became that user by sudo: "root for ann". */
const char *act_shell(struct arena *a);
#endif
