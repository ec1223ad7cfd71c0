/*
 * tmplc: compiles one view (a page, a JSON answer, an XML document or the words of a mail) into one C
 * function.
 *
 *   tmplc [-s] [-a MANIFEST] [-m MODELS] DIR/card.html >card.html.c
 *
 * makes `void view_card(struct sb *o, const struct card *m)`; a .json file makes json_card(), a
 * .xml file xml_card(), a .txt file txt_card(). The C file includes one model: MODELS followed by the
 * name in the first line; MODELS is "views/models/" unless it is given. -s: style attributes of plain
 * text are allowed, for mails, which know no other styles. The language:
 *
 *   {{model struct card in card.h}}    the first line: the struct that is shown, and its header
 *   {{title}}  {{v.length_ms | hms}}   a field; the same through fmt_hms() of base/fmt.h
 *   {{price_minor | money currency}}   through fmt_money(), with a second field
 *   {{state | video_state}}            the word of an enum (base/words.h)
 *   {{#each v in cards}} {{/each}}     over a struct { T *items; size_t n; }; v is one item
 *   {{#if followed}} {{else}} {{/if}}  a number that is not 0, a text that is not empty
 *   {{#if not followed}}  {{#if state == "ready"}}  ... == 3  ... == VIDEO_READY
 *   {{>card v}}  {{>foot .}}  {{>foot}}   the view card.html of that field; of the whole model
 *   {{asset player.js}}                the path that a line `player.js PATH` of MANIFEST gives
 *   {{! remark }}                      prints nothing
 *
 * In a .txt view the first line is the subject: its values print one line whatever they hold
 * (base/text.h). A line that holds nothing but {{#...}}, {{/...}}, {{else}} or a remark is left out.
 *
 * The compiler follows the HTML, JSON or XML just far enough to know the place of each value, and
 * the place decides how the value is escaped (web/html.h). It guarantees for every view it accepts:
 *
 *   - every value is escaped for its place; places where no escaping is safe take no value
 *   - nothing is inline that our content security policy forbids: no script, style or on*
 *   - every form that posts holds the field `csrf`
 *   - a JSON view is well-formed whatever the model holds; the commas of #each are automatic
 *   - in an XML view every element ends where it has to, whatever the model holds; it holds only
 *     elements, attributes and text, and no struct html
 *
 * Field names and types are left to the C compiler, which reports them at the line of the view.
 * Everything refused is reported as FILE:LINE: error: TEXT, with exit code 1.
 */
#include <assert.h>
#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#define DIGITS  "0123456789"
#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_"
#define BLANKS  " \t\r\n"

enum {
    VIEW_MAX_BYTES = 1 << 18, /* of a view, and of the manifest */
    WORD_MAX = 64,            /* a tag, an attribute, a view, a loop variable; with the 0 */
    VALUE_MAX = 160,          /* as much of an attribute's value as is examined */
    DIRECTIVE_MAX = 400,      /* {{...}}, except remarks */
    TOKENS_MAX = 5,           /* words in {{...}} */
    CODE_MAX = 1000,          /* one C expression; any directive fits */
    BLOCKS_MAX = 16,          /* #each and #if inside each other */
    NEST_MAX = 32,            /* JSON arrays and objects inside each other */
    OPEN_MAX = 256,           /* names of the XML elements inside each other */
};

enum kind { HTML, JSON, XML, TXT, KINDS };

/* How a view's file name ends, and how its function's name begins. */
static const struct {
    const char *ending, *prefix;
} kinds[KINDS] = { [HTML] = { "html", "view" },
                   [JSON] = { "json", "json" },
                   [XML] = { "xml", "xml" },
                   [TXT] = { "txt", "txt" } };

enum state {
    TEXT,
    ONLY_TEXT,    /* in <title> and <textarea>, which hold no tags */
    NO_TEXT,      /* in <script> and <iframe>, which have to be empty */
    TAG_NAME,     /* of an opening or closing tag or of <!doctype> */
    TAG_GAP,      /* in a tag after white space: an attribute may begin */
    TAG_WORD_END, /* in a tag after a name or value: white space has to come first */
    ATTR_NAME,
    ATTR_EQUALS,
    ATTR_VALUE,
    JSON_VALUE,
    JSON_FIRST_ITEM, /* a value or ] */
    JSON_FIRST_KEY,  /* a key or } */
    JSON_KEY,
    JSON_COLON,
    JSON_WORD, /* in a number, true, false or null */
    JSON_STRING,
    JSON_NEXT,  /* after a value: a comma or the end of what it is in */
    JSON_CLOSE, /* after an #each: only ] */
    TXT_SUBJECT,
    TXT_BODY,
    STATES
};

/* Where in the page the next character belongs: everything that decides what may follow. It is
 * copied when a block begins and merged when its arms meet again. Words are "" outside of what they
 * name. */
struct place {
    enum state state;
    char last;          /* what was written last, 0 when that is not known */
    char tag[WORD_MAX]; /* "a", "/a", "!doctype"; lower case */
    char attr[WORD_MAX];
    char value[VALUE_MAX]; /* beginning of the attribute's value, or the JSON word */
    char quote;
    bool filled;            /* something was printed into the value */
    bool mixed;             /* the arms of an #if gave the value different beginnings */
    bool later_attr;        /* the tag has an attribute already */
    bool http_equiv;        /* ... which is http-equiv */
    bool pre;               /* inside <pre> */
    bool form, posts, csrf; /* inside a <form>; with method="post"; with its field csrf */
    bool is_key, backslash; /* of a JSON string */
    char nest[NEST_MAX];    /* the open { and [ */
    char open[OPEN_MAX];    /* the open XML elements: "/rss/channel" */
    bool ends_itself;       /* the XML tag is of the form <tag/> */
};

struct block {
    bool each, has_else;
    int line;
    char var[WORD_MAX]; /* of #each */
    struct place begin; /* where the block began */
    struct place arm;   /* where the arm before {{else}} ended */
};

/* What a view shows, and the header without its ending. */
struct model {
    char name[WORD_MAX], header[WORD_MAX];
};

