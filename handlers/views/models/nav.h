/*
 * nav: the pages that belong together, such as those of an account; filled by nav_of() in
 * handlers/pages/nav.h.
 */
#ifndef MODELS_NAV_H
#define MODELS_NAV_H
#include "web/html.h"

struct nav_line {
    const char *url, *label;
    bool here; /* the page that is shown */
};
struct nav_line_list {
    struct nav_line *items;
    size_t n;
};
struct nav_group {
    const char *name; /* its heading, or "" */
    struct nav_line_list lines;
};
struct nav_group_list {
    struct nav_group *items;
    size_t n;
};
struct nav {
    const char *name;             /* of the whole: "Account" */
    const char *here;             /* the label of the page that is shown, or "" */
    struct nav_group_list groups; /* none: the page stands alone */
};
#endif
