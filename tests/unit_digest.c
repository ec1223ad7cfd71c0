/* The weekly mail of followed creators against a real database: which week it is about, who gets it, that
 * it is written once. Needs OVS_CONF of a running site. */
#include "app/notify/choice.h"
#include "app/notify/letter.h"
#include "app/people/digest.h"
#include "base/clock.h"
#include "base/str.h"
#include "own_db.h"

enum { ANN = 1, BOB, CAT, DAN, ADA, CLEO };
static const int64_t monday_ms = INT64_C(1806278400000); /* 29 March 2027 00:00 UTC */
static struct arena *a, *item;
static struct db *db, *admin;

struct written {
    const char *fields;
};
SHAPE(written_shape, struct written, COLUMN(struct written, fields));
STMT(q_mails, &number_shape,
     "SELECT COUNT(*) AS n FROM mail WHERE kind = 'digest' AND (user_id = ? OR ? = 0)");
STMT(q_last, &written_shape,
     "SELECT fields FROM mail WHERE kind = 'digest' AND user_id = ? ORDER BY id DESC LIMIT 1");

static int64_t mails(int64_t user_id)
{
    int64_t n = -1;
    CHECK_INT(db_number(admin, a, &q_mails, ARGS(I64(user_id), I64(user_id)), &n), RC_OK);
    return n;
}

static void run(int64_t now_ms, enum rc want, int64_t want_told)
{
    int64_t told;
    CHECK_INT(digest_run(db, a, item, now_ms, &told), want);
    CHECK_INT(told, want_told);
}

static void add_video(const char *id, int64_t owner, const char *title, int64_t published_ms,
                      const char *state, const char *visibility)
{
    CHECK_INT(
        db_script(admin, arena_printf(a,
                                      "INSERT INTO video (public_id, user_id, category_id,"
                                      " title, state, visibility, length_ms, created_ms,"
                                      " published_ms) SELECT '%s', %" PRId64 ", MIN(id), '%s',"
                                      " '%s', '%s', 1000, 1, %" PRId64 " FROM category",
                                      id, owner, title, state, visibility, published_ms)),
        RC_OK);
}

static const char *subject_of(int64_t user_id)
{
    struct written w = { "" };
    CHECK_INT(db_one(admin, a, &q_last, ARGS(I64(user_id)), &w), RC_OK);
    return letter_subject(a, NOTICE_DIGEST, w.fields);
}

static void text_of(int64_t user_id, struct letter *out)
{
    struct written w = { "" };
    CHECK_INT(db_one(admin, a, &q_last, ARGS(I64(user_id)), &w), RC_OK);
    letter_write(a, NOTICE_DIGEST, user_id, "/following", w.fields, out);
}

static void a_week_is_told_once(void)
{
    struct letter letter;

    run(monday_ms - 1, RC_OK, 0); /* Sunday: the week before the one with videos */
    CHECK_INT(mails(0), 0);
    run(monday_ms, RC_OK, 2);
    run(monday_ms, RC_NOT_FOUND, 0);
    run(monday_ms + 7 * DAY_MS - 1, RC_NOT_FOUND, 0);
    CHECK_INT(mails(ANN), 1);
    CHECK_INT(mails(BOB), 1);
    CHECK_INT(mails(0), 2);
    CHECK_STR(subject_of(BOB), "A new video of creators that you follow");
    CHECK_STR(subject_of(ANN), "13 new videos of creators that you follow");
    text_of(ANN, &letter);
    CHECK_INT((int64_t)letter.paragraphs.n, DIGEST_VIDEOS + 1); /* and a button */
    CHECK(strstr(letter_text(a, &letter), "“Cats 0”, by “Cleo”\n"));
    CHECK(strstr(letter_text(a, &letter), "/watch/cleo0000000\n"));
    CHECK(!strstr(letter_text(a, &letter), "Walk"));
    run(monday_ms + 7 * DAY_MS, RC_OK, 1); /* Ada's of this week, which only Ann follows now */
    CHECK_INT(mails(ANN), 2);
    CHECK_INT(mails(0), 3);
    run(monday_ms + 14 * DAY_MS, RC_OK, 0);
}

