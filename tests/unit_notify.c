/* Notices against a real database: who is told what, and how often; the values of a notice are kept as
 * they were given, without what does not belong into a line. Needs OVS_CONF of a running site. */
#include "app/notify/notify.h"
#include "app/notify/quote.h"
#include "app/notify/values.h"
#include "base/clock.h"
#include "base/fmt.h"
#include "base/str.h"
#include "own_db.h"

enum { ANN = 1, BOB = 2 };
static const int64_t now_ms = INT64_C(1800000000000);
static struct arena *a;
static struct db *db, *money, *admin;

STMT(q_notices, &number_shape, "SELECT COUNT(*) AS n FROM notice WHERE user_id = ? AND kind = ?");
STMT(q_mails, &number_shape,
     "SELECT COUNT(*) AS n FROM mail WHERE COALESCE(user_id, 0) = ? AND kind = ? AND address = ?");

static int64_t count(const struct stmt *q, const struct arg *args)
{
    int64_t n = -1;
    CHECK_INT(db_number(admin, a, q, args, &n), RC_OK);
    return n;
}

static int64_t listed(int64_t user_id, enum notice_kind kind)
{
    return count(&q_notices, ARGS(I64(user_id), STR(notice_kind_word(kind))));
}

static int64_t mailed(int64_t user_id, enum notice_kind kind, const char *address)
{
    return count(&q_mails, ARGS(I64(user_id), STR(notice_kind_word(kind)), STR(address)));
}

static void told_by_kind(void)
{
    const struct notice both = { .user_id = ANN, .kind = NOTICE_VIDEO_PUBLISHED },
                        only_mail = { .user_id = ANN, .kind = NOTICE_CONFIRM_ADDRESS },
                        only_list = { .user_id = ANN, .kind = NOTICE_FOLLOWED_VIDEO };

    CHECK_INT(notify(db, a, &both, now_ms), RC_OK);
    CHECK_INT(notify(db, a, &only_mail, now_ms), RC_OK);
    CHECK_INT(notify(db, a, &only_list, now_ms), RC_OK);
    CHECK_INT(listed(ANN, NOTICE_VIDEO_PUBLISHED), 1);
    CHECK_INT(mailed(ANN, NOTICE_VIDEO_PUBLISHED, ""), 1);
    CHECK_INT(listed(ANN, NOTICE_CONFIRM_ADDRESS), 0);
    CHECK_INT(mailed(ANN, NOTICE_CONFIRM_ADDRESS, ""), 1);
    CHECK_INT(listed(ANN, NOTICE_FOLLOWED_VIDEO), 1);
    CHECK_INT(mailed(ANN, NOTICE_FOLLOWED_VIDEO, ""), 0);
}

static enum rc tell_in_transaction(struct db *with, void *arg)
{
    TRY(notify(with, a, arg, now_ms));
    return notify(with, a, arg, now_ms);
}

static void told_once(void)
{
    struct notice n = { .user_id = ANN, .kind = NOTICE_RECEIPT, .once = "2026-7" };

    for (int i = 0; i < 3; i++)
        CHECK_INT(notify(money, a, &n, now_ms), RC_OK);
    CHECK_INT(db_transact(money, tell_in_transaction, &n), RC_OK);
    CHECK_INT(listed(ANN, NOTICE_RECEIPT), 1);
    CHECK_INT(mailed(ANN, NOTICE_RECEIPT, ""), 1);
    n.user_id = BOB; /* the same event, somebody else */
    CHECK_INT(notify(money, a, &n, now_ms), RC_OK);
    CHECK_INT(mailed(BOB, NOTICE_RECEIPT, ""), 1);
    n.once = NULL;
    CHECK_INT(db_transact(money, tell_in_transaction, &n), RC_OK);
    CHECK_INT(mailed(BOB, NOTICE_RECEIPT, ""), 3);
}

static enum rc fail_after_telling(struct db *with, void *arg)
{
    TRY(notify(with, a, arg, now_ms));
    return RC_INVALID;
}

static void not_told_when_it_did_not_happen(void)
{
    struct notice n = { .user_id = ANN, .kind = NOTICE_PAYEE_CHANGED, .once = "1" };

    CHECK_INT(db_transact(money, fail_after_telling, &n), RC_INVALID);
    CHECK_INT(listed(ANN, NOTICE_PAYEE_CHANGED), 0);
    CHECK_INT(mailed(ANN, NOTICE_PAYEE_CHANGED, ""), 0);
}

