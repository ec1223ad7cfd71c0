/* The body of a request as fields, by its content type. */
#include "base/str.h"
#include "web/keep.h"
#include "web/req.h"
#include "web/transport.h"
#include <json.h>

/* What other programs end a line with, in text that was copied from them: vertical tab, form feed, next
 * line (U+0085), line and paragraph separator (U+2028, U+2029). Becomes a line feed; returns the length. */
static size_t line_breaks(char *text, size_t n)
{
    static const char *const breaks[] = { "\v", "\f", "\xc2\x85", "\xe2\x80\xa8", "\xe2\x80\xa9" };
    size_t to = 0;

    for (size_t i = 0; i < n; to++) {
        size_t length = 0;
        for (size_t k = 0; k < COUNT(breaks) && length == 0; k++)
            if (n - i >= strlen(breaks[k]) && memcmp(text + i, breaks[k], strlen(breaks[k])) == 0)
                length = strlen(breaks[k]);
        text[to] = length ? '\n' : text[i];
        i += length ? length : 1;
    }
    text[to] = 0;
    return to;
}

enum rc field_add(struct req *r, struct field_list *list, const char *name, const char *value,
                  size_t value_n)
{
    if (list->n == FIELDS_MAX || strlen(name) > FIELD_NAME_MAX_BYTES)
        return refuse(&r->why, RC_INVALID, NULL, "The form has too many fields.");
    if (!str_is_text(name, strlen(name), false))
        return refuse(&r->why, RC_INVALID, NULL, "The form is damaged.");
    char *text = arena_strn(r->arena, value, value_n);
    value_n = line_breaks(text, value_n);
    if (!str_is_text(text, value_n, true))
        return refuse(
            &r->why, RC_INVALID, arena_str(r->arena, name),
            arena_printf(r->arena,
                         "The field \"%s\" contains characters that cannot be read (it must "
                         "be UTF-8).",
                         name));
    if (list->items == NULL)
        list->items = arena_array(r->arena, struct field, FIELDS_MAX);
    list->items[list->n++] = (struct field){ arena_str(r->arena, name), text };
    return RC_OK;
}

static int hex_digit(char c)
{
    const char *p = c ? strchr("0123456789abcdef", c | 32) : NULL;
    return p ? (int)(p - "0123456789abcdef") : -1;
}

/* Percent-decode n bytes; *out_n may count a decoded 0, which field_add then refuses. */
static enum rc decode(struct req *r, const char *s, size_t n, char **out, size_t *out_n)
{
    char *o = *out = arena_alloc(r->arena, n + 1);

    for (size_t i = 0; i < n; i++) {
        if (s[i] != '%') {
            *o++ = s[i] == '+' ? ' ' : s[i];
            continue;
        }
        int high = i + 1 < n ? hex_digit(s[i + 1]) : -1, low = i + 2 < n ? hex_digit(s[i + 2]) : -1;
        if (high < 0 || low < 0)
            return refuse(&r->why, RC_INVALID, NULL,
                          "The address or form is damaged (it has a stray %).");
        *o++ = (char)(high * 16 + low);
        i += 2;
    }
    *out_n = (size_t)(o - *out);
    return RC_OK;
}

enum rc urlencoded_parse(struct req *r, const char *text, size_t n, struct field_list *out)
{
    for (const char *p = text, *end = text + n; p < end;) {
        const char *amp = memchr(p, '&', (size_t)(end - p)), *stop = amp ? amp : end;
        const char *eq = memchr(p, '=', (size_t)(stop - p)), *name_end = eq ? eq : stop;
        char *name, *value;
        size_t name_n, value_n = 0;

        TRY(decode(r, p, (size_t)(name_end - p), &name, &name_n));
        TRY(decode(r, eq ? eq + 1 : stop, eq ? (size_t)(stop - eq - 1) : 0, &value, &value_n));
        if (strlen(name) != name_n)
            return refuse(&r->why, RC_INVALID, NULL, "The form is damaged.");
        if (name_n)
            TRY(field_add(r, out, name, value, value_n));
        p = stop + 1;
    }
    return RC_OK;
}

