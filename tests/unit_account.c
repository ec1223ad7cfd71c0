/* Accounts against a real database: what is refused, what is counted, and that a login does not
 * reveal who has an account. Needs OVS_CONF of a running site. */
#include "app/people/account.h"
#include "app/site/throttle.h"
#include "base/clock.h"
#include "base/conf.h"
#include "base/str.h"
#include "check.h"
#include "io/secret.h"
#include <dlfcn.h>
#include <sodium.h>
#include <sys/wait.h>
#include <unistd.h>

enum { SIGNUPS = 3, FAILS = 5, RIGHTS = 8, RACERS = 4 };

static const int64_t now_ms = 20 * 365 * DAY_MS; /* its windows are nobody else's */
static const char good[] = "correct horse battery";
static struct arena *a;
static struct db *db;
static struct problem why;

/* Hashings are counted on their way to libsodium: the cost of each login, without a clock. */
static int hashes;
static void (*while_hashing)(void); /* once, what others do meanwhile */
static void (*when_hashed)(const char *hash);
static void *next(const char *name)
{
    void *f = dlsym(RTLD_NEXT, name);
    assert(f);
    return f;
}
int crypto_pwhash_str_alg(char out[crypto_pwhash_STRBYTES], const char *password,
                          unsigned long long n, unsigned long long passes, size_t bytes, int alg)
{
    int (*real)(char *, const char *, unsigned long long, unsigned long long, size_t, int);
    void *f = next("crypto_pwhash_str_alg");

    memcpy(&real, &f, sizeof(real));
    hashes++;
    int bad = real(out, password, n, passes, bytes, alg);
    void (*then)(const char *) = when_hashed;
    when_hashed = NULL;
    if (then)
        then(out);
    return bad;
}
int crypto_pwhash_str_verify(const char stored[crypto_pwhash_STRBYTES], const char *password,
                             unsigned long long n)
{
    int (*real)(const char *, const char *, unsigned long long);
    void *f = next("crypto_pwhash_str_verify");

    memcpy(&real, &f, sizeof(real));
    hashes++;
    void (*others)(void) = while_hashing;
    while_hashing = NULL;
    if (others)
        others();
    return real(stored, password, n);
}

/* Names that no other run has used. */
static const char *new_handle(void)
{
    unsigned char bytes[8];

    random_bytes(bytes, sizeof(bytes));
    return arena_printf(a, "u%s", str_hex(a, bytes, sizeof(bytes)));
}
static const char *email_of(const char *handle)
{
    return arena_printf(a, "%s@Mail.Example", handle);
}
static const char *new_network(void) { return random_id(a, 9); }

static enum rc sign_up(const char *email, const char *handle, const char *network, int64_t *id)
{
    struct account_new typed = { email, handle, "", good, network, false };

    why = (struct problem){ NULL, NULL };
    return account_create(db, a, &typed, now_ms, id, &why);
}

static const char *new_account(int64_t *id)
{
    const char *handle = new_handle();

    CHECK_INT(sign_up(email_of(handle), handle, "", id), RC_OK);
    return handle;
}

static enum rc log_in(const char *name, const char *password, const char *network)
{
    int64_t id, lapses_ms;

    why = (struct problem){ NULL, NULL };
    return account_login(db, a, name, password, network, now_ms, &id, &lapses_ms, &why);
}