static void not_wanted(void)
{
    const struct notice n = { .user_id = BOB, .kind = NOTICE_VIDEO_FAILED },
                        always = { .user_id = BOB, .kind = NOTICE_REFUND };

    CHECK_INT(
        db_script(admin, "INSERT INTO notice_off VALUES (2, 'video_failed', 1), (2, 'refund', 1)"),
        RC_OK);
    CHECK_INT(notify(db, a, &n, now_ms), RC_OK);
    CHECK_INT(notify(db, a, &always, now_ms), RC_OK);
    CHECK_INT(listed(BOB, NOTICE_VIDEO_FAILED), 1);
    CHECK_INT(mailed(BOB, NOTICE_VIDEO_FAILED, ""), 0);
    CHECK_INT(mailed(BOB, NOTICE_REFUND, ""), 1);
}

static void addresses(void)
{
    const struct notice nobody = { .kind = NOTICE_REPORT_RECEIVED, .address = "x@example.org" },
                        other = { .user_id = ANN,
                                  .kind = NOTICE_ADDRESS_CHANGED,
                                  .address = "old@example.org" };

    CHECK_INT(notify(db, a, &nobody, now_ms), RC_OK);
    CHECK_INT(notify(db, a, &other, now_ms), RC_OK);
    CHECK_INT(mailed(0, NOTICE_REPORT_RECEIVED, "x@example.org"), 1);
    CHECK_INT(mailed(ANN, NOTICE_ADDRESS_CHANGED, "old@example.org"), 1);
}

static void operators_are_told(void)
{
    const struct notice n = { .kind = NOTICE_OPERATOR_ALERT, .once = "audit:2027-01-15" };

    CHECK_INT(db_script(admin, "UPDATE user SET role = 2 WHERE id = 2"), RC_OK);
    CHECK_INT(notify_operators(db, a, &n, now_ms), RC_OK);
    CHECK_INT(notify_operators(db, a, &n, now_ms), RC_OK);
    CHECK_INT(mailed(BOB, NOTICE_OPERATOR_ALERT, ""), 1);
    CHECK_INT(mailed(ANN, NOTICE_OPERATOR_ALERT, ""), 0);
}

static void nothing_is_mailed_without_mail(void)
{
    const struct notice n = { .user_id = ANN, .kind = NOTICE_PAYOUT_SENT };

    OWN_CONF->mail = MAIL_NONE;
    CHECK_INT(notify(money, a, &n, now_ms), RC_OK);
    OWN_CONF->mail = MAIL_SENDMAIL;
    CHECK_INT(listed(ANN, NOTICE_PAYOUT_SENT), 1);
    CHECK_INT(mailed(ANN, NOTICE_PAYOUT_SENT, ""), 0);
}

static void a_stranger_cannot_fill_a_mailbox(void)
{
    struct notice n = { .kind = NOTICE_CONFIRM_ADDRESS, .address = "victim@example.org" },
                  upper = { .kind = NOTICE_CONFIRM_ADDRESS, .address = "Victim+7@Example.org" },
                  reset = { .user_id = BOB, .kind = NOTICE_RESET_PASSWORD },
                  text = { .user_id = BOB, .kind = NOTICE_COMMENT_NEW };
    int64_t most = notice_mails_per_day(NOTICE_CONFIRM_ADDRESS);

    for (int i = 0; i < 40; i++) {
        CHECK_INT(notify(db, a, &n, now_ms), RC_OK);
        CHECK_INT(notify(db, a, &upper, now_ms), RC_OK);
        CHECK_INT(notify(db, a, &reset, now_ms), RC_OK);
        CHECK_INT(notify(db, a, &text, now_ms), RC_OK);
    }
    CHECK_INT(mailed(0, NOTICE_CONFIRM_ADDRESS, n.address) +
                  mailed(0, NOTICE_CONFIRM_ADDRESS, upper.address),
              most);
    CHECK_INT(mailed(BOB, NOTICE_RESET_PASSWORD, ""), notice_mails_per_day(NOTICE_RESET_PASSWORD));
    CHECK_INT(mailed(BOB, NOTICE_COMMENT_NEW, ""), notice_mails_per_day(NOTICE_COMMENT_NEW));
    CHECK_INT(listed(BOB, NOTICE_COMMENT_NEW), 40);
    CHECK_INT(notify(db, a, &n, now_ms + DAY_MS), RC_OK);
    CHECK_INT(mailed(0, NOTICE_CONFIRM_ADDRESS, n.address), most / 2 + 2);
}

