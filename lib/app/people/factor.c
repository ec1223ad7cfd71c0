#include "app/people/factor.h"
#include "app/notify/notify.h"
#include "app/site/throttle.h"
#include "base/clock.h"
#include "base/conf.h"
#include "base/fmt.h"
#include "base/log.h"
#include "base/str.h"
#include "io/secret.h"
#include "io/token.h"
#include "io/totp.h"

enum { CODE_BYTES = 7, HALF_CODE_CHARS = RECOVERY_CODE_CHARS / 2, CODE_TYPED_MAX = 40 };

#define KEY  "factor"
#define PAGE "/account/factor"

SHAPE(factors_shape, struct factors, COLUMN(struct factors, app_ms),
      COLUMN(struct factors, passkeys), COLUMN(struct factors, codes),
      COLUMN(struct factors, codes_unused));
STMT(q_get, &factors_shape,
     "SELECT COALESCE(t.made_ms, 0) AS app_ms,"
     " (SELECT COUNT(*) FROM passkey p WHERE p.user_id = u.id) AS passkeys,"
     " (SELECT COUNT(*) FROM recovery_code r WHERE r.user_id = u.id) AS codes,"
     " (SELECT COUNT(*) FROM recovery_code r WHERE r.user_id = u.id AND r.used_ms = 0)"
     " AS codes_unused FROM user u LEFT JOIN totp t ON t.user_id = u.id WHERE u.id = ?");
STMT(q_password, &number_shape, "SELECT changed_ms AS n FROM credential WHERE user_id = ?");

struct app {
    const char *secret;
};
SHAPE(app_shape, struct app, COLUMN(struct app, secret));
STMT(q_app, &app_shape, "SELECT secret FROM totp WHERE user_id = ?");
STMT(q_add_app, NULL, "INSERT INTO totp (user_id, secret, made_ms, last_step) VALUES (?, ?, ?, ?)");
STMT(q_use_step, NULL, "UPDATE totp SET last_step = ? WHERE user_id = ? AND last_step < ?");
STMT(q_drop_app, NULL, "DELETE FROM totp WHERE user_id = ?");
STMT(q_add_code, NULL, "INSERT INTO recovery_code (user_id, code_hash, made_ms) VALUES (?, ?, ?)");
STMT(q_use_code, NULL,
     "UPDATE recovery_code SET used_ms = ? WHERE user_id = ? AND code_hash = ? AND used_ms = 0");
STMT(q_drop_codes, NULL, "DELETE FROM recovery_code WHERE user_id = ?");
STMT(q_drop_passkeys, NULL, "DELETE FROM passkey WHERE user_id = ?");
STMT(q_note, NULL,
     "UPDATE user SET has_factor = EXISTS (SELECT 1 FROM totp t WHERE t.user_id = user.id)"
     " OR EXISTS (SELECT 1 FROM passkey p WHERE p.user_id = user.id) WHERE id = ?");
STMT(q_end_logins, NULL, "UPDATE session SET revoked_ms = ? WHERE user_id = ? AND revoked_ms = 0");

enum rc factor_get(struct db *db, struct arena *a, int64_t user_id, struct factors *out)
{
    return db_one(db, a, &q_get, ARGS(I64(user_id)), out);
}

static enum rc tell(struct db *db, const struct factor_change *c, const char *what)
{
    const struct notice n = {
        .user_id = c->user_id,
        .kind = NOTICE_FACTOR_CHANGED,
        .link = PAGE,
        .values = { .what = what, .at = fmt_datetime(c->a, c->now_ms), .place = c->place },
    };

    return notify(db, c->a, &n, c->now_ms);
}

/* Recovery codes */

/* The symbols of a code in capitals, however it was typed; "" when it is none. */
static const char *read_code(struct arena *a, const char *typed)
{
    char *out = arena_alloc(a, RECOVERY_CODE_CHARS + 1);
    size_t n = 0;

    for (const char *p = typed; *p; p++) {
        if (*p == ' ' || *p == '-')
            continue;
        int value = str_base32_value(*p);
        if (value < 0 || n == RECOVERY_CODE_CHARS)
            return "";
        out[n++] = STR_BASE32[value];
    }
    out[n] = 0;
    return n == RECOVERY_CODE_CHARS ? out : "";
}

