#include "app/notify/letter.h"
#include "app/notify/choice.h"
#include "app/notify/quote.h"
#include "app/notify/values.h"
#include "base/conf.h"
#include "base/str.h"

enum { PARAGRAPHS_MAX = 100, LINES_MAX = 400 };

#define WORDS_OF_KIND(constant, word, ...)                                                         \
    void txt_##word(struct sb *o, const struct letter_values *m);
NOTICE_KINDS(WORDS_OF_KIND)

static void (*const words[])(struct sb *o, const struct letter_values *m) = {
#define ROW(constant, word, ...) [NOTICE_##constant] = txt_##word,
    NOTICE_KINDS(ROW)
#undef ROW
};

/*
 * Values.
 */

static const char *shown(struct arena *a, const char *value, enum notice_shown how)
{
    if (value == NULL)
        return "";
    return how == TYPED   ? quote_line(a, value)
           : how == LINES ? quote_lines(a, value)
           : how == PLAIN ? value
                          : "";
}

/* Cuts the next part off *s, up to `end`. */
static const char *part(struct arena *a, const char **s, char end)
{
    const char *stop = strchrnul(*s, end), *text = arena_strn(a, *s, (size_t)(stop - *s));

    *s = *stop ? stop + 1 : stop;
    return text;
}

/* The videos of a digest: three lines each. */
static void read_videos(struct arena *a, const char *text, struct letter_video_list *out)
{
    size_t lines = 0;

    for (const char *s = text; *s; s++)
        lines += *s == '\n';
    out->items = arena_array(a, struct letter_video, lines / 3 + 1);
    while (*text) {
        struct letter_video *v = &out->items[out->n++];
        v->path = part(a, &text, '\n');
        v->title = quote_line(a, part(a, &text, '\n'));
        v->who = quote_line(a, part(a, &text, '\n'));
    }
}

static struct letter_values values_of(struct arena *a, const char *text)
{
    struct letter_values v = { .site = conf()->site_name };
    struct notice_values raw;

    notice_values_read(a, text, &raw);
#define SHOW(name, how, meaning) v.name = shown(a, raw.name, how);
    NOTICE_VALUES(SHOW)
#undef SHOW
    if (raw.videos)
        read_videos(a, raw.videos, &v.list);
    return v;
}

/* Everything that the file of the kind prints. */
static const char *printed(struct arena *a, enum notice_kind kind, const char *values)
{
    struct letter_values v = values_of(a, values);
    struct sb o = { .a = a };

    words[kind](&o, &v);
    return o.buf;
}

/*
 * Paragraphs.
 */

static const char *url_of(struct arena *a, const char *path)
{
    return arena_printf(a, "%s%s", conf()->base_url, path);
}

static void read_quote(struct arena *a, const char *text, struct letter_paragraph *p)
{
    p->kind = LETTER_QUOTE;
    p->lines.items = arena_array(a, struct letter_line, LINES_MAX);
    while (*text && p->lines.n < LINES_MAX) {
        const char *line = part(a, &text, '\n');
        p->lines.items[p->lines.n++].text = str_starts(line, "> ") ? line + 2 : line;
    }
}

/* "[words]" or "[words](/path) and more"; anything else is words. */
static void read_words(struct arena *a, const char *text, const char *link,
                       struct letter_paragraph *p)
{
    const char *end = text[0] == '[' ? strchr(text, ']') : NULL;

    p->text = text;
    if (end && end[1] == 0 && link[0]) {
        p->kind = LETTER_BUTTON;
        p->url = url_of(a, link);
    } else if (end && str_starts(end, "](/") && strchr(end, ')')) {
        const char *path = end + 2, *after = strchr(end, ')');
        p->kind = LETTER_LINK;
        p->url = url_of(a, arena_strn(a, path, (size_t)(after - path)));
        p->after = after + 1;
    } else
        return;
    p->text = arena_strn(a, text + 1, (size_t)(end - text - 1));
}

static void read_paragraph(struct arena *a, const char *text, const char *link,
                           struct letter_paragraph_list *list)
{
    struct letter_paragraph *p = &list->items[list->n];

