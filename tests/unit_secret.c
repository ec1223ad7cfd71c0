/* Keys, what is signed with them, and passwords. */
#include "base/str.h"
#include "check.h"
#include "io/password.h"
#include "io/precis.h"
#include "io/secret.h"
#include "io/store.h"
#include <ftw.h>
#include <sodium.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define KEY_HEX "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
#define OLD_HEX "ff0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"

static struct arena *a;
static char dir[] = "/tmp/ovs-unit-XXXXXX";

static void write_file(const char *name, const char *text, mode_t mode)
{
    char *path = arena_printf(a, "%s/%s", dir, name);
    FILE *f = fopen(path, "w");

    CHECK(f && fputs(text, f) >= 0 && fclose(f) == 0 && chmod(path, mode) == 0);
}

static void check_random(void)
{
    const char *one = random_id(a, 8), *two = random_id(a, 8);

    CHECK(strlen(one) == 11);
    CHECK(str_only(one, STR_BASE64URL));
    CHECK(strcmp(one, two) != 0);
}

static void check_hashes(void)
{
    /* RFC 4231 case 1; its key of 20 bytes equals the same one filled up with zeros */
    write_file("rfc", "0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b000000000000000000000000", 0600);
    CHECK_STR(hmac_hex(a, "rfc", "Hi There"),
              "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
    /* FIPS 180-2, appendix B.1 */
    CHECK_STR(sha256_hex(a, "abc", 3),
              "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    CHECK_STR(sha256_hex(a, "", 0),
              "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

static void check_seal(void)
{
    const char *text = "DE89370400440532013000", *plain = NULL;

    write_file("seal", KEY_HEX, 0600);
    write_file("seal.old", OLD_HEX, 0600);
    char *sealed = secret_seal(a, "seal", text);
    CHECK(strstr(sealed, "DE89") == NULL);
    CHECK(str_only(sealed, STR_BASE64URL));
    CHECK_INT((int64_t)strlen(sealed), (24 + 16 + 22) * 4 / 3 + 1);
    CHECK(strcmp(sealed, secret_seal(a, "seal", text)) != 0);
    CHECK_INT(secret_open(a, "seal", sealed, &plain), RC_OK);
    CHECK_STR(plain, text);
    CHECK_INT(secret_open(a, "seal", secret_seal(a, "seal", ""), &plain), RC_OK);
    CHECK_STR(plain, "");
    CHECK_INT(secret_open(a, "seal.old", sealed, &plain), RC_INVALID);
    CHECK_INT(secret_open(a, "seal", "", &plain), RC_INVALID);
    CHECK_INT(secret_open(a, "seal", "not sealed at all", &plain), RC_INVALID);
    for (size_t i = 0; sealed[i]; i++) {
        char before = sealed[i];
        sealed[i] = before == 'A' ? 'B' : 'A';
        CHECK_INT(secret_open(a, "seal", sealed, &plain), RC_INVALID);
        sealed[i] = 0;
        CHECK_INT(secret_open(a, "seal", sealed, &plain), RC_INVALID);
        sealed[i] = before;
    }
}

static void check_secret_is(void)
{
    write_file("pass", KEY_HEX "\n", 0600);
    CHECK(secret_is("pass", KEY_HEX));
    CHECK(!secret_is("pass", OLD_HEX));
    CHECK(!secret_is("pass", KEY_HEX "0"));
    CHECK(!secret_is("pass", ""));
    CHECK(!secret_is("no.such", ""));
    CHECK(!secret_is("no.such", KEY_HEX));
}

static void check_equal(void)
{
    CHECK(equal_secret("", ""));
    CHECK(equal_secret("abc", "abc"));
    CHECK(!equal_secret("abc", "abd"));
    CHECK(!equal_secret("abc", "ab"));
    CHECK(!equal_secret("", "a"));
}

static const struct {
    const char *name, *text;
    mode_t mode;
    const char *complaint; /* NULL: the key is accepted */
} key_files[] = {
    { "plain", KEY_HEX, 0600, NULL },
    { "newline", KEY_HEX "\n", 0640, NULL },
    { "readonly", KEY_HEX, 0400, NULL },
    { "upper", "AABBCCDDEEFF0708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F20", 0600, NULL },
    { "missing", NULL, 0, "is missing" },
    { "empty", "", 0600, "64 hex" },
    { "short", "0001020304", 0600, "64 hex" },
    { "long", KEY_HEX "00", 0600, "64 hex" },
    { "lines", KEY_HEX "\n\n", 0600, "64 hex" },
    { "nothex", "zz0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f", 0600,
      "64 hex" },
    { "others.read", KEY_HEX, 0644, "other users can" },
    { "others.write", KEY_HEX, 0602, "other users can" },
    { "group.write", KEY_HEX, 0660, "other users can" },
};

/* What a process prints and how it ends when it asks for the key. */
static int ask_for_key(const char *name, char *said, size_t cap)
{
    int out[2], status = -1;

    CHECK(pipe(out) == 0);
    pid_t child = fork();
    if (child == 0) {
        dup2(out[1], STDERR_FILENO);
        _exit(secret_key(name) == secret_key(name) ? 0 : 1);
    }
    close(out[1]);
    ssize_t n = read(out[0], said, cap - 1);
    said[n > 0 ? n : 0] = 0;
    close(out[0]);
    CHECK(waitpid(child, &status, 0) == child && WIFEXITED(status));
    return WEXITSTATUS(status);
}

static void check_refusal_to_start(void)
{
    char said[1024];

    for (size_t i = 0; i < COUNT(key_files); i++) {
        const char *complaint = key_files[i].complaint;
        if (key_files[i].text)
            write_file(key_files[i].name, key_files[i].text, key_files[i].mode);
        CHECK_INT(ask_for_key(key_files[i].name, said, sizeof(said)), complaint ? 78 : 0);
        if (complaint)
            CHECK(strstr(said, complaint) && strstr(said, key_files[i].name));
        else
            CHECK_STR(said, "");
    }
}

static int status_of(enum rc rc) { return rc == RC_OK ? 200 : rc == RC_GONE ? 410 : 403; }

/* One line: key_hex, now_s, path, want, comment. */
static void check_vector(char *line)
{
    char *field[5];
    unsigned char key[SECRET_KEY_BYTES];
    int64_t now_s, want;
    const char *rest = NULL;

    for (size_t i = 0; i < COUNT(field); i++)
        field[i] = strsep(&line, "\t\n");
    bool readable = field[4] && !sodium_hex2bin(key, sizeof(key), field[0], 64, NULL, NULL, NULL) &&
                    str_to_i64(field[1], strlen(field[1]), 0, INT64_MAX, &now_s) == RC_OK &&
                    str_to_i64(field[3], strlen(field[3]), 200, 410, &want) == RC_OK;
    CHECK(readable);
    if (!readable)
        return;
    int got = status_of(media_path_ok_with(key, field[2], now_s, &rest));
    if (got != want)
        printf("  %s: %s\n", field[4], field[2]);
    CHECK_INT(got, want);
    if (got == 200)
        CHECK_STR(rest, field[2] + strlen("/media//1800000000/") + 64);
    else
        CHECK(rest == NULL);
}

static void check_media_vectors(void)
{
    char line[1024];
    int vectors = 0;
    FILE *f = fopen("tests/media_path.tsv", "r");

    CHECK(f != NULL);
    while (f && fgets(line, sizeof(line), f)) {
        if (line[0] == '#')
            continue;
        check_vector(line);
        vectors++;
    }
    CHECK(vectors > 80);
    if (f)
        fclose(f);
}

static void check_media_path(void)
{
    static const char want[] =
        "/media/2871c51ac82466ed8da76d79733c1bcc52d6890e5fa60902066d76e97d5ab5a2/1800001200/"
        "k3J9xQ-ab_0/full/master.m3u8";
    const char *video = "k3J9xQ-ab_0", *rest;

    CHECK_STR(media_path(a, video, MEDIA_FULL, 1800001200, 0, "master.m3u8"), want);
    CHECK_INT(media_path_ok(want, 1800001200, &rest), RC_OK);
    CHECK_STR(rest, "k3J9xQ-ab_0/full/master.m3u8");
    CHECK_INT(media_path_ok(want, 1800001201, NULL), RC_GONE);
    for (enum media_scope s = MEDIA_FULL; s < MEDIA_SCOPES; s++)
        CHECK_INT(media_path_ok(media_path(a, video, s, 1800000000, 7, "x.y"), 1800000000, NULL),
                  RC_OK);
}

/* The answer of a new process, because a key is looked for only once. */
static int ask_for_path(const char *path)
{
    int status = -1;
    pid_t child = fork();

    if (child == 0)
        _exit(media_path_ok(path, 1800000000, NULL) == RC_OK ? 0 : 1);
    CHECK(waitpid(child, &status, 0) == child && WIFEXITED(status));
    return WEXITSTATUS(status);
}

/* Paths signed with the previous key stay valid while the file media.old exists. */
static void check_media_rotation(void)
{
    static const char by_old[] =
        "/media/fc3b93dd6c93d73e11ff16a28ca17b3066420ae540aeb4adc5425861917116db/1800001200/"
        "k3J9xQ-ab_0/full/master.m3u8";
    const char *other_file = "/poster/poster.jpg";

    write_file("media", KEY_HEX, 0640);
    CHECK_INT(ask_for_path(by_old), 1);
    write_file("media.old", OLD_HEX, 0640);
    CHECK_INT(ask_for_path(by_old), 0);
    CHECK_INT(ask_for_path(arena_printf(a, "%.*s%s", 7 + 64 + 23, by_old, other_file)), 1);
    CHECK_INT(ask_for_path(media_path(a, "k3J9xQ-ab_0", MEDIA_POSTER, 1800001200, 0, "a.jpg")), 0);
}

/* OK, or the beginning of what is said: SHORT, FIRST (tried first), EASY (to guess), OWN (name). */
enum said { OK, BYTES, INVISIBLE, SHORT, FIRST, EASY, OWN };
static const struct {
    const char *password;
    enum said said;
} passwords[] = {
    { "correct horse battery staple", OK },
    { "blåbærsyltetøj", OK },
    { "七転び八起き二度目の春", OK },
    { " 4 blanks do  count ", OK },
    { "gibberish42xy", OK },
    { "xk3 9fm2 qpz", OK },
    { "", SHORT },
    { "xk3 9fm2q", SHORT },
    { "äöüéñ", SHORT },                         /* ten bytes, five characters */
    { "a\u0308o\u0308u\u0308e\u0301n", SHORT }, /* twenty bytes, and five when composed */
    { "with\ta tab in it", BYTES },
    { "not \xff utf-8 at all", BYTES },
    { "zero\u200bwidth horse", INVISIBLE },
    { "right\u202eto left horse", INVISIBLE },
    { "heart \u2764\ufe0f on fire", INVISIBLE },
    { "private \ue000 horse", INVISIBLE },
    { "1111111111", FIRST },
    { "abcabcabcabc", FIRST },
    { "1234567890", FIRST },
    { "PassWord123", FIRST },
    { "qwertyuiop", FIRST },
    { "abcde12345", FIRST },
    { "gfhjkmgfhjkm", FIRST },
    { "iloveyou2024", EASY },
    { "Password2024!", EASY },
    { "P@ssw0rd2026", EASY },
    { "summer2025!!", EASY },
    { "qwertyuiop12", FIRST },
    { "Tuesday1985", EASY },
    { "kim.lee@example.org", OWN },
    { "Kim.Lee@Example.org", OWN },
    { "kimlee1984", OWN },
    { "lee-kim-lee", OWN },
    { "kim_of_the", OWN },
    { "filmmuseum", OWN },
    { "FilmMuseum2026", OWN },
    { "F1lmMu5eum!", OWN },
    { "films.museum.example", OWN },
};

static enum said said_of(const char *text)
{
    static const char *const begins[] = { "",
                                          "This password has characters that cannot",
                                          "This password has a character with invisible",
                                          "Please use at least 10",
                                          "This password is one of those that are tried first",
                                          "This password is easy to guess",
                                          "This password is mostly your name" };

    for (size_t i = 1; text && i < COUNT(begins); i++)
        if (str_starts(text, begins[i]))
            return (enum said)i;
    return OK;
}

static void check_acceptable(void)
{
    const struct password_owner kim = { "kim.lee@example.org", "kim_of_the_sea", "Kim Lee" };
    char *longest = arena_alloc(a, PASSWORD_MAX_BYTES + 2);
    struct problem why;

    for (size_t i = 0; i < COUNT(passwords); i++) {
        why = (struct problem){ 0 };
        enum rc rc = password_acceptable(a, passwords[i].password, &kim, &why);
        if (said_of(why.text) != passwords[i].said)
            printf("  password \"%s\": %s\n", passwords[i].password, why.text ? why.text : "taken");
        CHECK_INT(said_of(why.text), passwords[i].said);
        CHECK_INT(rc, passwords[i].said == OK ? RC_OK : RC_INVALID);
        CHECK(rc == RC_OK || str_eq(why.field, "password"));
    }
    const struct password_owner nobody = { NULL, NULL, NULL };
    for (size_t i = 0; i < PASSWORD_MAX_BYTES; i++)
        longest[i] = (char)('a' + i * i % 26);
    CHECK_INT(password_acceptable(a, longest, &nobody, NULL), RC_OK);
    longest[PASSWORD_MAX_BYTES] = 'x';
    CHECK_INT(password_acceptable(a, longest, &nobody, NULL), RC_INVALID);
    CHECK_INT(password_acceptable(a, "kim.lee.longer", &nobody, NULL), RC_OK);
}

/* RFC 8265 section 4.2: composed, any blank is a blank, and nothing else changes. */
static void check_opaque(void)
{
    static const char *const pairs[][2] = {
        { "e\u0301t\u00e9", "\u00e9t\u00e9" },  { "a\u00a0b\u3000c", "a b c" },
        { "\u212b Correct", "\u00c5 Correct" }, { "\u03d3", "\u03d3" },
        { "\uff21\ufb01", "\uff21\ufb01" },     { "\xff e\u0301", "\xff e\u0301" },
    };

    for (size_t i = 0; i < COUNT(pairs); i++)
        CHECK_STR(precis_opaque(a, pairs[i][0]), pairs[i][1]);
    CHECK(precis_opaque_ok("\u00e9 \u4e03 \U0001f427 \u20ac"));
    CHECK(!precis_opaque_ok("a\u00adb") && !precis_opaque_ok("\u1100") &&
          !precis_opaque_ok("\u0378"));
}

#define TYPED "correct horse battery"
/* Made with other settings than the config's: 8 KiB and one pass. */
#define WEAK                                                                                       \
    "$argon2id$v=19$m=8,t=1,p=1$KNt2B4w4W22HPJBjRNj4hg$L3IapgRfUlQZNRKOmfbxOTx8UZfXFkA391AeJFvqIu0"

static void check_compare(const char *stored, const char *typed, enum rc rc, bool right,
                          bool rehash)
{
    bool got_right = true, got_rehash = true;

    CHECK_INT(password_check(a, "kim", stored, typed, &got_right, &got_rehash), rc);
    CHECK_INT(got_right, right);
    CHECK_INT(got_rehash, rehash);
}

static long peak_kib(void)
{
    struct rusage used;

    getrusage(RUSAGE_SELF, &used);
    return used.ru_maxrss;
}

static void check_password(void)
{
    char *hash = NULL, *again = NULL;

    /* an account that does not exist costs a hash like any other: its memory shows */
    long before_kib = peak_kib();
    check_compare(NULL, TYPED, RC_OK, false, false);
    CHECK(peak_kib() - before_kib > 19456 / 2);

    CHECK_INT(password_hash(a, TYPED, &hash), RC_OK);
    CHECK_INT(password_hash(a, TYPED, &again), RC_OK);
    CHECK(hash && str_starts(hash, "$argon2id$v=19$m=19456,t=2,p=1$"));
    CHECK(strlen(hash) < PASSWORD_HASH_MAX_BYTES && strcmp(hash, again) != 0);
    check_compare(hash, TYPED, RC_OK, true, false);
    check_compare(hash, TYPED " ", RC_OK, false, false);
    check_compare(hash, "", RC_OK, false, false);
    check_compare(WEAK, TYPED, RC_OK, true, true);
    check_compare(WEAK, "wrong", RC_OK, false, false);
    check_compare("", TYPED, RC_FAIL, false, false);
    check_compare("$6$salt$hash", TYPED, RC_FAIL, false, false);
}

/* Typed in one form, and in another at the log-in; and what was stored before forms were made one. */
static void check_forms(void)
{
    static const char nfc[] = "caf\u00e9 au lait noir", nfd[] = "cafe\u0301 au\u00a0lait noir";
    char *hash, old[crypto_pwhash_STRBYTES];

    CHECK_INT(password_hash(a, nfc, &hash), RC_OK);
    check_compare(hash, nfd, RC_OK, true, false);
    check_compare(hash, nfc, RC_OK, true, false);
    CHECK_INT(password_hash(a, nfd, &hash), RC_OK);
    check_compare(hash, nfc, RC_OK, true, false);
    CHECK_INT(
        crypto_pwhash_str_alg(old, nfd, strlen(nfd), 2, 19456 * 1024, crypto_pwhash_ALG_ARGON2ID13),
        0);
    check_compare(old, nfd, RC_OK, true, true);
    check_compare(old, nfc, RC_OK, false, false);
}

/* Whoever is busy with one log-in waits; others do not wait for them. */
static void check_turns(void)
{
    bool right = false, rehash;
    int turns[PASSWORD_TURNS], taken = 0;

    for (int i = 0; i < PASSWORD_TURNS; i++)
        taken += lock_take(arena_printf(a, "hash.turn.%d", i), &turns[i]) == RC_OK;
    CHECK_INT(taken, PASSWORD_TURNS);
    check_compare(WEAK, TYPED, RC_BUSY, false, false);
    for (int i = 0; i < PASSWORD_TURNS; i++)
        lock_drop(turns[i]);
    CHECK_INT(password_check(a, "lee", WEAK, TYPED, &right, &rehash), RC_OK);
    CHECK(right);
}

/* With both slots taken nobody can hash; one that is returned is enough. */
static void check_slots(void)
{
    const char *too_long = arena_strn(a, memset(arena_alloc(a, 1025), 'x', 1025), 1025);
    int first = -1, second = -1;

    CHECK_INT(lock_take("hash.0", &first), RC_OK);
    CHECK_INT(lock_take("hash.1", &second), RC_OK);
    check_compare(WEAK, TYPED, RC_BUSY, false, false);
    check_compare(WEAK, too_long, RC_OK, false, false); /* not worth a slot */
    lock_drop(second);
    check_turns();
    check_compare(WEAK, TYPED, RC_OK, true, true);
    check_compare(WEAK, TYPED, RC_OK, true, true); /* and it was returned */
    lock_drop(first);
}

static int drop(const char *path, const struct stat *st, int type, struct FTW *at)
{
    (void)st, (void)type, (void)at;
    return remove(path);
}

int main(int argc, char **argv)
{
    static const struct check_case cases[] = {
        CASE(check_random),
        CASE(check_hashes),
        CASE(check_seal),
        CASE(check_secret_is),
        CASE(check_equal),
        CASE(check_refusal_to_start),
        CASE(check_media_vectors),
        CASE(check_media_rotation),
        CASE_AFTER(check_media_rotation, check_media_path),
        CASE(check_acceptable),
        CASE(check_opaque),
        CASE(check_password),
        CASE(check_forms),
        CASE(check_slots),
    };

    CHECK_CHOOSE(argc, argv, cases);
    a = arena_new(64 << 20);
    umask(077);
    CHECK(mkdtemp(dir) != NULL);
    write_file("conf",
               arena_printf(a,
                            "var_dir = %s\nsecrets_dir = %s\nsite_name = FilmMuseum\n"
                            "base_url = https://films.museum.example\n",
                            dir, dir),
               0600);
    setenv("OVS_CONF", arena_printf(a, "%s/conf", dir), 1);

    check_run();

    CHECK(nftw(dir, drop, 8, FTW_DEPTH | FTW_PHYS) == 0);
    arena_free(a);
    return check_done("secret");
}