static void fields(void)
{
    static const char longest[] =
        "0123456789012345678901234567890123456789012345678901234567890123";
    static const struct {
        const char *email, *handle, *name, *password, *field; /* NULL: valid, or made up here */
    } cases[] = {
        { "", NULL, "", good, "email" },
        { "name", NULL, "", good, "email" },
        { "name@", NULL, "", good, "email" },
        { "@example.org", NULL, "", good, "email" },
        { "name@example", NULL, "", good, "email" },
        { "name@.example", NULL, "", good, "email" },
        { "name@example.", NULL, "", good, "email" },
        { "name@exa..mple.org", NULL, "", good, "email" },
        { "na me@example.org", NULL, "", good, "email" },
        { "na\tme@example.org", NULL, "", good, "email" },
        { "a@b@example.org", NULL, "", good, "email" },
        { "n\xc3\xa4me@example.org", NULL, "", good, "email" },
        { "\"<script>\"@example.org", NULL, "", good, "email" },
        { NULL, "", "", good, "handle" },
        { NULL, "ab", "", good, "handle" },
        { NULL, "1abc", "", good, "handle" },
        { NULL, "-abc", "", good, "handle" },
        { NULL, "a b c", "", good, "handle" },
        { NULL, "h\xc3\xa4ndle", "", good, "handle" },
        { NULL, "a234567890123456789012345678901", "", good, "handle" },
        { NULL, "admin", "", good, "handle" },
        { NULL, "LogIn", "", good, "handle" },
        { NULL, NULL, longest, good, "name" },
        { NULL, NULL, "a\x01z", good, "name" },
        { NULL, NULL, "", "short", "password" },
        { NULL, NULL, "", "password123", "password" },
        { NULL, NULL, "", "", "password" },
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        const char *mine = new_handle();
        struct account_new typed = {
            cases[i].email ? cases[i].email : email_of(mine),
            cases[i].handle ? cases[i].handle : mine,
            cases[i].name,
            cases[i].password,
            new_network(),
            false,
        };
        int64_t id;
        why = (struct problem){ NULL, NULL };
        enum rc rc = account_create(db, a, &typed, now_ms, &id, &why);
        CHECK(rc == RC_INVALID || rc == RC_CONFLICT);
        CHECK_STR(why.field, cases[i].field);
        CHECK(why.text && why.text[0]);
    }
}

static void tidied(void)
{
    const char *mine = new_handle();
    struct account account;
    int64_t id;

    CHECK_INT(sign_up(arena_printf(a, "  %s@EXAMPLE.org ", mine), arena_printf(a, "U%s ", mine + 1),
                      new_network(), &id),
              RC_OK);
    CHECK_INT(account_get(db, a, id, &account), RC_OK);
    CHECK_STR(account.email, arena_printf(a, "%s@example.org", mine));
    CHECK_STR(account.handle, mine);
    CHECK_STR(account.name, mine);
    CHECK_INT(account.role, 0);
    CHECK_INT(account.blocked, false);
}

static void taken(void)
{
    int64_t id, other;
    const char *handle = new_account(&id);

    CHECK_INT(sign_up(email_of(handle), new_handle(), new_network(), &other), RC_CONFLICT);
    CHECK_STR(why.field, "email");
    CHECK_INT(sign_up(email_of(new_handle()), handle, new_network(), &other), RC_CONFLICT);
    CHECK_STR(why.field, "handle");
}

static void signup_limit(void)
{
    const char *network = new_network(), *probe = new_network();
    int64_t id, known;
    const char *handle = new_account(&known);

    for (int i = 0; i < SIGNUPS; i++) {
        const char *mine = new_handle();
        CHECK_INT(sign_up(email_of(mine), mine, network, &id), RC_OK);
    }
    const char *mine = new_handle();
    hashes = 0;
    CHECK_INT(sign_up(email_of(mine), mine, network, &id), RC_LIMITED);
    CHECK_STR(why.text, "Too many attempts. Try again in 24 hours.");
    CHECK_INT(hashes, 0); /* the cheap limit is checked first */
    CHECK_INT(sign_up(email_of(mine), mine, new_network(), &id), RC_OK);

    for (int i = 0; i < SIGNUPS * SIGNUP_TRIES; i++) /* finding out who has an account */
        CHECK_INT(sign_up(email_of(handle), new_handle(), probe, &id), RC_CONFLICT);
    CHECK_INT(sign_up(email_of(handle), new_handle(), probe, &id), RC_LIMITED);
}

/* At the same time: no more accounts than the limit allows. */
static void signup_race(void)
{
    const char *network = new_network();
    int made = 0, status;

    for (int i = 0; i < RACERS + SIGNUPS; i++)
        if (fork() == 0) {
            int64_t id;
            db = db_new(DB_ORDINARY, 5);
            const char *mine = new_handle();
            enum rc rc;
            while ((rc = sign_up(email_of(mine), mine, network, &id)) == RC_BUSY)
                ; /* no hashing slot */
            _exit(rc == RC_OK);
        }
    while (wait(&status) > 0)
        made += WEXITSTATUS(status);
    CHECK_INT(made, SIGNUPS);
}

