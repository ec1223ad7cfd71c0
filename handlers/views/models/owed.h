/*
 * owed: what the site owes, of one kind.
 */
#ifndef MODELS_OWED_H
#define MODELS_OWED_H
#include "app/reports/books.h"
#include "web/html.h"
#endif
