/*
 * payee_changes: tells creators that the account they are paid to was changed, in case it was not them.
 */
#ifndef MODELS_PAYEE_CHANGES_H
#define MODELS_PAYEE_CHANGES_H
#include "app/payout/payee.h"
#include "views/models/frame.h"

struct payee_changes_panel {
    struct frame frame; /* for the form's token */
    struct payee_change_list list;
    int64_t told_days, wait_days;
};
#endif
