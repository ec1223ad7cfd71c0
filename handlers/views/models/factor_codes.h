/*
 * factor_codes: recovery codes, shown once.
 */
#ifndef MODELS_FACTOR_CODES_H
#define MODELS_FACTOR_CODES_H
#include "app/people/factor.h"
#include "views/models/frame.h"

struct factor_codes_page {
    struct frame frame;
    struct recovery_codes codes;
    const char *all; /* in one text, for copying */
};

HTML_VIEW(factor_codes, struct factor_codes_page);
JSON_VIEW(factor_codes, struct factor_codes_page);
#endif
