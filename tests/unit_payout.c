/*
 * Bank accounts, holds, the file for the bank, and which earnings a person has to review. How
 * payouts are made: payout.test.mjs. Needs OVS_CONF of a running site.
 *
 * For payout.test.mjs, instead:
 *   unit_payout seed HANDLE MINOR ...   old creators with that much payable and with an account
 *   unit_payout seed-at HANDLE MINOR DAY ...   the same, payable since that day after 1 Jan 2027
 *   unit_payout in|out MINOR            money into or out of the account that payouts come from
 *   unit_payout line TEXT MINOR CCY     a line of the bank's statement; prints what became of it
 *   unit_payout account HANDLE HOLDER IBAN   gives an account; prints what became of it
 *   unit_payout sent                    reserved payouts are sent as they were before there was `exported`
 */
#include "base/iban.h"
#include "app/payout/concentration.h"
#include "app/money/ledger.h"
#include "app/payout/payout.h"
#include "app/payout/sepa.h"
#include "app/payout/target.h"
#include "base/clock.h"
#include "base/conf.h"
#include "base/fmt.h"
#include "base/str.h"
#include "check.h"
#include "io/secret.h"

#define IBAN "DE89370400440532013000" /* the example of the IBAN registry */

static struct arena *a;
static struct db *money, *admin;

STMT(q_user, &number_shape, "SELECT id AS n FROM user WHERE handle = ?");
STMT(q_seen, &number_shape,
     "SELECT COUNT(*) AS n FROM payee WHERE user_id = ? AND CONCAT_WS(' ', holder, iban_sealed,"
     " iban_end, fingerprint, vat_id) LIKE '%0440532013%'");
STMT(q_accounts, &number_shape,
     "SELECT COUNT(DISTINCT fingerprint) AS n FROM payee WHERE user_id IN (?, ?)");

static int64_t number(const struct stmt *q, const struct arg *args)
{
    int64_t row = -1;
    CHECK_INT(db_number(admin, a, q, args, &row), RC_OK);
    return row;
}

static void script(const char *sql) { CHECK_INT(db_script(admin, sql), RC_OK); }

static int64_t add_user(const char *handle, int64_t created_ms)
{
    script(arena_printf(a,
                        "INSERT INTO user (email, handle, display_name, created_ms)"
                        " VALUES ('%s@example.org', '%s', 'Unit', %" PRId64 ")",
                        handle, handle, created_ms));
    return number(&q_user, ARGS(STR(handle)));
}

static const char *new_handle(void) { return str_hex(a, random_id(a, 8), 8); }

/* Accounts */

static void check_iban(void)
{
    static const char *const good[] = {
        IBAN,
        "GB29 NWBK 6016 1331 9268 19",
        "fr14 2004 1010 0505 0001 3m02 606",
        "NO9386011117947",
        "MT84MALT011000012345MTLCAST001S",
        "LC55HEMM000100010012001200023015",
        "AT61 1904 3002 3457 3201",
    };
    static const char *const bad[] = {
        "",
        " ",
        "DE",
        "DE8937040044053201300",
        "DE893704004405320130000",
        "XX89370400440532013000",
        "DE89-3704-0044-0532-0130-00",
        "89DE370400440532013000",
        "DEAA370400440532013000",
        "DE89370400440532013000DE89370400440532013000",
    };
    const char *plain;

    for (size_t i = 0; i < COUNT(good); i++)
        CHECK(iban_ok(a, good[i], &plain));
    for (size_t i = 0; i < COUNT(bad); i++)
        CHECK(!iban_ok(a, bad[i], &plain));
    CHECK(iban_ok(a, good[2], &plain));
    CHECK_STR(plain, "FR1420041010050500013M02606");
}

/* What ISO 7064 promises: one wrong digit, or two digits exchanged, are always found. */
static void check_iban_slips(void)
{
    char typed[] = IBAN;
    const char *plain;

    for (size_t i = 2; typed[i]; i++) {
        char right = typed[i];
        for (char c = '0'; c <= '9'; c++) {
            typed[i] = c;
            CHECK(iban_ok(a, typed, &plain) == (c == right));
        }
        typed[i] = right;
        if (typed[i + 1] && typed[i + 1] != right) {
            typed[i] = typed[i + 1], typed[i + 1] = right;
            CHECK(!iban_ok(a, typed, &plain));
            typed[i + 1] = typed[i], typed[i] = right;
        }
    }
}

