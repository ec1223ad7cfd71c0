/*
 * act_kind: the kinds of acts. One row of a table each: what is asked, how it is checked and what a
 * person then reads, and what is done.
 *
 * A kind's check() reads what was typed, finds what it is about and leaves the sentence `what` and the
 * lines of the preview; it writes nothing. Its perform() does it: inside the transaction that also
 * marks the act as done, which may be repeated, or `alone`. It leaves `result`, and `posting` if it
 * moved money.
 */
#ifndef ACTS_ACT_KIND_H
#define ACTS_ACT_KIND_H
#include "app/acts/act.h"
#include "app/people/account.h"

/* Whether a reason has to be given. Commands that are older than acts do without one. */
enum act_reason { REASON_NEEDED, REASON_ON_PAGES, REASON_OPTIONAL };

enum act_input { INPUT_TEXT, INPUT_LONG, INPUT_CHOICE, INPUT_DATE };

struct act_choice {
    const char *word, *label;
};
struct act_field {
    const char *name, *label, *hint;
    enum act_input input;
    bool optional;
    const struct act_choice *choices; /* of INPUT_CHOICE, up to one without a word */
};

/* One act that is looked at or done. */
struct act_run {
    struct desk *d;
    struct db *db; /* d->money: in perform() inside the transaction */
    struct arena *a;
    const struct act_kind *kind;
    struct act_values values;
    const char *typed_reason, *reason; /* reason: checked, in perform() */
    int64_t
        id; /* 0: it has no row yet; a check that a crash may have outrun looks what this one did */
    /* check() leaves: */
    const char *what, *once; /* once: NULL unless the kind has a key of its own */
    bool at_once;            /* it does not wait for four eyes, as if the kind were urgent */
    int64_t member_id;       /* whom it is about; 0: nobody */
    struct act_lines lines;
    void *found; /* the kind's own */
    /* perform() leaves: */
    const char *result, *posting;
    struct act_lines codes;
};

struct act_kind {
    const char *name, *title, *hint;
    bool urgent; /* it only stops something: it does not wait for four eyes */
    bool alone;  /* has transactions of its own; harmless when repeated with the same act */
    enum act_reason reason;
    bool books; /* it books: the clock and the currency have to be right */
    enum rc (*check)(struct act_run *x);
    enum rc (*perform)(struct act_run *x);
    enum rc (*rehearse)(struct act_run *x);  /* of one that is alone: what a preview does and takes
                                               back; NULL: it shows no postings */
    struct act_field fields[ACT_FIELDS_MAX]; /* up to one without a name */
};

/* The kind of that name, or NULL; all of them, up to NULL. */
const struct act_kind *act_kind(const char *name);
const struct act_kind *act_kind_at(size_t index);

/* What was typed in a field, without blanks at the ends; "" if nothing was. The others refuse what
 * they cannot read, and name the field. */
const char *act_text(const struct act_run *x, const char *name);
MUST_USE enum rc act_minor(struct act_run *x, const char *name, const char *currency,
                           int64_t *minor); /* more than 0 */
MUST_USE enum rc act_number(struct act_run *x, const char *name, int64_t min, int64_t max,
                            int64_t *n);
MUST_USE enum rc act_date(struct act_run *x, const char *name, int64_t absent, int64_t *ms);
/* The member with that handle; of an act that has a row the one whom it was asked for, whoever has the
 * handle by now. */
MUST_USE enum rc act_member(struct act_run *x, const char *name, struct account *out);
/* RC_CONFLICT: the books take no such date (money/period.h). */
MUST_USE enum rc act_day_open(struct act_run *x, const char *name, int64_t on_ms);
bool act_is(const struct act_run *x, const char *name, const char *word);

/* Leave a line of the preview; refuse a field. */
void act_line(struct act_run *x, const char *label, const char *fmt, ...) PRINTF(3, 4);
enum rc act_wrong(struct act_run *x, enum rc rc, const char *field, const char *fmt, ...)
    PRINTF(4, 5);

extern const struct act_kind act_posting, act_posting_reversal, act_books_lock, act_books_unlock,
    act_payouts_off, act_payouts_on, act_payout_hold, act_payout_lift, act_payout_confirm,
    act_payout_cancel, act_payout_return, act_audit, act_voucher_create, act_voucher_cancel,
    act_voucher_resend, act_member_change, act_member_role, act_member_block, act_member_unblock,
    act_member_factor, act_member_close, act_bank_match, act_bank_return, act_bank_explain,
    act_refund, act_dispute, act_payment_date;
#endif
