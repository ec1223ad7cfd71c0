/*
 * tmplc: compile one view, a page or a JSON answer, into one C function.
 *
 *   tmplc [-a MANIFEST] [-i HEADER] DIR/card.html >card.html.c
 *
 * makes `void view_card(struct sb *o, const struct card *m)`, a .json file makes json_card().
 *
 *   {{model struct card}}              the first line: the struct that is shown
 *   {{title}}  {{v.length_ms | hms}}   a field; the same through fmt_hms() of base/fmt.h
 *   {{price_minor | money currency}}   through fmt_money(), with a second field
 *   {{#each v in cards}} {{/each}}     over a struct { T *items; size_t n; }; v is one item
 *   {{#if followed}} {{else}} {{/if}}  a number that is not 0, a text that is not empty
 *   {{#if not followed}}  {{#if state == "ready"}}  ... == 3  ... == VIDEO_READY
 *   {{>card v}}  {{>foot .}}  {{>foot}}   the view card.html of that field; of the whole model
 *   {{asset player.js}}                the path that a line `player.js PATH` of MANIFEST gives
 *   {{! remark }}                      nothing
 *
 * The compiler follows the HTML or JSON just far enough to know the place of each value, and the
 * place decides how the value is escaped (web/html.h). What it promises of a view it accepts:
 *
 *   - every value is escaped for its place; places where no escaping is safe take no value
 *   - nothing stands inline that our content security policy forbids: no script, style or on*
 *   - every form that posts holds the field `csrf`
 *   - a JSON view is well-formed whatever the model holds; the commas of #each are automatic
 *
 * Field names and types are left to the C compiler, which reports them at the line of the view.
 * Everything refused is reported as FILE:LINE: error: TEXT, with exit code 1.
 */
#include <ctype.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

enum {
    VIEW_MAX_BYTES = 1 << 18, /* of a view, and of the manifest */
    WORD_MAX = 64,            /* a tag, an attribute, a view, a loop variable; with the 0 */
    VALUE_MAX = 160,          /* as much of an attribute's value as is looked at */
    DIRECTIVE_MAX = 400,      /* {{...}} except remarks */
    TOKENS_MAX = 6,
    CODE_MAX = 1000, /* one C expression */
    BLOCKS_MAX = 16, /* #each and #if in each other */
    NEST_MAX = 32,   /* JSON arrays and objects in each other */
};

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
    STATES
};

/* Where in the page the next character stands: all that decides what may follow. It is copied when
 * a block begins and merged when its arms meet again. Words are "" outside of what they name. */
struct place {
    enum state state;
    char last;          /* what was written last, 0 when that is not known */
    char tag[WORD_MAX]; /* "a", "/a", "!doctype"; lower case */
    char attr[WORD_MAX];
    char value[VALUE_MAX]; /* begin of the attribute's value, or the JSON word */
    char quote;
    bool filled;              /* something was printed into the value */
    bool mixed;               /* the arms of an #if gave the value different beginnings */
    bool later_attr;          /* the tag has an attribute already */
    bool http_equiv;          /* ... which is http-equiv */
    bool pre;                 /* inside <pre> */
    bool form, posts, csrf;   /* inside a <form>; with method="post"; with its field csrf */
    bool is_key, backslash;   /* of a JSON string */
    char nest[NEST_MAX];      /* the open { and [ */
};

struct block {
    bool each, has_else;
    int line;
    char var[WORD_MAX];  /* of #each */
    struct place begin;  /* where the block began */
    struct place arm;    /* where the arm before {{else}} ended */
};

struct view {
    const char *path, *manifest_path, *text;
    char name[WORD_MAX], model[WORD_MAX];
    bool json;
    int line;
    struct place place;
    struct block blocks[BLOCKS_MAX];
    size_t depth;
    FILE *prototypes, *body;
    char literal[VIEW_MAX_BYTES + 1]; /* text that is not yet in the body */
    size_t literal_bytes;
};

struct tokens {
    char *word[TOKENS_MAX];
    int n;
};

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

/* Append c; a longer word than the limit is refused, never cut: it is compared later. */
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

static bool is_name_char(char c) { return isalnum((unsigned char)c) || strchr("-_:.", c); }

static void tag_opened(struct view *v, const char *at)
{
    struct place *p = &v->place;

    if (starts(at, "<!--"))
        fail(v, "a comment would be sent to everybody: write {{! ... }}");
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

    if (one_of(p->tag, refused))
        fail(v, "<%s> may not be used", p->tag);
    if (p->tag[0] == '!' && !is(p->tag, "!doctype"))
        fail(v, "<%s> is no tag", p->tag);
    if (is(p->tag, "form") || is(p->tag, "/form"))
        form_begins_or_ends(v);
    if (is(p->tag, "pre") || is(p->tag, "/pre"))
        p->pre = is(p->tag, "pre");
}

static void tag_ended(struct view *v)
{
    static const char *const only_text[] = { "title", "textarea", NULL };
    static const char *const no_text[] = { "script", "iframe", NULL };
    struct place *p = &v->place;

    p->state = one_of(p->tag, only_text) ? ONLY_TEXT : one_of(p->tag, no_text) ? NO_TEXT : TEXT;
    if (p->state == TEXT)
        p->tag[0] = 0;
}

