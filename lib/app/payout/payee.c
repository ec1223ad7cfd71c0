#include "app/payout/payee.h"
#include "app/notify/notify.h"
#include "app/payout/sepa.h"
#include "base/clock.h"
#include "base/conf.h"
#include "base/fmt.h"
#include "base/iban.h"
#include "base/str.h"
#include "io/secret.h"

enum { HOLDS_SHOWN_MAX = 500 };

WORDS(
    payee_state,
    "payee.state", [PAYEE_NONE] = "", [PAYEE_ACTIVE] = "active", [PAYEE_INCOMPLETE] = "incomplete");
WORDS(hold_kind,
      "payout_hold.kind", [HOLD_NONE] = "", [HOLD_FREEZE] = "freeze", [HOLD_REVIEW] = "review");

SHAPE(payee_shape, struct payee, COLUMN(struct payee, user_id), COLUMN(struct payee, pay_below),
      COLUMN(struct payee, created_ms), COLUMN(struct payee, updated_ms),
      COLUMN(struct payee, account_ms), COLUMN(struct payee, provider),
      COLUMN_WORD(struct payee, state, payee_state), COLUMN(struct payee, holder),
      COLUMN(struct payee, iban_end), COLUMN(struct payee, vat_id));
struct sealed {
    const char *iban_sealed;
};
struct account_before {
    const char *fingerprint, *iban_end;
};
SHAPE(sealed_shape, struct sealed, COLUMN(struct sealed, iban_sealed));
SHAPE(hold_shape, struct payout_hold, COLUMN(struct payout_hold, id),
      COLUMN(struct payout_hold, user_id), COLUMN(struct payout_hold, by_user),
      COLUMN(struct payout_hold, created_ms), COLUMN(struct payout_hold, appeal_ms),
      COLUMN(struct payout_hold, lifted_ms), COLUMN_WORD(struct payout_hold, kind, hold_kind),
      COLUMN(struct payout_hold, reason), COLUMN(struct payout_hold, appeal),
      COLUMN(struct payout_hold, handle));

STMT(q_get, &payee_shape,
     "SELECT user_id, pay_below, created_ms, updated_ms, account_ms, provider, state, holder,"
     " iban_end, vat_id FROM payee WHERE user_id = ?");
/* Assignments are made from left to right, so account_ms still sees the old fingerprint. */
STMT(
    q_set, NULL,
    "INSERT INTO payee (user_id, provider, state, holder, iban_sealed, iban_end, fingerprint,"
    " vat_id, account_ms, created_ms, updated_ms) VALUES (?, ?, 'active', ?, ?, ?, ?, ?, ?, ?, ?)"
    " ON DUPLICATE KEY UPDATE"
    " account_ms = IF(fingerprint = VALUES(fingerprint), account_ms, VALUES(account_ms)),"
    " provider = VALUES(provider), state = 'active', holder = VALUES(holder),"
    " iban_sealed = VALUES(iban_sealed), iban_end = VALUES(iban_end),"
    " fingerprint = VALUES(fingerprint), vat_id = VALUES(vat_id), updated_ms = VALUES(updated_ms)");
STMT(q_keep_account, NULL,
     "UPDATE payee SET provider = ?, state = 'active', holder = ?, vat_id = ?, updated_ms = ?"
     " WHERE user_id = ?");
SHAPE(change_shape, struct payee_change, COLUMN(struct payee_change, id),
      COLUMN(struct payee_change, at_ms), COLUMN(struct payee_change, network),
      COLUMN(struct payee_change, old_end), COLUMN(struct payee_change, new_end));
STMT(q_change, NULL,
     "INSERT INTO payee_change (user_id, at_ms, network, old_end, new_end) VALUES (?, ?, ?, ?, ?)");
STMT(q_changes, &change_shape,
     "SELECT id, at_ms, network, old_end, new_end FROM payee_change WHERE user_id = ? AND at_ms > ?"
     " ORDER BY at_ms DESC, id DESC");
SHAPE(account_shape, struct account_before, COLUMN(struct account_before, fingerprint),
      COLUMN(struct account_before, iban_end));
STMT(q_account, &account_shape,
     "SELECT fingerprint, iban_end FROM payee WHERE user_id = ? FOR UPDATE");
STMT(q_ask_rest, NULL, "UPDATE payee SET pay_below = 1, updated_ms = ? WHERE user_id = ?");
STMT(q_rest_paid, NULL, "UPDATE payee SET pay_below = 0 WHERE user_id = ?");
STMT(q_doubt, NULL, "UPDATE payee SET state = 'incomplete', updated_ms = ? WHERE user_id = ?");
STMT(q_sealed, &sealed_shape, "SELECT iban_sealed FROM payee WHERE user_id = ?");

