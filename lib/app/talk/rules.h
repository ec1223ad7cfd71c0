/*
 * rules: which comments on a creator's videos wait until the creator has looked at them: those with
 * links, unless this is switched off, and those with words of the creator's list.
 *
 * Words      one a line, or several words in a row; they are found regardless of case and accents
 *            (catalogue/search_words.h), as whole words.
 * Links      http:// and https://, www., and what looks like a domain: example.org.
 * Errors     RC_INVALID with a text for the form.
 * Tables     comment_rule.
 */
#ifndef TALK_RULES_H
#define TALK_RULES_H
#include "io/db.h"

enum { RULE_WORDS_MAX = 200, RULE_WORDS_MAX_CHARS = 4000 };

struct talk_rules {
    bool hold_links;
    const char *words; /* one a line */
};

/* The rules of a creator who has set none hold links. */
MUST_USE enum rc rules_of(struct db *db, struct arena *a, int64_t owner_id, struct talk_rules *out);

/* As typed; *rules becomes what was stored, or what is to be shown again. */
MUST_USE enum rc rules_set(struct db *db, struct arena *a, int64_t owner_id,
                           struct talk_rules *rules, struct problem *why);

bool rules_hold(struct arena *a, const struct talk_rules *rules, const char *text);
#endif
