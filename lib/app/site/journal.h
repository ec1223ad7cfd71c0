/*
 * journal: what moderators and operators did that is not about money (that is app/acts/act.h): who,
 * when, about what and why. Rows are only ever added: triggers refuse everything else.
 *
 * About      names one thing, as the logs do: "video:AAAAAAAAAA1", "member:17" (its id), "case:4",
 *            "category:music", "setting:payouts", at most JOURNAL_ABOUT_MAX_BYTES of ASCII.
 * Tables     moderation_log. Reads user.
 */
#ifndef SITE_JOURNAL_H
#define SITE_JOURNAL_H
#include "io/db.h"

enum {
    JOURNAL_PAGE = 50,
    JOURNAL_WHAT_MAX_CHARS = 200,
    JOURNAL_WHY_MAX_CHARS = 500,
    JOURNAL_ABOUT_MAX_BYTES = 80,
};

/* Who acts. On pages it is an account; the command line may name one (user_id), or not. */
struct actor {
    int64_t user_id;   /* 0: none was named */
    const char *shell; /* the user of the command line, or "job:NAME"; "": on a page */
};

/* Why somebody does something, for functions that write their own entry. */
struct deed {
    struct actor by;
    const char *why; /* as typed; deed_check() cleans it */
    int64_t now_ms;
};

struct journal_entry {
    int64_t id, at_ms, by_id;
    const char *by, *by_shell; /* by: the handle, "" without an account */
    const char *what, *about, *why;
    const char *member; /* the handle, where it is about a member, else "" */
};
struct journal_list {
    struct journal_entry *items;
    size_t n;
};

/* Add an entry, in the caller's transaction: what was done and its entry are there together or not
 * at all. Longer texts are cut. */
MUST_USE enum rc journal_add(struct db *db, struct arena *a, struct actor by, const char *what,
                             const char *about, const char *why, int64_t now_ms);

/* RC_INVALID, with the field `reason`: no reason was given. */
MUST_USE enum rc deed_check(struct arena *a, struct deed *d, struct problem *why);
MUST_USE enum rc deed_add(struct db *db, struct arena *a, const struct deed *d, const char *what,
                          const char *about);

/* Newest first, those with a smaller id than `before` (0: the newest), at most JOURNAL_PAGE; of one
 * actor (by_id 0: of all), about one thing ("": about all). */
MUST_USE enum rc journal_list(struct db *db, struct arena *a, int64_t by_id, const char *about,
                              int64_t before, struct journal_list *out);

/* "ada", "ada (shell of root)" or "shell of root". */
const char *actor_name(struct arena *a, const char *handle, const char *shell);
#endif
