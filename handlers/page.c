/*
 * page: what a site has to say about itself. The settings fill it, and the operator adds a text of their
 * own (settings.c).
 *
 *   GET /imprint   /privacy   /contact   /rules
 *   GET /.well-known/security.txt          RFC 9116; 404 where no address was set
 *
 * Who    anyone
 * Views  views/imprint.html, privacy.html, contact.html and rules.html, and views/page.json, all of
 *        struct legal_page
 */
#include "base/str.h"
#include "pages/legal.h"
#include "web/req.h"

static const char *const names[] = { "imprint", "privacy", "contact", "rules" };
static const char *const titles[] = { "Imprint", "Privacy", "Contact", "Rules" };
static void (*const views[])(struct sb *o,
                             const struct legal_page *m) = { view_imprint, view_privacy,
                                                             view_contact, view_rules };

static enum rc show_security(struct req *r)
{
    const char *text = legal_security_txt(r);

    if (!text[0])
        return RC_NOT_FOUND;
    sb_add(reply_type(r, "text/plain; charset=utf-8"), text, strlen(text));
    return RC_OK;
}

static enum rc show(struct req *r)
{
    const char *name = req_segment(r, 0);
    struct legal_page page;

    if (str_eq(name, ".well-known"))
        return show_security(r);
    for (size_t i = 0; i < COUNT(names); i++)
        if (str_eq(name, names[i])) {
            TRY(legal_page_of(r, name, titles[i], &page));
            req_wants_json(r) ? json_page(reply_json(r), &page) : views[i](reply_html(r), &page);
            return RC_OK;
        }
    return RC_NOT_FOUND;
}

int main(void)
{
    static const struct endpoint page = {
        .name = "page",
        .who = ANYONE,
        .db = DB_READER,
        .on = { [GET] = show },
    };
    return serve(&page, error_view);
}