STMT(q_user, NULL,
     "INSERT INTO user (email, handle, display_name, created_ms) VALUES (?, ?, ?, 1)");
STMT(q_hash, NULL, "INSERT INTO credential (user_id, password_hash, changed_ms) VALUES (?, ?, 1)");

static const char *lost_handle;
static int64_t lost_id;
static void commit_unheard(const char *hash)
{
    CHECK_INT(db_insert(db, &q_user,
                        ARGS(STR(email_of(lost_handle)), STR(lost_handle), STR(lost_handle)),
                        &lost_id),
              RC_OK);
    CHECK_INT(db_run(db, &q_hash, ARGS(I64(lost_id), STR(hash)), NULL), RC_OK);
}
static void another_signs_up(const char *hash)
{
    commit_unheard("$argon2id$another");
    CHECK(hash[0]);
}

/* When the answer to the commit is lost, the repeated transaction finds its own account, and does
 * not take it for another member's. */
static void lost_commit(void)
{
    int64_t id;

    lost_handle = new_handle();
    when_hashed = commit_unheard;
    CHECK_INT(sign_up(email_of(lost_handle), lost_handle, new_network(), &id), RC_OK);
    CHECK_INT(id, lost_id);
    lost_handle = new_handle();
    when_hashed = another_signs_up;
    CHECK_INT(sign_up(email_of(lost_handle), lost_handle, new_network(), &id), RC_CONFLICT);
    CHECK_STR(why.field, "email");
}

/* An unknown name, a wrong password and a closed account: the same answer after the same work. */
static void same_work(void)
{
    int64_t id;
    const char *handle = new_account(&id), *closed = new_account(&id);
    CHECK_INT(account_close(db, id, 1), RC_OK);
    const struct {
        const char *name, *password;
    } cases[] = {
        { email_of(handle), "a wrong password" },
        { handle, "a wrong password" },
        { email_of(new_handle()), "a wrong password" },
        { new_handle(), "a wrong password" },
        { email_of(closed), good },
        { email_of(closed), "a wrong password" },
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        db_count_reset(db);
        hashes = 0;
        CHECK_INT(log_in(cases[i].name, cases[i].password, new_network()), RC_INVALID);
        CHECK_STR(why.text, "E-mail or password is wrong.");
        CHECK(why.field == NULL);
        CHECK_INT(hashes, 1);
        CHECK_INT(db_count(db), 7);
    }
    CHECK_INT(log_in("no name at all", good, new_network()), RC_INVALID);
    CHECK_STR(why.text, "E-mail or password is wrong.");
    CHECK_INT(account_reopen(db, id), RC_OK);
    CHECK_INT(log_in(closed, good, new_network()), RC_OK);
}

static void login_limits(void)
{
    int64_t id;
    const char *handle = new_account(&id), *here = new_network(), *there = new_network();

    for (int i = 0; i < FAILS; i++) {
        CHECK_INT(log_in(handle, good, here), RC_OK); /* right ones are counted apart */
        CHECK_INT(log_in(handle, "a wrong password", here), RC_INVALID);
    }
    hashes = 0;
    CHECK_INT(log_in(handle, good, here), RC_LIMITED);
    CHECK_STR(why.text, "Too many attempts. Try again in 15 minutes.");
    CHECK_INT(log_in(arena_printf(a, " U%s ", handle + 1), good, here), RC_LIMITED);
    CHECK_INT(hashes, 0);
    CHECK_INT(log_in(handle, good, there), RC_OK);          /* nobody is locked out elsewhere */
    CHECK_INT(log_in(email_of(handle), good, here), RC_OK); /* nor told whose address it is */

    for (int i = 0; i < 4 * FAILS; i++)
        CHECK_INT(log_in(new_handle(), "a wrong password", there), RC_INVALID);
    CHECK_INT(log_in(handle, good, there), RC_LIMITED);
}

