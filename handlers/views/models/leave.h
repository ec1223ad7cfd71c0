/*
 * leave: the viewer deletes their account, or keeps it after all.
 */
#ifndef MODELS_LEAVE_H
#define MODELS_LEAVE_H
#include "app/leaving/departure.h"
#include "views/models/frame.h"

struct leave_page {
    struct frame frame;
    struct problem why;
    const char *handle;    /* as typed */
    const char *earnings;  /* what was chosen: "pay", "give" or "" */
    const char *own;       /* the handle that has to be typed */
    int64_t due_ms;        /* when the account is deleted; 0: nobody asked */
    bool is_late;          /* that is over: it is being deleted */
    int64_t days;          /* to change one's mind */
    int64_t paid_until_ms; /* 0: no time is left that was paid for */
    struct leaver_owed owed;
    int64_t earned_minor; /* payable now and later */
};

HTML_VIEW(leave, struct leave_page);
JSON_VIEW(leave, struct leave_page);
#endif