static enum rc set_account(int64_t user_id, const char *holder, const char *iban,
                           const char *vat_id, int64_t now_ms, struct problem *why)
{
    return payee_set(money, a, user_id,
                     &(struct payee_form){ holder, iban, vat_id, "192.0.2.0/24" }, now_ms, why);
}

static void check_payee(void)
{
    int64_t user = add_user(new_handle(), 0), other = add_user(new_handle(), 0);
    struct problem why = { 0 };
    struct payee p;
    const char *iban;

    CHECK_INT(payee_get(money, a, user, &p), RC_NOT_FOUND);
    CHECK_INT(payee_ask_rest(money, user, 1), RC_NOT_FOUND);
    CHECK_INT(set_account(user, "Ann Example", "", "", 1, &why), RC_INVALID);
    CHECK_STR(why.field, "iban");
    CHECK_INT(set_account(user, " ", IBAN, "", 1, &why), RC_INVALID);
    CHECK_STR(why.field, "holder");
    CHECK_INT(set_account(user, "😀", IBAN, "", 1, &why), RC_INVALID);
    CHECK_STR(why.field, "holder");
    CHECK_STR(why.text,
              "A bank would not see any letter of this name. Please write the name in Latin"
              " letters, as your bank does.");
    CHECK_INT(set_account(user, "Ann \xf0\x90\x90\x80", IBAN, "", 1, &why), RC_INVALID);
    CHECK(strstr(why.text, "A bank would read “Ann” here.") != NULL);
    CHECK_INT(set_account(user, "Ann", IBAN, "no", 1, &why), RC_INVALID);
    CHECK_STR(why.field, "vat_id");
    CHECK_INT(payee_get(money, a, user, &p), RC_NOT_FOUND);

    CHECK_INT(set_account(user, " Ann  Example ", "de89 3704 0044 0532 0130 00", "atu 123.45678",
                          1000, &why),
              RC_OK);
    CHECK_INT(payee_get(money, a, user, &p), RC_OK);
    CHECK_STR(p.holder, "Ann Example");
    CHECK_STR(p.iban_end, "3000");
    CHECK_STR(p.vat_id, "ATU12345678");
    CHECK_INT(p.state, PAYEE_ACTIVE);
    CHECK_INT(p.account_ms, 1000);
    CHECK_INT(number(&q_seen, ARGS(I64(user))), 0);
    CHECK_INT(payee_iban(money, a, user, &iban), RC_OK);
    CHECK_STR(iban, IBAN);

    /* another name, no account or the same one: no new waiting time; another account: a new one */
    CHECK_INT(set_account(user, "Ann B", "", "", 2000, &why), RC_OK);
    CHECK_INT(set_account(user, "Ann C", IBAN, "", 3000, &why), RC_OK);
    CHECK_INT(payee_get(money, a, user, &p), RC_OK);
    CHECK_STR(p.holder, "Ann C");
    CHECK_INT(p.account_ms, 1000);
    CHECK_INT(payee_ready_ms(p.account_ms), 1000 + 7 * DAY_MS);
    CHECK_INT(set_account(user, "Ann", "AT611904300234573201", "", 4000, &why), RC_OK);
    CHECK_INT(payee_get(money, a, user, &p), RC_OK);
    CHECK_INT(p.account_ms, 4000);

    /* its owner is told of both accounts, for a month, and not of other changes */
    struct payee_change_list changes;
    CHECK_INT(payee_changes(money, a, user, 5000, &changes), RC_OK);
    CHECK_INT((int64_t)changes.n, 2);
    CHECK_STR(changes.items[0].old_end, "3000");
    CHECK_STR(changes.items[0].new_end, "3201");
    CHECK_STR(changes.items[0].network, "192.0.2.0/24");
    CHECK_INT(changes.items[0].at_ms, 4000);
    CHECK_STR(changes.items[1].old_end, "");
    CHECK_INT(payee_changes(money, a, user, 1000 + PAYEE_TOLD_DAYS * DAY_MS, &changes), RC_OK);
    CHECK_INT((int64_t)changes.n, 1);
    CHECK_INT(payee_stop(money, a, user, 5000, &why), RC_OK);
    CHECK_INT(payee_stop(money, a, user, 5000, &why), RC_OK);
    CHECK_INT(payee_stop(money, a, other, 5000, &why), RC_CONFLICT);

    /* equal accounts have equal fingerprints; a row's account is of no use in another row */
    CHECK_INT(set_account(other, "Bob", IBAN, "", 1, &why), RC_OK);
    CHECK_INT(number(&q_accounts, ARGS(I64(user), I64(other))), 2);
    CHECK_INT(set_account(other, "Bob", "AT61 1904 3002 3457 3201", "", 1, &why), RC_OK);
    CHECK_INT(number(&q_accounts, ARGS(I64(user), I64(other))), 1);
    script(arena_printf(a,
                        "UPDATE payee p JOIN payee o ON o.user_id = %" PRId64
                        " SET p.iban_sealed = o.iban_sealed WHERE p.user_id = %" PRId64,
                        other, user));
    CHECK_INT(payee_iban(money, a, user, &iban), RC_INVALID);

    CHECK_INT(payee_doubt(money, user, 5000), RC_OK);
    CHECK_INT(payee_get(money, a, user, &p), RC_OK);
    CHECK_INT(p.state, PAYEE_INCOMPLETE);
}

