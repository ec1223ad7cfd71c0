#include "app/people/recover.h"
#include "app/notify/notify.h"
#include "app/site/throttle.h"
#include "base/clock.h"
#include "base/fmt.h"
#include <time.h>

STMT(q_account, &number_shape, "SELECT id AS n FROM user WHERE address = ? AND closed_ms = 0");

/* One transaction. */
struct work {
    struct arena *a;
    int64_t now_ms, user_id;
    const char *token, *hash, *network;
    struct problem *why;
};

/* Forgotten */

static enum rc count_ask(struct db *db, struct arena *a, const char *email, const char *network,
                         int64_t now_ms, struct problem *why)
{
    static const struct limit by_network = { "reset-network", HOUR_MS, RESET_ASKS };
    static const struct limit by_address = { "reset", DAY_MS, RESET_MAILS };
    char *key = arena_str(a, email);

    for (char *p = key; *p; p++)
        if (*p >= 'A' && *p <= 'Z')
            *p = (char)(*p - 'A' + 'a');
    TRY(throttle_count(db, a, &by_network, network, now_ms, why));
    enum rc rc = throttle_count(db, a, &by_address, key, now_ms, why);
    return rc != RC_LIMITED
               ? rc
               : refuse(why, rc, NULL,
                        "A link was asked for several times with this address today. "
                        "Please look for our mail, in the folder for spam, too, or try "
                        "again tomorrow.");
}

static enum rc send(struct db *db, void *arg)
{
    const struct work *w = arg;
    const char *token;

    TRY(link_make(db, w->a, LINK_RESET, w->user_id, "", RESET_MINUTES * MINUTE_MS, w->now_ms,
                  &token));
    const struct notice mail = {
        .user_id = w->user_id,
        .kind = NOTICE_RESET_PASSWORD,
        .link = arena_printf(w->a, "/reset?token=%s", token),
        .values = { .until = fmt_datetime(w->a, w->now_ms + RESET_MINUTES * MINUTE_MS),
                    .place = account_place(w->a, w->network) },
    };
    return notify(db, w->a, &mail, w->now_ms);
}

/* Writing a mail takes longer than writing none. */
static void wait_until(int64_t end_ms)
{
    int64_t left_ms = end_ms - clock_monotonic_ms();

    if (left_ms > 0)
        nanosleep(&(struct timespec){ .tv_nsec = left_ms * 1000000 }, NULL);
}

enum rc recover_ask(struct db *db, struct arena *a, const char *typed, const char *network,
                    int64_t now_ms, struct problem *why)
{
    struct work w = { .a = a, .now_ms = now_ms, .network = network, .why = why };
    const int64_t end_ms = clock_monotonic_ms() + RECOVER_ANSWER_MS;
    const char *email;

    TRY(address_read(a, typed, &email, why));
    TRY(count_ask(db, a, email, network, now_ms, why));
    enum rc rc = db_number(db, a, &q_account, ARGS(STR(email)), &w.user_id);
    rc = rc == RC_OK ? db_transact(db, send, &w) : rc == RC_NOT_FOUND ? RC_OK : rc;
    wait_until(end_ms);
    return rc;
}

/* Reset */

/* Hashing takes long and needs no lock, so it comes before the transaction. */
static enum rc look(struct db *db, struct work *w, enum link_purpose purpose, const char *wanted,
                    struct link *link)
{
    char *hash;

    TRY(link_look(db, w->a, purpose, w->token, w->now_ms, link));
    TRY(account_password_make(db, w->a, link->user_id, wanted, &hash, w->why));
    w->hash = hash;
    return RC_OK;
}

static enum rc put(struct db *db, const struct work *w, int64_t user_id)
{
    const struct password_new p = { .id = user_id, .hash = w->hash, .network = w->network };

    return account_password_put(db, w->a, &p, w->now_ms);
}

static enum rc reset(struct db *db, void *arg)
{
    const struct work *w = arg;
    struct link link;

    TRY(link_use(db, w->a, LINK_RESET, w->token, w->now_ms, &link));
    return put(db, w, link.user_id);
}

enum rc recover_reset(struct db *db, struct arena *a, const char *token, const char *wanted,
                      const char *network, int64_t now_ms, struct problem *why)
{
    struct work w = { a, now_ms, 0, token, NULL, network, why };
    struct link link;

    TRY(look(db, &w, LINK_RESET, wanted, &link));
    return db_transact(db, reset, &w);
}

/* Undo */

static enum rc undo(struct db *db, void *arg)
{
    const struct work *w = arg;
    struct link link;

    TRY(link_use(db, w->a, LINK_UNDO, w->token, w->now_ms, &link));
    TRY(address_restore(db, link.user_id, link.data, link.made_ms, w->now_ms, w->why));
    return put(db, w, link.user_id);
}

enum rc recover_undo(struct db *db, struct arena *a, const char *token, const char *wanted,
                     const char *network, int64_t now_ms, struct problem *why)
{
    struct work w = { a, now_ms, 0, token, NULL, network, why };
    struct link link;

    TRY(look(db, &w, LINK_UNDO, wanted, &link));
    return db_transact(db, undo, &w);
}
