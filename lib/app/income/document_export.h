/*
 * document_export: documents as files: one row of a table, one page for a browser, one archive.
 *
 * Table      comma-separated (base/sheet.h); amounts with a point and without sign, the column `kind`
 *            says what they are: receipt or credit_note.
 * Page       HTML that needs nothing else and prints on one sheet of A4.
 * Archive    a zip with documents.csv, and for each document KIND-NUMBER.html and, unless it cannot be
 *            one (ubl.h), the electronic invoice KIND-NUMBER.xml. The column `xml` of the table says
 *            which have one. The same documents are always the same files.
 */
#ifndef INCOME_DOCUMENT_EXPORT_H
#define INCOME_DOCUMENT_EXPORT_H
#include "app/income/document.h"
#include "base/sb.h"
#include "io/zip.h"

void document_sheet_head(struct sb *o);
void document_sheet_row(struct sb *o, const struct document *d);

/* "receipt-17.xml" */
const char *document_file_name(struct arena *a, const struct document *d, const char *ending);

void document_html(struct sb *o, const struct document *d);

/* The documents of a period after number *after, at most `max`, which it advances, into an archive;
 * *n is how many. RC_NOT_FOUND: there are none; nothing was written. `item` is reset between them, unless it is `a`. */
MUST_USE enum rc document_archive(struct db *db, struct arena *a, struct arena *item,
                                  const struct document_search *period, int64_t *after, size_t max,
                                  struct zip *z, size_t *n);
#endif
