/*
 * factor_app: an authenticator app is set up.
 */
#ifndef MODELS_FACTOR_APP_H
#define MODELS_FACTOR_APP_H
#include "views/models/frame.h"

struct factor_app_page {
    struct frame frame;
    struct problem why;
    const char *offer; /* to be sent back with a code */
    const char *uri, *secret;
    int64_t qr_side; /* the QR code of uri: units of the picture, and its path */
    const char *qr_path;
};

HTML_VIEW(factor_app, struct factor_app_page);
JSON_VIEW(factor_app, struct factor_app_page);
#endif
