/*
 * xml: reads XML that others wrote (expat), element by element, without a tree.
 *
 * Refused are what such files have no need for and attackers have: a document type (so no entities
 * but the five of XML), more than XML_DEPTH_MAX elements in one another, a text or an attribute of
 * more than XML_TEXT_MAX_BYTES. Prefixes of namespaces are left out of the names.
 */
#ifndef IO_XML_H
#define IO_XML_H
#include "base/arena.h"

enum { XML_DEPTH_MAX = 24, XML_TEXT_MAX_BYTES = 4096 };

/* Where the reader is: the names of the open elements, outermost first. */
struct xml_at {
    const char *names[XML_DEPTH_MAX];
    size_t depth;
    int64_t line;
};

struct xml_reader {
    /* An element begins; attributes as names and values by turns, then NULL. */
    enum rc (*begin)(void *arg, const struct xml_at *at, const char *const *attributes);
    /* It ends; `at` still names it, and `text` is what it holds outside of inner elements, without
     * blanks at either end. */
    enum rc (*end)(void *arg, const struct xml_at *at, const char *text);
    void *arg;
};

/* Reads UTF-8, whatever encoding the document declares. RC_INVALID: *why says what is wrong, and in
 * which line. Another result: that of `begin` or `end`. */
MUST_USE enum rc xml_read(struct arena *a, const char *text, const struct xml_reader *reader,
                          struct problem *why);

/* Do the innermost names end in this path, such as "Acct/Id/IBAN"? */
bool xml_is(const struct xml_at *at, const char *path);

/* The value of an attribute, or "". */
const char *xml_attribute(const char *const *attributes, const char *name);
#endif