static void attr_named(struct view *v)
{
    struct place *p = &v->place;

    if (starts(p->attr, "on") || is(p->attr, "style"))
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

static void in_text(struct view *v, const char *at)
{
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

/* What ends a name or follows a value. */
static void in_tag(struct view *v, const char *at)
{
    struct place *p = &v->place;

    if (*at == '>')
        tag_ended(v);
    else if (isspace((unsigned char)*at) || *at == '/')
        p->state = TAG_GAP;
    else
        fail(v, "a %c may not follow here in <%s>", *at, p->tag);
}

static void in_tag_name(struct view *v, const char *at)
{
    struct place *p = &v->place;

    if (is_name_char(*at) || (p->tag[0] == 0 && strchr("/!", *at))) {
        push(v, p->tag, WORD_MAX, (char)tolower((unsigned char)*at));
        return;
    }
    tag_named(v);
    in_tag(v, at);
}

static void in_tag_gap(struct view *v, const char *at)
{
    struct place *p = &v->place;

    if (!is_name_char(*at)) {
        in_tag(v, at);
        return;
    }
    if (p->tag[0] == '/')
        fail(v, "a closing tag has no attributes");
    p->state = ATTR_NAME;
    push(v, p->attr, WORD_MAX, (char)tolower((unsigned char)*at));
}

static void in_attr_name(struct view *v, const char *at)
{
    struct place *p = &v->place;

    if (is_name_char(*at)) {
        push(v, p->attr, WORD_MAX, (char)tolower((unsigned char)*at));
        return;
    }
    attr_named(v);
    if (*at == '=') {
        p->state = ATTR_EQUALS;
        return;
    }
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

    if (*at == p->quote) {
        attr_ended(v);
        p->quote = 0;
        p->state = TAG_WORD_END;
    } else if (strlen(p->value) + 1 < VALUE_MAX)
        push(v, p->value, VALUE_MAX, *at);
}

/*
 * JSON, likewise.
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

static void json_word_ended(struct view *v)
{
    static const char *const words[] = { "true", "false", "null", NULL };
    struct place *p = &v->place;

    if (!one_of(p->value, words) && p->value[strspn(p->value, "0123456789.eE+-")])
        fail(v, "%s is no JSON value", p->value);
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
    if (*at == '"' && !p->backslash)
        p->state = p->is_key ? JSON_COLON : JSON_NEXT;
    p->backslash = *at == '\\' && !p->backslash;
}

/* For each state: what a character does, its name in messages, and what prints a value there; NULL
 * where no value may stand. An attribute's value is decided by attribute, see printer(). */
static const struct {
    void (*step)(struct view *, const char *at);
    const char *where, *printer;
} states[STATES] = {
    [TEXT] = { in_text, "text", "HTML_TEXT" },
    [ONLY_TEXT] = { in_only_text, "a title or text area", "HTML_ATTR" },
    [NO_TEXT] = { in_no_text, "a script or frame", NULL },
    [TAG_NAME] = { in_tag_name, "the name of a tag", NULL },
    [TAG_GAP] = { in_tag_gap, "a tag", NULL },
    [TAG_WORD_END] = { in_tag, "a tag", NULL },
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
};

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
    static const char *const names[] = { "action",     "background", "cite",     "data",
                                         "formaction", "href",       "itemid",   "itemtype",
                                         "longdesc",   "manifest",   "poster",   "src",
                                         "xlink:href", NULL };

    return one_of(attr, names);
}

/* True when scheme and host are settled by the text at the address's begin, so that what follows
 * can only be path, query or fragment: "/", "?", "#" or "https://host/". */
static bool settles_host(const char *url)
{
    size_t scheme = starts(url, "http://") ? 7 : starts(url, "https://") ? 8 : 0;

    if (scheme == 0)
        return strchr("/?#", url[0]) && url[0] && !starts(url, "//") && !starts(url, "/\\");
    size_t host = strspn(url + scheme, "abcdefghijklmnopqrstuvwxyz0123456789-.:");
    return host > 0 && url[scheme + host] == '/';
}

/* True when what follows in this value is the rest of an address. */
static bool has_begun(const struct place *p) { return p->filled || settles_host(p->value); }

/*
 * Blocks: the places of their arms have to agree.
 */

/* The state that allows only what both allow; STATES when they have nothing in common. */
static enum state common_state(enum state a, enum state b)
{
    static const enum state pairs[][2] = { { TAG_GAP, TAG_WORD_END }, { JSON_FIRST_KEY, JSON_KEY } };

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
           a->is_key == b->is_key && a->backslash == b->backslash && is(a->nest, b->nest);
}

/* The page goes on where either of two arms may have ended: only what holds for both holds. */
static void merge(struct view *v, const struct place *other)
{
    struct place *p = &v->place;

    if (!same_place(p, other))
        fail(v, "the block from line %d on leaves %s in one case and %s in the other",
             v->blocks[v->depth].line, states[p->state].where, states[other->state].where);
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