struct view {
    const char *path, *manifest_path;
    bool styles; /* style attributes are allowed */
    char name[WORD_MAX];
    struct model model;
    enum kind kind;
    int line;
    struct place place;
    struct block blocks[BLOCKS_MAX];
    size_t depth;
    FILE *prototypes, *body;      /* of the C file, which is printed when all is well */
    char literal[VIEW_MAX_BYTES]; /* text that is not yet in the body */
    size_t literal_bytes;
};

/* The words of a directive; quotes stay around a "text". */
struct tokens {
    const char *word[TOKENS_MAX];
    size_t n;
    char text[DIRECTIVE_MAX + TOKENS_MAX];
};

/* A C expression, or a part of a message. */
struct code {
    char text[CODE_MAX];
};

static bool is(const char *a, const char *b) { return strcmp(a, b) == 0; }
static bool starts(const char *s, const char *with) { return strncmp(s, with, strlen(with)) == 0; }

static bool one_of(const char *word, const char *const list[])
{
    for (size_t i = 0; list[i]; i++)
        if (is(word, list[i]))
            return true;
    return false;
}

__attribute__((format(printf, 2, 3), noreturn)) static void fail(const struct view *v,
                                                                 const char *format, ...)
{
    va_list ap;

    va_start(ap, format);
    fprintf(stderr, "%s:%d: error: ", v->path, v->line);
    vfprintf(stderr, format, ap);
    fputc('\n', stderr);
    va_end(ap);
    exit(1);
}

__attribute__((format(printf, 1, 2))) static struct code code(const char *format, ...)
{
    struct code c;
    va_list ap;

    va_start(ap, format);
    int n = vsnprintf(c.text, sizeof(c.text), format, ap);
    va_end(ap);
    assert(n >= 0 && n < CODE_MAX);
    return c;
}

/* Append c. A word that is longer than the limit is refused, never cut: it is compared later. */
static void push(const struct view *v, char *word, size_t max, char c)
{
    size_t n = strlen(word);

    if (n + 1 >= max)
        fail(v, "\"%s...\" is longer than %zu characters", word, max - 1);
    word[n] = c;
    word[n + 1] = 0;
}

/*
 * HTML: one function per state, called with each character.
 */

static bool is_name_char(char c)
{
    return isalnum((unsigned char)c) || (c != 0 && strchr("-_:.", c));
}

static void push_name(const struct view *v, char *name, char c)
{
    push(v, name, WORD_MAX, v->kind == XML ? c : (char)tolower((unsigned char)c));
}

static void tag_opened(struct view *v, const char *at)
{
    struct place *p = &v->place;

    if (starts(at, "<!--"))
        fail(v, "a comment would be sent to everybody: write {{! ... }}");
    if (v->kind == XML && at[1] != '/' && !isalpha((unsigned char)at[1]))
        fail(v, "only elements and text may stand in XML");
    if (!isalpha((unsigned char)at[at[1] == '/' || at[1] == '!' ? 2 : 1]))
        fail(v, "write &lt; for a < that begins no tag");
    p->state = TAG_NAME;
    p->tag[0] = 0;
    p->later_attr = p->http_equiv = false;
}

static void form_begins_or_ends(struct view *v)
{
    struct place *p = &v->place;
    bool begins = is(p->tag, "form");

    if (begins == p->form)
        fail(v, begins ? "a form inside a form" : "</form> without a form in this view");
    if (!begins && p->posts && !p->csrf)
        fail(v, "this form posts and has no field named csrf: add {{>csrf ...}}");
    p->form = begins;
    p->posts = p->csrf = false;
}

static void tag_named(struct view *v)
{
    static const char *const refused[] = { "animate", "applet",   "base",   "embed",     "frame",
                                           "noembed", "noframes", "object", "plaintext", "set",
                                           "style",   "xmp",      NULL };
    struct place *p = &v->place;

    if (v->kind == XML)
        return;
    if (one_of(p->tag, refused))
        fail(v, "<%s> may not be used", p->tag);
    if (p->tag[0] == '!' && !is(p->tag, "!doctype"))
        fail(v, "<%s> is not a tag", p->tag);
    if (is(p->tag, "form") || is(p->tag, "/form"))
        form_begins_or_ends(v);
    if (is(p->tag, "pre") || is(p->tag, "/pre"))
        p->pre = is(p->tag, "pre");
}

/* An element of XML begins, ends, or does both. */
static void element_tag_ended(struct view *v)
{
    struct place *p = &v->place;

    if (p->tag[0] == '/') {
        char *last = strrchr(p->open, '/');
        if (last == NULL || !is(last, p->tag))
            fail(v, "<%s> ends no element that is open (%s)", p->tag, p->open);
        *last = 0;
    } else if (!p->ends_itself) {
        push(v, p->open, OPEN_MAX, '/');
        for (const char *c = p->tag; *c; c++)
            push(v, p->open, OPEN_MAX, *c);
    }
    p->ends_itself = false;
    p->tag[0] = 0;
    p->state = TEXT;
}

static void tag_ended(struct view *v)
{
    static const char *const only_text[] = { "title", "textarea", NULL };
    static const char *const no_text[] = { "script", "iframe", NULL };
    struct place *p = &v->place;

    if (v->kind == XML) {
        element_tag_ended(v);
        return;
    }
    p->state = one_of(p->tag, only_text) ? ONLY_TEXT : one_of(p->tag, no_text) ? NO_TEXT : TEXT;
    if (p->state == TEXT)
        p->tag[0] = 0;
}

static void attr_named(struct view *v)
{
    struct place *p = &v->place;

    if (starts(p->attr, "on") || (is(p->attr, "style") && !v->styles))
        fail(v, "attribute %s: our content security policy forbids it", p->attr);
    if (is(p->attr, "srcdoc"))
        fail(v, "attribute srcdoc may not be used");
    if (is(p->attr, "http-equiv") && p->later_attr)
        fail(v, "http-equiv has to be the first attribute of its tag");
    p->http_equiv = p->http_equiv || is(p->attr, "http-equiv");
    p->later_attr = true;
    p->value[0] = 0;
    p->filled = p->mixed = false;
}