static void check_holds(void)
{
    int64_t user = add_user(new_handle(), 0);
    struct problem why = { 0 };
    struct payout_hold h;
    bool was;
    char *text = arena_alloc(a, APPEAL_MAX_BYTES + 2);

    CHECK_INT(hold_get(money, a, user, &h), RC_NOT_FOUND);
    CHECK_INT(hold_appeal(money, a, user, "why?", 1, &why), RC_CONFLICT);
    CHECK_INT(hold_set(money, user, HOLD_REVIEW, "", 0, 1000), RC_INVALID);
    CHECK_INT(hold_set(money, user, HOLD_REVIEW, "a look", 0, 1000), RC_OK);
    CHECK_INT(hold_set(money, user, HOLD_FREEZE, "again", 1, 1000), RC_CONFLICT);
    CHECK_INT(hold_get(money, a, user, &h), RC_OK);
    CHECK_INT(h.kind, HOLD_REVIEW);
    CHECK_STR(h.reason, "a look");
    memset(text, 'x', APPEAL_MAX_BYTES + 1);
    CHECK_INT(hold_appeal(money, a, user, text, 2000, &why), RC_INVALID);
    CHECK_STR(why.field, "appeal");
    text[APPEAL_MAX_BYTES] = 0;
    CHECK_INT(hold_appeal(money, a, user, text, 2000, &why), RC_OK);
    CHECK_INT(hold_appeal(money, a, user, "once more", 3000, &why), RC_CONFLICT);
    CHECK_INT(hold_get(money, a, user, &h), RC_OK);
    CHECK_STR(h.appeal, text);
    CHECK_INT(h.appeal_ms, 2000);
    CHECK_INT(hold_lift(money, user, 1, 4000), RC_OK);
    CHECK_INT(hold_lift(money, user, 1, 4000), RC_NOT_FOUND);
    CHECK_INT(hold_get(money, a, user, &h), RC_NOT_FOUND);
    CHECK_INT(hold_was_reviewed(money, a, user, 1000, &was), RC_OK);
    CHECK(was);
    CHECK_INT(hold_was_reviewed(money, a, user, 1001, &was), RC_OK);
    CHECK(!was);
    CHECK_INT(hold_set(money, user, HOLD_FREEZE, "now by hand", 1, 5000), RC_OK);
}

/* The file for the bank */

