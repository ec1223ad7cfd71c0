/*
 * payee: a creator's payout account, and what was paid.
 */
#ifndef MODELS_PAYEE_H
#define MODELS_PAYEE_H
#include "app/payout/payout.h"
#include "views/models/frame.h"
#include "views/models/payee_changes.h"
#include "web/html.h"

struct payout_row {
    int64_t id, amount_minor, changed_ms;
    const char *currency, *iban_end, *note;
    enum payout_state state;
    const char *words; /* ... in words */
    bool is_back;      /* its money can be paid out again; note says why */
};
struct payout_rows {
    struct payout_row *items;
    size_t n;
};
struct payee_page {
    struct frame frame;
    struct problem why;
    const char *holder, *iban, *vat_id; /* as typed, or as stored; iban: only as typed */
    enum payee_state state;             /* of the account */
    const char *bank_reads;             /* the stored name, as a bank gets it */
    const char *obstacle;               /* why the stored account cannot be paid to; "": it can */
    const char *iban_end, *currency;
    int64_t payable_minor, threshold_minor, hold_days, wait_days;
    int64_t next_ms;    /* when the next run begins */
    int64_t waits_ms;   /* nothing is paid before this time; 0: no need to wait */
    bool account_waits; /* ... because the account is new; otherwise because the member is */
    bool may_ask_rest, asked_rest;
    enum hold_kind hold_kind;
    const char *hold_reason, *appeal, *typed_appeal;
    struct html said; /* the appeal, in paragraphs */
    int64_t hold_ms, appeal_ms;
    struct payout_rows payouts;
    struct payee_changes_panel changes;
};

HTML_VIEW(payee, struct payee_page);
JSON_VIEW(payee, struct payee_page);
#endif
