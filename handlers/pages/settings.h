/* settings: the pages of settings that operators change, and what their forms say. */
#ifndef PAGES_SETTINGS_H
#define PAGES_SETTINGS_H
#include "pages/frame.h"
#include "views/models/settings.h"

MUST_USE enum rc settings_page_of(struct req *r, struct settings_page *page);

/* The planned changes that members are told of. */
MUST_USE enum rc settings_announced(struct req *r, struct setting_rows *out);

/* RC_NOT_FOUND: no such setting. After a refusal, what was typed. */
MUST_USE enum rc setting_page_of(struct req *r, const char *name, struct setting_page *page);

/* What was typed: a value in the form of the config file; a date, 0 if there is none. RC_INVALID names the
 * field. */
MUST_USE enum rc setting_typed(struct req *r, const struct live_key *k, const char **value);
MUST_USE enum rc setting_date(struct req *r, const char *field, int64_t *ms);
#endif
