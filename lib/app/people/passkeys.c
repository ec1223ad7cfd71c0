#include "app/people/passkeys.h"
#include "app/notify/notify.h"
#include "app/site/throttle.h"
#include "base/clock.h"
#include "base/fmt.h"
#include "base/log.h"
#include "base/str.h"
#include "io/secret.h"

enum {
    NONCE_BYTES = 16,
    HANDLE_CHARS = 32 /* of base64url: 24 whole bytes */,
    TRIES_PER_HOUR = 100
};

SHAPE(passkey_shape, struct passkey, COLUMN(struct passkey, id), COLUMN(struct passkey, made_ms),
      COLUMN(struct passkey, used_ms), COLUMN(struct passkey, name),
      COLUMN(struct passkey, credential));
STMT(q_list, &passkey_shape,
     "SELECT id, made_ms, used_ms, name, credential FROM passkey WHERE user_id = ? ORDER BY id");
STMT(q_one, &passkey_shape,
     "SELECT id, made_ms, used_ms, name, credential FROM passkey WHERE id = ? AND user_id = ?");
STMT(q_add, NULL,
     "INSERT INTO passkey (user_id, credential, algorithm, public_key, sign_count, name, made_ms)"
     " VALUES (?, ?, ?, ?, ?, ?, ?)");
STMT(q_rename, NULL, "UPDATE passkey SET name = ? WHERE id = ? AND user_id = ?");
STMT(q_remove, NULL, "DELETE FROM passkey WHERE id = ? AND user_id = ?");
STMT(q_used, NULL,
     "UPDATE passkey SET sign_count = ?, used_ms = GREATEST(used_ms + 1, ?) WHERE id = ?"
     " AND (sign_count < ? OR (sign_count = 0 AND ? = 0))");
STMT(q_use_challenge, NULL, "INSERT INTO challenge_used (nonce, until_ms) VALUES (?, ?)");
STMT(q_sweep, NULL, "DELETE FROM challenge_used WHERE until_ms < ?");

struct stored {
    int64_t id, user_id, algorithm, sign_count;
    const char *public_key;
    bool closed;
};
SHAPE(stored_shape, struct stored, COLUMN(struct stored, id), COLUMN(struct stored, user_id),
      COLUMN(struct stored, algorithm), COLUMN(struct stored, sign_count),
      COLUMN(struct stored, public_key), COLUMN(struct stored, closed));
STMT(q_find, &stored_shape,
     "SELECT p.id, p.user_id, p.algorithm, p.sign_count, p.public_key, u.closed_ms > 0 AS closed"
     " FROM passkey p JOIN user u ON u.id = p.user_id WHERE p.credential = ?");

/* Challenges: "{for}.{member}.{until}.{nonce}.{mac}" */

static const char *challenge_text(struct arena *a, int64_t user_id, int64_t until_ms,
                                  const char *nonce)
{
    return arena_printf(a, "%s.%" PRId64 ".%" PRId64 ".%s", user_id ? "new" : "login", user_id,
                        until_ms, nonce);
}

static const char *sign(struct arena *a, const char *text)
{
    return arena_printf(a, "%s.%s", text,
                        hmac_base64url(a, "token", arena_printf(a, "passkey challenge %s", text)));
}

const char *passkeys_challenge(struct arena *a, int64_t user_id, int64_t now_ms)
{
    return sign(a, challenge_text(a, user_id, now_ms + CHALLENGE_MINUTES * MINUTE_MS,
                                  random_id(a, NONCE_BYTES)));
}

const char *passkeys_handle(struct arena *a, int64_t user_id)
{
    return arena_strn(
        a, hmac_base64url(a, "factor", arena_printf(a, "passkey handle %" PRId64, user_id)),
        HANDLE_CHARS);
}

/* The dots of our own text are where we put them; anything else does not have our mac. */
static enum rc use_challenge(struct db *db, struct arena *a, const char *challenge, int64_t user_id,
                             int64_t now_ms, const char **fault)
{
    const char *first = strchr(challenge, '.'), *second = first ? strchr(first + 1, '.') : NULL,
               *third = second ? strchr(second + 1, '.') : NULL,
               *fourth = third ? strchr(third + 1, '.') : NULL;
    int64_t until_ms;

    *fault = "its challenge is not ours";
    if (fourth == NULL ||
        str_to_i64(second + 1, (size_t)(third - second - 1), 0, INT64_MAX, &until_ms) != RC_OK)
        return RC_INVALID;
    const char *nonce = arena_strn(a, third + 1, (size_t)(fourth - third - 1));
    if (!equal_secret(challenge, sign(a, challenge_text(a, user_id, until_ms, nonce))))
        return RC_INVALID;
    *fault = "its challenge has expired";
    if (until_ms < now_ms)
        return RC_GONE;
    *fault = "its challenge was answered before";
    enum rc rc = db_run(db, &q_use_challenge, ARGS(STR(nonce), I64(until_ms)), NULL);
    return rc == RC_CONFLICT ? RC_INVALID : rc;
}