/* What a bank reads; NULL: it cannot be written. */
static void check_sepa_text(void)
{
    static const struct {
        const char *typed, *reads;
        bool ok;
    } names[] = {
        { "Müller & Söhne", "Muller + Sohne", true },
        { "Mu\xcc\x88ller", "Muller", true }, /* decomposed */
        { "Ștefan Țepeș", "Stefan Tepes", true },
        { "Şule Ţiriac", "Sule Tiriac", true },
        { "Nguyễn Văn Đức", "Nguyen Van Duc", true },
        { "Anne O’Brien", "Anne O'Brien", true },
        { "Jean–Luc „Lou“ d‘Arc", "Jean-Luc ,,Lou' d'Arc", true },
        { "Иван A", "Ivan A", true },
        { "Видео", "Video", true },
        { "Ольга Щербакова", "Olga Shcherbakova", true },
        { "Χρήστος Παπαδόπουλος", "Christos Papadopoulos", true },
        { "Łódź Æ Ø ß Þ ð Ĳ", "Lodz AE O ss TH d IJ", true },
        { "Əliyev İlham ı", "Eliyev Ilham i", true },
        { "𝓐𝓷𝓷 ﬁ Ⅷ", "Ann fi VIII", true },
        { "やまだ たろう", "yamada tarou", true },
        { "山田太郎", "shan tian tai lang", false }, /* Yamada Taro */
        { "محمد", "mhmd", false },
        { "דוד A", "dwd A", false },
        { "Ann 😀 Smith", "Ann Smith", true },
        { "a//b/ <x> {y}_z; \"q\" \\ % 1/2", "a/b/ (x) (y)-z, 'q' 1/2", true },
        { "/Ann/", "Ann", true },
        { "😀", "", false },
        { "12 34", "12 34", false },
        { "Ann ᐁ", "Ann", false },                /* Canadian syllabics: ICU knows no Latin form */
        { "Ann \xf0\x90\x90\x80", "Ann", false }, /* Deseret */
        { "", "", false },
    };
    const char *as;

    for (size_t i = 0; i < COUNT(names); i++) {
        CHECK(sepa_writes(a, names[i].typed, &as) == names[i].ok);
        CHECK_STR(as, names[i].reads);
        CHECK_STR(sepa_text(a, as, SEPA_NAME_MAX_BYTES), as); /* writing it again changes nothing */
    }
    CHECK_STR(sepa_text(a, "cafés", 4), "cafe");
    CHECK_STR(sepa_text(a, "abc def", 4), "abc");
}

/* Every letter of Europe and of the scripts next to it can be written, and never as a full stop. */
static void check_sepa_letters(void)
{
    static const struct {
        unsigned from, to;
    } blocks[] = { { 0xC0, 0xD6 },   { 0xD8, 0xF6 },    { 0xF8, 0x17F },  { 0x218, 0x21B },
                   { 0x391, 0x3A1 }, { 0x3A3, 0x3C9 },  { 0x400, 0x45F }, { 0x1EA0, 0x1EF9 },
                   { 0x531, 0x556 }, { 0x10D0, 0x10F0 } };
    const char *as;

    for (size_t i = 0; i < COUNT(blocks); i++)
        for (unsigned c = blocks[i].from; c <= blocks[i].to; c++) {
            char text[] = { 'A', 0, 0, 0, 0 };
            if (c < 0x800)
                text[1] = (char)(0xC0 | c >> 6), text[2] = (char)(0x80 | (c & 0x3F));
            else
                text[1] = (char)(0xE0 | c >> 12), text[2] = (char)(0x80 | (c >> 6 & 0x3F)),
                text[3] = (char)(0x80 | (c & 0x3F));
            CHECK(sepa_writes(a, text, &as) && strchr(as, '.') == NULL);
        }
}

static void check_sepa_countries(void)
{
    CHECK(sepa_reaches(IBAN) && sepa_in_eea(IBAN));
    CHECK(sepa_reaches("CH9300762011623852957") && !sepa_in_eea("CH9300762011623852957"));
    CHECK(sepa_reaches("RS35260005601001611379") && sepa_reaches("GI75NWBK000000007099453"));
    static const char *const others[] = { "SA", "KZ", "BR", "RU", "TR", "UA", "US", "A", "", "T " };
    for (size_t i = 0; i < COUNT(others); i++)
        CHECK(!sepa_reaches(others[i]));
}

