#include "app/income/voucher.h"
#include "app/income/pay.h"
#include "app/income/payment.h"
#include "app/income/receipt.h"
#include "app/site/throttle.h"
#include "base/clock.h"
#include "base/conf.h"
#include "base/fmt.h"
#include "base/str.h"
#include "io/secret.h"

enum { CODE_BYTES = 16, CODE_SYMBOLS = 26, GROUP_SYMBOLS = 5, GROUPS = 5 };

static const char provider[] = "voucher"; /* of the payments made here */

WORDS(voucher_end, "voucher.ended", [VOUCHER_NOT_ENDED] = "", [VOUCHER_CANCELLED] = "cancelled",
      [VOUCHER_EXPIRED] = "expired");

static const struct ledger_account_ref vouchers = { ACCOUNT_VOUCHER, 0 }, vat = { ACCOUNT_VAT, 0 },
                                       platform = { ACCOUNT_PLATFORM, 0 };

SHAPE(voucher_shape, struct voucher, COLUMN(struct voucher, id), COLUMN(struct voucher, months),
      COLUMN(struct voucher, value_minor), COLUMN(struct voucher, tax_minor),
      COLUMN(struct voucher, created_ms), COLUMN(struct voucher, expires_ms),
      COLUMN(struct voucher, redeemed_ms), COLUMN(struct voucher, ended_ms),
      COLUMN(struct voucher, taxed), COLUMN_WORD(struct voucher, ended, voucher_end),
      COLUMN(struct voucher, currency), COLUMN(struct voucher, note),
      COLUMN(struct voucher, source), COLUMN(struct voucher, redeemed_by));
#define VOUCHERS                                                                                    \
    "SELECT v.id, v.months, v.value_minor, v.tax_minor, v.created_ms, v.expires_ms, v.redeemed_ms," \
    " v.ended_ms, v.taxed, v.ended, v.currency, v.note, v.source, u.handle AS redeemed_by"          \
    " FROM voucher v LEFT JOIN user u ON u.id = v.redeemed_by"

STMT(q_by_code, &voucher_shape, VOUCHERS " WHERE v.code_hash = ?");
STMT(q_get, &voucher_shape, VOUCHERS " WHERE v.id = ?");
STMT(q_all, &voucher_shape, VOUCHERS " WHERE v.id < ? ORDER BY v.id DESC LIMIT ?");
STMT(q_expired, &voucher_shape,
     VOUCHERS " WHERE v.expires_ms <= ? AND v.ended_ms = 0 AND v.redeemed_ms IS NULL"
              " AND v.value_minor > 0 ORDER BY v.expires_ms LIMIT ?");
