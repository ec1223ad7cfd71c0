/*
 * health: whether the site, the database and the cache are well.
 */
#ifndef MODELS_HEALTH_H
#define MODELS_HEALTH_H
#include "web/html.h"

struct health_page {
    const char *status; /* "ok", or what is away */
    bool database, cache;
};

HTML_VIEW(health, struct health_page);
JSON_VIEW(health, struct health_page);
#endif
