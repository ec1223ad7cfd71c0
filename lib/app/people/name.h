/*
 * name: what members may call themselves, and what becomes of handles that they give up.
 *
 * Names      a display name has what io/spoof.h allows. Names and handles that read like the site's staff
 *            ("admin", "Supp0rt team", "Ada (official)"), that contain the site's name, or that look
 *            like name or handle of a creator (somebody with public videos or followers) are refused,
 *            because members are asked for passwords and money in the name of such accounts. A name
 *            that is not changed is not looked at again.
 * Looks      the digests of skeletons in name_key, up to NAME_KEYS_MAX a member; found by an index.
 * Handles    one that was given up stays reserved for HANDLE_RESERVED_DAYS: its addresses lead to the
 *            new ones, log-ins with it work, and its owner can take it back. Those of members who are
 *            gone stay reserved for good.
 * Errors     RC_INVALID, RC_CONFLICT with field ("handle" or "name") and a text that says why; else as
 *            in io/db.h.
 * Tables     name_key, handle_past. Reads user, video, follow.
 */
#ifndef PEOPLE_NAME_H
#define PEOPLE_NAME_H
#include "io/db.h"

enum {
    NAME_MAX_CHARS = 60,
    HANDLE_RESERVED_DAYS = 365,
    NAME_KEYS_MAX = 3,
    NAMES_RENEWED_MAX = 500,
    RENAME_DAYS = 30
};

/* A display name as it is stored: composed, without blanks at its ends; RC_INVALID: it is none. */
MUST_USE enum rc name_read(struct arena *a, const char *typed, const char **name,
                           struct problem *why);

/* May the member own_id (0: a new one) have this handle and this name? Either may be NULL: it is not
 * changed. `trusted`: the words of staff and the site's name are allowed. */
struct names {
    const char *handle, *name;
};
MUST_USE enum rc name_check(struct db *db, struct arena *a, const struct names *names,
                            int64_t own_id, bool trusted, int64_t now_ms, struct problem *why);

/* Note what they look like; in the transaction that stores them. */
MUST_USE enum rc name_note(struct db *db, struct arena *a, int64_t user_id,
                           const struct names *names);

/* Reserve the handle that the member gives up for another; in the transaction of that change. `to`
 * may have been theirs before. RC_LIMITED: conf()->renames_per_month in RENAME_DAYS. */
struct renaming {
    int64_t user_id;
    const char *from, *to;
    bool limited;
    int64_t now_ms;
};
MUST_USE enum rc name_rename(struct db *db, struct arena *a, const struct renaming *r,
                             struct problem *why);

/* Reserve the handle of somebody who is gone, for good. */
MUST_USE enum rc name_retire(struct db *db, struct arena *a, int64_t user_id, const char *handle,
                             int64_t now_ms);

/* Who had this handle, and has another now. RC_NOT_FOUND: nobody, or too long ago. */
MUST_USE enum rc name_had(struct db *db, struct arena *a, const char *handle, int64_t now_ms,
                          int64_t *user_id);

/* The handle that whoever had this one has now, if others may see them. RC_NOT_FOUND: as name_had. */
MUST_USE enum rc name_moved(struct db *db, struct arena *a, const char *handle, int64_t now_ms,
                            const char **handle_now);

/* How handle_past names a handle, which is compared without case. */
const char *name_handle_word(struct arena *a, const char *handle);

/* Note what names look like that were there before they were noted, some of them; *n counts them. For
 * jobs/reindex. */
MUST_USE enum rc name_renew(struct db *db, struct arena *a, int64_t *n);
#endif
