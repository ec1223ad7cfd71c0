/*
 * passkey: what the pages that ask for a passkey share.
 */
#ifndef PAGES_PASSKEY_H
#define PAGES_PASSKEY_H
#include "app/people/passkeys.h"
#include "views/models/passkey_ask.h"
#include "views/models/passkey_options.h"
#include "web/serve.h"

enum { PASSKEY_FORM_MAX_BYTES = 5 * PASSKEY_FIELD_MAX_CHARS };

/* The button; its form goes to `action`. */
struct passkey_ask passkey_ask_of(struct req *r, const char *action, const char *label,
                                  const char *next, const char *half, bool alone);

/* The same for the second step of this member: only their passkeys will do, also those that need a list of
 * them to know that they are meant. */
MUST_USE enum rc passkey_ask_second(struct req *r, int64_t user_id, const char *next,
                                    const char *half, struct passkey_ask *out);

/* The fields of such a form. */
struct passkey_use passkey_sent(struct req *r, int64_t owner, bool alone);

/* The answer for the script: of a log-in, or of a new passkey of the viewer. RC_NOT_FOUND: this site
 * cannot have any. */
MUST_USE enum rc passkey_options_answer(struct req *r, bool is_new);
#endif
