#include "io/xml.h"
#include "base/sb.h"
#include "base/str.h"
#include <expat.h>
#include <limits.h>

struct reading {
    struct arena *a;
    XML_Parser parser;
    const struct xml_reader *reader;
    struct xml_at at;
    char text[XML_DEPTH_MAX][XML_TEXT_MAX_BYTES + 1];
    size_t text_n[XML_DEPTH_MAX];
    const char *refused; /* why the reading was stopped, or NULL */
    enum rc rc;
};

static void stop(struct reading *r, enum rc rc, const char *refused)
{
    r->rc = rc;
    r->refused = refused;
    XML_StopParser(r->parser, XML_FALSE);
}

static const char *local(const char *name)
{
    const char *colon = strrchr(name, ':');
    return colon ? colon + 1 : name;
}

static void on_begin(void *arg, const char *name, const char **attributes)
{
    struct reading *r = arg;

    if (r->at.depth == XML_DEPTH_MAX)
        return stop(r, RC_INVALID, "its elements are too deep in one another");
    for (size_t i = 0; attributes[i]; i++)
        if (strlen(attributes[i]) > XML_TEXT_MAX_BYTES)
            return stop(r, RC_INVALID, "an attribute is too long");
    r->text_n[r->at.depth] = 0;
    r->at.names[r->at.depth++] = arena_str(r->a, local(name));
    r->at.line = (int64_t)XML_GetCurrentLineNumber(r->parser);
    enum rc rc = r->reader->begin(r->reader->arg, &r->at, attributes);
    if (rc != RC_OK)
        stop(r, rc, NULL);
}

static void on_text(void *arg, const char *s, int n)
{
    struct reading *r = arg;

    if (r->at.depth == 0)
        return;
    size_t i = r->at.depth - 1, more = (size_t)n;
    if (r->text_n[i] == 0) /* the blanks that only indent */
        for (; more && strchr(" \t\r\n", *s); s++)
            more--;
    if (r->text_n[i] + more > XML_TEXT_MAX_BYTES)
        return stop(r, RC_INVALID, "a text is too long");
    memcpy(r->text[i] + r->text_n[i], s, more);
    r->text_n[i] += more;
}

static void on_end(void *arg, const char *name)
{
    struct reading *r = arg;

    (void)name;
    if (r->rc != RC_OK) /* expat still ends the element that was refused */
        return;
    char *text = r->text[r->at.depth - 1];
    text[r->text_n[r->at.depth - 1]] = 0;
    r->at.line = (int64_t)XML_GetCurrentLineNumber(r->parser);
    enum rc rc = r->reader->end(r->reader->arg, &r->at, str_clean(r->a, text, false));
    r->at.depth--;
    if (rc != RC_OK)
        stop(r, rc, NULL);
}

static void on_doctype(void *arg, const char *name, const char *system, const char *public,
                       int internal)
{
    (void)name, (void)system, (void)public, (void)internal;
    stop(arg, RC_INVALID, "it has a document type, which statements do not have");
}

enum rc xml_read(struct arena *a, const char *text, const struct xml_reader *reader,
                 struct problem *why)
{
    struct reading *r = arena_alloc(a, sizeof(*r));
    size_t n = strlen(text);

    *r = (struct reading){ .a = a, .reader = reader, .parser = XML_ParserCreate("UTF-8") };
    if (r->parser == NULL || n > INT_MAX)
        return RC_FAIL;
    XML_SetUserData(r->parser, r);
    XML_SetElementHandler(r->parser, on_begin, on_end);
    XML_SetCharacterDataHandler(r->parser, on_text);
    XML_SetStartDoctypeDeclHandler(r->parser, on_doctype);
    bool read = XML_Parse(r->parser, text, (int)n, XML_TRUE) == XML_STATUS_OK;
    const char *what = r->refused ? r->refused : XML_ErrorString(XML_GetErrorCode(r->parser));
    int64_t line = (int64_t)XML_GetCurrentLineNumber(r->parser);
    XML_ParserFree(r->parser);
    if (read)
        return RC_OK;
    if (r->rc != RC_OK && !r->refused)
        return r->rc;
    return refuse(why, RC_INVALID, NULL,
                  arena_printf(a, "The XML cannot be read: line %" PRId64 ": %s.", line, what));
}

bool xml_is(const struct xml_at *at, const char *path)
{
    const char *end = path + strlen(path);

    for (size_t i = at->depth; end > path; i--) {
        const char *slash = memrchr(path, '/', (size_t)(end - path));
        const char *name = slash ? slash + 1 : path;
        size_t n = (size_t)(end - name);
        if (i == 0 || strlen(at->names[i - 1]) != n || memcmp(at->names[i - 1], name, n) != 0)
            return false;
        end = slash ? slash : path;
    }
    return true;
}

const char *xml_attribute(const char *const *attributes, const char *name)
{
    for (size_t i = 0; attributes[i]; i += 2)
        if (str_eq(local(attributes[i]), name))
            return attributes[i + 1];
    return "";
}
