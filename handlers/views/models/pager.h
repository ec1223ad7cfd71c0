/*
 * pager: links to the previous and next page of a list, "" when there is none, and to its first
 * page.
 */
#ifndef MODELS_PAGER_H
#define MODELS_PAGER_H
#include "web/html.h"

struct pager {
    const char *previous_url, *next_url, *first_url;
    int64_t number; /* of this page, from 1 */
};
#endif
