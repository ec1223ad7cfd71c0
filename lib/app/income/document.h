/*
 * document: receipts and credit notes as they were issued. What a document states is written in the
 * transaction that issues its number (receipt.h) and never changes: a later change of the seller,
 * the buyer, the tax rate or the currency is for later documents.
 *
 * Amounts    minor units, at least 0; the kind gives the sign: what was paid, or what was refunded.
 * Dates      issued_ms is the document's own; booked_ms is that of its postings in the ledger, by
 *            which tax is due, when it was issued: the day of a payment may be corrected later
 *            (payment_date.h), the document stays.
 * Corrects   a credit note names the receipt that it takes back, in full or in part. A receipt names
 *            a credit note that was itself taken back: a dispute that was won, a failed refund.
 * Tax        category (UNCL5305): S when there is a rate, else what conf untaxed says: E exempt,
 *            O outside the scope of VAT, Z zero rate; tax_reason says why (E and O). A document that
 *            corrects another has its rate, category and reason.
 * Seal       sha256 is that of document_text(): "document 1" and one line "field=value" for each
 *            field of the struct up to tax_minor, in its order. The audit compares.
 * Old ones   documents of a site from before they were stored are stored by document_freeze, as they
 *            would have been shown then, and say so (`afterwards`).
 * Tables     document. Joins receipt, payment, voucher, user, invoice_address.
 */
#ifndef INCOME_DOCUMENT_H
#define INCOME_DOCUMENT_H
#include "base/words.h"
#include "io/db.h"

enum { DOCUMENTS_PAGE = 50, DOCUMENTS_BATCH = 200 };

enum document_kind { DOCUMENT_RECEIPT, DOCUMENT_CREDIT_NOTE };
WORDS_OF(document_kind);

struct document {
    int64_t number;
    enum document_kind kind;
    bool afterwards;
    int64_t user_id;  /* 0: the buyer is no member */
    int64_t corrects; /* number of a document, or 0 */
    int64_t corrects_ms, issued_ms, booked_ms;
    const char *seller_name, *seller_address; /* its parts are separated by commas */
    const char *seller_country, *seller_vat_id, *seller_tax_number, *seller_register;
    const char *buyer_name, *buyer_email, *buyer_street, *buyer_postcode, *buyer_city;
    const char *buyer_country, *buyer_vat_id;
    const char *line_text;
    int64_t line_months, line_starts_ms, line_ends_ms; /* no period: both are 0 */
    const char *paid_by, *currency, *tax_category, *tax_reason;
    int64_t tax_bp, net_minor, tax_minor;
    const char *sha256;
    int64_t gross_minor; /* net + tax, when it was read */
};
struct document_list {
    struct document *items;
    size_t n;
};

/* Store what the receipt of that number states; inside the transaction that issues it. */
MUST_USE enum rc document_store(struct db *db, struct arena *a, int64_t number);

/* Store up to DOCUMENTS_BATCH old documents with numbers above *after, which it advances, in a
 * transaction; *n is how many: 0 when there are no more. */
MUST_USE enum rc document_freeze(struct db *db, struct arena *a, int64_t *after, size_t *n);

/* A document of a member; of anybody, with user_id 0. RC_NOT_FOUND: none, or not theirs. */
MUST_USE enum rc document_get(struct db *db, struct arena *a, int64_t user_id, int64_t number,
                              struct document *out);

/* Which documents an operator wants to see. A number that is 0 and a text that is "" do not limit;
 * issued from from_ms, before to_ms; `below` is for pages: numbers under it. */
struct document_search {
    int64_t number, user_id, from_ms, to_ms, gross_minor, below;
    const char *kind;
};

/* Newest first; at most DOCUMENTS_PAGE + 1, so that the caller sees whether there are more. */
MUST_USE enum rc document_find(struct db *db, struct arena *a, const struct document_search *s,
                               struct document_list *out);

/* The next documents of a period after that number, ascending; at most DOCUMENTS_BATCH. */
MUST_USE enum rc document_next(struct db *db, struct arena *a, int64_t from_ms, int64_t to_ms,
                               int64_t after, struct document_list *out);

/* What the seal is made of, and the seal: 64 hexadecimal digits. */
const char *document_text(struct arena *a, const struct document *d);
const char *document_seal(struct arena *a, const struct document *d);

/* The numbers of documents issued since then that do not fit their seal; at most DOCUMENTS_BATCH. */
MUST_USE enum rc document_broken(struct db *db, struct arena *a, int64_t since_ms,
                                 struct number_list *out);

/* The address of the seller, one part after the other: *at moves on; NULL at the end. */
const char *document_address_part(struct arena *a, const char **at);
#endif