static void attr_ended(struct view *v)
{
    struct place *p = &v->place;
    bool known = !p->filled && !p->mixed;

    if (is(p->attr, "formmethod") && !p->form)
        fail(v, "formmethod outside of a form");
    if (is(p->attr, "formmethod") || (is(p->tag, "form") && is(p->attr, "method"))) {
        if (!known)
            fail(v, "attribute %s has to be plain text", p->attr);
        p->posts = p->posts || strcasecmp(p->value, "post") == 0;
    }
    if (is(p->tag, "input") && is(p->attr, "name") && known && is(p->value, "csrf"))
        p->csrf = true;
    p->attr[0] = p->value[0] = 0;
    p->filled = p->mixed = false;
}

/* Refuses text that XML does not allow: `no`, and an & that begins none of its own entities. */
static void check_xml_char(struct view *v, const char *at, char no)
{
    static const char *const entities[] = { "&amp;", "&lt;", "&gt;", "&quot;", "&apos;", NULL };
    bool known = *at != '&';

    for (size_t i = 0; entities[i]; i++)
        known = known || starts(at, entities[i]);
    if (!known)
        fail(v, "write &amp; for an & in XML");
    if (*at == no)
        fail(v, "write &%s; for a %c here", no == '<' ? "lt" : "gt", no);
}

static void in_text(struct view *v, const char *at)
{
    if (v->kind == XML)
        check_xml_char(v, at, '>');
    if (*at == '<')
        tag_opened(v, at);
}

static void in_only_text(struct view *v, const char *at)
{
    struct place *p = &v->place;
    size_t n = strlen(p->tag);

    if (starts(at, "</") && strncasecmp(at + 2, p->tag, n) == 0 && !is_name_char(at[2 + n]))
        tag_opened(v, at);
    else if (*at == '<')
        fail(v, "only text and </%s> may follow <%s>", p->tag, p->tag);
}

static void in_no_text(struct view *v, const char *at)
{
    if (!isspace((unsigned char)*at) && *at != '<')
        fail(v, "<%s> has to be empty: our content security policy forbids code in pages",
             v->place.tag);
    in_only_text(v, at);
}

/* A character that ends a name or follows a value. */
static void in_tag(struct view *v, const char *at)
{
    struct place *p = &v->place;

    if (*at == '>')
        tag_ended(v);
    else if (p->ends_itself || !(isspace((unsigned char)*at) || *at == '/'))
        fail(v, "a %c may not follow here in <%s>", *at, p->tag);
    else {
        p->state = TAG_GAP;
        p->ends_itself = v->kind == XML && *at == '/' && p->tag[0] != '/';
    }
}

static void in_tag_name(struct view *v, const char *at)
{
    struct place *p = &v->place;

    if (is_name_char(*at) || (p->tag[0] == 0 && strchr("/!", *at))) {
        push_name(v, p->tag, *at);
        return;
    }
    tag_named(v);
    in_tag(v, at);
}

static void in_tag_gap(struct view *v, const char *at)
{
    struct place *p = &v->place;

    if (!is_name_char(*at) || p->ends_itself) {
        in_tag(v, at);
        return;
    }
    if (p->tag[0] == '/')
        fail(v, "a closing tag has no attributes");
    p->state = ATTR_NAME;
    push_name(v, p->attr, *at);
}

static void in_attr_name(struct view *v, const char *at)
{
    struct place *p = &v->place;

    if (is_name_char(*at)) {
        push_name(v, p->attr, *at);
        return;
    }
    attr_named(v);
    if (*at == '=') {
        p->state = ATTR_EQUALS;
        return;
    }
    if (v->kind == XML)
        fail(v, "attribute %s needs a value", p->attr);
    p->attr[0] = 0;
    in_tag(v, at);
}

static void in_attr_equals(struct view *v, const char *at)
{
    struct place *p = &v->place;

    if (*at != '"' && *at != '\'')
        fail(v, "the value of %s needs quotes", p->attr);
    p->quote = *at;
    p->state = ATTR_VALUE;
}

static void in_attr_value(struct view *v, const char *at)
{
    struct place *p = &v->place;

    if (v->kind == XML)
        check_xml_char(v, at, '<');
    if (*at == p->quote) {
        attr_ended(v);
        p->quote = 0;
        p->state = TAG_WORD_END;
    } else if (strlen(p->value) + 1 < VALUE_MAX)
        push(v, p->value, VALUE_MAX, *at);
}

/*
 * JSON: one function per state, called with each character.
 */

static void json_open(struct view *v, char bracket)
{
    push(v, v->place.nest, NEST_MAX, bracket);
    v->place.state = bracket == '{' ? JSON_FIRST_KEY : JSON_FIRST_ITEM;
}

static void json_close(struct view *v, char bracket)
{
    struct place *p = &v->place;
    size_t n = strlen(p->nest);

    if (n == 0 || p->nest[n - 1] != (bracket == '}' ? '{' : '['))
        fail(v, "a %c that closes nothing", bracket);
    p->nest[n - 1] = 0;
    p->state = JSON_NEXT;
}

static void json_string(struct place *p, bool is_key)
{
    p->state = JSON_STRING;
    p->is_key = is_key;
}

static void in_json_value(struct view *v, const char *at)
{
    struct place *p = &v->place;

    if (isspace((unsigned char)*at))
        return;
    if (*at == '"')
        json_string(p, false);
    else if (*at == '{' || *at == '[')
        json_open(v, *at);
    else if (*at == ']' && p->state == JSON_FIRST_ITEM)
        json_close(v, *at);
    else if (isalnum((unsigned char)*at) || *at == '-') {
        p->state = JSON_WORD;
        p->value[0] = 0;
        push(v, p->value, VALUE_MAX, *at);
    } else
        fail(v, "a value has to come here, not %c", *at);
}

