/*
 * books: the ledger's figures for operators and accountants. Reads only; every figure is that of all
 * legs at one moment, from the sums by month and what is not in them yet (sums.h).
 *
 * Reads      the ledger's tables, payout.
 * Errors     as in io/db.h.
 */
#ifndef REPORTS_BOOKS_H
#define REPORTS_BOOKS_H
#include "app/payout/payout.h"
#include "base/sb.h"
#include "io/db.h"

enum { BOOKS_MONTHS = 12, JOURNAL_PAGE_LEGS = 2000, BOOKS_KINDS_MAX = 40 };

/* Money that came into the accounts that hold money (asset:...) and left them in a month. Money
 * that came back, such as a payout, lowers the column in which it left. */
struct book_month {
    int64_t month; /* YYYYMM */
    int64_t in_minor, fees_minor, refunds_minor, payouts_minor, other_minor;
};
struct book_month_list {
    struct book_month *items;
    size_t n;
};
/* The latest BOOKS_MONTHS with movements, newest first. */
MUST_USE enum rc books_months(struct db *db, struct arena *a, const char *currency,
                              struct book_month_list *out);

/* What the site owes, by kind of account: held, payable and transit of creators, member, deferred,
 * vat, voucher, idle, pool, clearing:refund, clearing:unmatched. The age of a debt assumes that the
 * oldest money of an account (in deferred: of a unit) leaves it first. */
struct owed {
    const char *kind;
    int64_t balance_minor;
    int64_t this_month_minor, last_month_minor, before_minor,
        older_minor; /* older: from 3 months on */
    int64_t
        debt_minor; /* sum of accounts below zero after a clawback, as >= 0; balance is net of it */
};
struct owed_list {
    struct owed *items;
    size_t n;
};
/* assets = owed + revenue - expenses, always: double entry. The site can pay what it owes while
 * assets >= owed. */
struct book_totals {
    int64_t assets_minor, owed_minor, revenue_minor, expenses_minor;
};

/* The months, what is owed, by kind, and the totals, of one moment. */
struct books {
    struct book_month_list months;
    struct owed_list owed;
    struct book_totals totals;
};
MUST_USE enum rc books_read(struct db *db, struct arena *a, const char *currency, int64_t now_ms,
                            struct books *out);

/* Payouts by state. */
struct payouts_in {
    enum payout_state state;
    int64_t n, minor;
};
struct payout_states {
    struct payouts_in *items;
    size_t n;
};
MUST_USE enum rc books_payouts(struct db *db, struct arena *a, const char *currency,
                               struct payout_states *out);

/* The journal in the format of hledger (hledger.org, "hledger manual: journal format"): accounts as
 * in the ledger, debits above zero, dates in UTC. It begins with the head; each page appends the next
 * whole transactions before to_ms from *place on, in the order of their times, and moves *place behind
 * them. RC_NOT_FOUND: there are no more. A page has at most JOURNAL_PAGE_LEGS legs; *n is how many. */
struct journal_place {
    int64_t ms,
        after; /* transactions after that time, or at that time with a number above `after` */
};
void books_journal_head(struct sb *o, const char *site);
MUST_USE enum rc books_journal(struct db *db, struct arena *a, int64_t to_ms,
                               struct journal_place *place, struct sb *o, size_t *n);
#endif