#define HOLDS                                                                                      \
    "SELECT h.id, h.user_id, h.by_user, h.created_ms, h.appeal_ms, h.lifted_ms, h.kind, h.reason," \
    " h.appeal, u.handle FROM payout_hold h JOIN user u ON u.id = h.user_id "
STMT(q_hold, &hold_shape, HOLDS "WHERE h.open_user_id = ?");
STMT(q_holds, &hold_shape,
     HOLDS "WHERE h.open_user_id IS NOT NULL ORDER BY h.appeal_ms = 0, h.id DESC");
STMT(q_reviews, &number_shape,
     "SELECT COUNT(*) AS n FROM payout_hold WHERE user_id = ? AND kind = 'review'"
     " AND created_ms >= ?");
STMT(q_hold_set, NULL,
     "INSERT INTO payout_hold (user_id, kind, reason, by_user, created_ms) VALUES (?, ?, ?, ?, ?)");
STMT(q_hold_lift, NULL,
     "UPDATE payout_hold SET lifted_ms = ?, lifted_by = ? WHERE open_user_id = ?");
STMT(q_appeal, NULL,
     "UPDATE payout_hold SET appeal = ?, appeal_ms = ? WHERE open_user_id = ? AND appeal_ms = 0");

enum rc payee_get(struct db *db, struct arena *a, int64_t user_id, struct payee *out)
{
    return db_one(db, a, &q_get, ARGS(I64(user_id)), out);
}

enum rc payee_sealed(struct db *db, struct arena *a, int64_t user_id, const char **sealed)
{
    struct sealed row;

    TRY(db_one(db, a, &q_sealed, ARGS(I64(user_id)), &row));
    *sealed = row.iban_sealed;
    return RC_OK;
}

int64_t payee_ready_ms(int64_t account_ms) { return account_ms + PAYEE_WAIT_DAYS * DAY_MS; }

/* Of a name, of which a bank would read `as`. */
static const char *unreadable(struct arena *a, const char *as)
{
    static const char advice[] = "Please write the name in Latin letters, as your bank does.";

    return *as ? arena_printf(a, "A bank would read “%s” here. %s", as, advice)
               : arena_printf(a, "A bank would not see any letter of this name. %s", advice);
}

static enum rc check_holder(struct arena *a, const char *typed, const char **holder,
                            struct problem *why)
{
    const char *as;

    *holder = str_clean(a, typed, false);
    if (!**holder)
        return refuse(why, RC_INVALID, "holder", "Please give the name on the account.");
    if (strlen(*holder) > HOLDER_MAX_BYTES)
        return refuse(why, RC_INVALID, "holder",
                      "A name on a bank account has at most 70 letters.");
    return sepa_writes(a, *holder, &as) ? RC_OK
                                        : refuse(why, RC_INVALID, "holder", unreadable(a, as));
}

static enum rc check_vat_id(struct arena *a, const char *typed, const char **vat_id,
                            struct problem *why)
{
    char *id = arena_alloc(a, strlen(typed) + 1), *end = id;

    for (; *typed; typed++)
        if (!strchr(" .-", *typed))
            *end++ = *typed >= 'a' && *typed <= 'z' ? (char)(*typed - 'a' + 'A') : *typed;
    *vat_id = id;
    if (*id && (!str_only(id, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") ||
                strlen(id) > VAT_ID_MAX_BYTES || strlen(id) < 4))
        return refuse(why, RC_INVALID, "vat_id",
                      "A VAT number is 4 to 20 letters and digits, such as ATU12345678.");
    return RC_OK;
}

static const char *seal(struct arena *a, int64_t user_id, const char *iban)
{
    return secret_seal(a, "payee", arena_printf(a, "%" PRId64 " %s", user_id, iban));
}

enum rc payee_unseal(struct arena *a, int64_t user_id, const char *sealed, const char **iban)
{
    const char *owner = arena_printf(a, "%" PRId64 " ", user_id), *text;

