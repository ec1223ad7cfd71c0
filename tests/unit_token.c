/* What is accepted as a token of ours, and what must not be. Forged ones are signed with our own
 * key, so that each is refused for its one fault and not for its signature. */
#include "base/str.h"
#include "check.h"
#include "io/secret.h"
#include "io/token.h"
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#define NOW INT64_C(1800000000)

static struct arena *a;

static const struct claims good = { 17, 4, 2, NOW, NOW + 900, "access" };

static bool passes_at(const char *text, int64_t now_s)
{
    struct claims c;

    return token_check(a, text, "access", now_s, &c) == RC_OK;
}

static bool passes(const char *text) { return passes_at(text, NOW); }

static char *sign(const char *header, const char *payload, bool sha512)
{
    unsigned char mac[64];
    const char *h = str_base64url(a, header, strlen(header));
    const char *p = str_base64url(a, payload, strlen(payload));
    char *text = arena_printf(a, "%s.%s", h, p);
    const unsigned char *bytes = (const unsigned char *)text, *key = secret_key("token");

    if (sha512)
        crypto_auth_hmacsha512(mac, bytes, strlen(text), key);
    else
        crypto_auth_hmacsha256(mac, bytes, strlen(text), key);
    return arena_printf(a, "%s.%s", text, str_base64url(a, mac, sha512 ? 64 : 32));
}

#define HEADER "{\"alg\":\"HS256\",\"typ\":\"JWT\"}"
#define PAYLOAD(aud, exp, iat, iss, nbf, sid, sub, use, ver)                                       \
    "{\"aud\":" aud ",\"exp\":" exp ",\"iat\":" iat ",\"iss\":" iss ",\"nbf\":" nbf                \
    ",\"sid\":" sid ",\"sub\":" sub ",\"use\":" use ",\"ver\":" ver "}"
#define AUD  "\"ovs\""
#define EXP  "1800000900"
#define IAT  "1800000000"
#define ISS  "\"http://127.0.0.1:8080\""
#define SUB  "\"17\""
#define USE  "\"access\""
#define GOOD PAYLOAD(AUD, EXP, IAT, ISS, IAT, "4", SUB, USE, "2")

