/*
 * bank: the operator's view of bank statements: a file before and after it is booked, what waits for
 * an explanation, and the balance.
 */
#ifndef MODELS_BANK_H
#define MODELS_BANK_H
#include "app/income/bank.h"
#include "app/reports/bank_compare.h"
#include "views/models/frame.h"

/* A line of the file. */
struct bank_row {
    int64_t line;
    struct bank_line is;
    const char *says; /* what becomes of it */
    bool read;        /* else there is nothing but `line` and `says` */
    bool bad, waits;
};
struct bank_rows {
    struct bank_row *items;
    size_t n;
};

struct bank_page {
    struct frame frame;
    struct problem why;
    const char *currency, *columns; /* columns: as typed */
    int64_t most_bytes, most_lines;
    bool has_file, booked; /* rows and sums are of a file; booked, or what booking would do */
    const char *format;
    struct bank_doubts {
        const char **items;
        size_t n;
    } doubts;
    int64_t file_id; /* of a preview */
    struct bank_rows rows;
    struct bank_sums sums;
    struct bank_line_list came, went, recent; /* came, went: they wait */
    bool has_balance;
    struct bank_comparison balance;
    int64_t hand_days, parts_days;
};

HTML_VIEW(bank, struct bank_page);
JSON_VIEW(bank, struct bank_page);
#endif
