/*
 * earnings: a creator's earnings: what was earned, from what and when it is paid.
 */
#ifndef MODELS_EARNINGS_H
#define MODELS_EARNINGS_H
#include "app/money/freeze.h"
#include "app/payout/payee.h"
#include "app/reports/earnings.h"
#include "app/reports/statement.h"
#include "views/models/chart.h"
#include "views/models/frame.h"
#include "views/models/pager.h"
#include "views/models/terms.h"

struct earnings_line {
    struct earnings_row row;
    const char *reasons; /* why some of it was not counted */
};
struct earnings_lines {
    struct earnings_line *items;
    size_t n;
};
/* A freeze in which there is or was something. */
struct earnings_frozen {
    const char *what; /* which videos, and of which time */
    const char *public_id, *why;
    enum freeze_state state;
    int64_t put_ms, decided_ms, minor;
};
struct earnings_frozen_list {
    struct earnings_frozen *items;
    size_t n;
};
struct earnings_page {
    struct frame frame;
    struct terms terms;
    struct earnings now;
    bool has_any; /* one of the amounts of `now` is not 0 */
    bool has_payee, has_hold;
    struct payout_hold hold;
    bool freeze_waits; /* what is frozen is still being worked out */
    struct earnings_frozen_list frozen;
    struct chart days, months;
    struct earnings_day_list day_figures;
    struct earnings_month_list month_figures;
    const char *from, *to; /* YYYY-MM-DD, of the period below */
    int64_t credited_seconds, raw_seconds;
    struct earnings_lines rows;
    struct pager pager;
    struct statement_list statements;
};

HTML_VIEW(earnings, struct earnings_page);
JSON_VIEW(earnings, struct earnings_page);
#endif
