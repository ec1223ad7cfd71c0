/* Codes of authenticator apps, QR codes, and what is kept of second steps. Needs OVS_CONF of a running
 * site for its database server. */
#include "app/people/factor.h"
#include "base/clock.h"
#include "base/str.h"
#include "io/qr.h"
#include "io/token.h"
#include "io/totp.h"
#include "own_db.h"

#define NOW INT64_C(1900000000000)

static struct arena *a;
static struct db *db;
static struct problem why;

static const char *const world[] = {
    "INSERT INTO user (id, email, handle, display_name, created_ms) VALUES"
    " (1, 'ann@example.org', 'ann', 'Ann', 1), (2, 'ben@example.org', 'ben', 'Ben', 1)",
    "INSERT INTO credential (user_id, password_hash, changed_ms) VALUES (1, 'x', 5), (2, 'x', 6)",
};

/* RFC 6238 appendix B, the last six digits of eight; its secret is "12345678901234567890". */
static void vectors(void)
{
    static const char secret[] = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
    static const struct {
        int64_t at_s;
        const char *code;
    } rows[] = { { 59, "287082" },         { 1111111109, "081804" }, { 1111111111, "050471" },
                 { 1234567890, "005924" }, { 2000000000, "279037" }, { 20000000000, "353130" } };
    char code[TOTP_DIGITS + 1];
    int64_t step;

    for (size_t i = 0; i < COUNT(rows); i++) {
        CHECK_INT(totp_code(secret, rows[i].at_s / TOTP_STEP_S, code), RC_OK);
        CHECK_STR(code, rows[i].code);
        for (int64_t off = i ? -2 : 0; off <= 2; off++) {
            bool near = off >= -TOTP_WINDOW && off <= TOTP_WINDOW;
            enum rc rc = totp_check(secret, rows[i].code, rows[i].at_s + off * TOTP_STEP_S, &step);
            CHECK_INT(rc, near ? RC_OK : RC_INVALID);
            CHECK(!near || step == rows[i].at_s / TOTP_STEP_S);
        }
    }
    CHECK_INT(totp_check(secret, "28708", 59, &step), RC_INVALID);
    CHECK_INT(totp_check(secret, "", 59, &step), RC_INVALID);
    CHECK_INT(totp_code("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJ", 1, code), RC_INVALID);
    CHECK_INT(totp_code("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJ1", 1, code), RC_INVALID);
}

static void texts(void)
{
    const char *secret = totp_secret(a);

    CHECK_INT((int64_t)strlen(secret), 32);
    CHECK(strcmp(secret, totp_secret(a)) != 0);
    CHECK_STR(totp_grouped(a, "ABCDEFGHIJ"), "ABCD EFGH IJ");
    CHECK_STR(totp_uri(a, "ABCD", "Kino & Film", "ann_b"),
              "otpauth://totp/Kino%20%26%20Film:ann_b?secret=ABCD&issuer=Kino%20%26%20Film");
}

/* The corners: a finder pattern is a ring of seven around a square of three. */
static void qr(void)
{
    struct qr code;

    CHECK_INT(qr_make(a, "otpauth://totp/x", &code), RC_OK);
    CHECK(code.side >= 21 + 8 && code.side % 4 == (17 + 8) % 4);
    CHECK(str_starts(code.path, "M4 4h7v1h-7z"));
    CHECK(strstr(code.path, "M4 5h1v1h-1z") && strstr(code.path, "M6 6h3v1h-3z"));
    char *long_text = arena_alloc(a, 4001);
    memset(long_text, 'x', 4000);
    long_text[4000] = 0;
    CHECK_INT(qr_make(a, long_text, &code), RC_TOO_LARGE);
}

static struct factor_change change(int64_t user_id, int64_t now_ms)
{
    return (struct factor_change){ db, a, user_id, now_ms, "here", &why };
}

static const char *code_of(const char *offer, int64_t now_ms)
{
    const char *secret = "";
    char code[TOTP_DIGITS + 1] = "";

    CHECK_INT(factor_offered(a, 1, offer, now_ms, &secret), RC_OK);
    CHECK_INT(totp_code(secret, now_ms / SECOND_MS / TOTP_STEP_S, code), RC_OK);
    return arena_str(a, code);
}

static void offers(void)
{
    const char *offer = factor_offer(a, 1, NOW), *secret;

    CHECK_INT(factor_offered(a, 1, offer, NOW + OFFER_MINUTES * MINUTE_MS, &secret), RC_OK);
    CHECK_INT((int64_t)strlen(secret), 32);
    CHECK_INT(factor_offered(a, 1, offer, NOW + OFFER_MINUTES * MINUTE_MS + 1, &secret), RC_GONE);
    CHECK_INT(factor_offered(a, 2, offer, NOW, &secret), RC_INVALID);
    CHECK_INT(factor_offered(a, 1, arena_printf(a, "%sA", offer), NOW, &secret), RC_INVALID);
    CHECK_INT(factor_offered(a, 1, "", NOW, &secret), RC_INVALID);
}

