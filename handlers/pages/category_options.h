/*
 * category_options: the categories as entries of a menu or boxes to tick.
 */
#ifndef PAGES_CATEGORY_OPTIONS_H
#define PAGES_CATEGORY_OPTIONS_H
#include "views/models/category_options.h"
#include "web/serve.h"

/* All of them, group by group; those whose ids are among the n chosen ones are marked. */
MUST_USE enum rc category_options(struct req *r, const int64_t *chosen, size_t n,
                                  struct category_options *out);
#endif
