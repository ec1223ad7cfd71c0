/* Passkeys: answers of a device made here with OpenSSL, right ones, and each of them broken in one way.
 * Needs OVS_CONF of a running site for its database server. */
#include "app/people/passkeys.h"
#include "base/clock.h"
#include "base/sb.h"
#include "base/str.h"
#include "io/secret.h"
#include "own_db.h"
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <sodium.h>

#define NOW    INT64_C(1900000000000)
#define SITE   "videos.example"
#define ORIGIN "https://videos.example"

enum { UP = 0x01, UV = 0x04, AT = 0x40, ES256 = -7 };

static struct arena *a;
static struct db *db;
static struct problem why;

static const char *const world[] = {
    "INSERT INTO user (id, email, handle, display_name, created_ms) VALUES"
    " (1, 'ann@example.org', 'ann', 'Ann', 1), (2, 'ben@example.org', 'ben', 'Ben', 1)",
    "INSERT INTO credential (user_id, password_hash, changed_ms) VALUES (1, 'x', 5), (2, 'x', 6)",
};

/* The device */

struct device {
    EVP_PKEY *key;
    const char *id;
    unsigned count;
};

static void free_key(void *key) { EVP_PKEY_free(key); }

static struct device new_device(void)
{
    struct device d = { EVP_EC_gen("P-256"), random_id(a, 16), 0 };

    arena_defer(a, free_key, d.key);
    return d;
}

/* What of an answer is other than it should be. */
struct answer {
    const char *challenge, *origin, *type, *site, *id;
    unsigned flags, count;
    bool framed, other_key, spoiled_signature, spoiled_data;
    int64_t algorithm;
};

static void add_u32(struct sb *o, unsigned n)
{
    const char bytes[] = { (char)(n >> 24), (char)(n >> 16), (char)(n >> 8), (char)n };
    sb_add(o, bytes, 4);
}

static void add_head(struct sb *o, const struct answer *x)
{
    unsigned char hash[crypto_hash_sha256_BYTES];

    crypto_hash_sha256(hash, (const unsigned char *)x->site, strlen(x->site));
    sb_add(o, (const char *)hash, sizeof(hash));
    sb_addf(o, "%c", 'x');
    o->buf[o->len - 1] = (char)x->flags;
    add_u32(o, x->count);
}

