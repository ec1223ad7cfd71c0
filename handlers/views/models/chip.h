/*
 * chip: links to the categories.
 */
#ifndef MODELS_CHIP_H
#define MODELS_CHIP_H
#include "web/html.h"

struct chip {
    const char *url, *name;
    bool current;
};
struct chip_list {
    struct chip *items;
    size_t n;
};
#endif
