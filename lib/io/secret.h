/*
 * secret: random values, the site's keys, and signatures made with them (libsodium).
 *
 * Keys      one file per key, secrets_dir/NAME: 64 hex characters, 32 bytes. The owner may write
 *           it, the group may read it (lighttpd needs `media`), nobody else may. A key is loaded
 *           once; a missing or short file, or one that others may read, ends the process with a
 *           line that names it, because a site without its keys must not start.
 * Passwords files of the same kind with one line of any text; they may be missing.
 * Ownership texts live in the caller's arena; keys belong to this module.
 */
#ifndef IO_SECRET_H
#define IO_SECRET_H
#include "base/arena.h"

enum { SECRET_KEY_BYTES = 32, SECRET_KEYS_MAX = 16, SECRET_LINE_MAX_BYTES = 200 };

void random_bytes(void *out, size_t n);
char *random_id(struct arena *a, size_t bytes); /* base64url: 8 bytes make 11 characters */

/* The key called `name`, a constant of [a-z.]. */
const unsigned char *secret_key(const char *name);

/* What is wrong with the file of a key, or NULL; does not end the process. */
const char *secret_key_fault(const char *name);

/* The line in the file `name`, read anew each time; "" when there is no such file. */
void secret_line(const char *name, char line[SECRET_LINE_MAX_BYTES + 1]);

/* Overwrites a secret in a way that the compiler does not leave out. */
void secret_wipe(void *secret, size_t n);

/* HMAC-SHA256 of the text and SHA-256 of n bytes, as 64 lower-case hex characters or as base64url. */
char *hmac_hex(struct arena *a, const char *key_name, const char *text);
char *hmac_base64url(struct arena *a, const char *key_name, const char *text);
char *sha256_hex(struct arena *a, const void *data, size_t n);

/* Seals text so that only this site can read it: libsodium's secretbox with a random nonce, as
 * base64url, 4/3 times as long as the text and 40 more bytes. Each sealing of a text gives another
 * result. RC_INVALID: not sealed with this key, or changed since. */
char *secret_seal(struct arena *a, const char *key_name, const char *text);
MUST_USE enum rc secret_open(struct arena *a, const char *key_name, const char *sealed,
                             const char **text);

/* Whether `hex` is the HMAC of the text under the key or, when its file exists, under the key that
 * it replaced, e.g. "play" and "play.old". Both names are constants. */
bool hmac_ok(struct arena *a, const char *key_name, const char *old_name, const char *text,
             const char *hex);

/* Whether `text` is what the file secrets_dir/NAME holds: for those who were given it as a password.
 * False as well when there is no such file. */
bool secret_is(const char *name, const char *text);

/* Whether two texts are equal, in a time that reveals nothing but their lengths. */
bool equal_secret(const char *a, const char *b);

/*
 * Signed media paths: anybody who has one may fetch the file until it expires.
 *
 *   /media/{mac}/{expiry}/{video}/{scope}/{file}
 *   /media/{mac}/{expiry}.{holder}/{video}/{scope}/{file}
 *
 *   mac     HMAC-SHA256 with key `media` over what stands between it and the file, lower-case hex
 *   expiry  seconds since 1970 in UTC, 10 digits; valid until the end of that second
 *   holder  decimal: the login that it was made for, with which it ends (publish/revoke.h)
 *   video   public id, 11 characters of base64url
 *   scope   full, preview or poster
 *   file    [A-Za-z0-9_-]+ . [a-z0-9]+
 *
 * All files of one scope share one mac, so relative names in a playlist just work. When the file
 * secrets_dir/media.old exists, paths signed with that key are valid as well. lighttpd/gate.lua
 * makes the same check; tests/media_path.tsv tests both.
 */
enum media_scope { MEDIA_FULL, MEDIA_PREVIEW, MEDIA_POSTER, MEDIA_SCOPES };
enum { MEDIA_EXPIRY_STEP_S = 600 };

/* holder 0: for anybody. An expiry_s that is a multiple of MEDIA_EXPIRY_STEP_S makes the same addresses
 * recur, so that caches can use them. */
char *media_path(struct arena *a, const char *video_id, enum media_scope scope, int64_t expiry_s,
                 int64_t holder, const char *file);

/* RC_OK and *rest (may be NULL), which points to "{video}/{scope}/{file}" in `path`; RC_GONE when
 * it has expired, whatever the mac; RC_DENIED for anything else. `path` is without a query. */
MUST_USE enum rc media_path_ok(const char *path, int64_t now_s, const char **rest);

/* Like media_path_ok, with a given key, for the shared test vectors. */
MUST_USE enum rc media_path_ok_with(const unsigned char key[SECRET_KEY_BYTES], const char *path,
                                    int64_t now_s, const char **rest);
#endif
