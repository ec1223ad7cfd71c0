/*
 * ubl: writes a document as an electronic invoice.
 *
 * Format     EN 16931-1 in the syntax of UBL 2.1 (ISO/IEC 19845): an Invoice of type 380, or a
 *            CreditNote of type 381 that names the receipt in a BillingReference. BT and BG below are
 *            the terms of EN 16931.
 * Amounts    the price that the member paid includes the tax, so the net is the gross less the tax,
 *            and the tax can differ from net times rate by one minor unit, which the validation
 *            artefacts of CEN/TC 434 allow. What was paid is the prepaid amount (BT-113); nothing is
 *            due (BT-115). EN 16931 has at most two decimals.
 * Tax        rates above 0 are category S. Without tax: E (exempt) and O (outside the scope) give the
 *            reason, Z has none. With O, no VAT number is stated (BR-O-02 to BR-O-04).
 * Seller     without a VAT number its tax number is BT-32, and, since BR-CO-26 does not count that,
 *            also its identifier (BT-29), unless it has a number in a register (BT-30).
 * Buyer      a buyer without an address gets the seller's country, by whose tax it was charged:
 *            EN 16931 asks for a country (BT-55).
 */
#ifndef INCOME_UBL_H
#define INCOME_UBL_H
#include "app/income/document.h"
#include "base/sb.h"

/* Why the document cannot be written, as a sentence for operators that says what to set; NULL: it can. */
const char *ubl_refusal(struct arena *a, const struct document *d);

/* Append the XML, with its declaration; ubl_refusal() was NULL. */
void ubl_write(struct sb *o, const struct document *d);
#endif
