/*
 * journal: what moderators and operators did that is not about money.
 */
#ifndef MODELS_JOURNAL_H
#define MODELS_JOURNAL_H
#include "app/site/journal.h"
#include "views/models/frame.h"

struct journal_row {
    struct journal_entry entry;
    const char *who;
    const char *about, *about_url; /* what it is about, in words; "": there is no page about it */
};
struct journal_rows {
    struct journal_row *items;
    size_t n;
};

struct journal_page {
    struct frame frame;
    struct problem why;
    const char *by, *about; /* the filter, as typed */
    struct journal_rows rows;
    const char *older_url;
    bool filtered;
};

HTML_VIEW(journal_line, struct journal_row);
HTML_VIEW(journal, struct journal_page);
JSON_VIEW(journal, struct journal_page);
#endif
