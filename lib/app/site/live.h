/*
 * live: settings and texts that operators change while the site runs, now or from a date on.
 *
 * Settings   those of the config file that are safe to change at run time; the table of live.c names
 *            them. A row of the database replaces the file's value in every program: live_refresh
 *            brings conf() up to date at most LIVE_REFRESH_MS after the change or its date. A row
 *            without a value brings the file's value back. Money that was paid keeps the terms under
 *            which it was paid (money/policy.h).
 * Texts      what the operator writes on /terms, /rules, /privacy, /imprint and /contact, and the banner
 *            on every page.
 * Notice     a change that takes something from members (a higher price, new terms) needs a date at
 *            least conf()->change_notice_days ahead, and is announced to all of them
 *            (people/announce.h). A correction of a text that changes nobody's rights needs neither.
 * Log        rows say who, when and why, and are never changed, except that a change whose date has not
 *            come can be withdrawn. Each has a line in the journal, too.
 * Errors     RC_INVALID with field (value, from, reason) and text; RC_NOT_FOUND: no such setting;
 *            RC_CONFLICT: it can no longer be withdrawn.
 * Tables     live_setting; reads user.
 */
#ifndef SITE_LIVE_H
#define SITE_LIVE_H
#include "app/site/journal.h"

enum {
    LIVE_REFRESH_MS = 5000,
    LIVE_TEXT_MAX_BYTES = 60000,
    LIVE_BANNER_MAX_CHARS = 300,
    LIVE_REASON_MAX_CHARS = 300,
    LIVE_AHEAD_MAX_DAYS = 730, /* a date may lie so far ahead */
    LIVE_SHOWN = 50,           /* rows of a history */
    LIVE_PLANNED_MAX = 200,
};

enum live_kind { LIVE_SETTING, LIVE_TEXT, LIVE_BANNER };

/* Which changes take something from members. */
enum live_tell { TELL_NEVER, TELL_RISE, TELL_FALL, TELL_EACH };

struct live_key {
    const char *name; /* of a setting that of base/conf.h */
    const char *title;
    const char *group; /* heading under which it is listed */
    enum live_kind kind;
    enum live_tell tell;
};

/* The key with that name, or NULL; all of them, up to NULL. */
const struct live_key *live_key(const char *name);
const struct live_key *live_key_at(size_t index);

/* A value as people read it: an amount of the site's currency, a percentage, a size, a number; the beginning of
 * a text. Is it an amount? */
const char *live_words(struct arena *a, const struct live_key *k, const char *value);
bool live_is_amount(const struct live_key *k);

/* A change, as it was made. */
struct live_row {
    int64_t id, from_ms, made_by, made_ms, withdrawn_ms, told_id, told_ms;
    bool tell, has_value;
    const char *name, *value, *why, *maker, *maker_shell; /* maker: a handle, or "" */
};
struct live_list {
    struct live_row *items;
    size_t n;
};

/* Bring conf() and the banner up to date, unless that was done within LIVE_REFRESH_MS. RC_BUSY only if
 * they could not be read even once; later, the last known ones stay in force. */
MUST_USE enum rc live_refresh(struct db *db, struct arena *a, int64_t now_ms);

/* The banner as of the last refresh; "": none. */
const char *live_banner(void);

/* The text in force; "": none was written. */
MUST_USE enum rc live_text(struct db *db, struct arena *a, const char *name, int64_t now_ms,
                           const char **text);

/* What is planned, by date: of one key, or (name NULL) of all. At most LIVE_PLANNED_MAX. */
MUST_USE enum rc live_planned(struct db *db, struct arena *a, const char *name, int64_t now_ms,
                              struct live_list *out);

/* What was and will be, latest first; at most LIVE_SHOWN. */
MUST_USE enum rc live_history(struct db *db, struct arena *a, const char *name,
                              struct live_list *out);

struct live_change {
    const char *name;
    const char *value;  /* as typed; NULL: as in the config file, or no text */
    int64_t from_ms;    /* 0: now */
    int64_t until_ms;   /* of the banner: when it goes; 0: it stays */
    const char *reason; /* as typed */
    const char *shell;  /* "" on a page */
    int64_t by_user;    /* 0: the command line did not say */
    bool correction;    /* of a text: nobody's rights change */
};
/* *tell (may be NULL): members will be told. */
MUST_USE enum rc live_set(struct db *db, struct arena *a, const struct live_change *c,
                          int64_t now_ms, bool *tell, struct problem *why);
MUST_USE enum rc live_withdraw(struct db *db, struct arena *a, int64_t id, struct actor by,
                               int64_t now_ms, struct problem *why);

/* For people/announce.h: the oldest change of which not all members have been told; note that members up
 * to told_id have been, and (all) that everybody has. */
MUST_USE enum rc live_untold(struct db *db, struct arena *a, struct live_row *out);
MUST_USE enum rc live_note_told(struct db *db, int64_t id, int64_t told_id, bool all,
                                int64_t now_ms);

/* What was in force before a row took effect, in the config file's form or as text. */
MUST_USE enum rc live_before(struct db *db, struct arena *a, const struct live_row *row,
                             const char **value);
#endif
