/*
 * account_invoice: whom the viewer's receipts are made out to.
 */
#ifndef MODELS_ACCOUNT_INVOICE_H
#define MODELS_ACCOUNT_INVOICE_H
#include "app/income/invoice_address.h"
#include "views/models/country_choice.h"
#include "views/models/frame.h"

struct account_invoice_page {
    struct frame frame;
    struct problem why;
    struct invoice_address typed;
    struct country_choice_list countries;
};

HTML_VIEW(account_invoice, struct account_invoice_page);
JSON_VIEW(account_invoice, struct account_invoice_page);
#endif
