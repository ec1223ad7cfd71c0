/*
 * acts: the journal of operators' acts, one act, and the form of a new one.
 */
#ifndef MODELS_ACTS_H
#define MODELS_ACTS_H
#include "app/acts/act.h"
#include "views/models/frame.h"

/* One act as the pages show it. */
struct act_row {
    struct act act;
    const char *title, *by, *ended_by; /* of its kind; who asked; who approved, refused or did it */
    int64_t expires_ms;                /* of one that waits, else 0 */
};
struct act_rows {
    struct act_row *items;
    size_t n;
};
struct act_kind_link {
    const char *name, *title, *hint;
};
struct act_kind_links {
    struct act_kind_link *items;
    size_t n;
};

struct acts_page {
    struct frame frame;
    const char *state, *member; /* the filter: all, waiting or ended; a handle or "" */
    int64_t waiting;            /* of all */
    struct act_rows rows;
    const char *older_url;
    struct act_kind_links kinds;
    bool four_eyes;
};

struct act_page {
    struct frame frame;
    struct problem why;
    struct act_row row;
    struct act_preview preview; /* of one that waits */
    bool has_preview, may_approve;
    struct act_lines codes; /* shown once */
    const char *answer;     /* as typed */
};

struct act_option {
    const char *word, *label;
    bool chosen;
};
struct act_options {
    struct act_option *items;
    size_t n;
};
struct act_entry {
    const char *name, *label, *hint, *value, *error;
    bool date, optional;
    struct act_options options;
};
struct act_entries {
    struct act_entry *items;
    size_t n;
};

struct act_form_page {
    struct frame frame;
    struct problem why;
    const char *kind, *title, *hint, *reason, *reason_error;
    const char *once; /* names the intent */
    struct act_entries fields;
    bool needs_reason, waits; /* waits: for another operator */
    bool previewed;
    struct act_preview preview;
};

HTML_VIEW(acts, struct acts_page);
JSON_VIEW(acts, struct acts_page);
HTML_VIEW(act, struct act_page);
JSON_VIEW(act, struct act_page);
HTML_VIEW(act_form, struct act_form_page);
JSON_VIEW(act_form, struct act_form_page);
HTML_VIEW(act_preview, struct act_preview);
JSON_VIEW(act_preview, struct act_preview);
#endif