static void in_json_key(struct view *v, const char *at)
{
    struct place *p = &v->place;

    if (*at == '"')
        json_string(p, true);
    else if (*at == '}' && p->state == JSON_FIRST_KEY)
        json_close(v, *at);
    else if (!isspace((unsigned char)*at))
        fail(v, "a key has to come here, not %c", *at);
}

static void in_json_colon(struct view *v, const char *at)
{
    if (*at == ':')
        v->place.state = JSON_VALUE;
    else if (!isspace((unsigned char)*at))
        fail(v, "a colon has to come here, not %c", *at);
}

static void in_json_next(struct view *v, const char *at)
{
    struct place *p = &v->place;
    size_t n = strlen(p->nest);

    if (isspace((unsigned char)*at))
        return;
    if (*at == '}' || *at == ']')
        json_close(v, *at);
    else if (*at == ',' && n > 0 && p->state == JSON_NEXT)
        p->state = p->nest[n - 1] == '{' ? JSON_KEY : JSON_VALUE;
    else
        fail(v, "a %c may not follow here", *at);
}

/* RFC 8259, section 6. */
static bool is_number(const char *s)
{
    s += *s == '-';
    size_t n = strspn(s, DIGITS);
    if (n == 0 || (n > 1 && s[0] == '0'))
        return false;
    s += n;
    if (*s == '.') {
        n = strspn(s + 1, DIGITS);
        s += n ? n + 1 : 0;
    }
    if (*s == 'e' || *s == 'E') {
        size_t sign = s[1] == '+' || s[1] == '-';
        n = strspn(s + 1 + sign, DIGITS);
        s += n ? n + 1 + sign : 0;
    }
    return *s == 0;
}

static void json_word_ended(struct view *v)
{
    static const char *const words[] = { "true", "false", "null", NULL };
    struct place *p = &v->place;

    if (!one_of(p->value, words) && !is_number(p->value))
        fail(v, "%s is not a JSON value", p->value);
    p->value[0] = 0;
    p->state = JSON_NEXT;
}

static void in_json_word(struct view *v, const char *at)
{
    if (isalnum((unsigned char)*at) || strchr("+-.", *at)) {
        push(v, v->place.value, VALUE_MAX, *at);
        return;
    }
    json_word_ended(v);
    in_json_next(v, at);
}

static void in_json_string(struct view *v, const char *at)
{
    struct place *p = &v->place;

    if (*at == '\n')
        fail(v, "a string ends on the line where it begins");
    if (p->backslash && !strchr("\"\\/bfnrt", *at))
        fail(v, "\\%c in a string: write the character itself", *at);
    if (*at == '"' && !p->backslash) {
        p->state = p->is_key ? JSON_COLON : JSON_NEXT;
        p->is_key = false;
    }
    p->backslash = *at == '\\' && !p->backslash;
}

static void in_txt(struct view *v, const char *at)
{
    if (*at == '\n')
        v->place.state = TXT_BODY;
}

/* For each state: its function, its name in messages, and what prints a value there, NULL
 * where no value is allowed. In an attribute the attribute decides, see attr_printer(). */
static const struct {
    void (*step)(struct view *, const char *at);
    const char *where, *printer;
} states[STATES] = {
    [TEXT] = { in_text, "text", "HTML_TEXT" },
    [ONLY_TEXT] = { in_only_text, "a title or text area", "HTML_ATTR" },
    [NO_TEXT] = { in_no_text, "a script or frame", NULL },
    [TAG_NAME] = { in_tag_name, "the name of a tag", NULL },
    [TAG_GAP] = { in_tag_gap, "a tag", NULL },
    [TAG_WORD_END] = { in_tag, "a tag right after a word", NULL },
    [ATTR_NAME] = { in_attr_name, "the name of an attribute", NULL },
    [ATTR_EQUALS] = { in_attr_equals, "an attribute without quotes", NULL },
    [ATTR_VALUE] = { in_attr_value, "the value of an attribute", "HTML_ATTR" },
    [JSON_VALUE] = { in_json_value, "the place of a value", "HTML_JSON" },
    [JSON_FIRST_ITEM] = { in_json_value, "the place of a value", "HTML_JSON" },
    [JSON_FIRST_KEY] = { in_json_key, "the place of a key", NULL },
    [JSON_KEY] = { in_json_key, "the place of a key", NULL },
    [JSON_COLON] = { in_json_colon, "the place of a colon", NULL },
    [JSON_WORD] = { in_json_word, "a number or word", NULL },
    [JSON_STRING] = { in_json_string, "a string", NULL },
    [JSON_NEXT] = { in_json_next, "the place of a comma", NULL },
    [JSON_CLOSE] = { in_json_next, "the end of a list", NULL },
    [TXT_SUBJECT] = { in_txt, "the subject", "TEXT_LINE" },
    [TXT_BODY] = { in_txt, "the text", "TEXT_LINES" },
};

/* A place as messages name it: "the value of an attribute (<a href>)". */
static struct code name_of(const struct place *p)
{
    const char *where = states[p->state].where;

    if (p->tag[0])
        return code("%s (<%s%s%s>)", where, p->tag, p->attr[0] ? " " : "", p->attr);
    if (p->form || p->pre || p->nest[0] || p->open[0])
        return code("%s (%s)", where,
                    p->form      ? "a form"
                    : p->pre     ? "<pre>"
                    : p->nest[0] ? p->nest
                                 : p->open);
    return code("%s", where);
}

/* A name or word ends where a directive begins. */
static void end_word(struct view *v)
{
    struct place *p = &v->place;

    if (p->state == JSON_WORD)
        json_word_ended(v);
    if (p->state != TAG_NAME && p->state != ATTR_NAME)
        return;
    if (p->state == TAG_NAME)
        tag_named(v);
    else
        attr_named(v);
    p->attr[0] = 0;
    p->state = TAG_WORD_END;
}

/*
 * Addresses.
 */

static bool is_url_attr(const char *attr)
{
    static const char *const names[] = { "action",     "background", "cite",   "data",
                                         "formaction", "href",       "itemid", "itemtype",
                                         "longdesc",   "manifest",   "poster", "src",
                                         "url",        "xlink:href", NULL };

    return one_of(attr, names);
}