static void check_sepa_file(void)
{
    struct sepa_transfer t[] = {
        { "OVS-P1", "Zo\xc3\xab & Co", "AT61 1904 3002 3457 3201", "Site 2026-11", 123456 },
        { "OVS-P2", "Bob", IBAN, "Site 2026-11", 1 },
    };
    struct sepa_order o = { "OVS-202611-R1-1",
                            INT64_C(1793851200000),
                            INT64_C(1793923200000),
                            "Owner",
                            IBAN,
                            "",
                            "",
                            "",
                            t,
                            2 };
    struct problem why = { 0 };
    const char *xml = "";

    CHECK_INT(sepa_file(a, &o, &xml, &why), RC_OK);
    CHECK(strstr(xml, "<NbOfTxs>2</NbOfTxs><CtrlSum>1234.57</CtrlSum>") != NULL);
    CHECK(strstr(xml, "<CreDtTm>2026-11-05T04:00:00Z</CreDtTm>") != NULL);
    CHECK(strstr(xml, "<ReqdExctnDt><Dt>2026-11-06</Dt></ReqdExctnDt>") != NULL);
    CHECK(strstr(xml, "<InstdAmt Ccy=\"EUR\">0.01</InstdAmt>") != NULL);
    CHECK(strstr(xml, "<IBAN>AT611904300234573201</IBAN>") != NULL);
    CHECK(strstr(xml, "<Nm>Zoe + Co</Nm>") != NULL);
    CHECK(strstr(xml, "<Id>NOTPROVIDED</Id>") != NULL);
    o.bic = "COBADEFFXXX";
    CHECK_INT(sepa_file(a, &o, &xml, &why), RC_OK);
    CHECK(strstr(xml, "<BICFI>COBADEFFXXX</BICFI>") != NULL);
    t[1].amount_minor = SEPA_AMOUNT_MAX_MINOR + 1;
    CHECK_INT(sepa_file(a, &o, &xml, &why), RC_INVALID);
    t[1].amount_minor = 1;
    t[1].iban = "DE00";
    CHECK_INT(sepa_file(a, &o, &xml, &why), RC_INVALID);
    CHECK_STR(why.text, "OVS-P2 has no valid IBAN.");
    t[1].iban = "BR1800360305000010009795493C1";
    CHECK_INT(sepa_file(a, &o, &xml, &why), RC_INVALID);
    CHECK(strstr(why.text, "an account in BR, which SEPA transfers do not reach") != NULL);
    t[1].iban = IBAN, t[1].holder = "😀";
    CHECK_INT(sepa_file(a, &o, &xml, &why), RC_INVALID);
    CHECK(strstr(why.text, "The name of OVS-P2") != NULL);

    /* outside the European Economic Area the payer's town and country are needed */
    t[1].holder = "Bob", t[1].iban = "CH93 0076 2011 6238 5295 7";
    CHECK_INT(sepa_file(a, &o, &xml, &why), RC_INVALID);
    CHECK(strstr(why.text, "bank_town") != NULL);
    o.town = "Köln", o.country = "DE";
    CHECK_INT(sepa_file(a, &o, &xml, &why), RC_OK);
    CHECK(strstr(
              xml,
              "<Dbtr><Nm>Owner</Nm><PstlAdr><TwnNm>Koln</TwnNm><Ctry>DE</Ctry></PstlAdr></Dbtr>") !=
          NULL);
    o.n = 0;
    CHECK_INT(sepa_file(a, &o, &xml, &why), RC_INVALID);
    o.n = 1, o.iban = "DE00";
    CHECK_INT(sepa_file(a, &o, &xml, &why), RC_INVALID);
}

/* Concentration: months of members, each settled on settled_day for 1000 to one creator. */

static int64_t creator, settled_day;

static void add_unit(int64_t member_age_days, int64_t seconds)
{
    const char *ref = random_id(a, 12);
    int64_t member = add_user(new_handle(), (settled_day - member_age_days) * DAY_MS);

    script(arena_printf(
        a,
        "INSERT INTO policy (rule, share_bp, fees, idle, min_unit_seconds, hold_days, since_ms)"
        " VALUES ('user', 10000, 'shared', 'uplift', 0, 0, 0)"
        " ON DUPLICATE KEY UPDATE id = LAST_INSERT_ID(id); SET @policy = LAST_INSERT_ID();"
        "INSERT INTO payment (user_id, provider, provider_ref, amount_minor, tax_minor, currency,"
        " starts_ms, ends_ms, paid_ms) VALUES (%" PRId64 ", 'test', '%s', 1000, 0, 'XTS', 0, 1, 0);"
        "SET @payment = LAST_INSERT_ID();"
        "INSERT INTO unit (payment_id, n, user_id, policy_id, starts_ms, ends_ms, currency,"
        " gross_minor, tax_minor, fee_minor, settled_ms, seconds)"
        " VALUES (@payment, 0, %" PRId64 ", @policy, 0, 1, 'XTS', 1000, 0, 0, %" PRId64 ", 100);"
        "INSERT INTO unit_share (unit_id, creator_id, seconds, amount_minor)"
        " VALUES (LAST_INSERT_ID(), %" PRId64 ", %" PRId64 ", 1000)",
        member, ref, member, settled_day * DAY_MS, creator, seconds));
}

