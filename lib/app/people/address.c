#include "app/people/address.h"
#include "app/notify/notify.h"
#include "app/site/throttle.h"
#include "base/clock.h"
#include "base/fmt.h"
#include "base/str.h"
#include "io/mail.h"

enum { LOCAL_PART_MAX_BYTES = 64 };

STMT(q_owner, &number_shape, "SELECT id AS n FROM user WHERE address = ?");
SHAPE(claim_shape, struct address_claim, COLUMN(struct address_claim, email),
      COLUMN(struct address_claim, until_ms));
STMT(q_claim, &claim_shape, "SELECT email, claim_until_ms AS until_ms FROM user WHERE id = ?");
STMT(q_correct, NULL, "UPDATE user SET email = ? WHERE id = ? AND claim_until_ms > 0");
STMT(q_confirm, NULL,
     "UPDATE user SET claim_until_ms = 0 WHERE id = ? AND email = ? AND claim_until_ms > 0");
STMT(q_set, NULL, "UPDATE user SET email = ?, claim_until_ms = 0 WHERE id = ?");

STMT(
    q_lapsed, &number_shape,
    "SELECT id AS n FROM user WHERE claim_until_ms BETWEEN 1 AND ? AND id > ? ORDER BY id LIMIT 100");
STMT(q_drop, NULL, "DELETE FROM user WHERE id = ? AND claim_until_ms BETWEEN 1 AND ?");

/* What it looks like */

bool address_looks_right(const char *s)
{
    const char *at = strchr(s, '@'), *dot = at ? strrchr(at, '.') : NULL;
    size_t n = strlen(s);

    if (n > EMAIL_MAX_BYTES || at == NULL || at == s || at - s > LOCAL_PART_MAX_BYTES ||
        strchr(at + 1, '@') || strstr(at, "..") || at[1] == '.' || dot == NULL || dot[1] == 0)
        return false;
    for (const char *p = s; *p; p++)
        if (*p <= ' ' || *p > '~' || strchr("\"(),:;<>[\\]", *p))
            return false;
    return true;
}

enum rc address_read(struct arena *a, const char *typed, const char **email, struct problem *why)
{
    char *s = str_clean(a, typed, false), *at = strchr(s, '@');

    if (!address_looks_right(s))
        return refuse(why, RC_INVALID, "email",
                      "Please give an e-mail address such as name@example.org.");
    for (char *p = at; *p; p++)
        if (*p >= 'A' && *p <= 'Z')
            *p = (char)(*p - 'A' + 'a');
    *email = s;
    return RC_OK;
}

/* *id is 0 when it belongs to nobody. */
static enum rc owner_of(struct db *db, struct arena *a, const char *email, int64_t *id)
{
    *id = 0;
    enum rc rc = db_number(db, a, &q_owner, ARGS(STR(email)), id);
    return rc == RC_NOT_FOUND ? RC_OK : rc;
}

static enum rc taken(struct problem *why)
{
    return refuse(why, RC_CONFLICT, "email",
                  "There is already an account with this e-mail address.");
}

enum rc address_free(struct db *db, struct arena *a, const char *email, int64_t own_id,
                     struct problem *why)
{
    int64_t id;

    TRY(owner_of(db, a, email, &id));
    return id == 0 || id == own_id ? RC_OK : taken(why);
}

/* Mails to an address that may not be the member's */

/* One mail more to this address; the limit is the same whether it has an account or not. */
static enum rc count_mail(struct db *db, struct arena *a, const char *email, int64_t now_ms,
                          struct problem *why)
{
    static const struct limit limit = { "address-mail", DAY_MS, ADDRESS_MAILS };
    char *key = arena_str(a, email);

    for (char *p = key; *p; p++)
        if (*p >= 'A' && *p <= 'Z')
            *p = (char)(*p - 'A' + 'a');
    enum rc rc = throttle_count(db, a, &limit, key, now_ms, why);
    return rc != RC_LIMITED ? rc
                            : refuse(why, rc, "email",
                                     "Several mails were asked for to this address today. Please "
                                     "look for them, in the folder for spam, too, or try again "
                                     "tomorrow.");
}

struct invitation {
    enum link_purpose purpose;
    enum notice_kind kind;
    const char *path; /* of the page that the link leads to */
    int64_t until_ms;
};

/* Mail a link to an address that is not yet the account's. If it belongs to another account, that one
 * is told instead, and the link is made all the same: both take the same time. */
