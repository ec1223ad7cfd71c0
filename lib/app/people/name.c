#include "app/people/name.h"
#include "base/clock.h"
#include "base/conf.h"
#include "base/sb.h"
#include "base/str.h"
#include "io/secret.h"
#include "io/spoof.h"

enum { SITE_WORD_MIN_CHARS = 4 };

STMT(q_alike, &number_shape,
     "SELECT k.user_id AS n FROM name_key k JOIN user u ON u.id = k.user_id"
     " WHERE k.word IN (?, ?) AND k.user_id <> ? AND (EXISTS (SELECT 1 FROM video v"
     "  WHERE v.user_id = u.id AND v.state = 'ready' AND v.visibility = 'public')"
     " OR EXISTS (SELECT 1 FROM follow f WHERE f.channel_id = u.id)) LIMIT 1");
STMT(q_forget_keys, NULL, "DELETE FROM name_key WHERE user_id = ?");
STMT(q_note, NULL, "INSERT IGNORE INTO name_key (user_id, word) VALUES (?, ?), (?, ?), (?, ?)");

struct named {
    int64_t id;
    const char *handle, *name;
};
struct named_list {
    struct named *items;
    size_t n;
};
SHAPE(named_shape, struct named, COLUMN(struct named, id), COLUMN(struct named, handle),
      COLUMN(struct named, name));
STMT(q_old, &named_shape,
     "SELECT u.id, u.handle, u.display_name AS name FROM name_key k JOIN user u ON u.id = k.user_id"
     " WHERE k.word = '' ORDER BY k.user_id LIMIT 500");

STMT(q_reserve, NULL,
     "INSERT INTO handle_past (word, user_id, given_up_ms, until_ms) VALUES (?, ?, ?, ?)"
     " ON DUPLICATE KEY UPDATE user_id = VALUES(user_id), given_up_ms = VALUES(given_up_ms),"
     " until_ms = VALUES(until_ms)");
STMT(q_take_back, NULL, "DELETE FROM handle_past WHERE word = ? AND user_id = ?");
STMT(q_had, &number_shape, "SELECT user_id AS n FROM handle_past WHERE word = ? AND until_ms > ?");
STMT(q_renamed, &number_shape,
     "SELECT COUNT(*) AS n FROM handle_past WHERE user_id = ? AND given_up_ms > ?");
struct moved {
    const char *handle;
};
SHAPE(moved_shape, struct moved, COLUMN(struct moved, handle));
STMT(q_moved, &moved_shape,
     "SELECT u.handle FROM handle_past h JOIN user u ON u.id = h.user_id AND u.hidden = 0"
     " WHERE h.word = ? AND h.until_ms > ?");

static const char *digest(struct arena *a, const char *kind, const char *text)
{
    const char *whole = arena_printf(a, "%s %s", kind, text);
    return sha256_hex(a, whole, strlen(whole));
}

const char *name_handle_word(struct arena *a, const char *handle)
{
    char *lower = arena_str(a, handle);

    for (char *s = lower; *s; s++)
        if (*s >= 'A' && *s <= 'Z')
            *s = (char)(*s - 'A' + 'a');
    return digest(a, "handle", lower);
}

enum rc name_read(struct arena *a, const char *typed, const char **name, struct problem *why)
{
    if (!str_is_text(typed, strlen(typed), true) || str_chars(typed) > SPOOF_MAX_BYTES / 4)
        return refuse(why, RC_INVALID, "name", "A name can have at most 60 characters.");
    char *composed = arena_str(a, spoof_compose(a, typed));
    for (char *p = composed; *p; p++) /* pasted from slides; a name has one line */
        if (*p == '\n' || *p == '\r' || *p == '\t')
            *p = ' ';
    *name = str_clean(a, composed, false);
    if (str_chars(*name) > NAME_MAX_CHARS)
        return refuse(why, RC_INVALID, "name", "A name can have at most 60 characters.");
    const char *fault = **name ? spoof_fault(a, composed) : NULL;
    return fault ? refuse(why, RC_INVALID, "name", fault) : RC_OK;
}

/* Staff */

/* A word alone gives the impression, whatever stands beside it. */
static const char *const staff[] = {
    "admin",         "administrator", "administration", "administrador", "administrateur",
    "administratie", "admins",        "administrators", "moderator",     "moderators",
    "moderation",    "moderador",     "moderateur",     "official",      "officially",
    "offiziell",     "oficial",       "officiel",       "ufficiale",     "support",
    "suport",        "supports",      "soporte",        "helpdesk",      "staff",
    "sysadmin",      "sysop",         "webmaster",      "hostmaster",    "postmaster",
    "kundendienst",  "kundenservice", "customercare",   "админ",         "администратор",
    "администрация", "модератор",     "поддержка",      "официальный",   "официально",
    "管理员",        "管理員",        "官方",           "客服",          "運営",
    "公式",          "サポート",      "관리자",         "운영자",        "고객센터",
    "الدعم",         "מנהל",
};

