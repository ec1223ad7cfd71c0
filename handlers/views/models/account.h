/*
 * account: the viewer's own account.
 */
#ifndef MODELS_ACCOUNT_H
#define MODELS_ACCOUNT_H
#include "views/models/frame.h"
#include "views/models/payee_changes.h"
#include "views/models/standing.h"

struct account_page {
    struct frame frame;
    struct problem why;
    const char *email, *handle, *name, *about;
    int64_t created_ms;
    struct subscription_words standing;
    struct payee_changes_panel changes;
};

HTML_VIEW(account, struct account_page);
JSON_VIEW(account, struct account_page);
#endif