static void right_limits(void)
{
    int64_t id;
    const char *handle = new_account(&id), *here = new_network(), *there = new_network();

    for (int i = 0; i < RIGHTS; i++)
        CHECK_INT(log_in(handle, good, here), RC_OK);
    hashes = 0;
    CHECK_INT(log_in(handle, good, here), RC_LIMITED);
    CHECK_STR(why.text, "Too many attempts. Try again in 15 minutes.");
    CHECK_INT(hashes, 0);
    CHECK_INT(log_in(handle, good, there), RC_OK);
    for (int i = RIGHTS + 1; i < LOGIN_PLACES * RIGHTS; i++)
        CHECK_INT(log_in(handle, good, new_network()), RC_OK);
    hashes = 0;
    CHECK_INT(log_in(handle, good, new_network()), RC_LIMITED); /* from wherever they come */
    CHECK_INT(log_in(email_of(handle), good, new_network()), RC_LIMITED);
    CHECK_INT(hashes, 0);
}

static const char *raced_handle, *raced_network;
static void guess_meanwhile(void)
{
    const struct limit limit = { "login", 15 * MINUTE_MS, FAILS };
    const char *who = arena_printf(a, "name %s %s", raced_network, raced_handle);

    for (int i = 0; i < FAILS; i++)
        CHECK_INT(throttle_count(db, a, &limit, who, now_ms, NULL), RC_OK);
}

/* Simultaneous guesses, on another machine, all pass the first look at the count; the right one looks
 * again. */
static void login_race(void)
{
    int64_t id;

    raced_handle = new_account(&id);
    raced_network = new_network();
    while_hashing = guess_meanwhile;
    CHECK_INT(log_in(raced_handle, good, raced_network), RC_LIMITED);
}

STMT(q_session, NULL,
     "INSERT INTO session (user_id, refresh_hash, rotated_ms, created_ms, used_ms, expires_ms)"
     " VALUES (?, ?, 0, 0, 0, ?)");
STMT(q_void, NULL, "DELETE FROM session WHERE id = ? AND revoked_ms > 0");

static int64_t new_session(int64_t user_id)
{
    int64_t id;

    CHECK_INT(
        db_insert(db, &q_session,
                  ARGS(I64(user_id), STR(sha256_hex(a, random_id(a, 9), 12)), I64(now_ms + DAY_MS)),
                  &id),
        RC_OK);
    return id;
}

static bool is_void(int64_t session_id)
{
    int64_t n;
    return db_run(db, &q_void, ARGS(I64(session_id)), &n) == RC_OK && n == 1;
}

static enum rc change(int64_t id, const char *present, const char *wanted, int64_t keep,
                      const char *network)
{
    why = (struct problem){ NULL, NULL };
    return account_set_password(db, a, id, present, wanted, keep, network, now_ms, &why);
}

static void passwords(void)
{
    static const char better[] = "battery horse correct";
    const char *network = new_network();
    int64_t id, other;
    const char *handle = new_account(&id);
    new_account(&other);
    int64_t mine = new_session(id), second = new_session(id), foreign = new_session(other);

    CHECK_INT(change(id, good, "short", mine, network), RC_INVALID);
    CHECK_STR(why.field, "password");
    CHECK_INT(change(id, good, email_of(handle), mine, network), RC_INVALID);
    CHECK_INT(change(id, "not it at all", better, mine, network), RC_INVALID);
    CHECK_STR(why.field, "present");
    CHECK(!is_void(second));
    CHECK_INT(change(id, good, better, mine, network), RC_OK);
    CHECK(!is_void(mine) && is_void(second) && !is_void(foreign));
    CHECK_INT(log_in(handle, good, network), RC_INVALID);
    CHECK_INT(log_in(handle, better, network), RC_OK);
    for (int i = 1; i < FAILS; i++)
        CHECK_INT(change(id, "not it at all", good, mine, network), RC_INVALID);
    CHECK_INT(change(id, better, good, mine, network), RC_LIMITED);

    CHECK_INT(account_reset_password(db, a, id, good, false, now_ms, &why), RC_OK);
    CHECK(is_void(mine) && !is_void(foreign));
    CHECK_INT(log_in(handle, good, new_network()), RC_OK);
    CHECK_INT(account_reset_password(db, a, id, "short", false, now_ms, &why), RC_INVALID);
    CHECK_INT(account_reset_password(db, a, INT64_MAX, better, false, now_ms, &why), RC_NOT_FOUND);
}

STMT(q_weaken, NULL, "UPDATE credential SET password_hash = ? WHERE user_id = ?");