/* True when the text at the beginning of the address settles scheme and host, so that only path,
 * query or fragment can follow: "/", "?", "#" or "https://host/". After "mailto:" only an address of
 * mail can. */
static bool settles_host(const char *url)
{
    if (is(url, "mailto:"))
        return true;
    size_t scheme = starts(url, "http://") ? 7 : starts(url, "https://") ? 8 : 0;

    if (scheme == 0)
        return strchr("/?#", url[0]) && url[0] && !starts(url, "//") && !starts(url, "/\\");
    size_t host = strspn(url + scheme, "abcdefghijklmnopqrstuvwxyz0123456789-.:");
    return host > 0 && url[scheme + host] == '/';
}

/* True when what follows in this value is the rest of an address. */
static bool has_begun(const struct place *p) { return p->filled || settles_host(p->value); }

/*
 * Output: text is gathered in v->literal and goes into the body before the next statement.
 */

static void put_c_string(FILE *to, const char *s, size_t n)
{
    fputc('"', to);
    for (size_t i = 0; i < n; i++) {
        unsigned char c = (unsigned char)s[i];
        if (c == '\n')
            fputs(i + 1 < n ? "\\n\"\n              \"" : "\\n", to);
        else if (strchr("\"\\?", c)) /* ? because of trigraphs */
            fprintf(to, "\\%c", c);
        else if (c < ' ' || c > '~')
            fprintf(to, "\\%03o", c);
        else
            fputc(c, to);
    }
    fputc('"', to);
}

__attribute__((format(printf, 2, 3))) static void statement(struct view *v, const char *format, ...)
{
    va_list ap;

    if (v->literal_bytes > 0) {
        fputs("    SB_LIT(o, ", v->body);
        put_c_string(v->body, v->literal, v->literal_bytes);
        fputs(");\n", v->body);
        v->literal_bytes = 0;
    }
    fprintf(v->body, "#line %d \"%s\"\n    ", v->line, v->path);
    va_start(ap, format);
    vfprintf(v->body, format, ap);
    va_end(ap);
    fputc('\n', v->body);
}

static void put(struct view *v, char c)
{
    if (v->literal_bytes == sizeof(v->literal))
        fail(v, "more than %zu bytes of text", sizeof(v->literal));
    v->literal[v->literal_bytes++] = c;
    v->place.last = c;
}

/* True where a line break and its indentation are only for people who read the view. */
static bool is_layout(const struct place *p)
{
    if (p->state == TEXT)
        return !p->pre;
    return p->state != ONLY_TEXT && p->state != ATTR_VALUE && p->state != JSON_STRING &&
           p->state != TXT_SUBJECT && p->state != TXT_BODY;
}

/* White space with a line break in it becomes a newline, in tags a space, in JSON nothing. */
static void put_layout(struct view *v)
{
    if (v->place.state == TEXT && v->place.last != '\n')
        put(v, '\n');
    else if (v->place.state != TEXT && v->kind != JSON)
        put(v, ' ');
}

static void step(struct view *v, const char *at)
{
    bool was_only_text = v->place.state == ONLY_TEXT;

    states[v->place.state].step(v, at);
    /* Browsers drop a newline right after <textarea>: without this one they would drop the
     * text's. */
    if (!was_only_text && v->place.state == ONLY_TEXT && is(v->place.tag, "textarea") &&
        at[1] != '\n')
        put(v, '\n');
}

/* Copy text to the page and follow it. The byte after its end is not white space. */
static void literal(struct view *v, const char *s, size_t n)
{
    const char *end = s + n;

    while (s < end) {
        size_t blanks = is_layout(&v->place) ? strspn(s, BLANKS) : 0;

        if (blanks > 0 && memchr(s, '\n', blanks)) {
            put_layout(v);
            step(v, s);
        } else {
            blanks = 1;
            put(v, *s);
            step(v, s);
        }
        for (; blanks > 0; blanks--)
            v->line += *s++ == '\n';
    }
}

/*
 * Fields.
 */

static bool is_identifier(const char *s)
{
    return strlen(s) < WORD_MAX && s[0] && strchr(LETTERS, s[0]) && !s[strspn(s, LETTERS DIGITS)];
}

static void check_path(const struct view *v, const char *path)
{
    for (const char *s = path;; s++) {
        size_t n = strspn(s, LETTERS DIGITS);

        if (n == 0 || strchr(DIGITS, *s) || (s[n] && s[n] != '.'))
            fail(v, "\"%s\" is not a field", path);
        s += n;
        if (*s == 0)
            return;
    }
}

/* The #each whose variable the path begins with, or NULL: then it is a field of the model. */
static const struct block *loop_of(const struct view *v, const char *path)
{
    size_t n = strcspn(path, ".");

    for (size_t i = 0; i < v->depth; i++) {
        const struct block *b = &v->blocks[i];
        if (b->each && strlen(b->var) == n && starts(path, b->var))
            return b;
    }
    return NULL;
}

static struct code value_of(const struct view *v, const char *path)
{
    const struct block *loop;

    check_path(v, path);
    loop = loop_of(v, path);
    if (loop == NULL)
        return code("m->%s", path);
    path += strlen(loop->var);
    return *path ? code("v_%s->%s", loop->var, path + 1) : code("(*v_%s)", loop->var);
}

static struct code address_of(const struct view *v, const char *path)
{
    return is(path, ".") ? code("m") : code("&%s", value_of(v, path).text);
}