/* These do so when there is nothing else. */
static const char *const plain[] = {
    "operator", "operators", "site",    "team",    "help",       "system",   "security",
    "owner",    "root",      "mod",     "mods",    "service",    "services", "customer",
    "account",  "accounts",  "billing", "payment", "payments",   "payout",   "payouts",
    "info",     "contact",   "desk",    "center",  "centre",     "abuse",    "legal",
    "privacy",  "trust",     "safety",  "news",    "sicherheit", "hilfe",    "ayuda",
    "equipo",   "equipe",    "aide",    "noreply", "mailer",     "daemon",   "copyright",
    "dmca",     "verified",  "verify",  "login",   "signup",     "password", "settings",
    "команда",  "помощь",
};

/* These are nothing by themselves and hide nothing. */
static const char *const fillers[] = { "the", "our",   "your",   "super",   "chief", "head", "real",
                                       "web", "video", "videos", "channel", "of",    "and",  "my" };

struct lexicon {
    const char *words[COUNT(staff) + COUNT(plain) + COUNT(fillers)];
};

/* All of these as names are read; made once in a process. */
static const struct lexicon *lexicon(void)
{
    static struct lexicon made;
    static struct arena *kept;

    if (kept)
        return &made;
    struct arena *a = arena_new(4 << 20);
    kept = arena_new(1 << 20);
    for (size_t i = 0; i < COUNT(made.words); i++) {
        const char *word = i < COUNT(staff) ? staff[i]
                           : i < COUNT(staff) + COUNT(plain)
                               ? plain[i - COUNT(staff)]
                               : fillers[i - COUNT(staff) - COUNT(plain)];
        made.words[i] = arena_str(kept, spoof_words(a, word));
    }
    arena_free(a);
    return &made;
}

/* The weightiest reading of a text as a row of those words: 3 with one of `staff`, 2 with one of
 * `plain`, 1 only fillers, 0: it is something else. From the end: best[i] is that of the text from i on. */
static int weight(struct arena *a, const struct lexicon *l, const char *text)
{
    size_t n = strlen(text);
    int *best = arena_array(a, int, n + 1);

    best[n] = 1;
    for (size_t i = n; i-- > 0;)
        for (size_t w = 0; w < COUNT(l->words); w++) {
            if (!l->words[w][0] || !str_starts(text + i, l->words[w]))
                continue;
            int own = w < COUNT(staff) ? 3 : w < COUNT(staff) + COUNT(plain) ? 2 : 1;
            int rest = best[i + strlen(l->words[w])];
            if (rest)
                best[i] = MAX_OF(best[i], MAX_OF(own, rest));
        }
    return best[0];
}

/* Does a text read like staff? Each word alone, and all of them together: "s.u.p.p.o.r.t". */
static bool is_staff(struct arena *a, const char *text)
{
    const char *words = spoof_words(a, text), *at = words;
    struct sb together = { .a = a };

    while (*at) {
        size_t n = strcspn(at, " ");
        const char *word = arena_strn(a, at, n);
        if (*word < '0' || *word > '9') { /* digits at the end */
            if (weight(a, lexicon(), word) == 3)
                return true;
            sb_str(&together, word);
        }
        at += n + (at[n] == ' ');
    }
    return together.len && weight(a, lexicon(), together.buf) >= 2;
}

static const char *without_spaces(struct arena *a, const char *text)
{
    char *out = arena_str(a, text), *to = out;

    for (const char *s = out; *s; s++)
        if (*s != ' ')
            *to++ = *s;
    *to = 0;
    return out;
}

static bool has_site_name(struct arena *a, const char *text)
{
    const char *site = without_spaces(a, spoof_words(a, conf()->site_name));
    const char *typed = without_spaces(a, spoof_words(a, text));

    return strlen(site) >= SITE_WORD_MIN_CHARS ? strstr(typed, site) != NULL : str_eq(typed, site);
}

/* Looks */

static enum rc check_alike(struct db *db, struct arena *a, const char *field, const char *text,
                           int64_t own_id, struct problem *why)
{
    struct skeletons s = spoof_skeletons(a, text);
    int64_t other;

    enum rc rc = db_number(
        db, a, &q_alike,
        ARGS(STR(digest(a, "name", s.exact)), STR(digest(a, "name", s.folded)), I64(own_id)),
        &other);
    if (rc == RC_NOT_FOUND)
        return RC_OK;
    TRY(rc);
    return refuse(why, RC_CONFLICT, field,
                  str_eq(field, "handle")
                      ? "This handle looks like another creator's. Please choose another."
                      : "This name looks like another creator's. Please choose another.");
}