static const char *hash_of(const struct factor_change *c, const char *code)
{
    return hmac_hex(c->a, KEY, arena_printf(c->a, "recovery %" PRId64 " %s", c->user_id, code));
}

static enum rc make_codes(struct db *db, const struct factor_change *c, struct recovery_codes *out)
{
    unsigned char bytes[CODE_BYTES];

    *out = (struct recovery_codes){ arena_array(c->a, const char *, RECOVERY_CODES), 0 };
    TRY(db_run(db, &q_drop_codes, ARGS(I64(c->user_id)), NULL));
    for (; out->n < RECOVERY_CODES; out->n++) {
        random_bytes(bytes, sizeof(bytes));
        const char *code = arena_strn(c->a, str_base32(c->a, bytes, sizeof(bytes)),
                                      RECOVERY_CODE_CHARS);
        TRY(db_run(db, &q_add_code, ARGS(I64(c->user_id), STR(hash_of(c, code)), I64(c->now_ms)),
                   NULL));
        out->items[out->n] = arena_printf(c->a, "%.*s-%s", HALF_CODE_CHARS, code,
                                          code + HALF_CODE_CHARS);
    }
    return RC_OK;
}

enum rc factor_came(struct db *db, const struct factor_change *c, const char *what,
                    struct recovery_codes *out)
{
    struct factors f;

    *out = (struct recovery_codes){ NULL, 0 };
    TRY(db_run(db, &q_note, ARGS(I64(c->user_id)), NULL));
    TRY(factor_get(db, c->a, c->user_id, &f));
    if (f.codes == 0)
        TRY(make_codes(db, c, out));
    return tell(db, c, what);
}

enum rc factor_went(struct db *db, const struct factor_change *c, const char *what)
{
    struct factors f;

    TRY(db_run(db, &q_note, ARGS(I64(c->user_id)), NULL));
    TRY(factor_get(db, c->a, c->user_id, &f));
    if (!factor_any(&f))
        TRY(db_run(db, &q_drop_codes, ARGS(I64(c->user_id)), NULL));
    return tell(db, c, what);
}

/* A transaction of one change. */
struct work {
    const struct factor_change *c;
    struct recovery_codes *codes;
    const char *secret;
    int64_t step;
};

static enum rc renew_codes(struct db *db, void *arg)
{
    const struct work *w = arg;
    struct factors f;

    TRY(factor_get(db, w->c->a, w->c->user_id, &f));
    if (!factor_any(&f))
        return refuse(w->c->why, RC_CONFLICT, NULL,
                      "Recovery codes are for those who have set up an app or a passkey.");
    TRY(make_codes(db, w->c, w->codes));
    return tell(db, w->c, "New recovery codes were made, and the old ones are void.");
}

enum rc factor_renew_codes(const struct factor_change *c, struct recovery_codes *out)
{
    return db_transact(c->db, renew_codes, &(struct work){ .c = c, .codes = out });
}

/* The app */

static const char *seal(struct arena *a, int64_t user_id, const char *secret)
{
    return secret_seal(a, KEY, arena_printf(a, "%" PRId64 " %s", user_id, secret));
}

/* What was sealed for this member and nobody else. */
static enum rc unseal(struct arena *a, int64_t user_id, const char *sealed, const char **secret)
{
    const char *text, *own = arena_printf(a, "%" PRId64 " ", user_id);

    TRY(secret_open(a, KEY, sealed, &text));
    if (!str_starts(text, own))
        return RC_INVALID;
    *secret = text + strlen(own);
    return RC_OK;
}

const char *factor_offer(struct arena *a, int64_t user_id, int64_t now_ms)
{
    return seal(
        a, user_id,
        arena_printf(a, "%" PRId64 " %s", now_ms + OFFER_MINUTES * MINUTE_MS, totp_secret(a)));
}