static enum rc say(const char *fault, enum rc rc, struct problem *why)
{
    if (rc != RC_INVALID && rc != RC_GONE && rc != RC_DENIED)
        return rc;
    log_info("passkey refused: %s", fault);
    return refuse(why, RC_INVALID, NULL,
                  rc == RC_GONE ? "This took too long. Please try again."
                  : rc == RC_DENIED
                      ? "Your device did not ask for a PIN, finger or face, so this passkey is "
                        "not enough by itself. Use your password first."
                      : "This passkey could not be checked. Please try again.");
}

enum rc passkeys_list(struct db *db, struct arena *a, int64_t user_id, struct passkey_list *out)
{
    return DB_LIST(db, a, &q_list, ARGS(I64(user_id)), PASSKEYS_MAX, out);
}

/* Changes */

static enum rc read_name(const struct factor_change *c, const char *typed, const char **name)
{
    *name = str_clean(c->a, typed, false);
    if (!(*name)[0])
        return refuse(c->why, RC_INVALID, "name",
                      "Give the passkey a name by which you know the device, such as \"Phone\".");
    return str_chars(*name) <= PASSKEY_NAME_MAX_CHARS
               ? RC_OK
               : refuse(c->why, RC_INVALID, "name", "A name can have at most 60 characters.");
}

struct adding {
    const struct factor_change *c;
    const struct passkey_key *key;
    const char *name;
    struct recovery_codes *codes;
    int64_t id;
};

static enum rc add(struct db *db, void *arg)
{
    const struct adding *n = arg;
    const struct factor_change *c = n->c;
    struct passkey_list list;

    TRY(passkeys_list(db, c->a, c->user_id, &list));
    if (list.n >= PASSKEYS_MAX)
        return refuse(c->why, RC_CONFLICT, NULL,
                      "You have 20 passkeys. Please remove one that you do not use any more.");
    enum rc rc = db_run(db, &q_add,
                        ARGS(I64(c->user_id), STR(n->key->id), I64(n->key->algorithm),
                             STR(n->key->public_key), I64(n->key->count), STR(n->name),
                             I64(c->now_ms)),
                        NULL);
    if (rc == RC_CONFLICT)
        return refuse(c->why, rc, NULL, "This passkey is here already.");
    if (rc != RC_OK)
        return rc;
    return factor_came(db, c, "A passkey was added.", n->codes);
}

enum rc passkeys_add(const struct factor_change *c, const struct passkey_answer *answer,
                     const char *name, struct recovery_codes *out)
{
    const char *challenge, *fault = "";
    struct passkey_key key;
    struct adding n = { .c = c, .key = &key, .codes = out };

    *out = (struct recovery_codes){ NULL, 0 };
    TRY(read_name(c, name, &n.name));
    enum rc rc = passkey_challenge(c->a, answer, PASSKEY_NEW, &challenge, &fault);
    if (rc == RC_OK)
        rc = use_challenge(c->db, c->a, challenge, c->user_id, c->now_ms, &fault);
    if (rc == RC_OK)
        rc = passkey_read(c->a, answer, &key, &fault);
    return rc == RC_OK ? db_transact(c->db, add, &n) : say(fault, rc, c->why);
}

enum rc passkeys_rename(const struct factor_change *c, int64_t id, const char *typed)
{
    struct passkey found;
    const char *name;

    TRY(read_name(c, typed, &name));
    TRY(db_one(c->db, c->a, &q_one, ARGS(I64(id), I64(c->user_id)), &found));
    return db_run(c->db, &q_rename, ARGS(STR(name), I64(id), I64(c->user_id)), NULL);
}

static enum rc drop(struct db *db, void *arg)
{
    const struct adding *n = arg;
    int64_t dropped;

    TRY(db_run(db, &q_remove, ARGS(I64(n->id), I64(n->c->user_id)), &dropped));
    return dropped ? factor_went(db, n->c, "A passkey was removed.") : RC_NOT_FOUND;
}

enum rc passkeys_remove(const struct factor_change *c, int64_t id)
{
    return db_transact(c->db, drop, &(struct adding){ .c = c, .id = id });
}

