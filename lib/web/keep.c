#include "web/keep.h"
#include "base/clock.h"
#include "base/str.h"
#include "io/secret.h"
#include "web/req.h"
#include "web/transport.h"

/* A packed form is "KEY=VALUE&...", in base64url, a dot and the MAC. Keys: `to`, `at`, `session`,
 * `files`; f.NAME is a field, s.NAME one whose value was left out. */
enum { PREFIX_CHARS = 2, MAC_CHARS = 64, OTHER_KEYS = 4 };

SHAPE(author_shape, struct kept_author, COLUMN(struct kept_author, user_id),
      COLUMN(struct kept_author, handle));
STMT(q_author, &author_shape,
     "SELECT u.id AS user_id, u.handle FROM session s JOIN user u ON u.id = s.user_id"
     " WHERE s.id = ?");

static bool is_secret(const char *name)
{
    static const char *const words[] = { "password", "present", "code", "pin", "secret", "token" };

    for (size_t i = 0; i < COUNT(words); i++)
        if (str_eq(name, words[i]) || strcasestr(name, "password") || strcasestr(name, "secret"))
            return true;
    return false;
}

static bool is_form(const struct req *r)
{
    const char *type = req_header(r, "Content-Type");

    return r->method == POST && !req_wants_json(r) && !r->viewer.by_bearer &&
           (strncasecmp(type, "application/x-www-form-urlencoded", 33) == 0 ||
            strncasecmp(type, "multipart/form-data", 19) == 0);
}

void keep_read(struct req *r)
{
    int64_t bytes = req_body_bytes(r);
    const struct problem why = r->why;

    if (!is_form(r) || bytes <= 0 || bytes > KEEP_BODY_MAX_BYTES || r->transport->left != bytes)
        return;
    r->without_files = true;
    if (body_parse(r) != RC_OK)
        r->form.n = 0;
    r->why = why; /* why it is refused, not what is wrong with it besides */
}

/* Whether the form, sent once more or corrected, may be taken. Of what is denied, that is true when only its
 * token was the reason: not of somebody restricted, whose login does not count here. */
static bool may_be_repeated(const struct req *r, enum rc rc)
{
    if (rc == RC_DENIED)
        return !(r->viewer.restricted && !r->viewer.user_id) &&
               !session_csrf_ok(r, form_str(r, "csrf"));
    if (rc == RC_INVALID || rc == RC_CONFLICT) /* it can be corrected */
        return r->why.field && form_has(r, r->why.field);
    return rc == RC_SIGN_IN || rc == RC_FRESH || rc == RC_UNCONFIRMED || rc == RC_UNPAID ||
           rc == RC_TOO_LARGE || rc == RC_BUSY || rc == RC_LIMITED || rc == RC_LOCKED ||
           rc == RC_FULL || rc == RC_FAIL;
}

static void add(struct field_list *list, struct req *r, const struct field *f)
{
    if (list->items == NULL)
        list->items = arena_array(r->arena, struct field, FIELDS_MAX);
    list->items[list->n++] = *f;
}

struct kept *keep_of(struct req *r, enum rc rc)
{
    const char *query = transport_env(r->transport, "QUERY_STRING");
    struct kept k = { .at_ms = r->now_ms, .files = r->files.n > 0 || r->left_out_files };
    size_t bytes = 0;

    if (!is_form(r) || !may_be_repeated(r, rc) ||
        strlen(r->path) + strlen(query) >= PATH_MAX_BYTES ||
        !session_csrf_made(r, form_str(r, "csrf"), &k.session_id))
        return NULL;
    k.to = query[0] ? arena_printf(r->arena, "%s?%s", r->path, query) : r->path;
    for (size_t i = 0; i < r->form.n; i++) {
        const struct field *f = &r->form.items[i];
        bytes += strlen(f->name) + strlen(f->value);
        if (strlen(f->name) + PREFIX_CHARS > FIELD_NAME_MAX_BYTES)
            return NULL;
        if (!str_eq(f->name, "csrf"))
            add(is_secret(f->name) ? &k.secrets : &k.fields, r, f);
    }
    if (k.fields.n + k.secrets.n == 0)
        return NULL; /* a button: it is pressed again sooner than a page is read */
    k.too_large = bytes > KEEP_MAX_BYTES || r->form.n > FIELDS_MAX - OTHER_KEYS;
    struct kept *out = arena_alloc(r->arena, sizeof(*out));
    *out = k;
    return out;
}