/* A hash made with other settings is replaced once the password is known. */
static void rehash(void)
{
    char weak[crypto_pwhash_STRBYTES];
    int64_t id;
    const char *handle = new_account(&id);

    CHECK_INT(
        crypto_pwhash_str_alg(weak, good, strlen(good), 1, 8 << 20, crypto_pwhash_ALG_DEFAULT), 0);
    CHECK_INT(db_run(db, &q_weaken, ARGS(STR(weak), I64(id)), NULL), RC_OK);
    hashes = 0;
    CHECK_INT(log_in(handle, good, new_network()), RC_OK);
    CHECK_INT(hashes, 2);
    CHECK_INT(log_in(handle, good, new_network()), RC_OK);
    CHECK_INT(hashes, 3);
}

static void profiles(void)
{
    int64_t id, other;
    const char *handle = new_account(&id), *theirs = new_account(&other), *free_one = new_handle();
    const struct {
        const char *handle, *name, *about, *field; /* field: of the refusal, "" for none */
    } cases[] = {
        { handle, "Ann <b>", " Two\r\nlines ", "" },
        { theirs, "Ann", "", "handle" },
        { "root", "Ann", "", "handle" },
        { "x", "Ann", "", "handle" },
        { free_one, "", "", "" },
    };
    struct account now;

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct account_profile typed = { cases[i].handle, cases[i].name, cases[i].about, true };
        why = (struct problem){ "", "" };
        enum rc rc = account_set_profile(db, a, id, &typed, now_ms, &why);
        CHECK_STR(why.field, cases[i].field);
        CHECK((rc == RC_OK) == (cases[i].field[0] == 0));
        CHECK_INT(account_get(db, a, id, &now), RC_OK);
        CHECK_STR(now.name, i < 4 ? "Ann <b>" : free_one);
        CHECK_STR(now.about, i < 4 ? "Two\nlines" : "");
    }
    CHECK_INT(account_by_handle(db, a, free_one, &now), RC_OK);
    CHECK_INT(account_by_handle(db, a, handle, &now), RC_NOT_FOUND);
}

static void listed(void)
{
    struct account_list list;
    int64_t id;
    const char *handle = new_account(&id);

    CHECK_INT(account_set_role(db, id, 2), RC_OK);
    CHECK_INT(account_list(db, a, id - 1, &list), RC_OK);
    CHECK(list.n == 1);
    CHECK_STR(list.items[0].handle, handle);
    CHECK_INT(list.items[0].role, 2);
    int64_t own_word;
    enum rc rc = sign_up(email_of(new_handle()), "postmaster", "", &own_word);
    CHECK(rc == RC_OK || rc == RC_CONFLICT); /* made here, or by an earlier run */
}

/* The site's config with limits that a test can reach. */
static void use_small_limits(void)
{
    char path[] = "/tmp/ovs-unit-XXXXXX", text[8192];
    FILE *from = fopen(getenv("OVS_CONF"), "r"), *to = fdopen(mkstemp(path), "w");

    assert(from && to);
    size_t n = fread(text, 1, sizeof(text), from);
    fwrite(text, 1, n, to);
    fprintf(to,
            "\nsignups_per_day = %d\nlogin_fails_per_15min = %d\nlogin_fails_per_hour = %d\n"
            "logins_per_15min = %d\n",
            SIGNUPS, FAILS, 4 * FAILS, RIGHTS);
    fclose(from);
    fclose(to);
    setenv("OVS_CONF", path, 1);
    (void)conf();
    unlink(path);
}

int main(int argc, char **argv)
{
    static const struct check_case cases[] = {
        CASE(signup_race),  CASE(fields),      CASE(tidied),    CASE(taken),
        CASE(signup_limit), CASE(lost_commit), CASE(same_work), CASE(login_limits),
        CASE(right_limits), CASE(login_race),  CASE(passwords), CASE(rehash),
        CASE(profiles),     CASE(listed),
    };

    CHECK_CHOOSE(argc, argv, cases);
    use_small_limits();
    a = arena_new(8 << 20);
    db = db_new(DB_ORDINARY, 5);
    check_run();
    db_close(db);
    arena_free(a);
    return check_done("unit_account");
}
