/*
 * ledger: money moves from one account to another; nothing else may change a balance.
 *
 * Model      A posting is one business act: 1 to LEDGER_LEGS_MAX legs in one currency, each of which
 *            debits one account and credits another. Rows are never changed or deleted; a mistake is
 *            repaired by a posting that reverses it.
 * Once       Each act has a key (`ikey`) that follows from what it is about, such as `settle:17:1`,
 *            and everything else in the posting follows from stored data too, effective_ms included:
 *            whoever got RC_BUSY or no answer posts the same again. A key that comes back with
 *            another content is an alarm: RC_CONFLICT and a line in the log.
 * Units      Amounts are minor units of their currency, times UTC milliseconds since 1970.
 * Balances   As the class of the account has it: assets and expenses debits - credits, liabilities
 *            and revenue credits - debits. Where a balance decides (creators, members, vouchers) it is
 *            kept beside the legs, in the same transaction; the others, through which every act
 *            goes, are summed, so that no two acts wait for each other there.
 * Locks      The row of the key first, then kept balances by ascending account.
 * Ownership  Lists and strings are in the caller's arena.
 * Errors     RC_INVALID, RC_DENIED, RC_NOT_FOUND and RC_CONFLICT as said below; the others as in
 *            io/db.h. Writing needs a connection of DB_MONEY.
 * Tables     ledger_account, ledger_tx, ledger_leg, ledger_balance (schema/0005_ledger.sql, which
 *            refuses by itself what this module would not write).
 */
#ifndef MONEY_LEDGER_H
#define MONEY_LEDGER_H
#include "io/db.h"

enum {
    LEDGER_LEGS_MAX = 1000,
    LEDGER_POSTINGS_MAX = 200,
    LEDGER_HISTORY_MAX = 500,
    LEDGER_CODE_MAX_BYTES = 64
};
#define LEDGER_AMOUNT_MAX INT64_C(1000000000000) /* of one leg */

/* `<id>` is owner_id, which is 0 for the others. An account is made by its first posting. */
enum account_kind {
    ACCOUNT_PSP,      /* asset:psp            what the payment provider holds for us */
    ACCOUNT_BANK,     /* asset:bank */
    ACCOUNT_VAT,      /* liab:vat             tax received, not yet handed on */
    ACCOUNT_DEFERRED, /* liab:deferred        paid months not yet settled; legs name the unit */
    ACCOUNT_IDLE, /* liab:idle            of members who watched nobody, until the month closes */
    ACCOUNT_POOL, /* liab:pool            rule `scaled`: of settled months, until the month closes */
    ACCOUNT_CREATOR_HELD,    /* liab:creator:<id>:held     earned, may still be taken back; kept */
    ACCOUNT_CREATOR_PAYABLE, /* liab:creator:<id>:payable  kept */
    ACCOUNT_CREATOR_TRANSIT, /* liab:creator:<id>:transit  in a payout on its way; kept */
    ACCOUNT_MEMBER,          /* liab:member:<id>     pays the member's own subscription; kept */
    ACCOUNT_VOUCHER,         /* liab:voucher         sold, not yet redeemed; kept */
    ACCOUNT_PLATFORM,        /* rev:platform */
    ACCOUNT_FEES_LOST,       /* exp:fees_lost */
    ACCOUNT_DISPUTE,         /* exp:dispute */
    ACCOUNT_WRITEOFF,        /* exp:writeoff */
    ACCOUNT_ROUNDING,        /* exp:rounding */
    ACCOUNT_CLEARING_REFUND, /* clearing:refund      refunds begun; must return to zero */
    ACCOUNT_CLEARING_UNMATCHED, /* clearing:unmatched   money nobody can explain yet; likewise */
};

struct ledger_account_ref {
    enum account_kind kind;
    int64_t owner_id;
};

struct ledger_leg {
    struct ledger_account_ref debit, credit; /* not the same */
    int64_t amount_minor;                    /* 1 to LEDGER_AMOUNT_MAX */
    int64_t unit_id;                         /* 0: none */
};

