/*
 * cases: what was reported, for moderators.
 */
#ifndef MODELS_CASES_H
#define MODELS_CASES_H
#include "app/moderation/appeal.h"
#include "app/moderation/report.h"
#include "views/models/frame.h"
#include "views/models/report.h"

struct case_row {
    struct report_case c;
    const char *age; /* since it was opened */
};
struct case_row_list {
    struct case_row *items;
    size_t n;
};

struct cases_page {
    struct frame frame;
    struct problem why;
    struct case_counts counts;
    const char *show, *kind, *days, *facts; /* the filter; facts: typed for all that were chosen */
    struct report_choice_list kinds;
    struct case_row_list rows;
    const char *next_url, *here; /* here: address of this list */
    bool may_act;                /* these cases can be taken */
};

struct case_report {
    struct report r;
    struct html explanation, snapshot, work;
    const char *place;     /* time in the video, or "" */
    const char *place_url; /* of the watch page at that time */
    const char *record;    /* "3 of 4 earlier reports held", or "" */
};
struct case_report_list {
    struct case_report *items;
    size_t n;
};

struct case_decision {
    struct decision d;
    const char *what;
    struct html facts;
    bool here; /* of this case */
};
struct case_decision_list {
    struct case_decision *items;
    size_t n;
};

struct case_appeal {
    struct appeal l;
    const char *who; /* "The creator", "A reporter", "Counter-notice" */
    struct html text, reasons;
    bool may_decide;
};
struct case_appeal_list {
    struct case_appeal *items;
    size_t n;
};

struct case_page {
    struct frame frame;
    struct problem why;
    struct report_case c;
    const char *called,
        *form; /* form: which one was refused: decide, freeze, give, appeal; or "" */
    struct html snapshot;
    const char *poster_url, *preview_url; /* of a video, or "" */
    struct case_report_list reports;
    struct case_decision_list decisions; /* of this owner */
    struct case_appeal_list appeals;
    bool mine, free, own, may_member, may_freeze, may_limit,
        may_hide; /* own: the viewer's content */
    bool alone;   /* nobody else could decide an appeal */
    /* What was typed. */
    const char *content, *member, *days, *money, *ground, *ground_text, *facts, *reasons, *from,
        *to, *handle;
};

HTML_VIEW(cases, struct cases_page);
JSON_VIEW(cases, struct cases_page);
HTML_VIEW(case, struct case_page);
JSON_VIEW(case, struct case_page);
#endif
