#include "app/notify/notify.h"
#include "app/notify/values.h"
#include "app/site/throttle.h"
#include "base/clock.h"
#include "base/str.h"
#include "io/mail.h"
#include <ctype.h>

enum {
    OPERATORS_MAX = 100,
    ONCE_BYTES = 140,
    ASKED_PER_DAY = 5,   /* somebody who is not logged in can ask for them, for any address */
    CAUSED_PER_DAY = 30, /* other members cause them; the list on the site has all */
};

#define WORD(constant, word, ...) [NOTICE_##constant] = #word,
WORDS(notice_kind, "notice.kind mail.kind notice_off.kind", NOTICE_KINDS(WORD));

static const struct {
    enum notice_mail mail;
    enum notice_page page;
} kinds[] = {
#define ROW(constant, word, mailed, listed, ...) [NOTICE_##constant] = { mailed, listed },
    NOTICE_KINDS(ROW)
#undef ROW
};

STMT(q_list, NULL,
     "INSERT INTO notice (user_id, kind, once, link, fields, made_ms) VALUES (?, ?, ?, ?, ?, ?)");
STMT(q_queue, NULL,
     "INSERT INTO mail (user_id, kind, once, address, link, fields, turn, made_ms, next_ms)"
     " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)");
STMT(q_off, &number_shape, "SELECT 1 AS n FROM notice_off WHERE user_id = ? AND kind = ?");
STMT(q_operators, &number_shape,
     "SELECT id AS n FROM user WHERE role = 2 AND blocked = 0 AND closed_ms = 0 ORDER BY id");

STMT(q_forget_list, NULL, "DELETE FROM notice WHERE user_id = ?");
STMT(q_forget_mail, NULL, "DELETE FROM mail WHERE user_id = ?");
STMT(q_forget_off, NULL, "DELETE FROM notice_off WHERE user_id = ?");

/* The name of the event for this person; NULL: it has none. */
static const char *once_of(struct arena *a, const struct notice *n)
{
    if (n->once == NULL)
        return NULL;
    assert(n->once[0] && strlen(n->once) <= NOTICE_ONCE_MAX_BYTES &&
           str_is_text(n->once, strlen(n->once), false));
    const char *once = arena_printf(a, "%s:%" PRId64 ":%s", notice_kind_word(n->kind), n->user_id,
                                    n->once);
    assert(strlen(once) <= ONCE_BYTES);
    return once;
}

/* A second row with the same name is refused: it was told already. */
static enum rc told_once(enum rc rc, const char *once)
{
    return rc == RC_CONFLICT && once ? RC_OK : rc;
}

/* Who waits for a mail gets it before those that go to many, and those that nobody waits for. */
static int turn_of(enum notice_kind kind)
{
    if (kind == NOTICE_DIGEST || kind == NOTICE_TERMS_CHANGE || kind == NOTICE_PRICE_CHANGE)
        return 2;
    return kinds[kind].mail != MAILED_ALWAYS;
}

int64_t notice_mails_per_day(enum notice_kind kind)
{
    switch ((int)kind) {
    case NOTICE_CONFIRM_ADDRESS:
    case NOTICE_ADDRESS_IN_USE:
    case NOTICE_ADDRESS_CHANGE:
    case NOTICE_RESET_PASSWORD: return ASKED_PER_DAY;
    case NOTICE_REPORT_RECEIVED:
    case NOTICE_COMMENT_NEW:
    case NOTICE_COMMENT_REPLY: return CAUSED_PER_DAY;
    default: return 0;
    }
}

/* Whose mailbox it is, as most servers see it: Ann+video@Example.org is ann@example.org. */
static const char *mailbox(struct arena *a, const struct notice *n)
{
    if (n->address == NULL || n->address[0] == 0)
        return arena_printf(a, "%" PRId64, n->user_id);
    size_t local = strcspn(n->address, "+@");
    char *box = arena_printf(a, "%.*s%s", (int)local, n->address, strchrnul(n->address, '@'));
    for (char *c = box; *c; c++)
        *c = (char)tolower((unsigned char)*c);
    return box;
}

/* Is it one too many for its address? Not told to the caller: whether an address gets mail is nobody's
 * business. */
static enum rc is_too_many(struct db *db, struct arena *a, const struct notice *n, int64_t now_ms,
                           bool *too_many)
{
    int64_t most = notice_mails_per_day(n->kind);
    const struct limit limit = { "mail", DAY_MS, n->user_id ? most : MIN_OF(most, ASKED_PER_DAY) };
    struct problem why;

    *too_many = false;
    if (limit.max == 0)
        return RC_OK;
    const char *key = arena_printf(a, "%s %s", notice_kind_word(n->kind), mailbox(a, n));
    enum rc rc = throttle_count(db, a, &limit, key, now_ms, &why);
    *too_many = rc == RC_LIMITED;
    return rc == RC_LIMITED ? RC_OK : rc;
}

/* Whether this person is to get a mail of this kind. */
static enum rc is_mailed(struct db *db, struct arena *a, const struct notice *n, bool *mailed)
{
    int64_t off = 0;

    *mailed = mail_is_on() && kinds[n->kind].mail != NEVER_MAILED;
    if (!*mailed || kinds[n->kind].mail == MAILED_ALWAYS)
        return RC_OK;
    enum rc rc = db_number(db, a, &q_off, ARGS(I64(n->user_id), STR(notice_kind_word(n->kind))),
                           &off);
    *mailed = off == 0;
    return rc == RC_NOT_FOUND ? RC_OK : rc;
}

enum rc notify(struct db *db, struct arena *a, const struct notice *n, int64_t now_ms)
{
    const char *kind = notice_kind_word(n->kind), *once = once_of(a, n);
    const char *link = n->link ? n->link : "", *address = n->address ? n->address : "";
    const char *fields = notice_values_write(a, &n->values);
    bool mailed, too_many = false;

    assert(n->user_id || address[0]);
    assert(strlen(link) <= NOTICE_LINK_MAX_BYTES && (link[0] == 0 || link[0] == '/'));
    if (n->user_id && kinds[n->kind].page == LISTED)
        TRY(told_once(
            db_run(db, &q_list,
                   ARGS(I64(n->user_id), STR(kind), STR(once), STR(link), STR(fields), I64(now_ms)),
                   NULL),
            once));
    TRY(is_mailed(db, a, n, &mailed));
    if (mailed)
        TRY(is_too_many(db, a, n, now_ms, &too_many));
    if (!mailed || too_many)
        return RC_OK;
    return told_once(
        db_run(db, &q_queue,
               ARGS(ID_OR_NULL(n->user_id), STR(kind), STR(once), STR(address), STR(link),
                    STR(fields), I64(turn_of(n->kind)), I64(now_ms), I64(now_ms)),
               NULL),
        once);
}

enum rc notice_forget(struct db *db, int64_t user_id)
{
    TRY(db_run(db, &q_forget_list, ARGS(I64(user_id)), NULL));
    TRY(db_run(db, &q_forget_mail, ARGS(I64(user_id)), NULL));
    return db_run(db, &q_forget_off, ARGS(I64(user_id)), NULL);
}

enum rc notify_operators(struct db *db, struct arena *a, const struct notice *n, int64_t now_ms)
{
    struct number_list operators;

    TRY(DB_LIST(db, a, &q_operators, NO_ARGS, OPERATORS_MAX, &operators));
    for (size_t i = 0; i < operators.n; i++) {
        struct notice each = *n;
        each.user_id = operators.items[i];
        each.address = NULL;
        TRY(notify(db, a, &each, now_ms));
    }
    return RC_OK;
}