static enum rc invite(struct db *db, struct arena *a, int64_t user_id, const char *email,
                      const struct invitation *in, int64_t now_ms, struct problem *why)
{
    int64_t owner;
    const char *token;

    TRY(count_mail(db, a, email, now_ms, why));
    TRY(owner_of(db, a, email, &owner));
    TRY(link_burn(db, in->purpose, user_id, now_ms));
    TRY(link_make(db, a, in->purpose, user_id, email, in->until_ms - now_ms, now_ms, &token));
    const struct notice link = {
        .user_id = user_id,
        .kind = in->kind,
        .address = email,
        .link = arena_printf(a, "%s?token=%s", in->path, token),
        .values = { .until = fmt_datetime(a, in->until_ms) },
    };
    const struct notice in_use = {
        .user_id = owner,
        .kind = NOTICE_ADDRESS_IN_USE,
        .address = email,
        .link = "/forgot",
    };
    return notify(db, a, owner ? &in_use : &link, now_ms);
}

/* Claims */

struct address_claim address_claim_new(const char *email, int64_t now_ms)
{
    return (struct address_claim){ email, mail_is_on() ? now_ms + CLAIM_DAYS * DAY_MS : 0 };
}

enum rc address_claim_of(struct db *db, struct arena *a, int64_t user_id, struct address_claim *out)
{
    return db_one(db, a, &q_claim, ARGS(I64(user_id)), out);
}

enum rc address_claim_mail(struct db *db, struct arena *a, int64_t user_id,
                           const struct address_claim *claim, int64_t now_ms, struct problem *why)
{
    const struct invitation in = {
        LINK_CONFIRM, NOTICE_CONFIRM_ADDRESS, "/verify",
        MAX_OF(claim->until_ms, now_ms + DAY_MS), /* of one that somebody paid for, too */
    };

    return claim->until_ms ? invite(db, a, user_id, claim->email, &in, now_ms, why) : RC_OK;
}

/* One transaction of those below. */
struct work {
    struct arena *a;
    int64_t user_id, now_ms;
    const char *email, *token;
    struct problem *why;
};

/* How often an account may make us send mail to addresses. */
static enum rc count_ask(struct db *db, const struct work *w)
{
    static const struct limit limit = { "address-ask", DAY_MS, ADDRESS_ASKS };

    return throttle_count(db, w->a, &limit, arena_printf(w->a, "%" PRId64, w->user_id), w->now_ms,
                          w->why);
}

static enum rc claim_again(struct db *db, void *arg)
{
    const struct work *w = arg;
    struct address_claim claim;

    TRY(count_ask(db, w));
    TRY(address_claim_of(db, w->a, w->user_id, &claim));
    if (claim.until_ms == 0)
        return RC_GONE;
    TRY(db_run(db, &q_correct, ARGS(STR(w->email), I64(w->user_id)), NULL));
    claim.email = w->email;
    return address_claim_mail(db, w->a, w->user_id, &claim, w->now_ms, w->why);
}

enum rc address_claim_again(struct db *db, struct arena *a, int64_t user_id, const char *typed,
                            int64_t now_ms, struct problem *why)
{
    struct work w = { .a = a, .user_id = user_id, .now_ms = now_ms, .why = why };

    TRY(address_read(a, typed, &w.email, why));
    return db_transact(db, claim_again, &w);
}

static enum rc confirm(struct db *db, void *arg)
{
    const struct work *w = arg;
    struct link link;
    int64_t changed;

    TRY(link_use(db, w->a, LINK_CONFIRM, w->token, w->now_ms, &link));
    TRY(db_run(db, &q_confirm, ARGS(I64(link.user_id), STR(link.data)), &changed));
    return changed ? RC_OK : RC_GONE;
}

/* The address was free when its link was sent. */
static enum rc taken_since(struct problem *why)
{
    return refuse(
        why, RC_CONFLICT, NULL,
        "This address belongs to another account by now. If that is yours, too, log in to "
        "it; a forgotten password can be replaced.");
}

enum rc address_confirm(struct db *db, struct arena *a, const char *token, int64_t now_ms,
                        struct problem *why)
{
    struct work w = { .a = a, .token = token, .now_ms = now_ms, .why = why };
    enum rc rc = db_transact(db, confirm, &w);

    return rc == RC_CONFLICT ? taken_since(why) : rc;
}

/* Changes */