/* The function that prints a value in an attribute. */
static const char *attr_printer(const struct view *v)
{
    static const char *const never[] = { "formmethod", "http-equiv", "imagesrcset", "method",
                                         "ping",       "srcset",     "style",       NULL };
    const struct place *p = &v->place;

    if (one_of(p->attr, never) || (p->http_equiv && is(p->attr, "content")))
        fail(v, "no value may stand in attribute %s", p->attr);
    if (is(p->tag, "script") && !starts(p->attr, "data-"))
        fail(v, "no value may stand in attribute %s of a script: use {{asset NAME}}", p->attr);
    if (!is_url_attr(p->attr))
        return "HTML_ATTR";
    if (p->mixed)
        fail(v,
             "the beginning of this address depends on an #if: print whole addresses in its arms");
    if (has_begun(p))
        return "HTML_PART";
    if (p->value[0])
        fail(v, "\"%s\" before a value: an address begins with / or https://host/", p->value);
    return "HTML_URL";
}

/* After a value or a partial: the page continues after text that is not known here. */
static void printed(struct place *p)
{
    p->last = 0;
    p->filled = p->state == ATTR_VALUE;
    if (p->state == JSON_VALUE || p->state == JSON_FIRST_ITEM)
        p->state = JSON_NEXT;
}

static void value(struct view *v, const struct tokens *t)
{
    const char *const *w = t->word;
    bool filter = t->n >= 3 && t->n <= 4 && is(w[1], "|");

    if (t->n == 0 || strchr("#/^&@=|\"", w[0][0]) || (t->n != 1 && !filter))
        fail(v, "unknown directive {{%s%s}}", t->n ? w[0] : "", t->n > 1 ? " ..." : "");
    struct code x = value_of(v, w[0]);
    const char *print = states[v->place.state].printer;
    if (print == NULL)
        fail(v, "no value may stand in %s", states[v->place.state].where);
    if (v->place.state == ATTR_VALUE)
        print = attr_printer(v);
    else if (v->kind == XML)
        print = "HTML_ATTR"; /* no struct html */
    if (filter && !is_identifier(w[2]))
        fail(v, "\"%s\" is not a filter", w[2]);
    if (filter)
        x = code("fmt_%s(o->a, %s%s%s)", w[2], x.text, t->n == 4 ? ", " : "",
                 t->n == 4 ? value_of(v, w[3]).text : "");
    statement(v, "%s(o, %s);", print, x.text);
    printed(&v->place);
}

/*
 * Blocks: their arms have to end in places that agree.
 */

/* The state that allows only what both states allow; STATES when they have nothing in common. */
static enum state common_state(enum state a, enum state b)
{
    static const enum state pairs[][2] = { { TAG_GAP, TAG_WORD_END },
                                           { JSON_FIRST_KEY, JSON_KEY } };

    if (a == b)
        return a;
    for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++)
        if ((a == pairs[i][0] && b == pairs[i][1]) || (a == pairs[i][1] && b == pairs[i][0]))
            return pairs[i][1];
    return STATES;
}

static bool same_place(const struct place *a, const struct place *b)
{
    return common_state(a->state, b->state) != STATES && is(a->tag, b->tag) &&
           is(a->attr, b->attr) && a->quote == b->quote && a->pre == b->pre && a->form == b->form &&
           a->is_key == b->is_key && a->backslash == b->backslash && is(a->nest, b->nest) &&
           is(a->open, b->open) && a->ends_itself == b->ends_itself;
}

/* The page continues where either of two arms may have ended: only what is true of both is kept. */
static void merge(struct view *v, const struct place *other)
{
    struct place *p = &v->place;

    if (!same_place(p, other))
        fail(v, "the block on line %d ends in %s in one case and in %s in the other",
             v->blocks[v->depth].line, name_of(other).text, name_of(p).text);
    if (has_begun(p) != has_begun(other) || (!has_begun(p) && !is(p->value, other->value)))
        p->mixed = true;
    p->state = common_state(p->state, other->state);
    p->last = p->last == other->last ? p->last : 0;
    p->filled = p->filled || other->filled;
    p->mixed = p->mixed || other->mixed;
    p->later_attr = p->later_attr || other->later_attr;
    p->http_equiv = p->http_equiv || other->http_equiv;
    p->posts = p->posts || other->posts;
    p->csrf = p->csrf && other->csrf;
}

static struct block *open_block(struct view *v, bool each)
{
    end_word(v);
    if (v->depth == BLOCKS_MAX)
        fail(v, "blocks nested more than %d deep", BLOCKS_MAX);
    struct block *b = &v->blocks[v->depth++];
    *b = (struct block){ .each = each, .line = v->line, .begin = v->place };
    return b;
}

static const struct block *close_block(struct view *v, bool each)
{
    end_word(v);
    if (v->depth == 0 || v->blocks[v->depth - 1].each != each)
        fail(v, "{{/%s}} closes nothing", each ? "each" : "if");
    return &v->blocks[--v->depth];
}

static void begin_each(struct view *v, const struct tokens *t)
{
    if (t->n != 4 || !is(t->word[2], "in") || !is_identifier(t->word[1]))
        fail(v, "write {{#each name in list}}");
    if (loop_of(v, t->word[1]))
        fail(v, "%s is the variable of an #each around this one", t->word[1]);
    struct code list = value_of(v, t->word[3]);
    struct block *b = open_block(v, true);
    snprintf(b->var, sizeof(b->var), "%s", t->word[1]);
    statement(v,
              "for (size_t i_%1$s = 0; i_%1$s < %2$s.n; i_%1$s++) { const __typeof__(*%2$s.items) "
              "*v_%1$s = &%2$s.items[i_%1$s]; (void)v_%1$s;",
              b->var, list.text);
    v->place.last = 0;
    if (v->kind != JSON)
        return;
    if (v->place.state != JSON_FIRST_ITEM)
        fail(v, "an #each has to fill a list: [{{#each ...}}...{{/each}}]");
    statement(v, "if (i_%s > 0) SB_LIT(o, \",\");", b->var);
    v->place.state = JSON_VALUE;
}

static void end_each(struct view *v, const struct tokens *t)
{
    const struct block *b = close_block(v, true);
    struct place *p = &v->place, begin = b->begin;
    bool address = p->state == ATTR_VALUE && is_url_attr(p->attr);

    (void)t;
    if (v->kind == JSON)
        begin.state = JSON_NEXT;
    if (p->state != begin.state)
        fail(v, "the #each on line %d begins in %s and ends in %s", b->line,
             name_of(&b->begin).text, name_of(p).text);
    if (address && has_begun(p) != has_begun(&begin))
        fail(v, "an address may not begin in an #each");
    merge(v, &begin);
    if (v->kind == JSON)
        p->state = JSON_CLOSE;
    statement(v, "}");
}