enum rc factor_offered(struct arena *a, int64_t user_id, const char *offer, int64_t now_ms,
                       const char **secret)
{
    const char *text = NULL, *blank = NULL;
    int64_t until_ms;

    if (unseal(a, user_id, offer, &text) != RC_OK || (blank = strchr(text, ' ')) == NULL ||
        str_to_i64(text, (size_t)(blank - text), 0, INT64_MAX, &until_ms) != RC_OK)
        return RC_INVALID;
    *secret = blank + 1;
    return until_ms >= now_ms ? RC_OK : RC_GONE;
}

static enum rc add_app(struct db *db, void *arg)
{
    const struct work *w = arg;
    const struct factor_change *c = w->c;

    enum rc rc = db_run(
        db, &q_add_app,
        ARGS(I64(c->user_id), STR(seal(c->a, c->user_id, w->secret)), I64(c->now_ms), I64(w->step)),
        NULL);
    if (rc == RC_CONFLICT)
        return refuse(c->why, rc, NULL,
                      "There is an authenticator app already. Remove it first if you want another "
                      "one.");
    if (rc != RC_OK)
        return rc;
    return factor_came(db, c, "An authenticator app was set up.", w->codes);
}

static const char *digits_of(struct arena *a, const char *typed)
{
    char *out = arena_alloc(a, CODE_TYPED_MAX + 1);
    size_t n = 0;

    for (const char *p = typed; *p && n < CODE_TYPED_MAX; p++)
        if (*p != ' ')
            out[n++] = *p;
    out[n] = 0;
    return out;
}

static enum rc count_try(const struct factor_change *c)
{
    static const struct limit limits[] = { { "factor", 15 * MINUTE_MS, FACTOR_TRIES },
                                           { "factor-day", DAY_MS, FACTOR_TRIES_A_DAY } };
    const char *key = arena_printf(c->a, "account %" PRId64, c->user_id);

    for (size_t i = 0; i < COUNT(limits); i++)
        TRY(throttle_count(c->db, c->a, &limits[i], key, c->now_ms, c->why));
    return RC_OK;
}

enum rc factor_add_app(const struct factor_change *c, const char *offer, const char *code,
                       struct recovery_codes *out)
{
    struct work w = { .c = c, .codes = out };

    *out = (struct recovery_codes){ NULL, 0 };
    TRY(factor_offered(c->a, c->user_id, offer, c->now_ms, &w.secret));
    TRY(count_try(c));
    if (totp_check(w.secret, digits_of(c->a, code), c->now_ms / SECOND_MS, &w.step) != RC_OK)
        return refuse(
            c->why, RC_INVALID, "code",
            "This is not the code that the app shows now. Type the six digits before they "
            "change, and see whether your device has the right time.");
    return db_transact(c->db, add_app, &w);
}

static enum rc remove_app(struct db *db, void *arg)
{
    const struct factor_change *c = arg;
    int64_t dropped;

    TRY(db_run(db, &q_drop_app, ARGS(I64(c->user_id)), &dropped));
    if (!dropped)
        return refuse(c->why, RC_CONFLICT, NULL, "There is no authenticator app any more.");
    return factor_went(db, c, "The authenticator app was removed.");
}

enum rc factor_remove_app(const struct factor_change *c)
{
    return db_transact(c->db, remove_app, (void *)(uintptr_t)c);
}

/* Logging in */

enum rc factor_half(struct db *db, struct arena *a, int64_t user_id, int64_t now_ms,
                    const char **half)
{
    struct claims c = {
        .user_id = user_id,
        .issued_s = now_ms / SECOND_MS,
        .expires_s = now_ms / SECOND_MS + HALF_MINUTES * MINUTE_MS / SECOND_MS,
        .use = "half",
    };

    TRY(db_number(db, a, &q_password, ARGS(I64(user_id)), &c.version));
    *half = token_make(a, &c);
    return RC_OK;
}

enum rc factor_half_of(struct db *db, struct arena *a, const char *half, int64_t now_ms,
                       int64_t *user_id, struct factors *f)
{
    int64_t changed_ms;
    struct claims c;

    *user_id = 0;
    if (token_check(a, half, "half", now_ms / SECOND_MS, &c) != RC_OK)
        return RC_GONE;
    enum rc rc = db_number(db, a, &q_password, ARGS(I64(c.user_id)), &changed_ms);
    if (rc == RC_NOT_FOUND || (rc == RC_OK && changed_ms != c.version))
        return RC_GONE;
    if (rc != RC_OK)
        return rc;
    *user_id = c.user_id;
    return factor_get(db, a, c.user_id, f);
}

