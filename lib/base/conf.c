#include "base/conf.h"
#include "base/currency.h"
#include "base/log.h"
#include "base/str.h"
#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

enum { CONF_MAX_BYTES = 64 * 1024, CONF_ARENA_BYTES = 1 << 20 };
enum key_type { KEY_STR, KEY_INT, KEY_ENUM };

WORDS(environment,
      "", [ENV_DEVELOPMENT] = "development", [ENV_TEST] = "test", [ENV_PRODUCTION] = "production");
WORDS(cache_mode, "", [CACHE_NONE] = "none", [CACHE_MEMCACHED] = "memcached");
WORDS(db_tls,
      "", [DB_TLS_NONE] = "none", [DB_TLS_REQUIRED] = "required", [DB_TLS_VERIFY] = "verify");
WORDS(division_rule, "policy.rule", [RULE_USER] = "user", [RULE_SCALED] = "scaled");
WORDS(fee_bearer, "policy.fees", [FEES_SHARED] = "shared", [FEES_PLATFORM] = "platform");
WORDS(idle_use, "policy.idle", [IDLE_UPLIFT] = "uplift", [IDLE_PLATFORM] = "platform");
WORDS(tls_mode, "", [TLS_NONE] = "none", [TLS_FILES] = "files");
WORDS(clawback, "", [CLAWBACK_OFFSET] = "offset", [CLAWBACK_ABSORB] = "absorb");
WORDS(datev_chart, "", [DATEV_SKR03] = "skr03", [DATEV_SKR04] = "skr04");
WORDS(untaxed,
      "", [UNTAXED_EXEMPT] = "exempt", [UNTAXED_OUTSIDE] = "outside", [UNTAXED_ZERO] = "zero");
WORDS(voucher_expired, "", [VOUCHER_VALUE_REVENUE] = "revenue", [VOUCHER_VALUE_KEPT] = "kept");
WORDS(four_eyes, "", [FOUR_EYES_OFF] = "off", [FOUR_EYES_ON] = "on");
WORDS(mail_mode, "", [MAIL_NONE] = "none", [MAIL_SMTP] = "smtp", [MAIL_SENDMAIL] = "sendmail");
WORDS(comments_by,
      "", [COMMENTS_MEMBERS] = "members", [COMMENTS_EVERYONE] = "everyone", [COMMENTS_OFF] = "off");
WORDS(smtp_tls, "", [SMTP_STARTTLS] = "starttls", [SMTP_TLS] = "tls", [SMTP_PLAIN] = "none");
WORDS(log_addresses, "", [LOG_ADDRESSES_NETWORK] = "network", [LOG_ADDRESSES_FULL] = "full");

struct key {
    const char *name;
    enum key_type type;
    size_t offset;
    const char *fallback;
    int64_t min, max;          /* of an integer, or of a string's length in bytes */
    const struct words *words; /* of a choice */
    const char *meaning;
};

