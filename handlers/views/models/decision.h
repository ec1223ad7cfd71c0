/*
 * decision: what moderators decided, for those who are concerned.
 */
#ifndef MODELS_DECISION_H
#define MODELS_DECISION_H
#include "app/moderation/appeal.h"
#include "app/moderation/report.h"
#include "views/models/frame.h"

/* An appeal of the viewer. */
struct appeal_row {
    struct appeal l;
    struct html text, reasons;
};
struct appeal_row_list {
    struct appeal_row *items;
    size_t n;
};

struct decision_row {
    struct decision d;
    const char *what;
};
struct decision_row_list {
    struct decision_row *items;
    size_t n;
};

struct decisions_page {
    struct frame frame;
    bool restricted, banned;
    int64_t suspended_until_ms; /* 0: it is not */
    bool one_video;             /* only decisions about one */
    struct decision_row_list rows;
    struct report_list reports; /* that the viewer sent */
};

struct decision_page {
    struct frame frame;
    struct problem why;
    struct decision d;
    const char *what, *called, *form; /* form: which was refused: appeal, counter, or "" */
    struct html statement;
    int64_t appeal_until_ms; /* 0: too late, or nothing to appeal against */
    bool may_appeal, may_counter;
    int64_t counter_days;
    struct appeal_row_list appeals;
    const char *text, *name, *address; /* typed */
};

HTML_VIEW(decisions, struct decisions_page);
JSON_VIEW(decisions, struct decisions_page);
HTML_VIEW(decision, struct decision_page);
JSON_VIEW(decision, struct decision_page);
#endif