/* What urlencoded_parse() would not take as it is; the rest stays, since base64 makes it longer. */
static void pack_text(struct sb *o, const char *s)
{
    for (; *s; s++)
        if (strchr("%&+=", *s))
            sb_addf(o, "%%%02X", (unsigned)*s);
        else
            sb_add(o, s, 1);
}

static void pack_fields(struct sb *o, const char *prefix, const struct field_list *list,
                        bool with_values)
{
    for (size_t i = 0; i < list->n; i++) {
        sb_addf(o, "&%s", prefix);
        pack_text(o, list->items[i].name);
        SB_LIT(o, "=");
        if (with_values)
            pack_text(o, list->items[i].value);
    }
}

static const char *mac_of(struct req *r, const char *text)
{
    return hmac_hex(r->arena, "csrf", arena_printf(r->arena, "kept %s", text));
}

const char *keep_pack(struct req *r, const struct kept *k)
{
    struct sb o = { .a = r->arena };

    sb_addf(&o, "at=%" PRId64 "&session=%" PRId64 "&files=%d&to=", k->at_ms, k->session_id,
            k->files);
    pack_text(&o, k->to);
    pack_fields(&o, "f.", &k->fields, true);
    pack_fields(&o, "s.", &k->secrets, false);
    const char *text = str_base64url(r->arena, o.buf, o.len);
    return arena_printf(r->arena, "%s.%s", text, mac_of(r, text));
}

static bool number_of(const struct field *f, const char *name, int64_t *n)
{
    return str_eq(f->name, name) &&
           str_to_i64(f->value, strlen(f->value), 0, INT64_MAX, n) == RC_OK;
}

static void unpack(struct req *r, const struct field *f, struct kept *k)
{
    const struct field field = { f->name + MIN_OF(strlen(f->name), (size_t)PREFIX_CHARS),
                                 f->value };
    int64_t files;

    if (str_starts(f->name, "f."))
        add(&k->fields, r, &field);
    else if (str_starts(f->name, "s."))
        add(&k->secrets, r, &field);
    else if (str_eq(f->name, "to"))
        k->to = f->value;
    else if (number_of(f, "files", &files))
        k->files = files != 0;
    else if (!number_of(f, "at", &k->at_ms) && !number_of(f, "session", &k->session_id))
        assert(false); /* keep_pack() writes no other key, and the MAC was right */
}

enum rc keep_open(struct req *r, const char *packed, struct kept **out)
{
    const char *dot = strchr(packed, '.');
    struct field_list list = { NULL, 0 };
    struct kept k = { .to = "" };
    char *text;
    size_t n;

    if (dot == NULL || strlen(packed) > KEEP_PACK_MAX_BYTES || strlen(dot + 1) != MAC_CHARS)
        return RC_INVALID;
    const char *body = arena_strn(r->arena, packed, (size_t)(dot - packed));
    if (!equal_secret(dot + 1, mac_of(r, body)))
        return RC_INVALID;
    TRY(str_unbase64url(r->arena, body, strlen(body), &text, &n));
    TRY(urlencoded_parse(r, text, n, &list));
    for (size_t i = 0; i < list.n; i++)
        unpack(r, &list.items[i], &k);
    if (r->now_ms - k.at_ms > KEEP_HOURS * HOUR_MS)
        return RC_GONE;
    *out = arena_alloc(r->arena, sizeof(k));
    **out = k;
    return RC_OK;
}

enum rc keep_author(struct req *r, const struct kept *k, struct kept_author *out)
{
    return k->session_id ? db_one(r->db, r->arena, &q_author, ARGS(I64(k->session_id)), out)
                         : RC_NOT_FOUND;
}
