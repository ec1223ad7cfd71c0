/*
 * members: the list of members.
 */
#ifndef MODELS_MEMBERS_H
#define MODELS_MEMBERS_H
#include "app/reports/members.h"
#include "views/models/frame.h"

struct member_row {
    struct member member;
    const char *state;  /* in words; "": nothing is special */
    const char *access; /* in words: paid until ... */
};
struct member_rows {
    struct member_row *items;
    size_t n;
};

struct members_page {
    struct frame frame;
    const char *find;  /* as typed */
    const char *group; /* a word of enum member_group */
    struct member_rows rows;
    const char *older_url;
};

HTML_VIEW(members, struct members_page);
JSON_VIEW(members, struct members_page);
#endif
