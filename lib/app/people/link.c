#include "app/people/link.h"
#include "base/clock.h"
#include "base/str.h"
#include "io/secret.h"

WORDS(link_purpose, "link.purpose", [LINK_CONFIRM] = "confirm", [LINK_RESET] = "reset",
      [LINK_ADDRESS] = "address", [LINK_UNDO] = "undo");

SHAPE(link_shape, struct link, COLUMN(struct link, user_id), COLUMN(struct link, made_ms),
      COLUMN(struct link, expires_ms), COLUMN(struct link, used_ms), COLUMN(struct link, burned_ms),
      COLUMN(struct link, data));
#define LINK "SELECT user_id, made_ms, expires_ms, used_ms, burned_ms, data FROM link "
STMT(q_get, &link_shape, LINK "WHERE token_hash = ? AND purpose = ?");
STMT(q_open, &link_shape,
     LINK "WHERE user_id = ? AND purpose = ? AND used_ms = 0 AND burned_ms = 0 AND expires_ms > ?"
          " ORDER BY made_ms DESC LIMIT 1");
STMT(q_make, NULL,
     "INSERT INTO link (token_hash, purpose, user_id, data, made_ms, expires_ms)"
     " VALUES (?, ?, ?, ?, ?, ?)");
STMT(q_use, NULL,
     "UPDATE link SET used_ms = ? WHERE token_hash = ? AND purpose = ? AND used_ms = 0"
     " AND burned_ms = 0 AND expires_ms > ?");
STMT(q_burn, NULL,
     "UPDATE link SET burned_ms = ? WHERE user_id = ? AND purpose = ? AND used_ms = 0"
     " AND burned_ms = 0 AND expires_ms > ? AND made_ms >= ?");
STMT(q_sweep, NULL, "DELETE FROM link WHERE expires_ms <= ?");

static const char *hash_of(struct arena *a, const char *token)
{
    return sha256_hex(a, token, strlen(token));
}

static bool is_token(const char *token)
{
    return strlen(token) == LINK_TOKEN_CHARS && str_only(token, STR_BASE64URL);
}

enum rc link_make(struct db *db, struct arena *a, enum link_purpose purpose, int64_t user_id,
                  const char *data, int64_t life_ms, int64_t now_ms, const char **token)
{
    const char *made = random_id(a, LINK_TOKEN_BYTES);

    assert(strlen(data) <= LINK_DATA_MAX_BYTES && life_ms > 0);
    *token = made;
    return db_run(db, &q_make,
                  ARGS(STR(hash_of(a, made)), STR(link_purpose_word(purpose)), I64(user_id),
                       STR(data), I64(now_ms), I64(now_ms + life_ms)),
                  NULL);
}

enum rc link_look(struct db *db, struct arena *a, enum link_purpose purpose, const char *token,
                  int64_t now_ms, struct link *out)
{
    *out = (struct link){ .data = "" };
    if (!is_token(token))
        return RC_NOT_FOUND;
    TRY(db_one(db, a, &q_get, ARGS(STR(hash_of(a, token)), STR(link_purpose_word(purpose))), out));
    return out->used_ms || out->burned_ms || out->expires_ms <= now_ms ? RC_GONE : RC_OK;
}

enum rc link_use(struct db *db, struct arena *a, enum link_purpose purpose, const char *token,
                 int64_t now_ms, struct link *out)
{
    int64_t changed;

    TRY(link_look(db, a, purpose, token, now_ms, out));
    TRY(db_run(
        db, &q_use,
        ARGS(I64(now_ms), STR(hash_of(a, token)), STR(link_purpose_word(purpose)), I64(now_ms)),
        &changed));
    return changed ? RC_OK : RC_GONE; /* another request was quicker */
}

enum rc link_burn_since(struct db *db, enum link_purpose purpose, int64_t user_id, int64_t since_ms,
                        int64_t now_ms)
{
    return db_run(db, &q_burn,
                  ARGS(I64(now_ms), I64(user_id), STR(link_purpose_word(purpose)), I64(now_ms),
                       I64(since_ms)),
                  NULL);
}

enum rc link_burn(struct db *db, enum link_purpose purpose, int64_t user_id, int64_t now_ms)
{
    return link_burn_since(db, purpose, user_id, 0, now_ms);
}

enum rc link_open(struct db *db, struct arena *a, enum link_purpose purpose, int64_t user_id,
                  int64_t now_ms, struct link *out)
{
    return db_one(db, a, &q_open, ARGS(I64(user_id), STR(link_purpose_word(purpose)), I64(now_ms)),
                  out);
}

enum rc link_sweep(struct db *db, int64_t now_ms, int64_t *dropped)
{
    return db_run(db, &q_sweep, ARGS(I64(now_ms - LINK_KEPT_DAYS * DAY_MS)), dropped);
}