/* path, or path == literal */
static struct code condition(const struct view *v, const char *const *w, size_t n)
{
    if (n != 1 && !(n == 3 && is(w[1], "==")))
        fail(v, "write {{#if [not] field [== literal]}}");
    struct code x = value_of(v, w[0]);
    if (n == 1)
        return code("%s_IS(%s)", v->kind == TXT ? "TEXT" : "HTML", x.text);
    if (w[2][0] == '"' && !strpbrk(w[2], "\\?")) /* C would read these as something else */
        return code("str_eq(%s, %s)", x.text, w[2]);
    if (!is_number(w[2]) && w[2][strspn(w[2], "ABCDEFGHIJKLMNOPQRSTUVWXYZ_" DIGITS)])
        fail(v, "%s is not a literal: \"text\", 12 or CONSTANT", w[2]);
    return code("%s == %s", x.text, w[2]);
}

static void begin_if(struct view *v, const struct tokens *t)
{
    size_t skip = t->n > 2 && is(t->word[1], "not") ? 2 : 1;

    struct code x = condition(v, t->word + skip, t->n - skip);
    open_block(v, false);
    statement(v, skip == 2 ? "if (!(%s)) {" : "if (%s) {", x.text);
}

static void begin_else(struct view *v, const struct tokens *t)
{
    struct block *b = v->depth ? &v->blocks[v->depth - 1] : NULL;

    end_word(v);
    if (b == NULL || b->each || b->has_else || t->n != 1)
        fail(v, "{{else}} without an #if that it belongs to");
    b->has_else = true;
    b->arm = v->place;
    v->place = b->begin;
    statement(v, "} else {");
}

static void end_if(struct view *v, const struct tokens *t)
{
    const struct block *b = close_block(v, false);

    (void)t;
    merge(v, b->has_else ? &b->arm : &b->begin);
    statement(v, "}");
}

/*
 * Files: the view itself, the views it calls, the manifest.
 */

static char *read_file(const struct view *v, const char *path)
{
    static char buf[VIEW_MAX_BYTES + 1];
    FILE *f = fopen(path, "rb");

    if (f == NULL)
        fail(v, "cannot read %s: %s", path, strerror(errno));
    size_t n = fread(buf, 1, sizeof(buf), f);
    if (ferror(f) || fclose(f) != 0)
        fail(v, "cannot read %s: %s", path, strerror(errno));
    if (n == sizeof(buf) || memchr(buf, 0, n))
        fail(v, "%s is longer than %d bytes or holds a zero byte", path, VIEW_MAX_BYTES);
    char *text = strndup(buf, n);
    if (text == NULL)
        fail(v, "out of memory");
    return text;
}

/* The model that the first line of a view names; false when it names none. */
static bool model_of(const char *text, struct model *m)
{
    int n = 0;

    return sscanf(text, "{{model struct %63[a-z0-9_] in %63[a-z0-9_].h}}%n", m->name, m->header,
                  &n) == 2 &&
           n > 0 && (text[n] == '\n' || text[n] == 0);
}

static void partial(struct view *v, const struct tokens *t)
{
    struct place *p = &v->place;
    const char *base = strrchr(v->path, '/');
    int dir = base ? (int)(base + 1 - v->path) : 0;
    struct model model;

    if (t->n < 2 || t->n > 3 || !is_identifier(t->word[1]))
        fail(v, "write {{>view field}}");
    if (p->state != TEXT && p->state != JSON_VALUE && p->state != JSON_FIRST_ITEM &&
        p->state != TXT_BODY)
        fail(v, "no view may stand in %s", states[p->state].where);
    struct code path = code("%.*s%s.%s", dir, v->path, t->word[1], kinds[v->kind].ending);
    if (!model_of(read_file(v, path.text), &model))
        fail(v, "%s does not begin with {{model struct NAME in NAME.h}}", path.text);
    const char *prefix = kinds[v->kind].prefix;
    fprintf(v->prototypes, "void %s_%s(struct sb *o, const struct %s *m);\n", prefix, t->word[1],
            model.name);
    statement(v, "%s_%s(o, %s);", prefix, t->word[1],
              address_of(v, t->n == 3 ? t->word[2] : ".").text);
    p->csrf = p->csrf || is(t->word[1], "csrf");
    printed(p);
}

static void asset(struct view *v, const struct tokens *t)
{
    if (t->n != 2)
        fail(v, "write {{asset name}}");
    if (v->manifest_path == NULL)
        fail(v, "no manifest was given (-a)");
    const char *line = read_file(v, v->manifest_path);
    size_t n = strlen(t->word[1]);
    /* NOLINTNEXTLINE(clang-analyzer-unix.Malloc): this program frees nothing, it ends soon */
    while (*line && !(starts(line, t->word[1]) && line[n] == ' ')) {
        line += strcspn(line, "\n");
        line += *line == '\n';
    }
    if (*line == 0)
        fail(v, "%s has no asset %s", v->manifest_path, t->word[1]);
    size_t bytes = strspn(line + n + 1, LETTERS DIGITS "/.-");
    if (bytes == 0 || !strchr(BLANKS, line[n + 1 + bytes]))
        fail(v, "%s: asset %s has an unusual path", v->manifest_path, t->word[1]);
    literal(v, line + n + 1, bytes);
}

/*
 * Directives.
 */

static size_t token_bytes(const struct view *v, const char *s)
{
    size_t n = strcspn(s, BLANKS "|>=\"");

    if (*s == '"') {
        n = strcspn(s + 1, "\"");
        if (s[1 + n] == 0)
            fail(v, "a text has to end with a quote");
        return n + 2;
    }
    return n > 0 ? n : starts(s, "==") ? 2 : 1;
}