static void add_units(int n, int64_t member_age_days, int64_t seconds)
{
    for (int i = 0; i < n; i++)
        add_unit(member_age_days, seconds);
}

/* Of the payment of the latest unit. */
static void dispute(int64_t minor, const char *state)
{
    script(arena_printf(a,
                        "INSERT INTO reversal (payment_id, provider, provider_ref, kind, state,"
                        " amount_minor, created_ms) SELECT MAX(id), 'test', '%s', 'dispute', '%s',"
                        " %" PRId64 ", 0 FROM payment",
                        random_id(a, 12), state, minor));
}

static const char *found_in(int64_t from_day, int64_t to_day, int64_t min_minor)
{
    const struct concentration_period period = { from_day * DAY_MS, to_day * DAY_MS, "XTS" };
    struct concentration_site site;
    const char *reason = NULL;

    CHECK_INT(concentration_site(money, a, &period, &site), RC_OK);
    CHECK_INT(concentration_find(money, a, creator, &period, &site, min_minor, &reason), RC_OK);
    CHECK(strlen(reason) <= HOLD_REASON_MAX_BYTES);
    return reason;
}
static const char *found(void) { return found_in(settled_day - 10, settled_day + 10, 1000); }

static void others(int n, int64_t member_age_days, int64_t seconds)
{
    creator = add_user(new_handle(), 0);
    add_units(n, member_age_days, seconds);
}

static void check_concentration(void)
{
    /* the figures are of the whole site: out of the way with what other programs have left there */
    script("UPDATE unit SET settled_ms = settled_ms + 86400000000 WHERE settled_ms BETWEEN 1 AND"
           " 86400000000");
    settled_day = 100;
    others(40, 90, 50);
    creator = add_user(new_handle(), 0);
    CHECK_STR(found(), "");
    add_units(7, 59, 50);
    add_unit(60, 50);
    add_unit(61, 89);
    CHECK_STR(found(), ""); /* 7 of 9 are 77 % */
    add_unit(1, 50);
    CHECK_STR(found(), "Of the 100.00 XTS from months settled between 1 Apr 1970 and 20 Apr 1970,"
                       " 80.00 XTS (80 %) came from 8 accounts younger than 60 days; for other"
                       " creators here it is 0 %. Stolen cards look like this, so a person looks at"
                       " it before anything is paid. Please say in your answer where these viewers"
                       " came from.");
    CHECK_STR(found_in(90, 110, 10001), "");
    CHECK_STR(found_in(101, 110, 0), "");
    CHECK_STR(found_in(90, 100, 0), ""); /* `to` is not in it */

    settled_day = 200;
    others(40, 90, 50);
    creator = add_user(new_handle(), 0);
    add_units(4, 90, 90);
    add_unit(90, 89);
    CHECK(strstr(found(),
                 "40.00 XTS (80 %) came from 4 members who spend 90 % or more of their time on"
                 " this channel; for other creators here it is 0 %.") != NULL);

    /* nobody can bring a small channel into review alone */
    settled_day = 300;
    others(40, 90, 50);
    creator = add_user(new_handle(), 0);
    add_units(2, 1, 100);
    CHECK_STR(found(), "");
    add_unit(1, 100);
    CHECK(*found());

    /* on a new site every account is young, and on a small one everybody watches one channel */
    settled_day = 400;
    others(10, 30, 50);
    creator = add_user(new_handle(), 0);
    add_units(10, 30, 50);
    CHECK_STR(found(), "");
    settled_day = 500;
    creator = add_user(new_handle(), 0);
    add_units(10, 30, 100);
    CHECK_STR(found(), ""); /* the only one */
}