static enum rc used_up(const struct factor_change *c)
{
    return refuse(c->why, RC_INVALID, "code",
                  "This code has been used already. Wait until the app shows the next one.");
}

static enum rc wrong(const struct factor_change *c)
{
    return refuse(c->why, RC_INVALID, "code",
                  "This code is wrong. Type the six digits that the app shows now, or one of your "
                  "recovery codes that you have not used yet.");
}

static enum rc check_app(const struct factor_change *c, const char *code)
{
    const char *secret;
    int64_t step, used;
    struct app app;

    enum rc rc = db_one(c->db, c->a, &q_app, ARGS(I64(c->user_id)), &app);
    if (rc == RC_NOT_FOUND)
        return wrong(c);
    if (rc != RC_OK)
        return rc;
    if (unseal(c->a, c->user_id, app.secret, &secret) != RC_OK) {
        log_error("account=%" PRId64 ": the secret of its app was sealed with another key",
                  c->user_id);
        return RC_FAIL;
    }
    if (totp_check(secret, code, c->now_ms / SECOND_MS, &step) != RC_OK)
        return wrong(c);
    TRY(db_run(c->db, &q_use_step, ARGS(I64(step), I64(c->user_id), I64(step)), &used));
    return used ? RC_OK : used_up(c);
}

struct recovery {
    const struct factor_change *c;
    const char *code;
};

static enum rc use_recovery(struct db *db, void *arg)
{
    const struct recovery *r = arg;
    const struct factor_change *c = r->c;
    struct factors f;
    int64_t used;

    TRY(db_run(db, &q_use_code, ARGS(I64(c->now_ms), I64(c->user_id), STR(hash_of(c, r->code))),
               &used));
    if (!used)
        return wrong(c);
    TRY(factor_get(db, c->a, c->user_id, &f));
    return tell(db, c,
                arena_printf(c->a, "A recovery code was used to log in; %" PRId64 " %s left.",
                             f.codes_unused, f.codes_unused == 1 ? "is" : "are"));
}

enum rc factor_check(const struct factor_change *c, const char *typed)
{
    const char *code = digits_of(c->a, typed);

    TRY(count_try(c));
    if (strlen(code) == TOTP_DIGITS && str_only(code, "0123456789"))
        return check_app(c, code);
    code = read_code(c->a, typed);
    return code[0] ? db_transact(c->db, use_recovery, &(struct recovery){ c, code }) : wrong(c);
}

/* Operators */

struct reset {
    struct factor_change c;
    struct actor by;
    const char *reason;
};

static enum rc reset(struct db *db, void *arg)
{
    const struct reset *r = arg;
    const struct factor_change *c = &r->c;
    struct factors f;

    TRY(factor_get(db, c->a, c->user_id, &f));
    if (!factor_any(&f))
        return RC_CONFLICT;
    TRY(db_run(db, &q_drop_app, ARGS(I64(c->user_id)), NULL));
    TRY(db_run(db, &q_drop_passkeys, ARGS(I64(c->user_id)), NULL));
    TRY(db_run(db, &q_drop_codes, ARGS(I64(c->user_id)), NULL));
    TRY(db_run(db, &q_note, ARGS(I64(c->user_id)), NULL));
    TRY(db_run(db, &q_end_logins, ARGS(I64(c->now_ms), I64(c->user_id)), NULL));
    TRY(journal_add(db, c->a, r->by, "Removed the second step of the log-in",
                    arena_printf(c->a, "member:%" PRId64, c->user_id), r->reason, c->now_ms));
    return tell(db, c,
                "The site's operators removed your authenticator app, passkeys and recovery codes; "
                "your password alone is enough now.");
}

enum rc factor_reset(struct db *db, struct arena *a, int64_t user_id, struct actor by,
                     const char *reason, int64_t now_ms)
{
    struct reset r = { { .a = a, .user_id = user_id, .now_ms = now_ms }, by, reason };

    return db_transact(db, reset, &r);
}
