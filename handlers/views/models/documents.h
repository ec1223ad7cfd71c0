/*
 * documents: receipts and credit notes, for operators who look for one or file them.
 */
#ifndef MODELS_DOCUMENTS_H
#define MODELS_DOCUMENTS_H
#include "app/income/document.h"
#include "views/models/frame.h"

struct documents_page {
    struct frame frame;
    struct problem why;
    const char *number, *member, *from, *to, *kind, *amount; /* as typed */
    struct document_list rows;
    const char *next_url;          /* older ones, or "" */
    const char *csv_url, *zip_url; /* of the period */
    bool searched;                 /* something limits the list */
};

HTML_VIEW(documents, struct documents_page);
JSON_VIEW(documents, struct documents_page);
#endif