static void split(const struct view *v, const char *s, struct tokens *t)
{
    char *to = t->text;

    t->n = 0;
    for (s += strspn(s, BLANKS); *s; s += strspn(s, BLANKS)) {
        size_t n = token_bytes(v, s);
        if (t->n == TOKENS_MAX)
            fail(v, "more than %d words in {{%s ...}}", TOKENS_MAX, t->word[0]);
        memcpy(to, s, n);
        to[n] = 0;
        t->word[t->n++] = to;
        to += n + 1;
        s += n;
    }
}

/* text: the n bytes between {{ and }}. */
static void directive(struct view *v, const char *text, size_t n)
{
    static const struct {
        const char *name;
        void (*run)(struct view *, const struct tokens *);
    } rows[] = {
        { "#each", begin_each }, { "/each", end_each }, { "#if", begin_if }, { "else", begin_else },
        { "/if", end_if },       { ">", partial },      { "asset", asset },
    };
    char copy[DIRECTIVE_MAX];
    struct tokens t;

    if (n >= sizeof(copy))
        fail(v, "a directive longer than %zu characters", sizeof(copy) - 1);
    memcpy(copy, text, n);
    copy[n] = 0;
    split(v, copy, &t);
    for (size_t i = 0; t.n > 0 && i < sizeof(rows) / sizeof(rows[0]); i++)
        if (is(t.word[0], rows[i].name)) {
            rows[i].run(v, &t);
            return;
        }
    value(v, &t);
}

/* Whether the directive at s, which ends before `end`, is the only thing in its line and prints nothing
 * itself: then its line is left out of plain text. */
static bool is_line_of_text(const struct view *v, const char *s, const char *end)
{
    return v->kind == TXT && v->place.last == '\n' && *end == '\n' &&
           (strchr("#/!", s[2]) || starts(s, "{{else}}"));
}

static void compile(struct view *v, const char *s)
{
    while (*s) {
        const char *open = strstr(s, "{{");
        size_t n = open ? (size_t)(open - s) : strlen(s);

        n += open && open[2] == '{'; /* of three the first is text: {"a": {{{#if b}}... */
        literal(v, s, n);
        s += n;
        if (*s == 0)
            return;
        const char *close = strstr(s, "}}");
        if (close == NULL)
            fail(v, "{{ without }}");
        const char *end = close + 2;
        bool whole_line = is_line_of_text(v, s, end);
        if (s[2] != '!')
            directive(v, s + 2, (size_t)(close - s - 2));
        for (; s < end + whole_line; s++)
            v->line += *s == '\n';
        if (whole_line)
            v->place.last = '\n';
    }
}

static void check_end(struct view *v)
{
    const struct place *p = &v->place;

    end_word(v);
    if (v->depth > 0) {
        v->line = v->blocks[v->depth - 1].line;
        fail(v, "this block is not closed");
    }
    const enum state ends[KINDS] = {
        [HTML] = TEXT, [JSON] = JSON_NEXT, [XML] = TEXT, [TXT] = TXT_BODY
    };
    if (p->state != ends[v->kind] || p->form || p->nest[0] || p->open[0])
        fail(v, "the view ends in %s", name_of(p).text);
}

/* Finds the view's name and kind in its path. */
static void name_view(struct view *v)
{
    const char *base = strrchr(v->path, '/');
    char ending[8] = "";

    base = base ? base + 1 : v->path;
    int got = sscanf(base, "%63[a-z0-9_].%7s", v->name, ending);
    while (v->kind < KINDS && !is(ending, kinds[v->kind].ending))
        v->kind++;
    if (got != 2 || !is_identifier(v->name) || v->kind == KINDS)
        fail(v, "a view is named NAME.html, NAME.json, NAME.xml or NAME.txt");
}

int main(int argc, char **argv)
{
    static struct view v = { .line = 1, .place.last = '\n' };
    const char *models = "views/models/", *prefix;
    char *text, *prototypes, *body;
    size_t n;

    for (int c; (c = getopt(argc, argv, "sa:m:")) != -1;) {
        if (c == '?')
            return 2;
        if (c == 's')
            v.styles = true;
        else
            *(c == 'a' ? &v.manifest_path : &models) = optarg;
    }
    if (optind + 1 != argc) {
        fprintf(stderr, "usage: tmplc [-s] [-a MANIFEST] [-m MODELS] VIEW\n");
        return 2;
    }
    v.path = argv[optind];
    name_view(&v);
    text = read_file(&v, v.path);
    if (!model_of(text, &v.model))
        fail(&v, "the first line has to be {{model struct NAME in NAME.h}}");
    static const enum state begins[KINDS] = {
        [HTML] = TEXT, [JSON] = JSON_VALUE, [XML] = TEXT, [TXT] = TXT_SUBJECT
    };
    v.place.state = begins[v.kind];
    v.prototypes = open_memstream(&prototypes, &n);
    v.body = open_memstream(&body, &n);
    if (v.prototypes == NULL || v.body == NULL)
        fail(&v, "out of memory");
    const char *first = text + strcspn(text, "\n");
    bool skip = v.kind == TXT && *first; /* the subject begins after that newline */
    v.line += skip;
    compile(&v, first + skip);
    check_end(&v);
    statement(&v, ";");
    if (fclose(v.prototypes) != 0 || fclose(v.body) != 0)
        fail(&v, "out of memory");
    prefix = kinds[v.kind].prefix;
    printf("/* Compiled from %s: edit that. */\n#include \"%s%s.h\"\n#include \"base/fmt.h\"\n"
           "#include \"%s.h\"\n\n%s"
           "void %s_%s(struct sb *o, const struct %s *m);\n"
           "void %s_%s(struct sb *o, const struct %s *m)\n{\n    (void)o, (void)m;\n%s}\n",
           v.path, models, v.model.header, v.kind == TXT ? "base/text" : "web/html", prototypes,
           prefix, v.name, v.model.name, prefix, v.name, v.model.name, body);
    return fflush(stdout) == 0 ? 0 : 1;
}
