/*
 * bank: turns lines of bank statements (bank_read.h) into postings, each line once.
 *
 * Once       A line is known again by the bank's own key of it, else by its day, amount, reference and
 *            what it says, whatever the file's format, encoding and blanks (bank_known.c); two equal
 *            lines of one file are two. What an operator typed in (bank_confirm) is the line that a
 *            statement brings within BANK_HAND_DAYS, in either order.
 * Rules      for money that came in with a reference (reference.h), D being what is due: the
 *            checkout's amount, or for a checkout that is paid already (a standing order) today's
 *            price of as many months.
 *              D, or more    booked; the rest becomes the member's balance
 *              less          kept as a part (clearing:unmatched), until parts that arrived within
 *                            the checkout's time, with the member's balance, make up D
 *            Without a known reference, with two, or after the checkout's time: unmatched, until an operator
 *            books it to a reference, explains it, or notes that it was sent back.
 *            Fees and interest, by the bank's own codes, have accounts of their own. Our payouts are
 *            told to `payout`. What else went out is unmatched, unless it is a refund or a return
 *            that was noted before.
 * Date       that of the bank; a line of a closed day (period.h) is booked on the first open one.
 * Money      bank:ID:unmatched   asset:bank -> clearing:unmatched, the reverse for what went out
 *            bank:ID:matched     clearing:unmatched -> asset:bank, followed by a payment
 *            bank:ID:returned    the same, for money that was sent back
 *            bank:ID:explained   clearing:unmatched -> the account that it is for
 *            bank:ID:rest, bank:ID:balance   asset:bank -> liab:member:<id> and back
 *            bank:ID:fee, bank:ID:interest   exp:bank_fees, rev:interest
 *            booked              payment.h, from asset:bank; provider_ref bank_ID
 * Locks      every transaction here begins with the row of bank_counter.
 * Errors     as in io/db.h. All needs DB_MONEY.
 * Tables     bank_line, bank_counter, bank_balance, bank_file. Reads reversal and payment.
 */
#ifndef INCOME_BANK_H
#define INCOME_BANK_H
#include "app/income/bank_read.h"
#include "app/income/pay.h"

enum {
    BANK_LINES_SHOWN_MAX = 500,
    BANK_HAND_DAYS = 7,    /* between what an operator typed in and its line on the statement */
    BANK_AHEAD_DAYS = 4,   /* how far in the future a bank may date a line: over holidays */
    BANK_RETURN_DAYS = 45, /* between a refund that was noted and its line */
};

enum bank_state { BANK_BOOKED, BANK_UNMATCHED, BANK_RETURNED, BANK_PART, BANK_EXPLAINED };
WORDS_OF(bank_state);

/* What a line is. */
enum bank_meaning {
    BANK_MEANS_NOTHING, /* not known yet */
    BANK_MEANS_PAYMENT, /* of a member; also a part of one */
    BANK_MEANS_FEE,
    BANK_MEANS_INTEREST,
    BANK_MEANS_TAX,
    BANK_MEANS_OWNER,
    BANK_MEANS_PAYOUT,
    BANK_MEANS_REFUND,
    BANK_MEANS_RETURN,  /* of unmatched money */
    BANK_MEANS_BALANCE, /* of a member's balance, sent back */
};
WORDS_OF(bank_meaning);

struct bank_line {
    int64_t id, on_ms, booked_ms, changed_ms, amount_minor; /* below 0: it went out */
    const char *currency, *text, *name, *iban_end;
    const char *reference; /* what it is booked to, or "" */
    const char *quoted;    /* the reference in its text, or "" */
    const char *source, *account, *bank_ref, *end_to_end, *digest;
    const char *note; /* why it is unmatched, or what became of it */
    enum bank_state state;
    enum bank_meaning meaning;
};
struct bank_line_list {
    struct bank_line *items;
    size_t n;
};

/* What became of a line of a file. */
struct bank_result {
    const struct bank_entry *entry;
    enum bank_outcome {
        BANK_NOT_READ, /* says why; nothing is booked */
        BANK_PENDING,  /* announced only; nothing is booked */
        BANK_SEEN,     /* was there before */
        BANK_TAKEN,
    } outcome;
    struct bank_line line;
    const char *says; /* a half sentence about it */
};

/* An import of a file, or with `preview` what it would do: the same, taken back. */
struct bank_import {
    const struct bank_file *file;
    bool preview;
    int64_t now_ms;
    /* Told about lines that name a payout, before they are written down (payout_bank_line of
     * payout.h, a room above this one). NULL: such lines are unmatched. */
    enum rc (*payout)(struct db *db, struct arena *a, const char *text, int64_t out_minor,
                      const char *currency, int64_t on_ms, size_t *found, const char **ikey,
                      struct problem *why);
    struct bank_result *results; /* one for each entry of the file */
    struct bank_sums {
        int64_t booked, parts, unmatched, seen, other, pending, bad;
        int64_t in_minor, out_minor; /* of the lines that are new */
    } sums;
};