static enum rc check_text(struct db *db, struct arena *a, const char *field, const char *text,
                          int64_t own_id, bool trusted, struct problem *why)
{
    if (!trusted && (is_staff(a, text) || has_site_name(a, text)))
        return refuse(why, RC_CONFLICT, field,
                      str_eq(field, "handle")
                          ? "This handle could be taken for the site's own. Please choose another."
                          : "This name could be taken for the site's own. Please choose another.");
    return check_alike(db, a, field, text, own_id, why);
}

enum rc name_check(struct db *db, struct arena *a, const struct names *names, int64_t own_id,
                   bool trusted, int64_t now_ms, struct problem *why)
{
    int64_t before = own_id;

    if (names->handle) {
        enum rc rc = name_had(db, a, names->handle, now_ms, &before);
        if (rc != RC_OK && rc != RC_NOT_FOUND)
            return rc;
        if (before != own_id)
            return refuse(why, RC_CONFLICT, "handle",
                          "This handle is taken. Please choose another.");
        TRY(check_text(db, a, "handle", names->handle, own_id, trusted, why));
    }
    if (names->name && !str_eq(names->name, names->handle))
        TRY(check_text(db, a, "name", names->name, own_id, trusted, why));
    return RC_OK;
}

enum rc name_note(struct db *db, struct arena *a, int64_t user_id, const struct names *names)
{
    struct skeletons name = spoof_skeletons(a, names->name),
                     handle = spoof_skeletons(a, names->handle);

    TRY(db_run(db, &q_forget_keys, ARGS(I64(user_id)), NULL));
    return db_run(db, &q_note,
                  ARGS(I64(user_id), STR(digest(a, "name", name.exact)), I64(user_id),
                       STR(digest(a, "name", name.folded)), I64(user_id),
                       STR(digest(a, "name", handle.exact))),
                  NULL);
}

static enum rc note_one(struct db *db, void *arg)
{
    const struct named *one = arg;
    struct arena *a = arena_new(4 << 20);
    const struct names names = { one->handle, one->name };
    enum rc rc = name_note(db, a, one->id, &names);

    arena_free(a);
    return rc;
}

enum rc name_renew(struct db *db, struct arena *a, int64_t *n)
{
    struct named_list old;

    *n = 0;
    TRY(DB_LIST(db, a, &q_old, NO_ARGS, NAMES_RENEWED_MAX, &old));
    for (size_t i = 0; i < old.n; i++)
        TRY(db_transact(db, note_one, &old.items[i]));
    *n = (int64_t)old.n;
    return RC_OK;
}

/* Handles */

enum rc name_rename(struct db *db, struct arena *a, const struct renaming *r, struct problem *why)
{
    int64_t renamed = 0, until_ms = r->now_ms + HANDLE_RESERVED_DAYS * DAY_MS;

    TRY(db_number(db, a, &q_renamed, ARGS(I64(r->user_id), I64(r->now_ms - RENAME_DAYS * DAY_MS)),
                  &renamed));
    if (r->limited && renamed >= conf()->renames_per_month)
        return refuse(why, RC_LIMITED, "handle",
                      arena_printf(a,
                                   "You can change your handle %" PRId64
                                   " times in %d days. Please "
                                   "try again later.",
                                   conf()->renames_per_month, RENAME_DAYS));
    TRY(db_run(db, &q_take_back, ARGS(STR(name_handle_word(a, r->to)), I64(r->user_id)), NULL));
    return db_run(
        db, &q_reserve,
        ARGS(STR(name_handle_word(a, r->from)), I64(r->user_id), I64(r->now_ms), I64(until_ms)),
        NULL);
}

enum rc name_retire(struct db *db, struct arena *a, int64_t user_id, const char *handle,
                    int64_t now_ms)
{
    return db_run(db, &q_reserve,
                  ARGS(STR(name_handle_word(a, handle)), I64(user_id), I64(now_ms), I64(INT64_MAX)),
                  NULL);
}

enum rc name_had(struct db *db, struct arena *a, const char *handle, int64_t now_ms,
                 int64_t *user_id)
{
    return db_number(db, a, &q_had, ARGS(STR(name_handle_word(a, handle)), I64(now_ms)), user_id);
}

enum rc name_moved(struct db *db, struct arena *a, const char *handle, int64_t now_ms,
                   const char **handle_now)
{
    struct moved moved;

    TRY(db_one(db, a, &q_moved, ARGS(STR(name_handle_word(a, handle)), I64(now_ms)), &moved));
    *handle_now = moved.handle;
    return RC_OK;
}