static void typed_text_is_quoted(void)
{
    static const struct {
        const char *typed, *line;
    } rows[] = {
        { "", "" },
        { "A walk", "“A walk”" },
        { "evil.example", "“evil. example”" },
        { "see www.evil.example/x", "“see www. evil. example/x”" },
        { "https://evil.example", "“https: //evil. example”" },
        { "evil\xe3\x80\x82"
          "example",
          "“evil\xe3\x80\x82 example”" },
        { "evil\xe2\x80\x8b.example", "“evil. example”" },
        { "evil.\xc2\xad"
          "example",
          "“evil. example”" },
        { "\"]( /x) “a” [b]", "“')( /x) 'a' (b)”" },
        { "Pay 3.50", "“Pay 3.50”" },
        { "\xe2\x80\xae"
          "desrever",
          "“desrever”" },
        { "\xd7\xa9", "“\xe2\x81\xa8\xd7\xa9\xe2\x81\xa9”" },
    };

    for (size_t i = 0; i < COUNT(rows); i++)
        CHECK_STR(quote_line(a, rows[i].typed), rows[i].line);
    CHECK_STR(quote_lines(a, "one\n\n> two\nhttp://a.b"), "> one\n> \n> > two\n> http: //a. b");
    CHECK_STR(quote_lines(a, ""), "");
}

static void values_are_kept(void)
{
    struct notice_values in = { .title = "A \t b\r\nSubject: c",
                                .text = "one\r\ntwo=2\n\n\tthree\x01\x7f",
                                .amount = "9.99 EUR",
                                .who = "" },
                         out;

    const char *row = notice_values_write(a, &in);
    CHECK_STR(row,
              "title=A b Subject: c\nwho=\ntext=one\n\ttwo=2\n\t\n\t three  \namount=9.99 EUR\n");
    notice_values_read(a, row, &out);
    CHECK_STR(out.title, "A b Subject: c");
    CHECK_STR(out.who, "");
    CHECK_STR(out.text, "one\ntwo=2\n\n three  ");
    CHECK_STR(out.amount, "9.99 EUR");
    CHECK(out.until == NULL);
    notice_values_read(a, "other=1\nwithout\namount=2", &out);
    CHECK_STR(out.amount, "2");
    CHECK(out.title == NULL);
    CHECK_STR(notice_values_write(a, &(struct notice_values){ 0 }), "");
}

static void long_values_are_cut(void)
{
    char text[3 * NOTICE_LINES_MAX_CHARS + 1] = "";
    struct notice_values in = { .title = text, .text = text, .what = text }, out;

    for (size_t i = 0; i < NOTICE_LINES_MAX_CHARS + 9; i++)
        memcpy(text + 2 * i, "ä", 3);
    notice_values_read(a, notice_values_write(a, &in), &out);
    CHECK_INT((int64_t)str_chars(out.title), NOTICE_TYPED_MAX_CHARS);
    CHECK_INT((int64_t)str_chars(out.text), NOTICE_LINES_MAX_CHARS);
    CHECK_INT((int64_t)str_chars(out.what), NOTICE_PLAIN_MAX_CHARS);
    CHECK(str_eq(out.title + strlen(out.title) - strlen("ä…"), "ä…"));
}

static void setup(void)
{
    admin = own_db("mail = sendmail\nmail_from = a@b.example\n");
    a = arena_new(16 << 20);
    db = db_new(DB_ORDINARY, 30);
    money = db_new(DB_MONEY, 30);
    CHECK_INT(
        db_script(
            admin,
            "INSERT INTO user (id, email, handle, display_name, created_ms) VALUES"
            " (1, 'ann@example.org', 'ann', 'Ann', 1), (2, 'bob@example.org', 'bob', 'Bob', 1)"),
        RC_OK);
}

int main(int argc, char **argv)
{
    static const struct check_case cases[] = {
        CASE(told_by_kind),
        CASE(told_once),
        CASE(not_told_when_it_did_not_happen),
        CASE(not_wanted),
        CASE(addresses),
        CASE(operators_are_told),
        CASE(nothing_is_mailed_without_mail),
        CASE(a_stranger_cannot_fill_a_mailbox),
        CASE(typed_text_is_quoted),
        CASE(values_are_kept),
        CASE(long_values_are_cut),
    };

    CHECK_CHOOSE(argc, argv, cases);
    setup();
    check_run();
    db_close(db);
    db_close(money);
    return check_done("unit_notify");
}