    TRY(secret_open(a, "payee", sealed, &text));
    *iban = text + strlen(owner);
    return str_starts(text, owner) ? RC_OK : RC_INVALID;
}

static bool pays_by_sepa(void)
{
    return str_eq(conf()->pay_provider, "manual") && str_eq(conf()->currency, "EUR");
}

/* "": the account's country can be paid to. */
static const char *unreachable(struct arena *a, const char *iban)
{
    if (!pays_by_sepa() || sepa_reaches(iban))
        return "";
    return arena_printf(
        a,
        "This site pays by SEPA transfers, which do not reach accounts in %.2s. Please"
        " give an account in one of the SEPA countries, or ask the operators of this"
        " site whether they can pay you in another way.",
        iban);
}

enum rc payee_obstacle(struct arena *a, int64_t user_id, const char *holder,
                       const char *iban_sealed, const char **obstacle)
{
    const char *iban, *as;

    *obstacle = "";
    if (!pays_by_sepa())
        return RC_OK;
    TRY(payee_unseal(a, user_id, iban_sealed, &iban));
    *obstacle = unreachable(a, iban);
    if (!**obstacle && !sepa_writes(a, holder, &as))
        *obstacle = unreadable(a, as);
    return RC_OK;
}

static enum rc keep_account(struct db *db, struct arena *a, int64_t user_id, const char *holder,
                            const char *vat_id, int64_t now_ms, struct problem *why)
{
    const char *obstacle, *sealed;
    int64_t changed;
    enum rc rc = payee_sealed(db, a, user_id, &sealed);

    if (rc == RC_NOT_FOUND)
        return refuse(why, RC_INVALID, "iban", "Please give the account's IBAN.");
    TRY(rc);
    TRY(payee_obstacle(a, user_id, holder, sealed, &obstacle));
    if (*obstacle)
        return refuse(why, RC_INVALID, "iban", obstacle);
    TRY(db_run(db, &q_keep_account,
               ARGS(STR(conf()->pay_provider), STR(holder), STR(vat_id), I64(now_ms), I64(user_id)),
               &changed));
    return changed ? RC_OK : refuse(why, RC_INVALID, "iban", "Please give the account's IBAN.");
}

/* An account that was given, checked. */
struct giving {
    struct arena *a;
    const struct payee_form *typed;
    int64_t user_id, now_ms;
    const char *holder, *iban, *vat_id;
};

static enum rc note_change(struct db *db, const struct giving *g, const char *old_end,
                           const char *new_end)
{
    const struct notice n = {
        .user_id = g->user_id,
        .kind = NOTICE_PAYEE_CHANGED,
        .link = "/studio/payee",
        .values = { .account = new_end,
                    .at = fmt_datetime(g->a, g->now_ms),
                    .place = arena_printf(g->a, "the network %s", g->typed->network) },
    };

    TRY(db_run(
        db, &q_change,
        ARGS(I64(g->user_id), I64(g->now_ms), STR(g->typed->network), STR(old_end), STR(new_end)),
        NULL));
    return notify(db, g->a, &n, g->now_ms);
}

static enum rc give(struct db *db, void *arg)
{
    const struct giving *g = arg;
    const char *end = g->iban + strlen(g->iban) - 4,
               *fingerprint = hmac_hex(g->a, "payee", g->iban);
    struct account_before before = { "", "" };
    enum rc rc = db_one(db, g->a, &q_account, ARGS(I64(g->user_id)), &before);

    if (rc != RC_OK && rc != RC_NOT_FOUND)
        return rc;
    if (!str_eq(before.fingerprint, fingerprint))
        TRY(note_change(db, g, before.iban_end, end));
    return db_run(db, &q_set,
                  ARGS(I64(g->user_id), STR(conf()->pay_provider), STR(g->holder),
                       STR(seal(g->a, g->user_id, g->iban)), STR(end), STR(fingerprint),
                       STR(g->vat_id), I64(g->now_ms), I64(g->now_ms), I64(g->now_ms)),
                  NULL);
}

enum rc payee_set(struct db *db, struct arena *a, int64_t user_id, const struct payee_form *typed,
                  int64_t now_ms, struct problem *why)
{
    const char *holder, *iban, *vat_id;

    TRY(check_holder(a, typed->holder, &holder, why));
    TRY(check_vat_id(a, typed->vat_id, &vat_id, why));
    if (typed->iban[strspn(typed->iban, " ")] == 0)
        return keep_account(db, a, user_id, holder, vat_id, now_ms, why);
    if (!iban_ok(a, typed->iban, &iban))
        return refuse(why, RC_INVALID, "iban",
                      "This is not an IBAN: please compare each character with what your bank has "
                      "given you.");
    if (*unreachable(a, iban))
        return refuse(why, RC_INVALID, "iban", unreachable(a, iban));
    struct giving g = {
        .a = a,
        .typed = typed,
        .user_id = user_id,
        .now_ms = now_ms,
        .holder = holder,
        .iban = iban,
        .vat_id = vat_id,
    };
    return db_transact(db, give, &g);
}

enum rc payee_changes(struct db *db, struct arena *a, int64_t user_id, int64_t now_ms,
                      struct payee_change_list *out)
{
    return DB_LIST(db, a, &q_changes, ARGS(I64(user_id), I64(now_ms - PAYEE_TOLD_DAYS * DAY_MS)),
                   PAYEE_CHANGES_SHOWN, out);
}

enum rc payee_stop(struct db *db, struct arena *a, int64_t user_id, int64_t now_ms,
                   struct problem *why)
{
    static const char reason[] = "You said that somebody else changed your payout account. Please"
                                 " give the right account and a new password; an operator of this"
                                 " site then lets payouts go on.";
    struct payee_change_list list;

