/*
 * statement_line: a line of a statement.
 */
#ifndef MODELS_STATEMENT_LINE_H
#define MODELS_STATEMENT_LINE_H
#include "app/reports/statement.h"
#include "web/html.h"
#endif
