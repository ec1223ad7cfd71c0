/*
 * passkey_options: what a script needs to ask a browser for a passkey, or for a new one.
 */
#ifndef MODELS_PASSKEY_OPTIONS_H
#define MODELS_PASSKEY_OPTIONS_H
#include "app/people/passkeys.h"
#include "web/html.h"

struct passkey_options {
    const char *challenge;
    const char *site, *site_name;     /* site: the relying party's id */
    const char *user, *handle, *name; /* of a new one, else "" */
    struct passkey_list known;        /* which need not be made again */
};

JSON_VIEW(passkey_options, struct passkey_options);
#endif