/* Texts consist of letters, digits and `:_-./`; ikey and kind are not empty. */
struct posting {
    const char *ikey;              /* up to 120 bytes */
    const char *kind;              /* up to 32: what sort of act it is: `invoice`, `settle` */
    const char *ref_type, *ref_id; /* up to 24 and 64: the row it is about; NULL or "": none */
    const char *reverses; /* ikey of the posting that this one takes back, leg by leg with debit and
                             credit exchanged; NULL: none. Once only. */
    int64_t effective_ms; /* when it happened, >= 0 */
    const char *currency; /* three capitals */
    const struct ledger_leg *legs;
    size_t n;
    bool may_overdraw; /* a clawback: what creators hold or could be paid may fall below zero */
};

/* Write it down, once: the same posting again is RC_OK and changes nothing. Inside the caller's
 * transaction (db_transact), in which several postings may stand; the caller has to end it with what
 * this returns, for after an error some rows may be written.
 *   RC_INVALID    something is outside what is said above
 *   RC_DENIED     a kept balance would fall below zero
 *   RC_NOT_FOUND  no such owner, or nothing under `reverses`
 *   RC_CONFLICT   the key belongs to another posting, or `reverses` is reversed already; logged */
MUST_USE enum rc ledger_post(struct db *db, struct arena *a, const struct posting *p);

/* The same for up to LEDGER_POSTINGS_MAX at once, each with a key of its own and none reversing
 * another of them: a few statements for all. Balances are moved by the sum of what is new, so what
 * one posting brings another may spend; below zero goes only what all that touch it may overdraw. */
MUST_USE enum rc ledger_post_all(struct db *db, struct arena *a, const struct posting *postings,
                                 size_t n);

enum ledger_class { LEDGER_ASSET, LEDGER_LIABILITY, LEDGER_REVENUE, LEDGER_EXPENSE };
WORDS_OF(ledger_class);

/* "liab:creator:17:held". */
const char *ledger_code(struct arena *a, struct ledger_account_ref ref);
enum ledger_class ledger_class(enum account_kind kind);
bool ledger_is_kept(enum account_kind kind);

/* The canonical text of a posting, whose SHA-256 (hex) is its digest: ikey, kind, ref_type, ref_id,
 * reverses, effective_ms and currency, a line each, then per leg "debit credit amount unit". */
const char *ledger_text(struct arena *a, const struct posting *p);

/* The balance now; 0 for an account without postings. ledger_balance reads the kept one (asserted),
 * ledger_sum adds up the legs of any account. */
MUST_USE enum rc ledger_balance(struct db *db, struct arena *a, struct ledger_account_ref ref,
                                const char *currency, int64_t *minor);
MUST_USE enum rc ledger_sum(struct db *db, struct arena *a, struct ledger_account_ref ref,
                            const char *currency, int64_t *minor);

/* Whose account of that kind, a kept one, has at least min_minor: up to `max` (1 to DB_ROWS_MAX)
 * owners with an id above `after`, ascending. */
struct ledger_owner {
    int64_t owner_id, minor;
};
struct ledger_owner_list {
    struct ledger_owner *items;
    size_t n;
};
MUST_USE enum rc ledger_owners(struct db *db, struct arena *a, enum account_kind kind,
                               const char *currency, int64_t min_minor, int64_t after, size_t max,
                               struct ledger_owner_list *out);

/* Would this currency bring real money into a ledger of test money (XTS of ISO 4217), or the reverse? */
MUST_USE enum rc ledger_mixes(struct db *db, struct arena *a, const char *currency, bool *mixes);

/* What moved on an account. */
struct ledger_entry {
    int64_t tx_id, effective_ms, unit_id;
    int64_t amount_minor;            /* > 0 raised the balance, < 0 lowered it */
    const char *ikey, *kind, *other; /* code of the account on the other side */
};
struct ledger_entry_list {
    struct ledger_entry *items;
    size_t n;
};

/* The newest `max` (1 to LEDGER_HISTORY_MAX), newest first. */
MUST_USE enum rc ledger_history(struct db *db, struct arena *a, struct ledger_account_ref ref,
                                const char *currency, size_t max, struct ledger_entry_list *out);
#endif
