/*
 * bank_dialects: how banks write CSV: one row a bank.
 *
 * A dialect is recognized by its header line, which may stand behind others. Names of columns are
 * compared by their letters and digits (bank_fold): any case, blanks, quotes and spelling of
 * umlauts, and without what stands in brackets: "Betrag (€)" is "Betrag", in euros.
 */
#ifndef INCOME_BANK_DIALECTS_H
#define INCOME_BANK_DIALECTS_H
#include "app/income/bank_parse.h"

enum bank_column {
    BANK_DATE,   /* the day of booking */
    BANK_AMOUNT, /* with its sign, or `direction` has it */
    BANK_OUT,    /* two columns of amounts without signs instead: what went out */
    BANK_IN,     /* and what came in */
    BANK_SIGN,   /* whether the amount came in */
    BANK_CURRENCY,
    BANK_TEXT,  /* up to BANK_TEXTS_MAX of them, joined */
    BANK_NAME,  /* of the other side, or of who paid */
    BANK_PAYEE, /* of who was paid, if that is another column */
    BANK_IBAN,
    BANK_END_TO_END,
    BANK_KEY,  /* the bank's own key of the line */
    BANK_TYPE, /* the bank's word for the kind of line */
    BANK_STATUS,
    BANK_BALANCE, /* after the line */
    BANK_ACCOUNT, /* ours */
    BANK_COST,    /* a fee that the amount does not contain */
    BANK_COLUMNS
};

enum { BANK_TEXTS_MAX = 4 };

struct bank_dialect {
    const char *name;
    enum bank_day_form day;
    enum bank_decimal decimal;
    /* The names of each column, separated by "|"; several of BANK_TEXT are joined in this order.
     * NULL: the dialect has none. A dialect is recognized when all columns in `must` are there. */
    const char *columns[BANK_COLUMNS];
    unsigned must; /* bits 1 << enum bank_column */
};

/* The table, from the most particular to the most general. */
extern const struct bank_dialect bank_dialects[];
extern const size_t bank_dialects_n;

/* A dialect that an operator describes: "date=Datum amount=Betrag text=Zweck,Notiz form=dd/mm
 * decimal=comma", where a name with blanks is in double quotes. Words: date, amount, out, in, sign,
 * currency, text, name, payee, iban, end_to_end, key, type, status, balance, account, cost; form is
 * dd/mm or mm/dd, decimal is comma or point. RC_INVALID: *why says what is wrong with it. */
MUST_USE enum rc bank_dialect_of(struct arena *a, const char *described, struct bank_dialect *out,
                                 struct problem *why);
#endif
