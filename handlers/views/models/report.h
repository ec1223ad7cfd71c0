/*
 * report: telling the site about a video, a comment or a channel.
 */
#ifndef MODELS_REPORT_H
#define MODELS_REPORT_H
#include "app/moderation/report.h"
#include "views/models/decision.h"
#include "views/models/frame.h"
#include "views/models/problem.h"

struct report_choice {
    const char *word, *title, *hint;
    bool chosen;
};
struct report_choice_list {
    struct report_choice *items;
    size_t n;
};
struct report_choices {
    const char *heading;
    struct report_choice_list kinds;
};
struct report_choices_list {
    struct report_choices *items;
    size_t n;
};

/* Three steps: what (no subject yet), why (no kind yet), and the form; what was typed is shown again. */
struct report_page {
    struct frame frame;
    struct problem why;
    struct wrong wrong;         /* of the form */
    const char *about;          /* what was typed in the first step */
    const char *subject, *name; /* "video" and its public id; "": nothing was chosen yet */
    const char *title, *path, *called;
    struct report_choices_list groups;         /* of the second step */
    const char *kind, *kind_title, *kind_hint; /* "": not chosen yet */
    const char *statement;                     /* to be confirmed, or "" */
    bool copyright, explain;                   /* explain: an explanation is needed */
    bool asks_person, needs_person, has_time, confirmed;
    const char *explanation, *location, *time, *typed_name, *email, *holder, *work;
    int64_t kept_days;
};

/* What became of a report, for whoever sent it. */
struct report_state_page {
    struct frame frame;
    struct problem why;
    struct report report;
    const char *key;                   /* for the form, "" for members */
    const char *title, *path, *called; /* of what was reported */
    const char *place;                 /* time in the video, or "" */
    struct html explanation;
    bool mailed; /* there is an address, and mail is on */
    /* Of one that was decided. */
    struct decision decision;
    const char *what;
    struct html facts;
    int64_t appeal_until_ms; /* 0: there is nothing to appeal against */
    struct appeal_row_list appeals;
    const char *text; /* typed */
};

HTML_VIEW(report, struct report_page);
JSON_VIEW(report, struct report_page);
HTML_VIEW(report_state, struct report_state_page);
JSON_VIEW(report_state, struct report_state_page);
#endif