/* Each line is a transaction of its own, so what is done stays when a later one fails; importing
 * again continues. A preview is one transaction. Closing balances are kept. */
MUST_USE enum rc bank_import(struct db *db, struct arena *a, struct bank_import *x);

/* A transfer that an operator saw: as a line of a statement would be. bank_ref: the bank's key, or
 * "". *seen: it was known before. RC_CONFLICT: it would be unmatched, or its day is closed. */
MUST_USE enum rc bank_confirm(struct db *db, struct arena *a, const char *reference,
                              int64_t amount_minor, const char *bank_ref, int64_t on_ms,
                              int64_t now_ms, struct bank_line *out, bool *seen,
                              struct problem *why);

/* A line. RC_NOT_FOUND: there is none. */
MUST_USE enum rc bank_get(struct db *db, struct arena *a, int64_t id, struct bank_line *out);

/* The following three are inside the caller's transaction (an act's).
 *
 * Book unmatched money by the rules to the checkout with this reference, whatever its time; *out is
 * the line afterwards, perhaps a part. Or note that it was sent back.
 *   RC_NOT_FOUND  no such line; for bank_match also: no such reference
 *   RC_CONFLICT   the line is neither unmatched nor a part, or did not come in */
MUST_USE enum rc bank_match(struct db *db, struct arena *a, int64_t id, const char *reference,
                            int64_t now_ms, struct bank_line *out, struct problem *why);
MUST_USE enum rc bank_return(struct db *db, struct arena *a, int64_t id, int64_t now_ms,
                             struct problem *why);

/* What an unmatched line was. For a fee, interest, tax and the owner's money nothing else is needed;
 * a refund needs the payment that it gives back, a return the unmatched line that it sends back, a
 * balance the member.
 *   RC_NOT_FOUND  no such line
 *   RC_CONFLICT   it is not unmatched, or the other side does not fit; *why says what */
struct bank_explanation {
    enum bank_meaning meaning;
    const struct payment *payment;
    int64_t line_id, user_id;
};
MUST_USE enum rc bank_explain(struct db *db, struct arena *a, int64_t id,
                              const struct bank_explanation *e, int64_t now_ms,
                              struct problem *why);

/* The unmatched lines, or those that wait for their other parts; or all, newest first. At most
 * BANK_LINES_SHOWN_MAX. */
MUST_USE enum rc bank_unmatched(struct db *db, struct arena *a, struct bank_line_list *out);
MUST_USE enum rc bank_recent(struct db *db, struct arena *a, struct bank_line_list *out);

/* What has arrived with a reference of the member's and is not booked, newest first: parts, and what
 * waits for an operator. */
MUST_USE enum rc bank_arrived(struct db *db, struct arena *a, int64_t user_id,
                              struct bank_line_list *out);

/* What the member has with us beyond paid months (liab:member:<id>). */
MUST_USE enum rc bank_member_balance(struct db *db, struct arena *a, int64_t user_id,
                                     int64_t *minor);

/* Pay a month from that balance, once for the paid time that ends at until_ms. RC_CONFLICT: it ends at
 * another time by now, or the balance is too small. */
MUST_USE enum rc bank_pay_month(struct db *db, struct arena *a, int64_t user_id, int64_t until_ms,
                                int64_t now_ms, struct problem *why);

/* The bank's latest closing balance of each account; and the sum of what was confirmed by hand and is
 * on no statement yet. reports/bank_compare.h holds them against the books. */
struct bank_balance {
    const char *account, *currency;
    int64_t on_ms, amount_minor;
};
struct bank_balance_list {
    struct bank_balance *items;
    size_t n;
};
MUST_USE enum rc bank_balances(struct db *db, struct arena *a, struct bank_balance_list *out);
MUST_USE enum rc bank_by_hand(struct db *db, struct arena *a, int64_t *minor);

/* A file between preview and booking, for BANK_FILE_KEEP_MS, its operator's own. RC_NOT_FOUND: it is
 * gone. */
#define BANK_FILE_KEEP_MS (INT64_C(24) * 60 * 60 * 1000)
MUST_USE enum rc bank_file_keep(struct db *db, int64_t user_id, const char *name,
                                struct bytes content, int64_t now_ms, int64_t *id);
MUST_USE enum rc bank_file_get(struct db *db, struct arena *a, int64_t user_id, int64_t id,
                               int64_t now_ms, struct bytes *content);
MUST_USE enum rc bank_file_drop(struct db *db, int64_t user_id, int64_t id);
#endif
