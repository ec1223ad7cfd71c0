/*
 * books: the operator's view of all money.
 */
#ifndef MODELS_BOOKS_H
#define MODELS_BOOKS_H
#include "app/money/policy.h"
#include "app/payout/payee.h"
#include "app/payout/payout.h"
#include "app/reports/audit.h"
#include "app/reports/books.h"
#include "app/site/setting.h"
#include "views/models/chart.h"
#include "views/models/frame.h"

struct books_page {
    struct frame frame;
    const char *currency, *month; /* month: the current one, YYYY-MM */
    struct book_totals totals;
    bool covered; /* what is owed could be paid */
    struct book_month_list months;
    struct chart chart;
    struct owed_list owed;
    bool has_audit;
    struct audit_result audit;
    bool payouts_on, switched; /* switched: it was switched, by whom and when */
    struct setting_change change;
    struct payout_hold_list holds;
    struct payout_states states;
    struct payout_list payouts;
    struct payout_run_list runs;
    struct policy_list policies;
};

HTML_VIEW(books, struct books_page);
JSON_VIEW(books, struct books_page);
#endif