/* NOLINTNEXTLINE(misc-no-recursion): `depth` has a limit */
static enum rc flatten(struct req *r, json_object *value, const char *name, int depth)
{
    if (depth > JSON_DEPTH_MAX)
        return refuse(&r->why, RC_INVALID, NULL, "The JSON is nested too deeply.");
    if (json_object_is_type(value, json_type_object)) {
        json_object_object_foreach(value, key, member)
        {
            TRY(flatten(r, member, name[0] ? arena_printf(r->arena, "%s.%s", name, key) : key,
                        depth + 1));
        }
        return RC_OK;
    }
    if (json_object_is_type(value, json_type_array)) {
        for (size_t i = 0; i < json_object_array_length(value); i++)
            TRY(flatten(r, json_object_array_get_idx(value, i),
                        arena_printf(r->arena, "%s.%zu", name, i), depth + 1));
        return RC_OK;
    }
    if (value == NULL)
        return RC_OK; /* null counts as absent */
    const char *text = json_object_get_string(value);
    size_t n = json_object_is_type(value, json_type_string)
                   ? (size_t)json_object_get_string_len(value)
                   : strlen(text);
    return field_add(r, &r->form, name, text, n);
}

static void put_json(void *value) { json_object_put(value); }

static enum rc json_parse(struct req *r, const char *text, size_t n)
{
    struct json_tokener *tok = json_tokener_new_ex(JSON_DEPTH_MAX + 2);
    json_object *root;

    assert(tok);
    json_tokener_set_flags(tok, JSON_TOKENER_STRICT | JSON_TOKENER_VALIDATE_UTF8);
    root = json_tokener_parse_ex(tok, text, (int)n);
    bool whole = json_tokener_get_error(tok) == json_tokener_success;
    json_tokener_free(tok);
    if (root)
        arena_defer(r->arena, put_json, root);
    if (!whole || !json_object_is_type(root, json_type_object))
        return refuse(&r->why, RC_INVALID, NULL, "The body is not a JSON object.");
    return flatten(r, root, "", 0);
}

static bool type_is(const char *content_type, const char *type)
{
    size_t n = strlen(type);
    return strncasecmp(content_type, type, n) == 0 && strchr(" ;", content_type[n]);
}

static enum rc whole_body(struct req *r, char **text, size_t *n)
{
    size_t max_bytes = r->without_files ? KEEP_BODY_MAX_BYTES : r->endpoint->body_max_bytes;

    if (r->transport->body_bytes > (int64_t)max_bytes)
        return refuse(&r->why, RC_TOO_LARGE, NULL,
                      arena_printf(r->arena,
                                   "At most %zu bytes are accepted here. This form had %" PRId64
                                   ": please shorten it.",
                                   max_bytes, r->transport->body_bytes));
    *text = arena_alloc(r->arena, (size_t)r->transport->body_bytes + 1);
    size_t got;
    for (*n = 0; (got = req_body_read(r, *text + *n, (size_t)r->transport->left)) > 0;)
        *n += got;
    if ((int64_t)*n != r->transport->body_bytes)
        return refuse(&r->why, RC_INVALID, NULL, "The request arrived incomplete. Send it again.");
    return RC_OK;
}

enum rc body_parse(struct req *r)
{
    const char *type = transport_env(r->transport, "CONTENT_TYPE");
    char *text;
    size_t n;

    if (r->transport->body_bytes < 0)
        return refuse(&r->why, RC_INVALID, NULL, "The request does not say how long it is.");
    if (r->transport->body_bytes == 0)
        return RC_OK;
    if (type_is(type, "multipart/form-data"))
        return multipart_parse(r, type);
    if (type_is(type, "application/x-www-form-urlencoded")) {
        TRY(whole_body(r, &text, &n));
        return urlencoded_parse(r, text, n, &r->form);
    }
    if (type_is(type, "application/json")) {
        TRY(whole_body(r, &text, &n));
        return json_parse(r, text, n);
    }
    return refuse(&r->why, RC_TYPE, NULL,
                  "Send a form (application/x-www-form-urlencoded or multipart/form-data) or "
                  "application/json.");
}
