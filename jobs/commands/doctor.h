/*
 * doctor: the checks of jobs/doctor. Each looks at one thing and prints one line about it, or one for each
 * fault: what, why, and the command that mends it.
 */
#ifndef COMMANDS_DOCTOR_H
#define COMMANDS_DOCTOR_H
#include "base/arena.h"

struct doctor {
    struct arena *a;
    size_t broken, unwise;
};

/* A line of the answer. `mend` is a command or, where no command does it, a setting or a sentence. */
void doctor_ok(struct doctor *d, const char *what);
void doctor_unwise(struct doctor *d, const char *what, const char *why, const char *mend);
void doctor_broken(struct doctor *d, const char *what, const char *why, const char *mend);

/* The host in base_url; whether the site is meant for others than this machine. */
const char *doctor_host(struct doctor *d);
bool doctor_is_public(struct doctor *d);

/* Settings that are wrong or dangerous together; certificate; web server. */
void doctor_site(struct doctor *d);

/* Secrets, folders, disk, what was left behind, backups. */
void doctor_files(struct doctor *d);

/* The programs that decode video, and the box around them. */
void doctor_media(struct doctor *d);

/* Database and cache, and what the database knows: people, jobs, the audit. */
void doctor_stores(struct doctor *d);

/* Run a program without a shell, found in PATH unless it has a slash: its output, up to 64 KiB, of
 * stdout and stderr; NULL when it cannot be started or fails. */
const char *doctor_output(struct doctor *d, const char *const *argv);
#endif