    if (text[0] == 0 || list->n == PARAGRAPHS_MAX)
        return;
    *p = (struct letter_paragraph){ .kind = LETTER_WORDS, .text = "", .url = "", .after = "" };
    if (text[0] == '>')
        read_quote(a, text, p);
    else
        read_words(a, str_clean(a, text, false), link, p);
    list->n += p->kind != LETTER_BUTTON || p->url[0];
}

static void read_paragraphs(struct arena *a, const char *text, const char *link,
                            struct letter_paragraph_list *list)
{
    list->items = arena_array(a, struct letter_paragraph, PARAGRAPHS_MAX + 1);
    text += strspn(text, "\n");
    while (*text) {
        const char *end = strstr(text, "\n\n");
        size_t n = end ? (size_t)(end - text) : strlen(text);
        while (n && text[n - 1] == '\n')
            n--;
        read_paragraph(a, arena_strn(a, text, n), link, list);
        text = end ? end + 2 : text + strlen(text);
        text += strspn(text, "\n");
    }
}

/*
 * The whole letter.
 */

static const char *imprint(struct arena *a)
{
    const struct conf *c = conf();
    bool named = c->seller_name[0];

    return named ? arena_printf(a, "%s%s%s", c->seller_name, c->seller_address[0] ? ", " : "",
                                c->seller_address)
                 : "";
}

void letter_write(struct arena *a, enum notice_kind kind, int64_t user_id, const char *link,
                  const char *values, struct letter *out)
{
    const char *text = printed(a, kind, values), *site = conf()->site_name;

    *out = (struct letter){
        .site = site, .site_url = conf()->base_url, .choices = "", .unsubscribe = ""
    };
    out->subject = str_clean(a, part(a, &text, '\n'), false);
    read_paragraphs(a, text, link, &out->paragraphs);
    out->imprint = imprint(a);
    bool is_theirs = user_id && kind != NOTICE_CONFIRM_ADDRESS && kind != NOTICE_ADDRESS_CHANGE;
    out->why = arena_printf(a,
                            is_theirs
                                ? "You get this mail because you have an account at %s."
                                : "You get this mail because somebody gave this address at %s.",
                            site);
    if (!is_theirs) /* whoever reads it may be a stranger */
        return;
    out->choices = url_of(a, "/account/mail");
    if (notice_is_choice(kind))
        out->unsubscribe = url_of(
            a, arena_printf(a, "/unsubscribe/%s", unsubscribe_token(a, user_id, kind)));
}

const char *letter_subject(struct arena *a, enum notice_kind kind, const char *values)
{
    const char *text = printed(a, kind, values);

    return str_clean(a, part(a, &text, '\n'), false);
}

static void add_paragraph(struct sb *o, const struct letter_paragraph *p)
{
    switch (p->kind) {
    case LETTER_WORDS: sb_addf(o, "%s\n\n", p->text); break;
    case LETTER_LINK: sb_addf(o, "%s%s\n%s\n\n", p->text, p->after, p->url); break;
    case LETTER_BUTTON: sb_addf(o, "%s:\n%s\n\n", p->text, p->url); break;
    case LETTER_QUOTE:
        for (size_t i = 0; i < p->lines.n; i++)
            sb_addf(o, "> %s\n", p->lines.items[i].text);
        SB_LIT(o, "\n");
        break;
    }
}

const char *letter_text(struct arena *a, const struct letter *letter)
{
    struct sb o = { .a = a };

    for (size_t i = 0; i < letter->paragraphs.n; i++)
        add_paragraph(&o, &letter->paragraphs.items[i]);
    sb_addf(&o, "-- \n%s\n", letter->why);
    if (letter->unsubscribe[0])
        sb_addf(&o, "No more mails of this kind: %s\n", letter->unsubscribe);
    if (letter->choices[0])
        sb_addf(&o, "Which mails you get: %s\n", letter->choices);
    if (letter->imprint[0])
        sb_addf(&o, "%s\n", letter->imprint);
    return o.buf;
}