static void check_concentration_disputes(void)
{
    settled_day = 600;
    others(40, 90, 50);
    creator = add_user(new_handle(), 0);
    add_units(7, 90, 50);
    add_unit(90, 50), dispute(1000, "open");
    add_unit(90, 50), dispute(1000, "done");
    CHECK_STR(found(), ""); /* two of nine are 22 %, but two members */
    add_unit(90, 50), dispute(1000, "undone");
    CHECK_STR(found(), ""); /* won */
    add_unit(90, 50), dispute(1000, "open");
    CHECK_STR(found(),
              "Of the 110.00 XTS from months settled between 14 Aug 1971 and 2 Sep 1971,"
              " 30.00 XTS (27 %) came from 3 members whose payments are disputed, or were and"
              " had to be paid back; disputes that ended well do not count. A person looks at"
              " this before anything is paid. If you know who these viewers are, please say so"
              " in your answer.");

    /* by amount: three disputes about a third each are one month of twelve */
    settled_day = 700;
    others(40, 90, 50);
    creator = add_user(new_handle(), 0);
    add_units(9, 90, 50);
    for (int i = 0; i < 3; i++)
        add_unit(90, 50), dispute(333, "open");
    CHECK_STR(found(), "");
    dispute(333, "open");
    CHECK(strstr(found(), "(11 %) came from 3 members") != NULL);

    /* what was lost is still seen when little else is left */
    settled_day = 800;
    others(40, 90, 50);
    creator = add_user(new_handle(), 0);
    for (int i = 0; i < 3; i++)
        add_unit(90, 50), dispute(1000, "done");
    script(arena_printf(
        a, "UPDATE unit_share SET reversed_minor = amount_minor WHERE creator_id = %" PRId64,
        creator));
    CHECK(strstr(found(), "(100 %)") != NULL);
}

/* For payout.test.mjs */

static enum rc post(struct db *db, void *arg) { return ledger_post(db, a, arg); }

static void book(const char *ikey, struct ledger_account_ref debit,
                 struct ledger_account_ref credit, const char *minor, int64_t on_ms)
{
    struct ledger_leg leg = { .debit = debit, .credit = credit };
    struct posting p = { .ikey = ikey,
                         .kind = "unit",
                         .effective_ms = on_ms,
                         .currency = pay_configured()->currency(),
                         .legs = &leg,
                         .n = 1 };

    CHECK_INT(str_to_i64(minor, strlen(minor), 1, LEDGER_AMOUNT_MAX, &leg.amount_minor), RC_OK);
    CHECK_INT(db_transact(money, post, &p), RC_OK);
}

static void seed(const char *handle, const char *minor, int64_t on_ms)
{
    int64_t user = add_user(handle, 0);
    struct problem why = { NULL, "" };

    CHECK_INT(set_account(user, handle, IBAN, "", clock_now_ms() - 30 * DAY_MS, &why), RC_OK);
    book(arena_printf(a, "seed:%s", handle),
         (struct ledger_account_ref){ pay_configured()->account, 0 },
         (struct ledger_account_ref){ ACCOUNT_CREATOR_PAYABLE, user }, minor, on_ms);
}

/* Money comes into the driver's account, or goes out of it. */
static void move(bool in, const char *minor)
{
    struct ledger_account_ref account = { pay_configured()->account, 0 },
                              other = { ACCOUNT_ROUNDING, 0 };

    book(random_id(a, 8), in ? account : other, in ? other : account, minor, 0);
}

static void line(const char *text, const char *minor, const char *currency)
{
    struct problem why = { 0 };
    const char *ikey;
    int64_t out;
    size_t found;

    CHECK_INT(str_to_i64(minor, strlen(minor), INT64_MIN, INT64_MAX, &out), RC_OK);
    enum rc rc = payout_bank_line(money, a, text, out, currency, clock_now_ms(), &found, &ikey,
                                  &why);
    printf("%s %zu %s\n", rc_name(rc), found, why.text ? why.text : "");
}

STMT(q_sent, NULL, "UPDATE payout SET state = 'sent' WHERE state = 'reserved'");

