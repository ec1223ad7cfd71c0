#include "app/notify/choice.h"
#include "base/str.h"
#include "io/secret.h"

enum { MAC_CHARS = 32 };

static const struct {
    enum notice_mail mail;
    const char *name;
} kinds[] = {
#define ROW(constant, word, mailed, listed, values, name) [NOTICE_##constant] = { mailed, name },
    NOTICE_KINDS(ROW)
#undef ROW
};

struct off {
    enum notice_kind kind;
};
struct off_list {
    struct off *items;
    size_t n;
};
SHAPE(off_shape, struct off, COLUMN_WORD(struct off, kind, notice_kind));
STMT(q_off, &off_shape, "SELECT kind FROM notice_off WHERE user_id = ?");
/* A link in an old mail may name somebody who is no more. */
STMT(q_switch_off, NULL,
     "INSERT INTO notice_off (user_id, kind, since_ms) SELECT id, ?, ? FROM user WHERE id = ?");
STMT(q_switch_on, NULL, "DELETE FROM notice_off WHERE user_id = ? AND kind = ?");

bool notice_is_choice(enum notice_kind kind) { return kinds[kind].mail == MAILED_BY_CHOICE; }
const char *notice_choice_name(enum notice_kind kind) { return kinds[kind].name; }

static const char *mac_of(struct arena *a, const char *text)
{
    return arena_strn(a, hmac_hex(a, "token", arena_printf(a, "unsubscribe/%s", text)), MAC_CHARS);
}

const char *unsubscribe_token(struct arena *a, int64_t user_id, enum notice_kind kind)
{
    const char *text = arena_printf(a, "%" PRId64 "-%s", user_id, notice_kind_word(kind));

    return arena_printf(a, "%s-%s", text, mac_of(a, text));
}

enum rc unsubscribe_read(struct arena *a, const char *token, int64_t *user_id,
                         enum notice_kind *kind)
{
    const char *mac = strrchr(token, '-'), *word = strchr(token, '-');

    if (mac == NULL || word == mac)
        return RC_NOT_FOUND;
    if (str_to_i64(token, (size_t)(word - token), 1, INT64_MAX, user_id) ||
        !notice_kind_read(arena_strn(a, word + 1, (size_t)(mac - word - 1)), kind))
        return RC_NOT_FOUND;
    bool ours = equal_secret(mac + 1, mac_of(a, arena_strn(a, token, (size_t)(mac - token))));
    return ours && notice_is_choice(*kind) ? RC_OK : RC_NOT_FOUND;
}

enum rc notice_choices(struct db *db, struct arena *a, int64_t user_id,
                       struct notice_choice_list *out)
{
    struct off_list off;

    TRY(DB_LIST(db, a, &q_off, ARGS(I64(user_id)), NOTICE_KINDS_COUNT, &off));
    *out = (struct notice_choice_list){ arena_array(a, struct notice_choice, NOTICE_KINDS_COUNT),
                                        0 };
    for (enum notice_kind k = 0; k < NOTICE_KINDS_COUNT; k++) {
        struct notice_choice c = { k, notice_kind_word(k), kinds[k].name, true };
        for (size_t i = 0; i < off.n; i++)
            c.wanted = c.wanted && off.items[i].kind != k;
        if (notice_is_choice(k))
            out->items[out->n++] = c;
    }
    return RC_OK;
}

enum rc notice_choose(struct db *db, int64_t user_id, enum notice_kind kind, bool wanted,
                      int64_t now_ms)
{
    const char *word = notice_kind_word(kind);

    if (wanted)
        return db_run(db, &q_switch_on, ARGS(I64(user_id), STR(word)), NULL);
    enum rc rc = db_run(db, &q_switch_off, ARGS(STR(word), I64(now_ms), I64(user_id)), NULL);
    return rc == RC_CONFLICT ? RC_OK : rc; /* it is off */
}