/* AAGUID, id, and the key as COSE (RFC 9053): {1: 2, 3: -7, -1: 1, -2: x, -3: y}. */
static void add_key(struct sb *o, const struct device *d)
{
    unsigned char point[65];
    size_t n = 0, id_n;
    char *id;

    CHECK_INT(EVP_PKEY_get_octet_string_param(d->key, "pub", point, sizeof(point), &n), 1);
    CHECK_INT((int64_t)n, 65);
    CHECK_INT(str_unbase64url(a, d->id, strlen(d->id), &id, &id_n), RC_OK);
    sb_add(o, "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 17);
    const char length = (char)id_n;
    sb_add(o, &length, 1);
    sb_add(o, id, id_n);
    SB_LIT(o, "\xa5\x01\x02\x03\x26\x20\x01\x21\x58\x20");
    sb_add(o, (const char *)point + 1, 32);
    SB_LIT(o, "\x22\x58\x20");
    sb_add(o, (const char *)point + 33, 32);
}

static const char *client_of(const struct answer *x)
{
    return arena_printf(
        a, "{\"type\":\"%s\",\"challenge\":\"%s\",\"origin\":\"%s\",\"crossOrigin\":%s}", x->type,
        str_base64url(a, x->challenge, strlen(x->challenge)), x->origin,
        x->framed ? "true" : "false");
}

static const char *sign(const struct device *d, const struct sb *data, const char *client)
{
    unsigned char hash[crypto_hash_sha256_BYTES], signature[200];
    EVP_MD_CTX *c = EVP_MD_CTX_new();
    size_t n = sizeof(signature);

    crypto_hash_sha256(hash, (const unsigned char *)client, strlen(client));
    CHECK_INT(EVP_DigestSignInit(c, NULL, EVP_sha256(), NULL, d->key), 1);
    CHECK_INT(EVP_DigestSignUpdate(c, data->buf, data->len), 1);
    CHECK_INT(EVP_DigestSignUpdate(c, hash, sizeof(hash)), 1);
    CHECK_INT(EVP_DigestSignFinal(c, signature, &n), 1);
    EVP_MD_CTX_free(c);
    return str_base64url(a, signature, n);
}

static struct passkey_answer answer_of(struct device *d, const struct answer *x)
{
    const char *client = client_of(x);
    struct device other = new_device();
    struct sb data = { .a = a };

    add_head(&data, x);
    if (x->flags & AT)
        add_key(&data, d);
    const char *signature = sign(x->other_key ? &other : d, &data, client);
    if (x->spoiled_data)
        data.buf[36]++; /* the counter, after it was signed */
    if (x->spoiled_signature)
        signature = arena_printf(a, "%.20sA%s", signature, signature + 21);
    return (struct passkey_answer){ .id = x->id ? x->id : d->id,
                                    .client = str_base64url(a, client, strlen(client)),
                                    .data = str_base64url(a, data.buf, data.len),
                                    .signature = signature,
                                    .algorithm = x->algorithm };
}

static struct answer right_new(int64_t user_id, int64_t now_ms)
{
    return (struct answer){ .challenge = passkeys_challenge(a, user_id, now_ms),
                            .origin = ORIGIN,
                            .type = "webauthn.create",
                            .site = SITE,
                            .flags = UP | UV | AT,
                            .algorithm = ES256 };
}

static struct answer right_login(struct device *d, int64_t now_ms)
{
    return (struct answer){ .challenge = passkeys_challenge(a, 0, now_ms),
                            .origin = ORIGIN,
                            .type = "webauthn.get",
                            .site = SITE,
                            .flags = UP | UV,
                            .count = d->count ? ++d->count : 0 };
}

static struct factor_change change(int64_t user_id, int64_t now_ms)
{
    why = (struct problem){ NULL, NULL };
    return (struct factor_change){ db, a, user_id, now_ms, "here", &why };
}

static enum rc add(int64_t user_id, struct device *d, const struct answer *x, int64_t now_ms)
{
    const struct factor_change c = change(user_id, now_ms);
    const struct passkey_answer answer = answer_of(d, x);
    struct recovery_codes codes;

    return passkeys_add(&c, &answer, " My\u202e phone ", &codes);
}

static struct device added(int64_t user_id, unsigned count)
{
    struct device d = new_device();
    struct answer x = right_new(user_id, NOW);

    d.count = x.count = count;
    CHECK_INT(add(user_id, &d, &x, NOW), RC_OK);
    return d;
}

static int64_t user_id;
static enum rc use(struct device *d, const struct answer *x, int64_t owner, bool alone,
                   int64_t now_ms)
{
    const struct passkey_use u = { answer_of(d, x), passkeys_handle(a, 1), owner, alone, "there" };

    why = (struct problem){ NULL, NULL };
    return passkeys_use(db, a, &u, now_ms, &user_id, &why);
}

/* Cases */

static void adding(void)
{
    struct device d = new_device();
    struct passkey_list list;
    struct answer x = right_new(1, NOW);
    struct factors f;

    CHECK_INT(add(1, &d, &x, NOW), RC_OK);
    CHECK_INT(passkeys_list(db, a, 1, &list), RC_OK);
    CHECK_INT((int64_t)list.n, 1);
    CHECK_STR(list.items[0].name, "My phone");
    CHECK_STR(list.items[0].credential, d.id);
    CHECK_INT(factor_get(db, a, 1, &f), RC_OK);
    CHECK(f.passkeys == 1 && f.codes_unused == RECOVERY_CODES);
    x = right_new(1, NOW);
    CHECK_INT(add(1, &d, &x, NOW), RC_CONFLICT); /* the same one again */
    x = right_new(2, NOW);
    CHECK_INT(add(2, &d, &x, NOW), RC_CONFLICT); /* or by somebody else */
}

static void broken_new(void)
{
    const struct answer good = right_new(1, NOW);
    struct device d = new_device();
    struct {
        const char *what;
        struct answer x;
    } rows[] = {
        { "origin", good },
        { "origin of a part", good },
        { "type", good },
        { "challenge", good },
        { "challenge of ben", good },
        { "challenge of a log-in", good },
        { "expired", good },
        { "site", good },
        { "nobody there", good },
        { "no key", good },
        { "algorithm", good },
        { "unknown algorithm", good },
        { "id", good },
        { "in a frame", good },
    };
    size_t i = 0;

    rows[i++].x.origin = "https://evil.example";
    rows[i++].x.origin = ORIGIN ".evil.example";
    rows[i++].x.type = "webauthn.get";
    rows[i++].x.challenge = "new.1.1900000300000.AAAAAAAAAAAAAAAAAAAAAA.x";
    rows[i++].x.challenge = passkeys_challenge(a, 2, NOW);
    rows[i++].x.challenge = passkeys_challenge(a, 0, NOW);
    rows[i++].x.challenge = passkeys_challenge(a, 1, NOW - CHALLENGE_MINUTES * MINUTE_MS - 1);
    rows[i++].x.site = "evil.example";
    rows[i++].x.flags = UV | AT;
    rows[i++].x.flags = UP | UV;
    rows[i++].x.algorithm = -257;
    rows[i++].x.algorithm = -37;
    rows[i++].x.id = "AAAAAAAAAAAAAAAAAAAAAA";
    rows[i++].x.framed = true;
    for (i = 0; i < COUNT(rows); i++) {
        if (rows[i].x.challenge == good.challenge) /* each is good for one time */
            rows[i].x.challenge = passkeys_challenge(a, 1, NOW);
        enum rc rc = add(1, &d, &rows[i].x, NOW);
        if (rc != RC_INVALID)
            printf("  %s\n", rows[i].what);
        CHECK_INT(rc, RC_INVALID);
        CHECK(why.text && why.text[0]);
    }
    CHECK_INT(add(1, &d, &good, NOW), RC_OK);
}

static void logging_in(void)
{
    struct device d = added(1, 0), e = added(2, 5);
    struct answer x = right_login(&d, NOW);

    CHECK_INT(use(&d, &x, 0, true, NOW), RC_OK);
    CHECK_INT(user_id, 1);
    CHECK_INT(use(&d, &x, 0, true, NOW), RC_INVALID); /* the same answer again */
    x = right_login(&d, NOW);
    CHECK_INT(use(&d, &x, 1, true, NOW), RC_OK);
    x = right_login(&d, NOW);
    CHECK_INT(use(&d, &x, 2, false, NOW), RC_INVALID); /* of another member */
    x = right_login(&e, NOW);
    CHECK_INT(use(&e, &x, 0, true, NOW), RC_INVALID); /* the device says that it is ann's */
    CHECK_INT(user_id, 2);
    x = right_login(&d, NOW);
    x.flags = UP;
    CHECK_INT(use(&d, &x, 1, false, NOW), RC_OK); /* after a password */
    x = right_login(&d, NOW);
    x.flags = UP;
    CHECK_INT(use(&d, &x, 0, true, NOW), RC_INVALID);
    CHECK(why.text && strstr(why.text, "PIN"));
    struct device unknown = new_device();
    x = right_login(&unknown, NOW);
    CHECK_INT(use(&unknown, &x, 0, true, NOW), RC_INVALID);
    CHECK_INT(user_id, 0);
}

static void broken_login(void)
{
    struct device d = added(1, 0);
    const struct answer good = right_login(&d, NOW);
    struct {
        const char *what;
        struct answer x;
    } rows[] = {
        { "origin", good },      { "plain", good },        { "type", good },
        { "challenge", good },   { "of a new one", good }, { "expired", good },
        { "site", good },        { "nobody there", good }, { "signature", good },
        { "another key", good }, { "data", good },         { "in a frame", good },
    };
    size_t i = 0;

    rows[i++].x.origin = "https://videos.example:444";
    rows[i++].x.origin = "http://videos.example";
    rows[i++].x.type = "webauthn.create";
    rows[i++].x.challenge = "login.0.1900000300000.AAAAAAAAAAAAAAAAAAAAAA.x";
    rows[i++].x.challenge = passkeys_challenge(a, 1, NOW);
    rows[i++].x.challenge = passkeys_challenge(a, 0, NOW - CHALLENGE_MINUTES * MINUTE_MS - 1);
    rows[i++].x.site = "video.example";
    rows[i++].x.flags = UV;
    rows[i++].x.spoiled_signature = true;
    rows[i++].x.other_key = true;
    rows[i++].x.spoiled_data = true;
    rows[i++].x.framed = true;
    for (i = 0; i < COUNT(rows); i++) {
        if (rows[i].x.challenge == good.challenge)
            rows[i].x.challenge = passkeys_challenge(a, 0, NOW);
        enum rc rc = use(&d, &rows[i].x, 0, true, NOW);
        if (rc != RC_INVALID)
            printf("  %s\n", rows[i].what);
        CHECK_INT(rc, RC_INVALID);
        CHECK(why.text && why.text[0]);
    }
    CHECK_INT(use(&d, &good, 0, true, NOW), RC_OK);
}

static void garbage(void)
{
    static const char *const texts[] = { "", "A", "!", "e30", "bnVsbA", "WzFd", "eyJ0eXBlIjoxfQ" };
    struct device d = added(1, 0);

    for (size_t i = 0; i < COUNT(texts); i++) {
        struct answer x = right_login(&d, NOW);
        for (int field = 0; field < 3; field++) {
            struct passkey_use u = { answer_of(&d, &x), "", 0, true, "garbage" };
            *(field == 0   ? &u.answer.client
              : field == 1 ? &u.answer.data
                           : &u.answer.signature) = texts[i];
            CHECK_INT(passkeys_use(db, a, &u, NOW, &user_id, &why), RC_INVALID);
            x.challenge = passkeys_challenge(a, 0, NOW);
        }
    }
}

static void counters(void)
{
    struct device d = added(1, 5), copy = d;
    struct answer x = right_login(&d, NOW);

    CHECK_INT(use(&d, &x, 0, true, NOW), RC_OK); /* 6 */
    x = right_login(&d, NOW);
    x.count = 6;
    CHECK_INT(use(&d, &x, 0, true, NOW), RC_INVALID);
    x = right_login(&copy, NOW);
    CHECK_INT(use(&copy, &x, 0, true, NOW), RC_INVALID);
    CHECK(why.text && strstr(why.text, "copied"));
    x = right_login(&d, NOW);
    x.count = 0;
    CHECK_INT(use(&d, &x, 0, true, NOW), RC_INVALID);
    d.count = 99;
    x = right_login(&d, NOW);
    CHECK_INT(use(&d, &x, 0, true, NOW), RC_OK);
}

static void changes(void)
{
    struct factor_change c = change(2, NOW);
    struct passkey_list list;

    added(2, 0);
    CHECK_INT(passkeys_list(db, a, 2, &list), RC_OK);
    int64_t id = list.items[0].id;
    CHECK_INT(passkeys_rename(&c, id, "  "), RC_INVALID);
    CHECK_INT(passkeys_rename(&c, id, "Blue key"), RC_OK);
    CHECK_INT(passkeys_rename(&c, id, "Blue key"), RC_OK);
    struct factor_change other = change(1, NOW);
    CHECK_INT(passkeys_rename(&other, id, "Mine"), RC_NOT_FOUND);
    CHECK_INT(passkeys_remove(&other, id), RC_NOT_FOUND);
    CHECK_INT(passkeys_list(db, a, 2, &list), RC_OK);
    CHECK_STR(list.items[0].name, "Blue key");
    for (size_t i = 0; i < list.n; i++)
        CHECK_INT(passkeys_remove(&c, list.items[i].id), RC_OK);
    struct factors f;
    CHECK_INT(factor_get(db, a, 2, &f), RC_OK);
    CHECK(!factor_any(&f) && f.codes == 0);
}

static void swept(void)
{
    int64_t n, end_ms = NOW + CHALLENGE_MINUTES * MINUTE_MS;

    CHECK_INT(passkeys_sweep(db, end_ms, &n), RC_OK);
    CHECK_INT(n, 0);
    CHECK_INT(passkeys_sweep(db, end_ms + 1, &n), RC_OK);
    CHECK(n > 0);
}

int main(int argc, char **argv)
{
    static const struct check_case cases[] = {
        CASE(adding),  CASE(broken_new), CASE(logging_in), CASE(broken_login),
        CASE(garbage), CASE(counters),   CASE(changes),    CASE_AFTER(logging_in, swept),
    };

    CHECK_CHOOSE(argc, argv, cases);
    own_db("base_url = " ORIGIN "\n");
    a = arena_new(64 << 20);
    db = db_new(DB_ADMIN, 30);
    for (size_t i = 0; i < COUNT(world); i++)
        CHECK_INT(db_script(own_admin, world[i]), RC_OK);
    check_run();
    db_close(db);
    arena_free(a);
    return check_done("unit_passkey");
}
