#include "app/income/voucher.h"
#include "app/income/pay.h"
#include "app/income/payment.h"
#include "app/site/throttle.h"
#include "base/clock.h"
#include "base/conf.h"
#include "base/str.h"
#include "io/secret.h"

enum { CODE_BYTES = 16, CODE_SYMBOLS = 26, GROUP_SYMBOLS = 5, GROUPS = 5 };

static const char provider[] = "voucher"; /* of the payments made here */

SHAPE(voucher_shape, struct voucher, COLUMN(struct voucher, id), COLUMN(struct voucher, months),
      COLUMN(struct voucher, value_minor), COLUMN(struct voucher, created_ms),
      COLUMN(struct voucher, expires_ms), COLUMN(struct voucher, redeemed_ms),
      COLUMN(struct voucher, currency), COLUMN(struct voucher, note),
      COLUMN(struct voucher, redeemed_by));
#define VOUCHERS                                                                                   \
    "SELECT v.id, v.months, v.value_minor, v.created_ms, v.expires_ms, v.redeemed_ms, v.currency," \
    " v.note, u.handle AS redeemed_by FROM voucher v LEFT JOIN user u ON u.id = v.redeemed_by"

STMT(q_by_code, &voucher_shape, VOUCHERS " WHERE v.code_hash = ?");
STMT(q_all, &voucher_shape, VOUCHERS " ORDER BY v.id DESC");
STMT(q_add, NULL,
     "INSERT INTO voucher (code_hash, months, value_minor, currency, note, created_ms, expires_ms)"
     " VALUES (?, ?, ?, ?, ?, ?, ?)");
STMT(q_redeem, NULL,
     "UPDATE voucher SET redeemed_ms = ?, redeemed_by = ?"
     " WHERE code_hash = ? AND currency = ? AND redeemed_ms IS NULL AND expires_ms > ?");

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

struct creation {
    struct arena *a;
    const struct voucher *voucher;
    struct ledger_account_ref source;
    const char *hash;
};

static enum rc create(struct db *db, void *arg)
{
    const struct creation *x = arg;
    const struct voucher *v = x->voucher;
    const struct ledger_leg leg = { x->source, { ACCOUNT_VOUCHER, 0 }, v->value_minor, 0 };
    int64_t id;

    TRY(db_insert(db, &q_add,
                  ARGS(STR(x->hash), I64(v->months), I64(v->value_minor), STR(v->currency),
                       STR(v->note), I64(v->created_ms), I64(v->expires_ms)),
                  &id));
    if (v->value_minor == 0)
        return RC_OK;
    const struct posting sold = {
        .ikey = arena_printf(x->a, "voucher:%" PRId64 ":sold", id),
        .kind = "voucher",
        .ref_type = "voucher",
        .ref_id = arena_printf(x->a, "%" PRId64, id),
        .effective_ms = v->created_ms,
        .currency = v->currency,
        .legs = &leg,
        .n = 1,
    };
    return ledger_post(db, x->a, &sold);
}

enum rc voucher_create(struct db *db, struct arena *a, const struct voucher *v,
                       struct ledger_account_ref source, const char **code)
{
    unsigned char bytes[CODE_BYTES];

    if (v->value_minor)
        TRY(pay_currency_ok(db, a, v->currency));
    random_bytes(bytes, sizeof(bytes));
    *code = grouped(a, str_base32(a, bytes, sizeof(bytes)));
    return db_transact(db, create, &(struct creation){ a, v, source, hash_of(a, *code) });
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
    struct payment p = {
        .user_id = x->user_id,
        .amount_minor = v.value_minor,
        .tax_minor = payment_tax_minor(v.value_minor),
        .months = v.months,
        .paid_ms = x->now_ms,
        .provider = provider,
        .provider_ref = arena_printf(x->a, "voucher_%" PRId64, v.id),
        .currency = v.currency,
    };
    return payment_book(db, x->a, &p, (struct ledger_account_ref){ ACCOUNT_VOUCHER, 0 });
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

enum rc voucher_list(struct db *db, struct arena *a, struct voucher_list *out)
{
    return DB_LIST(db, a, &q_all, NO_ARGS, VOUCHERS_SHOWN_MAX, out);
}
