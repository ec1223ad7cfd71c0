/*
 * bank_parse: what the readers of bank_read share: amounts, dates and references as banks write
 * them, and the list that they fill. Pure.
 */
#ifndef INCOME_BANK_PARSE_H
#define INCOME_BANK_PARSE_H
#include "app/income/bank_read.h"

/* The file while it is being read. */
struct bank_reading {
    struct arena *a;
    const char *text;
    const struct bank_how *how;
    struct bank_file *out;
    size_t room, closings_room;
    bool doubted; /* the account, once */
    struct problem *why;
};

/* The formats; RC_NOT_FOUND: it is not one of this format. */
MUST_USE enum rc bank_read_camt(struct bank_reading *r);
MUST_USE enum rc bank_read_mt940(struct bank_reading *r);
MUST_USE enum rc bank_read_csv(struct bank_reading *r);

/* Add an entry, whose NULL texts become ""; texts are cut to their limits. RC_INVALID beyond
 * BANK_LINES_MAX. */
MUST_USE enum rc bank_add(struct bank_reading *r, const struct bank_entry *e);
void bank_add_closing(struct bank_reading *r, const struct bank_closing *c);

/* Doubt the file; beyond BANK_DOUBTS_MAX nothing is added. */
void bank_doubt(struct bank_reading *r, const char *sentence);

/* Doubt it if this is an IBAN and not ours, once. */
void bank_doubt_account(struct bank_reading *r, const char *account);

/* Which sign ends the whole part of an amount. BANK_EITHER: the later of two signs; a single one
 * before three digits could be either and is refused. */
enum bank_decimal { BANK_EITHER, BANK_COMMA, BANK_POINT };

/* An amount with its sign before or behind it, blanks, separators of thousands (point, comma,
 * apostrophe or blank, in threes) and perhaps its currency. RC_INVALID: it cannot be read for
 * certain, is in another currency, or is beyond LEDGER_AMOUNT_MAX. */
MUST_USE enum rc bank_amount(struct arena *a, const char *text, const char *currency,
                             enum bank_decimal decimal, int64_t *minor);

/* Forms of a date. ISO (2028-01-02, 20280102) and dotted ones (2.1.28) are always read, with or
 * without a time behind them; with slashes or hyphens, the bank has to say whether the day or the
 * month comes first. */
enum bank_day_form { BANK_CLEAR, BANK_DAY_FIRST, BANK_MONTH_FIRST };
MUST_USE enum rc bank_day(const char *text, enum bank_day_form form, int64_t *ms);
MUST_USE enum rc bank_day_of(int64_t year, int64_t month, int64_t day, int64_t *ms);

/* The bank's key as it is stored: "" for those that say that there is none, such as NONREF; other
 * than printable ASCII is left out. */
const char *bank_key(struct arena *a, const char *text);

/* An account number without blanks, in capitals. */
const char *bank_account(struct arena *a, const char *text);

/* The currency as three capitals, from a code in any case or a sign such as €; "" if it is none. */
const char *bank_currency(struct arena *a, const char *text);

/* Letters and digits only, in small letters of ASCII: marks of letters left out, ä as a, ß as s,
 * and ae, oe, ue, ss like them; so that spellings of one word are equal. A letter that was lost
 * ("?", U+FFFD) stays "?". */
const char *bank_fold(struct arena *a, const char *text);

/* Do two folded texts say the same? A "?" stands for any letter or two, or none. */
bool bank_folds_same(const char *x, const char *y);

/* The value of "EREF+" and the text of "SVWZ+" in a German purpose; else "" and the text itself. */
void bank_purpose(struct arena *a, const char *text, const char **end_to_end, const char **purpose);
#endif
