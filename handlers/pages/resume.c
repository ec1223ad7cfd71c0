#include "pages/resume.h"
#include "base/str.h"
#include "pages/frame.h"
#include "views/models/resume.h"
#include "web/keep.h"
#include "web/req.h"

/* Fields of our pages that nobody types. */
static bool is_own(const char *name)
{
    static const char *const names[] = { "next", "kept", "key", "once", "do" };

    for (size_t i = 0; i < COUNT(names); i++)
        if (str_eq(name, names[i]))
            return true;
    return false;
}

/* "vat_id": "Vat id" */
static const char *label_of(struct req *r, const char *name)
{
    char *label = arena_str(r->arena, name);

    for (char *p = label; *p; p++)
        if (strchr("_.-", *p))
            *p = ' ';
    if (*label >= 'a' && *label <= 'z')
        *label = (char)(*label - 'a' + 'A');
    return label;
}

static struct resume_fields fields_of(struct req *r, const struct field_list *list)
{
    struct resume_fields out = { arena_array(r->arena, struct resume_field, list->n), list->n };

    for (size_t i = 0; i < list->n; i++) {
        const struct field *f = &list->items[i];
        out.items[i] = (struct resume_field){ f->name, label_of(r, f->name), f->value, false,
                                              f->value[0] && !is_own(f->name) };
    }
    return out;
}

static struct resume_page page_of(struct req *r, const struct kept *k, const char *heading,
                                  const char *text)
{
    struct resume_page page = {
        .frame = frame_of(r, heading, ""),
        .heading = heading,
        .text = text,
        .to = k->to,
        .fields = fields_of(r, &k->fields),
        .secrets = fields_of(r, &k->secrets),
        .files = k->files,
        .author = "",
        .link = "",
        .link_text = "",
    };

    page.csrf = page.frame.csrf[0] ? page.frame.csrf : session_csrf(r);
    return page;
}

/* Says whose it is, when that is not the viewer. */
static enum rc name_author(struct req *r, const struct kept *k, struct resume_page *page)
{
    struct kept_author author;
    enum rc rc = keep_author(r, k, &author);

    if (rc == RC_NOT_FOUND)
        page->unknown = true;
    else if (rc == RC_OK && author.user_id != r->viewer.user_id)
        page->author = author.handle;
    return rc == RC_NOT_FOUND ? RC_OK : rc;
}

static void mark_wrong(const struct req *r, const struct resume_page *page)
{
    for (size_t i = 0; r->why.field && i < page->fields.n; i++)
        if (str_eq(page->fields.items[i].name, r->why.field))
            page->fields.items[i].wrong = page->fields.items[i].shown = true;
}

/* What has to be done before the form can be sent again. */
static void name_first_step(struct req *r, enum rc rc, struct resume_page *page)
{
    if (rc == RC_UNCONFIRMED) {
        page->link = "/verify";
        page->link_text = "Send the mail again or correct the address";
    } else if (rc == RC_UNPAID) {
        page->link = arena_printf(r->arena, "/subscribe?next=%s", r->path);
        page->link_text = "See the subscription";
    }
}

void resume_view(struct req *r, enum rc rc, const char *heading, const char *text)
{
    struct resume_page page;

    if (rc == RC_DENIED) {
        text = "This page was open for too long, or your log-in has changed since.";
        heading = "Send it once more";
    }
    page = page_of(r, r->kept, heading, text);
    if (rc == RC_DENIED && r->viewer.user_id && name_author(r, r->kept, &page) != RC_OK)
        page.unknown = true;
    if (rc != RC_DENIED) { /* the token was right, and the database may be away */
        page.csrf = form_str(r, "csrf");
        page.editable = rc == RC_TOO_LARGE || rc == RC_INVALID || rc == RC_CONFLICT;
        mark_wrong(r, &page);
        name_first_step(r, rc, &page);
        page.is_once_more = true;
    }
    view_resume(reply_html(r), &page);
}

enum rc resume_answer(struct req *r, const char *packed, const char *next)
{
    struct kept *k;
    enum rc rc = keep_open(r, packed, &k);

    if (rc == RC_INVALID || rc == RC_GONE)
        return reply_see_other(r, "%s", next);
    TRY(rc);
    struct resume_page page = page_of(r, k, "Send what you typed?",
                                      "You are logged in. What you typed was not sent yet.");
    TRY(name_author(r, k, &page));
    view_resume(reply_html(r), &page);
    return RC_OK;
}
