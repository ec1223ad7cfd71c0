/*
 * ledger: moves money from one account to another; no other code changes a balance.
 *
 * Model      A posting is one business act: 1 to LEDGER_LEGS_MAX legs in one currency, each of
 *            which debits one account and credits another. Rows are never changed or deleted; a
 *            mistake is corrected by a posting that reverses it.
 * Once       Each act has a key (`ikey`) made of what it is about, such as `settle:17:1`, and the
 *            rest of the posting is made of stored data too, effective_ms included, so that a
 *            caller that got RC_BUSY or no answer can post the same again. A key that comes again
 *            with different content is an alarm: RC_CONFLICT and a line in the log.
 * Units      Amounts are minor units of their currency, times UTC milliseconds since 1970.
 * Currency   one for all: the first posting fixes it (table ledger_currency, which a trigger fills
 *            and to which a foreign key ties every account). Accounts in another are refused.
 * Balances   debits - credits for assets and expenses, credits - debits for liabilities and
 *            revenue. Where a balance decides what may be posted (creators, members, vouchers) it
 *            is kept in a row that is updated in the same transaction. The other accounts, which
 *            every act touches, are summed when asked, so that no two acts wait for each other
 *            there.
 * Locks      The row of the key first, then kept balances by ascending account.
 * Ownership  Lists and strings are in the caller's arena.
 * Errors     RC_INVALID, RC_DENIED, RC_NOT_FOUND and RC_CONFLICT as described below; others as in
 *            io/db.h. Writing needs a connection of DB_MONEY.
 * Tables     ledger_account, ledger_tx, ledger_leg, ledger_balance, ledger_currency
 *            (schema/0005_ledger.sql, 0026_period.sql; their constraints refuse what this module
 *            would not write).
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

/* `<id>` is owner_id, which is 0 for accounts without one. "kept": the balance is kept in a row.
 * The first posting creates an account. */
enum account_kind {
    ACCOUNT_PSP,      /* asset:psp            what the payment provider holds for us */
    ACCOUNT_BANK,     /* asset:bank */
    ACCOUNT_VAT,      /* liab:vat             tax received, not yet paid to the tax office */
    ACCOUNT_DEFERRED, /* liab:deferred        paid months not yet settled; legs name the unit */
    ACCOUNT_IDLE, /* liab:idle            of members who watched nobody, until the month closes */
    ACCOUNT_POOL, /* liab:pool            rule `scaled`: settled, until the month closes */
    ACCOUNT_CREATOR_HELD,    /* liab:creator:<id>:held     earned, may still be taken back; kept */
    ACCOUNT_CREATOR_PAYABLE, /* liab:creator:<id>:payable  kept */
    ACCOUNT_CREATOR_TRANSIT, /* liab:creator:<id>:transit  in a payout on its way; kept */
    ACCOUNT_CREATOR_FROZEN, /* liab:creator:<id>:frozen   earned, until a decision (freeze.h); kept */
    ACCOUNT_MEMBER,         /* liab:member:<id>     pays the member's own subscription; kept */
    ACCOUNT_VOUCHER,        /* liab:voucher         sold, not yet redeemed; kept */
    ACCOUNT_PLATFORM,       /* rev:platform */
    ACCOUNT_FEES_LOST,      /* exp:fees_lost */
    ACCOUNT_DISPUTE,        /* exp:dispute */
    ACCOUNT_WRITEOFF,       /* exp:writeoff */
    ACCOUNT_ROUNDING,       /* exp:rounding */
    ACCOUNT_BANK_FEES,      /* exp:bank_fees        what the bank takes, interest included */
    ACCOUNT_INTEREST,       /* rev:interest         what the bank gives */
    ACCOUNT_OWNER,          /* liab:owner           put in by the owner, not taken out again */
    ACCOUNT_CLEARING_REFUND,    /* clearing:refund      refunds begun; must return to zero */
    ACCOUNT_CLEARING_UNMATCHED, /* clearing:unmatched   unexplained money; must return to zero */
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
    const char *kind;              /* up to 32: the kind of act: `invoice`, `settle` */
    const char *ref_type, *ref_id; /* up to 24 and 64: the row it is about; NULL or "": none */
    const char *reverses; /* ikey of the posting that this one takes back, leg by leg with debit and
                             credit exchanged; NULL: none. Once only. */
    int64_t effective_ms; /* when it happened, >= 0 */
    const char *currency; /* three capitals */
    const struct ledger_leg *legs;
    size_t n;
    bool may_overdraw; /* a clawback: creators' held and payable balances may fall below zero */
};

