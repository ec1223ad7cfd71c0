/*
 * bank_read: what a file from a bank says, line by line. Pure: no clock, no database.
 *
 * Formats    camt.053, .052 and .054 of ISO 20022, all versions; MT940 of SWIFT; CSV by the table
 *            of dialects (bank_dialects.h) or by the columns that an operator names.
 * Encodings  those of io/charset.h.
 * Nothing is guessed: a line whose date or amount cannot be read for certain has `wrong`, and the
 * other lines are read. A file that seems to be the wrong one, or not all of it, has doubts: it is for
 * people to decide.
 */
#ifndef INCOME_BANK_READ_H
#define INCOME_BANK_READ_H
#include "base/arena.h"

enum {
    BANK_FILE_MAX_BYTES = 16 << 20,
    BANK_LINES_MAX = 20000,
    BANK_TEXT_MAX_CHARS = 400,
    BANK_NAME_MAX_CHARS = 140,
    BANK_REF_MAX_BYTES = 80,
    BANK_DOUBTS_MAX = 4,
};

/* What the bank itself calls a line, in its own codes; never what a payer wrote. */
enum bank_sort { BANK_TRANSFER, BANK_FEE, BANK_INTEREST };

struct bank_entry {
    int64_t line;           /* its number in the file, from 1 */
    const char *wrong;      /* why it cannot be read, a half sentence; NULL: it was */
    bool pending;           /* announced, not booked yet */
    int64_t on_ms;          /* the day on which the bank booked it */
    int64_t amount_minor;   /* > 0: it came in */
    const char *currency;   /* in capitals */
    const char *account;    /* ours: IBAN without blanks, or as the bank writes it; "" */
    const char *bank_ref;   /* the bank's own key of the line; "" */
    const char *end_to_end; /* the key that the payer's side gave the transfer; "" */
    const char *name;       /* of the other side; "" */
    const char *iban;       /* of the other side, without blanks; "" */
    const char *text;       /* what the transfer is for, as one line */
    enum bank_sort sort;
};

/* What the bank says was in the account at the end of a day. */
struct bank_closing {
    const char *account, *currency;
    int64_t on_ms, minor;
};

struct bank_file {
    const char *format; /* "camt", "mt940", or the dialect's name */
    struct bank_entry *entries;
    size_t n;
    struct bank_closing *closings;
    size_t n_closings;
    const char *doubts[BANK_DOUBTS_MAX]; /* whole sentences */
    size_t n_doubts;
};

struct bank_how {
    const char *currency; /* of lines that name none */
    const char *columns;  /* of a bank that is not in the table: bank_dialect_of(); "": none */
    const char *account;  /* our IBAN: statements of another one are doubted; NULL: any */
};

/* Read a file of `n` bytes; lists and texts are in the arena. RC_INVALID: it is none of these
 * formats, or too large; *why says what is missing. */
MUST_USE enum rc bank_read(struct arena *a, const char *bytes, size_t n, const struct bank_how *how,
                           struct bank_file *out, struct problem *why);
#endif