/* clang-format off */
#define ROW_STR(k, fallback, min, max, meaning) \
    { #k, KEY_STR, offsetof(struct conf, k), fallback, min, max, NULL, meaning },
#define ROW_INT(k, fallback, min, max, meaning) \
    { #k, KEY_INT, offsetof(struct conf, k), #fallback, min, max, NULL, meaning },
#define ROW_ENUM(k, fallback, set, meaning) \
    { #k, KEY_ENUM, offsetof(struct conf, k), fallback, 0, 0, &set##_words, meaning },
static const struct key keys[] = { CONF_KEYS(ROW_STR, ROW_INT, ROW_ENUM) };
/* clang-format on */

static enum rc set_enum(char *field, const struct key *k, const char *value)
{
    int i;

    if (!words_find(k->words, value, &i))
        return RC_INVALID;
    memcpy(field, &i, sizeof(i));
    return RC_OK;
}

static enum rc set(struct arena *a, struct conf *c, const struct key *k, const char *value)
{
    char *field = (char *)c + k->offset;
    size_t n = strlen(value);
    int64_t v;

    switch (k->type) {
    case KEY_ENUM: return set_enum(field, k, value);
    case KEY_INT:
        TRY(str_to_i64(value, n, k->min, k->max, &v));
        memcpy(field, &v, sizeof(v));
        return RC_OK;
    case KEY_STR: break;
    }
    if ((int64_t)n < k->min || (int64_t)n > k->max || !str_is_text(value, n, false))
        return RC_INVALID;
    const char *copy = arena_str(a, value);
    memcpy(field, &copy, sizeof(copy));
    return RC_OK;
}

static const struct key *find(const char *name)
{
    for (size_t i = 0; i < COUNT(keys); i++)
        if (str_eq(keys[i].name, name))
            return &keys[i];
    return NULL;
}

/* What an integer or a choice would take; "" for a text. */
static const char *taken(struct arena *a, const struct key *k)
{
    const char *list = "";

    if (k->type == KEY_INT)
        return arena_printf(a, ", but %" PRId64 " to %" PRId64, k->min, k->max);
    for (size_t i = 0; k->type == KEY_ENUM && i < k->words->n; i++)
        list = arena_printf(a, "%s%s%s", list, i ? " or " : ", but ", k->words->items[i]);
    return list;
}

static enum rc parse_line(struct arena *a, const char *line, size_t number, struct conf *out,
                          struct problem *why)
{
    const char *eq = strchr(line, '=');

    if (line[0] == 0 || line[0] == '#')
        return RC_OK;
    if (eq == NULL)
        return refuse(why, RC_INVALID, NULL,
                      arena_printf(a, "line %zu is not `key = value`", number));
    const char *name = str_clean(a, arena_strn(a, line, (size_t)(eq - line)), false);
    const char *value = str_clean(a, eq + 1, false);
    const struct key *k = find(name);
    if (k == NULL)
        return refuse(why, RC_INVALID, NULL,
                      arena_printf(a, "line %zu: unknown key %s", number, name));
    if (set(a, out, k, value) != RC_OK)
        return refuse(why, RC_INVALID, k->name,
                      arena_printf(a, "line %zu: %s does not take \"%s\"%s: %s", number, name,
                                   value, taken(a, k), k->meaning));
    return RC_OK;
}

enum rc conf_parse(struct arena *a, const char *text, struct conf *out, struct problem *why)
{
    for (size_t i = 0; i < COUNT(keys); i++) {
        enum rc rc = set(a, out, &keys[i], keys[i].fallback);
        assert(rc == RC_OK); /* a default outside its own range */
    }
    for (size_t number = 1; *text; number++) {
        size_t n = strcspn(text, "\n");
        TRY(parse_line(a, str_clean(a, arena_strn(a, text, n), false), number, out, why));
        text += n + (text[n] == '\n');
    }
    if (currency_decimals(out->currency) < 0)
        return refuse(why, RC_INVALID, "currency",
                      arena_printf(a, "there is no currency %s in ISO 4217", out->currency));
    if (out->mail != MAIL_NONE && !strchr(out->mail_from, '@'))
        return refuse(why, RC_INVALID, "mail_from", "mail needs the address mail_from");
    return RC_OK;
}

static void stop(const char *path, const char *text)
{
    fprintf(stderr, "config %s: %s\n", path, text);
    exit(78); /* EX_CONFIG of sysexits.h */
}

static char *read_all(struct arena *a, const char *path)
{
    char *text = arena_alloc(a, CONF_MAX_BYTES + 1);
    FILE *f = fopen(path, "r");

    if (f == NULL)
        stop(path, getenv("OVS_CONF") ? strerror(errno)
                                      : "cannot be read; OVS_CONF names another config file");
    size_t n = fread(text, 1, CONF_MAX_BYTES, f);
    if (n == CONF_MAX_BYTES)
        stop(path, "larger than 64 KiB");
    fclose(f);
    return text;
}

static bool keep_root;
void conf_keep_root(void) { keep_root = true; }

static void become_owner_of(const char *var_dir, const char *path)
{
    struct stat st;

    if (keep_root || geteuid() != 0 || stat(var_dir, &st) || st.st_uid == 0)
        return;
    const struct passwd *owner = getpwuid(st.st_uid);
    gid_t group = owner ? owner->pw_gid : st.st_gid;
    if ((owner ? initgroups(owner->pw_name, group) : setgroups(1, &group)) || setgid(group) ||
        setuid(st.st_uid))
        stop(path, "root could not become the owner of var_dir");
    if (access(path, R_OK))
        stop(path, "the owner of var_dir, as which programs run, may not read this file");
}

static struct conf loaded, filed; /* in force; as the file says */
static struct arena *kept;        /* never freed: these strings live as long as the process */

const struct conf *conf(void)
{
    struct problem why;

    if (kept)
        return &loaded;
    kept = arena_new(CONF_ARENA_BYTES);
    const char *path = getenv("OVS_CONF") ? getenv("OVS_CONF") : CONF_FILE;
    if (conf_parse(kept, read_all(kept, path), &filed, &why) != RC_OK)
        stop(path, why.text);
    loaded = filed;
    become_owner_of(loaded.var_dir, path);
    return &loaded;
}

static void print(const struct conf *c, const struct key *k, char *out, size_t n)
{
    const char *field = (const char *)c + k->offset, *s;
    int64_t v;
    int word;

    switch (k->type) {
    case KEY_INT:
        memcpy(&v, field, sizeof(v));
        snprintf(out, n, "%" PRId64, v);
        return;
    case KEY_ENUM:
        memcpy(&word, field, sizeof(word));
        snprintf(out, n, "%s", words_at(k->words, word));
        return;
    case KEY_STR:
        memcpy(&s, field, sizeof(s));
        snprintf(out, n, "%s", strstr(k->name, "password") && s[0] ? "(secret)" : s);
        return;
    }
}

/* Only what differs is set again, so that the strings of each change are kept once. */
static void overlay_key(const struct key *k, const char *value)
{
    struct conf_row now;

    print(&loaded, k, now.now, sizeof(now.now));
    if (!str_eq(now.now, value) && set(kept, &loaded, k, value) != RC_OK)
        log_error("the setting %s of the database is out of range", k->name);
}

void conf_overlay(const struct conf_value *items, size_t n)
{
    struct conf_row row;

    (void)conf();
    for (size_t i = 0; i < COUNT(keys); i++) {
        const struct key *k = &keys[i];
        const char *value = NULL;
        for (size_t j = 0; j < n; j++)
            if (str_eq(items[j].key, k->name))
                value = items[j].value;
        if (strstr(k->name, "password"))
            continue;
        if (value == NULL) {
            print(&filed, k, row.now, sizeof(row.now));
            value = row.now;
        }
        overlay_key(k, value);
    }
}

enum rc conf_check(struct arena *a, const char *key, const char *value, struct problem *why)
{
    const struct key *k = find(key);
    struct conf scratch;

    if (k == NULL)
        return RC_NOT_FOUND;
    if (set(a, &scratch, k, value) == RC_OK)
        return RC_OK;
    return refuse(why, RC_INVALID, "value",
                  arena_printf(a, "This setting does not take \"%s\"%s.", value, taken(a, k)));
}

static const char *text_of(struct arena *a, const struct conf *c, const char *key)
{
    const struct key *k = find(key);
    struct conf_row row = { .now = "" };

    (void)conf();
    if (k)
        print(c, k, row.now, sizeof(row.now));
    return arena_str(a, row.now);
}

const char *conf_filed(struct arena *a, const char *key) { return text_of(a, &filed, key); }
const char *conf_now(struct arena *a, const char *key) { return text_of(a, &loaded, key); }

bool conf_row(size_t index, struct conf_row *row)
{
    static const char *const types[] = { "text", "number", "choice" };

    if (index >= COUNT(keys))
        return false;
    const struct key *k = &keys[index];
    *row = (struct conf_row){ k->name, types[k->type], k->fallback, k->meaning, "" };
    print(conf(), k, row->now, sizeof(row->now));
    return true;
}

bool conf_is_https(void) { return str_starts(conf()->base_url, "https://"); }