/* Write a posting, once: the same posting again is RC_OK and changes nothing. Runs inside the
 * caller's transaction (db_transact), which may hold several postings; the caller has to end it
 * with the returned rc, because after an error some rows may have been written.
 *   RC_INVALID    a field breaks the limits above, or the legs do not reverse those of `reverses`
 *   RC_DENIED     a kept balance would fall below zero
 *   RC_FAIL       also: this machine's clock is ahead of the database server's (clock_guard.h); logged
 *   RC_NOT_FOUND  no such owner, or no posting with the key `reverses`
 *   RC_CONFLICT   the key belongs to another posting, `reverses` is reversed already, or the books
 *                 are in another currency; logged */
MUST_USE enum rc ledger_post(struct db *db, struct arena *a, const struct posting *p);

/* Like ledger_post, for up to LEDGER_POSTINGS_MAX postings in a few statements; their keys differ,
 * and none reverses another of them. Balances change by the sum of all new postings, so one may
 * spend what another adds; a balance may fall below zero only if all postings that touch it may
 * overdraw. */
MUST_USE enum rc ledger_post_all(struct db *db, struct arena *a, const struct posting *postings,
                                 size_t n);

/* Give what is booked about a row another date, once for each `mark`: every posting with this ref that
 * is not taken back yet is reversed at its own date (KEY:undated:MARK) and written again with the new
 * one (KEY:dated:MARK; KEY is that of the first). Inside the caller's transaction. RC_NOT_FOUND: nothing
 * is booked about it; others as in ledger_post. */
MUST_USE enum rc ledger_redate(struct db *db, struct arena *a, const char *ref_type,
                               const char *ref_id, const char *mark, int64_t effective_ms);

/* Is there a posting with this key? */
MUST_USE enum rc ledger_has(struct db *db, struct arena *a, const char *ikey, bool *has);

enum ledger_class { LEDGER_ASSET, LEDGER_LIABILITY, LEDGER_REVENUE, LEDGER_EXPENSE };
WORDS_OF(ledger_class);

/* An account's code ("liab:creator:17:held"), its class, and whether its balance is kept. */
const char *ledger_code(struct arena *a, struct ledger_account_ref ref);
enum ledger_class ledger_class(enum account_kind kind);
bool ledger_is_kept(enum account_kind kind);

/* The canonical text of a posting, whose SHA-256 (hex) is its digest: ikey, kind, ref_type, ref_id,
 * reverses, effective_ms and currency, one per line, then a line "debit credit amount unit" per
 * leg. */
const char *ledger_text(struct arena *a, const struct posting *p);

/* The balance now; 0 for an account without postings. ledger_balance reads the kept one (asserted),
 * ledger_sum adds up the legs of any account. */
MUST_USE enum rc ledger_balance(struct db *db, struct arena *a, struct ledger_account_ref ref,
                                const char *currency, int64_t *minor);
MUST_USE enum rc ledger_sum(struct db *db, struct arena *a, struct ledger_account_ref ref,
                            const char *currency, int64_t *minor);

/* What an owner's kept accounts hold, in all currencies; up to LEDGER_KEPT_MAX. */
enum { LEDGER_KEPT_MAX = 40 };
struct ledger_kept {
    const char *code, *currency;
    int64_t minor;
};
struct ledger_kept_list {
    struct ledger_kept *items;
    size_t n;
};
MUST_USE enum rc ledger_kept(struct db *db, struct arena *a, int64_t owner_id,
                             struct ledger_kept_list *out);

/* The owners whose account of this kind (a kept one) holds at least min_minor: up to `max` (1 to
 * DB_ROWS_MAX) with an id above `after`, ascending. */
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

/* The currency of the books, fixed by the first posting; "" while there is none. */
MUST_USE enum rc ledger_currency(struct db *db, struct arena *a, const char **currency);

/* When the oldest of the movements that raised the balance (of a liability) after the posting with the key
 * `after` ("": since ever) was. RC_NOT_FOUND: there was none. */
MUST_USE enum rc ledger_raised_ms(struct db *db, struct arena *a, struct ledger_account_ref ref,
                                  const char *currency, const char *after, int64_t *ms);

/* A movement on an account. */
struct ledger_entry {
    int64_t tx_id, effective_ms, unit_id;
    int64_t amount_minor;            /* > 0 raised the balance, < 0 lowered it */
    const char *ikey, *kind, *other; /* code of the account on the other side */
};
struct ledger_entry_list {
    struct ledger_entry *items;
    size_t n;
};

/* An account's newest `max` (1 to LEDGER_HISTORY_MAX) movements, newest first. */
MUST_USE enum rc ledger_history(struct db *db, struct arena *a, struct ledger_account_ref ref,
                                const char *currency, size_t max, struct ledger_entry_list *out);
#endif