static const struct {
    const char *what, *header, *payload;
} forged[] = {
    { "no algorithm", "{\"typ\":\"JWT\"}", GOOD },
    { "alg none", "{\"alg\":\"none\",\"typ\":\"JWT\"}", GOOD },
    { "alg in lower case", "{\"alg\":\"hs256\",\"typ\":\"JWT\"}", GOOD },
    { "alg HS384", "{\"alg\":\"HS384\",\"typ\":\"JWT\"}", GOOD },
    { "alg RS256", "{\"alg\":\"RS256\",\"typ\":\"JWT\"}", GOOD },
    { "alg a number", "{\"alg\":1,\"typ\":\"JWT\"}", GOOD },
    { "alg twice", "{\"alg\":\"none\",\"alg\":\"HS256\",\"typ\":\"JWT\"}", GOOD },
    { "other typ", "{\"alg\":\"HS256\",\"typ\":\"JWE\"}", GOOD },
    { "header jwk", "{\"alg\":\"HS256\",\"jwk\":{},\"typ\":\"JWT\"}", GOOD },
    { "header jku", "{\"alg\":\"HS256\",\"jku\":\"http://x/\",\"typ\":\"JWT\"}", GOOD },
    { "header crit", "{\"alg\":\"HS256\",\"crit\":[\"exp\"],\"typ\":\"JWT\"}", GOOD },
    { "header kid", "{\"alg\":\"HS256\",\"kid\":\"../x\",\"typ\":\"JWT\"}", GOOD },
    { "header with a blank", "{\"alg\": \"HS256\",\"typ\":\"JWT\"}", GOOD },
    { "header not JSON", "alg", GOOD },
    { "header an array", "[]", GOOD },
    { "header empty", "", GOOD },
    { "payload not JSON", HEADER, "sub" },
    { "payload an array", HEADER, "[]" },
    { "payload empty", HEADER, "" },
    { "no claims", HEADER, "{}" },
    { "no use", HEADER,
      "{\"aud\":" AUD ",\"exp\":" EXP ",\"iat\":" IAT ",\"iss\":" ISS ",\"nbf\":" IAT
      ",\"sid\":4,\"sub\":" SUB ",\"ver\":2}" },
    { "other audience", HEADER, PAYLOAD("\"x\"", EXP, IAT, ISS, IAT, "4", SUB, USE, "2") },
    { "audiences", HEADER, PAYLOAD("[\"ovs\"]", EXP, IAT, ISS, IAT, "4", SUB, USE, "2") },
    { "other issuer", HEADER, PAYLOAD(AUD, EXP, IAT, "\"http://x\"", IAT, "4", SUB, USE, "2") },
    { "other use", HEADER, PAYLOAD(AUD, EXP, IAT, ISS, IAT, "4", SUB, "\"play\"", "2") },
    { "use null", HEADER, PAYLOAD(AUD, EXP, IAT, ISS, IAT, "4", SUB, "null", "2") },
    { "use cut by a zero", HEADER,
      PAYLOAD(AUD, EXP, IAT, ISS, IAT, "4", SUB, "\"access\\u0000\"", "2") },
    { "sub a number", HEADER, PAYLOAD(AUD, EXP, IAT, ISS, IAT, "4", "17", USE, "2") },
    { "sub zero", HEADER, PAYLOAD(AUD, EXP, IAT, ISS, IAT, "4", "\"0\"", USE, "2") },
    { "sub negative", HEADER, PAYLOAD(AUD, EXP, IAT, ISS, IAT, "4", "\"-17\"", USE, "2") },
    { "sub with a zero first", HEADER, PAYLOAD(AUD, EXP, IAT, ISS, IAT, "4", "\"017\"", USE, "2") },
    { "sub too large", HEADER,
      PAYLOAD(AUD, EXP, IAT, ISS, IAT, "4", "\"9223372036854775808\"", USE, "2") },
    { "sub twice", HEADER,
      PAYLOAD(AUD, EXP, IAT, ISS, IAT, "4", "\"1\",\"sub\":\"17\"", USE, "2") },
    { "sub twice, alike", HEADER,
      PAYLOAD(AUD, EXP, IAT, ISS, IAT, "4", SUB ",\"sub\":" SUB, USE, "2") },
    { "exp twice", HEADER,
      PAYLOAD(AUD,
              "1,"
              "\"exp\":" EXP,
              IAT, ISS, IAT, "4", SUB, USE, "2") },
    { "sid a text", HEADER, PAYLOAD(AUD, EXP, IAT, ISS, IAT, "\"4\"", SUB, USE, "2") },
    { "sid negative", HEADER, PAYLOAD(AUD, EXP, IAT, ISS, IAT, "-4", SUB, USE, "2") },
    { "ver a fraction", HEADER, PAYLOAD(AUD, EXP, IAT, ISS, IAT, "4", SUB, USE, "2.0") },
    { "ver null", HEADER, PAYLOAD(AUD, EXP, IAT, ISS, IAT, "4", SUB, USE, "null") },
    { "iat a text", HEADER, PAYLOAD(AUD, EXP, "\"" IAT "\"", ISS, IAT, "4", SUB, USE, "2") },
    { "nbf later than iat", HEADER, PAYLOAD(AUD, EXP, IAT, ISS, "1800000500", "4", SUB, USE, "2") },
    { "exp in exponent form", HEADER, PAYLOAD(AUD, "18e9", IAT, ISS, IAT, "4", SUB, USE, "2") },
    { "exp too large", HEADER,
      PAYLOAD(AUD, "9223372036854775808", IAT, ISS, IAT, "4", SUB, USE, "2") },
    { "no life at all", HEADER,
      PAYLOAD(AUD, "1800000060", "1800000060", ISS, "1800000060", "4", SUB, USE, "2") },
    { "a life of a day and a second", HEADER,
      PAYLOAD(AUD, "1800086401", IAT, ISS, IAT, "4", SUB, USE, "2") },
    { "a life that overflows", HEADER,
      PAYLOAD(AUD, "9223372036854775807", "-9223372036854775807", ISS, IAT, "4", SUB, USE, "2") },
    { "an unknown claim", HEADER, PAYLOAD(AUD, EXP, IAT, ISS, IAT, "4", SUB, USE, "2,\"x\":1") },
    { "a blank", HEADER, PAYLOAD(AUD, EXP, IAT, ISS, IAT, "4", SUB, USE, "2 ") },
    { "claims in another order", HEADER,
      "{\"ver\":2,\"use\":" USE ",\"sub\":" SUB ",\"sid\":4,\"nbf\":" IAT ",\"iss\":" ISS
      ",\"iat\":" IAT ",\"exp\":" EXP ",\"aud\":" AUD "}" },
};

static void check_forged(void)
{
    CHECK_STR(sign(HEADER, GOOD, false), token_make(a, &good));
    CHECK(!passes(sign("{\"alg\":\"HS512\",\"typ\":\"JWT\"}", GOOD, true)));
    for (size_t i = 0; i < COUNT(forged); i++) {
        bool refused = !passes(sign(forged[i].header, forged[i].payload, false));
        if (!refused)
            printf("  taken: %s\n", forged[i].what);
        CHECK(refused);
    }
}

