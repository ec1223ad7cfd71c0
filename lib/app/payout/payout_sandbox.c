/* The driver payout_sandbox, whose bank is a table. */
#include "app/money/ledger.h"
#include "app/payout/payout_driver.h"
#include "base/conf.h"
#include "base/str.h"

struct transfer {
    const char *idem_key, *currency;
    int64_t payout_id, amount_minor;
};
SHAPE(transfer_shape, struct transfer, COLUMN(struct transfer, idem_key),
      COLUMN(struct transfer, currency), COLUMN(struct transfer, payout_id),
      COLUMN(struct transfer, amount_minor));
#define TRANSFERS "SELECT idem_key, currency, payout_id, amount_minor FROM test_payout "
STMT(q_add, NULL,
     "INSERT INTO test_payout (idem_key, payout_id, amount_minor, currency) VALUES (?, ?, ?, ?)");
STMT(q_by_key, &transfer_shape, TRANSFERS "WHERE idem_key = ?");
STMT(q_by_payout, &transfer_shape, TRANSFERS "WHERE payout_id = ? ORDER BY idem_key LIMIT 1");

static struct payout_fact sent(struct arena *a, int64_t payout_id, const char *key)
{
    return (struct payout_fact){ .ref = arena_printf(a, "test_%s", key),
                                 .payout_id = payout_id,
                                 .answer = PAYOUT_SENT };
}

static bool is_told(const char *answer)
{
    return conf()->environment == ENV_TEST && str_eq(getenv("TEST_BANK"), answer);
}

/* The table acts like a distant bank: if the database does not answer, the outcome is unknown. */
static enum rc unknown(enum rc rc) { return rc == RC_BUSY ? RC_FAIL : rc; }

static enum rc send(struct db *db, struct arena *a, const struct payout_order *o,
                    struct payout_fact *out)
{
    struct transfer t;

    if (is_told("no"))
        return RC_DENIED;
    if (is_told("busy"))
        return RC_BUSY;
    enum rc rc = db_run(
        db, &q_add, ARGS(STR(o->key), I64(o->payout_id), I64(o->amount_minor), STR(o->currency)),
        NULL);
    if (rc == RC_CONFLICT) { /* executed before, if it is the same order */
        rc = db_one(db, a, &q_by_key, ARGS(STR(o->key)), &t);
        if (rc == RC_OK && (t.payout_id != o->payout_id || t.amount_minor != o->amount_minor))
            return RC_DENIED;
    }
    *out = sent(a, o->payout_id, o->key);
    return unknown(rc);
}

static enum rc find(struct db *db, struct arena *a, int64_t payout_id, struct payout_fact *out)
{
    struct transfer t;
    enum rc rc = db_one(db, a, &q_by_payout, ARGS(I64(payout_id)), &t);

    if (rc == RC_OK)
        *out = sent(a, payout_id, t.idem_key);
    return unknown(rc);
}

static enum rc balance(struct db *db, struct arena *a, int64_t *minor)
{
    return ledger_sum(db, a, (struct ledger_account_ref){ ACCOUNT_PSP, 0 }, "XTS", minor);
}

const struct payout_driver payout_sandbox = {
    .name = "test",
    .send = send,
    .find = find,
    .balance = balance,
};