/* The account gets another address, and the old one, if it had one, a link that takes that back. */
static enum rc replace(struct db *db, struct arena *a, int64_t user_id, const char *email,
                       int64_t now_ms)
{
    struct address_claim old;
    const char *token;

    TRY(address_claim_of(db, a, user_id, &old));
    TRY(db_run(db, &q_set, ARGS(STR(email), I64(user_id)), NULL));
    TRY(link_burn(db, LINK_CONFIRM, user_id, now_ms));
    TRY(link_burn(db, LINK_ADDRESS, user_id, now_ms));
    TRY(link_burn(db, LINK_RESET, user_id, now_ms));
    if (old.until_ms || str_eq(old.email, email) || !mail_is_on())
        return RC_OK;
    TRY(link_make(db, a, LINK_UNDO, user_id, old.email, UNDO_DAYS * DAY_MS, now_ms, &token));
    const struct notice told = {
        .user_id = user_id,
        .kind = NOTICE_ADDRESS_CHANGED,
        .address = old.email,
        .link = arena_printf(a, "/verify/undo?token=%s", token),
        .values = { .address = email, .until = fmt_datetime(a, now_ms + UNDO_DAYS * DAY_MS) },
    };
    return notify(db, a, &told, now_ms);
}

static enum rc set(struct db *db, void *arg)
{
    const struct work *w = arg;

    return replace(db, w->a, w->user_id, w->email, w->now_ms);
}

enum rc address_set(struct db *db, struct arena *a, int64_t user_id, const char *email,
                    int64_t now_ms, struct problem *why)
{
    struct work w = { .a = a, .user_id = user_id, .email = email, .now_ms = now_ms, .why = why };
    enum rc rc = db_transact(db, set, &w);

    return rc == RC_CONFLICT ? taken(why) : rc; /* another was faster */
}

static enum rc ask(struct db *db, void *arg)
{
    const struct work *w = arg;
    const struct invitation in = { LINK_ADDRESS, NOTICE_ADDRESS_CHANGE, "/verify/address",
                                   w->now_ms + ADDRESS_HOURS * HOUR_MS };

    TRY(count_ask(db, w));
    return invite(db, w->a, w->user_id, w->email, &in, w->now_ms, w->why);
}

enum rc address_ask(struct db *db, struct arena *a, int64_t user_id, const char *typed,
                    int64_t now_ms, bool *waits, struct problem *why)
{
    struct work w = { .a = a, .user_id = user_id, .now_ms = now_ms, .why = why };
    struct address_claim now;

    TRY(address_read(a, typed, &w.email, why));
    TRY(address_claim_of(db, a, user_id, &now));
    if (str_eq(now.email, w.email))
        return refuse(why, RC_INVALID, "email", "This is your address already.");
    *waits = mail_is_on();
    if (*waits)
        return db_transact(db, ask, &w);
    TRY(address_free(db, a, w.email, user_id, why));
    return address_set(db, a, user_id, w.email, now_ms, why);
}

static enum rc change(struct db *db, void *arg)
{
    const struct work *w = arg;
    struct link link;

    TRY(link_use(db, w->a, LINK_ADDRESS, w->token, w->now_ms, &link));
    return replace(db, w->a, link.user_id, link.data, w->now_ms);
}

enum rc address_change(struct db *db, struct arena *a, const char *token, int64_t now_ms,
                       struct problem *why)
{
    struct work w = { .a = a, .token = token, .now_ms = now_ms, .why = why };
    enum rc rc = db_transact(db, change, &w);

    return rc == RC_CONFLICT ? taken_since(why) : rc;
}

enum rc address_restore(struct db *db, int64_t user_id, const char *email, int64_t since_ms,
                        int64_t now_ms, struct problem *why)
{
    enum rc rc = db_run(db, &q_set, ARGS(STR(email), I64(user_id)), NULL);
    if (rc == RC_CONFLICT)
        return taken_since(why);
    TRY(rc);
    TRY(link_burn(db, LINK_ADDRESS, user_id, now_ms));
    TRY(link_burn(db, LINK_RESET, user_id, now_ms));
    return link_burn_since(db, LINK_UNDO, user_id, since_ms, now_ms);
}

/* Lapsing */

static enum rc drop(struct db *db, void *arg)
{
    const struct work *w = arg;

    TRY(notice_forget(db, w->user_id));
    return db_run(db, &q_drop, ARGS(I64(w->user_id), I64(w->now_ms)), NULL);
}

enum rc address_lapse(struct db *db, struct arena *a, int64_t now_ms, int64_t *dropped)
{
    struct work w = { .a = a, .now_ms = now_ms };
    struct number_list lapsed;

    *dropped = 0;
    if (!mail_is_on())
        return RC_OK; /* nobody could confirm anything */
    do {
        TRY(DB_LIST(db, a, &q_lapsed, ARGS(I64(now_ms), I64(w.user_id)), LAPSED_BATCH, &lapsed));
        for (size_t i = 0; i < lapsed.n; i++) {
            w.user_id = lapsed.items[i];
            enum rc rc = db_transact(db, drop, &w);
            if (rc != RC_OK && rc != RC_CONFLICT) /* other rows need it */
                return rc;
            *dropped += rc == RC_OK;
        }
    } while (lapsed.n == LAPSED_BATCH);
    return RC_OK;
}
