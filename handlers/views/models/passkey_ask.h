/*
 * passkey_ask: the button with which somebody shows a passkey. A script shows it, where there are passkeys.
 */
#ifndef MODELS_PASSKEY_ASK_H
#define MODELS_PASSKEY_ASK_H
#include "web/html.h"

struct passkey_ask {
    bool possible; /* on this site */
    bool alone;    /* nothing else proves who it is: the device has to verify its user */
    const char *csrf, *action, *label;
    const char
        *known; /* ids of the passkeys that will do, with blanks between; "": any of this site */
    const char *next, *kept, *half; /* half: of a log-in whose password was right, or "" */
};

HTML_VIEW(passkey_ask, struct passkey_ask);
#endif
