/*
 * choice: which mails a member does not want.
 *
 * A mail of a kind that can be switched off holds an address, /unsubscribe/TOKEN, that does so without a
 * log-in. The token names member and kind and is signed; it is good for ever, since old mails are read,
 * too, and all that it can do is to switch these mails off.
 * Tables     notice_off.
 */
#ifndef NOTIFY_CHOICE_H
#define NOTIFY_CHOICE_H
#include "app/notify/notify.h"

/* Can it be switched off? What it is called among the choices: "" when it cannot. */
bool notice_is_choice(enum notice_kind kind);
const char *notice_choice_name(enum notice_kind kind);

const char *unsubscribe_token(struct arena *a, int64_t user_id, enum notice_kind kind);

/* RC_NOT_FOUND: not one of ours. */
MUST_USE enum rc unsubscribe_read(struct arena *a, const char *token, int64_t *user_id,
                                  enum notice_kind *kind);

/* The kinds that can be switched off, in the order of NOTICE_KINDS, and whether the member wants them. */
struct notice_choice {
    enum notice_kind kind;
    const char *word, *name;
    bool wanted;
};
struct notice_choice_list {
    struct notice_choice *items;
    size_t n;
};
MUST_USE enum rc notice_choices(struct db *db, struct arena *a, int64_t user_id,
                                struct notice_choice_list *out);

/* Switch a kind on or off. */
MUST_USE enum rc notice_choose(struct db *db, int64_t user_id, enum notice_kind kind, bool wanted,
                               int64_t now_ms);
#endif
