/*
 * chip: a filter of a search that is in force, as a link that takes it away.
 */
#ifndef MODELS_CHIP_H
#define MODELS_CHIP_H
#include "web/html.h"

struct chip {
    const char *url, *name;
};
struct chip_list {
    struct chip *items;
    size_t n;
};
#endif
