/*
 * quote: text that somebody typed, made fit for a mail that the site signs: it is marked as a
 * quotation, and nothing in it can end the quotation, become a link in a mail program or turn around
 * the text beside it. Marks that are not visible and controls of direction (Unicode TR 9) are left out.
 */
#ifndef NOTIFY_QUOTE_H
#define NOTIFY_QUOTE_H
#include "base/arena.h"

/* One line in “quotation marks”; "" stays "". Square brackets become round ones: the words of a mail
 * use them for links (letter.h). */
char *quote_line(struct arena *a, const char *typed);

/* Each line after "> ". */
char *quote_lines(struct arena *a, const char *typed);
#endif