STMT(
    q_add, NULL,
    "INSERT INTO voucher (code_hash, months, value_minor, tax_minor, taxed, source, currency, note,"
    " created_ms, expires_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
STMT(q_redeem, NULL,
     "UPDATE voucher SET redeemed_ms = ?, redeemed_by = ?"
     " WHERE code_hash = ? AND currency = ? AND redeemed_ms IS NULL AND ended_ms = 0"
     " AND expires_ms > ?");
STMT(q_renew, NULL,
     "UPDATE voucher SET code_hash = ?, expires_ms = ?"
     " WHERE id = ? AND redeemed_ms IS NULL AND ended_ms = 0");
STMT(q_end, NULL,
     "UPDATE voucher SET ended = ?, ended_ms = ?"
     " WHERE id = ? AND redeemed_ms IS NULL AND ended_ms = 0");

/* The symbols in groups of five, the last one of six. */
static const char *grouped(struct arena *a, const char *symbols)
{
    char *out = arena_alloc(a, CODE_SYMBOLS + GROUPS), *o = out;

    for (int i = 0; i < CODE_SYMBOLS; i++) {
        if (i && i % GROUP_SYMBOLS == 0 && i / GROUP_SYMBOLS < GROUPS)
            *o++ = '-';
        *o++ = symbols[i];
    }
    return out;
}

/* The hash of a code as it was typed; NULL if it cannot be a code. */
static const char *hash_of(struct arena *a, const char *typed)
{
    char symbols[CODE_SYMBOLS];
    size_t n = 0;

    for (; *typed; typed++) {
        int value = str_base32_value(*typed);
        if (*typed == '-' || *typed == ' ')
            continue;
        if (value < 0 || n == CODE_SYMBOLS)
            return NULL;
        symbols[n++] = STR_BASE32[value];
    }
    return n == CODE_SYMBOLS ? sha256_hex(a, symbols, n) : NULL;
}

static const char *new_code(struct arena *a)
{
    unsigned char bytes[CODE_BYTES];

    random_bytes(bytes, sizeof(bytes));
    return grouped(a, str_base32(a, bytes, sizeof(bytes)));
}

static const char *key_of(struct arena *a, const struct voucher *v, const char *what)
{
    return arena_printf(a, "voucher:%" PRId64 ":%s", v->id, what);
}

/* Legs of 0 are left out; without any, nothing is posted. */
static enum rc post(struct db *db, struct arena *a, const struct voucher *v, const char *what,
                    int64_t at_ms, const struct ledger_leg *legs, size_t n)
{
    struct ledger_leg *some = arena_array(a, struct ledger_leg, n);
    struct posting p = {
        .ikey = key_of(a, v, what),
        .kind = "voucher",
        .ref_type = "voucher",
        .ref_id = arena_printf(a, "%" PRId64, v->id),
        .effective_ms = at_ms,
        .currency = v->currency,
        .legs = some,
    };

    for (size_t i = 0; i < n; i++)
        if (legs[i].amount_minor)
            some[p.n++] = legs[i];
    return p.n ? ledger_post(db, a, &p) : RC_OK;
}

/* Its sale (reversal 0), or the return of the money (1). */
static enum rc document(struct db *db, struct arena *a, const struct voucher *v, int64_t reversal,
                        int64_t now_ms)
{
    const struct receipt r = {
        .voucher_id = v->id,
        .reversal_id = reversal,
        .amount_minor = reversal ? -v->value_minor : v->value_minor,
        .tax_minor = reversal ? -v->tax_minor : v->tax_minor,
        .issued_ms = now_ms,
        .currency = v->currency,
    };
    return receipt_issue(db, a, &r, 0);
}

/* Where the price went. */
static struct ledger_account_ref source_of(struct arena *a, const struct voucher *v)
{
    static const enum account_kind kinds[] = { ACCOUNT_PSP, ACCOUNT_BANK };

    for (size_t i = 0; i < COUNT(kinds); i++)
        if (str_eq(v->source, ledger_code(a, (struct ledger_account_ref){ kinds[i], 0 })))
            return (struct ledger_account_ref){ kinds[i], 0 };
    return (struct ledger_account_ref){ pay_configured()->account, 0 };
}

enum rc voucher_create_within(struct db *db, struct arena *a, const struct voucher *made,
                              struct ledger_account_ref source, const char **code, int64_t *id)
{
    struct voucher v = *made;

    v.taxed = v.value_minor > 0;
    v.tax_minor = payment_tax_minor(v.value_minor);
    v.source = ledger_code(a, source);
    *code = new_code(a);
    TRY(db_insert(db, &q_add,
                  ARGS(STR(hash_of(a, *code)), I64(v.months), I64(v.value_minor), I64(v.tax_minor),
                       I64(v.taxed), STR(v.source), STR(v.currency), STR(v.note), I64(v.created_ms),
                       I64(v.expires_ms)),
                  &v.id));
    if (id)
        *id = v.id;
    if (v.value_minor == 0)
        return RC_OK;
    const struct ledger_leg legs[] = { { source, vouchers, v.value_minor - v.tax_minor, 0 },
                                       { source, vat, v.tax_minor, 0 } };
    TRY(post(db, a, &v, "sold", v.created_ms, legs, COUNT(legs)));
    return document(db, a, &v, 0, v.created_ms);
}

struct creation {
    struct arena *a;
    const struct voucher *voucher;
    struct ledger_account_ref source;
    const char *code;
};

static enum rc create(struct db *db, void *arg)
{
    struct creation *x = arg;

    return voucher_create_within(db, x->a, x->voucher, x->source, &x->code, NULL);
}

enum rc voucher_create(struct db *db, struct arena *a, const struct voucher *v,
                       struct ledger_account_ref source, const char **code)
{
    struct creation x = { a, v, source, NULL };

    if (v->value_minor)
        TRY(pay_currency_ok(db, a, v->currency));
    enum rc rc = db_transact(db, create, &x);
    *code = x.code;
    return rc;
}

enum rc voucher_get(struct db *db, struct arena *a, int64_t id, struct voucher *out)
{
    return db_one(db, a, &q_get, ARGS(I64(id)), out);
}

enum rc voucher_renew(struct db *db, struct arena *a, const struct voucher *v, int64_t expires_ms,
                      const char **code)
{
    int64_t changed;

    *code = new_code(a);
    TRY(db_run(db, &q_renew, ARGS(STR(hash_of(a, *code)), I64(expires_ms), I64(v->id)), &changed));
    return changed ? RC_OK : RC_CONFLICT;
}

static enum rc end(struct db *db, const struct voucher *v, enum voucher_end how, int64_t now_ms)
{
    int64_t changed;

    TRY(db_run(db, &q_end, ARGS(STR(voucher_end_word(how)), I64(now_ms), I64(v->id)), &changed));
    return changed ? RC_OK : RC_CONFLICT;
}

enum rc voucher_cancel(struct db *db, struct arena *a, const struct voucher *v, bool back,
                       int64_t now_ms, const char **posting)
{
    struct ledger_account_ref source = source_of(a, v);
    const struct ledger_leg legs[] = {
        { vouchers, back ? source : platform, v->value_minor - v->tax_minor, 0 },
        { vat, source, back ? v->tax_minor : 0, 0 },
    };

    *posting = v->value_minor ? key_of(a, v, "cancelled") : "";
    TRY(end(db, v, VOUCHER_CANCELLED, now_ms));
    TRY(post(db, a, v, "cancelled", now_ms, legs, COUNT(legs)));
    return back && v->taxed ? document(db, a, v, 1, now_ms) : RC_OK;
}

struct expiry {
    struct arena *a;
    const struct voucher *voucher;
    int64_t now_ms;
};

static enum rc expire(struct db *db, void *arg)
{
    const struct expiry *x = arg;
    const struct voucher *v = x->voucher;
    const struct ledger_leg leg = { vouchers, platform, v->value_minor - v->tax_minor, 0 };

    TRY(end(db, v, VOUCHER_EXPIRED, x->now_ms));
    return post(db, x->a, v, "expired", x->now_ms, &leg, 1);
}

enum rc voucher_expire(struct db *db, struct arena *a, int64_t now_ms, int64_t *n)
{
    struct voucher_list list;

    *n = 0;
    if (conf()->voucher_expired == VOUCHER_VALUE_KEPT)
        return RC_OK;
    TRY(DB_LIST(db, a, &q_expired, ARGS(I64(now_ms), I64(VOUCHERS_AT_ONCE_MAX)),
                VOUCHERS_AT_ONCE_MAX, &list));
    for (size_t i = 0; i < list.n; i++) {
        enum rc rc = db_transact(db, expire, &(struct expiry){ a, &list.items[i], now_ms });
        if (rc != RC_OK && rc != RC_CONFLICT) /* somebody else has just ended it */
            return rc;
        *n += rc == RC_OK;
    }
    return RC_OK;
}

struct redemption {
    struct arena *a;
    int64_t user_id, now_ms;
    const char *hash;
};

static enum rc redeem(struct db *db, void *arg)
{
    const struct redemption *x = arg;
    const char *currency = pay_configured()->currency();
    struct voucher v;
    int64_t changed;

    TRY(db_run(db, &q_redeem,
               ARGS(I64(x->now_ms), I64(x->user_id), STR(x->hash), STR(currency), I64(x->now_ms)),
               &changed));
    if (changed == 0)
        return RC_NOT_FOUND;
    TRY(db_one(db, x->a, &q_by_code, ARGS(STR(x->hash)), &v));
    const struct ledger_leg untaxed = { vat, vouchers, v.tax_minor, 0 };
    TRY(post(db, x->a, &v, "redeemed", x->now_ms, &untaxed, 1));
    struct payment p = {
        .user_id = x->user_id,
        .amount_minor = v.value_minor,
        .tax_minor = v.taxed ? v.tax_minor : payment_tax_minor(v.value_minor),
        .documented = v.taxed,
        .months = v.months,
        .paid_ms = x->now_ms,
        .provider = provider,
        .provider_ref = arena_printf(x->a, "voucher_%" PRId64, v.id),
        .currency = v.currency,
    };
    return payment_book(db, x->a, &p, vouchers);
}

enum rc voucher_redeem(struct db *db, struct arena *a, int64_t user_id, const char *network,
                       const char *code, int64_t now_ms, struct problem *why)
{
    const struct limit limit = { "voucher", HOUR_MS, conf()->voucher_tries_per_hour };
    const char *keys[] = { arena_printf(a, "user %" PRId64, user_id),
                           arena_printf(a, "network %s", network) };
    struct redemption x = { a, user_id, now_ms, hash_of(a, code) };

    for (size_t i = 0; i < COUNT(keys); i++)
        TRY(throttle_check(db, a, &limit, keys[i], now_ms, why));
    enum rc rc = x.hash ? db_transact(db, redeem, &x) : RC_NOT_FOUND;
    if (rc != RC_NOT_FOUND)
        return rc;
    for (size_t i = 0; i < COUNT(keys); i++)
        TRY(throttle_count(db, a, &limit, keys[i], now_ms, why));
    return refuse(why, RC_INVALID, "voucher",
                  "This code is not valid, or is no longer valid. Each code can be used once; "
                  "please check it for typing errors.");
}

enum rc voucher_list(struct db *db, struct arena *a, int64_t before, struct voucher_list *out)
{
    return DB_LIST(db, a, &q_all, ARGS(I64(before ? before : INT64_MAX), I64(VOUCHERS_SHOWN_MAX)),
                   VOUCHERS_SHOWN_MAX, out);
}

const char *voucher_state(struct arena *a, const struct voucher *v, int64_t now_ms)
{
    if (v->redeemed_ms)
        return arena_printf(a, "redeemed by %s on %s", v->redeemed_by, fmt_date(a, v->redeemed_ms));
    if (v->ended == VOUCHER_CANCELLED)
        return arena_printf(a, "cancelled on %s", fmt_date(a, v->ended_ms));
    return v->expires_ms <= now_ms ? "expired"
                                   : arena_printf(a, "good to %s", fmt_date(a, v->expires_ms));
}
