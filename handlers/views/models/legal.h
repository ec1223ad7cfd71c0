/*
 * legal: what a site has to say about itself: imprint, privacy, contact, rules.
 */
#ifndef MODELS_LEGAL_H
#define MODELS_LEGAL_H
#include "views/models/frame.h"

/* The parts of an address, each a line. */
struct legal_text {
    const char *text;
};
struct legal_lines {
    struct legal_text *items;
    size_t n;
};

/* Strings of the settings may be "". */
struct legal_page {
    struct frame frame;
    const char *name; /* imprint, privacy, contact, rules */
    const char *seller, *vat_id, *tax_number, *register_number, *country;
    struct legal_lines address; /* of the seller */
    const char *email, *phone, *privacy_email, *security_email;
    const char *text;       /* the operator's own, as it was typed */
    struct html own;        /* the same as HTML */
    bool may_edit, nothing; /* nothing: neither settings nor a text say anything */
    bool full_addresses;    /* the logs hold whole addresses */
    int64_t session_days;
};

HTML_VIEW(imprint, struct legal_page);
HTML_VIEW(privacy, struct legal_page);
HTML_VIEW(contact, struct legal_page);
HTML_VIEW(rules, struct legal_page);
JSON_VIEW(page, struct legal_page);
#endif