static void check_round_trip(void)
{
    static const struct claims cases[] = {
        { 1, 0, 0, NOW, NOW + 1, "access" },
        { INT64_MAX, INT64_MAX, INT64_MAX, NOW, NOW + TOKEN_LIFE_MAX_S, "access" },
    };
    struct claims c;

    for (size_t i = 0; i < COUNT(cases); i++) {
        CHECK_INT(token_check(a, token_make(a, &cases[i]), "access", NOW, &c), RC_OK);
        CHECK_INT(c.user_id, cases[i].user_id);
        CHECK_INT(c.session_id, cases[i].session_id);
        CHECK_INT(c.version, cases[i].version);
        CHECK_INT(c.issued_s, cases[i].issued_s);
        CHECK_INT(c.expires_s, cases[i].expires_s);
        CHECK_STR(c.use, "access");
    }
}

static void check_time(void)
{
    const char *text = token_make(a, &good);

    CHECK(passes_at(text, NOW - TOKEN_SKEW_S));
    CHECK(!passes_at(text, NOW - TOKEN_SKEW_S - 1));
    CHECK(passes_at(text, NOW + 899));
    CHECK(!passes_at(text, NOW + 900));
    CHECK(!passes_at(text, NOW * 100));
    CHECK(!passes_at(text, 0));
}

/* A refusal leaves the caller's values alone, so that a forgotten check cannot sign anybody in. */
static void check_use(void)
{
    struct claims c = { .user_id = -1 };

    CHECK_INT(token_check(a, token_make(a, &good), "play", NOW, &c), RC_SIGN_IN);
    CHECK_INT(token_check(a, token_make(a, &good), "", NOW, &c), RC_SIGN_IN);
    CHECK_INT(c.user_id, -1);
}

/* Any one character changed, including the unused bits of the last one. */
static void check_tampered(void)
{
    static const char others[] = STR_BASE64URL ".=+/ \n\x80";
    const char *text = token_make(a, &good);
    size_t n = strlen(text);
    char *copy = arena_str(a, text);

    for (size_t i = 0; i < n; i++) {
        for (size_t k = 0; k + 1 < sizeof(others); k += i + 1 < n ? 7 : 1) {
            copy[i] = others[k];
            CHECK(others[k] == text[i] || !passes(copy));
        }
        copy[i] = 0; /* cut short here */
        CHECK(!passes(copy));
        copy[i] = text[i];
    }
    CHECK(passes(copy));
}

static void check_shape(void)
{
    const char *text = token_make(a, &good);
    char *dot = strchr(text, '.');
    char *longest = arena_alloc(a, 5000);

    CHECK(!passes(arena_printf(a, "%s.", text)));
    CHECK(!passes(arena_printf(a, "%s.e30", text)));
    CHECK(!passes(arena_printf(a, " %s", text)));
    CHECK(!passes(arena_printf(a, "%s ", text)));
    CHECK(!passes(arena_printf(a, "%s=", text)));
    CHECK(!passes(arena_printf(a, "%s\n", text)));
    CHECK(!passes(arena_printf(a, "Bearer %s", text)));
    CHECK(!passes(arena_printf(a, "%.*s.%s", (int)(dot - text), text, dot)));
    CHECK(!passes(arena_printf(a, "%.*s.", (int)(strrchr(text, '.') - text), text)));
    CHECK(!passes(""));
    CHECK(!passes("."));
    CHECK(!passes(".."));
    CHECK(!passes("...................."));
    CHECK(!passes("e30.e30."));
    memset(longest, 'A', 4999);
    CHECK(!passes(longest));
    longest[300] = longest[600] = '.';
    CHECK(!passes(longest));
}

static char *write_file(const char *dir, const char *name, const char *text)
{
    char *path = arena_printf(a, "%s/%s", dir, name);
    FILE *f = fopen(path, "w");

    CHECK(f && fputs(text, f) >= 0 && fclose(f) == 0);
    return path;
}

int main(int argc, char **argv)
{
    static const struct check_case cases[] = {
        CASE(check_round_trip), CASE(check_forged),   CASE(check_time),
        CASE(check_use),        CASE(check_tampered), CASE(check_shape),
    };

    CHECK_CHOOSE(argc, argv, cases);
    char dir[] = "/tmp/ovs-unit-XXXXXX";

    a = arena_new(64 << 20);
    umask(077);
    CHECK(mkdtemp(dir) != NULL);
    const char *conf_path = write_file(
        dir, "conf", arena_printf(a, "base_url = http://127.0.0.1:8080\nsecrets_dir = %s\n", dir));
    const char *key_path = write_file(
        dir, "token", "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff\n");
    setenv("OVS_CONF", conf_path, 1);

    check_run();

    CHECK(unlink(conf_path) == 0 && unlink(key_path) == 0 && rmdir(dir) == 0);
    arena_free(a);
    return check_done("token");
}
