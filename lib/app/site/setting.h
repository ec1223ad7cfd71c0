/*
 * setting: the site's switches. What operators change with a date or a text is in live.h, all else in the
 * config file.
 *
 *   payouts   on or off: off stops every payout (the kill switch)
 *
 * Tables    setting; reads user.
 */
#ifndef SITE_SETTING_H
#define SITE_SETTING_H
#include "io/db.h"

enum { SETTING_MAX_BYTES = 60000 };

/* The value of a setting, or `fallback` if nobody has set it; set it. */
MUST_USE enum rc setting_get(struct db *db, struct arena *a, const char *name, const char *fallback,
                             const char **value);
MUST_USE enum rc setting_set(struct db *db, const char *name, const char *value, int64_t by_user,
                             int64_t now_ms);

/* Who changed a setting last, and when. RC_NOT_FOUND: nobody did. */
struct setting_change {
    int64_t changed_ms;
    const char *handle;
};
MUST_USE enum rc setting_changed(struct db *db, struct arena *a, const char *name,
                                 struct setting_change *out);
#endif