/* Logging in */

struct copied {
    struct arena *a;
    int64_t id, user_id, now_ms;
    const char *network;
};

static enum rc tell_copied(struct db *db, void *arg)
{
    const struct copied *t = arg;
    const struct notice n = {
        .user_id = t->user_id,
        .kind = NOTICE_FACTOR_CHANGED,
        .once = arena_printf(t->a, "copied/%" PRId64 "/%" PRId64, t->id, t->now_ms / DAY_MS),
        .link = "/account/factor",
        .values = { .what = "A passkey was refused because it may have been copied: its counter "
                            "went back. Remove it and add a new one.",
                    .at = fmt_datetime(t->a, t->now_ms),
                    .place = t->network },
    };
    return notify(db, t->a, &n, t->now_ms);
}

/* The counter goes up in one statement, so that of two answers side by side one is refused. */
static enum rc count_up(struct db *db, struct arena *a, const struct passkey_use *use,
                        const struct stored *s, int64_t count, int64_t now_ms, struct problem *why)
{
    const struct copied t = { a, s->id, s->user_id, now_ms, use->network };
    int64_t changed;

    TRY(db_run(db, &q_used, ARGS(I64(count), I64(now_ms), I64(s->id), I64(count), I64(count)),
               &changed));
    if (changed)
        return RC_OK;
    log_error("member:%" PRId64 ": the counter of passkey %" PRId64 " went from %" PRId64
              " to %" PRId64,
              s->user_id, s->id, s->sign_count, count);
    TRY(db_transact(db, tell_copied, (void *)(uintptr_t)&t));
    return refuse(why, RC_INVALID, NULL,
                  "This passkey was refused, because it may have been copied. Log in in another "
                  "way, remove it, and add a new one.");
}

static enum rc count_wrong(struct db *db, struct arena *a, const struct passkey_use *use,
                           int64_t now_ms)
{
    static const struct limit limit = { "passkey", HOUR_MS, TRIES_PER_HOUR };
    enum rc rc = throttle_count(db, a, &limit, use->network, now_ms, NULL);

    return rc == RC_LIMITED ? RC_OK : rc;
}

static enum rc check(struct db *db, struct arena *a, const struct passkey_use *use,
                     const struct stored *s, int64_t now_ms, int64_t *count, const char **fault)
{
    const struct passkey_key key = { use->answer.id, s->public_key, s->algorithm, s->sign_count };
    const char *challenge;

    TRY(passkey_challenge(a, &use->answer, PASSKEY_LOGIN, &challenge, fault));
    TRY(use_challenge(db, a, challenge, 0, now_ms, fault));
    *fault = "it is another member's";
    if ((use->owner && use->owner != s->user_id) || s->closed ||
        (use->user_handle[0] && !str_eq(use->user_handle, passkeys_handle(a, s->user_id))))
        return RC_INVALID;
    return passkey_verify(a, &use->answer, &key, use->alone, count, fault);
}

static enum rc unknown(struct problem *why)
{
    return refuse(
        why, RC_INVALID, NULL,
        "This site does not know this passkey. It may have been removed here; then you can "
        "remove it on your device, too.");
}

enum rc passkeys_use(struct db *db, struct arena *a, const struct passkey_use *use, int64_t now_ms,
                     int64_t *user_id, struct problem *why)
{
    static const struct limit limit = { "passkey", HOUR_MS, TRIES_PER_HOUR };
    const char *fault = "";
    struct stored s;
    int64_t count = 0;

    *user_id = 0;
    TRY(throttle_check(db, a, &limit, use->network, now_ms, why));
    enum rc rc = strlen(use->answer.id) <= PASSKEY_ID_MAX_CHARS
                     ? db_one(db, a, &q_find, ARGS(STR(use->answer.id)), &s)
                     : RC_NOT_FOUND;
    if (rc == RC_NOT_FOUND) {
        TRY(count_wrong(db, a, use, now_ms));
        return unknown(why);
    }
    if (rc != RC_OK)
        return rc;
    *user_id = s.user_id;
    rc = check(db, a, use, &s, now_ms, &count, &fault);
    if (rc == RC_OK)
        return count_up(db, a, use, &s, count, now_ms, why);
    if (rc == RC_INVALID)
        TRY(count_wrong(db, a, use, now_ms));
    return say(fault, rc, why);
}

enum rc passkeys_sweep(struct db *db, int64_t now_ms, int64_t *dropped)
{
    return db_run(db, &q_sweep, ARGS(I64(now_ms)), dropped);
}