static void a_killed_run_goes_on(void)
{
    CHECK_INT(db_script(admin, "DELETE FROM mail; DELETE FROM digest"), RC_OK);
    CHECK_INT(db_script(admin, arena_printf(
                                   a, "INSERT INTO digest (week, told_id) VALUES (%" PRId64 ", %d)",
                                   monday_ms / DAY_MS, ANN)),
              RC_OK);
    run(monday_ms + DAY_MS, RC_OK, 1);
    CHECK_INT(mails(ANN), 0);
    CHECK_INT(mails(BOB), 1);
    CHECK_INT(db_script(admin, "DELETE FROM digest"), RC_OK); /* and if all were forgotten */
    run(monday_ms + DAY_MS, RC_OK, 2);
    CHECK_INT(mails(0), 2);
}

static void not_without_mail(void)
{
    CHECK_INT(db_script(admin, "DELETE FROM mail; DELETE FROM digest"), RC_OK);
    OWN_CONF->mail = MAIL_NONE;
    run(monday_ms, RC_NOT_FOUND, 0);
    OWN_CONF->mail = MAIL_SENDMAIL;
    CHECK_INT(notice_choose(db, ANN, NOTICE_DIGEST, false, 1), RC_OK);
    run(monday_ms, RC_OK, 2);
    CHECK_INT(mails(ANN), 0);
    CHECK_INT(mails(BOB), 1);
}

static void setup(void)
{
    static const char *const names[] = { "ann", "bob", "cat", "dan", "ada", "cleo" };

    admin = own_db("mail = sendmail\nmail_from = a@b.example\n");
    a = arena_new(16 << 20);
    item = arena_new(16 << 20);
    db = db_new(DB_ORDINARY, 30);
    for (size_t i = 0; i < COUNT(names); i++)
        CHECK_INT(
            db_script(admin, arena_printf(a,
                                          "INSERT INTO user (id, email, handle, display_name,"
                                          " created_ms) VALUES (%zu, '%s@example.org', '%s',"
                                          " CONCAT(UPPER(LEFT('%s', 1)), SUBSTRING('%s', 2)), 1)",
                                          i + 1, names[i], names[i], names[i], names[i])),
            RC_OK);
    /* Ann follows both; Bob Ada; Cat somebody without videos; Dan is banned. */
    CHECK_INT(db_script(admin,
                        "INSERT INTO follow VALUES (1, 5, 1), (1, 6, 1), (2, 5, 1), (3, 4, 1),"
                        " (4, 5, 1); UPDATE user SET blocked = 1 WHERE id = 4"),
              RC_OK);
    add_video("ada00000000", ADA, "Walk", monday_ms - 2 * DAY_MS, "ready", "public");
    add_video("ada00000001", ADA, "Secret", monday_ms - DAY_MS, "ready", "private");
    add_video("ada00000002", ADA, "Link", monday_ms - DAY_MS, "ready", "unlisted");
    add_video("ada00000003", ADA, "Held", monday_ms - DAY_MS, "review", "public");
    add_video("ada00000004", ADA, "Old", monday_ms - 14 * DAY_MS - 1, "ready", "public");
    for (int i = 0; i < 12; i++)
        add_video(arena_printf(a, "cleo%07d", i), CLEO, arena_printf(a, "Cats %d", i),
                  monday_ms - DAY_MS - i, "ready", "public");
    add_video("cleo9999999", CLEO, "New", monday_ms, "ready", "public");
}

int main(int argc, char **argv)
{
    static const struct check_case cases[] = {
        CASE(a_week_is_told_once),
        CASE(a_killed_run_goes_on),
        CASE(not_without_mail),
    };

    CHECK_CHOOSE(argc, argv, cases);
    setup();
    check_run();
    db_close(db);
    return check_done("unit_digest");
}
