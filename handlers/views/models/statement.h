/*
 * statement: a creator's statement for one month.
 */
#ifndef MODELS_STATEMENT_H
#define MODELS_STATEMENT_H
#include "app/reports/statement.h"
#include "views/models/frame.h"

struct statement_page {
    struct frame frame;
    struct statement statement;
    struct statement_lines lines;
    const char *csv_url;
};

HTML_VIEW(statement, struct statement_page);
JSON_VIEW(statement, struct statement_page);
#endif