static struct recovery_codes set_up(int64_t now_ms, const char **offer)
{
    const struct factor_change c = change(1, now_ms);
    struct recovery_codes codes;

    *offer = factor_offer(a, 1, now_ms);
    CHECK_INT(factor_add_app(&c, *offer, code_of(*offer, now_ms), &codes), RC_OK);
    return codes;
}

static void codes_once(void)
{
    const char *offer;
    struct recovery_codes codes = set_up(NOW, &offer), again;
    const struct factor_change c = change(1, NOW), other = change(2, NOW);

    CHECK_INT((int64_t)codes.n, RECOVERY_CODES);
    CHECK_INT(factor_check(&c, code_of(offer, NOW)), RC_INVALID); /* used when it was set up */
    CHECK_INT(factor_check(&other, codes.items[0]), RC_INVALID);
    CHECK_INT(factor_check(&c, codes.items[0]), RC_OK);
    CHECK_INT(factor_check(&c, codes.items[0]), RC_INVALID);
    char *lower = arena_str(a, codes.items[1]);
    for (char *p = lower; *p; p++)
        *p = (char)(*p >= 'A' && *p <= 'Z' ? *p + 32 : *p == '0' ? 'o' : *p == '1' ? 'l' : *p);
    CHECK_INT(factor_check(&c, lower), RC_OK);

    const int64_t later = NOW + 15 * MINUTE_MS;
    const struct factor_change d = change(1, later);
    CHECK_INT(factor_check(&d, code_of(offer, later - TOTP_STEP_S * SECOND_MS)), RC_OK);
    CHECK_INT(factor_check(&d, code_of(offer, later)), RC_OK);
    CHECK_INT(factor_check(&d, code_of(offer, later - TOTP_STEP_S * SECOND_MS)), RC_INVALID);
    CHECK_INT(factor_renew_codes(&d, &again), RC_OK);
    CHECK_INT(factor_check(&d, codes.items[2]), RC_INVALID);
    CHECK_INT(factor_check(&d, again.items[2]), RC_OK);
    for (int i = 6; i <= FACTOR_TRIES; i++)
        CHECK(factor_check(&d, "000000") == RC_INVALID);
    CHECK_INT(factor_check(&d, again.items[3]), RC_LIMITED);
    CHECK_INT(factor_remove_app(&d), RC_OK);
    CHECK_INT(factor_remove_app(&d), RC_CONFLICT);
}

static void halves(void)
{
    struct claims claims;
    struct factors f;
    const char *half;
    int64_t user_id;

    CHECK_INT(factor_half(db, a, 2, NOW, &half), RC_OK);
    const int64_t end = NOW + HALF_MINUTES * MINUTE_MS;
    CHECK_INT(factor_half_of(db, a, half, end - SECOND_MS, &user_id, &f), RC_OK);
    CHECK_INT(user_id, 2);
    CHECK_INT(factor_half_of(db, a, half, end + SECOND_MS, &user_id, &f), RC_GONE);
    CHECK_INT(factor_half_of(db, a, "", NOW, &user_id, &f), RC_GONE);
    CHECK_INT(token_check(a, half, "access", NOW / SECOND_MS, &claims), RC_SIGN_IN);
    CHECK_INT(db_script(own_admin, "UPDATE credential SET changed_ms = 7 WHERE user_id = 2"),
              RC_OK);
    CHECK_INT(factor_half_of(db, a, half, NOW, &user_id, &f), RC_GONE);
}

static void reset(void)
{
    const struct actor by = { 2, "" };
    const char *offer;
    struct factors f;

    CHECK_INT(factor_reset(db, a, 1, by, "lost the telephone", NOW), RC_CONFLICT);
    set_up(NOW + DAY_MS, &offer);
    CHECK_INT(factor_reset(db, a, 1, by, "lost the telephone", NOW + DAY_MS), RC_OK);
    CHECK_INT(factor_get(db, a, 1, &f), RC_OK);
    CHECK(!factor_any(&f) && f.codes == 0);
    struct journal_list list;
    CHECK_INT(journal_list(db, a, 0, "member:1", 0, &list), RC_OK);
    CHECK_INT((int64_t)list.n, 1);
    CHECK_STR(list.items[0].why, "lost the telephone");
}

int main(int argc, char **argv)
{
    static const struct check_case cases[] = {
        CASE(vectors),
        CASE(texts),
        CASE(qr),
        CASE(offers),
        CASE(codes_once),
        CASE(halves),
        CASE_AFTER(codes_once, reset),
    };

    CHECK_CHOOSE(argc, argv, cases);
    a = arena_new(64 << 20);
    own_db("");
    for (size_t i = 0; i < COUNT(world); i++)
        CHECK_INT(db_script(own_admin, world[i]), RC_OK);
    db = db_new(DB_ADMIN, 30);
    check_run();
    db_close(db);
    arena_free(a);
    return check_done("unit_factor");
}
