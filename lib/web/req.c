#include "web/req.h"
#include "base/str.h"
#include "web/transport.h"
#include "base/conf.h"
#include <arpa/inet.h>
#include <unistd.h>

const char *transport_env(const struct transport *t, const char *name)
{
    size_t n = strlen(name);

    for (char **e = t->env; *e; e++)
        if (strncmp(*e, name, n) == 0 && (*e)[n] == '=')
            return *e + n + 1;
    return "";
}

const char *req_segment(const struct req *r, size_t index)
{
    const char *p = r->path;

    for (; *p == '/' && index; index--)
        p += 1 + strcspn(p + 1, "/");
    return *p == '/' ? arena_strn(r->arena, p + 1, strcspn(p + 1, "/")) : "";
}

const char *req_header(const struct req *r, const char *name)
{
    char key[80] = "HTTP_";
    size_t n = strlen(key);

    if (strcasecmp(name, "Content-Type") == 0)
        return transport_env(r->transport, "CONTENT_TYPE");
    for (; *name && n + 1 < sizeof(key); name++)
        key[n++] = *name == '-' ? '_' : (char)(*name >= 'a' && *name <= 'z' ? *name - 32 : *name);
    key[n] = 0;
    return transport_env(r->transport, key);
}

const char *req_cookie(const struct req *r, const char *name)
{
    const char *prefix = conf_is_https() ? "__Host-" : "", *p = req_header(r, "Cookie");
    size_t prefix_n = strlen(prefix), n = strlen(name);

    while (*p) {
        p += strspn(p, "; ");
        size_t pair_n = strcspn(p, ";");
        if (pair_n > prefix_n + n && strncmp(p, prefix, prefix_n) == 0 &&
            strncmp(p + prefix_n, name, n) == 0 && p[prefix_n + n] == '=') {
            size_t used = prefix_n + n + 1;
            return arena_strn(r->arena, p + used, pair_n - used);
        }
        p += pair_n;
    }
    return "";
}

const char *req_address(const struct req *r) { return transport_env(r->transport, "REMOTE_ADDR"); }

const char *req_network(const struct req *r)
{
    const char *address = req_address(r);
    struct in6_addr six;
    struct in_addr four;
    char text[INET6_ADDRSTRLEN];
    bool is_six = inet_pton(AF_INET6, address, &six) == 1;

    if (is_six && IN6_IS_ADDR_V4MAPPED(&six)) { /* an IPv4 address, as a socket for both says it */
        memcpy(&four, six.s6_addr + 12, sizeof(four));
        address = inet_ntop(AF_INET, &four, text, sizeof(text));
    }
    if (inet_pton(AF_INET, address, &four) == 1) {
        four.s_addr &= htonl(0xffffff00);
        return arena_printf(r->arena, "%s/24", inet_ntop(AF_INET, &four, text, sizeof(text)));
    }
    if (is_six) {
        memset(six.s6_addr + 8, 0, 8);
        return arena_printf(r->arena, "%s/64", inet_ntop(AF_INET6, &six, text, sizeof(text)));
    }
    return "unknown";
}

/* The quality (0 to 1000) that the Accept header gives a media type by its own name, -1 when it
 * does not name it. RFC 9110 section 12.5.1. */
static int accept_quality(const char *accept, const char *type)
{
    size_t n = strlen(type);

    for (const char *p = accept; *p; p += strcspn(p, ","), p += *p == ',') {
        p += strspn(p, " \t");
        if (strncasecmp(p, type, n) || !strchr(",; \t", p[n]))
            continue;
        const char *end = p + strcspn(p, ","), *q = strstr(p, ";q=");
        if (q == NULL || q > end)
            return 1000;
        return (int)(strtod(q + 3, NULL) * 1000);
    }
    return -1;
}

bool req_wants_json(const struct req *r)
{
    const char *accept = req_header(r, "Accept");
    int json = accept_quality(accept, "application/json");

    return r->endpoint->api || (json > 0 && json > accept_quality(accept, "text/html"));
}

enum rc req_public_id(const struct req *r, size_t index, const char **id)
{
    *id = req_segment(r, index);
    return strlen(*id) == 11 && str_only(*id, STR_BASE64URL) ? RC_OK : RC_NOT_FOUND;
}

static const char *find(const struct field_list *list, const char *name)
{
    for (size_t i = 0; i < list->n; i++)
        if (str_eq(list->items[i].name, name))
            return list->items[i].value;
    return NULL;
}

const char *query_str(const struct req *r, const char *name)
{
    const char *value = find(&r->query, name);
    return value ? value : "";
}

const char *form_str(const struct req *r, const char *name)
{
    const char *value = find(&r->form, name);
    return value ? value : "";
}

bool form_has(const struct req *r, const char *name) { return find(&r->form, name) != NULL; }

int64_t query_i64(const struct req *r, const char *name, int64_t min, int64_t max, int64_t fallback)
{
    const char *value = query_str(r, name);
    int64_t v;

    return str_to_i64(value, strlen(value), min, max, &v) == RC_OK ? v : fallback;
}

enum rc form_i64(struct req *r, const char *name, int64_t min, int64_t max, int64_t *out)
{
    const char *value = form_str(r, name);

    if (str_to_i64(value, strlen(value), min, max, out) == RC_OK)
        return RC_OK;
    return refuse(
        &r->why, RC_INVALID, name,
        arena_printf(r->arena, "Give a whole number from %" PRId64 " to %" PRId64 ".", min, max));
}

static size_t index_of(const char *value, const char *const *names, size_t n)
{
    size_t i = 0;

    while (i < n && !str_eq(value, names[i]))
        i++;
    return i;
}

enum rc form_choice(struct req *r, const char *name, const char *const *names, size_t n,
                    size_t *out)
{
    *out = index_of(form_str(r, name), names, n);
    if (*out < n)
        return RC_OK;
    return refuse(&r->why, RC_INVALID, name, "Choose one of the options offered.");
}

size_t query_choice(const struct req *r, const char *name, const char *const *names, size_t n,
                    size_t fallback)
{
    size_t i = index_of(query_str(r, name), names, n);
    return i < n ? i : fallback;
}

const struct file *req_file(const struct req *r, const char *field)
{
    for (size_t i = 0; i < r->files.n; i++)
        if (str_eq(r->files.items[i].field, field))
            return &r->files.items[i];
    return NULL;
}

void req_take_file(struct req *r, const struct file *file)
{
    for (size_t i = 0; i < r->files.n; i++)
        if (&r->files.items[i] == file)
            r->files.items[i].path = "";
}

size_t req_body_read(struct req *r, void *buf, size_t n)
{
    struct transport *t = r->transport;

    if (t->left <= 0)
        return 0;
    size_t got = t->read(t, buf, (size_t)MIN_OF((int64_t)n, t->left));
    t->left = got ? t->left - (int64_t)got : 0;
    return got;
}

int64_t req_body_bytes(const struct req *r) { return r->transport->body_bytes; }
