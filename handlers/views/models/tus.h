/*
 * tus: the answer to a new upload, for programs.
 */
#ifndef MODELS_TUS_H
#define MODELS_TUS_H
#include "web/html.h"

struct tus_page {
    const char *url;
};

JSON_VIEW(tus, struct tus_page);
#endif