static void sent(void)
{
    struct payout_list list;

    CHECK_INT(payout_list_all(money, a, &list), RC_OK);
    for (size_t i = 0; i < list.n; i++) {
        const struct payout *p = &list.items[i];
        const struct ledger_leg leg = {
            { ACCOUNT_CREATOR_TRANSIT, p->user_id }, { ACCOUNT_BANK, 0 }, p->amount_minor, 0
        };
        struct posting posting = {
            .ikey = arena_printf(a, "payout:%" PRId64 ":sent", p->id),
            .kind = "payout_sent",
            .ref_type = "payout",
            .ref_id = arena_printf(a, "%" PRId64, p->id),
            .currency = p->currency,
            .legs = &leg,
            .n = 1,
        };
        CHECK_INT(db_transact(money, post, &posting), RC_OK);
    }
    CHECK_INT(db_run(admin, &q_sent, NO_ARGS, NULL), RC_OK);
}

static void account(const char *handle, const char *holder, const char *iban)
{
    struct problem why = { 0 };
    enum rc rc = set_account(number(&q_user, ARGS(STR(handle))), holder, iban, "",
                             clock_now_ms() - 30 * DAY_MS, &why);
    printf("%s %s\n", rc_name(rc), why.text ? why.text : "");
}

/* Days on which banks settle transfers. */
static void check_target(void)
{
    static const char *const closed[] = { "2026-01-01", "2026-04-03", "2026-04-06", "2026-05-01",
                                          "2026-12-25", "2026-12-26", "2027-03-26", "2027-03-29",
                                          "2028-04-14", "2028-04-17", "2038-04-23", "2038-04-26",
                                          "2027-06-05", "2027-06-06" };
    static const char *const open[] = { "2026-04-02", "2026-04-07", "2026-12-24", "2026-12-28",
                                        "2027-05-06", "2027-01-04", "2027-11-01" };
    int64_t ms;

    for (size_t i = 0; i < COUNT(closed); i++)
        CHECK(fmt_read_date(closed[i], &ms) == RC_OK && !target_is_open(ms));
    for (size_t i = 0; i < COUNT(open); i++)
        CHECK(fmt_read_date(open[i], &ms) == RC_OK && target_is_open(ms));
    CHECK_INT(fmt_read_date("2026-12-24", &ms), RC_OK);
    CHECK_STR(fmt_date(a, target_next(ms)), "28 Dec 2026");
    CHECK_STR(fmt_date(a, target_next(ms + 23 * HOUR_MS)), "28 Dec 2026");
    CHECK_STR(fmt_date(a, target_next(ms - DAY_MS + 23 * HOUR_MS)),
              "28 Dec 2026"); /* there: the 24th */
}

int main(int argc, char **argv)
{
    static const struct check_case cases[] = {
        CASE(check_iban),          CASE(check_iban_slips),
        CASE(check_payee),         CASE(check_holds),
        CASE(check_sepa_text),     CASE(check_sepa_file),
        CASE(check_sepa_letters),  CASE(check_sepa_countries),
        CASE(check_concentration), CASE(check_concentration_disputes),
        CASE(check_target),
    };

    a = arena_new(64 << 20);
    money = db_new(DB_MONEY, 30);
    admin = db_new(DB_ADMIN, 30);
    if (argc == 3 && (str_eq(argv[1], "in") || str_eq(argv[1], "out")))
        move(str_eq(argv[1], "in"), argv[2]);
    else if (argc == 5 && str_eq(argv[1], "line"))
        line(argv[2], argv[3], argv[4]);
    else if (argc == 5 && str_eq(argv[1], "account"))
        account(argv[2], argv[3], argv[4]);
    else if (argc == 2 && str_eq(argv[1], "sent"))
        sent();
    else if (argc > 2 && str_eq(argv[1], "seed"))
        for (int i = 2; i + 1 < argc; i += 2)
            seed(argv[i], argv[i + 1], 0);
    else if (argc > 3 && str_eq(argv[1], "seed-at"))
        for (int i = 2; i + 2 < argc; i += 3)
            seed(argv[i], argv[i + 1],
                 INT64_C(1798761600000) + strtol(argv[i + 2], NULL, 10) * DAY_MS);
    else {
        CHECK_CHOOSE(argc, argv, cases);
        check_run();
    }
    db_close(money);
    db_close(admin);
    arena_free(a);
    return check_done("unit_payout");
}