    TRY(payee_changes(db, a, user_id, now_ms, &list));
    if (list.n == 0)
        return refuse(why, RC_CONFLICT, NULL, "Your payout account was not changed lately.");
    enum rc rc = hold_set(db, user_id, HOLD_FREEZE, reason, user_id, now_ms);
    return rc == RC_CONFLICT ? RC_OK : rc;
}

enum rc payee_ask_rest(struct db *db, int64_t user_id, int64_t now_ms)
{
    int64_t changed;

    TRY(db_run(db, &q_ask_rest, ARGS(I64(now_ms), I64(user_id)), &changed));
    return changed ? RC_OK : RC_NOT_FOUND;
}

enum rc payee_rest_paid(struct db *db, int64_t user_id)
{
    return db_run(db, &q_rest_paid, ARGS(I64(user_id)), NULL);
}

enum rc payee_doubt(struct db *db, int64_t user_id, int64_t now_ms)
{
    return db_run(db, &q_doubt, ARGS(I64(now_ms), I64(user_id)), NULL);
}

enum rc payee_iban(struct db *db, struct arena *a, int64_t user_id, const char **iban)
{
    const char *sealed;

    TRY(payee_sealed(db, a, user_id, &sealed));
    return payee_unseal(a, user_id, sealed, iban);
}

enum rc hold_get(struct db *db, struct arena *a, int64_t user_id, struct payout_hold *out)
{
    return db_one(db, a, &q_hold, ARGS(I64(user_id)), out);
}

enum rc hold_list(struct db *db, struct arena *a, struct payout_hold_list *out)
{
    return DB_LIST(db, a, &q_holds, NO_ARGS, HOLDS_SHOWN_MAX, out);
}

enum rc hold_set(struct db *db, int64_t user_id, enum hold_kind kind, const char *reason,
                 int64_t by_user, int64_t now_ms)
{
    if (!*reason || strlen(reason) > HOLD_REASON_MAX_BYTES)
        return RC_INVALID;
    return db_run(
        db, &q_hold_set,
        ARGS(I64(user_id), STR(hold_kind_word(kind)), STR(reason), I64(by_user), I64(now_ms)),
        NULL);
}

enum rc hold_was_reviewed(struct db *db, struct arena *a, int64_t user_id, int64_t since_ms,
                          bool *was)
{
    int64_t reviews = 0;

    TRY(db_number(db, a, &q_reviews, ARGS(I64(user_id), I64(since_ms)), &reviews));
    *was = reviews > 0;
    return RC_OK;
}

enum rc hold_lift(struct db *db, int64_t user_id, int64_t by_user, int64_t now_ms)
{
    int64_t changed;

    TRY(db_run(db, &q_hold_lift, ARGS(I64(now_ms), I64(by_user), I64(user_id)), &changed));
    return changed ? RC_OK : RC_NOT_FOUND;
}

enum rc hold_appeal(struct db *db, struct arena *a, int64_t user_id, const char *text,
                    int64_t now_ms, struct problem *why)
{
    const char *said = str_clean(a, text, true);
    int64_t changed;

    if (!*said)
        return refuse(why, RC_INVALID, "appeal", "Please write your answer.");
    if (strlen(said) > APPEAL_MAX_BYTES)
        return refuse(why, RC_INVALID, "appeal", "Your answer may have at most 2000 characters.");
    TRY(db_run(db, &q_appeal, ARGS(STR(said), I64(now_ms), I64(user_id)), &changed));
    return changed ? RC_OK
                   : refuse(why, RC_CONFLICT, NULL,
                            "You have already appealed, or this case is "
                            "closed.");
}
